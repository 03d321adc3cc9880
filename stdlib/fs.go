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

// read, look and write ask for leave, and say what the script is about to do: to
// read a file or list a directory, to ask about one, or to change it.
func (f *fileSystem) read(path string) error {
	at := f.at(path)
	err := f.rt.Permissions.Read(at)
	if err == nil {
		f.rt.NoteRead(at)
	}
	return err
}

func (f *fileSystem) look(path string) error {
	at := f.at(path)
	err := f.rt.Permissions.Read(at)
	if err == nil {
		f.rt.NoteStat(at)
	}
	return err
}

func (f *fileSystem) write(path string) error {
	at := f.at(path)
	err := f.rt.Permissions.Write(at)
	if err == nil {
		f.rt.NoteWrite(at)
	}
	return err
}

// calls are the system calls. Their arguments were checked by fs.js.
func (f *fileSystem) calls() map[string]fileCall {
	str := func(a []engine.Value, i int) string { return argument(a, i).String() }
	num := func(a []engine.Value, i int) int64 { return argument(a, i).ToInteger() }
	// one is a call with a path, that may be read or must be written.
	one := func(call string, ask func(string) error, do func(at string, a []engine.Value) (any, error)) fileCall {
		return func(a []engine.Value) func() (any, error) {
			path := str(a, 0)
			args := slices.Clone(a)
			return func() (any, error) {
				if err := ask(path); err != nil {
					return nil, err
				}
				v, err := do(f.at(path), args)
				if err != nil {
					return nil, systemError(call, err, path)
				}
				return v, nil
			}
		}
	}
	two := func(call string, ask func(from, to string) error, do func(from, to string, a []engine.Value) (any, error)) fileCall {
		return func(a []engine.Value) func() (any, error) {
			from, to := str(a, 0), str(a, 1)
			args := slices.Clone(a)
			return func() (any, error) {
				if err := ask(from, to); err != nil {
					return nil, err
				}
				v, err := do(f.at(from), f.at(to), args)
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
	both := func(from, to string) error { return errors.Join(f.read(from), f.write(to)) }
	writeBoth := func(from, to string) error {
		if err := f.write(from); err != nil {
			return err
		}
		return f.write(to)
	}
	return map[string]fileCall{
		"readFile": one("open", f.read, func(at string, a []engine.Value) (any, error) {
			data, err := os.ReadFile(at)
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
			return one("open", f.write, func(at string, _ []engine.Value) (any, error) {
				file, err := openFile(at, flags, mode)
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
			ask := f.read
			if flags&(os.O_WRONLY|os.O_RDWR|os.O_CREATE) != 0 {
				ask = f.write
				if flags&os.O_RDWR != 0 {
					ask = func(path string) error { return both(path, path) }
				}
			}
			return one("open", ask, func(at string, _ []engine.Value) (any, error) {
				file, err := openFile(at, flags, mode)
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
		"stat":  one("stat", f.look, func(at string, _ []engine.Value) (any, error) { return os.Stat(at) }),
		"lstat": one("lstat", f.look, func(at string, _ []engine.Value) (any, error) { return os.Lstat(at) }),
		"access": func(a []engine.Value) func() (any, error) {
			mode := uint32(num(a, 1))
			return one("access", f.look, func(at string, _ []engine.Value) (any, error) { return none(access(at, mode)) })(a)
		},
		"mkdir": func(a []engine.Value) func() (any, error) {
			recursive, mode := argument(a, 1).ToBoolean(), goMode(num(a, 2))
			return one("mkdir", f.write, func(at string, _ []engine.Value) (any, error) {
				if !recursive {
					return none(os.Mkdir(at, mode))
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
					if err := f.write(path); err != nil {
						return nil, err
					}
					err := os.Mkdir(f.at(path), 0o700)
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
			return one("scandir", f.read, func(at string, _ []engine.Value) (any, error) { return f.list(at, recursive) })(a)
		},
		"rmdir":  one("rmdir", f.write, func(at string, _ []engine.Value) (any, error) { return none(removeDir(at)) }),
		"unlink": one("unlink", f.write, func(at string, _ []engine.Value) (any, error) { return none(unlink(at)) }),
		"rm": func(a []engine.Value) func() (any, error) {
			recursive, force := argument(a, 1).ToBoolean(), argument(a, 2).ToBoolean()
			return one("rm", f.write, func(at string, _ []engine.Value) (any, error) { return none(f.remove(at, recursive, force)) })(a)
		},
		"rename": two("rename", writeBoth, func(from, to string, _ []engine.Value) (any, error) { return none(os.Rename(from, to)) }),
		"copyFile": func(a []engine.Value) func() (any, error) {
			exclusive := num(a, 2)&1 != 0
			return two("copyfile", both, func(from, to string, _ []engine.Value) (any, error) { return none(copyFile(from, to, exclusive)) })(a)
		},
		"link": two("link", both, func(from, to string, _ []engine.Value) (any, error) { return none(os.Link(from, to)) }),
		"symlink": func(a []engine.Value) func() (any, error) {
			target := str(a, 0)
			return two("symlink", func(_, to string) error { return f.write(to) }, func(_, to string, _ []engine.Value) (any, error) { return none(os.Symlink(target, to)) })(a)
		},
		"readlink": one("readlink", f.look, func(at string, _ []engine.Value) (any, error) { return os.Readlink(at) }),
		"realpath": one("realpath", f.look, func(at string, _ []engine.Value) (any, error) {
			path, err := filepath.EvalSymlinks(at)
			if err != nil {
				return nil, err
			}
			return filepath.Abs(path)
		}),
		"chmod": func(a []engine.Value) func() (any, error) {
			mode := goMode(num(a, 1))
			return one("chmod", f.write, func(at string, _ []engine.Value) (any, error) { return none(os.Chmod(at, mode)) })(a)
		},
		"chown": func(a []engine.Value) func() (any, error) {
			uid, gid := int(num(a, 1)), int(num(a, 2))
			return one("chown", f.write, func(at string, _ []engine.Value) (any, error) { return none(os.Chown(at, uid, gid)) })(a)
		},
		// utimes(path, atime, mtime), in milliseconds
		"utimes": func(a []engine.Value) func() (any, error) {
			at, mt := argument(a, 1).ToFloat(), argument(a, 2).ToFloat()
			return one("utime", f.write, func(path string, _ []engine.Value) (any, error) {
				return none(os.Chtimes(path, time.UnixMicro(int64(at*1000)), time.UnixMicro(int64(mt*1000))))
			})(a)
		},
		"truncate": func(a []engine.Value) func() (any, error) {
			size := num(a, 1)
			return one("open", f.write, func(at string, _ []engine.Value) (any, error) { return none(os.Truncate(at, size)) })(a)
		},
	}
}

// openFile opens without following node's habit of blocking on a pipe that
// nobody writes: what would block is waited for on the goroutine of the call.
func openFile(at string, flags int, mode fs.FileMode) (*os.File, error) {
	return os.OpenFile(at, flags, mode)
}

// makeAll makes a directory with those above it, and gives the first it made.
func makeAll(at string, mode fs.FileMode) (any, error) {
	at = filepath.Clean(at)
	first := ""
	for p := at; ; p = filepath.Dir(p) {
		if _, err := os.Stat(p); err == nil || filepath.Dir(p) == p {
			break
		}
		first = p
	}
	if err := os.MkdirAll(at, mode); err != nil {
		if st, e := os.Stat(at); e == nil && !st.IsDir() {
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
func (f *fileSystem) list(at string, recursive bool) (any, error) {
	entries := []entry{}
	queue := []string{""}
	for i := 0; i < len(queue); i++ {
		if i > 0 {
			f.rt.NoteRead(filepath.Join(at, queue[i]))
		}
		found, err := os.ReadDir(filepath.Join(at, queue[i]))
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

func (f *fileSystem) remove(at string, recursive, force bool) error {
	info, err := os.Lstat(at)
	if err != nil {
		if force && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		// node looks first, with lstat.
		return systemError("lstat", err, at)
	}
	if info.IsDir() && !recursive {
		return &engine.Error{Message: "Path is a directory: rm returned EISDIR (is a directory) " + at,
			Fields: []engine.Field{{Name: "code", Value: "ERR_FS_EISDIR"}, {Name: "errno", Value: 21}, {Name: "syscall", Value: "rm"}, {Name: "path", Value: at}}}
	}
	if recursive {
		return os.RemoveAll(at)
	}
	return os.Remove(at)
}

func copyFile(from, to string, exclusive bool) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return systemError("copyfile", errIsDir, from, to)
	}
	if target, err := os.Stat(to); err == nil && os.SameFile(info, target) {
		return nil
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if exclusive {
		flags |= os.O_EXCL
	}
	out, err := os.OpenFile(to, flags, info.Mode().Perm())
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}
