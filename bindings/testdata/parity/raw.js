const client = await mcp.connect(TARGET);
const page = await client.raw.listTools();
console.log(page.tools.length > 1 ? "True" : "", page.nextCursor ?? "None");
const result = await client.raw.callTool("fail", { message: "no luck" });
console.log(result.isError ? "True" : "False");
