const s = mcp.server({ name: "asks", version: "1" });
let running = 0;
s.tool("survey", async (args, ctx) => {
  running++;
  const a = await ctx.elicit("name?", { name: "string" });
  ctx.progress(1, 3, "name");
  if (a.action !== "accept") return a.action;
  const [b, said, roots] = await Promise.all([ctx.elicit("age?", { age: { type: "integer", minimum: 0 } }), ctx.sample("say " + a.content.name, { systemPrompt: "short", maxTokens: 5 }), ctx.roots()]);
  ctx.progress(2, 3, "rest");
  return { name: a.content.name, age: b.content.age, said: said.text, model: said.model, root: roots[0].name };
});
s.resource("ask://{q}", { name: "ask" }, async (uri, { q }, { elicit }) => (await elicit(q, { a: "string" })).content.a);
s.prompt("ask", async (_, { sample }) => (await sample([{ role: "user", content: "q" }, "more"])).text);
s.tool("url", async (_, { elicit }) => (await elicit({ mode: "url", message: "sign in", url: "https://example.com/" })).action);
s.tool("caught", async (_, ctx) => { try { await ctx.sample("x"); } catch (e) { return `${e.name} ${e.code} ${JSON.stringify(e.data)}`; } });
s.tool("uncaught", async (_, ctx) => ctx.elicit("x", {}));
s.tool("forgotten", (_, ctx) => { ctx.elicit("x", {}).catch((e) => late(e.message)); return "done"; });
let late;
const tooLate = new Promise((ok) => { late = ok; });
const asked = [], steps = [];
const c = await connect(s, {
  roots: ["/tmp/here"],
  onElicitation: (p) => { asked.push(p.message); return p.mode === "url" ? { action: "accept" } : p.message === "name?" ? { name: "Ada" } : p.message === "age?" ? { age: 36 } : { a: p.message + "!" }; },
  onSampling: (p) => { asked.push(p.messages.map((m) => m.content.text).join("+") + (p.systemPrompt ?? "")); return "hm"; },
});
const call = c.callTool("survey", {}, { onProgress: (p) => steps.push(p.message) });
equal((await call).data, { name: "Ada", age: 36, said: "hm", model: c.name, root: "here" });
equal(running, 1, "runs of the handler");
equal(steps, ["name", "rest"]);
equal(asked.slice().sort(), ["age?", "name?", "say Adashort"]);
equal((await c.readResource("ask://hey"))[0].text, "hey!");
equal((await c.getPrompt("ask")).messages[0].content.text, "hm");
equal(asked.at(-1), "q+more");
if (era >= "2025-11-25") equal((await c.callTool("url")).text, "accept");
equal((await c.callTool("forgotten")).text, "done");
match(await tooLate, /the call is over/);
// Two at a time, each its own.
const both = await Promise.all([c.callTool("survey"), c.callTool("survey")]);
equal(both.map((r) => r.data.name), ["Ada", "Ada"]);
await c.close();

const shy = await connect(s, { onElicitation: () => null });
equal((await shy.callTool("survey")).text, "decline");
match((await shy.callTool("caught")).text, modern ? /^McpError -32021 {"requiredCapabilities":{"sampling":{}}}$/ : /^McpError -32600 /);
await shy.close();
const bare = await connect(s);
await rejects(bare.callTool("uncaught"), /the client has not declared the capability elicitation, so it can't be asked/, modern ? -32021 : -32600);
await bare.close();
const held = await connect(s, { onElicitation: () => ({ name: 7 }) });
await rejects(held.callTool("survey"), /the answer does not fit what the server asks for: at \/name: got number, want string/);
await held.close();
const wrong = await connect(s, { capabilities: { elicitation: { form: {} } }, // onRequest's answers are sent as they are
  onRequest: () => ({ action: "accept", content: { name: 7 } }) });
await rejects(wrong.callTool("survey"), /the client's answer does not fit the schema: at \/name: got number, want string/);
await wrong.close();
const angry = await connect(s, { onElicitation: () => { throw new Error("not today"); } });
await rejects(angry.callTool("survey"), /not today/);
await angry.close();
