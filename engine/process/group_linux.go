package process

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// WaitExit returns when the leader has ended. It isn't reaped by that, so that
// its id, which is the group's, can't be given to another meanwhile.
func (g Group) WaitExit() {
	for {
		err := unix.Waitid(unix.P_PID, g.pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			g.escaped.leaderless.Store(true)
			return
		}
	}
}

// escaped are descendants that left the group, as daemons and detached
// browsers do, by id with their start times.
type escaped struct {
	mu   sync.Mutex
	pids map[int]string
	// leaderless tells that the leader has ended: nothing can be found through
	// it any more.
	leaderless atomic.Bool
}

// Trace looks for descendants outside the group. They can be found only while
// those between them and the leader live.
func (g Group) Trace() {
	if g.escaped.leaderless.Load() || alone(g.pid) {
		return
	}
	g.escaped.mu.Lock()
	defer g.escaped.mu.Unlock()
	g.traceBelow(g.pid, 0)
}

// alone tells that a process has no descendants, because it has no child among
// the processes that are younger; false says nothing. It asks by signal 0 and not
// in /proc what is a thread, of this process or of our own: what was looked up
// there makes the end of that thread cost a millisecond.
func alone(pid int) bool {
	last := lastPID()
	if last < pid || last-pid > 100 {
		return false
	}
	own := os.Getpid()
	for other := pid + 1; other <= last; other++ {
		if unix.Tgkill(pid, other, 0) == nil || unix.Tgkill(own, other, 0) == nil || syscall.Kill(other, 0) == syscall.ESRCH {
			continue
		}
		if parent, _, _ := procStat(other); parent == pid {
			return false
		}
	}
	return true
}

// lastPID is the id that was given last to a process or thread, 0 where that is
// not told.
func lastPID() int {
	load, _ := os.ReadFile("/proc/loadavg")
	id, _ := strconv.Atoi(strings.TrimSpace(string(load[strings.LastIndexByte(string(load), ' ')+1:])))
	return id
}

func (g Group) traceBelow(pid, depth int) {
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil || depth > 64 {
		return
	}
	for _, task := range tasks {
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, task.Name()))
		for field := range strings.FieldsSeq(string(children)) {
			child, err := strconv.Atoi(field)
			if err != nil {
				continue
			}
			if _, pgid, start := procStat(child); start != "" && pgid != g.pid && !g.shared {
				if g.escaped.pids == nil {
					g.escaped.pids = make(map[int]string)
				}
				g.escaped.pids[child] = start
			}
			g.traceBelow(child, depth+1)
		}
	}
}

// procStat gives a process's parent, group and start time, "" where there is none.
func procStat(pid int) (parent, pgid int, start string) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, ""
	}
	// The name, which may hold anything, stands in the only parentheses.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 {
		return 0, 0, ""
	}
	parent, _ = strconv.Atoi(fields[1])
	pgid, _ = strconv.Atoi(fields[2])
	return parent, pgid, fields[19]
}

// killEscaped kills those that trace found and that still are the same.
func (g Group) killEscaped() {
	g.escaped.mu.Lock()
	defer g.escaped.mu.Unlock()
	for pid, start := range g.escaped.pids {
		if _, _, now := procStat(pid); now == start {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
