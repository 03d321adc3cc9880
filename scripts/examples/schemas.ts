// Compares a server's tools with a snapshot and fails where callers would break: a
// tool is gone, an argument is gone, of another type, or newly required. For CI.
//
//   mcpjs schemas.ts tools.json ./server.py            compare
//   mcpjs schemas.ts --update tools.json ./server.py   write the snapshot
import type { JSONSchema as Schema } from "mcp";
import { args } from "mcpjs";
import { readFile, writeFile } from "node:fs/promises";

type Snapshot = { [tool: string]: Schema };

const update = args.includes("--update");
const [file, ...target] = args.filter((arg) => arg !== "--update");
if (target.length === 0 || file === "--help") {
  console.error("usage: schemas.ts [--update] SNAPSHOT SERVER...");
  process.exit(2);
}
await using server = await mcp.connect(target.length > 1 ? target : target[0], { timeout: "60s" });
const now: Snapshot = Object.fromEntries((await server.listTools()).map((tool) => [tool.name, tool.inputSchema]));
if (update) {
  await writeFile(file, JSON.stringify(now, null, 2) + "\n");
  console.log(`${file}: ${Object.keys(now).length} tools`);
  process.exit();
}

const before: Snapshot = JSON.parse(await readFile(file, "utf8"));
const breaking: string[] = [];
const harmless: string[] = [];
const types = (schema: Schema): string[] => [schema.type ?? "any"].flat();

function compare(path: string, was: Schema, is: Schema) {
  if (!types(is).includes("any") && types(was).some((type) => !types(is).includes(type)))
    breaking.push(`${path}: was ${types(was).join(" or ")}, is ${types(is).join(" or ")}`);
  for (const value of was.enum ?? []) if (is.enum && !is.enum.includes(value)) breaking.push(`${path}: ${JSON.stringify(value)} is no longer allowed`);
  for (const [name, schema] of Object.entries<Schema>(was.properties ?? {})) {
    if (is.properties?.[name]) compare(`${path}.${name}`, schema, is.properties[name]);
    else (is.additionalProperties === false ? breaking : harmless).push(`${path}.${name}: is gone`);
  }
  for (const name of Object.keys(is.properties ?? {})) if (!was.properties?.[name]) harmless.push(`${path}.${name}: is new`);
  for (const name of is.required ?? []) if (!was.required?.includes(name)) breaking.push(`${path}.${name}: is now required`);
  if (was.items && is.items) compare(`${path}[]`, was.items, is.items);
}

for (const [tool, schema] of Object.entries(before)) {
  if (now[tool]) compare(tool, schema, now[tool]);
  else breaking.push(`${tool}: is gone`);
}
for (const tool of Object.keys(now)) if (!before[tool]) harmless.push(`${tool}: is new`);
for (const change of harmless) console.log("ok      ", change);
for (const change of breaking) console.log("BREAKING", change);
console.log(`${server.serverInfo?.name}: ${breaking.length} breaking changes, ${harmless.length} others`);
if (breaking.length > 0) process.exitCode = 1;
