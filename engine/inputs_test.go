package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"mcpjs/engine"
)

// inputs writes files below a directory and compiles main.js there.
func inputs(t *testing.T, files map[string]string) (dir string, p *engine.Program, err error) {
	t.Helper()
	dir, err = filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, ok := cutLink(text); ok {
			if err := os.Symlink(target, path); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	src, err := engine.ReadSource(filepath.Join(dir, "main.js"))
	if err != nil {
		t.Fatal(err)
	}
	p, err = engine.Compile(src, engine.CompileOptions{Links: true})
	return dir, p, err
}

func cutLink(text string) (string, bool) {
	if len(text) > 2 && text[:2] == "->" {
		return text[2:], true
	}
	return "", false
}

func TestMissingInputs(t *testing.T) {
	dir, _, err := inputs(t, map[string]string{
		"main.js":      `import "./sub/here.js"; import "./gone.js"; import "pkg/x";`,
		"sub/here.js":  `import "../up/gone"; import "other";`,
		"package.json": `{}`,
	})
	var syntax *engine.SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"gone.js", "up/gone", "node_modules/pkg/x", "node_modules/other", "sub/node_modules/other"} {
		if !slices.Contains(syntax.Missing, filepath.Join(dir, want)) {
			t.Errorf("%s is not among the missing: %q", want, syntax.Missing)
		}
	}
	if len(syntax.Missing) != 5 {
		t.Errorf("missing: %q", syntax.Missing)
	}
}

func TestLinksAreInputs(t *testing.T) {
	dir, p, err := inputs(t, map[string]string{
		"main.js": `import "./link"; import "./real.js"`, "link.js": "->real.js", "real.js": "export {}",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"main.js", "link.js", "real.js"} {
		if !slices.Contains(p.Inputs, filepath.Join(dir, want)) {
			t.Errorf("%s is not among the inputs: %q", want, p.Inputs)
		}
	}
}

func TestRunTellsOfFiles(t *testing.T) {
	dir, p, err := inputs(t, map[string]string{
		"main.js": `for (const n of ["./late.js", "./never.js"]) try { await import(n) } catch {}`, "late.js": "export {}",
	})
	if err != nil {
		t.Fatal(err)
	}
	var loaded, read, asked, written []string
	rt := engine.New(engine.Options{
		Dir:      dir,
		OnInputs: func(files []string) { loaded = append(loaded, files...) },
		OnRead:   func(path string) { read = append(read, path) },
		OnStat:   func(path string) { asked = append(asked, path) },
		OnWrite:  func(path string) { written = append(written, path) },
	})
	defer rt.Close()
	if err := rt.Run(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"late.js", "never.js"} {
		if !slices.Contains(loaded, filepath.Join(dir, want)) {
			t.Errorf("%s was not told of: %q", want, loaded)
		}
	}
	rt.NoteRead("a")
	rt.NoteRead("/b")
	rt.NoteStat("d/../e")
	rt.NoteWrite("c")
	if !slices.Equal(read, []string{filepath.Join(dir, "a"), "/b"}) || !slices.Equal(asked, []string{filepath.Join(dir, "e")}) || !slices.Equal(written, []string{filepath.Join(dir, "c")}) {
		t.Errorf("read %q, asked about %q, written %q", read, asked, written)
	}
	silent := engine.New(engine.Options{})
	silent.NoteRead("a")
	silent.NoteStat("a")
	silent.NoteWrite("a")
	silent.Close()
}
