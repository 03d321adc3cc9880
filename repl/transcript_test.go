package repl_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestEvaluate(t *testing.T) {
	x := open(t, nil, "repl")
	x.sees("mcpjs 0.1.0, .help for help", ">")
	x.typing("const x: number = await Promise.resolve(41)").keys("Enter")
	x.sees("> const x: number = await Promise.resolve(41)", ">")
	x.typing("x + 1").keys("Enter").sees("> x + 1", "42", ">")
	x.enter("_ * 2").sees("84", ">")
	x.enter("{ a: 1, b: [2] }").sees("{ a: 1, b: [ 2 ] }", ">")
	x.enter("throw new RangeError('no')").sees("RangeError: no", "    at [input 5]:1:7", ">")
	x.enter("_error.message").sees("'no'", ">")
	x.enter("undefined").sees("> undefined", "undefined", ">")
}

func TestManyLines(t *testing.T) {
	x := open(t, nil, "repl").shows(">")
	x.typing("function f(a) {").keys("Enter").typing("return [").keys("Enter").typing("a, 2]}").keys("Enter")
	x.sees("> function f(a) {", "...   return [", "...     a, 2]}", ">")
	x.enter("f(1)").sees("[ 1, 2 ]", ">")
	// Up brings the whole input back, and moves within it.
	x.keys("Up", "Up").sees("> function f(a) {", "...   return [", "...     a, 2]}")
	x.keys("Up", "Up", "C-e", "BSpace", "BSpace", "BSpace", "BSpace").typing("b = 7) {").keys("Down").shows("> function f(b = 7) {")
	x.keys("C-c").sees("...     a, 2]}", ">")
	// A pasted block is one input, as it stands.
	x.tmux("set-buffer", "const y = {\n\tz: 5,\n}\ny.z")
	x.tmux("paste-buffer", "-p")
	x.sees("> const y = {", "...   z: 5,", "... }", "... y.z")
	x.keys("Enter").sees("... y.z", "5", ">")
	x.typing("1").keys("M-Enter").typing("+ 2").sees("> 1", "... + 2").keys("Enter").sees("3", ">")
}

func TestWideCharacters(t *testing.T) {
	x := open(t, nil, "repl").shows(">")
	x.typing(`"日本語é👍"`).keys("Left", "Left", "Left", "Left")
	x.until(func(string) bool { return x.cursor() == "7,1" }, "the cursor in column 7, not "+x.cursor())
	x.typing("x").sees(`> "日本x語é👍"`)
	x.keys("End", "Left", "BSpace", "Enter").sees(`> "日本x語é"`, "'日本x語é'", ">")
	// A line that is wider than the terminal.
	long := strings.Repeat("日", 60)
	x.typing(`"`+long+`".length`).keys("Home", "Delete", "Delete", "Delete").typing(`"`)
	x.keys("Enter").sees("58", ">")
}

func TestOutputAboveThePrompt(t *testing.T) {
	x := open(t, nil, "repl").shows(">")
	x.enter(`let n = 0; const timer = setInterval(() => { console.log("tick", ++n); if (n == 3) clearInterval(timer) }, 150)`)
	x.typing("half of a l").shows("tick 3").sees("tick 1", "tick 2", "tick 3", "> half of a l")
	x.keys("C-u").typing("n").keys("Enter").sees("> n", "3", ">")
}

func TestInterrupt(t *testing.T) {
	x := open(t, nil, "repl", "demo").shows("connected demo").sees(">")
	for _, endless := range []string{"for (;;) {}", "await new Promise(() => {})", "await demo.tools.slow({ ms: 60000 })",
		"await (async () => { await 1; for (;;) {} })()", "try { await demo.tools.slow({ ms: 60000 }) } finally { console.log('cleaned') }"} {
		x.enter(endless)
		x.keys("C-c").shows("Interrupted.").sees(">")
		x.enter("await demo.tools.echo({ message: 'go' + 'es on' })").shows("goes on").sees(">")
		x.enter(".clear").sees(">")
	}
	x.enter("({ [Symbol.for('nodejs.util.inspect.custom')]() { for (;;) {} } })")
	x.keys("C-c").shows("inspection threw: interrupted").sees(">").enter("await Promise.resolve(6)").sees("6", ">")
	x.keys("C-c").sees("(To leave, press Ctrl-C again or Ctrl-D, or type .exit)", ">")
	x.typing("1").keys("C-c").keys("C-c").sees("(To leave, press Ctrl-C again or Ctrl-D, or type .exit)", ">")
	x.keys("C-c").shows("[exit 0]")
}

func TestLeave(t *testing.T) {
	open(t, nil, "repl").shows(">").keys("C-d").shows("[exit 0]")
	open(t, nil, "repl").shows(">").enter(".exit").shows("[exit 0]")
	open(t, nil, "repl").shows(">").enter("process.exit(7)").shows("[exit 7]")
	open(t, nil, "repl").shows(">").enter("setTimeout(() => process.exit(8), 50); await new Promise(() => {})").shows("[exit 8]")
	open(t, nil, "-i", "-e", "const left = 7").shows(">").enter("left").sees("7", ">").keys("C-d").shows("[exit 0]")
	open(t, nil).sees("mcpjs 0.1.0, .help for help", ">")
}

func TestCompletion(t *testing.T) {
	x := open(t, nil, "repl", "demo").sees(">")
	x.typing("demo.tools.or").keys("Tab").shows("> demo.tools.order")
	x.typing("({").keys("Tab").shows("item  ").shows("quantity  ").keys("Escape", "C-u")
	x.typing(`demo.callTool("tog`).keys("Tab").shows(`demo.callTool("toggle-special"`).keys("C-u")
	x.typing(`demo.getPrompt("describe", { item: "ba`).keys("Tab").shows(`{ item: "baguette"`).keys("C-u")
	x.typing(`demo.readResource("demo://bakery/recipes/foc`).keys("Tab").shows(`"demo://bakery/recipes/focaccia"`).keys("C-u")
	x.typing("JSON.str").keys("Tab").shows("> JSON.stringify").keys("C-u")
	x.typing(".hist").keys("Tab").shows("> .history").keys("C-u")
	x.enter("let runs = 0; const trap = { get danger() { runs++; return {} }, inner: { deep: 1 } }").sees(">")
	x.typing("trap.danger.").keys("Tab").keys("C-u").typing("trap.inner.d").keys("Tab").shows("> trap.inner.deep").keys("C-u")
	x.enter("runs").sees("0", ">")
	// The options after the arguments, and of a connection.
	x.typing("demo.tools.add({ a: 1 }, { thr").keys("Tab").shows("{ throwOnError:").keys("C-u")
	x.typing("demo.callTool('add', { a: 1 }, { timeout: 5, ").keys("Tab").shows("throwOnError            boolean").shows("maxTimeout              Duration").keys("Escape", "C-u")
	x.typing("mcp.connect('demo', { onElic").keys("Tab").shows("{ onElicitation:").keys("C-u")
	// Within what an argument consists of.
	x.enter(`const kitchen = mcp.server(); kitchen.tool("cook", { inputSchema: { type: "object", properties: { dishes: { type: "array", items: { type: "object",
properties: { dish: { type: "string" }, done: { enum: ["rare", "well"] }, with: { type: "array", items: { enum: ["salt", "pepper"] } } } } } } } }, () => ""); 0`).sees("0", ">")
	x.enter("const cook = await mcp.connect(kitchen)").sees(">")
	x.typing("cook.tools.cook({ dishes: [{ di").keys("Tab").shows("[{ dish:").typing("'x' }, { done: 'w").keys("Tab").shows("{ done: 'well'")
	x.typing(", with: ['salt', 'pe").keys("Tab").shows("['salt', 'pepper'").keys("C-u")
	// What all objects have comes last, and a literal has members.
	x.enter("const pet = { zebra: 1 }").sees(">").typing("pet.").keys("Tab").shows("> pet.\nzebra ").keys("Escape", "C-u")
	x.typing("'abc'.padS").keys("Tab").shows("'abc'.padStart").keys("C-u")
	// A hint for the tool that is being called.
	x.typing("await demo.tools.add(").sees("> await demo.tools.add(", "add({ a: number, b: number }) Adds two numbers")
}

func TestDotCommands(t *testing.T) {
	x := open(t, nil, "repl", "bakery=demo").sees(">")
	x.enter(".servers").shows("bakery  connected").sees(">")
	x.enter(".tools bakery bell").sees("tool  arguments  description", "bell             The sound of the door bell", ">")
	x.enter(".clear").sees(">")
	x.enter(".tool add").shows("await bakery.tools.add({ a: 1, b: 1 })").sees(">")
	x.enter(".prompts").shows("review-recipe  item").sees(">")
	x.enter(".nonsense").sees("there is no command .nonsense; .help lists them", ">")
	x.enter("const kept = 1").enter("kept + 1").sees("2", ">")
	x.enter(".save out.ts").shows("in out.ts").sees(">")
	saved, err := os.ReadFile(filepath.Join(x.dir, "out.ts"))
	if err != nil || !strings.Contains(string(saved), `const bakery = await mcp.connect("demo");`) || !strings.Contains(string(saved), "const kept = 1\nkept + 1\n") {
		t.Errorf("saved %q, %v", saved, err)
	}
	os.WriteFile(filepath.Join(x.dir, "in.ts"), []byte("const loaded: string = 'from a file'\n"), 0o600)
	x.enter(".load in.ts").enter("loaded").sees("'from a file'", ">")
	x.enter(".log bakery debug").sees("> .log bakery debug", ">")
	took := regexp.MustCompile(`\n2\n[\d.]+(µs|ms|s)\n>$`)
	x.enter(".time 1 + 1").until(took.MatchString, "how long it took")
}

// TestMore: what a table was cut by is there to see.
func TestMore(t *testing.T) {
	x := open(t, nil, "repl", "bakery=demo").sees(">")
	x.enter(".resources bakery").sees("… .more shows what was cut", ">").enter(".clear").sees(">")
	x.enter(".more").shows("  description  what is on the shelf; changes with order and restock").sees(">").enter(".clear").sees(">")
	x.enter("(await bakery.listResources()).slice(-1)").shows("changes with order and restock").sees(">").enter(".more").shows("  type         application/json")
}

func TestEditor(t *testing.T) {
	script := filepath.Join(t.TempDir(), "editor")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho editing\nread key\necho \"'edited with $key'\" > $1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	x := open(t, []string{"EDITOR=" + script}, "repl").shows(">")
	x.enter(".edit").shows("editing").enter("a key").sees("'edited with a key'", "'edited with a key'", ">")
	x.enter("1").sees("1", ">")
}

func TestForms(t *testing.T) {
	x := open(t, nil, "repl", "demo").sees(">")
	x.enter(`const r = await demo.callTool("book-table")`)
	x.shows("demo asks: Whom may we expect?").shows("Name (text, 1 to 60 characters)").enter("Ann")
	x.shows("E-mail (email, optional)").enter("nonsense").shows("this is no e-mail address").enter("")
	x.shows("Website (uri, optional)").enter("").shows("Day (date, optional)").enter("2026-13-01").shows("a date is written 2006-01-31").keys("C-d")
	x.sees("", ">").enter("r.text").shows("decline")
	x.enter("await demo.tools.askModel({ question: 'why?' })").shows("user: why?").shows("answer:").enter("because").shows("says: because").sees(">")
	x.enter("await demo.tools.payOnline()").shows("on the host bakery.example").enter("n").shows("decline").sees(">")
}

func TestProgress(t *testing.T) {
	x := open(t, nil, "repl", "demo").sees(">")
	x.enter("await demo.tools.countdown({ steps: 10, delayMs: 150 })").shows("█").shows("the bread is done").sees(">")
	if strings.Contains(x.screen(), "█") {
		t.Errorf("the bar is still there:\n%s", x.screen())
	}
	// That of a call which no input waits for goes too.
	x.enter("demo.tools.countdown({ steps: 3, delayMs: 10 }).then(() => console.log('ba' + 'ked')); 0").shows("baked")
	x.until(func(string) bool { return !strings.Contains(x.screen(), "█") }, "the bar gone")
}

// TestLateProgress: a server that goes on after Ctrl-C draws no bar.
func TestLateProgress(t *testing.T) {
	server := filepath.Join(t.TempDir(), "late.py")
	if err := os.WriteFile(server, []byte(`import sys, json
def send(m): print(json.dumps({"jsonrpc": "2.0", **m}), flush=True)
def progress(n): send({"method": "notifications/progress", "params": {"progressToken": token, "progress": n, "total": 4}})
for line in sys.stdin:
    m = json.loads(line)
    if m["method"] == "initialize":
        send({"id": m["id"], "result": {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}, "logging": {}}, "serverInfo": {"name": "late", "version": "1"}}})
    elif m["method"] == "tools/list":
        send({"id": m["id"], "result": {"tools": [{"name": "bake", "inputSchema": {"type": "object"}}]}})
    elif m["method"] == "tools/call":
        token = m["params"]["_meta"]["progressToken"]
        progress(1)
    elif m["method"] == "notifications/cancelled":
        progress(2)
        send({"method": "notifications/message", "params": {"level": "info", "data": "goes on"}})
    elif "id" in m:
        send({"id": m["id"], "error": {"code": -32601, "message": "no"}})
`), 0o600); err != nil {
		t.Fatal(err)
	}
	x := open(t, nil, "repl", "late="+server).shows("connected late").sees(">")
	x.enter("await late.tools.bake()").shows("█").keys("C-c").shows("Interrupted.").shows("goes on").sees(">")
	if strings.Contains(x.screen(), "█") {
		t.Errorf("there is a bar:\n%s", x.screen())
	}
}

func TestHistory(t *testing.T) {
	dir := t.TempDir()
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	x := openBinary(t, bin, dir, nil, "repl").shows(">")
	x.enter("'first'").sees(">").enter(" 'secret'").sees("'secret'", ">").enter("'second'").sees("'second'", ">")
	x.keys("C-d").shows("[exit 0]")
	file := filepath.Join(dir, "state", "mcpjs", "history")
	text, err := os.ReadFile(file)
	if err != nil || string(text) != "'first'\n'second'\n" {
		t.Errorf("the history is %q, %v", text, err)
	}
	if info, err := os.Stat(file); err == nil && info.Mode().Perm() != 0o600 {
		t.Errorf("the history's mode is %v", info.Mode())
	}
	x = openBinary(t, bin, dir, nil, "repl").shows(">")
	x.keys("Up").sees("> 'second'").keys("Up").sees("> 'first'").keys("Down", "Down").sees(">")
	x.keys("C-r").typing("fir").sees("(search `fir`): 'first'").keys("Enter").sees("'first'", ">")
}

func TestColors(t *testing.T) {
	x := open(t, nil, "repl").shows(">").typing("const a = '1'").shows("'1'")
	if c := x.colors(); !strings.Contains(c, "\x1b[35m") || !strings.Contains(c, "\x1b[32m'1'") {
		t.Errorf("not painted: %q", c)
	}
	x = open(t, []string{"NO_COLOR=1"}, "repl").shows(">").enter("({ a: '1' })").shows("{ a: '1' }")
	if c := x.colors(); strings.Contains(c, "\x1b[") {
		t.Errorf("painted all the same: %q", c)
	}
	x = open(t, []string{"TERM=dumb"}, "repl").shows(">").enter("const f = () => {").sees("...").enter("return 3 }").sees(">").enter("f()").sees("3", ">")
	x.keys("C-c").shows("(To leave").enter("f() + 1").sees("4", ">")
}

func TestUntrustedText(t *testing.T) {
	x := open(t, nil, "repl", "demo").sees(">")
	x.enter(`await demo.tools.echo({ message: "a\x1b[31mb\x07\u202e" })`).sees(`a\u001b[31mb\u0007\u202e`, ">")
}

// kill ends the process that was started with exactly these words.
func kill(t *testing.T, words ...string) {
	t.Helper()
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, f := range files {
		if line, err := os.ReadFile(f); err == nil && string(line) == strings.Join(words, "\x00")+"\x00" {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(f)))
			if p, err := os.FindProcess(pid); err == nil && p.Kill() == nil {
				return
			}
		}
	}
	t.Fatalf("there is no process %q", words)
}

func TestDeadServer(t *testing.T) {
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	x := open(t, nil, "repl", "bakery="+bin+" demo").shows("connected bakery").sees(">")
	x.enter("const kept = 5").sees(">")
	kill(t, bin, "demo")
	x.shows("(.reconnect bakery brings it back)")
	x.enter(".reconnect bakery").shows("connected bakery: mcpjs-demo").sees(">")
	x.enter("(await bakery.listTools()).length + kept").shows("23").sees(">")
}

// TestBackgroundQuestion: a server's question comes while a line is edited,
// and gives it back afterwards.
func TestBackgroundQuestion(t *testing.T) {
	x := open(t, nil, "repl", "demo").sees(">")
	x.enter("import { existsSync } from 'fs'").sees(">")
	x.enter("const tick = setInterval(() => { if (existsSync('go')) { clearInterval(tick); demo.tools.askModel({ question: 'why?' }).then(r => console.log(r.text)) } }, 10); 0").sees("0", ">")
	x.typing("half a li").sees("> half a li")
	if err := os.WriteFile(filepath.Join(x.dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	x.shows("answer:").typing("since").keys("Enter").shows("says: since").sees("> half a li")
	x.keys("C-u").typing("1").keys("Enter").sees("1", ">")
}

// TestSlowServer: completion answers although the server does not, and does so
// for the next Tab.
func TestSlowServer(t *testing.T) {
	dir := t.TempDir()
	server := filepath.Join(dir, "slow.py")
	log := filepath.Join(dir, "log")
	if err := os.WriteFile(server, []byte(`import sys, json, time
for line in sys.stdin:
    m = json.loads(line)
    open(`+strconv.Quote(log)+`, "a").write(line)
    if m["method"] == "initialize":
        r = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "slow", "version": "1"}}
    elif m["method"] == "tools/list":
        time.sleep(2)
        r = {"tools": [{"name": "crawl", "inputSchema": {"type": "object"}, "description": "goes \x1b[31mslowly"}]}
    elif m["method"].startswith("notifications/") or m["method"] == "tools/call":
        continue
    else:
        print(json.dumps({"jsonrpc": "2.0", "id": m["id"], "error": {"code": -32601, "message": "no"}}), flush=True)
        continue
    print(json.dumps({"jsonrpc": "2.0", "id": m["id"], "result": r}), flush=True)
`), 0o600); err != nil {
		t.Fatal(err)
	}
	x := open(t, nil, "repl", "slow="+server).shows("connected slow").sees(">")
	x.typing("slow.tools.").keys("Tab").typing("x").shows("> slow.tools.x").keys("BSpace")
	x.until(func(string) bool {
		x.keys("Tab")
		return strings.Contains(x.screen(), "slow.tools.crawl")
	}, "the tool's name")
	x.keys("C-u").enter(".tools").shows(`goes \u001b[31mslowly`).sees(">")
	// A call that Ctrl-C ends is cancelled at the server.
	x.enter("await slow.tools.crawl()")
	x.until(func(string) bool { text, _ := os.ReadFile(log); return strings.Contains(string(text), "tools/call") }, "the call")
	x.keys("C-c").shows("Interrupted.").sees(">")
	x.until(func(string) bool {
		text, _ := os.ReadFile(log)
		return strings.Contains(string(text), "notifications/cancelled")
	}, "the cancellation")
}

// TestPiped: lines from a pipe, without prompts, and the last error's code.
func TestPiped(t *testing.T) {
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		in, out, diagnostics string
		code                 int
		args                 []string
	}{
		{in: "1 + 1\nconst a = [\n1,\n2]\na.length\n", out: "2\n2\n"},
		{in: "setTimeout(() => console.log('late'), 20); 0", out: "0\nlate\n"},
		{in: "nope\n'goes on'\n", out: "'goes on'\n", diagnostics: "nope is not defined", code: 1},
		{in: "await mcp.connect('/nonexistent/server')\n", diagnostics: "ConnectionError", code: 3},
		{in: "function f() {\n", diagnostics: "Unexpected end of file", code: 1},
		{in: "(await demo.listTools()).length\n.tools demo bell\n", out: "18\ntool  arguments  description\nbell             The sound of the door bell\n", args: []string{"repl", "demo"}},
		{in: ".exit\n1\n", args: []string{"repl"}},
		{in: "\xff\x00\x1b[A\n1\n", out: "1\n", diagnostics: "ERROR", code: 1},
		{in: "1\n", args: []string{"repl", "x=demo", "x=demo"}, diagnostics: "two targets are named x", code: 2},
		{in: "", args: []string{"repl", "nothing-of-that-name"}, diagnostics: "ConnectionError", code: 3},
		{in: "left\n", args: []string{"-i", "-e", "const left: number = 3"}, out: "3\n"},
	} {
		cmd := exec.Command(bin, c.args...)
		cmd.Stdin = strings.NewReader(c.in)
		var out, diagnostics strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &diagnostics
		cmd.Run()
		if out.String() != c.out || cmd.ProcessState.ExitCode() != c.code || !strings.Contains(diagnostics.String(), c.diagnostics) || c.diagnostics == "" && diagnostics.String() != "" {
			t.Errorf("%q: gave %q, %q, code %d\nwant %q, %q, code %d", c.in, out.String(), diagnostics.String(), cmd.ProcessState.ExitCode(), c.out, c.diagnostics, c.code)
		}
	}
}
