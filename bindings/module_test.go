package bindings_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"mcpjs/bindings"
	"mcpjs/engine"
)

// TestModuleExports: the names that imports are checked against are those that
// the module has, and others are refused before anything runs.
func TestModuleExports(t *testing.T) {
	module := bindings.Module(bindings.Options{})
	rt := engine.New(engine.Options{Modules: []engine.Module{module}, Stdin: strings.NewReader("")})
	defer rt.Close()
	exports, err := rt.Import("mcp")
	if err != nil {
		t.Fatal(err)
	}
	got, want := exports.GetOwnPropertyNames(), module.Exports()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the module has %q; Exports says %q", got, want)
	}
	compile := func(code string) error {
		_, err := engine.Compile(engine.Source{Name: "[test]", Code: code, Dir: t.TempDir()},
			engine.CompileOptions{Modules: []engine.Module{module}})
		return err
	}
	var refused *engine.SyntaxError
	if err := compile(`import { conect } from "mcp"; conect()`); !errors.As(err, &refused) ||
		refused.Message != "The requested module 'mcp' does not provide an export named 'conect'" || !strings.Contains(refused.Text, "╵          connect\n") && !strings.HasSuffix(refused.Text, "╵          connect") {
		t.Errorf("got %v", err)
	}
	for _, code := range []string{
		`import mcp, { connect, ToolError } from "mcp"; mcp.connect === connect; ToolError`,
		`import { Client, type Tool } from "mcp"; let c: Client; let t: Tool`,
		`import * as all from "mcp"; all.server()`,
	} {
		if err := compile(code); err != nil {
			t.Errorf("%s: %v", code, err)
		}
	}
}
