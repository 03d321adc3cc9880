const client = await mcp.connect(TARGET);
const { structuredContent } = await client.callTool("add", { a: 2, b: 40 });
console.log(structuredContent.sum ?? structuredContent.result);
