//go:build linux

package scripts_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSaves saves a module in all the ways that editors and tools do.
func TestSaves(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "main.ts", `import { x } from "./lib/x"; console.log("x is", x);`, "lib/x.ts", "export const x = 0")
	command(t, dir, "git", "init", "-q")
	command(t, dir, "git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "--allow-empty", "-m", "empty")
	command(t, dir, "git", "add", ".")
	command(t, dir, "git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "zero")
	lib := filepath.Join(dir, "lib")
	file := filepath.Join(lib, "x.ts")
	content := func(n int) []byte { return fmt.Appendf(nil, "export const x = %d", n) }
	must := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	rename := func(n int) {
		must(os.WriteFile(file+".tmp", content(n), 0o644), os.Rename(file+".tmp", file))
	}
	saves := []struct {
		name string
		save func(n int)
	}{
		{"truncate and write", func(n int) { must(os.WriteFile(file, content(n), 0o644)) }},
		{"a temporary file renamed", rename},
		{"write after the rename", func(n int) { must(os.WriteFile(file, content(n), 0o644)) }},
		{"backup by rename", func(n int) {
			must(os.Rename(file, file+"~"), os.WriteFile(file, content(n), 0o644), os.Remove(file+"~"))
		}},
		{"sed -i", func(n int) { command(t, dir, "sed", "-i", fmt.Sprintf("s/= .*/= %d/", n), file) }},
		{"in two writes", func(n int) {
			f, err := os.Create(file)
			must(err)
			f.WriteString("export const ")
			f.Sync()
			fmt.Fprintf(f, "x = %d", n)
			must(f.Close())
		}},
		{"delete and create", func(n int) { must(os.Remove(file), os.WriteFile(file, content(n), 0o644)) }},
		{"the directory replaced", func(n int) {
			must(os.Mkdir(lib+"2", 0o755), os.WriteFile(filepath.Join(lib+"2", "x.ts"), content(n), 0o644),
				os.Rename(lib, lib+"1"), os.Rename(lib+"2", lib), os.RemoveAll(lib+"1"))
		}},
		{"write after that", func(n int) { must(os.WriteFile(file, content(n), 0o644)) }},
		{"the directory deleted and made", func(n int) {
			must(os.RemoveAll(lib), os.Mkdir(lib, 0o755), os.WriteFile(file, content(n), 0o644))
		}},
		{"rename after that", rename},
		{"a link in its place", func(n int) {
			real := filepath.Join(dir, "real.ts")
			must(os.WriteFile(real, content(n), 0o644), os.Remove(file), os.Symlink(real, file))
		}},
		{"the link's target", func(n int) { must(os.WriteFile(filepath.Join(dir, "real.ts"), content(n), 0o644)) }},
		{"a file in place of the link", rename},
	}
	w := watch(t, dir, "main.ts")
	contains(t, w.ended(1), "x is 0")
	for i, s := range saves {
		t.Run(strings.ReplaceAll(s.name, " ", "_"), func(t *testing.T) {
			w.t = t
			s.save(i + 1)
			contains(t, w.settled(fmt.Sprintf("x is %d", i+1)), "changed")
		})
	}
	w.t = t
	t.Run("git_checkout", func(t *testing.T) {
		w.t = t
		command(t, dir, "git", "checkout", "-q", ".")
		w.settled("x is 0")
	})
	w.t = t
	if code := w.quit(syscall.SIGTERM); code != 143 {
		t.Errorf("exit code %d", code)
	}
}

// TestVim saves with the real editor, in a terminal of tmux's.
func TestVim(t *testing.T) {
	for _, tool := range []string{"vim", "tmux"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	dir := t.TempDir()
	write(t, dir, "main.js", `console.log("first")`)
	w := watch(t, dir, "main.js")
	contains(t, w.ended(1), "first")
	for i, options := range []string{"set backupcopy=no", "set backupcopy=yes", "set backup writebackup", "set nobackup nowritebackup"} {
		socket := filepath.Join(dir, fmt.Sprintf("tmux%d", i))
		script := fmt.Sprintf("vim -N -u NONE -c '%s' -c '%%s/\".*\"/\"vim %d\"/' -c wq main.js", options, i)
		command(t, dir, "tmux", "-S", socket, "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", script)
		w.settled(fmt.Sprintf("vim %d", i))
	}
}

// TestDependencies changes what is not a module that the script names.
func TestDependencies(t *testing.T) {
	dir := t.TempDir()
	write(t, dir,
		"main.ts", `import data from "./data.json"; import { v } from "@lib/v"; import p from "pkg"; console.log(data.n, v, p);`,
		"data.json", `{"n":1}`, "a/v.ts", `export const v = "a"`, "b/v.ts", `export const v = "b"`,
		"base.json", `{"compilerOptions":{"paths":{"@lib/*":["./a/*"]}}}`,
		"tsconfig.json", `{"extends":["shared/strict.json", "./base.json"]}`, "node_modules/shared/strict.json", `{}`,
		"node_modules/pkg/package.json", `{"name":"pkg","main":"one.js"}`,
		"node_modules/pkg/one.js", `module.exports = "one"`, "node_modules/pkg/two.js", `module.exports = "two"`,
	)
	w := watch(t, dir, "--watch-path", "prompts/**/*.md", "main.ts")
	contains(t, w.ended(1), "1 a one")
	steps := []struct{ file, content, want string }{
		{"data.json", `{"n":2}`, "2 a one"},
		{"base.json", `{"compilerOptions":{"paths":{"@lib/*":["./b/*"]}}}`, "2 b one"},
		{"node_modules/pkg/package.json", `{"name":"pkg","main":"two.js"}`, "2 b two"},
		{"node_modules/shared/strict.json", `{"compilerOptions":{"strict":true}}`, "2 b two"},
		{".env", "A=1", "2 b two"},
		{"prompts/deep/er/x.md", "new", "2 b two"},
		{"prompts/deep/er/x.md", "changed", "2 b two"},
		{"main.ts", `import "./new"; console.log("main")`, `Could not resolve "./new"`},
		{"new.ts", `import y from "other"; console.log("new", y)`, `Could not resolve "other"`},
		{"node_modules/other/index.js", `module.exports = "installed"`, "new installed\nmain"},
		{"new.ts", `console.log("new again")`, "new again\nmain"},
		{"main.ts", `console.log("broken"`, "ERROR"},
		{"main.ts", `console.log("mended")`, "mended"},
		{"main.ts", `const name = "./computed.js"; await import(name)`, "computed.js"},
		{"computed.js", `console.log("found")`, "found"},
		{"computed.js", `console.log("found again")`, "found again"},
	}
	for i, s := range steps {
		write(t, dir, s.file, s.content)
		out := w.ended(i + 2)
		contains(t, out, s.want, "run "+fmt.Sprint(i+2)+": "+s.file)
	}
}

// TestNothingChanged does to files what is no change, and then one that is.
func TestNothingChanged(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "main.js", `console.log("ran")`, "other.txt", "")
	w := watch(t, dir, "main.js")
	w.ended(1)
	now := time.Now()
	file := filepath.Join(dir, "main.js")
	os.Chtimes(file, now, now)
	os.Chmod(file, 0o600)
	write(t, dir, "main.js", `console.log("ran")`, "other.txt", "changed", "new.txt", "new")
	os.Remove(filepath.Join(dir, "new.txt"))
	os.WriteFile(file+".tmp", []byte(`console.log("ran")`), 0o644)
	os.Rename(file+".tmp", file)
	time.AfterFunc(4*50*time.Millisecond, func() { write(t, dir, "main.js", `console.log("changed")`) })
	contains(t, w.ended(2), "changed\n")
}

// TestMissingScript begins before there is a script, and goes on without.
func TestMissingScript(t *testing.T) {
	dir := t.TempDir()
	w := watch(t, dir, "sub/main.js")
	contains(t, w.ended(1), "there is no file", "failed")
	write(t, dir, "sub/main.js", `console.log("here")`)
	contains(t, w.ended(2), "here\n")
	os.RemoveAll(filepath.Join(dir, "sub"))
	contains(t, w.ended(3), "there is no file")
	write(t, dir, "sub/main.js", `console.log("back")`)
	contains(t, w.ended(4), "back\n")
}

// TestManySaves makes one run of a hundred saves in a second.
func TestManySaves(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "main.js", `console.log("save 0")`)
	w := watch(t, dir, "main.js")
	w.ended(1)
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for try := 1; ; try++ {
		for i := range 100 {
			<-ticker.C
			write(t, dir, "main.js", fmt.Sprintf(`console.log("save %d")`, 100*try+i))
		}
		out := w.settled(fmt.Sprintf("save %d", 100*try+99))
		runs := strings.Count(out, "main.js changed\n")
		if runs == 1 {
			return
		}
		t.Logf("%d runs: this machine paused", runs)
		if try == 20 {
			t.Fatalf("many saves never made one run")
		}
	}
}

// TestSaveDuringRun aborts the run, lets it clean up, and mixes no output.
func TestSaveDuringRun(t *testing.T) {
	dir := t.TempDir()
	journal := filepath.Join(dir, "journal")
	script := func(tag string) string {
		return fmt.Sprintf(`const s = await mcp.connect([%q, "serve", %q]);
console.log("begin %[3]s");
setInterval(() => console.log("tick %[3]s"), 5);
try { await s.callTool("hang") } finally { await s.callTool("pid"); console.log("finally %[3]s") }`, os.Args[0], journal, tag)
	}
	write(t, dir, "main.js", script("one"))
	w := watch(t, dir, "main.js")
	w.until("begin one\n(tick one\n)+")
	write(t, dir, "main.js", script("two"))
	contains(t, w.until(`run 1 aborted[^\n]*\n`), "finally one")
	if rest := w.until("begin two\n(tick two\n)+"); strings.Contains(rest, "one") {
		t.Errorf("the first run goes on:\n%s", rest)
	}
	if code := w.quit(os.Interrupt); code != 130 {
		t.Errorf("exit code %d", code)
	}
	w.until("finally two")
	notes, _ := os.ReadFile(journal)
	if n := strings.Count(string(notes), "notifications/cancelled"); n != 2 {
		t.Errorf("%d calls cancelled at the server:\n%s", n, notes)
	}
	if n := strings.Count(string(notes), "started"); n != 1 {
		t.Errorf("%d servers started", n)
	}
}

// TestFinally aborts scripts that wait in the ways that scripts do.
func TestFinally(t *testing.T) {
	dir := t.TempDir()
	const script = `import { setTimeout as later } from "timers/promises"; import { sleep } from "mcpjs";
const s = await mcp.connect("demo");
await s.subscribe("demo://bakery/stock", () => {});
const ways = { timer: () => new Promise(r => setTimeout(r, 1e6)), later: () => later(1e6), sleep: () => sleep(1e6),
	call: () => s.tools.countdown({ steps: 100, delayMs: 6e4 }), fetch: () => fetch("%s"), slow: () => s.tools.slow({ ms: 1e6 }) };
const all = Object.entries(ways).map(async ([name, wait]) => { try { await wait() } finally { console.log("finally " + name) } });
console.log("begun"); await Promise.all(all)`
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	write(t, dir, "main.js", fmt.Sprintf(script, "http://"+silent.Addr().String()))
	w := watch(t, dir, "main.js")
	w.until("begun\n")
	write(t, dir, "main.js", `console.log("over")`)
	out := w.ended(2)
	contains(t, out, "finally timer", "finally later", "finally sleep", "finally call", "finally fetch", "finally slow", "over")
}

// TestStubborn ends a run that computes forever.
func TestStubborn(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "main.js", `console.log("busy"); for (;;);`)
	w := watch(t, dir, "main.js")
	w.until("busy\n")
	write(t, dir, "main.js", `console.log("free")`)
	contains(t, w.ended(2), "run 1 aborted", "free")
}

func TestRunWatch(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "main.js", `console.log("one")`)
	r, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary(t), "run", "--watch", "--timeout", "100ms", "main.js")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	w := begin(t, cmd, r, out)
	contains(t, w.ended(1), "one\n")
	write(t, dir, "main.js", `await new Promise(() => setTimeout(() => {}, 1e6))`)
	contains(t, w.ended(2), "did not finish within 100ms", "run 2 timed out")
}

func TestWrongUse(t *testing.T) {
	for args, want := range map[string]string{
		"":                        "which script?",
		"-":                       "can't be watched",
		"-e 1":                    "can't be watched",
		"--clear --no-clear a.js": "clear no-clear",
		"--watch-path [a a.js":    "the [ has no ]",
		"--restart-on {a a.js":    "the { has no }",
		"--color sometimes a.js":  "sometimes",
		"--timeout 1parsec a.js":  "--timeout",
		"--nonsense a.js":         "--nonsense",
	} {
		cmd := exec.Command(binary(t), append([]string{"watch"}, strings.Fields(args)...)...)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != 2 || !strings.Contains(string(out), want) {
			t.Errorf("watch %s: exit code %d, %s", args, code, out)
		}
	}
}
