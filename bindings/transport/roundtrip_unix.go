//go:build unix

package transport

import "syscall"

// probing tells that silent can be relied on.
const probing = true

// silent tells whether an idle connection is still open, and nothing has come
// that was not asked for. It doesn't wait.
func (w *wire) silent() (silent bool) {
	return w.raw != nil && w.raw.Read(func(fd uintptr) bool {
		silent = silentSocket(fd)
		return true
	}) == nil && silent
}

func silentSocket(fd uintptr) bool {
	var b [1]byte
	n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	return n < 0 && err == syscall.EAGAIN
}
