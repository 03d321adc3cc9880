package repl_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestResize: a line that is being edited follows the terminal's size.
func TestResize(t *testing.T) {
	x := open(t, nil, "repl").shows(">")
	x.typing(`const text = "` + strings.Repeat("word ", 12) + `日本語"`).shows(`日本語"`)
	x.resize(40, 10).sees(`> const text = "word word word word wor`, `d word word word word word word word 日`, `本語"`)
	x.keys("Home", "Right").typing("X").shows("> cXonst").keys("BSpace").resize(100, 30)
	x.sees(`> const text = "` + strings.Repeat("word ", 12) + `日本語"`)
	x.keys("Enter").enter("text.length").sees("63", ">")
	x.resize(20, 6).enter("'still ' + 'here'").sees("'still here'", ">")
}

// TestSuspend: Ctrl-Z gives the terminal back to the shell, at the prompt and
// while a call runs; fg goes on.
func TestSuspend(t *testing.T) {
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	x := newTerminal(t, t.TempDir())
	x.start("set -m; " + x.command(bin, nil, "repl", "demo") + `; read a; echo "[read $a]"; fg; read b; echo "[read $b]"; fg; echo "[exit $?]"`)
	x.shows("connected demo").sees(">").typing("const q = 4").shows("> const q = 4").keys("C-z").shows("Stopped").enter("one").shows("[read one]")
	x.sees("> const q = 4").keys("Enter").enter("q + 1").sees("5", ">")
	x.enter("await demo.tools.slow({ ms: 300 }); 'it goes ' + 'on'").keys("C-z")
	x.until(func(screen string) bool { return strings.Count(screen, "Stopped") == 2 }, "that it stopped again")
	x.enter("two").shows("[read two]").shows("'it goes on'").sees(">").keys("C-d").shows("[exit 0]")
}

// TestLongValues are cut, and .more shows all.
func TestLongValues(t *testing.T) {
	x := open(t, nil, "repl").shows(">")
	x.enter("Array.from({ length: 90 }, (_, i) => 'x'.repeat(70) + i)").shows("lines more; .more shows all").sees(">")
	x.enter(".more").shows("x89'").sees(">")
	x.enter(".clear").sees(">").enter("({ a: { b: { c: { d: 1 } } } })").shows("[Object]").sees(">").enter(".more").shows("d: 1").sees(">")
	x.enter("console.log('z'.repeat(300000)); 'done'").sees("'done'", ">")
}

// TestInputAtOnce: what is typed before the session is ready is not lost.
func TestInputAtOnce(t *testing.T) {
	x := open(t, nil, "repl", "demo")
	x.enter("const early = 20").enter("early + 1").sees("21", ">")
}

// TestLoadAndSave: files with top-level await run, and what was saved does.
func TestLoadAndSave(t *testing.T) {
	dir := t.TempDir()
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	script := "import { sleep } from \"mcpjs\";\nconst v: number = await Promise.resolve(3);\nawait sleep(1);\nconst d = await mcp.connect(\"demo\");\nexport function twice(x: number) { return 2 * x }\n"
	if err := os.WriteFile(filepath.Join(dir, "in.ts"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	x := openBinary(t, bin, dir, nil, "repl").shows(">")
	x.typing(".load i").keys("Tab").sees("> .load in.ts").keys("Enter").sees("> .load in.ts", ">")
	x.enter("(await d.tools.add({ a: twice(v), b: 1 })).data").sees("{ sum: 7 }", ">").enter("_.sum + 1").sees("8", ">")
	x.enter("let n = 1").enter("let n = n + 1; console.log('n is', n)").sees("n is 2", "undefined", ">")
	x.enter(".save out.ts").shows("5 inputs in out.ts").keys("C-d").shows("[exit 0]")
	y := newTerminal(t, dir)
	y.start(y.command(bin, nil, "out.ts")+`; echo "[exit $?]"`).sees("n is 2", "[exit 0]")
}
