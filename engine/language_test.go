package engine

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestLanguage runs what goja alone can't, or gets wrong without saying so.
// Each script calls ok(condition) or logs what is expected after "//=".
func TestLanguage(t *testing.T) {
	for name, code := range map[string]string{
		"typescript": `const x: number = 3; enum E { A = 5 } interface I { a?: string }
			abstract class P<T> { constructor(private readonly v: T) {} get() { return this.v } }
			class Q extends P<number> {} ; log(x + E.A, new Q(7).get(), ([1] as number[])[0]!) //= 8 7 1`,
		"satisfies":       `const c = { a: 1 } satisfies Record<string, number>; log(c.a) //= 1`,
		"generic call":    `const id = <T>(x: T) => x; log(id<number>(4)) //= 4`,
		"top-level await": `log(await work(1)); for (const f of [async () => 2]) log(await f()) //= 1|2`,
		"strict":          `try { undeclared = 1 } catch (e) { log(e.name) } //= ReferenceError`,
		"async generator": `async function* g() { yield 1; yield* [2, 3] } const out = []; for await (const x of g()) out.push(x); log(out.join()) //= 1,2,3`,
		"for await break with awaiting finally": `async function* g() { try { yield 1; yield 2 } finally { await work(1); log("cleaned") } }
			for await (const x of g()) { log(x); break } log("after") //= 1|cleaned|after`,
		"generator return": `async function* g() { try { yield 1 } finally { await null; log("fin") } }
			const i = g(); await i.next(); const r = await i.return(9); log(r.value, r.done) //= fin|9 true`,
		"generator throw":       `async function* g() { try { yield 1 } catch (e) { yield "c" + e } } const i = g(); await i.next(); log((await i.throw("x")).value) //= cx`,
		"generator queue":       `async function* g() { yield 1; yield 2 } const i = g(); log((await Promise.all([i.next(), i.next(), i.next()])).map(r => r.value + ":" + r.done).join()) //= 1:false,2:false,undefined:true`,
		"for await over sync":   `try { for await (const x of [Promise.reject(3)]); } catch (e) { log(e) } //= 3`,
		"using":                 `{ using a = { [Symbol.dispose]() { log("a") } }; using b = { [Symbol.dispose]() { log("b") } }; log("body") } //= body|b|a`,
		"await using":           `{ await using a = { async [Symbol.asyncDispose]() { await work(1); log("a") } }; log("body") } log("out") //= body|a|out`,
		"await using at top":    `await using a = { async [Symbol.asyncDispose]() { await work(1); log("a") } }; log("body") //= body|a`,
		"suppressed":            `try { using a = { [Symbol.dispose]() { throw new Error("d") } }; throw new Error("b") } catch (e) { log(e.name, e.error.message, e.suppressed.message) } //= SuppressedError d b`,
		"decorators":            `function twice(f, ctx) { return function (...a) { return 2 * f.apply(this, a) } } class A { @twice m(x) { return x + 1 } } log(new A().m(2)) //= 6`,
		"accessor":              `class A { accessor x = 3 } const a = new A(); a.x++; log(a.x) //= 4`,
		"property escapes":      `log(/\p{L}+/u.exec("12abcé!")[0], /^\P{L}+$/u.test("123"), "Éa".match(/\p{Lu}/gu).length) //= abcé true 1`,
		"property escapes made": `log(new RegExp("^\\p{Script=Greek}+$", "u").test("αβγ"), /[\p{L}\d_-]+/u.exec("~é1-~")[0]) //= true é1-`,
		"regexp v and d flags":  `log(/[a-z]/v.test("q"), /b/d.exec("abc").index) //= true 1`,
		"regexp alternatives":   `const r = /%|[^%]+/g, all = []; let m; while ((m = r.exec("a%b"))) all.push(m[0]); log(all) //= a,%,b`,
		"regexp source":         `log(new RegExp("a/[/]").source, /\//.source) //= a\/[/] \/`,
		"regexp sets":           `try { new RegExp("[[a-z]&&[aeiou]]", "v") } catch (e) { log(e.name, e.message.endsWith("are not available in mcpjs")) } log(/^\p{RGI_Emoji}$/v.test("👩‍👩‍👧")) //= SyntaxError true|true`,
		"regexp identity":       `const r = /a/g; log(RegExp(r) === r, r instanceof RegExp, r.constructor === RegExp, new RegExp(r).flags) //= true true true g`,
		"iterator concat":       `log([...Iterator.concat([1], new Set([2]).values())].join()); try { Iterator.concat([1], "ab") } catch (e) { log(e.name, e.message) } //= 1,2|TypeError ab is not an object`,
		"Promise.any": `log(await Promise.any([Promise.reject(1), 2, work(3)])); for (const all of [[Promise.reject(1), Promise.reject(2)], []]) try { await Promise.any(all) } catch (e) { log(e instanceof AggregateError, e.message, e.errors.join()) }
			try { await Promise.any(5) } catch (e) { log(e.name) } //= 2|true All promises were rejected 1,2|true All promises were rejected |TypeError`,
		"running generator": `let it; const again = (m) => { try { it[m](1) } catch (e) { log(m, e.name, e.message) } };
			for (const m of ["next", "return", "throw"]) { it = (function* () { again(m); yield 1 })(); log(it.next().value, it.next().done) }
			//= next TypeError Generator is already running|1 true|return TypeError Generator is already running|1 true|throw TypeError Generator is already running|1 true`,
		"running generator in yield*": `let it, n = 0; const inner = { [Symbol.iterator]() { return this }, next() { if (n++) return { done: true, value: 7 }; for (const m of ["next", "return", "throw"]) try { it[m]() } catch (e) { log(e.name) } return { value: 1 } } };
			it = (function* () { log(yield* inner); yield 2 })(); log(it.next().value, it.next().value, it.next().done) //= TypeError|TypeError|TypeError|7|1 2 true`,
		"running iterator helpers": `let it; const bad = () => { it.next(); return [] };
			const endless = { [Symbol.iterator]() { return { next() { it.next(); return { value: 1 } } } } };
			const source = () => [1, 2].values();
			for (const make of [() => source().map(bad), () => source().filter(bad), () => source().flatMap(bad), () => Iterator.concat(endless), () => source().flatMap(() => endless),
				() => Iterator.from(endless[Symbol.iterator]()).take(3), () => Iterator.from(endless[Symbol.iterator]()).drop(1)]) {
				it = make(); try { it.next(); log("entered") } catch (e) { log(e.message) } }
			//= Generator is already running|Generator is already running|Generator is already running|Generator is already running|Generator is already running|Generator is already running|Generator is already running`,
		"endless generators":          `function* g() { yield* g() } try { g().next() } catch (e) { log(e.name, e.message) } //= RangeError Maximum call stack size exceeded`,
		"iterator helpers":            `log([1, 2, 3, 4].values().filter(x => x % 2).map(x => x * 2).toArray().join(), new Set([1, 2]).values().some(x => x > 1)) //= 2,6 true`,
		"iterator global":             `log(Iterator.from({ next: () => ({ done: true }) }) instanceof Iterator, [..."ab"].values() instanceof Iterator) //= true true`,
		"groupBy":                     `log(Object.groupBy([1, 2, 3], x => x % 2 ? "odd" : "even").odd.join(), Map.groupBy([1], x => x).size) //= 1,3 1`,
		"TypedArray.from":             `log(Uint8Array.from("aé", (c) => c.charCodeAt(0)), Uint8Array.from([1, 2]), Uint16Array.from({ length: 1, 0: 5 })) //= 97,233 1,2 5`,
		"withResolvers":               `const { promise, resolve } = Promise.withResolvers(); resolve(5); log(await promise, await Promise.try(() => 6)) //= 5 6`,
		"fromAsync":                   `log((await Array.fromAsync((async function* () { yield 1; yield 2 })())).join()) //= 1,2`,
		"well formed":                 `log("a\ud800".isWellFormed(), "a\ud800".toWellFormed() === "a\ufffd", "😀".isWellFormed()) //= false true true`,
		"RegExp.escape":               `log(new RegExp(RegExp.escape("a.b*c")).test("a.b*c")) //= true`,
		"disposable stack":            `const s = new DisposableStack(); s.defer(() => log("d1")); s.adopt(2, v => log("a" + v)); s.dispose(); log(s.disposed) //= a2|d1|true`,
		"weak ref":                    `const o = {}; log(new WeakRef(o).deref() === o) //= true`,
		"feature detection":           `log(typeof WeakRef, typeof Iterator, "groupBy" in Object, typeof [].values().map) //= function function true function`,
		"queueMicrotask":              `queueMicrotask(() => log("micro")); log("sync"); await null; await null //= sync|micro`,
		"private and static":          `class A { static #n = 1; #x = 2; static { A.y = A.#n } has(o) { return #x in o } } log(A.y, new A().has(new A())) //= 1 true`,
		"host module":                 `import { value } from "host"; import h, * as all from "host"; log(value, h.value, all.value) //= 42 42 42`,
		"host dynamic":                `const { value } = await import("host"); const name = "ho" + "st"; log(value, (await import(name)).value) //= 42 42`,
		"error cause":                 `try { throw new Error("a", { cause: new TypeError("b") }) } catch (e) { log(e.message, e.cause.name, e instanceof Error) } //= a TypeError true`,
		"error subclasses":            `class My extends RangeError { name = "My" } const e = new My("x"); log(e instanceof My, e instanceof RangeError, e instanceof Error, String(e), e.stack.split("\n").length > 1) //= true true true My: x true`,
		"error without new":           `log(TypeError("x") instanceof TypeError, Error.isError(Error()), Object.keys(new Error("q")).length) //= true true 0`,
		"captureStackTrace":           `const o = {}; Error.captureStackTrace(o); log(o.stack.includes("[eval]")) //= true`,
		"aggregate":                   `try { await Promise.any([Promise.reject(1)]) } catch (e) { log(e.name, e.errors[0]) } //= AggregateError 1`,
		"overflow":                    `const f = () => f(); try { f() } catch (e) { log("caught") } //= !Maximum call stack size exceeded`,
		"return at top":               `log(1); return; log(2) //= 1`, // CommonJS, as in node
		"optional call with spread":   `const a = [1, 2], f = undefined, o = { m: (...x) => x.length }; log(f?.(...a), o?.m(...a), o.n?.(...a), o.m?.(...a)) //= undefined 2 undefined 2`,
		"class names":                 `class Q { static #a = 1; static b() { return Q.#a } accessor c = 1 } log(Q.name, new Q().constructor.name) //= Q Q`,
		"super in an async generator": `class A { m() { return 1 } } class B extends A { async *m() { yield super.m() } } for await (const x of new B().m()) log(x) //= !'super' keyword unexpected here`,
		"return in a module":          `import "host"; log(1); return //= !Top-level return cannot be used inside an ECMAScript module`,
		"early close":                 `}); log(1); (() => { //= !Unexpected`,
		"html in a template":          "log(`<b>${1 < 2}</b>`) //= <b>true</b>",
	} {
		t.Run(name, func(t *testing.T) {
			code, want, ok := strings.Cut(code, "//= ")
			if !ok {
				t.Fatal("nothing is expected")
			}
			got, err := script(t, code)
			if bad, ok := strings.CutPrefix(want, "!"); ok {
				if err == nil || !strings.Contains(err.Error(), bad) {
					t.Fatalf("got %v, want an error with %q", err, bad)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if g := strings.Join(got, "|"); g != want {
				t.Errorf("got %s\nwant %s", g, want)
			}
		})
	}
}

func TestModules(t *testing.T) {
	for name, test := range map[string]struct {
		files []string // the first is run
		want  string
	}{
		"relative":        {[]string{"a.ts", `import { x } from "./b.ts"; import y from "./c.js"; log(x, y)`, "b.ts", `export const x: number = 1`, "c.js", `export default 2`}, "1 2"},
		"without suffix":  {[]string{"a.ts", `import { x } from "./lib/b"; log(x)`, "lib/b.ts", `export const x = 1`}, "1"},
		"json":            {[]string{"a.js", `import data from "./d.json" with { type: "json" }; import { k } from "./d.json"; log(data.k, k)`, "d.json", `{"k":"v"}`}, "v v"},
		"live binding":    {[]string{"a.js", `import { n, inc } from "./b.js"; inc(); log(n)`, "b.js", `export let n = 0; export const inc = () => { n++ }`}, "1"},
		"cycle":           {[]string{"a.js", `import { b } from "./b.js"; export const a = () => "a"; log(b())`, "b.js", `import { a } from "./a.js"; export const b = () => a() + "b"`}, "ab"},
		"await in import": {[]string{"a.js", `import { v } from "./b.js"; log(v)`, "b.js", `export const v = await work(2)`}, "2"},
		"dynamic":         {[]string{"a.js", `const { v } = await import("./b.js"); log(v)`, "b.js", `log("b runs"); export const v = 3`}, "b runs|3"},
		"dynamic computed": {[]string{"a.js", `const which = "b"; const m = await import("./" + which + ".js"); log(m.v, (await import("./" + which + ".js")) === m)`,
			"b.js", `export const v = 3`}, "3 true"},
		"dynamic computed from a folder": {[]string{"a.js", `import { load } from "./lib/l.js"; log((await load("n")).v)`,
			"lib/l.js", `export const load = (n) => import("./" + n + ".js")`, "lib/n.js", `export const v = await work(4)`}, "4"},
		"meta": {[]string{"a.mjs", `log(import.meta.url.startsWith("file:///"), import.meta.filename.endsWith("a.mjs"), import.meta.main); import "./sub/b.mjs"`,
			"sub/b.mjs", `log(import.meta.dirname.endsWith("sub"), import.meta.main)`}, "true false|true true true"},
		"package": {[]string{"a.js", `import p, { q } from "pkg"; import s from "pkg/sub"; log(p, q, s)`,
			"node_modules/pkg/package.json", `{"name":"pkg","exports":{".":"./i.js","./sub":{"import":"./s.mjs","require":"./s.cjs"}}}`,
			"node_modules/pkg/i.js", `export default 1; export const q = 2`, "node_modules/pkg/s.mjs", `export default 3`}, "1 2 3"},
		"commonjs package": {[]string{"a.js", `import c, { named } from "cjs"; log(c.named, named, c.host)`,
			"node_modules/cjs/index.js", `const h = require("host"); module.exports = { named: "n", host: h.value }`}, "n n 42"},
		"missing builtin imported": {[]string{"a.js", `import { has, use } from "esm"; log(has); try { use() } catch (e) { log(e.code, e.message) }`,
			"node_modules/esm/package.json", `{"type":"module","exports":"./i.js"}`,
			"node_modules/esm/i.js", `import net, { Socket, connect } from "node:net"; class S extends Socket {}; export const has = typeof connect; export const use = () => net.connect(1)`},
			"function|MODULE_NOT_FOUND node:net is not available in mcpjs: net.connect was called"},
		"variant for browsers": {[]string{"a.js", `import c from "cjs"; import d from "plain"; log(c, d)`,
			"node_modules/cjs/package.json", `{"main":"./node.js","browser":{"./node.js":"./browser.js"}}`,
			"node_modules/cjs/node.js", `const http = require("http"); module.exports = "node"`, "node_modules/cjs/browser.js", `module.exports = "browser"`,
			"node_modules/plain/package.json", `{"main":"./node.js","browser":"./browser.js"}`,
			"node_modules/plain/node.js", `module.exports = "node"`, "node_modules/plain/browser.js", `module.exports = "browser"`}, "browser node"},
		"require gets what node gives it": {[]string{"a.cjs", `log(require("dual"), __filename.endsWith("a.cjs"), require.resolve("dual").endsWith("c.cjs"))`,
			"node_modules/dual/package.json", `{"exports":{"import":"./m.mjs","require":"./c.cjs"}}`,
			"node_modules/dual/m.mjs", `export default "esm"`, "node_modules/dual/c.cjs", `module.exports = "cjs"`}, "cjs true true"},
		"missing, asked for later": {[]string{"a.js", `try { await import("./nowhere.js") } catch (e) { log(e.code) } try { require("nosuchpkg") } catch (e) { log(e.code) }
			try { await import("./no" + "where.js") } catch (e) { log(e.code) }`}, "ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND"},
		"resolve": {[]string{"a.mjs", `log(import.meta.resolve("./b.mjs").endsWith("/b.mjs"), import.meta.resolve("pkg").endsWith("/pkg/i.js"), import.meta.resolve("host")); try { import.meta.resolve("none") } catch (e) { log(e.code) }`,
			"b.mjs", "", "node_modules/pkg/package.json", `{"exports":"./i.js"}`, "node_modules/pkg/i.js", ""}, "true true host|ERR_MODULE_NOT_FOUND"},
		"fields named get": {[]string{"a.ts", `class A { get; set = 1; static = 2 } log(new A().set, new A().static, "get" in new A())`}, "1 2 true"},
		"namespace":        {[]string{"a.js", `import * as ns from "./b.js"; const n = ns; log(Object.prototype.toString.call(n), Object.getPrototypeOf(n), Object.keys(n))`, "b.js", `export const z = 1; export default 2`}, "[object Module] null default,z"},
		"missing builtin unused": {[]string{"a.js", `import c from "cjs"; log(c)`,
			"node_modules/cjs/index.js", `let net; try { net = require("net") } catch (e) { net = e.message + " " + e.code } module.exports = net`}, `net is not available in mcpjs MODULE_NOT_FOUND`},
		"shebang":             {[]string{"a.js", "#!/usr/bin/env mcpjs\nlog(1)"}, "1"},
		"shebang and import":  {[]string{"a.js", "#!/usr/bin/env mcpjs\nimport { value } from 'host'\nlog(value)"}, "42"},
		"no suffix":           {[]string{"tool", "#!/usr/bin/env mcpjs\nlog(2)"}, "2"},
		"side effects: false": {[]string{"a.js", `log("ran")`, "package.json", `{"sideEffects": false}`}, "ran"},
		"spaces in the path":  {[]string{"a dir/b c%20d.ts", `import { f } from "./é f.ts"; try { f() } catch (e) { log(e.stack.includes("a dir/é f.ts:1:32")) }`, "a dir/é f.ts", `export const f = () => { throw new Error("x") }`}, "true"},
		"paths of tsconfig":   {[]string{"a.ts", `import { x } from "@lib/b"; log(x)`, "lib/b.ts", `export const x = 5`, "tsconfig.json", `{"compilerOptions":{"paths":{"@lib/*":["./lib/*"]}}}`}, "5"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := runFile(t, filepath.Join(files(t, test.files...), test.files[0]))
			if err != nil {
				t.Fatal(err)
			}
			if g := strings.Join(got, "|"); g != test.want {
				t.Errorf("got %s\nwant %s", g, test.want)
			}
		})
	}
}

func TestMissingModules(t *testing.T) {
	for code, want := range map[string]string{
		`import "./nowhere.js"`:         `Could not resolve "./nowhere.js"`,
		`import x from "nosuchpkg"`:     `Could not resolve "nosuchpkg"`,
		`import net from "node:net"`:    `node:net is not available in mcpjs, which has host`,
		`import { nope } from "./b.js"`: `The requested module 'b.js' does not provide an export named 'nope'`,
		`const x = ;`:                   `Unexpected ";"`,
		`await import("./" + "no.js")`:  `Cannot find module '`,
	} {
		_, err := runFile(t, filepath.Join(files(t, "a.js", code, "b.js", "export const b = 1"), "a.js"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", code, err, want)
		}
	}
}

// TestPlainAndBundledAgree runs scripts that need no esbuild through it all the
// same: the result must not differ.
func TestPlainAndBundledAgree(t *testing.T) {
	modules := []Module{testModule(new([]string))}
	for _, code := range []string{
		`log(typeof this, 1 + 1)`, `const f = async () => { await null; return 3 }; log(await f())`,
		`label: for (const a of [1, 2]) { for (;;) continue label }; log("x")`,
		"try { null.x } catch (e) { log(e.message) }", `log([..."añ😀"].length, "\u{1F600}")`,
		`log((() => { try { return 1 } finally { log("f") } })())`, `var a = 1; { let a = 2; log(a) } log(a)`,
		"class A { static x = 1; #y = 2; get y() { return this.#y } } log(A.x + new A().y)",
		`import { value } from "host"; log(value)`, `import {value}from'host';log(value)`,
		"import h, { value as v, fail, } from 'host'\n log(h.value, v, typeof fail)",
		"#!/usr/bin/env mcpjs\n// first\nimport {\n  value,\n  fail as f\n} from \"host\"; /* then */ import h from \"host\"\r\nlog(value, h.fail === f)",
		"import { value } from \"host\"; log(new Error(value).stack)", "import h from \"host\"\nlog(new Error(h.value).stack)",
		`import $, { value as from } from "host"; log($.value, from)`, `import h from "host";;(0, log)(h.value)`,
	} {
		src := Source{Name: "[eval]", Code: code, Dir: t.TempDir()}
		if compilePlain(src, modules) == nil {
			t.Errorf("esbuild is needed for %s", code)
			continue
		}
		plain, err1 := runSource(t, src)
		src.Code += " ; type T = 1<2"
		src.Code = strings.Replace(src.Code, "1<2", "Array<2>", 1)
		if compilePlain(src, modules) != nil {
			t.Fatal("the second form must need esbuild")
		}
		bundled, err2 := runSource(t, src)
		plainText, bundledText := strings.Join(plain, "|"), strings.Join(bundled, "|")
		if strings.HasPrefix(code, "log(typeof this") {
			bundledText = strings.Replace(bundledText, "undefined", "object", 1)
		}
		if plainText != bundledText || err1 != nil || err2 != nil {
			t.Errorf("%s: plain %s (%v), bundled %s (%v)", code, plainText, err1, bundledText, err2)
		}
	}
}

// TestHostImportsLeft: what is more than plain imports of host modules at the
// beginning is esbuild's to judge.
func TestHostImportsLeft(t *testing.T) {
	host := testModule(new([]string))
	host.Exports = func() []string { return []string{"value", "fail"} }
	for _, code := range []string{
		`import * as h from "host"`, `import h, * as all from "host"`, `import "./b.js"`, `import b from "./b.js"`, `import x from "nowhere"`,
		`import type { T } from "host"`, `import type T from "host"`, `import { value, type T } from "host"`, `import { nothing } from "host"`,
		`import { default as h } from "host"`, `import { value } from "host" with { type: "json" }`, `import { "value" as v } from "host"`,
		`import { /* the */ value } from "host"`, `import hfrom "host"`, `import h { value } from "host"`, `import h from "host" log(h)`,
		`log(1); import { value } from "host"`, `import { value } from "host"; await import("host")`, `import { value } from "host"; export { value }`,
		`import { value } from "host"; const value = 1`, `import { value, value } from "host"`, `import h from "host"; import.meta.url`,
		"import {,} from 'host'", `import {} from "host"`, "import { value } from 'host\"", `import h from "node:host"`,
	} {
		if compilePlain(Source{Name: "[eval]", Code: code}, []Module{host}) != nil {
			t.Errorf("%s is compiled without esbuild", code)
		}
	}
}
