import { spawn, exec, execFile, execSync, execFileSync, spawnSync } from "child_process"; import { promisify } from "util"; import { once } from "node:events";
const p = (...a) => console.log(...a);
p(execSync("echo hi; pwd", { encoding: "utf8", cwd: "/" }), execFileSync("printf", ["%s", "a b"]).toString());
try { execSync("echo err >&2; exit 3", {stdio: "pipe"}) } catch (e) { p(e.message, e.status, e.signal, e.stderr.toString(), e.stdout.toString()) }
try { execFileSync("nope-not-there", ["x"]) } catch (e) { p(e.message, e.code, e.errno, e.syscall, e.path, e.spawnargs) }
p(spawnSync("cat", { input: "in", encoding: "utf8" }).stdout, spawnSync("sh", ["-c", "kill -9 $$"]).signal, spawnSync("sleep", ["10"], { timeout: 30 }).error.code);
const c = spawn("sh", ["-c", "read x; echo got $x; echo e >&2; exit 2"]);
c.stdin.write("line\n"); c.stdin.end(); let o = "", e = ""; c.stdout.on("data", d => o += d); c.stderr.setEncoding("utf8").on("data", d => e += d);
c.on("exit", (code, sig) => p("exit", code, sig)); const [code, sig] = await once(c, "close"); p(code, sig, o, e, c.exitCode, c.killed);
let lines = ""; for await (const chunk of spawn("seq", ["1", "3"]).stdout) lines += chunk; p(lines);
const k = spawn("sleep", ["100"]); p(k.kill(), k.killed); p(await once(k, "exit"), k.kill(), k.signalCode);
const bad = spawn("nope-not-there", ["a"]); p((await once(bad, "error"))[0].message, bad.pid);
p(await promisify(exec)("echo x; echo y >&2")); await promisify(exec)("exit 7").catch(e => p(e.code, e.killed, e.signal, e.cmd, e.message, e.stdout));
await new Promise(r => exec("yes", { maxBuffer: 100 }, (e, so) => { p(e.code, e.message, so.length); r() }));
await new Promise(r => exec("sleep 10", { timeout: 30 }, (e) => { p(e.killed, e.signal, e.code); r() }));
await new Promise(r => execFile("nope-x", ["1"], (e) => { p(e.code, e.path, e.cmd); r() }));
const ac = new AbortController(); const a = spawn("sleep", ["10"], { signal: ac.signal }); setTimeout(() => ac.abort(), 10); p((await once(a, "error"))[0].name); await once(a, "exit");

try { spawn("") } catch (e) { p(e.code) } try { spawn("x", { stdio: "bogus" }) } catch (e) { p(e.code) }
const g = spawn("cat", { shell: false, env: { A: "1" } }); g.stdin.end("bye"); p(String(await g.stdout.toArray()));
