package engine

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dop251/goja"
)

func TestFinished(t *testing.T) {
	expect(t, `setTimeout(() => log("late"), 5); log("main")`, "main", "late")
	expect(t, `work(3).then(v => log("op", v)); log("main")`, "main", "op 3")
	expect(t, `setTimeout(() => log("b"), 2); setTimeout(() => log("a"), 1); setTimeout(() => log("c"), 2)`, "a", "b", "c")
	expect(t, `for (const n of [1, 2, 3]) setTimeout(() => log(n), 1); setTimeout(() => Promise.resolve().then(() => log("micro")), 1); setTimeout(() => log("last"), 1)`,
		"1", "2", "3", "micro", "last")
}

func TestUnhandledRejections(t *testing.T) {
	var un *UncaughtError
	_, err := script(t, `Promise.reject(new Error("first")); Promise.reject(new Error("second"))`)
	if !errors.As(err, &un) || !un.Promise || !strings.Contains(err.Error(), "first") {
		t.Errorf("got %v", err)
	}
	_, err = script(t, `throw new TypeError("main")`)
	if !errors.As(err, &un) || un.Promise || err.Error() != "uncaught TypeError: main" {
		t.Errorf("got %v", err)
	}
	_, err = script(t, `setTimeout(() => { throw new Error("in a timer") }, 1); await work(50)`)
	if err == nil || !strings.Contains(err.Error(), "in a timer") {
		t.Errorf("got %v", err)
	}
	expect(t, `const p = Promise.reject(1); p.catch(() => log("handled"))`, "handled")
	var seen []string
	got, err := script(t, `Promise.reject(1); Promise.reject(2); await work(1); log("goes on")`, func(rt *Runtime) {
		rt.OnUncaught = func(e *UncaughtError) bool { seen = append(seen, e.Error()); return true }
	})
	if err != nil || strings.Join(seen, "|") != "unhandled rejection: 1|unhandled rejection: 2" || len(got) != 1 {
		t.Errorf("got %v, %v, %v", got, seen, err)
	}
}

func TestUnsettled(t *testing.T) {
	var un *UnsettledError
	_, err := script(t, "async function f() {\n  await work(1)\n  await new Promise(() => {})\n}\nlog(1)\nawait f()")
	if !errors.As(err, &un) {
		t.Fatalf("got %v", err)
	}
	if un.At.String() != "[eval]:6:1" {
		t.Errorf("waits at %s", un.At)
	}
	for code, want := range map[string]string{
		"await work(1);\n  await new Promise(() => {})":                                                           "[eval]:2:3",
		"import 'host'\nawait work(1)\nlog(1); await new Promise(() => {})":                                       "[eval]:3:9",
		"const f = async () => { await null; await new Promise(() => {}) }\nif (true) { for (;;) { await f() } }": "[eval]:2:24",
	} {
		_, err := script(t, code)
		if !errors.As(err, &un) || un.At.String() != want {
			t.Errorf("%s: waits at %s, want %s", code, un.At, want)
		}
	}
}

// abortAfter runs code and aborts it when it logs "go".
func abortAfter(t *testing.T, code string, cause error, grace time.Duration) ([]string, error, time.Duration) {
	t.Helper()
	var logged []string
	rt := New(Options{Modules: []Module{testModule(&logged)}, Grace: grace})
	defer rt.Close()
	started := make(chan struct{})
	rt.VM().Set("started", func() { close(started) })
	go func() {
		<-started
		rt.Abort(cause)
	}()
	p, err := Compile(Source{Name: "[eval]", Code: code}, CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	from := time.Now()
	err = rt.Run(t.Context(), p)
	return logged, err, time.Since(from)
}

func TestAbort(t *testing.T) {
	got, err, _ := abortAfter(t, `started(); try { await work(60000) } catch (e) { log(e.name, e.code) } finally { await work(1); log("cleaned") }`, ErrInterrupted, time.Second)
	if strings.Join(got, "|") != "AbortError ABORT_ERR|cleaned" || !errors.Is(err, ErrInterrupted) {
		t.Errorf("got %v, %v", got, err)
	}
	// A timer never fires after an abort, and nothing waits for it.
	_, err, took := abortAfter(t, `setTimeout(() => log("no"), 60000); started(); await work(60000)`, ErrInterrupted, 30*time.Second)
	if !errors.Is(err, ErrInterrupted) || took > 10*time.Second {
		t.Errorf("got %v after %v", err, took)
	}
	// Nor for what is held, which is released with or without the abort.
	rt := New(Options{Grace: time.Hour})
	defer rt.Close()
	release := rt.Ref()
	rt.Abort(ErrInterrupted)
	if err := rt.Drain(context.Background()); !errors.Is(err, ErrInterrupted) {
		t.Errorf("got %v", err)
	}
	release()
	// Clean-up that doesn't end, and a loop that never returns, are cut off.
	for _, code := range []string{
		`started(); try { await work(60000) } finally { await work(60000) }`,
		`started(); for (;;);`,
		`started(); try { for (;;); } finally { log("never") }`,
		`started(); const f = () => Promise.resolve().then(f); await f()`,
	} {
		got, err, took = abortAfter(t, code, ErrInterrupted, 100*time.Millisecond)
		if !errors.Is(err, ErrInterrupted) || took > 10*time.Second || len(got) > 0 {
			t.Errorf("%s: got %v, %v after %v", code, got, err, took)
		}
	}
}

func TestTimeout(t *testing.T) {
	var logged []string
	rt := New(Options{Modules: []Module{testModule(&logged)}})
	defer rt.Close()
	p, _ := Compile(Source{Name: "[eval]", Code: `try { await work(60000) } finally { log("fin") }`}, CompileOptions{})
	ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Millisecond, &TimeoutError{After: 10 * time.Millisecond})
	defer cancel()
	err := rt.Run(ctx, p)
	var timeout *TimeoutError
	if !errors.As(err, &timeout) || len(logged) != 1 {
		t.Errorf("got %v, %v", err, logged)
	}
}

func TestExit(t *testing.T) {
	var exit *ExitError
	got, err := script(t, `log("a"); try { quit(7) } finally { log("not run") } log("b")`, func(rt *Runtime) {
		rt.VM().Set("quit", func(code int) { rt.Exit(code) })
	})
	if !errors.As(err, &exit) || exit.Code != 7 || len(got) != 1 {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestCompletedOnce completes operations from many goroutines at a time.
func TestCompletedOnce(t *testing.T) {
	rt := New(Options{})
	defer rt.Close()
	settled := 0
	rt.VM().Set("settled", func() { settled++ })
	rt.VM().Set("op", func(Call) Value {
		op := rt.Begin()
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if i%2 == 0 {
					op.Resolve(func() (Value, error) { return rt.VM().ToValue(i), nil })
				} else {
					op.Reject(errors.New("no"))
				}
			})
		}
		return op.Promise()
	})
	p, _ := Compile(Source{Name: "[eval]", Code: `for (let i = 0; i !== 200; i++) await op().then(settled, settled)`}, CompileOptions{})
	if err := rt.Run(t.Context(), p); err != nil || settled != 200 || rt.loop.refs != 0 || len(rt.ops) != 0 {
		t.Errorf("settled %d, refs %d, %v", settled, rt.loop.refs, err)
	}
}

// TestOnCancel: who works without a context is told, once, of what ends the
// operation before its time, and of nothing else.
func TestOnCancel(t *testing.T) {
	stop := errors.New("stop")
	for name, test := range map[string]struct {
		end  func(rt *Runtime, op *Operation)
		told error
	}{
		"cancelled twice": {func(_ *Runtime, op *Operation) { op.Cancel(stop); op.Cancel(errors.New("again")) }, stop},
		"aborted":         {func(rt *Runtime, _ *Operation) { rt.Abort(ErrInterrupted) }, ErrInterrupted},
		"completed":       {func(_ *Runtime, op *Operation) { op.Resolve(nil) }, nil},
	} {
		for _, late := range []bool{false, true} {
			rt := New(Options{Grace: time.Hour})
			op := rt.Begin()
			var told []error
			listen := func() { op.OnCancel(func(cause error) { told = append(told, cause) }) }
			if !late {
				listen()
			}
			test.end(rt, op)
			if name != "cancelled twice" { // whoever works for it would complete it
				if err := rt.Drain(context.Background()); err != nil && err != test.told {
					t.Errorf("%s: %v", name, err)
				}
			}
			if late {
				listen()
			}
			if want := test.told; want == nil && len(told) > 0 || want != nil && (len(told) != 1 || told[0] != want) {
				t.Errorf("%s, late %t: told %v, want %v", name, late, told, want)
			}
			if ctx := op.Context(); ctx.Err() == nil || test.told != nil && context.Cause(ctx) != test.told {
				t.Errorf("%s, late %t: the context ended with %v", name, late, context.Cause(ctx))
			}
			rt.Close()
		}
	}
}

// TestLast: what is put off to the end of the loop's turn runs once for all
// that was at hand.
func TestLast(t *testing.T) {
	rt := New(Options{})
	defer rt.Close()
	var order []string
	for _, name := range []string{"a", "b"} {
		rt.Post(func() {
			order = append(order, name)
			rt.Last(func() { order = append(order, name+" last") })
		})
	}
	rt.Post(func() { rt.Post(func() { order = append(order, "next turn") }) })
	if err := rt.Drain(t.Context()); err != nil || strings.Join(order, "|") != "a|b|a last|b last|next turn" {
		t.Errorf("%v, %v", order, err)
	}
}

func TestServe(t *testing.T) {
	rt := New(Options{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- rt.Serve(ctx) }()
	got := make(chan int64)
	rt.Post(func() { v, _ := rt.VM().RunString("6 * 7"); go func() { got <- v.ToInteger() }() })
	if v := <-got; v != 42 {
		t.Errorf("got %d", v)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	rt.Close()
}

func TestNothingIsLeftBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		expect(t, `await Promise.all([work(1), work(2)]); log("x")`, "x")
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
	}
}

func TestOperationErrors(t *testing.T) {
	got, err := script(t, `async function f() {
  await work(1, "no luck");
}
try { await f() } catch (e) { log(e.stack) }
import { fail } from "host";
try { fail() } catch (e) { log(e.stack) }`)
	if err != nil {
		t.Fatal(err)
	}
	// Through a source map goja's columns are those of the token that follows.
	want := "Error: no luck\n    at f ([eval]:2:14)\n    at [eval]:4:15\nTypeError: host says no\n    at [eval]:6:12"
	if g := strings.Join(got, "\n"); g != want {
		t.Errorf("got:\n%s\nwant:\n%s", g, want)
	}
}

func TestErrorValues(t *testing.T) {
	rt := New(Options{})
	defer rt.Close()
	rt.DefineErrorClass("OuterError", "")
	rt.DefineErrorClass("InnerError", "OuterError")
	v := rt.ErrorValue(&Error{Class: "InnerError", Message: "m", Fields: []Field{{Name: "code", Value: 3}, {Name: "secret", Value: 1, Hidden: true}}, Cause: errors.New("why")})
	rt.VM().Set("e", v)
	rt.VM().Set("Outer", rt.ErrorClass("OuterError"))
	for code, want := range map[string]string{
		`String(e)`: "InnerError: m", `e instanceof Outer`: "true", `e instanceof Error`: "true", `Object.keys(e).join()`: "code",
		`e.secret`: "1", `e.cause.message`: "why", `e.constructor.name`: "InnerError", `new Outer("x", { code: 5, cause: 6 }).code`: "5",
	} {
		got, err := rt.VM().RunString(code)
		if err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v, want %s", code, got, err, want)
		}
	}
	thrown := rt.Thrown(rt.VM().ToValue("plain"))
	if rt.ErrorValue(thrown).String() != "plain" {
		t.Error("a thrown value is not itself again")
	}
}

func TestReport(t *testing.T) {
	for name, test := range map[string]struct{ code, want string }{
		"error": {"const a = 1;\n\nfunction f() {\n\tnull.x;\n}\nf();", "[eval]:4:7\n  2 | \n" + `  3 | function f() {
> 4 | 	null.x;
    | 	     ^
  5 | }

TypeError: Cannot read property 'x' of undefined
    at f ([eval]:4:7)
    at [eval]:6:2
`},
		"cause": {`throw Object.assign(new Error("outer", { cause: new RangeError("inner") }), { code: "E", list: ["a\u001b[2J", "b"] })`, `[eval]:1:21
> 1 | throw Object.assign(new Error("outer", { cause: new RangeError("inner") }), { code: "E", list: ["a\u001b[2J", "b"] })
    |                     ^

Error: outer
    at [eval]:1:21
  code: 'E'
  list:
    a\u001b[2J
    b
  [cause]: RangeError: inner
      at [eval]:1:49
`},
		"value":   {`throw { a: 1 }`, "Uncaught { a: 1 }\n"},
		"promise": {`Promise.reject(new Error("x"))`, "[eval]:1:16\n> 1 | Promise.reject(new Error(\"x\"))\n    |                ^\n\nA promise was rejected and nothing handles it (no await, no catch):\nError: x\n    at [eval]:1:16\n"},
	} {
		var logged []string
		rt := New(Options{Modules: []Module{testModule(&logged)}})
		p, err := Compile(Source{Name: "[eval]", Code: test.code}, CompileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := rt.Report(rt.Run(t.Context(), p), "", false); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, test.want)
		}
		rt.Close()
	}
}

// TestHelpersFail sees to it that the helpers above can.
func TestHelpersFail(t *testing.T) {
	var fake fakeT
	fake.TB = t
	func() {
		defer func() { recover() }()
		expect(&fake, `log("a")`, "b")
	}()
	if !fake.failed {
		t.Error("expect accepts what it should not")
	}
}

type fakeT struct {
	testing.TB
	failed bool
}

func (f *fakeT) Fatalf(string, ...any) { f.failed = true; panic("stop") }
func (f *fakeT) Helper()               {}

var _ = goja.Undefined
