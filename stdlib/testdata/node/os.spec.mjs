import os, { EOL, platform, constants as c } from "node:os";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
const p = (...a) => console.log(...a);
p(os.EOL === EOL, JSON.stringify(EOL), os.devNull, os.endianness(), platform() === process.platform, os.arch() === process.arch);
p(os.type(), os.release() === execFileSync("uname", ["-r"], { encoding: "utf8" }).trim(), os.machine() === execFileSync("uname", ["-m"], { encoding: "utf8" }).trim(), os.version() === execFileSync("uname", ["-v"], { encoding: "utf8" }).trim());
p(os.hostname() === execFileSync("uname", ["-n"], { encoding: "utf8" }).trim());
process.env.HOME = "/home/ada"; p(os.homedir()); delete process.env.HOME; p(os.homedir() === os.userInfo().homedir);
process.env.TMPDIR = "/var/x/"; p(os.tmpdir()); process.env.TMPDIR = "/"; p(os.tmpdir()); delete process.env.TMPDIR; process.env.TMP = "/t1"; process.env.TEMP = "/t2"; p(os.tmpdir()); delete process.env.TMP; p(os.tmpdir()); delete process.env.TEMP; p(os.tmpdir());
const total = Number(/MemTotal:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))[1]) * 1024;
p(os.totalmem() === total, Number.isInteger(os.freemem()), os.freemem() > 0 && os.freemem() < total);
p(Math.abs(os.uptime() - parseFloat(readFileSync("/proc/uptime", "utf8"))) < 5, os.loadavg().length, os.loadavg().every((n) => typeof n === "number" && n >= 0));
p(os.availableParallelism() >= 1, os.cpus().length >= 1, Object.keys(os.cpus()[0]), Object.keys(os.cpus()[0].times), typeof os.cpus()[0].model, os.cpus()[0].times.idle > 0);
const nets = os.networkInterfaces(); p(nets.lo?.[0]);
const me = os.userInfo(); p(Object.keys(me).sort(), me.username === execFileSync("id", ["-un"], { encoding: "utf8" }).trim(), me.uid === process.getuid(), me.gid === process.getgid());
p(os.userInfo({ encoding: "buffer" }).username instanceof Uint8Array);
p(c.signals.SIGINT, c.signals.SIGTERM, c.signals.SIGKILL, c.signals.SIGHUP, c.signals.SIGUSR1, c.errno.ENOENT, c.errno.EACCES, c.errno.EEXIST, c.errno.ECONNREFUSED, c.errno.EPIPE);
p({ ...c.priority });
p(os.getPriority() === os.getPriority(0), os.getPriority(process.pid) === os.getPriority(), os.setPriority(os.getPriority()));
try { os.setPriority(0, 99) } catch (e) { p(e.code, e.message) }
try { os.getPriority("x") } catch (e) { p(e.code, e.message) }
try { os.getPriority(99999999) } catch (e) { p(e.code, e.message) }
try { os.setPriority("x", 1) } catch (e) { p(e.code) }
p(Object.keys(os).sort().join());
