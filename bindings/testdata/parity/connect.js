const client = await mcp.connect(TARGET);
console.log(client.isConnected() ? "True" : "");
await client.close();
console.log(client.isConnected() ? "" : "False");
