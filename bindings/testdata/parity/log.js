const onLog = ({ level, data }) => console.log(level, JSON.stringify(data).includes("hello") ? "True" : data);
const client = await mcp.connect(TARGET, { onLog, protocolVersion: MODE });
if (MODE !== "auto") await client.setLogLevel("info");
await client.callTool(LOG);
