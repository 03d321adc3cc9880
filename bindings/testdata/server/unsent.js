// A call that is cancelled in the turn that made it never reaches the server.
const s = mcp.server({ name: "s" });
const seen = [];
const aborted = { aborted: true, reason: new Error("too late"), addEventListener() {}, removeEventListener() {} };
s.tool("note", { inputSchema: { type: "object" } }, ({ what }) => { seen.push(what); return what; });
for (const protocolVersion of ["2025-11-25", "2026-07-28"]) {
  const c = await mcp.connect(s, { protocolVersion });
  const note = (what, options) => c.callTool("note", { what }, options);
  await rejects(note("aborted", { signal: aborted }), /too late/);
  const cancelled = note("cancelled");
  cancelled.cancel("no");
  await rejects(cancelled, /no/);
  equal((await note("sent")).text, "sent");
  equal(seen.splice(0), ["sent"]);
  await c.close();
}
