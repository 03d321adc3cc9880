package engine

import (
	_ "embed"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// compiled makes a program of our own JavaScript when it is first needed; all
// runtimes share it.
func compiled(name, src string) func() *goja.Program {
	return sync.OnceValue(func() *goja.Program {
		return goja.MustCompile(internalFile+name, "("+src+")", true)
	})
}

// pattern compiles a regular expression when it is first needed.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// Pattern compiles a regular expression when it is first needed, so that no
// start pays for one that its run doesn't use.
func Pattern(expr string) func() *regexp.Regexp { return pattern(expr) }

// internal runs a program of our own and gives its value.
func (rt *Runtime) internal(p *goja.Program) Value {
	v, err := rt.vm.RunProgram(p)
	if err != nil {
		panic(err)
	}
	return v
}

//go:embed polyfill.js
var polyfillSource string

var polyfillProgram = compiled("polyfill", strings.TrimSpace(polyfillSource[strings.Index(polyfillSource, "(define)"):]))

// polyfills are the properties that polyfill.js defines: the object's path and
// the names, those with ! also where goja has them. Each is at first a stand-in that runs the file when it is used, so
// that a script which needs none of them does not pay for it.
var polyfills = []struct {
	path  string
	names string
}{
	{"Promise", "withResolvers try any!"},
	{"Object", "groupBy"},
	{"Map", "groupBy"},
	{"Map.prototype", "getOrInsert getOrInsertComputed"},
	{"WeakMap.prototype", "getOrInsert getOrInsertComputed"},
	{"String.prototype", "isWellFormed toWellFormed"},
	{"Array", "fromAsync"},
	{"RegExp", "escape"},
	{"%Iterator%", "map filter take drop flatMap reduce toArray forEach some every find"},
}

// polyfilledGlobals are the classes that polyfill.js defines.
var polyfilledGlobals = []string{"Iterator", "SuppressedError", "DisposableStack", "AsyncDisposableStack", "WeakRef", "FinalizationRegistry"}

// installIntrinsics keeps the intrinsics that Go code relies on.
func (rt *Runtime) installIntrinsics() {
	vm := rt.vm
	fn := func(path ...string) goja.Callable {
		o := vm.GlobalObject()
		for _, name := range path[:len(path)-1] {
			o = o.Get(name).(*goja.Object)
		}
		c, _ := goja.AssertFunction(o.Get(path[len(path)-1]))
		return c
	}
	rt.pristine.reflectConstruct = fn("Reflect", "construct")
	rt.pristine.objectProto = vm.NewObject().Prototype()
	rt.pristine.reflectSet = fn("Reflect", "set")
	rt.pristine.ownDescriptor = fn("Object", "getOwnPropertyDescriptor")
	rt.pristine.isView = fn("ArrayBuffer", "isView")
}

// installLanguage adds what the language has and goja lacks.
func (rt *Runtime) installLanguage() {
	vm, global := rt.vm, rt.vm.GlobalObject()
	rt.installJSON()
	rt.installRegExp()
	symbol := global.Get("Symbol").(*goja.Object)
	symbolFor, _ := goja.AssertFunction(symbol.Get("for"))
	for _, name := range []string{"asyncIterator", "dispose", "asyncDispose"} {
		// esbuild's helpers look these up by Symbol.for where Symbol has none.
		if v, err := symbolFor(symbol, vm.ToValue("Symbol."+name)); err == nil {
			symbol.DefineDataProperty(name, v, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
		}
	}
	rt.define(global, "queueMicrotask", func(c Call) Value {
		fn, ok := goja.AssertFunction(c.Argument(0))
		if !ok {
			rt.Throw(&Error{Class: "TypeError", Message: "queueMicrotask: the callback is not a function",
				Fields: []Field{{Name: "code", Value: "ERR_INVALID_ARG_TYPE"}}})
		}
		p, resolve, _ := vm.NewPromise()
		then, _ := goja.AssertFunction(vm.ToValue(p).(*goja.Object).Get("then"))
		then(vm.ToValue(p), vm.ToValue(func(Call) Value {
			if _, err := fn(goja.Undefined()); err != nil {
				rt.Check(err)
			}
			return goja.Undefined()
		}))
		rt.Check(resolve(goja.Undefined()))
		return goja.Undefined()
	})
	rt.guardGenerators()
	rt.installPolyfills()
	rt.installTypedArrayFrom()
	rt.limitStrings()
}

// maxString is the length of the longest string, as in node.
const maxString = 1<<29 - 24

// limitStrings keeps what makes a string of any length from taking more memory
// than there is, which would end the process and not only the script.
func (rt *Runtime) limitStrings() {
	proto := rt.vm.Get("String").(*goja.Object).Get("prototype").(*goja.Object)
	for _, name := range []string{"repeat", "padStart", "padEnd"} {
		own := proto.Get(name).(*goja.Object)
		original, _ := goja.AssertFunction(own)
		f := rt.define(proto, name, func(c Call) Value {
			n := c.Argument(0).ToNumber()
			length := n.ToFloat()
			this, isString := c.This.(goja.String)
			switch filler, given := c.Argument(1).(goja.String); {
			case name != "repeat" && given && filler.Length() == 0, math.IsInf(length, 1) && name == "repeat":
				length = 0 // nothing is added; refused as it is
			case name == "repeat" && isString:
				length *= float64(this.Length())
			}
			if length > maxString {
				rt.Throw(&Error{Class: "RangeError", Message: "Invalid string length"})
			}
			args := append([]Value{n}, c.Arguments[min(1, len(c.Arguments)):]...)
			v, err := original(c.This, args...)
			if err != nil {
				panic(err)
			}
			return v
		})
		f.DefineDataProperty("length", own.Get("length"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// installTypedArrayFrom lets TypedArray.from take a string, which goja's
// refuses: Uint8Array.from(atob(s), (c) => c.charCodeAt(0)) is how many decode.
func (rt *Runtime) installTypedArrayFrom() {
	typed := rt.vm.Get("Uint8Array").(*goja.Object).Prototype()
	from, _ := goja.AssertFunction(typed.Get("from"))
	rt.define(typed, "from", func(c Call) Value {
		args := c.Arguments
		if s, ok := c.Argument(0).(goja.String); ok {
			args = append([]Value{s.ToObject(rt.vm)}, args[1:]...)
		}
		v, err := from(c.This, args...)
		if err != nil {
			panic(err)
		}
		return v
	})
}

// define adds a method the way that the language's own are: not enumerable.
func (rt *Runtime) define(o *goja.Object, name string, fn any) *goja.Object {
	f := rt.vm.ToValue(fn).(*goja.Object)
	f.DefineDataProperty("name", rt.vm.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	o.DefineDataProperty(name, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return f
}

func (rt *Runtime) installPolyfills() {
	vm, global := rt.vm, rt.vm.GlobalObject()
	loaded := false
	load := func() {
		if loaded {
			return
		}
		loaded = true
		run, _ := goja.AssertFunction(rt.internal(polyfillProgram()))
		define := vm.ToValue(func(c Call) Value {
			target, members := c.Argument(0).(*goja.Object), c.Argument(1).(*goja.Object)
			for _, name := range members.Keys() {
				target.DefineDataProperty(name, members.Get(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
			}
			return goja.Undefined()
		})
		if _, err := run(goja.Undefined(), define); err != nil {
			panic(err)
		}
	}
	for _, group := range polyfills {
		target := global
		if group.path == "%Iterator%" {
			target = rt.iteratorPrototype()
		} else {
			for _, name := range strings.Split(group.path, ".") {
				target = target.Get(name).(*goja.Object)
			}
		}
		for _, name := range strings.Fields(group.names) {
			name, replaced := strings.CutSuffix(name, "!")
			if have := target.Get(name); have != nil && !replaced {
				continue
			}
			rt.define(target, name, func(c Call) Value {
				load()
				real, _ := goja.AssertFunction(target.Get(name))
				v, err := real(c.This, c.Arguments...)
				if err != nil {
					panic(err)
				}
				return v
			})
		}
	}
	for _, name := range polyfilledGlobals {
		if global.Get(name) != nil {
			continue
		}
		get := vm.ToValue(func(Call) Value {
			if loaded {
				return goja.Undefined() // asked for while the file runs
			}
			load()
			return global.Get(name)
		})
		set := vm.ToValue(func(c Call) Value {
			global.DefineDataProperty(name, c.Argument(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
			return goja.Undefined()
		})
		global.DefineAccessorProperty(name, get, set, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// iteratorPrototype is %IteratorPrototype%, which has no name of its own.
func (rt *Runtime) iteratorPrototype() *goja.Object {
	values, _ := goja.AssertFunction(rt.vm.NewArray().Get("values"))
	it, err := values(rt.vm.NewArray())
	if err != nil {
		panic(err)
	}
	return it.(*goja.Object).Prototype().Prototype()
}

// installRegExp puts a constructor before goja's that understands property
// escapes, which goja reads as the letters "p{L}" and which then silently never
// match. Literals are rewritten when the source is compiled.
func (rt *Runtime) installRegExp() {
	vm, global := rt.vm, rt.vm.GlobalObject()
	orig := global.Get("RegExp").(*goja.Object)
	proto := orig.Get("prototype").(*goja.Object)
	var wrapped *goja.Object
	wrapped = vm.ToValue(func(c goja.ConstructorCall) *goja.Object {
		args, target := c.Arguments, c.NewTarget
		if target == nil {
			target = wrapped
		}
		isRegExp := false
		if o, ok := c.Argument(0).(*goja.Object); ok {
			isRegExp = o.ClassName() == "RegExp"
			if isRegExp && c.NewTarget == nil && goja.IsUndefined(c.Argument(1)) {
				return o // RegExp(r) is r, where new RegExp(r) is another
			}
		}
		flags := ""
		if f := c.Argument(1); !goja.IsUndefined(f) {
			flags = f.String()
		} else if isRegExp {
			flags = c.Argument(0).(*goja.Object).Get("flags").String()
		}
		if strings.ContainsAny(flags, "uvd") {
			source := c.Argument(0)
			if isRegExp {
				source = source.(*goja.Object).Get("source")
			}
			if !goja.IsUndefined(source) {
				// d only adds indices to the result, which goja can't give.
				text := source.String()
				if strings.Contains(flags, "v") {
					text = rt.withoutSets(text)
				}
				flags = strings.ReplaceAll(strings.ReplaceAll(flags, "v", "u"), "d", "")
				args = []Value{vm.ToValue(expandProperties(text)), vm.ToValue(flags)}
			}
		}
		v, err := rt.pristine.reflectConstruct(goja.Undefined(), orig, vm.NewArray(anys(args)...), target)
		if err != nil {
			panic(err)
		}
		return v.(*goja.Object)
	}).(*goja.Object)
	for _, name := range orig.GetOwnPropertyNames() {
		if name != "prototype" && name != "length" && name != "name" {
			wrapped.DefineDataProperty(name, orig.Get(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
	}
	if species := orig.GetSymbol(goja.SymSpecies); species != nil {
		wrapped.DefineAccessorPropertySymbol(goja.SymSpecies, vm.ToValue(func(c Call) Value { return c.This }), nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	wrapped.DefineDataProperty("name", vm.ToValue("RegExp"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	wrapped.DefineDataProperty("length", vm.ToValue(2), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	wrapped.DefineDataProperty("prototype", proto, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	proto.DefineDataProperty("constructor", wrapped, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	global.DefineDataProperty("RegExp", wrapped, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	// What expandProperties put in front is no part of the source.
	if d, err := rt.pristine.ownDescriptor(goja.Undefined(), proto, vm.ToValue("source")); err == nil {
		get, _ := goja.AssertFunction(d.(*goja.Object).Get("get"))
		proto.DefineAccessorProperty("source", vm.ToValue(func(c Call) Value {
			v, err := get(c.This)
			if err != nil {
				panic(err)
			}
			s, ok := v.(goja.String)
			if !ok {
				return v
			}
			if text := s.String(); strings.HasPrefix(text, keepFromRE2) && hasProperties(text) {
				s = s.Substring(len(keepFromRE2), s.Length())
			}
			if text := s.String(); strings.Contains(text, `\u002f`) {
				return vm.ToValue(unescapeSlashes(text))
			}
			return s
		}), nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// unescapeSlashes undoes goja's way of writing the slashes of a source: node
// escapes them with a backslash, and those in classes not at all.
func unescapeSlashes(src string) string {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(src); i++ {
		switch rest := src[i:]; {
		case strings.HasPrefix(rest, `\u002f`):
			if !inClass {
				b.WriteByte('\\')
			}
			b.WriteByte('/')
			i += len(`\u002f`) - 1
			continue
		case src[i] == '\\' && i+1 < len(src):
			b.WriteByte('\\')
			i++
		case src[i] == '[':
			inClass = true
		case src[i] == ']':
			inClass = false
		}
		b.WriteByte(src[i])
	}
	return b.String()
}

// keepFromRE2, at the beginning of an expression, makes goja hand it to
// regexp2: RE2 has no lookahead, and other names for classes.
const keepFromRE2 = "(?=)"

// expandLiterals rewrites the property escapes in the literals of a tree.
func expandLiterals(tree *ast.Program) {
	walk(reflect.ValueOf(tree.Body), func(node any) bool {
		literal, ok := node.(*ast.RegExpLiteral)
		if ok && strings.Contains(literal.Flags, "u") {
			literal.Pattern = expandProperties(literal.Pattern)
		}
		return !ok
	})
}

// hasProperties tells whether a source may have property escapes.
func hasProperties(code string) bool {
	return strings.Contains(code, `\p{`) || strings.Contains(code, `\P{`)
}

// rgiEmoji are the emoji that may be more than one code point, as sequences that
// are well formed.
const rgiEmoji = `(?:\p{RI}\p{RI}|[#*0-9]\ufe0f?\u20e3|` + oneEmoji + `(?:[\u{e0020}-\u{e007e}]+\u{e007f})?(?:\u200d` + oneEmoji + `)*)`
const oneEmoji = `(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|\p{Emoji}\ufe0f|\p{Emoji_Presentation})`

// withoutSets words a source with the flag v for the flag u. It refuses classes
// within classes and what combines them, which would silently match otherwise.
func (rt *Runtime) withoutSets(src string) string {
	inClass := false
	for i := 0; i < len(src); i++ {
		rest := src[i:]
		switch {
		case src[i] == '\\':
			i++
		case !inClass:
			inClass = src[i] == '['
		case src[i] == ']':
			inClass = false
		case src[i] == '[' || strings.HasPrefix(rest, "&&") || strings.HasPrefix(rest, "--"):
			rt.Throw(&Error{Class: "SyntaxError", Message: fmt.Sprintf("Invalid regular expression: /%s/v: sets of classes are not available in mcpjs", src)})
		}
	}
	return strings.ReplaceAll(src, `\p{RGI_Emoji}`, rgiEmoji)
}

// expandProperties makes regexp2 read a source with property escapes, which it
// understands.
func expandProperties(src string) string {
	if !hasProperties(src) || strings.HasPrefix(src, keepFromRE2) {
		return src
	}
	return keepFromRE2 + src
}
