const onElicitation = () => ({ name: "Ada", age: 36 });
const client = await mcp.connect(TARGET, { onElicitation });
const result = await client.callTool(ELICIT);
console.log(result.text.includes(ACCEPTED) ? "True" : result.text);
