package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"mcpjs/bindings"
	"mcpjs/bindings/servertest"
	"mcpjs/engine"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mcpjs": main})
}

// TestScripts runs the command lines in scripts/testdata.
func TestScripts(t *testing.T) {
	rogue, fast := servertest.Build(t, "rogue"), servertest.Build(t, "fastserver")
	testscript.Run(t, testscript.Params{
		Dir: "scripts/testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("ROGUE", rogue)
			e.Setenv("FAST", fast)
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":   exitStatus,
			"cmptimes": compareTimes,
		},
	})
}

// exitStatus runs mcpjs and wants an exit code: status 13 run a.js
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE ARG...")
	}
	err := ts.Exec("mcpjs", args[1:]...)
	got := 0
	if err != nil {
		var exit *exec.ExitError
		if e, ok := err.(*exec.ExitError); ok {
			exit = e
			got = exit.ExitCode()
		} else {
			ts.Fatalf("%v", err)
		}
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// duration is one that test reports give.
var duration = regexp.MustCompile(`(\(|duration_ms: |time=)\d[\d.]*(m?s)?`)

// compareTimes compares files but for durations: cmptimes stdout FILE
func compareTimes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cmptimes FILE FILE")
	}
	got, want := duration.ReplaceAllString(ts.ReadFile(args[0]), "${1}T"), duration.ReplaceAllString(ts.ReadFile(args[1]), "${1}T")
	if got != want {
		ts.Fatalf("%s is\n%s\nand not, as in %s,\n%s", args[0], got, args[1], want)
	}
}

// mcpjs runs the binary under test as a process of its own.
func mcpjs(t testing.TB, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(binary(t), args...)
	cmd.Dir = dir
	return cmd
}

// binary builds mcpjs once.
func binary(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestExamples runs every example that prints the same each time: a .txt beside
// it is what it prints.
func TestExamples(t *testing.T) {
	files, _ := filepath.Glob("scripts/examples/*.txt")
	if len(files) < 8 {
		t.Fatalf("there are only %d", len(files))
	}
	for _, golden := range files {
		file := strings.TrimSuffix(golden, ".txt") + ".ts"
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			cmd := mcpjs(t, "", "run", file)
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Run(); err != nil {
				t.Fatalf("%v\n%s%s", err, stdout.String(), stderr.String())
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got := stdout.String(); got != string(want) {
				t.Errorf("%s prints\n%s\nand not, as %s says,\n%s", file, got, golden, want)
			}
			if stderr.Len() > 0 {
				t.Errorf("%s says on stderr\n%s", file, stderr.String())
			}
		})
	}
}

// TestExampleLines holds the short examples to the lines of code that they may
// have beyond their imports.
func TestExampleLines(t *testing.T) {
	for name, limit := range map[string]int{"connect": 3, "chain": 4, "sampling": 2, "progress": 2, "elicitation": 2, "fanout": 3, "retry": 2} {
		text, err := os.ReadFile("scripts/examples/" + name + ".ts")
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for line := range strings.Lines(string(text)) {
			if len(strings.TrimRight(line, "\n")) > 110 || strings.Count(line, ";") > 1 {
				t.Errorf("%s.ts: too much in a line: %s", name, line)
			}
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") && !strings.HasPrefix(line, "import ") {
				lines++
			}
		}
		if lines > limit {
			t.Errorf("%s.ts has %d lines of code, more than %d", name, lines, limit)
		}
	}
}

// snippet is a fenced block of the README.
var snippet = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```")

// TestReadme runs every snippet of the README: the commands that begin with
// mcpjs or with "go run .", and the scripts. A "text" block that follows one is
// what it prints.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := snippet.FindAllStringSubmatch(string(readme), -1)
	if len(blocks) < 5 {
		t.Fatalf("found %d snippets", len(blocks))
	}
	root, _ := os.Getwd()
	path := filepath.Dir(binary(t)) + string(os.PathListSeparator) + os.Getenv("PATH")
	for i := 0; i < len(blocks); i++ {
		lang, code := blocks[i][1], blocks[i][2]
		var cmd *exec.Cmd
		switch lang {
		case "js", "ts":
			dir := t.TempDir()
			os.WriteFile(filepath.Join(dir, "snippet."+lang), []byte(code), 0o644)
			cmd = mcpjs(t, dir, "run", "--timeout", "60s", "snippet."+lang)
		case "sh":
			if strings.Contains(code, "go test") || strings.Contains(code, "go build") || strings.Contains(code, "go install") || strings.Contains(code, "git clone") || strings.Contains(code, "go run ./") {
				continue // what runs this test, and what takes minutes
			}
			cmd = exec.Command("sh", "-e", "-c", strings.ReplaceAll(code, "go run . ", "mcpjs "))
			cmd.Dir = root
		case "console": // a session of the REPL: what is typed, and what it answers
			typed, want := "", ""
			lines := strings.Split(strings.TrimSpace(code), "\n")
			for _, line := range lines[1:] {
				if text, ok := strings.CutPrefix(line, "> "); ok {
					typed += text + "\n"
				} else {
					want += line + "\n"
				}
			}
			cmd = mcpjs(t, root, strings.Fields(lines[0])[2:]...)
			cmd.Stdin = strings.NewReader(typed)
			blocks = slices.Insert(blocks, i+1, []string{"", "text", want})
		default:
			continue
		}
		cmd.Env = append(os.Environ(), "PATH="+path, "NO_COLOR=1", "HOME="+t.TempDir())
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil && !strings.Contains(code, "throws") {
			t.Errorf("%v\n%s\n%s", err, code, out.String())
			continue
		}
		if i+1 < len(blocks) && blocks[i+1][1] == "text" {
			want := blocks[i+1][2]
			if got := out.String(); !matches(got, want) {
				t.Errorf("%s\nprints\n%s\nand not, as the README says,\n%s", code, got, want)
			}
		}
	}
}

// matches compares output with what is documented, in which a line of "…"
// stands for any lines.
func matches(got, want string) bool {
	var expr strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(want), "\n") {
		if strings.TrimSpace(line) == "…" {
			expr.WriteString("(?s:.*\n)??")
			continue
		}
		expr.WriteString(regexp.QuoteMeta(strings.TrimRight(line, " ")) + " *\n")
	}
	return regexp.MustCompile(`^\s*` + expr.String() + `\s*$`).MatchString(strings.TrimSpace(got) + "\n")
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		got, want string
		ok        bool
	}{
		{"a\nb\n", "a\nb", true}, {"a\nb", "a\nc", false}, {"a\nx\ny\nb", "a\n…\nb", true}, {"a\nb", "a\n…\nb", true}, {"a\nx\nb", "a\nb", false},
	} {
		if matches(c.got, c.want) != c.ok {
			t.Errorf("%q, %q: want %v", c.got, c.want, c.ok)
		}
	}
}

// TestImports holds the packages to the directions that imports may take, and
// third-party modules to the one package that may import each.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	only := map[string][]string{ // a module and who may import it
		"github.com/dop251/goja":        {"mcpjs/engine", "mcpjs/stdlib"}, // stdlib: goja_nodejs
		"github.com/evanw/esbuild":      {"mcpjs/engine"},
		"github.com/chzyer/readline":    {"mcpjs/repl"},
		"github.com/fsnotify/fsnotify":  {"mcpjs/scripts"},
		"github.com/mark3labs/mcp-go":   {"mcpjs/bindings/"},
		"github.com/spf13/cobra":        {"mcpjs"},
		"github.com/goccy/go-yaml":      {"mcpjs/stdlib", "mcpjs/bindings"},
		"github.com/bmatcuk/doublestar": {"mcpjs/stdlib", "mcpjs/scripts"},
	}
	layer := func(path string) string {
		switch rest, _ := strings.CutPrefix(path, "mcpjs/"); {
		case path == "mcpjs":
			return "main"
		default:
			first, _, _ := strings.Cut(rest, "/")
			return first
		}
	}
	d := json.NewDecoder(bytes.NewReader(out))
	seen := 0
	for d.More() {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		seen++
		if strings.HasPrefix(p.ImportPath, "mcpjs/bindings/servertest") {
			continue // tests
		}
		from := layer(p.ImportPath)
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, "mcpjs") {
				to := layer(imported)
				if from != "main" && to != from && to != "engine" {
					t.Errorf("%s imports %s", p.ImportPath, imported)
				}
				if imported == "mcpjs/engine" && strings.HasPrefix(p.ImportPath, "mcpjs/bindings/") {
					t.Errorf("%s imports %s: it is plain Go", p.ImportPath, imported)
				}
				continue
			}
			for module, who := range only {
				if !strings.HasPrefix(imported, module) {
					continue
				}
				if !slices.ContainsFunc(who, func(w string) bool { return strings.HasPrefix(p.ImportPath, w) }) {
					t.Errorf("%s imports %s", p.ImportPath, imported)
				}
			}
		}
	}
	if seen < 8 {
		t.Fatalf("go list gave %d packages", seen)
	}
}

// TestTypes: every module that can be imported is declared. That every name in
// them is, and the other way round, .ci/steps/50-types sees to.
func TestTypes(t *testing.T) {
	all := modules(bindings.Options{})
	var types strings.Builder
	for _, m := range all {
		types.WriteString(m.Types + "\n")
	}
	names := engine.ModuleNames(all)
	if len(names) < 40 {
		t.Fatalf("only %d modules", len(names))
	}
	for _, name := range names {
		if !strings.Contains(types.String(), fmt.Sprintf("declare module %q {", name)) {
			t.Errorf("the module %q has no declaration", name)
		}
	}
}

// TestSignals ends running scripts in the ways that users and systems do, and
// sees to it that no server survives.
func TestSignals(t *testing.T) {
	if _, err := exec.LookPath("pgrep"); err != nil {
		t.Skip("needs pgrep, of the package procps")
	}
	rogue := servertest.Build(t, "rogue")
	for _, test := range []struct {
		name   string
		signal syscall.Signal
		script string
		code   int
		stdout string
	}{
		{"interrupt", syscall.SIGINT, `await s.callTool("misbehave")`, 130, "finally\n"},
		{"terminate", syscall.SIGTERM, `await s.callTool("misbehave")`, 143, "finally\n"},
		{"hang up", syscall.SIGHUP, `await s.callTool("misbehave")`, 129, "finally\n"},
		{"busy", syscall.SIGINT, `for (;;);`, 130, ""},
		{"kill", syscall.SIGKILL, `await s.callTool("misbehave")`, -1, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			marker := fmt.Sprintf("-delay=%dms", 100000+time.Now().UnixNano()%1e6)
			script := fmt.Sprintf(`const s = await mcp.connect([%q, "-mode", "no-reply,grandchild", %q]);
console.error("ready");
try { %s } finally { console.log("finally") }`, rogue, marker, test.script)
			cmd := mcpjs(t, t.TempDir(), "-e", script)
			var stdout bytes.Buffer
			cmd.Stdout = &stdout
			stderr, _ := cmd.StderrPipe()
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := stderr.Read(make([]byte, 6)); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { cmd.Process.Kill() })
			group := strings.TrimSpace(pgrep("-f", "--", "^"+rogue+".* "+marker+"$"))
			if len(strings.Fields(pgrep("-g", group))) < 2 {
				t.Fatal("the server and its child do not run")
			}
			if test.signal == syscall.SIGKILL {
				// The guard against this comes up 50 ms after the server.
				for pgrep("-P", fmt.Sprint(cmd.Process.Pid), "-f", "trap '' HUP") == "" {
					time.Sleep(10 * time.Millisecond)
				}
			}
			cmd.Process.Signal(test.signal)
			cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != test.code || stdout.String() != test.stdout {
				t.Errorf("exit code %d, stdout %q; want %d, %q", code, stdout.String(), test.code, test.stdout)
			}
			for deadline := time.Now().Add(10 * time.Second); pgrep("-r", "R,S,D", "-g", group) != ""; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("of the server's processes, these survive: %s", pgrep("-a", "-r", "R,S,D", "-g", group))
				}
			}
		})
	}
}

// pgrep gives the processes that match, a line each.
func pgrep(args ...string) string {
	out, _ := exec.Command("pgrep", args...).Output()
	return string(out)
}

// built builds mcpjs as it is shipped, once for all tests.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mcpjs")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "mcpjs")
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return path, cmd.Run()
})
