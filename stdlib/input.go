package stdlib

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"

	"golang.org/x/term"

	"mcpjs/engine"
)

// input is the run's standard input, read on demand by one goroutine at a
// time. What arrives when nobody waits for it any more is kept for the next
// reader, so that prompt, stdin, readline and process.stdin may take turns.
type input struct {
	rt *engine.Runtime

	mu      sync.Mutex
	buf     []byte
	err     error // io.EOF at the end
	reading bool
	arrived chan struct{} // closed and replaced after each read
}

type inputKey struct{}

// inputOf gives the runtime's standard input. Loop only.
func inputOf(rt *engine.Runtime) *input {
	return rt.State(inputKey{}, func() any {
		return &input{rt: rt, arrived: make(chan struct{})}
	}).(*input)
}

// take waits until split finds something in what has arrived, and takes it.
// split gives the number of bytes to take, 0 for "not yet". At the end of the
// input the rest is taken, then the error is io.EOF. Any goroutine.
func (in *input) take(ctx context.Context, split func(data []byte) int) ([]byte, error) {
	for {
		in.mu.Lock()
		n := split(in.buf)
		if n == 0 && in.err != nil {
			n = len(in.buf)
		}
		if n > 0 {
			data := append([]byte(nil), in.buf[:n]...)
			in.buf = in.buf[n:]
			in.mu.Unlock()
			return data, nil
		}
		if in.err != nil {
			err := in.err
			in.mu.Unlock()
			return nil, err
		}
		arrived := in.arrived
		if !in.reading {
			in.reading = true
			go in.read()
		}
		in.mu.Unlock()
		select {
		case <-arrived:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (in *input) read() {
	buf := make([]byte, 64<<10)
	n, err := in.rt.Stdin.Read(buf)
	if errors.Is(err, os.ErrClosed) {
		err = io.EOF
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.buf = append(in.buf, buf[:n]...)
	in.err = err
	in.reading = false
	close(in.arrived)
	in.arrived = make(chan struct{})
}

func (in *input) isTerminal() bool { return engine.IsTerminal(in.rt.Stdin) }

// hideTyping turns the terminal's echo off until the returned function is
// called.
func (in *input) hideTyping() (restore func(), err error) {
	f, ok := in.rt.Stdin.(*os.File)
	if !ok || !in.isTerminal() {
		return func() {}, nil
	}
	fd := int(f.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	if err := noEcho(fd); err != nil {
		return nil, err
	}
	return func() { _ = term.Restore(fd, state) }, nil
}

func nothing([]byte) int { return 0 }

// line splits after a newline.
func line(data []byte) int { return bytes.IndexByte(data, '\n') + 1 }

// lines splits after the last newline.
func lines(data []byte) int { return bytes.LastIndexByte(data, '\n') + 1 }

// unread gives back what a reader took and did not use.
func (in *input) unread(data []byte) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.buf = append(append([]byte(nil), data...), in.buf...)
}
