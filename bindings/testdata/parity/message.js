const onMessage = ({ method }) => method === "notifications/message" && console.log("heard");
const client = await mcp.connect(TARGET, { onMessage, onLog() {}, logLevel: "info" });
await client.callTool("log", { text: "hello" });
