package engine

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Access says what is wanted of a file.
type Access int

// What may be wanted. With Entry it is the name in its directory that is
// touched: what stands there may be a symbolic link, and is not followed.
const (
	ToRead Access = 1 << iota
	ToWrite
	Entry
)

// A Place is a file or directory that a script may touch, there or not. Its
// methods are those of package os. In a sandbox they begin at the directory that
// was granted and never leave it, whatever becomes of links and names between
// the question and the deed. The zero Place is none.
type Place struct {
	// Path is absolute; in a sandbox, without links.
	Path string
	root *os.Root // nil: the whole system
	name string   // in root
}

// A folder is what a flag grants: a file, or a directory with all below it.
type folder struct {
	path string   // resolved
	root *os.Root // the directory, or the nearest one above that there is
	top  string   // its path
}

// openFolder holds on to the directory that path leads to now.
func openFolder(dir, path string) (folder, error) {
	resolved, err := resolvePath(dir, path)
	if err != nil {
		return folder{}, err
	}
	f := folder{path: resolved, top: resolved}
	for {
		info, err := os.Stat(f.top)
		if err == nil && info.IsDir() {
			break
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !isNotDirectory(err) {
			return folder{}, plainError(err)
		}
		f.top = filepath.Dir(f.top)
	}
	if f.root, err = os.OpenRoot(f.top); err != nil {
		return folder{}, plainError(err)
	}
	return f, nil
}

func plainError(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// Place asks for a file or directory.
func (p *Permissions) Place(path string, want Access) (Place, error) {
	if p == nil {
		return Place{Path: path, name: path}, nil
	}
	resolve := resolvePath
	if want&Entry != 0 && filepath.Base(path) != ".." && path != "" && !os.IsPathSeparator(path[len(path)-1]) {
		resolve = resolveEntry
	}
	resolved, err := resolve(p.dir, path)
	if err != nil || path == "" {
		resolved = "" // where it leads is not known: only who may touch all may try
	}
	var at Place
	for _, ask := range []struct {
		want       Access
		verb, kind string
		grants     []string
		folders    []folder
	}{
		{ToRead, "read", "FileSystemRead", p.grants.Read, p.read},
		{ToWrite, "write", "FileSystemWrite", p.grants.Write, p.write},
	} {
		if want&ask.want == 0 {
			continue
		}
		found := Place{}
		i := slices.IndexFunc(ask.folders, func(f folder) bool { return resolved != "" && below(f.path, resolved) })
		switch {
		case i >= 0:
			f := ask.folders[i]
			name, err := filepath.Rel(f.top, resolved)
			if err != nil {
				return Place{}, denied(ask.verb, ask.kind, path, "--allow-"+ask.verb)
			}
			found = Place{Path: resolved, root: f.root, name: name}
		case slices.Contains(ask.grants, "*") && !ofProcess(resolved):
			found = Place{Path: path, name: path}
		default:
			return Place{}, denied(ask.verb, ask.kind, path, "--allow-"+ask.verb)
		}
		if at.Path == "" || found.root != nil {
			at = found
		}
	}
	if at.Path == "" {
		at.Path = resolved
	}
	return at, nil
}

// ofProcess tells of the files by which Linux shows processes: memory,
// environment, descriptors. They are a way around every other permission, and no
// grant of everything means them.
func ofProcess(resolved string) bool {
	rest, ok := strings.CutPrefix(resolved, "/proc/")
	return ok && rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

// Sandboxed tells that the place is held to a directory that was granted.
func (at Place) Sandboxed() bool { return at.root != nil }

// Join gives what is called name below a directory.
func (at Place) Join(name string) Place {
	return Place{Path: filepath.Join(at.Path, name), root: at.root, name: filepath.Join(at.name, name)}
}

// Dir gives the directory that holds the place; false where that was not
// granted as well.
func (at Place) Dir() (Place, bool) {
	if at.root != nil && at.name == "." || filepath.Dir(at.Path) == at.Path {
		return Place{}, false
	}
	return Place{Path: filepath.Dir(at.Path), root: at.root, name: filepath.Dir(at.name)}, true
}

// OpenFile is os.OpenFile.
func (at Place) OpenFile(flag int, mode fs.FileMode) (*os.File, error) {
	if at.root == nil {
		return os.OpenFile(at.name, flag, mode)
	}
	// What the flags do to a file before it is known to be the one that was
	// granted must be nothing.
	f, err := at.root.OpenFile(at.name, flag&^os.O_TRUNC, mode&fs.ModePerm)
	if err != nil {
		return nil, err
	}
	if err := at.opened(f); err != nil {
		_ = f.Close()
		return nil, err
	}
	if flag&os.O_TRUNC != 0 {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			if err := f.Truncate(0); err != nil {
				_ = f.Close()
				return nil, err
			}
		}
	}
	return f, nil
}

// opened sees to it that no link has been put where there was none, which would
// lead from one file of the root's to another.
func (at Place) opened(f *os.File) error {
	named, err := at.root.Lstat(at.name)
	if err != nil {
		return err
	}
	is, err := f.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(named, is) {
		return &fs.PathError{Op: "open", Path: at.Path, Err: errors.New("the file was replaced while it was opened")}
	}
	return nil
}

// Open is os.Open.
func (at Place) Open() (*os.File, error) { return at.OpenFile(os.O_RDONLY, 0) }

// ReadFile is os.ReadFile.
func (at Place) ReadFile() ([]byte, error) {
	if at.root == nil {
		return os.ReadFile(at.name)
	}
	f, err := at.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// ReadDir is os.ReadDir.
func (at Place) ReadDir() ([]fs.DirEntry, error) {
	if at.root == nil {
		return os.ReadDir(at.name)
	}
	f, err := at.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// FS is os.DirFS. Close it with the function.
func (at Place) FS() (fs.FS, func(), error) {
	if at.root == nil {
		return os.DirFS(at.name), func() {}, nil
	}
	root, err := at.root.OpenRoot(at.name)
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), func() { _ = root.Close() }, nil
}

// Stat is os.Stat.
func (at Place) Stat() (fs.FileInfo, error) {
	if at.root == nil {
		return os.Stat(at.name)
	}
	return at.root.Stat(at.name)
}

// Lstat is os.Lstat.
func (at Place) Lstat() (fs.FileInfo, error) {
	if at.root == nil {
		return os.Lstat(at.name)
	}
	return at.root.Lstat(at.name)
}

// Mkdir is os.Mkdir.
func (at Place) Mkdir(mode fs.FileMode) error {
	if at.root == nil {
		return os.Mkdir(at.name, mode)
	}
	return at.root.Mkdir(at.name, mode&fs.ModePerm)
}

// MkdirAll is os.MkdirAll.
func (at Place) MkdirAll(mode fs.FileMode) error {
	if at.root == nil {
		return os.MkdirAll(at.name, mode)
	}
	return at.root.MkdirAll(at.name, mode&fs.ModePerm)
}

// Remove is os.Remove.
func (at Place) Remove() error {
	if at.root == nil {
		return os.Remove(at.name)
	}
	return at.root.Remove(at.name)
}

// RemoveAll is os.RemoveAll.
func (at Place) RemoveAll() error {
	if at.root == nil {
		return os.RemoveAll(at.name)
	}
	return at.root.RemoveAll(at.name)
}

// Readlink is os.Readlink.
func (at Place) Readlink() (string, error) {
	if at.root == nil {
		return os.Readlink(at.name)
	}
	return at.root.Readlink(at.name)
}

// Chmod is os.Chmod.
func (at Place) Chmod(mode fs.FileMode) error {
	if at.root == nil {
		return os.Chmod(at.name, mode)
	}
	return at.root.Chmod(at.name, mode)
}

// Chown is os.Chown.
func (at Place) Chown(uid, gid int) error {
	if at.root == nil {
		return os.Chown(at.name, uid, gid)
	}
	return at.root.Chown(at.name, uid, gid)
}

// Chtimes is os.Chtimes.
func (at Place) Chtimes(atime, mtime time.Time) error {
	if at.root == nil {
		return os.Chtimes(at.name, atime, mtime)
	}
	return at.root.Chtimes(at.name, atime, mtime)
}

// Truncate is os.Truncate.
func (at Place) Truncate(size int64) error {
	if at.root == nil {
		return os.Truncate(at.name, size)
	}
	f, err := at.OpenFile(os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := f.Truncate(size); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// Symlink is os.Symlink.
func (at Place) Symlink(target string) error {
	if at.root == nil {
		return os.Symlink(target, at.name)
	}
	return at.root.Symlink(target, at.name)
}

// Rename is os.Rename.
func (at Place) Rename(to Place) error {
	switch {
	case at.root == nil && to.root == nil:
		return os.Rename(at.name, to.name)
	case at.root == to.root:
		return at.root.Rename(at.name, to.name)
	}
	return across("rename", at, to)
}

// Link is os.Link.
func (at Place) Link(to Place) error {
	switch {
	case at.root == nil && to.root == nil:
		return os.Link(at.name, to.name)
	case at.root == to.root:
		return at.root.Link(at.name, to.name)
	}
	return across("link", at, to)
}

// parent opens the directory that holds the place, and gives its name there.
func (at Place) parent() (*os.File, string, error) {
	dir, base := filepath.Split(at.name)
	if dir == "" {
		dir = "."
	}
	if at.root == nil {
		f, err := os.Open(dir)
		return f, base, err
	}
	f, err := at.root.Open(dir)
	return f, base, err
}

// below tells whether path is root or stands below it; both are resolved.
func below(root, path string) bool {
	if samePath(root, path) {
		return true
	}
	prefix := strings.TrimSuffix(root, string(filepath.Separator)) + string(filepath.Separator)
	return len(path) > len(prefix) && samePath(path[:len(prefix)], prefix)
}

// maxLinks is how many symbolic links one path may lead through.
const maxLinks = 255

// resolvePath is the absolute path that the system would come to by path:
// links followed one after the other, also one whose target doesn't exist, and
// ".." taken from where the links led. What doesn't exist is taken as written.
func resolvePath(dir, path string) (string, error) { return resolve(dir, path, false) }

// resolveEntry is resolvePath but for the last name: what stands there may be a
// link, and is not followed.
func resolveEntry(dir, path string) (string, error) { return resolve(dir, path, true) }

func resolve(dir, path string, entry bool) (string, error) {
	if !filepath.IsAbs(path) {
		path = dir + string(filepath.Separator) + path
	}
	volume := filepath.VolumeName(path)
	root := volume + string(filepath.Separator)
	at, rest := root, split(path[len(volume):])
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			at = filepath.Dir(at)
			continue
		}
		next := filepath.Join(at, name)
		if entry && len(rest) == 0 {
			return next, nil
		}
		info, err := os.Lstat(next)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			if err != nil && !os.IsNotExist(err) && !isNotDirectory(err) {
				return "", err
			}
			at = next
			continue
		}
		if links++; links > maxLinks {
			return "", fmt.Errorf("too many symbolic links")
		}
		target, err := os.Readlink(next)
		if err != nil {
			return "", err
		}
		if filepath.IsAbs(target) {
			volume = filepath.VolumeName(target)
			at, target = volume+string(filepath.Separator), target[len(volume):]
		}
		rest = append(split(target), rest...)
	}
	return at, nil
}

func split(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) })
}

// isNotDirectory: a file stands where the path has a directory, so nothing can
// be reached by it.
func isNotDirectory(err error) bool {
	return strings.Contains(err.Error(), "not a directory")
}
