const config = { mcpServers: { one: SERVER, two: SERVER } };
const client = await mcp.connect(config);
const names = (await client.listTools()).map((tool) => tool.name);
console.log(names.includes("one_echo") ? "True" : "", names.includes("two_echo") ? "True" : "");
const result = await client.callTool("two_echo", { message: "hello" });
console.log(result.text);
