const s = mcp.server({ name: "methods", version: "1", capabilities: { experimental: { "x/y": {} }, logging: null }, ...(modern ? { ttl: "5s", cacheScope: "public" } : {}) });
s.tool("t", () => "t");
s.setRequestHandler("acme/add", ({ a, b }, ctx) => ({ sum: a + b, method: ctx.method }));
let noted;
const heard = new Promise((ok) => { noted = ok; });
s.setNotificationHandler("acme/note", (params) => noted(params));
const c = await connect(s, { onMessage: (m) => messages.push(m.method) });
const messages = [];
equal("logging" in c.serverCapabilities, false);
equal(c.serverCapabilities.experimental, { "x/y": {} });
equal("prompts" in c.serverCapabilities, false);
const { sum, method } = await c.request("acme/add", { a: 1, b: 2 });
equal([sum, method], [3, "acme/add"]);
await c.notify("acme/note", { hi: 1 });
equal((await heard).hi, 1);
// A method of the server's own can be replaced, and had again.
s.setRequestHandler("tools/list", () => ({ tools: [{ name: "odd", inputSchema: { type: "object" } }] }));
equal((await c.request("tools/list")).tools[0].name, "odd");
s.setRequestHandler("tools/list", () => 7);
await rejects(c.request("tools/list"), /the result of tools\/list must be an object, not 7/, -32603);
s.setRequestHandler("tools/list", null);
equal((await c.request("tools/list")).tools[0].name, "t");
if (modern) {
  const { ttlMs, cacheScope } = await c.request("tools/list");
  equal([ttlMs, cacheScope], [5000, "public"]);
}
equal(await c.ping(), true);
equal(String(s.name) + s.version + s.isListening + s.url, "methods1falseundefined");
equal(mcp.Server === s.constructor && s instanceof mcp.Server && new mcp.Server({ name: "n" }).name, "n");
await s.close();
await rejects(c.callTool("t"), /closed|ended/);
throws(() => s.tool("u", () => 1), /the server is closed/);
await rejects(mcp.connect(s, { connectTimeout: "5s" }), /ConnectionError/);

// A server of some revisions only.
const old = mcp.server({ name: "old", version: "1", protocolVersions: ["2025-06-18", "2025-11-25"] });
old.tool("v", (_, ctx) => ctx.protocolVersion);
await using a = await mcp.connect(old);
equal((await a.callTool("v")).text, "2025-11-25");
const young = mcp.server({ name: "young", version: "1", protocolVersions: ["2026-07-28"] });
await rejects(mcp.connect(young, { protocolVersion: "2025-06-18" }), /2025-06-18|unsupported/);
await using b = await mcp.connect(young);
equal(b.protocolVersion, "2026-07-28");
throws(() => young.listen(), /listen needs/);
throws(() => young.listen({ stdio: true, http: ":0" }), /either/);
await rejects(young.listen({ http: "not an address:x:y" }), /serve HTTP at/);

// Two HTTP servers of one script, and what they serve to its own clients.
const { url } = await young.listen({ http: "127.0.0.1:0" });
equal([young.isListening, young.url], [true, url]);
throws(() => young.listen({ http: 0 }), /listens already/);
await using h = await mcp.connect(url);
young.tool("hello", ({}, ctx) => "hi " + ctx.client.name);
match((await h.callTool("hello")).text, /^hi /);
await young.close();
equal(young.isListening, false);
