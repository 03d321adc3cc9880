const client = await mcp.connect(TARGET);
const prompt = await client.getPrompt("greet", { name: "Ada" });
console.log(prompt.messages.length, prompt.messages[0].role);
