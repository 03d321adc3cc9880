package engine

import (
	"errors"
	"testing"

	"github.com/dop251/goja"
)

// stringifyCases are JavaScript expressions whose values are written; log notes
// what ran.
var stringifyCases = []string{
	`({})`, `[]`, `null`, `undefined`, `"x"`, `""`, `0`, `-0`, `1.5`, `1e21`, `5e-324`, `NaN`, `-Infinity`, `true`, `false`, `10n`, `Symbol("x")`, `() => 1`, `class {}`,
	`({ a: 1, b: [1, "two", null, undefined, () => 1, Symbol(), NaN, { c: {} }], c: undefined, d() {}, [Symbol("s")]: 1, "": 0 })`,
	`({ 2: "b", 1: "a", x: 0, __proto__: { inherited: 1 } })`, `({ ["__proto__"]: { a: 1 }, a: 1 })`, `Object.create(null, { a: { value: 1, enumerable: true }, b: { value: 2 } })`,
	`"\0\b\t\n\v\f\r\x1f\x7f\"\\/\u2028\u2029é€😀"`, `({ "é\n\"": "é\n\"" })`,
	`"\ud800"`, `"a\udc00b"`, `"\ufffd"`, `({ "\ud800": 1, b: 2 })`, `({ b: 2, "\udfff": "\udfff" })`, `["\ud83d", "\ude00", "\ud83d\ude00"]`,
	`new Date(0)`, `({ at: new Date(0), bad: new Date(NaN) })`, `[new Date(1e12)]`, `({ toJSON(k) { log("k", k); return { k } } })`, `({ a: { toJSON(k) { log(k); return undefined } }, b: [{ toJSON(k) { log(typeof k, k); return k } }] })`,
	`({ toJSON: 1, a: { toJSON: null } })`, `({ a: { get toJSON() { throw new Error("no") } } })`, `({ __proto__: { toJSON() { return "inherited" } } })`,
	`({ get a() { log("a"); return 1 }, get b() { log("b"); return [this.a] } })`, `({ get a() { throw new TypeError("boom") } })`, `[{ get a() { log("once"); throw "thrown" } }]`,
	`({ get a() { delete this.b; this.c = 3; return 1 }, b: 2 })`, `({ a: 1, b: { get c() { return JSON.stringify({ d: 1 }) } } })`,
	`(() => { const o = { a: {} }; o.a.o = o; return o })()`, `(() => { const a = []; a.push([a]); return a })()`, `(() => { const o = { x: 1 }; return { a: o, b: o, c: [o, o] } })()`,
	`new Proxy({ a: 1, b: 2 }, { get(t, k) { log(String(k)); return t[k] }, ownKeys(t) { log("keys"); return Reflect.ownKeys(t) } })`, `({ p: new Proxy([1, 2], {}) })`, `new Proxy(() => 1, {})`, `[new Proxy({}, { ownKeys() { throw new Error("trap") } })]`,
	`[new Number(3), new String("s"), new Boolean(false), Object(Symbol()), Object(1n)]`, `({ a: new Number(NaN), b: Object("\ud800") })`, `new (class extends Number { toString() { return "7" } valueOf() { log("valueOf"); return 8 } })(9)`,
	`[new Map([[1, 2]]), new Set([1]), /x/g, new Error("e"), new Uint8Array([1, 2]), new ArrayBuffer(2), new WeakMap(), Promise.resolve(1), (function () { return arguments })(1, 2), globalThis.JSON, Math]`,
	`Object.assign([1, 2], { x: 1 })`, `[, 1, , 2]`, `Array(3)`, `(() => { const a = [1]; a.length = 3; return a })()`, `(() => { const a = []; a[2000] = 1; return a.length })()`, `Array(1500).fill({ a: "x" })`, `Array.from({ length: 999 }, (_, i) => i)`,
	`(class A { a = 1; #b = 2; get c() { return 3 } static d = 4 })`, `new (class A { a = 1; #b = 2; get c() { return 3 } })()`, `new (class extends Array {})(1, 2, 3)`, `Object.freeze({ a: [1] })`,
	`(() => { let o = { end: "é" }; for (let i = 0; i < 200; i++) o = i % 2 ? [o, i] : { o, i }; return o })()`,
	`(() => { const end = {}; let o = end; for (let i = 0; i < 90; i++) o = { o }; end.top = o; return o })()`,
	`[1n]`, `({ a: { b: [2n, 90071992547409930n] } })`, `"x".repeat(100000)`, `({ a: "é".repeat(70000), b: 1 })`, `JSON.rawJSON ? [JSON.rawJSON("1e1000")] : []`, `JSON.parse('{"a":[1,{"b":null}],"__proto__":1,"a\\u0000":"\\ud800"}')`,
}

// stringified gives what fn makes of code, and what ran.
func stringified(t testing.TB, code string, setup string, fn func(rt *Runtime, v Value) (string, error)) (text string, fault string, ran []string) {
	rt := New(Options{})
	defer rt.Close()
	rt.VM().Set("log", func(c Call) Value {
		line := ""
		for _, a := range c.Arguments {
			line += " " + a.String()
		}
		ran = append(ran, line)
		return goja.Undefined()
	})
	if _, err := rt.VM().RunString(setup); err != nil {
		t.Fatal(err)
	}
	v, err := rt.VM().RunString("(" + code + ")")
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	text, err = fn(rt, v)
	var ex *goja.Exception
	if errors.As(err, &ex) {
		fault = ex.Value().String()
	} else if err != nil {
		fault = err.Error()
	}
	return text, fault, ran
}

func writerWrites(rt *Runtime, v Value) (string, error) {
	raw, err := rt.Stringify(v)
	return string(raw), err
}

func gojaWrites(rt *Runtime, v Value) (string, error) {
	s, err := rt.pristine.stringify(goja.Undefined(), v)
	if err != nil || goja.IsUndefined(s) {
		return "", err
	}
	return s.String(), nil
}

// TestStringifySame holds Stringify to goja's JSON.stringify: the same text or
// error, and getters and methods called in the same order, as often.
func TestStringifySame(t *testing.T) {
	for _, setup := range []string{
		"",
		`Object.prototype.toJSON = function (k) { log("object", k); return typeof this }`,
		`BigInt.prototype.toJSON = function () { return "big" }; String.prototype.toJSON = () => "never"; Array.prototype.toJSON = undefined`,
		`Object.defineProperty(Array.prototype, 1, { get() { return "hole" }, set() {}, configurable: true }); JSON.stringify = () => "never"`,
	} {
		for _, code := range stringifyCases {
			text, fault, ran := stringified(t, code, setup, writerWrites)
			wantText, wantFault, wantRan := stringified(t, code, setup, gojaWrites)
			if text != wantText || fault != wantFault || len(ran) != len(wantRan) {
				t.Errorf("%s after %q:\n got %.300s, %s, %q\nwant %.300s, %s, %q", code, setup, text, fault, ran, wantText, wantFault, wantRan)
			}
			for i := range min(len(ran), len(wantRan)) {
				if ran[i] != wantRan[i] {
					t.Errorf("%s: ran %q, want %q", code, ran, wantRan)
					break
				}
			}
		}
	}
}

// FuzzStringify is the same for what JSON can express, with strings of any kind.
func FuzzStringify(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",null,true]}`, `[[],{},""]`, `[-0, 1e400, 1e-400, 123456789012345680000]`, `"\ud800"`, `{"\udc00":{"\udc00":1},"b":"\u0000"}`, `{"2":1,"1":2,"toJSON":3,"__proto__":4}`, `[{"a":"\u007f\u2028"}]`} {
		f.Add([]byte(s))
	}
	rt := New(Options{})
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := rt.ParseJSON(text, JSONOptions{})
		if err != nil {
			return
		}
		got, err := writerWrites(rt, v)
		want, wantErr := gojaWrites(rt, v)
		if got != want || (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: got %q, %v, want %q, %v", text, got, err, want, wantErr)
		}
	})
}

// BenchmarkStringify is of the arguments of a call.
func BenchmarkStringify(b *testing.B) {
	for name, fn := range map[string]func(rt *Runtime, v Value) (string, error){"writer": writerWrites, "goja": gojaWrites} {
		for size, code := range map[string]string{
			"arguments": `({ message: "x".repeat(60) })`,
			"records":   `Array.from({ length: 100 }, (_, i) => ({ id: i, name: "item " + i, price: i + 0.25, tags: ["a", "b"], text: "some \"quoted\" é" }))`,
		} {
			b.Run(name+"/"+size, func(b *testing.B) {
				rt := New(Options{})
				v, err := rt.VM().RunString(code)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := fn(rt, v); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
