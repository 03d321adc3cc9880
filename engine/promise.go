package engine

import (
	_ "unsafe" // for go:linkname

	"github.com/dop251/goja"
)

// goja's Runtime.NewPromise gives every promise two function objects that settle
// it, which takes 25 allocations and 1.7 kB where the promise alone takes 3 and
// 0.3 kB. A script that calls servers makes a promise for each call, and Go
// settles it: so goja's own steps are linked here. TestLinkedGoja fails when they
// have to be read again.

//go:linkname gojaNewPromise github.com/dop251/goja.(*Runtime).newPromise
func gojaNewPromise(vm *goja.Runtime, proto *goja.Object) *goja.Promise

//go:linkname gojaFulfill github.com/dop251/goja.(*Promise).fulfill
func gojaFulfill(p *goja.Promise, value goja.Value) goja.Value

//go:linkname gojaReject github.com/dop251/goja.(*Promise).reject
func gojaReject(p *goja.Promise, reason goja.Value) goja.Value

//go:linkname gojaResolvingFunctions github.com/dop251/goja.(*Promise).createResolvingFunctions
func gojaResolvingFunctions(p *goja.Promise) (resolve, reject *goja.Object)

// promises is what Go makes and settles promises with.
type promises struct {
	proto *Object                                  // Promise.prototype
	idle  goja.Callable                            // does nothing; when a call returns, the microtasks are run
	call  func(c goja.FunctionCall) (v goja.Value) // Function.prototype.call
}

func (ps *promises) init(vm *goja.Runtime) {
	p, _, _ := vm.NewPromise()
	ps.proto = vm.ToValue(p).(*goja.Object).Prototype()
	idle := vm.ToValue(func(goja.FunctionCall) goja.Value { return nil }).(*goja.Object)
	ps.idle, _ = goja.AssertFunction(idle)
	ps.call = idle.Get("call").Export().(func(goja.FunctionCall) goja.Value)
}

// newPromise makes a pending promise, to be settled once, by resolve or reject.
// Loop only.
func (rt *Runtime) newPromise() *goja.Promise { return gojaNewPromise(rt.vm, rt.promises.proto) }

// resolve resolves a promise of newPromise: with the outcome of v where that is a
// promise or another thenable, else with v. What waits for it runs before resolve
// returns, unless JavaScript is running already. Loop only.
func (rt *Runtime) resolve(p *goja.Promise, v Value) error {
	if o, ok := v.(*goja.Object); ok {
		then, err := rt.guard(func() (Value, error) { return o.Get("then"), nil })
		if err != nil {
			return rt.reject(p, rt.errorValue(err, nil))
		}
		if _, ok := goja.AssertFunction(then); ok {
			return rt.follow(p, o, then)
		}
	}
	gojaFulfill(p, v)
	return rt.runMicrotasks()
}

// follow lets p follow a thenable, whose then method has been read already.
func (rt *Runtime) follow(p *goja.Promise, thenable *Object, then Value) error {
	read := rt.vm.NewObject()
	read.Set("then", func(c goja.FunctionCall) goja.Value {
		return rt.promises.call(goja.FunctionCall{This: then, Arguments: append([]goja.Value{thenable}, c.Arguments...)})
	})
	function, _ := gojaResolvingFunctions(p)
	resolve, _ := goja.AssertFunction(function)
	_, err := resolve(nil, read)
	return err
}

// reject rejects a promise of newPromise, as resolve resolves it. Loop only.
func (rt *Runtime) reject(p *goja.Promise, reason Value) error {
	gojaReject(p, reason)
	return rt.runMicrotasks()
}

// runMicrotasks runs what waits for promises that Go has settled, unless
// JavaScript is running, after which that is done anyway. Loop only.
func (rt *Runtime) runMicrotasks() error {
	_, err := rt.promises.idle(nil)
	return err
}
