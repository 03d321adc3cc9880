package stdlib

import (
	_ "embed"
	"path/filepath"
	"runtime"

	"github.com/bmatcuk/doublestar/v4"

	"mcpjs/engine"
)

var (
	//go:embed path.d.ts
	pathTypes string
	//go:embed path.js
	pathSource string

	pathCode = engine.Embed("path.js", pathSource)
)

// paths, pathPosix and pathWin32 are node's module path.
var (
	paths = engine.Module{
		Name: "path", Node: true, Types: pathTypes,
		Load: loader(pathCode, func(rt *engine.Runtime) natives {
			return natives{
				"cwd":     func(engine.Call) (engine.Value, error) { return rt.VM().ToValue(rt.Dir), nil },
				"windows": func(engine.Call) (engine.Value, error) { return rt.VM().ToValue(runtime.GOOS == "windows"), nil },
				"match": func(c engine.Call) (engine.Value, error) {
					ok, err := doublestar.Match(filepath.ToSlash(c.Argument(1).String()), filepath.ToSlash(c.Argument(0).String()))
					return rt.VM().ToValue(ok), err
				},
			}
		}),
	}
	pathPosix = engine.Module{Name: "path/posix", Node: true, Load: part("path", "posix")}
	pathWin32 = engine.Module{Name: "path/win32", Node: true, Load: part("path", "win32")}
)
