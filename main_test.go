package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
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
	testscript.Main(uncached{m}, map[string]func(){"mcpjs": main})
}

// uncached are the tests, which leave the user's cache alone.
type uncached struct{ *testing.M }

func (m uncached) Run() int {
	os.Setenv("MCPJS_CACHE", "")
	return m.M.Run()
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
		"github.com/dlclark/regexp2":    {"mcpjs/bindings/schema"},
		// Tests only: it costs every start some milliseconds.
		"github.com/santhosh-tekuri/jsonschema": {},
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

// example is a run of one of scripts/examples.
type example struct {
	dir, home string
	env       []string
	stdin     string
}

// run runs an example and gives its exit code and what it wrote.
func (e example) run(t *testing.T, name string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	file, err := filepath.Abs("scripts/examples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	cmd := mcpjs(t, e.dir, append([]string{"run", file}, args...)...)
	if e.home != "" {
		cmd.Env = append(os.Environ(), "HOME="+e.home, "XDG_CONFIG_HOME="+filepath.Join(e.home, ".config"))
	}
	cmd.Env = append(cmd.Environ(), e.env...)
	cmd.Stdin = strings.NewReader(e.stdin)
	var out, diagnostics bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diagnostics
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), diagnostics.String()
}

// wants runs an example that is to end with code and to write lines that match.
func (e example) wants(t *testing.T, code int, want string, name string, args ...string) (stderr string) {
	t.Helper()
	got, stdout, stderr := e.run(t, name, args...)
	if got != code || !regexp.MustCompile(`(?s)^`+want+`$`).MatchString(stdout) {
		t.Errorf("%s %q ends with exit code %d and prints\n%s%s\nwant %d and\n%s", name, args, got, stdout, stderr, code, want)
	}
	return stderr
}

// write writes files, named by pairs of path and text, below dir.
func write(t *testing.T, dir string, files ...string) {
	t.Helper()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// shellWords is a command line as mcp.connect splits it.
func shellWords(argv []string) string {
	words := make([]string, len(argv))
	for i, word := range argv {
		words[i] = "'" + word + "'"
	}
	return strings.Join(words, " ")
}

func TestExampleNotes(t *testing.T) {
	t.Parallel()
	memory := shellWords(servertest.Memory(t))
	dir := t.TempDir()
	write(t, dir, "notes/Ada.md", "---\ntype: person\nborn: 1815\n---\nWrote with [[Babbage]] and [[Nobody]].\n- likes engines\n",
		"notes/deep/Babbage.md", "* built half a machine\n")
	e := example{dir: dir}
	e.wants(t, 2, ``, "notes.ts")
	e.wants(t, 0, `would add 2 entities, 0 with new facts, 1 relations\n`, "notes.ts", "--dry-run", "notes", memory)
	if stderr := e.wants(t, 0, `added 2 entities, 0 with new facts, 1 relations\n`, "notes.ts", "notes", memory); !strings.Contains(stderr, "Ada: there is no note [[Nobody]]") {
		t.Error(stderr)
	}
	e.wants(t, 0, `added 0 entities, 0 with new facts, 0 relations\n`, "notes.ts", "notes", memory)
	write(t, dir, "notes/Ada.md", "---\ntype: person\nborn: 1815\n---\n- likes engines\n- died: 1852\n")
	e.wants(t, 0, `added 0 entities, 1 with new facts, 0 relations\n`, "notes.ts", "notes", memory)
	var graph bytes.Buffer
	cmd := mcpjs(t, dir, "run", "-e", `console.log(JSON.stringify((await (await mcp.connect(process.argv[1])).tools.readGraph()).data))`, memory)
	cmd.Stdout, cmd.Stderr = &graph, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if want := `{"entities":[{"name":"Ada","entityType":"person","observations":["born: 1815","likes engines","died: 1852"]},` +
		`{"name":"Babbage","entityType":"note","observations":["built half a machine"]}],` +
		`"relations":[{"from":"Ada","to":"Babbage","relationType":"links to"}]}`; strings.TrimSpace(graph.String()) != want {
		t.Errorf("the graph is\n%s\nwant\n%s", graph.String(), want)
	}
}

func TestExampleAudit(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	config, _ := json.Marshal(map[string]any{"mcpServers": map[string]any{
		"bakery": map[string]any{"command": binary(t), "args": []string{"demo"}},
		"broken": map[string]any{"command": "sh", "args": []string{"-c", "echo no API key >&2; exit 3"}},
	}})
	write(t, home, ".cursor/mcp.json", string(config))
	e := example{dir: t.TempDir(), home: home}
	e.wants(t, 1, `\| server \| source \| version \| protocol \| tools \| connect \| call \| problem \|
(\| --- ){8}\|
\| bakery \| cursor \| mcpjs-demo 1\.0\.0 \| 2026-07-28 \| 18 \| \d+ ms \| \d+ ms \|  \|
\| broken \| cursor \|( {2}\|){5} .*exited with status 3.*\|
`, "audit.ts")
	e.wants(t, 1, `server,source,version,protocol,tools,connect,call,problem
bakery,cursor,mcpjs-demo 1\.0\.0,2026-07-28,18,\d+ ms,\d+ ms,
broken,.*exited with status 3.*
`, "audit.ts", "--format", "csv")
	e.wants(t, 0, `usage: .*`, "audit.ts", "--help")
	if stderr := e.wants(t, 1, ``, "audit.ts", "--nope"); !strings.Contains(stderr, "--nope") {
		t.Error(stderr)
	}
}

func TestExampleLinks(t *testing.T) {
	t.Parallel()
	tries := 0
	mux := http.NewServeMux()
	mux.HandleFunc("GET /good", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") })
	mux.HandleFunc("GET /busy", func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.Handle("GET /moved", http.RedirectHandler("/good", http.StatusFound))
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	dir := t.TempDir()
	write(t, dir, "docs/a.md", "# A\n[good]("+web.URL+"/good) and <"+web.URL+"/moved>\n[b](b.md#x) [top](#a) [mail](mailto:a@b)\n",
		"docs/b.md", "[gone]("+web.URL+"/gone \"title\"), "+web.URL+"/busy\n\n[c](c.md)\n", "docs/skip.txt", "[x](y)\n")
	e := example{dir: dir}
	e.wants(t, 0, ``, "links.ts", "docs/a.md")
	e.wants(t, 1, `file,line,link,problem
docs/b.md,1,`+web.URL+`/gone,HTTP 404
docs/b.md,3,c.md,no such file
`, "links.ts", "docs/*.md")
	if tries != 2 {
		t.Errorf("/busy was asked for %d times", tries)
	}
	e.stdin = "see " + web.URL + "/none"
	e.wants(t, 1, `file,line,link,problem\n-,1,`+web.URL+`/none,HTTP 404\n`, "links.ts", "-")
	e.wants(t, 2, ``, "links.ts")
	e.wants(t, 2, ``, "links.ts", "docs/none.md")
}

func TestExampleSchemas(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := func(tools string) {
		write(t, dir, "server.js", `const s = mcp.server({ name: "shop" }); `+tools)
	}
	e := example{dir: dir}
	target := []string{binary(t), "serve", "server.js"}
	args := func(first ...string) []string { return append(first, target...) }
	server(`s.tool("buy", { inputSchema: { item: "string", "count?": "integer" } }, () => 1).tool("sell", () => 1);`)
	e.wants(t, 0, `tools.json: 2 tools\n`, "schemas.ts", args("--update", "tools.json")...)
	e.wants(t, 0, `shop: 0 breaking changes, 0 others\n`, "schemas.ts", args("tools.json")...)
	server(`s.tool("buy", { inputSchema: { item: "integer", count: "integer", "note?": "string" } }, () => 1).tool("lend", () => 1);`)
	e.wants(t, 1, `ok       buy.note: is new
ok       lend: is new
BREAKING buy.item: was string, is integer
BREAKING buy.count: is now required
BREAKING sell: is gone
shop: 3 breaking changes, 2 others
`, "schemas.ts", args("tools.json")...)
	if stderr := e.wants(t, 1, ``, "schemas.ts", args("none.json")...); !strings.Contains(stderr, "no such file") {
		t.Error(stderr)
	}
	e.wants(t, 2, ``, "schemas.ts", "tools.json")
}

func TestExampleReleaseNotes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	git := servertest.Git(t, dir)
	files := servertest.Filesystem(t)
	for _, words := range []string{"init -q -b main", "commit -q --allow-empty -m first", "tag v1", "commit -q --allow-empty -m faster", "commit -q --allow-empty -m simpler"} {
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b"}, strings.Fields(words)...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	var asked string
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct{ Messages []struct{ Role, Content any } }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil || r.URL.Path != "/chat/completions" {
			t.Errorf("%s: %v", r.URL, err)
		}
		asked = fmt.Sprint(request.Messages[1].Content)
		fmt.Fprint(w, `{"model":"m","choices":[{"message":{"role":"assistant","content":"- faster and simpler"},"finish_reason":"stop"}]}`)
	}))
	t.Cleanup(model.Close)
	e := example{dir: dir, stdin: "yes\n"}
	args := []string{"--since", "v1", "--base-url", model.URL, "--git", shellWords(git), "--files", shellWords(files)}
	e.wants(t, 0, `## 1.1\n\n- faster and simpler\n\n`, "release-notes.ts", append(args, "--version", "1.1")...)
	if asked != "simpler\n\nfaster" {
		t.Errorf("the model was asked about %q", asked)
	}
	e.wants(t, 0, `## 1.2.*`, "release-notes.ts", append(args, "--version", "1.2", "-y")...)
	e.stdin = "no\n"
	e.wants(t, 1, `## 1.3.*`, "release-notes.ts", append(args, "--version", "1.3")...)
	text, err := os.ReadFile(filepath.Join(dir, "CHANGELOG.md"))
	if want := "# Changelog\n\n## 1.2\n\n- faster and simpler\n\n## 1.1\n\n- faster and simpler\n"; err != nil || string(text) != want {
		t.Errorf("%v: CHANGELOG.md is\n%s\nwant\n%s", err, text, want)
	}
	args[1] = "HEAD"
	if stderr := e.wants(t, 1, ``, "release-notes.ts", append(args, "--version", "2")...); !strings.Contains(stderr, "nothing has changed since HEAD") {
		t.Error(stderr)
	}
	e.wants(t, 2, ``, "release-notes.ts")
}

// TestExampleMock: the tests of an example pass, and are tests.
func TestExampleMock(t *testing.T) {
	t.Parallel()
	out, err := mcpjs(t, "scripts/examples", "test").CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("4 tests: 4 passed")) {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestExamplesAreTested: each example is run by a test of this file, or has the
// text that it prints beside it.
func TestExamplesAreTested(t *testing.T) {
	source, err := os.ReadFile("main_test.go")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("scripts/examples/*.ts")
	for _, file := range files {
		name := filepath.Base(file)
		if _, err := os.Stat(strings.TrimSuffix(file, ".ts") + ".txt"); err != nil && name != "bakery.test.ts" && !bytes.Contains(source, []byte(`"`+name+`"`)) {
			t.Errorf("no test runs %s", name)
		}
	}
}
