//go:build unix

package transport

import (
	"os"
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// A group is a process that we started and all that it started.
type group struct {
	cmd *exec.Cmd
	pid int // the leader's, and the group's
}

// living are the groups that have not ended.
var living struct {
	sync.Mutex
	pids map[int]bool
}

// KillAll kills, at once and without asking, every process group that still
// lives. It is for main's way out on a fatal signal or panic, when there is no
// time to close the connections; it may be called from any goroutine.
func KillAll() {
	living.Lock()
	defer living.Unlock()
	for pid := range living.pids {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
}

// startGroup starts cmd as the leader of a group of its own.
func startGroup(cmd *exec.Cmd) (group, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	living.Lock()
	defer living.Unlock()
	if err := cmd.Start(); err != nil {
		return group{}, err
	}
	g := group{cmd, cmd.Process.Pid}
	if living.pids == nil {
		living.pids = make(map[int]bool)
	}
	living.pids[g.pid] = true
	watch.add(g.pid)
	return g, nil
}

func (g group) terminate() { g.signal(syscall.SIGTERM) }
func (g group) kill()      { g.signal(syscall.SIGKILL) }

func (g group) signal(s syscall.Signal) {
	living.Lock()
	defer living.Unlock()
	if living.pids[g.pid] {
		_ = syscall.Kill(-g.pid, s)
	}
}

// forget is told when the group was killed, before its leader is reaped: from
// then on its id may be another's.
func (g group) forget() {
	living.Lock()
	delete(living.pids, g.pid)
	living.Unlock()
	watch.remove(g.pid)
}

func signalName(st *os.ProcessState) string {
	if ws, ok := st.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return unix.SignalName(ws.Signal())
	}
	return ""
}
