// What the parity programs call, as a server of ours; ERA=legacy speaks no 2026-07-28.
const legacy = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
const s = mcp.server({ name: "parity", version: "1.0.0", protocolVersions: process.env.ERA === "legacy" ? legacy : undefined });
const message = { message: "string" };
s.tool("echo", { inputSchema: message }, ({ message }) => message)
  .tool("add", { inputSchema: { a: "number", b: "number" }, outputSchema: { sum: "number" } }, ({ a, b }) => ({ sum: a + b }))
  .tool("fail", { inputSchema: message }, ({ message }) => { throw new Error(message); })
  .tool("progress", { inputSchema: { n: "integer" } }, ({ n }, ctx) => { for (let i = 1; i <= n; i++) ctx.progress(i, n); return n + " steps"; })
  .tool("log", { inputSchema: { text: "string" } }, ({ text }, ctx) => { ctx.warning(text); return "logged"; })
  .tool("sample", { inputSchema: message }, async ({ message }, ctx) => (await ctx.sample(message)).text)
  .tool("elicit", { inputSchema: message }, async ({ message }, ctx) => (await ctx.elicit(message, { name: "string", "age?": "integer" })).action)
  .tool("slow", { inputSchema: { ms: "integer" } }, ({ ms }) => new Promise((done) => setTimeout(() => done("done"), ms)));
s.resource("test://text", () => "a text").resource("test://greeting/{name}", (uri, { name }) => "hello, " + name);
const files = { "SKILL.md": "---\nname: bread\ndescription: Bakes bread\n---\n\nKnead.\n", "data/flours.txt": "rye\n" };
const manifest = { skill: "bread", files: Object.entries(files).map(([path, text]) => ({ path, size: text.length, hash: "" })) };
for (const [path, text] of Object.entries(files)) s.resource("skill://bread/" + path, () => text);
s.resource("skill://bread/_manifest", () => JSON.stringify(manifest));
s.prompt("greet", { arguments: { name: "whom" } }, ({ name }) => "greet " + name);
export default s;
