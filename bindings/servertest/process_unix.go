//go:build !windows

package servertest

import (
	"os/exec"
	"syscall"
)

// ownGroup makes cmd lead a process group, so that killGroup reaches all of it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
