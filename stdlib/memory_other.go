//go:build !linux

package stdlib

// residentMemory is the process's, in bytes; 0 where it is unknown.
func residentMemory() int64 { return 0 }
