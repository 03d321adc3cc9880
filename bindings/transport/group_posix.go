//go:build unix && !linux

package transport

// waitExit returns when the leader has ended and is reaped.
func (g group) waitExit() { _ = g.cmd.Wait() }
