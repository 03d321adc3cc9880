package bindings_test

import (
	"testing"

	"mcpjs/bindings/servertest"
)

// TestTasks: on the demo server (2025-11-25 has tasks; where there are none the
// call runs at once).
func TestTasks(t *testing.T) {
	js(t, `
		const c = await mcp.connect("demo", { protocolVersion: "2025-11-25" });
		const task = await c.tools.countdown({ steps: 5, delayMs: 10 }, { task: true });
		const seen = [];
		equal(task.onStatus(({ status }) => seen.push(status)) === task, true);
		equal([task.returnedImmediately, typeof task.id, "then" in task], [false, "string", false]);
		equal((await task.status()).taskId, task.id);
		match((await c.tasks.list()).map((t) => t.taskId).join(), task.id);
		match((await task.result()).text, "");
		equal((await task.wait()).status, "completed");
		equal(seen, ["completed"]);
		equal((await c.tasks.result(task.id)).content.length > 0, true);
		equal((await c.tasks.get(task)).status, "completed");

		const long = await c.callTool("countdown", { steps: 1000, delayMs: 1000 }, { task: { ttl: "5m" } });
		await fails(() => long.wait({ timeout: 50 }), "TimeoutError");
		await fails(() => long.result({ timeout: 50 }), "TimeoutError");
		equal((await c.tasks.wait(long.id, { state: "working" })).status, "working");
		await long.cancel();
		equal((await long.wait()).status, "cancelled");
		await fails(() => long.result(), "cancelled");
		await fails(() => c.tasks.get("nobody"), "McpError");
		await fails(() => c.tasks.update(long.id, {}), "no tasks/update");
		await fails(() => c.tasks.get(), "TypeError");
		match(await fails(() => c.callTool("countdown", {}, { task: { tll: 1 } })), "ttl");

		// a tool that runs at once all the same
		const now = await c.tools.add({ a: 1, b: 2 }, { task: true });
		equal([now.returnedImmediately, (await now.status()).status, (await now.result()).data, (await now.wait()).status], [true, "completed", { sum: 3 }, "completed"]);
		await now.cancel();
		const burnt = await c.tools.burn({}, { task: true });
		await fails(() => burnt.result(), "ToolError");

		for (const options of [{ protocolVersion: "2025-06-18" }, { protocolVersion: "2026-07-28" }]) {
			const d = await mcp.connect([sdk], options);
			const echo = await d.tools.echo({ message: "hi" }, { task: true });
			equal([echo.returnedImmediately, (await echo.result()).text], [true, "hi"]);
			equal(await d.tasks.list(), []);
		}
		const both = await mcp.connect({ mcpServers: { shop: { command: sdk }, demo: { command: sdk, args: ["-protocol", "legacy"] } } });
		equal((await (await both.callTool("shop_echo", { message: "x" }, { task: true })).result()).text, "x");
	`, "sdk", servertest.Build(t, "sdkserver"))
}
