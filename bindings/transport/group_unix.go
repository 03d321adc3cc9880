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
	cmd     *exec.Cmd
	pid     int // the leader's, and the group's
	escaped *escaped
}

// living are the groups that have not ended.
var living struct {
	sync.Mutex
	pids map[int]group
}

// KillAll kills, at once and without asking, every process group that still
// lives. It is for main's way out on a fatal signal or panic, when there is no
// time to close the connections; it may be called from any goroutine.
func KillAll() {
	living.Lock()
	defer living.Unlock()
	for pid, g := range living.pids {
		g.trace()
		_ = syscall.Kill(-pid, syscall.SIGKILL)
		g.killEscaped()
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
	g := group{cmd, cmd.Process.Pid, &escaped{}}
	if living.pids == nil {
		living.pids = make(map[int]group)
	}
	living.pids[g.pid] = g
	watch.add(g.pid)
	return g, nil
}

func (g group) terminate() {
	g.trace()
	g.signal(syscall.SIGTERM)
}

func (g group) kill() {
	g.trace()
	g.signal(syscall.SIGKILL)
	g.killEscaped()
}

func (g group) signal(s syscall.Signal) {
	living.Lock()
	defer living.Unlock()
	if _, ok := living.pids[g.pid]; ok {
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
