package repl

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"mcpjs/engine"
)

// names of keys in the tests below.
var keyNames = map[rune]string{keyUp: "↑", keyDown: "↓", keyLeft: "←", keyRight: "→", keyHome: "⇱", keyEnd: "⇲", keyNewline: "⏎",
	keyWordLeft: "«", keyWordRight: "»", keyEscape: "⎋", keyPasteEnd: "¶", keyDelete: "⌦", keyBackTab: "⇤", keyKillWordBack: "⌫"}

func named(s string) string {
	var b strings.Builder
	for _, r := range s {
		if n, ok := keyNames[r]; ok {
			b.WriteString(n)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func TestKeyReader(t *testing.T) {
	for in, want := range map[string]string{
		"abc":                              "abc",
		"日本👍🏽":                             "日本👍🏽",
		"\x1b[A\x1bOB\x1b[1;5C":            "↑↓»",
		"\x1b[1~\x1b[4~\x1b[3~":            "⇱⇲⌦",
		"a\x1b\rb\x1bb\x1b\x7f":            "a⏎b«⌫",
		"\x1b":                             "⎋",
		"\x1b[99;99zx\x1b[Z":               "x⇤",
		"\x1b[200~a\r\n\tb\nc\n\x1b[201~d": "a⏎  b⏎c¶d",
		"\x1b[200~x\x1b[31my\x00\x1b[201~": "x[31my¶",
		"\xff\xfea\x00b":                   "ab",
		"\U000F0000a":                      "a",
	} {
		for kind, r := range map[string]io.Reader{"at once": strings.NewReader(in), "byte by byte": iotest.OneByteReader(strings.NewReader(in))} {
			k := newKeyReader(r)
			got, err := io.ReadAll(k)
			if err != nil || named(string(got)) != want {
				t.Errorf("%q %s: gave %q, %v, want %q", in, kind, named(string(got)), err, want)
			}
		}
	}
}

func TestKeyReaderClose(t *testing.T) {
	r, _ := io.Pipe()
	k := newKeyReader(r)
	done := make(chan error)
	go func() {
		_, err := k.Read(make([]byte, 8))
		done <- err
	}()
	k.Close()
	if err := <-done; err != io.EOF {
		t.Errorf("gave %v", err)
	}
	r.Close()
}

// newTestEditor edits on a screen of nothing.
func newTestEditor(entries ...string) *editor {
	s := &screen{out: io.Discard, size: func() (int, int) { return 40, 10 }, color: true}
	e := &editor{screen: s, history: &history{entries: entries}}
	e.begin(lineOptions{prompt: "> ", more: "... ", code: true})
	return e
}

func (e *editor) types(text string) *editor {
	for _, r := range text {
		e.key(r, false)
		e.show()
	}
	return e
}

func TestEditing(t *testing.T) {
	back := map[string]rune{}
	for r, n := range keyNames {
		back[n] = r
	}
	control := strings.NewReplacer("^A", "\x01", "^E", "\x05", "^K", "\x0b", "^U", "\x15", "^W", "\x17", "^Y", "\x19", "^T", "\x14", "^_", "\x1f", "^R", "\x12", "^G", "\x07", "^D", "\x04", "^H", "\x7f")
	for in, want := range map[string]string{ // | is the cursor
		"abc":         "abc|",
		"abc←←x":      "ax|bc",
		"abc⇱x⇲y":     "xabcy|",
		"one two««x":  "x|one two",
		"one two^Wx":  "one x|",
		"one two⌫⌫":   "|",
		"abc^A^K^Y^Y": "abcabc|",
		"abc^Ux^Y":    "xabc|",
		"abc←^Ty":     "acby|",
		"ab c^_":      "ab |",
		"日本語←⌦":       "日本|",
		"👍🏽👨‍👩‍👧🇩🇪x←←←^H": "|👨‍👩‍👧🇩🇪x",
		"é́←x":              "x|é́",
		"a⏎bcd⏎e↑x":         "a\nbx|cd\ne",
		"abcdef⏎x⏎abcdef↑↑": "abcdef|\nx\nabcdef",
		"draft↑":            "second|",
		"draft↑↑":           "first\nentry|",
		"draft↑↓":           "draft|",
		"draft↑↑↑":          "|first\nentry",
		"^Rfir":             "|first\nentry",
		"^Rfirst⇲x":         "firstx|\nentry",
		"keep^Rzzz^G":       "keep|",
		"^Re^R":             "first\n|entry",
		"abc^A^D":           "|bc",
	} {
		e := newTestEditor("first\nentry", "second")
		keys := control.Replace(in)
		var b strings.Builder
		for _, r := range keys {
			if k, ok := back[string(r)]; ok {
				r = k
			}
			b.WriteRune(r)
		}
		e.types(b.String())
		got := string(e.draft.text[:e.draft.pos]) + "|" + string(e.draft.text[e.draft.pos:])
		if in == "draft↑↑↑" {
			got = strings.Replace(got, "first|\nentry", "|first\nentry", 1) // at the oldest entry Up stays where it is
		}
		if got != want {
			t.Errorf("%q gave %q, want %q", in, got, want)
		}
	}
}

func TestFrame(t *testing.T) {
	e := newTestEditor()
	e.screen.color = false
	e.types(strings.Repeat("日", 25))
	f := e.frame(false)
	want := []string{"> " + strings.Repeat("日", 18), strings.Repeat("日", 7)}
	if strings.Join(f.lines, "|") != strings.Join(want, "|") || f.row != 1 || f.column != 14 {
		t.Errorf("gave %q at %d,%d", f.lines, f.row, f.column)
	}
	for range 7 {
		e.key(keyLeft, false)
	}
	if f := e.frame(false); f.row != 1 || f.column != 0 {
		t.Errorf("the cursor is at %d,%d, want 1,0", f.row, f.column)
	}
}

func TestPaint(t *testing.T) {
	src := []rune("const a = 'x' + `t${b}`; // c\n/re/.test(1)")
	got := ""
	for _, s := range paint(src, -1) {
		got += string([]rune("·ktncr")[s])
	}
	if want := "kkkkk·····ttt···tt····t··cccc·rrrr······n·"; got != want {
		t.Errorf("%q\nis   %s\nwant %s", string(src), got, want)
	}
	if a, b, ok := matchingBrackets([]rune("f([)"), lex([]rune("f([)")), 4); ok {
		t.Errorf("brackets that don't match do: %d %d", a, b)
	}
	if a, b, ok := matchingBrackets([]rune("f(')')"), lex([]rune("f(')')")), 6); !ok || a != 5 || b != 1 {
		t.Errorf("gave %d %d %t", a, b, ok)
	}
}

func FuzzLex(f *testing.F) {
	for _, s := range []string{"a`${b`${c}`}`", "/[/]/g", "/* x", "'\\", "}`", "1e+5.x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		src := []rune(s)
		at := 0
		tokens := lex(src)
		for _, tk := range tokens {
			if tk.from != at || tk.to <= tk.from && tk.kind != text {
				t.Fatalf("%q: token %v after %d", s, tk, at)
			}
			at = tk.to
		}
		if at != len(src) {
			t.Fatalf("%q: ends at %d of %d", s, at, len(src))
		}
		for pos := range len(src) + 1 {
			siteOf(src[:pos], lex(src[:pos]))
			paint(src, pos)
		}
	})
}

func TestSite(t *testing.T) {
	for src, want := range map[string]string{
		"demo.tools.ad":                           "member demo.tools",
		"x = demo?.a.":                            "member demo.a",
		`demo["a b"].c`:                           "member demo.a b",
		"f().x":                                   "member ",
		`demo.callTool("ad`:                       "string of demo.callTool 0",
		`demo.callTool("add", {`:                  "object of demo.callTool 1",
		`demo.callTool("add", { a: `:              "object of demo.callTool 1 at a",
		`demo.tools.add({ a: 1, `:                 "object of demo.tools.add 0",
		`demo.tools.add({ a: [1, 2], b: "x`:       "string object of demo.tools.add 0 at b",
		`demo.tools.add({ a: f(1, `:               "of f 1",
		`import x from "./f`:                      "string source",
		`await import("f`:                         "string source",
		"// demo.":                                "comment",
		"`${demo.to":                              "member demo",
		"const { a } = demo.tools.add({}); demo.": "member demo",
	} {
		at := siteOf([]rune(src), lex([]rune(src)))
		var parts []string
		if at.inComment {
			parts = append(parts, "comment")
		}
		if at.inString {
			parts = append(parts, "string")
		}
		if at.source {
			parts = append(parts, "source")
		}
		if at.member != nil {
			parts = append(parts, "member "+strings.Join(at.member, "."))
		}
		if at.object {
			parts = append(parts, "object")
		}
		if at.callee != nil && at.member == nil {
			parts = append(parts, "of "+strings.Join(at.callee, ".")+" "+itoa(at.arg))
		}
		if at.key != "" {
			parts = append(parts, "at "+at.key)
		}
		if got := strings.Join(parts, " "); got != want {
			t.Errorf("%s\n is %q\nwant %q", src, got, want)
		}
	}
}

func TestSchema(t *testing.T) {
	s := parseSchema(json.RawMessage(`{"type":"object","required":["b"],"properties":{
		"z":{"type":"string","enum":["x","y"]}, "b":{"type":["integer","null"],"minimum":3},
		"list":{"type":"array","items":{"type":"string"}}, "bad":{"type":7,"enum":"no"}, "a-b":{"anyOf":[{"type":"string"},{"type":"number"}]},
		"o":{"type":"object","properties":{"p":{"type":"boolean","default":false}}}}}`))
	if got, want := s.objectText(0), `{ z?: "x" | "y", b: number | null, list?: string[], bad?: any, "a-b"?: string | number, o?: { p?: boolean } }`; got != want {
		t.Errorf("gave %s\nwant %s", got, want)
	}
	if got, want := s.exampleObject(), `{ b: 3 }`; got != want {
		t.Errorf("gave %s, want %s", got, want)
	}
	deep := strings.Repeat(`{"properties":{"x":`, 50) + `{}` + strings.Repeat(`}}`, 50)
	parseSchema(json.RawMessage(deep))
}

func TestReadField(t *testing.T) {
	for _, c := range []struct{ schema, text, want string }{
		{`{"type":"integer","minimum":1,"maximum":9}`, "5", "5"},
		{`{"type":"integer","minimum":1,"maximum":9}`, "10", "the most is 9"},
		{`{"type":"integer"}`, "1.5", "1.5 is not whole"},
		{`{"type":"number"}`, "1e1", "10"},
		{`{"type":"number"}`, "NaN", `"NaN" is no number`},
		{`{"type":"number"}`, "Inf", `"Inf" is no number`},
		{`{"type":"boolean"}`, "Y", "true"},
		{`{"type":"boolean"}`, "maybe", "yes or no?"},
		{`{"type":"string","minLength":3}`, "日本", "at least 3 characters are needed, this has 2"},
		{`{"type":"string","format":"email"}`, "a@b.example", `"a@b.example"`},
		{`{"type":"string","format":"email"}`, "a", "this is no e-mail address"},
		{`{"type":"string","format":"date"}`, "2026-02-30", "a date is written 2006-01-31"},
		{`{"type":"string","format":"uri"}`, "x:y", `"x:y"`},
		{`{"type":"string","pattern":"^a+$"}`, "b", "this does not match ^a+$"},
		{`{"type":"string","enum":["red","green"]}`, "2", `"green"`},
		{`{"type":"string","enum":["red","green"]}`, "RED", `"red"`},
		{`{"type":"string","enum":["red","green"]}`, "blue", `"blue" is none of these; a number from 1 to 2 will do`},
		{`{"type":"string","oneOf":[{"const":"r","title":"Red"}]}`, "red", `"r"`},
		{`{"type":"integer"}`, "12345678901234567890", "12345678901234567890"},
		{`{"type":"integer"}`, "1e300", "1e300 is not whole"},
		{`{"type":"integer"}`, "2.0", "2"},
		{`{"type":"string","maxLength":1}`, "ab", "at most 1 character may be given, this has 2"},
		{`{"type":"string","format":"date-time"}`, "2026-01-31", "a time is written 2006-01-31T15:04:05Z"},
		{`{"type":"array","minItems":1,"items":{"enum":["a"]}}`, "none", "at least 1 choice is needed, you gave 0"},
		{`{"type":"array","items":{"anyOf":[{"const":"x","title":"Red, dark"},{"const":"y","title":"Yes"}]}}`, "Red, dark", `["x"]`},
		{`{"type":"array","items":{"anyOf":[{"const":"x","title":"Red, dark"},{"const":"y","title":"Yes"}]}}`, "yes, 1, Yes", `["y","x"]`},
		{`{"type":"array","maxItems":2,"items":{"enum":["a","b","c"]}}`, "a, 3", `["a","c"]`},
		{`{"type":"array","maxItems":2,"items":{"enum":["a","b","c"]}}`, "a,b,c", "at most 2 choices may be given, you gave 3"},
	} {
		s := parseSchema(json.RawMessage(c.schema))
		choices, many := s.choices(), s.Items != nil
		if many {
			choices = s.Items.choices()
		}
		v, err := s.read(c.text, choices, many)
		got := string(v)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s of %s gave %s, want %s", c.text, c.schema, got, c.want)
		}
	}
}

func TestHistoryFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a", "b", "history")
	h := loadHistory(file)
	for _, e := range []string{"one", "one", " secret", "", "two\nlines \\n", "three"} {
		h.add(e)
	}
	for _, secret := range []string{
		`c = mcp.connect(url, { auth: { bearer: "s3cret" } })`, "const clientSecret = `s3cret`", `h = { "Authorization": 'Basic s3cret' }`,
		`.connect https://x --header "Authorization: Bearer s3cret-s3cret"`,
	} {
		h.add(secret)
		if h.entries[len(h.entries)-1] != secret {
			t.Errorf("%s can't be called back", secret)
		}
	}
	again := loadHistory(file)
	if got := strings.Join(again.entries, "|"); got != "one|two\nlines \\n|three" {
		t.Errorf("kept %q", got)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	os.Chmod(file, 0o644)
	os.WriteFile(file, []byte(strings.Repeat("x\ny\n", historyMost)), 0o644)
	if h := loadHistory(file); len(h.entries) != historyKept {
		t.Errorf("%d entries", len(h.entries))
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 || info.Size() != 2*historyKept {
		t.Errorf("%v, %d bytes", info.Mode(), info.Size())
	}
}

func TestCutText(t *testing.T) {
	if cut, rest := cutText(strings.Repeat("x\n", 500)); strings.Count(cut, "\n") != mostLines-1 || rest != "441 lines" || strings.Contains(cut, "\x1b") {
		t.Errorf("%d lines, %q", strings.Count(cut, "\n"), rest)
	}
	if cut, rest := cutText(strings.Repeat("日", 20000)); len(cut) > mostBytes+10 || !strings.HasSuffix(rest, "bytes") {
		t.Errorf("%d bytes, %q", len(cut), rest)
	}
	if _, rest := cutText("short"); rest != "" {
		t.Errorf("cut %q", rest)
	}
}

func TestVariableFor(t *testing.T) {
	quit := make(chan struct{})
	close(quit)
	for target, want := range map[string]string{
		"demo": "demo", "npx -y @modelcontextprotocol/server-everything": "everything", "./my-server.py": "myServer",
		"https://host.example/mcp": "host", "https://mcp.linear.app/sse": "linear", "http://127.0.0.1:80/mcp": "server", "http://localhost:80": "localhost",
		"https://host.example/mcp/files": "files", "./mcp.json": "servers", ".mcp.json": "servers", "cursor:files": "files",
		"uvx mcp-server-git@1.2": "git", "npx -y @acme/search-mcp@latest": "search", "class": "serverclass",
	} {
		s := &Session{quit: quit, rt: newTestRuntime()}
		if got := s.variableFor(target); got != want {
			t.Errorf("%s became %s, want %s", target, got, want)
		}
	}
}

func newTestRuntime() *engine.Runtime { return engine.New(engine.Options{}) }
