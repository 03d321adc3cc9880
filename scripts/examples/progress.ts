// Follow a long call: for await gives its progress, await its result.
const bakery = await mcp.connect("demo");
for await (const p of bakery.tools.countdown({ delayMs: 20 })) console.log(p.progress, "of", p.total);
