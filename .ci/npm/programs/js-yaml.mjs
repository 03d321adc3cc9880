import * as yaml from "js-yaml";
const doc = yaml.load("a: 1\nb: [x, 'y', ~]\nc: &anc {d: 2024-01-02, e: .inf}\nf: *anc\ng: |\n  line1\n  line2\nh: >-\n  folded\n  text\n? k\n: v\n"); console.log(doc, yaml.dump({ s: "a: b", l: [1, { x: null }], m: "x\ny\n", t: true, str: "true", d: new Date(0) }), yaml.loadAll("a: 1\n---\nb: 2\n"));
try { yaml.load("a: [1"); } catch (e) { console.log(e.name, e.reason, e.mark.line); }
