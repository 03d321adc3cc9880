// Blob, File, FormData.
(native) => {
"use strict";
const inspect = Symbol.for("nodejs.util.inspect.custom");
const error = (C, code, message) => Object.assign(new C(message), { code });
const bytesOf = new WeakMap(); // a Blob's bytes, never changed
const viewed = (v) => ArrayBuffer.isView(v) ? new Uint8Array(v.buffer, v.byteOffset, v.byteLength) : new Uint8Array(v);
const typeOf = (t) => (t = String(t ?? ""), /[^\x20-\x7e]/.test(t) ? "" : t.toLowerCase());
class Blob {
	#type;
	constructor(parts = [], options) {
		if (parts === null || typeof parts !== "object" || typeof parts[Symbol.iterator] !== "function")
			throw error(TypeError, "ERR_INVALID_ARG_TYPE", 'The "sources" argument must be a sequence.');
		const list = [...parts].map((p) => bytesOf.get(p) ?? (ArrayBuffer.isView(p) || p instanceof ArrayBuffer ? viewed(p)
			: native.encode(options?.endings === "native" ? String(p).replace(/\r\n|\r/g, "\n") : String(p))));
		const all = new Uint8Array(list.reduce((n, b) => n + b.length, 0));
		let at = 0;
		for (const b of list) { all.set(b, at); at += b.length; }
		bytesOf.set(this, all);
		this.#type = typeOf(options?.type);
	}
	get size() { return bytesOf.get(this).length; }
	get type() { return this.#type; }
	slice(start = 0, end = this.size, type) {
		const blob = new Blob([], { type });
		bytesOf.set(blob, bytesOf.get(this).slice(start, end));
		return blob;
	}
	async text() { return new TextDecoder().decode(bytesOf.get(this)); }
	async arrayBuffer() { return bytesOf.get(this).slice().buffer; }
	async bytes() { return bytesOf.get(this).slice(); }
	stream() {
		const all = bytesOf.get(this);
		let at = 0;
		return new ReadableStream({
			pull(c) {
				if (at >= all.length) return c.close();
				c.enqueue(all.slice(at, at += 65536));
				if (at >= all.length) c.close();
			},
		}, { highWaterMark: 0 });
	}
	[inspect](depth, options, show) { return `Blob ${show({ size: this.size, type: this.type }, options)}`; }
}
class File extends Blob {
	#name; #modified;
	constructor(parts, name, options) {
		if (arguments.length < 2) throw error(TypeError, "ERR_MISSING_ARGS", 'The "fileBits" and "fileName" arguments must be specified');
		super(parts, options);
		this.#name = String(name);
		this.#modified = options?.lastModified === undefined ? Date.now() : Math.trunc(Number(options.lastModified)) || 0;
	}
	get name() { return this.#name; }
	get lastModified() { return this.#modified; }
	get webkitRelativePath() { return ""; }
	[inspect](depth, options, show) { return `File ${show({ size: this.size, type: this.type, name: this.name, lastModified: this.lastModified }, options)}`; }
}
const entry = (name, args) => {
	let value = args[1];
	if (bytesOf.has(value)) {
		if (args.length > 2 || !(value instanceof File)) {
			const file = new File([], args.length > 2 ? String(args[2]) : value instanceof File ? value.name : "blob", { type: value.type, lastModified: value.lastModified });
			bytesOf.set(file, bytesOf.get(value));
			value = file;
		}
	} else {
		if (args.length > 2) throw new TypeError(`Failed to execute '${name}' on 'FormData': parameter 2 is not of type 'Blob'`);
		value = String(value).toWellFormed();
	}
	return [String(args[0]).toWellFormed(), value];
};
const need = (name, n, args) => {
	if (args.length < n) throw new TypeError(`FormData.${name}: ${n} argument${n > 1 ? "s" : ""} required, but only ${args.length} present.`);
};
class FormData {
	#list = [];
	constructor(form) { if (form !== undefined) throw new TypeError("FormData constructor: Argument 1 (form) is not available in mcpjs"); }
	append(...args) { need("append", 2, args); this.#list.push(entry("append", args)); }
	delete(name) { need("delete", 1, arguments); name = String(name); this.#list = this.#list.filter(([k]) => k !== name); }
	get(name) { need("get", 1, arguments); name = String(name); return this.#list.find(([k]) => k === name)?.[1] ?? null; }
	getAll(name) { need("getAll", 1, arguments); name = String(name); return this.#list.filter(([k]) => k === name).map(([, v]) => v); }
	has(name) { need("has", 1, arguments); name = String(name); return this.#list.some(([k]) => k === name); }
	set(...args) {
		need("set", 2, args);
		const e = entry("set", args), i = this.#list.findIndex(([k]) => k === e[0]);
		if (i < 0) this.#list.push(e);
		else this.#list = this.#list.flatMap((x, j) => (j === i ? [e] : x[0] === e[0] ? [] : [x]));
	}
	forEach(fn, self) { for (const [k, v] of this.#list) fn.call(self, v, k, this); }
	entries() { return this.#list.map(([k, v]) => [k, v]).values(); }
	keys() { return this.#list.map(([k]) => k).values(); }
	values() { return this.#list.map(([, v]) => v).values(); }
	[inspect](depth, options, show) {
		const o = {};
		for (const [k, v] of this.#list) o[k] = k in o ? [].concat(o[k], v) : v;
		return `FormData ${show(o, options)}`;
	}
}
Object.defineProperty(FormData.prototype, Symbol.iterator, { value: FormData.prototype.entries, writable: true, configurable: true });
for (const C of [Blob, File, FormData]) Object.defineProperty(C.prototype, Symbol.toStringTag, { value: C.name, configurable: true });
return { Blob, File, FormData, bytesOf: (v) => bytesOf.get(v), isBlob: (v) => bytesOf.has(v) };
}
