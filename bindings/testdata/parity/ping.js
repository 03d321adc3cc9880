const client = await mcp.connect(TARGET);
console.log(await client.ping() ? "True" : "");
await client.setLogLevel("error");
await client.sendRootsListChanged();
client.cancel("none", "nothing to cancel");
await client.progress("token", 1, 2);
console.log("done");
