package scripts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
	// Test runs tests instead of a script: those of the test files that a change
	// affects.
	Test *TestOptions
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
// changed, until the user quits; file is "" where tests are run. Its error is a
// *Failure.
func Watch(ctx context.Context, file string, opts Options, watch WatchOptions) error {
	w := &watcher{opts: opts, watch: watch, warm: noWarm{}}
	if w.opts.Dir == "" {
		var err error
		if w.opts.Dir, err = os.Getwd(); err != nil {
			return err
		}
	}
	if watch.Test == nil {
		path, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		w.units = []*unit{{file: path, name: file}}
	}
	if opts.Warm != nil && !watch.Cold {
		w.opts.Modules, w.warm = opts.Warm()
	}
	defer w.warm.Close()
	var trouble error
	w.observer, trouble = newObserver()
	defer w.observer.close()
	w.screen = newScreen(opts, watch.Clear)
	if err := w.patterns(); err != nil {
		return err
	}
	if trouble != nil {
		hint := ""
		if errors.Is(trouble, syscall.EMFILE) {
			hint = "; raise fs.inotify.max_user_instances or the limit of open files"
		}
		w.screen.say(warnStyle, "the system reports no changes of files (%v%s); looking every %v instead", trouble, hint, pollAlone)
	}
	return w.loop(ctx)
}

// A watcher is one Watch.
type watcher struct {
	opts     Options
	watch    WatchOptions
	units    []*unit
	warm     Warm
	observer *observer
	screen   *screen
	keyboard *keyboard // nil without a terminal
	globs    []glob    // what the command line says to watch besides
	restart  []glob    // those of them that start servers anew

	all     bool      // run all tests, whatever changed
	limited sync.Once // the user is told that not all can be watched
}

func (w *watcher) patterns() error {
	for _, p := range w.watch.Paths {
		g, err := parseGlob(p, w.opts.Dir)
		if err != nil {
			return fmt.Errorf("--watch-path: %w", err)
		}
		w.globs = append(w.globs, g)
	}
	for _, p := range w.watch.RestartOn {
		g, err := parseGlob(p, w.opts.Dir)
		if err != nil {
			return fmt.Errorf("--restart-on: %w", err)
		}
		w.restart = append(w.restart, g)
		w.globs = append(w.globs, g)
	}
	all := w.globs
	if w.watch.Test != nil {
		tests, err := testGlobs(w.watch.Test.Paths, w.opts.Dir)
		if err != nil {
			return err
		}
		all = slices.Concat(all, tests)
	}
	return w.limit(w.observer.match(all))
}

// limit says once that not everything can be watched, and why.
func (w *watcher) limit(err error) error {
	if !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EMFILE) {
		return err
	}
	w.limited.Do(func() {
		w.screen.say(warnStyle, "the system watches no more directories (raise fs.inotify.max_user_watches); changes in the others are seen within %v", pollEvery)
	})
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
				why, w.all = nil, false
				done = current.done
			}
		}
		rerun := func() {
			if current != nil && !current.aborted {
				current.abort(errRerun)
				stuck = time.After(current.grace() + hardStop)
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
				stuck = time.After(current.grace() + hardStop)
			}
		}
		select {
		case r := <-done:
			current, done, stuck = nil, nil, nil
			w.finish(r, again, leaving)
		case <-w.observer.ready:
			changed := w.observer.take()
			if current != nil {
				changed = slices.DeleteFunc(changed, current.own)
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
				again, w.all = true, true
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
	units   []*unit
	rt      atomic.Pointer[engine.Runtime] // the one at work, or the last
	cancel  context.CancelCauseFunc
	done    chan *run
	aborted bool

	// Set when it is over.
	took    time.Duration
	failure *Failure
	open    bool // its last line has no end

	mu     sync.Mutex
	writes map[string]time.Time // files that it changed itself
	dirs   map[string]time.Time // their directories
}

// ownWork is how much later than the script said that it changes a file the
// file's time may be, for the change to be the script's.
const ownWork = 5 * time.Second

// wrote notes that the run changes a file, and so its directory.
func (r *run) wrote(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.writes == nil {
		r.writes, r.dirs = map[string]time.Time{}, map[string]time.Time{}
	}
	dir := canonical(filepath.Dir(path))
	r.writes[filepath.Join(dir, filepath.Base(path))] = time.Now()
	r.dirs[dir] = time.Now()
}

// own tells whether a change is the run's own work: that it wrote the file,
// removed a directory that the file was in, or did something in the directory.
func (r *run) own(path string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.writes) == 0 {
		return false
	}
	path = filepath.Join(canonical(filepath.Dir(path)), filepath.Base(path))
	info, err := os.Stat(path)
	if err == nil {
		at, yes := r.writes[path]
		if !yes && info.IsDir() {
			at, yes = r.dirs[path]
		}
		return yes && info.ModTime().Before(at.Add(ownWork))
	}
	for {
		if _, yes := r.writes[path]; yes {
			return true
		}
		above := filepath.Dir(path)
		if above == path {
			return false
		}
		path = above
	}
}

// grace is how long the run may go on to clean up.
func (r *run) grace() time.Duration {
	if rt := r.rt.Load(); rt != nil {
		return rt.Grace
	}
	return 0
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
	r.abort(errRerun)
	if rt := r.rt.Load(); rt != nil {
		rt.Abort(errRerun)
		rt.Abort(errRerun)
	}
}

// prepare does what the changes ask for before the next run, and describes
// them.
func (w *watcher) prepare(changed []string) string {
	all := slices.ContainsFunc(changed, func(path string) bool {
		return slices.ContainsFunc(w.restart, func(g glob) bool { return g.match(path) })
	})
	restarted := w.warm.Restart(changed, all)
	w.mark(changed)
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
	if rel, err := filepath.Rel(w.opts.Dir, path); err == nil && within(path, w.opts.Dir) {
		path = rel
	}
	return engine.Printable(path)
}

// begin starts a run.
func (w *watcher) begin(ctx context.Context, count int, why string) *run {
	units, err := w.due()
	if w.watch.Test != nil {
		why = cmp.Or(why, askedFor) + fmt.Sprintf("; %d of %d test files", len(units), len(w.units))
	}
	w.screen.begin(count, why)
	opts := w.opts
	stdout, stderr := &gate{w: opts.Stdout}, &gate{w: opts.Stderr}
	opts.Stdout, opts.Stderr = stdout, stderr
	endInput := func() {}
	if w.keyboard != nil {
		input := w.keyboard.input()
		opts.Stdin, endInput = input, input.close
	}
	r := &run{count: count, why: why, began: time.Now(), done: make(chan *run, 1), units: units}
	ctx, r.cancel = context.WithCancelCause(ctx)
	go func() {
		switch {
		case err != nil:
			w.follow(r.began)
			r.failure = &Failure{Code: ExitUsage, Text: engine.Printable(err.Error()) + "\n"}
		case w.watch.Test != nil:
			r.failure = w.runTests(ctx, r, opts)
		default:
			r.failure = w.execute(ctx, r, w.units[0], opts)
		}
		endInput()
		r.took = time.Since(r.began)
		out, diag := stdout.close(), stderr.close()
		r.open = out && engine.IsTerminal(opts.Stdout) || diag
		r.cancel(nil)
		r.done <- r
	}()
	return r
}

// execute runs a unit in a runtime of its own, and has the observer follow what
// it depends on.
func (w *watcher) execute(ctx context.Context, r *run, u *unit, opts Options) *Failure {
	host := opts.runtime(u.file)
	note := func(path string, names bool) {
		u.note(path, names)
		w.trouble(w.observer.add(path, names))
	}
	host.OnWrite = r.wrote
	host.OnInputs = func(files []string) {
		for _, path := range files {
			note(path, true)
		}
	}
	if w.watch.Reads {
		host.OnRead = func(path string) { note(path, true) }
		host.OnStat = func(path string) { note(path, false) }
	}
	u.begin()
	rt := engine.New(host)
	r.rt.Store(rt)
	if opts.Setup != nil {
		opts.Setup(rt)
	}
	err := w.script(ctx, rt, u, opts)
	var failure *Failure
	if !errors.As(err, &failure) {
		failure = explain(rt, err)
	}
	rt.Close()
	if opts.Done != nil {
		opts.Done(rt)
	}
	u.end(failure == nil)
	return failure
}

// script compiles and runs a unit.
func (w *watcher) script(ctx context.Context, rt *engine.Runtime, u *unit, opts Options) error {
	since := time.Now()
	src, err := Load(u.file, nil)
	if err != nil {
		w.follow(since)
		return &Failure{Code: ExitUsage, Text: engine.Printable(err.Error()) + "\n"}
	}
	program, err := engine.Compile(src, engine.CompileOptions{
		Modules: opts.Modules, Color: rt.ColorStderr, Links: true, Permissions: opts.Permissions,
	})
	var syntax *engine.SyntaxError
	switch {
	case errors.As(err, &syntax):
		u.inputs, u.missing = slices.Concat(u.inputs, syntax.Inputs, settings(syntax.Inputs, filepath.Dir(u.file), w.opts.Dir)), syntax.Missing
		slices.Sort(u.inputs)
		u.inputs = slices.Compact(u.inputs)
	case err == nil:
		u.inputs, u.missing = slices.Concat(program.Inputs, settings(program.Inputs, filepath.Dir(u.file), w.opts.Dir)), nil
	}
	w.follow(since)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if opts.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, opts.Timeout, &engine.TimeoutError{After: opts.Timeout})
		defer cancel()
	}
	defer opts.watchHeap(rt)()
	return rt.Run(ctx, program)
}

// follow has the observer follow all that the units depend on, .env, and the
// files of servers. Files that were modified after since count as changed.
func (w *watcher) follow(since time.Time) {
	all := need{filepath.Join(w.opts.Dir, ".env"): false}
	var missing []string
	for _, u := range w.units {
		all[filepath.Join(filepath.Dir(u.file), ".env")] = false
		all.add(u.needs())
		missing = append(missing, u.missing...)
	}
	for _, path := range w.warm.Files() {
		all[path] = true
	}
	slices.Sort(missing)
	w.trouble(w.observer.follow(all, slices.Compact(missing), since))
}

// trouble says that something can't be watched.
func (w *watcher) trouble(err error) {
	if err := w.limit(err); err != nil {
		w.screen.say(warnStyle, "not everything can be watched: %v", err)
	}
}

// finish shows how a run ended and closes what it left.
func (w *watcher) finish(r *run, again, leaving bool) {
	if r.failure != nil && r.failure.Text != "" && !r.aborted {
		w.screen.report(r.failure.Text, r.open)
		r.open = false
	}
	w.warm.AfterRun(r.failure == nil && !r.aborted && len(r.units) == len(w.units))
	w.observer.accept(r.own)
	for _, u := range r.units {
		for path, names := range u.needs() {
			w.trouble(w.observer.add(path, names))
		}
	}
	if !leaving {
		w.screen.end(r, again, w.failing(r))
	}
}

var extends = engine.Pattern(`"extends"\s*:\s*(?:"([^"]+)"|\[([^\]]*)\])`)

// settings are the files that say how modules are to be read: package.json and
// tsconfig.json in their directories and above. Those that do not exist count
// below top, the working directory, and where the script itself is, so that
// making one has an effect.
func settings(modules []string, home, top string) []string {
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
				switch {
				case base == "":
				case strings.HasPrefix(base, ".") || filepath.IsAbs(base):
					if filepath.Ext(base) != ".json" {
						base += ".json"
					}
					config(inDir(filepath.Dir(path), base))
				default:
					if file := packaged(base, filepath.Dir(path)); file != "" {
						config(file)
					}
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
				} else if dir == home || within(dir, top) && !strings.Contains(dir, "node_modules") {
					found = append(found, path)
				}
			}
		}
	}
	return found
}

// packaged finds the configuration that a package has by that name, "" where
// none is installed.
func packaged(name, dir string) string {
	for {
		base := filepath.Join(dir, "node_modules", name)
		for _, file := range []string{base, base + ".json", filepath.Join(base, "tsconfig.json")} {
			if isFile(file) {
				return file
			}
		}
		above := filepath.Dir(dir)
		if above == dir {
			return ""
		}
		dir = above
	}
}

// within tells whether a path is dir or below it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
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
