const onProgress = ({ progress, total }) => console.log(progress, total);
const client = await mcp.connect(TARGET, { onProgress });
await client.callTool("progress", { n: 3 });
