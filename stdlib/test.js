// The module test, as node:test: describe, it, hooks, only, skip, todo, mocks.
// Tests run in the order they were written; what they came to is told on
// stdout, and a failure makes the exit code 1.
(host) => {
"use strict";
const { AssertionError } = host.require("assert");
const config = host.config();
const isOptions = (v) => v !== null && typeof v === "object";
const paint = (code, text) => config.color ? `\x1b[${code}m${text}\x1b[0m` : text;
const counts = { tests: 0, suites: 0, pass: 0, fail: 0, skipped: 0, todo: 0 };
const failures = [];
const tap = config.reporter === "tap";
const next = (above) => above.number = (above.number ?? 0) + 1;

class Suite {
	constructor(name, parent, options) {
		this.name = name;
		this.parent = parent;
		this.depth = parent ? parent.depth + 1 : -1;
		this.items = [];
		this.hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
		this.options = options ?? {};
		this.failed = 0;
	}
	get path() { return this.parent?.parent ? `${this.parent.path} > ${this.name}` : this.name; }
	get skipped() { return this.options.skip || this.parent?.skipped; }
}
const root = new Suite("", null);
let current = root;

const readArgs = (args) => {
	let name, options = {}, fn;
	for (const a of args) {
		if (typeof a === "string") name = a;
		else if (typeof a === "function") fn = a;
		else if (isOptions(a)) options = a;
	}
	return { name: name ?? (fn?.name || "<anonymous>"), options, fn };
};
const hasOnly = (suite) => suite.items.some((i) => i.options.only || i instanceof Suite && hasOnly(i));
const matches = (path) => !config.grep || new RegExp(config.grep).test(path);
const anyMatch = (suite) => matches(suite.path) || suite.items.some((i) => i instanceof Suite ? anyMatch(i) : matches(`${suite.parent ? suite.path + " > " : ""}${i.name}`));

// Context is what a test's function gets.
class Context {
	#test;
	#hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
	#abort = new AbortController();
	constructor(test) { this.#test = test; this.name = test.name; this.fullName = test.path; this.mock = mock; }
	get signal() { return this.#abort.signal; }
	diagnostic(message) { line(this.#test.depth + 1, tap ? `# ${message}` : paint(34, `ℹ ${message}`)); }
	skip(message) { this.#test.skip = message ?? true; }
	todo(message) { this.#test.todo = message ?? true; }
	plan() {}
	runOnly() {}
	get assert() { return host.require("assert"); }
	before(fn) { this.#hooks.before.push(fn); }
	after(fn) { this.#hooks.after.push(fn); }
	beforeEach(fn) { this.#hooks.beforeEach.push(fn); }
	afterEach(fn) { this.#hooks.afterEach.push(fn); }
	async test(...args) {
		const { name, options, fn } = readArgs(args);
		const sub = makeTest(name, options, fn, this.#test.suite, this.#test);
		for (const h of this.#hooks.before.splice(0)) await h();
		for (const h of this.#hooks.beforeEach) await h(this);
		try { await runTest(sub); } finally { for (const h of this.#hooks.afterEach) await h(this); }
	}
	static abort(c, reason) { c.#abort.abort(reason); }
	static async finish(c) { for (const h of c.#hooks.after) await h(c); }
}
const makeTest = (name, options, fn, suite, above) => ({ name, options, fn, suite, above, depth: above ? above.depth + 1 : suite.depth + 1, failed: 0,
	path: `${above ? above.path + " > " : suite.parent ? suite.path + " > " : ""}${name}`, skip: options.skip, todo: options.todo });

function register(args, extra) {
	const { name, options, fn } = readArgs(args);
	const test = makeTest(name, { ...options, ...extra }, fn, current);
	test.done = new Promise((resolve) => { test.settle = resolve; });
	current.items.push(test);
	if (current === root) begin();
	return test.done;
}
function describeWith(args, extra) {
	const { name, options, fn } = readArgs(args);
	const suite = new Suite(name, current, { ...options, ...extra });
	current.items.push(suite);
	const before = current;
	current = suite;
	try {
		const r = fn?.(suite);
		if (typeof r?.then === "function") suite.ready = r;
	} catch (e) { suite.broken = { e }; } finally { current = before; }
	if (before === root) begin();
	return Promise.resolve();
}

let running;
function begin() {
	running ??= (async () => {
		await host.turn();
		for (const h of root.hooks.before) await h();
		const only = config.only || hasOnly(root);
		for (let i = 0; i < root.items.length; i++) {
			await runItem(root.items[i], only);
			root.items[i] = { options: {}, over: true };
			if (i === root.items.length - 1) await host.turn();
		}
		for (const h of root.hooks.after) await h();
		root.items = [];
		running = undefined;
	})();
}
async function runItem(item, only) {
	if (item.over) return;
	if (item instanceof Suite) return runSuite(item, only);
	if (only && !item.options.only || !matches(item.path)) { item.settle?.(); return; }
	await runTest(item);
	item.settle?.();
}
const line = (depth, text) => host.write("    ".repeat(Math.max(0, depth)).slice(tap ? 0 : Math.max(0, depth) * 2) + text.replaceAll("\n", "\n" + "    ".repeat(Math.max(0, depth)).slice(tap ? 0 : Math.max(0, depth) * 2)) + "\n");

async function runSuite(suite, only) {
	const inOnly = only && !suite.options.only && !hasOnly(suite);
	if (inOnly || !anyMatch(suite)) return;
	counts.suites++;
	if (!tap) line(suite.depth, `${paint(1, suite.name)}`);
	else line(suite.depth, `# Subtest: ${suite.name}`);
	const start = Date.now(), failedBefore = counts.fail;
	try {
		if (suite.broken) throw suite.broken.e;
		await suite.ready;
		if (!suite.skipped) for (const h of suite.hooks.before) await limited(h, suite.options.timeout, `the before hook of "${suite.name}"`);
		const inner = only && hasOnly(suite);
		for (const item of suite.items) await runItem(item, inner);
		if (!suite.skipped) for (const h of suite.hooks.after) await limited(h, suite.options.timeout, `the after hook of "${suite.name}"`);
	} catch (e) {
		counts.fail++;
		failures.push({ path: suite.path, e });
		if (!tap) line(suite.depth + 1, paint(31, `✖ ${suite.name}`));
	}
	if (tap) {
		line(suite.depth + 1, `1..${suite.number ?? 0}`);
		line(suite.depth, `${counts.fail > failedBefore ? "not ok" : "ok"} ${next(suite.parent)} - ${suite.name} # ${Date.now() - start} ms`);
	}
}
const hooksOf = (suite, kind) => suite ? kind === "beforeEach" ? [...hooksOf(suite.parent, kind), ...suite.hooks[kind]] : [...suite.hooks[kind], ...hooksOf(suite.parent, kind)] : [];

function limited(fn, time, what, context, abort) {
	const ms = time === undefined || time === Infinity ? config.timeout : host.duration(time, "timeout");
	const run = () => fn.length >= 2 ? new Promise((resolve, reject) => { fn(context, (e) => e ? reject(e) : resolve()); }) : fn(context);
	if (!(ms > 0)) return (async () => run())();
	return new Promise((resolve, reject) => {
		const stop = host.timer(ms, () => {
			const e = Object.assign(new Error(`${what} timed out after ${ms}ms`), { code: "ERR_TEST_FAILURE" });
			e.stack = `Error: ${e.message}`;
			abort?.(e);
			reject(e);
		});
		(async () => run())().then((v) => { stop(); resolve(v); }, (e) => { stop(); reject(e); });
	});
}

async function runTest(test) {
	counts.tests++;
	const start = Date.now();
	let failure;
	const skipped = test.skip || test.suite.skipped || !test.fn && !test.todo;
	if (tap) line(test.depth, `# Subtest: ${test.name}`);
	if (!skipped && test.fn) {
		const context = new Context(test);
		try {
			for (const h of hooksOf(test.suite, "beforeEach")) await limited(h, undefined, "a beforeEach hook", context);
			await limited(test.fn, test.options.timeout, `"${test.name}"`, context, (e) => Context.abort(context, e));
		} catch (e) { failure = { e }; }
		try {
			await Context.finish(context);
			for (const h of hooksOf(test.suite, "afterEach")) await limited(h, undefined, "an afterEach hook", context);
		} catch (e) { failure ??= { e }; }
		if (!failure && test.failed) failure = { e: Object.assign(new Error(`${test.failed} subtest${test.failed > 1 ? "s" : ""} failed`), { stack: `${test.failed} subtest${test.failed > 1 ? "s" : ""} failed` }) };
	}
	const ms = Date.now() - start;
	const why = (v) => typeof v === "string" ? ` ${v}` : "";
	const isSkip = (test.skip || skipped) && !test.todo;
	if (isSkip) counts.skipped++;
	else if (test.todo) counts.todo++;
	else if (failure) { counts.fail++; failures.push({ path: test.path, e: failure.e }); if (test.above) test.above.failed++; } else counts.pass++;
	if (tap) {
		if (test.number) line(test.depth + 1, `1..${test.number}`);
		line(test.depth, `${failure ? "not ok" : "ok"} ${next(test.above ?? test.suite)} - ${test.name}${isSkip ? ` # SKIP${why(test.skip)}` : test.todo ? ` # TODO${why(test.todo)}` : ""}`);
		if (failure) line(test.depth, `  ---\n  duration_ms: ${ms}\n  error: |-\n${textOf(failure.e).replace(/^/gm, "    ")}\n  ...`);
	} else if (isSkip) line(test.depth, paint(2, `﹣ ${test.name} # skipped${why(test.skip)}`));
	else if (test.todo) line(test.depth, paint(33, `⚠ ${test.name} # todo${why(test.todo)}`));
	else if (failure) line(test.depth, paint(31, `✖ ${test.name}`) + paint(2, ` (${ms}ms)`));
	else line(test.depth, `${paint(32, "✔")} ${test.name}` + paint(2, ` (${ms}ms)`));
}
const textOf = (e) => {
	if (!(e instanceof Error)) return `thrown: ${host.inspect(e)}`;
	const own = e instanceof AssertionError ? {} : Object.fromEntries(Object.entries(e).filter(([k]) => k !== "stack"));
	let text = String(e.stack ?? e);
	if (Object.keys(own).length) text += " " + host.inspect(own);
	if (e.cause !== undefined) text += `\n  [cause]: ${textOf(e.cause)}`;
	return text;
};

globalThis.process?.on?.("exit", () => {
	if (running) {
		counts.fail++;
		failures.push({ path: "the run", e: Object.assign(new Error("ended before its tests had"), { stack: "the run ended before its tests had: one of them waits for what never comes" }) });
	}
	host.report({ ...counts });
	if (tap) {
		host.write(`1..${root.number ?? 0}\n`);
		for (const k of Object.keys(counts)) host.write(`# ${k} ${counts[k]}\n`);
	} else {
		if (failures.length) {
			host.write(`\n${paint(31, "failing tests:")}\n`);
			for (const f of failures) host.write(`\n${paint(31, `✖ ${f.path}`)}\n  ${textOf(f.e).replaceAll("\n", "\n  ")}\n`);
		}
		if (!config.quiet) host.write(`\n${counts.tests} test${counts.tests === 1 ? "" : "s"}: ${counts.pass} passed${counts.fail ? paint(31, `, ${counts.fail} failed`) : ""}${counts.skipped ? `, ${counts.skipped} skipped` : ""}${counts.todo ? `, ${counts.todo} todo` : ""}\n`);
	}
	if (counts.fail && !process.exitCode) process.exitCode = 1;
});

// mock
const mocks = [];
function mockFunction(original = () => undefined, implementation = original, { times = Infinity } = {}) {
	if (isOptions(implementation)) implementation = original;
	const calls = [], queued = new Map();
	const fn = function (...args) {
		const i = calls.length;
		const run = queued.get(i) ?? (i < times ? implementation : original);
		queued.delete(i);
		const call = { arguments: args, this: this, target: new.target, error: undefined, result: undefined, stack: undefined };
		calls.push(call);
		try { return call.result = new.target ? Reflect.construct(run, args) : Reflect.apply(run, this, args); } catch (e) { call.error = e; throw e; }
	};
	Object.defineProperty(fn, "name", { value: original.name, configurable: true });
	Object.defineProperty(fn, "length", { value: original.length, configurable: true });
	fn.mock = {
		calls, callCount: () => calls.length, resetCalls() { calls.length = 0; },
		mockImplementation(f) { implementation = f; }, mockImplementationOnce(f, at = calls.length) { queued.set(at, f); },
		restore() { implementation = original; fn.mock.undo?.(); },
	};
	mocks.push(fn.mock);
	return fn;
}
const mock = {
	fn: mockFunction,
	method(object, name, implementation, options) {
		const own = Object.getOwnPropertyDescriptor(object, name), original = object[name];
		if (typeof original !== "function") throw Object.assign(new TypeError(`mock.method: ${String(name)} is not a method`), { code: "ERR_INVALID_ARG_VALUE" });
		const fn = mockFunction(original, typeof implementation === "function" ? implementation : original, options);
		Object.defineProperty(object, name, { value: fn, writable: true, configurable: true, enumerable: own?.enumerable ?? false });
		fn.mock.undo = () => { if (own) Object.defineProperty(object, name, own); else delete object[name]; };
		return fn;
	},
	restoreAll() { for (const m of mocks) m.restore(); },
	reset() { for (const m of mocks.splice(0)) m.restore(); },
};

const variants = (make) => Object.assign((...args) => make(args), { skip: (...args) => make(args, { skip: true }), todo: (...args) => make(args, { todo: true }), only: (...args) => make(args, { only: true }) });
const test = variants(register), it = variants(register), describe = variants(describeWith);
const hook = (kind) => (fn) => { current.hooks[kind].push(fn); };
return Object.assign(test, { test, it, describe, suite: describe, mock, before: hook("before"), after: hook("after"), beforeEach: hook("beforeEach"), afterEach: hook("afterEach") });
}
