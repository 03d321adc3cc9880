const onElicitation = () => ({ name: "Ada", age: 36 });
const client = await mcp.connect(TARGET, { onElicitation });
const result = await client.callTool("elicit", { message: "who?" });
console.log(result.text.includes("accept") ? "True" : result.text);
