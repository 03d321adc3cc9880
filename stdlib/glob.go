package stdlib

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"mcpjs/engine"
)

// glob is glob(pattern or patterns, { cwd, ignore, dot, absolute, directories }):
// a promise of the files that match, sorted, as paths that begin as the pattern
// does. Links to directories are not followed, hidden files match only where
// the pattern names the dot, or with dot.
func glob(rt *engine.Runtime, patterns, options engine.Value) (engine.Value, error) {
	g := globber{rt: rt, dir: rt.Dir, absolute: option(options, "absolute").ToBoolean()}
	if dir := textOption(options, "cwd", ""); dir != "" {
		g.dir = dir
		if !filepath.IsAbs(dir) {
			g.dir = filepath.Join(rt.Dir, dir)
		}
	}
	list := stringList(patterns)
	if len(list) == 0 {
		return nil, engine.TypeErrorf("glob: give a pattern, such as \"src/**/*.ts\"")
	}
	for _, pattern := range stringList(option(options, "ignore")) {
		g.ignore = append(g.ignore, strings.TrimPrefix(filepath.ToSlash(pattern), "./"))
	}
	for _, pattern := range slices.Concat(list, g.ignore) {
		if !doublestar.ValidatePattern(filepath.ToSlash(pattern)) {
			return nil, engine.TypeErrorf("glob: %q is not a pattern: a bracket or brace is left open", pattern)
		}
	}
	if !option(options, "directories").ToBoolean() {
		g.opts = append(g.opts, doublestar.WithFilesOnly())
	}
	if !option(options, "dot").ToBoolean() {
		g.opts = append(g.opts, doublestar.WithNoHidden())
	}
	g.opts = append(g.opts, doublestar.WithNoFollow())
	return async(rt, func(ctx context.Context) (any, error) {
		found := map[string]bool{}
		for _, pattern := range list {
			if err := g.walk(ctx, filepath.ToSlash(pattern), found); err != nil {
				return nil, err
			}
		}
		out := make([]string, 0, len(found))
		for name := range found {
			out = append(out, name)
		}
		slices.Sort(out)
		return out, nil
	})
}

type globber struct {
	rt       *engine.Runtime
	dir      string
	ignore   []string
	absolute bool
	opts     []doublestar.GlobOption
}

func (g *globber) walk(ctx context.Context, pattern string, found map[string]bool) error {
	base, rest := doublestar.SplitPattern(strings.TrimPrefix(pattern, "./"))
	root := base
	if !filepath.IsAbs(root) {
		root = filepath.Join(g.dir, root)
	}
	if err := g.rt.Permissions.Read(root); err != nil {
		return err
	}
	files := globFS{os.DirFS(root).(fs.ReadDirFS), root, base, g}
	err := doublestar.GlobWalk(files, rest, func(name string, _ fs.DirEntry) error {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		full := path.Join(base, name)
		if g.ignored(full) {
			return nil
		}
		if g.absolute && !filepath.IsAbs(full) {
			full = filepath.ToSlash(filepath.Join(g.dir, full))
		}
		found[full] = true
		return nil
	}, g.opts...)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (g *globber) ignored(name string) bool {
	for _, pattern := range g.ignore {
		if ok, _ := doublestar.Match(pattern, name); ok {
			return true
		}
		// "node_modules" and "**/dist" leave out all that is below them.
		if ok, _ := doublestar.Match(strings.TrimSuffix(pattern, "/")+"/**", name); ok {
			return true
		}
	}
	return false
}

// globFS leaves out the directories that are ignored, so that they cost nothing.
type globFS struct {
	fs.ReadDirFS
	root string
	base string
	g    *globber
}

func (f globFS) Open(name string) (fs.File, error) {
	f.g.rt.NoteStat(filepath.Join(f.root, name))
	return f.ReadDirFS.Open(name)
}

func (f globFS) ReadDir(name string) ([]fs.DirEntry, error) {
	f.g.rt.NoteRead(filepath.Join(f.root, name))
	entries, err := f.ReadDirFS.ReadDir(name)
	if len(f.g.ignore) > 0 {
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return f.g.ignored(path.Join(f.base, name, e.Name())) })
	}
	return entries, err
}
