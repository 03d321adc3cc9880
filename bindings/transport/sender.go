package transport

import (
	"context"
	"io"
	"sync"
	"time"
)

// maxQueued bounds the bytes that wait for a server that doesn't read. One
// line may always wait, however long it is.
const maxQueued = 8 << 20

// A sender writes lines to a stream that may block, without ever blocking its
// callers: a caller tries one write that cannot block, and what that leaves is
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
		if !s.busy {
			s.busy = true
			s.write(line)
			return nil
		}
		if len(s.queue) == 0 || len(s.queue)+len(line) <= maxQueued {
			s.queue = append(s.queue, line...)
			s.mu.Unlock()
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

// write is called with mu held and busy set; it unlocks. It writes line and
// what others queue meanwhile, a few rounds at most.
func (s *sender) write(line []byte) {
	for round := 1; ; round++ {
		s.mu.Unlock()
		n := 0
		if s.try != nil {
			n = s.try(line)
		}
		s.mu.Lock()
		if n < len(line) {
			s.queue = append(append(make([]byte, 0, len(line)-n+len(s.queue)), line[n:]...), s.queue...)
			break
		}
		if len(s.queue) == 0 || round == 4 {
			break
		}
		line, s.queue, s.spare = s.queue, s.spare[:0], nil
	}
	if len(s.queue) == 0 {
		s.idle()
	} else {
		go s.drain()
	}
	s.mu.Unlock()
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
		if cap(batch) <= 1<<20 {
			s.spare = batch
		}
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
	s.wake()
	s.mu.Unlock()
	_ = s.w.Close()
}
