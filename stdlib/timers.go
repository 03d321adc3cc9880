package stdlib

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"mcpjs/engine"
)

//go:embed timers.d.ts
var timersTypes string

// timers are setTimeout, setInterval, setImmediate and what clears them, as
// node has them: they give Timeout objects with ref, unref, hasRef, refresh and
// close, that convert to a number which clears them too.
var timers = engine.Module{Types: timersTypes, Globals: func(rt *engine.Runtime) {
	t := &timerTable{rt: rt, byID: map[int64]*engine.Timer{}}
	vm := rt.VM()
	global := vm.GlobalObject()
	t.proto = vm.NewObject()
	t.class()
	rt.Method(global, "setTimeout", func(c engine.Call) engine.Value { return t.start("setTimeout", c, false) })
	rt.Method(global, "setInterval", func(c engine.Call) engine.Value { return t.start("setInterval", c, true) })
	rt.Method(global, "setImmediate", func(c engine.Call) engine.Value {
		args := append([]engine.Value{c.Argument(0), vm.ToValue(0)}, tail(c.Arguments, 1)...)
		return t.start("setImmediate", engine.Call{Arguments: args}, false)
	})
	for _, name := range []string{"clearTimeout", "clearInterval", "clearImmediate"} {
		rt.Method(global, name, func(c engine.Call) engine.Value {
			t.clear(c.Argument(0))
			return nil
		})
	}
}}

type timerTable struct {
	rt    *engine.Runtime
	byID  map[int64]*engine.Timer
	next  int64
	proto *engine.Object
	id    *engine.Symbol
}

func tail(args []engine.Value, n int) []engine.Value { return args[min(n, len(args)):] }

// start is setTimeout and its kin: (callback, delay in milliseconds, ...args).
// A delay that is no number or below 1 is 1, one beyond 2^31-1 is 1, as in node.
func (t *timerTable) start(name string, c engine.Call, repeat bool) engine.Value {
	vm := t.rt.VM()
	fn, ok := engine.Function(c.Argument(0))
	if !ok {
		t.rt.Throw(&engine.Error{Class: "TypeError",
			Message: fmt.Sprintf("%s: the callback must be a function, not %s", name, t.rt.Inspect(c.Argument(0), engine.InspectOptions{})),
			Fields:  []engine.Field{{Name: "code", Value: "ERR_INVALID_ARG_TYPE"}}})
	}
	d := milliseconds(c.Argument(1).ToFloat())
	args := slices.Clone(tail(c.Arguments, 2)) // goja uses the slice again
	t.next++
	id := t.next
	this := vm.CreateObject(t.proto)
	timer := t.rt.StartTimer(d, repeat, t.rt.InAsyncContext(func() error {
		if !repeat {
			delete(t.byID, id)
		}
		_, err := fn(this, args...)
		return err
	}))
	if resolver(c.Argument(0)) {
		timer.OnAbort(func(aborted *engine.Object) {
			_, err := fn(engine.Undefined(), aborted)
			t.rt.Check(err)
		})
	}
	t.byID[id] = timer
	t.rt.Hidden(this, "_id", vm.ToValue(id))
	t.rt.Hidden(this, "_ms", vm.ToValue(d.Milliseconds()))
	return this
}

// resolver tells whether a function is one that settles a promise: those have no
// name and no source. "new Promise(resolve => setTimeout(resolve, ms))" is how
// most scripts sleep, and a sleep that is aborted must not wait for ever, with
// finally blocks behind it.
func resolver(v engine.Value) bool {
	o, ok := v.(*engine.Object)
	return ok && o.Get("name").String() == "" && strings.HasSuffix(o.String(), "{ [native code] }")
}

func milliseconds(ms float64) time.Duration {
	if !(ms >= 1) || ms > math.MaxInt32 {
		ms = 1
	}
	return time.Duration(ms * float64(time.Millisecond))
}

// of gives the timer that a Timeout object or its number stands for.
func (t *timerTable) of(v engine.Value) (int64, *engine.Timer) {
	if o, ok := v.(*engine.Object); ok {
		v = o.Get("_id")
	}
	if v == nil {
		return 0, nil
	}
	id := v.ToInteger()
	return id, t.byID[id]
}

func (t *timerTable) clear(v engine.Value) {
	if id, timer := t.of(v); timer != nil {
		timer.Stop()
		delete(t.byID, id)
	}
}

// class gives Timeout objects their methods.
func (t *timerTable) class() {
	vm := t.rt.VM()
	ctor := vm.ToValue(func(c engine.NewCall) *engine.Object {
		t.rt.Throw(engine.TypeErrorf("Illegal constructor"))
		return nil
	}).(*engine.Object)
	t.rt.Hidden(ctor, "name", vm.ToValue("Timeout"))
	t.rt.Hidden(t.proto, "constructor", ctor)
	chain := func(name string, do func(id int64, timer *engine.Timer, this *engine.Object)) {
		t.rt.Method(t.proto, name, func(c engine.Call) engine.Value {
			if id, timer := t.of(c.This); timer != nil {
				do(id, timer, c.This.(*engine.Object))
			}
			return c.This
		})
	}
	chain("ref", func(_ int64, timer *engine.Timer, _ *engine.Object) { timer.SetRef(true) })
	chain("unref", func(_ int64, timer *engine.Timer, _ *engine.Object) { timer.SetRef(false) })
	chain("refresh", func(_ int64, timer *engine.Timer, this *engine.Object) {
		timer.Restart(milliseconds(this.Get("_ms").ToFloat()))
	})
	chain("close", func(id int64, timer *engine.Timer, _ *engine.Object) {
		timer.Stop()
		delete(t.byID, id)
	})
	t.rt.Method(t.proto, "hasRef", func(c engine.Call) engine.Value {
		_, timer := t.of(c.This)
		return vm.ToValue(timer != nil && timer.HasRef())
	})
	id := func(c engine.Call) engine.Value {
		if o, ok := c.This.(*engine.Object); ok {
			return o.Get("_id")
		}
		return nil
	}
	t.proto.DefineDataPropertySymbol(engine.SymToPrimitive, vm.ToValue(id), engine.FlagTrue, engine.FlagTrue, engine.FlagFalse)
	t.proto.DefineDataPropertySymbol(t.rt.WellKnown("dispose"), vm.ToValue(func(c engine.Call) engine.Value {
		t.clear(c.This)
		return nil
	}), engine.FlagTrue, engine.FlagTrue, engine.FlagFalse)
}
