package stdlib

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"mcpjs/engine"
	"mcpjs/engine/process"
)

// A child is a process that a script started, with all that it starts: its
// group ends with the run at the latest. Its pipes are read on demand, so that
// a flood waits in the pipe and not in our memory.
type child struct {
	cmd    *exec.Cmd
	group  process.Group
	stdin  *os.File
	stdout *pipe
	stderr *pipe

	exited chan struct{} // closed when the process was reaped
	state  *os.ProcessState
}

// spawnOptions say what to start; each of stdio is "pipe", "inherit" or
// "ignore".
type spawnOptions struct {
	file  string
	args  []string // with args[0], the name that the process sees
	dir   string
	env   []string
	stdio [3]string
}

// children are a runtime's processes that have not ended.
type children struct {
	mu     sync.Mutex
	living map[*child]bool
	closed bool
}

// start starts a process. The error of what can't be started is the system's.
func (all *children) start(rt *engine.Runtime, opts spawnOptions) (*child, error) {
	path, err := rt.Permissions.Program(opts.file, opts.dir)
	if err != nil {
		return nil, err
	}
	for _, pair := range opts.env {
		name, value, _ := strings.Cut(pair, "=")
		if value == rt.Permissions.Getenv(name) {
			continue
		}
		if err := rt.Permissions.Loader(name); err != nil {
			return nil, err
		}
	}
	if path == "" {
		if path, err = findProgram(opts); err != nil {
			return nil, err
		}
	} else if _, err := exec.LookPath(path); err != nil {
		return nil, err
	}
	c := &child{exited: make(chan struct{})}
	c.cmd = &exec.Cmd{Path: path, Args: opts.args, Env: opts.env, Dir: opts.dir}
	var theirs, ours []*os.File
	defer func() {
		for _, f := range theirs {
			_ = f.Close()
		}
		if err != nil {
			for _, f := range ours {
				_ = f.Close()
			}
		}
	}()
	open := func(write bool) (their, our *os.File) {
		r, w, e := os.Pipe()
		if e != nil {
			err = e
			return nil, nil
		}
		if write {
			r, w = w, r
		}
		theirs, ours = append(theirs, r), append(ours, w)
		return r, w
	}
	switch opts.stdio[0] {
	case "pipe":
		c.cmd.Stdin, c.stdin = open(false)
	case "inherit":
		c.cmd.Stdin = rt.Stdin
		if _, ok := rt.Stdin.(*os.File); !ok { // os/exec would copy it, and wait for its end
			c.cmd.Stdin = nil
		}
	}
	outputs := [2]**pipe{&c.stdout, &c.stderr}
	streams := [2]io.Writer{rt.Stdout, rt.Stderr}
	var writers [2]io.Writer
	for i, mode := range opts.stdio[1:] {
		switch mode {
		case "pipe":
			their, our := open(true)
			writers[i], *outputs[i] = their, newPipe(our)
		case "inherit":
			if out, ok := streams[i].(interface{ Flush() }); ok {
				out.Flush()
			}
			if f := fileOf(streams[i]); f != nil {
				writers[i] = f
				break
			}
			// Not a file of ours, as in the REPL: pass it on.
			their, our := open(true)
			writers[i] = their
			go func() {
				_, _ = io.Copy(streams[i], our)
				_ = our.Close()
			}()
		}
	}
	c.cmd.Stdout, c.cmd.Stderr = writers[0], writers[1]
	if err != nil {
		return nil, err
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.closed {
		err = errors.New("the run is over")
		return nil, err
	}
	start := process.Start
	if opts.stdio[0] == "inherit" && engine.IsTerminal(rt.Stdin) {
		start = process.StartShared // a group in the background can't read the terminal
	}
	if c.group, err = start(c.cmd); err != nil {
		return nil, err
	}
	all.living[c] = true
	go func() {
		c.group.WaitExit()
		_ = c.cmd.Wait()
		c.state = c.cmd.ProcessState
		close(c.exited)
		if !c.group.Alive() {
			all.forget(c)
		}
	}()
	return c, nil
}

func (all *children) forget(c *child) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.living[c] {
		delete(all.living, c)
		c.group.Forget()
	}
}

// close ends what the run left behind: politely, then by force.
func (all *children) close(ctx context.Context) {
	all.mu.Lock()
	all.closed = true
	living := all.living
	all.living = map[*child]bool{}
	all.mu.Unlock()
	var wg sync.WaitGroup
	for c := range living {
		wg.Go(func() {
			c.group.Terminate()
			end := time.Now().Add(killGrace)
			for c.group.Alive() && time.Now().Before(end) && ctx.Err() == nil {
				select {
				case <-ctx.Done():
				case <-time.After(5 * time.Millisecond):
				}
			}
			c.group.Kill()
			c.group.Forget()
			<-c.exited
			c.closePipes()
		})
	}
	wg.Wait()
}

// killGrace is how long a process has to end after SIGTERM before SIGKILL.
const killGrace = 500 * time.Millisecond

func (c *child) closePipes() {
	if c.stdin != nil {
		_ = c.stdin.Close()
	}
	for _, p := range []*pipe{c.stdout, c.stderr} {
		if p != nil {
			p.close()
		}
	}
}

// end asks the group to end, and makes it after killGrace.
func (c *child) end(signal string) {
	if !c.group.SignalNamed(signal) {
		c.group.Terminate()
	}
	time.AfterFunc(killGrace*4, func() {
		select {
		case <-c.exited:
		default:
			c.group.Kill()
		}
	})
}

// fileOf is the file behind one of the runtime's streams, nil if there is none.
func fileOf(w io.Writer) *os.File {
	for {
		if f, ok := w.(*os.File); ok {
			return f
		}
		u, ok := w.(interface{ Unwrap() io.Writer })
		if !ok {
			return nil
		}
		w = u.Unwrap()
	}
}

// A pipe is our end of a process's output. Reads run on a goroutine of theirs;
// one that nobody waits for any more is kept for the next.
type pipe struct {
	f    *os.File
	mu   sync.Mutex // held while reading
	once sync.Once
}

func newPipe(f *os.File) *pipe { return &pipe{f: f} }

// read gives the next bytes, nil at the end.
func (p *pipe) read() ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	buf := make([]byte, 64<<10)
	n, err := p.f.Read(buf)
	switch {
	case n > 0:
		if n < len(buf)/2 {
			return append([]byte(nil), buf[:n]...), nil
		}
		return buf[:n], nil
	case errors.Is(err, io.EOF), errors.Is(err, os.ErrClosed), err == nil:
		p.close()
		return nil, nil
	}
	p.close()
	return nil, err
}

// errTooMuch says that a process wrote more than its reader keeps.
var errTooMuch = errors.New("maxBuffer length exceeded")

// all gives everything up to the end, at most max bytes; beyond these also
// errTooMuch.
func (p *pipe) all(max int64) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.close()
	data, err := io.ReadAll(io.LimitReader(p.f, max+1))
	if errors.Is(err, os.ErrClosed) {
		err = nil
	}
	if int64(len(data)) > max {
		return data[:max], errTooMuch
	}
	return data, err
}

func (p *pipe) close() { p.once.Do(func() { _ = p.f.Close() }) }

// findProgram finds a file as the environment that it will have tells.
func findProgram(opts spawnOptions) (string, error) {
	name := opts.file
	if opts.dir != "" {
		if st, err := os.Stat(opts.dir); err != nil || !st.IsDir() {
			return "", fmt.Errorf("the working directory %s is not there: %w", opts.dir, os.ErrNotExist)
		}
	}
	if strings.ContainsRune(name, '/') || runtime.GOOS == "windows" {
		if opts.dir != "" && !filepath.IsAbs(name) && strings.ContainsAny(name, `/\`) {
			name = filepath.Join(opts.dir, name)
		}
		path, err := exec.LookPath(name)
		if errors.Is(err, exec.ErrDot) {
			err = nil
		}
		return path, err
	}
	for i := len(opts.env) - 1; i >= 0; i-- {
		dirs, ok := strings.CutPrefix(opts.env[i], "PATH=")
		if !ok {
			continue
		}
		for _, dir := range filepath.SplitList(dirs) {
			if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil && dir != "" {
				return filepath.Abs(path)
			}
		}
		return "", exec.ErrNotFound
	}
	return exec.LookPath(name)
}

// spawner gives embedded JavaScript the native spawn: it starts a process and
// gives an object with pid, stdin, stdout, stderr, wait and kill.
//
//	spawn({ file, args, cwd, env, stdio: [..3] })
//	stdin.write(bytes) → Promise, stdin.end(); stdout.read() → Promise of bytes or null;
//	stdout.all(max) → Promise of { data, full }; wait() → Promise of { code, signal }
func spawner(rt *engine.Runtime) func(engine.Call) (engine.Value, error) {
	all := childrenOf(rt)
	return func(call engine.Call) (engine.Value, error) {
		opts := readSpawnOptions(rt, call.Argument(0))
		c, err := all.start(rt, opts)
		if err != nil {
			return nil, spawnError(err, opts)
		}
		o := natives{
			"kill": func(call engine.Call) (engine.Value, error) {
				name := call.Argument(0).String()
				select {
				case <-c.exited:
					if !c.group.Alive() {
						return rt.VM().ToValue(false), nil
					}
				default:
				}
				return rt.VM().ToValue(c.group.SignalNamed(name)), nil
			},
			"end": func(call engine.Call) (engine.Value, error) {
				c.end(call.Argument(0).String())
				return nil, nil
			},
			"discard": func(engine.Call) (engine.Value, error) {
				c.closePipes()
				return nil, nil
			},
			"wait": func(engine.Call) (engine.Value, error) {
				return rt.Async(func(ctx context.Context) (func() (engine.Value, error), error) {
					select {
					case <-c.exited:
					case <-ctx.Done():
						c.end("SIGTERM")
						return nil, context.Cause(ctx)
					}
					return func() (engine.Value, error) { return c.status(rt), nil }, nil
				}), nil
			},
		}.object(rt)
		o.Set("pid", c.cmd.Process.Pid)
		if c.stdin != nil {
			o.Set("stdin", inputNatives(rt, c).object(rt))
		}
		if c.stdout != nil {
			o.Set("stdout", outputNatives(rt, c.stdout).object(rt))
		}
		if c.stderr != nil {
			o.Set("stderr", outputNatives(rt, c.stderr).object(rt))
		}
		return o, nil
	}
}

func (c *child) status(rt *engine.Runtime) engine.Value {
	o := rt.VM().NewObject()
	if signal := process.SignalName(c.state); signal != "" {
		o.Set("code", engine.Null())
		o.Set("signal", signal)
	} else {
		o.Set("code", c.state.ExitCode())
		o.Set("signal", engine.Null())
	}
	return o
}

func inputNatives(rt *engine.Runtime, c *child) natives {
	queue := make(chan struct{}, 1)
	return natives{
		"write": func(call engine.Call) (engine.Value, error) {
			data, _ := bytesOf(rt, call.Argument(0))
			data = append([]byte(nil), data...)
			return async(rt, func(ctx context.Context) (any, error) {
				select {
				case queue <- struct{}{}:
				case <-ctx.Done():
					return nil, context.Cause(ctx)
				}
				defer func() { <-queue }()
				if _, err := c.stdin.Write(data); err != nil {
					return nil, systemError("write", err)
				}
				return nil, nil
			})
		},
		"end": func(engine.Call) (engine.Value, error) {
			return nil, ignoreClosed(c.stdin.Close())
		},
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

func outputNatives(rt *engine.Runtime, p *pipe) natives {
	return natives{
		"read": func(engine.Call) (engine.Value, error) {
			return rt.Async(func(context.Context) (func() (engine.Value, error), error) {
				data, err := p.read()
				if err != nil {
					return nil, systemError("read", err)
				}
				return func() (engine.Value, error) {
					if data == nil {
						return engine.Null(), nil
					}
					return newBuffer(rt, data), nil
				}, nil
			}), nil
		},
		"all": func(call engine.Call) (engine.Value, error) {
			max := call.Argument(0).ToInteger()
			return rt.Async(func(context.Context) (func() (engine.Value, error), error) {
				data, err := p.all(max)
				if err != nil && !errors.Is(err, errTooMuch) {
					return nil, systemError("read", err)
				}
				return func() (engine.Value, error) {
					o := rt.VM().NewObject()
					o.Set("data", newBuffer(rt, data))
					o.Set("full", err != nil)
					return o, nil
				}, nil
			}), nil
		},
		"close": func(engine.Call) (engine.Value, error) {
			p.close()
			return nil, nil
		},
	}
}

// childrenOf gives the runtime's processes; they end when it is closed.
func childrenOf(rt *engine.Runtime) *children {
	return rt.State(childrenKey{}, func() any {
		all := &children{living: map[*child]bool{}}
		rt.OnClose(all.close)
		return all
	}).(*children)
}

type childrenKey struct{}

func readSpawnOptions(rt *engine.Runtime, v engine.Value) spawnOptions {
	opts := spawnOptions{file: option(v, "file").String(), args: stringList(option(v, "args")), dir: textOption(v, "cwd", "")}
	if opts.dir == "" {
		opts.dir = rt.Dir
	} else if !filepath.IsAbs(opts.dir) {
		opts.dir = filepath.Join(rt.Dir, opts.dir)
	}
	opts.env = environment(rt, option(v, "env"))
	copy(opts.stdio[:], []string{"pipe", "pipe", "pipe"})
	copy(opts.stdio[:], stringList(option(v, "stdio")))
	return opts
}

// environment is that of a child process: what the script says, else ours as
// the script sees it.
func environment(rt *engine.Runtime, v engine.Value) []string {
	env := []string{}
	o, ok := v.(*engine.Object)
	if !ok && rt.Permissions != nil {
		// Without these no program works; none is a secret.
		for _, pair := range rt.Permissions.Environ() {
			if name, _, _ := strings.Cut(pair, "="); slices.Contains(everyProgram, strings.ToUpper(name)) && rt.Permissions.Env(name) != nil {
				env = append(env, pair)
			}
		}
	}
	if !ok {
		proc, isObject := rt.VM().GlobalObject().Get("process").(*engine.Object)
		if isObject {
			o, ok = proc.Get("env").(*engine.Object)
		}
	}
	if !ok {
		for _, pair := range os.Environ() {
			if name, _, _ := strings.Cut(pair, "="); rt.Permissions.Env(name) == nil {
				env = append(env, pair)
			}
		}
		return env
	}
	for _, name := range o.Keys() {
		if value := o.Get(name); !engine.IsUndefined(value) {
			env = append(env, name+"="+value.String())
		}
	}
	return env
}

// everyProgram are the variables that programs get whatever the script may see.
var everyProgram = []string{"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TZ", "TMPDIR",
	"TEMP", "TMP", "PATHEXT", "COMSPEC", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA"}

// spawnError is node's error of a process that could not be started.
func spawnError(err error, opts spawnOptions) error {
	var known *engine.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, exec.ErrNotFound) {
		err = os.ErrNotExist
	}
	e := systemError("spawn "+opts.file, err)
	code, _ := errno(err)
	e.Message = fmt.Sprintf("spawn %s %s", opts.file, code)
	if strings.HasPrefix(err.Error(), "the working directory") {
		e.Message += ": the working directory " + opts.dir + " is not there"
	}
	e.Fields = append(e.Fields, engine.Field{Name: "path", Value: opts.file}, engine.Field{Name: "spawnargs", Value: opts.args[min(1, len(opts.args)):]})
	return e
}
