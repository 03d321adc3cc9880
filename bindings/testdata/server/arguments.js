const s = mcp.server({ name: "args", version: "1" });
let seen;
s.tool("short", { inputSchema: {
  a: "number", "b?": "string[]", c: ["x", "y"], d: { type: "string", minLength: 2, default: "dd" }, e: { inner: "boolean?" }, f: "integer|null", g: { type: "string", optional: true } } },
  (args) => { seen = args; return "ok"; });
const c = await connect(s);
equal((await c.listTools())[0].inputSchema, { type: "object", properties: {
  a: { type: "number" }, b: { type: "array", items: { type: "string" } }, c: { enum: ["x", "y"] },
  d: { type: "string", minLength: 2, default: "dd" }, e: { type: "object", properties: { inner: { type: "boolean" } } },
  f: { type: ["integer", "null"] }, g: { type: "string" } }, required: ["a", "c", "e", "f"] });
await c.callTool("short", { a: 1, c: "x", e: {}, f: null });
equal(seen, { d: "dd", a: 1, c: "x", e: {}, f: null });
const code = era >= "2025-11-25" ? undefined : -32602;
const cls = era >= "2025-11-25" ? /^ToolError/ : /^McpError/;
for (const [args, want] of [
  [{ a: "1", c: "x", e: {}, f: null }, /invalid arguments for tool "short": at \/a: got string, want number/],
  [{ a: 1, c: "z", e: {}, f: 1 }, /at \/c: must be one of 'x', 'y'/],
  [{ a: 1, c: "x", e: {}, f: 1.5, d: "d" }, /at \/f: got number, want null or integer; at \/d: has too few characters: 1, want at least 2/],
  [{}, /missing properties 'a', 'c', 'e', 'f'/],
]) match(await rejects(c.callTool("short", args), want, code), cls);

// Results are held to the output schema.
s.tool("good", { outputSchema: { n: "number" } }, () => ({ n: 1 }));
s.tool("bad", { outputSchema: { n: "number" } }, () => ({ n: "1" }));
s.tool("none", { outputSchema: { n: "number" } }, () => ({ content: [{ type: "text", text: "x" }] }));
s.tool("plain", { outputSchema: { type: "array", items: { type: "integer" } } }, () => [1, 2]);
s.tool("failed", { outputSchema: { n: "number" } }, () => { throw new Error("no"); });
equal((await c.callTool("good")).structuredContent, { n: 1 });
await rejects(c.callTool("bad"), /the result of tool "bad" does not fit its outputSchema: at \/n: got string, want number/, -32603);
await rejects(c.callTool("none"), /tool "none" has an outputSchema, but its result has no structuredContent/, -32603);
equal((await c.callTool("plain")).structuredContent, { result: [1, 2] });
equal((await c.callTool("plain")).data, [1, 2]);
match(await rejects(c.callTool("failed"), /no$/), /^ToolError/);

// What is wrong with a server shows where it is made.
const no = (fn, pattern) => match(throws(fn, pattern), /^TypeError/);
no(() => s.tool("x", { inputSchema: { a: "nubmer" } }, () => 1), /tool "x": inputSchema: property "a": there is no type "nubmer"; did you mean "number"\?/);
no(() => s.tool("x", { inputSchema: { type: "object", properties: { a: { type: "strin" } } } }, () => 1), /tool "x": inputSchema is no valid JSON Schema: at \/properties\/a\/type: /);
no(() => s.tool("x", { inputSchema: { $ref: "https://example.com/s.json" } }, () => 1), /\$ref 'https:\/\/example.com\/s.json' refers to another document, and nothing is fetched/);
no(() => s.tool("x", { inputSchema: "string" }, () => 1), /inputSchema must be a JSON Schema/);
no(() => s.tool("x", { inputShema: {} }, () => 1), /there is no option "inputShema"; did you mean "inputSchema"\?/);
no(() => s.tool("x", { inputSchema: { "~standard": { version: 1 } } }, () => 1), /convert it first/);
no(() => s.tool("x", { inputSchema: { type: "array", properties: {} } }, () => 1), /inputSchema must be of type "object", as arguments are, not "array"/);
no(() => s.tool("x", {}), /tool "x" needs a handler/);
no(() => s.tool("good", () => 1), /there is a tool "good" already; remove it first/);
no(() => s.tool("", () => 1), /1 to 128 characters/);
no(() => s.tool(), /first argument must be a string/);
no(() => mcp.server({ nam: "x" }), /there is no option "nam"; did you mean "name"\?/);
no(() => mcp.server({ protocolVersions: ["1999"] }), /there is no revision "1999"/);
s.tool("zod", { inputSchema: { "~standard": { version: 1, vendor: "z", jsonSchema: { input: ({ target }) => ({ type: "object", properties: { q: { const: target } } }) } } } }, ({ q }) => q);
equal((await c.callTool("zod", { q: "draft-2020-12" })).text, "draft-2020-12");
// A schema's type may be left out, and patterns are JavaScript's.
s.tool("pattern", { inputSchema: { properties: { p: { type: "string", pattern: "^(?!no)\\p{L}+$" } } } }, ({ p }) => p);
equal((await c.listTools()).at(-1).inputSchema.type, "object");
equal((await c.callTool("pattern", { p: "née" })).text, "née");
await rejects(c.callTool("pattern", { p: "nope" }), /does not match pattern/);
await c.close();
