package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// eofGrace is how long calls in flight may go on once the client has closed
// its end: long enough to answer `printf … | server`, short enough that a
// server whose client was killed is gone soon.
const eofGrace = 5 * time.Second

var errInputClosed = errors.New("the client has closed its end, so it cannot answer")

// Serve serves one client on a pair of streams, one JSON-RPC message a line
// (basic/transports/stdio), in every revision.
//
// What a handler sends before its result reaches the client before it. A call
// that the client cancels is not answered.
//
// It returns nil at the end of in, once calls in flight have been answered or
// a few seconds have passed; the context's error when ctx ends; ErrClosed when
// the server is closed; or the error that reading or writing met. A read from
// in that is under way when it returns is left to whoever owns in to interrupt.
func (s *Server) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	ob := newOutbox()
	c, err := s.open(ctx, ob.put)
	if err != nil {
		return err
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		if err := writeLines(ob, out); err != nil {
			c.end(err)
		}
	}()
	var calls calls
	ended := make(chan error, 1)
	go func() { ended <- c.readLines(in, ob, &calls) }()

	select {
	case err = <-ended:
		// Nothing can be answered any more, but calls may end on their own.
		c.hangUp(errInputClosed)
		c.unlisten(errInputClosed)
		s.parked.cancel(func(p *Call) bool { return p.Session == c }, errInputClosed)
		grace := time.NewTimer(eofGrace)
		defer grace.Stop()
		select {
		case <-calls.idle():
		case <-c.ctx.Done():
		case <-grace.C:
		}
	case <-c.ctx.Done():
	}
	if c.ctx.Err() != nil {
		err = errors.Join(err, context.Cause(c.ctx))
	}
	c.end(io.EOF)
	last := time.NewTimer(time.Second)
	defer last.Stop()
	select { // answers that are on their way, and ends of subscriptions
	case <-calls.idle():
	case <-last.C:
	}
	ob.close()
	select {
	case <-written:
	case <-last.C:
	}
	return err
}

// calls counts the messages that are yet to be answered.
type calls struct {
	mu     sync.Mutex
	n      int
	closed bool
	zero   chan struct{}
}

func (c *calls) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n += n; c.n == 0 && c.zero != nil {
		close(c.zero)
		c.zero = nil
	}
}

// idle is closed when nothing is left to answer.
func (c *calls) idle() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := make(chan struct{})
	if c.n == 0 {
		close(ch)
		return ch
	}
	if c.zero == nil {
		c.zero = ch
	}
	return c.zero
}

func (s *Session) readLines(in io.Reader, ob *outbox, calls *calls) error {
	r := bufio.NewReaderSize(in, 1<<16)
	for s.ctx.Err() == nil {
		line, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			calls.add(1)
			if !s.receive(s.ctx, line, func(m outgoing) {
				ob.put(m)
				if m.final {
					calls.add(-1)
				}
			}) {
				calls.add(-1)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read from the client: %w", err)
		}
	}
	return nil
}

// writeLines writes what comes to the outbox until that is closed.
func writeLines(ob *outbox, out io.Writer) error {
	w := bufio.NewWriterSize(out, 1<<16)
	for range ob.wake {
		batch, ended, err := ob.take()
		for _, m := range batch {
			if m.data != nil {
				w.Write(oneLine(m.data))
				w.WriteByte('\n')
			}
		}
		if werr := w.Flush(); werr != nil {
			return fmt.Errorf("write to the client: %w", werr)
		}
		if err != nil || ended {
			return err
		}
	}
	return nil
}

// oneLine gives JSON without line breaks, which are white space there: within
// strings they are escaped.
func oneLine(data []byte) []byte {
	if bytes.ContainsAny(data, "\r\n") {
		data = bytes.Map(func(r rune) rune {
			if r == '\n' || r == '\r' {
				return ' '
			}
			return r
		}, data)
	}
	return data
}
