const client = await mcp.connect(TARGET);
const names = (list, n) => `[${list.sort().slice(0, n).map((s) => `'${s}'`).join(", ")}]`;
console.log(names((await client.listTools()).map((tool) => tool.name), 3));
console.log(names((await client.listResources()).map((r) => r.uri), 2));
console.log((await client.listResourceTemplates()).length, names((await client.listPrompts()).map((p) => p.name), 1));
