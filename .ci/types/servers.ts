// Uses the declarations that `mcpjs types` makes of real servers: what is right
// compiles and runs, what is wrong does not compile.
import assert from "node:assert/strict";
import type { Client, Servers, ToolTypes } from "mcp";

// demo: a target that is a literal.
await using demo = await mcp.connect("demo", { onElicitation: {}, roots: [process.cwd()] });
const sum: number = (await demo.tools.add({ a: 1, b: 2 })).data.sum;
const same: number = (await demo.callTool("add", { a: 1, b: 2 })).structuredContent.sum;
assert.deepEqual([sum, same], [3, 3]);
await demo.tools.bell();
await demo.tools.bell({}, { timeout: "30s" });
await demo.callTool("list-roots", null);
for (const { name, price } of (await demo.tools.menu({ category: "sweet" })).data.items) assert.ok(name.length > 0 && price.toFixed(2));
await demo.tools.askModel({ question: "?" }).catch((error: unknown) => assert.ok(error instanceof mcp.McpError));
for await (const { progress } of demo.tools.countdown({ steps: 1, delayMs: 1 })) assert.equal(progress.toFixed(), "1");
const task = await demo.tools.add({ a: 1, b: 2 }, { task: { ttl: "30s" } });
assert.equal((await task.result()).data.sum.toFixed(), "3");
const result = await demo.tools.add({ a: 1, b: 2 }, { throwOnError: false });
if (result.isError) assert.fail(result.text);
else assert.equal(result.data.sum.toFixed(), "3");
assert.equal((await demo.getPrompt("describe", { item: "rye" })).messages.length, 1);
assert.equal((await demo.readResource("demo://bakery/menu")).length, 1);
assert.ok(demo.serverInfo.name && demo.protocolVersion.length);
const name: string = "add";
assert.equal((await demo.callTool(name, { a: 1, b: 2 })).data.sum, 3); // not known here, and not checked

// A known client is a client, and one of any server may be said to be known.
const anyone: Client[] = [demo, await mcp.connect(["mcpjs", "demo"])];
assert.equal(anyone.length, 2);
type Demo = Servers["demo"];
const add: ToolTypes = {} as Demo["tools"]["add"];
const again: Client<Demo> = demo.new();
assert.equal(again.isConnected() || add.data, undefined);

// Targets that are no literals, by their names.
const { env } = process;
const patient = { connectTimeout: "180s" };
await using everything: Client<Servers["everything"]> = await mcp.connect(env.EVERYTHING!, patient);
assert.equal((await everything.tools.getStructuredContent({ location: "Chicago" })).data.temperature.toFixed(), "36");
assert.match((await everything.tools["get-sum"]({ a: 1, b: 2 })).text, /3/);
await everything.tools.triggerLongRunningOperation({ duration: 0.01, steps: 1 });
await using files: Client<Servers["files"]> = await mcp.connect(env.FILES!, { ...patient, roots: [process.cwd()] });
assert.match((await files.tools.readTextFile({ path: "servers.ts", head: 1 })).data.content, /^\/\/ Uses/);
await using fastmcp: Client<Servers["fastmcp"]> = await mcp.connect(env.FASTMCP!, patient);
assert.equal((await fastmcp.tools.add({ a: 1, b: 2 })).data.toFixed(), "3");
assert.equal((await fastmcp.tools.add({ a: 1, b: 2 })).structuredContent.result.toFixed(), "3");
assert.equal((await fastmcp.tools.person({ name: "Ada", age: 36 })).data.name.toUpperCase(), "ADA");
await using sdk = await mcp.connect("./sdkserver");
assert.equal((await sdk.tools.weather({ city: "Oslo" })).data.tags?.join() ?? "", (await sdk.callTool("weather", { city: "Oslo" })).data.tags?.join() ?? "");
await sdk.tools.changeLists();
assert.equal((await sdk.getPrompt("simple")).messages.length > 0, true);

/** What is wrong; nobody calls it. */
export async function wrong() {
  // @ts-expect-error the name of a tool
  demo.tools.ad({ a: 1, b: 2 });
  // @ts-expect-error an argument's type
  demo.tools.add({ a: "1", b: 2 });
  // @ts-expect-error an argument too few
  demo.tools.add({ a: 1 });
  // @ts-expect-error no arguments
  demo.tools.add();
  // @ts-expect-error an argument too many
  demo.tools.add({ a: 1, b: 2, c: 3 });
  // @ts-expect-error arguments where there are none
  demo.tools.bell({ loud: true });
  // @ts-expect-error a value that is none of those listed
  demo.tools.menu({ category: "drinks" });
  // @ts-expect-error a result's type
  (await demo.tools.add({ a: 1, b: 2 })).data.sum.length;
  // @ts-expect-error a member that no result has
  (await demo.tools.add({ a: 1, b: 2 })).data.total;
  // @ts-expect-error the arguments of a name
  demo.callTool("add", { a: "1", b: 2 });
  // @ts-expect-error a name without its arguments
  demo.callTool("add");
  // @ts-expect-error an option
  demo.tools.bell({}, { timeOut: "1s" });
  // @ts-expect-error a task is no result
  (await demo.tools.add({ a: 1, b: 2 }, { task: true })).data;
  // @ts-expect-error what may be an error's
  (await demo.tools.add({ a: 1, b: 2 }, { throwOnError: false })).data.sum satisfies string;
  // @ts-expect-error a prompt's argument
  demo.getPrompt("describe", { thing: "rye" });
  // @ts-expect-error a client without a session
  mcp.client("demo").serverInfo.name;
  // @ts-expect-error an option of connect
  mcp.connect("demo", { onSamplin: () => "" });
  // @ts-expect-error no target
  mcp.connect(3);
  // @ts-expect-error
  everything.tools.getStructuredContent({ location: "Paris" });
  // @ts-expect-error
  everything.tools.getSum({ a: 1, c: 2 });
  // @ts-expect-error
  files.tools.readTextFile({ file: "x" });
  // @ts-expect-error
  files.tools.editFile({ path: "x", edits: [{ oldText: "x" }] });
  // @ts-expect-error
  fastmcp.tools.add({ a: 1, b: "2" });
  // @ts-expect-error
  (await fastmcp.tools.add({ a: 1, b: 2 })).data.result;
  // @ts-expect-error
  sdk.tools.weather({ town: "Oslo" });
  // @ts-expect-error
  sdk.tools["change lists"]({ now: true });
}
