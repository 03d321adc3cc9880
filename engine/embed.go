package engine

import "github.com/dop251/goja"

// Embedded is a file of our own JavaScript that a module is partly made of: one
// function expression, that takes what Go gives it and returns an object. It is
// compiled at most once in a process and run at most once in a runtime, when it
// is first needed; its frames don't show in stacks. It may use only what goja
// itself understands: no async generators, no for await.
type Embedded struct {
	program func() *goja.Program
}

// Embed declares an embedded file; name is for stacks of our own.
func Embed(name, src string) *Embedded { return &Embedded{compiled(name, src)} }

// Load gives what the file's function returned in rt; it is called at the first
// Load, with what args makes. Loop only.
func (e *Embedded) Load(rt *Runtime, args func() []Value) *Object {
	if o := rt.embedded[e]; o != nil {
		return o
	}
	fn, _ := goja.AssertFunction(rt.internal(e.program()))
	var list []Value
	if args != nil {
		list = args()
	}
	v, err := fn(goja.Undefined(), list...)
	if err != nil {
		panic(err)
	}
	if rt.embedded == nil {
		rt.embedded = map[*Embedded]*goja.Object{}
	}
	rt.embedded[e] = v.(*goja.Object)
	return rt.embedded[e]
}
