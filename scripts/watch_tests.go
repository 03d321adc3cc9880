package scripts

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"mcpjs/engine"
)

// mark notes which tests the changes affect. What the command line says to
// watch besides, and .env, concerns all.
func (w *watcher) mark(changed []string) {
	general := w.all || slices.ContainsFunc(changed, func(path string) bool {
		return filepath.Base(path) == ".env" || slices.ContainsFunc(w.globs, func(g glob) bool { return g.match(path) })
	})
	for _, u := range w.units {
		u.due = u.due || general || slices.ContainsFunc(changed, u.affected)
	}
}

// due gives the units to run: of tests those that were never run, or not to the
// end, or that a change affects.
func (w *watcher) due() ([]*unit, error) {
	if w.watch.Test == nil {
		return w.units, nil
	}
	files, err := findTests(w.watch.Test.Paths)
	var units, due []*unit
	for _, name := range files {
		file := inDir(w.opts.Dir, name)
		same := func(u *unit) bool { return u.file == file }
		if slices.ContainsFunc(units, same) {
			continue
		}
		u := &unit{file: file, name: name, due: true}
		if i := slices.IndexFunc(w.units, same); i >= 0 {
			u = w.units[i]
		}
		units = append(units, u)
		if u.due {
			due = append(due, u)
		}
	}
	w.units = units
	return due, err
}

// runTests runs the test files of a run.
func (w *watcher) runTests(ctx context.Context, r *run, opts Options) *Failure {
	if len(r.units) == 0 { // test files went away
		w.follow(time.Now())
		return nil
	}
	tests := *w.watch.Test
	tests.Options = opts
	var files []string
	for _, u := range r.units {
		files = append(files, u.name)
	}
	if len(files) == 1 && len(w.units) > 1 { // of several, run says the names itself
		fmt.Fprintf(opts.Stdout, "# %s\n", engine.Printable(files[0]))
	}
	return tests.run(ctx, files, func(i int, opts Options) *Failure {
		u := r.units[i]
		failure := w.execute(ctx, r, u, opts)
		if ctx.Err() == nil {
			u.due, u.failed = false, failure != nil
		}
		return failure
	})
}

// failing names the tests that failed when they were run last, before r.
func (w *watcher) failing(r *run) string {
	var list []*unit
	for _, u := range w.units {
		if u.failed && !slices.Contains(r.units, u) {
			list = append(list, u)
		}
	}
	return names(list)
}

// testGlobs mean the test files that paths of the command line mean.
func testGlobs(paths []string, dir string) ([]glob, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var globs []glob
	for _, path := range paths {
		base := canonical(inDir(dir, path))
		re, err := regexp.Compile("^" + regexp.QuoteMeta(filepath.ToSlash(base)) + `(?:/(?:.*/)?[^/]*` + testFile().String() + `|$)`)
		if err != nil {
			return nil, err
		}
		globs = append(globs, glob{base: base, pattern: re})
	}
	return globs, nil
}

func inDir(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
