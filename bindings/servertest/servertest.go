// Package servertest gives tests the servers they talk to: three programs of
// ours (sdkserver on the official Go SDK, rogue with every bad habit a server
// can have, fastserver for measurements) and the public ones from npm and PyPI
// that `bash .ci/servers` installs.
package servertest

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Build compiles the program bindings/servertest/<name> ("sdkserver", "rogue"
// or "fastserver") and returns its binary's path. The work is done once a test
// process, and binaries are shared between processes: one that is up to date
// is only checked. Any goroutine may call it; a failure ends the test.
func Build(t testing.TB, name string) string {
	t.Helper()
	once, _ := builds.LoadOrStore(name, sync.OnceValues(func() (string, error) { return build(name) }))
	path, err := once.(func() (string, error))()
	if err != nil {
		t.Fatalf("build test server %q: %v", name, err)
	}
	return path
}

var builds sync.Map // name → func() (string, error)

// build never writes to a binary that another process may be running: the go
// command works on a name of this process's, which then replaces the shared one.
func build(name string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("mcpjs-servertest-%d-%x", os.Getuid(), sha256.Sum256([]byte(root)))[:40])
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	shared := filepath.Join(dir, name)
	if runtime.GOOS == "windows" {
		shared += ".exe"
	}
	own := fmt.Sprintf("%s.%d%s", filepath.Join(dir, name), os.Getpid(), filepath.Ext(shared))
	// Looking at the sources makes them inputs of the test, so that the go
	// command doesn't show a cached result after they changed.
	sources, err := filepath.Glob(filepath.Join(root, "bindings", "servertest", name, "*.go"))
	if err != nil {
		return "", err
	}
	for _, file := range sources {
		if _, err := os.Stat(file); err != nil {
			return "", err
		}
	}
	// Given the shared binary, the go command links anew only if it is stale.
	_ = os.Link(shared, own)
	cmd := exec.Command("go", "build", "-o", own, "./bindings/servertest/"+name)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		_ = os.Remove(own)
		return "", fmt.Errorf("%w\n%s", err, strings.TrimSpace(string(out)))
	}
	if same(own, shared) {
		return shared, os.Remove(own)
	}
	if err := os.Rename(own, shared); err != nil {
		return own, nil // Windows doesn't replace a running binary.
	}
	return shared, nil
}

func same(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// moduleRoot is the directory of go.mod: above this file, or above the working
// directory where the binary was built with -trimpath.
var moduleRoot = sync.OnceValues(func() (string, error) {
	_, file, _, _ := runtime.Caller(0)
	dir := filepath.Dir(file)
	if !filepath.IsAbs(dir) {
		var err error
		if dir, err = os.Getwd(); err != nil {
			return "", err
		}
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod above %s", file)
		}
	}
})
