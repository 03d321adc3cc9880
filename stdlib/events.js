// node's module events.
(host) => {
"use strict";
const coded = (C, code, message) => Object.assign(new C(message), { code });
const kCapture = Symbol.for("nodejs.rejection"), errorMonitor = Symbol("events.errorMonitor");
const isListener = (fn) => {
	if (typeof fn !== "function") throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "listener" argument must be of type function. Received ${host.received(fn)}`);
};
const hidden = (o, key, value) => Object.defineProperty(o, key, { value, writable: true, configurable: true });

// A function and not a class, so that EventEmitter.call(this) works.
function EventEmitter(options) { EventEmitter.init.call(this, options); }
EventEmitter.init = function (options) {
	if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
		hidden(this, "_events", new Map());
		hidden(this, "_eventsCount", 0);
	}
	if (!Object.hasOwn(this, "_maxListeners")) hidden(this, "_maxListeners", undefined);
	if (options?.captureRejections) hidden(this, "_capture", true);
};
const listsOf = (self) => self._events ?? (hidden(self, "_events", new Map()), self._events);

function add(self, name, fn, first) {
	isListener(fn);
	const lists = listsOf(self);
	if (lists.has("newListener")) self.emit("newListener", name, fn.listener ?? fn);
	let list = lists.get(name);
	if (list) { lists.set(name, list = first ? [fn, ...list] : [...list, fn]); } else lists.set(name, list = [fn]);
	const max = self.getMaxListeners();
	if (max > 0 && list.length > max && !list.warned) {
		list.warned = true;
		host.warn(`(mcpjs) MaxListenersExceededWarning: Possible EventEmitter memory leak detected. ${list.length} ${String(name)} listeners added to ${host.className(self)}. Use emitter.setMaxListeners() to increase limit\n`);
	} else if (list.length > max) list.warned = true;
	return self;
}
function onceOf(self, name, fn) {
	isListener(fn);
	let fired = false;
	const wrapped = function (...args) {
		if (fired) return undefined;
		fired = true;
		self.removeListener(name, wrapped);
		return fn.apply(self, args);
	};
	wrapped.listener = fn;
	return wrapped;
}
const methods = {
	on(name, fn) { return add(this, name, fn, false); },
	addListener(name, fn) { return add(this, name, fn, false); },
	prependListener(name, fn) { return add(this, name, fn, true); },
	once(name, fn) { return this.on(name, onceOf(this, name, fn)); },
	prependOnceListener(name, fn) { return this.prependListener(name, onceOf(this, name, fn)); },
	removeListener(name, fn) {
		isListener(fn);
		const lists = listsOf(this), list = lists.get(name);
		const i = list ? list.findLastIndex((l) => l === fn || l.listener === fn) : -1;
		if (i < 0) return this;
		const rest = list.toSpliced(i, 1);
		if (rest.length) lists.set(name, rest);
		else lists.delete(name);
		if (lists.has("removeListener")) this.emit("removeListener", name, list[i].listener ?? list[i]);
		return this;
	},
	off(name, fn) { return this.removeListener(name, fn); },
	removeAllListeners(name) {
		const lists = listsOf(this);
		if (!lists.has("removeListener")) {
			if (arguments.length === 0) lists.clear();
			else lists.delete(name);
			return this;
		}
		for (const key of arguments.length === 0 ? [...lists.keys()] : [name]) {
			if (key === "removeListener" && arguments.length === 0) continue;
			for (const fn of [...lists.get(key) ?? []].reverse()) this.removeListener(key, fn);
		}
		if (arguments.length === 0) lists.clear();
		return this;
	},
	emit(name, ...args) {
		const lists = listsOf(this);
		if (name === "error") {
			if (lists.has(errorMonitor)) this.emit(errorMonitor, ...args);
			if (!lists.has("error")) {
				if (args[0] instanceof Error) throw args[0];
				const e = coded(Error, "ERR_UNHANDLED_ERROR", `Unhandled error. (${host.inspect(args[0])})`);
				e.context = args[0];
				throw e;
			}
		}
		const list = lists.get(name);
		if (!list) return false;
		for (const fn of list) {
			const result = fn.apply(this, args);
			if (this._capture && result !== undefined && result !== null && typeof result.then === "function")
				result.then(undefined, (e) => queueMicrotask(() => {
					if (typeof this[kCapture] === "function") this[kCapture](e, name, ...args);
					else { const on = this._capture; this._capture = false; try { this.emit("error", e); } finally { this._capture = on; } }
				}));
		}
		return true;
	},
	listeners(name) { return (listsOf(this).get(name) ?? []).map((fn) => fn.listener ?? fn); },
	rawListeners(name) { return [...listsOf(this).get(name) ?? []]; },
	listenerCount(name, fn) {
		const list = listsOf(this).get(name) ?? [];
		return fn ? list.filter((l) => l === fn || l.listener === fn).length : list.length;
	},
	eventNames() { return [...listsOf(this).keys()]; },
	setMaxListeners(n) {
		if (typeof n !== "number" || !(n >= 0)) throw coded(RangeError, "ERR_OUT_OF_RANGE", `The value of "n" is out of range. It must be a non-negative number. Received ${host.inspect(n)}`);
		hidden(this, "_maxListeners", n);
		return this;
	},
	getMaxListeners() { return this._maxListeners ?? EventEmitter.defaultMaxListeners; },
};
for (const [name, fn] of Object.entries(methods)) hidden(EventEmitter.prototype, name, fn);
hidden(EventEmitter.prototype, "_events", undefined);
hidden(EventEmitter.prototype, "_maxListeners", undefined);

const abortError = (signal) => Object.assign(new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError", code: "ABORT_ERR" });
const listen = (target, name, fn, options) => {
	if (typeof target.on === "function") {
		if (options?.once) target.once(name, fn); else target.on(name, fn);
		return () => target.removeListener(name, fn);
	}
	if (typeof target.addEventListener === "function") {
		target.addEventListener(name, fn, options);
		return () => target.removeEventListener(name, fn);
	}
	throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "emitter" argument must be an instance of EventEmitter. Received ${host.received(target)}`);
};

function once(target, name, { signal } = {}) {
	return new Promise((resolve, reject) => {
		if (signal?.aborted) { reject(abortError(signal)); return; }
		const offs = [];
		const done = (settle, v) => { for (const off of offs) off(); settle(v); };
		offs.push(listen(target, name, (...args) => done(resolve, args), { once: true }));
		if (name !== "error" && typeof target.on === "function") offs.push(listen(target, "error", (e) => done(reject, e), { once: true }));
		if (signal) offs.push(listen(signal, "abort", () => done(reject, abortError(signal)), { once: true }));
	});
}

function on(target, name, { signal, close = [] } = {}) {
	if (signal?.aborted) throw abortError(signal);
	const events = [], waiting = [], offs = [];
	let error, ended = false;
	const stop = () => {
		for (const off of offs) off();
		ended = true;
		for (const w of waiting.splice(0)) w.resolve({ value: undefined, done: true });
	};
	const fail = (e) => {
		const w = waiting.shift();
		if (w) w.reject(e); else error = { e };
		stop();
	};
	offs.push(listen(target, name, (...args) => {
		const w = waiting.shift();
		if (w) w.resolve({ value: args, done: false }); else events.push(args);
	}));
	if (name !== "error" && typeof target.on === "function") offs.push(listen(target, "error", fail));
	for (const event of close) offs.push(listen(target, event, stop));
	if (signal) offs.push(listen(signal, "abort", () => fail(abortError(signal)), { once: true }));
	return {
		next() {
			if (events.length) return Promise.resolve({ value: events.shift(), done: false });
			if (error) { const { e } = error; error = undefined; return Promise.reject(e); }
			if (ended) return Promise.resolve({ value: undefined, done: true });
			return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
		},
		return() { stop(); return Promise.resolve({ value: undefined, done: true }); },
		throw(e) { fail(e); return Promise.resolve({ value: undefined, done: true }); },
		[Symbol.asyncIterator]() { return this; },
		[Symbol.asyncDispose]() { return this.return(); },
	};
}

let defaultMax = 10;
Object.defineProperty(EventEmitter, "defaultMaxListeners", { enumerable: true, get: () => defaultMax, set(n) {
	if (typeof n !== "number" || !(n >= 0)) throw coded(RangeError, "ERR_OUT_OF_RANGE", `The value of "defaultMaxListeners" is out of range. It must be a non-negative number. Received ${host.inspect(n)}`);
	defaultMax = n;
} });
return Object.assign(EventEmitter, {
	EventEmitter, once, on, errorMonitor, captureRejectionSymbol: kCapture, captureRejections: false, usingDomains: false,
	getEventListeners: (target, name) => typeof target.listeners === "function" ? target.listeners(name) : [],
	getMaxListeners: (target) => target.getMaxListeners?.() ?? defaultMax,
	setMaxListeners(n = defaultMax, ...targets) { for (const t of targets) t.setMaxListeners?.(n); },
	listenerCount: (target, name) => target.listenerCount(name),
	addAbortListener(signal, fn) {
		if (signal.aborted) queueMicrotask(() => fn());
		else signal.addEventListener("abort", fn, { once: true });
		return { [Symbol.dispose]() { signal.removeEventListener("abort", fn); } };
	},
});
}
