import fs from "fs";
import fsp, { readFile } from "node:fs/promises";
import { once, EventEmitter } from "events";
import { Readable, Transform, PassThrough, pipeline } from "stream";
import { pipeline as pp } from "stream/promises";
try { fs.readFileSync("nope") } catch (e) { console.log(e.message, e.code, e.errno, e.syscall, e.path) }
const d = fs.mkdtempSync("/tmp/t-");
console.log(d.startsWith("/tmp/t-"), d.length);
await fsp.writeFile(d + "/a", "hello");
await fsp.appendFile(d + "/a", " world");
console.log(await readFile(d + "/a", "utf8"), await readFile(d + "/a"));
console.log(fs.mkdirSync(d + "/x/y/z", {recursive: true}) === d + "/x");
fs.symlinkSync("../a", d + "/x/l");
console.log(fs.readdirSync(d, {recursive: true}), fs.readdirSync(d, {withFileTypes: true}).map(e => [e.name, e.isDirectory(), e.isFile()]));
const st = fs.statSync(d+"/a"); console.log(st.size, st.isFile(), st.isDirectory(), st.mtime instanceof Date, st.mode.toString(8));
for (const op of ["rmdir", "unlink", "mkdir", "readdir", "stat", "open"]) try { fs[op+"Sync"](d + (op == "mkdir" ? "" : op == "rmdir" ? "" : op=="unlink" ? "" : "/q")) } catch (e) { console.log(e.message.replaceAll(d, "D")) }
try { fs.renameSync(d+"/q", d+"/r") } catch (e) { console.log(e.message.replaceAll(d, "D")) }
try { fs.rmSync(d) } catch (e) { console.log(e.code, e.message.replaceAll(d, "D")) }
const h = await fsp.open(d + "/lines", "w+"); await h.write("one\ntwo\n"); await h.close();
let text = ""; for await (const c of fs.createReadStream(d + "/lines", {encoding: "utf8"})) text += c; console.log(JSON.stringify(text));
const w = fs.createWriteStream(d + "/w"); w.write("a"); w.end("b"); await once(w, "close"); console.log(fs.readFileSync(d+"/w", "latin1"));
fs.createReadStream(d + "/zzz").on("error", e => console.log("stream", e.code));
await pp(fs.createReadStream(d + "/lines"), new Transform({transform(c, e, cb) { cb(null, String(c).toUpperCase()) }}), fs.createWriteStream(d + "/up")); console.log(fs.readFileSync(d+"/up", "utf8"));
fs.cpSync(d, d + "-copy", {recursive: true}); console.log(fs.readdirSync(d + "-copy").sort()); fs.rmSync(d + "-copy", {recursive: true});
fs.readFile(d + "/a", "utf8", (e, t) => console.log("cb", e, t));
await new Promise(r => setTimeout(r, 20));
const e = new EventEmitter(); e.once("x", (...a) => console.log("x", a)); e.emit("x", 1, 2); console.log(e.emit("x"));
console.log(await Readable.from([1,2,3]).map(x => x * 2).toArray());
try { e.emit("error", new Error("boom")) } catch (x) { console.log(x.message) }
try { fs.readFileSync(5.5) } catch (x) { console.log(x.message) } try { fs.readFileSync({}) } catch (x) { console.log(x.code, x.message) }
fs.rmSync(d, {recursive: true}); console.log(fs.existsSync(d));
