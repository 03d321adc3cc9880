const s = mcp.server({ name: "prompts", version: "1" });
s.prompt("greet", { description: "Greets", title: "G", arguments: { who: "whom", "style?": { description: "how", complete: ["formal", "friendly", "Fun"] } } },
  ({ who, style }) => `Greet ${who} ${style ?? ""}`)
  .prompt("list", { arguments: [{ name: "a", required: true, title: "A" }, { name: "b", complete: (v, ctx) => ({ values: [v + ctx.arguments.a], total: 500, hasMore: true }) }] },
    () => ["one", { role: "assistant", content: "two" }, { type: "image", data: new Uint8Array([1]), mimeType: "image/png" }])
  .prompt("full", () => ({ description: "own", messages: [{ role: "user", content: { type: "text", text: "x", extra: 1 }, more: 2 }], _meta: { "a/b": 1 } }))
  .prompt("many", { complete: { x: Array.from({ length: 150 }, (_, i) => "v" + i) } }, () => "");
const c = await connect(s);
equal((await c.listPrompts()).slice(0, 2), [
  { name: "greet", description: "Greets", title: "G", arguments: [{ name: "who", description: "whom", required: true }, { name: "style", description: "how" }] },
  { name: "list", arguments: [{ name: "a", title: "A", required: true }, { name: "b" }] }]);
const get = async (...a) => { const { description, messages } = await c.getPrompt(...a); return { description, messages }; };
const text = (text) => ({ type: "text", text });
equal(await get("greet", { who: "Ada" }), { description: "Greets", messages: [{ role: "user", content: text("Greet Ada ") }] });
await rejects(c.getPrompt("greet"), /prompt "greet" needs the arguments: who/, -32602);
equal((await get("list", { a: 1 })).messages, [{ role: "user", content: text("one") }, { role: "assistant", content: text("two") }, { role: "user", content: { type: "image", data: "AQ==", mimeType: "image/png" } }]);
equal(await get("full"), { description: "own", messages: [{ role: "user", content: { type: "text", text: "x", extra: 1 }, more: 2 }] });
equal((await c.complete("greet", { name: "style", value: "f" })).values, ["formal", "friendly", "Fun"]);
equal((await c.complete("greet", { name: "style", value: "FR" })).values, ["friendly"]);
equal(await c.complete("list", { name: "b", value: "x" }, { a: "ctx" }), { values: ["xctx"], total: 500, hasMore: true });
const many = await c.complete("many", { name: "x", value: "" });
equal([many.values.length, many.total, many.hasMore], [100, 150, true]);
equal("completions" in c.serverCapabilities, true);
await c.close();
