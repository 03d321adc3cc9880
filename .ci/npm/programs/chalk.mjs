import { Chalk } from "chalk";
const c = new Chalk({ level: 2 }), plain = new Chalk({ level: 0 });
console.log(JSON.stringify(c.red.bold("hi " + c.blue("there") + "!")), JSON.stringify(c.hex("#ff8800").bgRgb(1, 2, 3)`x`), plain.green("plain"), JSON.stringify(c.underline("a\nb")));
