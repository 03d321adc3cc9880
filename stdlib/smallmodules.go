package stdlib

import (
	_ "embed"

	"mcpjs/engine"
)

//go:embed smallmodules.d.ts
var smallTypes string

var ttyCode = engine.Embed("tty.js", `(native) => {
"use strict";
const streams = [process.stdin, process.stdout, process.stderr];
return {
	isatty: (fd) => !!streams[fd]?.isTTY,
	ReadStream: process.stdin.constructor,
	WriteStream: process.stdout.constructor,
};
}`)

var channelCode = engine.Embed("diagnostics_channel.js", `(native) => {
"use strict";
const channels = new Map();
class Channel {
	#subscribers = [];
	constructor(name) { this.name = name; }
	get hasSubscribers() { return this.#subscribers.length > 0; }
	subscribe(fn) { this.#subscribers = [...this.#subscribers, fn]; }
	unsubscribe(fn) {
		const i = this.#subscribers.indexOf(fn);
		this.#subscribers = this.#subscribers.filter((_, n) => n !== i);
		return i >= 0;
	}
	publish(message) {
		for (const fn of this.#subscribers) try { fn(message, this.name); } catch (e) { queueMicrotask(() => { throw e; }); }
	}
	runStores(message, fn, self, ...args) { this.publish(message); return Reflect.apply(fn, self, args); }
}
const channel = (name) => channels.get(name) ?? (channels.set(name, new Channel(name)), channels.get(name));
const kinds = ["start", "end", "asyncStart", "asyncEnd", "error"];
class TracingChannel {
	constructor(name) { for (const kind of kinds) this[kind] = typeof name === "string" ? channel("tracing:" + name + ":" + kind) : name[kind]; }
	get hasSubscribers() { return kinds.some((kind) => this[kind].hasSubscribers); }
	subscribe(handlers) { for (const kind of kinds) if (handlers[kind]) this[kind].subscribe(handlers[kind]); }
	unsubscribe(handlers) { return kinds.map((kind) => !handlers[kind] || this[kind].unsubscribe(handlers[kind])).every(Boolean); }
	traceSync(fn, context = {}, self, ...args) {
		this.start.publish(context);
		try { return context.result = Reflect.apply(fn, self, args); } catch (error) { context.error = error; this.error.publish(context); throw error; } finally { this.end.publish(context); }
	}
	tracePromise(fn, context = {}, self, ...args) {
		const settle = (key, v) => { context[key] = v; if (key === "error") this.error.publish(context); this.asyncStart.publish(context); this.asyncEnd.publish(context); };
		this.start.publish(context);
		try {
			return Promise.resolve(Reflect.apply(fn, self, args)).then((v) => { settle("result", v); return v; }, (e) => { settle("error", e); throw e; });
		} finally { this.end.publish(context); }
	}
}
return {
	Channel, channel, tracingChannel: (name) => new TracingChannel(name),
	hasSubscribers: (name) => !!channels.get(name)?.hasSubscribers,
	subscribe: (name, fn) => channel(name).subscribe(fn),
	unsubscribe: (name, fn) => channel(name).unsubscribe(fn),
};
}`)

var constantsCode = engine.Embed("constants.js", `(native) => {
"use strict";
const { errno, signals } = native.require("os").constants;
return { ...errno, ...signals, ...native.require("fs").constants };
}`)

var workerCode = engine.Embed("worker_threads.js", `(native) => {
"use strict";
class Worker { constructor() { throw new Error("worker_threads.Worker is not available in mcpjs"); } }
return { isMainThread: true, parentPort: null, workerData: null, threadId: 0, resourceLimits: {}, Worker };
}`)

// tty, diagnosticsChannel, workerThreads and constantsModule are node's modules
// tty, diagnostics_channel, worker_threads and constants, which many packages load.
var (
	tty                = engine.Module{Name: "tty", Node: true, Types: smallTypes, Load: loader(ttyCode, nil)}
	diagnosticsChannel = engine.Module{Name: "diagnostics_channel", Node: true, Load: loader(channelCode, nil)}
	workerThreads      = engine.Module{Name: "worker_threads", Node: true, Load: loader(workerCode, nil)}
	constantsModule    = engine.Module{Name: "constants", Node: true, Load: loader(constantsCode, nil)}
)
