import { Command, Option } from "commander";
const p = new Command().name("tool").version("1.2.3").exitOverride().configureOutput({ writeOut: (s) => console.log(s), writeErr: (s) => console.log("err", s) });
p.command("add <a> [rest...]").option("-n, --count <n>", "how many", Number, 1).addOption(new Option("--color <c>").choices(["red", "blue"]).default("red")).description("adds").action((a, rest, o) => console.log(a, rest, o));
await p.parseAsync(["add", "1", "2", "3", "-n", "7", "--color", "blue"], { from: "user" });
for (const args of [["add", "1", "--color", "green"], ["--version"], ["ad"], ["add", "--help"]]) await p.parseAsync(args, { from: "user" }).catch((e) => console.log(e.code, e.exitCode));
