package bindings_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mcpjs/bindings"
	"mcpjs/engine"
)

// runSpec runs a spec of testdata/server in a runtime of its own: it fails by
// throwing. era is the revision that it is to be run in.
func runSpec(t *testing.T, code, era string) error {
	t.Helper()
	prelude, err := os.ReadFile("testdata/server/prelude.js")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	modules := []engine.Module{bindings.Module(bindings.Options{})}
	rt := engine.New(engine.Options{Modules: modules, Stdin: new(bytes.Buffer), Stdout: &out, Stderr: &out})
	rt.VM().Set("era", era)
	p, err := engine.Compile(engine.Source{Name: "[spec]", Code: string(prelude) + code, Dir: t.TempDir()},
		engine.CompileOptions{Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err = rt.Run(ctx, p)
	if err != nil {
		t.Log(rt.Report(err, "", false))
	}
	rt.Close()
	if out.Len() > 0 {
		t.Logf("output: %s", out.String())
	}
	return err
}

// What a Server does, seen by our own client in the same process, in every era.
func TestServer(t *testing.T) {
	files, err := filepath.Glob("testdata/server/*.js")
	if err != nil || len(files) < 8 {
		t.Fatal(err, files)
	}
	for _, era := range []string{"2026-07-28", "2025-11-25", "2024-11-05"} {
		for _, file := range files {
			name := filepath.Base(file)
			if name == "prelude.js" {
				continue
			}
			t.Run(era+" "+name, func(t *testing.T) {
				t.Parallel()
				code, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if err := runSpec(t, string(code), era); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}

// A spec that is wrong fails.
func TestServerSpecsCanFail(t *testing.T) {
	for _, code := range []string{
		`equal(1, 2)`, `match("a", /b/)`, `throws(() => 1, /x/)`, `await rejects(Promise.resolve(1), /x/)`,
		`await rejects(Promise.reject(new Error("y")), /x/)`, `await new Promise(() => {})`,
	} {
		if runSpec(t, code, "2026-07-28") == nil {
			t.Errorf("%s did not fail", code)
		}
	}
}
