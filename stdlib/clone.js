// structuredClone.
(native) => {
"use strict";
const { kind, DOMException } = native;
const fail = (v) => new DOMException(`${describe(v)} could not be cloned.`, "DataCloneError");
const describe = (v) => {
	if (typeof v === "function") return Function.prototype.toString.call(v);
	if (typeof v === "symbol") return String(v);
	const name = kind(v) === "Proxy" ? "Object" : kind(v);
	return `#<${name !== "Object" ? name : v?.constructor?.name || "Object"}>`;
};
const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
const TypedArray = Object.getPrototypeOf(Uint8Array.prototype);
const tagOf = Object.getOwnPropertyDescriptor(TypedArray, Symbol.toStringTag).get;
const own = (target, key, value) => Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });

function structuredClone(value, options) {
	if (arguments.length === 0) throw Object.assign(new TypeError("The \"value\" argument must be specified"), { code: "ERR_MISSING_ARGS" });
	const seen = new Map(), transfer = options?.transfer === undefined ? [] : [...options.transfer];
	for (const [i, t] of transfer.entries()) {
		if (t === null || typeof t !== "object" || kind(t) !== "ArrayBuffer") throw new DOMException("Value not transferable", "DataCloneError");
		if (transfer.indexOf(t) !== i) throw new DOMException("ArrayBuffer occurs in the transfer list more than once", "DataCloneError");
	}
	let depth = 0;
	const clone = (v) => {
		if (typeof v === "function" || typeof v === "symbol") throw fail(v);
		if (v === null || typeof v !== "object") return v;
		if (seen.has(v)) return seen.get(v);
		if (++depth > 3000) throw new RangeError("Maximum call stack size exceeded");
		const out = object(v);
		depth--;
		return out;
	};
	const keep = (v, copy) => { seen.set(v, copy); return copy; };
	const object = (v) => {
		const k = kind(v);
		switch (k) {
		case "Date": return keep(v, new Date(+v));
		case "RegExp": return keep(v, new RegExp(v.source, v.flags));
		case "Boolean": case "Number": case "String": case "BigInt": return keep(v, Object(v.valueOf()));
		case "ArrayBuffer": return keep(v, v.slice(0));
		case "DataView": return keep(v, new DataView(clone(v.buffer), v.byteOffset, v.byteLength));
		case "TypedArray": return keep(v, new globalThis[tagOf.call(v)](clone(v.buffer), v.byteOffset, v.length));
		case "Map": {
			const copy = keep(v, new Map());
			for (const [key, value] of [...Map.prototype.entries.call(v)]) copy.set(clone(key), clone(value));
			return copy;
		}
		case "Set": {
			const copy = keep(v, new Set());
			for (const value of [...Set.prototype.values.call(v)]) copy.add(clone(value));
			return copy;
		}
		case "Error": {
			if (v instanceof DOMException) {
				const copy = keep(v, new DOMException(v.message, v.name));
				Object.defineProperty(copy, "stack", { value: v.stack, writable: true, configurable: true });
				return copy;
			}
			const C = errors[v.name] ?? Error, d = Object.getOwnPropertyDescriptor(v, "message");
			const copy = keep(v, d && "value" in d ? new C(String(d.value)) : new C());
			Object.defineProperty(copy, "stack", { value: String(v.stack), writable: true, configurable: true });
			if (Object.hasOwn(v, "cause")) Object.defineProperty(copy, "cause", { value: clone(v.cause), writable: true, configurable: true });
			return copy;
		}
		case "Array": {
			const copy = keep(v, new Array(v.length));
			for (const key of Object.keys(v)) own(copy, key, clone(v[key]));
			return copy;
		}
		case "Object": {
			if (v instanceof WeakMap || v instanceof WeakSet) throw fail(v);
			if (native.immutable(v)) return keep(v, v);
			const copy = keep(v, {});
			for (const key of Object.keys(v)) own(copy, key, clone(v[key]));
			return copy;
		}
		}
		throw fail(v);
	};
	const copy = clone(value);
	for (const t of transfer) native.detach(t);
	return copy;
}
return { structuredClone };
}
