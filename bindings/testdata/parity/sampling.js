const onSampling = ({ messages }) => "heard " + messages[0].content.text;
const client = await mcp.connect(TARGET, { onSampling });
const result = await client.callTool("sample", { message: "knock" });
console.log(result.text.includes("heard knock") ? "True" : result.text);
