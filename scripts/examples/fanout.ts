// A hundred calls, at most ten at a time. The results are in the order of the items.
import { pool } from "mcpjs";

const bakery = await mcp.connect("demo");
const sums = await pool(10, Array(100).keys(), (n) => bakery.tools.add({ a: n, b: 1 }));
console.log(sums.length, "calls, the last of which gave", sums.at(-1)?.data.sum);
