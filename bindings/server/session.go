package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// errCancelled ends the context of a call that the client took back.
var errCancelled = errors.New("the client cancelled the call")

// A Session is one connection, or over HTTP one session of an older revision,
// or one request of 2026-07-28.
type Session struct {
	srv    *Server
	id     string // of HTTP sessions
	single bool   // for one request only
	ctx    context.Context
	cancel context.CancelCauseFunc
	push   sink
	deaf   atomic.Bool // the client can answer nothing any more
	asked  atomic.Int64
	seen   atomic.Int64 // when it was last used, in Unix nanoseconds

	greeting atomic.Int64 // which of the server's handshakes its own was

	mu      sync.Mutex
	version string // agreed by initialize; "" without one
	info    json.RawMessage
	caps    json.RawMessage
	level   string
	running map[string]context.CancelCauseFunc      // the client's requests, by id
	pending map[string]func(json.RawMessage, error) // ours, by id
	listens map[string]*subscription
	uris    map[string]bool
}

// A subscription is one subscriptions/listen (2026-07-28, basic/patterns/subscriptions).
type subscription struct {
	id       json.RawMessage
	out      sink
	greeting int64
	filter   struct {
		Tools     bool     `json:"toolsListChanged,omitempty"`
		Prompts   bool     `json:"promptsListChanged,omitempty"`
		Resources bool     `json:"resourcesListChanged,omitempty"`
		URIs      []string `json:"resourceSubscriptions,omitempty"`
		TaskIDs   []string `json:"taskIds,omitempty"`
	}
}

func (l *subscription) send(method string, params json.RawMessage) {
	if params == nil {
		params = json.RawMessage("{}")
	}
	meta := object("_meta", object(mcp.MetaKeySubscriptionID, l.id))
	l.out(notificationMessage(method, withMembers(params, "_meta", meta[len(`{"_meta":`):len(meta)-1])))
}

func (s *Session) shookHands() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version != ""
}

func (s *Session) subscribed(uri string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.uris[uri]
}

func (s *Session) listening() []*subscription {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*subscription, 0, len(s.listens))
	for _, l := range s.listens {
		all = append(all, l)
	}
	return all
}

// end ends the connection: its calls, and what was asked of its client.
func (s *Session) end(cause error) {
	s.srv.forget(s)
	s.cancel(cause)
	s.hangUp(cause)
	if !s.single {
		s.srv.parked.cancel(func(c *Call) bool { return c.Session == s }, cause)
		s.srv.tasks.drop(func(t *task) bool { return t.owner == s }, cause)
	}
}

// hangUp fails what the client was asked, as it can't answer any more.
func (s *Session) hangUp(cause error) {
	s.deaf.Store(true)
	s.mu.Lock()
	pending := s.pending
	s.pending = map[string]func(json.RawMessage, error){}
	s.mu.Unlock()
	for _, reply := range pending {
		reply(nil, cause)
	}
}

// unlisten ends the subscriptions, each with its result.
func (s *Session) unlisten(cause error) {
	var ends []context.CancelCauseFunc
	s.mu.Lock()
	for id := range s.listens {
		ends = append(ends, s.running[id])
	}
	s.mu.Unlock()
	for _, end := range ends {
		if end != nil {
			end(cause)
		}
	}
}

// incoming is a message of the client's.
type incoming struct {
	ID     json.RawMessage `json:"id"`
	Method *string         `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	} `json:"error"`
}

func (m *incoming) isRequest() bool { return m.Method != nil && !isNull(m.ID) }

// requestMeta is what a request's _meta says to the protocol.
type requestMeta struct {
	Version      string          `json:"io.modelcontextprotocol/protocolVersion"`
	ClientInfo   json.RawMessage `json:"io.modelcontextprotocol/clientInfo"`
	Capabilities json.RawMessage `json:"io.modelcontextprotocol/clientCapabilities"`
	LogLevel     string          `json:"io.modelcontextprotocol/logLevel"`
	Token        json.RawMessage `json:"progressToken"`
}

func metaOf(params json.RawMessage) (raw json.RawMessage, meta requestMeta) {
	var p struct {
		Meta json.RawMessage `json:"_meta"`
	}
	json.Unmarshal(params, &p)
	json.Unmarshal(p.Meta, &meta) // what doesn't fit is as if it were absent
	return p.Meta, meta
}

// receive takes one message, or a batch of them (2025-03-26). It doesn't wait
// for answers: they go to out, the last of them marked as final. It reports
// false where nothing will go there. Requests that follow one another begin in
// that order.
func (s *Session) receive(ctx context.Context, raw []byte, out sink) bool {
	s.seen.Store(time.Now().UnixNano())
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '[' {
		return s.batch(ctx, raw, out)
	}
	var m incoming
	if err := json.Unmarshal(raw, &m); err != nil {
		code, text := CodeInvalidRequest, "the message is no JSON-RPC message: "
		if !json.Valid(raw) {
			code, text = CodeParse, "the message is not valid JSON: "
		}
		out(errorMessage(nil, malformed(400, code, "%s%v", text, err)))
		return true
	}
	switch {
	case m.isRequest():
		s.request(ctx, &m, out)
		return true
	case m.Method != nil:
		s.notification(&m, out)
		return false
	case !isNull(m.ID) && (m.Result != nil || m.Error != nil):
		s.answered(&m)
		return false
	}
	out(errorMessage(nil, malformed(400, CodeInvalidRequest, "the message is no JSON-RPC request, notification or response")))
	return true
}

func (s *Session) batch(ctx context.Context, raw []byte, out sink) bool {
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil || len(parts) == 0 {
		out(errorMessage(nil, malformed(400, CodeInvalidRequest, "the batch is empty, or not valid JSON")))
		return true
	}
	var (
		mu      sync.Mutex
		answers []json.RawMessage
		left    = 1 // this function itself, until all have begun
		expect  bool
	)
	finish := func(answer []byte, n int) {
		mu.Lock()
		defer mu.Unlock()
		if answer != nil {
			answers = append(answers, answer)
		}
		if left += n; left == 0 && expect {
			last := outgoing{final: true}
			if len(answers) > 0 {
				last.data = array(answers)
			}
			out(last)
		}
	}
	for _, part := range parts {
		finish(nil, 1)
		if s.receive(ctx, part, func(m outgoing) {
			if m.final {
				finish(m.data, -1)
			} else {
				out(m)
			}
		}) {
			expect = true
		} else {
			finish(nil, -1)
		}
	}
	finish(nil, -1)
	return expect
}

func (s *Session) answered(m *incoming) {
	s.mu.Lock()
	reply := s.pending[string(m.ID)]
	delete(s.pending, string(m.ID))
	s.mu.Unlock()
	switch {
	case reply == nil:
	case m.Error != nil:
		reply(nil, &Error{Code: m.Error.Code, Message: m.Error.Message, Data: m.Error.Data})
	default:
		reply(m.Result, nil)
	}
}

// notification acts on a notification of the client's.
func (s *Session) notification(m *incoming, out sink) {
	switch *m.Method {
	case "notifications/cancelled":
		var p struct {
			RequestID json.RawMessage `json:"requestId"`
			Reason    string          `json:"reason"`
		}
		json.Unmarshal(m.Params, &p)
		s.mu.Lock()
		cancel := s.running[string(p.RequestID)]
		s.mu.Unlock()
		if cancel != nil {
			cancel(&Cancelled{Reason: p.Reason})
		}
	}
	s.srv.mu.RLock()
	fn := s.srv.notifications[*m.Method]
	s.srv.mu.RUnlock()
	if fn != nil {
		c, err := s.newCall(m, out)
		if err == nil {
			fn(c)
		}
	}
}

// Cancelled is the cause of the end of the context of a call that the client
// cancelled.
type Cancelled struct{ Reason string }

func (e *Cancelled) Error() string {
	if e.Reason == "" {
		return errCancelled.Error()
	}
	return errCancelled.Error() + ": " + e.Reason
}

// request answers one request. Only what waits for a handler goes on beside
// the reader.
func (s *Session) request(ctx context.Context, m *incoming, out sink) {
	c, err := s.newCall(m, out)
	if err != nil {
		out(errorMessage(m.ID, asError(err)))
		return
	}
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })
	l := c.link
	l.done = func(result json.RawMessage, err error) {
		s.mu.Lock()
		delete(s.running, string(m.ID))
		s.mu.Unlock()
		stop()
		switch {
		case ctx.Err() == nil:
			out(c.answer(result, err))
		case c.Method == "subscriptions/listen" && (errors.Is(context.Cause(ctx), ErrClosed) || errors.Is(context.Cause(ctx), errInputClosed)):
			out(c.answer(object("_meta", object(mcp.MetaKeySubscriptionID, c.ID)), nil))
		default:
			out(outgoing{final: true}) // nobody wants an answer
		}
		cancel(nil)
	}
	s.mu.Lock()
	s.running[string(m.ID)] = cancel
	s.mu.Unlock()
	if result, waits, err := s.dispatch(ctx, c); !waits {
		l.done(result, err)
	}
}

// newCall reads what every request says, and refuses what no revision allows.
func (s *Session) newCall(m *incoming, out sink) (*Call, error) {
	raw, meta := metaOf(m.Params)
	c := &Call{
		Server: s.srv, Session: s, ID: m.ID, Method: *m.Method, Params: m.Params, Meta: raw,
	}
	c.alive, c.cancel = context.WithCancelCause(context.Background())
	c.ctx, c.over = context.WithCancelCause(c.alive)
	s.mu.Lock()
	c.Version, c.ClientInfo, c.ClientCapabilities = s.version, s.info, s.caps
	level := s.level
	s.mu.Unlock()
	if !isNull(m.Params) && m.Params[0] != '{' {
		return nil, malformed(400, CodeInvalidParams, "%s: params must be an object", c.Method)
	}
	if meta.Version != "" {
		if !mcp.IsModernProtocol(meta.Version) && c.Version == "" || !slices.Contains(s.srv.opts.Versions, meta.Version) {
			return nil, s.srv.unsupported(meta.Version)
		}
		c.Version = meta.Version
	}
	if c.Modern() {
		if m.isRequest() && isNull(meta.Capabilities) {
			return nil, malformed(400, CodeInvalidParams, "%s: params._meta lacks %q, which every request of %s has", c.Method, mcp.MetaKeyClientCapabilities, c.Version)
		}
		c.ClientInfo, c.ClientCapabilities, level = meta.ClientInfo, meta.Capabilities, meta.LogLevel
	} else if c.Version == "" && m.isRequest() && c.Method != "initialize" && c.Method != "ping" {
		return nil, malformed(400, CodeInvalidRequest,
			"%s before initialize: shake hands first, or name the revision in params._meta, as 2026-07-28 has it", c.Method)
	}
	c.link = &link{send: out, token: meta.Token, level: level}
	return c, nil
}

func (s *Server) unsupported(version string) *Error {
	versions, _ := json.Marshal(s.opts.Versions)
	e := malformed(400, CodeVersion, "unsupported protocol version %q", version)
	e.Data = object("supported", json.RawMessage(versions), "requested", quote(version))
	return e
}

// initialize shakes hands (2025-11-25, lifecycle).
func (s *Session) initialize(c *Call) (json.RawMessage, error) {
	var p struct {
		Version string          `json:"protocolVersion"`
		Caps    json.RawMessage `json:"capabilities"`
		Info    json.RawMessage `json:"clientInfo"`
	}
	if err := json.Unmarshal(c.Params, &p); err != nil || p.Version == "" {
		return nil, errorf(CodeInvalidParams, "initialize: params lack protocolVersion")
	}
	old := slices.DeleteFunc(slices.Clone(s.srv.opts.Versions), mcp.IsModernProtocol)
	if len(old) == 0 {
		return nil, s.srv.unsupported(p.Version)
	}
	if !slices.Contains(old, p.Version) {
		p.Version = old[0]
	}
	s.mu.Lock()
	s.greeting.Store(s.srv.greeted.Add(1))
	s.version, s.caps, s.info = p.Version, p.Caps, p.Info
	s.mu.Unlock()
	return object("protocolVersion", quote(p.Version), "capabilities", s.srv.capabilities(p.Version),
		"serverInfo", s.srv.opts.Info, "instructions", s.srv.instructions()), nil
}

func (s *Server) instructions() json.RawMessage {
	if s.opts.Instructions == "" {
		return nil
	}
	return quote(s.opts.Instructions)
}

// listen opens a subscription, which ends with ctx.
func (s *Session) listen(ctx context.Context, c *Call) error {
	l := &subscription{id: c.ID, out: c.link.send}
	var p struct {
		Notifications json.RawMessage `json:"notifications"`
	}
	json.Unmarshal(c.Params, &p)
	json.Unmarshal(p.Notifications, &l.filter)
	if len(l.filter.TaskIDs) > 0 && s.srv.offersTasks.Load() {
		if err := c.requireTasks("the subscription is to tasks"); err != nil {
			return err
		}
	}
	l.filter.TaskIDs = slices.DeleteFunc(l.filter.TaskIDs, func(id string) bool { return s.srv.tasks.get(id, c) == nil })
	granted, _ := json.Marshal(l.filter)
	// Acknowledged first, and nothing that changes from here on is missed.
	s.mu.Lock()
	l.send("notifications/subscriptions/acknowledged", object("notifications", json.RawMessage(granted)))
	l.greeting = s.srv.greeted.Add(1)
	s.listens[string(c.ID)] = l
	s.mu.Unlock()
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		delete(s.listens, string(c.ID))
		s.mu.Unlock()
	})
	c.attach(ctx, c.link)
	return nil
}

var levels = []string{"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"}

func (s *Session) setLevel(c *Call) error {
	var p struct{ Level string }
	if json.Unmarshal(c.Params, &p); !slices.Contains(levels, p.Level) {
		return errorf(CodeInvalidParams, "there is no log level %q", p.Level)
	}
	s.mu.Lock()
	s.level = p.Level
	s.mu.Unlock()
	return nil
}

// ask sends the client a request and gives its answer to reply, once.
func (s *Session) ask(ctx context.Context, out sink, method string, params json.RawMessage, reply func(json.RawMessage, error)) {
	id := strconv.FormatInt(s.asked.Add(1), 10)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deaf.Load() {
		go reply(nil, errInputClosed)
		return
	}
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		_, waiting := s.pending[id]
		delete(s.pending, id)
		s.mu.Unlock()
		if waiting {
			out(notificationMessage("notifications/cancelled", object("requestId", json.RawMessage(id))))
			reply(nil, context.Cause(ctx))
		}
	})
	s.pending[id] = func(result json.RawMessage, err error) {
		if !stop() { // too late
			result, err = nil, context.Cause(ctx)
		}
		reply(result, err)
	}
	out(outgoing{data: object("jsonrpc", json.RawMessage(`"2.0"`), "id", json.RawMessage(id), "method", quote(method), "params", params)})
}

// ID is the id of an HTTP session, "" where there is none.
func (s *Session) ID() string { return s.id }
