// Buffer, and the rest of node's module of that name.
(native) => {
"use strict";
const { encode, decode, known, byteLength, indexOf, compare, toText } = native;
const TypedArray = Object.getPrototypeOf(Uint8Array);
const inspect = Symbol.for("nodejs.util.inspect.custom");
const kMaxLength = 2 ** 32;
const error = (C, code, message) => {
	const e = new C(message);
	e.code = code;
	return e;
};
const shown = (v) => native.describe(v);
const badType = (name, expected, v) => error(TypeError, "ERR_INVALID_ARG_TYPE", `The ${name.includes(" ") || name.includes(".") ? name : `"${name}" argument`} must be ${expected}. Received ${shown(v)}`);
const outOfRange = (name, range, v) => error(RangeError, "ERR_OUT_OF_RANGE", `The value of "${name}" is out of range. It must be ${range}. Received ${grouped(v)}`);
const grouped = (v) => {
	if (typeof v !== "bigint" && !(Number.isInteger(v) && Math.abs(v) > 2 ** 32)) return typeof v === "number" ? String(v) : shown(v);
	return String(v).replace(/\B(?=(\d{3})+$)/g, "_") + (typeof v === "bigint" ? "n" : "");
};
const encodingOf = (enc) => {
	if (enc === undefined || enc === null || enc === "") return "utf8";
	const name = known(enc);
	if (name === undefined) throw error(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${enc}`);
	return name;
};
const isBytes = (v) => v instanceof Uint8Array || ArrayBuffer.isView(v) && Object.prototype.toString.call(v) === "[object Uint8Array]";
const isBuffer = (v) => { try { return v instanceof ArrayBuffer || Object.prototype.toString.call(v) === "[object ArrayBuffer]"; } catch { return false; } };

class FastBuffer extends Uint8Array {}
function Buffer(arg, encodingOrOffset, length) {
	if (typeof arg === "number") {
		if (typeof encodingOrOffset === "string") throw badType("string", "of type string", arg);
		return Buffer.alloc(arg);
	}
	return Buffer.from(arg, encodingOrOffset, length);
}
Object.setPrototypeOf(Buffer, Uint8Array);
Object.defineProperty(Buffer, Symbol.species, { configurable: true, get() { return FastBuffer; } });
Buffer.prototype = FastBuffer.prototype;
Object.defineProperty(Buffer.prototype, "constructor", { value: Buffer, writable: true, configurable: true });

const over = (u8) => new FastBuffer(u8.buffer, u8.byteOffset, u8.byteLength);
const sized = (size, name = "size") => {
	if (typeof size !== "number") throw badType(name, "of type number", size);
	if (!(size >= 0 && size <= kMaxLength)) throw outOfRange(name, `>= 0 && <= ${kMaxLength}`, size);
	return size;
};
const define = (o, methods, enumerable = false) => {
	for (const key of Reflect.ownKeys(methods)) {
		const d = Object.getOwnPropertyDescriptor(methods, key);
		d.enumerable = enumerable;
		Object.defineProperty(o, key, d);
	}
};

define(Buffer, {
	poolSize: 8192,
	from(value, encodingOrOffset, length) {
		if (typeof value === "string") return over(encode(value, encodingOf(typeof encodingOrOffset === "string" ? encodingOrOffset : undefined)));
		if (value !== null && typeof value === "object") {
			if (isBuffer(value)) {
				const offset = encodingOrOffset === undefined ? 0 : +encodingOrOffset || 0;
				const most = value.byteLength - offset;
				if (most < 0) throw error(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", '"offset" is outside of buffer bounds');
				if (length !== undefined) {
					length = +length || 0;
					if (length < 0) length = 0;
					if (length > most) throw error(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", '"length" is outside of buffer bounds');
				} else length = most;
				return new FastBuffer(value, offset, length);
			}
			const inner = value.valueOf && value.valueOf();
			if (inner !== null && inner !== undefined && inner !== value && (typeof inner === "string" || typeof inner === "object"))
				return Buffer.from(inner, encodingOrOffset, length);
			const list = listOf(value);
			if (list) return list;
			if (typeof value[Symbol.toPrimitive] === "function") {
				const text = value[Symbol.toPrimitive]("string");
				if (typeof text === "string") return Buffer.from(text, encodingOrOffset);
			}
		}
		throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received ${shown(value)}`);
	},
	of(...items) {
		const b = new FastBuffer(items.length);
		for (let i = 0; i < items.length; i++) b[i] = items[i];
		return b;
	},
	alloc(size, fill, encoding) {
		const b = new FastBuffer(sized(size));
		return fill !== undefined && fill !== 0 && size > 0 ? b.fill(fill, encoding) : b;
	},
	allocUnsafe(size) { return new FastBuffer(sized(size)); },
	allocUnsafeSlow(size) { return new FastBuffer(sized(size)); },
	copyBytesFrom(view, offset = 0, length) {
		if (!ArrayBuffer.isView(view)) throw badType("view", "an instance of TypedArray", view);
		const part = view.subarray(offset, length === undefined ? undefined : offset + length);
		return Buffer.from(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
	},
	isBuffer(v) { return v instanceof FastBuffer; },
	isEncoding(enc) { return typeof enc === "string" && enc.length > 0 && known(enc) !== undefined; },
	byteLength(v, encoding) {
		if (typeof v === "string") return byteLength(v, known(encoding) ?? "utf8");
		if (ArrayBuffer.isView(v) || isBuffer(v)) return v.byteLength;
		throw badType("string", "of type string or an instance of Buffer or ArrayBuffer", v);
	},
	concat(list, total) {
		if (!Array.isArray(list)) throw badType("list", "an instance of Array", list);
		for (let i = 0; i < list.length; i++)
			if (!isBytes(list[i])) throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "list[${i}]" argument must be an instance of Buffer or Uint8Array. Received ${shown(list[i])}`);
		if (total === undefined) total = list.reduce((n, b) => n + b.length, 0);
		else total = sized(total, "length");
		const out = new FastBuffer(total);
		let at = 0;
		for (const b of list) {
			if (at >= total) break;
			const part = b.length > total - at ? b.subarray(0, total - at) : b;
			TypedArray.prototype.set.call(out, part, at);
			at += part.length;
		}
		return out;
	},
	compare(a, b) {
		if (!isBytes(a)) throw badType("buf1", "an instance of Buffer or Uint8Array", a);
		if (!isBytes(b)) throw badType("buf2", "an instance of Buffer or Uint8Array", b);
		return compare(a, b);
	},
}, true);
const listOf = (value) => {
	if (value.length !== undefined || isBuffer(value.buffer)) {
		if (typeof value.length !== "number") return new FastBuffer(0);
		const b = new FastBuffer(sized(Math.max(0, Math.trunc(value.length) || 0)));
		if (isBytes(value)) TypedArray.prototype.set.call(b, value);
		else for (let i = 0; i < b.length; i++) b[i] = value[i];
		return b;
	}
	if (value.type === "Buffer" && Array.isArray(value.data)) return listOf(value.data);
};

// clamp reads an offset the way slice does.
const clamp = (v, length, missing) => {
	if (v === undefined) return missing;
	v = Math.trunc(+v) || 0;
	return v < 0 ? Math.max(0, v + length) : Math.min(v, length);
};
const inside = (v, length, missing) => {
	if (v === undefined) return missing;
	v = Math.trunc(+v) || 0;
	return Math.min(Math.max(v, 0), length);
};
const search = (buf, value, from, encoding, last) => {
	if (typeof from === "string") { encoding = from; from = undefined; }
	from = +from;
	if (Number.isNaN(from)) from = last ? buf.length : 0;
	from = Math.trunc(from);
	if (typeof value === "number") value = new Uint8Array([value]);
	else if (typeof value === "string") {
		const enc = encodingOf(encoding);
		value = encode(value, enc);
		if (enc === "utf16le") return indexOf(buf, value, from, !!last, 2);
	} else if (!isBytes(value))
		throw badType("value", "one of type number or string or an instance of Buffer or Uint8Array", value);
	return indexOf(buf, value, from, !!last, 1);
};

define(Buffer.prototype, {
	get parent() { return this.buffer; },
	get offset() { return this.byteOffset; },
	toString(encoding, start, end) {
		if (arguments.length === 0) return decode(this, "utf8");
		start = inside(start, this.length, 0);
		end = inside(end, this.length, this.length);
		const enc = encodingOf(encoding);
		if (end <= start) return "";
		return decode(start === 0 && end === this.length ? this : this.subarray(start, end), enc);
	},
	toLocaleString(encoding, start, end) { return this.toString(encoding, start, end); },
	toJSON() { return { type: "Buffer", data: this.length ? Array.from(this) : [] }; },
	equals(other) {
		if (!isBytes(other)) throw badType("otherBuffer", "an instance of Buffer or Uint8Array", other);
		return compare(this, other) === 0;
	},
	compare(target, ts, te, ss, se) {
		if (!isBytes(target)) throw badType("target", "an instance of Buffer or Uint8Array", target);
		const check = (v, name, most, missing) => {
			if (v === undefined) return missing;
			if (typeof v !== "number") throw badType(name, "of type number", v);
			if (!Number.isInteger(v)) throw outOfRange(name, "an integer", v);
			if (v < 0 || v > most) throw outOfRange(name, `>= 0 && <= ${most}`, v);
			return v;
		};
		ts = check(ts, "targetStart", Number.MAX_SAFE_INTEGER, 0);
		te = check(te, "targetEnd", target.length, target.length);
		ss = check(ss, "sourceStart", Number.MAX_SAFE_INTEGER, 0);
		se = check(se, "sourceEnd", this.length, this.length);
		return compare(TypedArray.prototype.subarray.call(this, ss, Math.max(ss, se)), TypedArray.prototype.subarray.call(target, ts, Math.max(ts, te)));
	},
	subarray(start, end) {
		start = clamp(start, this.length, 0);
		end = clamp(end, this.length, this.length);
		return new FastBuffer(this.buffer, this.byteOffset + start, Math.max(0, end - start));
	},
	slice(start, end) { return this.subarray(start, end); },
	copy(target, targetStart = 0, sourceStart = 0, sourceEnd = this.length) {
		if (!isBytes(target)) throw badType("target", "an instance of Buffer or Uint8Array", target);
		targetStart = Math.trunc(+targetStart) || 0;
		sourceStart = Math.trunc(+sourceStart) || 0;
		sourceEnd = Math.trunc(+sourceEnd) || 0;
		if (targetStart < 0) throw outOfRange("targetStart", ">= 0", targetStart);
		if (sourceStart < 0 || sourceStart > this.length) throw outOfRange("sourceStart", `>= 0 && <= ${this.length}`, sourceStart);
		if (sourceEnd < 0) throw outOfRange("sourceEnd", ">= 0", sourceEnd);
		const n = Math.min(sourceEnd - sourceStart, target.length - targetStart, this.length - sourceStart);
		if (n <= 0) return 0;
		TypedArray.prototype.set.call(target, TypedArray.prototype.subarray.call(this, sourceStart, sourceStart + n), targetStart);
		return n;
	},
	fill(value, offset, end, encoding) {
		if (typeof offset === "string") { encoding = offset; offset = end = undefined; }
		else if (typeof end === "string") { encoding = end; end = undefined; }
		const check = (v, name, most, missing) => {
			if (v === undefined) return missing;
			if (typeof v !== "number") throw badType(name, "of type number", v);
			if (v < 0 || v > most) throw outOfRange(name, `>= 0 && <= ${most}`, v);
			return v;
		};
		offset = check(offset, "offset", Number.MAX_SAFE_INTEGER, 0);
		end = check(end, "end", this.length, this.length);
		if (offset >= end) return this;
		if (typeof value === "string") {
			const enc = encodingOf(encoding);
			const bytes = encode(value, enc);
			if (value !== "" && bytes.length === 0) throw error(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'value' is invalid. Received ${shown(value).replace(/^type string \((.*)\)$/, "$1")}`);
			value = bytes.length ? bytes : 0;
		}
		if (isBytes(value)) {
			if (value.length === 0) throw error(TypeError, "ERR_INVALID_ARG_VALUE", "The argument 'value' is invalid. Received " + shown(value));
			if (value.length > 1) { native.fill(this, value, offset, end); return this; }
			value = value[0];
		}
		TypedArray.prototype.fill.call(this, typeof value === "boolean" ? +value : value & 255, offset, end);
		return this;
	},
	indexOf(value, from, encoding) { return search(this, value, from, encoding, false); },
	lastIndexOf(value, from, encoding) { return search(this, value, from, encoding, true); },
	includes(value, from, encoding) { return search(this, value, from, encoding, false) !== -1; },
	write(text, offset, length, encoding) {
		if (typeof text !== "string") throw error(TypeError, "ERR_INVALID_ARG_TYPE", "argument must be a string");
		if (typeof offset === "string") { encoding = offset; offset = length = undefined; }
		else if (typeof length === "string") { encoding = length; length = undefined; }
		const check = (v, name, most, missing) => {
			if (v === undefined) return missing;
			if (typeof v !== "number") throw badType(name, "of type number", v);
			if (v < 0 || v > most) throw outOfRange(name, `>= 0 && <= ${most}`, v);
			return v;
		};
		offset = check(offset, "offset", this.length, 0);
		const room = this.length - offset;
		length = Math.min(check(length, "length", this.length, room), room);
		const enc = encodingOf(encoding);
		const bytes = native.fitting(text, enc, length);
		TypedArray.prototype.set.call(this, bytes, offset);
		return bytes.length;
	},
	swap16() { return swap(this, 2); },
	swap32() { return swap(this, 4); },
	swap64() { return swap(this, 8); },
	[inspect](depth, options) {
		const most = 50, n = Math.min(most, this.length);
		let text = decode(TypedArray.prototype.subarray.call(this, 0, n), "hex").replace(/(..)/g, "$1 ").trim();
		const rest = this.length - most;
		if (rest > 0) text += ` ... ${rest} more byte${rest > 1 ? "s" : ""}`;
		return `<${this.constructor.name} ${text}>`;
	},
});
define(Buffer.prototype, { inspect: Buffer.prototype[inspect] });
const swap = (buf, size) => {
	if (buf.length % size) throw error(RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
	for (let i = 0; i < buf.length; i += size) TypedArray.prototype.reverse.call(TypedArray.prototype.subarray.call(buf, i, i + size));
	return buf;
};

// Numbers. views keeps the DataView of each buffer's memory.
const views = new WeakMap();
const view = (buf) => {
	let v = views.get(buf);
	if (!v) views.set(buf, v = new DataView(buf.buffer, buf.byteOffset, buf.byteLength));
	return v;
};
const at = (buf, offset, size) => {
	if (offset === undefined) offset = 0;
	if (typeof offset !== "number") throw badType("offset", "of type number", offset);
	if (!Number.isInteger(offset)) throw outOfRange("offset", "an integer", offset);
	const most = buf.length - size;
	if (most < 0) throw error(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds");
	if (offset < 0 || offset > most) throw outOfRange("offset", `>= 0 and <= ${most}`, offset);
	return offset;
};
const number = (name, method, size, min, max) => {
	const get = DataView.prototype["get" + method], set = DataView.prototype["set" + method];
	const float = method.startsWith("Float"), big = method.startsWith("Big");
	const range = () => {
		const n = big ? "n" : "";
		if (size <= 2) return `>= ${min}${n} and <= ${max}${n}`;
		const bits = size * 8;
		return min ? `>= -(2${n} ** ${bits - 1}${n}) and < 2${n} ** ${bits - 1}${n}` : `>= 0${n} and < 2${n} ** ${bits}${n}`;
	};
	for (const order of size === 1 ? [""] : ["LE", "BE"]) {
		const little = order === "LE";
		const read = { ["read" + name + order](offset) { return get.call(view(this), at(this, offset, size), little); } };
		const write = { ["write" + name + order](value, offset) {
			if (big) { if (typeof value !== "bigint") throw new TypeError("Cannot mix BigInt and other types, use explicit conversions"); }
			else value = +value;
			if (!float && (value > max || value < min)) {
				const text = size <= 2 || big ? range() : `>= ${min} and <= ${max}`;
				throw outOfRange("value", text, value);
			}
			offset = at(this, offset, size);
			set.call(view(this), offset, value, little);
			return offset + size;
		} };
		define(Buffer.prototype, { ...read, ...write });
		if (name.includes("UInt")) define(Buffer.prototype, {
			["read" + name.replace("UInt", "Uint") + order]: read["read" + name + order],
			["write" + name.replace("UInt", "Uint") + order]: write["write" + name + order],
		});
	}
};
number("UInt8", "Uint8", 1, 0, 255);
number("Int8", "Int8", 1, -128, 127);
number("UInt16", "Uint16", 2, 0, 65535);
number("Int16", "Int16", 2, -32768, 32767);
number("UInt32", "Uint32", 4, 0, 4294967295);
number("Int32", "Int32", 4, -2147483648, 2147483647);
number("Float", "Float32", 4);
number("Double", "Float64", 8);
number("BigUInt64", "BigUint64", 8, 0n, 2n ** 64n - 1n);
number("BigInt64", "BigInt64", 8, -(2n ** 63n), 2n ** 63n - 1n);

const width = (n) => {
	if (typeof n !== "number") throw badType("byteLength", "of type number", n);
	if (!Number.isInteger(n)) throw outOfRange("byteLength", "an integer", n);
	if (n < 1 || n > 6) throw outOfRange("byteLength", ">= 1 and <= 6", n);
	return n;
};
for (const signed of [false, true]) for (const order of ["LE", "BE"]) {
	const read = function (offset, n) {
		width(n);
		offset = at(this, offset, n);
		let v = 0;
		for (let i = 0; i < n; i++) v = v * 256 + this[order === "LE" ? offset + n - 1 - i : offset + i];
		return signed && v >= 2 ** (8 * n - 1) ? v - 2 ** (8 * n) : v;
	};
	const write = function (value, offset, n) {
		width(n);
		value = +value;
		const max = signed ? 2 ** (8 * n - 1) - 1 : 2 ** (8 * n) - 1, min = signed ? -(2 ** (8 * n - 1)) : 0;
		if (value > max || value < min) {
			const bits = 8 * n;
			throw outOfRange("value", n <= 2 ? `>= ${min} and <= ${max}` : signed ? `>= -(2 ** ${bits - 1}) and < 2 ** ${bits - 1}` : `>= 0 and < 2 ** ${bits}`, value);
		}
		offset = at(this, offset, n);
		let v = Math.trunc(value);
		if (v < 0) v += 2 ** (8 * n);
		for (let i = 0; i < n; i++) {
			this[order === "LE" ? offset + i : offset + n - 1 - i] = v % 256;
			v = Math.floor(v / 256);
		}
		return offset + n;
	};
	const name = (signed ? "Int" : "UInt") + order;
	define(Buffer.prototype, { ["read" + name]: read, ["write" + name]: write });
	if (!signed) define(Buffer.prototype, { ["readUint" + order]: read, ["writeUint" + order]: write });
}
for (const enc of ["ascii", "base64", "base64url", "latin1", "hex", "utf8"])
	define(Buffer.prototype, {
		[enc + "Slice"](start, end) { return this.toString(enc, start, end); },
		[enc + "Write"](text, offset, length) { return this.write(text, offset, length, enc); },
	});

return {
	Buffer, kMaxLength, INSPECT_MAX_BYTES: 50, kStringMaxLength: 536870888, constants: { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: 536870888 },
	SlowBuffer: Buffer,
	isUtf8: (v) => native.isUtf8(v), isAscii: (v) => native.isAscii(v),
	transcode: (source, from, to) => Buffer.from(Buffer.from(source).toString(from), to),
	over,
};
}
