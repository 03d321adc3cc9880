import yargs from "yargs";
const run = (args) => new Promise((done) => yargs(args).scriptName("tool").exitProcess(false).command("get <url>", "fetch it", (y) => y.option("n", { type: "number", default: 2, describe: "how often" }).option("v", { alias: "verbose", type: "boolean" }), (a) => done(a)).demandCommand(1, "say what").strict().help().version(false).fail((m) => done("failed: " + m)).parse());
console.log(await run(["get", "http://x", "-n", "5", "--verbose"]), await run([]), await run(["get", "u", "--zz"]));
console.log(await yargs([]).scriptName("tool").option("a", { type: "string", describe: "an a", choices: ["x", "y"] }).wrap(80).getHelp());
