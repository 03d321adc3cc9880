package bindings_test

import (
	"os"
	"strings"
	"testing"
)

// TestTypesNameEverything: what scripts can see is declared in mcp.d.ts.
func TestTypesNameEverything(t *testing.T) {
	types, err := os.ReadFile("mcp.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := spec{code: `
		const c = await mcp.connect("demo");
		const names = (o) => Object.getOwnPropertyNames(o);
		const task = await c.tools.add({ a: 1, b: 2 }, { task: true });
		for (const o of [mcp, mcp.sampling, mcp.Client.prototype, mcp.Server.prototype, c.raw, c.tasks, Object.getPrototypeOf(task),
			Object.getPrototypeOf(await task.result()), Object.getPrototypeOf(c.ping())])
			for (const name of names(o)) console.log(name);
	`}.run(t)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(out)
	if len(lines) < 80 {
		t.Errorf("only %d names", len(lines))
	}
	for _, name := range lines {
		if !strings.Contains(string(types), " "+name+"(") && !strings.Contains(string(types), " "+name+":") &&
			!strings.Contains(string(types), " "+name+"?") && !strings.Contains(string(types), "class "+name+" ") && !strings.Contains(string(types), "class "+name+"<") &&
			name != "constructor" {
			t.Errorf("mcp.d.ts does not declare %s", name)
		}
	}
}
