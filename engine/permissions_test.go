package engine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPermissionsNilPermitsAll(t *testing.T) {
	var p *Permissions
	for _, err := range []error{p.Read("/"), p.Write("/"), p.Env("A"), p.Run("sh"), p.Net("a:1"), p.Server(nil, "s"), p.Tool("s", "t")} {
		if err != nil {
			t.Error(err)
		}
	}
}

func TestPermissionsZeroDeniesAll(t *testing.T) {
	p := &Permissions{dir: "/"}
	for flag, err := range map[string]error{
		"--allow-read=/a": p.Read("/a"), "--allow-write='/a b'": p.Write("/a b"), "--allow-env=HOME": p.Env("HOME"), "--allow-run=sh": p.Run("sh"),
		"--allow-net=example.com:443": p.Net("example.com:443"), "--allow-server=demo": p.Server(nil, "demo"), "--allow-tool=echo": p.Tool("demo", "echo"),
	} {
		var denied *Error
		if !errors.As(err, &denied) || denied.Class != "PermissionDenied" || !strings.HasSuffix(denied.Message, "; allow it with "+flag) {
			t.Errorf("%s: %v", flag, err)
		}
	}
}

func TestPermissionsPaths(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	for _, d := range []string{in, out, filepath.Join(in, "sub"), filepath.Join(dir, "inside")} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{
		"escape": out, "dangling": filepath.Join(out, "new"), "up": "../out", "home": "sub", "loop": "loop",
	} {
		if err := os.Symlink(target, filepath.Join(in, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(in, filepath.Join(dir, "alias")); err != nil {
		t.Fatal(err)
	}
	p, err := NewPermissions(Grants{Read: []string{"alias"}, Write: []string{filepath.Join(in, "sub")}}, dir)
	if err != nil {
		t.Fatal(err)
	}
	sep := string(filepath.Separator)
	for _, c := range []struct {
		path        string
		read, write bool
	}{
		{"in", true, false},
		{in, true, false},
		{"in/new", true, false},
		{"in/sub/new/deeper", true, true},
		{"in/home/x", true, true},
		{"alias/sub", true, true},
		{"in/sub/../x", true, false},
		{"in/sub/../../out", false, false},
		{"in/../in/sub", true, true},
		{"in/nothing/../../out/x", false, false},
		{"inside", false, false},
		{"in/escape", false, false},
		{"in/loop", false, false},
		{"in/escape/x", false, false},
		{"in/dangling", false, false},
		{"in/up/x", false, false},
		{"in/home/../../out", false, false},
		{"in/loop/x", false, false},
		{"out/../in/x", true, false},
		{"in" + sep + "escape" + sep + ".." + sep + "in", true, false}, // dir/in, by the way of out
		{dir, false, false},
		{"", false, false},
	} {
		if got := p.Read(c.path) == nil; got != c.read {
			t.Errorf("read %q: %v", c.path, got)
		}
		if got := p.Write(c.path) == nil; got != c.write {
			t.Errorf("write %q: %v", c.path, got)
		}
	}
	if _, err := NewPermissions(Grants{Read: []string{""}}, dir); err == nil {
		t.Error("an empty path is no grant")
	}
}

func TestPermissionsNames(t *testing.T) {
	dir := t.TempDir()
	tool := filepath.Join(dir, "tool")
	if err := os.WriteFile(tool, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	p, err := NewPermissions(Grants{
		Env: []string{"HOME", "AWS_*"}, Run: []string{"git", tool}, Net: []string{"example.com", "*.test", "LOCALHOST:80", "[::1]:9"},
		Server: []string{"https://a.example/*", "demo"}, Tool: []string{"get_*", "*_all*", "files/read", "other/drop"},
	}, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		ask  func(string) error
		yes  string
		no   string
		name string
	}{
		{p.Env, "HOME AWS_KEY AWS_", "HOMEX PATH AWS", "env"},
		{p.Run, "git tool ./tool " + tool, "./git /tmp/git sh toolx", "run"},
		{p.Net, "example.com:443 EXAMPLE.com.:1 example.com a.test:1 a.b.test:2 localhost:80 [::1]:9", "xexample.com:1 a.example.com:1 test:1 localhost:81 localhost [::1]:8 [::2]:9", "net"},
		{func(s string) error { return p.Server(func(grant string) bool { return Glob(grant, s) }, s) }, "demo https://a.example/ https://a.example/mcp", "demos https://b.example/", "server"},
		{func(s string) error { return p.Tool("files", s) }, "get_ get_x drop_all _all_ read", "getx drop readx", "tool"},
	} {
		for _, s := range strings.Fields(c.yes) {
			if err := c.ask(s); err != nil {
				t.Errorf("%s %s: %v", c.name, s, err)
			}
		}
		for _, s := range strings.Fields(c.no) {
			if c.ask(s) == nil {
				t.Errorf("%s %s is permitted", c.name, s)
			}
		}
	}
	all, err := NewPermissions(Grants{Read: []string{"*"}, Env: []string{"*"}, Net: []string{"*"}, Tool: []string{"*"}}, dir)
	if err != nil || all.Read("/etc") != nil || all.Env("X") != nil || all.Net("a:1") != nil || all.Tool("", "") != nil || all.Write("/etc") == nil {
		t.Error("* grants all of its kind, and nothing else", err)
	}
}
