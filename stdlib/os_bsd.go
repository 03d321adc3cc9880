//go:build unix && !linux

package stdlib

import "golang.org/x/sys/unix"

// priority is a process's nice value; 0 is this one.
func priority(pid int) (int, error) { return unix.Getpriority(unix.PRIO_PROCESS, pid) }
