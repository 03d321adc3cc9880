const client = await mcp.connect(TARGET);
const result = await client.callTool("echo", { message: "hello" });
console.log(result.text, result.isError ? "True" : "False");
