// Syncs a folder of Markdown notes into the knowledge graph of a memory server:
// a note is an entity, its front matter and list items are what is known of it,
// a [[link]] is a relation. What is there already stays as it is.
//
//   mcpjs notes.ts ~/notes
//   mcpjs notes.ts --dry-run ~/notes "npx -y @modelcontextprotocol/server-memory"
import { args, glob, progressBar, yaml } from "mcpjs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

interface Entity { name: string; entityType: string; observations: string[] }
interface Relation { from: string; to: string; relationType: string }

const dryRun = args.includes("--dry-run");
const [folder, target = "npx -y @modelcontextprotocol/server-memory"] = args.filter((arg) => arg !== "--dry-run");
if (!folder || folder === "--help") {
  console.error("usage: notes.ts [--dry-run] FOLDER [MEMORY-SERVER]");
  process.exit(2);
}

const entities: Entity[] = [];
const relations: Relation[] = [];
for (const file of await glob("**/*.md", { cwd: folder, absolute: true })) {
  const text = await readFile(file, "utf8");
  const [, head = "", body] = /^(?:---\n(.*?)\n---\n)?(.*)$/s.exec(text)!;
  const name = basename(file, ".md");
  const { type = "note", ...facts } = yaml.parse(head) ?? {};
  const items = [...body.matchAll(/^[-*] (.+)$/gm)].map((match) => match[1]);
  entities.push({ name, entityType: type, observations: [...Object.entries(facts).map(([k, v]) => `${k}: ${v}`), ...items] });
  for (const to of new Set([...body.matchAll(/\[\[([^\]|#]+)/g)].map((match) => match[1].trim())))
    relations.push({ from: name, to, relationType: "links to" });
}

await using memory = await mcp.connect(target);
const graph: { entities: Entity[]; relations: Relation[] } = (await memory.tools.readGraph()).data;
const known = new Map(graph.entities.map((entity) => [entity.name, entity]));
const names = new Set([...known.keys(), ...entities.map((entity) => entity.name)]);
const dangling = relations.filter((relation) => !names.has(relation.to));
for (const { from, to } of dangling) console.error(`${from}: there is no note [[${to}]]`);

const missing = {
  entities: entities.filter((entity) => !known.has(entity.name)),
  observations: entities.filter((entity) => known.has(entity.name)).map((entity) => ({
    entityName: entity.name,
    contents: entity.observations.filter((fact) => !known.get(entity.name)!.observations.includes(fact)),
  })).filter(({ contents }) => contents.length > 0),
  relations: relations.filter((relation) => !dangling.includes(relation)
    && !graph.relations.some((have) => have.from === relation.from && have.to === relation.to)),
};
const counts = `${missing.entities.length} entities, ${missing.observations.length} with new facts, ${missing.relations.length} relations`;
if (!dryRun) {
  using bar = progressBar(3, { title: "sync" });
  await memory.tools.createEntities({ entities: missing.entities });
  await memory.tools.addObservations({ observations: bar.tick() && missing.observations });
  await memory.tools.createRelations({ relations: bar.tick() && missing.relations });
  bar.tick();
}
console.log(`${dryRun ? "would add" : "added"} ${counts}`);
