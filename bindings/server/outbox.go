package server

import (
	"errors"
	"sync"
)

// maxUnread bounds what may wait for a client that doesn't read, in bytes.
const maxUnread = 64 << 20

var errUnread = errors.New("the client does not read what it is sent")

// An outbox holds messages, in order, until somebody takes them.
type outbox struct {
	wake chan struct{} // holds one token while there may be something to take

	mu     sync.Mutex
	queue  []outgoing
	size   int
	over   bool // too much was put
	closed bool
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

// put adds a message. It never blocks; beyond maxUnread messages are lost, and
// take says so.
func (o *outbox) put(m outgoing) {
	o.mu.Lock()
	if o.size+len(m.data) > maxUnread {
		o.over = true
	} else if !o.closed {
		o.queue = append(o.queue, m)
		o.size += len(m.data)
	}
	o.mu.Unlock()
	o.knock()
}

func (o *outbox) knock() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take gives all there is. ended tells that nothing will follow.
func (o *outbox) take() (batch []outgoing, ended bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch, o.queue, o.size = o.queue, nil, 0
	if o.over {
		err = errUnread
	}
	return batch, o.closed, err
}

// only gives the message that is all there is, and takes it if it is final.
func (o *outbox) only() (m outgoing, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) != 1 {
		return m, false
	}
	if m = o.queue[0]; m.final {
		o.queue, o.size = nil, 0
	}
	return m, true
}

// close lets take report the end after what was put before.
func (o *outbox) close() {
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
	o.knock()
}
