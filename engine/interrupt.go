package engine

import (
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// ClearInterrupt makes the runtime usable after InterruptScript, whether that
// stopped a script or came too late. Loop only, and not from a function that
// JavaScript called.
func (rt *Runtime) ClearInterrupt() {
	rt.vm.ClearInterrupt()
	rt.unwind()
}

// unwind empties goja's stacks. A script that is interrupted in an asynchronous
// function leaves its frames there, and goja, which then believes that it is
// called from JavaScript, runs no microtasks ever again. goja has no word for
// this, so its fields are set behind its back; the tests would notice others.
func (rt *Runtime) unwind() {
	runtime := reflect.ValueOf(rt.vm).Elem()
	vm := runtime.FieldByName("vm")
	global := runtime.FieldByName("global")
	if vm.Kind() != reflect.Pointer || vm.IsNil() || !global.IsValid() {
		return
	}
	field := func(of reflect.Value, name string) reflect.Value {
		f := of.FieldByName(name)
		if !f.IsValid() {
			return f
		}
		return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
	}
	// Nor does goja then drop the microtasks that waited, as it does elsewhere: the
	// next script would run what this one was stopped for.
	if jobs := field(runtime, "jobQueue"); jobs.IsValid() {
		jobs.SetZero()
	}
	vm = vm.Elem()
	for _, name := range []string{"callStack", "tryStack", "iterStack", "refStack", "stack", "prg", "privEnv", "newTarget", "result", "curAsyncRunner", "sp", "args", "pc"} {
		if f := field(vm, name); f.IsValid() {
			f.SetZero()
		}
	}
	if sb := field(vm, "sb"); sb.IsValid() && sb.CanInt() {
		sb.SetInt(-1)
	}
	stash, outermost := field(vm, "stash"), field(global, "stash")
	if stash.IsValid() && outermost.IsValid() && outermost.Addr().Type() == stash.Type() {
		stash.Set(outermost.Addr())
	}
}

// Try runs fn and gives what it throws as an error, and also what can't be
// caught: that the script was interrupted, halted, or went too deep. Loop only.
func (rt *Runtime) Try(fn func()) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *goja.InterruptedError:
			err = x
		case *goja.StackOverflowError:
			err = x
		default:
			panic(x)
		}
	}()
	if ex := rt.vm.Try(fn); ex != nil {
		return ex
	}
	return nil
}

// Halted tells that no JavaScript runs any more, since Exit or the end of an
// abort. Any goroutine.
func (rt *Runtime) Halted() bool {
	rt.haltMu.Lock()
	defer rt.haltMu.Unlock()
	return rt.halted != nil
}
