// Try a failing call again with growing waits: here with a smaller order each time,
// until the shelf holds it. The last error is thrown when all attempts fail.
import { retry } from "mcpjs";

const bakery = await mcp.connect("demo");
console.log(await retry(3, (n) => bakery.tools.order({ item: "rye", quantity: 18 / n }), { backoff: 50 }));
