//go:build unix && !linux

package transport

// waitExit returns when the leader has ended and is reaped.
func (g group) waitExit() { _ = g.cmd.Wait() }

// escaped is empty: descendants that left the group can't be traced here.
type escaped struct{}

func (g group) trace()       {}
func (g group) killEscaped() {}
