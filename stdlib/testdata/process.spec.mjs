import proc, { argv, cwd } from "node:process";
console.log(proc === process, argv.length, cwd() === process.cwd());
process.env.FOO_X = 5; console.log(process.env.FOO_X, "FOO_X" in process.env, process.env.NOPE, Object.keys(process.env).includes("FOO_X"), delete process.env.FOO_X, process.env.FOO_X, process.env.foo_x, typeof process.env.toString);
console.log({ ...process.env }.HOME === process.env.HOME, JSON.parse(JSON.stringify(process.env)).HOME === process.env.HOME);
console.log(typeof process.hrtime.bigint(), process.hrtime().length, process.hrtime([0, 0])[0] >= 0, typeof process.memoryUsage().rss, process.uptime() > 0);
process.stdout.write("out\n"); process.stdout.write(new Uint8Array([104, 10])); process.stdout.write(Buffer.from("hé\n"), "utf8", () => console.log("written"));
try { process.stdout.write(5) } catch (e) { console.log(e.code, e.message) }
process.nextTick((a) => console.log("tick", a), 1);
process.on("beforeExit", (c) => { if (!globalThis.once) { globalThis.once = true; console.log("beforeExit", c); setTimeout(() => { console.log("more") }, 1); } });
process.on("exit", (c) => console.log("exit", c, process.exitCode));
process.exitCode = 3;
process.on("unhandledRejection", (r, p) => console.log("rejection", r.message, p instanceof Promise));
Promise.reject(new Error("nobody"));
process.on("uncaughtException", (e, origin) => console.log("caught", e.message, origin));
setTimeout(() => { throw new Error("later") }, 2);
await new Promise((r) => setTimeout(r, 30));
const keep = setInterval(() => {}, 1000);
await new Promise((r) => { process.on("SIGUSR2", (s, n) => { console.log(s, n); r(); }); process.kill(process.pid, "SIGUSR2"); });
clearInterval(keep);
try { process.kill(99999999, 0) } catch (e) { console.log(e.code, e.syscall, e.message) }
try { process.chdir("/nope") } catch (e) { console.log(e.code, e.message.replace(/chdir .*->/, "chdir ->")) }
process.chdir("/tmp"); console.log(process.cwd());
console.log(process.umask(0o77), process.umask(0o22).toString(8), process.title !== "", process.platform, process.arch, process.getuid(), /^v20/.test(process.version));
let text = ""; for await (const c of process.stdin) text += c; console.log(text.length, text.trim());
console.log(Object.prototype.toString.call(process), process.stdout.isTTY, process.stdout.columns, process.stdin.isTTY);
