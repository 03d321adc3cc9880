//go:build !windows

package oauth

import "golang.org/x/sys/unix"

// quiet has a terminal no longer show what is typed, until back is called.
func quiet(fd uintptr) (back func(), err error) {
	was, err := unix.IoctlGetTermios(int(fd), getTermios)
	if err != nil {
		return nil, err
	}
	hidden := *was
	hidden.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(int(fd), setTermios, &hidden); err != nil {
		return nil, err
	}
	return func() { _ = unix.IoctlSetTermios(int(fd), setTermios, was) }, nil
}
