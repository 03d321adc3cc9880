package engine

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// NoteRead tells Options.OnRead that the script reads a file or lists a
// directory. Modules call it before they read on a script's behalf; relative
// paths begin at Dir. Any goroutine.
func (rt *Runtime) NoteRead(path string) {
	if rt.OnRead != nil {
		rt.OnRead(filepath.Clean(absolute(rt.Dir, path)))
	}
}

// NoteStat tells Options.OnStat that the script asks whether a file or
// directory is there, or what it is like. Any goroutine.
func (rt *Runtime) NoteStat(path string) {
	if rt.OnStat != nil {
		rt.OnStat(filepath.Clean(absolute(rt.Dir, path)))
	}
}

// NoteWrite tells Options.OnWrite that the script changes a file, so that its
// own work is not taken for somebody else's. Modules call it before they write,
// move or delete a file. Any goroutine.
func (rt *Runtime) NoteWrite(path string) {
	if rt.OnWrite != nil {
		rt.OnWrite(filepath.Clean(absolute(rt.Dir, path)))
	}
}

// NoteInputs tells Options.OnInputs what the script is made of besides what it
// imports: what import() or require loaded, what a server was started from. All
// are absolute. Any goroutine.
func (rt *Runtime) NoteInputs(files []string) {
	if rt.OnInputs != nil && len(files) > 0 {
		rt.OnInputs(files)
	}
}

// links notes the symbolic link that an import of path goes through, which
// esbuild resolves and forgets.
func (b *bundler) links(path string) {
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	for _, name := range []string{path, path + ".ts", path + ".js", path + ".tsx", path + ".jsx", stem + ".ts", stem + ".tsx"} {
		if info, err := os.Lstat(name); err == nil && info.Mode()&os.ModeSymlink != 0 {
			b.input(name)
		}
	}
}

var unresolved = pattern(`^Could not (?:resolve|read from file:) "([^"]+)"`)

// missing are the paths at which files would have made errs go away: of a
// relative import the path as it stands there, perhaps without its suffix, of
// a package's name its directory in node_modules, beside the importing file and
// beside each package.json above it.
func missing(errs []api.Message, dir string) []string {
	var paths []string
	for _, e := range errs {
		m := unresolved().FindStringSubmatch(e.Text)
		if m == nil {
			continue
		}
		from := dir
		if e.Location != nil && filepath.IsAbs(absolute(dir, e.Location.File)) && !strings.HasPrefix(e.Location.File, internalFile) {
			from = filepath.Dir(absolute(dir, e.Location.File))
		}
		switch spec := m[1]; {
		case filepath.IsAbs(spec):
			paths = append(paths, filepath.Clean(spec))
		case strings.HasPrefix(spec, "."):
			paths = append(paths, filepath.Join(from, spec))
		default:
			for d := from; ; d = filepath.Dir(d) {
				if _, err := os.Stat(filepath.Join(d, "package.json")); err == nil || d == from {
					paths = append(paths, filepath.Join(d, "node_modules", spec))
				}
				if d == filepath.Dir(d) {
					break
				}
			}
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}
