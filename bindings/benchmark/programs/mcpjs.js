// The cases of the benchmark as a script: CASE N REVISION SERVER.
import { run } from "./cases.mjs";

await run((protocolVersion, server) => mcp.connect(server.startsWith("http") ? server : [server], { protocolVersion }),
  (client, name, args, onProgress) => client.callTool(name, args, { onProgress }));
