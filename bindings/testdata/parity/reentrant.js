const client = mcp.client(TARGET);
await client.connect();
await client.connect();
console.log("True");
await client.close();
console.log(client.isConnected() ? "True" : "");
await client.close();
console.log(client.isConnected() ? "" : "False");
