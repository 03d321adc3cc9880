import async from "async";
const later = (v, ms, cb) => setTimeout(() => cb(null, v), ms);
console.log(await async.mapLimit([3, 1, 2], 2, async (n) => n * 2), await async.parallel({ a: (cb) => later(1, 3, cb), b: (cb) => later(2, 1, cb) }), await async.auto({ x: (cb) => later(1, 1, cb), y: ["x", (r, cb) => cb(null, r.x + 1)] }));
const seen = []; const q = async.queue((t, cb) => { seen.push(t); later(0, 1, cb); }, 2); q.push([1, 2, 3]); await q.drain(); console.log(seen);
let tries = 0; console.log(await async.retry({ times: 3, interval: 1 }, async () => { if (++tries < 3) throw new Error("x"); return tries; }), await async.waterfall([(cb) => cb(null, 1), (n, cb) => cb(null, n + 1)]), await async.series([(cb) => cb(new Error("bad"))]).catch((e) => e.message));
