import assert, { AssertionError } from "assert"; import strict from "node:assert/strict"; import util, { inspect, promisify, format, parseArgs } from "util";
const t = (fn) => { try { fn(); console.log("ok"); } catch (e) { console.log(e.name, e.code, e.message, e.generatedMessage, e.operator) } };
t(() => assert.equal(1, 2)); t(() => assert.strictEqual(1, 2)); t(() => strict.equal("a", "b")); t(() => assert.strictEqual(NaN, NaN));
t(() => assert.deepStrictEqual({ a: 1, b: [1, 2, 3] }, { a: 1, b: [1, 2, 4] }));
t(() => assert.deepStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 11]));
t(() => assert.deepEqual({ a: 1 }, { a: "1" })); t(() => assert.deepEqual({ a: 1 }, { a: 2 })); t(() => assert.notDeepStrictEqual({ a: 1 }, { a: 1 })); t(() => assert.notStrictEqual(1, 1));
t(() => assert.strictEqual({}, {})); t(() => assert.strictEqual("a".repeat(50), "b".repeat(50)));
t(() => assert.ok(0)); t(() => assert(null, "my message")); t(() => assert.fail()); t(() => assert.fail("x")); t(() => assert.ifError(new Error("boo")));
t(() => assert.throws(() => {})); t(() => assert.throws(() => { throw new TypeError("bad") }, RangeError)); t(() => assert.throws(() => { throw new TypeError("bad") }, /good/)); t(() => assert.throws(() => { throw new TypeError("bad") }, { message: "good" })); t(() => assert.throws(() => { throw new TypeError("bad") }, { name: "TypeError", message: /ba/ })); t(() => assert.throws(() => { throw new Error("bad") }, (e) => e.message === "x"));
t(() => assert.match("abc", /x/)); t(() => assert.doesNotMatch("abc", /a/)); t(() => assert.doesNotThrow(() => { throw new Error("q") }));
for (const [a, b] of [[new Map([[1, { a: 1 }]]), new Map([[1, { a: 1 }]])], [new Set([{ a: 1 }]), new Set([{ a: 2 }])], [new Date(0), new Date(0)], [/a/g, /a/i], [[1, , 3], [1, undefined, 3]], [Buffer.from("a"), Buffer.from("a")], [new Uint8Array([1]), new Uint8Array([2])], [Object(1), Object(1)], [[], {}], [0, -0], [new Error("a"), new Error("a")], [Object.create(null), {}]]) console.log(util.isDeepStrictEqual(a, b));
const c = { x: 1 }; c.c = c; const d = { x: 1 }; d.c = d; console.log(util.isDeepStrictEqual(c, d));
await assert.rejects(Promise.reject(new Error("r")), /r/); await assert.rejects(async () => 1).catch(e => console.log(e.message));
console.log(inspect({ a: { b: { c: { d: 1 } } } }, { depth: 0 }), format("%s %d %j", "x", 2, { a: 1 }), util.types.isPromise(Promise.resolve()), util.types.isRegExp(/a/), util.types.isDate({}), util.types.isMap(new Map), util.types.isSet([]), util.types.isUint8Array(new Uint8Array), util.types.isProxy(new Proxy({}, {})), util.types.isAsyncFunction(async () => {}), util.types.isGeneratorFunction(function* () {}));
console.log(await promisify((a, cb) => cb(null, a + 1))(1)); await promisify((cb) => cb(new Error("pe")))().catch(e => console.log(e.message));
util.callbackify(async (x) => x * 2)(4, (e, v) => console.log(e, v)); await new Promise((r) => setTimeout(r, 5));
console.log(parseArgs({ args: ["-f", "--bar", "b", "pos", "-xz", "--n=3"], options: { f: { type: "boolean", short: "f" }, bar: { type: "string" }, x: { type: "boolean", short: "x", multiple: true }, z: { type: "boolean", short: "z" }, n: { type: "string" }, d: { type: "string", default: "dd" } }, allowPositionals: true }));
t(() => parseArgs({ args: ["--nope"] })); t(() => parseArgs({ args: ["x"] })); t(() => parseArgs({ args: ["--a"], options: { a: { type: "string" } } })); t(() => parseArgs({ args: ["--a", "-b"], options: { a: { type: "string" } } }));
console.log(JSON.stringify(util.styleText("red", "x", { validateStream: false })), util.stripVTControlCharacters("\x1b[31mx\x1b[0m"), util.isDeepStrictEqual([1], [1]));
function A() {} function B() {} util.inherits(A, B); console.log(new A() instanceof B, A.super_ === B);
console.log(inspect(new AssertionError({ actual: 1, expected: 2, operator: "strictEqual" })).split("\n")[0]);
t(() => promisify(1));
const long = Array.from({ length: 12 }, (_, i) => "line number " + i).join("\n"), other = long.replace("number 7", "number seven");
for (const [x, y] of [[long, other], ["short", "shore"], ["a\nb\nc", "a\nx\nc"], [0, -0], [undefined, null], ["a", 1], ["x".repeat(90) + "a", "x".repeat(90) + "b"]])
	try { assert.strictEqual(x, y) } catch (e) { console.log(e.message) }
try { assert.deepStrictEqual(new Date(0), new Date(1)) } catch (e) { console.log(e.message) }
