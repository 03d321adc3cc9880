package bindings_test

import (
	"bytes"
	"reflect"
	"testing"

	"mcpjs/bindings"
	"mcpjs/engine"
)

// What keeps sessions from run to run keeps no session with a server that ended with it.
func TestWarmKeepsNoServers(t *testing.T) {
	keepsNone(t, `
		const s = mcp.server({ name: "s" });
		s.tool("t", () => "t");
		const c = await mcp.connect(s);
		if ((await c.callTool("t")).text !== "t") throw new Error("no t");
		await c.close();`)
}

// Nor does it keep one that a function of the run's authorizes.
func TestWarmKeepsNoFunctions(t *testing.T) {
	base, _ := guarded(t)
	keepsNone(t, `
		const c = await mcp.connect("`+base+`/mcp", { protocolVersion: "2025-11-25", auth: { bearer: () => "t0ken" } });
		await c.listTools();`)
}

func keepsNone(t *testing.T, code string) {
	t.Helper()
	var warm bindings.Warm
	defer warm.Close()
	module := bindings.Module(bindings.Options{Warm: &warm})
	for range 2 {
		rt := engine.New(engine.Options{Modules: []engine.Module{module}, Stdin: new(bytes.Buffer)})
		p, err := engine.Compile(engine.Source{Name: "[test]", Dir: t.TempDir(), Code: code},
			engine.CompileOptions{Modules: rt.Modules})
		if err != nil {
			t.Fatal(err)
		}
		if err := rt.Run(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		rt.Close()
	}
	if n := reflect.ValueOf(&warm).Elem().FieldByName("pool").FieldByName("entries").Len(); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}
