const onLog = ({ level, data }) => console.log(level, JSON.stringify(data).includes("hello") ? "True" : data);
const client = await mcp.connect(TARGET, { onLog, logLevel: "info" });
await client.callTool("log", { text: "hello" });
