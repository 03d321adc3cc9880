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
var webSpecs = []string{"event", "buffer", "process", "clone", "text", "crypto", "url", "stream", "intl"}

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
		opts.Stdin = strings.NewReader("in put\n")
	}
	p, err := engine.Compile(src, engine.CompileOptions{Modules: opts.Modules})
	if err != nil {
		t.Fatal(err)
	}
	rt := engine.New(opts)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 2*time.Minute, errors.New("the test's time is up"))
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
				node := exec.Command("node", "--no-warnings", spec)
				node.Stdin = strings.NewReader("in put\n")
				out, err := node.Output()
				if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
					t.Fatal(err)
				}
				if len(out) == 0 {
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
			got, stderr, err := runSource(t, src, engine.Options{Script: spec})
			if exit := (*engine.ExitError)(nil); err != nil && !errors.As(err, &exit) {
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

func TestProcessExit(t *testing.T) {
	for code, want := range map[string]struct {
		exit int
		out  string
	}{
		`process.exit(7)`:                       {7, ""},
		`process.exit("7")`:                     {7, ""},
		`process.exitCode = 4`:                  {4, ""},
		`process.exitCode = 4; process.exit()`:  {4, ""},
		`process.exitCode = 4; process.exit(0)`: {0, ""},
		`process.on("exit", (c) => console.log(c)); process.exit(2); console.log("not reached")`:            {2, "2\n"},
		`process.on("exit", () => { process.exitCode = 9 }); `:                                              {9, ""},
		`process.on("exit", () => process.exit(8)); process.exit(2)`:                                        {8, ""},
		`try { process.exit(3) } finally { console.log("never") }`:                                          {3, ""},
		`setInterval(() => {}, 1); setTimeout(() => process.exit(5), 5)`:                                    {5, ""},
		`process.stdout.write("kept"); process.exit(6)`:                                                     {6, "kept"},
		`process.on("data", () => {}); process.stdin.on("data", () => {}); process.stdin.pause(); `:         {0, ""},
		`process.on("uncaughtException", () => { process.exitCode = 2 }); setTimeout(() => { throw 1 }, 1)`: {2, ""},
	} {
		out, stderr, err := run(t, code, engine.Options{})
		got := 0
		var exit *engine.ExitError
		if errors.As(err, &exit) {
			got = exit.Code
		} else if err != nil {
			t.Errorf("%s: %s", code, stderr)
		}
		if got != want.exit || out != want.out {
			t.Errorf("%s: code %d, printed %q", code, got, out)
		}
	}
	_, _, err := run(t, `process.on("exit", (c) => { if (c !== 1) process.exitCode = 77 }); throw new Error("mine")`, engine.Options{})
	if uncaught := (*engine.UncaughtError)(nil); !errors.As(err, &uncaught) {
		t.Error(err)
	}
	_, _, err = run(t, `process.on("uncaughtException", () => { throw new Error("from the listener") }); throw new Error("mine")`, engine.Options{})
	if err == nil || !strings.Contains(err.Error(), "from the listener") {
		t.Error(err)
	}
}

func TestProcessSandbox(t *testing.T) {
	t.Setenv("MCPJS_TEST_VISIBLE", "yes")
	t.Setenv("MCPJS_TEST_SECRET", "no")
	p, err := engine.NewPermissions(engine.Grants{Env: []string{"MCPJS_TEST_VISIBLE"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	out, stderr, err := run(t, `console.log(process.env.MCPJS_TEST_VISIBLE, Object.keys(process.env));
		for (const f of [() => process.env.MCPJS_TEST_SECRET, () => { process.env.MCPJS_TEST_SECRET = 1 }, () => "MCPJS_TEST_SECRET" in process.env, () => delete process.env.MCPJS_TEST_SECRET, () => process.chdir("/"), () => process.kill(1, 0)])
			try { console.log(f()) } catch (e) { console.log(e.name, e.message.split("; ")[1]) }`, engine.Options{Permissions: p})
	want := `yes [ 'MCPJS_TEST_VISIBLE' ]
` + strings.Repeat("PermissionDenied allow it with --allow-env=MCPJS_TEST_SECRET\n", 4) +
		"PermissionDenied allow it with --allow-read=/\nPermissionDenied allow it with --allow-run=kill\n"
	if err != nil || out != want {
		t.Error(out, stderr, err)
	}
}

// TestProcessLeavesNoTrace: the environment is as before when the run is over.
func TestProcessLeavesNoTrace(t *testing.T) {
	t.Setenv("MCPJS_TEST_OLD", "old")
	if _, stderr, err := run(t, `process.env.MCPJS_TEST_OLD = "new"; process.env.MCPJS_TEST_NEW = "x"; delete process.env.HOME; process.chdir("/")`, engine.Options{}); err != nil {
		t.Fatal(stderr)
	}
	_, created := os.LookupEnv("MCPJS_TEST_NEW")
	if os.Getenv("MCPJS_TEST_OLD") != "old" || created || os.Getenv("HOME") == "" {
		t.Error("the script's environment outlived it")
	}
}
