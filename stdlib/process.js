// The global process.
(native) => {
"use strict";
const error = (C, code, message) => Object.assign(new C(message), { code });
const invalid = (name, expected, v) => error(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" argument must be ${expected}. Received ${native.received(v)}`);

// Emitter is as much of node's EventEmitter as process and its streams need.
class Emitter {
	#lists = new Map();
	#add(name, fn, once, first) {
		if (typeof fn !== "function") throw invalid("listener", "of type function", fn);
		if (name !== "newListener" && this.#lists.has("newListener")) this.emit("newListener", name, fn);
		let list = this.#lists.get(name);
		if (!list) this.#lists.set(name, list = []);
		list[first ? "unshift" : "push"]({ fn, once });
		this._listened?.(name, list.length);
		return this;
	}
	on(name, fn) { return this.#add(name, fn, false, false); }
	once(name, fn) { return this.#add(name, fn, true, false); }
	prependListener(name, fn) { return this.#add(name, fn, false, true); }
	prependOnceListener(name, fn) { return this.#add(name, fn, true, true); }
	off(name, fn) {
		const list = this.#lists.get(name);
		const i = list ? list.findLastIndex((l) => l.fn === fn) : -1;
		if (i >= 0) {
			list.splice(i, 1);
			if (!list.length) this.#lists.delete(name);
			this._listened?.(name, list.length);
			this.emit("removeListener", name, fn);
		}
		return this;
	}
	removeAllListeners(name) {
		for (const key of name === undefined ? [...this.#lists.keys()] : [name]) {
			this.#lists.delete(key);
			this._listened?.(key, 0);
		}
		return this;
	}
	emit(name, ...args) {
		const list = this.#lists.get(name);
		if (!list?.length) {
			if (name === "error") throw args[0] instanceof Error ? args[0] : error(Error, "ERR_UNHANDLED_ERROR", `Unhandled error. (${args[0]})`);
			return false;
		}
		for (const l of [...list]) {
			if (l.once) this.off(name, l.fn);
			l.fn.apply(this, args);
		}
		return true;
	}
	listeners(name) { return (this.#lists.get(name) ?? []).map((l) => l.fn); }
	rawListeners(name) { return this.listeners(name); }
	listenerCount(name) { return this.#lists.get(name)?.length ?? 0; }
	eventNames() { return [...this.#lists.keys()]; }
	setMaxListeners() { return this; }
	getMaxListeners() { return 10; }
	addListener(name, fn) { return this.on(name, fn); }
	removeListener(name, fn) { return this.off(name, fn); }
}

class WriteStream extends Emitter {
	constructor(fd) {
		super();
		this.fd = fd;
		this.writable = true;
		if (native.isTTY(fd)) this.isTTY = true;
	}
	write(chunk, encoding, done) {
		if (typeof encoding === "function") { done = encoding; encoding = undefined; }
		if (typeof chunk !== "string" && !ArrayBuffer.isView(chunk))
			throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received ${native.received(chunk)}`);
		native.write(this.fd, typeof chunk === "string" && encoding !== undefined && !/^utf-?8$/i.test(encoding) ? Buffer.from(chunk, encoding) : chunk);
		if (typeof done === "function") queueMicrotask(() => done(null));
		return true;
	}
	end(chunk, encoding, done) {
		if (typeof chunk === "function") { done = chunk; chunk = undefined; }
		if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
		if (typeof done === "function") queueMicrotask(done);
		return this;
	}
	cork() {}
	uncork() {}
	destroy() { return this; }
	get writableLength() { return 0; }
	get writableHighWaterMark() { return 16384; }
	get writableNeedDrain() { return false; }
	get columns() { return this.isTTY ? native.columns(this.fd) : undefined; }
	get rows() { return this.isTTY ? native.rows(this.fd) : undefined; }
	getWindowSize() { return [native.columns(this.fd), native.rows(this.fd)]; }
	getColorDepth() { return native.colors(this.fd) ? 8 : 1; }
	hasColors(n = 16) { return native.colors(this.fd) && (typeof n !== "number" || n <= 256); }
	clearLine(dir = 0, done) { return this.write(dir < 0 ? "\x1b[1K" : dir > 0 ? "\x1b[0K" : "\x1b[2K", done); }
	cursorTo(x, y, done) { return this.write(typeof y === "number" ? `\x1b[${y + 1};${x + 1}H` : `\x1b[${x + 1}G`, typeof y === "function" ? y : done); }
	moveCursor(dx, dy, done) {
		return this.write((dx < 0 ? `\x1b[${-dx}D` : dx > 0 ? `\x1b[${dx}C` : "") + (dy < 0 ? `\x1b[${-dy}A` : dy > 0 ? `\x1b[${dy}B` : ""), done);
	}
}

// Chunks are Buffers as in node, or strings after setEncoding; they end between
// characters, so that adding them up as text is safe.
class ReadStream extends Emitter {
	#encoding; #flowing = false; #paused = false; #ended = false; #reading; #waiting = [];
	constructor() {
		super();
		this.fd = 0;
		this.readable = true;
		if (native.isTTY(0)) this.isTTY = true;
	}
	setEncoding(encoding) { this.#encoding = encoding ?? "utf8"; return this; }
	get readableEncoding() { return this.#encoding ?? null; }
	get readableFlowing() { return this.#flowing; }
	get readableEnded() { return this.#ended; }
	isPaused() { return this.#paused; }
	#chunk(bytes) { return this.#encoding === undefined ? bytes : bytes.toString(this.#encoding); }
	_listened(name, n) {
		if (name === "data" || name === "readable") {
			if (n > 0 && !this.#paused) this.resume();
			else if (n === 0 && !this.listenerCount("data") && !this.listenerCount("readable")) this.pause();
		}
	}
	resume() {
		this.#paused = false;
		this.#flowing = true;
		queueMicrotask(() => this.#pump());
		return this;
	}
	pause() {
		this.#paused = true;
		this.#flowing = false;
		this.#reading?.cancel();
		return this;
	}
	unref() { this.#reading?.cancel(); return this; }
	ref() { return this; }
	destroy() { this.pause(); this.#end(); return this; }
	setRawMode() { throw error(Error, "ERR_METHOD_NOT_IMPLEMENTED", "process.stdin.setRawMode is not available; use prompt of the module mcpjs, or readline/promises"); }
	#buffered = [];
	read() { return this.#buffered.shift() ?? null; }
	#end() {
		if (this.#ended) return;
		this.#ended = true;
		this.readable = false;
		this.emit("end");
		this.emit("close");
	}
	#pump() {
		if (this.#reading || !this.#flowing || this.#ended) return;
		const reading = this.#reading = native.read();
		reading.promise.then((bytes) => {
			this.#reading = undefined;
			if (bytes === undefined) { if (this.#flowing) this.#pump(); return; }
			if (bytes === null) {
				if (this.listenerCount("readable")) this.emit("readable");
				this.#end();
				return;
			}
			const chunk = this.#chunk(bytes);
			if (this.listenerCount("readable")) { this.#buffered.push(chunk); this.emit("readable"); }
			this.emit("data", chunk);
			this.#pump();
		}, (e) => { this.#reading = undefined; this.emit("error", e); });
	}
	pipe(to) {
		this.on("data", (chunk) => to.write(chunk));
		if (to.fd === undefined) this.on("end", () => to.end());
		return to;
	}
	[Symbol.asyncIterator]() {
		let reading, done = false;
		return {
			next: async () => {
				if (done || this.#ended) return { done: true, value: undefined };
				const bytes = await (reading = native.read()).promise;
				if (bytes === null || bytes === undefined) {
					done = true;
					this.#end();
					return { done: true, value: undefined };
				}
				return { done: false, value: this.#chunk(bytes) };
			},
			return: async () => { done = true; reading?.cancel(); return { done: true, value: undefined }; },
			[Symbol.asyncIterator]() { return this; },
		};
	}
}

class Process extends Emitter {}
const process = new Process();
Object.defineProperty(Process.prototype, Symbol.toStringTag, { value: "process", configurable: true });
Object.defineProperty(Process, "name", { value: "process" });

let exitCode, exiting = false, hooked = false;
const lazy = (name, make) => Object.defineProperty(process, name, {
	configurable: true, enumerable: true,
	get() { const value = make(); Object.defineProperty(process, name, { value, writable: true, configurable: true, enumerable: true }); return value; },
	set(value) { Object.defineProperty(process, name, { value, writable: true, configurable: true, enumerable: true }); },
});
const integer = (v) => {
	if (v === undefined || v === null) return undefined;
	const n = typeof v === "string" && v !== "" ? Number(v) : v;
	if (typeof n !== "number") throw invalid("code", "of type number", v);
	if (!Number.isInteger(n)) throw error(RangeError, "ERR_OUT_OF_RANGE", `The value of "code" is out of range. It must be an integer. Received ${v}`);
	return n;
};
const runExit = (code) => {
	if (exiting) return;
	exiting = true;
	if (exitCode === undefined && code) exitCode = code;
	process.emit("exit", exitCode ?? code);
};
const hook = () => {
	if (hooked) return;
	hooked = true;
	native.hook(
		() => { process.emit("beforeExit", exitCode ?? 0); },
		(code) => { runExit(code); return exitCode ?? code; },
	);
};
process._listened = (name, n) => {
	if (name === "exit" || name === "beforeExit") hook();
	if (name === "uncaughtException" || name === "unhandledRejection" || name === "uncaughtExceptionMonitor") native.watchUncaught();
	if (typeof name === "string" && /^SIG[A-Z0-9]+$/.test(name))
		native.signal(name, n > 0 ? () => process.emit(name, name, native.signals[name]) : null);
};
Object.defineProperty(process, "_listened", { enumerable: false });

lazy("stdout", () => new WriteStream(1));
lazy("stderr", () => new WriteStream(2));
lazy("stdin", () => new ReadStream());
lazy("argv", () => [...native.argv]);
lazy("env", () => native.env());
lazy("versions", () => Object.freeze({ ...native.versions }));
lazy("release", () => ({ name: "mcpjs" }));
lazy("config", () => ({ target_defaults: {}, variables: {} }));
lazy("features", () => ({}));
Object.defineProperty(process, "exitCode", {
	configurable: true, enumerable: true,
	get: () => exitCode,
	set(v) { hook(); exitCode = integer(v); },
});
Object.defineProperty(process, "title", { configurable: true, enumerable: true, value: "mcpjs", writable: true });

const hrtime = (since) => {
	const ns = native.nanoseconds();
	let s = Number(ns / 1000000000n), n = Number(ns % 1000000000n);
	if (since !== undefined) {
		if (!Array.isArray(since) || since.length !== 2) throw invalid("time", "an instance of Array", since);
		s -= since[0];
		n -= since[1];
		if (n < 0) { s--; n += 1e9; }
	}
	return [s, n];
};
hrtime.bigint = () => native.nanoseconds();
const memoryUsage = () => ({ ...native.memory() });
memoryUsage.rss = () => native.memory().rss;

const methods = {
	exit(code) {
		if (code !== undefined) exitCode = integer(code);
		if (!exiting) runExit(exitCode ?? 0);
		native.exit(exitCode ?? 0);
	},
	reallyExit(code) { native.exit(code ?? 0); },
	abort() { native.exit(134); },
	cwd: () => native.cwd(),
	chdir(directory) {
		if (typeof directory !== "string") throw invalid("directory", "of type string", directory);
		native.chdir(directory);
	},
	hrtime, memoryUsage,
	uptime: () => native.uptime(),
	cpuUsage(previous) {
		const now = native.cpu();
		return previous ? { user: now.user - previous.user, system: now.system - previous.system } : { ...now };
	},
	// Runs with the promise jobs, in order, not before them.
	nextTick(fn, ...args) {
		if (typeof fn !== "function") throw invalid("callback", "of type function", fn);
		queueMicrotask(args.length ? () => fn(...args) : fn);
	},
	emitWarning(warning, options, code) {
		let type = "Warning", detail;
		if (options !== null && typeof options === "object") ({ type = "Warning", code, detail } = options);
		else if (typeof options === "string") type = options;
		if (typeof warning === "string") {
			const text = warning;
			warning = new Error(text);
			Object.defineProperty(warning, "name", { value: type, writable: true, configurable: true });
			if (code !== undefined) warning.code = code;
			if (detail !== undefined) warning.detail = detail;
		} else if (!(warning instanceof Error)) throw invalid("warning", "of type string or an instance of Error", warning);
		queueMicrotask(() => {
			if (!process.noDeprecation || warning.name !== "DeprecationWarning")
				native.write(2, native.printable(`(mcpjs:${process.pid}) ${warning.code ? `[${warning.code}] ` : ""}${warning.name}: ${warning.message}\n${warning.detail ? warning.detail + "\n" : ""}`));
			process.emit("warning", warning);
		});
	},
	kill(pid, signal = "SIGTERM") {
		if (typeof pid === "string" && pid.trim() !== "" && !Number.isNaN(+pid)) pid = +pid;
		if (!Number.isInteger(pid)) throw invalid("pid", "of type number", pid);
		if (typeof signal === "string") {
			if (!(signal in native.signals)) throw error(TypeError, "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${signal}`);
			signal = native.signals[signal];
		}
		native.kill(pid, signal);
		return true;
	},
	umask(mask) {
		if (typeof mask === "string") {
			if (!/^[0-7]+$/.test(mask)) throw error(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'mask' must be a 32-bit unsigned integer or an octal string. Received '${mask}'`);
			mask = parseInt(mask, 8);
		}
		return native.umask(mask ?? -1);
	},
	hasUncaughtExceptionCaptureCallback: () => false,
	getActiveResourcesInfo: () => [],
	binding() { throw error(Error, "ERR_INVALID_MODULE", "process.binding is not available in mcpjs"); },
};
for (const name in methods) Object.defineProperty(process, name, { value: methods[name], writable: true, configurable: true, enumerable: true });
for (const [name, id] of Object.entries(native.ids)) process[name] = () => (Array.isArray(id) ? [...id] : id);
Object.assign(process, { execArgv: [], ...native.constants });

// The two below are called by Go; true means that somebody listened.
const uncaught = (err, fromPromise, promise) => {
	if (fromPromise && process.listenerCount("unhandledRejection")) {
		process.emit("unhandledRejection", err, promise);
		return true;
	}
	const origin = fromPromise ? "unhandledRejection" : "uncaughtException";
	process.emit("uncaughtExceptionMonitor", err, origin);
	if (!process.listenerCount("uncaughtException")) return false;
	process.emit("uncaughtException", err, origin);
	return true;
};
return { process, uncaught };
}
