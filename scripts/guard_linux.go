package scripts

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// residentMemory gives what reads the memory that only this process has.
func residentMemory(pid int) (read func() (int64, error), done func(), err error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return nil, nil, err
	}
	page, buf := int64(os.Getpagesize()), make([]byte, 256)
	return func() (int64, error) {
		n, _ := f.ReadAt(buf, 0)
		fields := strings.Fields(string(buf[:n])) // size resident shared …
		if len(fields) < 3 {
			return 0, errNoMemory // it has ended
		}
		resident, _ := strconv.ParseInt(fields[1], 10, 64)
		shared, _ := strconv.ParseInt(fields[2], 10, 64)
		return (resident - shared) * page, nil
	}, func() { f.Close() }, nil
}

// adopt makes this process the parent of descendants that lose theirs.
func adopt() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// reap ends what a process that could not tidy up left behind.
func reap() {
	for range 1000 { // each round may bring the children of those it ends
		children := ""
		tasks, _ := os.ReadDir("/proc/self/task")
		for _, task := range tasks {
			list, _ := os.ReadFile("/proc/self/task/" + task.Name() + "/children")
			children += string(list) + " "
		}
		pids := strings.Fields(children)
		if len(pids) == 0 {
			return
		}
		for _, field := range pids {
			if pid, err := strconv.Atoi(field); err == nil {
				_ = unix.Kill(pid, unix.SIGKILL)
				_, _ = unix.Wait4(pid, nil, 0, nil)
			}
		}
	}
}

func replaceDescriptor(with, fd int) error { return unix.Dup3(with, fd, 0) }
