// Package repl is the interactive session: a prompt at which JavaScript and
// TypeScript is evaluated, and which knows MCP.
package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chzyer/readline"

	"mcpjs/engine"
)

// Options say what surrounds a session.
type Options struct {
	Modules        []engine.Module
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Color is "auto", "always" or "never".
	Color   string
	Version string
	// Targets are connected before the first prompt.
	Targets []Target
	// Roots are directories that servers are told of.
	Roots []string
	// Source is run before the first prompt, where it has a name.
	Source engine.Source
	// Args are the script's.
	Args []string
	// Trace, where set, hands each message to and from servers to show, on any
	// goroutine, until it is given nil.
	Trace func(show func(Message))
	// Traced is "on" or "full" where the session begins with it so.
	Traced string
	// History is the history's file; "" keeps none.
	History string
}

// Target is a server to connect to, and the variable for its client.
type Target struct{ Name, Target string }

// Session is one REPL. Three goroutines work for it: the loop, which owns all
// values; the front, which owns the line being edited and runs what is
// entered, one after the other; and the terminal's reader. What the loop wants
// of the front it sends to calls; what the front wants of the loop it posts.
type Session struct {
	opts  Options
	rt    *engine.Runtime
	ready chan struct{} // closed when rt is there
	// start lets the runtime be made: the first prompt does not wait for it.
	start  func()
	recall sync.Once // reads the history, once the first prompt is there
	screen *screen
	editor *editor
	term   *terminal // nil where lines are not edited
	source io.Reader // of lines, where term is nil
	dumb   *lineReader

	calls   chan func()
	signals chan os.Signal
	quit    chan struct{}   // closed when the loop has ended
	ahead   []rune          // typed while something ran
	current *task           // front only
	asking  context.Context // ends with the question that is open; nil where none is. Front only

	interactive bool
	color       bool
	inputs      int
	entered     []entry           // what .save writes; front only
	unreached   map[string]Target // by variable, those that could not be connected to; front only
	exitCode    int
	failure     int // exit code of the last error, loop only

	stopping  atomic.Bool // a script was interrupted just now
	last      engine.Value
	lastError engine.Value
	timing    bool

	// uncut gives all of what was shown last and may have been cut; it is for
	// the loop to call.
	uncut atomic.Pointer[func() string]

	servers servers
	trace   trace
	bars    bars
	builtin map[string]bool // globals that were there before any script; loop only
}

// task is something that runs while the prompt is away.
type task struct {
	mark     engine.Mark
	began    time.Time
	done     chan struct{}
	finished bool // loop only
	stopped  bool // loop only
	end      func(engine.Value, error)
}

// errStop ends the session.
var errStop = errors.New("stop")

// Run runs a session to its end and gives the process's exit code.
func Run(ctx context.Context, opts Options) (int, error) {
	s := &Session{opts: opts, ready: make(chan struct{}), calls: make(chan func()), quit: make(chan struct{})}
	s.interactive = isTerminal(opts.Stdin, opts.Stdout)
	s.color = engine.WantsColor(opts.Stdout, opts.Color)
	stopSignals := s.open()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	frontDone := make(chan struct{})
	started := make(chan struct{})
	s.start = sync.OnceFunc(func() { close(started) })
	go func() {
		defer close(frontDone)
		defer cancel()
		defer s.start()
		s.front()
	}()
	<-started
	s.rt = s.newRuntime()
	close(s.ready)
	err := s.rt.Serve(ctx)
	close(s.quit)
	<-frontDone
	if err == nil && !s.interactive && s.exitCode == 0 {
		err = s.drain()
	}
	stopSignals()
	s.close()
	s.rt.Close()
	var exit *engine.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.Code, nil
	case errors.Is(err, engine.ErrInterrupted):
		return 130, nil
	case err != nil:
		return 1, err
	case !s.interactive && s.exitCode == 0:
		return s.failure, nil
	}
	return s.exitCode, nil
}

// drain waits for what piped lines have begun, such as timers.
func (s *Session) drain() error {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-s.signals:
			cancel(engine.ErrInterrupted)
		case <-done:
		}
	}()
	return s.rt.Drain(ctx)
}

// open prepares screen, editor and terminal.
func (s *Session) open() (stop func()) {
	file, _ := s.opts.Stdout.(*os.File)
	s.screen = &screen{out: s.opts.Stdout, color: s.color, plain: !s.interactive || os.Getenv("TERM") == "dumb",
		size: func() (int, int) {
			if file == nil {
				return 80, 24
			}
			return terminalSize(file)
		}}
	s.editor = &editor{screen: s.screen, history: &history{}}
	var stopSignals func()
	s.signals, stopSignals = notifySignals()
	stop = stopSignals
	if s.screen.plain {
		s.dumb = newLineReader(s.opts.Stdin)
		return stop
	}
	term, err := openTerminal(readline.Stdin)
	if err != nil {
		s.screen.plain = true
		s.dumb = newLineReader(s.opts.Stdin)
		return stop
	}
	s.term = term
	s.term.raw()
	s.editor.complete = s.completeHere
	s.editor.hint = s.hint
	s.editor.suspend = func() {
		s.term.cooked()
		suspendProcess()
		s.term.raw()
	}
	stopResize := watchResize(func() {
		select {
		case s.calls <- func() {}:
		case <-s.quit:
		}
	})
	return func() { stopSignals(); stopResize() }
}

func (s *Session) close() {
	s.screen.hide()
	if s.term != nil {
		s.term.cooked()
		s.term.in.Close()
	}
}

func (s *Session) newRuntime() *engine.Runtime {
	var out, diagnostics io.Writer = s.screen, s.screen
	if !s.interactive {
		out, diagnostics = s.opts.Stdout, s.opts.Stderr
	}
	rt := engine.New(engine.Options{
		Modules: s.modules(), Args: s.opts.Args, Script: s.opts.Source.Name,
		Stdin: &stdin{s: s}, Stdout: out, Stderr: diagnostics,
		ColorStdout: s.color, ColorStderr: s.color && (s.interactive || engine.WantsColor(s.opts.Stderr, s.opts.Color)),
	})
	s.servers.rt = rt
	s.builtin = map[string]bool{}
	for _, name := range rt.VM().GlobalObject().GetOwnPropertyNames() {
		s.builtin[name] = true
	}
	rt.OnUncaught = func(err *engine.UncaughtError) bool {
		if s.stopping.Load() && isAbortError(err.Value) {
			return true
		}
		s.complain(err)
		return true
	}
	return rt
}

// front is the session's course, from the first prompt to the last.
func (s *Session) front() {
	if s.interactive {
		s.welcome()
	}
	if s.opts.Traced != "" && s.opts.Trace != nil {
		s.setTrace(s.opts.Traced, nil)
	}
	if !s.prepare() {
		return
	}
	interrupts := 0
	for {
		src, err := s.read()
		select {
		case <-s.quit:
			return
		default:
		}
		switch {
		case errors.Is(err, errInterrupt):
			if s.editor.touched {
				interrupts = 0
			}
			if strings.TrimSpace(src) != "" {
				continue
			}
			if interrupts++; interrupts == 2 {
				return
			}
			s.note("(To leave, press Ctrl-C again or Ctrl-D, or type .exit)")
			continue
		case err != nil:
			return
		}
		interrupts = 0
		if s.enter(src) == errStop {
			return
		}
	}
}

// prepare does what stands on the command line; false where nothing can follow.
func (s *Session) prepare() bool {
	if len(s.opts.Targets) > 0 || s.opts.Source.Name != "" {
		s.start()
	}
	for _, t := range s.opts.Targets {
		if !s.connect(t) && !s.interactive {
			return false
		}
	}
	if s.opts.Source.Name != "" { // connect and evaluate wait for the runtime; the prompt need not
		s.evaluate(s.opts.Source.Name, s.opts.Source.Code)
	}
	return true
}

func (s *Session) welcome() {
	if s.opts.Version == "" {
		return
	}
	s.note("mcpjs " + s.opts.Version + ", .help for help")
}

// note prints a line of the session's own.
func (s *Session) note(text string) { fmt.Fprintln(s.screen, s.dim(text)) }

func (s *Session) dim(text string) string { return s.paint(styleDim, text) }

func (s *Session) paint(st style, text string) string {
	if !s.color || text == "" {
		return text
	}
	return ansi[st] + text + reset
}

const prompt, morePrompt = "> ", "... "

// read reads one input.
func (s *Session) read() (string, error) {
	return s.readLine(lineOptions{prompt: prompt, more: morePrompt, code: true, finished: s.isFinished})
}

// readLine reads a line, or an input of many.
func (s *Session) readLine(opts lineOptions) (string, error) {
	if s.term == nil {
		return s.readPlain(opts)
	}
	return s.editor.readLine(opts, s.nextKey)
}

// prompted does what could wait until the first prompt was shown.
func (s *Session) prompted() {
	s.recall.Do(func() {
		s.start()
		if s.interactive {
			s.editor.history = loadHistory(s.opts.History)
			s.editor.draft.entry = len(s.editor.history.entries)
		}
	})
}

// nextKey waits for a key, and does meanwhile what the loop asks for.
func (s *Session) nextKey() (rune, bool) {
	s.prompted()
	over := s.askingOver()
	select {
	case <-over:
		return 0, false
	default:
	}
	if len(s.ahead) > 0 {
		r := s.ahead[0]
		s.ahead = s.ahead[1:]
		return r, len(s.ahead) > 0
	}
	for {
		s.term.want()
		select {
		case r := <-s.term.keys:
			s.term.got(r)
			if r == 0 {
				return 0, false
			}
			return r, len(s.term.keys) > 0
		case <-over:
			return 0, false
		case fn := <-s.calls:
			s.aside(fn)
		case sig := <-s.signals:
			if sig == os.Interrupt {
				return ctrlC, false
			}
			s.exitCode = signalCode(sig)
			return 0, false
		case <-s.quit:
			return 0, false
		}
	}
}

// askingOver is closed when the question that is open is over.
func (s *Session) askingOver() <-chan struct{} {
	if s.asking == nil {
		return nil
	}
	return s.asking.Done()
}

// aside runs fn, which may read lines of its own, while a line is edited.
func (s *Session) aside(fn func()) {
	draft, menu, search := s.editor.draft, s.editor.menu, s.editor.search
	s.screen.hide()
	fn()
	s.editor.draft, s.editor.menu, s.editor.search = draft, menu, search
	s.editor.show()
}

// isFinished tells whether an input is complete.
func (s *Session) isFinished(text string) bool {
	if isDotCommand(text) {
		return true
	}
	_, err := engine.CompileInput("[input]", text, engine.CompileOptions{})
	var syntax *engine.SyntaxError
	return !errors.As(err, &syntax) || !syntax.AtEnd
}

// enter does what was entered; errStop ends the session.
func (s *Session) enter(src string) error {
	if strings.TrimSpace(src) == "" {
		return nil
	}
	if isDotCommand(src) {
		return s.dotCommand(strings.TrimSpace(src))
	}
	s.inputs++
	s.evaluate(fmt.Sprintf("[input %d]", s.inputs), src)
	return nil
}

// run starts something on the loop, waits for the promise that it gives, and
// hands that to finish, on the loop, while the front waits. Ctrl-C ends it:
// finish gets engine.ErrInterrupted, or what the operations make of it.
func (s *Session) run(start func() (engine.Value, error), finish func(engine.Value, error)) {
	<-s.ready
	t := &task{done: make(chan struct{}), began: time.Now()}
	t.end = func(v engine.Value, err error) {
		if t.finished {
			return
		}
		t.finished = true
		if s.rt.Halted() { // by process.exit
			close(t.done)
			return
		}
		s.bars.running--
		if err != nil && t.stopped {
			err = engine.ErrInterrupted
			s.bars.quiet = time.Now().Add(barLate)
		}
		s.noBars()
		if caught := s.try(func() { finish(v, err) }); errors.Is(caught, engine.ErrInterrupted) {
			fmt.Fprintln(s.rt.Stderr, s.dim("Interrupted."))
		} else if caught != nil && !s.rt.Halted() {
			s.complain(caught)
		}
		s.rt.Stderr.Write(nil) // stdout goes before stderr: written out
		close(t.done)
	}
	s.rt.Post(func() {
		s.bars.running++
		t.mark = s.rt.Mark()
		var v engine.Value
		var err error
		if caught := s.try(func() { v, err = start() }); caught != nil {
			err = caught
		}
		if err != nil {
			t.end(nil, err)
			return
		}
		if v == nil {
			v = engine.Undefined()
		}
		s.rt.Await(v, t.end)
	})
	s.wait(t)
}

// try runs fn and gives what it threw. A script that was interrupted in it may
// run on: the interrupt was for this.
func (s *Session) try(fn func()) error {
	err := s.rt.Try(fn)
	if err != nil && errors.Is(err, engine.ErrInterrupted) && !s.rt.Halted() {
		s.rt.VM().ClearInterrupt()
		return engine.ErrInterrupted
	}
	return err
}

// wait waits for a task. Keys that come meanwhile are kept for the next line.
func (s *Session) wait(t *task) {
	outer := s.current
	s.current = t
	defer func() { s.current = outer }()
	var keys chan rune
	if s.term != nil {
		keys = s.term.keys
		s.term.want()
	}
	presses := 0
	interrupt := func() {
		presses++
		s.ahead = nil
		s.interrupt(t, presses > 1)
	}
	for {
		select {
		case <-t.done:
			return
		case r := <-keys:
			s.term.got(r)
			if r == ctrlC {
				interrupt()
			} else if r == ctrlZ {
				s.editor.suspend()
			} else if r != 0 && len(s.ahead) < 1<<16 {
				s.ahead = append(s.ahead, r)
			}
			if r == 0 { // the terminal is gone
				keys = nil
				s.interrupt(t, true)
				continue
			}
			s.term.want()
		case fn := <-s.calls:
			fn()
			if s.term != nil {
				s.term.want()
			}
		case sig := <-s.signals:
			if sig != os.Interrupt || !s.interactive {
				code := signalCode(sig)
				s.rt.Post(func() { s.rt.Exit(code) })
				s.rt.InterruptScript()
				continue
			}
			interrupt()
		case <-s.quit:
			return
		}
	}
}

const (
	busyDelay  = 100 * time.Millisecond // a loop that does not answer for so long runs JavaScript
	abortGrace = 2 * time.Second        // for finally blocks after Ctrl-C
	abortCheck = 20 * time.Millisecond  // how often it is looked whether they are done
)

// interrupt ends a task: its operations are rejected, and a script that does
// not return to the loop is stopped. again gives up on it at once.
func (s *Session) interrupt(t *task, again bool) {
	var mu sync.Mutex
	reached := false
	s.rt.Post(func() {
		mu.Lock()
		reached = true
		s.rt.ClearInterrupt()
		mu.Unlock()
		s.stopping.Store(false)
		if t.finished {
			return
		}
		t.stopped = true
		s.rt.CancelSince(t.mark, engine.ErrInterrupted)
		if again {
			t.end(nil, engine.ErrInterrupted)
			return
		}
		// What is pending now was begun by finally blocks and the like.
		deadline := time.Now().Add(abortGrace)
		var check func()
		check = func() {
			if t.finished {
				return
			}
			if s.rt.PendingSince(t.mark) == 0 || time.Now().After(deadline) {
				t.end(nil, engine.ErrInterrupted)
				return
			}
			time.AfterFunc(abortCheck, func() { s.rt.Post(check) })
		}
		s.rt.Post(check)
	})
	time.AfterFunc(busyDelay, func() {
		mu.Lock()
		defer mu.Unlock()
		if !reached {
			s.stopping.Store(true)
			s.rt.InterruptScript()
		}
	})
}

// onFront runs fn on the front and waits for it. Not from the loop.
func (s *Session) onFront(ctx context.Context, fn func()) error {
	done := make(chan struct{})
	select {
	case s.calls <- func() { defer close(done); fn() }:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.quit:
		return io.EOF
	}
	select {
	case <-done:
		return nil
	case <-s.quit:
		return io.EOF
	}
}

func isAbortError(v engine.Value) bool {
	o, ok := v.(*engine.Object)
	if !ok || !engine.IsError(v) {
		return false
	}
	code, _ := engine.AsString(o.Get("code"))
	return code == "ABORT_ERR"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
