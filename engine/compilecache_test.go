package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// a typed main module that no engine reads without esbuild
const typed = "const n: number = 1;\n"

// corpus are scripts, each with the files around it; the first is what is run.
var corpus = []struct {
	name  string
	kept  bool
	files []string
}{
	{"types", true, []string{"main.ts", `
enum Color { Red = 1, Green }
class Box<T> { constructor(private readonly value: T) {} get(): T { return this.value } }
function id<T>(x: T): T { return x }
log(Color[2], new Box<number>(3).get(), id<string>("s"), import.meta.filename, import.meta.main, __filename);
export const done: boolean = true;`}},
	{"stack", true, []string{"main.ts", `import { deep } from "./lib/deep";
type Unused = { a: string };

log("before");
export const x: number = await deep(3 as number);`,
		"lib/deep.ts", `interface I { n: number }


export async function deep(n: number): Promise<number> {
	await null;
	if (n > 0) return await deep(n - 1);
	throw new TypeError("too deep" as string);
}`}},
	{"imports", true, []string{"main.ts", typed + `import { a } from "./a"; import { b } from "./b.js"; import c from "./c.json"; import * as d from "../d.mjs";
import { e } from "./lib/e.ts"; import f = require("./f.cjs"); import type { Nothing } from "./nowhere";
const lazy = await import("./lazy"); const again = require("./again");
log(a, b, c.x, d.d, e, f.f, lazy.default, again.z);`,
		"a.ts", "export const a: string = 'a'", "b.ts", "export const b: string = 'b'", "b.jsx", "throw 1", "c.json", `{"x":1}`, "../d.mjs", "export const d = 4",
		"lib/e.ts", "export { e } from '../lib/../lib/inner'", "lib/inner.tsx", "export const e: number = 5", "f.cjs", "exports.f = 6",
		"lazy.ts", "export default 7 as number", "again.js", "exports.z = 8"}},
	{"host", true, []string{"main.ts", typed + `import host, { value } from "host"; import { one as uno } from "static"; log(value, host.value, uno, (await import("host")).value); host.fail();`}},
	{"fields named get", true, []string{"main.ts", "class A { get = 1; static set: number = 2 }\nlog(new A().get, A.set)"}},
	{"loops", true, []string{"main.ts", "async function* g(): AsyncGenerator<number> { try { yield 1; yield 2 } finally { log('end') } }\nfor await (const n of g()) { log(n); break }\nlog((undefined as any)?.x(...[1]))"}},
	{"decorators", true, []string{"main.ts", "function d(...a: any[]) { log(a.length) }\nclass A { @d m(): void {} }", "tsconfig.json", `{ "compilerOptions": { "experimentalDecorators": true } }`}},
	{"set above", true, []string{"in/main.ts", "class B { set x(v: number) { log('setter') } }\nclass A extends B { x: number = 1 }\nnew A(); log('done')", "tsconfig.json", `{ "compilerOptions": { "useDefineForClassFields": false } } // why`, "package.json", `{ "type": "module", "sideEffects": true }`}},
	{"shebang", true, []string{"main", "#!/usr/bin/env mcpjs\nconst a: number = 1; log(a)"}},
	{"byte order mark", true, []string{"main.ts", "\ufeffconst a: number = 1; log(a)"}},
	{"computed import", true, []string{"main.ts", typed + "const name: string = './a.ts'; log((await import(name)).a)", "a.ts", "export const a: number = 1"}},

	{"package", false, []string{"main.ts", typed + "import p from 'p'; log(p)", "node_modules/p/index.js", "export default 1"}},
	{"below node_modules", false, []string{"node_modules/p/main.ts", typed + "log(n)"}},
	{"directory", false, []string{"main.ts", typed + "import { a } from './a'; log(a)", "a/index.ts", "export const a = 1"}},
	{"directory itself", false, []string{"main.ts", typed + "import { a } from '.'; log(a)", "index.ts", "export const a = 1"}},
	{"pattern", false, []string{"main.ts", typed + "import './lib/a.ts'; const x: string = Math.random() > 2 ? 'b' : 'a'; log((await import(`./lib/${x}.ts`)).a)", "lib/a.ts", "export const a = 1"}},
	{"empty pattern", false, []string{"main.ts", typed + "const x: string = Math.random() > 2 ? 'b' : 'a'; log('x'); await import(`./lib/${x}.ts`)"}},
	{"query", false, []string{"main.ts", typed + "import { a } from './a.ts?x'; log(a)", "a.ts", "export const a = 1"}},
	{"data", false, []string{"main.ts", typed + "import a from 'data:application/json,1'; log(a)"}},
	{"text file", false, []string{"main.ts", typed + "import a from './a.txt'; log(a)", "a.txt", "text"}},
	{"perhaps", false, []string{"main.ts", typed + "try { require('./nowhere') } catch (e) { log(e.code) }"}},
	{"no builtin", false, []string{"main.ts", typed + "try { require('node:tls') } catch (e) { log(e.code) }"}},
	{"no side effects", true, []string{"main.ts", typed + "import './a'; log('main')", "a.ts", "log('a')", "package.json", `{ "sideEffects": false }`}},
	{"paths", false, []string{"main.ts", typed + "import { a } from '@/a'; log(a)", "src/a.ts", "export const a = 1", "tsconfig.json", `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`}},
	{"extends", false, []string{"main.ts", typed + "log(n)", "tsconfig.json", `{ "extends": "./base.json" }`, "base.json", "{}"}},
	{"plug and play", false, []string{"main.ts", typed + "log(n)", ".pnp.cjs", ""}},
	{"wrong", false, []string{"main.ts", "const n: number = ;"}},
	{"source map", false, []string{"main.ts", typed + "import { a } from './a.js'; log(a)", "a.js", "export const a = 1\n//# sourceMappingURL=a.js.map", "a.js.map", `{"version":3,"sources":["x.ts"],"mappings":"AAAA"}`}},
	{"missing", false, []string{"main.ts", typed + "import './nowhere'"}},
}

// exporting is a host module whose exports are known.
func exporting(names ...string) Module {
	return Module{Name: "static", Exports: func() []string { return names }, Load: func(rt *Runtime) (*Object, error) {
		o := rt.VM().NewObject()
		for i, name := range names {
			o.Set(name, i+1)
		}
		return o, nil
	}}
}

// started is what a start of a script comes to.
type started struct {
	program *Program
	hit     bool
	text    string // what it logged, was made of, and ended with
}

// start compiles a script as one process does and runs it.
func start(t testing.TB, path, cache string, more ...Module) started {
	t.Helper()
	src, err := ReadSource(path)
	if err != nil {
		t.Fatal(err)
	}
	var logged []string
	rt := New(Options{Modules: append([]Module{testModule(&logged)}, more...), Dir: src.Dir})
	defer rt.Close()
	opts := CompileOptions{Modules: rt.Modules, Cache: cache}
	var s started
	if c := cached(src, opts); c != nil {
		s.hit = c.load(c.entry(src, rt.Modules), &bundler{src: src, opts: opts, dir: src.Dir}) != nil
	}
	s.program, err = Compile(src, opts)
	if err == nil {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 30*time.Second, errors.New("the test's time is up"))
		defer cancel()
		err = rt.Run(ctx, s.program)
		s.text = fmt.Sprintf("%q\n", s.program.Inputs)
	}
	s.text += strings.Join(logged, "\n") + "\n"
	if err != nil {
		s.text += rt.Report(err, rt.Dir, false)
	}
	return s
}

// place writes files below a directory of their own, the first of which is run,
// and gives its path.
func place(t testing.TB, pairs []string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "project", "sub")
	for i := 0; i < len(pairs); i += 2 {
		write(t, filepath.Join(dir, pairs[i]), pairs[i+1])
	}
	return filepath.Join(dir, pairs[0])
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// TestCompileCache: a script that starts from the cache does all that it does
// without, stack traces included, and what can't be judged is not kept.
func TestCompileCache(t *testing.T) {
	for _, test := range corpus {
		t.Run(test.name, func(t *testing.T) {
			path, cache := place(t, test.files), filepath.Join(t.TempDir(), "made", "cache")
			static := exporting("one", "two")
			fresh := start(t, path, "", static)
			first := start(t, path, cache, static)
			if first.hit || first.text != fresh.text {
				t.Fatalf("the first start (from the cache: %t) gives\n%s\nand without a cache\n%s", first.hit, first.text, fresh.text)
			}
			if first.program != nil {
				first.program.Keep()
			}
			if entries, _ := os.ReadDir(cache); (len(entries) == 1) != test.kept {
				t.Fatalf("%d entries", len(entries))
			}
			second := start(t, path, cache, static)
			if second.hit != test.kept || second.text != fresh.text {
				t.Fatalf("the second start (from the cache: %t) gives\n%s\nand without a cache\n%s", second.hit, second.text, fresh.text)
			}
			if second.hit && second.program.keep != nil {
				t.Error("a start from the cache wants to write it")
			}
		})
	}
}

// TestCompileCacheMisses: no entry is used after a change that might matter, and
// it is again when that is undone.
func TestCompileCacheMisses(t *testing.T) {
	project := []string{
		"main.ts", typed + "import { a } from './a'; import { b } from './lib/b.js'; import { c } from './link'; import { d } from './there/d'; log(a, b, c, d, n)",
		"a.js", "export const a = 1", "lib/b.ts", "export const b: number = 2", "c.ts", "export const c = 3", "c2.ts", "export const c = 33",
		"../far/d.ts", "export const d = 4", "../far2/d.ts", "export const d = 44",
		"package.json", `{ "type": "module" }`,
	}
	link := func(t *testing.T, to, path string) {
		os.Remove(path)
		if err := os.Symlink(filepath.FromSlash(to), path); err != nil {
			t.Fatal(err)
		}
	}
	changes := []struct{ name, path, text string }{
		{"the source", "main.ts", typed + "log(2)"},
		{"an imported file", "a.js", "export const a = 11"},
		{"its import", "lib/b.ts", "export { a as b } from '../a'"},
		{"a file that comes first", "a.ts", "export const a = 12"},
		{"a file with the very name", "a", "export const a = 13"},
		{"a file instead of another", "lib/b.js", "export const b = 22"},
		{"a name in capitals", "A.ts", "export const a = 14"},
		{"a tsconfig.json", "tsconfig.json", `{ "compilerOptions": { "experimentalDecorators": true } }`},
		{"a tsconfig.json that extends", "tsconfig.json", `{ "extends": "./other.json" }`},
		{"a tsconfig.json above", "../tsconfig.json", "{}"},
		{"a tsconfig.json beside an import", "lib/tsconfig.json", "{}"},
		{"a tsconfig.json behind a link", "../far/tsconfig.json", "{}"},
		{"a jsconfig.json", "jsconfig.json", "{}"},
		{"package.json", "package.json", `{ "type": "commonjs" }`},
		{"a package.json below", "lib/package.json", "{}"},
		{"a package.json in capitals", "../Package.json", "{}"},
		{"Yarn's manifest", "../.pnp.cjs", ""},
		{"a link to another file", "link.ts", "-> c2.ts"},
		{"a link to another directory", "there", "-> ../far2"},
		{"a missing file", "c.ts", "-> nowhere"},
	}
	path, cache := place(t, project), filepath.Join(t.TempDir(), "cache")
	dir := filepath.Dir(path)
	link(t, "c.ts", filepath.Join(dir, "link.ts"))
	link(t, "../far", filepath.Join(dir, "there"))
	static := exporting("one")
	first := start(t, path, cache, static)
	first.program.Keep()
	want := func(t *testing.T, hit bool) {
		t.Helper()
		s := start(t, path, cache, static)
		if fresh := start(t, path, "", static); s.hit != hit || s.text != fresh.text {
			t.Fatalf("from the cache: %t, want %t\n%s\nwithout:\n%s", s.hit, hit, s.text, fresh.text)
		}
	}
	want(t, true)
	for _, change := range changes {
		t.Run(change.name, func(t *testing.T) {
			file := filepath.Join(dir, change.path)
			old, err := os.Readlink(file)
			was, _ := os.ReadFile(file)
			_, gone := os.Lstat(file)
			os.Remove(file)
			if to, ok := strings.CutPrefix(change.text, "-> "); ok {
				link(t, to, file)
			} else {
				write(t, file, change.text)
			}
			want(t, false)
			os.Remove(file)
			if err == nil {
				link(t, old, file)
			} else if gone == nil {
				write(t, file, string(was))
			}
			want(t, true)
		})
	}
	t.Run("the program's build", func(t *testing.T) {
		src, _ := ReadSource(path)
		c := compileCache{dir: cache, build: "another"}
		b := &bundler{src: src, dir: src.Dir, opts: CompileOptions{Modules: []Module{static}}}
		if c.load(c.entry(src, b.opts.Modules), b) != nil {
			t.Error("another build's entry is used")
		}
	})
	t.Run("a module's exports", func(t *testing.T) {
		if start(t, path, cache, exporting("one", "two")).hit || start(t, path, cache).hit {
			t.Error("used with other modules")
		}
	})
	want(t, true)
}

// TestCompileCacheEntries: damaged entries, and those that others could have
// written, are not used.
func TestCompileCacheEntries(t *testing.T) {
	path, cache := place(t, []string{"main.ts", typed + "log(n)"}), filepath.Join(t.TempDir(), "cache")
	start(t, path, cache).program.Keep()
	entries, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	entry := entries[0]
	good, _ := os.ReadFile(entry)
	want := func(what string, hit bool) {
		t.Helper()
		if s := start(t, path, cache); s.hit != hit || !strings.Contains(s.text, "\n1\n") {
			t.Errorf("%s: from the cache: %t, and it gives %s", what, s.hit, s.text)
		}
	}
	want("a good one", true)
	for _, at := range []int{0, 40, len(good) / 2, len(good) - 1} {
		bad := slices.Clone(good)
		bad[at] ^= 1
		os.WriteFile(entry, bad, 0o600)
		want(fmt.Sprint("damaged at ", at), false)
	}
	for _, n := range []int{0, 10, 32, len(good) - 1} {
		os.WriteFile(entry, good[:n], 0o600)
		want(fmt.Sprint("cut at ", n), false)
	}
	os.WriteFile(entry, pack([]string{"a", "b"}), 0o600)
	want("without files", false)
	os.WriteFile(entry, good, 0o600)
	want("mended", true)
	for _, path := range []string{entry, cache} {
		info, _ := os.Stat(path)
		for _, mode := range []fs.FileMode{0o020, 0o002} {
			os.Chmod(path, info.Mode()|mode)
			changed, _ := os.Stat(path)
			want(fmt.Sprintf("mode %v", changed.Mode()), changed.Mode() == info.Mode()) // where modes say nothing
			os.Chmod(path, info.Mode())
		}
		if os.Geteuid() == 0 && os.Chown(path, 12345, -1) == nil {
			want("of another user", false)
			os.Chown(path, 0, -1)
		}
	}
	want("as it was", true)
	old := time.Now().Add(-100 * time.Hour)
	os.Chtimes(entry, old, old)
	want("old", true)
	if info, err := os.Stat(entry); err != nil || time.Since(info.ModTime()) > time.Hour {
		t.Error("an old entry stays old when it is used")
	}

	blocked := start(t, path, filepath.Join(entry, "below", "a", "file"))
	blocked.program.Keep()
	if blocked.hit || !strings.Contains(blocked.text, "\n1\n") {
		t.Error(blocked.text)
	}
}

// TestCompileCacheBound: what is longest unused goes when there is too much.
func TestCompileCacheBound(t *testing.T) {
	c := compileCache{dir: t.TempDir()}
	at := time.Now()
	add := func(name string, size int64) {
		path := filepath.Join(c.dir, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, size), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Second)
	}
	names := func() []string {
		entries, _ := os.ReadDir(c.dir)
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	for i := range cachedFiles {
		add(fmt.Sprintf("%04d", i), 1)
	}
	if c.prune(); len(names()) != cachedFiles {
		t.Errorf("%d entries stay", len(names()))
	}
	add("new", 1)
	if c.prune(); len(names()) != cachedFiles*3/4 || !slices.Contains(names(), "new") || slices.Contains(names(), "0000") {
		t.Errorf("%d entries stay: %q", len(names()), names())
	}
	add("large", cachedBytes)
	add("last", 1)
	if c.prune(); !slices.Equal(names(), []string{"last"}) {
		t.Errorf("%q stay", names())
	}
}

// TestCompileCacheAtOnce: many processes may share the cache.
func TestCompileCacheAtOnce(t *testing.T) {
	path, cache := place(t, []string{"main.ts", typed + "log(n)"}), filepath.Join(t.TempDir(), "cache")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				s := start(t, path, cache)
				if s.program.Keep(); !strings.Contains(s.text, "\n1\n") {
					t.Error(s.text)
				}
			}
		})
	}
	group.Wait()
	if entries, _ := os.ReadDir(cache); len(entries) != 1 || !start(t, path, cache).hit {
		t.Errorf("the cache holds %v", entries)
	}
}

// TestCompileCacheNot: what is in no file, and what a sandbox or a watcher asks
// for, is not looked up.
func TestCompileCacheNot(t *testing.T) {
	for name, c := range map[string]struct {
		src  Source
		opts CompileOptions
	}{
		"code":    {Source{Name: "[eval]", Dir: "/a"}, CompileOptions{Cache: "/c"}},
		"sandbox": {Source{Name: "/a/b.ts", Dir: "/a"}, CompileOptions{Cache: "/c", Permissions: &Permissions{}}},
		"watcher": {Source{Name: "/a/b.ts", Dir: "/a"}, CompileOptions{Cache: "/c", Links: true}},
		"none":    {Source{Name: "/a/b.ts", Dir: "/a"}, CompileOptions{}},
	} {
		if cached(c.src, c.opts) != nil {
			t.Error(name, "has a cache")
		}
	}
	if cached(Source{Name: "/a/b.ts", Dir: "/a"}, CompileOptions{Cache: "/c"}) == nil {
		t.Error("a file has none")
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, i := range []int{0, 2} {
		path, cache := place(b, corpus[i].files), filepath.Join(b.TempDir(), "cache")
		start(b, path, cache, exporting("one")).program.Keep()
		src, err := ReadSource(path)
		if err != nil {
			b.Fatal(err)
		}
		var logged []string
		opts := CompileOptions{Modules: []Module{testModule(&logged), exporting("one")}}
		for name, dir := range map[string]string{"esbuild": "", "cache": cache, "miss": b.TempDir()} {
			b.Run(corpus[i].name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				opts.Cache = dir
				for b.Loop() {
					if p, err := Compile(src, opts); err != nil || (p.keep == nil) != (name != "miss") {
						b.Fatal(name, err)
					}
				}
			})
		}
	}
}
