package stdlib

import (
	"bytes"
	_ "embed"
	"io"

	"mcpjs/engine"
)

var (
	//go:embed util.d.ts
	utilTypes string
	//go:embed util.js
	utilSource string
	//go:embed assert.d.ts
	assertTypes string
	//go:embed assert.js
	assertSource string

	utilCode   = engine.Embed("util.js", utilSource)
	assertCode = engine.Embed("assert.js", assertSource)
)

// utilities, utilityTypes, assertions and strictAssertions are node's modules
// util, util/types, assert and assert/strict.
var (
	utilities    = engine.Module{Name: "util", Node: true, Types: utilTypes, Load: loader(utilCode, utilNatives)}
	utilityTypes = engine.Module{Name: "util/types", Node: true, Load: part("util", "types")}
	assertions   = engine.Module{Name: "assert", Node: true, Types: assertTypes, Load: loader(assertCode, func(rt *engine.Runtime) natives {
		return natives{"callText": func(engine.Call) (engine.Value, error) { return rt.VM().ToValue(rt.CallText()), nil }}
	})}
	strictAssertions = engine.Module{Name: "assert/strict", Node: true, Load: part("assert", "strict")}
)

func utilNatives(rt *engine.Runtime) natives {
	vm := rt.VM()
	return natives{
		"inspector": func(engine.Call) (engine.Value, error) { return rt.Inspector().Func(), nil },
		"format": func(c engine.Call) (engine.Value, error) {
			return vm.ToValue(rt.Format(c.Arguments, engine.InspectOptions{})), nil
		},
		"formatWith": func(c engine.Call) (engine.Value, error) {
			return vm.ToValue(rt.Format(tail(c.Arguments, 1), rt.Inspector().Options(c.Argument(0), engine.InspectOptions{}))), nil
		},
		"warn": func(c engine.Call) (engine.Value, error) {
			_, _ = io.WriteString(rt.Stderr, c.Argument(0).String())
			return nil, nil
		},
		"kind": func(c engine.Call) (engine.Value, error) { return vm.ToValue(engine.KindOf(c.Argument(0))), nil },
		"isProxy": func(c engine.Call) (engine.Value, error) {
			return vm.ToValue(engine.KindOf(c.Argument(0)) == "Proxy"), nil
		},
		"sameBytes": func(c engine.Call) (engine.Value, error) {
			a, _ := rt.BytesOf(c.Argument(0))
			b, _ := rt.BytesOf(c.Argument(1))
			return vm.ToValue(bytes.Equal(a, b)), nil
		},
	}
}
