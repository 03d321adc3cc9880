import { parse as sync } from "csv-parse/sync"; import { parse } from "csv-parse"; import { Readable } from "node:stream";
console.log(sync('a,b\n1,"x ""q"", y"\n2,\n', { columns: true, cast: (v, c) => c.column === "a" && !c.header ? Number(v) : v }), sync("x;y\n#c\n z ;1", { delimiter: ";", comment: "#", trim: true }));
const rows = []; for await (const r of Readable.from(["k,v\n", "1,2\n3", ",4\n"]).pipe(parse({ columns: true }))) rows.push(r); console.log(rows); try { sync('a,b\n1') } catch (e) { console.log(e.code) }
