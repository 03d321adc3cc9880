import { $, ProcessError, args, csv, glob, pool, progressBar, prompt, retry, sleep, stdin, table, yaml } from "mcpjs";
import test from "test";
import assert from "node:assert/strict";

test("args and sleep", async () => {
	assert.deepEqual(args, ["x", "y"]);
	await sleep("1ms");
	await assert.rejects(sleep(60_000, { signal: AbortSignal.abort(new Error("stop")) }), /stop/);
	assert.throws(() => sleep("soon"), /sleep: the duration: "soon" is not a duration/);
});

test("retry", async () => {
	const seen = [];
	assert.equal(await retry(3, (n) => { seen.push(n); if (n < 3) throw new Error("no"); return "yes"; }, { backoff: 1 }), "yes");
	assert.deepEqual(seen, [1, 2, 3]);
	await assert.rejects(retry(2, () => { throw new Error("never"); }, { backoff: 1 }), { message: "never", attempts: 2 });
	await assert.rejects(retry({ attempts: 2, backoff: 1, until: (v) => v > 5 }, () => 1), { value: 1, message: /condition was not met in 2 attempts/ });
	await assert.rejects(retry(5, () => { throw new Error("fatal"); }, { retryIf: (e) => e.message !== "fatal" }), { attempts: 1 });
	const delays = [];
	await assert.rejects(retry({ attempts: 4, backoff: 1, factor: 2, maxDelay: 3, onRetry: (e, n, d) => delays.push(d) }, () => { throw 1; }));
	assert.deepEqual(delays, [1, 2, 3]);
	assert.throws(() => retry(0, () => 1), RangeError);
	assert.throws(() => retry(3), TypeError);
});

test("pool", async () => {
	let now = 0, most = 0;
	const results = await pool(3, [5, 4, 3, 2, 1], async (ms) => { most = Math.max(most, ++now); await sleep(ms); now--; return ms * 2; });
	assert.deepEqual(results, [10, 8, 6, 4, 2]);
	assert.equal(most, 3);
	let started = 0;
	await assert.rejects(pool(1, [1, 2, 3], (n) => { started++; if (n === 2) throw new Error("two"); }), /two/);
	assert.equal(started, 2);
	const settled = await pool(2, [() => 1, () => { throw new Error("x"); }], { settle: true });
	assert.deepEqual(settled.map((s) => s.status), ["fulfilled", "rejected"]);
	async function* items() { yield 1; yield 2; }
	assert.deepEqual(await pool(9, items(), (n) => n + 1), [2, 3]);
	assert.deepEqual(await pool(4, []), []);
	await assert.rejects(pool(1, [3]), /task 0 is not a function/);
	assert.throws(() => pool(0, []), RangeError);
});

test("$ quotes, reads and fails", async () => {
	const name = "it's; echo $HOME `id` \n\"x\"";
	assert.equal((await $`printf %s ${name}`).stdout, name);
	assert.deepEqual(await $`printf '%s\n' ${["a b", "", 3]}`.lines(), ["a b", "", "3"]);
	assert.deepEqual(await $`echo '{"a":1}'`.json(), { a: 1 });
	assert.equal(`${await $`echo hi`}`, "hi");
	await assert.rejects(async () => { await $`echo out; echo why >&2; exit 3`; }, (e) => e instanceof ProcessError && e.exitCode === 3 && e.stdout === "out\n" && /why/.test(e.message) && /mcpjs\.spec\.mjs/.test(e.stack));
	assert.equal((await $`exit 4`.nothrow()).exitCode, 4);
	assert.equal(await $`exit 5`.exitCode, 5);
	assert.throws(() => $`echo ${{}}`, TypeError);
	assert.throws(() => $`echo ${undefined}`, TypeError);
	assert.equal(await $`printf 'b\na\n'`.pipe`sort`.text(), "a\nb");
	assert.equal(await $`yes`.pipe($`head -1`).text(), "y");
	assert.equal(await $({ input: "fed" })`cat`.text(), "fed");
	assert.deepEqual(await $({ cwd: "/", env: { A: "b" } })`pwd; echo $A`.lines(), ["/", "b"]);
	await assert.rejects(async () => { await $({ cwd: "/not/there" })`true`; }, /the working directory \/not\/there is not there/);
});

test("$ ends what hangs and what floods", async () => {
	await assert.rejects(async () => { await $`sleep 100`.timeout("30ms"); }, /`sleep 100` timed out after 30ms/);
	await assert.rejects(async () => { await $`trap '' TERM; while :; do :; done`.timeout("30ms", "SIGKILL"); }, /timed out/);
	await assert.rejects(async () => { await $`sleep 100`.signal(AbortSignal.timeout(10)); }, { name: "TimeoutError" });
	await assert.rejects(async () => { await $({ maxBuffer: 1000 })`yes`; }, (e) => /more than maxBuffer/.test(e.message) && e.stdout.length === 1000);
	await assert.rejects(async () => { await $`kill -9 $$`; }, { signal: "SIGKILL" });
	const lines = [];
	for await (const line of $`yes`) { lines.push(line); if (lines.length === 3) break; }
	assert.deepEqual(lines, ["y", "y", "y"]);
	assert.equal((await $`head -c 3000000 /dev/zero`).bytes().length, 3000000);
});

test("glob", async () => {
	assert.deepEqual(await glob("testdata/mcpjs.*"), ["testdata/mcpjs.spec.mjs"]);
	assert.deepEqual(await glob("**/path.spec.*", { cwd: "testdata" }), ["node/path.spec.mjs"]);
	assert.deepEqual(await glob("**/path.spec.*", { cwd: "testdata", ignore: "node" }), []);
	assert.throws(() => glob("a{b"), /is not a pattern/);
});

test("yaml", () => {
	assert.deepEqual(yaml.parse("a: 1\nb: [x, 'y', 2.5, true, null, .inf]\nc: &x {d: e}\nf: *x\n<<: {z: 1, a: 2}\ng: |\n  two\n  lines\n"),
		{ a: 1, b: ["x", "y", 2.5, true, null, Infinity], c: { d: "e" }, f: { d: "e" }, z: 1, g: "two\nlines\n" });
	assert.deepEqual(yaml.parseAll("a\n---\nb\n"), ["a", "b"]);
	assert.equal(yaml.parse(""), null);
	assert.throws(() => yaml.parse("a: [1"), { name: "SyntaxError", message: /^yaml: line \d+, column \d+/ });
	assert.throws(() => yaml.parse("[".repeat(100_000)), /nested deeper than 1000 levels/);
	assert.throws(() => yaml.parse("- ".repeat(100_000)), /nested deeper than 1000 levels/);
	assert.throws(() => yaml.parse("a: *nope"), /there is no anchor &nope/);
	for (const v of [{ a: 1, b: ["x", { c: "d", e: [1, [2, 3]] }], s: "multi\nline\n", e: [], o: {} }, ["true", "12", "null", "", " x", "- a", "a: b", "#c", "x\ty", "é", "\u0007", "0x1f", "1e3", "~", "2001-01-01", "a\n\nb", "\nlead", "trail \nx", "'q'", "\"", "*a", "&b", "!t", "%d", "@x", "`", "key:", "?", "-", "a #b", ".5", "0o7", "=", "<<", "yes"], { "a b": { "": 1, "x: y": null } }, "top", 3, null, [[], {}, [[]]]])
		assert.deepEqual(yaml.parse(yaml.stringify(v)), v, yaml.stringify(v));
	const self = {};
	self.self = self;
	assert.throws(() => yaml.stringify(self), /refers to itself/);
});

test("csv", () => {
	assert.deepEqual(csv.parse('a,b\n1,"x,""y"""\n', { header: true }), [{ a: "1", b: 'x,"y"' }]);
	assert.deepEqual(csv.parse("1;2\n3;4", { separator: ";" }), [["1", "2"], ["3", "4"]]);
	assert.throws(() => csv.parse('a,b\n1\n', { header: true }), /line 2: 1 fields where the header has 2/);
	assert.throws(() => csv.parse('a,"b'), /csv: line 1/);
	assert.equal(csv.stringify([{ a: 1, b: 'q"x' }, { b: new Date(0), c: null }]), 'a,b,c\n1,"q""x",\n,1970-01-01T00:00:00.000Z,\n');
	assert.equal(csv.stringify([[1, 2]]), "1,2\n");
});

test("table", () => {
	assert.equal(table([{ name: "x", n: 10 }, { name: "long\x1b[31m", n: 7 }]), "name            n\n-------------  --\nx              10\nlong\\u001b[31m   7".replace("-------------  --", "--------------  --").replace("name            n", "name             n").replace("x              10", "x               10"));
	assert.equal(table([]), "");
});

test("stdin and prompt take turns", async () => {
	const it = stdin.lines();
	assert.equal((await it.next()).value, "first");
	await it.return();
	assert.equal(await prompt("second?"), "second");
	assert.equal(await prompt("pick", { choices: ["a", "b"] }), "b");
	assert.equal(await prompt("empty", { default: "other" }), "other");
	assert.equal(await prompt("again", { validate: (v) => v === "good" || "not good" }), "good");
	assert.equal(await stdin.text(), "the\nrest");
	await assert.rejects(prompt("more?"), { code: "ERR_PROMPT_EOF" });
});

test("progressBar", () => {
	using bar = progressBar(2, { title: "work" });
	bar.tick().tick();
	assert.equal(bar.value, 2);
});
