package stdlib

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mcpjs/engine"
)

const compatibilityHead = `# What runs

Each row was measured: a test runs its probe (` + "`stdlib/testdata/probes`" + `) and fails
where the answer here is wrong.
`

// TestCompatibility runs the probes, and compares COMPATIBILITY.md with them:
// -update writes it. A line of theirs is the answer, the name, the body of an
// async function that gives true where the thing is there, and a note.
func TestCompatibility(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "probe.json"), []byte(`{"ok":true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var doc strings.Builder
	doc.WriteString(compatibilityHead)
	for _, area := range [][2]string{{"1-language", "The language"}, {"2-web", "The web's globals"}, {"3-node", "Node's modules"}} {
		text, err := os.ReadFile("testdata/probes/" + area[0] + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&doc, "\n## %s\n\n| | runs | |\n| --- | --- | --- |\n", area[1])
		for line := range strings.Lines(string(text)) {
			parts := strings.Split(strings.TrimSpace(line), " | ")
			if len(parts) == 3 {
				parts = append(parts, "")
				parts[2] = strings.TrimSuffix(parts[2], " |")
			}
			want, name, code, note := parts[0], parts[1], parts[2], parts[3]
			runs, err := probe(t, dir, code)
			if answer := map[bool]string{true: "yes", false: "no"}[runs]; answer != want {
				t.Errorf("%s: the answer is %s, not %s (%v)", name, answer, want, err)
			}
			fmt.Fprintf(&doc, "| %s | %s | %s |\n", name, want, note)
		}
	}
	if *update {
		if err := os.WriteFile("COMPATIBILITY.md", []byte(doc.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have, err := os.ReadFile("COMPATIBILITY.md"); err != nil || string(have) != doc.String() {
		t.Errorf("COMPATIBILITY.md is not what the probes say (%v): go test ./stdlib -run TestCompatibility -update", err)
	}
}

// probe runs the body of a function and tells whether it gave true.
func probe(t *testing.T, dir, code string) (bool, error) {
	t.Helper()
	modules := Modules()
	src := engine.Source{Name: "[eval]", Dir: dir, Code: "const probe = async () => {" + code + "\n};\nconsole.log(await probe() === true)"}
	program, err := engine.Compile(src, engine.CompileOptions{Modules: modules})
	if err != nil {
		return false, err
	}
	var out bytes.Buffer
	rt := engine.New(engine.Options{Modules: modules, Dir: dir, Stdout: &out, Stderr: &out, Stdin: strings.NewReader("")})
	ctx, cancel := context.WithTimeoutCause(t.Context(), 30*time.Second, errors.New("the test's time is up"))
	defer cancel()
	err = rt.Run(ctx, program)
	rt.Close()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	return err == nil && slices.Contains(lines, "true"), err
}
