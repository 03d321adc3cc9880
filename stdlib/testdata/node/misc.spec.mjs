import { EventEmitter, once, on, errorMonitor } from "events";
import { Readable, Writable, Transform, PassThrough, Duplex, pipeline, finished } from "stream";
import { pipeline as pipe, finished as done } from "node:stream/promises";
import { setTimeout as later, setInterval as every } from "timers/promises";
import readline from "readline"; import { createInterface } from "readline/promises";
import qs from "querystring"; import { StringDecoder } from "string_decoder"; import util from "util";
const p = (...a) => console.log(...a);
const e = new EventEmitter();
e.on("newListener", (n) => p("new", n)); e.prependListener("a", () => p("first")); e.on("a", function (...x) { p("a", x, this === e) });
p(e.emit("a", 1, 2), e.emit("b"), e.listenerCount("a"), e.eventNames(), e.off("a", () => {}) === e);
setTimeout(() => e.emit("z", 7), 1); p(await once(e, "z"));
setTimeout(() => e.emit("error", new Error("bad")), 1); await once(e, "y").catch((x) => p(x.message));
e.on(errorMonitor, (x) => p("monitor", x.message)); try { e.emit("error", new Error("E")) } catch (x) { p(x.message) }
const ac = new AbortController(); setTimeout(() => { e.emit("t", 1); e.emit("t", 2); ac.abort() }, 1);
try { for await (const [v] of on(e, "t", { signal: ac.signal })) p("t", v) } catch (x) { p(x.name, x.code) }
function Old() { EventEmitter.call(this) } util.inherits(Old, EventEmitter); new Old().on("q", (v) => p("old", v)).emit("q", 3);
try { e.on("x", 1) } catch (x) { p(x.code, x.message) }
p(await Readable.from(["a", "b"]).toArray());
const chunks = []; await pipe(Readable.from(["x", "y", "z"]), new Transform({ transform(c, n, cb) { cb(null, c.toString().toUpperCase()) } }), new Writable({ write(c, n, cb) { chunks.push(String(c)); cb() } })); p(chunks);
await pipe(Readable.from(["x"]), new Writable({ write(c, n, cb) { cb(new Error("full")) } })).catch((x) => p(x.message));
const pt = new PassThrough(); pt.write("one"); pt.end("two"); let s = ""; for await (const c of pt) s += c; p(s);
const r = new Readable({ read() {} }); r.push("q"); r.push(null); r.setEncoding("utf8"); r.on("data", (d) => p("data", d)).on("end", () => p("end")); await done(r);
const w = new Writable({ write(c, n, cb) { setTimeout(cb, 1) }, highWaterMark: 2 }); p(w.write("abc")); await once(w, "drain"); p("drained"); w.end(); await once(w, "finish"); w.on("error", (x) => p(x.code)); w.write("late"); await later(2);
await new Promise((res) => pipeline(Readable.from([1]), async function* (src) { for await (const v of src) yield String(v * 2) }, new PassThrough(), (x) => { p("cb", x); res() }).resume());
const broken = new Readable({ read() { this.destroy(new Error("gone")) } }); try { for await (const c of broken); } catch (x) { p(x.message) }
p(await later(1, "v")); await later(1000, 0, { signal: AbortSignal.abort() }).catch((x) => p(x.name)); let n = 0; for await (const v of every(1, "i")) { p(v); if (++n == 2) break }
const rl = readline.createInterface({ input: Readable.from(["l1\nl", "2\r\nl3"]), crlfDelay: Infinity }); for await (const l of rl) p("line", l);
const ask = createInterface({ input: Readable.from(["Ann\n"]) }); p(await ask.question("who? ")); ask.close();
p(qs.parse("a=1&b=2&a=3&c=%20x+y&d"), qs.stringify({ a: [1, 2], b: "x y", c: true, d: null }));
const sd = new StringDecoder("utf8"); p(sd.write(Buffer.from([0xe2, 0x82])) === "", sd.write(Buffer.from([0xac])), sd.end(Buffer.from([0xe2])));
