package scripts

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// debounce is how long nothing must happen to the files before a change
	// counts: an editor's save is several events within a few milliseconds.
	debounce = 50 * time.Millisecond
	// suspicion is how long a file that vanished or was emptied has to come
	// back before that counts as a change.
	suspicion = 200 * time.Millisecond
	// pollEvery is how often files are looked at for what the system did not
	// report: renamed parents, network file systems, events that were lost.
	pollEvery = 2 * time.Second
	// pollAlone is the same where the system reports nothing at all.
	pollAlone = 250 * time.Millisecond
)

// An observer tells when the content of files changes. It watches their
// directories rather than the files, since most editors save by putting a new
// file in the old one's place. Its methods may be called from any goroutine.
type observer struct {
	notify *fsnotify.Watcher // nil where the system can't: then files are polled
	ready  chan struct{}     // holds one token while there are changes to take

	mu      sync.Mutex
	files   map[string]*watched // by absolute path
	names   map[string][]string // the files that an event's path is about
	dirs    map[string]bool     // the directories that are watched, without links
	globs   []glob
	missing []string
	touched map[string]bool // had events that nobody has looked at yet
	moved   bool            // so did directories
	blind   bool            // the system watches no more directories
	timer   *time.Timer
	changed []string
	closed  chan struct{}
	done    sync.WaitGroup
}

type watched struct {
	is   fingerprint
	flat bool // of a directory, its names don't count
	glob bool // it is there because of a pattern
	once bool // it was suspect at the last look
}

func (f *watched) look(path string) fingerprint { return look(path, !f.flat) }

// newObserver begins to observe nothing. Its error is that of the system,
// which is not fatal: the observer polls then.
func newObserver() (*observer, error) {
	o := &observer{
		ready: make(chan struct{}, 1), closed: make(chan struct{}),
		files: map[string]*watched{}, names: map[string][]string{}, dirs: map[string]bool{},
		touched: map[string]bool{},
	}
	notify, err := fsnotify.NewWatcher()
	if err == nil {
		o.notify = notify
		o.done.Go(o.listen)
	}
	o.timer = time.AfterFunc(time.Hour, o.settle)
	o.timer.Stop()
	o.done.Go(o.poll)
	return o, err
}

// close ends the observer.
func (o *observer) close() {
	close(o.closed)
	if o.notify != nil {
		o.notify.Close()
	}
	o.timer.Stop()
	o.done.Wait()
}

// take gives the files that have changed since the last take, sorted.
func (o *observer) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	changed := o.changed
	o.changed = nil
	slices.Sort(changed)
	return slices.Compact(changed)
}

// match adds the files that patterns mean, now and later.
func (o *observer) match(globs []glob) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.globs = append(o.globs, globs...)
	for _, g := range globs {
		if err := g.walk(func(path string) { o.addFile(path, true, time.Time{}).glob = true }, func(string) {}); err != nil {
			return err
		}
	}
	return o.arrange()
}

// A need is a set of files that something depends on, by absolute path. The
// value tells, for the case that it is a directory, whether its names count.
type need map[string]bool

// follow makes these the files that are observed, besides those of patterns,
// and waits for the missing ones to appear. Files that are new here and were
// modified after since count as changed.
func (o *observer) follow(files need, missing []string, since time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	same := slices.Equal(o.missing, missing)
	for path, f := range o.files {
		if _, keep := files[path]; !keep && !f.glob {
			delete(o.files, path)
			same = false
		}
	}
	o.missing = missing
	var err error
	if !same {
		err = o.arrange()
	}
	for path, names := range files {
		if e := o.addOne(path, names, since); e != nil {
			err = e
		}
	}
	return err
}

// add observes one more file until the next follow.
func (o *observer) add(path string, names bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.addOne(path, names, time.Time{})
}

// addOne observes a file, or its names too. o.mu is held.
func (o *observer) addOne(path string, names bool, since time.Time) error {
	f := o.files[path]
	if f != nil && !(f.flat && names) {
		return nil
	}
	// The directory first: what happens after the look is reported then.
	err := o.watch(o.locate(path, names, map[string]string{}))
	if f != nil {
		f.flat = false
		if f.is.flat {
			f.is = f.look(path)
		}
		return err
	}
	o.addFile(path, !names, since)
	return err
}

// accept takes the files that are own as they are now: what happened to them is
// no change.
func (o *observer) accept(own func(path string) bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for path, f := range o.files {
		if own(path) {
			f.is = f.look(path)
			delete(o.touched, path)
		}
	}
	o.changed = slices.DeleteFunc(o.changed, own)
}

// addFile notes a file as it is now. o.mu is held.
func (o *observer) addFile(path string, flat bool, since time.Time) *watched {
	f := o.files[path]
	if f == nil {
		f = &watched{flat: flat, is: look(path, !flat)}
		o.files[path] = f
		if !since.IsZero() && f.is.mtime.After(since) {
			f.is = fingerprint{}
			o.touch(path)
		}
	}
	return f
}

// touch has a file looked at after the debounce. o.mu is held.
func (o *observer) touch(path string) {
	o.touched[path] = true
	o.timer.Reset(debounce)
}

// arrange watches the directories of what is observed, and no others: of each
// file the one that it is in or, where that does not exist, the nearest above
// it that does. o.mu is held.
func (o *observer) arrange() error {
	wanted := map[string]bool{}
	clear(o.names)
	real := map[string]string{}
	for path, f := range o.files {
		for _, dir := range o.locate(path, !f.flat, real) {
			wanted[dir] = true
		}
	}
	for _, path := range o.missing {
		wanted[existing(canonical(filepath.Dir(path)))] = true
	}
	for _, g := range o.globs {
		wanted[existing(canonical(g.base))] = true
		if err := g.walk(func(string) {}, func(dir string) { wanted[canonical(dir)] = true }); err != nil {
			return err
		}
	}
	for dir := range o.dirs { // first, to have room for the others
		if !wanted[dir] {
			o.notify.Remove(dir)
			delete(o.dirs, dir)
		}
	}
	return o.watch(slices.Collect(maps.Keys(wanted)))
}

// locate notes under which names events will speak of a file, and gives the
// directories to watch for them. real remembers directories without links.
// o.mu is held.
func (o *observer) locate(path string, names bool, real map[string]string) []string {
	var dirs []string
	note := func(event string) {
		dir, base := filepath.Split(event)
		dir = filepath.Clean(dir)
		canon, ok := real[dir]
		if !ok {
			canon = canonical(dir)
			real[dir] = canon
		}
		full := filepath.Join(canon, base)
		if !slices.Contains(o.names[full], path) {
			o.names[full] = append(o.names[full], path)
		}
		if !costly(canon) {
			dirs = append(dirs, existing(canon))
		}
	}
	note(path)
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return dirs
	}
	if target != path && filepath.Base(target) != filepath.Base(path) {
		note(target)
	}
	if info, err := os.Stat(target); names && err == nil && info.IsDir() {
		dirs = append(dirs, target)
	}
	return dirs
}

// watch has the system report what happens in directories. o.mu is held.
func (o *observer) watch(dirs []string) error {
	if o.notify == nil {
		return nil
	}
	var failed error
	for _, dir := range dirs {
		if o.dirs[dir] {
			continue
		}
		switch err := o.notify.Add(dir); {
		case err == nil:
			o.dirs[dir] = true
		case !errors.Is(err, os.ErrNotExist):
			failed = err
			o.blind = true
		}
	}
	return failed
}

// costly tells that watching a directory would open all of its many files, as
// BSD's systems do: those of programs are polled instead.
func costly(dir string) bool {
	switch runtime.GOOS {
	case "linux", "windows":
		return false
	}
	return slices.Contains(filepath.SplitList(os.Getenv("PATH")), dir)
}

// canonical is a directory's path without links, as far as it exists.
func canonical(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real
	}
	parent := filepath.Dir(dir)
	if parent == dir {
		return dir
	}
	return filepath.Join(canonical(parent), filepath.Base(dir))
}

// existing is the nearest directory at or above a path that exists.
func existing(dir string) string {
	for {
		info, err := os.Stat(dir)
		if parent := filepath.Dir(dir); err == nil && info.IsDir() || parent == dir {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// listen takes the system's events.
func (o *observer) listen() {
	for {
		select {
		case event, ok := <-o.notify.Events:
			if !ok {
				return
			}
			o.event(event)
		case _, ok := <-o.notify.Errors:
			if !ok {
				return
			}
			o.mu.Lock() // events were lost: look at everything
			for path := range o.files {
				o.touch(path)
			}
			o.moved = true
			o.mu.Unlock()
		}
	}
}

func (o *observer) event(event fsnotify.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	path := filepath.Clean(event.Name)
	if event.Op == fsnotify.Chmod {
		for _, name := range o.names[path] {
			if f := o.files[name]; f != nil && f.is.state == unreadable {
				o.touch(name)
			}
		}
		return
	}
	for _, name := range o.names[path] {
		o.touch(name)
	}
	for _, name := range o.names[filepath.Dir(path)] { // a directory that a script listed
		o.touch(name)
	}
	for _, g := range o.globs {
		if len(o.names[path]) == 0 && g.match(path) && event.Has(fsnotify.Create) {
			o.touch(path)
		}
	}
	gone := event.Has(fsnotify.Remove) || event.Has(fsnotify.Rename)
	if gone && o.dirs[path] {
		o.notify.Remove(path)
		delete(o.dirs, path)
	}
	if (gone || event.Has(fsnotify.Create)) && o.leads(path) {
		o.moved = true
		o.timer.Reset(debounce)
	}
}

// leads tells whether what is observed may be below path. o.mu is held.
func (o *observer) leads(path string) bool {
	below := strings.TrimSuffix(path, string(filepath.Separator)) + string(filepath.Separator)
	for name := range o.names {
		if strings.HasPrefix(name, below) {
			return true
		}
	}
	for _, m := range o.missing {
		if m = canonical(m); strings.HasPrefix(m, below) || strings.HasPrefix(path, m) {
			return true
		}
	}
	for _, g := range o.globs {
		if strings.HasPrefix(canonical(g.base), below) {
			return true
		}
		if rel, err := filepath.Rel(canonical(g.base), path); err == nil && rel != ".." && !strings.HasPrefix(rel, "../") {
			return true
		}
	}
	return false
}

// settle looks at what had events, when there were none for a while.
func (o *observer) settle() {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case <-o.closed:
		return
	default:
	}
	if o.moved {
		o.moved = false
		o.arrange()
		for path, f := range o.files {
			if f.is.stale(path) {
				o.touched[path] = true
			}
		}
		for _, g := range o.globs {
			g.walk(func(path string) {
				if o.files[path] == nil {
					o.touched[path] = true
				}
			}, func(string) {})
		}
	}
	again := false
	for path := range o.touched {
		f := o.files[path]
		now := look(path, f != nil && !f.flat)
		if f == nil { // a new file that a pattern means
			if now.state != present || !o.matches(path) {
				delete(o.touched, path)
				continue
			}
			f = &watched{glob: true, flat: true}
			o.files[path] = f
			o.arrange()
		}
		if now.suspect(f.is) && !f.once {
			f.once, again = true, true
			continue
		}
		f.once = false
		delete(o.touched, path)
		if !now.same(f.is) {
			o.report(path)
		}
		f.is = now
		if f.glob && now.state == absent {
			delete(o.files, path)
		}
	}
	for _, path := range o.missing {
		if found := resolves(path); found != "" {
			o.missing = slices.DeleteFunc(slices.Clone(o.missing), func(m string) bool { return m == path })
			o.report(found)
		}
	}
	if again {
		o.timer.Reset(suspicion)
	}
}

// matches tells whether a pattern means path. o.mu is held.
func (o *observer) matches(path string) bool {
	return slices.ContainsFunc(o.globs, func(g glob) bool { return g.match(path) })
}

// report notes a change. o.mu is held.
func (o *observer) report(path string) {
	o.changed = append(o.changed, path)
	select {
	case o.ready <- struct{}{}:
	default:
	}
}

// resolves gives the file that an import of path would find now, or "".
func resolves(path string) string {
	trimmed := strings.TrimSuffix(path, filepath.Ext(path))
	for _, stem := range []string{path, trimmed} {
		for _, suffix := range []string{"", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".json"} {
			if info, err := os.Stat(stem + suffix); err == nil && !info.IsDir() {
				return stem + suffix
			}
		}
	}
	for _, name := range []string{"index.ts", "index.tsx", "index.js", "index.jsx", "index.mjs", "index.json", "package.json"} {
		if file := filepath.Join(path, name); isFile(file) {
			return file
		}
	}
	return ""
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// poll looks at all files now and then.
func (o *observer) poll() {
	every := pollEvery
	if o.notify == nil {
		every = pollAlone
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-o.closed:
			return
		case <-ticker.C:
		}
		o.mu.Lock()
		for path, f := range o.files {
			if !o.touched[path] && f.is.stale(path) &&
				(o.blind || !strings.Contains(path, string(filepath.Separator)+"node_modules"+string(filepath.Separator))) {
				o.touch(path)
				o.moved = true
				if dir := canonical(filepath.Dir(path)); o.dirs[dir] {
					o.notify.Remove(dir) // it may be another directory by now
					delete(o.dirs, dir)
				}
			}
		}
		if o.notify == nil && (len(o.missing) > 0 || len(o.globs) > 0) {
			o.moved = true
			o.timer.Reset(debounce)
		}
		o.mu.Unlock()
	}
}

func isNotDir(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
