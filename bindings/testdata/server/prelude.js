// What the specs need of a world without the standard library.
const show = (v) => typeof v === "string" ? v : JSON.stringify(v);
function equal(got, want, what = "value") {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${what}: got ${show(got)}, want ${show(want)}`);
}
function match(text, pattern) {
  if (!pattern.test(String(text))) throw new Error(`${text} does not match ${pattern}`);
}
async function rejects(promise, pattern, code) {
  let value;
  try { value = await promise; } catch (e) {
    match(e, pattern);
    if (code !== undefined) equal(e.code, code, "code of " + e);
    return e;
  }
  throw new Error(`it gave ${show(value)} instead of rejecting with ${pattern}`);
}
function throws(fn, pattern) {
  try { fn(); } catch (e) { match(e, pattern); return e; }
  throw new Error(`it did not throw ${pattern}`);
}
globalThis.AbortController = class {
  constructor() {
    const listeners = [];
    this.signal = { aborted: false, reason: undefined, listeners,
      addEventListener: (_, fn) => listeners.push(fn), removeEventListener() {} };
  }
  abort(reason) {
    this.signal.aborted = true;
    this.signal.reason = reason;
    for (const fn of this.signal.listeners) fn();
  }
};
const modern = era === "2026-07-28";
const connect = (server, options) => mcp.connect(server, { protocolVersion: era, ...options });
