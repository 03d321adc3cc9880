// node's module util.
(host) => {
"use strict";
const coded = (C, code, message) => Object.assign(new C(message), { code });
const badType = (name, expected, v) => coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" argument must be ${expected}. Received ${host.received(v)}`);
const need = (fn, name) => { if (typeof fn !== "function") throw badType(name, "of type function", fn); return fn; };
const inspect = host.inspector();
const customPromisify = Symbol.for("nodejs.util.promisify.custom");
inspect.custom ??= Symbol.for("nodejs.util.inspect.custom");

function promisify(original) {
	need(original, "original");
	if (original[customPromisify]) {
		const fn = need(original[customPromisify], "util.promisify.custom");
		return Object.defineProperty(fn, customPromisify, { value: fn, configurable: true });
	}
	const fn = function (...args) {
		return new Promise((resolve, reject) => { Reflect.apply(original, this, [...args, (e, ...values) => e ? reject(e) : resolve(values[0])]); });
	};
	Object.setPrototypeOf(fn, Object.getPrototypeOf(original));
	Object.defineProperty(fn, customPromisify, { value: fn, configurable: true });
	return Object.defineProperties(fn, Object.fromEntries(Object.entries(Object.getOwnPropertyDescriptors(original)).filter(([k]) => k !== "prototype")));
}
promisify.custom = customPromisify;

function callbackify(original) {
	need(original, "original");
	const fn = function (...args) {
		const done = need(args.pop(), "last argument");
		Reflect.apply(original, this, args).then((v) => queueMicrotask(() => done.call(this, null, v)),
			(e) => queueMicrotask(() => done.call(this, e || Object.assign(coded(Error, "ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value"), { reason: e }))));
	};
	return Object.defineProperties(fn, { name: { value: original.name + "Callbackified", configurable: true }, length: { value: original.length + 1, configurable: true } });
}

function inherits(C, Base) {
	need(C, "ctor");
	need(Base, "superCtor");
	if (Base.prototype === undefined) throw badType("superCtor.prototype", "of type object", undefined);
	Object.defineProperty(C, "super_", { value: Base, writable: true, configurable: true });
	Object.setPrototypeOf(C.prototype, Base.prototype);
}

const tag = (v) => Object.prototype.toString.call(v).slice(8, -1);
const isObject = (v) => v !== null && typeof v === "object";
const typedName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
const typed = (name) => (v) => ArrayBuffer.isView(v) && typedName.call(v) === name;
const kind = (name) => (v) => host.kind(v) === name;
const types = {
	isPromise: kind("Promise"), isRegExp: kind("RegExp"), isDate: kind("Date"), isMap: kind("Map"), isSet: kind("Set"), isWeakMap: kind("WeakMap"), isWeakSet: kind("WeakSet"),
	isNativeError: kind("Error"), isProxy: (v) => host.isProxy(v), isArrayBuffer: kind("ArrayBuffer"), isAnyArrayBuffer: kind("ArrayBuffer"), isSharedArrayBuffer: () => false,
	isDataView: (v) => ArrayBuffer.isView(v) && typedName.call(v) === undefined, isArrayBufferView: ArrayBuffer.isView, isTypedArray: (v) => ArrayBuffer.isView(v) && typedName.call(v) !== undefined,
	isAsyncFunction: (v) => typeof v === "function" && tag(v) === "AsyncFunction", isGeneratorFunction: (v) => typeof v === "function" && /GeneratorFunction$/.test(tag(v)),
	isGeneratorObject: (v) => isObject(v) && tag(v) === "Generator", isNumberObject: kind("Number"), isStringObject: kind("String"), isBooleanObject: kind("Boolean"),
	isSymbolObject: (v) => isObject(v) && host.kind(v) === "Symbol", isBigIntObject: (v) => isObject(v) && host.kind(v) === "BigInt", isMapIterator: (v) => isObject(v) && tag(v) === "Map Iterator", isSetIterator: (v) => isObject(v) && tag(v) === "Set Iterator",
	isArgumentsObject: (v) => isObject(v) && tag(v) === "Arguments", isModuleNamespaceObject: (v) => isObject(v) && tag(v) === "Module", isExternal: () => false,
};
types.isBoxedPrimitive = (v) => types.isNumberObject(v) || types.isStringObject(v) || types.isBooleanObject(v) || types.isSymbolObject(v) || types.isBigIntObject(v);
for (const name of ["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"]) types["is" + name] = typed(name);

// Deep equality, as node's assert has it.
const eq = {
	strict: Object.is,
	loose: (a, b) => a == b || Number.isNaN(a) && Number.isNaN(b),
};
function deepEqual(a, b, strict, seen = { a: [], b: [] }) {
	if (strict ? Object.is(a, b) : a === b) return true;
	if (!isObject(a) || !isObject(b)) {
		if (strict || typeof a === "object" !== (typeof b === "object") && (isObject(a) || isObject(b))) return strict ? false : !isObject(a) && !isObject(b) && eq.loose(a, b);
		return typeof a !== "function" && typeof b !== "function" ? eq.loose(a, b) : false;
	}
	if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
	const ka = host.kind(a), kb = host.kind(b);
	if (ka !== kb && !(Array.isArray(a) && Array.isArray(b)) || tag(a) !== tag(b)) return false;
	if (Array.isArray(a) !== Array.isArray(b)) return false;
	switch (ka) {
	case "Date": if (!Object.is(a.getTime(), b.getTime())) return false; break;
	case "RegExp": if (String(a) !== String(b) || a.lastIndex !== b.lastIndex) return false; break;
	case "Error": if (a.message !== b.message || a.name !== b.name) return false; if (("cause" in a || "cause" in b) && !deepEqual(a.cause, b.cause, strict, seen)) return false; if (!deepEqual(a.errors, b.errors, strict, seen)) return false; break;
	case "Number": case "String": case "Boolean": case "Symbol": case "BigInt": if (!Object.is(a.valueOf(), b.valueOf())) return false; break;
	case "Promise": case "WeakMap": case "WeakSet": return false;
	}
	if (ArrayBuffer.isView(a)) {
		if (a.byteLength !== b.byteLength) return false;
		if (!strict && /Float/.test(typedName.call(a) ?? "")) { for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return false; }
		else if (!host.sameBytes(a, b)) return false;
	}
	if (ka === "ArrayBuffer" && !host.sameBytes(a, b)) return false;
	if (Array.isArray(a) && a.length !== b.length) return false;
	if ((ka === "Map" || ka === "Set") && a.size !== b.size) return false;
	const at = seen.a.indexOf(a);
	if (at >= 0) return seen.b[at] === b;
	if (seen.b.includes(b)) return false;
	seen.a.push(a);
	seen.b.push(b);
	const same = ownEqual(a, b, strict, seen, ka);
	seen.a.pop();
	seen.b.pop();
	return same;
}
function ownEqual(a, b, strict, seen, kindOf) {
	const view = ArrayBuffer.isView(a);
	const keysOf = (o) => view ? Object.keys(o).filter((k) => !/^\d+$/.test(k)) : Object.keys(o);
	const keys = keysOf(a);
	if (keys.length !== keysOf(b).length) return false;
	for (const k of keys) if (!Object.hasOwn(b, k) || !Object.prototype.propertyIsEnumerable.call(b, k)) return false;
	if (strict) {
		const symbols = (o) => Object.getOwnPropertySymbols(o).filter((s) => Object.prototype.propertyIsEnumerable.call(o, s));
		const sa = symbols(a), sb = symbols(b);
		if (sa.length !== sb.length) return false;
		for (const s of sa) if (!sb.includes(s) || !deepEqual(a[s], b[s], strict, seen)) return false;
	}
	if (kindOf === "Set") {
		const left = [...b];
		for (const v of a) {
			let i = left.findIndex((w) => Object.is(w, v));
			if (i < 0 && (isObject(v) || !strict)) i = left.findIndex((w) => deepEqual(v, w, strict, seen));
			if (i < 0) return false;
			left.splice(i, 1);
		}
	} else if (kindOf === "Map") {
		const left = [...b];
		for (const [k, v] of a) {
			let i = left.findIndex(([l, w]) => Object.is(l, k) && deepEqual(v, w, strict, seen));
			if (i < 0 && (isObject(k) || !strict)) i = left.findIndex(([l, w]) => deepEqual(k, l, strict, seen) && deepEqual(v, w, strict, seen));
			if (i < 0) return false;
			left.splice(i, 1);
		}
	}
	for (const k of keys) if (!deepEqual(a[k], b[k], strict, seen)) return false;
	return true;
}

const styles = {
	reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], blink: [5, 25], inverse: [7, 27], hidden: [8, 28], strikethrough: [9, 29], doubleunderline: [21, 24],
	black: [30, 39], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39], white: [37, 39],
	bgBlack: [40, 49], bgRed: [41, 49], bgGreen: [42, 49], bgYellow: [43, 49], bgBlue: [44, 49], bgMagenta: [45, 49], bgCyan: [46, 49], bgWhite: [47, 49],
	framed: [51, 54], overlined: [53, 55], gray: [90, 39], grey: [90, 39], redBright: [91, 39], greenBright: [92, 39], yellowBright: [93, 39], blueBright: [94, 39],
	magentaBright: [95, 39], cyanBright: [96, 39], whiteBright: [97, 39], bgGray: [100, 49], bgRedBright: [101, 49], bgGreenBright: [102, 49], bgYellowBright: [103, 49],
	bgBlueBright: [104, 49], bgMagentaBright: [105, 49], bgCyanBright: [106, 49], bgWhiteBright: [107, 49],
};
inspect.colors ??= styles;
function styleText(format, text, { validateStream = true, stream = globalThis.process?.stdout } = {}) {
	if (typeof text !== "string") throw badType("text", "of type string", text);
	let left = "", right = "";
	for (const f of Array.isArray(format) ? format : [format]) {
		if (!styles[f]) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'format' must be one of: ${Object.keys(styles).map((s) => `'${s}'`).join(", ")}. Received ${inspect(f)}`);
		left += `\x1b[${styles[f][0]}m`;
		right = `\x1b[${styles[f][1]}m` + right;
	}
	return validateStream && !(stream?.isTTY && (stream.hasColors?.() ?? true)) ? text : left + text + right;
}
const stripVTControlCharacters = (text) => {
	if (typeof text !== "string") throw badType("str", "of type string", text);
	return text.replace(/[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d\/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d\/#&.:=?%@~_]*)*)?(?:\u0007|\u001B\u005C|\u009C))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-ntqry=><~]))/g, "");
};

const warned = new Set();
function deprecate(fn, message, code) {
	const wrapped = function (...args) {
		if (!warned.has(code ?? wrapped)) {
			warned.add(code ?? wrapped);
			host.warn(`(mcpjs) ${code ? `[${code}] ` : ""}DeprecationWarning: ${message}\n`);
		}
		return new.target ? Reflect.construct(fn, args, new.target) : Reflect.apply(fn, this, args);
	};
	Object.setPrototypeOf(wrapped, fn);
	if (fn.prototype) wrapped.prototype = fn.prototype;
	return wrapped;
}
function debuglog(section) {
	const names = String(globalThis.process?.env?.NODE_DEBUG ?? "").toUpperCase().split(",");
	const on = names.some((n) => n !== "" && new RegExp("^" + n.trim().replace(/[|\\{}()[\]^$+?.]/g, "\\$&").replaceAll("*", ".*") + "$").test(section.toUpperCase()));
	const log = (...args) => { if (on) host.warn(`${section.toUpperCase()} ${globalThis.process?.pid}: ${host.format(...args)}\n`); };
	return Object.defineProperty(log, "enabled", { get: () => on });
}

// parseArgs
function parseArgs({ args = globalThis.process?.argv?.slice(2) ?? [], options = {}, strict = true, allowPositionals = !strict, allowNegative = false, tokens: wantTokens = false } = {}) {
	for (const [name, o] of Object.entries(options)) {
		if (o?.type !== "string" && o?.type !== "boolean") throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "options.${name}.type" property must be one of: 'boolean', 'string'. Received ${host.received(o?.type)}`);
		if (o.short !== undefined && (typeof o.short !== "string" || o.short.length !== 1)) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The property 'options.${name}.short' must be a single character. Received ${inspect(o.short)}`);
	}
	const longOf = (s) => Object.entries(options).find(([, o]) => o.short === s)?.[0] ?? s;
	const takes = (name) => options[name]?.type === "string";
	const tokens = [];
	const queue = [...args];
	let index = -1, grouped = 0;
	while (queue.length) {
		const arg = String(queue.shift());
		if (grouped > 0) grouped--; else index++;
		if (arg === "--") {
			tokens.push({ kind: "option-terminator", index });
			for (const value of queue) tokens.push({ kind: "positional", index: ++index, value: String(value) });
			break;
		}
		const next = queue[0];
		const short = /^-([^-])$/.exec(arg);
		if (short) {
			const name = longOf(short[1]);
			let value, inlineValue;
			if (takes(name) && next !== undefined) { value = String(queue.shift()); inlineValue = false; }
			tokens.push({ kind: "option", name, rawName: arg, index, value, inlineValue });
			if (value !== undefined) index++;
		} else if (/^-[^-]./.test(arg)) {
			const first = longOf(arg[1]);
			if (takes(first)) tokens.push({ kind: "option", name: first, rawName: `-${arg[1]}`, index, value: arg.slice(2), inlineValue: true });
			else {
				const expanded = [];
				for (let i = 1; i < arg.length; i++) {
					if (takes(longOf(arg[i])) && i < arg.length - 1) { expanded.push(`-${arg.slice(i)}`); break; }
					expanded.push(`-${arg[i]}`);
				}
				queue.unshift(...expanded);
				grouped = expanded.length;
			}
		} else if (/^--[^=]+=/.test(arg)) {
			const at = arg.indexOf("=");
			tokens.push({ kind: "option", name: arg.slice(2, at), rawName: arg.slice(0, at), index, value: arg.slice(at + 1), inlineValue: true });
		} else if (/^--./.test(arg)) {
			const name = arg.slice(2);
			let value, inlineValue;
			if (takes(name) && next !== undefined) { value = String(queue.shift()); inlineValue = false; }
			tokens.push({ kind: "option", name, rawName: arg, index, value, inlineValue });
			if (value !== undefined) index++;
		} else tokens.push({ kind: "positional", index, value: arg });
	}
	const values = Object.create(null), positionals = [];
	for (const t of tokens) {
		if (t.kind === "positional") {
			if (!allowPositionals) throw coded(TypeError, "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", `Unexpected argument '${t.value}'. This command does not take positional arguments`);
			positionals.push(t.value);
		} else if (t.kind === "option") {
			let { name } = t, value = t.value ?? true;
			if (allowNegative && !Object.hasOwn(options, name) && name.startsWith("no-") && options[name.slice(3)]?.type === "boolean" && t.value === undefined) { name = name.slice(3); value = false; }
			const o = Object.hasOwn(options, name) ? options[name] : undefined;
			if (strict) {
				if (!o) throw coded(TypeError, "ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${t.rawName}'${allowPositionals ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- ${JSON.stringify(t.rawName)}` : ""}`);
				const shown = o.short ? `-${o.short}, --${name}` : `--${name}`;
				if (o.type === "string" && typeof value !== "string") throw coded(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${shown} <value>' argument missing`);
				if (o.type === "boolean" && t.value !== undefined) throw coded(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${shown}' does not take an argument`);
				if (o.type === "string" && t.inlineValue === false && t.value.length > 1 && t.value.startsWith("-"))
					throw coded(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${t.rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${t.rawName}'?\nTo specify an option argument starting with a dash use ${t.rawName.startsWith("--") ? `'${t.rawName}=-XYZ'` : `'--${name}=-XYZ' or '${t.rawName}-XYZ'`}.`);
			}
			if (name === "__proto__") continue;
			if (o?.multiple) (values[name] ??= []).push(value); else values[name] = value;
		}
	}
	for (const [name, o] of Object.entries(options)) if (o.default !== undefined && values[name] === undefined) values[name] = o.default;
	return wantTokens ? { values, positionals, tokens } : { values, positionals };
}

const exports = {
	inspect, format: (...args) => host.format(...args), formatWithOptions: (o, ...args) => host.formatWith(o, ...args),
	promisify, callbackify, inherits, types, isDeepStrictEqual: (a, b) => deepEqual(a, b, true), parseArgs, styleText, stripVTControlCharacters, deprecate,
	debuglog, debug: debuglog, isArray: Array.isArray, toUSVString: (s) => String(s).toWellFormed(), inspectValues: undefined,
	getSystemErrorName: (n) => Object.entries(host.require("os").constants.errno).find(([, v]) => v === -n)?.[0],
	aborted: (signal) => signal.aborted ? Promise.resolve() : new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
	stripAnsi: undefined,
};
delete exports.inspectValues;
delete exports.stripAnsi;
for (const name of ["TextEncoder", "TextDecoder"]) Object.defineProperty(exports, name, { get: () => globalThis[name], enumerable: true, configurable: true });
Object.defineProperty(exports, "deepEqual", { value: deepEqual });
return exports;
}
