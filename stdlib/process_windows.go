package stdlib

import (
	"errors"
	"os"
	"syscall"
	"time"

	"mcpjs/engine"
)

func userIDs(*engine.VM) []any { return nil }

func setUmask(int) int { return 0 }

func currentUmask() int { return 0 }

func cpuTimes() (user, system time.Duration) {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0, 0
	}
	var created, exited, kernel, mine syscall.Filetime
	if err := syscall.GetProcessTimes(process, &created, &exited, &kernel, &mine); err != nil {
		return 0, 0
	}
	ticks := func(f syscall.Filetime) time.Duration {
		return time.Duration(int64(f.HighDateTime)<<32|int64(f.LowDateTime)) * 100
	}
	return ticks(mine), ticks(kernel)
}

// kill ends a process whatever the signal is; signal 0 asks whether it exists.
func kill(pid, number int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return os.ErrProcessDone
	}
	defer p.Release()
	if number == 0 {
		return nil
	}
	return p.Kill()
}

func isNoProcess(err error) bool { return errors.Is(err, os.ErrProcessDone) }

func signalNumbers() []any {
	return []any{"SIGHUP", 1, "SIGINT", 2, "SIGILL", 4, "SIGABRT", 22, "SIGFPE", 8, "SIGKILL", 9, "SIGSEGV", 11, "SIGTERM", 15, "SIGBREAK", 21}
}

func signalByName(name string) (os.Signal, bool) {
	switch name {
	case "SIGINT":
		return os.Interrupt, true
	case "SIGTERM":
		return syscall.SIGTERM, true
	case "SIGHUP":
		return syscall.SIGHUP, true
	}
	return nil, false
}

func endsRuns(os.Signal) bool { return true }
