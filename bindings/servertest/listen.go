package servertest

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// startTimeout bounds a server's start; a loaded machine starts python slowly.
const startTimeout = 60 * time.Second

// Serve starts one of our programs over HTTP on a free loopback port and
// returns its URL; args follow -http. It is killed when the test ends.
func Serve(t testing.TB, name string, args ...string) (url string) {
	t.Helper()
	argv := append([]string{Build(t, name), "-http", "127.0.0.1:0"}, args...)
	return listen(t, argv, nil, regexp.MustCompile(`listening on (http://\S+)`))
}

// listen starts a server, waits for a line of output that ready matches, and
// returns what ready's last group matched. The whole process group is killed
// when the test ends; if the test failed, the server's last lines are logged.
func listen(t testing.TB, argv, env []string, ready *regexp.Regexp) string {
	t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), env...)
	ownGroup(cmd)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", argv[0], err)
	}
	_ = write.Close()

	var tail []string // the reader's until done is closed
	found := make(chan string, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer read.Close()
		for lines := bufio.NewReader(read); ; {
			line, err := lines.ReadString('\n')
			if line = strings.TrimSpace(line); line != "" {
				tail = append(tail, line)
				tail = tail[max(0, len(tail)-20):]
			}
			if m := ready.FindStringSubmatch(line); m != nil {
				select {
				case found <- m[len(m)-1]:
				default:
				}
			}
			if err != nil {
				if err != io.EOF {
					tail = append(tail, err.Error())
				}
				return
			}
		}
	}()
	t.Cleanup(func() {
		killGroup(cmd)
		_ = cmd.Wait()
		<-done
		if t.Failed() {
			t.Logf("%s said last:\n%s", filepath.Base(argv[0]), strings.Join(tail, "\n"))
		}
	})

	select {
	case m := <-found:
		return m
	case <-done:
		select {
		case m := <-found:
			return m
		default:
		}
		t.Fatalf("%s ended before it listened", strings.Join(argv, " "))
	case <-time.After(startTimeout):
		t.Fatalf("%s does not listen after %v", strings.Join(argv, " "), startTimeout)
	}
	return ""
}

// freePort finds a loopback port for servers that can't pick one themselves.
// Another process may take it first; that is then an error of the start.
func freePort(t testing.TB) string {
	t.Helper()
	port, err := unusedPort()
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(port)
}
