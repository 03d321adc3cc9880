package scripts

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS
)

// wait returns when there is something to read. A read that began before the
// terminal's mode changed would go by the old mode.
func (c *cbreak) wait() {
	for {
		_, err := unix.Poll([]unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLIN}}, -1)
		if err != unix.EINTR && c.ours() {
			return
		}
	}
}
