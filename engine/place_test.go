package engine

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// TestPlaceRace swaps a directory that was granted a part of for a link to one
// that wasn't, again and again, between the question and the deed.
func TestPlaceRace(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	for _, d := range []string{filepath.Join(in, "a"), out} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{filepath.Join(in, "a", "f"): "mine", filepath.Join(out, "f"): "secret"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(out, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	p, err := NewPermissions(Grants{Read: []string{"in"}, Write: []string{"in"}}, dir)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var swapping sync.WaitGroup
	swapping.Go(func() {
		a, b, link := filepath.Join(in, "a"), filepath.Join(in, "b"), filepath.Join(dir, "link")
		for {
			select {
			case <-stop:
				return
			default:
			}
			os.Rename(a, b)
			os.Rename(link, a)
			os.Rename(a, link)
			os.Rename(b, a)
		}
	})
	read := 0
	for range 3000 {
		at, err := p.Place(filepath.Join(in, "a", "f"), ToRead)
		if err != nil {
			continue
		}
		text, err := at.ReadFile()
		if err == nil {
			read++
		}
		if string(text) == "secret" {
			t.Fatal("a link led out while the file was opened")
		}
		if at, err := p.Place(filepath.Join(in, "a", "new"), ToWrite); err == nil {
			if f, err := at.OpenFile(os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
				f.Close()
			}
		}
		runtime.Gosched()
	}
	close(stop)
	swapping.Wait()
	if read == 0 {
		t.Error("nothing was ever read")
	}
	if _, err := os.Stat(filepath.Join(out, "new")); err == nil {
		t.Error("a link led out while a file was made")
	}
}

// TestPlaceKeepsDirectories moves what was granted away and puts something else
// in its place.
func TestPlaceKeepsDirectories(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("in/f", "mine")
	write("other/f", "secret")
	write("one/file", "mine")
	write("one/another", "secret")
	p, err := NewPermissions(Grants{Read: []string{"in", "one/file", "later/x"}, Write: []string{"later/x"}}, dir)
	if err != nil {
		t.Fatal(err)
	}
	at, err := p.Place(filepath.Join(dir, "in", "f"), ToRead)
	if err != nil {
		t.Fatal(err)
	}
	file, err := p.Place(filepath.Join(dir, "one", "file"), ToRead)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []error{
		os.Rename(filepath.Join(dir, "in"), filepath.Join(dir, "gone")), os.Symlink("other", filepath.Join(dir, "in")),
		os.Remove(filepath.Join(dir, "one", "file")), os.Symlink("another", filepath.Join(dir, "one", "file")),
		os.Symlink("other", filepath.Join(dir, "later")),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if text, err := at.ReadFile(); string(text) != "mine" {
		t.Errorf("%q, %v: want what was granted", text, err)
	}
	if text, err := file.ReadFile(); err == nil {
		t.Errorf("read %q by a link in place of the file", text)
	}
	var denied *Error
	for _, name := range []string{"in/f", "one/file", "later/x/y"} {
		if err := p.Read(filepath.Join(dir, name)); !errors.As(err, &denied) {
			t.Errorf("%s leads elsewhere by now, and may be read: %v", name, err)
		}
	}
}

func TestProcessesAreNotFiles(t *testing.T) {
	if runtime.GOOS != "linux" {
		for _, path := range []string{"/proc/1/environ", "/proc/self"} {
			if ofProcess(path) != (path == "/proc/1/environ") {
				t.Error(path)
			}
		}
		return
	}
	p, err := NewPermissions(Grants{Read: []string{"*", "/proc/self/status"}, Write: []string{"*"}}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for path, allowed := range map[string]bool{
		"/proc/cpuinfo": true, "/proc/self/environ": false, "/proc/self/mem": false, "/proc/1/environ": false,
		"/proc/thread-self/environ": false, "/proc/self/status": true, "/proc/self/root/etc/passwd": true, "/proc/self/cwd/../proc/self/environ": true, // of the cwd
	} {
		if err := p.Read(path); (err == nil) != allowed {
			t.Errorf("%s: %v", path, err)
		}
	}
	if p.Write("/proc/self/mem") == nil {
		t.Error("its own memory may be written")
	}
}
