package scripts

import (
	"io"
	"sync"
)

// A gate is a run's way to a stream that outlives it: what is written after
// the run has ended goes nowhere, so that the output of runs doesn't mix. Any
// goroutine may use it.
type gate struct {
	mu   sync.Mutex
	w    io.Writer
	shut bool
	open bool // the last line has no end yet
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut || len(p) == 0 {
		return len(p), nil
	}
	g.open = p[len(p)-1] != '\n'
	return g.w.Write(p)
}

// Unwrap gives the stream, for who wants to know whether it is a terminal.
func (g *gate) Unwrap() io.Writer { return g.w }

// close shuts the gate and tells whether the last line lacks its end.
func (g *gate) close() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = true
	return g.open
}
