package engine

import (
	"slices"
	"testing"
)

func TestPeek(t *testing.T) {
	rt := New(Options{})
	if _, err := rt.vm.RunString(`var hits = 0;
		var o = { a: { b: 1 }, get boom() { hits++; throw 1 } };
		var trap = { get() { hits++ }, ownKeys() { hits++; return [] }, getPrototypeOf() { hits++; return null },
			getOwnPropertyDescriptor() { hits++ } };
		var px = new Proxy({}, trap);
		var heir = Object.create(px);
		heir.own = 1;
		class A { m() {} get g() { hits++; return {} } }
		var inst = new A();
		var text = "abc";`); err != nil {
		t.Fatal(err)
	}
	global := rt.vm.GlobalObject()
	for _, c := range []struct {
		path []string
		ok   bool
		name string // that PeekNames must give of the value
	}{
		{[]string{"o"}, true, "boom"}, {[]string{"o", "a"}, true, "b"}, {[]string{"o", "boom"}, false, ""},
		{[]string{"px"}, true, ""}, {[]string{"px", "x"}, false, ""}, {[]string{"heir"}, true, "own"}, {[]string{"heir", "x"}, false, ""},
		{[]string{"inst"}, true, "m"}, {[]string{"inst", "g"}, false, ""}, {[]string{"inst", "m"}, true, "call"},
		{[]string{"text"}, true, "slice"}, {[]string{"text", "length"}, true, "toFixed"}, {[]string{"missing"}, false, ""},
	} {
		var v Value = global
		ok := true
		for _, name := range c.path {
			if v, ok = rt.Peek(v, name); !ok {
				break
			}
		}
		if ok != c.ok {
			t.Errorf("%v: found is %t, want %t", c.path, ok, c.ok)
			continue
		}
		if names := rt.PeekNames(v); ok && c.name != "" && !slices.Contains(names, c.name) {
			t.Errorf("%v has no %q: %v", c.path, c.name, names)
		}
	}
	if hits := global.Get("hits").ToInteger(); hits != 0 {
		t.Errorf("peeking ran the script's code %d times", hits)
	}
}
