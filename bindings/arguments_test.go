package bindings

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// builder makes a function of the numbers that choose what the arguments of a
// call are: all that JSON has no word for among it.
const builder = `(bytes) => {
	let at = 0;
	const next = () => bytes[at++] ?? 0;
	const keys = ["a", "b", "__proto__", "toJSON2", "1", "0", "-0", "\ud800", "\udc00", "é\u2028", "", "_meta", "\u0000", "constructor", "arguments", "😀"];
	const put = (o, k, v) => Object.defineProperty(o, k, { value: v, enumerable: true, configurable: true, writable: true });
	const above = [];
	const make = () => {
		const kind = next();
		switch (above.length > 6 ? kind % 16 : kind % 48) {
		case 0: return null;
		case 1: return true;
		case 2: return next() - 128;
		case 3: return -0;
		case 4: return [NaN, Infinity, -Infinity, 1e21, 1e-7, 5e-324, 2 ** 53, -(2 ** 53) - 2, 0.1, 1e400, 123456789012345680000, 1.5e300][next() % 12];
		case 5: return keys[next() % keys.length];
		case 6: return String.fromCharCode(next() << 8 | next(), next());
		case 7: return "\ud800x\udc00\ud83d\ude00\ud83d \"\\/\b\f\n\r\t\u0000\u001f\u007f\u0085\u2028\u2029\ufeff\ufffd<>&'";
		case 8: return BigInt(next()) ** BigInt(next());
		case 9: return -(10n ** BigInt(next() % 30));
		case 10: return undefined;
		case 11: return Symbol("s");
		case 12: return () => 1;
		case 13: return "\u0000" + next() + "\u0000";
		case 14: return new Date(next() * 1e9);
		case 15: return "x".repeat(next() * 40);
		case 16: return new Date(NaN);
		case 17: return new Map([[1, 2]]);
		case 18: return new Set([1]);
		case 19: return /x/g;
		case 20: return new Error("e");
		case 21: return Object(next());
		case 22: return Object("s\ud800");
		case 23: return Object(false);
		case 24: return Object(7n);
		case 25: return new Uint8Array([1, 2]);
		case 26: { const a = [1, , 3]; a.length = next() % 9; a.more = 1; return a; }
		case 27: return { toJSON(k) { return "key " + k } };
		case 28: return { toJSON() { return undefined } };
		case 29: return { toJSON() { throw new RangeError("no JSON") } };
		case 30: { const v = make(); return { toJSON() { return v } }; }
		case 31: return { toJSON: 7, a: 1 };
		case 32: return { get a() { return 1 }, get b() { throw new RangeError("no b") } };
		case 33: { const v = make(); return { get a() { return v }, set b(_) {} }; }
		case 34: { const v = make(); return Object.create({ inherited: 1 }, { hidden: { value: 2 }, a: { value: v, enumerable: true } }); }
		case 35: { const v = make(); return Object.assign(Object.create(null), { a: v }); }
		case 36: { const v = make(); return new Proxy({ a: v, b: 1 }, {}); }
		case 37: { const v = make(); return new Proxy([v, 1], {}); }
		case 38: return new Proxy({ a: 1 }, { ownKeys() { throw new RangeError("no keys") } });
		case 39: return new Proxy({ a: 1 }, { get(_, k) { return k === "toJSON" ? undefined : "got " + String(k) } });
		case 40: return above.length ? above[next() % above.length] : 0;
		case 41: return { [Symbol("k")]: 1, a: 2 };
		case 42: return class { static a = 1 };
		case 43: { let v = make(); for (let i = 0; i < 60; i++) v = i % 2 ? [v] : { d: v }; return v; }
		case 44: return new (class Point { constructor() { this.x = 1 } get y() { return 2 } })();
		}
		const o = kind & 1 ? [] : {};
		above.push(o);
		for (let n = next() % 5; n > 0; n--) {
			if (Array.isArray(o)) o.push(make());
			else put(o, keys[next() % keys.length], make());
		}
		above.pop();
		return o;
	};
	const o = {};
	above.push(o);
	do put(o, keys[next() % keys.length], make()); while (at < bytes.length && at < 400);
	return o;
}`

// writer is JSON.stringify as ECMA-262 has it (25.5.2), but that BigInts are
// written, too.
const writer = `(value) => {
	const quote = (s) => {
		let out = '"';
		for (let i = 0; i < s.length; i++) {
			const c = s[i], n = s.charCodeAt(i);
			const pair = n >= 0xd800 && n < 0xdc00 && s.charCodeAt(i + 1) >= 0xdc00 && s.charCodeAt(i + 1) < 0xe000;
			const short = { '"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" }[c];
			if (pair) out += c + s[++i];
			else if (short) out += short;
			else if (n < 0x20 || n >= 0xd800 && n < 0xe000) out += "\\u" + n.toString(16).padStart(4, "0");
			else out += c;
		}
		return out + '"';
	};
	const open = [];
	const write = (holder, key) => {
		let v = holder[key];
		if (typeof v === "object" && v !== null || typeof v === "function" || typeof v === "bigint") {
			const toJSON = v.toJSON;
			if (typeof toJSON === "function") v = toJSON.call(v, key);
		}
		const kind = Object.prototype.toString.call(v);
		if (typeof v === "object" && v !== null && !(Symbol.toStringTag in v && kind !== "[object BigInt]")) {
			if (kind === "[object Number]") v = Number(v);
			else if (kind === "[object String]") v = String(v);
			else if (kind === "[object Boolean]" || kind === "[object BigInt]") v = v.valueOf();
		}
		switch (typeof v) {
		case "string": return quote(v);
		case "number": return Number.isFinite(v) ? String(v) : "null";
		case "bigint": case "boolean": return String(v);
		case "undefined": case "symbol": case "function": return undefined;
		}
		if (v === null) return "null";
		if (open.includes(v)) throw new TypeError("circular");
		open.push(v);
		const parts = [];
		if (Array.isArray(v)) {
			for (let i = 0; i < v.length; i++) parts.push(write(v, String(i)) ?? "null");
		} else {
			for (const k of Object.keys(v)) {
				const part = write(v, k);
				if (part !== undefined) parts.push(quote(k) + ":" + part);
			}
		}
		open.pop();
		return Array.isArray(v) ? "[" + parts + "]" : "{" + parts + "}";
	};
	return write({ "": value }, "");
}`

// sentArguments makes a call with the arguments that data chooses, and compares
// what is sent on the two roads with each other and with what should be.
func (k *bench) sentArguments(t testing.TB, data []byte, second way) {
	t.Helper()
	list := strings.ReplaceAll(strings.Trim(fmt.Sprint(data), "[]"), " ", ",")
	tr := trial{modern: len(data)%2 == 0, tool: "plain <&>\u2028\x00\"é", args: "(" + builder + ")([" + list + "])", reply: []byte(message(late))}
	outcome := k.compare(t, tr, ways[0], second)

	var want string
	var refused error
	k.on(t, func() {
		v, err := k.b.rt.VM().RunString("(" + writer + ")((" + builder + ")([" + list + "]))")
		if refused = err; err == nil {
			want = v.String()
		}
	})
	if refused != nil {
		if !strings.HasPrefix(outcome, "thrown ") {
			t.Errorf("%v: sent, though it can't be written (%v): %s", data, refused, outcome)
		}
		return
	}
	_, sent := k.run(t, tr, ways[0])
	var m struct {
		Params struct {
			Name      string
			Arguments json.RawMessage
		}
	}
	if len(sent) != 1 || json.Unmarshal([]byte(sent[0]), &m) != nil || m.Params.Name != tr.tool || string(m.Params.Arguments) != want {
		t.Errorf("%v: sent %q for %s, want %q", data, sent, outcome, want)
	}
}

// FuzzArguments holds what the fast path of a call sends to what the general one
// does, and to what JSON.stringify should make of the arguments.
func FuzzArguments(f *testing.F) {
	for kind := range byte(48) {
		f.Add([]byte{0, kind, 3, kind, 2, kind, kind, 1})
		f.Add([]byte{7, 46, 3, kind, 1, 47, 4, 8, kind, 200, kind, 40, 40, 1})
	}
	f.Add([]byte{1, 46, 2, 2, 8, 3, 9, 0, 13, 5, 0, 24, 13, 9})
	k := newBench(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 400 {
			k.sentArguments(t, data, ways[1+len(data)%(len(ways)-1)])
		}
	})
}

// TestArguments: odd arguments are refused before anything is sent, or sent as
// JSON.stringify writes them, in any case by the same rule on every road.
func TestArguments(t *testing.T) {
	k := newBench(t)
	for _, args := range []string{
		`1`, `"text"`, `[1]`, `() => 1`, `Symbol()`, `null`, `undefined`, `new Map`, `new Date(0)`, `({ toJSON() { return [1] } })`, `({ toJSON() { return undefined } })`, `10n`, `Object("s")`, `new Proxy({a: 1}, {})`, `new Proxy([], {})`,
		`({ get a() { throw 7 } })`, `({ get a() { throw undefined } })`, `({ get a() { throw null } })`, `(() => { const o = {}; o.o = o; return o })()`, `(() => { let o = {}; for (let i = 0; i < 9000; i++) o = { o }; return o })()`,
		`Object.freeze({ a: Object.freeze([1]) })`, `(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()`, `new Proxy({ a: 1 }, { get() { throw new Error("BigInt") } })`,
	} {
		for _, modern := range []bool{false, true} {
			k.compare(t, trial{modern: modern, tool: "plain", args: args, reply: []byte(message(late))}, ways...)
		}
	}
	if got := k.compare(t, trial{tool: "plain", args: `{ get a() { throw new RangeError("mine") } }`}, ways...); !strings.Contains(got, "RangeError mine") {
		t.Error("got", got)
	}
}
