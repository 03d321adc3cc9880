package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// An InProcess is a connection to an mcp-go server in this process. Each
// connection is a session of the server's. What the server sends before it
// returns a result is delivered before that result.
type InProcess struct {
	link
	server  *server.MCPServer
	session *memorySession

	mu      sync.Mutex
	state   int // 0 new, 1 started, 2 closed
	listens atomic.Int64
}

var _ Conn = (*InProcess)(nil)

// sessions numbers the sessions of this process.
var sessions atomic.Int64

// NewInProcess makes a connection to s, which may have others.
func NewInProcess(s *server.MCPServer) *InProcess {
	c := &InProcess{server: s}
	c.link.init()
	c.session = newMemorySession(fmt.Sprintf("in-process-%d", sessions.Add(1)), c)
	return c
}

// Start registers the session with the server.
func (c *InProcess) Start(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.state {
	case 1:
		return nil
	case 2:
		return ErrClosed
	}
	if err := c.server.RegisterSession(c.ctx, c.session); err != nil {
		return fmt.Errorf("register a session with the server: %w", err)
	}
	c.state = 1
	go c.pump(c.session, nil)
	return nil
}

// usable tells whether calls may be made.
func (c *InProcess) usable() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.state {
	case 0:
		return ErrNotStarted
	case 2:
		return ErrClosed
	}
	return nil
}

// pump delivers what the server sends to a session until that ends. tag, where
// not nil, is the id of the subscription that the session serves.
func (c *InProcess) pump(s *memorySession, tag any) {
	for {
		select {
		case n := <-s.events:
			if n.Method == barrier {
				close(n.Params.AdditionalFields[barrier].(chan struct{}))
				continue
			}
			if tag != nil {
				meta := maps.Clone(n.Params.Meta)
				if meta == nil {
					meta = make(map[string]any)
				}
				meta[mcp.MetaKeySubscriptionID] = tag
				n.Params.Meta = meta
			}
			c.notify(rawNotification(n))
			s.delivered.Add(1)
		case <-s.ended:
			return
		}
	}
}

// barrier is the method of a mark among a session's notifications. It can be
// no server's: it isn't valid UTF-8.
const barrier = "\xffbarrier"

// flush waits until what the server has sent to s so far is delivered.
func (c *InProcess) flush(ctx context.Context, s *memorySession) {
	if s.sent.Load() == s.delivered.Load() {
		return
	}
	reached := make(chan struct{})
	n := mcp.JSONRPCNotification{Notification: mcp.Notification{
		Method: barrier,
		Params: mcp.NotificationParams{AdditionalFields: map[string]any{barrier: reached}},
	}}
	select {
	case s.events <- n:
	case <-ctx.Done():
		return
	}
	select {
	case <-reached:
	case <-s.ended:
	case <-ctx.Done():
	}
}

func rawNotification(n mcp.JSONRPCNotification) Notification {
	raw := Notification{Method: n.Method}
	if n.Params.Meta == nil && n.Params.AdditionalFields == nil {
		return raw
	}
	params, err := json.Marshal(n.Params)
	if err != nil { // the server's own value; the fact alone is told
		return raw
	}
	raw.Params = params
	return raw
}

// SendRequest lets the server handle a request and waits for its answer. When
// ctx ends, so does the handler's context, and SendRequest returns at once.
func (c *InProcess) SendRequest(ctx context.Context, r Request) (*Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if r.ID.IsNil() {
		return nil, errors.New("a request needs an id")
	}
	raw, err := appendRequest(nil, &r)
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	if err := c.usable(); err != nil {
		return nil, err
	}
	handling, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(c.link.ctx, cancel)
	answer := make(chan *Response, 1)
	go func() {
		defer cancel()
		defer stop()
		answer <- c.handle(handling, raw, &r)
	}()
	select {
	case resp := <-answer:
		return resp, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-c.link.ctx.Done():
		return nil, ErrClosed
	}
}

// handle gives the server's answer to one request.
func (c *InProcess) handle(ctx context.Context, raw []byte, r *Request) (resp *Response) {
	defer func() {
		if p := recover(); p != nil {
			resp = rpcError(r.ID, mcp.INTERNAL_ERROR, fmt.Sprintf("the server panicked: %v", p))
		}
	}()
	session := c.session
	if r.Method == "subscriptions/listen" {
		// A stream of its own, as over HTTP: with its own filter, and its
		// notifications told apart by its id.
		session = newMemorySession(fmt.Sprintf("%s-listen-%d", c.session.id, c.listens.Add(1)), c)
		session.stream = true
		session.Initialize()
		if err := c.server.RegisterSession(ctx, session); err != nil {
			return rpcError(r.ID, mcp.INTERNAL_ERROR, err.Error())
		}
		defer c.server.UnregisterSession(context.WithoutCancel(ctx), session.id)
		defer close(session.ended)
		id := r.ID.Value()
		go c.pump(session, id)
	}
	m := c.server.HandleMessage(c.server.WithContext(ctx, session), raw)
	c.flush(ctx, session)
	return asResponse(m, r.ID)
}

// asResponse turns what the server returned into a raw answer.
func asResponse(m mcp.JSONRPCMessage, id mcp.RequestId) *Response {
	var result any
	switch m := m.(type) {
	case mcp.JSONRPCResponse:
		result = m.Result
	case mcp.JSONRPCError:
		d := m.Error
		if d.Data != nil {
			raw, err := json.Marshal(d.Data)
			if err != nil {
				return rpcError(id, mcp.INTERNAL_ERROR, "encode the error's data: "+err.Error())
			}
			d.Data = json.RawMessage(raw)
		}
		return &Response{JSONRPC: mcp.JSONRPC_VERSION, ID: id, Error: &d}
	default:
		return rpcError(id, mcp.INTERNAL_ERROR, "the server gave no answer")
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(result); err != nil {
		return rpcError(id, mcp.INTERNAL_ERROR, "encode the result: "+err.Error())
	}
	return &Response{JSONRPC: mcp.JSONRPC_VERSION, ID: id, Result: bytes.TrimSuffix(buf.Bytes(), []byte("\n"))}
}

// SendNotification lets the server handle a notification.
func (c *InProcess) SendNotification(ctx context.Context, n mcp.JSONRPCNotification) (err error) {
	raw, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encode the notification: %w", err)
	}
	if err := c.usable(); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the server panicked on %s: %v", n.Method, p)
		}
	}()
	c.server.HandleMessage(c.server.WithContext(ctx, c.session), raw)
	return nil
}

// GetSessionId is the id under which the server knows this session.
func (c *InProcess) GetSessionId() string { return c.session.id }

// Close ends the session. Calls in flight fail with ErrClosed at once; a
// handler that disregards its context is left to itself.
func (c *InProcess) Close() error {
	c.mu.Lock()
	state := c.state
	c.state = 2
	c.mu.Unlock()
	if state == 2 {
		<-c.done
		return nil
	}
	c.end(nil)
	if state == 1 {
		c.server.UnregisterSession(context.Background(), c.session.id)
	}
	close(c.session.ended)
	c.finish()
	return nil
}

// request asks the client and decodes its result.
func (c *InProcess) request(ctx context.Context, method mcp.MCPMethod, params, result any) error {
	r := Request{JSONRPC: mcp.JSONRPC_VERSION, ID: mcp.NewRequestId(json.RawMessage(fmt.Sprint(c.session.asked.Add(1)))), Method: string(method)}
	if params != nil {
		raw, err := json.Marshal(params)
		if err != nil {
			return fmt.Errorf("encode the params of %s: %w", method, err)
		}
		r.Params = json.RawMessage(raw)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.link.ctx, cancel)()
	answer := make(chan *Response, 1)
	go func() { answer <- c.answer(ctx, r) }()
	select {
	case resp := <-answer:
		if resp.Error != nil {
			return fmt.Errorf("%s: %w", method, resp.Error.AsError())
		}
		if err := json.Unmarshal(resp.Result, result); err != nil {
			return fmt.Errorf("decode the client's answer to %s: %w", method, err)
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// queued is how many notifications a handler may send in one go, faster than
// they can be delivered, before the server drops any.
const queued = 16 << 10

// memorySession is a client as the server sees it.
type memorySession struct {
	id     string
	conn   *InProcess
	stream bool // serves one subscriptions/listen
	events chan mcp.JSONRPCNotification
	ended  chan struct{}
	asked  atomic.Int64

	// sent counts what the server may have put into events, which is no less
	// than what was delivered: where they are equal, nothing is on its way.
	sent, delivered atomic.Int64

	initialized atomic.Bool
	mu          sync.Mutex
	level       mcp.LoggingLevel
	version     string
	info        mcp.Implementation
	caps        mcp.ClientCapabilities
	filter      mcp.SubscriptionFilter
	uris        map[string]bool
}

var (
	_ server.SessionWithLogging               = (*memorySession)(nil)
	_ server.SessionWithClientInfo            = (*memorySession)(nil)
	_ server.SessionWithSampling              = (*memorySession)(nil)
	_ server.SessionWithElicitation           = (*memorySession)(nil)
	_ server.SessionWithRoots                 = (*memorySession)(nil)
	_ server.SessionWithResourceSubscriptions = (*memorySession)(nil)
	_ server.SessionWithSubscriptionFilter    = (*memorySession)(nil)
	_ server.SessionWithProtocolVersion       = (*memorySession)(nil)
)

func newMemorySession(id string, conn *InProcess) *memorySession {
	return &memorySession{
		id:     id,
		conn:   conn,
		level:  mcp.LoggingLevelError,
		events: make(chan mcp.JSONRPCNotification, queued),
		ended:  make(chan struct{}),
	}
}

func (s *memorySession) SessionID() string { return s.id }
func (s *memorySession) Initialize()       { s.initialized.Store(true) }
func (s *memorySession) Initialized() bool { return s.initialized.Load() }

// NotificationChannel is asked for by the server each time that it sends.
func (s *memorySession) NotificationChannel() chan<- mcp.JSONRPCNotification {
	s.sent.Add(1)
	return s.events
}

func (s *memorySession) SetLogLevel(level mcp.LoggingLevel) { set(s, &s.level, level) }
func (s *memorySession) GetLogLevel() mcp.LoggingLevel      { return get(s, &s.level) }

func (s *memorySession) SetProtocolVersion(version string) { set(s, &s.version, version) }
func (s *memorySession) ProtocolVersion() string           { return get(s, &s.version) }

func (s *memorySession) SetClientInfo(info mcp.Implementation) { set(s, &s.info, info) }
func (s *memorySession) GetClientInfo() mcp.Implementation     { return get(s, &s.info) }

func (s *memorySession) SetClientCapabilities(caps mcp.ClientCapabilities) { set(s, &s.caps, caps) }
func (s *memorySession) GetClientCapabilities() mcp.ClientCapabilities     { return get(s, &s.caps) }

func (s *memorySession) SetSubscriptionFilter(f mcp.SubscriptionFilter) { set(s, &s.filter, f) }

// SubscriptionFilter tells what may be broadcast to this session: from
// revision 2026-07-28 only what a subscription asked for, and to that alone.
func (s *memorySession) SubscriptionFilter() (mcp.SubscriptionFilter, bool) {
	return get(s, &s.filter), s.stream || mcp.IsModernProtocol(s.conn.protocolVersion())
}

func (s *memorySession) SubscribeToResource(uri string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.uris == nil {
		s.uris = make(map[string]bool)
	}
	s.uris[uri] = true
}

func (s *memorySession) UnsubscribeFromResource(uri string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.uris, uri)
}

func (s *memorySession) SubscribedResources() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.uris))
}

func (s *memorySession) IsSubscribedToResource(uri string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.uris[uri]
}

func (s *memorySession) RequestSampling(ctx context.Context, r mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
	result := &mcp.CreateMessageResult{}
	if err := s.conn.request(ctx, mcp.MethodSamplingCreateMessage, r.CreateMessageParams, result); err != nil {
		return nil, err
	}
	content, err := mcp.ParseSamplingContent(result.Content)
	if err != nil {
		return nil, fmt.Errorf("decode the client's answer to %s: %w", mcp.MethodSamplingCreateMessage, err)
	}
	result.Content = content
	return result, nil
}

func (s *memorySession) RequestElicitation(ctx context.Context, r mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	result := &mcp.ElicitationResult{}
	return result, s.conn.request(ctx, mcp.MethodElicitationCreate, r.Params, result)
}

func (s *memorySession) ListRoots(ctx context.Context, _ mcp.ListRootsRequest) (*mcp.ListRootsResult, error) {
	result := &mcp.ListRootsResult{}
	return result, s.conn.request(ctx, mcp.MethodListRoots, nil, result)
}

func set[T any](s *memorySession, field *T, v T) {
	s.mu.Lock()
	*field = v
	s.mu.Unlock()
}

func get[T any](s *memorySession, field *T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *field
}
