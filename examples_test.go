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
	"strings"
	"testing"

	"mcpjs/bindings/servertest"
)

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
	source, err := os.ReadFile("examples_test.go")
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
