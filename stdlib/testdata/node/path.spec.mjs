import path from "path";
const ps = ["", "/", ".", "..", "/a/b/../c", "a//b/./c/", "../x", "a/b.txt", "/a/.hidden", "a.b.c", "/a/b/", "c:rel", "\\\\srv\\share\\d", "//srv/share", "a/../..", "x/..", "./a", "a.", "..."];
for (const m of [path.posix, path.win32]) for (const p of ps) console.log(JSON.stringify([p, m.normalize(p), m.dirname(p), m.basename(p), m.extname(p), m.isAbsolute(p), m.parse(p), m.format(m.parse(p)), m === path.posix ? m.resolve("/r", p) : m.resolve("C:\\r", p), m.join("a", p), m.join(p, "..", "z")]));
console.log(path.posix.relative("/a/b/c", "/a/d"), path.win32.relative("C:\\a\\b", "c:\\A\\x"), path.win32.relative("C:\\a", "D:\\b"), path.relative("/a", "/a"));
console.log(path.basename("a.txt", ".txt"), path.basename(".txt", ".txt"), path.sep, path.win32.delimiter, path.win32.join("\\\\a", "b"), path.win32.join("/", "/a"));
try { path.join(1) } catch (e) { console.log(e.code, e.message) }
