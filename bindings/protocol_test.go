package bindings_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"mcpjs/bindings/servertest"
)

// TestCustomRequests: what the protocol may grow, both ways.
func TestCustomRequests(t *testing.T) {
	js(t, `
		const c = await mcp.connect([rogue, "-mode", "unknown-request"]);
		match((await c.tools.misbehave()).text, "-32601");
		const asked = [];
		const d = await mcp.connect([rogue, "-mode", "unknown-request"], { onRequest({ method }, ctx) { asked.push(method, ctx.method); return undefined; } });
		match((await d.tools.misbehave()).text, "-32601");
		equal(asked, ["mind/read", "mind/read"]);
		const e = await mcp.connect([rogue, "-mode", "unknown-request"], { onRequest: async () => { throw Object.assign(new Error("mind your own"), { code: 42 }) } });
		match((await e.tools.misbehave()).text, "42");
		await fails(() => c.request("no/such", { a: 1 }), "McpError");
		await c.notify("notifications/mine", { a: 1 });
		equal((await c.request("tools/list")).tools.length > 0, true);
	`, "rogue", servertest.Build(t, "rogue"))
}

// TestSignals: a call ends with its AbortSignal, and the server learns of it;
// a handler's ctx.signal ends when the server takes its request back.
func TestSignals(t *testing.T) {
	everySDK(t, `
		const c = await mcp.connect(target, options);
		const control = new AbortController();
		const call = c.callTool("slow", { ms: 60000 }, { signal: control.signal });
		// The server must be at work on it: what it has not begun it does not count.
		setTimeout(() => control.abort(new Error("bored")), 400);
		await fails(() => call, "bored");
		await until(async () => (await c.tools.cancelled()).data.cancelled >= 1);
		await fails(() => c.listTools({ signal: AbortSignal.abort() }), "AbortError");
		await fails(() => mcp.connect(target, { ...options, signal: AbortSignal.abort(new Error("never mind")) }), "never mind");

		let started, ended;
		const d = await mcp.connect(target, { ...options, onElicitation: (_, ctx) => new Promise((done) => {
			started = true;
			ctx.signal.addEventListener("abort", () => { ended = true; done(null); });
		}) });
		const asking = d.tools.elicit({ message: "who" });
		await until(() => started);
		asking.cancel();
		await fails(() => asking, "AbortError");
		await until(() => ended);
	`)
}

// TestTimeouts: by client and by call, restarted by progress, with a limit.
func TestTimeouts(t *testing.T) {
	js(t, `
		const c = await mcp.connect("demo", { timeout: 500 });
		await fails(() => c.tools.slow({ ms: 5000 }), "no answer within 500ms");
		equal((await c.tools.slow({ ms: 600 }, { timeout: "5s" })).isError ?? false, false);
		const steps = { steps: 7, delayMs: 100 }; // seldom 500 apart, however busy the machine
		await fails(() => c.tools.countdown(steps), "TimeoutError");
		await c.tools.countdown(steps, { resetTimeoutOnProgress: true });
		await fails(() => c.tools.countdown({ steps: 100, delayMs: 50 }, { resetTimeoutOnProgress: true, maxTimeout: 200, onProgress() {} }), "200ms");
	`)
}

// TestListCache: a list is reused while the server says that it is fresh, until
// it changes, and not at all where that is off.
func TestListCache(t *testing.T) {
	var lists atomic.Int64
	url := standIn(t, func(method string, params map[string]any, _ *http.Request) map[string]any {
		if method != "tools/list" {
			return object{"content": []object{}}
		}
		lists.Add(1)
		return object{"tools": []object{{"name": "a", "inputSchema": object{"type": "object"}}}, "ttlMs": 60000, "cacheScope": "private"}
	})
	js(t, `
		const c = await mcp.connect(url);
		const first = await c.listTools();
		first[0].name = "changed by the script";
		equal((await c.listTools())[0].name, "a");
		await c.listTools();
		await c.tools.a();
	`, "url", url)
	if n := lists.Load(); n != 1 {
		t.Errorf("listed %d times", n)
	}
	js(t, `
		const c = await mcp.connect(url, { cache: false });
		await c.listTools(); await c.listTools();
		const d = await mcp.connect(url);
		await d.listTools(); await d.listTools({ cache: false });
		await d.raw.listTools();
	`, "url", url)
	if n := lists.Load(); n != 6 {
		t.Errorf("listed %d times", n)
	}
}

// TestTasksExtension: a server of 2026-07-28 that makes tasks of calls: a plain
// call waits for the result, one that wants the task gets it.
func TestTasksExtension(t *testing.T) {
	var polls atomic.Int64
	url := standIn(t, func(method string, params map[string]any, r *http.Request) map[string]any {
		task := object{"taskId": "t 1", "status": "working", "createdAt": "2026-01-01T00:00:00Z", "lastUpdatedAt": "2026-01-01T00:00:00Z", "ttlMs": nil, "pollIntervalMs": 20}
		switch method {
		case "tools/list":
			return object{"tools": []object{{"name": "bake", "inputSchema": object{"type": "object"}}}}
		case "tools/call":
			polls.Store(0)
			task["resultType"] = "task"
			return task
		case "tasks/get", "tasks/cancel", "tasks/update":
			if r.Header.Get("Mcp-Name") != "t 1" || r.Header.Get("Mcp-Method") != method {
				return object{"error": object{"code": -32020, "message": "wrong headers"}}
			}
		}
		if method != "tasks/get" {
			return object{}
		}
		switch n := polls.Add(1); {
		case n > 3:
			task["status"], task["result"] = "completed", object{"content": []object{{"type": "text", "text": "done"}}}
		case n > 1:
			task["status"], task["inputRequests"] = "input_required", object{"q": object{"method": "elicitation/create",
				"params": object{"message": "sure?", "requestedSchema": object{"type": "object", "properties": object{}}}}}
		}
		return task
	})
	js(t, `
		let asked = 0;
		const c = await mcp.connect(url, { onElicitation: () => { asked++; return {}; } });
		equal((await c.tools.bake()).text, "done");
		equal(asked, 1);
		const task = await c.tools.bake({}, { task: true });
		equal([task.returnedImmediately, task.id], [false, "t 1"]);
		const seen = [];
		task.onStatus((t) => seen.push(t.status));
		equal((await task.result()).text, "done");
		equal([seen, asked], [["input_required", "completed"], 2]);
		equal((await c.tasks.list()).map((t) => t.status), ["completed"]);
		await c.tasks.update(task, { q: { action: "decline" } });
		await task.cancel();
		const multi = await mcp.connect({ mcpServers: { a: { url }, b: { url } } }, { onElicitation: {} });
		equal((await multi.callTool("a_bake")).text, "done");
	`, "url", url)
}

// TestParamHeaders: arguments that a schema marks are mirrored in headers.
func TestParamHeaders(t *testing.T) {
	var header atomic.Value
	url := standIn(t, func(method string, params map[string]any, r *http.Request) map[string]any {
		if method == "tools/list" {
			return object{"tools": []object{{"name": "q", "inputSchema": object{"type": "object", "properties": object{
				"region": object{"type": "string", "x-mcp-header": "Region"}}}}}}
		}
		header.Store(r.Header.Get("Mcp-Param-Region") + " " + r.Header.Get("Mcp-Name") + " " + r.Header.Get("Mcp-Method"))
		return object{"content": []object{}}
	})
	js(t, `const c = await mcp.connect(url); await c.listTools(); await c.tools.q({ region: "eu" });`, "url", url)
	if got := header.Load(); got != "eu q tools/call" {
		t.Errorf("got %q", got)
	}
}

// TestRemovedByTheRevision: what a revision doesn't have says so.
func TestRemovedByTheRevision(t *testing.T) {
	js(t, `
		const c = await mcp.connect([sdk], { protocolVersion: "2026-07-28", roots: ["/tmp"] });
		match((await fails(async () => c.sendRootsListChanged())).message, "2026-07-28 has no notification");
		equal(await c.ping(), true);
		await c.setLogLevel("debug");
		c.setRoots(["/etc"]);
		equal(JSON.parse((await c.tools.roots()).text).roots.roots[0].uri, "file:///etc");
		const d = await mcp.connect([sdk], { protocolVersion: "2025-11-25", roots: () => [{ uri: "file:///x", name: "x" }] });
		await d.sendRootsListChanged();
		d.setRoots(["/etc"]);
		equal(JSON.parse((await d.tools.roots()).text).roots.roots[0].uri, "file:///etc");
		await d.progress("token", 1, 2, "half");
	`, "sdk", servertest.Build(t, "sdkserver"))
}

// TestManyCallsWithProgress: 10,000 calls, each with its own progress.
func TestManyCallsWithProgress(t *testing.T) {
	js(t, `
		const c = await mcp.connect([fast]);
		const calls = 10_000, each = 3, at = 50;
		let next = 0, wrong = 0, seen = 0;
		const worker = async () => {
			while (next < calls) {
				next++;
				const got = [];
				const r = await c.callTool("progress", { n: each }, { onProgress: (p) => { seen++; got.push(p.progress); } });
				if (got.join() !== "1,2,3") wrong++;
			}
		};
		await Promise.all(Array.from({ length: at }, worker));
		equal([wrong, seen], [0, calls * each]);
	`, "fast", servertest.Build(t, "fastserver"))
}
