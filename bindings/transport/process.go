package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"mcpjs/engine/process"
)

// ProcessOptions say how a server's process is started.
type ProcessOptions struct {
	// Command is looked up in Env's PATH unless it has a path separator.
	Command string
	Args    []string
	// Env is the whole environment of the process; nil means ours.
	Env []string
	// Dir is its working directory; "" means ours.
	Dir string
	// Stderr, where set, receives each line that the process writes to stderr,
	// and what it writes to stdout that is no message. It is called from the
	// connection's readers, at times concurrently, and must not block.
	Stderr func(line string)
	// MaxMessage bounds one line of its output in bytes; 0 means
	// DefaultMaxMessage.
	MaxMessage int
	// Grace is how long Close waits for the process to end by itself after its
	// stdin was closed, and again after SIGTERM; 0 means 300 ms.
	Grace time.Duration
}

// A Process is a connection to a server that runs as our child process, over
// its stdin and stdout. It implements the stdio binding.
//
// The process leads a process group of its own. When it ends, or is closed,
// that whole group is killed: what npx or a shell started doesn't survive it.
// Should we ourselves be killed, a small watchdog (/bin/sh, one for all
// processes) kills the groups; on Windows a job object does. Left out are, on
// unix, processes that left the group (daemons) and can't be traced, as on Linux
// they can while their parents live; and, where we are killed, the first
// milliseconds after the first start, and systems without /bin/sh: there a
// server still sees its stdin end.
type Process struct {
	stream
	opts  ProcessOptions
	tail  stderrTail
	group process.Group // the started process with its descendants

	mu      sync.Mutex
	state   int // 0 new, 1 started, 2 closed
	cmd     *exec.Cmd
	stdout  *os.File
	stderr  *os.File
	lines   *lineReader
	exited  chan struct{} // the process has ended, though not its output
	drained chan struct{} // stdout and stderr have ended
}

var _ interface {
	Conn
	Poster
} = (*Process)(nil)

const (
	defaultGrace = 300 * time.Millisecond
	// drainTime bounds the wait for output held open by descendants after the
	// process itself has ended.
	drainTime = 250 * time.Millisecond
	// closedOutputTime is how long a process may live on after it closed its
	// stdout or stdin.
	closedOutputTime = 500 * time.Millisecond
)

// NewProcess makes a connection whose process is not yet started.
func NewProcess(opts ProcessOptions) *Process {
	if opts.MaxMessage <= 0 {
		opts.MaxMessage = DefaultMaxMessage
	}
	if opts.Grace <= 0 {
		opts.Grace = defaultGrace
	}
	p := &Process{opts: opts, exited: make(chan struct{}), drained: make(chan struct{})}
	p.link.init()
	p.mirror = opts.Stderr
	p.calls.closed = ErrNotStarted
	return p
}

// Start starts the process and doesn't wait for it to be ready. A command that
// doesn't exist fails here, with an error that is exec.ErrNotFound and a hint.
func (p *Process) Start(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.state {
	case 1:
		return nil
	case 2:
		return ErrClosed
	}
	path, err := lookPath(p.opts)
	if err != nil {
		return err
	}
	cmd := &exec.Cmd{
		Path: path,
		Args: append([]string{p.opts.Command}, p.opts.Args...),
		Env:  p.opts.Env,
		Dir:  p.opts.Dir,
	}
	var files [6]*os.File // ends for the child and for us, in turn
	defer func() {
		for i, f := range files {
			if f != nil && (err != nil || i%2 == 0) {
				_ = f.Close()
			}
		}
	}()
	if files[0], files[1], err = os.Pipe(); err != nil {
		return fmt.Errorf("start %s: %w", p.opts.Command, err)
	}
	if files[3], files[2], err = os.Pipe(); err != nil {
		return fmt.Errorf("start %s: %w", p.opts.Command, err)
	}
	if files[5], files[4], err = os.Pipe(); err != nil {
		return fmt.Errorf("start %s: %w", p.opts.Command, err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = files[0], files[2], files[4]
	if p.group, err = process.Start(cmd); err != nil {
		return p.startError(err)
	}
	p.state = 1
	p.cmd, p.stdout, p.stderr = cmd, files[3], files[5]
	p.out = sender{w: files[1], try: nonBlocking(files[1]), broken: func(error) {
		p.outlive(errors.New("the server closed its input"))
	}}
	p.lines = &lineReader{r: p.stdout, max: p.opts.MaxMessage}
	p.calls.open()
	p.run()
	return nil
}

// run starts the goroutines of a started process: two readers and a waiter.
func (p *Process) run() {
	var readers sync.WaitGroup
	readers.Add(1)
	var read func()
	read = func() {
		err := p.read(p.lines, read)
		if err == errRelieved {
			return
		}
		defer readers.Done()
		var bad *MessageError
		switch {
		case errors.As(err, &bad):
			p.abort(bad)
			_, _ = io.Copy(io.Discard, p.stdout)
		default:
			go p.outlive(errors.New("the server closed its output"))
		}
	}
	go read()
	readers.Go(func() { p.tail.read(p.stderr, p.opts.Stderr) })
	go func() {
		readers.Wait()
		close(p.drained)
	}()
	go p.wait()
}

// wait sees the process to its end and everything else with it.
func (p *Process) wait() {
	p.group.WaitExit()
	close(p.exited)
	p.group.Terminate()
	p.drain()
	p.group.Kill()
	p.group.Forget()
	_ = p.cmd.Wait()
	select {
	case <-p.drained:
	case <-time.After(drainTime / 2):
	}
	_ = p.stdout.Close()
	_ = p.stderr.Close()
	p.out.close(ErrClosed, 0)
	p.end(p.exitError())
	p.calls.fail(p.ended())
	p.finish()
}

// drain waits for the output to end: not long where a descendant holds it
// open, longer while there is still something being read.
func (p *Process) drain() {
	for range 40 {
		select {
		case <-p.drained:
			return
		case <-time.After(drainTime):
			if p.lines.blocked.Load() {
				return
			}
		}
	}
}

// outlive ends the connection if the process does not end shortly by itself.
func (p *Process) outlive(cause error) {
	timer := time.NewTimer(closedOutputTime)
	defer timer.Stop()
	select {
	case <-p.exited:
	case <-p.done:
	case <-timer.C:
		p.abort(fmt.Errorf("%w but its process went on running", cause))
	}
}

// abort ends the connection, and then the process, for a cause.
func (p *Process) abort(cause error) {
	p.end(cause)
	p.calls.fail(p.ended())
	go p.stopProcess(0)
}

// stopProcess makes the process end, by force where it must.
func (p *Process) stopProcess(flush time.Duration) {
	p.group.Trace()
	p.out.close(ErrClosed, flush)
	timer := time.NewTimer(p.opts.Grace)
	defer timer.Stop()
	for _, force := range []func(){p.group.Terminate, p.group.Kill} {
		select {
		case <-p.exited:
			return
		case <-timer.C:
		}
		force()
		timer.Reset(p.opts.Grace)
	}
}

// Close ends the process: it closes its stdin, waits Grace, sends SIGTERM to
// its group, waits Grace, then kills the group. Its stderr is read meanwhile.
// It returns when nothing is left. Calls in flight fail with ErrClosed at
// once. It may be called again and concurrently.
func (p *Process) Close() error {
	p.mu.Lock()
	state := p.state
	p.state = 2
	p.mu.Unlock()
	if state == 0 {
		p.end(nil)
		p.calls.fail(ErrClosed)
		p.finish()
		return nil
	}
	if p.end(nil) {
		p.calls.fail(ErrClosed)
		p.stopProcess(50 * time.Millisecond)
	}
	timer := time.NewTimer(5 * time.Second)
	defer timer.Stop()
	select {
	case <-p.done:
		return nil
	case <-timer.C:
		return fmt.Errorf("process %d of %s did not end after it was killed", p.cmd.Process.Pid, p.opts.Command)
	}
}

// Pid is the process's id, 0 before Start.
func (p *Process) Pid() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return 0
	}
	return p.cmd.Process.Pid
}

// Stderr gives the last lines that the process wrote to stderr.
func (p *Process) Stderr() []string { return p.tail.last() }

func (p *Process) exitError() *ExitError {
	e := &ExitError{
		Command: strings.Join(p.cmd.Args, " "),
		Code:    p.cmd.ProcessState.ExitCode(),
		Signal:  process.SignalName(p.cmd.ProcessState),
		Stderr:  p.tail.last(),
	}
	return e
}

// startError says what could not be started, and what to do where it is known.
func (p *Process) startError(err error) error {
	if p.opts.Dir != "" {
		if st, e := os.Stat(p.opts.Dir); e != nil || !st.IsDir() {
			return fmt.Errorf("start %s: the working directory %s is not there: %w", p.opts.Command, p.opts.Dir, err)
		}
	}
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("start %s: the program or its interpreter (the #! line) is not there: %w", p.opts.Command, errors.Join(exec.ErrNotFound, err))
	}
	return fmt.Errorf("start %s: %w", p.opts.Command, err)
}

// lookPath finds the command, as the environment that it will have tells.
func lookPath(opts ProcessOptions) (string, error) {
	if opts.Command == "" {
		return "", errors.New("start a server: no command was given")
	}
	path, err := opts.Command, error(nil)
	switch {
	case strings.ContainsRune(path, '/') || runtime.GOOS == "windows":
		if opts.Dir != "" && !filepath.IsAbs(path) && strings.ContainsAny(path, `/\`) {
			path = filepath.Join(opts.Dir, path)
		}
		path, err = exec.LookPath(path)
		if errors.Is(err, exec.ErrDot) {
			err = nil
		}
	default:
		path, err = searchPath(path, opts.Env)
	}
	switch {
	case err == nil:
		return filepath.Abs(path)
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		hint := ""
		if h := installHint(opts.Command); h != "" {
			hint = "; " + h
		}
		return "", fmt.Errorf("start %s: %w%s", opts.Command, exec.ErrNotFound, hint)
	}
	return "", fmt.Errorf("start %s: %w", opts.Command, err)
}

func searchPath(name string, env []string) (string, error) {
	for i := len(env) - 1; i >= 0; i-- {
		dirs, ok := strings.CutPrefix(env[i], "PATH=")
		if !ok {
			continue
		}
		for _, dir := range filepath.SplitList(dirs) {
			if !filepath.IsAbs(dir) {
				continue // never run what happens to lie here
			}
			if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
				return path, nil
			}
		}
		return "", exec.ErrNotFound
	}
	return exec.LookPath(name)
}

// installHint says how a well-known launcher is installed.
func installHint(command string) string {
	switch strings.TrimSuffix(strings.ToLower(filepath.Base(command)), ".exe") {
	case "npx", "npm", "node":
		return "install Node.js (https://nodejs.org) or put it in PATH"
	case "uvx", "uv":
		return "install uv (https://docs.astral.sh/uv) or put it in PATH"
	case "python":
		return "install Python or put it in PATH; it may be named python3 here"
	case "python3", "pip", "pipx":
		return "install Python (https://python.org) or put it in PATH"
	case "docker":
		return "install Docker or put it in PATH"
	case "bun", "bunx":
		return "install Bun (https://bun.sh) or put it in PATH"
	case "deno":
		return "install Deno (https://deno.com) or put it in PATH"
	}
	return "check the spelling, or give the program's full path"
}

// stderrTail keeps the last lines of a stream.
type stderrTail struct {
	mu    sync.Mutex
	lines []string
}

const (
	tailLines   = 20
	tailLineLen = 2 << 10
)

// read reads r to its end; each line goes to mirror, if any.
func (t *stderrTail) read(r io.Reader, mirror func(string)) {
	lines := &lineReader{r: r, max: lineBuffer}
	for {
		line, long, err := lines.next()
		if long != nil {
			line = long.head
		}
		if line = bytes.TrimSuffix(line, []byte("\r")); len(line) > 0 || err == nil {
			text := strings.ToValidUTF8(string(line), "\ufffd")
			t.add(text)
			if mirror != nil {
				mirror(text)
			}
		}
		if err != nil {
			return
		}
	}
}

func (t *stderrTail) add(line string) {
	if len(line) > tailLineLen {
		line = strings.ToValidUTF8(line[:tailLineLen], "") + "…"
	}
	if strings.TrimSpace(line) == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lines = append(t.lines, line); len(t.lines) > tailLines {
		t.lines = t.lines[1:]
	}
}

func (t *stderrTail) last() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.lines...)
}
