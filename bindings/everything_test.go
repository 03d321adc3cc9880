package bindings_test

import (
	"testing"

	"mcpjs/bindings/servertest"
)

// everything calls each tool of server-everything and checks what it gives.
const everything = `
	const log = [], asked = [], updated = [];
	const c = await mcp.connect(target, {
		roots: ["/tmp"], logLevel: "debug", onLog: (m) => log.push(m),
		onSampling: ({ messages }) => "sampled " + messages[0].content.text.length,
		onElicitation(p) { asked.push(p.mode ?? "form"); return p.mode === "url" ? { action: "accept" } : { name: "Ada", check: true }; },
		onResourceUpdated: ({ uri }) => updated.push(uri),
	});
	const tools = (await c.listTools()).map((t) => t.name);
	const called = new Set();
	const call = (name, args, options) => { called.add(name); return c.callTool(name, args, options); };
	equal((await call("echo", { message: "hi" })).text, "Echo: hi");
	const annotated = await call("get-annotated-message", { messageType: "error", includeImage: true });
	equal([annotated.content[0].annotations.priority, annotated.images.length], [1, 1]);
	equal(typeof (await call("get-env")).data, "object");
	const links = await call("get-resource-links", { count: 2 });
	const link = links.content.filter((b) => b.type === "resource_link");
	equal(link.length, 2);
	equal((await c.readResource(link[0].uri)).length, 1);
	equal((await call("get-resource-reference", { resourceType: "Text", resourceId: 1 })).content.some((b) => b.type === "resource"), true);
	equal((await call("get-structured-content", { location: "Chicago" }, { validateResult: "error", validate: true })).data, { temperature: 36, conditions: "Light rain / drizzle", humidity: 82 });
	match((await call("get-sum", { a: 2, b: 3 })).text, "5");
	match((await c.tools.getSum({ a: 2, b: 3 })).text, "5");
	equal((await call("get-tiny-image")).images[0].bytes.slice(1, 4), new Uint8Array([80, 78, 71]));
	const zipped = await call("gzip-file-as-resource", { name: "a.gz", data: "data:text/plain,hello", outputType: "resource" });
	equal(zipped.content[0].resource.mimeType, "application/gzip");
	await call("toggle-simulated-logging");
	await until(() => log.length > 0);
	await call("toggle-simulated-logging");
	await c.subscribe("demo://resource/dynamic/text/1");
	await call("toggle-subscriber-updates");
	await until(() => updated.length > 0);
	await call("toggle-subscriber-updates");
	await c.unsubscribe("demo://resource/dynamic/text/1");
	const steps = [];
	for await (const p of call("trigger-long-running-operation", { duration: 0.2, steps: 4 })) steps.push(p.progress);
	equal(steps, [1, 2, 3, 4]);
	if (tools.includes("get-roots-list")) match((await call("get-roots-list")).text, "file:///tmp");
	match((await call("trigger-elicitation-request")).text, "Ada");
	match((await call("trigger-url-elicitation", { url: "https://example.com/" })).text, /accept|complete|url/i);
	match((await call("trigger-url-elicitation", { url: "https://example.com/2", errorPath: true })).text, "");
	equal(asked, ["form", "url", "url", "url"]); // by a request, by the error, and again by a request
	match((await call("trigger-sampling-request", { prompt: "hello" })).text, "sampled");
	if (tools.includes("simulate-research-query")) {
		match((await call("simulate-research-query", { topic: "bread" })).text, "bread");
		const task = await c.tools.simulateResearchQuery({ topic: "rye" }, { task: true });
		equal(task.returnedImmediately, false);
		const states = [];
		task.onStatus((s) => states.push(s.status));
		match((await task.result()).text, "rye");
		equal(states.at(-1), "completed");
		match((await c.tools.simulateResearchQuery({ topic: "python", ambiguous: true })).text, "python");
	}
	equal(tools.filter((t) => !called.has(t)), []);
	equal((await c.listPrompts()).length, 4);
	equal((await c.getPrompt("args-prompt", { city: "Rome" })).messages.length, 1);
	equal((await c.complete("completable-prompt", { name: "department", value: "E" })).values, ["Engineering"]);
	await c.close();
`

// TestEverything: server-everything's every tool, over each transport.
func TestEverything(t *testing.T) {
	t.Run("stdio", func(t *testing.T) { t.Parallel(); js(t, everything, "target", servertest.Everything(t)) })
	t.Run("http", func(t *testing.T) { t.Parallel(); js(t, everything, "target", servertest.EverythingHTTP(t)) })
	t.Run("sse", func(t *testing.T) { t.Parallel(); js(t, everything, "target", servertest.EverythingSSE(t)) })
}

// TestFastMCPServer: a server on FastMCP.
func TestFastMCPServer(t *testing.T) {
	code := `
		const c = await mcp.connect(target, { onSampling: () => "hm", onElicitation: () => ({ name: "Ada" }), onLog() {} });
		equal((await c.tools.echo({ message: "hi" })).data, "hi");
		equal((await c.tools.add({ a: 1, b: 2 }, { validateResult: "error" })).data, 3);
		equal((await c.tools.person({ name: "Ada", age: 36 })).data, { name: "Ada", age: 36 });
		await fails(() => c.tools.fail({ message: "no luck" }), "no luck");
		equal((await c.tools.picture()).images.length, 1);
		const seen = [];
		for await (const p of c.tools.progress({ n: 3 })) seen.push(p.message);
		equal(seen.length > 0, true);
		equal(await c.ping(), true);
	`
	t.Run("stdio", func(t *testing.T) { t.Parallel(); js(t, code, "target", servertest.FastMCP(t)) })
	t.Run("http", func(t *testing.T) { t.Parallel(); js(t, code, "target", servertest.FastMCPHTTP(t)) })
}
