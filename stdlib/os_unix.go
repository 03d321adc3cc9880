//go:build unix

package stdlib

import (
	"syscall"

	"golang.org/x/sys/unix"
)

func kernel() (release, version, machine string) {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return "", "", ""
	}
	return unix.ByteSliceToString(u.Release[:]), unix.ByteSliceToString(u.Version[:]), unix.ByteSliceToString(u.Machine[:])
}

// errnoNumbers gives the numbers of the errors of these names.
func errnoNumbers(names map[string]string) map[string]int {
	out := map[string]int{}
	for n := range 200 {
		if name := unix.ErrnoName(syscall.Errno(n)); names[name] != "" {
			out[name] = n
		}
	}
	return out
}

// setPriority changes a process's nice value; 0 is this one.
func setPriority(pid, nice int) error { return unix.Setpriority(unix.PRIO_PROCESS, pid, nice) }
