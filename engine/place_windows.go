package engine

import (
	"io/fs"
	"os"
)

// across renames or links from one root to another, by paths: between the
// question and this, who may change the directories above can lead it astray.
func across(op string, from, to Place) error {
	if op == "link" {
		return os.Link(from.Path, to.Path)
	}
	return os.Rename(from.Path, to.Path)
}

// Access is access(2), with the bits of its mode.
func (at Place) Access(mode uint32) error {
	info, err := at.Stat()
	if err == nil && mode&2 != 0 && info.Mode().Perm()&0o200 == 0 {
		return fs.ErrPermission
	}
	return err
}

// Unlink removes a file.
func (at Place) Unlink() error { return at.Remove() }

// Rmdir removes an empty directory.
func (at Place) Rmdir() error { return at.Remove() }

// private tells that nobody but the user who runs this process may change a
// file, which is so in directories of the user's own.
func private(fs.FileInfo) bool { return true }
