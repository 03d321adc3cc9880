package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	mcpgo "github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

// ErrClosed is what a call fails with when its connection was closed from our
// side, before or while it waited.
var ErrClosed = fmt.Errorf("the connection was closed: %w", mcpgo.ErrTransportClosed)

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

	onMessage      atomic.Pointer[func(Notification)]
	onNotification atomic.Pointer[func(mcp.JSONRPCNotification)]
	onRequest      atomic.Pointer[RequestHandler]
	version        atomic.Pointer[string]
	serving        atomic.Int64

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

// SetNotificationHandler sets the receiver of notifications in mcp-go's form.
// It is called where no message handler is set.
func (l *link) SetNotificationHandler(f func(mcp.JSONRPCNotification)) { l.onNotification.Store(&f) }

// SetMessageHandler sets the receiver of notifications in raw form.
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
		return
	}
	f := l.onNotification.Load()
	if f == nil || *f == nil {
		return
	}
	v := mcp.JSONRPCNotification{JSONRPC: mcp.JSONRPC_VERSION, Notification: mcp.Notification{Method: n.Method}}
	// In mcp-go, params that aren't an object can't be had.
	if n.Params != nil && json.Unmarshal(n.Params, &v.Params) != nil {
		return
	}
	(*f)(v)
}

// serve answers a request of the server's through send, on a goroutine of its
// own. Where call is set, the handler's context ends with it. It reports false where too many are being answered already.
func (l *link) serve(call context.Context, r Request, send func(ctx context.Context, id mcp.RequestId, resp *Response)) bool {
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
func (l *link) answer(ctx context.Context, r Request) (resp *Response) {
	defer func() {
		if p := recover(); p != nil {
			resp = rpcError(r.ID, mcp.INTERNAL_ERROR, fmt.Sprintf("the handler of %s panicked: %v", r.Method, p))
		}
	}()
	f := l.onRequest.Load()
	if f == nil || *f == nil {
		return rpcError(r.ID, mcp.METHOD_NOT_FOUND, "method not found: "+r.Method)
	}
	resp, err := (*f)(ctx, r)
	if err != nil {
		return rpcError(r.ID, mcp.INTERNAL_ERROR, err.Error())
	}
	return resp
}

func rpcError(id mcp.RequestId, code int, text string) *Response {
	return &Response{
		JSONRPC: mcp.JSONRPC_VERSION,
		ID:      id,
		Error:   &mcp.JSONRPCErrorDetails{Code: code, Message: text},
	}
}

// calls are the requests that wait for their answers on a channel that all of
// them share.
type calls struct {
	mu      sync.Mutex
	waiting map[string]*call
	closed  error
}

type call struct {
	key   string
	id    mcp.RequestId
	reply chan reply // holds one
}

type reply struct {
	resp *Response
	err  error
}

// add registers a call. Its id must not be in flight already.
func (c *calls) add(id mcp.RequestId) (*call, error) {
	raw, err := appendID(nil, id)
	if err != nil {
		return nil, fmt.Errorf("encode the request id: %w", err)
	}
	if id.IsNil() {
		return nil, errors.New("a request needs an id")
	}
	w := &call{key: idKey(raw), id: id, reply: make(chan reply, 1)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed != nil {
		return nil, c.closed
	}
	if _, dup := c.waiting[w.key]; dup {
		return nil, fmt.Errorf("a request with id %s is in flight already", w.key)
	}
	if c.waiting == nil {
		c.waiting = make(map[string]*call)
	}
	c.waiting[w.key] = w
	return w, nil
}

// forget drops a call; a late answer to it is dropped.
func (c *calls) forget(w *call) {
	c.mu.Lock()
	if c.waiting[w.key] == w {
		delete(c.waiting, w.key)
	}
	c.mu.Unlock()
}

// take removes the call with that id, nil where there is none. An id that came
// back as a string for a number, or the reverse, matches too. A nil id matches
// the only call in flight: a server that could not read a request answers so.
func (c *calls) take(id []byte) *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	if id == nil {
		if len(c.waiting) == 1 {
			for key, w := range c.waiting {
				delete(c.waiting, key)
				return w
			}
		}
		return nil
	}
	w, ok := c.waiting[string(id)]
	if !ok {
		key := idKey(id)
		if w, ok = c.waiting[key]; !ok {
			w, ok = c.waiting[otherIDKey(key)]
		}
	}
	if !ok {
		return nil
	}
	delete(c.waiting, w.key)
	return w
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
	for _, w := range waiting {
		w.reply <- reply{err: err}
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
