// The cases of the benchmark on the TypeScript SDK v1, which knows the revisions
// up to 2025-11-25: CASE N REVISION SERVER.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { run } from "./cases.mjs";

async function connect(revision, server) {
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(server.startsWith("http") ? new StreamableHTTPClientTransport(new URL(server)) : new StdioClientTransport({ command: server }));
  return client;
}

await run(connect, (client, name, args, onprogress) => client.callTool({ name, arguments: args }, undefined, { onprogress }));
