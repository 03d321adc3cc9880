//go:build unix

package transport

import (
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

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

// soon is how long the thread waits for an answer that is likely to come at once.
const soon = 2 * time.Millisecond

// await waits for the answer to a request that is the only one under way, for a
// short while, without giving the processor back to Go's scheduler: to park the
// goroutine, and the scheduler with it, and wake both again costs as much as the
// rest of the exchange. What does not come soon is waited for as usual.
func (w *wire) await() {
	if w.t.under.Load() != 1 || w.raw == nil || runtime.GOMAXPROCS(0) == 1 {
		return
	}
	_ = w.raw.Read(func(fd uintptr) bool {
		_, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(soon.Milliseconds()))
		return true
	})
}
