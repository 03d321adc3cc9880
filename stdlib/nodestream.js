// node's module stream: Readable, Writable, Duplex, Transform, PassThrough,
// pipeline and finished. Not there: cork's batching, _writev, web streams.
(host) => {
"use strict";
const EventEmitter = host.require("events");
const coded = (C, code, message) => Object.assign(new C(message), { code });
const soon = (fn) => { queueMicrotask(fn); };
const abortError = (cause) => Object.assign(new Error("The operation was aborted", { cause }), { name: "AbortError", code: "ABORT_ERR" });
const isBytes = (v) => v instanceof Uint8Array;
const hide = (o, key, value) => Object.defineProperty(o, key, { value, writable: true, configurable: true });

class Stream extends EventEmitter {
	constructor(options) {
		super(options);
		hide(this, "_s", { destroyed: false, closed: false, errored: null, autoDestroy: options?.autoDestroy !== false, emitClose: options?.emitClose !== false });
		if (typeof options?.destroy === "function") this._destroy = options.destroy;
		if (options?.signal) addAbortSignal(options.signal, this);
	}
	pipe(to, options) { return pipe(this, to, options); }
	get destroyed() { return this._s.destroyed; }
	set destroyed(v) { this._s.destroyed = v; }
	get closed() { return this._s.closed; }
	get errored() { return this._s.errored; }
	_destroy(err, done) { done(err); }
	destroy(err) {
		const s = this._s;
		if (s.destroyed) return this;
		s.destroyed = true;
		if (err) s.errored = err;
		let called = false;
		const done = (e) => {
			if (called) return;
			called = true;
			if (e) s.errored = e;
			soon(() => {
				this._wake?.();
				s.closed = true;
				if (e) this.emit("error", e);
				if (s.emitClose) this.emit("close");
				this._wake?.();
			});
		};
		try { this._destroy(err ?? null, done); } catch (e) { done(e); }
		return this;
	}
	[Symbol.asyncDispose]() {
		return new Promise((resolve) => {
			if (this.closed) return resolve();
			this.once("close", resolve);
			this.on("error", () => {});
			this.destroy(this.readableEnded || this.writableFinished ? undefined : abortError());
		});
	}
}

function pipe(from, to, options) {
	const ondata = (chunk) => { if (to.write(chunk) === false) { from.pause(); to.once("drain", resume); } };
	const resume = () => from.resume();
	const onend = () => to.end();
	const unpipe = () => {
		from.off("data", ondata);
		from.off("end", onend);
		to.off("drain", resume);
		to.off("close", unpipe);
		to.off("error", onerror);
		from._pipes?.delete(to);
		to.emit("unpipe", from);
	};
	const onerror = (e) => {
		unpipe();
		if (to.listenerCount("error") === 0) to.emit("error", e);
	};
	from.on("data", ondata);
	if (options?.end !== false && to !== globalThis.process?.stdout && to !== globalThis.process?.stderr) from.once("end", onend);
	to.once?.("close", unpipe);
	to.prependListener?.("error", onerror);
	if (from._pipes) from._pipes.set(to, unpipe);
	to.emit?.("pipe", from);
	return to;
}

const defaultHighWaterMark = (objectMode) => objectMode ? 16 : 16384;

function initReadable(self, options = {}) {
	hide(self, "_r", {
		buffer: [], length: 0, flowing: null, ended: false, endEmitted: false, reading: false, kicked: false, waiting: [],
		objectMode: !!(options.objectMode || options.readableObjectMode), decoder: null, encoding: null,
		hwm: options.readableHighWaterMark ?? options.highWaterMark ?? defaultHighWaterMark(options.objectMode || options.readableObjectMode),
	});
	hide(self, "_pipes", new Map());
	if (typeof options.read === "function") self._read = options.read;
	if (options.encoding) self.setEncoding(options.encoding);
}

class Readable extends Stream {
	constructor(options) {
		super(options);
		initReadable(this, options);
	}
	_read() { throw coded(Error, "ERR_METHOD_NOT_IMPLEMENTED", "The _read() method is not implemented"); }
	get readable() { return !this._s.destroyed && !this._r.endEmitted && !this._s.errored; }
	get readableEnded() { return this._r.endEmitted; }
	get readableFlowing() { return this._r.flowing; }
	get readableLength() { return this._r.length; }
	get readableHighWaterMark() { return this._r.hwm; }
	get readableObjectMode() { return this._r.objectMode; }
	get readableEncoding() { return this._r.encoding; }
	get readableAborted() { return this._s.destroyed && !this._r.endEmitted; }
	setEncoding(encoding) {
		const { StringDecoder } = host.require("string_decoder");
		const r = this._r;
		r.decoder = new StringDecoder(encoding);
		r.encoding = r.decoder.encoding;
		r.buffer = r.buffer.map((c) => isBytes(c) ? r.decoder.write(c) : c).filter((c) => c !== "");
		r.length = r.buffer.reduce((n, c) => n + c.length, 0);
		return this;
	}
	push(chunk, encoding) { return this._add(chunk, encoding, false); }
	unshift(chunk, encoding) { return this._add(chunk, encoding, true); }
	_add(chunk, encoding, first) {
		const r = this._r;
		r.reading = false;
		if (chunk === null) {
			if (!r.ended) {
				r.ended = true;
				const rest = r.decoder?.end();
				if (rest) { r.buffer.push(rest); r.length += rest.length; }
			}
			this._kick();
			return false;
		}
		if (r.ended && !first) { this.destroy(coded(Error, "ERR_STREAM_PUSH_AFTER_EOF", "stream.push() after EOF")); return false; }
		if (!r.objectMode) {
			if (typeof chunk === "string") { if (!r.decoder || encoding && encoding !== r.encoding) chunk = Buffer.from(chunk, encoding); }
			else if (!isBytes(chunk)) {
				this.destroy(coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "chunk" argument must be of type string or an instance of Buffer or Uint8Array. Received ${host.received(chunk)}`));
				return false;
			} else if (!(chunk instanceof Buffer)) chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
			if (r.decoder && isBytes(chunk)) chunk = r.decoder.write(chunk);
			if (chunk.length === 0) { this._kick(); return r.length < r.hwm; }
		}
		r.buffer[first ? "unshift" : "push"](chunk);
		r.length += r.objectMode ? 1 : chunk.length;
		this._kick();
		return r.length < r.hwm;
	}
	_wake() { for (const fn of this._r?.waiting.splice(0) ?? []) fn(); }
	_kick() {
		const r = this._r;
		if (r.kicked) return;
		r.kicked = true;
		soon(() => {
			r.kicked = false;
			if (this._s.destroyed) return;
			this._wake();
			if (this.listenerCount("readable") > 0) { if (r.length > 0 || r.ended) this.emit("readable"); }
			else if (r.flowing) this._flow();
			if (r.ended && r.length === 0) this._finishRead();
			else if (r.flowing || this.listenerCount("readable") > 0) this._more();
		});
	}
	_flow() {
		const r = this._r;
		while (r.flowing && r.buffer.length > 0) {
			const chunk = r.buffer.shift();
			r.length -= r.objectMode ? 1 : chunk.length;
			this.emit("data", chunk);
		}
	}
	_more() {
		const r = this._r;
		if (r.reading || r.ended || this._s.destroyed || r.length >= r.hwm && r.length > 0) return;
		r.reading = true;
		try { this._read(r.hwm); } catch (e) { this.destroy(e); }
	}
	_finishRead() {
		const r = this._r;
		if (r.endEmitted || this._s.errored) return;
		if (r.flowing === null && this.listenerCount("readable") === 0 && !r.consumed) return;
		r.endEmitted = true;
		this.emit("end");
		if (this._w && !this._w.allowHalfOpen && !this._w.ending) this.end();
		if (this._s.autoDestroy && (!this._w || this._w.finished)) this.destroy();
	}
	read(n) {
		const r = this._r;
		r.consumed = true;
		if (n === 0) { this._more(); return null; }
		if (r.buffer.length === 0) {
			if (r.ended) soon(() => this._finishRead()); else this._more();
			return null;
		}
		let chunk;
		if (r.objectMode || n === undefined && r.flowing) chunk = r.buffer.shift();
		else if (n === undefined || n >= r.length) {
			if (n > r.length && !r.ended) { this._more(); return null; }
			chunk = r.buffer.length === 1 ? r.buffer[0] : typeof r.buffer[0] === "string" ? r.buffer.join("") : Buffer.concat(r.buffer);
			r.buffer = [];
		} else {
			const all = typeof r.buffer[0] === "string" ? r.buffer.join("") : Buffer.concat(r.buffer);
			chunk = all.slice(0, n);
			r.buffer = [all.slice(n)];
		}
		r.length -= r.objectMode ? 1 : chunk.length;
		if (r.ended && r.length === 0) soon(() => this._finishRead()); else this._more();
		if (r.flowing !== true && this.listenerCount("data") > 0) this.emit("data", chunk);
		return chunk;
	}
	on(name, fn) {
		super.on(name, fn);
		if (name === "data" && this._r.flowing !== false && this.listenerCount("readable") === 0) this.resume();
		else if (name === "readable") { this._r.flowing = false; this._r.consumed = true; if (this._r.length > 0 || this._r.ended) this._kick(); else soon(() => this._more()); }
		return this;
	}
	addListener(name, fn) { return this.on(name, fn); }
	resume() {
		const r = this._r;
		if (!r.flowing) {
			r.flowing = true;
			soon(() => { if (r.flowing && !this._s.destroyed) this.emit("resume"); });
		}
		this._kick();
		return this;
	}
	pause() {
		if (this._r.flowing !== false) { this._r.flowing = false; this.emit("pause"); }
		return this;
	}
	isPaused() { return this._r.flowing === false; }
	unpipe(to) {
		for (const [target, undo] of [...this._pipes]) if (to === undefined || target === to) undo();
		if (this._pipes.size === 0) this.pause();
		return this;
	}
	iterator({ destroyOnReturn = true } = {}) {
		const self = this, r = this._r;
		let over = false, turn = Promise.resolve();
		r.consumed = true;
		const step = async () => {
			for (;;) {
				if (over) return { done: true, value: undefined };
				const chunk = self._s.destroyed ? null : self.read();
				if (chunk !== null) return { done: false, value: chunk };
				if (self._s.errored) { over = true; throw self._s.errored; }
				if (r.endEmitted || r.ended && r.length === 0 && (self._finishRead(), true)) { over = true; return { done: true, value: undefined }; }
				if (self._s.destroyed) {
					over = true;
					throw coded(Error, "ERR_STREAM_PREMATURE_CLOSE", "Premature close");
				}
				await new Promise((resolve) => r.waiting.push(resolve));
			}
		};
		self.on("error", () => {});
		return {
			next: () => turn = turn.then(step, step),
			async return(value) {
				over = true;
				if (destroyOnReturn && !self._s.destroyed) self.destroy();
				return { done: true, value };
			},
			[Symbol.asyncIterator]() { return this; },
			[Symbol.asyncDispose]() { return this.return(); },
		};
	}
	[Symbol.asyncIterator]() { return this.iterator(); }
	async toArray() { const out = []; for (let it = this.iterator(), s; !(s = await it.next()).done;) out.push(s.value); return out; }
	async forEach(fn) { for (let it = this.iterator(), s; !(s = await it.next()).done;) await fn(s.value); }
	map(fn) { return Readable.from(mapped(this, async (v, push) => push(await fn(v)))); }
	filter(fn) { return Readable.from(mapped(this, async (v, push) => { if (await fn(v)) push(v); })); }
	async reduce(fn, ...init) {
		let acc = init[0], started = init.length > 0;
		await this.forEach(async (v) => { if (started) acc = await fn(acc, v); else { acc = v; started = true; } });
		if (!started) throw coded(TypeError, "ERR_MISSING_ARGS", "Reduce of an empty stream requires an initial value");
		return acc;
	}
	static from(source, options) {
		if (typeof source === "string" || isBytes(source)) source = [source];
		const it = source?.[Symbol.asyncIterator]?.() ?? source?.[Symbol.iterator]?.();
		if (!it) throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "iterable" argument must be an instance of Iterable. Received ${host.received(source)}`);
		let reading = false;
		return new Readable({
			objectMode: true, highWaterMark: 1, ...options,
			read() {
				if (reading) return;
				reading = true;
				(async () => {
					try {
						const { done, value } = await it.next();
						if (done) { this.push(null); return; }
						const v = await value;
						if (v === null) throw coded(TypeError, "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
						reading = false;
						this.push(v);
					} catch (e) { this.destroy(e); } finally { reading = false; }
				})();
			},
			destroy(e, done) { Promise.resolve(this._r.ended ? undefined : it.return?.()).then(() => done(e), done); },
		});
	}
}
const mapped = (stream, fn) => {
	const it = stream.iterator(), out = [];
	return {
		async next() {
			while (out.length === 0) {
				const s = await it.next();
				if (s.done) return s;
				await fn(s.value, (v) => out.push(v));
			}
			return { done: false, value: out.shift() };
		},
		return: () => it.return(),
		[Symbol.asyncIterator]() { return this; },
	};
};

function initWritable(self, options = {}) {
	hide(self, "_w", {
		queue: [], length: 0, writing: false, ending: false, ended: false, finished: false, needDrain: false, final: false, allowHalfOpen: options.allowHalfOpen !== false,
		objectMode: !!(options.objectMode || options.writableObjectMode), decodeStrings: options.decodeStrings !== false, encoding: options.defaultEncoding ?? "utf8",
		hwm: options.writableHighWaterMark ?? options.highWaterMark ?? defaultHighWaterMark(options.objectMode || options.writableObjectMode),
	});
	if (typeof options.write === "function") self._write = options.write;
	if (typeof options.writev === "function" && typeof options.write !== "function") self._write = (chunk, encoding, done) => options.writev.call(self, [{ chunk, encoding }], done);
	if (typeof options.final === "function") self._final = options.final;
}
const writableMembers = {
	_write(chunk, encoding, done) { done(coded(Error, "ERR_METHOD_NOT_IMPLEMENTED", "The _write() method is not implemented")); },
	get writable() { const w = this._w; return !this._s.destroyed && !w.ending && !this._s.errored; },
	get writableEnded() { return this._w.ending; },
	get writableFinished() { return this._w.finished; },
	get writableLength() { return this._w.length; },
	get writableHighWaterMark() { return this._w.hwm; },
	get writableObjectMode() { return this._w.objectMode; },
	get writableNeedDrain() { return this._w.needDrain; },
	get writableCorked() { return 0; },
	setDefaultEncoding(encoding) { this._w.encoding = encoding; return this; },
	cork() {},
	uncork() {},
	write(chunk, encoding, done) {
		const w = this._w;
		if (typeof encoding === "function") { done = encoding; encoding = undefined; }
		let error;
		if (chunk === null) throw coded(TypeError, "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
		if (!w.objectMode) {
			if (typeof chunk === "string") { if (w.decodeStrings) { chunk = Buffer.from(chunk, encoding ?? w.encoding); encoding = "buffer"; } }
			else if (isBytes(chunk)) { if (!(chunk instanceof Buffer)) chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength); encoding = "buffer"; }
			else throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "chunk" argument must be of type string or an instance of Buffer or Uint8Array. Received ${host.received(chunk)}`);
		}
		if (w.ending) error = coded(Error, "ERR_STREAM_WRITE_AFTER_END", "write after end");
		else if (this._s.destroyed) error = coded(Error, "ERR_STREAM_DESTROYED", "Cannot call write after a stream was destroyed");
		if (error) {
			soon(() => done?.(error));
			if (w.ending) this.destroy(error);
			return false;
		}
		const size = w.objectMode ? 1 : chunk.length;
		w.queue.push({ chunk, encoding: encoding ?? w.encoding, done, size });
		w.length += size;
		this._drainQueue();
		const more = w.length < w.hwm;
		if (!more) w.needDrain = true;
		return more && !this._s.errored;
	},
	_drainQueue() {
		const w = this._w;
		if (w.writing || this._s.destroyed) return;
		const next = w.queue.shift();
		if (!next) {
			if (w.needDrain && w.length === 0 && !w.ending) { w.needDrain = false; this.emit("drain"); }
			this._finishWrite();
			return;
		}
		w.writing = true;
		let sync = true, called = false;
		const after = (e) => {
			if (called) { this.destroy(coded(Error, "ERR_MULTIPLE_CALLBACK", "Callback called multiple times")); return; }
			called = true;
			const settle = () => {
				w.writing = false;
				w.length -= next.size;
				if (e) {
					next.done?.(e);
					for (const q of w.queue.splice(0)) q.done?.(e);
					this.destroy(e);
					return;
				}
				next.done?.(null);
				this._drainQueue();
			};
			if (sync) soon(settle); else settle();
		};
		try { this._write(next.chunk, next.encoding, after); } catch (e) { if (called) throw e; after(e); }
		sync = false;
	},
	end(chunk, encoding, done) {
		const w = this._w;
		if (typeof chunk === "function") { done = chunk; chunk = undefined; }
		else if (typeof encoding === "function") { done = encoding; encoding = undefined; }
		if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
		if (typeof done === "function") {
			if (w.finished) soon(() => done());
			else {
				const ok = () => { this.off("error", fail); done(); }, fail = (e) => { this.off("finish", ok); done(e); };
				this.once("finish", ok);
				this.once("error", fail);
			}
		}
		if (!w.ending) { w.ending = true; soon(() => this._drainQueue()); }
		return this;
	},
	_finishWrite() {
		const w = this._w;
		if (!w.ending || w.final || w.writing || w.queue.length || this._s.destroyed) return;
		w.final = true;
		const done = (e) => soon(() => {
			if (e) { this.destroy(e); return; }
			if (w.finished || this._s.errored) return;
			w.finished = w.ended = true;
			this.emit("prefinish");
			this.emit("finish");
			if (this._s.autoDestroy && (!this._r || this._r.endEmitted)) this.destroy();
		});
		if (typeof this._final === "function") { try { this._final(done); } catch (e) { done(e); } } else done();
	},
};
const mixIn = (C) => {
	const members = Object.getOwnPropertyDescriptors(writableMembers);
	for (const key of Object.keys(members)) Object.defineProperty(C.prototype, key, { ...members[key], enumerable: false });
};

class Writable extends Stream {
	constructor(options) {
		super(options);
		initWritable(this, options);
	}
	pipe() { throw coded(Error, "ERR_STREAM_CANNOT_PIPE", "Cannot pipe, not readable"); }
	static [Symbol.hasInstance](o) {
		if (this !== Writable) return Function.prototype[Symbol.hasInstance].call(this, o);
		return o instanceof Stream && o._w !== undefined;
	}
}
mixIn(Writable);

class Duplex extends Readable {
	constructor(options) {
		super(options);
		initWritable(this, options);
	}
}
mixIn(Duplex);

class Transform extends Duplex {
	constructor(options) {
		super(options);
		if (typeof options?.transform === "function") this._transform = options.transform;
		if (typeof options?.flush === "function") this._flush = options.flush;
		hide(this, "_held", undefined);
	}
	_transform() { throw coded(Error, "ERR_METHOD_NOT_IMPLEMENTED", "The _transform() method is not implemented"); }
	_write(chunk, encoding, done) {
		this._transform(chunk, encoding, (e, out) => {
			if (e) { done(e); return; }
			if (out !== undefined && out !== null) this.push(out);
			// What is not read holds back what is written.
			if (this._r.length < this._r.hwm || this._r.ended) done();
			else this._held = done;
		});
	}
	_read() { const done = this._held; this._held = undefined; this._r.reading = false; done?.(); }
	_final(done) {
		const end = (e, out) => {
			if (e) { done(e); return; }
			if (out !== undefined && out !== null) this.push(out);
			this.push(null);
			done();
		};
		if (typeof this._flush === "function") this._flush(end); else end();
	}
}
class PassThrough extends Transform {
	_transform(chunk, encoding, done) { done(null, chunk); }
}

function finished(stream, options, callback) {
	if (typeof options === "function") { callback = options; options = {}; }
	const readable = options?.readable !== false && (stream._r !== undefined || !stream._w && typeof stream.read === "function");
	const writable = options?.writable !== false && (stream._w !== undefined || !stream._r && typeof stream.write === "function");
	let over = false;
	const done = (e) => { if (!over) { over = true; off(); callback.call(stream, e); } };
	const ended = () => !readable || stream.readableEnded, flushed = () => !writable || stream.writableFinished;
	const check = () => { if (ended() && flushed()) done(); };
	const onclose = () => ended() && flushed() ? done() : done(stream.errored ?? coded(Error, "ERR_STREAM_PREMATURE_CLOSE", "Premature close"));
	const onabort = () => done(abortError(options.signal.reason));
	const off = () => {
		stream.off("end", check); stream.off("finish", check); stream.off("error", done); stream.off("close", onclose);
		options?.signal?.removeEventListener("abort", onabort);
	};
	stream.on("end", check); stream.on("finish", check); stream.on("error", done); stream.on("close", onclose);
	if (options?.signal) { if (options.signal.aborted) soon(onabort); else options.signal.addEventListener("abort", onabort); }
	if (stream.closed) soon(onclose); else if (ended() && flushed() && (stream._r || stream._w)) soon(check);
	return off;
}

function pipeline(...streams) {
	const callback = typeof streams.at(-1) === "function" ? streams.pop() : () => {};
	let value;
	run(streams, {}).then((v) => { value = v; soon(() => callback(undefined, value)); }, (e) => soon(() => callback(e)));
	return streams.at(-1);
}

async function run(streams, { signal, end = true }) {
	if (streams.length === 1 && Array.isArray(streams[0])) streams = streams[0];
	if (streams.length < 2) throw coded(TypeError, "ERR_MISSING_ARGS", 'The "streams" argument must be specified');
	if (signal?.aborted) throw abortError(signal.reason);
	const all = [], waits = [];
	let failure;
	const isStream = (s) => typeof s?.on === "function" && (typeof s.write === "function" || typeof s.read === "function");
	const fail = (e) => {
		if (failure) return;
		failure = { e };
		for (const s of all) if (!s.destroyed) { s.on?.("error", () => {}); s.destroy?.(e); }
	};
	const onabort = () => fail(abortError(signal.reason));
	signal?.addEventListener("abort", onabort);
	let current, result;
	for (const [i, s] of streams.entries()) {
		const last = i === streams.length - 1;
		if (isStream(s)) {
			all.push(s);
			if (i > 0) {
				const from = isStream(current) ? current : Readable.from(current);
				if (from !== current) { all.push(from); from.on("error", fail); }
				pipe(from, s, { end: end || !last });
			}
			if (s !== globalThis.process?.stdout && s !== globalThis.process?.stderr)
				waits.push(new Promise((resolve) => finished(s, { readable: !last && s._r !== undefined, writable: i > 0 && (end || !last) }, (e) => { if (e) fail(e); resolve(); })));
			else waits.push(new Promise((resolve) => finished(current, { writable: false }, () => resolve())));
			current = s;
		} else if (typeof s === "function") {
			const out = i === 0 ? s({ signal }) : s(isStream(current) ? current : Readable.from(current), { signal });
			if (last && typeof out?.then === "function") waits.push(out.then((v) => { result = v; }, fail));
			else current = out;
		} else if (i === 0) current = s;
		else throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "streams[${i}]" argument must be of type function or an instance of Stream. Received ${host.received(s)}`);
	}
	try { await Promise.all(waits); } finally { signal?.removeEventListener("abort", onabort); }
	if (failure) throw failure.e;
	return result;
}

function addAbortSignal(signal, stream) {
	const stop = () => stream.destroy(abortError(signal.reason));
	if (signal.aborted) soon(stop);
	else {
		signal.addEventListener("abort", stop, { once: true });
		soon(() => finished(stream, () => signal.removeEventListener("abort", stop)));
	}
	return stream;
}

const promises = {
	pipeline(...streams) {
		const last = streams.at(-1);
		const options = last && typeof last === "object" && !last.on && !last[Symbol.asyncIterator] && !last[Symbol.iterator] ? streams.pop() : {};
		return run(streams, options);
	},
	finished: (stream, options) => new Promise((resolve, reject) => finished(stream, options ?? {}, (e) => e ? reject(e) : resolve())),
};
return Object.assign(Stream, {
	Stream, Readable, Writable, Duplex, Transform, PassThrough, pipeline, finished, addAbortSignal, promises,
	isReadable: (s) => s?.readable ?? null, isErrored: (s) => !!s?.errored, isDisturbed: (s) => !!s?._r?.consumed,
	getDefaultHighWaterMark: defaultHighWaterMark, setDefaultHighWaterMark() {},
});
}
