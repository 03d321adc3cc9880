//go:build unix

package scripts

import (
	"os"
	"os/exec"
	"runtime/debug"
	"syscall"

	"golang.org/x/sys/unix"

	"mcpjs/engine/process"
)

// forwarded are the signals that are meant for the script.
func forwarded() []os.Signal {
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH, syscall.SIGTSTP, syscall.SIGCONT}
}

// passOn hands a signal on. What a terminal sends it sends to a group, so that a
// process in our own has it already.
func passOn(p *os.Process, s os.Signal, shared bool) {
	switch s {
	case syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGWINCH, syscall.SIGCONT:
		if !shared {
			_ = p.Signal(s)
		}
	case syscall.SIGTSTP:
		if !shared {
			_ = p.Signal(s)
		}
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP) // as we would have without asking for it
	default:
		_ = p.Signal(s)
	}
}

// bequeath gives the process its two pipes, and its place among the groups.
func bequeath(cmd *exec.Cmd, shared bool, life, crash *os.File) {
	cmd.ExtraFiles = []*os.File{life, crash}
	cmd.Env = append(cmd.Env, guardVariable+"=pipes")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: !shared}
}

// inherited are the pipes of bequeath.
func inherited(value string) (life, crash *os.File, ok bool) {
	for fd := 3; fd <= 4; fd++ {
		var st unix.Stat_t
		if value != "pipes" || unix.Fstat(fd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
			return nil, nil, false
		}
		unix.CloseOnExec(fd)
	}
	return os.NewFile(3, "guard"), os.NewFile(4, "crash"), true
}

func setCrashOutput(f *os.File) {
	_ = debug.SetCrashOutput(f, debug.CrashOptions{})
	_ = f.Close() // it was duplicated
}

// status is a process's exit code as a shell has it, and the signal that ended
// it, "" for none.
func status(state *os.ProcessState) (code int, bySignal string) {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal()), process.SignalName(state)
	}
	return state.ExitCode(), ""
}
