//go:build unix

package main

import (
	"io"
	"net"
	"syscall"
)

// blocking gives a connection whose reads and writes hold their thread until they
// are done.
func blocking(c *net.TCPConn) (io.ReadWriteCloser, error) {
	defer c.Close()
	f, err := c.File() // has a descriptor of its own
	if err != nil {
		return nil, err
	}
	return f, syscall.SetNonblock(int(f.Fd()), false)
}
