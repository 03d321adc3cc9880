package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dop251/goja"
)

func TestParseJSON(t *testing.T) {
	for text, test := range map[string]string{
		`{"z":1,"a":[1,2.5,{"k":null}],"10":true}`: `JSON.stringify(v) + Object.keys(v)`,
		`{"__proto__":{"x":1}}`:                    `Object.keys(v).join() + v.x + Object.getPrototypeOf(v).constructor.name`,
		`{"a":1,"a":2}`:                            `v.a`,
		`[]`:                                       `Array.isArray(v) && v.push(1) && v.length`,
		`"\ud83d\ude00\ud800x\udc00"`:              `v.length + ":" + v.charCodeAt(2).toString(16) + v.charCodeAt(4).toString(16)`,
		`"é\n\t\"\\\/\u00e9"`:                      `v`,
		`-0`:                                       `Object.is(v, -0)`,
		`1e400`:                                    `v`,
		`9007199254740993`:                         `typeof v + v`,
		`123456789012345`:                          `v`,
		`1234567890123456`:                         `v`,
		`-5E-3`:                                    `v`,
		" \t\r\n{ \"a\" : [ ] } ":                  `JSON.stringify(v)`,
	} {
		rt := New(Options{})
		v, err := rt.ParseJSON([]byte(text), JSONOptions{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		rt.VM().Set("v", v)
		got, err := rt.VM().RunString(test)
		want := map[string]string{
			`{"z":1,"a":[1,2.5,{"k":null}],"10":true}`: `{"10":true,"z":1,"a":[1,2.5,{"k":null}]}10,z,a`,
			`{"__proto__":{"x":1}}`:                    `__proto__undefinedObject`,
			`{"a":1,"a":2}`:                            `2`,
			`[]`:                                       `1`,
			`"\ud83d\ude00\ud800x\udc00"`:              `5:d800dc00`,
			`"é\n\t\"\\\/\u00e9"`:                      "é\n\t\"\\/é",
			`-0`:                                       `true`,
			`1e400`:                                    `Infinity`,
			`9007199254740993`:                         `number9007199254740992`,
			`123456789012345`:                          `123456789012345`,
			`1234567890123456`:                         `1234567890123456`,
			`-5E-3`:                                    `-0.005`,
			" \t\r\n{ \"a\" : [ ] } ":                  `{"a":[]}`,
		}[text]
		if err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestBigInts(t *testing.T) {
	rt := New(Options{})
	for text, want := range map[string]string{
		"9007199254740993": "bigint9007199254740993", "-9007199254740993": "bigint-9007199254740993",
		"9007199254740991": "number9007199254740991", "1e20": "number100000000000000000000",
	} {
		v, _ := rt.ParseJSON([]byte(text), JSONOptions{BigInts: true})
		rt.VM().Set("v", v)
		if got, _ := rt.VM().RunString("typeof v + v"); got.String() != want {
			t.Errorf("%s: got %s", text, got)
		}
	}
}

func TestBadJSON(t *testing.T) {
	rt := New(Options{})
	for text, want := range map[string]string{
		``: "Unexpected end of JSON input", `{`: "Unexpected end", `{"a"`: "Unexpected end", `{"a":`: "Unexpected end", `[1,`: "Unexpected end",
		`{bad`: `Unexpected token 'b' at position 1`, `01`: "Unexpected token '1'", `1.`: "Unexpected end", `--1`: "Unexpected token '-'",
		`nul`: "Unexpected end", `nulL`: "Unexpected token 'L'", `"\x"`: "Bad escaped character", `"\u12g4"`: "Bad Unicode escape",
		"\"a\nb\"": "Bad control character", `[1]]`: "Unexpected token ']'", `{"a":1,}`: "Unexpected token '}'", `"abc`: "Unexpected end",
		`"\u12`: "Unexpected end", `'a'`: `Unexpected token '\''`,
		strings.Repeat("[", 5_000_000): "JSON nests deeper than 10000 levels",
	} {
		if v, err := rt.ParseJSON([]byte(text), JSONOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: got %v, %v, want %s", text, v, err, want)
		}
	}
	expect(t, `try { JSON.parse("{bad") } catch (e) { log(e.name, e instanceof SyntaxError) }
log(JSON.parse('{"a":[1,2]}', (k, v) => typeof v === "number" ? v * 2 : v).a.join(), JSON.parse("1e400"), JSON.parse.name, JSON.parse.length)
try { JSON.parse("[".repeat(1e6)) } catch (e) { log(e.name) }
log(JSON.stringify(JSON.parse(JSON.stringify("\ud800é😀"))))`, "SyntaxError true", "2,4 Infinity parse 2", "SyntaxError", `"\ud800é😀"`)
}

// TestParseJSONMeetsNoPrototype: members are the object's own, whatever a script
// has made of Object.prototype.
func TestParseJSONMeetsNoPrototype(t *testing.T) {
	expect(t, `Object.defineProperty(Object.prototype, "trap", { set() { throw new Error("called") }, configurable: true })
log(JSON.stringify(JSON.parse('{"trap":1,"a":2}')))
delete Object.prototype.trap
Object.freeze(Object.prototype)
const o = JSON.parse('{"toString":1,"a":{"constructor":2}}')
log(o.toString, o.a.constructor, Object.getPrototypeOf(o) === Object.prototype, Object.getPrototypeOf(JSON.parse("{}")) === Object.prototype)`,
		`{"trap":1,"a":2}`, "1 2 true true")
}

// TestLoneSurrogateKeys: two keys that differ in half a surrogate pair are two.
func TestLoneSurrogateKeys(t *testing.T) {
	expect(t, `const o = JSON.parse('{"\\ud800":1,"\\ud801":2,"a":3}')
log(JSON.stringify(o), o["\ud801"])
log(JSON.stringify(JSON.parse('{"\\ud800":{"x":1},"\\ud801":2,"y":[3]}', (k, v) => k === "y" ? undefined : typeof v === "number" ? v + 1 : v)))
log(JSON.stringify(JSON.parse("[1,2]", function (k, v) { return k === "" ? [this, v] : v })), JSON.parse("1", () => undefined))`,
		`{"\ud800":1,"\ud801":2,"a":3} 2`, `{"\ud800":{"x":2},"\ud801":3}`, `[{"":[1,2]},[1,2]] undefined`)
}

func TestStringify(t *testing.T) {
	rt := New(Options{})
	for code, want := range map[string]string{
		`({a: undefined, b: () => 1, c: [undefined], d: new Date(0), e: NaN, f: {toJSON() { return "j" }}})`: `{"c":[null],"d":"1970-01-01T00:00:00.000Z","e":null,"f":"j"}`,
		`undefined`: ``, `"é\u2028"`: `"é` + "\u2028" + `"`,
	} {
		v, _ := rt.VM().RunString(code)
		if got, err := rt.Stringify(v); string(got) != want || err != nil {
			t.Errorf("%s: got %s, %v", code, got, err)
		}
	}
	for _, code := range []string{`const o = {}; o.o = o; o`, `({ get a() { throw new Error("x") } })`, `10n`} {
		v, err := rt.VM().RunString("(() => { " + strings.Replace(code, "; o", "; return o", 1) + " })()")
		if strings.HasPrefix(code, "(") || code == "10n" {
			v, err = rt.VM().RunString(code)
		}
		if err != nil {
			t.Fatal(err)
		}
		if code[0] == 'c' {
			v, _ = rt.VM().RunString(`(() => { const o = {}; o.o = o; return o })()`)
		}
		if got, err := rt.Stringify(v); err == nil {
			t.Errorf("%s: got %s", code, got)
		}
	}
}

func TestStringifyExact(t *testing.T) {
	rt := New(Options{})
	v, err := rt.VM().RunString(`({ id: 9007199254740993n, list: [-1n, "n1", "\u0000n1", Object(5n)], "\u00006\u0000": "\u00007\u0000", at: new Date(0) })`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := rt.StringifyExact(v)
	if want := `{"id":9007199254740993,"list":[-1,"n1","\u0000n1",5],"\u00006\u0000":"\u00007\u0000","at":"1970-01-01T00:00:00.000Z"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	for code, want := range map[string]string{
		`({ get once() { globalThis.n = (globalThis.n ?? 0) + 1; return n }, big: 2n })`:        `{"once":1,"big":2}`,
		`({ a: { toJSON() { return { b: 3n } } }, c: [new Date(0), Object(4n)] })`:              `{"a":{"b":3},"c":["1970-01-01T00:00:00.000Z",4]}`,
		`(BigInt.prototype.toJSON = function () { return "own" }, [1n, Object(2n), { a: 3n }])`: `["own","own",{"a":"own"}]`,
	} {
		rt := New(Options{})
		v, err := rt.VM().RunString(code)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := rt.StringifyExact(v); err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v, want %s", code, got, err, want)
		}
	}
}

// anatomy is a JavaScript value as text in which two values are the same only if
// no script can tell them apart: types, the sign of zero, each half of a surrogate
// pair, the order of properties and their attributes, prototypes.
const anatomy = `(v) => {
	const units = (s) => s.replace(/[^ -~]|["\\]/g, (c) => "\\u" + c.charCodeAt(0).toString(16));
	const walk = (v) => {
		if (typeof v === "string") return '"' + units(v) + '"';
		if (typeof v === "bigint") return v + "n";
		if (typeof v !== "object" || v === null) return Object.is(v, -0) ? "-0" : String(v);
		const list = Array.isArray(v);
		const plain = Object.getPrototypeOf(v) === (list ? Array : Object).prototype && Object.isExtensible(v);
		const parts = Reflect.ownKeys(v).map((k) => {
			const p = Object.getOwnPropertyDescriptor(v, k);
			const odd = k === "length" && list ? "" : (p.writable ? "" : "!w") + (p.enumerable ? "" : "!e") + (p.configurable ? "" : "!c");
			return units(String(k)) + odd + ":" + walk(p.value);
		});
		return (plain ? "" : Object.isExtensible(v) ? "strange " : "fixed ") + (list ? "[" : "{") + parts.join() + (list ? "]" : "}");
	};
	return walk(v);
}`

// FuzzParseJSON holds the scanner to others: encoding/json says which texts are
// valid, and goja's JSON.parse and eval, each where it is right, what they mean.
func FuzzParseJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",null,true]}`, `[[],{},""]`, `[-0]`, `"\ud800"`, `1e999`, ` 0 `, `{"a":1,"a":2}`, "\"\x80\"",
		`{"b":1,"a":2,"2":3,"1":4,"b":5}`, `{"__proto__":{"x":1},"constructor":2,"toString":3}`, `{"\u005f_proto__":null,"__proto__":1}`,
		`{"\ud800":1,"\ud801":2,"\udc00\ud800":3,"\ud83d\ude00":4}`, `"\ud800\ud83d\ude00\udc00"`, `"\ud800\u0041\ud800"`, "\"\\ud800\xff\xed\xa0\x80é😀\"",
		"{\"\xff\":1,\"\xfe\":2,\"\ufffd\":3}", `[9007199254740993,-9007199254740993,1e400,-1e400,1e-400,-1e-400,0.1e1,-0.0,-0e5,0E-0]`,
		`[999999999999999,1000000000000000,-999999999999999,123456789012345678901234567890,4.9e-324,1.7976931348623157e308]`,
		"\ufeff{}", "\u00a0[]", "\v[]", "[\"\x00\"]", `["\u0000\u2028\u2029"]`, "[\"\u2028\"]", ` [ 1 , { "a" : [ ] , "b" : { } } , "" ] `, `"\/\b\f\n\r\t\"\\"`,
		`[1,[2,[3,[4]],5],[6],7]`, `{"length":1,"0":2,"-0":3,"00":4,"4294967295":5,"1.0":6}`, `"` + strings.Repeat("x", 31) + `"`, `"` + strings.Repeat("é", 33) + `"`,
		`{"` + strings.Repeat("k", 32) + `":1,"` + strings.Repeat("k", 33) + `":2}`, strings.Repeat("[", 300) + strings.Repeat("]", 300), `"\u+123"`, `"\u12 4"`, `[01]`, `[+1]`, `[.5]`, `[1.]`, `[1e]`, `{1:2}`, `[,]`, `nullx`, `"\x41"`, "\"\t\"",
	} {
		f.Add([]byte(s))
	}
	rt := New(Options{})
	theirs := rt.pristine.revive
	show, err := rt.VM().RunString(anatomy)
	if err != nil {
		f.Fatal(err)
	}
	shape, _ := goja.AssertFunction(show)
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := rt.ParseJSON(text, JSONOptions{})
		if !json.Valid(text) {
			if err == nil {
				t.Fatalf("%q is not valid, got %v", text, v)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if bytes.Count(text, []byte("[")) > 500 || bytes.Count(text, []byte("{")) > 500 {
			return // deeper than others go
		}
		describe := func(v Value) string {
			s, err := shape(goja.Undefined(), v)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			return s.String()
		}
		got := describe(v)
		want, err := theirs(goja.Undefined(), rt.vm.ToValue(string(text)))
		switch {
		case err == nil && !bytes.Contains(text, []byte(`\u`)): // it refuses what is out of range, and halves become U+FFFD
			if got != describe(want) {
				t.Fatalf("%q: got %s, goja's JSON.parse gives %s", text, got, describe(want))
			}
		case utf8.Valid(text) && !bytes.Contains(text, []byte("proto")) && !bytes.Contains(text, []byte(`\u00`)):
			want, err := rt.vm.RunString("(" + string(text) + ")")
			if err != nil || got != describe(want) {
				t.Fatalf("%q: got %s, eval gives %v, %v", text, got, want, err)
			}
		}
		exact, err := rt.ParseJSON(text, JSONOptions{BigInts: true})
		if err != nil {
			t.Fatal(err)
		}
		back, err := rt.StringifyExact(exact)
		if err != nil {
			t.Fatal(err)
		}
		again, err := rt.ParseJSON(back, JSONOptions{BigInts: true})
		if err != nil {
			t.Fatalf("%q became %q: %v", text, back, err)
		}
		// JSON has no Infinity, JavaScript's -0 is 0 in it, and 1e17 has no point.
		if a, b := describe(exact), describe(again); a != b && !bytes.ContainsAny(text, "eE.") && !bytes.Contains(text, []byte("-0")) {
			t.Fatalf("%q: read as %s, written as %q, read again as %s", text, a, back, b)
		}
	})
}

// TestAnatomyNotices: what the fuzz test compares tells values apart.
func TestAnatomyNotices(t *testing.T) {
	rt := New(Options{})
	seen := map[string]string{}
	for _, code := range []string{`0`, `-0`, `"0"`, `0n`, `null`, `[]`, `{}`, `{a:1,b:2}`, `{b:2,a:1}`, `"\ud800"`, `"\ufffd"`, `"\udc00"`, `[undefined]`, `[,]`,
		`Object.create(null)`, `Object.freeze({})`, `Object.defineProperty({}, "a", {value: 1})`, `{["\ud800"]:1}`, `{["\ufffd"]:1}`, `"\\ud800"`} {
		v, err := rt.VM().RunString("(" + anatomy + ")(" + code + ")")
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[v.String()]; ok {
			t.Errorf("%s and %s are both %s", other, code, v)
		}
		seen[v.String()] = code
	}
}

func document(size int) []byte {
	var b strings.Builder
	b.WriteString(`{"content":[{"type":"text","text":"ok"}],"structuredContent":{"items":[`)
	for i := 0; b.Len() < size-180; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"item number %d","price":%d.25,"tags":["a","b"],"meta":{"ok":true,"n":null,"text":"some \"quoted\" é"}}`, i, i, i)
	}
	b.WriteString(`]}}`)
	return []byte(b.String())
}

func BenchmarkParseJSON(b *testing.B) {
	for _, size := range []int{250, 10 << 10, 1 << 20} {
		text := document(size)
		rt := New(Options{})
		orig, _ := goja.AssertFunction(goja.New().Get("JSON").(*goja.Object).Get("parse"))
		b.Run(fmt.Sprintf("scanner/%d", size), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				rt.ParseJSON(text, JSONOptions{})
			}
		})
		b.Run(fmt.Sprintf("goja/%d", size), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				orig(goja.Undefined(), rt.vm.ToValue(string(text)))
			}
		})
	}
}
