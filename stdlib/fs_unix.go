//go:build unix

package stdlib

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

const errIsDir = unix.EISDIR

func portableStat(info fs.FileInfo) statNumbers {
	return statNumbers{mode: int64(unixMode(info.Mode())), nlink: 1, blksize: 4096, atime: info.ModTime(), ctime: info.ModTime(), btime: info.ModTime()}
}
