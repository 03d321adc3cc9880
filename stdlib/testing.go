package stdlib

import (
	_ "embed"
	"io"
	"time"

	"mcpjs/engine"
)

var (
	//go:embed test.d.ts
	testTypes string
	//go:embed test.js
	testSource string

	testCode = engine.Embed("test.js", testSource)
)

// testModule is the module test, which is node:test. What a run of it is to be,
// and what it came to, stand in the runtime's engine.TestRun.
var testModule = engine.Module{
	Name: "test", Node: true, Types: testTypes,
	Load: loader(testCode, func(rt *engine.Runtime) natives {
		vm, run := rt.VM(), engine.TestRunOf(rt)
		return natives{
			"config": func(engine.Call) (engine.Value, error) {
				o := vm.NewObject()
				o.Set("reporter", run.Reporter)
				o.Set("grep", run.Grep)
				o.Set("only", run.Only)
				o.Set("quiet", run.Quiet)
				o.Set("timeout", float64(run.Timeout)/float64(time.Millisecond))
				o.Set("color", rt.ColorStdout)
				return o, nil
			},
			"report": func(c engine.Call) (engine.Value, error) {
				n := func(name string) int { return int(option(c.Argument(0), name).ToInteger()) }
				run.Passed, run.Failed, run.Skipped, run.Todo = n("pass"), n("fail"), n("skipped"), n("todo")
				return nil, nil
			},
			"write": func(c engine.Call) (engine.Value, error) {
				_, _ = io.WriteString(rt.Stdout, c.Argument(0).String())
				return nil, nil
			},
			"turn": func(engine.Call) (engine.Value, error) {
				op := rt.Begin()
				rt.StartTimer(0, false, func() error { op.Resolve(nil); return nil })
				return op.Promise(), nil
			},
			"duration": func(c engine.Call) (engine.Value, error) {
				d, err := engine.Duration(c.Argument(0), c.Argument(1).String())
				return vm.ToValue(float64(d) / float64(time.Millisecond)), err
			},
			"timer": refTimer(rt),
		}
	}),
}

// refTimer is timer(ms, fn), that keeps the run alive; it gives what stops it.
func refTimer(rt *engine.Runtime) func(engine.Call) (engine.Value, error) {
	return func(c engine.Call) (engine.Value, error) {
		fn, _ := engine.Function(c.Argument(1))
		timer := rt.StartTimer(time.Duration(c.Argument(0).ToFloat()*float64(time.Millisecond)), false, func() error {
			_, err := fn(engine.Undefined())
			return err
		})
		return rt.VM().ToValue(func(engine.Call) engine.Value { timer.Stop(); return nil }), nil
	}
}
