// node's module assert.
(host) => {
"use strict";
const util = host.require("util");
const { deepEqual: same } = util;
const coded = (C, code, message) => Object.assign(new C(message), { code });
const show = (v) => util.inspect(v, { compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, maxStringLength: Infinity, showHidden: false, showProxy: false, sorted: true, getters: true });

const heads = {
	deepStrictEqual: "Expected values to be strictly deep-equal:", strictEqual: "Expected values to be strictly equal:", strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
	deepEqual: "Expected values to be loosely deep-equal:", notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:', notStrictEqual: 'Expected "actual" to be strictly unequal to:',
	notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":', notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:', notIdentical: "Values have same structure but are not reference-equal:",
};
const isObject = (v) => typeof v === "object" && v !== null || typeof v === "function";

function messageOf(operator, actual, expected) {
	if (operator === "deepStrictEqual" || operator === "strictEqual") return difference(actual, expected, operator);
	if (operator === "notDeepStrictEqual" || operator === "notStrictEqual") {
		let head = heads[operator];
		const lines = show(actual).split("\n");
		if (operator === "notStrictEqual" && isObject(actual)) head = heads.notStrictEqualObject;
		if (lines.length > 50) { lines[46] = "..."; lines.length = 47; }
		return lines.length === 1 ? `${head}${lines[0].length > 5 ? "\n\n" : " "}${lines[0]}` : `${head}\n\n${lines.join("\n")}\n`;
	}
	const a = show(actual), b = show(expected);
	if (operator === "deepEqual") return `${heads.deepEqual}\n\n${cut(a)}\n\nshould loosely deep-equal\n\n${cut(b)}`;
	if (operator === "notDeepEqual") return `${heads.notDeepEqual}\n\n${cut(a)}\n\nshould not loosely deep-equal\n\n${cut(b)}`.replace(/\n\nshould not[^]*$/, "");
	return `${cut(a)} ${operator} ${cut(b)}`;
}
const cut = (s) => s.length > 512 ? s.slice(0, 509) + "..." : s;

function difference(actual, expected, operator) {
	const a = show(actual).split("\n"), b = show(expected).split("\n");
	if (operator === "strictEqual" && (isObject(actual) && isObject(expected))) operator = "strictEqualObject";
	let indicator = "";
	if (a.length === 1 && b.length === 1 && a[0] !== b[0]) {
		const length = a[0].length + b[0].length;
		if (length <= 12) {
			if (!isObject(actual) && !isObject(expected) && (actual !== 0 || expected !== 0)) return `${heads[operator]}\n\n${a[0]} !== ${b[0]}\n`;
		} else if (operator !== "strictEqualObject" && length < 80) {
			let same = 0;
			while (a[0][same] === b[0][same]) same++;
			if (same > 2) indicator = `\n  ${" ".repeat(same)}^`;
		}
	}
	if (a.join("\n") === b.join("\n")) {
		const lines = a.length > 50 ? [...a.slice(0, 46), "..."] : a;
		return `${heads.notIdentical}\n\n${lines.join("\n")}\n`;
	}
	const lines = merge(a, b);
	// Long runs of what is the same are left out in the middle.
	const out = [];
	let skipped = false;
	for (let i = 0; i < lines.length; i++) {
		let end = i;
		while (end < lines.length && lines[end][0] === " ") end++;
		const run = end - i;
		if (run > 5) {
			const first = 2, last = end === lines.length ? 1 : 2;
			for (let k = i; k < i + first; k++) out.push(lines[k]);
			out.push("...");
			skipped = true;
			for (let k = end - last; k < end; k++) out.push(lines[k]);
			i = end - 1;
		} else out.push(lines[i]);
	}
	if (out.length > 100) { out.length = 100; out.push("..."); skipped = true; }
	return `${heads[operator]}\n+ actual - expected${skipped ? " ... Lines skipped" : ""}\n\n${out.join("\n")}${indicator}`;
}

// merge is a line diff: the longest common subsequence, within reason.
function merge(a, b) {
	const bare = (s) => s.replace(/,$/, "");
	let head = 0, tail = 0;
	const equal = (x, y) => x === y || bare(x) === bare(y) && x !== undefined;
	while (head < a.length && head < b.length && equal(a[head], b[head])) head++;
	while (tail < a.length - head && tail < b.length - head && equal(a[a.length - 1 - tail], b[b.length - 1 - tail])) tail++;
	const x = a.slice(head, a.length - tail), y = b.slice(head, b.length - tail);
	const middle = [];
	if (x.length * y.length > 1e6) middle.push(...x.map((l) => "+ " + l), ...y.map((l) => "- " + l));
	else {
		const n = y.length + 1, table = new Uint32Array((x.length + 1) * n);
		for (let i = x.length - 1; i >= 0; i--) for (let j = y.length - 1; j >= 0; j--)
			table[i * n + j] = equal(x[i], y[j]) ? table[(i + 1) * n + j + 1] + 1 : Math.max(table[(i + 1) * n + j], table[i * n + j + 1]);
		for (let i = 0, j = 0; i < x.length || j < y.length;) {
			if (i < x.length && j < y.length && equal(x[i], y[j])) { middle.push("  " + x[i]); i++; j++; }
			else if (i < x.length && (j >= y.length || table[(i + 1) * n + j] >= table[i * n + j + 1])) middle.push("+ " + x[i++]);
			else middle.push("- " + y[j++]);
		}
	}
	return [...a.slice(0, head).map((l) => "  " + l), ...middle, ...a.slice(a.length - tail).map((l) => "  " + l)];
}

class AssertionError extends Error {
	constructor(options) {
		if (options === null || typeof options !== "object") throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "options" argument must be of type object. Received ${host.received(options)}`);
		const { message, actual, expected, operator, stackStartFn } = options;
		super(message !== undefined ? String(message) : messageOf(operator, actual, expected));
		this.generatedMessage = message === undefined;
		Object.defineProperty(this, "name", { value: "AssertionError [ERR_ASSERTION]", enumerable: false, writable: true, configurable: true });
		this.code = "ERR_ASSERTION";
		this.actual = actual;
		this.expected = expected;
		this.operator = operator;
		if (stackStartFn) Error.captureStackTrace(this, stackStartFn);
		else Error.captureStackTrace(this);
		this.name = "AssertionError";
		void this.stack;
	}
	toString() { return `${this.name} [${this.code}]: ${this.message}`; }
}
Object.defineProperty(AssertionError.prototype, "name", { value: "AssertionError", writable: true, configurable: true });

const fail = (o, given) => {
	if (given instanceof Error) throw given;
	throw new AssertionError({ ...o, message: given });
};
const enough = (args, n) => {
	if (args.length < n) throw coded(TypeError, "ERR_MISSING_ARGS", n === 1 ? 'The "value" argument must be specified' : 'The "actual" and "expected" arguments must be specified');
};

function ok(...args) {
	const [value, message] = args;
	if (value) return;
	if (args.length === 0) fail({ actual: undefined, expected: true, operator: "==" }, "No value argument passed to `assert.ok()`");
	const e = { actual: value, expected: true, operator: "==" };
	if (message === undefined) {
		const error = new AssertionError({ ...e, message: expression() ?? `${show(value)} == true` });
		error.generatedMessage = true;
		throw error;
	}
	fail(e, message);
}
const expression = () => {
	const text = host.callText();
	return text ? `The expression evaluated to a falsy value:\n\n  ${text.replaceAll("\n", "\n  ")}\n` : undefined;
};
const assert = function assert(...args) { ok(...args); };
const compare = (operator, test) => function (...args) {
	enough(args, 2);
	const [actual, expected, message] = args;
	if (!test(actual, expected)) fail({ actual, expected, operator }, message);
};
const loosely = (a, b) => a == b || a !== a && b !== b;
Object.assign(assert, {
	ok, AssertionError,
	equal: compare("==", loosely), notEqual: compare("!=", (a, b) => !loosely(a, b)),
	strictEqual: compare("strictEqual", Object.is), notStrictEqual: compare("notStrictEqual", (a, b) => !Object.is(a, b)),
	deepEqual: compare("deepEqual", (a, b) => same(a, b, false)), notDeepEqual: compare("notDeepEqual", (a, b) => !same(a, b, false)),
	deepStrictEqual: compare("deepStrictEqual", (a, b) => same(a, b, true)), notDeepStrictEqual: compare("notDeepStrictEqual", (a, b) => !same(a, b, true)),
	fail(message = "Failed") {
		if (message instanceof Error) throw message;
		const e = new AssertionError({ message, operator: "fail" });
		e.generatedMessage = message === "Failed";
		throw e;
	},
	ifError(v) {
		if (v === null || v === undefined) return;
		let message = "ifError got unwanted exception: ";
		message += isObject(v) && typeof v.message === "string" ? v.message.length === 0 && v.constructor ? v.constructor.name : v.message : util.inspect(v);
		const e = new AssertionError({ actual: v, expected: null, operator: "ifError", message });
		throw e;
	},
	match(text, pattern, message) { matching(text, pattern, message, "match", true); },
	doesNotMatch(text, pattern, message) { matching(text, pattern, message, "doesNotMatch", false); },
	throws(...args) { threw("throws", attempt(args[0]), args); },
	async rejects(...args) { threw("rejects", await attemptAsync(args[0]), args); },
	doesNotThrow(...args) { unwanted("doesNotThrow", attempt(args[0]), args); },
	async doesNotReject(...args) { unwanted("doesNotReject", await attemptAsync(args[0]), args); },
});

function matching(text, pattern, message, operator, want) {
	if (!(pattern instanceof RegExp)) throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "regexp" argument must be an instance of RegExp. Received ${host.received(pattern)}`);
	if (typeof text === "string" && pattern.test(text) === want) return;
	if (message instanceof Error) throw message;
	const generated = message === undefined;
	message ??= typeof text !== "string" ? `The "string" argument must be of type string. Received type ${typeof text} (${util.inspect(text)})`
		: (want ? "The input did not match the regular expression " : "The input was expected to not match the regular expression ") + `${util.inspect(pattern)}. Input:\n\n${util.inspect(text)}\n`;
	const e = new AssertionError({ actual: text, expected: pattern, message, operator });
	e.generatedMessage = generated;
	throw e;
}
const nothing = Symbol("nothing");
const attempt = (fn) => {
	if (typeof fn !== "function") throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "fn" argument must be of type function. Received ${host.received(fn)}`);
	try { fn(); } catch (e) { return e; }
	return nothing;
};
const attemptAsync = async (fn) => {
	let promise = fn;
	if (typeof fn === "function") {
		promise = fn();
		if (typeof promise?.then !== "function") throw coded(TypeError, "ERR_INVALID_RETURN_VALUE", `Expected instance of Promise to be returned from the "promiseFn" function but got ${host.received(promise)}.`);
	} else if (typeof fn?.then !== "function") throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "promiseFn" argument must be of type function or an instance of Promise. Received ${host.received(fn)}`);
	try { await promise; } catch (e) { return e; }
	return nothing;
};
class Comparison {}
function threw(operator, actual, [, expected, message]) {
	if (typeof expected === "string") { message = expected; expected = undefined; }
	if (expected !== undefined && !isObject(expected)) throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "error" argument must be of type function or an instance of Error, RegExp, or Object. Received ${host.received(expected)}`);
	if (actual === nothing) {
		let details = expected?.name ? ` (${expected.name})` : "";
		details += message ? `: ${message}` : ".";
		const e = new AssertionError({ actual: undefined, expected, operator, message: `Missing expected ${operator === "rejects" ? "rejection" : "exception"}${details}` });
		throw e;
	}
	if (expected === undefined) return;
	const raise = (text) => {
		if (message instanceof Error) throw message;
		const e = new AssertionError({ actual, expected, operator, message: message ?? text });
		e.generatedMessage = message === undefined;
		throw e;
	};
	if (expected instanceof RegExp) {
		if (!expected.test(String(actual))) raise(`The input did not match the regular expression ${util.inspect(expected)}. Input:\n\n${util.inspect(String(actual))}\n`);
		return;
	}
	if (typeof expected === "function") {
		if (expected.prototype !== undefined && actual instanceof expected) return;
		if (Error.isPrototypeOf(expected) || expected === Error) {
			if (message === undefined && isObject(actual)) raise(`The error is expected to be an instance of "${expected.name}". Received "${actual?.constructor?.name ?? actual}"${actual?.message !== undefined ? `\n\nError message:\n\n${actual.message}` : ""}`);
			if (message === undefined) raise(`The error is expected to be an instance of "${expected.name}". Received "${util.inspect(actual)}"`);
			raise();
		}
		const verdict = Reflect.apply(expected, {}, [actual]);
		if (verdict !== true) raise(`The ${expected.name ? `"${expected.name}" ` : ""}validation function is expected to return "true". Received ${util.inspect(verdict)}\n\nCaught error:\n\n${actual}`);
		return;
	}
	const keys = Object.keys(expected);
	if (expected instanceof Error) keys.push("name", "message");
	else if (keys.length === 0) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'error' may not be an empty object. Received {}`);
	for (const key of keys) {
		const fits = expected[key] instanceof RegExp && typeof actual?.[key] === "string" ? expected[key].test(actual[key]) : key in Object(actual) && same(actual[key], expected[key], true);
		if (fits) continue;
		if (message !== undefined) raise();
		const a = new Comparison(), b = new Comparison();
		for (const k of keys) {
			if (k in Object(actual)) a[k] = actual[k];
			b[k] = expected[k] instanceof RegExp && typeof actual?.[k] === "string" && expected[k].test(actual[k]) ? actual[k] : expected[k];
		}
		const e = new AssertionError({ actual: a, expected: b, operator: "deepStrictEqual" });
		Object.assign(e, { actual, expected, operator });
		throw e;
	}
}
function unwanted(operator, actual, [, expected, message]) {
	if (actual === nothing) return;
	if (typeof expected === "string") { message = expected; expected = undefined; }
	if (expected && !(expected instanceof RegExp ? expected.test(String(actual)) : actual instanceof expected)) throw actual;
	fail({ actual, expected, operator }, `Got unwanted ${operator === "doesNotReject" ? "rejection" : "exception"}${message ? `: ${message}` : "."}\nActual message: "${actual?.message}"`);
}

const strict = Object.assign(function strict(...args) { ok(...args); }, assert, { equal: assert.strictEqual, deepEqual: assert.deepStrictEqual, notEqual: assert.notStrictEqual, notDeepEqual: assert.notDeepStrictEqual });
strict.strict = strict;
assert.strict = strict;
return assert;
}
