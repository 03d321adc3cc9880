const s = mcp.server({ name: "kitchen", version: "1" });
s.tool("bake", { execution: { taskSupport: "required" }, inputSchema: { loaves: "integer" } }, async ({ loaves }, ctx) => {
  const { content } = await ctx.elicit("name?", { name: "string" });
  ctx.progress(1, 2, "hot");
  const { content: more } = await ctx.elicit("and?", { name: "string" });
  return `${loaves} for ${content.name} and ${more.name}`;
});
let stopped;
const ended = new Promise((ok) => { stopped = ok; });
s.tool("wait", { execution: { taskSupport: "required" } }, (_, { signal }) => new Promise((_, no) => {
  signal.addEventListener("abort", () => { stopped("stopped"); no(new Error("stopped")); });
}));
s.tool("burn", { execution: { taskSupport: "required" } }, () => { throw new Error("burnt"); });
s.tool("plain", () => "at once");
throws(() => s.tool("odd", { execution: { taskSupport: "perhaps" } }, () => 1), /taskSupport is "perhaps"/);

const asked = [];
const c = await connect(s, { onElicitation: ({ message }) => { asked.push(message); return { name: message === "name?" ? "Ada" : "Bob" }; } });
equal((await c.callTool("bake", { loaves: 2 })).text, "2 for Ada and Bob"); // a task that the call waits for, or no task
const bread = await c.callTool("bake", { loaves: 3 }, { task: true });
equal(bread.returnedImmediately, era < "2025-11-25");
equal((await bread.result()).text, "3 for Ada and Bob");
equal((await bread.wait()).status, "completed");
equal(asked, ["name?", "and?", "name?", "and?"]);
equal((await (await c.callTool("plain", {}, { task: true })).result()).text, "at once");
const burnt = await c.callTool("burn", {}, { task: true });
await rejects(burnt.result(), /burnt/);
if (era >= "2025-11-25") {
  equal((await burnt.status()).status, modern ? "completed" : "failed");
  const long = await c.callTool("wait", {}, { task: { ttl: "5m" } });
  equal((await long.status()).status, "working");
  await long.cancel();
  equal(await ended, "stopped");
  equal((await long.wait()).status, "cancelled");
}
await c.close();
