// ReadableStream, WritableStream, TransformStream and their kin, as the Streams
// standard has them, without byte streams' own readers.
(native) => {
"use strict";
const inspect = Symbol.for("nodejs.util.inspect.custom");
const { onAbort, isSignal } = native;
const error = (C, code, message) => Object.assign(new C(message), { code });
const state = (message) => error(TypeError, "ERR_INVALID_STATE", "Invalid state: " + message);
const quiet = (p) => { p.catch(() => {}); return p; };
const defer = () => {
	const d = {};
	d.promise = new Promise((resolve, reject) => { d.resolve = resolve; d.reject = reject; });
	quiet(d.promise);
	return d;
};
const method = (o, name) => {
	const fn = o?.[name];
	if (fn === undefined) return undefined;
	if (typeof fn !== "function") throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" property must be of type function.`);
	return (...args) => Reflect.apply(fn, o, args);
};
// attempt calls fn now and gives a promise of its result.
const attempt = (fn, ...args) => { try { return Promise.resolve(fn ? fn(...args) : undefined); } catch (e) { return Promise.reject(e); } };
const tag = (C) => Object.defineProperty(C.prototype, Symbol.toStringTag, { value: C.name, configurable: true });
const strategyOf = (s, missing) => {
	const size = method(s, "size") ?? (() => 1);
	const high = s?.highWaterMark === undefined ? missing : Number(s.highWaterMark);
	if (Number.isNaN(high) || high < 0) throw error(RangeError, "ERR_INVALID_ARG_VALUE", `The property 'strategy.highWaterMark' is invalid. Received ${s.highWaterMark}`);
	return { size, high };
};
class Queue {
	list = []; size = 0;
	push(value, size) {
		size = Number(size);
		if (!(size >= 0) || size === Infinity) throw error(RangeError, "ERR_INVALID_ARG_VALUE", `The argument 'size' is invalid. Received ${size}`);
		this.list.push({ value, size });
		this.size += size;
	}
	shift() {
		const { value, size } = this.list.shift();
		this.size = this.list.length ? Math.max(0, this.size - size) : 0;
		return value;
	}
	clear() { this.list = []; this.size = 0; }
}

// Of each stream, the machine behind it.
const readables = new WeakMap(), writables = new WeakMap(), transforms = new WeakMap();
const machine = (map, o, name) => {
	const m = map.get(o);
	if (!m) throw error(TypeError, "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
	return m;
};

class Readable {
	state = "readable"; error = undefined; reader = null; disturbed = false;
	queue = new Queue(); closing = false; started = false; pulling = false; again = false;
	constructor(stream, source, strategy) {
		this.stream = stream;
		this.strategy = strategy;
		this.pullFn = method(source, "pull");
		this.cancelFn = method(source, "cancel");
		this.controller = new ReadableStreamDefaultController(token, this);
		const start = method(source, "start");
		const started = start?.(this.controller);
		Promise.resolve(started).then(() => { this.started = true; this.pull(); }, (e) => this.fail(e));
	}
	get desired() { return this.state === "errored" ? null : this.state === "closed" ? 0 : this.strategy.high - this.queue.size; }
	get open() { return this.state === "readable" && !this.closing; }
	pull() {
		if (!this.started || !this.open || !(this.reader?.requests.length || this.desired > 0)) return;
		if (this.pulling) { this.again = true; return; }
		this.pulling = true;
		attempt(this.pullFn, this.controller).then(() => {
			this.pulling = false;
			if (this.again) { this.again = false; this.pull(); }
		}, (e) => this.fail(e));
	}
	enqueue(chunk) {
		if (!this.open) throw state("Controller is already closed");
		if (this.reader?.requests.length) this.reader.requests.shift().resolve({ value: chunk, done: false });
		else {
			try { this.queue.push(chunk, this.strategy.size(chunk)); } catch (e) { this.fail(e); throw e; }
		}
		this.pull();
	}
	close() {
		if (!this.open) throw state("Controller is already closed");
		this.closing = true;
		if (!this.queue.list.length) this.finish();
	}
	finish() {
		if (this.state !== "readable") return;
		this.state = "closed";
		this.drop();
		if (!this.reader) return;
		for (const r of this.reader.requests.splice(0)) r.resolve({ value: undefined, done: true });
		this.reader.closed.resolve();
	}
	fail(e) {
		if (this.state !== "readable") return;
		this.state = "errored";
		this.error = e;
		this.queue.clear();
		this.drop();
		if (!this.reader) return;
		for (const r of this.reader.requests.splice(0)) r.reject(e);
		this.reader.closed.reject(e);
	}
	drop() { this.pullFn = this.cancelFn = undefined; }
	read() {
		this.disturbed = true;
		if (this.state === "closed") return Promise.resolve({ value: undefined, done: true });
		if (this.state === "errored") return Promise.reject(this.error);
		if (this.queue.list.length) {
			const value = this.queue.shift();
			if (this.closing && !this.queue.list.length) this.finish();
			else this.pull();
			return Promise.resolve({ value, done: false });
		}
		const d = {};
		const promise = new Promise((resolve, reject) => { d.resolve = resolve; d.reject = reject; });
		this.reader.requests.push(d);
		this.pull();
		return promise;
	}
	async cancel(reason) {
		this.disturbed = true;
		if (this.state === "closed") return;
		if (this.state === "errored") throw this.error;
		const fn = this.cancelFn;
		this.queue.clear();
		this.finish();
		await fn?.(reason);
	}
}

const token = {};
const illegal = (key) => { if (key !== token) throw error(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor"); };
class ReadableStreamDefaultController {
	#m;
	constructor(key, m) { illegal(key); this.#m = m; }
	get desiredSize() { return this.#m.desired; }
	get byobRequest() { return null; }
	enqueue(chunk) { this.#m.enqueue(chunk); }
	close() { this.#m.close(); }
	error(e) { this.#m.fail(e); }
}
class ReadableStreamDefaultReader {
	#m;
	constructor(stream) {
		const m = machine(readables, stream, "ReadableStream");
		if (m.reader) throw state("ReadableStream is locked");
		const closed = defer();
		if (m.state === "closed") closed.resolve();
		if (m.state === "errored") closed.reject(m.error);
		closedOf.set(this, closed);
		this.#m = m;
		m.reader = { requests: [], closed };
	}
	get closed() { return closedOf.get(this).promise; }
	async read() {
		if (!this.#m) throw state("The reader is not attached to a stream");
		return this.#m.read();
	}
	async cancel(reason) {
		if (!this.#m) throw state("The reader is not attached to a stream");
		return this.#m.cancel(reason);
	}
	releaseLock() {
		if (!this.#m) return;
		const e = state("Reader released");
		for (const r of this.#m.reader.requests.splice(0)) r.reject(e);
		if (this.#m.state === "readable") this.#m.reader.closed.reject(e);
		else { const d = defer(); d.reject(e); closedOf.set(this, d); }
		this.#m.reader = null;
		this.#m = null;
	}
}
const hide = (o, key, value) => Object.defineProperty(o, key, { value, writable: true, configurable: true });
const closedOf = new WeakMap();

class ReadableStream {
	constructor(source = {}, strategy) {
		if (source === null || typeof source !== "object" && typeof source !== "function") throw error(TypeError, "ERR_INVALID_ARG_TYPE", 'The "source" argument must be of type object.');
		if (source.type !== undefined && source.type !== "bytes") throw error(TypeError, "ERR_INVALID_ARG_VALUE", `The property 'source.type' is invalid. Received '${source.type}'`);
		readables.set(this, new Readable(this, source, strategyOf(strategy, source.type === "bytes" ? 0 : 1)));
	}
	static from(iterable) {
		const it = iterable?.[Symbol.asyncIterator]?.() ?? iterable?.[Symbol.iterator]?.();
		if (!it) throw error(TypeError, "ERR_ARG_NOT_ITERABLE", `${String(iterable)} is not iterable`);
		return new ReadableStream({
			async pull(c) {
				const step = await it.next();
				if (step.done) c.close();
				else c.enqueue(await step.value);
			},
			async cancel(reason) { await it.return?.(reason); },
		}, { highWaterMark: 0 });
	}
	get locked() { return !!machine(readables, this, "ReadableStream").reader; }
	async cancel(reason) {
		const m = machine(readables, this, "ReadableStream");
		if (m.reader) throw state("ReadableStream is locked");
		return m.cancel(reason);
	}
	getReader(options) {
		if (options?.mode !== undefined) throw error(TypeError, "ERR_INVALID_ARG_VALUE", "getReader: byob readers are not available in mcpjs");
		return new ReadableStreamDefaultReader(this);
	}
	values(options) {
		const reader = this.getReader(), keep = !!options?.preventCancel;
		let last = Promise.resolve(), over = false;
		const queue = (fn) => (last = last.then(fn, fn));
		return Object.setPrototypeOf({
			next: () => queue(async () => {
				if (over) return { value: undefined, done: true };
				try {
					const step = await reader.read();
					if (step.done) { over = true; reader.releaseLock(); }
					return step;
				} catch (e) { over = true; reader.releaseLock(); throw e; }
			}),
			return: (value) => queue(async () => {
				if (!over) {
					over = true;
					const cancelled = keep ? undefined : reader.cancel(value);
					reader.releaseLock();
					await cancelled;
				}
				return { value, done: true };
			}),
		}, AsyncIteratorPrototype);
	}
	tee() {
		const reader = this.getReader();
		let reading = false, again = false;
		const gone = [false, false], reasons = [], cancelled = defer();
		const branches = [0, 1].map((i) => new ReadableStream({
			pull: async () => {
				if (reading) { again = true; return; }
				do {
					again = false;
					reading = true;
					let step;
					try { step = await reader.read(); } catch (e) {
						reading = false;
						for (const b of branches) readables.get(b).fail(e);
						cancelled.resolve();
						return;
					}
					reading = false;
					for (const j of [0, 1]) {
						const m = readables.get(branches[j]);
						if (gone[j] || !m.open) continue;
						if (step.done) m.close(); else m.enqueue(step.value);
					}
					if (step.done) { cancelled.resolve(); return; }
				} while (again);
			},
			cancel: (reason) => {
				gone[i] = true;
				reasons[i] = reason;
				if (gone[0] && gone[1]) reader.cancel(reasons).then(cancelled.resolve, cancelled.reject);
				return cancelled.promise;
			},
		}, { highWaterMark: 0 }));
		quiet(closedOf.get(reader).promise.catch((e) => { for (const b of branches) readables.get(b).fail(e); }));
		return branches;
	}
	async pipeTo(target, { preventClose, preventAbort, preventCancel, signal } = {}) {
		if (!writables.has(target)) throw error(TypeError, "ERR_INVALID_ARG_TYPE", 'The "destination" argument must be an instance of WritableStream.');
		if (signal !== undefined && !isSignal(signal)) throw error(TypeError, "ERR_INVALID_ARG_TYPE", 'The "options.signal" property must be an instance of AbortSignal.');
		if (this.locked) throw state("The ReadableStream is locked");
		if (target.locked) throw state("The WritableStream is locked");
		const reader = this.getReader(), writer = target.getWriter();
		const aborted = defer();
		const undo = signal ? signal.aborted ? (aborted.reject(signal.reason), () => {}) : onAbort(signal, (reason) => aborted.reject(reason)) : () => {};
		try {
			for (;;) {
				try { await Promise.race([writer.ready, aborted.promise]); } catch (e) {
					if (signal?.aborted) throw e;
					if (!preventCancel) quiet(reader.cancel(e));
					throw e;
				}
				let step;
				try {
					step = await Promise.race([reader.read(), aborted.promise, writer.closed.then(() => { throw state("The destination is closed"); })]);
				} catch (e) {
					if (signal?.aborted) throw e;
					if (writables.get(target).state !== "writable") { if (!preventCancel) quiet(reader.cancel(e)); }
					else if (!preventAbort) await writer.abort(e).catch(() => {});
					throw e;
				}
				if (step.done) break;
				quiet(writer.write(step.value));
			}
			if (!preventClose) await writer.close();
			else await writables.get(target).idle();
		} catch (e) {
			if (signal?.aborted) {
				if (!preventAbort) await writer.abort(signal.reason).catch(() => {});
				if (!preventCancel) await reader.cancel(signal.reason).catch(() => {});
			}
			throw e;
		} finally {
			undo();
			reader.releaseLock();
			writer.releaseLock();
		}
	}
	pipeThrough(pair, options) {
		quiet(this.pipeTo(pair.writable, options));
		return pair.readable;
	}
	[inspect](depth, options, show) {
		const m = readables.get(this);
		return `ReadableStream ${show({ locked: !!m.reader, state: m.state, supportsBYOB: false }, options)}`;
	}
}
const AsyncIteratorPrototype = { [Symbol.asyncIterator]() { return this; }, async [Symbol.asyncDispose]() { await this.return?.(); } };
hide(ReadableStream.prototype, Symbol.asyncIterator, ReadableStream.prototype.values);

class Writable {
	state = "writable"; error = undefined; writer = null;
	queue = new Queue(); started = false; busy = false; closing = null; aborting = null; idlers = [];
	constructor(stream, sink, strategy) {
		this.strategy = strategy;
		this.writeFn = method(sink, "write");
		this.closeFn = method(sink, "close");
		this.abortFn = method(sink, "abort");
		this.signal = new AbortController();
		this.controller = new WritableStreamDefaultController(token, this);
		const started = method(sink, "start")?.(this.controller);
		Promise.resolve(started).then(() => { this.started = true; this.next(); }, (e) => { this.started = true; this.fail(e); });
	}
	get desired() { return this.state === "errored" || this.state === "erroring" ? null : this.state === "closed" ? 0 : this.strategy.high - this.queue.size; }
	write(chunk) {
		if (this.state === "errored" || this.state === "erroring") return Promise.reject(this.error);
		if (this.state === "closed" || this.closing) return Promise.reject(state("WritableStream is closed"));
		const d = defer();
		try { this.queue.push({ chunk, d }, this.strategy.size(chunk)); } catch (e) { this.fail(e); return Promise.reject(e); }
		this.pressure();
		this.next();
		return d.promise;
	}
	pressure() {
		const w = this.writer;
		if (!w) return;
		if (this.state === "writable" && !this.closing && this.desired <= 0) { if (w.readyDone) { w.ready = defer(); w.readyDone = false; } }
		else if (!w.readyDone) { w.readyDone = true; w.ready.resolve(); }
	}
	next() {
		if (!this.started || this.busy) return;
		if (this.state === "erroring") return this.settle();
		if (this.state !== "writable") return;
		if (this.queue.list.length) {
			const { chunk, d } = this.queue.list[0].value;
			this.busy = true;
			attempt(this.writeFn, chunk, this.controller).then(() => {
				this.busy = false;
				if (this.queue.list.length) this.queue.shift();
				d.resolve();
				this.pressure();
				this.next();
			}, (e) => { this.busy = false; d.reject(e); if (this.queue.list.length) this.queue.shift(); this.fail(e); });
		} else if (this.closing) {
			this.busy = true;
			attempt(this.closeFn).then(() => {
				this.busy = false;
				this.state = "closed";
				this.closing.resolve();
				this.aborting?.resolve();
				this.writer?.closed.resolve();
			}, (e) => { this.busy = false; this.closing.reject(e); this.closing = null; this.fail(e); });
		} else for (const fn of this.idlers.splice(0)) fn();
	}
	idle() { return this.busy || this.queue.list.length ? new Promise((r) => this.idlers.push(r)) : Promise.resolve(); }
	fail(e) {
		if (this.state !== "writable") { if (this.state === "erroring") this.next(); return; }
		this.state = "erroring";
		this.error = e;
		const w = this.writer;
		if (w) {
			if (w.readyDone) w.ready = defer();
			w.readyDone = true;
			w.ready.reject(e);
		}
		this.next();
	}
	settle() {
		this.state = "errored";
		for (const { value: { d } } of this.queue.list) d.reject(this.error);
		this.queue.clear();
		for (const fn of this.idlers.splice(0)) fn();
		const done = () => {
			if (this.closing) this.closing.reject(this.error);
			this.writer?.closed.reject(this.error);
		};
		if (!this.aborting) return done();
		attempt(this.abortFn, this.error).then(() => { this.aborting.resolve(); done(); }, (e) => { this.aborting.reject(e); done(); });
	}
	abort(reason) {
		if (this.state === "closed" || this.state === "errored") return Promise.resolve();
		this.signal.abort(reason);
		if (this.aborting) return this.aborting.promise;
		this.aborting = defer();
		if (this.state === "writable") this.fail(reason);
		return this.aborting.promise;
	}
	close() {
		if (this.closing || this.state === "closed" || this.state === "errored") return Promise.reject(state("WritableStream is closed"));
		this.closing = defer();
		this.pressure();
		this.next();
		return this.closing.promise;
	}
}
class WritableStreamDefaultController {
	#m;
	constructor(key, m) { illegal(key); this.#m = m; }
	get signal() { return this.#m.signal.signal; }
	error(e) { this.#m.fail(e); }
}
class WritableStreamDefaultWriter {
	#m; #w;
	constructor(stream) {
		const m = machine(writables, stream, "WritableStream");
		if (m.writer) throw state("WritableStream is locked");
		this.#m = m;
		const w = this.#w = m.writer = { ready: defer(), readyDone: false, closed: defer() };
		if (m.state === "writable") m.pressure();
		else {
			w.readyDone = true;
			if (m.state === "closed") { w.ready.resolve(); w.closed.resolve(); }
			else { w.ready.reject(m.error); if (m.state === "errored") w.closed.reject(m.error); }
		}
	}
	#of() { if (!this.#m) throw state("Writer is not bound to a WritableStream"); return this.#m; }
	get closed() { return this.#w.closed.promise; }
	get ready() { return this.#w.ready.promise; }
	get desiredSize() { return this.#of().desired; }
	async write(chunk) { return this.#of().write(chunk); }
	async close() { return this.#of().close(); }
	async abort(reason) { return this.#of().abort(reason); }
	releaseLock() {
		if (!this.#m) return;
		const e = state("Writer has been released");
		if (this.#m.state === "writable") { this.#w.closed.reject(e); if (!this.#w.readyDone) this.#w.ready.reject(e); }
		this.#w = { ready: defer(), closed: defer() };
		this.#w.ready.reject(e);
		this.#w.closed.reject(e);
		this.#m.writer = null;
		this.#m = null;
	}
}
class WritableStream {
	constructor(sink = {}, strategy) {
		if (sink?.type !== undefined) throw error(RangeError, "ERR_INVALID_ARG_VALUE", "The property 'sink.type' is invalid");
		writables.set(this, new Writable(this, sink, strategyOf(strategy, 1)));
	}
	get locked() { return !!machine(writables, this, "WritableStream").writer; }
	getWriter() { return new WritableStreamDefaultWriter(this); }
	async abort(reason) {
		if (this.locked) throw state("WritableStream is locked");
		return machine(writables, this, "WritableStream").abort(reason);
	}
	async close() {
		if (this.locked) throw state("WritableStream is locked");
		return machine(writables, this, "WritableStream").close();
	}
	[inspect](depth, options, show) {
		const m = writables.get(this);
		return `WritableStream ${show({ locked: !!m.writer, state: m.state }, options)}`;
	}
}

class TransformStreamDefaultController {
	#t;
	constructor(key, t) { illegal(key); this.#t = t; }
	get desiredSize() { return this.#t.readable.desired; }
	enqueue(chunk) { this.#t.readable.enqueue(chunk); }
	error(e) { this.#t.readable.fail(e); this.#t.writable.fail(e); this.#t.wake?.resolve(); }
	terminate() {
		if (this.#t.readable.open) this.#t.readable.close();
		this.#t.writable.fail(state("TransformStream has been terminated"));
		this.#t.wake?.resolve();
	}
}
class TransformStream {
	#readable; #writable;
	constructor(transformer = {}, writableStrategy, readableStrategy) {
		const t = { wake: null };
		const controller = new TransformStreamDefaultController(token, t);
		const transform = method(transformer, "transform") ?? ((chunk) => controller.enqueue(chunk));
		const flush = method(transformer, "flush"), cancel = method(transformer, "cancel");
		const begun = defer();
		this.#readable = new ReadableStream({
			start: () => begun.promise,
			pull() { t.wake?.resolve(); t.wake = null; },
			async cancel(reason) { t.writable.fail(reason); t.wake?.resolve(); await cancel?.(reason); },
		}, { highWaterMark: 0, ...readableStrategy });
		this.#writable = new WritableStream({
			start: () => begun.promise,
			async write(chunk) {
				// A full readable side holds the writer back until it is read.
				if (t.readable.open && t.readable.desired <= 0 && !t.readable.reader?.requests.length) await (t.wake ??= defer()).promise;
				if (t.writable.state === "erroring") throw t.writable.error;
				try { await transform(chunk, controller); } catch (e) { t.readable.fail(e); throw e; }
			},
			async close() {
				try {
					await flush?.(controller);
					if (t.readable.state === "errored") throw t.readable.error;
					if (t.readable.open) t.readable.close();
				} catch (e) { t.readable.fail(e); throw e; }
			},
			async abort(reason) { t.readable.fail(reason); await cancel?.(reason); },
		}, writableStrategy);
		t.readable = readables.get(this.#readable);
		t.writable = writables.get(this.#writable);
		transforms.set(this, t);
		begun.resolve(method(transformer, "start")?.(controller));
	}
	get readable() { return this.#readable; }
	get writable() { return this.#writable; }
}

class Pair {
	#t;
	constructor(t) { this.#t = t; }
	get readable() { return this.#t.readable; }
	get writable() { return this.#t.writable; }
}
class TextDecoderStream extends Pair {
	#d;
	constructor(label, options) {
		const d = new TextDecoder(label, options);
		super(new TransformStream({
			transform(chunk, c) { const text = d.decode(chunk, { stream: true }); if (text) c.enqueue(text); },
			flush(c) { const text = d.decode(); if (text) c.enqueue(text); },
		}));
		this.#d = d;
	}
	get encoding() { return this.#d.encoding; }
	get fatal() { return this.#d.fatal; }
	get ignoreBOM() { return this.#d.ignoreBOM; }
}
class TextEncoderStream extends Pair {
	constructor() {
		const e = new TextEncoder();
		let high = "";
		super(new TransformStream({
			transform(chunk, c) {
				let text = high + String(chunk);
				high = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : "";
				if (high) text = text.slice(0, -1);
				if (text) c.enqueue(e.encode(text));
			},
			flush(c) { if (high) c.enqueue(new Uint8Array([0xef, 0xbf, 0xbd])); },
		}));
	}
	get encoding() { return "utf-8"; }
}
class CountQueuingStrategy {
	constructor({ highWaterMark }) { this.highWaterMark = highWaterMark; }
	get size() { return () => 1; }
}
class ByteLengthQueuingStrategy {
	constructor({ highWaterMark }) { this.highWaterMark = highWaterMark; }
	get size() { return (chunk) => chunk.byteLength; }
}
const classes = { ReadableStream, ReadableStreamDefaultReader, ReadableStreamDefaultController, WritableStream, WritableStreamDefaultWriter,
	WritableStreamDefaultController, TransformStream, TransformStreamDefaultController, TextDecoderStream, TextEncoderStream,
	CountQueuingStrategy, ByteLengthQueuingStrategy };
for (const C of Object.values(classes)) tag(C);
const disturbed = (s) => readables.get(s).disturbed;
const isReadable = (v) => readables.has(v);
return { ...classes, disturbed, isReadable };
}
