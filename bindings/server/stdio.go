package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// eofGrace is how long calls in flight may go on once the client has closed
// its end: long enough to answer `printf … | server`, short enough that a
// server whose client was killed is gone soon.
const eofGrace = 5 * time.Second

// queueSize is how many messages may wait for the client to read. mcp-go
// drops notifications, with ErrNotificationChannelBlocked, beyond it.
const queueSize = 1024

var errInputClosed = errors.New("the client has closed its end, so it cannot answer")

// ServeStdio serves srv to one client, one JSON-RPC message a line (spec:
// basic/transports, stdio), in every protocol revision that mcp-go speaks.
//
// Calls run concurrently; what a handler sends before it returns reaches the
// client before its result does. A call that the client cancels is not
// answered. Handlers may ask the client for sampling, elicitation and roots.
//
// It returns nil at the end of in, once calls in flight have been answered or
// a few seconds have passed; the context's error when ctx ends; or the error
// that reading or writing met. A read from in that is under way when ctx ends
// is left to whoever owns in to interrupt.
func ServeStdio(ctx context.Context, srv *mcpserver.MCPServer, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c := &stdioConn{
		srv: srv, out: out, fail: cancel,
		queue:   make(chan mcp.JSONRPCNotification, queueSize),
		closed:  make(chan struct{}),
		written: make(chan struct{}),
		cancels: map[string]context.CancelFunc{},
		pending: map[string]chan reply{},
		level:   mcp.LoggingLevelInfo,
		id:      fmt.Sprintf("stdio-%d", connections.Add(1)),
	}
	var hangUp context.CancelFunc
	c.open, hangUp = context.WithCancel(ctx)
	defer hangUp()
	if err := srv.RegisterSession(ctx, c); err != nil {
		return fmt.Errorf("serve stdio: %w", err)
	}
	defer srv.UnregisterSession(context.WithoutCancel(ctx), c.id)

	go c.write()
	ended := make(chan error, 1)
	go func() { ended <- c.read(ctx, in) }()

	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
	}
	c.mu.Lock()
	c.closing = true // read starts nothing more
	c.mu.Unlock()
	hangUp()
	idle := make(chan struct{})
	go func() { c.calls.Wait(); close(idle) }()
	grace := time.NewTimer(eofGrace)
	defer grace.Stop()
	select {
	case <-idle:
	case <-ctx.Done():
	case <-grace.C:
	}
	broken := context.Cause(ctx)
	cancel(nil)
	last, stop := context.WithTimeout(context.Background(), eofGrace)
	defer stop()
	select {
	case <-idle:
	case <-last.Done():
		broken = errors.Join(broken, errors.New("a call did not end when it was cancelled, or the client does not read"))
	}
	close(c.closed)
	select {
	case <-c.written:
	case <-last.Done():
	}
	return errors.Join(err, broken)
}

var connections atomic.Int64

// stdioConn is one client on a pair of streams, and mcp-go's session for it.
type stdioConn struct {
	srv  *mcpserver.MCPServer
	out  io.Writer
	id   string
	open context.Context // ends with in: nothing can be asked any more
	fail context.CancelCauseFunc

	// queue holds all that is to be written, so that order is the order of
	// sending; what isn't a notification travels in an envelope (see send).
	queue   chan mcp.JSONRPCNotification
	closed  chan struct{} // ends the writer, once the queue is empty
	written chan struct{} // closed when the writer has ended

	calls  sync.WaitGroup
	nextID atomic.Int64
	ready  atomic.Bool

	mu      sync.Mutex
	closing bool
	cancels map[string]context.CancelFunc // by the id of the client's request
	pending map[string]chan reply         // by the id of ours
	level   mcp.LoggingLevel
	version string // negotiated by initialize; "" from 2026-07-28 on
	info    mcp.Implementation
	caps    mcp.ClientCapabilities
}

// A reply is the client's answer to a request of the server's.
type reply struct {
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
}

// A message is what arrives: a request, a notification or a reply.
type message struct {
	ID     json.RawMessage
	Method string
	reply
}

// An answer is what a request is answered with.
type answer struct {
	JSONRPC string                   `json:"jsonrpc"`
	ID      json.RawMessage          `json:"id"`
	Result  any                      `json:"result,omitempty"`
	Error   *mcp.JSONRPCErrorDetails `json:"error,omitempty"`
}

func failure(id json.RawMessage, code int, text string) answer {
	if id == nil {
		id = json.RawMessage("null")
	}
	return answer{JSONRPC: mcp.JSONRPC_VERSION, ID: id, Error: &mcp.JSONRPCErrorDetails{Code: code, Message: text}}
}

// send queues v behind everything sent so far.
func (c *stdioConn) send(v any) {
	envelope := mcp.JSONRPCNotification{}
	envelope.Params.AdditionalFields = map[string]any{"": v}
	select {
	case c.queue <- envelope:
	case <-c.closed:
	}
}

// write is the connection's writer. It keeps emptying the queue when writing
// has failed, so that nobody waits for it.
func (c *stdioConn) write() {
	defer close(c.written)
	w := bufio.NewWriterSize(c.out, 1<<16)
	broken := false
	for {
		var n mcp.JSONRPCNotification
		select {
		case n = <-c.queue:
		case <-c.closed:
			select {
			case n = <-c.queue:
			default:
				return
			}
		}
		if broken {
			continue
		}
		w.Write(append(encode(n), '\n'))
		if len(c.queue) > 0 {
			continue
		}
		if err := w.Flush(); err != nil {
			broken = true
			c.fail(fmt.Errorf("write to the client: %w", err))
		}
	}
}

// encode is n, or what the envelope n holds, as JSON.
func encode(n mcp.JSONRPCNotification) []byte {
	var v any = n
	if n.Method == "" {
		v = n.Params.AdditionalFields[""]
	}
	data, err := json.Marshal(v)
	if err != nil {
		a, _ := v.(answer)
		data, _ = json.Marshal(failure(a.ID, mcp.INTERNAL_ERROR, "what the server sent cannot be written as JSON: "+err.Error()))
	}
	return data
}

func (c *stdioConn) read(ctx context.Context, in io.Reader) error {
	r := bufio.NewReaderSize(in, 1<<16)
	for {
		line, err := r.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			c.receive(ctx, line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read from the client: %w", err)
		}
	}
}

// receive takes one line: a message or, in 2025-03-26, a batch of them.
func (c *stdioConn) receive(ctx context.Context, line []byte) {
	if line[0] != '[' {
		c.dispatch(ctx, line, func(a any) {
			if a != nil {
				c.send(a)
			}
		})
		return
	}
	var batch []json.RawMessage
	if err := json.Unmarshal(line, &batch); err != nil || len(batch) == 0 {
		c.send(failure(nil, mcp.INVALID_REQUEST, "invalid batch"))
		return
	}
	var (
		mu      sync.Mutex
		answers []any
		parts   sync.WaitGroup
	)
	for _, raw := range batch {
		parts.Add(1)
		if !c.dispatch(ctx, raw, func(a any) {
			if a != nil {
				mu.Lock()
				answers = append(answers, a)
				mu.Unlock()
			}
			parts.Done()
		}) {
			parts.Done()
		}
	}
	c.start(func() {
		parts.Wait()
		if len(answers) > 0 {
			c.send(answers)
		}
	})
}

// start runs work beside the reader, unless the connection is closing.
func (c *stdioConn) start(work func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return false
	}
	c.calls.Go(work)
	return true
}

// dispatch handles one message and says whether respond will be called: once,
// with nil where the client has cancelled the request.
func (c *stdioConn) dispatch(ctx context.Context, raw json.RawMessage, respond func(any)) bool {
	var m message
	if err := json.Unmarshal(raw, &m); err != nil {
		respond(failure(nil, mcp.PARSE_ERROR, "message is not valid JSON: "+err.Error()))
		return true
	}
	isRequest := m.ID != nil && string(m.ID) != "null"
	switch {
	case m.Method == "" && isRequest && (m.Result != nil || m.Error != nil):
		c.mu.Lock()
		waiting := c.pending[string(m.ID)]
		delete(c.pending, string(m.ID))
		c.mu.Unlock()
		if waiting != nil {
			waiting <- m.reply
		}
		return false
	case m.Method == string(mcp.MethodNotificationCancelled):
		c.cancelled(raw)
		return false
	case !isRequest:
		c.start(func() { c.handle(c.srv.WithContext(ctx, c), m, raw) })
		return false
	}

	ctx, cancel := context.WithCancel(ctx)
	key := string(m.ID)
	c.mu.Lock()
	c.cancels[key] = cancel
	c.mu.Unlock()
	subscribed := make(chan struct{})
	serve := func() {
		var result any
		if m.Method == string(mcp.MethodSubscriptionsListen) {
			result = c.listen(ctx, m, raw, subscribed)
		} else {
			result = c.handle(c.srv.WithContext(ctx, c), m, raw)
		}
		c.mu.Lock()
		_, wanted := c.cancels[key]
		delete(c.cancels, key)
		c.mu.Unlock()
		cancel()
		if !wanted {
			result = nil
		}
		respond(result)
	}
	// What sets the session's state takes effect in the order of arrival.
	switch mcp.MCPMethod(m.Method) {
	case mcp.MethodInitialize, mcp.MethodPing, mcp.MethodSetLogLevel, mcp.MethodServerDiscover,
		mcp.MethodResourcesSubscribe, mcp.MethodResourcesUnsubscribe:
		serve()
		return true
	case mcp.MethodSubscriptionsListen:
		if !c.start(serve) {
			return false
		}
		<-subscribed
		return true
	}
	return c.start(serve)
}

// cancelled handles notifications/cancelled: the request's context ends, and
// no answer is sent.
func (c *stdioConn) cancelled(raw json.RawMessage) {
	var n struct {
		Params struct{ RequestID json.RawMessage }
	}
	if json.Unmarshal(raw, &n) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if cancel := c.cancels[string(n.Params.RequestID)]; cancel != nil {
		delete(c.cancels, string(n.Params.RequestID))
		cancel()
	}
}

// handle runs mcp-go's handler and gives its answer the id as it was sent.
func (c *stdioConn) handle(ctx context.Context, m message, raw json.RawMessage) (result any) {
	defer func() {
		if r := recover(); r != nil {
			result = failure(m.ID, mcp.INTERNAL_ERROR, fmt.Sprintf("%s: panic: %v", m.Method, r))
		}
	}()
	switch r := c.srv.HandleMessage(ctx, raw).(type) {
	case nil:
		return nil
	case mcp.JSONRPCResponse:
		return answer{JSONRPC: mcp.JSONRPC_VERSION, ID: m.ID, Result: r.Result}
	case mcp.JSONRPCError:
		return answer{JSONRPC: mcp.JSONRPC_VERSION, ID: m.ID, Error: &r.Error}
	default:
		return r
	}
}

// ask sends the client a request and waits for its result.
func (c *stdioConn) ask(ctx context.Context, method mcp.MCPMethod, params, result any) error {
	if c.open.Err() != nil {
		return errInputClosed
	}
	id := c.nextID.Add(1)
	key := strconv.FormatInt(id, 10)
	answered := make(chan reply, 1)
	c.mu.Lock()
	c.pending[key] = answered
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.pending, key)
		c.mu.Unlock()
	}()
	c.send(struct {
		JSONRPC string        `json:"jsonrpc"`
		ID      int64         `json:"id"`
		Method  mcp.MCPMethod `json:"method"`
		Params  any           `json:"params,omitempty"`
	}{mcp.JSONRPC_VERSION, id, method, params})
	select {
	case r := <-answered:
		if r.Error != nil {
			return fmt.Errorf("the client answered %s with error %d: %s", method, r.Error.Code, r.Error.Message)
		}
		if err := json.Unmarshal(r.Result, result); err != nil {
			return fmt.Errorf("the client's answer to %s: %w", method, err)
		}
		return nil
	case <-ctx.Done():
		n := mcp.JSONRPCNotification{JSONRPC: mcp.JSONRPC_VERSION}
		n.Method = string(mcp.MethodNotificationCancelled)
		n.Params.AdditionalFields = map[string]any{"requestId": id}
		c.send(n)
		return ctx.Err()
	case <-c.open.Done():
		return errInputClosed
	}
}

// RequestSampling implements mcp-go's SessionWithSampling.
func (c *stdioConn) RequestSampling(ctx context.Context, r mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
	result := &mcp.CreateMessageResult{}
	if err := c.ask(ctx, mcp.MethodSamplingCreateMessage, r.CreateMessageParams, result); err != nil {
		return nil, err
	}
	content, err := mcp.ParseSamplingContent(result.Content)
	if err != nil {
		return nil, fmt.Errorf("the client's answer to %s: %w", mcp.MethodSamplingCreateMessage, err)
	}
	result.Content = content
	return result, nil
}

// RequestElicitation implements mcp-go's SessionWithElicitation.
func (c *stdioConn) RequestElicitation(ctx context.Context, r mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	result := &mcp.ElicitationResult{}
	return result, c.ask(ctx, mcp.MethodElicitationCreate, r.Params, result)
}

// ListRoots implements mcp-go's SessionWithRoots.
func (c *stdioConn) ListRoots(ctx context.Context, _ mcp.ListRootsRequest) (*mcp.ListRootsResult, error) {
	result := &mcp.ListRootsResult{}
	return result, c.ask(ctx, mcp.MethodListRoots, nil, result)
}

// SessionID and the methods below implement mcp-go's ClientSession,
// SessionWithLogging, SessionWithClientInfo and SessionWithProtocolVersion.
func (c *stdioConn) SessionID() string { return c.id }

// NotificationChannel takes notifications in the order they are to be sent.
func (c *stdioConn) NotificationChannel() chan<- mcp.JSONRPCNotification { return c.queue }

// Initialize marks the session as able to receive notifications.
func (c *stdioConn) Initialize() { c.ready.Store(true) }

// Initialized says whether the session is able to receive notifications.
func (c *stdioConn) Initialized() bool { return c.ready.Load() }

// SetLogLevel sets the lowest level that is sent; info until it is called.
func (c *stdioConn) SetLogLevel(level mcp.LoggingLevel) { set(c, &c.level, level) }

// GetLogLevel gives the lowest level that is sent.
func (c *stdioConn) GetLogLevel() mcp.LoggingLevel { return get(c, &c.level) }

// SetClientInfo records who the client is.
func (c *stdioConn) SetClientInfo(info mcp.Implementation) { set(c, &c.info, info) }

// GetClientInfo tells who the client is.
func (c *stdioConn) GetClientInfo() mcp.Implementation { return get(c, &c.info) }

// SetClientCapabilities records what the client can do.
func (c *stdioConn) SetClientCapabilities(caps mcp.ClientCapabilities) { set(c, &c.caps, caps) }

// GetClientCapabilities tells what the client can do.
func (c *stdioConn) GetClientCapabilities() mcp.ClientCapabilities { return get(c, &c.caps) }

// SetProtocolVersion records the revision that initialize negotiated.
func (c *stdioConn) SetProtocolVersion(version string) { set(c, &c.version, version) }

// ProtocolVersion gives that revision; "" where there was no initialize.
func (c *stdioConn) ProtocolVersion() string { return get(c, &c.version) }

// SubscriptionFilter keeps broadcasts from a client that has not initialized:
// from 2026-07-28 on they are sent only on subscriptions/listen.
func (c *stdioConn) SubscriptionFilter() (mcp.SubscriptionFilter, bool) {
	return mcp.SubscriptionFilter{}, c.ProtocolVersion() == ""
}

// SetSubscriptionFilter does nothing: each subscription has its own session.
func (c *stdioConn) SetSubscriptionFilter(mcp.SubscriptionFilter) {}

func set[T any](c *stdioConn, field *T, value T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*field = value
}

func get[T any](c *stdioConn, field *T) T {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *field
}

// listener is the session of one subscriptions/listen request (2026-07-28,
// basic/patterns/subscriptions): what it is sent carries the request's id.
type listener struct {
	*stdioConn
	id     string
	notes  chan mcp.JSONRPCNotification
	mu     sync.Mutex
	filter mcp.SubscriptionFilter
}

func (l *listener) SessionID() string                                   { return l.id }
func (l *listener) NotificationChannel() chan<- mcp.JSONRPCNotification { return l.notes }
func (l *listener) Initialized() bool                                   { return true }

func (l *listener) SetSubscriptionFilter(filter mcp.SubscriptionFilter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.filter = filter
}

func (l *listener) SubscriptionFilter() (mcp.SubscriptionFilter, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.filter, true
}

// listen serves one subscription until the client cancels it or closes its
// end. It closes subscribed once the subscription has been acknowledged, or
// has come to nothing: what the client calls after that is seen by it.
func (c *stdioConn) listen(ctx context.Context, m message, raw json.RawMessage, subscribed chan<- struct{}) any {
	acknowledged := sync.OnceFunc(func() { close(subscribed) })
	defer acknowledged()
	l := &listener{stdioConn: c, id: c.id + "/" + string(m.ID), notes: make(chan mcp.JSONRPCNotification, queueSize)}
	if err := c.srv.RegisterSession(ctx, l); err != nil {
		return failure(m.ID, mcp.INVALID_REQUEST, err.Error())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.open, cancel)()

	stop, drained := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(drained)
		for {
			var n mcp.JSONRPCNotification
			select {
			case n = <-l.notes:
			case <-stop:
				select {
				case n = <-l.notes:
				default:
					return
				}
			}
			c.send(tagged(n, m.ID))
			if n.Method == mcp.MethodNotificationSubscriptionsAcknowledged {
				acknowledged()
			}
		}
	}()
	result := c.handle(c.srv.WithContext(ctx, l), m, raw)
	c.srv.UnregisterSession(context.WithoutCancel(ctx), l.id)
	close(stop)
	<-drained
	return result
}

// tagged is a copy of n that names the subscription it belongs to.
func tagged(n mcp.JSONRPCNotification, id json.RawMessage) mcp.JSONRPCNotification {
	meta := maps.Clone(n.Params.Meta)
	if meta == nil {
		meta = map[string]any{}
	}
	meta[mcp.MetaKeySubscriptionID] = id
	n.Params.Meta = meta
	return n
}

var (
	_ mcpserver.SessionWithLogging            = (*stdioConn)(nil)
	_ mcpserver.SessionWithClientInfo         = (*stdioConn)(nil)
	_ mcpserver.SessionWithProtocolVersion    = (*stdioConn)(nil)
	_ mcpserver.SessionWithSampling           = (*stdioConn)(nil)
	_ mcpserver.SessionWithElicitation        = (*stdioConn)(nil)
	_ mcpserver.SessionWithRoots              = (*stdioConn)(nil)
	_ mcpserver.SessionWithSubscriptionFilter = (*listener)(nil)
)
