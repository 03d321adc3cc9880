package scripts

import (
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/windows"
)

// cbreak is a console that gives keys as they are pressed, without showing
// them. Ctrl-C still interrupts.
type cbreak struct {
	handle windows.Handle
	mu     sync.Mutex
	was    uint32
	left   bool
}

func newCbreak(f *os.File) (*cbreak, error) {
	c := &cbreak{handle: windows.Handle(f.Fd())}
	if err := windows.GetConsoleMode(c.handle, &c.was); err != nil {
		return nil, err
	}
	return c, c.set()
}

func (c *cbreak) set() error {
	return windows.SetConsoleMode(c.handle, c.was&^(windows.ENABLE_LINE_INPUT|windows.ENABLE_ECHO_INPUT))
}

// enter takes the keys again after somebody else has set the console.
func (c *cbreak) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.left {
		c.set()
	}
}

// lines gives the console back for a while, to who wants whole lines.
func (c *cbreak) lines() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.left {
		windows.SetConsoleMode(c.handle, c.was)
	}
}

// restore puts the console back for good.
func (c *cbreak) restore() {
	c.lines()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = true
}

// wait is for terminals whose reads go by the mode they began in.
func (c *cbreak) wait() {}

func watchSignalsOf() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

func isContinue(os.Signal) bool { return false }
