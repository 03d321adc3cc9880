package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"
)

// script runs code as a main module and gives what it logged, a line a call,
// and how the run ended.
func script(t testing.TB, code string, setup ...func(*Runtime)) ([]string, error) {
	t.Helper()
	return runSource(t, Source{Name: "[eval]", Code: code, Dir: t.TempDir()}, setup...)
}

func runSource(t testing.TB, src Source, setup ...func(*Runtime)) ([]string, error) {
	t.Helper()
	var logged []string
	rt := New(Options{Modules: []Module{testModule(&logged)}, Dir: src.Dir})
	defer rt.Close()
	for _, fn := range setup {
		fn(rt)
	}
	p, err := Compile(src, CompileOptions{Modules: rt.Modules})
	if err != nil {
		return logged, err
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, errors.New("the test's time is up"))
	defer cancel()
	err = rt.Run(ctx, p)
	return logged, err
}

// testModule gives scripts log, ok, timers and operations to try.
func testModule(logged *[]string) Module {
	return Module{Name: "host", Load: func(rt *Runtime) (*Object, error) {
		o := rt.VM().NewObject()
		o.Set("value", 42)
		o.Set("fail", func(Call) Value { rt.Throw(&Error{Class: "TypeError", Message: "host says no"}); return nil })
		return o, nil
	}, Globals: func(rt *Runtime) {
		vm := rt.VM()
		vm.Set("log", func(c Call) Value {
			parts := make([]string, len(c.Arguments))
			for i, a := range c.Arguments {
				parts[i] = a.String()
			}
			*logged = append(*logged, strings.Join(parts, " "))
			return goja.Undefined()
		})
		vm.Set("setTimeout", func(c Call) Value {
			fn, _ := goja.AssertFunction(c.Argument(0))
			rt.StartTimer(time.Duration(c.Argument(1).ToInteger())*time.Millisecond, false, func() error {
				_, err := fn(goja.Undefined())
				return err
			})
			return goja.Undefined()
		})
		// work(ms, error?) is an operation that takes a while.
		vm.Set("work", func(c Call) Value {
			d := time.Duration(c.Argument(0).ToInteger()) * time.Millisecond
			msg := c.Argument(1)
			return rt.Async(func(ctx context.Context) (func() (Value, error), error) {
				select {
				case <-time.After(d):
				case <-ctx.Done():
					return nil, context.Cause(ctx)
				}
				if !goja.IsUndefined(msg) {
					return nil, errors.New(msg.String())
				}
				return func() (Value, error) { return vm.ToValue(d.Milliseconds()), nil }, nil
			})
		})
	}}
}

// files writes a txtar-like set of files and gives their directory.
func files(t testing.TB, pairs ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(pairs); i += 2 {
		path := filepath.Join(dir, pairs[i])
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(pairs[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func runFile(t testing.TB, path string, setup ...func(*Runtime)) ([]string, error) {
	t.Helper()
	src, err := ReadSource(path)
	if err != nil {
		t.Fatal(err)
	}
	return runSource(t, src, setup...)
}

func expect(t testing.TB, code string, want ...string) {
	t.Helper()
	got, err := script(t, code)
	if err != nil {
		t.Fatalf("%v\n%s", err, code)
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Fatalf("got:\n%s\nwant:\n%s\ncode:\n%s", g, w, code)
	}
}
