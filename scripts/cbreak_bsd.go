//go:build unix && !linux

package scripts

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)

// wait returns when there is something to read. A read that began before the
// terminal's mode changed would go by the old mode.
func (c *cbreak) wait() {
	for {
		var set unix.FdSet
		set.Set(c.fd)
		if _, err := unix.Select(c.fd+1, &set, nil, nil, nil); err != unix.EINTR && c.ours() {
			return
		}
	}
}
