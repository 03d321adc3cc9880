package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/evanw/esbuild/pkg/api"
)

// compileCache keeps on disk what esbuild made of scripts that are in files, so
// that one which has not changed starts without it. It has one entry for each
// script, which is used only where esbuild would make the same again: the same
// executable and host modules, every import leading to the same file, the same
// text in each, and the same package.json and tsconfig.json in and above their
// directories. What can't be judged by that is not kept: imports of packages and
// directories, of patterns, of other than code and JSON; files with a source map; a
// tsconfig.json that points elsewhere. Entries that somebody else could have written
// are ignored, and so is every failure.
type compileCache struct {
	dir   string
	build string // what the compiler is
}

type checksum = [sha256.Size]byte

const (
	cachedFiles   = 1000
	cachedBytes   = 64 << 20
	cachedLargest = 4 << 20 // of one entry
)

// executable says which build of the program this is, esbuild, its options and
// our own part of its output among it.
var executable = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	file := path
	if runtime.GOOS == "linux" {
		file = "/proc/self/exe" // path may have been replaced
	}
	info, err := os.Stat(file)
	build, ok := debug.ReadBuildInfo()
	if err != nil || !ok {
		return ""
	}
	return fmt.Sprintf("%q %d %d\n%s", path, info.Size(), info.ModTime().UnixNano(), build)
})

// cached is the cache for a source, nil where there is none.
func cached(src Source, opts CompileOptions) *compileCache {
	if opts.Cache == "" || src.Virtual() || opts.Permissions != nil || opts.Links || filepath.Dir(src.Name) != src.Dir || executable() == "" {
		return nil
	}
	return &compileCache{dir: opts.Cache, build: executable()}
}

// entry is the path of the file for a source.
func (c *compileCache) entry(src Source, modules []Module) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%q\n", c.build, src.Name)
	for _, m := range modules {
		fmt.Fprintf(h, "%q %t %t", m.Name, m.Node, m.Load != nil)
		if m.Exports != nil {
			fmt.Fprintf(h, " %q", m.Exports())
		}
		h.Write([]byte("\n"))
	}
	return filepath.Join(c.dir, fmt.Sprintf("%x", h.Sum(nil)[:16]))
}

// program gives the program of a bundle, from the cache or to be kept there.
func (c *compileCache) program(b *bundler, spec string) (*Program, error) {
	path := c.entry(b.src, b.opts.Modules)
	if p := c.load(path, b); p != nil {
		return p, nil
	}
	b.inputs, b.recording = nil, newRecording()
	p, err := b.build(spec)
	if err != nil {
		return nil, err
	}
	if r := b.recording; !r.spoilt && len(b.browser)+len(b.absent) == 0 {
		p.keep = func() { c.keep(path, r) }
	}
	return p, nil
}

// load gives what is kept of a bundle, nil if that is nothing or not what a new
// build would give.
func (c *compileCache) load(path string, b *bundler) *Program {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	dir, err := os.Stat(c.dir)
	info, err2 := f.Stat()
	if err != nil || err2 != nil || !private(dir) || !private(info) || !info.Mode().IsRegular() || info.Size() > cachedLargest {
		return nil
	}
	data := make([]byte, info.Size())
	if n, err := f.ReadAt(data, 0); n < len(data) || err != nil {
		return nil
	}
	parts := unpack(data)
	if len(parts) < 4 {
		return nil
	}
	digest, code, sourceMap, asked := parts[0], parts[1], parts[2], parts[3:]
	found, files := surroundings{}.digest(asked, func(file string) (checksum, bool) {
		text, err := os.ReadFile(file)
		return sha256.Sum256(text), err == nil
	})
	if found != digest {
		return nil
	}
	b.inputs = files
	p, err := b.compile(code, []byte(sourceMap))
	if err != nil {
		return nil
	}
	if time.Since(info.ModTime()) > 24*time.Hour {
		os.Chtimes(path, time.Now(), time.Now()) // what is long unused goes first
	}
	return p
}

// keep writes an entry.
func (c *compileCache) keep(path string, r *recording) {
	parts := r.parts()
	if parts == nil {
		return
	}
	data := pack(parts)
	if len(data) > cachedLargest || os.MkdirAll(c.dir, 0o700) != nil {
		return
	}
	if dir, err := os.Stat(c.dir); err != nil || !private(dir) {
		return
	}
	f, err := os.CreateTemp(c.dir, "new-")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if f.Close() != nil || err != nil || os.Rename(f.Name(), path) != nil {
		os.Remove(f.Name())
		return
	}
	if strings.HasSuffix(path, "0") { // one in sixteen
		c.prune()
	}
}

// prune removes the entries that are longest unused where there are too many.
func (c *compileCache) prune() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var infos []fs.FileInfo
	size := int64(0)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			infos = append(infos, info)
			size += info.Size()
		}
	}
	slices.SortFunc(infos, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	if len(infos) <= cachedFiles && size <= cachedBytes {
		return
	}
	for n := len(infos); n > cachedFiles*3/4 || size > cachedBytes*3/4; n-- {
		size -= infos[0].Size()
		os.Remove(filepath.Join(c.dir, infos[0].Name()))
		infos = infos[1:]
	}
}

// A recording is what a build asks for and loads. Its methods may be called by
// any goroutine.
type recording struct {
	mu     sync.Mutex
	before surroundings // as they were before esbuild looked
	asked  []string
	loaded map[string]checksum
	spoilt bool // the build can't be kept
	out    []string
}

func newRecording() *recording {
	return &recording{before: surroundings{}, loaded: map[string]checksum{}}
}

// resolve notes what an import asks for, before esbuild looks for it.
func (r *recording) resolve(a api.OnResolveArgs, modules []Module) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch slashed := filepath.ToSlash(a.Path); {
	case moduleOf(modules, a.Path) != nil:
	case !strings.HasPrefix(slashed, "./") && !strings.HasPrefix(slashed, "../") && !filepath.IsAbs(a.Path),
		slices.Contains([]string{"", ".", ".."}, slashed[strings.LastIndexByte(slashed, '/')+1:]):
		r.spoilt = true
	default:
		path := absolute(a.ResolveDir, a.Path)
		r.before.settings(filepath.Dir(path))
		if file, ok := r.before.resolve(path); ok {
			r.before.settings(filepath.Dir(file))
		}
		r.asked = append(r.asked, path)
	}
}

// load notes what was loaded. A source map of its own may be another file.
func (r *recording) load(path string, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loaded[path] = sha256.Sum256(text)
	r.spoilt = r.spoilt || bytes.Contains(text, []byte("sourceMappingURL"))
}

// spoil notes that the build depends on what is not noted.
func (r *recording) spoil() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spoilt = true
}

// parts are what is to be kept, nil where a later build that meets the same
// might give something else: where imports lead elsewhere by now among it, or to
// files that the build did not load, or it loaded others.
func (r *recording) parts() []string {
	slices.Sort(r.asked)
	r.asked = slices.Compact(r.asked)
	sum := func(file string) (checksum, bool) {
		of, ok := r.loaded[file]
		return of, ok
	}
	before, _ := r.before.digest(r.asked, sum)
	after, files := surroundings{}.digest(r.asked, sum)
	if before != after || after == "" || len(files) != len(r.loaded) || strings.Contains(r.out[0], "__glob") {
		return nil
	}
	return append([]string{after, r.out[0], r.out[1]}, r.asked...)
}

// pack joins texts, with a checksum.
func pack(parts []string) []byte {
	data := make([]byte, sha256.Size)
	for _, part := range parts {
		data = append(binary.AppendUvarint(data, uint64(len(part))), part...)
	}
	sum := sha256.Sum256(data[sha256.Size:])
	copy(data, sum[:])
	return data
}

// unpack is what pack packed; nil if it isn't.
func unpack(data []byte) (parts []string) {
	if len(data) < sha256.Size || sha256.Sum256(data[sha256.Size:]) != checksum(data) {
		return nil
	}
	for data = data[sha256.Size:]; len(data) > 0; {
		size, n := binary.Uvarint(data)
		if n <= 0 || size > uint64(len(data)-n) {
			return nil
		}
		parts = append(parts, string(data[n:n+int(size)]))
		data = data[n+int(size):]
	}
	return parts
}
