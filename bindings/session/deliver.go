package session

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"mcpjs/bindings/transport"
)

const (
	// grace is how long a call's progress is still its own after its reply:
	// some servers send the last of it late.
	grace = 2 * time.Second
	// graceCalls bounds how many finished calls have that grace.
	graceCalls = 1024
	// flushLimit bounds how long a reply waits for the delivery of what the
	// server sent before it, so that a handler that itself makes a request
	// gets its reply.
	flushLimit = 2 * time.Second
	// mailboxBytes bounds what waits for delivery. A server that floods a
	// stalled receiver loses notifications beyond it.
	mailboxBytes = 64 << 20
)

// delivery is one notification on its way to its receiver.
type delivery struct {
	n    transport.Notification
	sink *sink // the call whose progress it is, or nil
}

// A mailbox queues notifications between the transport's reader, which must
// not block, and the one goroutine that hands them over in order.
type mailbox struct {
	mu      sync.Mutex
	queue   []delivery
	bytes   int
	lost    int    // how many found no room since the last report
	put     uint64 // how many were queued so far
	handed  uint64 // how many of them were handed over
	waiting []flush
	wake    chan struct{} // holds one token while the queue isn't empty
}

type flush struct {
	upTo uint64
	done chan struct{}
}

func (b *mailbox) add(d delivery) {
	size := len(d.n.Params) + len(d.n.Method)
	b.mu.Lock()
	if b.bytes+size > mailboxBytes && b.bytes > 0 {
		b.lost++
		b.mu.Unlock()
		return
	}
	b.queue = append(b.queue, d)
	b.bytes += size
	b.put++
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// take empties the queue, whose memory is the caller's until its next take. It
// also returns how many notifications found no room in it.
func (b *mailbox) take(spare []delivery) (queue []delivery, lost int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	queue, lost = b.queue, b.lost
	b.queue, b.bytes, b.lost = spare[:0], 0, 0
	return queue, lost
}

func (b *mailbox) handedOver() {
	b.mu.Lock()
	b.handed++
	for len(b.waiting) > 0 && b.waiting[0].upTo <= b.handed {
		close(b.waiting[0].done)
		b.waiting = b.waiting[1:]
	}
	b.mu.Unlock()
}

// pending returns a channel that is closed when everything queued so far has
// been handed over, nil where nothing waits.
func (b *mailbox) pending() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.handed == b.put {
		return nil
	}
	done := make(chan struct{})
	b.waiting = append(b.waiting, flush{b.put, done})
	return done
}

// idle tells whether everything queued so far has been handed over.
func (b *mailbox) idle() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.handed == b.put
}

// flush waits until what the server sent before a reply has reached its
// receivers.
func (s *Session) flush(ctx context.Context) {
	done := s.mail.pending()
	if done == nil {
		return
	}
	limit := time.NewTimer(flushLimit)
	defer limit.Stop()
	select {
	case <-done:
	case <-limit.C:
	case <-ctx.Done():
	case <-s.delivered:
	}
}

// deliver hands notifications to their receivers until the connection ends,
// then says so. It is the session's one goroutine.
func (s *Session) deliver() {
	defer close(s.delivered)
	var batch []delivery
	drain := func() {
		for {
			var lost int
			if batch, lost = s.mail.take(batch); len(batch) == 0 {
				return
			}
			if lost > 0 {
				s.warn(fmt.Sprintf("%d notifications were dropped: the server sends more than is taken", lost))
			}
			for i := range batch {
				s.handOver(batch[i])
				batch[i] = delivery{}
				s.mail.handedOver()
			}
			if cap(batch) > 1024 { // a burst's memory goes with it
				batch = nil
			}
		}
	}
	for {
		select {
		case <-s.mail.wake:
			drain()
		case <-s.conn.Done():
			drain()
			s.cancel(ErrClosed)
			s.mu.Lock()
			s.ended = true
			tell := s.established
			s.mu.Unlock()
			if h := s.handlers.Load(); tell && h.Closed != nil {
				h.Closed(s.Err())
			}
			return
		}
	}
}

func (s *Session) handOver(d delivery) {
	if d.sink != nil {
		d.sink.fn(parseProgress(d.n.Params))
		return
	}
	if s.subs.route(d.n) {
		return
	}
	if h := s.handlers.Load(); h.Notify != nil {
		h.Notify(d.n)
	}
}

// onMessage takes a notification from the transport's reader.
func (s *Session) onMessage(n transport.Notification) {
	d := delivery{n: n}
	switch n.Method {
	case "notifications/progress":
		d.sink = s.progress.find(member(n.Params, "progressToken"))
		if d.sink != nil {
			d.sink.call.alive()
		} else if s.progress.forgotten(member(n.Params, "progressToken")) {
			return
		}
	case "notifications/cancelled":
		s.serverCancelled(n.Params)
	default:
		s.news.tell(n.Method, n.Params)
	}
	s.mail.add(d)
}

func parseProgress(params json.RawMessage) Progress {
	p := Progress{Raw: params}
	json.Unmarshal(member(params, "progress"), &p.Progress) // 0 where it isn't a number
	if total := member(params, "total"); !isNull(total) {
		var f float64
		if json.Unmarshal(total, &f) == nil {
			p.Total = &f
		}
	}
	p.Message = text(member(params, "message"))
	return p
}

// A sink receives the progress of one call.
type sink struct {
	call *pending
	fn   func(Progress)
}

// sinks finds a progress token's receiver.
type sinks struct {
	mu      sync.Mutex
	byToken map[int64]*sink
	// leaving holds the tokens in their grace, oldest first.
	leaving []leaving
	timer   *time.Timer
	floor   int64 // calls up to this id have no receiver, see Reset
}

type leaving struct {
	token int64
	at    time.Time
}

func (r *sinks) add(token int64, k *sink) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byToken == nil {
		r.byToken = make(map[int64]*sink)
	}
	r.byToken[token] = k
}

// find returns the receiver of a token, which some servers send back as a
// string.
func (r *sinks) find(token json.RawMessage) *sink {
	if len(token) > 1 && token[0] == '"' {
		token = token[1 : len(token)-1]
	}
	n, err := strconv.ParseInt(string(token), 10, 64)
	if err != nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byToken[n]
}

// leave gives a token its grace.
func (r *sinks) leave(token int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leaving = append(r.leaving, leaving{token, time.Now().Add(grace)})
	if len(r.leaving) > graceCalls {
		r.drop(1)
	}
	if r.timer == nil {
		r.timer = time.AfterFunc(grace, r.expire)
	}
}

func (r *sinks) expire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, n := time.Now(), 0
	for n < len(r.leaving) && !r.leaving[n].at.After(now) {
		n++
	}
	r.drop(n)
	r.timer = nil
	if len(r.leaving) > 0 {
		r.timer = time.AfterFunc(time.Until(r.leaving[0].at), r.expire)
	}
}

// drop forgets the n oldest tokens.
func (r *sinks) drop(n int) {
	for _, l := range r.leaving[:n] {
		delete(r.byToken, l.token)
	}
	r.leaving = r.leaving[n:]
	if len(r.leaving) == 0 {
		r.leaving = nil
	}
}

// clear forgets all tokens.
func (r *sinks) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timer != nil {
		r.timer.Stop()
		r.timer = nil
	}
	r.byToken, r.leaving = nil, nil
}
