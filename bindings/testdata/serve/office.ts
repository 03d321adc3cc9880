// A server for clients of other makers: see serve_test.go.
console.log("this line must not reach the protocol");
interface Sum { a: number; b: number }
const office = mcp.server({ name: "office", version: "1.0.0", instructions: "ask politely" });
office.tool("add", { description: "Adds", inputSchema: { a: "number", b: "number" }, outputSchema: { sum: "number" } }, ({ a, b }: Sum) => ({ sum: a + b }));
office.tool("whoami", (_: unknown, ctx: any) => `${ctx.client.name} ${ctx.protocolVersion}`);
office.tool("survey", async (_: unknown, ctx: any) => {
  const { action, content } = await ctx.elicit("your name?", { name: "string" });
  if (action !== "accept") return action;
  const [said, roots] = await Promise.all([ctx.sample("greet " + content.name), ctx.roots()]);
  return `${content.name}: ${said.text}, ${roots.map((r: any) => r.uri)}`;
});
office.tool("steps", async (_: unknown, ctx: any) => {
  for (let i = 1; i <= 5; i++) { ctx.progress(i, 5, "step " + i); await null; }
  ctx.warning("done");
  return "ok";
});
const waiting: (() => void)[] = [];
office.tool("wait", () => new Promise<string>((ok) => waiting.push(() => ok("late"))));
office.tool("grow", () => { office.tool("extra" + office.toolNames.length, () => "x"); return "grown"; });
office.tool("fail", () => { throw new Error("no coffee"); });
office.resource("office://waiting", { name: "waiting" }, () => String(waiting.length));
office.resource("office://desk/{n}", { name: "desk" }, (_: string, { n }: { n: string }) => "desk " + n);
office.prompt("memo", { arguments: { to: "whom" } }, ({ to }: { to: string }) => "Dear " + to);
export default office;
