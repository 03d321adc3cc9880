package transport

import (
	"bytes"
)

// Stray tells what a server sent that was no message or had no receiver.
type Stray struct {
	// Lines counts lines, and pieces of lines, that are no JSON-RPC message.
	Lines int
	// Last holds the last of them, cut where they are long.
	Last []string
	// Replies counts answers to requests that nobody waits for: unknown ids,
	// second answers, answers that came too late.
	Replies int
	// Refused counts requests of the server's dropped because too many were
	// being answered.
	Refused int
}

// Stray tells what the server sent so far that was no message or had no
// receiver.
func (l *link) Stray() Stray {
	l.strayMu.Lock()
	defer l.strayMu.Unlock()
	c := l.stray
	c.Last = append([]string(nil), c.Last...)
	return c
}

// maxStray is how many stray lines are kept, each cut by cut.
const maxStray = 20

// strayLine notes text that is no message.
func (l *link) strayLine(line []byte) {
	if line = bytes.TrimSpace(line); len(line) == 0 {
		return
	}
	text := cut(line)
	l.count(func(c *Stray) {
		c.Lines++
		if c.Last = append(c.Last, text); len(c.Last) > maxStray {
			c.Last = c.Last[1:]
		}
	})
	if l.mirror != nil {
		l.mirror(text)
	}
}

func (l *link) count(f func(*Stray)) {
	l.strayMu.Lock()
	f(&l.stray)
	l.strayMu.Unlock()
}
