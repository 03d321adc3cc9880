// A hundred calls at once, cancellation, progress, logs, and what ctx tells.
const s = mcp.server({ name: "calls", version: "1", pageSize: 2 });
const waiting = [];
s.tool("together", ({ i }) => new Promise((ok) => { waiting.push(() => ok({ i })); if (waiting.length === 100) for (const go of waiting) go(); }));
let aborted, started;
s.tool("forever", (_, { signal }) => new Promise((ok) => { signal.addEventListener("abort", () => { aborted(String(signal.reason.message ?? signal.reason)); ok("late"); }); started?.(); }));
s.tool("steps", async (_, ctx) => { for (let i = 1; i <= 5; i++) { ctx.progress(i, 5, "step " + i); await null; } ctx.info("all done", "stepper"); ctx.log("debug", { fine: 1 }); ctx.error({ loud: [1] }); return "ok"; });
s.tool("about", (args, ctx) => ({ client: ctx.client.name, caps: "sampling" in ctx.clientCapabilities, session: [ctx.session.protocolVersion, ctx.session.client.name, ctx.session.id], version: ctx.protocolVersion, mine: ctx.meta["my/key"], id: typeof ctx.requestId, aborted: ctx.signal.aborted, method: ctx.method }));
let after;
s.tool("quiet", (_, ctx) => { after = ctx; return ""; });
const logs = [];
const c = await connect(s, { name: "tester", onSampling: () => "x", logLevel: "info", onLog: (m) => logs.push([m.level, m.logger, m.data]) });
const results = await Promise.all(Array.from({ length: 100 }, (_, i) => c.callTool("together", { i })));
equal(results.map((r) => r.data.i), Array.from({ length: 100 }, (_, i) => i));

let was = new Promise((ok) => { aborted = ok; });
const running = new Promise((ok) => { started = ok; });
const call = c.callTool("forever");
const failure = rejects(call, /./);
await running;
call.cancel("enough");
await failure;
match(await was, /the client cancelled the call|closed/);
was = new Promise((ok) => { aborted = ok; });
await rejects(c.callTool("forever", {}, { timeout: 50 }), /^TimeoutError/);
await was;
const steps = [];
equal((await c.callTool("steps", {}, { onProgress: (p) => steps.push(`${p.progress}/${p.total} ${p.message}`) })).text, "ok");
equal(steps, ["1/5 step 1", "2/5 step 2", "3/5 step 3", "4/5 step 4", "5/5 step 5"]);
equal(logs, [["info", "stepper", "all done"], ["error", undefined, { loud: [1] }]]);
equal((await c.callTool("about", {}, { meta: { "my/key": { a: 1 } } })).data, { client: "tester", caps: true, session: [era, "tester", null], version: era, mine: { a: 1 }, id: "number", aborted: false, method: "tools/call" });
await c.callTool("quiet");
after.progress(1);
after.info("nobody hears this");
equal(after.signal.aborted, false, "a call that ended is not cancelled");
throws(() => after.log("loud", "x"), /there is no log level "loud"; there are debug, info/);
throws(() => after.progress("much"), /the progress must be a number/);
equal((await c.listTools()).length, 5, "tools over three pages");
await rejects(c.request("tools/list", { cursor: "?" }), /the cursor is not one of this server's/, -32602);

// The connection's end cancels what runs.
was = new Promise((ok) => { aborted = ok; });
const again = new Promise((ok) => { started = ok; });
const lost = rejects(c.callTool("forever"), /closed/);
await again;
await c.close();
await lost;
await was;
