const client = await mcp.connect(TARGET);
try {
  await client.callTool("fail", { message: "no luck" });
} catch (error) {
  console.log(error instanceof mcp.ToolError && error.message.includes("no luck") ? "True" : error);
}
const result = await client.callTool("fail", { message: "no luck" }, { throwOnError: false });
console.log(result.isError ? "True" : "False");
