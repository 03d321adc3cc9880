// A tour of the demo server: what an MCP server offers, and how a script asks
// for it. Run it with: mcpjs run scripts/examples/tour.ts

await using bakery = await mcp.connect("demo", {
  onSampling: ({ messages }) => `A model would answer: ${messages[0].content.text}`,
  onElicitation: ({ message }) => (console.log(`  "${message}"`), { name: "Ada", guests: 2 }),
});
const { name, version } = bakery.serverInfo;
console.log(`Connected to ${name} ${version}, which speaks ${bakery.protocolVersion}.`);

console.log("\nTools take arguments and give a result:");
const tools = await bakery.listTools();
console.log(tools.map((tool) => tool.name).join(", "));
console.log("echo says:", (await bakery.callTool("echo", { message: "hello" })).text);
console.log("2 + 40 =", (await bakery.tools.add({ a: 2, b: 40 })).data.sum);

console.log("\nOne call's result goes into the next:");
const { items } = (await bakery.tools.menu({ category: "sweet" })).data;
for (const { name, price } of items) console.log(`  ${name.padEnd(10)} ${price.toFixed(2)}`);
const order = (await bakery.tools.order({ item: items[0].name, quantity: 3 })).data;
console.log(`Ordered ${order.quantity} ${order.item.name}: ${order.total.toFixed(2)}`);

console.log("\nLong calls report progress:");
for await (const p of bakery.tools.countdown({ steps: 3, delayMs: 20 })) console.log(`  ${p.progress} of ${p.total}`);

console.log("\nMany calls run at once:");
const sums = await Promise.all([1, 2, 3, 4].map((n) => bakery.tools.add({ a: n, b: n })));
console.log(sums.map((r) => r.data.sum).join(" "));

console.log("\nThe server asks the script's model, and its user:");
console.log((await bakery.tools.askModel({ question: "How long does rye keep?" })).text);
console.log((await bakery.tools.bookTable()).text);

console.log("\nResources are read by their URI, prompts got by their name:");
console.log((await bakery.listResources()).length, "resources,", (await bakery.listPrompts()).length, "prompts");
const [about] = await bakery.readResource("demo://bakery/about");
console.log(about.text?.trim());
const { messages } = await bakery.getPrompt("describe", { item: "rye" });
console.log(messages[0].role + ":", messages[0].content.text);
const { values } = await bakery.complete("describe", { name: "item", value: "b" });
console.log("items with b:", values.join(", "));

console.log("\nA tool that fails throws:");
try {
  await bakery.tools.burn();
} catch (error: any) {
  console.log(`${error.name}: ${error.message}`);
}
