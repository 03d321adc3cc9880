// The case of a cold start as a script of its own, as one would write it:
// cold 1 REVISION SERVER.
const [protocolVersion, server] = process.argv.slice(4);
const client = await mcp.connect([server], { protocolVersion });
await client.listTools();
await client.callTool("echo", { message: "hello" });
console.log(0);
