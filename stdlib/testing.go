package stdlib

import (
	_ "embed"
	"fmt"
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
				o.Set("number", run.Number)
				return o, nil
			},
			"report": func(c engine.Call) (engine.Value, error) {
				n := func(name string) int { return int(option(c.Argument(0), name).ToInteger()) }
				run.Passed, run.Failed, run.Skipped, run.Todo, run.Number = n("pass"), n("fail"), n("skipped"), n("todo"), n("number")
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
			"timer": testTimer(rt),
			"over":  leftovers(rt),
		}
	}),
}

// overdue is how much longer than its time a test may keep the loop from running
// anything else, and lingering how long a run may go on after its last test.
const (
	overdue   = 3 * time.Second
	lingering = 5 * time.Second
)

// testTimer is timer(ms, what, fn), that keeps the run alive; it gives what stops
// it. Where JavaScript that never returns keeps the timer from firing, the run is
// ended.
func testTimer(rt *engine.Runtime) func(engine.Call) (engine.Value, error) {
	return func(c engine.Call) (engine.Value, error) {
		d, what := time.Duration(c.Argument(0).ToFloat()*float64(time.Millisecond)), c.Argument(1).String()
		fn, _ := engine.Function(c.Argument(2))
		guard := time.AfterFunc(d+overdue, func() {
			rt.Abort(fmt.Errorf("%s, whose time is %v, keeps the run busy and can't be stopped: the tests after it did not run", what, d))
		})
		timer := rt.StartTimer(d, false, func() error {
			guard.Stop()
			_, err := fn(engine.Undefined())
			return err
		})
		return rt.VM().ToValue(func(engine.Call) engine.Value {
			guard.Stop()
			timer.Stop()
			return nil
		}), nil
	}
}

// leftovers is over(), which is called when the last test has ended: it ends a
// run that something keeps alive, unless the script itself goes on or has come
// up with further tests.
func leftovers(rt *engine.Runtime) func(engine.Call) (engine.Value, error) {
	var timer *engine.Timer
	return func(engine.Call) (engine.Value, error) {
		if timer != nil {
			timer.Stop()
		}
		timer = rt.StartTimer(lingering, false, func() error {
			if rt.Settled() {
				rt.Abort(fmt.Errorf("the tests are over, but something that they started goes on %v later: a timer, a process, a subscription or a server that listens; stop it in an after hook", lingering))
			}
			return nil
		})
		timer.SetRef(false)
		return nil, nil
	}
}
