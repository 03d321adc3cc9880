package stdlib

import (
	_ "embed"

	"mcpjs/engine"
)

//go:embed clone.js
var cloneSource string

var cloneCode = engine.Embed("clone.js", cloneSource)

// clone is structuredClone, for all that HTML lets it clone and goja has.
var clone = engine.Module{
	Globals: func(rt *engine.Runtime) { lazyExports(rt, cloneExports, "structuredClone") },
	Types: `/** A deep copy; cycles, Map, Set, Date, RegExp, errors and bytes are kept. Functions throw a DataCloneError. */
declare function structuredClone<T>(value: T, options?: { transfer?: ArrayBuffer[] }): T;
`,
}

func cloneExports(rt *engine.Runtime) *engine.Object {
	return cloneCode.Load(rt, func() []engine.Value {
		vm := rt.VM()
		native := vm.NewObject()
		native.Set("DOMException", eventExports(rt).Get("DOMException"))
		rt.Method(native, "kind", func(c engine.Call) engine.Value {
			o, ok := c.Argument(0).(*engine.Object)
			if !ok {
				return vm.ToValue("")
			}
			return vm.ToValue(rt.Kind(o))
		})
		rt.Method(native, "immutable", func(c engine.Call) engine.Value {
			return vm.ToValue(isBlob(rt, c.Argument(0)))
		})
		rt.Method(native, "detach", func(c engine.Call) engine.Value {
			if b, ok := c.Argument(0).Export().(interface{ Detach() bool }); ok {
				b.Detach()
			}
			return nil
		})
		return []engine.Value{native}
	})
}
