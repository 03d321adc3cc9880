// Fills in console.txt: node testdata/console.mjs, with node 20, from the stdlib directory.
// A line that starts with ">>> " is a script; what follows is what node wrote, stderr behind "2| ".
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("console.txt", import.meta.url);
const [head, ...cases] = readFileSync(file, "utf8").split(/^>>> /m);
let out = head;
for (const block of cases) {
  const source = block.slice(0, block.indexOf("\n"));
  const run = spawnSync(process.execPath, ["-e", source], { encoding: "utf8" });
  const stderr = run.stderr.replace(/^\(node:\d+\) |^\(Use `node .*\n/gm, "").replace(/^(?=.)/gm, "2| ");
  out += ">>> " + source + "\n" + run.stdout + stderr;
}
writeFileSync(file, out);
