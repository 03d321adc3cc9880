package engine

import (
	"errors"
	"os"
	"sync"
)

// ExitHooks let a module take part in how a run ends. Both are called on the
// loop.
type ExitHooks struct {
	// BeforeExit is called whenever nothing is pending any more: what it starts
	// keeps the run going. An error that it throws is uncaught.
	BeforeExit func() error
	// Exit is called once, when the run is over: with the exit code, to give the
	// one that the run shall have if it ended well. It is not called for a run
	// that was aborted, nor after Exit.
	Exit func(code int) (int, error)
}

// SetExitHooks puts hooks at the end of the run. Loop only.
func (rt *Runtime) SetExitHooks(h ExitHooks) { rt.exiting = &h }

// beforeExit reports whether there is something to do again.
func (rt *Runtime) beforeExit() (again bool, err error) {
	if rt.exiting == nil || rt.abortErr != nil {
		return false, nil
	}
	if err := rt.uncaught(rt.exiting.BeforeExit()); err != nil {
		return false, err
	}
	if err := rt.afterJS(); err != nil {
		return false, err
	}
	return rt.loop.refs > 0 || !rt.loop.idle(), nil
}

// exit calls the exit hook for a run that ended with err, and gives the run's
// error.
func (rt *Runtime) exit(err error) error {
	if rt.exiting == nil || rt.abortErr != nil {
		return err
	}
	var (
		uncaught  *UncaughtError
		unsettled *UnsettledError
		code      int
	)
	switch {
	case err == nil:
	case errors.As(err, &uncaught):
		code = 1
	case errors.As(err, &unsettled):
		code = 13
	default:
		return err
	}
	code, thrown := rt.exiting.Exit(code)
	if failed := rt.uncaught(thrown); failed != nil && err == nil {
		err = failed
	}
	if failed := rt.afterJS(); failed != nil && err == nil {
		err = failed
	}
	if err = rt.outcome(err); err == nil && code != 0 {
		return &ExitError{code}
	}
	return err
}

// signals are those that the script handles itself.
type signals struct {
	mu       sync.Mutex
	handlers map[os.Signal]func()
}

// HandleSignal has fn called on the loop when the process gets a signal, which
// then does not end the run; nil ends that. Any goroutine.
func (rt *Runtime) HandleSignal(s os.Signal, fn func()) {
	rt.signals.mu.Lock()
	defer rt.signals.mu.Unlock()
	if fn == nil {
		delete(rt.signals.handlers, s)
		return
	}
	if rt.signals.handlers == nil {
		rt.signals.handlers = map[os.Signal]func(){}
	}
	rt.signals.handlers[s] = fn
}

// Signal hands the script a signal that the process got, and reports whether
// the script handles it. Any goroutine.
func (rt *Runtime) Signal(s os.Signal) bool {
	rt.signals.mu.Lock()
	defer rt.signals.mu.Unlock()
	fn := rt.signals.handlers[s]
	if fn == nil {
		return false
	}
	rt.Post(func() {
		rt.signals.mu.Lock()
		fn := rt.signals.handlers[s]
		rt.signals.mu.Unlock()
		if fn != nil {
			fn()
		}
	})
	return true
}
