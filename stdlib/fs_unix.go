//go:build unix

package stdlib

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

const errIsDir = unix.EISDIR

func access(path string, mode uint32) error { return unix.Access(path, mode) }

func unlink(path string) error { return unix.Unlink(path) }

func removeDir(path string) error { return unix.Rmdir(path) }

func portableStat(info fs.FileInfo) statNumbers {
	return statNumbers{mode: int64(unixMode(info.Mode())), nlink: 1, blksize: 4096, atime: info.ModTime(), ctime: info.ModTime(), btime: info.ModTime()}
}
