package engine

import (
	"bytes"
	"testing"
)

// OnMain gets what the main module exports when it has run; not where it threw.
func TestOnMain(t *testing.T) {
	for code, want := range map[string]string{
		"await null; export default 7":          "7",
		"const a = 1":                           "none",
		"export default 1; throw new Error('')": "not called",
		"globalThis.x = new Uint8Array([1,2]).subarray(1); export default globalThis.x": "bytes 02",
		"export default new Uint8Array([3]).buffer":                                     "bytes 03",
		"export default 'text'": "text",
	} {
		rt := New(Options{Stdin: new(bytes.Buffer)})
		p, err := Compile(Source{Name: "[test]", Code: code, Dir: t.TempDir()}, CompileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got := "not called"
		rt.OnMain = func(exports Value) {
			got = "none"
			if o, ok := exports.(*Object); ok && o.Get("default") != nil {
				got = o.Get("default").String()
				if b, ok := AsBytes(o.Get("default")); ok {
					got = "bytes " + string("0123456789"[b[0]/10]) + string("0123456789"[b[0]%10])
				}
			}
		}
		if err := rt.Run(t.Context(), p); (err != nil) != (want == "not called") {
			t.Errorf("%s: %v", code, err)
		}
		rt.Close()
		if got != want {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
	}
}
