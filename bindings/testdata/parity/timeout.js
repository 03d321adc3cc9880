const client = await mcp.connect(TARGET);
await client.callTool("slow", { ms: 20000 }, { timeout: 200 }).catch(() => console.log("timed out"));
