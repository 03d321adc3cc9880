//go:build unix

package engine

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// across renames or links from one root to another, by the directories of both.
func across(op string, from, to Place) error {
	fail := func(err error) error {
		return &os.LinkError{Op: op, Old: from.Path, New: to.Path, Err: plainError(err)}
	}
	a, oldName, err := from.parent()
	if err != nil {
		return fail(err)
	}
	defer a.Close()
	b, newName, err := to.parent()
	if err != nil {
		return fail(err)
	}
	defer b.Close()
	if op == "link" {
		err = unix.Linkat(int(a.Fd()), oldName, int(b.Fd()), newName, 0)
	} else {
		err = unix.Renameat(int(a.Fd()), oldName, int(b.Fd()), newName)
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

// Access is access(2), with the bits of its mode.
func (at Place) Access(mode uint32) error {
	if at.root == nil {
		return unix.Access(at.name, mode)
	}
	return at.within(func(dir int, name string) error { return unix.Faccessat(dir, name, mode, 0) })
}

// Unlink is unlink(2), which removes no directory.
func (at Place) Unlink() error {
	if at.root == nil {
		return unix.Unlink(at.name)
	}
	return at.within(func(dir int, name string) error { return unix.Unlinkat(dir, name, 0) })
}

// Rmdir is rmdir(2), which removes nothing but an empty directory.
func (at Place) Rmdir() error {
	if at.root == nil {
		return unix.Rmdir(at.name)
	}
	return at.within(func(dir int, name string) error { return unix.Unlinkat(dir, name, unix.AT_REMOVEDIR) })
}

func (at Place) within(do func(dir int, name string) error) error {
	dir, name, err := at.parent()
	if err != nil {
		return plainError(err)
	}
	defer dir.Close()
	if name == "" || name == "." {
		return fs.ErrInvalid
	}
	return do(int(dir.Fd()), name)
}

// private tells that nobody but the user who runs this process may change a
// file.
func private(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm()&0o022 == 0
}
