//go:build !linux

package stdlib

import "io/fs"

func systemStat(info fs.FileInfo) statNumbers { return portableStat(info) }
