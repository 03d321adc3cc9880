//go:build !unix

package main

import (
	"io"
	"net"
)

func blocking(c *net.TCPConn) (io.ReadWriteCloser, error) { return c, nil }
