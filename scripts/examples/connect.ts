// Connect to a server, list its tools, call one. Try your own server's command,
// URL or name in place of "demo".
const bakery = await mcp.connect("demo");
for (const tool of await bakery.listTools()) console.log(tool.name, "-", tool.description);
console.log("2 + 40 =", (await bakery.tools.add({ a: 2, b: 40 })).data.sum);
