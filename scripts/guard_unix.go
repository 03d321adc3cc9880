//go:build unix

package scripts

import (
	"log"
	"os"
	"os/exec"
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
	if s == syscall.SIGINT || s == syscall.SIGTERM || s == syscall.SIGHUP {
		_ = p.Signal(syscall.SIGCONT) // or one that has stopped itself would not hear of it
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

// catchCrash has what the Go runtime says when it can't go on told to the other
// process alone, which finds better words: it goes to descriptor 2, in whose
// place ours writes to another.
func catchCrash(f *os.File) {
	stderr, err := unix.FcntlInt(2, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return
	}
	if err := replaceDescriptor(int(f.Fd()), 2); err != nil {
		_ = unix.Close(stderr)
		return
	}
	os.Stderr = os.NewFile(uintptr(stderr), "/dev/stderr")
	log.SetOutput(os.Stderr)
	_ = f.Close()
}

// status is a process's exit code as a shell has it, and the signal that ended
// it, "" for none.
func status(state *os.ProcessState) (code int, bySignal string) {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal()), process.SignalName(state)
	}
	return state.ExitCode(), ""
}
