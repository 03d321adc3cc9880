package bindings_test

import (
	"net/http"
	"strings"
	"testing"

	"mcpjs/bindings/servertest"
)

// TestClient: what every server must give, on each transport and in each era.
func TestClient(t *testing.T) {
	everySDK(t, `
		const log = [], progress = [], messages = [];
		const c = await mcp.connect(target, { ...options,
			onSampling: ({ messages }) => "you said " + messages[0].content.text,
			onElicitation: async ({ message }, ctx) => { equal(ctx.method, "elicitation/create"); return { name: message, age: 5 }; },
			roots: ["/tmp", { uri: "file:///etc", name: "etc" }],
			onLog: (m) => log.push(m.data), onProgress: (p) => progress.push(p.progress),
			onMessage: (m) => messages.push(m.method), logLevel: "info",
		});
		equal([c.isConnected(), c.protocolVersion, c.serverInfo.name, c.instructions, c.initializeResult.serverInfo.name],
			[true, options.protocolVersion, "sdkserver", "call anything", "sdkserver"]);
		equal(await c.ping(), true);
		equal((await c.listTools()).length > 10, true);
		equal((await c.listResources()).some((r) => r.uri === "test://static/text"), true);
		equal((await c.listResourceTemplates())[0].uriTemplate, "test://greeting/{name}");
		equal((await c.listPrompts()).map((p) => p.name), ["greet", "simple"]);
		match((await c.readResource("test://static/text"))[0].text, "");
		equal((await c.getPrompt("greet", { name: "Ada", style: "loud" })).messages.length > 0, true);
		const done = await c.complete({ type: "ref/prompt", name: "greet" }, { name: "style", value: "" });
		equal(Array.isArray(done.values), true);
		equal((await c.complete("greet", { name: "style", value: "" })).values, done.values);

		const r = await c.tools.weather({ city: "Rome" });
		equal([r.text, r.data, r.isError, Object.keys(r).includes("data")],
			["fine in Rome", { city: "Rome", celsius: 21.5, tags: ["sunny", "dry"] }, undefined, false]);
		const content = await c.callTool("content");
		equal([content.content.length, content.images.length, content.images[0].mimeType, content.audio.length], [5, 1, "image/png", 1]);
		equal(content.images[0].bytes.length > 20, true);

		const e = await fails(() => c.callTool("fail", { message: "no luck" }), "ToolError: call tool \"fail\" on server");
		equal([e instanceof mcp.ToolError, e instanceof mcp.McpError, e.tool, e.result.isError, e.result.text], [true, true, "fail", true, "no luck"]);
		equal((await c.callTool("fail", { message: "x" }, { throwOnError: false })).isError, true);

		equal((await c.tools.progress({ n: 3 })).text, "3 steps");
		equal(progress, [1, 2, 3]);
		const own = [];
		await c.callTool("progress", { n: 2 }, { onProgress: (p) => own.push(p.message) });
		equal([own, progress.length], [["step 1", "step 2"], 3]);
		const seen = [];
		for await (const p of c.tools.progress({ n: 4 })) seen.push(p.progress);
		equal(seen, [1, 2, 3, 4]);

		equal(JSON.parse((await c.tools.sample({ message: "hi" })).text).sample.content.text, "you said hi");
		equal(JSON.parse((await c.tools.elicit({ message: "me" })).text).person, { action: "accept", content: { name: "me", age: 5, colour: "green", member: false } });
		equal(JSON.parse((await c.tools.roots()).text).roots.roots.map((r) => r.uri), ["file:///tmp", "file:///etc"]);
		equal(Object.keys(JSON.parse((await c.callTool("ask all")).text)).sort(), ["person", "roots", "sample"]);
		equal((await c.callTool("elicit thrice")).text, "3 answers");

		await c.callTool("log", { level: "warning", text: "hot" });
		await until(() => log.length);
		equal([log, messages.includes("notifications/message")], [["hot"], true]);

		await fails(() => c.callTool("slow", { ms: 60000 }, { timeout: 50 }), "TimeoutError: call tool \"slow\"");
		const slow = c.callTool("slow", { ms: 60000 });
		equal(typeof slow.requestId, "string");
		setTimeout(() => slow.cancel("enough"), 50);
		await fails(() => slow, "AbortError: call tool \"slow\"");
		const other = c.callTool("slow", { ms: 60000 });
		setTimeout(() => equal(c.cancel(other.requestId, "over"), true), 50);
		await fails(() => other, "over");
		await until(async () => (await c.tools.cancelled()).data.cancelled >= 3);

		await c.connect();
		await c.close();
		equal(c.isConnected(), true);
		await c.close();
		equal(c.isConnected(), false);
		await fails(() => c.listTools(), "ConnectionError");
		await c.connect();
		equal((await c.tools.echo({ message: "again" })).text, "again");
		{ await using d = await mcp.connect(target); equal((await d.tools.echo({ message: "d" })).text, "d"); globalThis.d = d; }
		equal(globalThis.d.isConnected(), false);
		const n = c.new({ name: "other" });
		equal([n.name, n.isConnected()], ["other", false]);
	`)
}

// TestSubscriptions: resource updates and list changes, in both eras.
func TestSubscriptions(t *testing.T) {
	everySDK(t, `
		const changed = [], updated = [];
		const c = await mcp.connect(target, { ...options,
			onToolsChanged: () => changed.push("tools"), onPromptsChanged: () => changed.push("prompts"),
			onResourcesChanged: () => changed.push("resources"), onResourceUpdated: ({ uri }) => updated.push("any " + uri) });
		await c.subscribe("test://counter", ({ uri }) => updated.push("own " + uri));
		await c.tools.touch();
		await until(() => updated.length >= 2);
		equal(updated.sort(), ["any test://counter", "own test://counter"]);
		await c.callTool("change lists");
		await until(() => new Set(changed).size === 3);
		await c.unsubscribe("test://counter"); // nothing keeps the run alive any more
	`)
}

// TestErrorsOfServers: a stranger understands what failed, where, and why.
func TestErrorsOfServers(t *testing.T) {
	rogue := servertest.Build(t, "rogue")
	js(t, `
		const at = (mode, ...more) => mcp.connect([rogue, "-mode", mode, ...more]);
		let e = await fails(() => at("exit-at-start"), "ConnectionError: connect to server");
		equal([e.code, e.exitCode], ["SERVER_EXITED", 2]);
		const c = await at("die-mid-call");
		e = await fails(() => c.tools.misbehave(), "call tool \"misbehave\" on server");
		equal([e.name, e.exitCode, e.stderr.length], ["ConnectionError", 3, 3]);
		await fails(() => c.tools.echo({ message: "x" }), "ConnectionError");
		const d = await at("rpc-error");
		e = await fails(() => d.tools.misbehave(), "McpError");
		equal([typeof e.code, e.data !== undefined], ["number", true]);
		await fails(() => mcp.connect("no-such-thing-anywhere"), "ConnectionError");
		await fails(() => mcp.connect("demo", { onSamplng: () => 1 }), 'did you mean "onSampling"');
		await fails(() => d.callTool("echo", { message: "x" }, { timout: 1 }), 'did you mean "timeout"');
		await fails(() => d.callTool("echo", "x"), "must be an object");
		await fails(() => d.tools.add(1, 2), 'the arguments of tool "add" must be an object, not 1');
		const { inspect } = await import("util");
		const bakery = await mcp.connect("demo");
		equal(inspect(bakery.tools).includes("see listTools()"), true);
		await bakery.listTools();
		equal(/^\[tools of .*: add, ask-model, .*whoami\]$/.test(inspect(bakery.tools)), true);
		const early = bakery.tools.add({ a: 1, b: 2 });
		await fails(async () => early.data.sum, 'TypeError: call tool "add": await the call');
		equal([inspect(early), (await early).data.sum], ["Promise [PendingCall] { <pending> }", 3]);
		const connecting = mcp.connect("demo");
		await fails(async () => connecting.callTool("add"), "TypeError: await mcp.connect(…) before you use the client's callTool");
		connecting.note = "mine";
		equal([connecting instanceof Promise, Promise.resolve(connecting) === connecting, "tools" in connecting, connecting.note], [true, true, false, "mine"]);
		await (await connecting).close();
	`, "rogue", rogue)
}

// TestErrorsTellOfStdout: a program that is no MCP server often says so there.
func TestErrorsTellOfStdout(t *testing.T) {
	js(t, `
		let e;
		for (let ms = 200; !e?.stdout; ms *= 2) // until the machine is fast enough
			e = await fails(() => mcp.connect(["sh", "-c", "echo usage: prog FILE; exec cat >&2"], { connectTimeout: ms }), "no answer within");
		equal([e.name, e.stdout], ["TimeoutError", ["usage: prog FILE"]]);
		e = await fails(() => mcp.connect(["sh", "-c", "echo usage: prog FILE; exit 3"]), "exited with status 3");
		equal([e.exitCode, e.stdout], [3, ["usage: prog FILE"]]);
	`)
}

// TestProgressAfterResult: progress that comes late still reaches its handler.
func TestProgressAfterResult(t *testing.T) {
	js(t, `
		const c = await mcp.connect([rogue, "-mode", "progress-after-result"]);
		const seen = [];
		await c.callTool("misbehave", {}, { onProgress: (p) => seen.push(p.progress) });
		equal(seen.slice(0, 2), [1, 2]);
		await until(() => seen.length === 3);
	`, "rogue", servertest.Build(t, "rogue"))
}

// TestOnClose: the client says when a connection ends by itself, and why.
func TestOnClose(t *testing.T) {
	js(t, `
		let why;
		const c = await mcp.connect([rogue, "-mode", "die-mid-call"], { onClose: (e) => { why = e ?? null } });
		await fails(() => c.tools.misbehave());
		await until(() => why);
		equal([why.name, why.exitCode, c.isConnected()], ["ConnectionError", 3, false]);
		let ended = "not yet";
		const d = await mcp.connect("demo", { onClose: (e) => { ended = e === undefined } });
		await d.close();
		await until(() => ended === true);
	`, "rogue", servertest.Build(t, "rogue"))
}

// TestLogToStderr: without a handler, what servers log is told on stderr,
// without their control characters.
func TestLogToStderr(t *testing.T) {
	errs := js(t, `
		const c = await mcp.connect([sdk], { logLevel: "debug" });
		await c.callTool("log", { level: "warning", text: "hot \x1b[31moven" });
		await c.close();
	`, "sdk", servertest.Build(t, "sdkserver"))
	if !strings.Contains(errs, "warning: hot \\x1b[31moven") && !strings.Contains(errs, `warning: hot \u001b[31moven`) {
		t.Errorf("stderr: %q", errs)
	}
}

// TestRaw: client.raw gives whole results, one page of a list, and no result
// is an error.
func TestRaw(t *testing.T) {
	everySDK(t, `
		const c = await mcp.connect(target, options);
		const first = await c.raw.listTools();
		equal([first.tools.length, typeof first.nextCursor], [10, "string"]);
		const second = await c.raw.listTools({ cursor: first.nextCursor });
		equal(second.tools.some((t) => t.name === first.tools[0].name), false);
		const failed = await c.raw.callTool("fail", { message: "no luck" });
		equal([failed.isError, failed.content[0].text, failed.text], [true, "no luck", undefined]);
		equal((await c.raw.readResource("test://static/text")).contents.length, 1);
		equal(Array.isArray((await c.raw.getPrompt("simple")).messages), true);
		equal(typeof (await c.raw.complete("greet", { name: "style", value: "" })).completion, "object");
		equal((await c.raw.listPrompts()).prompts.length + (await c.raw.listResourceTemplates()).resourceTemplates.length, 3);
		await fails(() => c.raw.callTool("nobody"), "McpError");
		equal(c.raw, c.raw);
	`)
}

// TestInitialize: with autoInitialize off, connecting is left to initialize.
func TestInitialize(t *testing.T) {
	js(t, `
		const c = mcp.client("demo", { autoInitialize: false });
		await fails(() => c.initialize(), "not connected");
		await c.connect();
		equal(c.isConnected(), false);
		await fails(() => c.listTools(), "not initialized");
		const r = await c.initialize({ timeout: "10s" });
		equal([r.serverInfo.name, (await c.initialize()).serverInfo.name, c.isConnected()], ["mcpjs-demo", "mcpjs-demo", true]);
		await c.close();
		equal(c.isConnected(), false);
	`)
}

// TestReconnect: a process that died is started anew, if asked; calls under
// way fail, later ones wait.
func TestReconnect(t *testing.T) {
	js(t, `
		let closed = 0;
		const c = await mcp.connect([rogue, "-mode", "die-mid-call"], { reconnect: { delay: 10 }, onClose: () => closed++ });
		for (let i = 0; i < 3; i++) {
			const e = await fails(() => c.tools.misbehave());
			equal([e.name, e.exitCode], ["ConnectionError", 3]);
			equal((await c.tools.echo({ message: "back" })).text, "back");
		}
		equal(closed, 0);
		await c.close();
		const d = await mcp.connect([rogue, "-mode", "die-mid-call"]);
		await fails(() => d.tools.misbehave());
		await fails(() => d.tools.echo({ message: "back" }), "ConnectionError");
		await fails(() => mcp.connect("demo", { reconnect: { atempts: 1 } }), 'did you mean "attempts"');
	`, "rogue", servertest.Build(t, "rogue"))
}

// TestOptionTypes: an option of a wrong type says which it is, and what it must
// be.
func TestOptionTypes(t *testing.T) {
	js(t, `
		const wrong = {
			onSampling: [3, "x", ["y"]], onElicitation: [3, "promt", [1]], onLog: [3, "x", {}], onProgress: [{}], onMessage: [1], onRequest: ["x"], onClose: [5],
			onToolsChanged: [1], onResourceUpdated: [{}], roots: [3, "/tmp", {}, [3], [{}]], capabilities: [3, []], extensions: ["x"], headers: [3, "x", []],
			auth: [3, []], signal: [3, {}, new EventTarget()], timeout: ["soon", {}], connectTimeout: ["x"], maxTimeout: [[]], validate: ["yes", 1], cache: [0], bigInts: ["no"],
			autoInitialize: ["false"], resetTimeoutOnProgress: [1], reconnect: ["x", { attempts: 0 }], name: [3], version: [{}], title: [1],
			protocolVersion: [2026, "2020-01-01"], logLevel: ["loud", 1], validateResult: ["maybe"], ca: [5], proxy: [1],
		};
		for (const [option, values] of Object.entries(wrong)) {
			for (const value of values) match((await fails(() => mcp.connect("demo", { [option]: value }), /^TypeError/)).message, option);
		}
		await fails(() => mcp.connect("demo", { roots: [3] }), "roots[0] must be a path, a file:// URI or {uri, name} with one, not 3");
		await fails(() => mcp.connect("demo", { roots: ["/tmp", "https://example.com/"] }), 'roots[1] must be a path, a file:// URI');
		await fails(() => mcp.connect("demo", { roots: [{ uri: "untitled:1" }] }), "roots[0]");
		await fails(() => mcp.connect("demo", { onSampling: "x" }), 'onSampling must be a function, an answer as an object, or "prompt", not "x"');
		await fails(() => mcp.connect("demo", { protocolVersion: "2026-07-27" }), 'did you mean "2026-07-28"?');
		await fails(() => mcp.connect("demo", { onSamplin: () => 1 }), 'client options: there is no option "onSamplin"; did you mean "onSampling"?');
		await fails(() => mcp.connect("demo", 5), "client options must be an object");
		const c = await mcp.connect("demo", { roots: null, onLog: null, timeout: undefined, cache: null });
		for (const set of ["setRoots", "setSamplingHandler", "setElicitationHandler", "setProgressHandler", "setLogHandler", "setMessageHandler"]) {
			match((await fails(() => c[set](5), /^TypeError/)).message, set);
		}
		const args = { message: "x" };
		for (const [option, value] of Object.entries({ timeout: "x", signal: 3, onProgress: 3, throwOnError: "no", meta: 3, task: 3, validate: "x", validateResult: 1, cache: 1, bigInts: 1 })) {
			match((await fails(() => c.callTool("echo", args, { [option]: value }), /^TypeError/)).message, option);
		}
		await fails(() => c.callTool("echo", args, { throwOnErorr: false }), 'did you mean "throwOnError"?');
	`)
}

// TestAnswersHeld: what is answered to a server is held to what it asked for, and
// to what was declared.
func TestAnswersHeld(t *testing.T) {
	everySDK(t, `
		const ask = async (handlers, tool) => {
			await using c = await mcp.connect(target, { ...options, ...handlers });
			return await c.callTool(tool, tool === "roots" ? {} : { message: "?" }).then((r) => r.text, (e) => e.message);
		};
		match(await ask({ onElicitation: { name: "Ada", age: "old" } }, "elicit"), "at /age: got string, want integer");
		match(await ask({ onElicitation: () => ({ action: "accept", content: { age: 3 } }) }, "elicit"), "missing property 'name'");
		match(await ask({ onElicitation: () => ({ name: "" }) }, "elicit"), "/name");
		match(await ask({ onElicitation: () => ({ action: "decline", content: {} }) }, "elicit"), "decline");
		match(await ask({ roots: () => ["https://example.com"] }, "roots"), "begins with file://");
		match(await ask({ roots: () => [{ uri: "x:/" }] }, "roots"), "begins with file://");
	`)
	rogue := standIn(t, func(method string, params map[string]any, _ *http.Request) map[string]any {
		if method != "tools/call" {
			return object{}
		}
		if params["inputResponses"] != nil {
			return object{"content": []object{{"type": "text", "text": "given"}}}
		}
		ask := object{"method": "elicitation/create", "params": object{"mode": "url", "message": "?", "url": "https://evil.example/"}}
		if params["name"] == "sample" {
			ask = object{"method": "sampling/createMessage", "params": object{"messages": []object{}, "maxTokens": 1, "tools": []object{}}}
		}
		return object{"resultType": "input_required", "inputRequests": object{"a": ask}}
	})
	js(t, `
		const c = await mcp.connect(url, { onElicitation: { ok: true }, onSampling: () => "x", capabilities: { sampling: {} } });
		await fails(() => c.callTool("visit"), "elicitation.url");
		await fails(() => c.callTool("sample"), "sampling.tools");
		const d = await mcp.connect(url, { onElicitation: () => true, onSampling: () => "x" });
		equal([(await d.callTool("visit")).text, (await d.callTool("sample")).text], ["given", "given"]);
	`, "url", rogue)
}

// TestListsAfresh: a list whose cursor is refused was changed meanwhile, and is
// asked for from its beginning.
func TestListsAfresh(t *testing.T) {
	asked := 0
	url := standIn(t, func(method string, params map[string]any, _ *http.Request) map[string]any {
		cursor, _ := params["cursor"].(string)
		asked++
		switch {
		case method == "prompts/list" && cursor == "":
			return object{"prompts": []object{}, "nextCursor": "never"}
		case cursor == "never" || cursor == "old":
			return object{"error": object{"code": -32602, "message": "no such cursor"}}
		case asked == 1:
			return object{"tools": []object{{"name": "gone", "inputSchema": object{}}}, "nextCursor": "old"}
		case cursor == "new":
			return object{"tools": []object{{"name": "b", "inputSchema": object{}}}}
		}
		return object{"tools": []object{{"name": "a", "inputSchema": object{}}}, "nextCursor": "new"}
	})
	js(t, `
		const c = await mcp.connect(url);
		equal((await c.listTools()).map((t) => t.name), ["a", "b"]);
		await fails(() => c.listPrompts(), "no such cursor");
	`, "url", url)
}
