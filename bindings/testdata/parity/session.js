const client = await mcp.connect(TARGET);
console.log(client.serverInfo.name, client.protocolVersion);
console.log(client.serverCapabilities.tools ? "True" : "");
console.log(client.new().isConnected() ? "" : "False");
