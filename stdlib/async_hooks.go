package stdlib

import (
	_ "embed"

	"mcpjs/engine"
)

//go:embed async_hooks.js
var asyncHooksSource string

var asyncHooksCode = engine.Embed("async_hooks.js", asyncHooksSource)

// asyncHooks is node's module async_hooks: AsyncLocalStorage and AsyncResource.
var asyncHooks = engine.Module{
	Name: "async_hooks", Node: true,
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
