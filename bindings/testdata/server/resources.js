const s = mcp.server({ name: "res", version: "1" });
s.resource("config://app", { name: "config", description: "d", mimeType: "text/x-ini", size: 3, _meta: { "a/b": 1 } }, () => "a=1")
  .resource("data://fixed", { name: "fixed" }, { debug: true })
  .resource("bytes://x", "some bytes", () => new Uint8Array([104, 105]))
  .resource("many://x", () => [{ uri: "many://1", text: "one" }, { uri: "many://2", blob: new Uint8Array([1]) }])
  .resource("full://x", () => ({ contents: [{ text: "t", mimeType: "a/b", extra: 1 }], _meta: { "k/k": 1 } }))
  .resource("note://{id}", { name: "note", complete: { id: (value, ctx) => ["1", "22", "23"].filter((v) => v.startsWith(value)) } }, (uri, { id }, ctx) => `${uri} ${id} ${ctx.method}`)
  .resource("file:///{+path}", { name: "file" }, async (uri, { path }) => path)
  .resource("search://{db}{?q,limit}", { name: "search" }, (uri, p) => p);
throws(() => s.resource("nothing", () => 1), /a resource's URI has a scheme, such as "config:\/\/nothing"/);
throws(() => s.resource("a://{b", () => 1), /has a brace without its counterpart/);
throws(() => s.resource("a://{b}", { complete: { c: [] } }, () => 1), /it completes "c", but the template "a:\/\/{b}" has only the variables b/);
throws(() => s.resource("config://app", () => 1), /there is a resource "config:\/\/app" already/);
throws(() => s.resource("x://y"), /needs a handler or its contents/);
const c = await connect(s);
equal((await c.listResources())[0], { uri: "config://app", name: "config", description: "d", mimeType: "text/x-ini", size: 3, _meta: { "a/b": 1 } });
equal((await c.listResources())[2], { uri: "bytes://x", description: "some bytes", name: "bytes://x" });
equal((await c.listResourceTemplates()).map((t) => t.uriTemplate), ["note://{id}", "file:///{+path}", "search://{db}{?q,limit}"]);
equal(s.resourceTemplates.length, 3);
equal(s.resourceUris.length, 5);
const read = (uri) => c.readResource(uri);
equal(await read("config://app"), [{ uri: "config://app", mimeType: "text/x-ini", text: "a=1" }]);
equal(await read("data://fixed"), [{ uri: "data://fixed", mimeType: "application/json", text: '{"debug":true}' }]);
equal(await read("bytes://x"), [{ uri: "bytes://x", mimeType: "application/octet-stream", blob: "aGk=" }]);
equal(await read("many://x"), [{ uri: "many://1", text: "one" }, { uri: "many://2", blob: "AQ==" }]);
equal(await read("full://x"), [{ uri: "full://x", text: "t", mimeType: "a/b", extra: 1 }]);
equal((await read("note://a%20b"))[0].text, "note://a%20b a b resources/read");
await rejects(read("note://a/b"), /there is no resource/);
equal((await read("file:///a/b/c.txt"))[0].text, "a/b/c.txt");
equal(JSON.parse((await read("search://main?limit=3&q=x%26y"))[0].text), { db: "main", q: "x&y", limit: "3" });
equal(JSON.parse((await read("search://main"))[0].text), { db: "main" });
equal(await c.complete("note://{id}", { name: "id", value: "2" }), { hasMore: false, total: 2, values: ["22", "23"] });
equal((await c.complete("file:///{+path}", { name: "path", value: "" })).values, []);
await rejects(c.complete("nope://{id}", { name: "id", value: "" }), /there is no resource template "nope:\/\/{id}"/, -32602);
await c.close();
