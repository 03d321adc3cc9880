package oauth

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A loginInTerminal is `mcpjs login` in a pseudo terminal of its own.
type loginInTerminal struct {
	t     *testing.T
	cmd   *exec.Cmd
	tty   *os.File // the outside of the terminal
	shown string
}

func startLogin(t *testing.T, bin, home string, env []string, args ...string) *loginInTerminal {
	t.Helper()
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	raw, err := tty.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	err = raw.Control(func(fd uintptr) {
		if err := unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err != nil {
			t.Error(err)
		}
		if n, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	inside, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	l := &loginInTerminal{t: t, tty: tty, cmd: exec.Command(bin, append([]string{"login"}, args...)...)}
	l.cmd.Env = append([]string{"HOME=" + home, "MCPJS_TOKEN_STORE=file", "PATH=/nonexistent", "LC_ALL=C.UTF-8"}, env...)
	l.cmd.Dir, l.cmd.Stdin, l.cmd.Stdout, l.cmd.Stderr = home, inside, inside, inside
	l.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	inside.Close()
	t.Cleanup(func() {
		_ = l.cmd.Process.Kill()
		_ = l.cmd.Wait()
	})
	if err := tty.SetReadDeadline(time.Now().Add(60 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return l
}

// until reads what is shown until that holds a text; the end will do for "".
func (l *loginInTerminal) until(text string) {
	l.t.Helper()
	buf := make([]byte, 4096)
	for text == "" || !strings.Contains(l.shown, text) {
		n, err := l.tty.Read(buf)
		l.shown = strings.ReplaceAll(l.shown+string(buf[:n]), "\r\n", "\n")
		if text == "" && errors.Is(err, syscall.EIO) { // nobody is inside any more
			return
		}
		if err != nil {
			l.t.Fatalf("waiting for %q: %v; shown: %s", text, err, l.shown)
		}
	}
}

func (l *loginInTerminal) typing(text string) {
	l.t.Helper()
	if _, err := l.tty.WriteString(text); err != nil {
		l.t.Fatal(err)
	}
}

// visit gives the page that is to be visited, and where its answer is awaited.
func (l *loginInTerminal) visit() (page, back string) {
	l.t.Helper()
	l.until("paste the address it ended up at:\n")
	_, rest, _ := strings.Cut(l.shown, "Visit:\n\n  ")
	page, _, _ = strings.Cut(rest, "\n")
	u, err := url.Parse(page)
	if err != nil {
		l.t.Fatal(err)
	}
	r, err := url.Parse(u.Query().Get("redirect_uri"))
	if err != nil || r.Host == "" {
		l.t.Fatalf("the page to visit is %q: %v", page, err)
	}
	return page, r.Host
}

// exits wants an exit code, a terminal that shows what is typed, and nobody
// listening at back.
func (l *loginInTerminal) exits(code int, back string) {
	l.t.Helper()
	l.until("")
	_ = l.cmd.Wait()
	if got := l.cmd.ProcessState.ExitCode(); got != code {
		l.t.Errorf("exit code %d, want %d; shown: %s", got, code, l.shown)
	}
	if l.echo() == 0 {
		l.t.Error("the terminal is left without echo")
	}
	if listening(back) {
		l.t.Error("the redirect's port is still open")
	}
}

// echo is the terminal's flag for showing what is typed.
func (l *loginInTerminal) echo() uint32 {
	l.t.Helper()
	raw, err := l.tty.SyscallConn()
	if err != nil {
		l.t.Fatal(err)
	}
	var m *unix.Termios
	if e := raw.Control(func(fd uintptr) { m, err = unix.IoctlGetTermios(int(fd), unix.TCGETS) }); e != nil || err != nil {
		l.t.Fatal(e, err)
	}
	return m.Lflag & unix.ECHO
}

func listening(address string) bool {
	c, err := net.Dial("tcp", address)
	if err == nil {
		c.Close()
	}
	return err == nil
}

// TestLoginInTerminal runs the binary in a terminal, without a browser that works.
func TestLoginInTerminal(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "mcpjs")
	if out, err := exec.Command("go", "build", "-o", bin, "mcpjs").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	browsers := map[string][]string{
		"no browser": nil, "a browser that isn't there": {"BROWSER=/nonexistent/browser"}, "a browser that fails": {"BROWSER=/bin/false"},
		"a browser elsewhere": {"BROWSER=/bin/true", "SSH_CONNECTION=1 2 3 4"},
	}
	for name, env := range browsers {
		t.Run("paste, "+name, func(t *testing.T) {
			w := newWorld(t)
			l := startLogin(t, bin, t.TempDir(), env, w.url(), "--client-id", "native")
			page, back := l.visit()
			if !listening(back) {
				t.Error("nobody listens for the browser's answer")
			}
			address, err := browseTo(t.Context(), page, false)
			if err != nil {
				t.Fatal(err)
			}
			l.typing(address + "\n")
			l.exits(0, back)
			if !strings.Contains(l.shown, "logged in to "+w.url()+"\n") {
				t.Errorf("shown: %s", l.shown)
			}
			if n := len(w.as.seen("/oauth/token", AuthorizationCode)); n != 1 {
				t.Errorf("%d codes were redeemed", n)
			}
		})
	}
	t.Run("paste of something else", func(t *testing.T) {
		w := newWorld(t)
		l := startLogin(t, bin, t.TempDir(), nil, w.url(), "--client-id", "native")
		_, back := l.visit()
		l.typing("https://elsewhere.example/?code=x&state=y\n")
		l.exits(3, back)
		if !strings.Contains(l.shown, "its state is another") {
			t.Errorf("shown: %s", l.shown)
		}
	})
	t.Run("Ctrl-C", func(t *testing.T) {
		w := newWorld(t)
		home := t.TempDir()
		l := startLogin(t, bin, home, nil, w.url(), "--client-id", "native")
		_, back := l.visit()
		l.typing("\x03")
		l.exits(130, back)
		// It has let go of the lock.
		l = startLogin(t, bin, home, nil, w.url(), "--client-id", "native")
		_, back = l.visit()
		l.typing("\x03")
		l.exits(130, back)
	})
	t.Run("client and secret", func(t *testing.T) {
		w := newWorld(t)
		w.knownBy("native", "cl1ent-s3cret", nil)
		home := t.TempDir()
		l := startLogin(t, bin, home, nil, w.url())
		l.until("Client id: ")
		l.typing("native\n")
		l.until("Its secret (Enter if it has none): ")
		if l.echo() != 0 {
			t.Error("the secret would be shown")
		}
		l.typing("cl1ent-s3cret\n")
		page, back := l.visit()
		address, err := browseTo(t.Context(), page, false)
		if err != nil {
			t.Fatal(err)
		}
		l.typing(address + "\n")
		l.exits(0, back)
		if strings.Contains(l.shown, "s3cret") {
			t.Errorf("the secret was shown: %s", l.shown)
		}

		for _, answers := range []string{"\x03", "native\n\x03"} {
			l = startLogin(t, bin, t.TempDir(), nil, w.url())
			l.until("Client id: ")
			_, rest, _ := strings.Cut(l.shown, "redirect http://")
			back, _, _ = strings.Cut(rest, "/")
			first, second, two := strings.Cut(answers, "\n")
			l.typing(first)
			if two {
				l.typing("\n")
				l.until("Its secret (Enter if it has none): ")
				l.typing(second)
			}
			l.exits(130, back)
		}

		l = startLogin(t, bin, t.TempDir(), nil, w.url())
		l.until("Client id: ")
		_, rest, _ := strings.Cut(l.shown, "redirect http://")
		back, _, _ = strings.Cut(rest, "/")
		l.typing("\x04") // no answer
		l.exits(3, back)
		if !strings.Contains(l.shown, "knows no client of this program") || !strings.Contains(l.shown, "--client-secret-file") {
			t.Errorf("shown: %s", l.shown)
		}
	})
}
