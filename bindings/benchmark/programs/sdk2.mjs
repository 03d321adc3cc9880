// The cases of the benchmark on the TypeScript SDK v2: CASE N REVISION SERVER.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { run } from "./cases.mjs";

async function connect(revision, server) {
  const mode = revision < "2026" ? "legacy" : "auto";
  const client = new Client({ name: "bench", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(server.startsWith("http") ? new StreamableHTTPClientTransport(new URL(server)) : new StdioClientTransport({ command: server }));
  return client;
}

await run(connect, (client, name, args, onprogress) => client.callTool({ name, arguments: args }, { onprogress }));
