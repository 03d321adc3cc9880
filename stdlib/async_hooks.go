package stdlib

import (
	_ "embed"

	"mcpjs/engine"
)

var (
	//go:embed async_hooks.js
	asyncHooksSource string
	//go:embed async_hooks.d.ts
	asyncHooksTypes string

	asyncHooksCode = engine.Embed("async_hooks.js", asyncHooksSource)
)

// asyncHooks is node's module async_hooks: AsyncLocalStorage and AsyncResource.
var asyncHooks = engine.Module{
	Name: "async_hooks", Node: true, Types: asyncHooksTypes,
	Load: loader(asyncHooksCode, func(rt *engine.Runtime) natives {
		return natives{
			"current": func(engine.Call) (engine.Value, error) { return rt.AsyncContext(), nil },
			"enter": func(c engine.Call) (engine.Value, error) {
				rt.EnterAsyncContext(c.Argument(0))
				return nil, nil
			},
		}
	}),
}
