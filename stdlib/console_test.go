package stdlib

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"mcpjs/engine"
)

// tagged collects both streams in the order of their writes.
type tagged struct {
	mu     sync.Mutex
	writes []string
	wrote  chan struct{}
}

type taggedStream struct {
	to     *tagged
	prefix string
}

func (s taggedStream) Write(p []byte) (int, error) {
	s.to.mu.Lock()
	defer s.to.mu.Unlock()
	s.to.writes = append(s.to.writes, s.prefix+string(p))
	select {
	case s.to.wrote <- struct{}{}:
	default:
	}
	return len(p), nil
}

func runConsole(t testing.TB, code string, stdout, stderr io.Writer) error {
	t.Helper()
	modules := []engine.Module{console, timers}
	p, err := engine.Compile(engine.Source{Name: "[eval]", Code: code, Dir: t.TempDir()}, engine.CompileOptions{Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	rt := engine.New(engine.Options{Modules: modules, Stdout: stdout, Stderr: stderr})
	defer rt.Close()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, errors.New("the test's time is up"))
	defer cancel()
	return rt.Run(ctx, p)
}

func TestConsoleAsNode(t *testing.T) {
	data, err := os.ReadFile("testdata/console.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(data), "\n>>> ")[1:]
	line := regexp.MustCompile(`(?m)^(.)`)
	for _, block := range cases {
		source, want, _ := strings.Cut(block, "\n")
		t.Run(source, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if err := runConsole(t, source, &stdout, &stderr); err != nil {
				t.Fatal(err)
			}
			got := stdout.String() + line.ReplaceAllString(stderr.String(), "2| $1")
			if got = strings.TrimSuffix(got, "\n"); got != strings.TrimSuffix(want, "\n") {
				t.Errorf("got\n%s\nnode\n%s", got, want)
			}
		})
	}
}

func TestConsoleTimes(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if err := runConsole(t, `console.time(); console.timeLog("default", "x", { a: 1 }); console.timeEnd(); console.timeEnd()`, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if want := regexp.MustCompile(`^default: \d+(\.\d+)?ms x \{ a: 1 \}\ndefault: \d+(\.\d+)?ms\n$`); !want.MatchString(stdout.String()) {
		t.Error(stdout.String())
	}
	if want := "Warning: No such label 'default' for console.timeEnd()\n"; stderr.String() != want {
		t.Error(stderr.String())
	}
	for d, want := range map[time.Duration]string{
		1500 * time.Microsecond: "1.5ms",
		2*time.Second + 1e6:     "2.001s",
		61 * time.Second:        "1:01.000 (m:ss.mmm)",
		3661 * time.Second:      "1:01:01.000 (h:mm:ss.mmm)",
	} {
		if got := duration(d); got != want {
			t.Errorf("%v: %s, not %s", d, got, want)
		}
	}
}

func TestConsoleTrace(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if err := runConsole(t, "function f() { console.trace('at %s', 'f', { a: 1 }) }\nf()", &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if want := "Trace: at f { a: 1 }\n    at f ([eval]:1:"; !strings.HasPrefix(stderr.String(), want) || strings.Count(stderr.String(), "\n") < 3 || stdout.Len() > 0 {
		t.Errorf("%q %q", stdout.String(), stderr.String())
	}
}

// TestConsoleOrder: stdout comes in few writes, but never after what went to
// stderr later.
func TestConsoleOrder(t *testing.T) {
	both := &tagged{}
	code := `for (let i = 0; i < 1000; i++) console.log("line", i)
		console.error("stop"); console.log("last"); setTimeout(() => console.log("timer"), 1)`
	if err := runConsole(t, code, taggedStream{both, "1|"}, taggedStream{both, "2|"}); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(both.writes, "")
	stop := strings.Index(all, "2|stop\n")
	if n := strings.Count(all[:stop], "line"); n != 1000 || !strings.HasSuffix(all, "1|last\n1|timer\n") {
		t.Errorf("%d lines before stderr, end %q", n, all[stop:])
	}
	if len(both.writes) > 20 {
		t.Errorf("%d writes", len(both.writes))
	}
}

// TestConsoleSpeaksWhileBusy: output shows while the script computes on.
func TestConsoleSpeaksWhileBusy(t *testing.T) {
	both := &tagged{wrote: make(chan struct{}, 1)}
	modules := []engine.Module{console}
	rt := engine.New(engine.Options{Modules: modules, Stdout: taggedStream{both, ""}})
	defer rt.Close()
	p, err := engine.Compile(engine.Source{Name: "[eval]", Code: `console.log("busy"); for (;;);`}, engine.CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- rt.Run(t.Context(), p) }()
	select {
	case <-both.wrote:
	case <-time.After(10 * time.Second):
		t.Error("nothing was written")
	}
	rt.Abort(engine.ErrInterrupted)
	rt.Abort(engine.ErrInterrupted)
	if err := <-done; !errors.Is(err, engine.ErrInterrupted) {
		t.Error(err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestConsoleWriteError(t *testing.T) {
	err := runConsole(t, `setInterval(() => console.log("x"), 1)`, brokenWriter{}, io.Discard)
	if err == nil || err.Error() != "write to standard output: no space left on device" {
		t.Error(err)
	}
}

func TestConsoleTableErrors(t *testing.T) {
	err := runConsole(t, `console.table([1], "a")`, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "console.table: properties must be an array, not 'a'") {
		t.Error(err)
	}
	err = runConsole(t, `console.table([{ get a() { throw new RangeError("from the getter") } }])`, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "from the getter") {
		t.Error(err)
	}
}

func BenchmarkConsoleLog(b *testing.B) {
	for b.Loop() {
		if err := runConsole(b, `for (let i = 0; i < 100000; i++) console.log("hello", i)`, io.Discard, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
