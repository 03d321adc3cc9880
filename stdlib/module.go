package stdlib

import (
	_ "embed"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"mcpjs/engine"
)

var (
	//go:embed module.js
	moduleSource string
	//go:embed module.d.ts
	moduleTypes string

	moduleCode = engine.Embed("module.js", moduleSource)
)

// moduleModule is node's module module: createRequire, builtinModules and
// isBuiltin.
var moduleModule = engine.Module{
	Name: "module", Node: true, Types: moduleTypes,
	Load: loader(moduleCode, func(rt *engine.Runtime) natives {
		vm := rt.VM()
		names := func() (names []string) {
			for _, m := range rt.Modules {
				if m.Node && m.Load != nil {
					names = append(names, m.Name)
				}
			}
			slices.Sort(names)
			return names
		}
		return natives{
			"builtins": func(engine.Call) (engine.Value, error) { return rt.ToValue(names()) },
			"isBuiltin": func(c engine.Call) (engine.Value, error) {
				return vm.ToValue(slices.Contains(names(), strings.TrimPrefix(c.Argument(0).String(), "node:"))), nil
			},
			"isAbsolute": func(c engine.Call) (engine.Value, error) {
				return vm.ToValue(filepath.IsAbs(c.Argument(0).String())), nil
			},
			"dirname": func(c engine.Call) (engine.Value, error) {
				return vm.ToValue(filepath.Dir(c.Argument(0).String())), nil
			},
			"fileOf": func(c engine.Call) (engine.Value, error) {
				u, err := url.Parse(c.Argument(0).String())
				if err != nil {
					return nil, engine.TypeErrorf("Invalid URL")
				}
				return vm.ToValue(filepath.FromSlash(u.Path)), nil
			},
			"requireFrom": func(c engine.Call) (engine.Value, error) {
				return rt.RequireFrom(c.Argument(0).String(), c.Argument(1).String())
			},
			"resolveFrom": func(c engine.Call) (engine.Value, error) {
				path, err := rt.ResolveFrom(c.Argument(0).String(), c.Argument(1).String())
				return vm.ToValue(path), err
			},
		}
	}),
}
