package stdlib

import (
	"fmt"
	"io"
	"sync"
	"time"

	"mcpjs/engine"
)

// output collects what a script writes to stdout, so that many small writes
// cost one system call. It is written out at the end of a turn of the loop,
// when the buffer is full, before anything goes to stderr, and after flushDelay
// at the latest, so that a script which computes for long has its say before.
// Any goroutine may use it.
type output struct {
	mu     sync.Mutex
	w      io.Writer
	buf    []byte
	timer  *time.Timer
	failed func(error) // called once
}

const (
	flushDelay = 10 * time.Millisecond
	flushSize  = 32 << 10
)

// Write never fails: a write error ends the run.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.buf) == 0 {
		if o.timer == nil {
			o.timer = time.AfterFunc(flushDelay, o.Flush)
		} else {
			o.timer.Reset(flushDelay)
		}
	}
	o.buf = append(o.buf, p...)
	if len(o.buf) >= flushSize {
		o.flush()
	}
	return len(p), nil
}

// pending tells whether there is something to flush.
func (o *output) pending() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.buf) > 0
}

// Flush writes out what was collected.
func (o *output) Flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush()
}

func (o *output) flush() {
	if len(o.buf) == 0 {
		return
	}
	o.timer.Stop()
	_, err := o.w.Write(o.buf)
	o.buf = o.buf[:0]
	if err != nil && o.failed != nil {
		o.failed(err)
		o.failed = nil
	}
}

// Unwrap gives the writer behind it, to ask whether that is a terminal.
func (o *output) Unwrap() io.Writer { return o.w }

// diagnostics is stderr: unbuffered, and in order with stdout.
type diagnostics struct {
	out *output
	w   io.Writer
	mu  sync.Mutex
}

func (d *diagnostics) Write(p []byte) (int, error) {
	d.out.Flush()
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.w.Write(p)
}

// Unwrap gives the writer behind it, to ask whether that is a terminal.
func (d *diagnostics) Unwrap() io.Writer { return d.w }

// bufferOutput puts the two in the place of the runtime's streams.
func bufferOutput(rt *engine.Runtime) {
	out := &output{w: rt.Stdout, failed: func(err error) {
		rt.Abort(fmt.Errorf("write to standard output: %w", err))
	}}
	rt.Stdout, rt.Stderr = out, &diagnostics{out: out, w: rt.Stderr}
	rt.OnTurn(func() {
		if out.pending() {
			rt.Busy() // who reads it may take its time
			out.Flush()
		}
	})
}
