// Event, EventTarget, CustomEvent, DOMException, AbortController, AbortSignal.
(native) => {
"use strict";
const inspect = Symbol.for("nodejs.util.inspect.custom");
const hide = (o, key, value) => Object.defineProperty(o, key, { value, configurable: true, writable: true });
const tag = (C, name) => Object.defineProperty(C.prototype, Symbol.toStringTag, { value: name, configurable: true });
const invalid = (message) => Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" });
const need = (n, args, what) => {
	if (args.length < n) throw Object.assign(new TypeError(`${what}: ${n} argument${n > 1 ? "s" : ""} needed, ${args.length} given`), { code: "ERR_MISSING_ARGS" });
};

const codes = { IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
	NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10, InvalidStateError: 11,
	SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15, TypeMismatchError: 17,
	SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23,
	InvalidNodeTypeError: 24, DataCloneError: 25 };

// The name is an own, hidden property, so that stacks and inspection begin with it.
class DOMException extends Error {
	constructor(message = "", options = "Error") {
		let name = options, cause;
		if (options !== null && typeof options === "object") {
			name = options.name ?? "Error";
			if ("cause" in options) cause = { cause: options.cause };
		}
		super(String(message), cause);
		hide(this, "name", String(name));
		Error.captureStackTrace(this, DOMException);
	}
	get code() { return codes[this.name] ?? 0; }
}
tag(DOMException, "DOMException");
const constants = { IndexSizeError: "INDEX_SIZE_ERR", HierarchyRequestError: "HIERARCHY_REQUEST_ERR", WrongDocumentError: "WRONG_DOCUMENT_ERR",
	InvalidCharacterError: "INVALID_CHARACTER_ERR", NoModificationAllowedError: "NO_MODIFICATION_ALLOWED_ERR", NotFoundError: "NOT_FOUND_ERR",
	NotSupportedError: "NOT_SUPPORTED_ERR", InUseAttributeError: "INUSE_ATTRIBUTE_ERR", InvalidStateError: "INVALID_STATE_ERR",
	SyntaxError: "SYNTAX_ERR", InvalidModificationError: "INVALID_MODIFICATION_ERR", NamespaceError: "NAMESPACE_ERR",
	InvalidAccessError: "INVALID_ACCESS_ERR", TypeMismatchError: "TYPE_MISMATCH_ERR", SecurityError: "SECURITY_ERR",
	NetworkError: "NETWORK_ERR", AbortError: "ABORT_ERR", URLMismatchError: "URL_MISMATCH_ERR", QuotaExceededError: "QUOTA_EXCEEDED_ERR",
	TimeoutError: "TIMEOUT_ERR", InvalidNodeTypeError: "INVALID_NODE_TYPE_ERR", DataCloneError: "DATA_CLONE_ERR" };
for (const name in constants)
	for (const o of [DOMException, DOMException.prototype]) Object.defineProperty(o, constants[name], { value: codes[name], enumerable: true });

let internals; // of an Event: a function giving its private state
class Event {
	#s;
	constructor(type, options) {
		need(1, arguments, "new Event");
		if (options !== undefined && options !== null && typeof options !== "object" && typeof options !== "function")
			throw invalid("new Event: options must be an object");
		this.#s = { type: String(type), bubbles: !!options?.bubbles, cancelable: !!options?.cancelable, composed: !!options?.composed,
			target: null, current: null, phase: 0, stopped: false, stoppedNow: false, canceled: false, passive: false, time: native.now() };
	}
	static { internals = (e) => e.#s; }
	get type() { return this.#s.type; }
	get target() { return this.#s.target; }
	get currentTarget() { return this.#s.current; }
	get srcElement() { return this.#s.target; }
	get eventPhase() { return this.#s.phase; }
	get bubbles() { return this.#s.bubbles; }
	get cancelable() { return this.#s.cancelable; }
	get composed() { return this.#s.composed; }
	get defaultPrevented() { return this.#s.canceled; }
	get returnValue() { return !this.#s.canceled; }
	get timeStamp() { return this.#s.time; }
	get isTrusted() { return false; }
	get cancelBubble() { return this.#s.stopped; }
	set cancelBubble(v) { if (v) this.#s.stopped = true; }
	composedPath() { return this.#s.phase ? [this.#s.current] : []; }
	preventDefault() { if (this.#s.cancelable && !this.#s.passive) this.#s.canceled = true; }
	stopPropagation() { this.#s.stopped = true; }
	stopImmediatePropagation() { this.#s.stopped = this.#s.stoppedNow = true; }
	[inspect](depth, options, show) {
		const { type, canceled, cancelable, time } = this.#s;
		return `${this.constructor.name} ${show({ type, defaultPrevented: canceled, cancelable, timeStamp: time }, options)}`;
	}
}
for (const [i, name] of ["NONE", "CAPTURING_PHASE", "AT_TARGET", "BUBBLING_PHASE"].entries())
	for (const o of [Event, Event.prototype]) Object.defineProperty(o, name, { value: i, enumerable: true });
tag(Event, "Event");

class CustomEvent extends Event {
	#detail;
	constructor(type, options) {
		need(1, arguments, "new CustomEvent");
		super(type, options);
		this.#detail = options?.detail ?? null;
	}
	get detail() { return this.#detail; }
}
tag(CustomEvent, "CustomEvent");

let listenersOf;
class EventTarget {
	#lists = new Map();
	static { listenersOf = (t, type) => t.#lists.get(type) ?? []; }
	addEventListener(type, callback, options) {
		need(2, arguments, "addEventListener");
		if (callback === null || callback === undefined) return;
		if (typeof callback !== "function" && typeof callback !== "object")
			throw invalid(`addEventListener: the listener must be a function or an object, not ${typeof callback}`);
		const o = typeof options === "boolean" ? { capture: options } : options ?? {};
		const { once = false, passive = false, signal } = o, capture = !!o.capture;
		if (signal !== undefined && !isSignal(signal)) throw invalid("addEventListener: signal must be an AbortSignal");
		if (signal?.aborted) return;
		type = String(type);
		let list = this.#lists.get(type);
		if (!list) this.#lists.set(type, list = []);
		if (list.some((l) => l.callback === callback && l.capture === capture)) return;
		const entry = { callback, capture, once: !!once, passive: !!passive, removed: false };
		list.push(entry);
		if (signal) signal.addEventListener("abort", () => this.removeEventListener(type, callback, { capture }), { once: true });
	}
	removeEventListener(type, callback, options) {
		need(2, arguments, "removeEventListener");
		const capture = typeof options === "boolean" ? options : !!options?.capture;
		const list = this.#lists.get(String(type));
		const i = list ? list.findIndex((l) => l.callback === callback && l.capture === capture) : -1;
		if (i < 0) return;
		list[i].removed = true;
		list.splice(i, 1);
	}
	dispatchEvent(event) {
		need(1, arguments, "dispatchEvent");
		if (!(event instanceof Event)) throw invalid("dispatchEvent: the argument must be an Event");
		const s = internals(event);
		if (s.phase) throw Object.assign(new Error("The event is already being dispatched"), { code: "ERR_EVENT_RECURSION" });
		s.target = s.current = this;
		s.phase = 2;
		for (const l of [...this.#lists.get(s.type) ?? []]) {
			if (l.removed) continue;
			if (l.once) this.removeEventListener(s.type, l.callback, l);
			s.passive = l.passive;
			try {
				const r = typeof l.callback === "function" ? l.callback.call(this, event) : l.callback.handleEvent(event);
				// As in node, a listener that is an async function and fails is an uncaught error.
				if (r !== null && typeof r === "object" && typeof r.then === "function") r.then(undefined, native.uncaught);
			} catch (e) { native.uncaught(e); }
			s.passive = false;
			if (s.stoppedNow) break;
		}
		s.current = null;
		s.phase = 0;
		s.stopped = s.stoppedNow = false;
		return !s.canceled;
	}
	[inspect](depth, options, show) { return `${this.constructor.name} ${show({}, options)}`; }
}
tag(EventTarget, "EventTarget");

// handlers gives a class on… properties, each one listener at the place where it was first set.
const handlers = (C, ...types) => {
	for (const type of types) {
		const held = new WeakMap();
		Object.defineProperty(C.prototype, "on" + type, {
			configurable: true, enumerable: true,
			get() { return held.get(this)?.fn ?? null; },
			set(fn) {
				if (typeof fn !== "function" && (typeof fn !== "object" || fn === null)) fn = null;
				let h = held.get(this);
				if (!h && fn) {
					held.set(this, h = { fn });
					h.call = function (event) { if (typeof h.fn === "function") return h.fn.call(this, event); };
					this.addEventListener(type, h.call);
				} else if (h && fn) h.fn = fn;
				else if (h) { this.removeEventListener(type, h.call); held.delete(this); }
			},
		});
	}
};

const secret = {};
let state;
const isSignal = (v) => { try { return !!state(v); } catch { return false; } };
const abortError = (reason) => reason === undefined ? new DOMException("This operation was aborted", "AbortError") : reason;
class AbortSignal extends EventTarget {
	#s = { aborted: false, reason: undefined, steps: new Set(), dependents: new Set() };
	constructor(key) {
		if (key !== secret) throw Object.assign(new TypeError("Illegal constructor"), { code: "ERR_ILLEGAL_CONSTRUCTOR" });
		super();
	}
	static { state = (s) => s.#s; }
	get aborted() { return this.#s.aborted; }
	get reason() { return this.#s.reason; }
	throwIfAborted() { if (this.#s.aborted) throw this.#s.reason; }
	static abort(reason) {
		const s = new AbortSignal(secret);
		Object.assign(s.#s, { aborted: true, reason: abortError(reason) });
		return s;
	}
	static timeout(ms) {
		need(1, arguments, "AbortSignal.timeout");
		ms = Number(ms);
		if (!(ms >= 0 && ms <= Number.MAX_SAFE_INTEGER))
			throw Object.assign(new RangeError(`AbortSignal.timeout: ${ms} is out of range; give milliseconds, 0 or more`), { code: "ERR_OUT_OF_RANGE" });
		const s = new AbortSignal(secret);
		native.timeout(ms, () => abort(s, new DOMException("The operation was aborted due to timeout", "TimeoutError")));
		return s;
	}
	static any(signals) {
		const list = [...signals], s = new AbortSignal(secret);
		for (const [i, source] of list.entries())
			if (!isSignal(source)) throw invalid(`AbortSignal.any: signals[${i}] must be an AbortSignal`);
		for (const source of list) {
			if (source.aborted) { Object.assign(s.#s, { aborted: true, reason: source.reason }); return s; }
		}
		for (const source of list) state(source).dependents.add(s);
		return s;
	}
	[inspect](depth, options, show) { return `AbortSignal ${show({ aborted: this.#s.aborted }, options)}`; }
}
tag(AbortSignal, "AbortSignal");
handlers(AbortSignal, "abort");

// abort marks the signal and all that depend on it before any listener runs.
const abort = (signal, reason) => {
	const all = [];
	const mark = (signal, reason) => {
		const s = state(signal);
		if (s.aborted) return;
		s.aborted = true;
		s.reason = reason;
		all.push(signal);
		for (const d of s.dependents) mark(d, reason);
		s.dependents.clear();
	};
	mark(signal, abortError(reason));
	for (const signal of all) {
		const { steps, reason } = state(signal);
		for (const fn of [...steps]) fn(reason);
		steps.clear();
		signal.dispatchEvent(new Event("abort"));
	}
};
// onAbort calls fn before any listener, which can't stop it; it gives what undoes that.
const onAbort = (signal, fn) => {
	const { steps } = state(signal);
	steps.add(fn);
	return () => steps.delete(fn);
};

class AbortController {
	#signal = new AbortSignal(secret);
	get signal() { return this.#signal; }
	abort(reason) { abort(this.#signal, reason); }
	[inspect](depth, options, show) { return `AbortController ${show({ signal: this.#signal }, options)}`; }
}
tag(AbortController, "AbortController");

return { DOMException, Event, CustomEvent, EventTarget, AbortSignal, AbortController, isSignal, onAbort, handlers, listenersOf };
}
