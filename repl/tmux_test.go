package repl_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// binary builds mcpjs once for the tests.
var binary = sync.OnceValues(func() (string, error) { return build("mcpjs") })

// raceBinary builds it with the race detector.
var raceBinary = sync.OnceValues(func() (string, error) { return build("mcpjs-race", "-race") })

var workDir string

func build(name string, flags ...string) (string, error) {
	out := filepath.Join(workDir, name)
	c := exec.Command("go", append(append([]string{"build", "-o", out}, flags...), "mcpjs")...)
	c.Dir = ".."
	c.Env = append(os.Environ(), "CGO_ENABLED=1")
	if text, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build mcpjs: %w\n%s", err, text)
	}
	return out, nil
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mcpjs-repl")
	if err != nil {
		panic(err)
	}
	workDir = dir
	os.Setenv("MCPJS_CACHE", "") // not the user's
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// terminal is a session in a real terminal, that of tmux.
type terminal struct {
	t      testing.TB
	socket string
	dir    string // working and state directory
}

// open starts mcpjs in a terminal of 100 by 30. env are lines NAME=value.
func open(t testing.TB, env []string, args ...string) *terminal {
	t.Helper()
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return openBinary(t, bin, t.TempDir(), env, args...)
}

func openBinary(t testing.TB, bin, dir string, env []string, args ...string) *terminal {
	t.Helper()
	x := newTerminal(t, dir)
	return x.start(x.command(bin, env, args...) + `; echo "[exit $?]"`)
}

func newTerminal(t testing.TB, dir string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("MCPJS_REQUIRE_TMUX") == "1" {
			t.Fatal("tmux is not installed")
		}
		t.Skip("tmux is not installed; MCPJS_REQUIRE_TMUX=1 makes this a failure")
	}
	return &terminal{t: t, socket: fmt.Sprintf("mcpjs-%d-%d", os.Getpid(), time.Now().UnixNano()), dir: dir}
}

// command is a command line for the shell.
func (x *terminal) command(bin string, env []string, args ...string) string {
	words := []string{"env", "XDG_STATE_HOME=" + filepath.Join(x.dir, "state"), "HOME=" + x.dir, "LC_ALL=C.UTF-8"}
	words = append(words, env...)
	words = append(words, bin)
	words = append(words, args...)
	for i, w := range words {
		words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	return strings.Join(words, " ")
}

// start runs commands of a shell in the terminal, of 100 by 30.
func (x *terminal) start(commands string) *terminal {
	x.t.Helper()
	// What follows keeps the screen after the end, whatever is typed then.
	shell := "trap : INT; stty sane; " + commands + `; trap "" INT QUIT TSTP; while :; do cat; done`
	if _, err := x.tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "-c", x.dir, shell, ";", "set-option", "remain-on-exit", "on"); err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() { x.tmux("kill-server") })
	return x
}

// resize changes the terminal's size.
func (x *terminal) resize(width, height int) *terminal {
	x.t.Helper()
	if _, err := x.tmux("resize-window", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height)); err != nil {
		x.t.Fatal(err)
	}
	return x
}

func (x *terminal) tmux(args ...string) (string, error) {
	c := exec.Command("tmux", append([]string{"-u", "-L", x.socket}, args...)...)
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TERM=xterm-256color")
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("tmux %s: %w: %s", args[0], err, errs.String())
	}
	return string(out), nil
}

// screen gives what the terminal shows, without the empty lines at its end.
func (x *terminal) screen() string {
	out, err := x.tmux("capture-pane", "-p")
	if err != nil {
		x.t.Fatal(err)
	}
	return strings.TrimRight(out, "\n ")
}

// colors gives it with its escape sequences.
func (x *terminal) colors() string {
	out, err := x.tmux("capture-pane", "-p", "-e")
	if err != nil {
		x.t.Fatal(err)
	}
	return out
}

// cursor gives the place of the cursor, counted from 0.
func (x *terminal) cursor() string {
	out, err := x.tmux("display-message", "-p", "#{cursor_x},#{cursor_y}")
	if err != nil {
		x.t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// typing types text, key by key.
func (x *terminal) typing(text string) *terminal {
	x.t.Helper()
	for _, r := range text {
		if _, err := x.tmux("send-keys", "-l", "--", string(r)); err != nil {
			x.t.Fatal(err)
		}
	}
	return x
}

// keys sends keys by tmux's names: Enter, C-c, Left …
func (x *terminal) keys(names ...string) *terminal {
	x.t.Helper()
	if _, err := x.tmux(append([]string{"send-keys"}, names...)...); err != nil {
		x.t.Fatal(err)
	}
	return x
}

// enter types a line and Enter.
func (x *terminal) enter(text string) *terminal {
	x.t.Helper()
	if _, err := x.tmux("send-keys", "-l", "--", text); err != nil {
		x.t.Fatal(err)
	}
	return x.keys("Enter")
}

// sees waits until the screen ends in lines, compared without spaces at their
// ends.
func (x *terminal) sees(lines ...string) *terminal {
	x.t.Helper()
	want := strings.Join(lines, "\n")
	x.until(func(screen string) bool { return strings.HasSuffix("\n"+screen, "\n"+want) }, "the end\n"+want)
	return x
}

// shows waits until a text is somewhere on the screen.
func (x *terminal) shows(text string) *terminal {
	x.t.Helper()
	x.until(func(screen string) bool { return strings.Contains(screen, text) }, fmt.Sprintf("%q", text))
	return x
}

func (x *terminal) until(ok func(string) bool, what string) {
	x.t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		lines := strings.Split(x.screen(), "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		screen := strings.Join(lines, "\n")
		if ok(screen) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			x.t.Fatalf("the screen never showed %s\nit shows\n%s", what, screen)
		}
	}
}
