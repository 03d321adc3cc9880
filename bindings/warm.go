package bindings

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"mcpjs/bindings/config"
	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// A Warm keeps the sessions of runs that follow one another, so that the next
// finds them connected. What a run did with a session ends with the run (see
// session.Session.Reset). The zero value keeps nothing yet. Its methods may be
// called from any goroutine; AfterRun and Restart are for between runs.
type Warm struct {
	pool session.Pool

	mu      sync.Mutex
	servers map[string]*origin // by the target's key
}

// An origin is what a server was started from.
type origin struct {
	own       []string // the files whose change means another server
	described []string // the files that say how it is started
	unused    int      // how many runs in a row did not ask for it
}

// An attachment is what goes with a session from run to run.
type attachment struct {
	target string // the target's key
	// stderr takes what the server's process writes to stderr; the client that
	// has the session now sets it.
	stderr atomic.Pointer[func(line string)]
}

func (v *attachment) line(text string) {
	if fn := v.stderr.Load(); fn != nil {
		(*fn)(text)
	}
}

// patience is how many runs that failed or were aborted, and so may not have
// got to all of their connections, leave an unused session open.
const patience = 3

// AfterRun closes the sessions that the run did not ask for. One that was not
// complete may only not have got so far: what it left out stays for some more.
func (w *Warm) AfterRun(complete bool) {
	limit := patience
	if complete {
		limit = 0
	}
	w.mu.Lock()
	for key, o := range w.servers {
		if o.unused > limit {
			delete(w.servers, key)
		}
		o.unused++
	}
	w.mu.Unlock()
	w.pool.CloseUnused(limit)
}

// Files are those that the servers in use, or that failed to start, were
// started from, and the configuration files that describe them.
func (w *Warm) Files() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var files []string
	for _, o := range w.servers {
		files = append(append(files, o.own...), o.described...)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// Restart closes the sessions with servers that were started from one of these
// files, or all that were started at all, and gives the servers' names.
func (w *Warm) Restart(files []string, all bool) []string {
	w.mu.Lock()
	hit := map[string]bool{}
	for key, o := range w.servers {
		hit[key] = all && o.own != nil || slices.ContainsFunc(o.own, func(f string) bool { return slices.Contains(files, f) })
	}
	w.mu.Unlock()
	var names []string
	w.pool.CloseIf(func(s *session.Session) bool {
		v, ok := s.Attachment().(*attachment)
		if !ok || !hit[v.target] {
			return false
		}
		names = append(names, engine.Printable(s.Server()))
		return true
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// Close closes all sessions.
func (w *Warm) Close() { w.pool.CloseAll() }

// note remembers what a server that a run asks for is started from, and gives
// the files.
func (w *Warm) note(t config.Target, dir string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.servers == nil {
		w.servers = map[string]*origin{}
	}
	o := originOf(t, dir)
	w.servers[t.Key()] = o
	return slices.Concat(o.own, o.described)
}

// programs are the suffixes of files that servers are started from. Other files
// among a command's arguments may be its data, which it changes itself.
var programs = map[string]bool{
	".js": true, ".mjs": true, ".cjs": true, ".ts": true, ".mts": true, ".cts": true, ".tsx": true, ".jsx": true,
	".py": true, ".pyz": true, ".sh": true, ".rb": true, ".php": true, ".pl": true, ".lua": true, ".go": true,
	".jar": true, ".kts": true, ".dll": true, ".exe": true, ".cs": true, ".ex": true, ".exs": true, ".R": true, ".jl": true, ".wasm": true,
}

// originOf finds the files of a target: of a command its program and those of
// its arguments that are programs, too.
func originOf(t config.Target, dir string) *origin {
	o := &origin{}
	// Claude Code keeps its state in the same file, which changes all the time.
	if t.Source != "" && filepath.Base(t.Source) != ".claude.json" {
		o.described = append(o.described, t.Source)
		var entry struct {
			EnvFile string `json:"envFile"`
		}
		if json.Unmarshal(t.Entry, &entry) == nil && entry.EnvFile != "" && !strings.Contains(entry.EnvFile, "$") {
			o.described = append(o.described, inDir(filepath.Dir(t.Source), entry.EnvFile))
		}
	}
	for _, member := range t.Servers {
		m := originOf(member, dir)
		o.own, o.described = append(o.own, m.own...), append(o.described, m.described...)
	}
	if t.Kind != config.Stdio {
		return o
	}
	if t.Dir != "" {
		dir = inDir(dir, t.Dir)
	}
	if strings.ContainsRune(t.Command, filepath.Separator) {
		o.own = append(o.own, inDir(dir, t.Command))
	} else if path, err := exec.LookPath(t.Command); err == nil {
		o.own = append(o.own, inDir(dir, path))
	}
	for _, arg := range t.Args {
		if strings.HasPrefix(arg, "-") || arg == "" {
			continue
		}
		if path := inDir(dir, arg); isProgram(path) {
			o.own = append(o.own, path)
		}
	}
	return o
}

func inDir(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && (programs[filepath.Ext(path)] || info.Mode()&0o111 != 0)
}
