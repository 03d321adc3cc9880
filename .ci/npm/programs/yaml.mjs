import YAML, { parseDocument } from "yaml";
const d = parseDocument("# head\na: 1 # one\nlist:\n  - x\n  - {y: 2}\n"); d.setIn(["list", 0], "z"); d.set("new", [true, null]); console.log(String(d), d.toJS(), YAML.stringify({ a: "x: y", b: "multi\nline\n", c: [] }), YAML.parse("<<: {a: 1}\nb: 0x1F\nc: 1e3", { merge: true }), parseDocument("a: [").errors[0].code);
