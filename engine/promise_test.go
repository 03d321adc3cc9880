package engine

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// TestLinkedGoja: promise.go links functions that goja doesn't export. With
// another version of goja, compare their signatures and what they do, in its
// builtin_promise.go, with promise.go, and then change the version here.
func TestLinkedGoja(t *testing.T) {
	const read = "github.com/dop251/goja v0.0.0-20260917113740-793a2a65c13b\n"
	mod, err := os.ReadFile("../go.mod")
	if err != nil || !strings.Contains(string(mod), read) {
		t.Errorf("goja is no longer the version whose functions promise.go links, %s%v", read, err)
	}
}

// TestSettle: a promise that newPromise made does what one of goja's own does.
func TestSettle(t *testing.T) {
	for name, value := range map[string]string{
		"nothing":            `undefined`,
		"null":               `null`,
		"a string":           `"text"`,
		"an object":          `({ a: 1 })`,
		"then is no method":  `({ then: 1 })`,
		"a promise":          `Promise.resolve(1)`,
		"a rejected promise": `Promise.reject(new Error("no"))`,
		"a late promise":     `new Promise((resolve) => setTimeout(resolve, 1, "late"))`,
		"another's promise":  `new (class Mine extends Promise {})((resolve) => resolve(2))`,
		"a thenable":         `({ then(ok) { log("then of " + (this.then === undefined)); ok(3); ok(4); throw 5 } })`,
		"a failing thenable": `({ then() { throw new TypeError("never") } })`,
		"a getter":           `({ get then() { log("read"); return (ok) => ok("got") } })`,
		"a failing getter":   `({ get then() { throw new RangeError("unread") } })`,
		"a proxy":            `new Proxy({}, { get(_, key) { log("get " + String(key)); return undefined } })`,
		"an arrow":           `() => 1`,
		"a proxy's promise":  `new Proxy({}, { get: (_, key) => key === "then" ? (ok) => ok("proxied") : undefined })`,
		"a proxy for then":   `({ then: new Proxy(function (ok) { ok(this.mine) }, {}), mine: 6 })`,
		"a thenable's twin":  `({ then(ok) { ok({ then(ok) { ok(7) } }) } })`,
		"a callable's then":  `Object.assign(() => 1, { then(ok) { ok("of a function") } })`,
	} {
		outcome := func(deferred func(*Runtime) (*goja.Promise, func(Value, bool) error)) string {
			// The order among other microtasks is the same, too.
			code := `const tick = (n) => { log("tick"); if (n) Promise.resolve(n - 1).then(tick) };
for (const [rejected, now] of [[false, false], [true, false], [false, true], [true, true]]) {
	const value = ` + value + `;
	if (value instanceof Promise) value.catch(() => 0);
	const promise = settled(value, rejected, now);
	Promise.resolve(5).then(tick);
	const seen = promise.then((v) => log("got", typeof v, v === value), (e) => log("failed", typeof e, e === value ? "" : e));
	await seen;
	await promise.catch(() => 0);
}`
			got, err := script(t, code, func(rt *Runtime) {
				rt.VM().Set("settled", func(c Call) Value {
					p, settle := deferred(rt)
					v, rejected, now := c.Argument(0), c.Argument(1).ToBoolean(), c.Argument(2).ToBoolean()
					if now {
						rt.Check(settle(v, rejected))
						return rt.VM().ToValue(p)
					}
					release := rt.Ref()
					rt.Post(func() {
						release()
						rt.Check(settle(v, rejected))
					})
					return rt.VM().ToValue(p)
				})
			})
			return fmt.Sprintln(strings.Join(got, ", "), err)
		}
		got := outcome(func(rt *Runtime) (*goja.Promise, func(Value, bool) error) {
			p := rt.newPromise()
			return p, func(v Value, rejected bool) error {
				if rejected {
					return rt.reject(p, v)
				}
				return rt.resolve(p, v)
			}
		})
		want := outcome(func(rt *Runtime) (*goja.Promise, func(Value, bool) error) {
			p, resolve, reject := rt.VM().NewPromise()
			return p, func(v Value, rejected bool) error {
				if rejected {
					return reject(v)
				}
				return resolve(v)
			}
		})
		if got != want || strings.Count(got, "tick") != 24 {
			t.Errorf("%s: %swhere goja's own gives\n%s", name, got, want)
		}
	}
}

// BenchmarkPromise makes a promise and fulfils it, as each call of a server does,
// beside goja's own way.
func BenchmarkPromise(b *testing.B) {
	rt := New(Options{})
	defer rt.Close()
	b.Run("linked", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			rt.Check(rt.resolve(rt.newPromise(), goja.Undefined()))
		}
	})
	b.Run("goja", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, resolve, _ := rt.vm.NewPromise()
			rt.Check(resolve(goja.Undefined()))
		}
	})
}
