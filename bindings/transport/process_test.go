package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
)

// opts starts the test binary as a server of that mode.
func opts(mode string) ProcessOptions {
	return ProcessOptions{Command: os.Args[0], Env: append(os.Environ(), modeEnv+"="+mode)}
}

func startProcess(t testing.TB, mode string) *Process {
	t.Helper()
	return startWith(t, opts(mode))
}

func startWith(t testing.TB, o ProcessOptions) *Process {
	t.Helper()
	p := NewProcess(o)
	if err := p.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// within gives a context that is far longer than anything here may take.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func request(id any, method, params string) Request {
	r := Request{ID: mcp.NewRequestId(id), Method: method}
	if params != "" {
		r.Params = json.RawMessage(params)
	}
	return r
}

// ask sends a request and gives its result, or its error as JSON.
func ask(t testing.TB, c Conn, id any, method, params string) string {
	t.Helper()
	resp, err := c.SendRequest(within(t), request(id, method, params))
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	if resp.Error != nil {
		raw, _ := json.Marshal(resp.Error)
		return string(raw)
	}
	return string(resp.Result)
}

func wait(t testing.TB, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(20 * time.Second):
		t.Fatalf("%s: waited too long", what)
	}
}

// gone waits until no process has that id.
func gone(t testing.TB, pid int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); <-tick.C {
		if !alive(pid) {
			return
		}
	}
	t.Errorf("process %d is still there", pid)
}

// alive says whether a process with that id runs; a zombie doesn't.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return !errors.Is(err, os.ErrNotExist) || !isDir("/proc/self")
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}

func isDir(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

func TestProcessCall(t *testing.T) {
	p := startProcess(t, "echo")
	for _, id := range []any{int64(1), 2, "three", json.RawMessage(`"f\u006fur"`), json.RawMessage("12345678901234567890")} {
		if got := ask(t, p, id, "x", `{"a":[1,"ü\n"]}`); got != `{"a":[1,"ü\n"]}` {
			t.Errorf("id %v: got %s", id, got)
		}
	}
	if got := ask(t, p, 5, "x", "{\n\t\"a\": 1\r\n}"); got != `{ 	"a": 1  }` {
		t.Errorf("line breaks: got %q", got)
	}
	if p.Err() != nil {
		t.Error("Err before the end:", p.Err())
	}
	pid := p.Pid()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	wait(t, "Done", p.Done())
	if p.Err() != nil {
		t.Error("Err after Close:", p.Err())
	}
	gone(t, pid)
	if _, err := p.SendRequest(within(t), request(1, "x", "")); !errors.Is(err, ErrClosed) {
		t.Error("call after Close:", err)
	}
	if err := p.Start(within(t)); !errors.Is(err, ErrClosed) {
		t.Error("Start after Close:", err)
	}
}

func TestProcessConcurrentCalls(t *testing.T) {
	p := startProcess(t, "echo")
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for j := range 50 {
				want := fmt.Sprintf(`{"n":%d}`, i*1000+j)
				resp, err := p.SendRequest(within(t), request(fmt.Sprint(i, "-", j), "x", want))
				if err != nil || string(resp.Result) != want {
					t.Errorf("got %v %v, want %s", resp, err, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

// initialize lets mcp-go's own client connect, list and call over c.
func initialize(t *testing.T, c Conn, version string) *client.Client {
	t.Helper()
	cl := client.NewClient(c, client.WithProtocolVersion(version))
	if err := cl.Start(within(t)); err != nil {
		t.Fatal(err)
	}
	res, err := cl.Initialize(within(t), mcp.InitializeRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if res.ProtocolVersion != version {
		t.Errorf("negotiated %s, want %s", res.ProtocolVersion, version)
	}
	tools, err := cl.ListTools(within(t), mcp.ListToolsRequest{})
	if err != nil || len(tools.Tools) != 4 {
		t.Fatalf("tools: %v %v", tools, err)
	}
	r := mcp.CallToolRequest{}
	r.Params.Name, r.Params.Arguments = "echo", map[string]any{"text": "hello"}
	out, err := cl.CallTool(within(t), r)
	if err != nil {
		t.Fatal(err)
	}
	if text := out.Content[0].(mcp.TextContent).Text; text != "hello" {
		t.Errorf("echo gave %q", text)
	}
	return cl
}

var versions = []string{"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"}

func TestProcessWithClient(t *testing.T) {
	for _, v := range versions {
		t.Run(v, func(t *testing.T) { initialize(t, startProcess(t, "mcp"), v) })
	}
}

func TestProcessDeath(t *testing.T) {
	for _, tt := range []struct {
		mode, text string
		code       int
	}{
		{"die", "exited with status 3", 3},
		{"killed", "SIGKILL", -1},
		{"exit-at-start", "exited with status 2", 2},
	} {
		t.Run(tt.mode, func(t *testing.T) {
			p := startProcess(t, tt.mode)
			_, err := p.SendRequest(within(t), request(1, "x", "{}"))
			var exit *ExitError
			if !errors.As(err, &exit) || exit.Code != tt.code || !strings.Contains(err.Error(), tt.text) {
				t.Fatalf("got %v", err)
			}
			wait(t, "Done", p.Done())
			if p.Err() != err {
				t.Errorf("Err is %v", p.Err())
			}
			if tt.mode == "die" {
				if n := len(exit.Stderr); n != 20 || exit.Stderr[19] != "last words" || exit.Stderr[18] != "line 29" {
					t.Errorf("stderr is %q", exit.Stderr)
				}
			}
			if _, err := p.SendRequest(within(t), request(2, "x", "{}")); !errors.As(err, &exit) {
				t.Errorf("a later call fails with %v", err)
			}
			gone(t, p.Pid())
		})
	}
}

func TestProcessMissing(t *testing.T) {
	for command, hint := range map[string]string{"npx": "Node.js", "uvx": "uv", "no-such-thing": "spelling", "./no/such": "spelling"} {
		p := NewProcess(ProcessOptions{Command: command, Env: []string{"PATH=/nowhere"}})
		err := p.Start(context.Background())
		if !errors.Is(err, exec.ErrNotFound) || !strings.Contains(err.Error(), hint) {
			t.Errorf("%s: %v", command, err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	o := opts("echo")
	o.Dir = "/no/such/dir"
	if err := NewProcess(o).Start(context.Background()); err == nil || !strings.Contains(err.Error(), "working directory") {
		t.Error(err)
	}
}
