package engine

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

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
	v, _ := rt.VM().RunString(`({ id: 9007199254740993n, list: [-1n, "n1", "\\u0000n1"], at: new Date(0) })`)
	got, err := rt.StringifyExact(v)
	if want := `{"id":9007199254740993,"list":[-1,"n1","\\u0000n1"],"at":"1970-01-01T00:00:00.000Z"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

// FuzzParseJSON holds the scanner to encoding/json: the same texts are valid,
// and mean the same.
func FuzzParseJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",null,true]}`, `[[],{},""]`, `[-0]`, `"\ud800"`, `1e999`, ` 0 `, `{"a":1,"a":2}`, "\"\x80\""} {
		f.Add([]byte(s))
	}
	rt := New(Options{})
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := rt.ParseJSON(text, JSONOptions{})
		if !json.Valid(text) {
			if err == nil {
				t.Fatalf("%q is not valid, got %v", text, v)
			}
			return
		}
		if err != nil {
			if strings.Contains(err.Error(), "nests deeper") {
				return
			}
			t.Fatalf("%q: %v", text, err)
		}
		var want any
		if json.Unmarshal(text, &want) != nil {
			return // a number out of range
		}
		raw, err := rt.Stringify(v)
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatalf("%q became %q: %v", text, raw, err)
		}
		if g, w := fmt.Sprint(got), fmt.Sprint(unsigned(want)); g != w && !strings.Contains(w, "\ufffd") && !strings.Contains(g, "<nil>") {
			t.Fatalf("%q: got %s, want %s", text, g, w)
		}
	})
}

// unsigned is v with 0 for -0, as JSON.stringify writes it.
func unsigned(v any) any {
	switch v := v.(type) {
	case float64:
		return v + 0
	case []any:
		for i := range v {
			v[i] = unsigned(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = unsigned(v[k])
		}
	}
	return v
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
