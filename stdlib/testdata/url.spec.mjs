import { fileURLToPath, pathToFileURL, format, urlToHttpOptions } from "node:url";
const attempt = (f) => { try { return f(); } catch (e) { return `${e.name} ${e.code} ${e.message}`; } };
const parts = ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"];
const cases = [
	["http://example.com"], ["HTTP://User:Pa%20ss@EXAMPLE.com:80/a/../b/./c?q=1#f"], ["https://example.com:443/"], ["https://example.com:8443"], ["http://a b"], ["http://"], ["//x"], [""], ["foo"],
	["foo", "http://a/b/c?d#e"], ["../x", "http://a/b/c/d"], ["/x?y", "http://a/b"], ["?q", "http://a/b#c"], ["#h", "http://a/b?c"], ["//other/p", "https://a/b"], ["", "http://a/b?c#d"], ["..", "http://a/b/c/"], [".", "http://a/b/c"], ["http:rel", "http://a/b/c"], ["https:rel", "http://a/b/c"],
	["mailto:a@b.c?subject=x"], ["data:text/plain,hello world#f"], ["javascript:alert(1)"], ["blob:https://a.com/uuid"], ["about:blank"], ["urn:isbn:123"], ["foo://host/a/../b"], ["foo:/bar"], ["foo:///x"], ["foo://h:99/?q"], ["git+ssh://u@h/p"], ["#x", "about:blank"], ["x", "mailto:a"],
	["file:///etc/passwd"], ["file:/a/b"], ["file://localhost/a"], ["file://host/share"], ["file:///C:/a/../b"], ["file:///C|/a"], ["file:c:\\x"], ["../../..", "file:///C:/a/b"], ["/x", "file:///C:/a"], ["D:/y", "file:///C:/a"],
	["http://1.2.3.4"], ["http://0x7f.1"], ["http://127.1/"], ["http://256.1.1.1"], ["http://1.2.3.4.5"], ["http://0300.168.0.1"], ["http://4294967295"], ["http://4294967296"], ["http://a.1"], ["http://1.2.3.08"],
	["http://[::1]:3000/x"], ["http://[2001:DB8:0:0:1:0:0:1]"], ["http://[::ffff:1.2.3.4]"], ["http://[1:2:3:4:5:6:7:8]"], ["http://[::1"], ["http://[1::2::3]"], ["http://[0:0:0:0:0:0:0:0]"], ["http://[1:0:0:2:0:0:0:3]/"], ["http://[::1.2.3.256]"],
	["http://ex%41mple.com"], ["http://münchen.de/ä?ö#ü"], ["http://日本語.jp"], ["http://faß.de"], ["http://xn--mnchen-3ya.de"], ["http://EXAMPLE%2ECOM"], ["http://a%00b"], ["http://a<b"], ["http://a_b.com"], ["http://a..b"], ["http://x.y."], ["http://☃.net/"],
	["http://h/ \"<>`{}?a b\"<>'`{}#a b\"<>`{}"], ["http://h/%zz%20%2e%2E/x"], ["http://h/a/%2e%2e/b"], ["http://h\\a\\b"], ["  http://h/\t\n x  "], ["http://h:"], ["http://h:0"], ["http://h:65536"], ["http://h:8a"], ["http://u@/x"], ["http://@h/"], ["http://:@h/"], ["http://a:b@c:d@h/"], ["http://u:p:q@h"], ["http:///h///p"], ["http:h"], ["http:/h"], ["ws://h:80/"], ["wss://h:443"], ["ftp://h:21/x"], ["http://h?a#b?c"], ["http://h/😀?😀#😀"], ["foo://é/é"], ["foo://a b"], ["foo://A%41/"], ["http://h/|^~"], ["web+x:/..//p"], ["http://h/a;b=c,d@e:f$g&h+i!j*k(l)"], ["http://h/?'"], ["foo:x y?'"],
];
for (const args of cases) {
	const ok = URL.canParse(...args);
	const u = attempt(() => new URL(...args));
	console.log(JSON.stringify(args), ok, typeof u === "string" ? u : parts.map((k) => u[k]).join(" | "));
}
const set = (url, key, ...values) => { for (const v of values) { const u = new URL(url); attempt(() => { u[key] = v; }); console.log(url, key, JSON.stringify(v), u.href); } };
set("http://u:p@h:81/p?q#f", "protocol", "https", "https:", "foo", "file", "ftp:x", "1");
set("https://h:443/", "protocol", "http");
set("foo://h/", "protocol", "http", "bar");
set("http://h/", "username", "a b:", "");
set("http://u@h/", "password", "p@/", "");
set("file:///x", "username", "u");
set("http://h:81/x", "host", "x", "x:99", "x:80", "", "a/b", "[::1]:5", "x:bad", "ex ample", "@");
set("http://h:81/x", "hostname", "x", "x:99", "", "1.2");
set("http://h/x", "port", "8080", "80", "", "99999", "12ab", "x", " 5");
set("http://h/x?q", "pathname", "a b", "/a/../b", "", "?x#y", "\\a");
set("mailto:x", "pathname", "y");
set("foo://h/x", "pathname", "", "a");
set("http://h/x#f", "search", "a=b", "?a b'", "", "?", "#");
set("http://h/x?q", "hash", "a b", "#", "", "##x");
set("http://h/x", "href", "foo", "https://z");
const u = new URL("http://h/?a=1&b=2&a=3");
const p = u.searchParams;
console.log(p.get("a"), p.getAll("a"), p.has("b"), p.has("b", "3"), p.size, [...p], String(p), p === u.searchParams);
p.append("c d", "e&f=é+😀"); console.log(u.href); p.set("a", "x"); console.log(u.search); p.delete("b"); p.delete("c d", "nope"); console.log(u.href); p.sort(); p.delete("a"); p.delete("c d"); console.log(u.href, p.size);
u.search = "?z=%20+%41&&=5&k"; console.log([...p.entries()], [...p.keys()], [...p.values()], p.toString()); u.href = "http://q/?new=1"; console.log(p.get("new"));
console.log(String(new URLSearchParams({ a: 1, b: [1, 2] })), String(new URLSearchParams([["x", "y"], ["x", "~!*()'-._ "]])), String(new URLSearchParams("?a=b&c")), String(new URLSearchParams(new Map([["m", "n"]]))), String(new URLSearchParams(new URLSearchParams("a=1"))), String(new URLSearchParams(undefined)));
for (const f of [() => new URLSearchParams([["a"]]), () => new URLSearchParams([1]), () => p.append("a"), () => p.get(), () => new URL(), () => new URL("nope"), () => new URL("x", "y"), () => URL.canParse()]) console.log(attempt(f));
console.log(attempt(() => { try { new URL("nope", "base") } catch (e) { return [e.input, e.base, e.code] } }));
p.forEach((v, k, all) => console.log(k, v, all === p));
console.log(u, p, new URLSearchParams(), [p.entries()[Symbol.toStringTag], Object.prototype.toString.call(u), Object.prototype.toString.call(p)], JSON.stringify({ u }), u + "", Object.keys(u), { deep: { er: { u } } });
console.log(fileURLToPath("file:///a%20b/c"), pathToFileURL("/a b/#c%?.txt").href, attempt(() => fileURLToPath("http://x")), attempt(() => fileURLToPath("file://h/x")), attempt(() => fileURLToPath("file:///a%2fb")), format(new URL("http://u:p@h/x?y#z"), { auth: false, fragment: false }), format({ protocol: "https", host: "h:1", pathname: "p", query: { a: 1 }, hash: "x" }), urlToHttpOptions(new URL("https://a:b@h:9/p?q")).auth);
