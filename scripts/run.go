// Package scripts runs script files, and watches them.
package scripts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"mcpjs/engine"
)

// Exit codes of a run.
const (
	ExitThrew       = 1   // the script threw, or did not compile
	ExitUsage       = 2   // the command line is wrong
	ExitUnsettled   = 13  // a top-level await never settled
	ExitTimeout     = 124 // --timeout
	ExitInterrupted = 130 // Ctrl-C
)

// Failure is how a run ended that did not end well.
type Failure struct {
	// Code is the process's exit code.
	Code int
	// Text is the report for people, "" where there is nothing to say.
	Text string
}

func (f *Failure) Error() string { return f.Text }

// Options say how a script is run.
type Options struct {
	Modules []engine.Module
	Args    []string
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	// Color is "auto", "always" or "never".
	Color string
	// Timeout bounds the run; 0 means none.
	Timeout time.Duration
	// Permissions decides about the outside; nil permits everything.
	Permissions *engine.Permissions
	// MaxHeap bounds the memory of each run, in bytes; 0 means no bound.
	MaxHeap int64
	// Guarded tells that this process is the one in which scripts are to run that
	// another must be able to stop; see Guarded.
	Guarded bool
	// Dir is the working directory; "" means the process's.
	Dir string
	// Cache is engine.CompileOptions.Cache.
	Cache string
	// Warm, where set, gives the modules of a series of runs that keep their
	// connections from one to the next.
	Warm func() ([]engine.Module, Warm)
	// Trace, where set, begins to write every message to and from servers.
	Trace func(w io.Writer, color, whole bool)
	// Stuck is called where a run that was told to stop goes on all the same,
	// in native code that nothing can interrupt. It must not return.
	Stuck func(code int)
	// Setup, where set, is called with the runtime before the script begins,
	// and Done with it when it is over.
	Setup, Done func(*engine.Runtime)
}

// signalError aborts a run because the process was sent a signal.
type signalError struct{ signal os.Signal }

func (e *signalError) Error() string {
	return "the process was told to end (" + e.signal.String() + ")"
}

// runtime are the options of the runtime for a script of this name.
func (o *Options) runtime(script string) engine.Options {
	return engine.Options{
		Modules: o.Modules, Dir: o.Dir, Args: o.Args, Script: script,
		Stdin: o.Stdin, Stdout: o.Stdout, Stderr: o.Stderr, Permissions: o.Permissions,
		ColorStdout: engine.WantsColor(o.Stdout, o.Color),
		ColorStderr: engine.WantsColor(o.Stderr, o.Color),
	}
}

// Run runs a source to its end. Its error is a *Failure.
func Run(ctx context.Context, src engine.Source, opts Options) error {
	rt := engine.New(opts.runtime(src.Name))
	if opts.Setup != nil {
		opts.Setup(rt)
	}
	program, err := engine.Compile(src, engine.CompileOptions{
		Modules: opts.Modules, Color: rt.ColorStderr, Permissions: opts.Permissions, Cache: opts.Cache,
	})
	if err == nil {
		if opts.Timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeoutCause(ctx, opts.Timeout, &engine.TimeoutError{After: opts.Timeout})
			defer cancel()
		}
		stop := watchSignals(rt, ctx, opts.Stuck)
		defer stop()
		defer opts.watchHeap(rt)()
		defer program.Keep()
		err = rt.Run(ctx, program)
	}
	failure := explain(rt, err)
	rt.Close()
	if opts.Done != nil {
		opts.Done(rt)
	}
	if failure == nil {
		return nil
	}
	return failure
}

// watchHeap ends a run that uses more memory than it may: at once, for what
// cleans up may need yet more.
func (o *Options) watchHeap(rt *engine.Runtime) (stop func()) {
	if o.MaxHeap <= 0 {
		return func() {}
	}
	every := 100 * time.Millisecond
	if o.MaxHeap < defaultHeap {
		every = 20 * time.Millisecond
	}
	over := make(chan struct{})
	end := engine.WatchHeap(o.MaxHeap, every, func() {
		err := &engine.HeapError{Limit: o.MaxHeap}
		rt.Abort(err)
		rt.Abort(err)
		select {
		case <-over:
		case <-time.After(hardStop):
			if o.Stuck != nil { // in native code, which goes on and takes more
				fmt.Fprintln(rt.Stderr, "Error: "+err.Error())
				o.Stuck(ExitThrew)
			}
		}
	})
	return func() {
		end()
		close(over)
	}
}

// explain makes a run's error the Failure that it is to the user.
func explain(rt *engine.Runtime, err error) *Failure {
	var (
		exit      *engine.ExitError
		unsettled *engine.UnsettledError
		timeout   *engine.TimeoutError
		sig       *signalError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exit):
		if exit.Code == 0 {
			return nil
		}
		return &Failure{Code: exit.Code}
	case errors.Is(err, engine.ErrInterrupted):
		return &Failure{Code: ExitInterrupted}
	case errors.As(err, &sig):
		code := ExitInterrupted
		if s, ok := sig.signal.(syscall.Signal); ok {
			code = 128 + int(s)
		}
		return &Failure{Code: code}
	}
	code := ExitThrew
	switch {
	case errors.As(err, &timeout):
		code = ExitTimeout
	case errors.As(err, &unsettled):
		code = ExitUnsettled
	}
	return &Failure{Code: code, Text: rt.Report(err, rt.Dir, rt.ColorStderr)}
}

// hardStop is how long a halted run may take to return, which it does at once
// unless native code keeps it.
const hardStop = time.Second

// watchSignals aborts the run at Ctrl-C, a second Ctrl-C at once, and at the
// signals that end processes; and calls stuck when an aborted run goes on.
func watchSignals(rt *engine.Runtime, ctx context.Context, stuck func(int)) (stop func()) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		var last <-chan time.Time
		code := ExitInterrupted
		ended := ctx.Done()
		for {
			select {
			case <-done:
				return
			case <-ended:
				ended = nil
				code = ExitTimeout
				last = time.After(rt.Grace + hardStop)
			case s := <-signals:
				if rt.Signal(s) {
					continue
				}
				var cause error = engine.ErrInterrupted
				if s != os.Interrupt {
					cause = &signalError{s}
					code = 128 + int(s.(syscall.Signal))
				}
				if last == nil {
					last = time.After(rt.Grace + hardStop)
				} else {
					last = time.After(hardStop)
				}
				rt.Abort(cause)
			case <-last:
				if stuck != nil {
					if code == ExitTimeout {
						fmt.Fprintln(rt.Stderr, "Error: "+context.Cause(ctx).Error())
					}
					fmt.Fprintln(rt.Stderr, "the script does not stop; ending the process")
					stuck(code)
				}
				return
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}

// Load reads the source that a command line names: a file, or "-" for stdin.
func Load(name string, stdin io.Reader) (engine.Source, error) {
	if name == "-" {
		code, err := io.ReadAll(stdin)
		if err != nil {
			return engine.Source{}, fmt.Errorf("read the script from stdin: %w", err)
		}
		dir, err := os.Getwd()
		return engine.Source{Name: "[stdin]", Code: string(code), Dir: dir}, err
	}
	src, err := engine.ReadSource(name)
	if errors.Is(err, os.ErrNotExist) {
		return src, fmt.Errorf("there is no file %s%s", name, near(name))
	}
	var path *os.PathError
	if errors.As(err, &path) {
		return src, fmt.Errorf("can't read %s: %w", name, path.Err)
	}
	return src, err
}

// near suggests the file that was meant where its suffix was left out.
func near(name string) string {
	for _, suffix := range []string{".ts", ".js", ".mjs", ".mts"} {
		if _, err := os.Stat(name + suffix); err == nil {
			return "; did you mean " + filepath.Base(name) + suffix + "?"
		}
	}
	return ""
}
