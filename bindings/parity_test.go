package bindings_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mcpjs/bindings/servertest"
)

// TestParity runs programs on FastMCP's Client and their counterparts here
// against the same servers: what they print must not differ, and the script
// must not be the longer one. In a program TARGET is a server as an mcpServers
// object or a URL, and SERVER an entry of such an object; both are the same in
// Python and JavaScript.
func TestParity(t *testing.T) {
	fastmcp := servertest.FastMCP(t)
	python, sdk := fastmcp[0], servertest.Build(t, "sdkserver")
	entry := func(words ...string) string {
		raw, _ := json.Marshal(map[string]any{"command": words[0], "args": words[1:]})
		return string(raw)
	}
	// A server of Python's takes seconds to start, so the one over stdio is
	// used where nothing else will do.
	targets := []struct{ name, server, expr string }{
		{"fastmcp http", "", `"` + servertest.FastMCPHTTP(t) + `"`},
		{"go sdk http", "", `"` + servertest.Serve(t, "sdkserver", "-stateless") + `"`},
		{"go sdk", entry(sdk), ""},
		{"go sdk legacy", entry(sdk, "-protocol", "2025-06-18"), ""},
		{"fastmcp", entry(fastmcp...), ""},
	}
	// Where a program runs: everywhere but over FastMCP's stdio, unless it is
	// named here.
	only := map[string]string{
		"connect":     "fastmcp, go sdk, go sdk http",
		"ping":        "go sdk legacy", // 2026-07-28 has none of it
		"elicitation": "fastmcp http",  // the other server asks for other things
		"log":         "fastmcp http",  // its logs have another shape
		"message":     "fastmcp http",
		"timeout":     "go sdk, go sdk legacy, go sdk http", // the other has no slow tool
		"multi":       "go sdk, go sdk legacy",
	}
	programs, _ := filepath.Glob("testdata/parity/*.py")
	if len(programs) < 15 {
		t.Fatalf("found %d programs", len(programs))
	}
	for _, target := range targets {
		if target.expr == "" {
			target.expr = `{"mcpServers": {"s": ` + target.server + `}}`
		}
		fill := strings.NewReplacer("TARGET", target.expr, "SERVER", target.server)
		dir := t.TempDir()
		var names []string
		for _, program := range programs {
			name := strings.TrimSuffix(filepath.Base(program), ".py")
			where := only[name]
			if where == "" {
				where = "fastmcp http, go sdk http, go sdk, go sdk legacy"
			}
			if !slices.Contains(strings.Split(where, ", "), target.name) {
				continue
			}
			names = append(names, name)
			var length [2]int
			for i, suffix := range []string{".py", ".js"} {
				source, err := os.ReadFile(strings.TrimSuffix(program, ".py") + suffix)
				if err != nil {
					t.Fatal(err)
				}
				length[i] = lines(source)
				os.WriteFile(filepath.Join(dir, name+suffix), []byte(fill.Replace(string(source))), 0o644)
			}
			if length[1] > length[0] {
				t.Errorf("%s: the script has %d lines, the program %d", name, length[1], length[0])
			}
		}
		t.Run(target.name, func(t *testing.T) {
			t.Parallel()
			var want map[string]string
			if err := json.Unmarshal([]byte(output(t, exec.Command(python, "-c", parityDriver, dir))), &want); err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				got := output(t, mcpjs(t, dir, "run", "--timeout", "120s", name+".js"))
				if got != want[name] || got == "" {
					t.Errorf("%s: the script prints\n%s\nthe program\n%s", name, got, want[name])
				}
			}
		})
	}
}

// parityDriver runs all programs of a directory in one interpreter, since to
// import FastMCP takes longer than they do.
const parityDriver = `
import contextlib, io, json, pathlib, runpy, sys, traceback
out = {}
for program in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            runpy.run_path(str(program))
        except BaseException:
            said.write(traceback.format_exc())
    out[program.stem] = said.getvalue()
print(json.dumps(out))
`

// lines counts the lines that hold code.
func lines(source []byte) (n int) {
	for _, line := range strings.Split(string(source), "\n") {
		if strings.TrimSpace(line) != "" {
			n++
		}
	}
	return n
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, stderr.String())
	}
	return stdout.String()
}
