package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dop251/goja"
)

// ErrInterrupted aborts a run because its user asked for it (Ctrl-C).
var ErrInterrupted = errors.New("interrupted")

// TimeoutError aborts a run that took longer than it may.
type TimeoutError struct{ After time.Duration }

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("the script did not finish within %s", e.After)
}

// UnsettledError ends a run in which nothing is pending but the main module's
// top-level await.
type UnsettledError struct {
	// At is the await.
	At Position
}

func (e *UnsettledError) Error() string { return "top-level await never settled" }

// UncaughtError is a value that the script threw and nobody caught.
type UncaughtError struct {
	Value Value
	// Promise tells that it is the reason of a rejected promise that nobody
	// listened to.
	Promise bool
	// Of is that promise.
	Of *Object
	rt *Runtime
}

func (e *UncaughtError) Error() string {
	if e.Promise {
		return "unhandled rejection: " + e.rt.describe(e.Value)
	}
	return "uncaught " + e.rt.describe(e.Value)
}

// ExitError ends a run by process.exit.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// haltError is why no more JavaScript may run.
type haltError struct{ cause error }

func (e *haltError) Error() string { return e.cause.Error() }

// Run runs a program as the main module and then the loop, on the calling
// goroutine, until nothing is pending. The error is an *UncaughtError, an
// *UnsettledError, an *ExitError, or the cause given to Abort; when ctx ends,
// that is its cause. The runtime can run no other program after an error.
func (rt *Runtime) Run(ctx context.Context, p *Program) error {
	stop := context.AfterFunc(ctx, func() { rt.Abort(context.Cause(ctx)) })
	defer stop()
	defer rt.flush()
	return rt.exit(rt.run(p))
}

func (rt *Runtime) run(p *Program) error {
	main, err := rt.Evaluate(p)
	if err != nil {
		return rt.outcome(rt.uncaught(err))
	}
	promise := main.Export().(*goja.Promise)
	if rt.OnMain != nil {
		rt.Await(main, func(exports Value, err error) {
			if err != nil {
				rt.Check(err)
				return
			}
			rt.OnMain(exports)
		})
	}
	if err := rt.afterJS(); err != nil {
		return rt.outcome(err)
	}
	if err := rt.spin(nil); err != nil {
		return rt.outcome(err)
	}
	if promise.State() == goja.PromiseStatePending && rt.abortErr == nil {
		return &UnsettledError{At: rt.topAwait(p)}
	}
	return rt.outcome(nil)
}

// Serve runs the loop on the calling goroutine until ctx ends, whether or not
// anything is pending. An uncaught error goes to OnUncaught; where that is not
// set or refuses it, Serve returns it.
func (rt *Runtime) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { rt.Post(func() {}) })
	defer stop()
	defer rt.flush()
	return rt.outcome(rt.spin(ctx))
}

// Drain runs the loop on the calling goroutine until nothing is pending, or
// ctx ends, after Serve has returned.
func (rt *Runtime) Drain(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { rt.Abort(context.Cause(ctx)) })
	defer stop()
	defer rt.flush()
	return rt.outcome(rt.spin(nil))
}

// Uncaught words a value that was thrown, for Report. Loop only.
func (rt *Runtime) Uncaught(v Value) *UncaughtError {
	rt.tidyStack(v)
	return &UncaughtError{Value: v, rt: rt}
}

// Settled tells whether all that was evaluated has run to its end, top-level
// await included. Loop only.
func (rt *Runtime) Settled() bool {
	for main := range rt.mains {
		if main.State() == goja.PromiseStatePending {
			return false
		}
	}
	return true
}

// spin turns the loop until nothing is pending or, with a context, until that
// ends.
func (rt *Runtime) spin(ctx context.Context) error {
	l := &rt.loop
	l.ctx, l.over = ctx, nil
	for {
		over, err := rt.advance()
		if over {
			return err
		}
		l.wait()
		if l.over != nil {
			return l.over.err
		}
	}
}

// advance turns the loop until it has nothing at hand. It reports whether spin
// is to return, and what.
func (rt *Runtime) advance() (over bool, err error) {
	ctx := rt.loop.ctx
	for {
		busy, err := rt.turn()
		if err != nil || ctx != nil && ctx.Err() != nil {
			return true, err
		}
		if busy {
			continue
		}
		if ctx != nil || rt.loop.refs > 0 {
			rt.flush()
			return false, nil
		}
		if rt.loop.idle() {
			if again, err := rt.beforeExit(); err != nil || !again {
				return true, err
			}
		}
	}
}

// outcome is what Run and Serve return for err.
func (rt *Runtime) outcome(err error) error {
	rt.haltMu.Lock()
	halted := rt.halted
	rt.haltMu.Unlock()
	if halted != nil {
		return halted.cause
	}
	if rt.abortErr != nil {
		return rt.abortErr
	}
	return err
}

// Abort ends the run in order: every pending operation is rejected, timers and
// what Ref holds are dropped, and the script may clean up in its finally blocks until the grace is
// over; then it is halted. The second Abort halts at once. Any goroutine.
func (rt *Runtime) Abort(cause error) {
	rt.haltMu.Lock()
	first := rt.abortAsked == nil
	if first {
		rt.abortAsked = cause
		close(rt.aborting)
	}
	rt.haltMu.Unlock()
	if !first {
		rt.halt(cause)
		return
	}
	time.AfterFunc(rt.Grace, func() { rt.halt(cause) })
	rt.Post(func() {
		rt.abortErr = cause
		rt.cancel(cause)
		rt.ctx, rt.cancel = context.WithCancelCause(context.Background())
		timers := slices.Clone(rt.loop.timers)
		for _, t := range timers {
			t.Stop()
		}
		rt.loop.refs -= len(rt.loop.holds)
		clear(rt.loop.holds)
		ops := make([]*Operation, 0, len(rt.ops))
		for op := range rt.ops {
			ops = append(ops, op)
		}
		for _, op := range ops {
			op.abort(cause)
		}
		for _, t := range timers {
			if t.onAbort != nil {
				t.onAbort(rt.abortedPromise(cause))
			}
		}
	})
}

// Exit ends the run at once with a code, as process.exit does. Loop only.
func (rt *Runtime) Exit(code int) { rt.halt(&ExitError{code}) }

// halt stops all JavaScript, uncatchably. Any goroutine.
func (rt *Runtime) halt(cause error) {
	rt.haltMu.Lock()
	if rt.halted == nil {
		rt.halted = &haltError{cause}
	}
	rt.haltMu.Unlock()
	rt.vm.Interrupt(rt.halted)
	rt.Post(func() {})
}

// InterruptScript stops the JavaScript that runs now, if any does, with an
// error that the script cannot catch. Where no JavaScript runs, it stops what
// runs next. After it, ClearInterrupt must be posted to the loop. Any
// goroutine.
func (rt *Runtime) InterruptScript() { rt.vm.Interrupt(ErrInterrupted) }

// A Mark is a moment in the life of a runtime.
type Mark uint64

// Mark gives this moment, for CancelSince. Loop only.
func (rt *Runtime) Mark() Mark { return Mark(rt.loop.seq) }

// CancelSince rejects the operations begun since a mark that are pending, and
// stops the timers started since. Unlike after Abort, the runtime goes on.
// Nobody need catch these rejections. It gives how many were cancelled. Loop
// only.
func (rt *Runtime) CancelSince(m Mark, cause error) int {
	n := 0
	for _, t := range slices.Clone(rt.loop.timers) {
		if t.born > uint64(m) {
			t.Stop()
			n++
		}
	}
	var ops []*Operation
	for op := range rt.ops {
		if op.born > uint64(m) {
			ops = append(ops, op)
		}
	}
	slices.SortFunc(ops, func(a, b *Operation) int { return cmp.Compare(a.born, b.born) })
	for _, op := range ops {
		op.abort(cause)
	}
	return n + len(ops)
}

// PendingSince is the number of operations and timers since a mark that are
// pending. Loop only.
func (rt *Runtime) PendingSince(m Mark) int {
	n := 0
	for _, t := range rt.loop.timers {
		if t.born > uint64(m) {
			n++
		}
	}
	for op := range rt.ops {
		if op.born > uint64(m) {
			n++
		}
	}
	return n
}

// Halting tells whether an error that came out of a call into JavaScript is the
// end of the run, which nobody may catch. Loop only.
func (rt *Runtime) Halting(err error) bool {
	var interrupted *goja.InterruptedError
	return errors.As(err, &interrupted)
}

// afterJS does what must follow every entry into JavaScript: it ends the run
// if it was halted, and reports rejections that nobody listens to.
func (rt *Runtime) afterJS() error {
	for len(rt.loop.later) > 0 {
		batch := rt.loop.later
		rt.loop.later = nil
		for _, fn := range batch {
			fn()
		}
	}
	rt.haltMu.Lock()
	halted := rt.halted
	rt.haltMu.Unlock()
	if halted != nil {
		return halted
	}
	if rt.loop.failed != nil {
		err := rt.loop.failed
		rt.loop.failed = nil
		return rt.uncaught(err)
	}
	for _, p := range rt.rejections.take() {
		if rt.isAbort(p.Result()) {
			continue
		}
		rt.tidyStack(p.Result())
		_, main := rt.mains[p]
		err := &UncaughtError{Value: p.Result(), Promise: !main, Of: rt.vm.ToValue(p).(*goja.Object), rt: rt}
		if rt.OnUncaught == nil || !rt.OnUncaught(err) {
			return err
		}
	}
	return nil
}

// uncaught is what an error that came out of JavaScript means for the run: nil
// if it is nil or was dealt with.
func (rt *Runtime) uncaught(err error) error {
	if err == nil {
		return nil
	}
	var interrupted *goja.InterruptedError
	if errors.As(err, &interrupted) {
		rt.ClearInterrupt()
		if halt, ok := interrupted.Value().(*haltError); ok {
			return halt
		}
	}
	un := &UncaughtError{Value: rt.errorValue(err, nil), rt: rt}
	if rt.OnUncaught != nil && rt.OnUncaught(un) {
		return nil
	}
	return un
}

// Check notes an error, if there is one, of a callback, of settling a promise,
// or of another call into JavaScript that has nobody to return it to: it ends
// the run, unless OnUncaught deals with it. Loop only.
func (rt *Runtime) Check(err error) {
	if err != nil && rt.loop.failed == nil {
		rt.loop.failed = err
	}
}

// isAbort tells whether v is the rejection that an abort gave to an operation.
func (rt *Runtime) isAbort(v Value) bool {
	o, ok := v.(*goja.Object)
	return ok && rt.aborted[o]
}
