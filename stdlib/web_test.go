package stdlib

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mcpjs/engine"
)

var update = flag.Bool("update", false, "write what node prints to the golden files of the specs")

// specs are run here and, to make their golden files, by node 20.
var webSpecs = []string{"event", "buffer"}

// run runs code with the whole standard library and gives what it printed.
func run(t testing.TB, code string, opts engine.Options) (stdout, stderr string, err error) {
	t.Helper()
	return runSource(t, engine.Source{Name: "[eval]", Code: code, Dir: t.TempDir()}, opts)
}

func runSource(t testing.TB, src engine.Source, opts engine.Options) (string, string, error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	opts.Modules = Modules()
	opts.Stdout, opts.Stderr = &stdout, &stderr
	if opts.Stdin == nil {
		opts.Stdin = strings.NewReader("")
	}
	p, err := engine.Compile(src, engine.CompileOptions{Modules: engine.ModuleNames(opts.Modules)})
	if err != nil {
		t.Fatal(err)
	}
	rt := engine.New(opts)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 30*time.Second, errors.New("the test's time is up"))
	defer cancel()
	err = rt.Run(ctx, p)
	text := ""
	if err != nil {
		text = rt.Report(err, "", false)
	}
	rt.Close()
	return stdout.String(), stderr.String() + text, err
}

func TestWebSpecs(t *testing.T) {
	for _, name := range webSpecs {
		t.Run(name, func(t *testing.T) {
			spec, golden := filepath.Join("testdata", name+".spec.mjs"), filepath.Join("testdata", name+".golden")
			if *update {
				out, err := exec.Command("node", "--no-warnings", spec).Output()
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, out, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			src, err := engine.ReadSource(spec)
			if err != nil {
				t.Fatal(err)
			}
			got, stderr, err := runSource(t, src, engine.Options{})
			if err != nil {
				t.Fatalf("%s%s", got, stderr)
			}
			compareLines(t, got, string(want))
		})
	}
}

func compareLines(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "(nothing)", "(nothing)"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("line %d\n  got  %s\n  node %s", i+1, a, b)
		}
	}
}

// TestCompareLines: the comparison can fail.
func TestCompareLines(t *testing.T) {
	for _, c := range [][2]string{{"a\n", "b\n"}, {"a\n", "a\nb\n"}, {"", "a"}} {
		inner := &testing.T{}
		compareLines(inner, c[0], c[1])
		if !inner.Failed() {
			t.Errorf("%q passes for %q", c[0], c[1])
		}
	}
}

func TestListenerErrorIsUncaught(t *testing.T) {
	out, stderr, err := run(t, `const t = new EventTarget();
		t.addEventListener("x", () => { throw new RangeError("in a listener") });
		t.addEventListener("x", () => console.log("the next one runs"));
		t.dispatchEvent(new Event("x")); console.log("goes on")`, engine.Options{})
	if err == nil || !strings.Contains(stderr, "RangeError: in a listener") || out != "the next one runs\ngoes on\n" {
		t.Error(out, stderr, err)
	}
}

// TestAbortTimeoutHoldsNothing: its timer does not keep a run alive.
func TestAbortTimeoutHoldsNothing(t *testing.T) {
	start := time.Now()
	if _, stderr, err := run(t, `AbortSignal.timeout(60000)`, engine.Options{}); err != nil || time.Since(start) > 20*time.Second {
		t.Error(stderr, err)
	}
}
