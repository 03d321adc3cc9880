package stdlib

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mcpjs/engine"
	"mcpjs/engine/process"
)

func TestMain(m *testing.M) {
	code := m.Run()
	process.KillAll()
	os.Exit(code)
}

// runSpec runs a file with all modules and gives its runtime after the end.
func runSpec(t *testing.T, file string, opts engine.Options) (*engine.Runtime, error) {
	t.Helper()
	src, err := engine.ReadSource(file)
	if err != nil {
		t.Fatal(err)
	}
	opts.Modules = Modules()
	p, err := engine.Compile(src, engine.CompileOptions{Modules: opts.Modules})
	if err != nil {
		t.Fatal(err)
	}
	rt := engine.New(opts)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 2*time.Minute, errors.New("the test's time is up"))
	defer cancel()
	err = rt.Run(ctx, p)
	rt.Close()
	return rt, err
}

// TestAsNode runs files that node has run too: the texts beside them are what
// it wrote (node 20, in their directory).
func TestAsNode(t *testing.T) {
	files, _ := filepath.Glob("testdata/node/*.spec.mjs")
	if len(files) < 5 {
		t.Fatalf("only %d files", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".spec.mjs"), func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(file, ".spec.mjs") + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if rt, err := runSpec(t, file, engine.Options{Stdout: &out, Stderr: &out, Stdin: strings.NewReader("")}); err != nil {
				t.Fatal(rt.Report(err, "", false))
			}
			got, node := strings.Split(out.String(), "\n"), strings.Split(string(want), "\n")
			for i := range max(len(got), len(node)) {
				var a, b string
				if i < len(got) {
					a = got[i]
				}
				if i < len(node) {
					b = node[i]
				}
				if a != b {
					t.Errorf("line %d\n got %s\nnode %s", i+1, a, b)
					break
				}
			}
		})
	}
}

func TestMcpjs(t *testing.T) {
	var out, diagnostics bytes.Buffer
	rt, err := runSpec(t, "testdata/mcpjs.spec.mjs", engine.Options{
		Stdout: &out, Stderr: &diagnostics, Args: []string{"x", "y"},
		Stdin: strings.NewReader("first\nsecond\n7\n2\n\nbad\ngood\nthe\nrest"),
	})
	if result := engine.TestRunOf(rt); err != nil || result.Failed > 0 || result.Passed < 10 {
		t.Errorf("%v\n%s", err, out.String())
	}
	if !strings.Contains(diagnostics.String(), "answer with one of 1 to 2") || !strings.Contains(diagnostics.String(), "work 2/2 100%") {
		t.Error(diagnostics.String())
	}
}

// TestChildrenEndWithTheRun: whatever a script leaves running is gone when its
// runtime is closed.
func TestChildrenEndWithTheRun(t *testing.T) {
	for name, code := range map[string]string{
		"left in the background": `import { $ } from "mcpjs"; await $` + "`sleep 100 >/dev/null 2>&1 & echo $! > pid`",
		"aborted":                `import { spawn } from "child_process"; const c = spawn("sh", ["-c", "echo $$ > pid; trap '' TERM; sleep 100; sleep 100"]); abort();`,
		"exit":                   `import { spawn } from "child_process"; import fs from "fs"; const c = spawn("sleep", ["100"]); fs.writeFileSync("pid", String(c.pid)); process.exit(0)`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			modules := Modules()
			p, err := engine.Compile(engine.Source{Name: "[eval]", Code: code, Dir: dir}, engine.CompileOptions{Modules: modules})
			if err != nil {
				t.Fatal(err)
			}
			rt := engine.New(engine.Options{Modules: modules, Dir: dir, Stdin: strings.NewReader("")})
			rt.VM().Set("abort", func(engine.Call) engine.Value {
				go func() {
					for {
						if data, _ := os.ReadFile(filepath.Join(dir, "pid")); len(data) > 1 {
							rt.Abort(engine.ErrInterrupted)
							return
						}
						select {
						case <-t.Context().Done():
							return
						case <-time.After(time.Millisecond):
						}
					}
				}()
				return nil
			})
			_ = rt.Run(t.Context(), p)
			rt.Close()
			data, err := os.ReadFile(filepath.Join(dir, "pid"))
			if err != nil {
				t.Fatal(err)
			}
			pid := strings.TrimSpace(string(data))
			if stat, err := os.ReadFile("/proc/" + pid + "/stat"); err == nil && !strings.Contains(string(stat), ") Z ") {
				t.Errorf("process %s lives on: %s", pid, stat)
			}
		})
	}
}
