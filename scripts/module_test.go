//go:build linux

package scripts_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"mcpjs/engine"
	"mcpjs/scripts"
)

// watchWithModule is mcpjs watch --watch-reads with a module of the test's own
// as the only one: print, readFile, writeFile, line (of stdin) and goroutines.
func watchWithModule(args []string) {
	module := engine.Module{Name: "probe", Load: func(rt *engine.Runtime) (*engine.Object, error) {
		vm, exports := rt.VM(), rt.VM().NewObject()
		rt.Method(exports, "print", func(c engine.Call) engine.Value {
			fmt.Fprintln(rt.Stdout, c.Argument(0))
			return engine.Undefined()
		})
		rt.Method(exports, "readFile", func(c engine.Call) engine.Value {
			rt.NoteRead(c.Argument(0).String())
			text, err := os.ReadFile(c.Argument(0).String())
			if err != nil {
				rt.Throw(err)
			}
			return vm.ToValue(strings.TrimSpace(string(text)))
		})
		rt.Method(exports, "writeFile", func(c engine.Call) engine.Value {
			rt.NoteWrite(c.Argument(0).String())
			if err := os.WriteFile(c.Argument(0).String(), []byte(c.Argument(1).String()), 0o644); err != nil {
				rt.Throw(err)
			}
			return engine.Undefined()
		})
		rt.Method(exports, "line", func(engine.Call) engine.Value {
			return rt.Async(func(context.Context) (func() (engine.Value, error), error) {
				line, err := bufio.NewReader(rt.Stdin).ReadString('\n')
				return func() (engine.Value, error) {
					return vm.ToValue(fmt.Sprintf("%q %v", line, err)), nil
				}, nil
			})
		})
		rt.Method(exports, "sleep", func(c engine.Call) engine.Value {
			op := rt.Begin()
			rt.StartTimer(time.Duration(c.Argument(0).ToInteger())*time.Millisecond, false, func() error {
				op.Resolve(nil)
				return nil
			})
			return op.Promise()
		})
		rt.Method(exports, "goroutines", func(engine.Call) engine.Value { return vm.ToValue(runtime.NumGoroutine()) })
		return exports, nil
	}}
	err := scripts.Watch(context.Background(), args[0], scripts.Options{
		Modules: []engine.Module{module}, Args: args[1:], Color: "never",
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	}, scripts.WatchOptions{Reads: true})
	if failure, ok := err.(*scripts.Failure); ok {
		os.Exit(failure.Code)
	}
}

// watchModule runs it, on a terminal.
func watchModule(t *testing.T, dir string) (w *watching, press func(string), tty *os.File) {
	t.Helper()
	outside, inside := terminal(t)
	tty, err := os.OpenFile(inside.Name(), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	cmd := exec.Command(os.Args[0], "watch", "main.js")
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, inside, inside, inside
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	return begin(t, cmd, outside, inside), func(keys string) { outside.WriteString(keys) }, tty
}

func TestReads(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "in.txt", "one", "own.txt", "0", "main.js", `import { print, readFile, writeFile, sleep } from "probe";
print("read " + readFile("in.txt"));
const n = Number(readFile("own.txt")) + 1;
writeFile("own.txt", String(n));
await sleep(150);
print("own " + n)`)
	w, _, _ := watchModule(t, dir)
	contains(t, w.ended(1), "read one", "own 1")
	write(t, dir, "in.txt", "two")
	contains(t, w.ended(2), "run 2: in.txt changed", "read two", "own 2")
	write(t, dir, "own.txt", "41") // this is not the script's doing
	contains(t, w.ended(3), "run 3: own.txt changed", "own 42")
	os.Remove(dir + "/in.txt")
	contains(t, w.ended(4), "run 4: in.txt changed", "no such file")
	write(t, dir, "in.txt", "back")
	contains(t, w.ended(5), "read back")
}

func TestScriptReadsLines(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "main.js", `import { print, line } from "probe";
print("which?"); print("got " + await line()); print("and?"); print("got " + await line())`)
	w, press, tty := watchModule(t, dir)
	lines := func() { // until the script reads, keys are the watcher's
		t.Helper()
		for end := time.Now().Add(patience); mode(t, tty).Lflag&unix.ICANON == 0; {
			if time.Now().After(end) {
				t.Fatal("the terminal gives no lines to the script that reads")
			}
		}
	}
	w.until(`which\?\r\n`)
	lines()
	press("quit r\r")
	contains(t, w.until(`and\?\r\n`), `got "quit r\n" <nil>`)
	lines()
	press("\x04")
	contains(t, w.ended(1), `got "" EOF`)
	press("r")
	w.until(`which\?\r\n`)
	write(t, dir, "main.js", `import { print } from "probe"; print("done")`) // while it waits
	contains(t, w.ended(3), "run 2 aborted", "done")
	press("q")
	if code := w.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestGoroutines reruns what is aborted, fails, loads and reads.
func TestGoroutines(t *testing.T) {
	runs := 300
	if raceEnabled || testing.Short() {
		runs = 60
	}
	dir := t.TempDir()
	write(t, dir, "in.txt", "x", "other.js", "export const o = 1", "main.js", `import { print, readFile, goroutines, sleep } from "probe";
import { o } from "./other.js";
readFile("in.txt"); await import("./oth" + "er.js"); print("goroutines " + goroutines() + " end"); sleep(1); throw new Error("fails")`)
	w, press, _ := watchModule(t, dir)
	w.ended(1)
	count := func(run int) (n int) {
		press("\r")
		out := w.ended(run)
		if _, err := fmt.Sscanf(out[strings.Index(out, "goroutines "):], "goroutines %d", &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	first := count(2)
	for run := 3; run <= runs; run++ {
		count(run)
	}
	// esbuild holds a goroutine for a quarter of a second after each build.
	ticker := time.NewTicker(300 * time.Millisecond)
	defer ticker.Stop()
	for run := runs + 1; ; run++ {
		<-ticker.C
		n := count(run)
		if n <= first {
			return
		}
		if run > runs+20 {
			t.Fatalf("%d goroutines after %d runs, %d after two", n, run, first)
		}
	}
}
