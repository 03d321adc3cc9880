//go:build linux

package scripts_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestWarmEras hands a session from run to run in both eras of the protocol,
// over stdio and HTTP: the session lasts, and what the old run asked for ends.
func TestWarmEras(t *testing.T) {
	for _, era := range []string{"2025-11-25", "2026-07-28"} {
		for _, over := range []string{"stdio", "http"} {
			t.Run(era+"/"+over, func(t *testing.T) { warmEra(t, era, over) })
		}
	}
}

func warmEra(t *testing.T, era, over string) {
	dir := t.TempDir()
	target := fmt.Sprintf(`["sh", "-c", "tee -a journal | %s demo"]`, binary(t))
	if over == "http" {
		target = fmt.Sprintf("%q", serveDemo(t))
	}
	script := func(who, body string) string {
		return fmt.Sprintf(`const s = await mcp.connect(%s, { protocolVersion: %q, roots: ["/%[3]s"], logLevel: "debug",
	onSampling: () => "%[3]s", onLog: () => say("log"), onProgress: () => say("progress"),
	onToolsChanged: () => say("tools"), onResourceUpdated: () => say("updated") });
const left = new Set(["log", "progress", "tools", "updated", "subscriber"]);
let all; const heard = new Promise(r => all = r);
function say(what) { if (left.delete(what)) console.log("%[3]s " + what); if (left.size === 0) all() }
await s.subscribe("demo://bakery/stock", () => say("subscriber"));
console.log("%[3]s is", s.sessionId ?? "local");
%[4]s`, target, era, who, body)
	}
	const everything = `
const stir = async () => {
	await s.tools.restock({ item: "rye", quantity: 1 }); await s.tools.log(); await s.tools.countdown({ steps: 1, delayMs: 1 });
	await s.tools.toggleSpecial({ on: true }); await s.tools.toggleSpecial({ on: false });
};
await stir(); await heard; console.log((await s.tools.askModel({ question: "who" })).text, "answers");`
	write(t, dir, "main.js", script("old", everything+`
s.tools.countdown({ steps: 1000, delayMs: 60000 }).catch(() => {}); console.log("begun"); await new Promise(r => setTimeout(r, 1e6))`))
	w := watch(t, dir, "main.js")
	first := w.until(`begun\n`)
	contains(t, first, "old log", "old progress", "old tools", "old updated", "old subscriber", "old answers")
	write(t, dir, "main.js", script("new", everything))
	w.until(`run 1 aborted`)
	second := w.until(`new answers\n`) // it goes on: it has subscribed
	contains(t, second, "new log", "new progress", "new tools", "new updated", "new subscriber", "new answers")
	lacks(t, second, "old")
	write(t, dir, "main.js", fmt.Sprintf(`const s = await mcp.connect(%s, { protocolVersion: %q, roots: ["/x"], logLevel: "debug", onSampling: () => "x" });`, target, era)+
		`await s.tools.restock({ item: "rye", quantity: 1 }); await s.tools.log(); console.log("still", s.sessionId ?? "local")`)
	third := w.ended(3)
	lacks(t, third, "old ", "new ")
	id := regexp.MustCompile(`(?:is|still) (\S+)`)
	ids := []string{id.FindStringSubmatch(first)[1], id.FindStringSubmatch(second)[1], id.FindStringSubmatch(third)[1]}
	if len(slices.Compact(ids)) != 1 {
		t.Errorf("the sessions are %q", ids)
	}
	if over == "http" {
		return
	}
	wire := read(t, filepath.Join(dir, "journal"))
	opening, gone := `"method":"initialize"`, `"method":"resources/unsubscribe"`
	if era == "2026-07-28" {
		opening, gone = `"id":1,"method":"server/discover"`, `"reason":"no longer wanted"`
	}
	if n := strings.Count(wire, opening); n != 1 {
		t.Errorf("%d servers were started", n)
	}
	if strings.Count(wire, gone) < 2 {
		t.Errorf("the subscriptions of two runs were not taken back:\n%s", wire)
	}
	if !strings.Contains(wire, `"reason":"cancelled by the client"`) {
		t.Errorf("the call in flight was not cancelled:\n%s", wire)
	}
}

// serveDemo serves the demo over HTTP and gives its address.
func serveDemo(t testing.TB) string {
	t.Helper()
	cmd := exec.Command(binary(t), "demo", "--http", "127.0.0.1:0")
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	buf := make([]byte, 4096)
	n, _ := out.Read(buf)
	at := regexp.MustCompile(`http://\S+/mcp`).Find(buf[:n])
	if at == nil {
		t.Fatalf("the demo says %q", buf[:n])
	}
	return string(at)
}
