//go:build unix

package process

import (
	"os"
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// A Group is a process that we started and all that it started.
type Group struct {
	cmd     *exec.Cmd
	pid     int  // the leader's, and the group's
	shared  bool // it is in our own group
	escaped *escaped
}

// living are the groups that have not ended.
var living struct {
	sync.Mutex
	pids map[int]Group
}

// KillAll kills, at once and without asking, every process group that still
// lives. It is for main's way out on a fatal signal or panic, when there is no
// time to close the connections; it may be called from any goroutine.
func KillAll() {
	living.Lock()
	defer living.Unlock()
	for pid, g := range living.pids {
		g.Trace()
		_ = syscall.Kill(g.target(pid), syscall.SIGKILL)
		g.killEscaped()
	}
}

// Start starts cmd as the leader of a group of its own. Whoever calls it must
// see it to its end: WaitExit, Kill, Forget and cmd.Wait, in this order.
func Start(cmd *exec.Cmd) (Group, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return start(cmd, false)
}

// StartShared starts cmd in our own group, as it must be to use our terminal:
// then Signal, Terminate and Kill reach cmd's process alone, and what the
// terminal sends reaches both. See Start for what its caller owes.
func StartShared(cmd *exec.Cmd) (Group, error) { return start(cmd, true) }

func start(cmd *exec.Cmd, shared bool) (Group, error) {
	living.Lock()
	defer living.Unlock()
	if err := cmd.Start(); err != nil {
		return Group{}, err
	}
	g := Group{cmd, cmd.Process.Pid, shared, &escaped{}}
	if living.pids == nil {
		living.pids = make(map[int]Group)
	}
	living.pids[g.pid] = g
	if !shared {
		watch.add(g.pid)
	}
	return g, nil
}

// target is what kill(2) is to be told.
func (g Group) target(pid int) int {
	if g.shared {
		return pid
	}
	return -pid
}

// Terminate asks all of the group to end: SIGTERM.
func (g Group) Terminate() {
	g.Trace()
	g.Signal(syscall.SIGTERM)
}

// Kill ends all of the group, and descendants that left it where Trace found them.
func (g Group) Kill() {
	g.Trace()
	g.Signal(syscall.SIGKILL)
	g.killEscaped()
}

// Signal sends a signal to all of the group, if it was not forgotten.
func (g Group) Signal(s syscall.Signal) {
	living.Lock()
	defer living.Unlock()
	if _, ok := living.pids[g.pid]; ok {
		_ = syscall.Kill(g.target(g.pid), s)
	}
}

// SignalNamed sends the signal of that name, such as "SIGTERM"; false where
// there is none of that name.
func (g Group) SignalNamed(name string) bool {
	s := unix.SignalNum(name)
	if s == 0 {
		return false
	}
	if s == unix.SIGKILL {
		g.Kill()
		return true
	}
	g.Signal(s)
	return true
}

// Alive tells whether anything of the group still runs.
func (g Group) Alive() bool { return syscall.Kill(g.target(g.pid), 0) == nil }

// Forget is told when the group was killed, before its leader is reaped: from
// then on its id may be another's.
func (g Group) Forget() {
	living.Lock()
	delete(living.pids, g.pid)
	living.Unlock()
	if !g.shared {
		watch.remove(g.pid)
	}
}

// SignalName names the signal that ended a process, such as "SIGKILL"; "" where
// it ended by itself.
func SignalName(st *os.ProcessState) string {
	if ws, ok := st.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return unix.SignalName(ws.Signal())
	}
	return ""
}
