package scripts

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"mcpjs/engine"
)

// TestOptions say which tests are run, and how they are told of.
type TestOptions struct {
	Options
	// Paths are files, and directories with all test files below them; none
	// means the working directory.
	Paths []string
	// Reporter is "spec" or "tap".
	Reporter string
	Grep     string
	Only     bool
	// Timeout bounds each test; 0 means none.
	TestTimeout time.Duration
}

// testFile is what the names of test files look like.
var testFile = engine.Pattern(`\.test\.([cm]?[jt]s)$`)

// Test runs test files one after the other, each in a runtime of its own. Its
// error is a *Failure: 1 where a test failed or a file did not run, 2 where
// there was nothing to run.
func Test(ctx context.Context, opts TestOptions) error {
	files, err := findTests(opts.Paths)
	if err != nil {
		return &Failure{Code: ExitUsage, Text: "mcpjs: " + err.Error() + "\n"}
	}
	failure := opts.run(ctx, files, len(files) > 1, func(file int, run Options) *Failure {
		var failure *Failure
		src, err := Load(files[file], opts.Stdin)
		if err != nil {
			return &Failure{Code: ExitUsage, Text: "mcpjs: " + err.Error() + "\n"}
		}
		errors.As(Run(ctx, src, run), &failure)
		return failure
	})
	if failure != nil {
		return failure
	}
	return nil
}

// run runs each of the files by a function, with the options that it is given,
// and tells how they ended; named tells to name each file.
func (opts *TestOptions) run(ctx context.Context, files []string, named bool, one func(file int, opts Options) *Failure) *Failure {
	tap := opts.Reporter == "tap"
	if tap {
		fmt.Fprintln(opts.Stdout, "TAP version 13")
	}
	var total engine.TestRun
	broken := 0
	start := time.Now()
	for i, file := range files {
		if named {
			fmt.Fprintf(opts.Stdout, "# %s\n", engine.Printable(file))
		}
		run := opts.Options
		result := engine.TestRun{Number: total.Number}
		run.Setup = func(rt *engine.Runtime) {
			*engine.TestRunOf(rt) = engine.TestRun{Reporter: opts.Reporter, Grep: opts.Grep, Only: opts.Only, Quiet: true, Timeout: opts.TestTimeout, Number: total.Number}
		}
		run.Done = func(rt *engine.Runtime) { result = *engine.TestRunOf(rt) }
		failure := one(i, run)
		if ctx.Err() != nil {
			return &Failure{Code: ExitInterrupted}
		}
		total.Passed, total.Failed, total.Skipped, total.Todo, total.Number = total.Passed+result.Passed, total.Failed+result.Failed,
			total.Skipped+result.Skipped, total.Todo+result.Todo, result.Number
		if failure != nil {
			fmt.Fprint(opts.Stderr, failure.Text)
			if failure.Code != ExitThrew || result.Failed == 0 {
				broken++
				if total.Number++; tap {
					fmt.Fprintf(opts.Stdout, "not ok %d - %s ended with exit code %d\n", total.Number, engine.Printable(file), failure.Code)
				} else {
					fmt.Fprintf(opts.Stdout, "✖ %s ended with exit code %d\n", engine.Printable(file), failure.Code)
				}
			}
			if failure.Code == ExitInterrupted || failure.Code > 128 {
				return &Failure{Code: failure.Code}
			}
		}
	}
	tests := total.Passed + total.Failed + total.Skipped + total.Todo
	if tests+broken == 0 {
		what := ""
		switch {
		case opts.Grep != "":
			what = fmt.Sprintf("no test's name matches %q", opts.Grep)
		case opts.Only:
			what = "no test is marked only"
		}
		if what != "" {
			return &Failure{Code: ExitUsage, Text: "mcpjs: " + what + "\n"}
		}
	}
	if tap {
		fmt.Fprintf(opts.Stdout, "1..%d\n# tests %d\n# pass %d\n# fail %d\n# skipped %d\n# todo %d\n", total.Number, tests, total.Passed, total.Failed, total.Skipped, total.Todo)
	} else {
		fmt.Fprintf(opts.Stdout, "\n%s: %d passed", count(tests, "test"), total.Passed)
		for _, part := range []struct {
			n    int
			what string
		}{{total.Failed, "failed"}, {total.Skipped, "skipped"}, {total.Todo, "todo"}} {
			if part.n > 0 {
				fmt.Fprintf(opts.Stdout, ", %d %s", part.n, part.what)
			}
		}
		if len(files) > 1 {
			fmt.Fprintf(opts.Stdout, " in %d files", len(files))
		}
		fmt.Fprintf(opts.Stdout, " (%v)\n", time.Since(start).Round(time.Millisecond))
		if broken > 0 {
			fmt.Fprintf(opts.Stdout, "%s did not run to the end\n", count(broken, "file"))
		}
	}
	if total.Failed+broken > 0 {
		return &Failure{Code: ExitThrew}
	}
	return nil
}

// count is "1 file", "2 files".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// findTests gives the files to run, each once, sorted within each directory and
// pattern.
func findTests(paths []string) ([]string, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil && strings.ContainsAny(path, "*?[{") {
			found, err := doublestar.FilepathGlob(path, doublestar.WithFilesOnly())
			if err != nil {
				return nil, fmt.Errorf("%s is not a pattern: %w", path, err)
			}
			if found = slices.DeleteFunc(found, inPackages); len(found) == 0 {
				return nil, fmt.Errorf("no file matches %s", path)
			}
			slices.Sort(found)
			files = append(files, found...)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("there is no file or directory %s", path)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		var found []string
		err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && name != path && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".")):
				return filepath.SkipDir
			case !d.IsDir() && testFile().MatchString(name):
				found = append(found, name)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("look for tests in %s: %w", path, err)
		}
		slices.Sort(found)
		files = append(files, found...)
	}
	seen := map[string]bool{}
	files = slices.DeleteFunc(files, func(file string) bool {
		again := seen[filepath.Clean(file)]
		seen[filepath.Clean(file)] = true
		return again
	})
	if len(files) == 0 {
		return nil, fmt.Errorf("no test files: nothing in %s is named like *.test.js, *.test.mjs or *.test.ts", strings.Join(paths, ", "))
	}
	return files, nil
}

// inPackages tells whether a file belongs to an installed package.
func inPackages(file string) bool {
	return slices.Contains(strings.Split(filepath.ToSlash(file), "/"), "node_modules")
}
