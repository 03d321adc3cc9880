const s = mcp.server({ name: "shop", version: "1.2.3", title: "The Shop", instructions: "buy", icons: [{ src: "data:," }] });
s.tool("text", () => "a <b> & \u2028 c")
  .tool("nothing", () => undefined)
  .tool("number", async () => 42)
  .tool("list", () => [1, "two", null])
  .tool("object", () => ({ b: 1, a: [true], "10": "ten", "2": "two" }))
  .tool("blocks", () => ["first", { type: "image", data: new Uint8Array([1, 2, 255]), mimeType: "image/png", annotations: { priority: 1 } }])
  .tool("block", () => ({ type: "resource", resource: { uri: "x://y", blob: new Uint8Array([0]) } }))
  .tool("whole", () => ({ content: [{ type: "text", text: "hi", extra: 1 }], isError: false, _meta: { "x/y": 1 }, custom: { z: 1 } }))
  .tool("structured", () => ({ structuredContent: { a: 1 } }))
  .tool("lookalike", () => ({ content: "about cats", id: 7 }))
  .tool("bytes", () => new Uint8Array(3));
const c = await connect(s);
equal(c.serverInfo, { name: "shop", version: "1.2.3", title: "The Shop", icons: [{ src: "data:," }] });
equal(c.instructions, "buy");
equal(c.protocolVersion, era);
const call = async (name, args) => {
  const { resultType, _meta, ...rest } = await c.callTool(name, args);
  if (modern) equal(resultType, "complete");
  return { ...rest, ...(_meta && Object.keys(_meta).some((k) => !k.startsWith("io.model")) ? { _meta: Object.fromEntries(Object.entries(_meta).filter(([k]) => !k.startsWith("io.model"))) } : {}) };
};
const text = (text) => ({ type: "text", text });
equal(await call("text"), { content: [text("a <b> & \u2028 c")] });
equal(await call("nothing"), { content: [] });
equal(await call("number"), { content: [text("42")] });
equal((await c.callTool("number")).data, 42);
equal(await call("list"), { content: [text('[1,"two",null]')] });
equal((await call("object")).structuredContent, { "2": "two", "10": "ten", b: 1, a: [true] });
equal(await call("blocks"), { content: [text("first"), { type: "image", data: "AQL/", mimeType: "image/png", annotations: { priority: 1 } }] });
equal(await call("block"), { content: [{ type: "resource", resource: { uri: "x://y", blob: "AA==" } }] });
equal(await call("whole"), { content: [{ type: "text", text: "hi", extra: 1 }], isError: false, custom: { z: 1 }, _meta: { "x/y": 1 } });
equal(await call("structured"), { content: [text('{"a":1}')], structuredContent: { a: 1 } });
equal((await c.callTool("lookalike")).data, { content: "about cats", id: 7 });
await rejects(c.callTool("bytes"), /tool "bytes" returned bytes; return a content block/);

// Definitions are listed as they were written.
s.tool("defined", {
  zeta: { deep: [1, { x: null }] }, title: "T", description: "d <b>",
  inputSchema: { type: "object", properties: { n: { type: "number", "x-unknown": 1 } }, "x-more": true },
  annotations: { readOnlyHint: true, other: 1 }, _meta: { "a/b": { c: 1 } },
}, () => "");
equal((await c.listTools()).at(-1), {
  name: "defined", zeta: { deep: [1, { x: null }] }, title: "T", description: "d <b>",
  inputSchema: { type: "object", properties: { n: { type: "number", "x-unknown": 1 } }, "x-more": true },
  annotations: { readOnlyHint: true, other: 1 }, _meta: { "a/b": { c: 1 } },
});
equal(s.toolNames.length, 12);
await rejects(c.callTool("txt"), /there is no tool "txt"; there are text, nothing.*; did you mean "text"\?/, -32602);
await rejects(c.callTool("zzzzzz"), /there is no tool "zzzzzz"; there are text, nothing[^;]*$/, -32602); // once
await rejects(c.request("tools/call", { name: "text", arguments: [1] }), /tool "text": arguments must be an object/, -32602);
await rejects(c.request("tools/call", {}), /params lack the tool's name/, -32602);
await c.close();
