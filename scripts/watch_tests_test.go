//go:build linux

package scripts_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// lacks fails where text contains one of the unwanted.
func lacks(t testing.TB, text string, unwanted ...string) {
	t.Helper()
	for _, u := range unwanted {
		if strings.Contains(text, u) {
			t.Errorf("%q in\n%s", u, text)
		}
	}
}

// TestWatchTests reruns the test files that a change affects.
func TestWatchTests(t *testing.T) {
	dir := t.TempDir()
	one := func(name, imports, check string) string {
		return fmt.Sprintf(`import test from "test"; import assert from "assert"; %s
test("%s works", () => assert.ok(%s)); test("%[2]s other", () => {});`, imports, name, check)
	}
	write(t, dir, "lib/x.js", "export const x = 1", "lib/y.ts", "export const y = 1", "data.json", `{ "d": 1 }`,
		"a.test.js", one("a", `import { x } from "./lib/x.js"`, "x"),
		"deep/b.test.ts", one("b", `import { x } from "../lib/x"; import { y } from "../lib/y"`, "x && y"),
		"deep/c.test.mjs", one("c", `import data from "../data.json"`, "data.d"),
		"node_modules/n/n.test.js", `throw new Error("not mine")`, "no-test.js", `throw new Error("no test")`,
	)
	w := watch(t, dir, "--test")
	contains(t, w.ended(1), "# a.test.js", "# deep/b.test.ts", "# deep/c.test.mjs", "3 files, 6 tests: 6 passed")
	run := 1
	step := func(file, content, how string, wants ...string) string {
		t.Helper()
		run++
		if content == "" {
			if err := os.RemoveAll(dir + "/" + file); err != nil {
				t.Fatal(err)
			}
		} else {
			write(t, dir, file, content)
		}
		out := w.ended(run)
		contains(t, out, append(wants, fmt.Sprintf("run %d: %s changed; %s test files\n", run, file, how))...)
		return out
	}
	lacks(t, step("lib/y.ts", "export const y = 2", "1 of 3", "# deep/b.test.ts", "b works"), "a works", "c works")
	lacks(t, step("lib/x.js", "export const x = 0", "2 of 3", "✖ a works", "✖ b works", "failed, exit code 1"), "c works")
	lacks(t, step("data.json", `{ "d": 2 }`, "1 of 3", "c works", "done in", "still failing: a.test.js, deep/b.test.ts;"), "a works", "b works")
	lacks(t, step("lib/x.js", "export const x = 3", "2 of 3", "a works", "b works"), "still failing", "c works")
	step("deep/new/d.test.ts", one("d", "", "true"), "1 of 4", "# deep/new/d.test.ts", "d works")
	step("deep/new/d.test.ts", one("d", `import "./helper"`, "true"), "1 of 4", `Could not resolve "./helper"`, "failed, exit code 1")
	step("deep/new/helper.ts", `export {}`, "1 of 4", "d works", "done in")
	step("a.test.js", one("a", "", "true")+"(", "1 of 4", "ERROR", "failed, exit code 1")
	step("a.test.js", one("a", "", "true"), "1 of 4", "a works", "done in")
	lacks(t, step("deep/new/d.test.ts", "", "0 of 3"), "works")
	step("tsconfig.json", `{}`, "3 of 3", "# a.test.js")
	step(".env", `A=1`, "3 of 3", "3 files, 6 tests: 6 passed")
	if code := w.quit(syscall.SIGTERM); code != 143 {
		t.Errorf("exit code %d", code)
	}
}

// TestWatchTestsFlags passes the filter through, names directories and a file,
// and begins before there are tests.
func TestWatchTestsFlags(t *testing.T) {
	dir := t.TempDir()
	w := watch(t, dir, "--test", "--grep", "yes$", "--reporter", "tap", "--timeout", "10s", "some", "one.test.js")
	contains(t, w.ended(1), "there is no file or directory some", "failed, exit code 2")
	write(t, dir, "one.test.js", `import test from "test"; test("one yes", () => {}); test("one no", () => {})`)
	contains(t, w.ended(2), "there is no file or directory some")
	write(t, dir, "some/two.test.js", `import test from "test"; test("two yes", () => {}); test("two no", () => {})`, "three.test.js", `throw 1`)
	out := w.ended(3)
	contains(t, out, "ok 1 - one yes", "ok 1 - two yes", "; 2 of 2 test files\n", "done in")
	lacks(t, out, "ok 1 - one no")
	write(t, dir, "one.test.js", `import test from "test"; test("one again yes", () => {}); test("one no", () => {})`)
	contains(t, w.ended(4), "one again yes", "; 1 of 2 test files\n")

	for args, want := range map[string]string{
		"watch --grep x a.js":         "--grep goes with --test",
		"watch --test --reporter dot": "--reporter",
		"watch --test --grep [":       "--grep",
		"watch --test -e 1":           "can't be watched",
		"watch --test a.js --grep x":  "flags stand before",
	} {
		cmd := exec.Command(binary(t), strings.Fields(args)...)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != 2 || !strings.Contains(string(out), want) {
			t.Errorf("%s: exit code %d, %s", args, code, out)
		}
	}
}

// TestWatchTestsKeys aborts tests by a save, and runs all on a key.
func TestWatchTestsKeys(t *testing.T) {
	p := newProbe(t)
	file := func(name, code string) string {
		return fmt.Sprintf(`import test from "test"; test("%s", async (t) => {
	const s = await mcp.connect(%s); %s console.log("%[1]s " + (await s.callTool("pid")).text) });`, name, p.target, code)
	}
	const hang = `t.after(() => console.log("cleaned up")); console.log("begun"); await s.callTool("hang");`
	write(t, p.dir, "a.test.js", file("pid", ""), "b.test.js", file("pid", hang), "c.test.js", file("pid", ""))
	w, press, _ := watchIn(t, p.dir, "--test", "--color=never", "--no-clear")
	first := pid(t, w.until(`begun\r\n`))
	write(t, p.dir, "b.test.js", file("pid", ""))
	out := w.ended(2) // what had not run yet is run as well, and nothing else
	contains(t, out, "run 1 aborted", "run 2: b.test.js changed; 2 of 3 test files", "# b.test.js", "# c.test.js")
	lacks(t, out[strings.Index(out, "run 2"):], "# a.test.js", "begun")
	for _, m := range pidLine.FindAllStringSubmatch(out, -1) {
		if m[1] != first {
			t.Errorf("another server, %s instead of %s", m[1], first)
		}
	}
	press("r")
	contains(t, w.ended(3), "run 3: asked for; 3 of 3 test files", "3 tests: 3 passed")
	press("q")
	if code := w.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if alive(first) {
		t.Error("the server survives")
	}
}
