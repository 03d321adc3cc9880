package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dop251/goja"
)

// Error is a Go error as a script sees it: an instance of the JavaScript class
// named Class, with a message, further own properties, and a cause.
type Error struct {
	// Class is "Error", "TypeError", "RangeError" … or a class that a module
	// declared with DefineErrorClass; "" means "Error".
	Class   string
	Message string
	// Fields become own, enumerable properties, in order, such as code. A
	// json.RawMessage becomes the value that it says.
	Fields []Field
	Cause  error
}

// Field is one property of an Error.
type Field struct {
	Name  string
	Value any
	// Hidden makes the property one that is not enumerable, and not reported.
	Hidden bool
}

// Error gives the message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Thrower is implemented by Go errors that know how scripts should see them.
type Thrower interface {
	error
	JSError() *Error
}

// ThrownError is a JavaScript value on its way through Go code as an error.
type ThrownError struct {
	Value Value
	text  string // made at once: Error may be called from any goroutine
}

func (e *ThrownError) Error() string { return e.text }

func (rt *Runtime) thrown(v Value) error { return &ThrownError{v, rt.describe(v)} }

// TypeErrorf makes the error that scripts know as a TypeError.
func TypeErrorf(format string, args ...any) *Error {
	return &Error{Class: "TypeError", Message: fmt.Sprintf(format, args...)}
}

// Throw throws err as a JavaScript error at the script's current line. Only
// from a function that JavaScript called, on the loop.
func (rt *Runtime) Throw(err error) {
	panic(rt.errorValue(err, rt.vm.CaptureCallStack(0, nil)))
}

// ErrorValue is err as a JavaScript error with the script's current stack.
// Loop only.
func (rt *Runtime) ErrorValue(err error) Value {
	return rt.errorValue(err, rt.vm.CaptureCallStack(0, nil))
}

// errorValue is err as a JavaScript error with the given stack. What was
// thrown by JavaScript is itself again, whatever wrapped it.
func (rt *Runtime) errorValue(err error, stack []goja.StackFrame) Value {
	var (
		thrown    *ThrownError
		exception *goja.Exception
		thrower   Thrower
		known     *Error
	)
	switch {
	case errors.As(err, &thrown):
		rt.tidyStack(thrown.Value)
		return thrown.Value
	case errors.As(err, &exception):
		rt.tidyStack(exception.Value())
		return exception.Value()
	case errors.As(err, &thrower):
		return rt.newError(thrower.JSError(), stack)
	case errors.As(err, &known):
		return rt.newError(known, stack)
	}
	var overflow *goja.StackOverflowError
	var interrupted *goja.InterruptedError
	switch {
	case errors.As(err, &overflow):
		return rt.newError(&Error{Class: "RangeError", Message: "Maximum call stack size exceeded"}, overflow.Stack())
	case errors.As(err, &interrupted):
		return rt.newError(abortError(fmt.Sprint(interrupted.Value())), interrupted.Stack())
	case errors.Is(err, context.Canceled):
		return rt.newError(abortError("the operation was aborted"), stack)
	case errors.Is(err, context.DeadlineExceeded):
		return rt.newError(&Error{Class: "TimeoutError", Message: "the operation timed out"}, stack)
	}
	return rt.newError(&Error{Message: err.Error()}, stack)
}

// abortError is what node and browsers throw for what was aborted.
func abortError(message string) *Error {
	return &Error{Class: "AbortError", Message: message, Fields: []Field{{Name: "code", Value: "ABORT_ERR"}}}
}

func (rt *Runtime) newError(e *Error, stack []goja.StackFrame) Value {
	class := rt.ErrorClass(e.Class)
	args := []Value{rt.vm.ToValue(e.Message)}
	if e.Cause != nil {
		opts := rt.vm.NewObject()
		opts.Set("cause", rt.errorValue(e.Cause, nil))
		args = append(args, opts)
	}
	obj, err := rt.vm.New(class, args...)
	if err != nil {
		return rt.vm.ToValue(e.Message)
	}
	for _, f := range e.Fields {
		if v, err := rt.ToValue(f.Value); err == nil {
			obj.DefineDataProperty(f.Name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.ToFlag(!f.Hidden))
		}
	}
	rt.setStack(obj, rt.header(obj)+rt.formatFrames(stack))
	return obj
}

// DefineErrorClass declares a subclass of parent ("" means Error) for
// Error.Class. Its JavaScript constructor is (message, options?), where the
// options but cause become own properties. Loop only.
func (rt *Runtime) DefineErrorClass(name, parent string) {
	rt.classParents[name] = parent
}

// ErrorClass gives the constructor of a class by its name; Error's for a name
// that nobody declared. Loop only.
func (rt *Runtime) ErrorClass(name string) *Object {
	if name == "" {
		name = "Error"
	}
	if c := rt.classes[name]; c != nil {
		return c
	}
	parent, declared := rt.classParents[name]
	if !declared {
		name = "Error"
		return rt.classes[name]
	}
	make, _ := goja.AssertFunction(rt.internal(errorClassProgram()))
	v, err := make(goja.Undefined(), rt.vm.ToValue(name), rt.ErrorClass(parent))
	if err != nil {
		panic(err)
	}
	rt.classes[name] = v.(*goja.Object)
	return rt.classes[name]
}

var errorClassProgram = compiled("errorclass", `(name, Base) => {
	const C = class extends Base {
		constructor(message, options) {
			super(message, options);
			if (options !== null && typeof options === "object")
				for (const k of Object.keys(options)) if (k !== "cause") this[k] = options[k];
		}
	};
	Object.defineProperty(C, "name", { value: name, configurable: true });
	Object.defineProperty(C.prototype, "name", { value: name, configurable: true, writable: true });
	return C;
}`)

// installErrors puts our constructors before goja's for Error and its kin, so
// that stacks read like node's and show the user's own files and lines.
func (rt *Runtime) installErrors() {
	rt.aborted = map[*goja.Object]bool{}
	rt.classParents = map[string]string{"AbortError": "", "TimeoutError": "", "PermissionDenied": ""}
	vm, global := rt.vm, rt.vm.GlobalObject()
	base := global.Get("Error").(*goja.Object)
	for _, name := range []string{"Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"} {
		orig := global.Get(name).(*goja.Object)
		proto := orig.Get("prototype").(*goja.Object)
		var wrapped *goja.Object
		wrapped = vm.ToValue(func(c goja.ConstructorCall) *goja.Object {
			target := c.NewTarget
			if target == nil {
				target = wrapped
			}
			v, err := rt.pristine.reflectConstruct(goja.Undefined(), orig, vm.NewArray(anys(c.Arguments)...), target)
			if err != nil {
				panic(err)
			}
			o := v.(*goja.Object)
			rt.setStack(o, rt.header(o)+rt.formatFrames(vm.CaptureCallStack(0, nil)))
			return o
		}).(*goja.Object)
		length := 1
		if name == "AggregateError" {
			length = 2
		}
		wrapped.DefineDataProperty("name", vm.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		wrapped.DefineDataProperty("length", vm.ToValue(length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		wrapped.DefineDataProperty("prototype", proto, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
		proto.DefineDataProperty("constructor", wrapped, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		if name == "Error" {
			hide := func(n string, v any) {
				wrapped.DefineDataProperty(n, vm.ToValue(v), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
			}
			hide("isError", base.Get("isError"))
			hide("stackTraceLimit", 10)
			hide("captureStackTrace", func(c Call) Value {
				if o, ok := c.Argument(0).(*goja.Object); ok {
					rt.setStack(o, rt.header(o)+rt.formatFrames(vm.CaptureCallStack(0, nil)))
				}
				return goja.Undefined()
			})
		} else {
			wrapped.SetPrototype(rt.classes["Error"])
		}
		rt.classes[name] = wrapped
		global.DefineDataProperty(name, wrapped, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

func anys(vs []Value) []any {
	out := make([]any, len(vs))
	for i, v := range vs {
		out[i] = v
	}
	return out
}

func (rt *Runtime) setStack(o *goja.Object, s string) {
	o.DefineDataProperty("stack", rt.vm.ToValue(s), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// header is the first line of an error's stack: its class's name and message.
func (rt *Runtime) header(o *goja.Object) string {
	name, msg := rt.dataString(o, "name"), rt.dataString(o, "message")
	if name == "" {
		name = "Error"
	}
	if msg == "" {
		return name
	}
	return name + ": " + msg
}

// describe is a thrown value in one line, without running any of its code.
func (rt *Runtime) describe(v Value) string {
	if o, ok := v.(*goja.Object); ok {
		if rt.isError(o) {
			return rt.header(o)
		}
		return rt.Inspect(v, InspectOptions{})
	}
	if s, ok := v.(goja.String); ok {
		return s.String()
	}
	return rt.Inspect(v, InspectOptions{})
}

func (rt *Runtime) isError(o *goja.Object) bool { return o.ClassName() == "Error" }

// data reads a data property of o or of its prototypes; getters and proxies
// are not run: nil.
func (rt *Runtime) data(o *goja.Object, name string) Value {
	key := rt.vm.ToValue(name)
	for depth := 0; o != nil && depth < 100; depth++ {
		if o.ExportType() == proxyType {
			return nil
		}
		d, err := rt.pristine.ownDescriptor(goja.Undefined(), o, key)
		if err != nil {
			return nil
		}
		if d, ok := d.(*goja.Object); ok {
			return d.Get("value")
		}
		o = o.Prototype()
	}
	return nil
}

func (rt *Runtime) dataString(o *goja.Object, name string) string {
	if s, ok := rt.data(o, name).(goja.String); ok {
		return s.String()
	}
	return ""
}

// Position is a place in a source file; lines and columns begin at 1.
type Position struct {
	Func string
	File string
	Line int
	Col  int
}

func (p Position) String() string {
	if p.Func != "" {
		return fmt.Sprintf("%s (%s:%d:%d)", p.Func, p.File, p.Line, p.Col)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// internalFile is what the names of our own JavaScript begin with; frames in
// it are no business of the user's.
const internalFile = "mcpjs:"

// position is a frame's place in the user's source; false for Go functions and
// our own JavaScript.
func (rt *Runtime) position(f *goja.StackFrame) (Position, bool) {
	if f.SrcName() == "<native>" {
		return Position{}, false
	}
	at := f.Position()
	fn := f.FuncName()
	if fn == "<anonymous>" {
		fn = ""
	}
	return rt.fix(Position{fn, at.Filename, at.Line, at.Column})
}

// fix undoes what bundling and wrapping did to a place.
func (rt *Runtime) fix(p Position) (Position, bool) {
	if p.File == "" || p.Line == 0 || strings.HasPrefix(p.File, internalFile) {
		return p, false
	}
	if n, plain := rt.wrapped[p.File]; !plain {
		p.Col++ // source maps count columns from 0
	} else if p.Line == 1 {
		p.Col = max(1, p.Col-n)
	}
	p.File = rt.mappedFile(p.File)
	return p, !strings.HasPrefix(p.File, internalFile)
}

func (rt *Runtime) formatFrames(frames []goja.StackFrame) string {
	var b strings.Builder
	for i := range frames {
		if p, ok := rt.position(&frames[i]); ok {
			b.WriteString("\n    at ")
			b.WriteString(p.String())
		}
	}
	return b.String()
}

// tidyStack rewrites the stack of an error that goja itself made, which is in
// goja's own form, to node's. Other values are left as they are.
func (rt *Runtime) tidyStack(v Value) {
	o, ok := v.(*goja.Object)
	if !ok || !rt.isError(o) {
		return
	}
	if s := rt.dataString(o, "stack"); strings.Contains(s, "\n\tat ") {
		rt.setStack(o, rt.normalizeStack(s))
	}
}

// normalizeStack turns goja's stack text into node's.
func (rt *Runtime) normalizeStack(stack string) string {
	head, rest, found := strings.Cut(stack, "\n\tat ")
	if !found {
		return strings.TrimRight(stack, "\n")
	}
	var b strings.Builder
	b.WriteString(head)
	for _, line := range strings.Split(rest, "\n\tat ") {
		if p, ok := parseFrame(strings.TrimRight(line, "\n")); ok {
			if p, ok = rt.fix(p); ok {
				b.WriteString("\n    at ")
				b.WriteString(p.String())
			}
		}
	}
	return b.String()
}

// parseFrame reads "fn (file:1:2(3))" or "file:1:2(3)".
func parseFrame(s string) (Position, bool) {
	var p Position
	if i := strings.Index(s, " ("); i >= 0 && strings.HasSuffix(s, ")") {
		p.Func, s = s[:i], s[i+2:len(s)-1]
	}
	if i := strings.LastIndexByte(s, '('); i >= 0 {
		s = s[:i]
	}
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 {
		return p, false
	}
	_, err := fmt.Sscan(s[colon+1:], &p.Col)
	line := strings.LastIndexByte(s[:colon], ':')
	if err != nil || line < 0 {
		return p, false
	}
	_, err = fmt.Sscan(s[line+1:colon], &p.Line)
	p.File = s[:line]
	return p, err == nil
}
