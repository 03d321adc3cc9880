import pLimit from "p-limit";
let active = 0, most = 0; const limit = pLimit(2); console.log(await Promise.all([1, 2, 3, 4, 5].map((n) => limit(async () => { most = Math.max(most, ++active); await new Promise((r) => setTimeout(r, 1)); active--; return n * n; }))), most, limit.activeCount, limit.pendingCount);
