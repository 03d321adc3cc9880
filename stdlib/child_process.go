package stdlib

import (
	_ "embed"
	"errors"
	"runtime"
	"sync"
	"time"

	"mcpjs/engine"
)

var (
	//go:embed child_process.d.ts
	childTypes string
	//go:embed child_process.js
	childSource string

	childCode = engine.Embed("child_process.js", childSource)
)

// childProcess is node's module child_process. What it starts leads a group of
// its own, unless it uses our terminal, and ends with the run at the latest;
// kill reaches the whole group.
var childProcess = engine.Module{
	Name: "child_process", Node: true, Types: childTypes,
	Load: loader(childCode, func(rt *engine.Runtime) natives {
		vm := rt.VM()
		return natives{
			"spawn":     spawner(rt),
			"spawnSync": func(c engine.Call) (engine.Value, error) { return spawnSync(rt, c.Argument(0)) },
			"shellFile": func(engine.Call) (engine.Value, error) {
				if runtime.GOOS == "windows" {
					return vm.ToValue("cmd.exe"), nil
				}
				return vm.ToValue("/bin/sh"), nil
			},
			"stderr": func(c engine.Call) (engine.Value, error) {
				data, _ := bytesOf(rt, c.Argument(0))
				_, _ = rt.Stderr.Write(data)
				return nil, nil
			},
			"timer": timerNative(rt),
		}
	}),
}

// timerNative is timer(ms, fn), that does not keep the run alive; it gives what
// stops it.
func timerNative(rt *engine.Runtime) func(engine.Call) (engine.Value, error) {
	return func(c engine.Call) (engine.Value, error) {
		fn, _ := engine.Function(c.Argument(1))
		timer := rt.StartTimer(time.Duration(c.Argument(0).ToFloat()*float64(time.Millisecond)), false, func() error {
			_, err := fn(engine.Undefined())
			return err
		})
		timer.SetRef(false)
		return rt.VM().ToValue(func(engine.Call) engine.Value { timer.Stop(); return nil }), nil
	}
}

// spawnSync runs a process to its end while the script waits. It ends early
// when the run is aborted, at the timeout, and when the output is too much.
func spawnSync(rt *engine.Runtime, v engine.Value) (engine.Value, error) {
	vm := rt.VM()
	opts := readSpawnOptions(rt, v)
	o := vm.NewObject()
	for _, name := range []string{"stdout", "stderr", "code", "signal"} {
		o.Set(name, engine.Null())
	}
	o.Set("pid", 0)
	all := childrenOf(rt)
	c, err := all.start(rt, opts)
	if err != nil {
		var known *engine.Error
		if errors.As(err, &known) {
			return nil, err
		}
		e := spawnError(err, opts).(*engine.Error)
		e.Message = "spawnSync" + e.Message[len("spawn"):]
		for i := range e.Fields {
			if e.Fields[i].Name == "syscall" {
				e.Fields[i].Value = "spawnSync " + opts.file
			}
		}
		o.Set("error", rt.ErrorValue(e))
		return o, nil
	}
	o.Set("pid", c.cmd.Process.Pid)
	signal := option(v, "killSignal").String()
	input, _ := bytesOf(rt, option(v, "input"))
	limit := int64(1) << 40
	if max := option(v, "maxBuffer").ToFloat(); max < 1<<40 {
		limit = int64(max)
	}
	var wg sync.WaitGroup
	if c.stdin != nil {
		wg.Go(func() {
			_, _ = c.stdin.Write(input)
			_ = c.stdin.Close()
		})
	}
	var data [2][]byte
	var full [2]bool
	for i, p := range []*pipe{c.stdout, c.stderr} {
		if p != nil {
			wg.Go(func() {
				got, err := p.all(limit)
				data[i], full[i] = got, errors.Is(err, errTooMuch)
				if full[i] {
					c.end(signal)
				}
			})
		}
	}
	done := make(chan struct{})
	go func() {
		<-c.exited
		if c.stdin != nil {
			_ = c.stdin.Close() // nobody reads it any more
		}
		wg.Wait()
		close(done)
	}()
	timedOut := false
	var after <-chan time.Time
	if ms := option(v, "timeout").ToFloat(); ms > 0 {
		timer := time.NewTimer(time.Duration(ms * float64(time.Millisecond)))
		defer timer.Stop()
		after = timer.C
	}
	aborted := rt.Aborting()
	select {
	case <-aborted:
		aborted = nil // what cleans up may do so
	default:
	}
	for finished := false; !finished; {
		select {
		case <-done:
			finished = true
		case <-after:
			timedOut, after = true, nil
			c.end(signal)
		case <-aborted:
			aborted = nil
			c.end("SIGTERM")
		}
	}
	status := c.status(rt).(*engine.Object)
	o.Set("code", status.Get("code"))
	o.Set("signal", status.Get("signal"))
	o.Set("timedOut", timedOut)
	o.Set("full", full[0] || full[1])
	for i, name := range []string{"stdout", "stderr"} {
		if []*pipe{c.stdout, c.stderr}[i] != nil {
			o.Set(name, newBuffer(rt, data[i]))
		}
	}
	return o, nil
}
