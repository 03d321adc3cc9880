package scripts_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mcpjs/bindings/servertest"
)

// TestTraps runs scripts that would take all of a machine's memory, or never
// end, and whose native code nothing can interrupt: each ends with words of its
// own and without having had much more than its share.
func TestTraps(t *testing.T) {
	const share = 64 // MB
	// What one operation takes is seen from outside at once, from inside late.
	const most, mostAlone = 450, 2000
	const tooMuch = "the script used more than 64MB of memory; --max-heap=128MB would give it more"
	sandbox := []string{"run", "--sandbox", "--max-heap=64MB"}
	alone := []string{"run", "--max-heap=64MB"}
	for _, test := range []struct {
		name, script string
		flags        []string
		code         int
		stderr       string
	}{
		{"a string that grows", `let s = "x"; for (;;) s += s`, sandbox, 1, tooMuch},
		{"a string that grows, without a sandbox", `let s = "x"; for (;;) s += s`, alone, 1, tooMuch},
		{"arrays that grow", `const all = []; for (;;) all.push([1, 2, 3])`, alone, 1, tooMuch},
		{"an array that is filled", `new Array(2 ** 32 - 1).fill()`, sandbox, 1, tooMuch},
		{"a buffer of a terabyte", `new ArrayBuffer(2 ** 40)`, sandbox, 1, tooMuch},
		{"arguments without end", `Math.max.apply(null, { length: 2 ** 31 })`, sandbox, 1, tooMuch},
		{"a number without end", `1n << (2n ** 40n)`, sandbox, 1, tooMuch},
		{"awaits that allocate", `const all = []; for (;;) all.push(await new Promise((r) => r(new Array(1000).fill(1))))`, sandbox, 1, tooMuch},
		{"timers", `for (;;) setTimeout(() => {}, 1e9)`, sandbox, 1, tooMuch},
		{"nested code", `eval("(".repeat(1e6))`, sandbox, 1, "Error: the script "},
		{"a nested pattern", `new RegExp("(?=x)" + "(".repeat(1e6) + ")".repeat(1e6))`, sandbox, 1, "Error: the script "},
		{"nested JSON", `JSON.parse("[".repeat(1e6))`, sandbox, 1, "JSON nests deeper than 10000 levels"},
		{"nested data as JSON", `let o = []; for (let i = 0; i < 1e6; i++) o = [o]; JSON.stringify(o)`, sandbox, 1, tooMuch},
		{"bound without end", `let f = () => 1; for (let i = 0; i < 1e6; i++) f = f.bind(); f()`, sandbox, 1, tooMuch},
		{"recursion", `(function f() { f(); })()`, sandbox, 1, "Maximum call stack size exceeded"},
		{"a pattern that backtracks", `/^(a+)+$(?=x)/.test("a".repeat(60))`, append(sandbox, "--timeout=1s"), 124, "did not finish within 1s"},
		{"a loop", `for (;;);`, append(sandbox, "--timeout=1s"), 124, "did not finish within 1s"},
		{"a loop in finally", `for (;;) try { await 1; for (;;); } finally { continue; }`, append(sandbox, "--timeout=1s"), 124, "did not finish within 1s"},
		{"a string too long", `"x".repeat(2 ** 40)`, alone, 1, "RangeError: Invalid string length"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := mcpjs(t, append(test.flags, "-e", test.script)...)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			limit := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
			defer limit.Stop()
			_ = cmd.Run()
			if code := cmd.ProcessState.ExitCode(); code != test.code || !strings.Contains(stderr.String(), test.stderr) || strings.Contains(stderr.String(), "goroutine") {
				t.Errorf("exit code %d, %s; want %d, %s", code, stderr.String(), test.code, test.stderr)
			}
			// Of the process and of those that it waited for.
			if peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10; peak > most && test.flags[1] == "--sandbox" || peak > mostAlone {
				t.Errorf("it took %d MB of memory, of which %d are its share", peak, share)
			}
		})
	}
}

// TestGuard ends the two processes of a sandboxed script in the ways that users
// and systems do: finally blocks run, exit codes are as always, and nothing is
// left behind.
func TestGuard(t *testing.T) {
	if _, err := exec.LookPath("pgrep"); err != nil {
		t.Skip("needs pgrep, of the package procps")
	}
	rogue := servertest.Build(t, "rogue")
	for _, test := range []struct {
		name   string
		signal syscall.Signal
		child  bool // the signal goes to the script's process
		script string
		code   int
		stdout string
		stderr string
	}{
		{"interrupt", syscall.SIGINT, false, `await s.callTool("misbehave")`, 130, "finally\n", ""},
		{"terminate", syscall.SIGTERM, false, `await s.callTool("misbehave")`, 143, "finally\n", ""},
		{"hang up", syscall.SIGHUP, false, `await s.callTool("misbehave")`, 129, "finally\n", ""},
		{"interrupt the script", syscall.SIGINT, true, `await s.callTool("misbehave")`, 130, "finally\n", ""},
		{"kill", syscall.SIGKILL, false, `await s.callTool("misbehave")`, -1, "", ""},
		{"kill the script", syscall.SIGKILL, true, `await s.callTool("misbehave")`, 137, "", "was killed"},
		{"too much memory", 0, false, `new Array(2 ** 32 - 1).fill()`, 1, "", "used more than 64MB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			marker := fmt.Sprintf("-delay=%dms", 100000+time.Now().UnixNano()%1e6)
			script := fmt.Sprintf(`const s = await mcp.connect([%q, "-mode", "no-reply,grandchild", %q]);
console.error("ready");
try { %s } finally { console.log("finally") }`, rogue, marker, test.script)
			cmd := mcpjs(t, "--sandbox", "--max-heap=64MB", "--allow-server", "--allow-tool", "-e", script)
			var stdout bytes.Buffer
			cmd.Stdout = &stdout
			pipe, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { cmd.Process.Kill() })
			stderr := bufio.NewReader(pipe)
			if line, err := stderr.ReadString('\n'); line != "ready\n" {
				t.Fatalf("%q, %v", line, err)
			}
			group := strings.TrimSpace(pgrep("-f", "--", "^"+rogue+".* "+marker+"$"))
			inner := strings.TrimSpace(pgrep("-P", fmt.Sprint(cmd.Process.Pid)))
			if len(strings.Fields(pgrep("-g", group))) < 2 || len(strings.Fields(inner)) != 1 {
				t.Fatal("the script, the server and its child do not run")
			}
			pid := cmd.Process.Pid
			if test.child {
				fmt.Sscan(inner, &pid)
			}
			if test.signal != 0 {
				syscall.Kill(pid, test.signal)
			}
			said, _ := stderr.ReadString(0)
			cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != test.code || stdout.String() != test.stdout || !strings.Contains(said, test.stderr) {
				t.Errorf("exit code %d, stdout %q, stderr %q; want %d, %q, %q", code, stdout.String(), said, test.code, test.stdout, test.stderr)
			}
			gone := func(args ...string) {
				t.Helper()
				for deadline := time.Now().Add(30 * time.Second); pgrep(args...) != ""; time.Sleep(10 * time.Millisecond) {
					if time.Now().After(deadline) {
						t.Fatalf("this survives: %s", pgrep(append([]string{"-a"}, args...)...))
					}
				}
			}
			gone("-r", "R,S,D", "-g", group)
			gone("-r", "R,S,D", "-f", "--", "^"+plainBinary(t)+".* "+marker)
		})
	}
}

// plainBuilt is mcpjs without the race detector, which takes many times the
// memory, built once for all tests.
var plainBuilt = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mcpjs-plain-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "mcpjs")
	more = append(more, path)
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func plainBinary(t testing.TB) string {
	t.Helper()
	path, err := plainBuilt()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func mcpjs(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(plainBinary(t), args...)
	cmd.Dir = t.TempDir()
	return cmd
}

func pgrep(args ...string) string {
	out, _ := exec.Command("pgrep", args...).Output()
	return string(out)
}
