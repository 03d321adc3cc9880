package stdlib

import (
	"context"
	_ "embed"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"mcpjs/engine"
)

//go:embed fs.d.ts
var fsTypes string

//go:embed fs.js
var fsSource string

var fsCode = engine.Embed("fs.js", fsSource)

// files and filesPromises are node's modules fs and fs/promises. Every function
// asks the runtime's permissions before it touches anything.
var (
	files = engine.Module{
		Name: "fs", Node: true, Types: fsTypes,
		Load: loader(fsCode, fsNatives),
	}
	filesPromises = engine.Module{
		Name: "fs/promises", Node: true,
		Load: part("fs", "promises"),
	}
)

// A fileCall is a system call of fs: prepare reads its arguments on the loop
// and gives what does the work, on any goroutine, and what gives it to scripts.
type fileCall func(args []engine.Value) func() (any, error)

// fsNatives gives each call in two forms: name(…) does it at once, nameAsync(…)
// on a goroutine, for a promise.
func fsNatives(rt *engine.Runtime) natives {
	f := &fileSystem{rt: rt, open: map[int]*os.File{}, next: 1000}
	rt.OnClose(func(context.Context) { f.closeAll() })
	n := natives{}
	for name, prepare := range f.calls() {
		n[name] = func(c engine.Call) (engine.Value, error) {
			v, err := prepare(c.Arguments)()
			if err != nil {
				return nil, err
			}
			return f.value(v)
		}
		n[name+"Async"] = func(c engine.Call) (engine.Value, error) {
			work := prepare(c.Arguments)
			return rt.Async(func(context.Context) (func() (engine.Value, error), error) {
				v, err := work()
				if err != nil {
					return nil, err
				}
				return func() (engine.Value, error) { return f.value(v) }, nil
			}), nil
		}
	}
	for name, fn := range textNatives(rt) {
		n[name] = fn
	}
	return n
}

type fileSystem struct {
	rt *engine.Runtime

	mu   sync.Mutex
	open map[int]*os.File
	next int
}

func (f *fileSystem) closeAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, file := range f.open {
		_ = file.Close()
	}
	f.open = map[int]*os.File{}
}

func (f *fileSystem) file(fd int) (*os.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch file, ok := f.open[fd]; {
	case ok:
		return file, nil
	case fd == 0, fd == 1, fd == 2:
		streams := []any{f.rt.Stdin, f.rt.Stdout, f.rt.Stderr}
		if file, ok := streams[fd].(*os.File); ok {
			return file, nil
		}
		if w, ok := streams[fd].(io.Writer); ok {
			if out, ok := w.(interface{ Flush() }); ok {
				out.Flush()
			}
			if file := fileOf(w); file != nil {
				return file, nil
			}
		}
	}
	return nil, os.ErrClosed
}

// value makes what a call gave a JavaScript value.
func (f *fileSystem) value(v any) (engine.Value, error) {
	switch v := v.(type) {
	case []byte:
		return newBuffer(f.rt, v), nil
	case fs.FileInfo:
		return f.stat(v), nil
	case []entry:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = f.rt.VM().NewArray(e.name, e.dir, int64(e.kind))
		}
		return f.rt.VM().NewArray(list...), nil
	}
	return f.rt.ToValue(v)
}

// stat gives the numbers of a Stats object, in node's order.
func (f *fileSystem) stat(info fs.FileInfo) engine.Value {
	s := systemStat(info)
	return f.rt.VM().NewArray(s.dev, s.mode, s.nlink, s.uid, s.gid, s.rdev, s.blksize, s.ino, info.Size(), s.blocks,
		milli(s.atime), milli(info.ModTime()), milli(s.ctime), milli(s.btime))
}

func milli(t time.Time) float64 { return float64(t.UnixNano()) / 1e6 }

type statNumbers struct {
	dev, mode, nlink, uid, gid, rdev, blksize, ino, blocks int64
	atime, ctime, btime                                    time.Time
}

// unixMode is a mode as stat(2) has it.
func unixMode(m fs.FileMode) uint32 {
	bits := uint32(m.Perm())
	for _, b := range []struct {
		flag fs.FileMode
		bits uint32
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if m&b.flag != 0 {
			bits |= b.bits
		}
	}
	switch {
	case m.IsDir():
		bits |= 0o040000
	case m&fs.ModeSymlink != 0:
		bits |= 0o120000
	case m&fs.ModeNamedPipe != 0:
		bits |= 0o010000
	case m&fs.ModeSocket != 0:
		bits |= 0o140000
	case m&fs.ModeCharDevice != 0:
		bits |= 0o020000
	case m&fs.ModeDevice != 0:
		bits |= 0o060000
	case m.IsRegular():
		bits |= 0o100000
	}
	return bits
}

func goMode(bits int64) fs.FileMode {
	m := fs.FileMode(bits & 0o777)
	for _, b := range []struct {
		bits int64
		flag fs.FileMode
	}{{0o4000, fs.ModeSetuid}, {0o2000, fs.ModeSetgid}, {0o1000, fs.ModeSticky}} {
		if bits&b.bits != 0 {
			m |= b.flag
		}
	}
	return m
}

// entry is one name in a directory; dir is what recursion put before it.
type entry struct {
	name, dir string
	kind      uint32
}

// at is where a path lies for the run.
func (f *fileSystem) at(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	if path == "" {
		return ""
	}
	dir := f.rt.Dir
	if strings.HasSuffix(path, "/") || path == "." {
		return filepath.Join(dir, path) + string(filepath.Separator)
	}
	return filepath.Join(dir, path)
}

// looking is to ask about a file alone, not for what is in it.
const looking engine.Access = 1 << 16

// ask gives the place of a path where it may be touched in this way, and says what
// the script is about to do.
func (f *fileSystem) ask(path string, want engine.Access) (engine.Place, error) {
	at := f.at(path)
	place, err := f.rt.Permissions.Place(at, want)
	if err != nil {
		return place, err
	}
	switch {
	case want&looking != 0:
		f.rt.NoteStat(at)
	case want&engine.ToRead != 0:
		f.rt.NoteRead(at)
	}
	if want&engine.ToWrite != 0 {
		f.rt.NoteWrite(at)
	}
	return place, nil
}

// calls are the system calls. Their arguments were checked by fs.js.
func (f *fileSystem) calls() map[string]fileCall {
	str := func(a []engine.Value, i int) string { return argument(a, i).String() }
	num := func(a []engine.Value, i int) int64 { return argument(a, i).ToInteger() }
	// one is a call with a path, that may be read or must be written.
	one := func(call string, want engine.Access, do func(at engine.Place, a []engine.Value) (any, error)) fileCall {
		return func(a []engine.Value) func() (any, error) {
			path := str(a, 0)
			args := slices.Clone(a)
			return func() (any, error) {
				at, err := f.ask(path, want)
				if err != nil {
					return nil, err
				}
				v, err := do(at, args)
				if err != nil {
					return nil, systemError(call, err, path)
				}
				return v, nil
			}
		}
	}
	two := func(call string, wantFrom, wantTo engine.Access, do func(from, to engine.Place, a []engine.Value) (any, error)) fileCall {
		return func(a []engine.Value) func() (any, error) {
			from, to := str(a, 0), str(a, 1)
			args := slices.Clone(a)
			return func() (any, error) {
				source, err := f.ask(from, wantFrom)
				if err != nil {
					return nil, err
				}
				target, err := f.ask(to, wantTo)
				if err != nil {
					return nil, err
				}
				v, err := do(source, target, args)
				if err != nil {
					return nil, systemError(call, err, from, to)
				}
				return v, nil
			}
		}
	}
	fd := func(call string, do func(file *os.File, a []engine.Value) (any, error)) fileCall {
		return func(a []engine.Value) func() (any, error) {
			n := int(num(a, 0))
			args := slices.Clone(a)
			return func() (any, error) {
				file, err := f.file(n)
				if err != nil {
					return nil, systemError(call, err)
				}
				v, err := do(file, args)
				if err != nil {
					return nil, systemError(call, err)
				}
				return v, nil
			}
		}
	}
	none := func(err error) (any, error) { return nil, err }
	const (
		read, write = engine.ToRead, engine.ToWrite
		itself      = engine.Entry // a link, not what it leads to
	)
	return map[string]fileCall{
		"readFile": one("open", read, func(at engine.Place, a []engine.Value) (any, error) {
			data, err := at.ReadFile()
			if code, _ := errno(err); code == "EISDIR" {
				return nil, systemError("read", err)
			}
			return data, err
		}),
		"readFd": fd("read", func(file *os.File, a []engine.Value) (any, error) { return io.ReadAll(file) }),
		// writeFile(path, bytes, flags, mode)
		"writeFile": func(a []engine.Value) func() (any, error) {
			data, _ := bytesOf(f.rt, argument(a, 1))
			data = slices.Clone(data)
			flags := int(num(a, 2))
			mode := goMode(num(a, 3))
			return one("open", write, func(at engine.Place, _ []engine.Value) (any, error) {
				file, err := at.OpenFile(flags, mode)
				if err != nil {
					return nil, err
				}
				if _, err = file.Write(data); err != nil {
					_ = file.Close()
					return nil, systemError("write", err)
				}
				return nil, file.Close()
			})(a)
		},
		"open": func(a []engine.Value) func() (any, error) {
			flags, mode := int(num(a, 1)), goMode(num(a, 2))
			want := read
			switch flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR) {
			case os.O_RDONLY:
			case os.O_WRONLY:
				want = write
			default:
				want = read | write
			}
			if flags&(os.O_CREATE|os.O_TRUNC|os.O_APPEND) != 0 {
				want |= write
			}
			return one("open", want, func(at engine.Place, _ []engine.Value) (any, error) {
				file, err := at.OpenFile(flags, mode)
				if err != nil {
					return nil, err
				}
				f.mu.Lock()
				defer f.mu.Unlock()
				n := int(file.Fd())
				if _, taken := f.open[n]; taken || n < 3 {
					f.next++
					n = f.next
				}
				f.open[n] = file
				return n, nil
			})(a)
		},
		"close": func(a []engine.Value) func() (any, error) {
			n := int(num(a, 0))
			return func() (any, error) {
				f.mu.Lock()
				file := f.open[n]
				delete(f.open, n)
				f.mu.Unlock()
				if file == nil {
					return nil, systemError("close", os.ErrClosed)
				}
				if err := file.Close(); err != nil {
					return nil, systemError("close", err)
				}
				return nil, nil
			}
		},
		// read(fd, length, position or -1)
		"read": func(a []engine.Value) func() (any, error) {
			length, position := num(a, 1), num(a, 2)
			return fd("read", func(file *os.File, _ []engine.Value) (any, error) {
				buf := make([]byte, length)
				var n int
				var err error
				if position >= 0 {
					n, err = file.ReadAt(buf, position)
				} else {
					n, err = file.Read(buf)
				}
				if err == io.EOF {
					err = nil
				}
				return buf[:n], err
			})(a)
		},
		// write(fd, bytes, position or -1)
		"write": func(a []engine.Value) func() (any, error) {
			data, _ := bytesOf(f.rt, argument(a, 1))
			data = slices.Clone(data)
			position := num(a, 2)
			return fd("write", func(file *os.File, _ []engine.Value) (any, error) {
				if position >= 0 {
					n, err := file.WriteAt(data, position)
					return n, err
				}
				n, err := file.Write(data)
				return n, err
			})(a)
		},
		"fstat": fd("fstat", func(file *os.File, _ []engine.Value) (any, error) { return file.Stat() }),
		"ftruncate": func(a []engine.Value) func() (any, error) {
			size := num(a, 1)
			return fd("ftruncate", func(file *os.File, _ []engine.Value) (any, error) { return none(file.Truncate(size)) })(a)
		},
		"fsync": fd("fsync", func(file *os.File, _ []engine.Value) (any, error) { return none(file.Sync()) }),
		"stat":  one("stat", read|looking, func(at engine.Place, _ []engine.Value) (any, error) { return at.Stat() }),
		"lstat": one("lstat", read|looking|itself, func(at engine.Place, _ []engine.Value) (any, error) { return at.Lstat() }),
		"access": func(a []engine.Value) func() (any, error) {
			mode := uint32(num(a, 1))
			return one("access", read|looking, func(at engine.Place, _ []engine.Value) (any, error) { return none(at.Access(mode)) })(a)
		},
		"mkdir": func(a []engine.Value) func() (any, error) {
			recursive, mode := argument(a, 1).ToBoolean(), goMode(num(a, 2))
			return one("mkdir", write, func(at engine.Place, _ []engine.Value) (any, error) {
				if !recursive {
					return none(at.Mkdir(mode))
				}
				first, err := makeAll(at, mode)
				if made, ok := first.(string); ok {
					f.rt.NoteWrite(made)
				}
				return first, err
			})(a)
		},
		"mkdtemp": func(a []engine.Value) func() (any, error) {
			prefix := str(a, 0)
			return func() (any, error) {
				const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				for {
					suffix := make([]byte, 6)
					for i := range suffix {
						suffix[i] = letters[rand.IntN(len(letters))]
					}
					path := prefix + string(suffix)
					at, err := f.ask(path, write)
					if err != nil {
						return nil, err
					}
					err = at.Mkdir(0o700)
					switch {
					case err == nil:
						return path, nil
					case !errors.Is(err, fs.ErrExist):
						return nil, systemError("mkdtemp", err, prefix+"XXXXXX")
					}
				}
			}
		},
		// readdir(path, recursive)
		"readdir": func(a []engine.Value) func() (any, error) {
			recursive := argument(a, 1).ToBoolean()
			return one("scandir", read, func(at engine.Place, _ []engine.Value) (any, error) { return f.list(at, recursive) })(a)
		},
		"rmdir":  one("rmdir", write|itself, func(at engine.Place, _ []engine.Value) (any, error) { return none(at.Rmdir()) }),
		"unlink": one("unlink", write|itself, func(at engine.Place, _ []engine.Value) (any, error) { return none(at.Unlink()) }),
		"rm": func(a []engine.Value) func() (any, error) {
			recursive, force := argument(a, 1).ToBoolean(), argument(a, 2).ToBoolean()
			return one("rm", write|itself, func(at engine.Place, _ []engine.Value) (any, error) { return none(f.remove(at, recursive, force)) })(a)
		},
		"rename": two("rename", read|write|itself, write|itself, func(from, to engine.Place, _ []engine.Value) (any, error) { return none(from.Rename(to)) }),
		"copyFile": func(a []engine.Value) func() (any, error) {
			exclusive := num(a, 2)&1 != 0
			return two("copyfile", read, write, func(from, to engine.Place, _ []engine.Value) (any, error) { return none(copyFile(from, to, exclusive)) })(a)
		},
		// Another name for a file is another way to it.
		"link": two("link", read|write|itself, read|write|itself, func(from, to engine.Place, _ []engine.Value) (any, error) { return none(from.Link(to)) }),
		"symlink": func(a []engine.Value) func() (any, error) {
			target, path := str(a, 0), str(a, 1)
			return func() (any, error) {
				at, err := f.ask(path, write|itself)
				if err != nil {
					return nil, err
				}
				// Others will follow the link as well: it must lead to where the
				// script could go itself.
				to := target
				if !filepath.IsAbs(to) {
					to = filepath.Dir(at.Path) + string(filepath.Separator) + to
				}
				if _, err := f.rt.Permissions.Place(to, read|write); err != nil {
					return nil, err
				}
				if err := at.Symlink(target); err != nil {
					return nil, systemError("symlink", err, target, path)
				}
				return nil, nil
			}
		},
		"readlink": one("readlink", read|looking|itself, func(at engine.Place, _ []engine.Value) (any, error) { return at.Readlink() }),
		"realpath": one("realpath", read|looking, func(at engine.Place, _ []engine.Value) (any, error) {
			if at.Sandboxed() {
				_, err := at.Lstat()
				return at.Path, err
			}
			path, err := filepath.EvalSymlinks(at.Path)
			if err != nil {
				return nil, err
			}
			return filepath.Abs(path)
		}),
		"chmod": func(a []engine.Value) func() (any, error) {
			mode := goMode(num(a, 1))
			return one("chmod", write, func(at engine.Place, _ []engine.Value) (any, error) { return none(at.Chmod(mode)) })(a)
		},
		"chown": func(a []engine.Value) func() (any, error) {
			uid, gid := int(num(a, 1)), int(num(a, 2))
			return one("chown", write, func(at engine.Place, _ []engine.Value) (any, error) { return none(at.Chown(uid, gid)) })(a)
		},
		// utimes(path, atime, mtime), in milliseconds
		"utimes": func(a []engine.Value) func() (any, error) {
			at, mt := argument(a, 1).ToFloat(), argument(a, 2).ToFloat()
			return one("utime", write, func(place engine.Place, _ []engine.Value) (any, error) {
				return none(place.Chtimes(time.UnixMicro(int64(at*1000)), time.UnixMicro(int64(mt*1000))))
			})(a)
		},
		"truncate": func(a []engine.Value) func() (any, error) {
			size := num(a, 1)
			return one("open", write, func(at engine.Place, _ []engine.Value) (any, error) { return none(at.Truncate(size)) })(a)
		},
	}
}

// makeAll makes a directory with those above it, and gives the first it made.
func makeAll(at engine.Place, mode fs.FileMode) (any, error) {
	first := ""
	for p, ok := at, true; ok; p, ok = p.Dir() {
		if _, err := p.Stat(); err == nil {
			break
		}
		first = filepath.Clean(p.Path)
	}
	if err := at.MkdirAll(mode); err != nil {
		if st, e := at.Stat(); e == nil && !st.IsDir() {
			return nil, fs.ErrExist
		}
		return nil, err
	}
	if first == "" {
		return nil, nil
	}
	return first, nil
}

// list gives a directory's names, sorted; those of directories below it too
// where recursive, a level at a time as in node.
func (f *fileSystem) list(at engine.Place, recursive bool) (any, error) {
	entries := []entry{}
	queue := []string{""}
	for i := 0; i < len(queue); i++ {
		if i > 0 {
			f.rt.NoteRead(filepath.Join(at.Path, queue[i]))
		}
		found, err := at.Join(queue[i]).ReadDir()
		if err != nil {
			if i == 0 {
				return nil, err
			}
			continue
		}
		for _, e := range found {
			entries = append(entries, entry{e.Name(), queue[i], unixMode(e.Type())})
			if recursive && e.IsDir() {
				queue = append(queue, filepath.Join(queue[i], e.Name()))
			}
		}
	}
	return entries, nil
}

func (f *fileSystem) remove(at engine.Place, recursive, force bool) error {
	info, err := at.Lstat()
	if err != nil {
		if force && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		// node looks first, with lstat.
		return systemError("lstat", err, at.Path)
	}
	if info.IsDir() && !recursive {
		return &engine.Error{Message: "Path is a directory: rm returned EISDIR (is a directory) " + at.Path,
			Fields: []engine.Field{{Name: "code", Value: "ERR_FS_EISDIR"}, {Name: "errno", Value: 21}, {Name: "syscall", Value: "rm"}, {Name: "path", Value: at.Path}}}
	}
	if recursive {
		return at.RemoveAll()
	}
	return at.Remove()
}

func copyFile(from, to engine.Place, exclusive bool) error {
	in, err := from.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return systemError("copyfile", errIsDir, from.Path, to.Path)
	}
	if target, err := to.Stat(); err == nil && os.SameFile(info, target) {
		return nil
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if exclusive {
		flags |= os.O_EXCL
	}
	out, err := to.OpenFile(flags, info.Mode().Perm())
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}
