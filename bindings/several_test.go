package bindings_test

import (
	"strings"
	"testing"

	"mcpjs/bindings/servertest"
)

// TestSeveral: one client over servers of both eras and several transports, of
// which one is dead from the start and one dies.
func TestSeveral(t *testing.T) {
	errs := js(t, `
		const updated = [], changed = [];
		const c = await mcp.connect({ mcpServers: {
			old: { command: sdk, args: ["-protocol", "legacy"] }, new: { command: sdk, args: ["-protocol", "modern"] },
			web: { url }, dead: { command: rogue, args: ["-mode", "exit-at-start"] }, frail: { command: rogue, args: ["-mode", "die-mid-call"] },
			old_er: { command: sdk, args: ["-protocol", "2024-11-05"] },
		} }, {
			onSampling: ({ messages }) => "you said " + messages[0].content.text,
			onElicitation: ({ message }) => ({ name: message }), roots: ["/tmp"], logLevel: "info",
			onResourceUpdated: ({ uri }) => updated.push(uri), onToolsChanged: () => changed.push(1),
		});
		equal([c.protocolVersion, c.serverInfo.name, c.transport], ["2025-11-25", "old, new, web, frail, old_er", "multi"]);
		equal(await c.ping(), true);
		const names = (await c.listTools()).map((t) => t.name);
		for (const n of ["old_echo", "new_echo", "web_echo", "old_er_echo", "frail_misbehave"]) equal(names.includes(n), true, n);
		equal(names.some((n) => n.startsWith("dead")), false);
		for (const n of ["old", "new", "web", "old_er"]) {
			equal((await c.callTool(n + "_echo", { message: n })).text, n);
			equal(JSON.parse((await c.callTool(n + "_sample", { message: "hi" })).text).sample.content.text, "you said hi");
			equal(JSON.parse((await c.callTool(n + "_roots")).text).roots.roots.length, 1);
			if (n !== "old_er") equal(JSON.parse((await c.callTool(n + "_elicit", { message: n })).text).person.content.name, n);
			const seen = [];
			for await (const p of c.callTool(n + "_progress", { n: 3 })) seen.push(p.progress);
			equal(seen, [1, 2, 3]);
			const e = await fails(() => c.callTool(n + "_fail", { message: "no luck" }), "no luck");
			equal(e.name, "ToolError");
			equal((await c.readResource("test://" + n + "/static/text"))[0].uri, "test://" + n + "/static/text");
			equal((await c.getPrompt(n + "_simple")).messages.length > 0, true);
			equal(typeof (await c.complete(n + "_greet", { name: "style", value: "" })).values, "object");
			equal((await c.callTool(n + "_content")).content.find((b) => b.type === "resource_link").uri, "test://" + n + "/static/text");
			await c.subscribe("test://" + n + "/counter");
			await c.callTool(n + "_touch");
			await until(() => updated.includes("test://" + n + "/counter"));
			await c.unsubscribe("test://" + n + "/counter");
		}
		const uris = (await c.listResources()).map((r) => r.uri);
		equal(uris.includes("test://new/static/text") && uris.includes("test://old/page/01"), true);
		equal((await c.listResourceTemplates()).map((r) => r.uriTemplate)[0], "test://old/greeting/{name}");
		equal((await c.tools.newEcho({ message: "camel" })).text, "camel");

		const start = Date.now();
		await Promise.all(["old", "new", "web"].map((n) => c.callTool(n + "_slow", { ms: 300 })));
		equal(Date.now() - start < 800, true, "in parallel");
		const slow = c.callTool("new_slow", { ms: 60000 });
		setTimeout(() => slow.cancel("enough"), 50);
		await fails(() => slow, "enough");
		await until(async () => (await c.callTool("new_cancelled")).data.cancelled === 1);

		await fails(() => c.callTool("dead_echo", { message: "x" }), 'connect to server "dead": the server');
		await fails(() => c.callTool("nobody", {}), 'begins with old_…, new_…');
		await fails(() => c.request("some/thing"), "several servers");
		const before = changed.length;
		await fails(() => c.callTool("frail_misbehave"), 'call tool "frail_misbehave" on server "frail": the server');
		await until(() => changed.length > before);
		equal((await c.listTools()).some((t) => t.name.startsWith("frail")), false);
		equal((await c.callTool("old_echo", { message: "still" })).text, "still");
		await c.close();
		await fails(() => mcp.connect({ mcpServers: { a: { command: rogue, args: ["-mode", "exit-at-start"] }, b: { command: "/no/such/thing" } } }),
			"none of the servers can be reached");
	`, "sdk", servertest.Build(t, "sdkserver"), "rogue", servertest.Build(t, "rogue"), "url", servertest.Serve(t, "sdkserver"))
	if !strings.Contains(errs, `connect to server "dead"`) || !strings.Contains(errs, "are missing") {
		t.Errorf("stderr: %s", errs)
	}
}

// TestSeveralKinds: a server of the script's own, the demo and a command behind
// one client.
func TestSeveralKinds(t *testing.T) {
	js(t, `
		const mock = mcp.server({ name: "mock", version: "1" });
		mock.tool("ask", async (_, ctx) => { ctx.info("asking"); ctx.progress(1, 2); return (await ctx.elicit("who?", { name: "string" })).content.name; });
		mock.resource("mock://text", () => "a text");
		const logs = [], changed = [], progress = [];
		const c = await mcp.connect({ mcpServers: { a: mock, b: { command: sdk }, c: "demo", d: [sdk], off: { command: "x", disabled: true } } },
			{ onElicitation: { name: "Ada" }, onLog: ({ logger, data }) => logs.push(logger + " " + data), logLevel: "info",
			  onToolsChanged: () => changed.push(1), onProgress: (p) => progress.push(p.progress) });
		equal(c.serverInfo.name, "a, b, c, d");
		equal([(await c.tools.aAsk()).text, logs, progress], ["Ada", ["a asking"], [1]]);
		equal((await c.readResource("mock://a/text"))[0].text, "a text");
		equal((await c.callTool("b_echo", { message: "x" })).text + (await c.callTool("d_echo", { message: "y" })).text, "xy");
		equal((await c.callTool("c_add", { a: 1, b: 2 })).data.sum, 3);
		mock.tool("late", () => "here");
		await until(() => changed.length);
		equal((await c.callTool("a_late")).text, "here");
		equal(mock.calls.map((call) => call.tool), ["ask", "late"]);
		await c.close();

		const one = await mcp.connect({ mcpServers: { only: mock } });
		equal([(await one.callTool("late")).text, one.protocolVersion], ["here", "2026-07-28"]);
		await fails(() => one.callTool("nix"), 'on server "only"');
		await fails(() => mcp.connect({ mcpServers: { a: mock, b: { nothing: 1 } } }), 'server "b": needs a "command" or a "url"');
		await fails(() => mcp.connect({ mcpServers: { a: mock, b: 5 } }), 'server "b": must be an object');
		await fails(() => mcp.connect({ mcpServers: { a: { disabled: true, command: "x" } } }), "all servers in it are disabled: a");
		await fails(() => mcp.connect({ mcpServers: {} }), "no server in mcpServers");
	`, "sdk", servertest.Build(t, "sdkserver"))
}
