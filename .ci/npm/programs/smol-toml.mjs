import { parse, stringify } from "smol-toml";
console.log(parse('t = "x"\n[a.b]\nn = 1_000\nf = 1.5\nd = 2024-01-02\nl = [1, 2]\n[[p]]\nq = true\n[[p]]\nq = false\n'), stringify({ a: { b: [1, 2], s: 'q"' }, l: [{ x: 1n }] })); try { parse("a = ") } catch (e) { console.log(e.name, e.line) }
