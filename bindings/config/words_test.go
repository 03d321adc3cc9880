package config

import (
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for _, test := range []struct {
		line string
		want []string
	}{
		{"", nil},
		{"  \t ", nil},
		{"npx -y server /dir", []string{"npx", "-y", "server", "/dir"}},
		{`'a b' "c d" e\ f`, []string{"a b", "c d", "e f"}},
		{`a'b'"c"d`, []string{"abcd"}},
		{`"" ''`, []string{"", ""}},
		{`"a\"b\\c\n"`, []string{`a"b\c\n`}},
		{`'a\b$HOME|'`, []string{`a\b$HOME|`}},
		{`a\|b \$HOME`, []string{"a|b", "$HOME"}},
		{`--glob=*.js ~/x a#b`, []string{"--glob=*.js", "~/x", "a#b"}},
		{"a\\\nb", []string{"ab"}},
		{`cost 5$ "5$ x"`, []string{"cost", "5$", "5$ x"}},
		{`--json '{"a":[1]}'`, []string{"--json", `{"a":[1]}`}},
		{"grüße 'мир'", []string{"grüße", "мир"}},
	} {
		got, err := Words(test.line)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, %v", test.line, got, err)
		}
	}
	for line, want := range map[string]string{
		"a | b": `'|' needs a shell`, "a > b": `'>' needs`, "a && b": `["sh", "-c", "a && b"]`, "a; b": "';'", "echo $HOME": `"$H"`,
		`echo "$(date)"`: `"$("`, "echo `date`": "needs a shell", `a "${X}"`: `"${"`, "'a": "not closed", `"a`: "not closed", `a\`: "backslash",
		"# hm": "comment",
	} {
		if _, err := Words(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, seed := range []string{"npx -y 'a b'", `"\"" \\`, "a|b", "'", `"$`, "\\\n", "é '\x00'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := Words(line)
		if err != nil {
			return
		}
		again, err := Words(quote(words))
		if err != nil || !slices.Equal(again, words) {
			t.Errorf("%q gave %q, quoted %s, which gave %q, %v", line, words, quote(words), again, err)
		}
	})
}
