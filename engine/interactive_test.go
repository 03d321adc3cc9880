package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// session is an interactive session without a terminal.
type session struct {
	t  *testing.T
	rt *Runtime
	n  int
}

func newSession(t *testing.T) *session {
	var logged []string
	rt := New(Options{Modules: []Module{testModule(&logged)}, Dir: t.TempDir()})
	return &session{t: t, rt: rt}
}

// eval gives what an input evaluates to as text: "" where it has no value,
// "throws …" where it fails.
func (s *session) eval(src string) string {
	s.t.Helper()
	s.n++
	in, err := CompileInput(fmt.Sprintf("[input %d]", s.n), src, CompileOptions{Modules: s.rt.Modules})
	var syntax *SyntaxError
	if errors.As(err, &syntax) {
		if syntax.AtEnd {
			return "incomplete"
		}
		return "syntax: " + syntax.Message
	}
	if err != nil {
		s.t.Fatalf("%q: %v", src, err)
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	out := "unsettled"
	s.rt.Post(func() {
		p, err := s.rt.EvaluateInput(in)
		done := func(v Value, err error) {
			defer cancel()
			if err != nil {
				out = "throws " + s.rt.describe(s.rt.ErrorValue(err))
				if o, ok := s.rt.ErrorValue(err).(*goja.Object); ok {
					if _, where, ok := strings.Cut(s.rt.dataString(o, "stack"), "\n    at "); ok {
						where, _, _ = strings.Cut(where, "\n")
						out += " at " + where
					}
				}
				return
			}
			if out = ""; in.Expression {
				out = s.rt.Inspect(v.(*goja.Object).Get("value"), InspectOptions{})
			}
		}
		if err != nil {
			done(nil, err)
			return
		}
		s.rt.Await(p, done)
	})
	if err := s.rt.Serve(ctx); err != nil {
		s.t.Fatalf("%q: %v", src, err)
	}
	return out
}

// inputs are evaluated one after the other in one session.
var inputs = []struct{ src, want string }{
	{"1+1", "2"},
	{"const a = 1", ""},
	{"a", "1"},
	{"const a = 2, b = a + 1", ""},
	{"b", "3"},
	{"let { p, q: [r, ...rest], ...others } = { p: 1, q: [2, 3, 4], z: 5 }", ""},
	{"[p, r, rest.length, others.z].join()", "'1,2,2,5'"},
	{"await sleep(7)", "7"},
	{"const v: number = await sleep(8); v * 2", "16"},
	{"function f(x: number) { return x + v }", ""},
	{"f(1)", "9"},
	{"class K { #z = 3; get z() { return this.#z } }", ""},
	{"new K().z", "3"},
	{"import d, { value as xx, fail } from 'host'", ""},
	{"d.value + xx + typeof fail", "'84function'"},
	{"import * as ns from 'host'; ns.value", "42"},
	{"for await (const z of [1, 2]) { globalThis.last = z }", ""},
	{"last", "2"},
	{"let u", ""},
	{"typeof u", "'undefined'"},
	{"if (true) { var hidden = 5 }", ""},
	{"({a:1}).a", "1"},
	{"'use strict'", "'use strict'"},
	{"throw new Error('bad')", "throws Error: bad at [input 24]:1:7"},
	{"let a = await Promise.reject(new Error('rej'))", "throws Error: rej at [input 25]:1:30"},
	{"a", "2"},
	{"async function* g() { yield 1 }; 5", "5"},
	{"(await sleep(3)) + 1", "4"},
	{"let fn = () => { const a = 99; return a }; fn()", "99"},
	{"interface Foo { a: 1 }", ""},
	{"enum E { A = 4 }", ""},
	{"E.A", "4"},
	{"a = 10; a", "10"},
	{"`t${a}`", "'t10'"},
	{"// comment", ""},
	{"let w = 1\nw++\nw", "2"},
	{"(1, 2)", "2"},
	{"((a)) ", "10"},
	{"new Date(0).getTime()", "0"},
	{"!function(){}()", "true"},
	{"x => x", "[Function (anonymous)]"},
	{"delete globalThis.a", "true"},
	{"[1,2,3]\n.map(x => x * 2)\n.join()", "'2,4,6'"},
	{"const {a: {b: deepb = 4} = {}} = {}; deepb", "4"},
	{"await 1, await 2", "2"},
	{"export const ee = 3", ""},
	{"yield_ = 3", "3"},

	// Objects and blocks.
	{"{}", "{}"},
	{"{ a: 1, b: { c: 2 } }", "{ a: 1, b: { c: 2 } }"},
	{"{ a: 1 }.a", "1"},
	{"{ let inner = 1; inner }", ""},
	{"{ \"quoted\": 1,", "incomplete"},
	{"{ \"quoted\": 1,\n  x: 2 }", "{ quoted: 1, x: 2 }"},
	{"{ a b }", `syntax: Expected ";" but found "b"`},
	// Bindings.
	{"hidden", "5"},
	{"for (var i = 0; i < 3; i++) {}", ""},
	{"i", "3"},
	{"for (var k of ['x', 'y']) { var seen = k, n2 = 1 }\nk + seen + n2", "'yy1'"},
	{"for (var [k2, v2] of Object.entries({ one: 1 })) ;\nk2 + v2", "'one1'"},
	{"try { var { caught } = { caught: 'yes' } } finally {}\ncaught", "'yes'"},
	{"let [h, , j = 3] = [1, 2]; [h, j]", "[ 1, 3 ]"},
	{"const s = `import x from \"y\";\nconst q = 1;\n  export {}`; s.length", "43"},
	{"class K { static x = 1 }; K.x", "1"},
	{"function f() { return 'again' }\nf()", "'again'"},
	{"later(); function later() { return 1 }", "1"},
	{"var fnExpr = function () { return typeof fnExpr }, arrow = async () => await 3\nfnExpr() + await arrow()", "'function3'"},
	{"namespace N { export const deep = 7 }\nN.deep", "7"},
	{"type T = string | number; let t: T = 'x'; t satisfies T", "'x'"},
	{"await using res = { [Symbol.asyncDispose]() { globalThis.disposed = true } }; typeof disposed", "'undefined'"},
	{"typeof res", "'object'"},
	{"{ using inner2 = { [Symbol.dispose]() { globalThis.disposed = 'now' } } }", ""},
	{"disposed", "'now'"},
	// Values that could be mistaken.
	{"Promise.resolve(5) instanceof Promise", "true"},
	{"({ then(r) { r('unwrapped') } })", "{ then: [Function: then] }"},
	{"undefined", "undefined"},
	{"'a;b' // c", "'a;b'"},
	{"/a;b/.test('a;b')", "true"},
	{"/\\p{L}/u.test('é')", "true"},
	{"var x1 = 1, y1\nx1 + typeof y1", "'1undefined'"},
	{"if (true) var oneLiner = 1\noneLiner", "1"},
	{"label: for (const z of [1]) { continue label }", ""},
	// Modules.
	{"(await import('host')).value", "42"},
	{"import { nothing } from 'host'", `throws SyntaxError: the module "host" has no export named "nothing" at [input 83]:1:25`},
	{"import './missing.js'", "throws Error: Cannot find module"},
	{"import data from './data.json'; data.k", "'v'"},
	{"import def, { named as renamed } from './mod.ts'; def + renamed", "'default1'"},
	{"import * as all from './mod.ts'\nObject.keys(all).sort().join()", "'default,named'"},
	// Errors.
	{"function thrower() {\n  throw new TypeError('in line 2')\n}\nthrower()", "throws TypeError: in line 2 at thrower ([input 88]:2:9)"},
	{"const one = 1; nope.x", "throws ReferenceError: nope is not defined at [input 89]:1:16"},
	// Constants.
	{"const k1 = 1, { k2 } = { k2: 2 }; let k3 = 3", ""},
	{"k1 = 2", "throws TypeError: Assignment to constant variable 'k1' at [input 91]:1:1"},
	{"(function () { k2++ })()", "throws TypeError: Assignment to constant variable 'k2' at [input 92]:1:16"},
	{"k3 = 4; [k1, k2, k3].join()", "'1,2,4'"},
	{"const k1 = k2 + 4; k1", "6"},
	{"let k2 = 7", ""},
	{"k2 += 1", "8"},
	{"function k1() { return 9 }", ""},
	{"k1 = k1()", "9"},
	{"const k4 = 1; k4 = 2", "throws TypeError: Assignment to constant variable 'k4' at [input 99]:1:15"},
	{"for (const k5 of [1, 2]) { var k6 = k5 }; k6 = 3", "3"},
	// Constants that esbuild leaves out.
	{"k6; 'a' + 'b'", "'ab'"},
	{"k6\n'a' + 'b' // c", "'ab'"},
	{"k6; undefined", "undefined"},
	{"k6 = 5; 'x;' + 'y'; typeof 1", "'number'"},
	{"var k7 =\n'a' + 'b'; k7", "'ab'"},
	{"let k8 = 1;\n\n!0;\n", "true"},
	{"return 5", "syntax: Unexpected return outside of a function"},
	{"let = = 1", `syntax: Unexpected "="`},
	{"}", `syntax: Unexpected "}"`},
	// Incomplete input.
	{"foo(", "incomplete"},
	{"function q() {", "incomplete"},
	{"`abc", "incomplete"},
	{"`a\nb", "incomplete"},
	{"foo(`${1}", "incomplete"},
	{"/* abc", "incomplete"},
	{"'abc", "syntax: Unterminated string literal"},
	{"foo('abc", "syntax: Unterminated string literal"},
	{"x = /abc", "syntax: Unterminated regular expression"},
	{"if (1) {\n  2\n", "incomplete"},
	{"[1,\n2", "incomplete"},
	{"a.", "incomplete"},
	{"const z9 =", "incomplete"},
	{"x9 =>", "incomplete"},
	{"\\", "syntax: Unexpected end of file"},
}

func TestCompileInput(t *testing.T) {
	s := newSession(t)
	for name, text := range map[string]string{
		"data.json": `{"k":"v"}`,
		"mod.ts":    "const later: number = await Promise.resolve(1);\nexport default 'default'; export const named = later",
	} {
		if err := os.WriteFile(filepath.Join(s.rt.Dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.rt.define(s.rt.vm.GlobalObject(), "sleep", func(c Call) Value { return s.rt.Resolved(c.Argument(0)) })
	for _, in := range inputs {
		got := s.eval(in.src)
		if got != in.want && !((in.want == "throws SyntaxError" || in.want == "throws Error: Cannot find module") && strings.HasPrefix(got, in.want)) {
			t.Errorf("%d. %q\n gave %s\n want %s", s.n, in.src, got, in.want)
		}
	}
}

func TestInputNames(t *testing.T) {
	in, err := CompileInput("[input]", "const { a, b: [c] } = x; import d, * as e from 'm'; function f() {}; @dec class G {}", CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(in.Names, " "), "d e a c f G"; !sameWords(got, want) {
		t.Errorf("declares %q, want %q", got, want)
	}
}

func sameWords(a, b string) bool {
	count := map[string]int{}
	for _, w := range strings.Fields(a) {
		count[w]++
	}
	for _, w := range strings.Fields(b) {
		count[w]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// TestInputGlobals: what esbuild adds does not become global.
func TestInputGlobals(t *testing.T) {
	s := newSession(t)
	before := s.eval("Object.getOwnPropertyNames(globalThis).length")
	s.eval("for await (const z of [1]) {}")
	s.eval("(class { @((v, c) => v) m() {} })")
	if after := s.eval("Object.getOwnPropertyNames(globalThis).length"); after != before {
		t.Errorf("%s globals before, %s after: %s", before, after, s.eval("Object.getOwnPropertyNames(globalThis).slice(-5)"))
	}
}

func FuzzCompileInput(f *testing.F) {
	for _, in := range inputs {
		f.Add(in.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		in, err := CompileInput("[input]", src, CompileOptions{})
		var syntax *SyntaxError
		if err != nil && !errors.As(err, &syntax) {
			t.Errorf("%q: %v", src, err)
		}
		if err == nil && in == nil {
			t.Errorf("%q: neither input nor error", src)
		}
	})
}

func BenchmarkCompileInput(b *testing.B) {
	for b.Loop() {
		if _, err := CompileInput("[input]", "const r = await mcp.call('tool', { a: 1 }); r.content[0].text", CompileOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestCancelSince: what was begun since the mark ends, what was begun before
// goes on, and nobody is told of the rejections.
func TestCancelSince(t *testing.T) {
	got, err := script(t, `
		const before = work(60);
		let ticks = 0;
		setTimeout(() => { ticks++ }, 20);
		mark();
		work(60000);
		setTimeout(() => { ticks += 100 }, 20);
		const awaited = work(60000).catch(e => e.name + ": " + e.message);
		log(cancel());
		log(await awaited);
		const worked = await before;
		await new Promise((ok) => setTimeout(ok, 20)); // due after the others
		log(worked, ticks);
	`, func(rt *Runtime) {
		var m Mark
		rt.vm.Set("mark", func(Call) Value { m = rt.Mark(); return goja.Undefined() })
		rt.vm.Set("cancel", func(Call) Value { return rt.vm.ToValue(rt.CancelSince(m, ErrInterrupted)) })
	})
	want := "3 | AbortError: the operation was aborted: interrupted | 60 1"
	if err != nil || strings.Join(got, " | ") != want {
		t.Errorf("gave %q, %v\nwant %q", strings.Join(got, " | "), err, want)
	}
}

// TestInterruptScript: a script that was stopped wherever it was leaves a
// runtime in which promises go on.
func TestInterruptScript(t *testing.T) {
	for _, busy := range []string{
		"for (;;) {}",
		"(async () => { for (;;) {} })()",
		"(async () => { await (async () => { await 1; for (;;) {} })() })()",
		"function* g() { for (;;) yield 1 } for (const x of g()) {}",
		"async function deep(n) { if (n == 0) for (;;) {} ; await deep(n - 1) } deep(50)",
		"try { (() => { try { for (;;) {} } finally { 1 } })() } catch {}",
		"Promise.resolve().then(() => { for (;;) {} })",
		"[3, 1, 2].sort(() => { for (;;) {} })",
	} {
		s := newSession(t)
		started := make(chan struct{})
		s.rt.Post(func() {
			go func() {
				<-started
				s.rt.InterruptScript()
			}()
			close(started)
			s.rt.vm.RunString(busy)
		})
		s.rt.Post(s.rt.ClearInterrupt)
		if got := s.eval("await Promise.resolve(1) + await (async () => { await null; return 2 })()"); got != "3" {
			t.Errorf("after %q: gave %s", busy, got)
		}
		if got := s.eval("(() => { try { null.x } catch (e) { return e.name } })()"); got != "'TypeError'" {
			t.Errorf("after %q: gave %s", busy, got)
		}
	}
}

// TestInterruptBeforeMicrotask: what waited in the microtask queue of a script
// that was stopped in an asynchronous function is gone with it.
func TestInterruptBeforeMicrotask(t *testing.T) {
	s := newSession(t)
	s.rt.vm.Set("stop", func() { s.rt.InterruptScript() })
	s.rt.Post(func() {
		s.rt.vm.RunString("(async () => { Promise.resolve().then(() => { leaked = true; for (;;) {} }); stop(); for (;;) {} })()")
	})
	s.rt.Post(s.rt.ClearInterrupt)
	if got := s.eval("await null; typeof leaked"); got != "'undefined'" {
		t.Errorf("got %s", got)
	}
}

func TestInputScript(t *testing.T) {
	for src, want := range map[string]string{
		"const a: number = 1": "void (a = 1)",
		"a + 1":               "_ = (a + 1);",
		"function f() {}":     "Object.assign(globalThis, { f });function f() {\n}",
		"import x from 'm'":   "",
	} {
		in, err := CompileInput("[input]", src, CompileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := in.Script("_"); strings.TrimRight(got, ";") != strings.TrimRight(want, ";") {
			t.Errorf("%q became %q, want %q", src, got, want)
		}
	}
}
