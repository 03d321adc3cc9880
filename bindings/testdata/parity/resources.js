const client = await mcp.connect(TARGET);
const [content] = await client.readResource("test://greeting/Ada");
console.log(content.text.includes("Ada") ? "True" : content.text);
