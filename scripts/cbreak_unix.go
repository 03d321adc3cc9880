//go:build unix

package scripts

import (
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// cbreak is a terminal that gives keys as they are pressed, without showing
// them. Ctrl-C and Ctrl-Z still make signals, and output is as ever.
type cbreak struct {
	fd   int
	mu   sync.Mutex
	was  unix.Termios
	left bool
}

// newCbreak puts a terminal into that state. It fails where this process is in
// the terminal's background: whoever changes a terminal from there is stopped.
func newCbreak(f *os.File) (*cbreak, error) {
	c := &cbreak{fd: int(f.Fd())}
	if !c.foreground() {
		return nil, syscall.ENOTTY
	}
	was, err := unix.IoctlGetTermios(c.fd, getTermios)
	if err != nil {
		return nil, err
	}
	c.was = *was
	return c, c.set()
}

func (c *cbreak) foreground() bool {
	group, err := unix.IoctlGetInt(c.fd, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// ours tells whether what was typed is for this process, after a moment if it
// isn't: who reads a terminal from its background is stopped.
func (c *cbreak) ours() bool {
	group, err := unix.IoctlGetInt(c.fd, unix.TIOCGPGRP)
	if err != nil || group == unix.Getpgrp() {
		return true
	}
	time.Sleep(200 * time.Millisecond)
	return false
}

func (c *cbreak) set() error {
	mode := c.was
	mode.Lflag &^= unix.ICANON | unix.ECHO
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(c.fd, setTermios, &mode)
}

// enter takes the keys again after somebody else has set the terminal.
func (c *cbreak) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.left && c.foreground() {
		c.set()
	}
}

// lines gives the terminal back for a while, to who wants whole lines.
func (c *cbreak) lines() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.left && c.foreground() {
		unix.IoctlSetTermios(c.fd, setTermios, &c.was)
	}
}

// restore puts the terminal back for good.
func (c *cbreak) restore() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.left && c.foreground() {
		unix.IoctlSetTermios(c.fd, setTermios, &c.was)
	}
	c.left = true
}

// watchSignals are the signals that end watching, and the one after Ctrl-Z.
// Ctrl-\ is one of them so that the terminal is restored.
func watchSignalsOf() []os.Signal {
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGCONT}
}

func isContinue(sig os.Signal) bool { return sig == syscall.SIGCONT }
