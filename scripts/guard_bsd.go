//go:build unix && !linux

package scripts

import "golang.org/x/sys/unix"

func replaceDescriptor(with, fd int) error { return unix.Dup2(with, fd) }
