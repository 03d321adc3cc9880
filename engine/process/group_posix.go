//go:build unix && !linux

package process

// WaitExit returns when the leader has ended and is reaped.
func (g Group) WaitExit() { _ = g.cmd.Wait() }

// escaped is empty: descendants that left the group can't be traced here.
type escaped struct{}

func (g Group) Trace()       {}
func (g Group) killEscaped() {}
