// The client under test of `npx @modelcontextprotocol/conformance client`: the
// suite starts it with the URL of its server as the last argument.
const url = process.argv.at(-1);
await using c = await mcp.connect(url, {
	name: "mcpjs-conformance", version: "1.0.0",
	onElicitation: () => ({}), // the schema's defaults fill it
	onSampling: () => "hello",
});
for (const tool of await c.listTools()) {
	const args = {};
	for (const [name, { type }] of Object.entries(tool.inputSchema.properties ?? {})) args[name] = { number: 2, integer: 2, string: "x", boolean: true }[type];
	// sse-retry answers on a stream that is no call's, so that one ends by its timeout.
	await c.callTool(tool.name, args, { timeout: "5s" }).catch((e) => { if (!(e instanceof mcp.TimeoutError)) throw e; });
}
