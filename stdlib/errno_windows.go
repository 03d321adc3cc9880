package stdlib

import "syscall"

// errnoName leaves it to the kinds that package os knows.
func errnoName(syscall.Errno) string { return "" }
