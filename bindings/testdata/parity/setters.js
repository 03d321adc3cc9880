const client = mcp.client(TARGET, { onSampling: () => "first" });
client.setSamplingHandler(() => "second");
await client.connect();
const result = await client.callTool("sample", { message: "knock" });
console.log(result.text.includes("second") ? "True" : result.text);
