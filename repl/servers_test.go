package repl_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTrace: what goes over the wire is shown, of the servers that were asked
// for, cut and whole, without secrets.
func TestTrace(t *testing.T) {
	x := open(t, nil, "repl", "demo", "other=demo").shows("connected other").sees(">")
	x.enter(".trace demo").shows("tracing demo").sees(">").enter("await demo.tools.echo({ message: 'a\\x07b' })")
	x.shows("→ demo tools/call #").shows(`"name": "echo", "arguments": { "message": "a\u0007b" } }`).shows("← demo tools/call #").shows(`"type": "text"`).sees(`a\u0007b`, ">")
	x.enter(".clear").sees(">").enter("await other.tools.add({ a: 1, b: 2 })").sees("> await other.tools.add({ a: 1, b: 2 })", `{"sum":3}`, ">")
	x.enter("await demo.request('ping', { token: 'hidden', note: 'Bearer abcdefgh12' }).catch(() => 0); 0").shows(`"token": "***"`).shows(`"Bearer ***"`).sees("0", ">")
	if s := x.screen(); strings.Contains(s, `"hidden"`) && !strings.Contains(s, "'hidden'") {
		t.Errorf("a secret is shown:\n%s", s)
	}
	x.enter(".more").shows("io.modelcontextprotocol/").sees(">")
	x.enter(".trace off").sees("tracing is off", ">").enter(".clear").sees(">").enter("await demo.tools.add({ a: 3, b: 2 })").sees("> await demo.tools.add({ a: 3, b: 2 })", `{"sum":5}`, ">")
	x.enter(".trace nowhere").sees(".trace: there is no server nowhere; there are demo, other", ">")
	y := open(t, nil, "repl", "--trace", "demo")
	y.shows("← demo tools/list #").sees(">")
}

// TestMeant: errors say what was probably meant.
func TestMeant(t *testing.T) {
	x := open(t, nil, "repl", "demo").sees(">")
	x.enter("demo.calTool('x')").shows("calTool is not a function").sees("(did you mean demo.callTool?)", ">")
	x.enter("consol.log(1)").shows("consol is not defined").sees("(did you mean console?)", ">")
	x.enter(".tols").sees("there is no command .tols; did you mean .tools?; .help lists them", ">")
	x.enter(".tool ad").sees(`.tool: there is no tool "ad"; did you mean "add"?`, ">")
	x.enter("const fixed = 1").sees(">").enter("fixed = 2").shows("TypeError: Assignment to constant variable 'fixed'").sees(">")
	x.enter("const fixed = 3; fixed").sees("3", ">")
	x.enter("demo.tools.add({ a: 1, b: 1 })").shows("await it for its result").sees(">")
}

// TestServersTalk: logs are shown under the variable's name, lists that change
// are completed anew, images shown by size and type, roots told where asked.
func TestServersTalk(t *testing.T) {
	x := open(t, nil, "repl", "--root", "/srv", "bakery=demo").shows("connected bakery").sees(">")
	x.enter(".log bakery debug").sees("> .log bakery debug", ">")
	x.enter("await bakery.tools.log({ message: 'hot' })").shows("[bakery bakery] warning: hot").sees(">")
	x.enter("await bakery.tools.picture()").shows("[image image/png, 297 B]").sees(">")
	x.enter("await bakery.tools.listRoots()").shows("/srv").sees(">")
	x.enter("await bakery.tools.toggleSpecial({ on: true })").shows("is there now").sees(">")
	x.until(func(screen string) bool {
		x.keys("C-u").typing("bakery.tools.todays").keys("Tab")
		return strings.Contains(screen, "bakery.tools.todaysSpecial")
	}, "the new tool")
	x.keys("C-u").enter(".resources menu").shows("demo://").sees(">")
	x.enter(".history toggle").shows("toggleSpecial").sees(">")
}

// TestUnreached: a server that isn't there at the start can be connected to
// later, and one whose process can't be started says why.
func TestUnreached(t *testing.T) {
	dir := t.TempDir()
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	server := filepath.Join(dir, "late")
	x := openBinary(t, bin, dir, nil, "repl", "late="+server).shows("ConnectionError").sees("(.reconnect late tries again)", ">")
	if err := os.WriteFile(server, []byte("#!/bin/sh\nexec "+bin+" demo\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	x.enter(".reconnect").shows("connected late: mcpjs-demo").sees(">").enter("(await late.listTools()).length").sees("18", ">")
	x.enter(".reconnect late").sees("connected late: mcpjs-demo 1.0.0, MCP 2026-07-28, stdio", ">").enter("late.isConnected()").sees("true", ">")
}
