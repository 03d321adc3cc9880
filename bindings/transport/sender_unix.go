//go:build unix

package transport

import (
	"io"
	"syscall"
	"time"
)

// nonBlocking gives a write that does what it can at once: nil where w cannot
// promise that, as only files and sockets in the poller can.
func nonBlocking(w io.Writer) func([]byte) int {
	f, ok := w.(interface {
		syscall.Conn
		SetWriteDeadline(time.Time) error
	})
	if !ok || f.SetWriteDeadline(time.Time{}) != nil {
		return nil
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return nil
	}
	return func(p []byte) (n int) {
		_ = conn.Write(func(fd uintptr) bool {
			n, _ = syscall.Write(int(fd), p)
			return true
		})
		return max(n, 0)
	}
}
