package engine

import (
	"os"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// newInspected gives a runtime with inspect and format as the expressions of the tests use them.
func newInspected(t testing.TB) (*goja.Runtime, *Inspector) {
	t.Helper()
	vm := goja.New()
	in := NewInspector(vm)
	define(t, vm, in)
	return vm, in
}

func define(t testing.TB, vm *goja.Runtime, in *Inspector) {
	t.Helper()
	must(t, vm.Set("inspect", in.Func()))
	must(t, vm.Set("format", func(call goja.FunctionCall) goja.Value {
		return vm.ToValue(in.Format(call.Arguments, InspectOptions{}))
	}))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestInspectAsNode compares with what node printed for the same expressions.
func TestInspectAsNode(t *testing.T) {
	data, err := os.ReadFile("testdata/inspect.txt")
	must(t, err)
	setup, rest, ok := strings.Cut(string(data), "\n>>> ")
	if !ok {
		t.Fatal("no cases")
	}
	rt := New(Options{}) // with all that the language is given besides goja's own
	defer rt.Close()
	vm := rt.VM()
	define(t, vm, rt.Inspector())
	if _, err := vm.RunString(setup); err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(strings.TrimSuffix(rest, "\n"), "\n>>> ") {
		source, want, _ := strings.Cut(block, "\n")
		t.Run(source, func(t *testing.T) {
			got, err := vm.RunString("(" + source + ")")
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != want {
				t.Errorf("got\n%s\nnode\n%s", got, want)
			}
		})
	}
}

// TestInspectRunsNoCode inspects objects whose every hook would count, or throw.
func TestInspectRunsNoCode(t *testing.T) {
	for _, source := range []string{
		`({ get a() { ran() }, set b(v) { ran() } })`,
		`new Proxy({ a: 1 }, traps)`,
		`new Proxy(function f() {}, traps)`,
		`new Proxy(class K {}, traps)`,
		`[new Proxy([1, 2, 3], traps)]`,
		`new Proxy(new Proxy({}, traps), traps)`,
		`Object.create(new Proxy({}, traps))`,
		`Object.create(Object.create(new Proxy(Array.prototype, traps)))`,
		`(() => { const a = {}; const p = new Proxy(a, {}); const b = Object.create(p); Object.setPrototypeOf(a, b); return b })()`,
		`({ get constructor() { ran() } })`,
		`({ constructor: new Proxy(function f() {}, traps) })`,
		`({ constructor: { get name() { ran() } } })`,
		`({ constructor: Object.defineProperty(function () {}, "name", { get: ran }) })`,
		`({ get [Symbol.toStringTag]() { ran() } })`,
		`({ get [Symbol.for("nodejs.util.inspect.custom")]() { ran() } })`,
		`({ toString: ran, valueOf: ran, toJSON: ran, [Symbol.toPrimitive]: ran, [Symbol.iterator]: ran })`,
		`new (class { get [Symbol.toStringTag]() { ran() } static get name() { ran() } })`,
		`class { static get name() { ran() } static [Symbol.hasInstance]() { ran() } }`,
		`new (class { static [Symbol.hasInstance]() { ran() } })`,
		`class extends Object.setPrototypeOf(function () {}, new Proxy(Function.prototype, traps)) {}`,
		`Object.defineProperty([1, 2], 0, { get: ran })`,
		`Object.defineProperty(/x/, "source", { get: ran })`,
		`Object.defineProperty(/x/, "flags", { get: ran })`,
		`Object.defineProperty(/x/, "global", { get: ran })`,
		`Object.assign(new Date(0), { toISOString: ran, getTime: ran, valueOf: ran })`,
		`Object.assign(new Map([[1, 2]]), { entries: ran, forEach: ran, [Symbol.iterator]: ran })`,
		`Object.defineProperty(new Map([[1, 2]]), "size", { get: ran })`,
		`Object.defineProperty(new Uint8Array(2), "length", { get: ran })`,
		`Object.defineProperty(new ArrayBuffer(2), "byteLength", { get: ran })`,
		`Object.defineProperty(new DataView(new ArrayBuffer(2)), "buffer", { get: ran })`,
		`Object.assign(Promise.resolve(1), { then: ran })`,
		`Object.assign(Object("s"), { valueOf: ran, toString: ran })`,
		`Object.assign(function f() {}, { toString: ran })`,
		`Object.defineProperty(Map, "name", { get: ran })`,
		`Object.defineProperty(new Error("x", { cause: 1 }), "cause", { get: ran })`,
		`Object.defineProperty(new Error("x"), "errors", { get: ran })`,
		`Object.defineProperty(new Error("x"), "stack", { get: ran })`,
		`new Error("x", { cause: new Proxy(new Error("y"), traps) })`,
		`new Error("x", { cause: new Proxy({}, traps) })`,
		`Object.defineProperty(Object.create(Error.prototype), "message", { get: ran })`,
		`(Map.prototype.entries = Set.prototype.values = ran, [new Map([[1, 2]]), new Set([1])])`,
		`(Object.getOwnPropertyDescriptor = Reflect.ownKeys = Object.keys = Symbol.for = ran, { a: 1 })`,
		`(Object.prototype.get = Object.prototype.value = 5, { a: 1, get b() { ran() } })`,
		`(Object.defineProperty(Object.prototype, "value", { get: ran, configurable: true }), { a: 1, get b() { ran() } })`,
		`(Object.defineProperty(Object.prototype, "enumerable", { get: ran, configurable: true }), { a: 1 })`,
		`(Object.defineProperty(Array.prototype, 0, { get: ran, configurable: true }), [1, , 2])`,
	} {
		t.Run(source, func(t *testing.T) {
			vm, in := newInspected(t)
			ran := 0
			must(t, vm.Set("ran", func() goja.Value { ran++; panic(vm.NewTypeError("ran")) }))
			_, err := vm.RunString(`const traps = {}; for (const k of Object.getOwnPropertyNames(Reflect)) traps[k] = ran`)
			must(t, err)
			v, err := vm.RunString("(" + source + ")")
			must(t, err)
			for _, opts := range []InspectOptions{{}, {ShowHidden: true}, {Depth: -1, Colors: true}, {Compact: -1}} {
				got := in.Inspect(v, opts)
				if ran > 0 {
					t.Fatalf("script code ran; got %s", got)
				}
				if got == "" || strings.Contains(got, "inspection failed") {
					t.Fatalf("got %q", got)
				}
			}
		})
	}
}

func TestInspectSurvives(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"deep array", `(() => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a })()`, "Maximum call stack size exceeded"},
		{"deep map", `(() => { let a = 1; for (let i = 0; i < 1e4; i++) a = new Map([[1, a]]); return a })()`, "Maximum call stack size exceeded"},
		{"deep cause", `(() => { let e; for (let i = 0; i < 1e4; i++) e = new Error("x", { cause: e }); return e })()`, "Maximum call stack size exceeded"},
		{"deep proxy", `(() => { let a = {}; for (let i = 0; i < 1e4; i++) a = new Proxy(a, {}); return a })()`, "{}"},
		{"long prototype chain", `(() => { let a = {}; for (let i = 0; i < 1e4; i++) a = Object.create(a); return a })()`, ""},
		{"doubling", `(() => { let a = ["leaf"]; for (let i = 0; i < 60; i++) a = [a, a]; return a })()`, "leaf"},
		{"custom throws", `({ [Symbol.for("nodejs.util.inspect.custom")]() { throw new TypeError("mine") } })`, "[inspection threw: TypeError: mine"},
		{"custom throws undefined", `({ [Symbol.for("nodejs.util.inspect.custom")]() { throw undefined } })`, "[inspection threw: undefined"},
		{"custom returns fresh", `(() => { const k = Symbol.for("nodejs.util.inspect.custom"); const make = () => ({ [k]: make }); return make() })()`, "nested too deeply"},
		{"custom recurses", `({ [Symbol.for("nodejs.util.inspect.custom")](d, o, inspect) { return inspect(this, o) } })`, ""},
		{"huge typed array", `new Uint8Array(1e6)`, "... 999900 more items"},
		{"huge sparse array", `(() => { const a = []; a.length = 4294967295; a[5] = 1; return a })()`, "<5 empty items>, 1, <4294967289 empty items>"},
		{"not a string name", `Object.assign(new Error("x"), { name: 5, message: {} })`, ""},
		{"symbol name", `Object.assign(new Error("x"), { name: Symbol("q") })`, ""},
		{"name throws", `new (class extends Error { get name() { throw 1 } })("x")`, ""},
		{"message is huge", `new Error("x".repeat(1e6))`, "xxx"},
		{"stack is no string", `Object.assign(new Error("x"), { stack: { a: 1 } })`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			vm, in := newInspected(t)
			vm.SetMaxCallStackSize(2000)
			v, err := vm.RunString(c.source)
			must(t, err)
			for _, opts := range []InspectOptions{{Depth: -1}, {Depth: -1, ShowProxy: true}, {Depth: -1, ShowHidden: true}} {
				got := in.Inspect(v, opts)
				if got == "" || !opts.ShowProxy && !opts.ShowHidden && !strings.Contains(got, c.want) {
					t.Errorf("got %.300q, without %q", got, c.want)
				}
			}
			if _, err := vm.RunString("1"); err != nil {
				t.Errorf("the runtime is broken: %v", err)
			}
		})
	}
}

// TestInspectLeavesIteratorsAndJobs: looking changes nothing.
func TestInspectLeavesIteratorsAndJobs(t *testing.T) {
	vm, in := newInspected(t)
	v, err := vm.RunString(`const m = new Map([["a", 1], ["b", 2]]), i = m.entries(); i.next(); m.delete("a"); i`)
	must(t, err)
	if got := in.Inspect(v, InspectOptions{}); got != "[Map Entries] { [ 'b', 2 ] }" {
		t.Error(got)
	}
	v, err = vm.RunString(`i.next().value[0] + i.next().done`)
	must(t, err)
	if v.String() != "btrue" {
		t.Errorf("the iterator moved: %v", v)
	}

	jobs := 0
	promise, resolve, _ := vm.NewPromise()
	must(t, vm.Set("p", promise))
	must(t, vm.Set("job", func() { jobs++ }))
	_, err = vm.RunString(`p.then(job)`)
	must(t, err)
	must(t, vm.Set("look", func(v goja.Value) string {
		must(t, resolve(1))
		return in.Inspect(v, InspectOptions{})
	}))
	v, err = vm.RunString(`look(new Map([[p, new Error("x")]])).includes("Promise { 1 }")`)
	must(t, err)
	if !v.ToBoolean() || jobs != 1 {
		t.Errorf("promise shown: %v, jobs run: %d", v, jobs)
	}
}

func TestInspectStack(t *testing.T) {
	vm, in := newInspected(t)
	v, err := vm.RunScript("dir/file.js", "function f() { return [1].map(() => new TypeError('two\\nlines'))[0] }\nf()")
	must(t, err)
	want := "TypeError: two\nlines\n    at dir/file.js:1:37\n    at f (dir/file.js:1:30)\n    at dir/file.js:2:2"
	if got := in.Inspect(v, InspectOptions{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	stack := func(*goja.Object) string { return "TypeError: two\nlines\n    at elsewhere.ts:7:8" }
	if got := in.Inspect(v, InspectOptions{Stack: stack}); got != stack(nil) {
		t.Error(got)
	}
}

// TestInspectEscapes: nothing inside of an object or an error reaches a terminal raw.
func TestInspectEscapes(t *testing.T) {
	vm, in := newInspected(t)
	const evil = "\x1b]0;title\x07\u009b31m\r"
	must(t, vm.Set("evil", evil))
	for _, source := range []string{
		`evil`, `[evil]`, `({ [evil]: evil })`, `({ [Symbol(evil)]: 1 })`, `new Map([[evil, evil]])`, `Object(evil)`,
		`new Error(evil)`, `[new Error(evil)]`, `Object.assign(new Error("x"), { name: evil })`,
		`new Error("x", { cause: new TypeError(evil) })`, `Object.assign(new Error(evil), { stack: "" })`,
		`({ get a() { throw new Error(evil) } })`, `Object.defineProperty(function () {}, "name", { value: evil })`,
		`({ [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error(evil) } })`,
		`new (Object.defineProperty(class {}, "name", { value: evil }))`, `Object.defineProperty(class {}, "name", { value: evil })`,
		`Object.defineProperty({ a: 1 }, Symbol.toStringTag, { value: evil })`, `Symbol(evil)`,
	} {
		v, err := vm.RunString("(" + source + ")")
		must(t, err)
		for _, opts := range []InspectOptions{{}, {ShowHidden: true, Getters: true}, {Compact: -1}} {
			if got := in.Inspect(v, opts); strings.ContainsAny(got, "\x1b\x07\u009b\r") || !strings.Contains(got, `\x1B]0;title\x07\x9B31m\r`) && !strings.Contains(source, "get a") {
				t.Errorf("%s: %q", source, got)
			}
		}
	}
}

func TestInspectModule(t *testing.T) {
	vm, in := newInspected(t)
	v, err := vm.RunString(`
		const ns = Object.create(null, {
			a: { enumerable: true, get: () => 1 },
			f: { enumerable: true, value: function f() {} },
			late: { enumerable: true, get: () => later },
			[Symbol.toStringTag]: { value: "Module" },
		});
		ns;
		let later;`)
	must(t, err)
	_ = v
	v, err = vm.RunString("ns")
	must(t, err)
	if got := in.Inspect(v, InspectOptions{}); got != "[Module: null prototype] { a: 1, f: [Function: f], late: undefined }" {
		t.Error(got)
	}
}

func TestInspectInterrupted(t *testing.T) {
	vm, in := newInspected(t)
	must(t, vm.Set("look", func(v goja.Value) string { return in.Inspect(v, InspectOptions{}) }))
	must(t, vm.Set("stop", func() { vm.Interrupt("stopped") }))
	_, err := vm.RunString(`look({ [Symbol.for("nodejs.util.inspect.custom")]() { stop(); for (;;); } }); for (;;);`)
	if err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("the script went on: %v", err)
	}
}

func BenchmarkFormatLine(b *testing.B) {
	vm, in := newInspected(b)
	args := []goja.Value{vm.ToValue("hello"), vm.ToValue(1)}
	b.ReportAllocs()
	for b.Loop() {
		in.Format(args, InspectOptions{})
	}
}

func BenchmarkInspectObject(b *testing.B) {
	vm, in := newInspected(b)
	v, err := vm.RunString(`({ content: [{ type: "text", text: "hello" }], isError: false, data: { a: 1, b: [1, 2, 3] } })`)
	must(b, err)
	b.ReportAllocs()
	for b.Loop() {
		in.Inspect(v, InspectOptions{})
	}
}

func BenchmarkInspectRange(b *testing.B) {
	vm, in := newInspected(b)
	v, err := vm.RunString(`Array.from({ length: 1e5 }, (_, i) => i)`)
	must(b, err)
	b.ReportAllocs()
	for b.Loop() {
		in.Inspect(v, InspectOptions{})
	}
}

func BenchmarkNewInspector(b *testing.B) {
	vm := goja.New()
	for b.Loop() {
		NewInspector(vm)
	}
}
