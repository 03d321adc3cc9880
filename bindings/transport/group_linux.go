package transport

import "golang.org/x/sys/unix"

// waitExit returns when the leader has ended. It isn't reaped by that, so that
// its id, which is the group's, can't be given to another meanwhile.
func (g group) waitExit() {
	for {
		err := unix.Waitid(unix.P_PID, g.pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return
		}
	}
}
