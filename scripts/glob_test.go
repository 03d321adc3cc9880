package scripts

import (
	"path/filepath"
	"testing"
)

func TestGlob(t *testing.T) {
	dir := canonical(t.TempDir())
	for _, c := range []struct {
		pattern string
		yes, no []string
	}{
		{"*.md", []string{"a.md"}, []string{"a.mdx", "d/a.md", "a"}},
		{"**/*.md", []string{"a.md", "d/a.md", "d/e/a.md"}, []string{"a.txt"}},
		{"d/**", []string{"d/a", "d/e/a"}, []string{"a", "dd/a"}},
		{"d/**/e/?.js", []string{"d/e/a.js", "d/x/y/e/b.js"}, []string{"d/e/ab.js", "e/a.js"}},
		{"[a-c]*.{ts,js}", []string{"a.ts", "cx.js"}, []string{"d.ts", "a.py"}},
		{"[!a]x", []string{"bx"}, []string{"ax"}},
		{"d", []string{"d", "d/a", "d/e/f"}, []string{"e", "da"}},
		{"d+(.)/x.js", []string{"d+(.)/x.js"}, []string{"dd/x.js"}},
		{"./d/../e.js", []string{"e.js"}, []string{"d/e.js"}},
		{filepath.Join(dir, "*.js"), []string{"a.js"}, []string{"d/a.js"}},
	} {
		g, err := parseGlob(c.pattern, dir)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		for _, name := range c.yes {
			if !g.match(filepath.Join(dir, name)) {
				t.Errorf("%s does not mean %s", c.pattern, name)
			}
		}
		for _, name := range c.no {
			if g.match(filepath.Join(dir, name)) {
				t.Errorf("%s means %s", c.pattern, name)
			}
		}
	}
	for _, bad := range []string{"[a", "{a", "a*}", "x[]"} {
		if _, err := parseGlob(bad, dir); err == nil {
			t.Errorf("%q is taken for a pattern", bad)
		}
	}
}

func FuzzGlob(f *testing.F) {
	for _, s := range []string{"**/*.md", "[!a-z]{b,c}?", "/", "", "**", "{{,}}", "[\\]]"} {
		f.Add(s, "/a/b.md")
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		if g, err := parseGlob(pattern, "/"); err == nil {
			g.match(path)
		}
	})
}

func TestKeysOf(t *testing.T) {
	for input, want := range map[string]string{
		"r": "r", "\x1b[Aq": "q", "\x1bOPc": "c", "\x1b[1;5Dx\x1b": "x", "\x1bx": "", "\x1b[": "", "": "",
	} {
		if got := string(keysOf([]byte(input))); got != want {
			t.Errorf("%q: keys %q, want %q", input, got, want)
		}
	}
}
