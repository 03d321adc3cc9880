package scripts

import (
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
)

// forwarded are the signals that are meant for the script. The console sends
// Ctrl-C to both processes, so that there is nothing to hand on.
func forwarded() []os.Signal { return []os.Signal{os.Interrupt} }

func passOn(*os.Process, os.Signal, bool) {}

// bequeath gives the process its two pipes.
func bequeath(cmd *exec.Cmd, _ bool, life, crash *os.File) {
	var handles []syscall.Handle
	for _, f := range []*os.File{life, crash} {
		h := syscall.Handle(f.Fd())
		_ = syscall.SetHandleInformation(h, syscall.HANDLE_FLAG_INHERIT, syscall.HANDLE_FLAG_INHERIT)
		handles = append(handles, h)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{AdditionalInheritedHandles: handles}
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d,%d", guardVariable, handles[0], handles[1]))
}

// inherited are the pipes of bequeath.
func inherited(value string) (life, crash *os.File, ok bool) {
	a, b, _ := strings.Cut(value, ",")
	first, err1 := strconv.ParseUint(a, 10, 64)
	second, err2 := strconv.ParseUint(b, 10, 64)
	if err1 != nil || err2 != nil {
		return nil, nil, false
	}
	for _, h := range []uint64{first, second} {
		if kind, err := syscall.GetFileType(syscall.Handle(h)); err != nil || kind != syscall.FILE_TYPE_PIPE {
			return nil, nil, false
		}
		_ = syscall.SetHandleInformation(syscall.Handle(h), syscall.HANDLE_FLAG_INHERIT, 0)
	}
	return os.NewFile(uintptr(first), "guard"), os.NewFile(uintptr(second), "crash"), true
}

// catchCrash has what the Go runtime says when it can't go on told to the other
// process as well.
func catchCrash(f *os.File) {
	_ = debug.SetCrashOutput(f, debug.CrashOptions{})
	_ = f.Close() // it was duplicated
}

func status(state *os.ProcessState) (code int, bySignal string) { return state.ExitCode(), "" }
