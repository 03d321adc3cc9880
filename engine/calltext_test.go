package engine

import "testing"

func TestCallAt(t *testing.T) {
	const code = "let a;\n  assert.ok(f(\"x)\", [1]) === 2, 'no'); g()\n"
	for _, c := range []struct {
		line, col int
		want      string
	}{
		{2, 3, `assert.ok(f("x)", [1]) === 2, 'no')`},
		{2, 12, `assert.ok(f("x)", [1]) === 2, 'no')`},
		{2, 13, `assert.ok(f("x)", [1]) === 2, 'no')`},
		{1, 1, ""},
		{9, 1, ""},
		{2, 900, ""},
	} {
		if got := callAt(code, c.line, c.col); got != c.want {
			t.Errorf("%d:%d: %q, not %q", c.line, c.col, got, c.want)
		}
	}
}
