//go:build linux

package scripts_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo terminal.
func terminal(t testing.TB) (outside, inside *os.File) {
	t.Helper()
	outside, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { outside.Close() })
	fd := int(outside.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if inside, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return outside, inside
}

// watchIn is watch in a terminal of its own, which press sends keys to.
func watchIn(t testing.TB, dir string, args ...string) (w *watching, press func(keys string), tty *os.File) {
	t.Helper()
	outside, inside := terminal(t)
	tty, err := os.OpenFile(inside.Name(), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	cmd := exec.Command(binary(t), append([]string{"watch"}, args...)...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, inside, inside, inside
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	w = begin(t, cmd, outside, inside)
	return w, func(keys string) {
		t.Helper()
		if _, err := outside.WriteString(keys); err != nil {
			t.Fatal(err)
		}
	}, tty
}

func mode(t testing.TB, tty *os.File) unix.Termios {
	t.Helper()
	m, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *m
}

func TestKeys(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "main.js", `console.log("ran")`)
	w, press, tty := watchIn(t, dir, "--color", "never", "--no-clear", "main.js")
	contains(t, w.ended(1), "ran\r\n", "r: run again, c: clear, q: quit")
	before := mode(t, tty)
	if before.Lflag&(unix.ICANON|unix.ECHO) != 0 || before.Lflag&unix.ISIG == 0 || before.Oflag&unix.OPOST == 0 {
		t.Errorf("the terminal's mode is %+v", before)
	}
	press("r")
	contains(t, w.ended(2), "run 2: asked for", "ran")
	press("\r")
	contains(t, w.ended(3), "ran")
	press("\x1b[A") // an arrow is no key of ours
	press("c")
	w.until(`\x1b\[H\x1b\[2J`)
	write(t, dir, "main.js", `console.log("begun"); await new Promise(() => setTimeout(() => {}, 1e6))`)
	w.until("begun")
	press("r")
	contains(t, w.until(`(?s)run 4 aborted.*run 5: asked for.*begun`), "after")
	press("q")
	if code := w.exit(); code != 0 {
		t.Errorf("q gives exit code %d", code)
	}
	if m := mode(t, tty); m.Lflag&unix.ICANON == 0 || m.Lflag&unix.ECHO == 0 {
		t.Errorf("the terminal is left in mode %+v", m)
	}
}

// TestTerminalIsRestored ends watching in other ways.
func TestTerminalIsRestored(t *testing.T) {
	for _, end := range []struct {
		name string
		do   func(w *watching, press func(string))
		code int
	}{
		{"Ctrl-C", func(_ *watching, press func(string)) { press("\x03") }, 130},
		{"Ctrl-D", func(_ *watching, press func(string)) { press("\x04") }, 0},
		{"Ctrl-backslash", func(_ *watching, press func(string)) { press("\x1c") }, 131},
		{"SIGTERM", func(w *watching, _ func(string)) { w.cmd.Process.Signal(syscall.SIGTERM) }, 143},
	} {
		dir := t.TempDir()
		write(t, dir, "main.js", `console.log("ran")`)
		w, press, tty := watchIn(t, dir, "main.js")
		w.ended(1)
		end.do(w, press)
		if code := w.exit(); code != end.code {
			t.Errorf("%s: exit code %d", end.name, code)
		}
		if m := mode(t, tty); m.Lflag&unix.ICANON == 0 || m.Lflag&unix.ECHO == 0 {
			t.Errorf("%s: the terminal is left in mode %+v", end.name, m)
		}
	}
}

// TestClear clears the terminal before each run but the first, unless told
// otherwise.
func TestClear(t *testing.T) {
	const wipe = "\x1b[H\x1b[2J"
	for _, c := range []struct {
		flag   string
		clears bool
	}{{"--clear", true}, {"--no-clear", false}, {"--color=never", true}} {
		dir := t.TempDir()
		write(t, dir, "main.js", `console.log("one")`)
		w, _, _ := watchIn(t, dir, c.flag, "main.js")
		if out := w.ended(1); strings.Contains(out, wipe) {
			t.Errorf("%s: cleared before the first run", c.flag)
		}
		write(t, dir, "main.js", `console.log("two")`)
		if out := w.ended(2); strings.Contains(out, wipe) != c.clears {
			t.Errorf("%s: %q", c.flag, out)
		}
	}
	dir := t.TempDir()
	write(t, dir, "main.js", `console.log("one")`)
	w := watch(t, dir, "--clear", "main.js")
	w.ended(1)
	write(t, dir, "main.js", `console.log("two")`)
	if out := w.ended(2); strings.Contains(out, "\x1b") {
		t.Errorf("control characters where there is no terminal: %q", out)
	}
}

// TestThousandRuns reruns on a terminal's Enter, with a warm connection.
func TestThousandRuns(t *testing.T) {
	runs := 1000
	if raceEnabled || testing.Short() {
		runs = 150
	}
	t.Setenv("GOGC", "100") // else the heap may grow to its floor first
	p := newProbe(t)
	p.script(`{ onLog() {}, onSampling: () => "x" }`, sayPid+`await s.callTool("log"); await s.subscribe("a:1"); await s.close();`)
	w, press, _ := watchIn(t, p.dir, "--no-clear", "--color=never", "main.js")
	server := pid(t, w.ended(1))
	var warm usage
	for run := 2; run <= runs; run++ {
		press("\r")
		if got := pid(t, w.ended(run)); got != server {
			t.Fatalf("run %d has another server", run)
		}
		if run == runs/5 {
			warm = usageOf(t, w.cmd.Process.Pid)
		}
	}
	last := usageOf(t, w.cmd.Process.Pid)
	t.Logf("after %d runs %+v, after %d %+v", runs/5, warm, runs, last)
	if last.files != warm.files || last.children != warm.children || last.threads > warm.threads+16 {
		t.Error("processes or descriptors are left behind")
	}
	if last.memory > warm.memory*5/4+8<<10 {
		t.Error("memory grows")
	}
}
