package stdlib

import (
	_ "embed"
	"time"

	"mcpjs/engine"
)

//go:embed event.d.ts
var eventTypes string

//go:embed event.js
var eventSource string

var eventCode = engine.Embed("event.js", eventSource)

// event is the web's events and their abort signals: Event, CustomEvent,
// EventTarget, DOMException, AbortController and AbortSignal. An error that a
// listener throws is uncaught and does not stop the others, as in node; the
// timer of AbortSignal.timeout does not keep a run alive.
var event = engine.Module{
	Globals: func(rt *engine.Runtime) {
		lazyExports(rt, eventExports, "DOMException", "Event", "CustomEvent", "EventTarget", "AbortController", "AbortSignal")
	},
	Types: eventTypes,
}

// lazyExports makes globals of what an embedded file exports.
func lazyExports(rt *engine.Runtime, load func(*engine.Runtime) *engine.Object, names ...string) {
	for _, name := range names {
		rt.LazyGlobal(name, func() engine.Value { return load(rt).Get(name) })
	}
}

func eventExports(rt *engine.Runtime) *engine.Object {
	return eventCode.Load(rt, func() []engine.Value {
		vm := rt.VM()
		start := time.Now()
		native := vm.NewObject()
		rt.Method(native, "now", func(engine.Call) engine.Value {
			return vm.ToValue(float64(time.Since(start).Microseconds()) / 1000)
		})
		rt.Method(native, "uncaught", func(c engine.Call) engine.Value {
			err := rt.Thrown(c.Argument(0))
			rt.StartTimer(0, false, func() error { return err })
			return nil
		})
		rt.Method(native, "timeout", func(c engine.Call) engine.Value {
			fn, _ := engine.Function(c.Argument(1))
			d := time.Duration(min(c.Argument(0).ToFloat(), 1e12) * float64(time.Millisecond))
			rt.StartTimer(d, false, func() error {
				_, err := fn(engine.Undefined())
				return err
			}).SetRef(false)
			return nil
		})
		return []engine.Value{native}
	})
}
