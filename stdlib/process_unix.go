//go:build unix

package stdlib

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"mcpjs/engine"
)

// userIDs are node's functions that tell who runs the process, and their
// results.
func userIDs(vm *engine.VM) []any {
	groups, _ := os.Getgroups()
	list := make([]any, len(groups))
	for i, g := range groups {
		list[i] = g
	}
	return []any{"getuid", os.Getuid(), "geteuid", os.Geteuid(), "getgid", os.Getgid(), "getegid", os.Getegid(), "getgroups", vm.NewArray(list...)}
}

func setUmask(mask int) int { return syscall.Umask(mask & 0o777) }

// currentUmask can be asked only by setting it.
func currentUmask() int {
	old := syscall.Umask(0o77)
	syscall.Umask(old)
	return old
}

func cpuTimes() (user, system time.Duration) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, 0
	}
	return time.Duration(u.Utime.Nano()), time.Duration(u.Stime.Nano())
}

func kill(pid, number int) error { return syscall.Kill(pid, syscall.Signal(number)) }

func isNoProcess(err error) bool { return errors.Is(err, syscall.ESRCH) }

// signalNumbers are pairs of a name and its number.
func signalNumbers() []any {
	var out []any
	for n := 1; n < 65; n++ {
		if name := unix.SignalName(syscall.Signal(n)); strings.HasPrefix(name, "SIG") {
			out = append(out, name, n)
		}
	}
	return out
}

func signalByName(name string) (os.Signal, bool) {
	n := unix.SignalNum(name)
	return n, n != 0 && n != syscall.SIGKILL && n != syscall.SIGSTOP
}

// endsRuns tells whether it is one of the signals that whoever runs the script
// waits for, to end it.
func endsRuns(s os.Signal) bool {
	return s == os.Interrupt || s == syscall.SIGTERM || s == syscall.SIGHUP
}
