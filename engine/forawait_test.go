package engine

import (
	"slices"
	"testing"
)

// TestForAwaitTwice: a loop does not remember how the one before it ended.
func TestForAwaitTwice(t *testing.T) {
	logged, err := script(t, `
		async function* bad() { throw new Error("first") }
		async function* good() { yield 1 }
		const failing = { returned: 0, [Symbol.asyncIterator]() { return this }, async next() { throw new Error("next") }, async return() { this.returned++; return {} } };
		for (const make of [bad, good]) { try { for await (const x of make()); log("ok") } catch (e) { log(e.message) } }
		try { for await (const x of bad()); } catch (e) { log(e.message) }
		try { for await (const x of good()) break; log("ok") } catch (e) { log(e.message) }
		try { for await (const x of failing); } catch (e) { log(e.message, failing.returned) }`)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"first", "ok", "first", "ok", "next 0"}; !slices.Equal(logged, want) {
		t.Errorf("%q", logged)
	}
}
