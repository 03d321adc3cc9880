package bindings_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"mcpjs/bindings"
	"mcpjs/bindings/config"
	"mcpjs/bindings/servertest"
	"mcpjs/engine"
	"mcpjs/stdlib"
)

// prelude is what specs check with.
const prelude = `
globalThis.equal = (got, want, what = "") => {
	const sorted = (_, v) => v && typeof v === "object" && !Array.isArray(v)
		? Object.fromEntries(Object.keys(v).sort().map((k) => [k, v[k]])) : v;
	const show = (v) => v === undefined ? "undefined" : JSON.stringify(v, sorted);
	if (show(got) !== show(want)) throw new Error(what + "\n got: " + show(got) + "\nwant: " + show(want));
};
globalThis.match = (got, want) => {
	if (!(want instanceof RegExp ? want.test(got) : String(got).includes(want))) throw new Error("got: " + got + "\nwant: " + want);
};
globalThis.fails = async (fn, want) => {
	let v;
	try { v = await fn(); } catch (e) {
		if (want !== undefined) match(e.name + ": " + e.message, want);
		return e;
	}
	throw new Error("it did not fail, but gave " + JSON.stringify(v));
};
globalThis.sleep = (ms) => new Promise((done) => setTimeout(done, ms));
globalThis.until = async (fn) => {
	for (let i = 0; i < 1000; i++) { const v = await fn(); if (v) return v; await sleep(10); }
	throw new Error("it never came true: " + fn);
};
globalThis.settled = (p) => p.then((value) => ({ value }), (error) => ({ error }));
`

// buffer is a writer for many goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// A spec is JavaScript to run, with values that it sees as globals.
type spec struct {
	code    string
	globals map[string]any
	stdin   string
	options bindings.Options
	grace   time.Duration
}

// run runs it and gives what it wrote to stdout and stderr, and its error.
func (s spec) run(t testing.TB) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs buffer
	s.options.Env = config.Env{Dir: t.TempDir()}
	rt := engine.New(engine.Options{
		Modules: append(stdlib.Modules(), bindings.Module(s.options)),
		Dir:     s.options.Env.Dir,
		Stdin:   strings.NewReader(s.stdin), Stdout: &out, Stderr: &errs,
		Grace: s.grace,
	})
	defer rt.Close()
	for name, v := range s.globals {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		value, err := rt.ParseJSON(raw, engine.JSONOptions{})
		if err != nil {
			t.Fatal(err)
		}
		rt.VM().Set(name, value)
	}
	if _, err := rt.VM().RunString(prelude); err != nil {
		t.Fatal(err)
	}
	p, err := engine.Compile(engine.Source{Name: "[eval]", Code: s.code, Dir: s.options.Env.Dir},
		engine.CompileOptions{Modules: rt.Modules})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 60*time.Second, errors.New("the test's time is up"))
	defer cancel()
	if err = rt.Run(ctx, p); err != nil {
		err = errors.New(rt.Report(err, "", false))
	}
	return out.String(), errs.String(), err
}

// js runs a spec, which must succeed, and gives what it wrote to stderr.
func js(t *testing.T, code string, globals ...any) string {
	t.Helper()
	s := spec{code: code, globals: map[string]any{}}
	for i := 0; i+1 < len(globals); i += 2 {
		s.globals[globals[i].(string)] = globals[i+1]
	}
	out, errs, err := s.run(t)
	if err != nil {
		t.Fatalf("%v\nstdout: %s\nstderr: %s", err, out, errs)
	}
	return errs
}

// TestSpecsCanFail: the checks of specs do fail.
func TestSpecsCanFail(t *testing.T) {
	for _, code := range []string{
		`equal(1, 2)`, `equal(undefined, null)`, `match("a", "b")`, `match("a", /b/)`,
		`await fails(() => 1)`, `await fails(() => { throw new TypeError("x") }, "zz")`,
	} {
		if _, _, err := (spec{code: code}).run(t); err == nil {
			t.Errorf("%s did not fail", code)
		}
	}
}

// everySDK runs a spec against the Go SDK's server, over
// stdio and HTTP, in both eras; the spec finds the target in `target` and the
// client's options in `options`.
func everySDK(t *testing.T, code string) {
	t.Helper()
	bin := servertest.Build(t, "sdkserver")
	for _, version := range []string{"2025-11-25", "2026-07-28"} {
		t.Run("stdio "+version, func(t *testing.T) {
			js(t, code, "target", []string{bin}, "options", map[string]string{"protocolVersion": version})
		})
		t.Run("http "+version, func(t *testing.T) {
			js(t, code, "target", servertest.Serve(t, "sdkserver"), "options", map[string]string{"protocolVersion": version})
		})
	}
}
