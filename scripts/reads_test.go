//go:build linux

package scripts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWatchReads changes, with the real fs, what a script reads in each way.
func TestWatchReads(t *testing.T) {
	for _, way := range []string{
		`fs.readFileSync("in/a.txt", "utf8")`,
		`await fsp.readFile("in/a.txt", "utf8")`,
		`await new Promise((yes, no) => fs.readFile("in/a.txt", "utf8", (e, s) => e ? no(e) : yes(s)))`,
		`await (async () => { await using f = await fsp.open("in/a.txt"); return (await f.readFile()).toString() })()`,
		`(() => { const fd = fs.openSync("in/a.txt"), b = Buffer.alloc(99); const n = fs.readSync(fd, b); fs.closeSync(fd); return b.toString("utf8", 0, n) })()`,
		`await (async () => { let s = ""; for await (const c of fs.createReadStream("in/a.txt", "utf8")) s += c; return s })()`,
		`await (async () => { let s = ""; await using f = await fsp.open("in/a.txt"); for await (const l of f.readLines()) s += l; return s })()`,
		`(() => { fs.copyFileSync("in/a.txt", "copy.txt"); return fs.readFileSync("copy.txt", "utf8") })()`,
		`(await import("mcpjs")).yaml.parse(fs.readFileSync(new URL("file://" + process.cwd() + "/in/a.txt"), "utf8"))`,
		`fs.statSync("in/a.txt").size + fs.readdirSync("in").join()`,
	} {
		dir := t.TempDir()
		write(t, dir, "in/a.txt", "one", "main.js", fmt.Sprintf(`import fs from "fs"; import fsp from "node:fs/promises"; console.log("got", %s)`, way))
		w := watch(t, dir, "--watch-reads", "main.js")
		w.ended(1)
		write(t, dir, "in/a.txt", "three")
		out := w.ended(2)
		contains(t, out, "run 2: in/a.txt changed")
		if !strings.Contains(out, "got three\n") && !strings.Contains(out, "got 5a.txt\n") {
			t.Errorf("%s gave\n%s", way, out)
		}
		if code := w.quit(os.Interrupt); code != 130 {
			t.Errorf("exit code %d", code)
		}
	}
}

// TestWatchQuestions changes the answers to what a script asks about.
func TestWatchQuestions(t *testing.T) {
	for _, c := range []struct{ ask, save, before, after string }{
		{`fs.existsSync("maybe/there.txt")`, "maybe/there.txt", "false", "true"},
		{`(await fsp.stat("later").catch(e => e.code)) === "ENOENT"`, "later/x", "true", "false"},
		{`fs.readdirSync("list").length`, "list/two", "1", "2"},
		{`(await fsp.readdir("list", { recursive: true })).length`, "list/deep/three", "1", "3"},
		{`(await glob("list/**/*.md")).length`, "list/new/x.md", "0", "1"},
		{`(await glob("none/*.md")).length`, "none/x.md", "0", "1"},
		{`fs.opendirSync("list").readSync().name`, "list/a", "one", "a"},
		{`await fsp.access("key.pem").then(() => "yes", () => "no")`, "key.pem", "no", "yes"},
		{`fs.readFileSync("link", "utf8")`, "target", "old", "new"},
	} {
		dir := t.TempDir()
		write(t, dir, "list/one", "1", "target", "old", "main.js",
			fmt.Sprintf(`import fs from "fs"; import fsp from "fs/promises"; import { glob } from "mcpjs"; console.log("got", %s)`, c.ask))
		if err := os.Symlink("target", filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		w := watch(t, dir, "--watch-reads", "main.js")
		contains(t, w.ended(1), "got "+c.before)
		write(t, dir, c.save, "new")
		// That a directory appears may be told before the file that is made in it.
		for run := 2; !strings.Contains(w.ended(run), "got "+c.after+"\n"); run++ {
		}
		w.quit(os.Interrupt)
	}
}

// TestOwnWork writes in each way, what the script also reads, and looks for a
// run that nobody asked for.
func TestOwnWork(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "in.txt", "1", "state.txt", "0", "main.js", `import fs from "fs"; import fsp from "fs/promises"; import { $ } from "mcpjs";
fs.readdirSync("."); fs.readdirSync("/" + process.cwd()); fs.existsSync("out"); fs.existsSync("tmp");
const n = Number(fs.readFileSync("state.txt", "utf8")) + 1;
fs.writeFileSync("state.txt", String(n));
await fsp.mkdir("out/deep/er", { recursive: true });
fs.readdirSync("out");
await fsp.writeFile("out/unique-" + n, "x"); await fsp.appendFile("out/log", "x");
fs.readFileSync("out/log");
const s = fs.createWriteStream("out/stream"); s.write(String(n)); await new Promise(r => s.end(r)); fs.readFileSync("out/stream");
fs.renameSync("out/unique-" + n, "out/renamed-" + n); fs.readdirSync("out");
fs.copyFileSync("out/renamed-" + n, "out/copy"); fs.readFileSync("out/copy");
fs.mkdirSync("tmp"); fs.writeFileSync("tmp/x", "x"); fs.readFileSync("tmp/x"); fs.rmSync("tmp", { recursive: true });
const t = fs.mkdtempSync("tmp-"); fs.readdirSync(t); fs.rmdirSync(t);
await $`+"`sh -c ${\"echo \" + n + \" > child.txt\"}`"+`; fs.readFileSync("child.txt");
await new Promise(r => setTimeout(r, 300)); // the observer looks meanwhile
console.log("in", fs.readFileSync("in.txt", "utf8"), "n", n);`)
	w := watch(t, dir, "--watch-reads", "main.js")
	contains(t, w.ended(1), "in 1 n 1\n")
	// The file that is changed is the only reason for a run each: a run of the
	// script's own making would have been counted.
	for run := 2; run < 6; run++ {
		write(t, dir, "in.txt", fmt.Sprint(run))
		contains(t, w.ended(run), fmt.Sprintf("run %d: in.txt changed\n", run), fmt.Sprintf("in %d n %d\n", run, run))
	}
	write(t, dir, "state.txt", "40")
	contains(t, w.ended(6), "run 6: state.txt changed\n", "n 41\n")
}

// TestReadsOfFailedRuns changes a file that a run failed too early to read.
func TestReadsOfFailedRuns(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "switch", "on", "in.txt", "1", "main.js", `import fs from "fs";
if (fs.readFileSync("switch", "utf8") === "off") throw new Error("is off");
console.log("in", fs.readFileSync("in.txt", "utf8"))`)
	w := watch(t, dir, "--watch-reads", "main.js")
	contains(t, w.ended(1), "in 1\n")
	write(t, dir, "switch", "off")
	contains(t, w.ended(2), "is off")
	write(t, dir, "in.txt", "2")
	contains(t, w.ended(3), "in.txt changed", "is off")
	write(t, dir, "switch", "on")
	contains(t, w.ended(4), "in 2\n")
}

// TestNoReads changes what the script reads without --watch-reads.
func TestNoReads(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "in.txt", "1", "main.js", `import fs from "fs"; console.log("in", fs.readFileSync("in.txt", "utf8"))`)
	w := watch(t, dir, "main.js")
	contains(t, w.ended(1), "in 1\n")
	write(t, dir, "in.txt", "2")
	write(t, dir, "package.json", "{}")
	contains(t, w.ended(2), "run 2: package.json changed\n", "in 2\n")
}
