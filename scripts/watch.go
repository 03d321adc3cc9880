package scripts

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"mcpjs/engine"
)

// Warm keeps connections from one run to the next. Its methods are called
// between runs only.
type Warm interface {
	// AfterRun closes the connections that have gone out of use. A complete run
	// has asked for all that it needs; one that was aborted, or failed, has not.
	AfterRun(complete bool)
	// Files are those that the connected servers were started from, and those
	// that describe them.
	Files() []string
	// Restart ends the connections to servers that were started from one of
	// these files, or all of them, and gives the servers' names.
	Restart(files []string, all bool) []string
	// Close ends all connections.
	Close()
}

// WatchOptions say what to watch besides the script and what it imports, and
// how to show it.
type WatchOptions struct {
	// Reads adds the files that the script reads.
	Reads bool
	// Paths are patterns of more files, RestartOn of files at whose change the
	// servers are started anew as well.
	Paths, RestartOn []string
	// Cold connects anew in every run.
	Cold bool
	// Clear clears the terminal before each run but the first.
	Clear bool
}

// errRerun aborts a run because another is to begin.
var errRerun = errors.New("the script runs again")

// errQuit aborts a run because its user wants no more of it.
var errQuit = errors.New("quit")

// Watch runs a script, and again whenever a file that it depends on has
// changed, until the user quits. Its error is a *Failure.
func Watch(ctx context.Context, file string, opts Options, watch WatchOptions) error {
	path, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	w := &watcher{opts: opts, watch: watch, file: path, name: file, warm: noWarm{}}
	if w.opts.Dir == "" {
		if w.opts.Dir, err = os.Getwd(); err != nil {
			return err
		}
	}
	if opts.Warm != nil && !watch.Cold {
		w.opts.Modules, w.warm = opts.Warm()
	}
	defer w.warm.Close()
	var trouble error
	w.observer, trouble = newObserver()
	defer w.observer.close()
	if err := w.patterns(); err != nil {
		return err
	}
	w.screen = newScreen(opts, watch.Clear)
	if trouble != nil {
		w.screen.say(warnStyle, "the system reports no changes of files (%v); looking every %v instead", trouble, pollAlone)
	}
	return w.loop(ctx)
}

// A watcher is one Watch.
type watcher struct {
	opts     Options
	watch    WatchOptions
	file     string // absolute
	name     string // as the user wrote it
	warm     Warm
	observer *observer
	screen   *screen
	keyboard *keyboard // nil without a terminal
	restart  []glob

	last    []string // the modules of the last run that compiled
	limited bool     // the user was told that not all can be watched
}

func (w *watcher) patterns() error {
	var all []glob
	for _, p := range w.watch.Paths {
		g, err := parseGlob(p, w.opts.Dir)
		if err != nil {
			return fmt.Errorf("--watch-path: %w", err)
		}
		all = append(all, g)
	}
	for _, p := range w.watch.RestartOn {
		g, err := parseGlob(p, w.opts.Dir)
		if err != nil {
			return fmt.Errorf("--restart-on: %w", err)
		}
		w.restart = append(w.restart, g)
		all = append(all, g)
	}
	return w.limit(w.observer.match(all))
}

// limit says once that not everything can be watched, and why.
func (w *watcher) limit(err error) error {
	if !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EMFILE) {
		return err
	}
	if !w.limited && w.screen != nil {
		w.limited = true
		w.screen.say(warnStyle, "the system watches no more directories (raise fs.inotify.max_user_watches); changes in the others are seen within %v", pollEvery)
	}
	return nil
}

// loop runs the script until the user quits.
func (w *watcher) loop(ctx context.Context) error {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, watchSignalsOf()...)
	defer signal.Stop(signals)
	var keys <-chan byte
	if stdin, ok := w.opts.Stdin.(*os.File); ok && w.screen.tty && engine.IsTerminal(stdin) {
		if k, err := newKeyboard(stdin); err == nil {
			w.keyboard, keys, w.screen.keys = k, k.pressed, true
			defer k.mode.restore()
		}
	}
	var (
		current *run
		done    <-chan *run
		stuck   <-chan time.Time
		why     []string // what changed, for the run that is to begin
		again   = true
		quit    *Failure
		leaving bool
	)
	for count := 0; ; {
		if current == nil {
			if leaving {
				if quit != nil {
					return quit
				}
				return nil
			}
			if again {
				again = false
				count++
				current = w.begin(ctx, count, w.prepare(why))
				why = nil
				done = current.done
			}
		}
		rerun := func() {
			if current != nil && !current.aborted {
				current.abort(errRerun)
				stuck = time.After(current.rt.Grace + hardStop)
			}
		}
		leave := func(code int) {
			if leaving && current != nil {
				current.halt() // asked for twice
			}
			leaving = true
			if code != 0 {
				quit = &Failure{Code: code}
			}
			if current != nil {
				current.abort(errQuit)
				stuck = time.After(current.rt.Grace + hardStop)
			}
		}
		select {
		case r := <-done:
			current, done, stuck = nil, nil, nil
			w.finish(r, again, leaving)
		case <-w.observer.ready:
			changed := w.observer.take()
			if current != nil {
				changed = current.wrote(changed)
			}
			if len(changed) > 0 {
				why, again = append(why, changed...), true
				rerun()
			}
		case key := <-keys:
			switch key {
			case 'r', 'R', '\r', '\n':
				if current != nil && again {
					current.halt()
				}
				again = true
				rerun()
			case 'c', 'C':
				w.screen.clear()
			case 'q', 'Q', 4:
				leave(0)
			}
		case s := <-signals:
			if isContinue(s) { // after Ctrl-Z: the shell has set the terminal
				if w.keyboard != nil {
					w.keyboard.mode.enter()
				}
				continue
			}
			leave(128 + int(s.(syscall.Signal)))
		case <-ctx.Done():
			ctx = context.WithoutCancel(ctx)
			leave(ExitInterrupted)
		case <-stuck:
			if !leaving {
				w.screen.say(warnStyle, "run %d does not stop; the next begins when it does", current.count)
				continue
			}
			if w.keyboard != nil {
				w.keyboard.mode.restore()
			}
			if w.opts.Stuck != nil {
				w.screen.say(badStyle, "the script does not stop; ending the process")
				w.opts.Stuck(quit.code())
			}
		}
	}
}

func (f *Failure) code() int {
	if f == nil {
		return 0
	}
	return f.Code
}

// A run is one run of the script.
type run struct {
	count   int
	why     string
	began   time.Time
	rt      *engine.Runtime
	cancel  context.CancelCauseFunc
	done    chan *run
	aborted bool

	// Set when it is over.
	took     time.Duration
	failure  *Failure
	compiled bool
	open     bool // its last line has no end

	mu     sync.Mutex
	reads  []string        // files that it read or loaded
	writes map[string]bool // files that it changed itself
}

// wrote leaves out the files that the run changed itself.
func (r *run) wrote(changed []string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(changed, func(path string) bool { return r.writes[path] })
}

// abort ends the run in order.
func (r *run) abort(cause error) {
	if !r.aborted {
		r.aborted = true
		r.cancel(cause)
	}
}

// halt ends the run at once.
func (r *run) halt() {
	r.aborted = true
	r.rt.Abort(errRerun)
	r.rt.Abort(errRerun)
}

// prepare does what the changes ask for before the next run, and describes
// them.
func (w *watcher) prepare(changed []string) string {
	all := slices.ContainsFunc(changed, func(path string) bool {
		return slices.ContainsFunc(w.restart, func(g glob) bool { return g.match(path) })
	})
	restarted := w.warm.Restart(changed, all)
	slices.Sort(changed)
	changed = slices.Compact(changed)
	why := ""
	if n := len(changed); n > 0 {
		why = w.relative(changed[0])
		if n == 2 {
			why += " and " + w.relative(changed[1])
		} else if n > 2 {
			why += fmt.Sprintf(" and %d more", n-1)
		}
		why += " changed"
	}
	if len(restarted) > 0 {
		why += ", server restarted: " + strings.Join(restarted, ", ")
	}
	return why
}

func (w *watcher) relative(path string) string {
	if rel, err := filepath.Rel(w.opts.Dir, path); err == nil && !strings.HasPrefix(rel, "..") {
		path = rel
	}
	return engine.Printable(path)
}

// begin starts a run.
func (w *watcher) begin(ctx context.Context, count int, why string) *run {
	w.screen.begin(count, why)
	opts := w.opts
	stdout, stderr := &gate{w: opts.Stdout}, &gate{w: opts.Stderr}
	opts.Stdout, opts.Stderr = stdout, stderr
	endInput := func() {}
	if w.keyboard != nil {
		input := w.keyboard.input()
		opts.Stdin, endInput = input, input.close
	}
	r := &run{count: count, why: why, began: time.Now(), done: make(chan *run, 1)}
	host := opts.runtime(w.file)
	note := func(paths ...string) {
		r.mu.Lock()
		r.reads = append(r.reads, paths...)
		r.mu.Unlock()
		for _, path := range paths {
			w.observer.add(path)
		}
	}
	host.OnWrite = func(path string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.writes == nil {
			r.writes = map[string]bool{}
		}
		r.writes[path] = true
	}
	host.OnInputs = func(files []string) { note(files...) }
	if w.watch.Reads {
		host.OnRead = func(path string) { note(path) }
	}
	ctx, r.cancel = context.WithCancelCause(ctx)
	r.rt = engine.New(host)
	go func() {
		err := w.execute(ctx, r, opts)
		if !errors.As(err, &r.failure) {
			r.failure = explain(r.rt, err)
		}
		r.rt.Close()
		endInput()
		r.took = time.Since(r.began)
		out, diag := stdout.close(), stderr.close()
		r.open = out && engine.IsTerminal(opts.Stdout) || diag
		r.cancel(nil)
		r.done <- r
	}()
	return r
}

// execute compiles and runs the script, and tells the observer what belongs to
// it.
func (w *watcher) execute(ctx context.Context, r *run, opts Options) error {
	since := time.Now()
	src, err := Load(w.file, nil)
	if err != nil {
		w.follow(slices.Concat(w.last, []string{w.file}), nil, since)
		return &Failure{Code: ExitUsage, Text: engine.Printable(err.Error()) + "\n"}
	}
	program, err := engine.Compile(src, engine.CompileOptions{
		Modules: opts.Modules, Color: r.rt.ColorStderr, Links: true,
	})
	var syntax *engine.SyntaxError
	switch {
	case errors.As(err, &syntax):
		w.follow(slices.Concat(w.last, syntax.Inputs, []string{w.file}), syntax.Missing, since)
		return err
	case err != nil:
		return err
	}
	r.compiled = true
	w.last = program.Inputs
	w.follow(slices.Concat(program.Inputs, []string{w.file}), nil, since)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if opts.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, opts.Timeout, &engine.TimeoutError{After: opts.Timeout})
		defer cancel()
	}
	return r.rt.Run(ctx, program)
}

// follow has the observer follow these modules and what goes with them: the
// package.json and tsconfig.json files that apply, .env, and the files of
// servers.
func (w *watcher) follow(modules, missing []string, since time.Time) {
	files := append(slices.Clone(modules), w.warm.Files()...)
	files = append(files, settings(modules, filepath.Dir(w.file))...)
	for _, dir := range []string{w.opts.Dir, filepath.Dir(w.file)} {
		files = append(files, filepath.Join(dir, ".env"))
	}
	slices.Sort(files)
	if err := w.limit(w.observer.follow(slices.Compact(files), missing, since)); err != nil {
		w.screen.say(warnStyle, "not everything can be watched: %v", err)
	}
}

// finish shows how a run ended and closes what it left.
func (w *watcher) finish(r *run, again, leaving bool) {
	if r.failure != nil && r.failure.Text != "" && !r.aborted {
		w.screen.report(r.failure.Text, r.open)
		r.open = false
	}
	w.warm.AfterRun(r.compiled && r.failure == nil && !r.aborted)
	r.mu.Lock()
	w.observer.accept(slices.Collect(maps.Keys(r.writes)))
	for _, path := range append(r.reads, w.warm.Files()...) {
		w.observer.add(path)
	}
	r.mu.Unlock()
	if !leaving {
		w.screen.end(r, again)
	}
}

var extends = engine.Pattern(`"extends"\s*:\s*(?:"([^"]+)"|\[([^\]]*)\])`)

// settings are the files that say how modules are to be read: package.json and
// tsconfig.json in their directories and above. Those that do not exist count
// where the script itself is, so that making one has an effect.
func settings(modules []string, home string) []string {
	seen := map[string]bool{}
	var found []string
	var config func(path string)
	config = func(path string) {
		if seen[path] {
			return
		}
		seen[path] = true
		found = append(found, path)
		if filepath.Base(path) == "package.json" {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return
		}
		for _, m := range extends().FindAllStringSubmatch(string(text), -1) {
			for _, base := range strings.Split(m[1]+m[2], ",") {
				base = strings.Trim(strings.TrimSpace(base), `"`)
				if strings.HasPrefix(base, ".") || filepath.IsAbs(base) {
					if filepath.Ext(base) != ".json" {
						base += ".json"
					}
					if !filepath.IsAbs(base) {
						base = filepath.Join(filepath.Dir(path), base)
					}
					config(base)
				}
			}
		}
	}
	for _, dir := range append([]string{home}, dirsOf(modules)...) {
		for ; !seen[dir]; dir = filepath.Dir(dir) {
			seen[dir] = true
			for _, name := range []string{"package.json", "tsconfig.json"} {
				if path := filepath.Join(dir, name); isFile(path) {
					config(path)
				} else if dir == home {
					found = append(found, path)
				}
			}
		}
	}
	return found
}

func dirsOf(files []string) []string {
	var dirs []string
	for _, f := range files {
		dirs = append(dirs, filepath.Dir(f))
	}
	return dirs
}

// noWarm keeps nothing.
type noWarm struct{}

func (noWarm) AfterRun(bool)                   {}
func (noWarm) Files() []string                 { return nil }
func (noWarm) Restart([]string, bool) []string { return nil }
func (noWarm) Close()                          {}
