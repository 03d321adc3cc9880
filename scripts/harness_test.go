//go:build linux

package scripts_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "serve" {
		serve(os.Args[2])
		return
	}
	if len(os.Args) > 2 && os.Args[1] == "watch" {
		watchWithModule(os.Args[2:])
		return
	}
	os.Setenv("MCPJS_CACHE", "") // not the user's
	code := m.Run()
	for _, path := range append(more, built) {
		if path != "" {
			os.RemoveAll(filepath.Dir(path))
		}
	}
	os.Exit(code)
}

// serve is a server of revision 2025-11-25 on stdio that notes in a file what
// it is sent. Its tools: pid gives its process id, hang never answers, log
// sends a log message, ask asks for sampling and gives the answer.
func serve(journal string) {
	notes, err := os.OpenFile(journal, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(notes, "started")
	send := func(v string) { fmt.Println(`{"jsonrpc":"2.0",` + v + `}`) }
	text := func(id json.RawMessage, s string) {
		quoted, _ := json.Marshal(s)
		send(fmt.Sprintf(`"id":%s,"result":{"content":[{"type":"text","text":%s}]}`, id, quoted))
	}
	var asked json.RawMessage
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var m struct {
			ID     json.RawMessage
			Method string
			Params struct{ Name, Level, URI string }
			Result json.RawMessage
		}
		if json.Unmarshal(in.Bytes(), &m) != nil {
			continue
		}
		fmt.Fprintln(notes, strings.TrimSpace(m.Method+" "+m.Params.Name+m.Params.Level+m.Params.URI))
		switch m.Method {
		case "initialize":
			send(fmt.Sprintf(`"id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"logging":{},"resources":{"subscribe":true}},"serverInfo":{"name":"probe","version":"1"}}`, m.ID))
		case "tools/call":
			switch m.Params.Name {
			case "pid":
				text(m.ID, fmt.Sprint(os.Getpid()))
			case "log":
				send(`"method":"notifications/message","params":{"level":"info","data":"from the server"}`)
				text(m.ID, "logged")
			case "ask":
				asked = m.ID
				send(`"id":"s1","method":"sampling/createMessage","params":{"messages":[],"maxTokens":1}`)
			case "die":
				os.Exit(3)
			}
		case "":
			if asked != nil {
				text(asked, string(m.Result))
			}
		case "tools/list":
			send(fmt.Sprintf(`"id":%s,"result":{"tools":[]}`, m.ID))
		case "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe":
			send(fmt.Sprintf(`"id":%s,"result":{}`, m.ID))
		default:
			if m.ID != nil {
				send(fmt.Sprintf(`"id":%s,"error":{"code":-32601,"message":"no such method"}`, m.ID))
			}
		}
	}
}

var (
	building sync.Once
	built    string
	more     []string // other binaries that were built
)

// binary is mcpjs, built once for all tests.
func binary(t testing.TB) string {
	t.Helper()
	building.Do(func() {
		dir, err := os.MkdirTemp("", "mcpjs-watch-")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "mcpjs")
		args := []string{"build", "-o", path}
		if raceEnabled {
			args = append(args, "-race")
		}
		cmd := exec.Command("go", append(args, ".")...)
		cmd.Dir = ".."
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("build: %v\n%s", err, out)
		}
		built = path
	})
	if built == "" {
		t.Fatal("the binary was not built")
	}
	return built
}

// patience is how long what must happen may take.
const patience = 20 * time.Second

// output is what a process writes; tests wait for what is to come.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	seen int
	more chan struct{}
	eof  bool
}

func (o *output) read(r io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		o.mu.Lock()
		o.text.Write(buf[:n])
		o.eof = err != nil
		close(o.more)
		o.more = make(chan struct{})
		o.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// watching is mcpjs watch at work.
type watching struct {
	t   testing.TB
	cmd *exec.Cmd
	out *output
	end chan error
}

// watch starts mcpjs watch in dir.
func watch(t testing.TB, dir string, args ...string) *watching {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary(t), append([]string{"watch"}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, w, w
	return begin(t, cmd, r, w)
}

func begin(t testing.TB, cmd *exec.Cmd, r io.ReadCloser, w io.Closer) *watching {
	t.Helper()
	s := &watching{t: t, cmd: cmd, out: &output{more: make(chan struct{})}, end: make(chan error, 1)}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	go s.out.read(r)
	go func() { s.end <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-s.end:
		case <-time.After(patience):
			cmd.Process.Kill()
			t.Error("mcpjs did not end when told to")
		}
		r.Close()
		s.out.mu.Lock()
		if bytes.Contains(s.out.text.Bytes(), []byte("DATA RACE")) {
			t.Error("mcpjs has a data race")
		}
		s.out.mu.Unlock()
		if t.Failed() {
			s.out.mu.Lock()
			t.Logf("all output:\n%s", s.out.text.String())
			s.out.mu.Unlock()
		}
	})
	return s
}

// until waits for output that matches and gives what came up to its end.
func (s *watching) until(pattern string) string {
	s.t.Helper()
	re := regexp.MustCompile(pattern)
	limit := time.After(patience)
	for {
		s.out.mu.Lock()
		rest := s.out.text.Bytes()[s.out.seen:]
		if at := re.FindIndex(rest); at != nil {
			text := string(rest[:at[1]])
			s.out.seen += at[1]
			s.out.mu.Unlock()
			return text
		}
		more, eof := s.out.more, s.out.eof
		s.out.mu.Unlock()
		if eof {
			s.t.Fatalf("the output ended without %q", pattern)
		}
		select {
		case <-more:
		case <-limit:
			s.t.Fatalf("no %q within %v", pattern, patience)
		}
	}
}

// ended waits for a run to end and gives its output.
func (s *watching) ended(run int) string {
	s.t.Helper()
	return s.until(fmt.Sprintf(`\[watch\] run %d [^\n]*waiting for changes[^\n]*\n`, run))
}

// quit ends mcpjs with a signal and gives its exit code.
func (s *watching) quit(sig os.Signal) int {
	s.t.Helper()
	s.cmd.Process.Signal(sig)
	return s.exit()
}

func (s *watching) exit() int {
	s.t.Helper()
	select {
	case err := <-s.end:
		s.end <- err
		return s.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		s.t.Fatal("mcpjs goes on")
		return 0
	}
}

// settled waits for a run that prints a line and comes to its end. What is saved
// in several steps may have made a run at each, on a slow machine.
func (s *watching) settled(line string) string {
	s.t.Helper()
	return s.until(`(?m)^` + regexp.QuoteMeta(line) + `\n(?:.*\n)*?\[watch\] run \d+ done [^\n]*waiting for changes\n`)
}

// write writes files below dir, in the order name, content. Each appears, or
// changes, at once.
func write(t testing.TB, dir string, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		path := filepath.Join(dir, pairs[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		temporary, err := os.CreateTemp(filepath.Dir(dir), "write-")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := temporary.WriteString(pairs[i+1]); err != nil {
			t.Fatal(err)
		}
		if err := temporary.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(temporary.Name(), path); err != nil {
			t.Fatal(err)
		}
	}
}

func contains(t testing.TB, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func command(t testing.TB, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
