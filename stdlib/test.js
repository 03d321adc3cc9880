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
const failures = []; // { path, e, note }
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
root.number = config.number;
let current = root;

const readArgs = (args) => {
	let name, options = {}, fn;
	for (const a of args) {
		if (typeof a === "string") name = a;
		else if (typeof a === "function") fn = a;
		else if (isOptions(a)) options = a;
	}
	return { name: name || fn?.name || "<anonymous>", options, fn };
};
const hasOnly = (suite) => suite.items.some((i) => i.options.only || i instanceof Suite && hasOnly(i));
const matches = (path) => !config.grep || new RegExp(config.grep).test(path);
const anyMatch = (suite) => matches(suite.path) || suite.items.some((i) => i instanceof Suite ? anyMatch(i) : matches(`${suite.parent ? suite.path + " > " : ""}${i.name}`));

// Context is what a test's function gets.
class Context {
	#test;
	#hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
	#abort = new AbortController();
	#mock;
	#assert;
	#planned;
	#checked = 0;
	#subtests = [];
	constructor(test) { this.#test = test; this.name = test.name; this.fullName = test.path; }
	get mock() { return this.#mock ??= makeMock(); }
	get signal() { return this.#abort.signal; }
	diagnostic(message) { line(this.#test.depth + 1, tap ? `# ${message}` : paint(34, `ℹ ${message}`)); }
	skip(message) { this.#test.skip = message ?? true; }
	todo(message) { this.#test.todo = message ?? true; }
	runOnly() {}
	plan(count) {
		if (!Number.isInteger(count) || count < 1) throw Object.assign(new TypeError(`t.plan takes how many assertions and subtests there will be, not ${host.inspect(count)}`), { code: "ERR_INVALID_ARG_VALUE" });
		this.#planned = count;
	}
	get assert() {
		return this.#assert ??= new Proxy(host.require("assert"), { get: (all, name) => {
			const check = all[name];
			return typeof check !== "function" || name === "AssertionError" ? check : (...args) => { this.#checked++; return check(...args); };
		} });
	}
	before(fn) { this.#hooks.before.push(fn); }
	after(fn) { this.#hooks.after.push(fn); }
	beforeEach(fn) { this.#hooks.beforeEach.push(fn); }
	afterEach(fn) { this.#hooks.afterEach.push(fn); }
	test(...args) {
		this.#checked++;
		const { name, options, fn } = readArgs(args);
		const sub = makeTest(name, options, fn, this.#test.suite, this.#test);
		const done = (async () => {
			for (const h of this.#hooks.before.splice(0)) await limited(h, undefined, "a before hook", this);
			for (const h of this.#hooks.beforeEach) await limited(h, undefined, "a beforeEach hook", this);
			try { await runTest(sub); } finally { for (const h of this.#hooks.afterEach) await limited(h, undefined, "an afterEach hook", this); }
		})();
		done.catch(() => {}); // finish throws it
		this.#subtests.push(done);
		return done;
	}
	static abort(c, reason) { c.#abort.abort(reason); }
	// finish waits for subtests that nobody awaited, and cleans up.
	static async finish(c) {
		try {
			for (const sub of c.#subtests) await sub;
		} finally {
			for (const h of c.#hooks.after) await limited(h, undefined, "an after hook", c);
			c.#mock?.reset();
		}
	}
	static check(c) {
		if (c.#planned !== undefined && c.#planned !== c.#checked) throw plain(`planned ${c.#planned} assertions, made ${c.#checked}`);
	}
}
// plain is an error whose stack would say nothing.
const plain = (message) => Object.assign(new Error(message), { stack: message });
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

// Whose function or hook is waited for, innermost last: stop(e) ends the wait.
const waits = [];
const loose = (e) => {
	const note = "this was thrown, and nothing caught it, while the test ran; an earlier test may have left it behind";
	if (waits.length) waits.at(-1).stop(e, note);
	else failOutside("outside of tests", e);
};
// Nothing is pending, so that what is waited for can't come.
const stuck = () => {
	if (waits.length) waits.at(-1).stop(plain(`${waits.at(-1).what} waits for what never comes: its promise is pending, and nothing else is`));
};
function fail(path, e, note = notes.get(e)) {
	counts.fail++;
	failures.push({ path, e, note });
}
// failOutside is a failure that no test stands for.
function failOutside(what, e) {
	fail(what, e);
	if (tap) notOk(0, next(root), what, e);
}
const notOk = (depth, number, name, e, rest = "", ms) => line(depth, `not ok ${number} - ${escaped(name)}${rest}\n  ---${ms === undefined ? "" : `\n  duration_ms: ${ms}`}\n  error: |-\n${textOf(e).replace(/^/gm, "    ")}\n  ...`);
const notes = new Map();

let running;
function begin() {
	running ??= (async () => {
		process.on("uncaughtException", loose);
		process.on("beforeExit", stuck);
		await host.turn();
		let broken = false;
		try {
			for (const h of root.hooks.before.splice(0)) await limited(h, undefined, "a before hook");
		} catch (e) { broken = true; failOutside("before hook", e); }
		const only = config.only || hasOnly(root);
		for (let i = 0; i < root.items.length; i++) {
			if (broken) root.items[i].cancelled = true;
			await runItem(root.items[i], only);
			root.items[i] = { options: {}, over: true };
			if (i === root.items.length - 1) await host.turn();
		}
		try {
			for (const h of root.hooks.after.splice(0)) await limited(h, undefined, "an after hook");
		} catch (e) { failOutside("after hook", e); }
		root.items = [];
		process.off("uncaughtException", loose);
		process.off("beforeExit", stuck);
		running = undefined;
		host.report({ ...counts, number: root.number });
		host.over();
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
	for (const item of suite.cancelled ? suite.items : []) item.cancelled = true;
	const inOnly = only && !suite.options.only && !hasOnly(suite);
	if (inOnly || !anyMatch(suite)) return;
	counts.suites++;
	if (!tap) line(suite.depth, `${paint(1, suite.name)}`);
	else line(suite.depth, `# Subtest: ${escaped(suite.name)}`);
	const start = Date.now(), failedBefore = counts.fail;
	const broke = (e) => {
		fail(suite.path, e);
		if (!tap) line(suite.depth + 1, paint(31, `✖ ${suite.name}`));
	};
	try {
		if (suite.broken) throw suite.broken.e;
		if (suite.ready) await limited(() => suite.ready, undefined, `the suite "${suite.name}"`);
		if (!suite.skipped && !suite.cancelled) for (const h of suite.hooks.before) await limited(h, suite.options.timeout, `the before hook of "${suite.name}"`);
	} catch (e) {
		broke(e);
		for (const item of suite.items) item.cancelled = true;
	}
	const inner = only && hasOnly(suite);
	for (const item of suite.items) await runItem(item, inner);
	try {
		if (!suite.skipped) for (const h of suite.hooks.after) await limited(h, suite.options.timeout, `the after hook of "${suite.name}"`);
	} catch (e) { broke(e); }
	if (tap) {
		line(suite.depth + 1, `1..${suite.number ?? 0}`);
		line(suite.depth, `${counts.fail > failedBefore ? "not ok" : "ok"} ${next(suite.parent)} - ${escaped(suite.name)} # time=${Date.now() - start}ms`);
	}
}
const hooksOf = (suite, kind) => suite ? kind === "beforeEach" ? [...hooksOf(suite.parent, kind), ...suite.hooks[kind]] : [...suite.hooks[kind], ...hooksOf(suite.parent, kind)] : [];

// limited calls a test's function or hook and waits for it, and a turn of the
// loop more, in which what it left rejected comes up.
function limited(fn, time, what, context, abort) {
	const ms = time === undefined || time === Infinity ? config.timeout : host.duration(time, "timeout");
	const run = () => fn.length >= 2 ? new Promise((resolve, reject) => { fn(context, (e) => e ? reject(e) : resolve()); }) : fn(context);
	return new Promise((resolve, reject) => {
		const end = () => {
			stopTimer?.();
			if (waits.includes(wait)) waits.splice(waits.indexOf(wait), 1);
		};
		const wait = { what, stop(e, note) {
			end();
			if (note) notes.set(e, note);
			abort?.(e);
			reject(e);
		} };
		waits.push(wait);
		const stopTimer = ms > 0 ? host.timer(ms, what, () => wait.stop(plain(`${what} timed out after ${ms}ms`))) : undefined;
		(async () => { try { return await run(); } finally { await host.turn(); } })().then((v) => { end(); resolve(v); }, (e) => { end(); reject(e); });
	});
}
const escaped = (name) => name.replaceAll("\\", "\\\\").replaceAll("#", "\\#").replaceAll("\n", "\\n");

async function runTest(test) {
	counts.tests++;
	const start = Date.now();
	let failure;
	const skipped = test.skip || test.suite.skipped || !test.fn && !test.todo;
	if (tap) line(test.depth, `# Subtest: ${escaped(test.name)}`);
	if (!skipped && test.cancelled) failure = { e: plain("it did not run, because a before hook failed") };
	else if (!skipped && test.fn) {
		const context = new Context(test);
		try {
			for (const h of hooksOf(test.suite, "beforeEach")) await limited(h, undefined, "a beforeEach hook", context);
			await limited(test.fn, test.options.timeout, `"${test.name}"`, context, (e) => Context.abort(context, e));
		} catch (e) { failure = { e }; }
		try {
			await Context.finish(context);
			if (!failure) Context.check(context);
		} catch (e) { failure ??= { e }; }
		try {
			for (const h of hooksOf(test.suite, "afterEach")) await limited(h, undefined, "an afterEach hook", context);
		} catch (e) { failure ??= { e }; }
		if (!failure && test.failed) failure = { e: plain(`${test.failed} subtest${test.failed > 1 ? "s" : ""} failed`) };
	}
	const ms = Date.now() - start;
	const why = (v) => typeof v === "string" ? ` ${v}` : "";
	const isSkip = (test.skip || skipped) && !test.todo;
	if (isSkip) counts.skipped++;
	else if (test.todo) counts.todo++;
	else if (failure) { fail(test.path, failure.e); if (test.above) test.above.failed++; } else counts.pass++;
	host.report({ ...counts, number: root.number });
	if (tap) {
		if (test.number) line(test.depth + 1, `1..${test.number}`);
		const number = next(test.above ?? test.suite), rest = isSkip ? ` # SKIP${why(test.skip)}` : test.todo ? ` # TODO${why(test.todo)}` : "";
		if (failure) notOk(test.depth, number, test.name, failure.e, rest, ms);
		else line(test.depth, `ok ${number} - ${escaped(test.name)}${rest}`);
	} else if (isSkip) line(test.depth, paint(2, `﹣ ${test.name} # skipped${why(test.skip)}`));
	else if (test.todo) line(test.depth, paint(33, `⚠ ${test.name} # todo${why(test.todo)}${failure ? `, and fails: ${textOf(failure.e).split("\n")[0]}` : ""}`));
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

process.on("exit", (code) => {
	if (running) {
		const what = waits.at(-1)?.what;
		failOutside("the run", plain(`it ended with exit code ${code} before its tests had${what ? `: ${what} was running` : ""}`));
	}
	host.report({ ...counts, number: root.number });
	if (!tap && failures.length) {
		host.write(`\n${paint(31, "failing tests:")}\n`);
		for (const f of failures) host.write(`\n${paint(31, `✖ ${f.path}`)}\n${f.note ? `  ${f.note}:\n` : ""}  ${textOf(f.e).replaceAll("\n", "\n  ")}\n`);
	}
	if (!config.quiet && tap) {
		host.write(`1..${root.number ?? 0}\n`);
		for (const k of Object.keys(counts)) host.write(`# ${k} ${counts[k]}\n`);
	} else if (!config.quiet) host.write(`\n${counts.tests} test${counts.tests === 1 ? "" : "s"}: ${counts.pass} passed${counts.fail ? paint(31, `, ${counts.fail} failed`) : ""}${counts.skipped ? `, ${counts.skipped} skipped` : ""}${counts.todo ? `, ${counts.todo} todo` : ""}\n`);
	if (counts.fail && !process.exitCode) process.exitCode = 1;
});

// mock
function makeMock() {
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
return {
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
}
const mock = makeMock();

const variants = (make) => Object.assign((...args) => make(args), { skip: (...args) => make(args, { skip: true }), todo: (...args) => make(args, { todo: true }), only: (...args) => make(args, { only: true }) });
const test = variants(register), it = variants(register), describe = variants(describeWith);
const hook = (kind) => (fn) => { current.hooks[kind].push(fn); };
return Object.assign(test, { test, it, describe, suite: describe, mock, before: hook("before"), after: hook("after"), beforeEach: hook("beforeEach"), afterEach: hook("afterEach") });
}
