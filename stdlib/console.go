package stdlib

import (
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"mcpjs/engine"
)

//go:embed console.d.ts
var consoleTypes string

// console is the global of that name, as node has it: log, info, debug, dir,
// table, count, group and time write to stdout, error, warn, trace and assert to
// stderr. Every method works without its object.
var console = engine.Module{
	Name: "console",
	Node: true,
	Load: func(rt *engine.Runtime) (*engine.Object, error) {
		return rt.VM().GlobalObject().Get("console").(*engine.Object), nil
	},
	Globals: func(rt *engine.Runtime) {
		bufferOutput(rt)
		rt.LazyGlobal("console", func() engine.Value { return newConsole(rt) })
	},
	Types: consoleTypes,
}

type consoleState struct {
	rt     *engine.Runtime
	indent string
	counts map[string]int
	timers map[string]time.Time
}

func newConsole(rt *engine.Runtime) *engine.Object {
	c := &consoleState{rt: rt, counts: map[string]int{}, timers: map[string]time.Time{}}
	vm := rt.VM()
	o := vm.NewObject()
	method := func(name string, do func(args []engine.Value)) {
		fn := rt.Method(o, name, func(call engine.Call) engine.Value {
			do(call.Arguments)
			return engine.Undefined()
		})
		o.DefineDataProperty(name, fn, engine.FlagTrue, engine.FlagTrue, engine.FlagTrue)
	}
	group := func(args []engine.Value) {
		if len(args) > 0 {
			c.log(args)
		}
		c.indent += "  "
	}
	nothing := func([]engine.Value) {}

	method("log", c.log)
	method("warn", c.warn)
	method("dir", c.dir)
	method("time", c.time)
	method("timeEnd", func(args []engine.Value) { c.elapsed("timeEnd", args) })
	method("timeLog", func(args []engine.Value) { c.elapsed("timeLog", args) })
	method("trace", c.trace)
	method("assert", c.assert)
	method("clear", c.clear)
	method("count", c.count)
	method("countReset", c.countReset)
	method("group", group)
	method("groupEnd", func([]engine.Value) { c.indent = c.indent[:max(len(c.indent)-2, 0)] })
	method("table", c.table)
	method("debug", c.log)
	method("info", c.log)
	method("dirxml", c.log)
	method("error", c.warn)
	method("groupCollapsed", group)
	method("profile", nothing)
	method("profileEnd", nothing)
	method("timeStamp", nothing)
	o.DefineDataPropertySymbol(engine.SymToStringTag, vm.ToValue("console"), engine.FlagFalse, engine.FlagTrue, engine.FlagFalse)
	return o
}

func (c *consoleState) log(args []engine.Value) {
	c.write(c.rt.Stdout, c.rt.Format(args, engine.InspectOptions{Colors: c.rt.ColorStdout}))
}

func (c *consoleState) warn(args []engine.Value) {
	c.write(c.rt.Stderr, c.rt.Format(args, engine.InspectOptions{Colors: c.rt.ColorStderr}))
}

func (c *consoleState) write(w io.Writer, text string) {
	if c.indent != "" {
		text = c.indent + strings.ReplaceAll(text, "\n", "\n"+c.indent)
	}
	// Stdout's failure ends the run (see output); nobody could be told of stderr's.
	_, _ = io.WriteString(w, text+"\n")
}

func (c *consoleState) dir(args []engine.Value) {
	opts := engine.InspectOptions{Colors: c.rt.ColorStdout, NoCustom: true}
	if len(args) > 1 {
		opts = c.rt.Inspector().Options(args[1], opts)
	}
	c.write(c.rt.Stdout, c.rt.Inspect(argument(args, 0), opts))
}

func argument(args []engine.Value, i int) engine.Value {
	if i < len(args) {
		return args[i]
	}
	return engine.Undefined()
}

func label(args []engine.Value) string {
	if v := argument(args, 0); !engine.IsUndefined(v) {
		return v.String()
	}
	return "default"
}

func (c *consoleState) warning(format string, args ...any) {
	_, _ = fmt.Fprintf(c.rt.Stderr, "Warning: "+format+"\n", args...)
}

func (c *consoleState) time(args []engine.Value) {
	name := label(args)
	if _, running := c.timers[name]; running {
		c.warning("Label '%s' already exists for console.time()", name)
		return
	}
	c.timers[name] = time.Now()
}

func (c *consoleState) elapsed(method string, args []engine.Value) {
	name := label(args)
	start, running := c.timers[name]
	if !running {
		c.warning("No such label '%s' for console.%s()", name, method)
		return
	}
	text := name + ": " + duration(time.Since(start))
	if method == "timeEnd" {
		delete(c.timers, name)
	} else if rest := tail(args, 1); len(rest) > 0 {
		text += " " + c.rt.Format(append([]engine.Value{c.rt.VM().ToValue("%s")}, rest...), engine.InspectOptions{Colors: c.rt.ColorStdout})
	}
	c.write(c.rt.Stdout, text)
}

// duration is how node's console.timeEnd writes one.
func duration(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d < time.Second:
		return strconv.FormatFloat(float64(int64(ms*1000+0.5))/1000, 'f', -1, 64) + "ms"
	case d < time.Minute:
		return fmt.Sprintf("%.3fs", d.Seconds())
	}
	d = d.Round(time.Millisecond)
	hours, minutes, rest := d/time.Hour, d%time.Hour/time.Minute, d%time.Minute
	seconds := fmt.Sprintf("%02d.%03d", rest/time.Second, rest%time.Second/time.Millisecond)
	if hours > 0 {
		return fmt.Sprintf("%d:%02d:%s (h:mm:ss.mmm)", hours, minutes, seconds)
	}
	return fmt.Sprintf("%d:%s (m:ss.mmm)", minutes, seconds)
}

func (c *consoleState) trace(args []engine.Value) {
	head := "Trace"
	if len(args) > 0 {
		head += ": " + c.rt.Format(args, engine.InspectOptions{Colors: c.rt.ColorStderr})
	}
	stack := c.rt.ErrorValue(&engine.Error{Message: "trace"}).(*engine.Object).Get("stack").String()
	if _, frames, ok := strings.Cut(stack, "\n"); ok {
		head += "\n" + frames
	}
	c.write(c.rt.Stderr, head)
}

func (c *consoleState) assert(args []engine.Value) {
	if argument(args, 0).ToBoolean() {
		return
	}
	vm := c.rt.VM()
	message := slices.Clone(tail(args, 1))
	if len(message) == 0 {
		message = []engine.Value{vm.ToValue("Assertion failed")}
	} else if text, ok := engine.AsString(message[0]); ok {
		message[0] = vm.ToValue("Assertion failed: " + text)
	} else {
		message = append([]engine.Value{vm.ToValue("Assertion failed:")}, message...)
	}
	c.warn(message)
}

// clear clears a terminal; colours stand for one here.
func (c *consoleState) clear([]engine.Value) {
	if c.rt.ColorStdout {
		_, _ = io.WriteString(c.rt.Stdout, "\x1b[1;1H\x1b[0J")
	}
}

func (c *consoleState) count(args []engine.Value) {
	name := label(args)
	c.counts[name]++
	c.write(c.rt.Stdout, fmt.Sprintf("%s: %d", name, c.counts[name]))
}

func (c *consoleState) countReset(args []engine.Value) {
	name := label(args)
	if c.counts[name] == 0 {
		c.warning("Count for '%s' does not exist", name)
	}
	delete(c.counts, name)
}
