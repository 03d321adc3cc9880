package stdlib

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"time"

	"mcpjs/engine"
)

//go:embed process.d.ts
var processTypes string

//go:embed process.js
var processSource string

var processCode = engine.Embed("process.js", processSource)

// nodeVersion is the version of node that the standard library follows.
const nodeVersion = "20.20.0"

var processStart = time.Now()

// processGlobal is node's globals process and global. What a script changes of the process
// itself, its environment and umask, is as before when the run is over; its
// working directory is the run's own.
var processGlobal = engine.Module{
	Name: "process",
	Node: true,
	Load: func(rt *engine.Runtime) (*engine.Object, error) {
		return processExports(rt).Get("process").(*engine.Object), nil
	},
	Globals: func(rt *engine.Runtime) {
		lazyExports(rt, processExports, "process")
		rt.Hidden(rt.VM().GlobalObject(), "global", rt.VM().GlobalObject())
	},
	Types: processTypes,
}

func processExports(rt *engine.Runtime) *engine.Object {
	return processCode.Load(rt, func() []engine.Value {
		p := &processState{rt: rt, native: rt.VM().NewObject(), env: map[string]*string{}}
		p.describe()
		p.streams()
		p.ending()
		p.system()
		rt.OnClose(func(context.Context) { p.restore() })
		return []engine.Value{p.native}
	})
}

type processState struct {
	rt      *engine.Runtime
	native  *engine.Object
	env     map[string]*string // what variables were before the script changed them
	umask   *int
	signals []chan os.Signal
	watched bool
}

func (p *processState) method(name string, fn func(c engine.Call) engine.Value) {
	p.rt.Method(p.native, name, fn)
}

func (p *processState) object(pairs ...any) *engine.Object {
	o := p.rt.VM().NewObject()
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// restore undoes what would outlive the run.
func (p *processState) restore() {
	for name, value := range p.env {
		if value == nil {
			os.Unsetenv(name)
		} else {
			os.Setenv(name, *value)
		}
	}
	if p.umask != nil {
		setUmask(*p.umask)
	}
	for _, c := range p.signals {
		signal.Stop(c)
		close(c)
	}
}

func (p *processState) describe() {
	rt, vm := p.rt, p.rt.VM()
	exec, err := os.Executable()
	if err != nil {
		exec = os.Args[0]
	}
	argv := []any{exec}
	if s := rt.Script; s != "" && s != "[eval]" {
		if s == "[stdin]" {
			s = "-"
		} else if abs, err := filepath.Abs(s); err == nil && !strings.HasPrefix(s, "[") {
			s = abs
		}
		argv = append(argv, s)
	}
	for _, a := range rt.Args {
		argv = append(argv, a)
	}
	p.native.Set("argv", vm.NewArray(argv...))
	version := "0.1.0"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		version = strings.TrimPrefix(info.Main.Version, "v")
	}
	p.native.Set("versions", p.object("node", nodeVersion, "mcpjs", version, "go", strings.TrimPrefix(runtime.Version(), "go")))
	p.native.Set("constants", p.object(
		"version", "v"+nodeVersion, "platform", platform(), "arch", architecture(),
		"pid", os.Getpid(), "ppid", os.Getppid(), "execPath", exec, "argv0", os.Args[0],
	))
	p.native.Set("ids", p.object(userIDs(vm)...))
	p.method("env", func(engine.Call) engine.Value { return p.environment() })
	p.method("received", func(c engine.Call) engine.Value { return vm.ToValue(received(rt, c.Argument(0))) })
	p.method("printable", func(c engine.Call) engine.Value {
		return vm.ToValue(engine.Printable(c.Argument(0).String()))
	})
}

// platform and architecture are node's names of them.
func platform() string {
	if runtime.GOOS == "windows" {
		return "win32"
	}
	return runtime.GOOS
}

func architecture() string {
	switch runtime.GOARCH {
	case "amd64":
		return "x64"
	case "386":
		return "ia32"
	}
	return runtime.GOARCH
}

func (p *processState) streams() {
	rt, vm := p.rt, p.rt.VM()
	writer := func(v engine.Value) (io.Writer, bool) {
		if v.ToInteger() == 2 {
			return rt.Stderr, rt.ColorStderr
		}
		return rt.Stdout, rt.ColorStdout
	}
	p.method("write", func(c engine.Call) engine.Value {
		w, _ := writer(c.Argument(0))
		// Stdout's failure ends the run (see output); nobody could be told of stderr's.
		if b, ok := rt.BytesOf(c.Argument(1)); ok {
			_, _ = w.Write(b)
		} else {
			_, _ = io.WriteString(w, c.Argument(1).String())
		}
		return nil
	})
	p.method("isTTY", func(c engine.Call) engine.Value {
		if c.Argument(0).ToInteger() == 0 {
			return vm.ToValue(engine.IsTerminal(rt.Stdin))
		}
		w, _ := writer(c.Argument(0))
		return vm.ToValue(engine.IsTerminal(w))
	})
	p.method("columns", func(c engine.Call) engine.Value {
		w, _ := writer(c.Argument(0))
		return vm.ToValue(engine.TerminalWidth(w))
	})
	p.method("rows", func(c engine.Call) engine.Value {
		w, _ := writer(c.Argument(0))
		return vm.ToValue(engine.TerminalHeight(w))
	})
	p.method("colors", func(c engine.Call) engine.Value {
		_, color := writer(c.Argument(0))
		return vm.ToValue(color)
	})
	// read gives {promise, cancel}: of a Buffer, null at the end, undefined when
	// cancelled.
	p.method("read", func(engine.Call) engine.Value {
		op := rt.Begin()
		ctx, cancel := context.WithCancel(op.Context())
		op.Finally(cancel)
		in := inputOf(rt)
		go func() {
			data, err := in.take(ctx, characters)
			op.Resolve(func() (engine.Value, error) {
				switch {
				case err == io.EOF:
					return engine.Null(), nil
				case ctx.Err() != nil && err != nil:
					return engine.Undefined(), nil
				case err != nil:
					return nil, fmt.Errorf("read standard input: %w", err)
				}
				return newBuffer(rt, data), nil
			})
		}()
		o := p.object("promise", op.Promise())
		rt.Method(o, "cancel", func(engine.Call) engine.Value {
			cancel()
			return nil
		})
		return o
	})
}

// characters splits after the last whole character.
func characters(data []byte) int { return len(data) - incomplete(data) }

func (p *processState) ending() {
	rt, vm := p.rt, p.rt.VM()
	p.method("exit", func(c engine.Call) engine.Value {
		rt.Exit(int(c.Argument(0).ToInteger()) & 0xff)
		return nil
	})
	p.method("hook", func(c engine.Call) engine.Value {
		before, _ := engine.Function(c.Argument(0))
		exit, _ := engine.Function(c.Argument(1))
		rt.SetExitHooks(engine.ExitHooks{
			BeforeExit: func() error {
				_, err := before(engine.Undefined())
				return err
			},
			Exit: func(code int) (int, error) {
				v, err := exit(engine.Undefined(), vm.ToValue(code))
				if err != nil {
					return code, err
				}
				return int(v.ToInteger()) & 0xff, nil
			},
		})
		return nil
	})
	p.method("watchUncaught", func(engine.Call) engine.Value {
		if p.watched {
			return nil
		}
		p.watched = true
		next := rt.OnUncaught
		handle, _ := engine.Function(processExports(rt).Get("uncaught"))
		rt.OnUncaught = func(err *engine.UncaughtError) bool {
			var promise engine.Value = engine.Undefined()
			if err.Of != nil {
				promise = err.Of
			}
			v, failed := handle(engine.Undefined(), err.Value, vm.ToValue(err.Promise), promise)
			if failed != nil { // a listener that throws ends the run, as in node
				err.Value = rt.ErrorValue(failed)
				return false
			}
			return v.ToBoolean() || next != nil && next(err)
		}
		return nil
	})
	p.native.Set("signals", p.object(signalNumbers()...))
	p.method("signal", func(c engine.Call) engine.Value {
		s, ok := signalByName(c.Argument(0).String())
		if !ok {
			return nil
		}
		fn, on := engine.Function(c.Argument(1))
		if !on {
			rt.HandleSignal(s, nil)
			return nil
		}
		rt.HandleSignal(s, func() {
			_, err := fn(engine.Undefined())
			rt.Check(err)
		})
		p.listen(s)
		return nil
	})
}

// listen hands the script signals that nobody else waits for.
func (p *processState) listen(s os.Signal) {
	if endsRuns(s) {
		return
	}
	c := make(chan os.Signal, 4)
	signal.Notify(c, s)
	p.signals = append(p.signals, c)
	go func() {
		for s := range c {
			p.rt.Signal(s)
		}
	}()
}

func (p *processState) system() {
	rt, vm := p.rt, p.rt.VM()
	p.method("cwd", func(engine.Call) engine.Value { return vm.ToValue(rt.Dir) })
	p.method("chdir", func(c engine.Call) engine.Value {
		dir := c.Argument(0).String()
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(rt.Dir, dir)
		}
		dir = filepath.Clean(dir)
		at, err := rt.Permissions.Place(dir, engine.ToRead)
		if err != nil {
			rt.Throw(err)
		}
		info, err := at.Stat()
		code, text := "", ""
		switch {
		case os.IsNotExist(err):
			code, text = "ENOENT", "no such file or directory"
		case os.IsPermission(err):
			code, text = "EACCES", "permission denied"
		case err != nil:
			rt.Throw(fmt.Errorf("chdir: %w", err))
		case !info.IsDir():
			code, text = "ENOTDIR", "not a directory"
		}
		if code != "" {
			rt.Throw(&engine.Error{Message: fmt.Sprintf("%s: %s, chdir %s -> '%s'", code, text, rt.Dir, c.Argument(0)),
				Fields: []engine.Field{{Name: "code", Value: code}, {Name: "syscall", Value: "chdir"}, {Name: "path", Value: rt.Dir}, {Name: "dest", Value: dir}}})
		}
		rt.Dir = dir
		return nil
	})
	p.method("nanoseconds", func(engine.Call) engine.Value {
		return vm.ToValue(big.NewInt(int64(time.Since(processStart)) + int64(time.Hour)))
	})
	p.method("uptime", func(engine.Call) engine.Value { return vm.ToValue(time.Since(processStart).Seconds()) })
	p.method("memory", func(engine.Call) engine.Value {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		rss := residentMemory()
		if rss == 0 {
			rss = int64(m.Sys)
		}
		return p.object("rss", rss, "heapTotal", m.HeapSys, "heapUsed", m.HeapAlloc, "external", 0, "arrayBuffers", 0)
	})
	p.method("cpu", func(engine.Call) engine.Value {
		user, system := cpuTimes()
		return p.object("user", user.Microseconds(), "system", system.Microseconds())
	})
	p.method("umask", func(c engine.Call) engine.Value {
		mask := int(c.Argument(0).ToInteger())
		if mask < 0 {
			return vm.ToValue(currentUmask())
		}
		old := setUmask(mask)
		if p.umask == nil {
			p.umask = &old
		}
		return vm.ToValue(old)
	})
	p.method("kill", func(c engine.Call) engine.Value {
		pid, number := int(c.Argument(0).ToInteger()), int(c.Argument(1).ToInteger())
		if pid != os.Getpid() {
			if err := rt.Permissions.Run("kill"); err != nil {
				rt.Throw(err)
			}
		}
		if err := kill(pid, number); err != nil {
			code := "EPERM"
			if isNoProcess(err) {
				code = "ESRCH"
			}
			rt.Throw(&engine.Error{Message: "kill " + code, Fields: []engine.Field{{Name: "code", Value: code}, {Name: "syscall", Value: "kill"}}})
		}
		return nil
	})
}

// environment is process.env: always what the environment is now. Names are as
// the system has them: case matters, except on Windows.
func (p *processState) environment() engine.Value {
	rt, vm := p.rt, p.rt.VM()
	ask := func(name string) {
		if err := rt.Permissions.Env(name); err != nil {
			rt.Throw(err)
		}
	}
	remember := func(name string) {
		if _, done := p.env[name]; done {
			return
		}
		if old, ok := os.LookupEnv(name); ok {
			p.env[name] = &old
		} else {
			p.env[name] = nil
		}
	}
	get := func(name string) (engine.Value, bool) {
		ask(name)
		v, ok := os.LookupEnv(name)
		if !ok {
			return nil, false
		}
		return vm.ToValue(v), true
	}
	proto := vm.Get("Object").(*engine.Object).Get("prototype").(*engine.Object)
	set := func(name string, v engine.Value) bool {
		ask(name)
		if name == "" {
			return false
		}
		if _, symbol := v.(*engine.Symbol); symbol {
			rt.Throw(engine.TypeErrorf("Cannot convert a Symbol value to a string"))
		}
		remember(name)
		return os.Setenv(name, v.String()) == nil
	}
	return vm.ToValue(vm.NewProxy(vm.NewObject(), &engine.ProxyTraps{
		Get: func(_ *engine.Object, name string, _ engine.Value) engine.Value {
			if inherited := proto.Get(name); inherited != nil {
				if _, ok := os.LookupEnv(name); !ok {
					return inherited
				}
			}
			if v, ok := get(name); ok {
				return v
			}
			return engine.Undefined()
		},
		Has: func(_ *engine.Object, name string) bool {
			_, ok := get(name)
			return ok
		},
		Set: func(_ *engine.Object, name string, v, _ engine.Value) bool { return set(name, v) },
		DeleteProperty: func(_ *engine.Object, name string) bool {
			ask(name)
			remember(name)
			os.Unsetenv(name)
			return true
		},
		GetOwnPropertyDescriptor: func(_ *engine.Object, name string) engine.PropertyDescriptor {
			v, ok := get(name)
			if !ok {
				return engine.PropertyDescriptor{}
			}
			return engine.PropertyDescriptor{Value: v, Writable: engine.FlagTrue, Enumerable: engine.FlagTrue, Configurable: engine.FlagTrue}
		},
		DefineProperty: func(_ *engine.Object, name string, d engine.PropertyDescriptor) bool {
			if d.Value == nil {
				rt.Throw(&engine.Error{Class: "TypeError", Message: "'process.env' does not accept an accessor(getter/setter) descriptor",
					Fields: []engine.Field{{Name: "code", Value: "ERR_INVALID_OBJECT_DEFINE_PROPERTY"}}})
			}
			return set(name, d.Value)
		},
		OwnKeys: func(*engine.Object) *engine.Object {
			var names []string
			for _, pair := range os.Environ() {
				if name, _, ok := strings.Cut(pair, "="); ok && name != "" && rt.Permissions.Env(name) == nil {
					names = append(names, name)
				}
			}
			sort.Strings(names)
			return vm.ToValue(vm.NewArray(anyOf(names)...)).(*engine.Object)
		},
	}))
}

func anyOf(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
