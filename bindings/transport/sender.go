package transport

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"
)

// maxQueued bounds the bytes that wait for a server that doesn't read. One
// line may always wait, however long it is.
const maxQueued = 8 << 20

// A sender writes lines to a stream that may block, without ever blocking its
// callers: a caller tries writes that cannot block, and what they leave is
// written by a goroutine that lives only while something waits.
type sender struct {
	w      io.WriteCloser
	try    func([]byte) int // writes what it can without blocking; may be nil
	broken func(error)      // called once when a write failed

	mu    sync.Mutex
	queue []byte
	spare []byte
	busy  bool // a caller or the goroutine is writing
	err   error
	moved chan struct{} // closed when the queue was taken or writing ended
	late  *time.Timer   // flushes what post has queued
}

// send queues line, which ends in a newline, and returns when it is on its
// way; line may be reused then. Where the queue is full it waits for ctx.
func (s *sender) send(ctx context.Context, line []byte) error {
	s.mu.Lock()
	for {
		if s.err != nil {
			s.mu.Unlock()
			return s.err
		}
		if len(s.queue) == 0 || len(s.queue)+len(line) <= maxQueued {
			s.queue = append(s.queue, line...)
			s.write()
			return nil
		}
		moved := s.moved
		if moved == nil {
			moved = make(chan struct{})
			s.moved = moved
		}
		s.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
		s.mu.Lock()
	}
}

const (
	// postBatch is how many bytes post lets wait for flush, and postDelay how long:
	// who is to call it may be busy.
	postBatch = 16 << 10
	postDelay = time.Millisecond
)

// room tells whether post may be called: not where the server hasn't read for
// long, or nothing can be written any more.
func (s *sender) room() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err == nil && len(s.queue) < maxQueued
}

// post queues the line that add appends. It may stay there until flush.
func (s *sender) post(add func([]byte) []byte) {
	s.mu.Lock()
	first := len(s.queue) == 0
	if s.queue = add(s.queue); len(s.queue) >= postBatch {
		s.write()
		return
	}
	if first && s.late == nil {
		s.late = time.AfterFunc(postDelay, s.flush)
	} else if first {
		s.late.Reset(postDelay)
	}
	s.mu.Unlock()
}

// flush puts what is queued on its way.
func (s *sender) flush() {
	s.mu.Lock()
	s.write()
}

// write is called with mu held, which it unlocks. Unless somebody else does, it
// writes what is queued and what others queue meanwhile, a few rounds at most.
func (s *sender) write() {
	defer s.mu.Unlock()
	if s.busy || s.err != nil {
		return
	}
	s.busy = true
	for range 4 {
		if s.try == nil || len(s.queue) == 0 {
			break
		}
		batch := s.queue
		s.queue, s.spare = s.spare[:0], nil
		s.mu.Unlock()
		n := s.try(batch)
		s.mu.Lock()
		if n < len(batch) {
			s.queue = append(bytes.Clone(batch[n:]), s.queue...)
			break
		}
		s.keep(batch)
	}
	if len(s.queue) == 0 {
		s.idle()
	} else {
		go s.drain()
	}
}

// keep keeps a buffer for the next lines.
func (s *sender) keep(buf []byte) {
	if cap(buf) <= 1<<20 {
		s.spare = buf
	}
}

func (s *sender) idle() {
	s.busy = false
	s.wake()
}

func (s *sender) wake() {
	if s.moved != nil {
		close(s.moved)
		s.moved = nil
	}
}

// drain writes the queue until it is empty.
func (s *sender) drain() {
	s.mu.Lock()
	for len(s.queue) > 0 && s.err == nil {
		batch := s.queue
		s.queue, s.spare = s.spare[:0], nil
		s.wake()
		s.mu.Unlock()
		_, err := s.w.Write(batch)
		s.mu.Lock()
		s.keep(batch)
		if err != nil && s.err == nil {
			s.err = err
			if s.broken != nil {
				go s.broken(err)
			}
		}
	}
	s.queue = nil
	s.idle()
	s.mu.Unlock()
}

// close lets what is queued be written, for at most the time given, then
// closes the stream; calls to come fail with err.
func (s *sender) close(err error, flush time.Duration) {
	timer := time.NewTimer(flush)
	defer timer.Stop()
	s.mu.Lock()
	for expired := false; s.busy && s.err == nil && !expired; s.mu.Lock() {
		if s.moved == nil {
			s.moved = make(chan struct{})
		}
		moved := s.moved
		s.mu.Unlock()
		select {
		case <-moved:
		case <-timer.C:
			expired = true
		}
	}
	if s.err == nil {
		s.err = err
	}
	if s.late != nil {
		s.late.Stop()
	}
	s.wake()
	s.mu.Unlock()
	_ = s.w.Close()
}
