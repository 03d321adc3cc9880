package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Env is what Parse looks at besides its argument, so that a test can say what
// there is.
type Env struct {
	Dir    string // the working directory, absolute
	Home   string // the user's home directory, "" if there is none
	Getenv func(string) string
	// OS is a GOOS, for the places of configuration files; "" means this one.
	OS string
}

// Process is the Env of this process.
func Process() Env {
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	home, _ := os.UserHomeDir()
	return Env{Dir: dir, Home: home, Getenv: os.Getenv}
}

func (e Env) getenv(name string) string {
	if e.Getenv == nil {
		return ""
	}
	return e.Getenv(name)
}

func (e Env) os() string {
	if e.OS != "" {
		return e.OS
	}
	return runtime.GOOS
}

// path makes p absolute, from dir, and knows ~.
func (e Env) path(dir, p string) string {
	if rest, ok := strings.CutPrefix(p, "~"); ok && e.Home != "" && (rest == "" || os.IsPathSeparator(rest[0])) {
		return filepath.Join(e.Home, rest)
	}
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(dir, p)
}

// look finds a command in the PATH, "" if it isn't there.
func (e Env) look(name string) string {
	suffixes := []string{""}
	if runtime.GOOS == "windows" {
		for _, s := range strings.Split(e.getenv("PATHEXT"), ";") {
			suffixes = append(suffixes, s)
		}
	}
	for _, dir := range filepath.SplitList(e.getenv("PATH")) {
		for _, suffix := range suffixes {
			if p := e.path(e.Dir, filepath.Join(dir, name+suffix)); executable(p) {
				return p
			}
		}
	}
	return ""
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// isPath says whether a word is written as a path.
func isPath(word string) bool {
	return strings.ContainsRune(word, '/') || strings.ContainsRune(word, filepath.Separator) ||
		strings.HasPrefix(word, "~") || word == "." || word == ".."
}
