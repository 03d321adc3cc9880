package servertest_test

import (
	"bufio"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"mcpjs/bindings/servertest"
)

// patience bounds every wait of these tests.
const patience = 30 * time.Second

// A child is a server driven by raw lines.
type child struct {
	t      *testing.T
	cmd    *exec.Cmd
	in     io.WriteCloser
	lines  chan string // stdout, line by line; closed at its end
	stderr strings.Builder
}

func start(t *testing.T, argv ...string) *child {
	t.Helper()
	c := &child{t: t, cmd: exec.Command(argv[0], argv[1:]...), lines: make(chan string, 1<<18)}
	c.cmd.Stderr = &c.stderr
	servertest.OwnGroup(c.cmd)
	c.cmd.WaitDelay = time.Second // a grandchild may hold stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.in = in
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(c.lines)
		for r := bufio.NewReader(out); ; {
			line, err := r.ReadString('\n')
			if line != "" {
				c.lines <- line
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		servertest.KillGroup(c.cmd)
		if c.cmd.ProcessState == nil {
			_ = c.cmd.Wait()
		}
		<-read
	})
	return c
}

func (c *child) send(lines ...string) {
	c.t.Helper()
	for _, line := range lines {
		if _, err := io.WriteString(c.in, line+"\n"); err != nil {
			c.t.Fatalf("send: %v", err)
		}
	}
}

// next is the next line of stdout, "" at its end.
func (c *child) next() string {
	c.t.Helper()
	select {
	case line := <-c.lines:
		return line
	case <-time.After(patience):
		c.t.Fatalf("nothing on stdout; stderr: %s", c.stderr.String())
		return ""
	}
}

// answer is the next line that holds a response to id, from its brace on.
func (c *child) answer(id string) string {
	c.t.Helper()
	for {
		line := c.next()
		if line == "" {
			c.t.Fatalf("stdout ended before the answer to %s", id)
		}
		if i := strings.Index(line, `{"jsonrpc":"2.0","id":`+id+`,`); i >= 0 && !strings.Contains(line, `"method"`) {
			return strings.TrimSpace(line[i:])
		}
	}
}

// exit closes stdin, unless closed, and waits for the process to end.
func (c *child) exit() int {
	c.t.Helper()
	_ = c.in.Close()
	for c.next() != "" {
	}
	_ = c.cmd.Wait()
	return c.cmd.ProcessState.ExitCode()
}

func initialize(version string) string {
	return `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"` + version + `","capabilities":{"sampling":{},"roots":{}},"clientInfo":{"name":"test","version":"1"}}}` +
		"\n" + `{"jsonrpc":"2.0","method":"notifications/initialized"}`
}

func call(id, tool, args string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"tools/call","params":{"name":"` + tool + `","arguments":` + args + `,"_meta":{"progressToken":"p"}}}`
}
