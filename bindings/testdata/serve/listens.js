const s = mcp.server({ name: "listens", version: "1" });
await s.listen({ stdio: true });
console.log("to stderr");
