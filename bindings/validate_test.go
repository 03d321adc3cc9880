package bindings_test

import (
	"strings"
	"testing"

	"mcpjs/bindings/servertest"
)

// TestValidate: arguments before they are sent, with the path of each fault,
// and only if asked.
func TestValidate(t *testing.T) {
	js(t, `
		const c = await mcp.connect("demo", { validate: true });
		const e = await fails(() => c.tools.order({ item: "cake", quantity: "2", wrapping: { paper: 1, note: null } }), 'McpError: call tool "order" on server');
		equal([e.code, e.tool, e.faults.map((f) => f.path).sort()], ["INVALID_ARGUMENTS", "order", ["arguments.item", "arguments.quantity", "arguments.wrapping.paper"]]);
		match((await fails(() => c.tools.add({ a: 1 }))).message, "arguments: missing property 'b'");
		match((await fails(() => c.tools.add({ a: 1, b: 2, "odd name": 3 }))).message, "additional");
		equal((await c.tools.add({ a: 1, b: 2 })).data, { sum: 3 });
		equal((await c.tools.picture()).images.length, 1);
		match((await fails(() => c.callTool("order", { item: "cake" }, { validate: false }))).code !== "INVALID_ARGUMENTS", "true");
	`)
}

// TestMisspeltTool: the server refuses it, and the nearest is suggested.
func TestMisspeltTool(t *testing.T) {
	everySDK(t, `
		const c = await mcp.connect(target, options);
		await fails(() => c.callTool("wether", { city: "Rome" }), 'did you mean "weather"?');
		await fails(() => c.tools.wether({ city: "Rome" }), 'did you mean "weather"?');
		match((await fails(() => c.callTool("fail", { message: "not found" }))).message, /not found$/);
		await fails(() => c.raw.callTool("wether"), /^McpError(?!.*did you)/);
	`)
	js(t, `
		const c = await mcp.connect(fastmcp);
		await fails(() => c.callTool("ehco", { message: "x" }), 'did you mean "echo"?');
	`, "fastmcp", servertest.FastMCP(t))
}

// TestValidateResult: a result that breaks its tool's output schema is a
// warning, or an error if asked.
func TestValidateResult(t *testing.T) {
	errs := js(t, `
		const c = await mcp.connect(url);
		await c.listTools();
		equal((await c.callTool("wrong")).data, { sum: "three" });
		const e = await fails(() => c.callTool("wrong", {}, { validateResult: "error" }), "structuredContent.sum");
		equal([e.code, e.result.data.sum], ["INVALID_RESULT", "three"]);
		await fails(() => c.callTool("missing", {}, { validateResult: "error" }), "is missing");
		await c.callTool("missing", {}, { validateResult: "off" });
		await c.callTool("elsewhere", {}, { validateResult: "error", validate: true });
		await c.callTool("deep", {}, { validateResult: "error", validate: true });
		await fails(() => mcp.connect(url, { validateResult: "maybe" }), "TypeError");
	`, "url", wrongServer(t))
	for _, want := range []string{
		`warning: the result of tool "wrong" does not match its output schema: structuredContent.sum: got string, want number`,
		`"elsewhere" cannot be checked`,
		`"deep" cannot be checked, as its output schema is not valid: it nests deeper than 1000 levels`,
	} {
		if !strings.Contains(errs, want) {
			t.Errorf("stderr lacks %s:\n%s", want, errs)
		}
	}
	if strings.Contains(errs, "missing") {
		t.Errorf("stderr: %s", errs)
	}
}
