const onSampling = mcp.sampling.anthropic({ model: "small", apiKey: "key", baseURL: API });
const client = await mcp.connect(TARGET, { onSampling });
const result = await client.callTool("sample", { message: "knock" });
console.log(result.text.includes("small heard knock") ? "True" : result.text);
