const attempt = (f) => { try { return f(); } catch (e) { return `${e.name} ${e.code} ${e.message}`; } };
class Point { constructor() { this.x = 1; } get y() { return 2; } #z = 3; }
const shared = { s: 1 };
const source = { a: [1, , 3], b: new Map([[shared, new Set([1, shared])]]), d: new Date(5), r: /a(b)/gi, n: null, u: undefined, big: 10n, f: NaN, neg: -0,
	str: new String("s"), num: Object(5), bool: Object(false), p: new Point(), get g() { return "got"; }, [Symbol("hidden")]: 1, shared, nested: { shared },
	u8: new Uint8Array([1, 2, 3]).subarray(1), f64: new Float64Array([1.5]), view: new DataView(new ArrayBuffer(4), 1, 2), ab: new Uint8Array([9]).buffer };
source.self = source;
Object.defineProperty(source, "invisible", { value: 1 });
const copy = structuredClone(source);
console.log(copy);
console.log(copy !== source, copy.self === copy, copy.shared === copy.nested.shared, copy.b.has(copy.shared), copy.shared !== shared, copy.p instanceof Point, 1 in copy.a, Object.is(copy.neg, -0), copy.invisible);
const e = structuredClone(Object.assign(new RangeError("m", { cause: { c: 1 } }), { extra: 1 }));
console.log(e instanceof RangeError, e.message, e.cause, e.extra, e.name, typeof e.stack);
class Mine extends Error { name = "Mine"; }
console.log(structuredClone(new Mine("x")).name, structuredClone(new TypeError()).message);
for (const v of [() => 1, Symbol("q"), Promise.resolve(), new WeakMap(), { f() {} }, [Symbol.iterator], new Proxy({}, {})])
	console.log(attempt(() => structuredClone(v)).replace(/\s+/g, " "));
console.log(attempt(() => structuredClone()).split(" ").slice(0, 2).join(" "), structuredClone(undefined), structuredClone("s"));
const ab = new ArrayBuffer(8), moved = structuredClone({ ab }, { transfer: [ab] });
console.log(moved.ab.byteLength, ab.byteLength);
const proto = structuredClone(JSON.parse('{"__proto__": 5}'));
console.log(Object.keys(proto), Object.getPrototypeOf(proto) === Object.prototype);
