//go:build unix

package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/server"

	"mcpjs/engine/process"
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
	for _, id := range []int64{1, 2, 1234567890123456789} {
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
				resp, err := p.SendRequest(within(t), request(int64(i*1000+j), "x", want))
				if err != nil || string(resp.Result) != want {
					t.Errorf("got %v %v, want %s", resp, err, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

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
		if _, err := p.SendRequest(within(t), request(1, "x", "")); !errors.Is(err, ErrNotStarted) {
			t.Error("a call before Start:", err)
		}
		if err := p.SendNotification(within(t), Notification{}); !errors.Is(err, ErrNotStarted) {
			t.Error("a notification before Start:", err)
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

func TestProcessNoise(t *testing.T) {
	var mu sync.Mutex
	var mirrored []string
	o := opts("noise")
	o.Stderr = func(line string) { mu.Lock(); mirrored = append(mirrored, line); mu.Unlock() }
	p := startWith(t, o)
	notified := make(chan Notification, 10)
	p.SetMessageHandler(func(n Notification) { notified <- n })
	for i, method := range []string{"glued", "spaced", "trailing", "run-together", "json-log", "truncated-then-whole", "batch", "twice", "wrong-id", "string-id", "float-id"} {
		want := map[string]string{"truncated-then-whole": `{"ok":6}`, "batch": `{"ok":7}`, "twice": `{"ok":8}`, "wrong-id": `{"ok":9}`, "string-id": `{"ok":10}`, "float-id": `{"ok":11}`}[method]
		if want == "" {
			want = fmt.Sprintf(`{"ok":%d}`, i+1)
		}
		if got := ask(t, p, int64(i+100), method, ""); got != want {
			t.Errorf("%s: got %s, want %s", method, got, want)
		}
	}
	for _, want := range []string{"notifications/x", "notifications/y"} {
		if n := <-notified; n.Method != want || n.Params != nil {
			t.Errorf("notified of %v, want %s", n, want)
		}
	}
	for _, method := range []string{"broken", "split", "broken-at-end"} {
		_, err := p.SendRequest(within(t), request(7, method, ""))
		var bad *MessageError
		if !errors.As(err, &bad) {
			t.Errorf("%s: got %v", method, err)
		}
	}
	for method, want := range map[string]string{
		"null-id":    `{"code":-32700,"message":"parse error"}`,
		"text-error": `{"code":-32603,"message":"cursor_invalid"}`,
		"error":      `{"code":-32042,"message":"no","data":{"big":9007199254740993}}`,
	} {
		if got := ask(t, p, 8, method, ""); got != want {
			t.Errorf("%s: got %s", method, got)
		}
	}
	stray := p.Stray()
	if stray.Replies != 2 { // a second answer and an unknown id
		t.Errorf("stray replies: %d", stray.Replies)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"Welcome to {the} server", `Listening on {"port":3}...`, "log:", "done.", `{"level":"info","msg":"hi"}`} {
		if !strings.Contains(strings.Join(stray.Last, "\n"), want) || !strings.Contains(strings.Join(mirrored, "\n"), want) {
			t.Errorf("%q is not among the stray lines %q", want, stray.Last)
		}
	}
}

func TestProcessBigLines(t *testing.T) {
	p := startProcess(t, "big")
	for _, n := range []int{4 << 20, 64 << 20} {
		if got := ask(t, p, int64(n), "x", fmt.Sprintf(`{"n":%d}`, n)); len(got) != n+len(`{"text":""}`) {
			t.Errorf("got %d bytes", len(got))
		}
	}
	o := opts("big")
	o.MaxMessage = 1 << 20
	p = startWith(t, o)
	for _, last := range []bool{false, true} {
		_, err := p.SendRequest(within(t), request(1, "x", fmt.Sprintf(`{"n":3000000,"last":%v}`, last)))
		if err == nil || !strings.Contains(err.Error(), "beyond the limit of 1048576") {
			t.Errorf("got %v", err)
		}
		if got := ask(t, p, 2, "x", `{"n":3}`); got != `{"text":"xxx"}` {
			t.Errorf("after it: %s", got)
		}
	}
}

// A call to a server that doesn't read ends with its context, whatever waits.
func TestProcessDeaf(t *testing.T) {
	p := startProcess(t, "deaf")
	big := `"` + strings.Repeat("x", 6<<20) + `"`
	var wg sync.WaitGroup
	for i := range 8 {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		wg.Go(func() {
			if _, err := p.SendRequest(ctx, request(int64(i), "x", big)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	wait(t, "calls", done)
	began := time.Now()
	if err := p.Close(); err != nil || time.Since(began) > 2*time.Second {
		t.Errorf("Close took %v: %v", time.Since(began), err)
	}
}

func TestProcessHalfClosed(t *testing.T) {
	for mode, text := range map[string]string{"closes-stdin": "closed its input", "closes-stdout": "closed its output"} {
		p := NewProcess(opts(mode))
		ready := make(chan struct{}, 1)
		p.SetMessageHandler(func(Notification) { ready <- struct{}{} })
		if err := p.Start(within(t)); err != nil {
			t.Fatal(err)
		}
		if mode == "closes-stdin" {
			wait(t, mode, ready)
		}
		if _, err := p.SendRequest(within(t), request(1, "x", "{}")); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", mode, err)
		}
		wait(t, mode, p.Done())
		if p.Err() == nil {
			t.Errorf("%s: no cause", mode)
		}
		gone(t, p.Pid())
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestProcessClose(t *testing.T) {
	for _, mode := range []string{"echo", "hang", "stubborn", "logs-at-end"} {
		t.Run(mode, func(t *testing.T) {
			p := startProcess(t, mode)
			var pending error
			ended := make(chan struct{})
			if mode == "hang" {
				go func() { _, pending = p.SendRequest(context.Background(), request(1, "x", "")); close(ended) }()
			} else {
				ask(t, p, 1, "x", "")
				close(ended)
			}
			var wg sync.WaitGroup
			began := time.Now()
			for range 3 {
				wg.Go(func() {
					if err := p.Close(); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if took := time.Since(began); took > 1900*time.Millisecond {
				t.Errorf("took %v", took)
			}
			wait(t, "the pending call", ended)
			if pending != nil && !errors.Is(pending, ErrClosed) {
				t.Error(pending)
			}
			gone(t, p.Pid())
			if mode == "logs-at-end" {
				if last := p.Stderr(); len(last) == 0 || last[len(last)-1] != "clean shutdown" {
					t.Errorf("stderr ends with %q", last)
				}
			}
		})
	}
}

func TestProcessGrandchild(t *testing.T) {
	pidOf := func(p *Process) (r struct{ Pid int }) {
		if err := json.Unmarshal([]byte(ask(t, p, 1, "pid", "")), &r); err != nil {
			t.Fatal(err)
		}
		if !alive(r.Pid) {
			t.Fatal("the grandchild isn't there")
		}
		return r
	}
	t.Run("close", func(t *testing.T) {
		p := startProcess(t, "grandchild")
		g := pidOf(p)
		p.Close()
		gone(t, g.Pid)
	})
	t.Run("exit", func(t *testing.T) {
		p := startProcess(t, "grandchild")
		g := pidOf(p)
		_, err := p.SendRequest(within(t), request(2, "die", ""))
		if exit := new(ExitError); !errors.As(err, &exit) || exit.Code != 1 {
			t.Error(err)
		}
		gone(t, g.Pid)
	})
	t.Run("KillAll", func(t *testing.T) {
		p := startProcess(t, "grandchild")
		g := pidOf(p)
		process.KillAll()
		gone(t, g.Pid)
		wait(t, "Done", p.Done())
	})
	t.Run("daemon", func(t *testing.T) {
		p := startProcess(t, "daemon")
		g := pidOf(p)
		p.Close()
		gone(t, g.Pid)
	})
}

// TestProcessOurDeath kills a process of ours, which has a server, and sees
// that the server and its own child are gone.
func TestProcessOurDeath(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), modeEnv+"=parent")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var server, child, dog int
	if _, err := fmt.Fscan(out, &server, &child, &dog); err != nil {
		t.Fatal(err)
	}
	if !alive(server) || !alive(child) || !alive(dog) {
		t.Fatal("not there")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	gone(t, server)
	gone(t, child)
	gone(t, dog)
}

// Post never blocks, and what is withdrawn is answered to nobody.
func TestPost(t *testing.T) {
	p := startProcess(t, "echo")
	answers := make(chan string, 10)
	post := func(id int64) bool {
		return p.Post(request(id, "x", fmt.Sprintf(`{"id":%d}`, id)), func(resp Response, err error) { answers <- fmt.Sprint(string(resp.Result), err) })
	}
	for id := range int64(3) {
		if !post(id + 1) {
			t.Fatalf("request %d was not taken", id+1)
		}
	}
	if post(1) {
		t.Error("an id in use was taken")
	}
	if !p.Withdraw(2) || p.Withdraw(2) || p.Withdraw(9) {
		t.Error("Withdraw does not tell what it did")
	}
	p.Flush()
	for _, want := range []string{`{"id":1}<nil>`, `{"id":3}<nil>`} {
		if got := <-answers; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := ask(t, p, 4, "x", `{"last":true}`); got != `{"last":true}` || len(answers) > 0 {
		t.Errorf("got %s, and %d answers more", got, len(answers))
	}
	if !post(5) { // and nobody flushes
		t.Error("request 5 was not taken")
	} else if got := <-answers; got != `{"id":5}<nil>` {
		t.Errorf("got %s", got)
	}
	p.Close()
	if post(6) {
		t.Error("a closed connection took a request")
	}

	deaf := startProcess(t, "deaf")
	big := `"` + strings.Repeat("x", 64<<10) + `"`
	taken := int64(0)
	for deaf.Post(request(taken+1, "x", big), func(_ Response, err error) { answers <- fmt.Sprint(err) }) {
		if taken++; taken > 2*maxQueued>>16 {
			t.Fatal("there is always room")
		}
	}
	for id := range taken - 1 {
		deaf.Withdraw(id + 2)
	}
	deaf.Close()
	if got := <-answers; got != ErrClosed.Error() {
		t.Errorf("got %s", got)
	}
}

// TestAttended: who is called with the reader's goroutine may keep it: another
// reads on, also to the end of the process.
func TestAttended(t *testing.T) {
	p := startProcess(t, "echo")
	kept, attending := make(chan bool), make(chan bool, 1)
	turned := 0
	p.SetAttend(func(fn func()) func() {
		fn()
		if turned++; turned > 1 { // one at a time, as a loop would
			return nil
		}
		return func() {
			attending <- true
			<-kept
		}
	})
	for id := range int64(3) {
		if got := ask(t, p, id+1, "x", `{"a":1}`); got != `{"a":1}` {
			t.Errorf("got %s", got)
		}
	}
	<-attending
	_ = syscall.Kill(p.cmd.Process.Pid, syscall.SIGKILL)
	wait(t, "Done", p.Done())
	var exit *ExitError
	if !errors.As(p.Err(), &exit) {
		t.Errorf("ended with %v", p.Err())
	}
	close(kept)
}

func TestProcessServerRequests(t *testing.T) {
	p := startProcess(t, "asks")
	if got := ask(t, p, 1, "ask", ""); !strings.Contains(got, `"code":-32601`) {
		t.Errorf("without handler: %s", got)
	}
	p.SetRequestHandler(func(_ context.Context, r ServerRequest) *Response {
		switch r.Method {
		case "roots/list":
			return &Response{Result: json.RawMessage("{\"roots\":\n[]}")}
		}
		panic("boom")
	})
	if got := ask(t, p, 2, "ask", ""); got != `{"id":2,"error":{"code":-32603,"message":"the handler of sampling/createMessage panicked: boom"}}` {
		t.Errorf("panic: %s", got)
	}
	if got := ask(t, p, 3, "ask-big-id", ""); got != `{"id":12345678901234567890,"result":{"roots": []}}` {
		t.Errorf("big id: %s", got)
	}
}

func TestProcessFlood(t *testing.T) {
	p := startProcess(t, "flood")
	var n int
	p.SetMessageHandler(func(Notification) { n++ })
	p.SetRequestHandler(func(context.Context, ServerRequest) *Response {
		return &Response{Result: json.RawMessage("{}")}
	})
	ask(t, p, 1, "x", "")
	if n != 5000 {
		t.Errorf("%d notifications before the answer", n)
	}
}

func TestPipe(t *testing.T) {
	for _, v := range versions {
		a, b := net.Pipe()
		go func() {
			_ = server.NewStdioServer(testServer()).Listen(context.Background(), b, b)
			b.Close()
		}()
		c := NewPipe(a, a)
		cl := initialize(t, c, v)
		if err := cl.Close(); err != nil {
			t.Error(err)
		}
		wait(t, "Done", c.Done())
	}
	a, b := net.Pipe()
	c := NewPipe(a, a)
	if err := c.Start(within(t)); err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = b.Read(make([]byte, 1))
		b.Close()
	}()
	if _, err := c.SendRequest(within(t), request(1, "x", "")); err == nil || errors.Is(err, ErrClosed) {
		t.Error("the other end closed:", err)
	}
	wait(t, "Done", c.Done())
	if err := c.Close(); err != nil || c.Err() == nil {
		t.Error(err, c.Err())
	}
}

func TestProcessLeaks(t *testing.T) {
	count := func() (int, int) {
		fds, _ := os.ReadDir("/proc/self/fd")
		return runtime.NumGoroutine(), len(fds)
	}
	p := startProcess(t, "echo") // the poller's own descriptors
	p.Close()
	g0, f0 := count()
	for _, mode := range []string{"echo", "die", "grandchild", "hang", "closes-stdout"} {
		p := startProcess(t, mode)
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		_, _ = p.SendRequest(ctx, request(1, "die", ""))
		cancel()
		p.Close()
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		g, f := count()
		if g <= g0 && f <= f0 {
			return
		}
		<-tick.C
	}
	g, f := count()
	buf := make([]byte, 1<<20)
	t.Errorf("goroutines %d → %d, descriptors %d → %d\n%s", g0, g, f0, f, buf[:runtime.Stack(buf, true)])
}
