// Audits every MCP server that your clients are configured with: what it offers and
// how fast it answers, as Markdown, CSV or JSON.
//
//   mcpjs audit.ts
//   mcpjs audit.ts --format csv --timeout 10s > servers.csv
import { csv, pool, progressBar } from "mcpjs";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    format: { type: "string", default: "markdown" },
    timeout: { type: "string", default: "30s" },
    parallel: { type: "string", default: "4" },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  console.log("usage: audit.ts [--format markdown|csv|json] [--timeout 30s] [--parallel 4]");
  process.exit();
}

interface Row { server: string; source: string; version: string; protocol: string; tools: number | ""; connect: string; call: string; problem: string }

const servers = mcp.servers().filter((server) => !server.disabled);
if (servers.length === 0) throw new Error("no servers are configured: see `mcpjs run -e 'console.log(mcp.servers())'`");
const bar = progressBar(servers.length, { title: "audit" });
const rows = await pool(Number(options.parallel), servers, async ({ name, ref, source }): Promise<Row> => {
  const row: Row = { server: name, source, version: "", protocol: "", tools: "", connect: "", call: "", problem: "" };
  const since = (start: number) => `${Math.round(performance.now() - start)} ms`;
  try {
    const start = performance.now();
    await using client = await mcp.connect(ref, { timeout: options.timeout, connectTimeout: options.timeout });
    row.connect = since(start);
    row.version = `${client.serverInfo?.name} ${client.serverInfo?.version}`;
    row.protocol = client.protocolVersion ?? "";
    const listing = performance.now();
    const tools = await client.listTools();
    row.call = since(listing);
    row.tools = tools.length;
    const bare = tools.filter((tool) => !tool.description).map((tool) => tool.name);
    if (bare.length > 0) row.problem = `no description: ${bare.join(", ")}`;
  } catch (error) {
    row.problem = error instanceof Error ? error.message : String(error);
  }
  bar.tick(1, name);
  return row;
});
bar.done();

const cell = (value: unknown) => String(value).replaceAll("|", "\\|").replaceAll("\n", " ");
const line = (cells: unknown[]) => `| ${cells.map(cell).join(" | ")} |`;
if (options.format === "csv") process.stdout.write(csv.stringify(rows));
else if (options.format === "json") console.log(JSON.stringify(rows, null, 2));
else console.log([line(Object.keys(rows[0])), line(Object.keys(rows[0]).map(() => "---")), ...rows.map((row) => line(Object.values(row)))].join("\n"));
if (rows.some((row) => row.tools === "")) process.exitCode = 1;
