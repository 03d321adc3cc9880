const onMessage = ({ method }) => method === "notifications/message" && console.log("heard");
const client = await mcp.connect(TARGET, { onMessage, onLog() {}, protocolVersion: MODE });
if (MODE !== "auto") await client.setLogLevel("info");
await client.callTool(LOG);
