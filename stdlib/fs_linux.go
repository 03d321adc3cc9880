package stdlib

import (
	"io/fs"
	"syscall"
	"time"
)

func systemStat(info fs.FileInfo) statNumbers {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return portableStat(info)
	}
	at := func(t syscall.Timespec) time.Time { return time.Unix(int64(t.Sec), int64(t.Nsec)) }
	return statNumbers{dev: int64(s.Dev), mode: int64(s.Mode), nlink: int64(s.Nlink), uid: int64(s.Uid), gid: int64(s.Gid),
		rdev: int64(s.Rdev), blksize: int64(s.Blksize), ino: int64(s.Ino), blocks: s.Blocks,
		atime: at(s.Atim), ctime: at(s.Ctim), btime: at(s.Ctim)}
}
