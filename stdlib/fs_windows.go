package stdlib

import (
	"io/fs"
	"os"
	"syscall"
)

const errIsDir = syscall.EISDIR

func access(path string, mode uint32) error {
	info, err := os.Stat(path)
	if err == nil && mode&2 != 0 && info.Mode().Perm()&0o200 == 0 {
		return fs.ErrPermission
	}
	return err
}

func unlink(path string) error { return os.Remove(path) }

func removeDir(path string) error { return os.Remove(path) }

func portableStat(info fs.FileInfo) statNumbers {
	return statNumbers{mode: int64(unixMode(info.Mode())), nlink: 1, blksize: 4096, atime: info.ModTime(), ctime: info.ModTime(), btime: info.ModTime()}
}
