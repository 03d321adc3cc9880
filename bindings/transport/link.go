package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
)

// ErrClosed is what a call fails with when its connection was closed from our
// side, before or while it waited.
var ErrClosed = errors.New("the connection was closed")

// ErrNotStarted is what a call fails with on a connection that was not
// started.
var ErrNotStarted = errors.New("the connection was not started")

// maxServerRequests bounds how many requests of one server are answered at a
// time.
const maxServerRequests = 256

// A link is what every transport shares: the handlers, the server's requests
// being answered, and how the connection ended.
type link struct {
	ctx  context.Context // ends with the connection; that of server requests
	stop context.CancelFunc
	done chan struct{}

	onMessage atomic.Pointer[func(Notification)]
	onRequest atomic.Pointer[RequestHandler]
	version   atomic.Pointer[string]
	serving   atomic.Int64

	mirror  func(string) // also receives stray lines; may be nil
	strayMu sync.Mutex
	stray   Stray

	endMu  sync.Mutex
	ending bool
	cause  error
}

func (l *link) init() {
	l.ctx, l.stop = context.WithCancel(context.Background())
	l.done = make(chan struct{})
}

// SetMessageHandler sets the receiver of notifications.
func (l *link) SetMessageHandler(f func(Notification)) { l.onMessage.Store(&f) }

// SetRequestHandler sets what answers the server's requests. It is called on
// a goroutine of its own for each request, with a context that ends with the
// connection.
func (l *link) SetRequestHandler(f RequestHandler) { l.onRequest.Store(&f) }

// SetProtocolVersion tells the negotiated revision.
func (l *link) SetProtocolVersion(version string) { l.version.Store(&version) }

func (l *link) protocolVersion() string {
	if v := l.version.Load(); v != nil {
		return *v
	}
	return ""
}

// Done is closed when the connection has ended.
func (l *link) Done() <-chan struct{} { return l.done }

// Err says why the connection ended: nil before that and after Close.
func (l *link) Err() error {
	select {
	case <-l.done:
	default:
		return nil
	}
	l.endMu.Lock()
	defer l.endMu.Unlock()
	return l.cause
}

// end notes why the connection ends, nil for Close; the first reason stays.
// It reports whether this was the first.
func (l *link) end(cause error) bool {
	l.endMu.Lock()
	defer l.endMu.Unlock()
	if l.ending {
		return false
	}
	l.ending, l.cause = true, cause
	return true
}

// ended gives what a call on an ended connection fails with, nil while it
// lives.
func (l *link) ended() error {
	l.endMu.Lock()
	defer l.endMu.Unlock()
	switch {
	case !l.ending:
		return nil
	case l.cause == nil:
		return ErrClosed
	}
	return l.cause
}

// finish closes Done. It is called once, after end.
func (l *link) finish() {
	l.stop()
	close(l.done)
}

// notify hands a notification to its receiver.
func (l *link) notify(n Notification) {
	defer func() { _ = recover() }() // a receiver's panic must not end the reader
	if f := l.onMessage.Load(); f != nil && *f != nil {
		(*f)(n)
	}
}

// serve answers a request of the server's through send, on a goroutine of its
// own. Where call is set, the handler's context ends with it. It reports false
// where too many are being answered already.
func (l *link) serve(call context.Context, r ServerRequest, send func(ctx context.Context, id []byte, resp *Response)) bool {
	if l.serving.Add(1) > maxServerRequests {
		l.serving.Add(-1)
		return false
	}
	go func() {
		defer l.serving.Add(-1)
		ctx, cancel := context.WithCancelCause(l.ctx)
		defer cancel(nil)
		if call != nil {
			defer context.AfterFunc(call, func() { cancel(context.Cause(call)) })()
		}
		if resp := l.answer(ctx, r); resp != nil {
			send(l.ctx, r.ID, resp)
		}
	}()
	return true
}

// answer asks the handler; nil is its word that the server wants no answer any
// more.
func (l *link) answer(ctx context.Context, r ServerRequest) (resp *Response) {
	defer func() {
		if p := recover(); p != nil {
			resp = failure(CodeInternal, fmt.Sprintf("the handler of %s panicked: %v", r.Method, p))
		}
	}()
	f := l.onRequest.Load()
	if f == nil || *f == nil {
		return failure(CodeMethodNotFound, "method not found: "+r.Method)
	}
	return (*f)(ctx, r)
}

func failure(code int, text string) *Response {
	return &Response{Error: &Error{Code: code, Message: text}}
}

// calls are the requests that wait for their answers on a channel that all of
// them share, by id. Each has a function that takes its answer, once.
type calls struct {
	mu      sync.Mutex
	waiting map[int64]func(Response, error)
	closed  error
}

// add registers a call. Its id must not be in flight already.
func (c *calls) add(id int64, done func(Response, error)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed != nil {
		return c.closed
	}
	if c.waiting[id] != nil {
		return fmt.Errorf("a request with id %d is in flight already", id)
	}
	if c.waiting == nil {
		c.waiting = make(map[int64]func(Response, error))
	}
	c.waiting[id] = done
	return nil
}

// forget drops a call; a late answer to it is dropped. It returns false where
// the call has been taken.
func (c *calls) forget(id int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, waits := c.waiting[id]
	delete(c.waiting, id)
	return waits
}

// take removes the call with the id that an answer has, nil where there is none.
// An answer without id is that of the only call in flight: a server that could
// not read a request answers so.
func (c *calls) take(id []byte) func(Response, error) {
	n, ok := number(id)
	c.mu.Lock()
	defer c.mu.Unlock()
	if id == nil && len(c.waiting) == 1 {
		for only, done := range c.waiting {
			delete(c.waiting, only)
			return done
		}
	}
	if !ok {
		return nil
	}
	done := c.waiting[n]
	delete(c.waiting, n)
	return done
}

// number reads the id of an answer, however a server may have written it: as a
// number, as 1.0, or as a string.
func number(id []byte) (int64, bool) {
	if n, err := strconv.ParseInt(string(id), 10, 64); err == nil {
		return n, true
	}
	if text, ok := unquote(id); ok {
		id = []byte(text)
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, true
		}
	}
	// Numbers without a point or an exponent that get here are too large.
	f, err := strconv.ParseFloat(string(id), 64)
	return int64(f), err == nil && f == float64(int64(f)) && bytes.ContainsAny(id, ".eE")
}

// fail ends every call, and those to come, with err.
func (c *calls) fail(err error) {
	c.mu.Lock()
	waiting := c.waiting
	c.waiting = nil
	if c.closed == nil {
		c.closed = err
	}
	c.mu.Unlock()
	for _, done := range waiting {
		done(Response{}, err)
	}
}

// open lets calls be added that were refused before Start.
func (c *calls) open() {
	c.mu.Lock()
	c.closed = nil
	c.mu.Unlock()
}

// usable tells why nothing can be sent, nil where it can.
func (c *calls) usable() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// A reply is what a call that somebody waits for was answered with.
type reply struct {
	resp Response
	err  error
}

// replies gives a channel for one reply, and what puts it there.
func replies() (<-chan reply, func(Response, error)) {
	ch := make(chan reply, 1)
	return ch, func(resp Response, err error) { ch <- reply{resp, err} }
}
