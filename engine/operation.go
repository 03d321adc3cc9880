package engine

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/dop251/goja"
)

// An Operation is work done elsewhere that a script waits for: a promise, a
// reference that keeps the run alive, and a context that ends when the run is
// aborted. It is completed exactly once, by whichever of Resolve, Reject or
// the run's abort comes first; the others do nothing.
type Operation struct {
	rt      *Runtime
	born    uint64 // see Mark
	promise *goja.Promise
	stack   []goja.StackFrame
	settled atomic.Bool
	finally []func()

	mu       sync.Mutex
	parent   context.Context
	ctx      context.Context // made when it is asked for
	cancel   context.CancelCauseFunc
	onCancel func(cause error)
	over     error // why it is, errOver where it is completed
}

// errOver tells that an operation is completed.
var errOver = fmt.Errorf("the operation is completed: %w", context.Canceled)

// Begin starts an operation at the script's current line. Loop only.
func (rt *Runtime) Begin() *Operation {
	op := &Operation{rt: rt, parent: rt.ctx}
	op.promise = rt.newPromise()
	op.stack = rt.vm.CaptureCallStack(0, nil)
	rt.loop.seq++
	op.born = rt.loop.seq
	rt.loop.refs++
	rt.ops[op] = struct{}{}
	return op
}

// Promise is what the script gets. Loop only.
func (op *Operation) Promise() *Object { return op.rt.vm.ToValue(op.promise).(*goja.Object) }

// Context ends when the operation is completed, cancelled or aborted. Any
// goroutine.
func (op *Operation) Context() context.Context {
	op.mu.Lock()
	defer op.mu.Unlock()
	if op.ctx == nil {
		op.ctx, op.cancel = context.WithCancelCause(op.parent)
		if op.over != nil {
			op.cancel(op.over)
		}
	}
	return op.ctx
}

// OnCancel calls fn, once, where the operation is cancelled or aborted before it
// is completed: for work that needs no context. Any goroutine.
func (op *Operation) OnCancel(fn func(cause error)) {
	op.mu.Lock()
	over := op.over
	if over == nil {
		op.onCancel = fn
	}
	op.mu.Unlock()
	if over != nil && over != errOver {
		fn(over)
	}
}

// Over tells why the operation has ended, nil while it lasts: what it was
// cancelled or aborted with, or that it is completed. Any goroutine.
func (op *Operation) Over() error {
	op.mu.Lock()
	defer op.mu.Unlock()
	return op.over
}

// Cancel ends the operation's context with a cause, nil meaning
// context.Canceled; who works for it then completes it. Any goroutine.
func (op *Operation) Cancel(cause error) {
	if cause == nil {
		cause = context.Canceled
	}
	op.end(cause)
}

// end ends the context, and tells who wants to know unless cause is errOver.
func (op *Operation) end(cause error) {
	op.mu.Lock()
	if op.over != nil {
		op.mu.Unlock()
		return
	}
	op.over = cause
	cancel, tell := op.cancel, op.onCancel
	op.onCancel = nil
	op.mu.Unlock()
	if cancel != nil {
		cancel(cause)
	}
	if tell != nil && cause != errOver {
		tell(cause)
	}
}

// Resolve completes the operation with what value makes, on the loop; nil
// makes undefined, an error rejects. Any goroutine.
func (op *Operation) Resolve(value func() (Value, error)) {
	if op.settled.CompareAndSwap(false, true) {
		op.rt.Post(func() {
			if !op.finish() {
				return
			}
			v, err := Value(goja.Undefined()), error(nil)
			if value != nil {
				v, err = op.rt.guard(value)
			}
			if err != nil {
				op.rt.Check(op.rt.reject(op.promise, op.rt.errorValue(err, op.stack)))
				return
			}
			op.rt.Check(op.rt.resolve(op.promise, v))
		})
	}
}

// Reject completes the operation with err as a JavaScript error whose stack is
// that of Begin. Any goroutine.
func (op *Operation) Reject(err error) {
	if op.settled.CompareAndSwap(false, true) {
		op.rt.Post(func() {
			if op.finish() {
				op.rt.Check(op.rt.reject(op.promise, op.rt.errorValue(err, op.stack)))
			}
		})
	}
}

// abort rejects the operation at once. Loop only.
func (op *Operation) abort(cause error) {
	op.settled.Store(true)
	op.end(cause)
	if op.finish() {
		op.rt.Check(op.rt.reject(op.promise, op.rt.abortedValue(cause, op.stack)))
	}
}

// abortedValue is the error that an abort rejects with.
func (rt *Runtime) abortedValue(cause error, stack []goja.StackFrame) Value {
	v := rt.newError(abortError("the operation was aborted: "+cause.Error()), stack)
	if o, ok := v.(*goja.Object); ok {
		rt.aborted[o] = true
	}
	return v
}

// abortedPromise is a promise that an abort rejected.
func (rt *Runtime) abortedPromise(cause error) *Object {
	p := rt.newPromise()
	rt.Check(rt.reject(p, rt.abortedValue(cause, nil)))
	return rt.vm.ToValue(p).(*goja.Object)
}

// finish drops the operation's reference; false if that was done already.
func (op *Operation) finish() bool {
	if _, ok := op.rt.ops[op]; !ok {
		return false
	}
	delete(op.rt.ops, op)
	op.end(errOver)
	op.rt.loop.refs--
	for _, fn := range op.finally {
		fn()
	}
	return true
}

// Async runs work on a goroutine of its own and gives a promise of what the
// function it returns makes of the result on the loop. Loop only.
func (rt *Runtime) Async(work func(ctx context.Context) (func() (Value, error), error)) *Object {
	op := rt.Begin()
	go func() {
		value, err := work(op.Context())
		rt.Deliver(func() {
			if err != nil {
				op.Reject(err)
				return
			}
			op.Resolve(value)
		})
	}()
	return op.Promise()
}

// Rejected gives a promise rejected with err at the script's current line.
// Loop only.
func (rt *Runtime) Rejected(err error) *Object {
	p := rt.newPromise()
	rt.Check(rt.reject(p, rt.errorValue(err, rt.vm.CaptureCallStack(0, nil))))
	return rt.vm.ToValue(p).(*goja.Object)
}

// Resolved gives a promise resolved with v. Loop only.
func (rt *Runtime) Resolved(v Value) *Object {
	p := rt.newPromise()
	rt.Check(rt.resolve(p, v))
	return rt.vm.ToValue(p).(*goja.Object)
}

// Await calls done on the loop when v, if it is a promise or another thenable,
// has settled, and at once if it is anything else. Loop only.
func (rt *Runtime) Await(v Value, done func(v Value, err error)) {
	if !IsThenable(v) {
		done(v, nil)
		return
	}
	ok := rt.vm.ToValue(func(c Call) Value { done(c.Argument(0), nil); return goja.Undefined() })
	fail := rt.vm.ToValue(func(c Call) Value { done(nil, rt.thrown(c.Argument(0))); return goja.Undefined() })
	then, _ := goja.AssertFunction(v.(*goja.Object).Get("then"))
	if _, err := then(v, ok, fail); err != nil {
		done(nil, err)
	}
}

// IsThenable tells whether v is a promise or has a then method. Loop only.
func IsThenable(v Value) bool {
	o, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	if o.ExportType() == promiseType {
		return true
	}
	_, ok = goja.AssertFunction(o.Get("then"))
	return ok
}

// guard runs fn and turns a JavaScript exception thrown in it into its error.
func (rt *Runtime) guard(fn func() (Value, error)) (v Value, err error) {
	ex := rt.vm.Try(func() { v, err = fn() })
	if ex != nil {
		return nil, ex
	}
	return v, err
}

// Finally calls fn when the operation is completed, on the loop. Loop only.
func (op *Operation) Finally(fn func()) { op.finally = append(op.finally, fn) }

// Thrown is a JavaScript value as a Go error: what rejects or throws with it
// gives the script that very value. Loop only; the error may go anywhere.
func (rt *Runtime) Thrown(v Value) error {
	if v == nil {
		v = goja.Undefined()
	}
	return rt.thrown(v)
}
