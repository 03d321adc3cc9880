//go:build linux

package scripts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// probe is a directory with a script that connects to the server of serve.
type probe struct {
	t       *testing.T
	dir     string
	journal string
	target  string // as it stands in the script
	seen    int
}

func newProbe(t *testing.T) *probe {
	p := &probe{t: t, dir: t.TempDir()}
	p.journal = filepath.Join(p.dir, "journal")
	p.target = fmt.Sprintf(`[%q, "serve", %q]`, os.Args[0], p.journal)
	return p
}

// script writes main.js: the server is s, made with options.
func (p *probe) script(options, code string) {
	write(p.t, p.dir, "main.js", fmt.Sprintf("const s = await mcp.connect(%s, %s);\n%s", p.target, options, code))
}

const sayPid = `console.log("pid", (await s.callTool("pid")).text);`

var pidLine = regexp.MustCompile(`pid (\d+)`)

func pid(t testing.TB, out string) string {
	t.Helper()
	m := pidLine.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("no pid in\n%s", out)
	}
	return m[1]
}

// sent gives what the server was sent since the last call.
func (p *probe) sent() []string {
	text, err := os.ReadFile(p.journal)
	if err != nil {
		p.t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	news := lines[p.seen:]
	p.seen = len(lines)
	return news
}

func TestWarmKeepsTheServerAndNothingElse(t *testing.T) {
	p := newProbe(t)
	p.script(`{ roots: ["/one"], onSampling: () => "old", onLog: m => console.log("old log") }`,
		sayPid+`await s.subscribe("a:1"); await s.callTool("log"); s.callTool("hang").catch(() => {}); await new Promise(() => setTimeout(() => {}, 1e6))`)
	w := watch(t, p.dir, "main.js")
	out := w.until(`old log\n`)
	first := pid(t, out)
	p.script(`{ roots: ["/two"], onSampling: () => "new", onLog: m => console.log("new log") }`,
		sayPid+`await s.callTool("log"); console.log((await s.callTool("ask")).text)`)
	out = w.ended(2)
	contains(t, out, "new log", `"text":"new"`)
	if strings.Contains(out, "old") || pid(t, out) != first {
		t.Errorf("the old run leaks, or its server does not last (%s):\n%s", first, out)
	}
	sent := p.sent()
	for _, want := range []string{"notifications/cancelled", "resources/unsubscribe a:1", "notifications/roots/list_changed"} {
		if !slices.Contains(sent, want) {
			t.Errorf("the server was not sent %q: %q", want, sent)
		}
	}
	// Two runs without the handler: other capabilities, another server.
	p.script(`{}`, sayPid)
	if third := pid(t, w.ended(3)); third == first {
		t.Error("the server was kept for other capabilities")
	}
	if alive(first) {
		t.Error("a server that the last run did not ask for is kept")
	}
}

func TestWarmRunsAlikeInEachRun(t *testing.T) {
	p := newProbe(t)
	p.script(`{}`, sayPid+`const u = await mcp.connect(`+p.target+`); console.log("pid", (await u.callTool("pid")).text);
await u.close(); await u.connect(); console.log("pid", (await u.callTool("pid")).text);
await s.close(); console.log("closed", s.isConnected()); // run `)
	w := watch(t, p.dir, "main.js")
	pids := func(run int) []string {
		out := w.ended(run)
		contains(t, out, "closed false")
		var all []string
		for _, m := range pidLine.FindAllStringSubmatch(out, -1) {
			all = append(all, m[1])
		}
		if len(all) != 3 || all[0] == all[1] || all[1] == all[2] || all[0] == all[2] {
			t.Fatalf("clients share servers: %q\n%s", all, out)
		}
		return all
	}
	one := pids(1)
	append1(t, p.dir, "main.js")
	two := pids(2)
	if one[0] != two[0] || one[2] != two[1] {
		t.Errorf("not kept: %q, then %q", one, two)
	}
}

func append1(t testing.TB, dir, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, name, string(text)+"1")
}

func TestWarmLogLevel(t *testing.T) {
	p := newProbe(t)
	p.script(`{ logLevel: "debug" }`, sayPid)
	w := watch(t, p.dir, "main.js")
	first := pid(t, w.ended(1))
	p.script(`{ logLevel: "error" }`, sayPid)
	if pid(t, w.ended(2)) != first {
		t.Error("another level, another server")
	}
	p.script(`{}`, sayPid)
	if pid(t, w.ended(3)) == first {
		t.Error("the level of an earlier run stays")
	}
}

func TestWarmServerThatDied(t *testing.T) {
	p := newProbe(t)
	p.script(`{}`, sayPid)
	w := watch(t, p.dir, "main.js")
	first := pid(t, w.ended(1))
	kill(t, first)
	write(t, p.dir, "main.js", fmt.Sprintf("const s = await mcp.connect(%s);%s // again", p.target, sayPid))
	if pid(t, w.ended(2)) == first {
		t.Error("the dead were asked")
	}
	p.script(`{}`, `s.callTool("die").catch(e => console.log(e.name)); await s.callTool("hang").catch(() => {});`)
	contains(t, w.ended(3), "ConnectionError")
	p.script(`{}`, sayPid)
	pid(t, w.ended(4))
}

// TestServersOwnFiles changes what the server was started from.
func TestServersOwnFiles(t *testing.T) {
	p := newProbe(t)
	write(t, p.dir, "server.sh", fmt.Sprintf("exec %s serve %s", os.Args[0], p.journal), "lib/a.txt", "")
	p.target = `["sh", "server.sh"]`
	p.script(`{}`, sayPid)
	w := watch(t, p.dir, "--restart-on", "lib/*.txt", "main.js")
	first := pid(t, w.ended(1))
	write(t, p.dir, "main.js", "const s = await mcp.connect("+p.target+");"+sayPid)
	if pid(t, w.ended(2)) != first {
		t.Fatal("not kept")
	}
	write(t, p.dir, "server.sh", fmt.Sprintf("# changed\nexec %s serve %s", os.Args[0], p.journal))
	out := w.ended(3)
	second := pid(t, out)
	if second == first {
		t.Error("the server is not started anew when its script changes")
	}
	contains(t, out, "run 3: server.sh changed, server restarted: sh server.sh")
	write(t, p.dir, "lib/a.txt", "changed")
	if pid(t, w.ended(4)) == second {
		t.Error("the server is not started anew for --restart-on")
	}
	write(t, p.dir, "server.sh", "exit 7")
	contains(t, w.ended(5), "ConnectionError", "failed")
	write(t, p.dir, "server.sh", fmt.Sprintf("exec %s serve %s", os.Args[0], p.journal))
	pid(t, w.ended(6))
}

func TestCold(t *testing.T) {
	p := newProbe(t)
	p.script(`{}`, sayPid)
	w := watch(t, p.dir, "--cold", "main.js")
	first := pid(t, w.ended(1))
	if alive(first) {
		t.Error("--cold keeps the server")
	}
	write(t, p.dir, "main.js", "const s = await mcp.connect("+p.target+");"+sayPid)
	if pid(t, w.ended(2)) == first {
		t.Error("kept")
	}
}

// TestNothingSurvives ends watching in each way.
func TestNothingSurvives(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGKILL} {
		p := newProbe(t)
		p.script(`{}`, sayPid)
		w := watch(t, p.dir, "main.js")
		server := pid(t, w.ended(1))
		if !alive(server) {
			t.Errorf("%v: the server is gone while it is kept", sig)
		}
		w.quit(sig)
		for end := time.Now().Add(patience); alive(server); {
			if time.Now().After(end) {
				t.Fatalf("%v: the server lives on", sig)
			}
		}
	}
}

// TestWarmSeveral keeps the servers behind one client, as long as all live.
func TestWarmSeveral(t *testing.T) {
	p := newProbe(t)
	server := fmt.Sprintf(`{ command: %q, args: ["serve", %q] }`, os.Args[0], p.journal)
	p.target = "{ mcpServers: { a: " + server + ", b: " + server + " } }"
	const both = `for (const name of ["a", "b"]) console.log("pid", (await s.callTool(name + "_pid")).text);`
	p.script(`{}`, both)
	w := watch(t, p.dir, "main.js")
	pids := func(run int) (a, b string) {
		t.Helper()
		all := pidLine.FindAllStringSubmatch(w.ended(run), -1)
		if len(all) != 2 || all[0][1] == all[1][1] {
			t.Fatalf("got %q", all)
		}
		return all[0][1], all[1][1]
	}
	a1, b1 := pids(1)
	p.script(`{}`, both+"// again")
	if a2, b2 := pids(2); a2 != a1 || b2 != b1 {
		t.Errorf("not kept: %s %s, then %s %s", a1, b1, a2, b2)
	}
	kill(t, a1)
	p.script(`{}`, both)
	if a3, _ := pids(3); a3 == a1 {
		t.Error("the dead were asked")
	}
}
