// node's modules fs and fs/promises: arguments, forms and streams; the system
// calls are Go's.
(host) => {
"use strict";
const coded = (C, code, message) => Object.assign(new C(message), { code });
const badType = (name, expected, v) => coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" argument must be ${expected}. Received ${host.received(v)}`);
const constants = Object.freeze({
	F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4, COPYFILE_EXCL: 1, COPYFILE_FICLONE: 2, COPYFILE_FICLONE_FORCE: 4,
	O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024, O_SYNC: 1052672,
	S_IFMT: 61440, S_IFREG: 32768, S_IFDIR: 16384, S_IFCHR: 8192, S_IFBLK: 24576, S_IFIFO: 4096, S_IFLNK: 40960, S_IFSOCK: 49152,
	S_IRWXU: 448, S_IRUSR: 256, S_IWUSR: 128, S_IXUSR: 64, S_IRWXG: 56, S_IRGRP: 32, S_IWGRP: 16, S_IXGRP: 8, S_IRWXO: 7, S_IROTH: 4, S_IWOTH: 2, S_IXOTH: 1,
});

const pathOf = (p, name = "path") => {
	if (p instanceof Uint8Array) p = host.text(p);
	else if (typeof p === "object" && p !== null && typeof p.href === "string" && typeof p.protocol === "string") p = host.require("url").fileURLToPath(p);
	if (typeof p !== "string") throw badType(name, "of type string or an instance of Buffer or URL", p);
	if (p.includes("\0")) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The argument '${name}' must be a string, Uint8Array, or URL without null bytes. Received ${host.inspect(p)}`);
	return p;
};
const fdOf = (fd) => {
	if (typeof fd !== "number") throw badType("fd", "of type number", fd);
	if (!Number.isInteger(fd) || fd < 0) throw coded(RangeError, "ERR_OUT_OF_RANGE", `The value of "fd" is out of range. It must be >= 0 && <= 2147483647. Received ${fd}`);
	return fd;
};
const optionsOf = (o) => {
	if (o === undefined || o === null || typeof o === "function") return {};
	if (typeof o === "string") return { encoding: o };
	if (typeof o !== "object") throw badType("options", "of type string or an instance of Object", o);
	return o;
};
const encodingOf = (o) => {
	const { encoding } = optionsOf(o);
	if (encoding === undefined || encoding === null || encoding === "buffer") return null;
	if (!Buffer.isEncoding(encoding)) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'encoding' is invalid encoding. Received ${host.inspect(encoding)}`);
	return encoding;
};
const modeOf = (m, other) => {
	if (m === undefined || m === null) return other;
	if (typeof m === "string") {
		if (!/^[0-7]+$/.test(m)) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'mode' must be a 32-bit unsigned integer or an octal string. Received ${host.inspect(m)}`);
		return parseInt(m, 8);
	}
	if (typeof m !== "number") throw badType("mode", "of type number", m);
	return m;
};
const flagNames = { r: 0, "r+": 2, rs: 0, "rs+": 2, w: 577, wx: 705, "w+": 578, "wx+": 706, a: 1089, ax: 1217, "a+": 1090, "ax+": 1218 };
const flagsOf = (f, other) => {
	f ??= other;
	if (typeof f === "number") return f;
	if (!Object.hasOwn(flagNames, f)) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'flags' is invalid. Received ${host.inspect(f)}`);
	return flagNames[f];
};
const bytesOf = (data, encoding) => {
	if (typeof data === "string") return encoding && !/^utf-?8$/i.test(encoding) ? Buffer.from(data, encoding) : data;
	if (ArrayBuffer.isView(data)) return data;
	throw badType("data", "of type string or an instance of Buffer, TypedArray, or DataView", data);
};
const decoded = (bytes, encoding) => encoding === null ? bytes : /^utf-?8$/i.test(encoding) ? host.text(bytes) : bytes.toString(encoding);

class Stats {
	constructor(f) {
		if (!f) return;
		[this.dev, this.mode, this.nlink, this.uid, this.gid, this.rdev, this.blksize, this.ino, this.size, this.blocks,
			this.atimeMs, this.mtimeMs, this.ctimeMs, this.birthtimeMs] = f;
		this.atime = new Date(Math.round(this.atimeMs));
		this.mtime = new Date(Math.round(this.mtimeMs));
		this.ctime = new Date(Math.round(this.ctimeMs));
		this.birthtime = new Date(Math.round(this.birthtimeMs));
	}
}
const kinds = { isDirectory: 0o040000, isFile: 0o100000, isBlockDevice: 0o060000, isCharacterDevice: 0o020000, isSymbolicLink: 0o120000, isFIFO: 0o010000, isSocket: 0o140000 };
class Dirent {
	#kind;
	constructor(name, path, kind) {
		this.name = name;
		this.parentPath = path;
		this.path = path;
		this.#kind = kind;
	}
	static kind(d) { return d.#kind; }
}
for (const [name, bits] of Object.entries(kinds)) {
	Object.defineProperty(Stats.prototype, name, { value() { return (this.mode & 0o170000) === bits; }, writable: true, configurable: true });
	Object.defineProperty(Dirent.prototype, name, { value() { return Dirent.kind(this) === bits; }, writable: true, configurable: true });
}

const path = () => host.require("path");
const entries = (found, dir, o) => {
	if (o.withFileTypes) return found.map(([name, below, kind]) => new Dirent(name, below ? path().join(dir, below) : dir, kind & 0o170000));
	return found.map(([name, below]) => below ? path().join(below, name) : name);
};
const missing = (e) => e.code === "ENOENT";
const time = (t, name) => {
	if (t instanceof Date) return t.getTime();
	if (typeof t === "string" && t.trim() !== "" && !Number.isNaN(Number(t))) return Number(t) * 1000;
	if (typeof t !== "number") throw badType(name, "of type number or string or an instance of Date", t);
	return t * 1000;
};
const isFd = (p) => Number.isInteger(p) && p >= 0;

// Each operation is prepare(...args) → [call, args, result?]: what Go is to do,
// and what is made of it.
const operations = {
	readFile(p, o) {
		const encoding = encodingOf(o), make = (b) => decoded(b, encoding);
		if (isFd(p)) return ["readFd", [fdOf(p)], make];
		const flag = optionsOf(o).flag;
		if (flag !== undefined) flagsOf(flag);
		return ["readFile", [pathOf(p)], make];
	},
	writeFile(p, data, o) {
		const { encoding, mode, flag } = optionsOf(o);
		const bytes = bytesOf(data, encoding);
		if (isFd(p)) return ["write", [fdOf(p), bytes, -1], () => undefined];
		return ["writeFile", [pathOf(p), bytes, flagsOf(flag, "w"), modeOf(mode, 0o666)]];
	},
	appendFile(p, data, o) { return operations.writeFile(p, data, { ...optionsOf(o), flag: optionsOf(o).flag ?? "a" }); },
	mkdir(p, o) {
		if (typeof o === "number" || typeof o === "string") o = { mode: o };
		const { recursive = false, mode } = optionsOf(o);
		if (typeof recursive !== "boolean") throw badType("options.recursive", "of type boolean", recursive);
		return ["mkdir", [pathOf(p), recursive, modeOf(mode, 0o777)], (first) => recursive ? first : undefined];
	},
	mkdtemp: (prefix) => ["mkdtemp", [pathOf(prefix, "prefix")]],
	readdir(p, o) {
		const options = optionsOf(o), dir = pathOf(p);
		return ["readdir", [dir, !!options.recursive], (found) => entries(found, dir, options)];
	},
	rmdir(p, o) { return optionsOf(o).recursive ? ["rm", [pathOf(p), true, true]] : ["rmdir", [pathOf(p)]]; },
	unlink: (p) => ["unlink", [pathOf(p)]],
	rm(p, o) { const { recursive = false, force = false } = optionsOf(o); return ["rm", [pathOf(p), recursive, force]]; },
	rename: (a, b) => ["rename", [pathOf(a, "oldPath"), pathOf(b, "newPath")]],
	copyFile: (a, b, mode = 0) => ["copyFile", [pathOf(a, "src"), pathOf(b, "dest"), typeof mode === "number" ? mode : 0]],
	link: (a, b) => ["link", [pathOf(a, "existingPath"), pathOf(b, "newPath")]],
	symlink: (target, p) => ["symlink", [pathOf(target, "target"), pathOf(p)]],
	readlink: (p) => ["readlink", [pathOf(p)]],
	realpath: (p) => ["realpath", [pathOf(p)]],
	stat: (p) => ["stat", [pathOf(p)], (f) => new Stats(f)],
	lstat: (p) => ["lstat", [pathOf(p)], (f) => new Stats(f)],
	access: (p, mode = 0) => ["access", [pathOf(p), typeof mode === "number" ? mode : 0]],
	chmod: (p, mode) => ["chmod", [pathOf(p), modeOf(mode)]],
	chown: (p, uid, gid) => ["chown", [pathOf(p), uid, gid]],
	utimes: (p, a, m) => ["utimes", [pathOf(p), time(a, "atime"), time(m, "mtime")]],
	truncate: (p, size = 0) => isFd(p) ? ["ftruncate", [p, size ?? 0]] : ["truncate", [pathOf(p), typeof size === "number" ? size : 0]],
	open: (p, flags, mode) => ["open", [pathOf(p), flagsOf(typeof flags === "function" ? undefined : flags, "r"), modeOf(typeof mode === "function" ? undefined : mode, 0o666)]],
	close: (fd) => ["close", [fdOf(fd)]],
	fstat: (fd) => ["fstat", [fdOf(fd)], (f) => new Stats(f)],
	ftruncate: (fd, size = 0) => ["ftruncate", [fdOf(fd), typeof size === "number" ? size : 0]],
	fsync: (fd) => ["fsync", [fdOf(fd)]],
	fdatasync: (fd) => ["fsync", [fdOf(fd)]],
};
const now = (name, args) => {
	const [call, list, make] = operations[name](...args);
	const v = host[call](...list);
	return make ? make(v) : v;
};
// later is not async, so that a wrong argument rejects with the user's stack.
const later = (name, args) => {
	let prepared;
	try { prepared = operations[name](...args); } catch (e) { return Promise.reject(e); }
	const [call, list, make] = prepared;
	const { signal } = [...args].reverse().find((a) => a !== null && typeof a === "object" && "signal" in a) ?? {};
	if (signal?.aborted) return Promise.reject(Object.assign(new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError", code: "ABORT_ERR" }));
	const p = host[call + "Async"](...list);
	return make ? p.then(make) : p;
};

const fs = { constants, Stats, Dirent };
const promises = { constants };
const callbackForm = (name, run) => function (...args) {
	const done = args.findLast((a) => typeof a === "function");
	if (!done) throw badType("cb", "of type function", args.at(-1));
	args.length = args.lastIndexOf(done);
	run(...args).then((v) => { queueMicrotask(() => v === undefined ? done(null) : done(null, v)); }, (e) => { queueMicrotask(() => done(e)); });
};
const named = (o, name, fn) => { Object.defineProperty(fn, "name", { value: name }); o[name] = fn; };
for (const name of Object.keys(operations)) {
	const withFd = ["close", "fstat", "ftruncate", "fsync", "fdatasync"].includes(name);
	if (!withFd && name !== "open") named(promises, name, (...args) => later(name, args));
	named(fs, name, (...args) => {
		operations[name](...args.filter((a) => typeof a !== "function")); // a wrong argument throws at once
		callbackForm(name, (...rest) => later(name, rest))(...args);
	});
	named(fs, name + "Sync", (...args) => now(name, args));
}
const statWith = (sync) => (p, o) => {
	try { return now(sync, [p]); } catch (e) {
		if (o?.throwIfNoEntry === false && missing(e)) return undefined;
		throw e;
	}
};
named(fs, "statSync", statWith("stat"));
named(fs, "lstatSync", statWith("lstat"));
fs.existsSync = (p) => { try { now("access", [p]); return true; } catch { return false; } };
fs.exists = (p, done) => { later("access", [p]).then(() => done(true), () => done(false)); };
fs.exists[Symbol.for("nodejs.util.promisify.custom")] = (p) => later("access", [p]).then(() => true, () => false);
fs.realpath.native = fs.realpath;
fs.realpathSync.native = fs.realpathSync;

// cp copies trees.
async function cp(from, to, o = {}, fsLike = promises) {
	from = pathOf(from, "src");
	to = pathOf(to, "dest");
	if (o.filter && !await o.filter(from, to)) return;
	const info = o.dereference ? await fsLike.stat(from) : await fsLike.lstat(from);
	const target = await orNothing(() => fsLike.stat(to));
	if (target && target.ino === info.ino && target.dev === info.dev) throw cpError("ERR_FS_CP_EINVAL", "EINVAL", "src and dest cannot be the same", to);
	if (info.isDirectory()) {
		if (!o.recursive) throw Object.assign(cpError("ERR_FS_EISDIR", "EISDIR", `${from} is a directory (not copied)`, from), { message: `Recursive option not enabled, cannot copy a directory: cp returned EISDIR (${from} is a directory (not copied)) ${from}` });
		if (target && !target.isDirectory()) throw cpError("ERR_FS_CP_DIR_TO_NON_DIR", "EISDIR", `cannot overwrite non-directory ${to} with directory ${from}`, to);
		if ((path().resolve(to) + path().sep).startsWith(path().resolve(from) + path().sep)) throw cpError("ERR_FS_CP_EINVAL", "EINVAL", `cannot copy ${from} to a subdirectory of self ${to}`, to);
		await fsLike.mkdir(to, { recursive: true });
		for (const name of await fsLike.readdir(from)) await cp(path().join(from, name), path().join(to, name), o, fsLike);
		return;
	}
	if (target?.isDirectory()) throw cpError("ERR_FS_CP_NON_DIR_TO_DIR", "ENOTDIR", `cannot overwrite directory ${to} with non-directory ${from}`, to);
	if (target) {
		if (o.errorOnExist && o.force === false) throw cpError("ERR_FS_CP_EEXIST", "EEXIST", `${to} already exists`, to);
		if (o.force === false) return;
		if (info.isSymbolicLink()) await fsLike.unlink(to);
	}
	await fsLike.mkdir(path().dirname(to), { recursive: true });
	if (info.isSymbolicLink()) await fsLike.symlink(await fsLike.readlink(from), to);
	else await fsLike.copyFile(from, to, o.mode ?? 0);
	if (o.preserveTimestamps) await fsLike.utimes(to, info.atime, info.mtime);
}
const cpError = (code, errno, reason, p) => Object.assign(new Error(`Invalid ${p === undefined ? "src" : "path"}: cp returned ${errno} (${reason}) ${p}`), { name: "SystemError", code, syscall: "cp", path: p });
const orNothing = async (fn) => { try { return await fn(); } catch (e) { if (missing(e)) return undefined; throw e; } };
promises.cp = (from, to, o) => cp(from, to, o);
fs.cp = callbackForm("cp", (from, to, o) => cp(from, to, o));
fs.cpSync = (from, to, o = {}) => {
	from = pathOf(from, "src");
	to = pathOf(to, "dest");
	if (o.filter && !o.filter(from, to)) return;
	const info = o.dereference ? fs.statSync(from) : fs.lstatSync(from);
	const target = fs.statSync(to, { throwIfNoEntry: false });
	if (target && target.ino === info.ino && target.dev === info.dev) throw cpError("ERR_FS_CP_EINVAL", "EINVAL", "src and dest cannot be the same", to);
	if (info.isDirectory()) {
		if (!o.recursive) throw Object.assign(cpError("ERR_FS_EISDIR", "EISDIR", "", from), { message: `Recursive option not enabled, cannot copy a directory: cp returned EISDIR (${from} is a directory (not copied)) ${from}` });
		if ((path().resolve(to) + path().sep).startsWith(path().resolve(from) + path().sep)) throw cpError("ERR_FS_CP_EINVAL", "EINVAL", `cannot copy ${from} to a subdirectory of self ${to}`, to);
		fs.mkdirSync(to, { recursive: true });
		for (const name of fs.readdirSync(from)) fs.cpSync(path().join(from, name), path().join(to, name), o);
		return;
	}
	if (target && o.force === false) {
		if (o.errorOnExist) throw cpError("ERR_FS_CP_EEXIST", "EEXIST", `${to} already exists`, to);
		return;
	}
	fs.mkdirSync(path().dirname(to), { recursive: true });
	if (info.isSymbolicLink()) {
		if (target) fs.unlinkSync(to);
		fs.symlinkSync(fs.readlinkSync(from), to);
	} else fs.copyFileSync(from, to, o.mode ?? 0);
};

// read and write of descriptors.
const readArgs = (buffer, a, length, position) => {
	let offset = a;
	if (buffer !== null && typeof buffer === "object" && !ArrayBuffer.isView(buffer)) ({ buffer = Buffer.alloc(16384), offset = 0, length, position = null } = buffer);
	else if (a !== null && typeof a === "object") ({ offset = 0, length, position = null } = a);
	if (!ArrayBuffer.isView(buffer)) throw badType("buffer", "an instance of Buffer, TypedArray, or DataView", buffer);
	offset ??= 0;
	length ??= buffer.byteLength - offset;
	if (offset < 0 || offset > buffer.byteLength) throw coded(RangeError, "ERR_OUT_OF_RANGE", `The value of "offset" is out of range. It must be >= 0 && <= ${buffer.byteLength}. Received ${offset}`);
	if (length < 0 || length > buffer.byteLength - offset) throw coded(RangeError, "ERR_OUT_OF_RANGE", `The value of "length" is out of range. It must be >= 0 && <= ${buffer.byteLength - offset}. Received ${length}`);
	return { buffer, offset, length, position: typeof position === "bigint" ? Number(position) : position ?? -1 };
};
const fill = (r, data) => { new Uint8Array(r.buffer.buffer, r.buffer.byteOffset, r.buffer.byteLength).set(data, r.offset); return { bytesRead: data.length, buffer: r.buffer }; };
const read = async (fd, ...args) => { const r = readArgs(...args); return fill(r, await host.readAsync(fdOf(fd), r.length, r.position)); };
fs.readSync = (fd, ...args) => { const r = readArgs(...args); return fill(r, host.read(fdOf(fd), r.length, r.position)).bytesRead; };
fs.read = (fd, ...args) => {
	const done = args.pop();
	read(fd, ...(args.length ? args : [{}])).then(({ bytesRead, buffer }) => queueMicrotask(() => done(null, bytesRead, buffer)), (e) => queueMicrotask(() => done(e)));
};
const writeArgs = (data, a, b, c) => {
	if (typeof data === "string") return { bytes: bytesOf(data, b), position: a ?? -1, data };
	if (!ArrayBuffer.isView(data)) throw badType("buffer", "of type string or an instance of Buffer, TypedArray, or DataView", data);
	let offset = a ?? 0, length = b, position = c;
	if (a !== null && typeof a === "object") ({ offset = 0, length, position } = a);
	length ??= data.byteLength - offset;
	return { bytes: new Uint8Array(data.buffer, data.byteOffset + offset, length), position: position ?? -1, data };
};
const write = async (fd, ...args) => { const w = writeArgs(...args); return { bytesWritten: await host.writeAsync(fdOf(fd), w.bytes, w.position), buffer: w.data }; };
fs.writeSync = (fd, ...args) => { const w = writeArgs(...args); return host.write(fdOf(fd), w.bytes, w.position); };
fs.write = (fd, ...args) => {
	const done = args.pop();
	write(fd, ...args).then(({ bytesWritten, buffer }) => queueMicrotask(() => done(null, bytesWritten, buffer)), (e) => queueMicrotask(() => done(e)));
};
fs.close = (fd, done = (e) => { if (e) throw e; }) => callbackForm("close", (n) => later("close", [n]))(fd, done);

class FileHandle {
	#fd;
	constructor(fd) { this.#fd = fd; }
	get fd() { return this.#fd; }
	#open() {
		if (this.#fd < 0) throw Object.assign(new Error("file closed"), { code: "EBADF", syscall: "filehandle" });
		return this.#fd;
	}
	async close() {
		if (this.#fd < 0) return;
		const fd = this.#fd;
		this.#fd = -1;
		await host.closeAsync(fd);
	}
	async readFile(o) { return later("readFile", [this.#open(), o]); }
	async writeFile(data, o) { await writeAll(this.#open(), data, o); }
	async appendFile(data, o) { await writeAll(this.#open(), data, o); }
	async read(...args) { return read(this.#open(), ...(args.length ? args : [{}])); }
	async write(...args) { return write(this.#open(), ...args); }
	async stat() { return later("fstat", [this.#open()]); }
	async truncate(size) { return later("ftruncate", [this.#open(), size]); }
	async sync() { return later("fsync", [this.#open()]); }
	async datasync() { return later("fsync", [this.#open()]); }
	readLines(o) { return host.require("readline").createInterface({ input: this.createReadStream(o), crlfDelay: Infinity }); }
	createReadStream(o) { return new ReadStream(null, { ...optionsOf(o), handle: this }); }
	createWriteStream(o) { return new WriteStream(null, { ...optionsOf(o), handle: this }); }
	async [Symbol.asyncDispose]() { await this.close(); }
}
const writeAll = async (fd, data, o) => {
	if (typeof data !== "string" && !ArrayBuffer.isView(data) && data != null && (data[Symbol.asyncIterator] || data[Symbol.iterator])) {
		const it = data[Symbol.asyncIterator]?.() ?? data[Symbol.iterator]();
		for (let s; !(s = await it.next()).done;) await host.writeAsync(fd, bytesOf(s.value, optionsOf(o).encoding), -1);
		return;
	}
	await host.writeAsync(fd, bytesOf(data, optionsOf(o).encoding), -1);
};
promises.open = (...args) => later("open", args).then((fd) => new FileHandle(fd));
const plainWrite = promises.writeFile;
const writeFile = (p, data, o) => {
	if (p instanceof FileHandle) return p.writeFile(data, o);
	if (data !== null && typeof data === "object" && !ArrayBuffer.isView(data) && (data[Symbol.asyncIterator] || data[Symbol.iterator]))
		return promises.open(p, optionsOf(o).flag ?? "w", optionsOf(o).mode).then(async (h) => { try { await h.writeFile(data, o); } finally { await h.close(); } });
	return plainWrite(p, data, o);
};
named(promises, "writeFile", writeFile);
const plainRead = promises.readFile;
named(promises, "readFile", (p, o) => p instanceof FileHandle ? p.readFile(o) : plainRead(p, o));
promises.lchmod = promises.lutimes = undefined;
delete promises.lchmod; delete promises.lutimes;

// opendir
class Dir {
	#list;
	constructor(p, list) { this.path = p; this.#list = list; }
	async read() { return this.#list.shift() ?? null; }
	readSync() { return this.#list.shift() ?? null; }
	async close() { this.#list = []; }
	closeSync() { this.#list = []; }
	[Symbol.asyncIterator]() {
		return { next: async () => { const value = await this.read(); return value === null ? { done: true, value: undefined } : { done: false, value }; },
			return: async () => { await this.close(); return { done: true, value: undefined }; }, [Symbol.asyncIterator]() { return this; } };
	}
}
promises.opendir = async (p, o) => new Dir(p, await later("readdir", [p, { ...o, withFileTypes: true }]));
fs.opendirSync = (p, o) => new Dir(p, now("readdir", [p, { ...o, withFileTypes: true }]));
fs.opendir = callbackForm("opendir", promises.opendir);

// Streams, made when first asked for.
let ReadStream, WriteStream;
const streams = () => {
	if (ReadStream) return;
	const { Readable, Writable } = host.require("stream");
	const range = (v, name) => {
		if (v !== undefined && (typeof v !== "number" || v < 0)) throw coded(RangeError, "ERR_OUT_OF_RANGE", `The value of "${name}" is out of range. It must be >= 0. Received ${host.inspect(v)}`);
		return v;
	};
	ReadStream = class ReadStream extends Readable {
		constructor(p, o) {
			const options = optionsOf(o);
			super({ highWaterMark: options.highWaterMark ?? 65536, encoding: options.encoding, signal: options.signal, emitClose: options.emitClose });
			if (p !== null) this.path = pathOf(p);
			this.bytesRead = 0;
			this.fd = options.fd ?? null;
			const start = range(options.start, "start"), end = range(options.end, "end") ?? Infinity;
			Object.defineProperty(this, "_f", { value: { handle: options.handle, at: start, end, flags: options.flags ?? "r", mode: options.mode, close: options.autoClose !== false, opening: undefined } });
			this._f.opening = this.#open();
			this._f.opening.catch(() => {});
		}
		async #open() {
			if (this._f.handle) this.fd = this._f.handle.fd;
			else if (this.fd === null) {
				try { this.fd = await later("open", [this.path, this._f.flags, this._f.mode]); } catch (e) { this.destroy(e); throw e; }
			}
			this.emit("open", this.fd);
			this.emit("ready");
		}
		_read(n) {
			const f = this._f;
			f.opening.then(async () => {
				if (this.destroyed) return;
				const want = Math.min(n, f.end === Infinity ? n : f.end - (f.at ?? this.bytesRead) + 1);
				if (want <= 0) { this.push(null); return; }
				const data = await host.readAsync(this.fd, want, f.at ?? -1);
				this.bytesRead += data.length;
				if (f.at !== undefined) f.at += data.length;
				this.push(data.length ? data : null);
			}).catch((e) => { if (!this.destroyed) this.destroy(e); });
		}
		_destroy(e, done) {
			this._f.opening.catch(() => {}).then(() => {
				const { handle, close } = this._f;
				if (!close || this.fd === null) return undefined;
				return handle ? handle.close() : host.closeAsync(this.fd);
			}).then(() => { this.fd = null; done(e); }, (err) => done(e ?? err));
		}
		close(done) { if (done) this.once("close", done); this.destroy(); }
		get pending() { return this.fd === null; }
	};
	WriteStream = class WriteStream extends Writable {
		constructor(p, o) {
			const options = optionsOf(o);
			super({ highWaterMark: options.highWaterMark, defaultEncoding: options.encoding, signal: options.signal, emitClose: options.emitClose });
			if (p !== null) this.path = pathOf(p);
			this.bytesWritten = 0;
			this.fd = options.fd ?? null;
			Object.defineProperty(this, "_f", { value: { handle: options.handle, at: range(options.start, "start"), flags: options.flags ?? (options.start === undefined ? "w" : "r+"), mode: options.mode, close: options.autoClose !== false, opening: undefined } });
			this._f.opening = this.#open();
			this._f.opening.catch(() => {});
		}
		async #open() {
			if (this._f.handle) this.fd = this._f.handle.fd;
			else if (this.fd === null) {
				try { this.fd = await later("open", [this.path, this._f.flags, this._f.mode]); } catch (e) { this.destroy(e); throw e; }
			}
			this.emit("open", this.fd);
			this.emit("ready");
		}
		_write(chunk, encoding, done) {
			const f = this._f;
			f.opening.then(async () => {
				const n = await host.writeAsync(this.fd, chunk, f.at ?? -1);
				if (f.at !== undefined) f.at += n;
				this.bytesWritten += n;
			}).then(() => done(), done);
		}
		_final(done) { this._f.opening.then(() => done(), done); }
		_destroy(e, done) {
			this._f.opening.catch(() => {}).then(() => {
				const { handle, close } = this._f;
				if (!close || this.fd === null) return undefined;
				return handle ? handle.close() : host.closeAsync(this.fd);
			}).then(() => { this.fd = null; done(e); }, (err) => done(e ?? err));
		}
		close(done) { if (done) this.once("close", done); this.end(); }
		get pending() { return this.fd === null; }
	};
};
fs.createReadStream = (p, o) => { streams(); return new ReadStream(p, o); };
fs.createWriteStream = (p, o) => { streams(); return new WriteStream(p, o); };
const createRead = FileHandle.prototype.createReadStream, createWrite = FileHandle.prototype.createWriteStream;
FileHandle.prototype.createReadStream = function (o) { streams(); return createRead.call(this, o); };
FileHandle.prototype.createWriteStream = function (o) { streams(); return createWrite.call(this, o); };
for (const [name, get] of [["ReadStream", () => ReadStream], ["WriteStream", () => WriteStream]])
	Object.defineProperty(fs, name, { enumerable: true, configurable: true, get() { streams(); return get(); } });
for (const name of ["F_OK", "R_OK", "W_OK", "X_OK"]) fs[name] = constants[name];
for (const [on, name, full] of [[fs, "watch", "watch"], [fs, "watchFile", "watchFile"], [promises, "watch", "promises.watch"]])
	on[name] = { [name]() {
		throw coded(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", `fs.${full} is not available in mcpjs: "mcpjs watch" runs a script again when its files change; to look at a file now and then, use setInterval and fs.stat`);
	} }[name];
fs.promises = promises;
return fs;
}
