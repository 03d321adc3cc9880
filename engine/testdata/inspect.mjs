// Fills in inspect.txt: node testdata/inspect.mjs, with node 20, from the engine directory.
// Lines that start with ">>> " are expressions; what follows is what node prints for them.
import { readFileSync, writeFileSync } from "node:fs";
import { inspect, format } from "node:util";
import vm from "node:vm";

const file = new URL("inspect.txt", import.meta.url);
const [setup, ...cases] = readFileSync(file, "utf8").split(/^>>> /m);
globalThis.inspect = inspect;
globalThis.format = format;
vm.runInThisContext(setup);
let out = setup;
for (const block of cases) {
  const source = block.slice(0, block.indexOf("\n"));
  const value = vm.runInThisContext("(" + source + ")");
  out += ">>> " + source + "\n" + value + "\n";
}
writeFileSync(file, out);
