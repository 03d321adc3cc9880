const onSampling = mcp.sampling.openai({ model: "small", apiKey: "key", baseURL: API + "/v1" });
const client = await mcp.connect(TARGET, { onSampling });
const result = await client.callTool("sample", { message: "knock" });
console.log(result.text.includes("small heard knock") ? "True" : result.text);
