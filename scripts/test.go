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
	failure := opts.run(ctx, files, func(file int, run Options) *Failure {
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
// and tells how they ended.
func (opts *TestOptions) run(ctx context.Context, files []string, one func(file int, opts Options) *Failure) *Failure {
	var passed, failed, skipped, todo, broken int
	start := time.Now()
	for i, file := range files {
		if len(files) > 1 {
			fmt.Fprintf(opts.Stdout, "# %s\n", engine.Printable(file))
		}
		run := opts.Options
		var result engine.TestRun
		run.Setup = func(rt *engine.Runtime) {
			*engine.TestRunOf(rt) = engine.TestRun{Reporter: opts.Reporter, Grep: opts.Grep, Only: opts.Only, Quiet: len(files) > 1, Timeout: opts.TestTimeout}
		}
		run.Done = func(rt *engine.Runtime) { result = *engine.TestRunOf(rt) }
		failure := one(i, run)
		if ctx.Err() != nil {
			return &Failure{Code: ExitInterrupted}
		}
		passed, failed, skipped, todo = passed+result.Passed, failed+result.Failed, skipped+result.Skipped, todo+result.Todo
		if failure != nil {
			fmt.Fprint(opts.Stderr, failure.Text)
			if failure.Code != ExitThrew || result.Failed == 0 {
				broken++
				fmt.Fprintf(opts.Stdout, "✖ %s ended with exit code %d\n", engine.Printable(file), failure.Code)
			}
			if failure.Code == ExitInterrupted || failure.Code > 128 {
				return &Failure{Code: failure.Code}
			}
		}
	}
	if len(files) > 1 {
		mark := ""
		if opts.Reporter == "tap" {
			mark = "# "
		}
		fmt.Fprintf(opts.Stdout, "\n%s%d files, %d tests: %d passed, %d failed, %d skipped, %d todo in %s\n", mark, len(files),
			passed+failed+skipped+todo, passed, failed, skipped, todo, time.Since(start).Round(time.Millisecond))
		if broken > 0 {
			fmt.Fprintf(opts.Stdout, "%s%d files did not end well\n", mark, broken)
		}
	}
	if failed+broken > 0 {
		return &Failure{Code: ExitThrew}
	}
	return nil
}

// findTests gives the files to run, sorted within each directory.
func findTests(paths []string) ([]string, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
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
	if len(files) == 0 {
		return nil, fmt.Errorf("no test files: nothing in %s is named like *.test.js, *.test.mjs or *.test.ts", strings.Join(paths, ", "))
	}
	return files, nil
}
