package engine

import "github.com/dop251/goja"

// maxGeneratorDepth is the number of generators that may run within each other:
// goja does not count them as calls, and Go's stack would end the process.
const maxGeneratorDepth = 5000

var generatorPrototype = compiled("generator", "Object.getPrototypeOf(function* () {}).prototype")

// guardGenerators refuses to enter a generator that is running, as the language
// does. goja's own check misses those that are in yield*, whose iterator would
// then enter them again without end (ECMA-262, GeneratorValidate).
func (rt *Runtime) guardGenerators() {
	proto := rt.internal(generatorPrototype()).(*goja.Object)
	running := map[*goja.Object]struct{}{}
	for _, name := range []string{"next", "return", "throw"} {
		own := proto.Get(name).(*goja.Object)
		original, ok := own.Export().(func(goja.FunctionCall) Value)
		if !ok {
			continue
		}
		f := rt.define(proto, name, func(c Call) Value {
			generator, ok := c.This.(*goja.Object)
			if !ok {
				return original(c) // which refuses it
			}
			if _, is := running[generator]; is {
				rt.Throw(&Error{Class: "TypeError", Message: "Generator is already running"})
			}
			if len(running) >= maxGeneratorDepth {
				rt.Throw(&Error{Class: "RangeError", Message: "Maximum call stack size exceeded"})
			}
			running[generator] = struct{}{}
			defer delete(running, generator)
			return original(c)
		})
		f.DefineDataProperty("length", own.Get("length"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}
