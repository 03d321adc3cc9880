package stdlib

import (
	"time"

	"mcpjs/engine"
)

var performanceCode = engine.Embed("performance.js", `(native) => {
"use strict";
class PerformanceEntry {
	constructor(name, entryType, startTime, duration, detail = null) { Object.assign(this, { name, entryType, startTime, duration, detail }); }
	toJSON() { return { ...this }; }
}
class PerformanceMark extends PerformanceEntry {}
class PerformanceMeasure extends PerformanceEntry {}
let entries = [];
const at = (v) => {
	if (typeof v === "number") return v;
	const mark = entries.findLast((e) => e.entryType === "mark" && e.name === String(v));
	if (!mark) throw new native.DOMException("The \"" + v + "\" performance mark has not been set", "SyntaxError");
	return mark.startTime;
};
class Performance {
	now() { return native.now(); }
	get timeOrigin() { return native.origin; }
	mark(name, options) {
		const entry = new PerformanceMark(String(name), "mark", options?.startTime ?? native.now(), 0, options?.detail ?? null);
		entries.push(entry);
		return entry;
	}
	measure(name, from, to) {
		let detail = null, start, end;
		if (from !== null && typeof from === "object") {
			({ detail = null, start, end } = from);
			if (end === undefined && from.duration !== undefined && start !== undefined) end = at(start) + from.duration;
			if (start === undefined && from.duration !== undefined && end !== undefined) start = at(end) - from.duration;
		} else { start = from; end = to; }
		const a = start === undefined ? 0 : at(start), b = end === undefined ? native.now() : at(end);
		const entry = new PerformanceMeasure(String(name), "measure", a, b - a, detail);
		entries.push(entry);
		return entry;
	}
	getEntries() { return [...entries].sort((a, b) => a.startTime - b.startTime); }
	getEntriesByName(name, type) { return this.getEntries().filter((e) => e.name === name && (type === undefined || e.entryType === type)); }
	getEntriesByType(type) { return this.getEntries().filter((e) => e.entryType === type); }
	clearMarks(name) { entries = entries.filter((e) => e.entryType !== "mark" || name !== undefined && e.name !== name); }
	clearMeasures(name) { entries = entries.filter((e) => e.entryType !== "measure" || name !== undefined && e.name !== name); }
	timerify(fn) { return fn; }
	toJSON() { return { timeOrigin: native.origin }; }
}
Object.defineProperty(Performance.prototype, Symbol.toStringTag, { value: "Performance", configurable: true });
return { performance: new Performance(), PerformanceEntry, PerformanceMark, PerformanceMeasure };
}`)

// performance is the web's clock with its marks, and node's module perf_hooks.
// Its origin is the start of the process.
var performance = engine.Module{
	Name: "perf_hooks",
	Node: true,
	Load: func(rt *engine.Runtime) (*engine.Object, error) { return performanceExports(rt), nil },
	Globals: func(rt *engine.Runtime) {
		lazyExports(rt, performanceExports, "performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure")
	},
	Types: `declare class PerformanceEntry {
  protected constructor();
  readonly name: string;
  readonly entryType: string;
  /** Milliseconds since timeOrigin. */
  readonly startTime: number;
  readonly duration: number;
  readonly detail: any;
  toJSON(): object;
}
declare class PerformanceMark extends PerformanceEntry {
  constructor(name: string, options?: { startTime?: number; detail?: any });
}
declare class PerformanceMeasure extends PerformanceEntry {
  private constructor();
}
interface Performance {
  /** Milliseconds since timeOrigin, to the microsecond. */
  now(): number;
  readonly timeOrigin: number;
  mark(name: string, options?: { startTime?: number; detail?: any }): PerformanceMark;
  measure(name: string, start?: string | number | { start?: string | number; end?: string | number; duration?: number; detail?: any }, end?: string | number): PerformanceMeasure;
  getEntries(): PerformanceEntry[];
  getEntriesByName(name: string, type?: string): PerformanceEntry[];
  getEntriesByType(type: string): PerformanceEntry[];
  clearMarks(name?: string): void;
  clearMeasures(name?: string): void;
  /** The function as it is: nobody takes its time. */
  timerify<F extends Function>(fn: F): F;
  toJSON(): object;
}
declare var performance: Performance;
declare module "perf_hooks" {
  export import performance = globalThis.performance;
  export import PerformanceEntry = globalThis.PerformanceEntry;
  export import PerformanceMark = globalThis.PerformanceMark;
  export import PerformanceMeasure = globalThis.PerformanceMeasure;
  const self: typeof import("perf_hooks");
  export default self;
}
declare module "node:perf_hooks" { export * from "perf_hooks"; export { default } from "perf_hooks"; }
`,
}

func performanceExports(rt *engine.Runtime) *engine.Object {
	return performanceCode.Load(rt, func() []engine.Value {
		vm := rt.VM()
		native := vm.NewObject()
		native.Set("origin", float64(processStart.UnixMicro())/1000)
		native.Set("DOMException", eventExports(rt).Get("DOMException"))
		rt.Method(native, "now", func(engine.Call) engine.Value {
			return vm.ToValue(float64(time.Since(processStart).Nanoseconds()) / 1e6)
		})
		return []engine.Value{native}
	})
}
