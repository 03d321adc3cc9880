package stdlib

import (
	_ "embed"
	"time"

	"mcpjs/engine"
)

var (
	//go:embed readline.d.ts
	readlineTypes string
	//go:embed readline.js
	readlineSource string
	//go:embed querystring.js
	querySource string
	//go:embed timers_promises.js
	timersSource string

	readlineCode = engine.Embed("readline.js", readlineSource)
	queryCode    = engine.Embed("querystring.js", querySource)
	timersCode   = engine.Embed("timers_promises.js", timersSource)
)

// readline, readlinePromises, querystring, timersModule and timersPromises are
// node's modules of these names.
var (
	readline = engine.Module{
		Name: "readline", Node: true, Types: readlineTypes,
		Load: loader(readlineCode, textNatives),
	}
	readlinePromises = engine.Module{Name: "readline/promises", Node: true, Load: part("readline", "promises")}
	querystring      = engine.Module{Name: "querystring", Node: true, Load: loader(queryCode, nil)}
	timersModule     = engine.Module{
		Name: "timers", Node: true,
		Load: func(rt *engine.Runtime) (*engine.Object, error) {
			o := rt.VM().NewObject()
			for _, name := range []string{"setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"} {
				o.Set(name, rt.VM().Get(name))
			}
			promises, err := rt.Import("timers/promises")
			o.Set("promises", promises)
			return o, err
		},
	}
	timersPromises = engine.Module{
		Name: "timers/promises", Node: true,
		Load: loader(timersCode, func(rt *engine.Runtime) natives {
			return natives{"wait": func(c engine.Call) (engine.Value, error) {
				op := rt.Begin()
				d := milliseconds(c.Argument(0).ToFloat())
				timer := time.AfterFunc(d, func() { op.Resolve(nil) })
				op.Finally(func() { timer.Stop() })
				o := rt.VM().NewObject()
				o.Set("promise", op.Promise())
				o.Set("cancel", func(engine.Call) engine.Value { op.Resolve(nil); return nil })
				return o, nil
			}}
		}),
	}
)
