package engine

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// surroundings are directories as esbuild sees them, each looked at once: where
// imports of files lead, and the settings that count there.
type surroundings map[string]*directory

type directory struct {
	names map[string]string // by themselves in lower case; "" where two are the same
	real  string
	odd   bool   // something here makes esbuild look elsewhere, or it is not there
	sum   []byte // of its settings and those above
}

// digest sums up where paths lead, of which sum knows the texts, and what is set
// there; "" where that is not all that a build depends on.
func (s surroundings) digest(asked []string, sum func(file string) (checksum, bool)) (digest string, files []string) {
	h := sha256.New()
	for _, path := range asked {
		file, ok := s.resolve(path)
		text, known := sum(file)
		from, to := s.settings(filepath.Dir(path)), s.settings(filepath.Dir(file))
		if !ok || !known || from.odd || to.odd {
			return "", nil
		}
		fmt.Fprintf(h, "%q %q %x %x %x\n", path, file, text, from.sum, to.sum)
		files = append(files, file)
	}
	slices.Sort(files)
	return string(h.Sum(nil)), slices.Compact(files)
}

// resolve finds the file that a path in an import means, as esbuild does.
func (s surroundings) resolve(path string) (file string, ok bool) {
	dir, base := filepath.Dir(path), filepath.Base(path)
	candidates := []string{base}
	for _, ext := range extensions {
		candidates = append(candidates, base+ext)
	}
	stem := strings.TrimSuffix(base, filepath.Ext(base))
	switch filepath.Ext(base) {
	case ".js", ".jsx":
		candidates = append(candidates, stem+".ts", stem+".tsx")
	case ".mjs":
		candidates = append(candidates, stem+".mts")
	case ".cjs":
		candidates = append(candidates, stem+".cts")
	}
	d := s.at(dir)
	for _, name := range candidates {
		there, ok := d.names[strings.ToLower(name)]
		if !ok {
			continue
		}
		file := filepath.Join(d.real, name)
		info, err := os.Lstat(file)
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			file, _ = filepath.EvalSymlinks(file)
			info, err = os.Lstat(file)
		}
		switch {
		case err != nil || there != name:
			return "", false
		case info.Mode().IsRegular():
			return file, true
		case !info.IsDir():
			return "", false
		}
	}
	return "", false
}

// at lists a directory.
func (s surroundings) at(dir string) *directory {
	if d := s[dir]; d != nil {
		return d
	}
	d := &directory{names: map[string]string{}, real: dir}
	s[dir] = d
	if up := filepath.Dir(dir); up != dir {
		d.real = filepath.Join(s.at(up).real, filepath.Base(dir))
		if info, err := os.Lstat(d.real); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			d.real, err = filepath.EvalSymlinks(d.real)
			d.odd = err != nil
		}
	}
	f, err := os.Open(dir)
	if err != nil {
		d.odd = true
		return d
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	d.odd = d.odd || err != nil
	for _, name := range names {
		lower := strings.ToLower(name)
		if _, twice := d.names[lower]; twice {
			name = ""
		}
		d.names[lower] = name
	}
	return d
}

// settings sums up what is set in a directory and above it.
func (s surroundings) settings(dir string) *directory {
	d := s.at(dir)
	if d.sum != nil {
		return d
	}
	h := sha256.New()
	for _, name := range []string{"package.json", "tsconfig.json", "jsconfig.json", ".pnp.data.json", ".pnp.cjs", ".pnp.js"} {
		there, ok := d.names[name]
		if !ok {
			continue
		}
		var text []byte
		info, err := os.Stat(filepath.Join(dir, name))
		if ok = err == nil && info.Mode().IsRegular(); ok {
			text, err = os.ReadFile(filepath.Join(dir, name))
		}
		if there != name || !ok || err != nil || strings.HasPrefix(name, ".") || name != "package.json" && elsewhere(text) {
			d.odd = true
		}
		fmt.Fprintf(h, "%q %x\n", name, sha256.Sum256(text))
	}
	switch up := filepath.Dir(dir); {
	case slices.Contains([]string{"node_modules", "__virtual__", "$$virtual"}, filepath.Base(dir)):
		d.odd = true
	case up != dir:
		above := s.settings(up)
		d.odd = d.odd || above.odd
		h.Write(above.sum)
	}
	d.sum = h.Sum(nil)
	return d
}

// elsewhere tells that a tsconfig.json makes imports or settings depend on other
// files, or may.
func elsewhere(tsconfig []byte) bool {
	for _, word := range []string{"extends", "paths", "baseUrl", `\u`} {
		if bytes.Contains(tsconfig, []byte(word)) {
			return true
		}
	}
	return false
}
