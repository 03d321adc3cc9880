//go:build unix

package stdlib

import (
	"syscall"

	"golang.org/x/sys/unix"
)

func errnoName(n syscall.Errno) string {
	if n == unix.ENOTSUP {
		return "ENOTSUP"
	}
	return unix.ErrnoName(n)
}
