// Package session is one MCP session in plain Go: it negotiates a revision,
// sends raw requests, routes progress, answers the server's requests and
// input-required rounds, cancels, and turns every failure into an error that
// names server and call. It knows nothing of JavaScript.
package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"mcpjs/bindings/transport"
)

// A Session is one connected MCP session. Connect makes it; its methods may be
// called from any goroutine.
type Session struct {
	opts     Options
	conn     transport.Conn
	poster   transport.Poster // conn, where it is one
	http     bool             // the transport mirrors requests in headers
	modern   bool             // fixed by Connect
	handlers atomic.Pointer[Handlers]
	agreed   atomic.Pointer[agreement]
	meta     atomic.Pointer[[]byte] // what every request's _meta holds

	ids atomic.Int64 // the last request id

	ctx       context.Context // ends with the session
	cancel    context.CancelCauseFunc
	closing   atomic.Bool
	delivered chan struct{} // closed when everything was handed over

	mail     mailbox
	progress sinks
	serving  serving
	subs     subscriptions
	tools    toolHeaders
	news     taskNews

	footprint footprint

	mu           sync.Mutex
	established  bool // Connect returned it
	ended        bool // the connection is gone
	calls        map[int64]*pending
	capabilities json.RawMessage
	logLevel     string

	renewing   chan struct{} // holds a token while the server's session is renewed
	generation atomic.Int64  // how often it was renewed
}

// An agreement is what a client and a server agreed on.
type agreement struct {
	version      string
	result       json.RawMessage // an InitializeResult
	capabilities json.RawMessage
	serverInfo   json.RawMessage
	instructions string
}

// Options configure a session. The zero value connects with defaults.
type Options struct {
	// Server names the server in errors: its configured name or its command.
	Server string

	// ClientInfo is the Implementation object sent as clientInfo, raw.
	ClientInfo json.RawMessage

	// ProtocolVersion pins a revision ("2025-06-18"); "" or "auto" negotiates.
	ProtocolVersion string

	// Capabilities is the ClientCapabilities object, raw; nil means {}.
	Capabilities json.RawMessage

	// ConnectTimeout bounds the whole of Connect; 0 means 30 s, negative none.
	ConnectTimeout time.Duration

	// Timeout bounds each request that doesn't say otherwise; 0 means none.
	Timeout time.Duration

	// Legacy says that the transport is of the time before 2026-07-28, whose
	// revisions it doesn't carry: the server is not asked for them.
	Legacy bool

	// Fallback, where set, makes a connection of the transport before this one
	// (HTTP+SSE of 2024-11-05), which is tried where the server answers 400,
	// 404 or 405 to initialize.
	Fallback Dialer

	// Authorizer, where set, gets what the server refuses to be connected to
	// without.
	Authorizer Authorizer

	// LogLevel asks for log messages at this level and above; "" asks for none.
	LogLevel string

	// Trace, where set, tells of every message on the wire, and Client names
	// the client to it.
	Trace  *Tracer
	Client string
	// Permit, where set, is asked before each request and notification of the
	// user's; its error is what that fails with. Any goroutine.
	Permit func(method string, params json.RawMessage) error

	// Attachment is for who connects; Session.Attachment gives it back.
	Attachment any

	Handlers Handlers
}

// An Authorizer gets the credentials of a server over HTTP. While it waits for
// a person, no time limit of Connect's runs.
type Authorizer interface {
	// Defer marks the context of an attempt to connect: a request that lacks
	// credentials is to fail at once.
	Defer(ctx context.Context) context.Context
	// Supply is told why an attempt failed. Where it is for want of credentials,
	// it gets them and reports true; an error says why it could not.
	Supply(ctx context.Context, failure error) (bool, error)
}

// Handlers receive what the server sends. Any may be nil. They are called from
// goroutines of the session, never from a transport's reader.
type Handlers struct {
	// Request answers a request of the server's, or one input request of an
	// input-required result, with a raw result. ctx ends when the server
	// cancels the request or the session closes. An error that is an *RPCError
	// is answered as it is, another as -32603. Where Request is nil or returns
	// ErrMethodNotFound, the server is told -32601. ping is answered without it.
	Request func(ctx context.Context, req ServerRequest) (json.RawMessage, error)

	// Notify receives notifications in the order the server sent them, one at
	// a time, except progress of a call that has its own OnProgress. A reply
	// is handed on after what was sent before it; so Notify must not wait for
	// a Request, which would be held up for two seconds.
	Notify func(n transport.Notification)

	// Closed is called once when the session has ended: nil after Close.
	Closed func(err error)

	// Attend, where set, surrounds what hands an answer to who waits for it: it
	// calls fn, and what it then returns, unless that is nil, is called by the
	// same goroutine, which needn't be at hand for anything while that lasts.
	Attend func(fn func()) (turn func())
}

// ServerRequest is one request of the server's, or one input request, whose ID
// is its key.
type ServerRequest = transport.ServerRequest

// A Dialer makes a connection that is not yet started. Connect calls it again
// where a server must be started anew to be reached in an older revision.
type Dialer func() (transport.Conn, error)

// Call is one request to the server.
type Call struct {
	Method string
	// Params is the raw params object or nil. The session adds to its _meta.
	Params json.RawMessage
	// ID is this call's request id, from NewID; "" lets the session choose.
	ID string
	// Timeout bounds the call; 0 means the session's, negative none. The time
	// that handlers take to give input for it (from 2026-07-28 on) doesn't
	// count.
	Timeout time.Duration
	// ResetTimeoutOnProgress starts Timeout anew at each progress message;
	// MaxTimeout, where positive, bounds the whole all the same.
	ResetTimeoutOnProgress bool
	MaxTimeout             time.Duration
	// OnProgress, where set, asks for progress and receives it in order, each
	// before Request returns if the server sent it before its reply. What
	// comes late is received for two seconds more.
	OnProgress func(Progress)
	// KeepTask wants the CreateTaskResult where the server makes a task of the
	// call (2026-07-28); else Request waits for the task and returns its result.
	KeepTask bool
	// Label names the call in errors: `call tool "search"`; "" means Method.
	Label string
}

// Progress is one progress message.
type Progress struct {
	Progress float64
	Total    *float64
	Message  string
	// Raw is the whole params object.
	Raw json.RawMessage
}

// newSession wraps a connection that is not yet started.
func newSession(conn transport.Conn, opts Options) *Session {
	s := &Session{
		opts:         opts,
		conn:         conn,
		delivered:    make(chan struct{}),
		calls:        make(map[int64]*pending),
		renewing:     make(chan struct{}, 1),
		capabilities: opts.Capabilities,
		logLevel:     opts.LogLevel,
	}
	s.mail.wake = make(chan struct{}, 1)
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	s.handlers.Store(&opts.Handlers)
	s.agreed.Store(&agreement{})
	s.meta.Store(new([]byte))
	switch conn := conn.(type) {
	case headerWanter:
		s.http = conn.WantsHeaders()
	case *transport.HTTP:
		s.http = true
	}
	s.poster, _ = conn.(transport.Poster)
	if conn, ok := conn.(transport.Attended); ok {
		conn.SetAttend(s.attend)
	}
	if opts.Trace != nil {
		s.conn = &tracedConn{conn, opts.Trace, opts.Client, opts.Server}
		if s.poster != nil {
			s.poster = tracedPoster{s.poster, opts.Trace}
		}
	}
	s.conn.SetMessageHandler(s.onMessage)
	s.conn.SetRequestHandler(s.onRequest)
	return s
}

// attend is what surrounds the handling of what the server sent.
func (s *Session) attend(fn func()) (turn func()) {
	if h := s.handlers.Load(); h.Attend != nil {
		return h.Attend(fn)
	}
	fn()
	return nil
}

// A Conn may say that it mirrors requests in HTTP headers (Mcp-Method and its
// like), as a *transport.HTTP does. On such a connection, from 2026-07-28 on, a request is cancelled by
// closing its stream rather than by a message.
type headerWanter interface{ WantsHeaders() bool }

// A Conn may know the last lines that its process wrote to stderr, and what it
// wrote to stdout that was no message.
type (
	stderrKeeper interface{ Stderr() []string }
	outputKeeper interface {
		stderrKeeper
		Stray() transport.Stray
	}
)

func (s *Session) stderr() []string {
	if k, ok := s.conn.(stderrKeeper); ok {
		return k.Stderr()
	}
	return nil
}

func (s *Session) stdout() []string {
	if k, ok := s.conn.(outputKeeper); ok {
		return k.Stray().Last
	}
	return nil
}

// Close ends the session: pending calls fail with a ConnectionError that wraps
// ErrClosed, contexts given to handlers end. It returns when the connection is
// closed. Closing again does nothing.
func (s *Session) Close() error {
	if !isDone(s.conn) { // else its calls have failed of that, whenever they learn of it
		s.closing.Store(true)
	}
	s.cancel(ErrClosed)
	s.progress.clear()
	err := s.conn.Close()
	var exit *transport.ExitError
	if errors.As(err, &exit) {
		return nil // how a server goes that was told to go is its own affair
	}
	if err != nil {
		return fmt.Errorf("close server %q: %w", OneLine(s.opts.Server), err)
	}
	return nil
}

// Done is closed when the session has ended, by Close or by itself.
func (s *Session) Done() <-chan struct{} { return s.conn.Done() }

// Err says why the session ended: nil before that and after Close, else a
// *ConnectionError.
func (s *Session) Err() error {
	select {
	case <-s.conn.Done():
	default:
		return nil
	}
	if s.closing.Load() {
		return nil
	}
	return s.connectionError("", s.conn.Err())
}

// Conn returns the connection, for what only a kind of transport knows.
func (s *Session) Conn() transport.Conn {
	if traced, ok := s.conn.(*tracedConn); ok {
		return traced.Conn
	}
	return s.conn
}

// Server returns the server's name as errors give it.
func (s *Session) Server() string { return s.opts.Server }

// Attachment returns what Options.Attachment was.
func (s *Session) Attachment() any { return s.opts.Attachment }

// ProtocolVersion returns the revision in use.
func (s *Session) ProtocolVersion() string { return s.agreed.Load().version }

// Modern reports whether the revision is 2026-07-28 or later: no handshake,
// input-required rounds, subscriptions/listen.
func (s *Session) Modern() bool { return s.modern }

// InitializeResult returns the server's answer to initialize as it was sent;
// from 2026-07-28 on the same rendered from its DiscoverResult, with its _meta.
func (s *Session) InitializeResult() json.RawMessage { return s.agreed.Load().result }

// ServerCapabilities returns the server's capabilities object, raw.
func (s *Session) ServerCapabilities() json.RawMessage { return s.agreed.Load().capabilities }

// ServerInfo returns the server's Implementation object, raw; nil where the
// server didn't introduce itself.
func (s *Session) ServerInfo() json.RawMessage { return s.agreed.Load().serverInfo }

// Instructions returns the server's instructions.
func (s *Session) Instructions() string { return s.agreed.Load().instructions }

// SetHandlers replaces all handlers at once. A handler that is at work stays.
func (s *Session) SetHandlers(h Handlers) { s.handlers.Store(&h) }

// SetLogLevel asks for log messages at this level and above: of the server
// before 2026-07-28, with each request from it on, where "" asks for none.
func (s *Session) SetLogLevel(ctx context.Context, level string) error {
	if !s.modern {
		if level == "" {
			return errors.New("set log level: a level is needed before revision 2026-07-28")
		}
		if _, err := s.Request(ctx, logLevelCall(level)); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logLevel = level
	s.renderMeta()
	return nil
}

func logLevelCall(level string) Call {
	return Call{
		Method: "logging/setLevel",
		Params: json.RawMessage(`{"level":` + string(quote(level)) + `}`),
		Label:  "set log level",
	}
}

// SetCapabilities replaces the ClientCapabilities object. It works from
// revision 2026-07-28 on, where each request declares them.
func (s *Session) SetCapabilities(capabilities json.RawMessage) error {
	if !s.modern {
		return fmt.Errorf("server %q speaks %s, in which capabilities are fixed when connecting; "+
			"give the handlers or capabilities as options of connect, or connect anew",
			OneLine(s.opts.Server), s.ProtocolVersion())
	}
	if len(capabilities) == 0 {
		capabilities = json.RawMessage("{}")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.capabilities = capabilities
	s.renderMeta()
	return nil
}

// renderMeta prepares what every request's _meta holds. s.mu is held, or the
// session is not yet shared.
func (s *Session) renderMeta() {
	meta := requestMeta(s.agreed.Load().version, s.opts.ClientInfo, s.capabilities, s.logLevel)
	s.meta.Store(&meta)
}

// Notify sends a notification. Over HTTP the server's refusal is an error.
func (s *Session) Notify(ctx context.Context, method string, params json.RawMessage) error {
	if s.opts.Permit != nil {
		if err := s.opts.Permit(method, params); err != nil {
			return err
		}
	}
	if isNull(params) {
		params = nil
	} else if open := skipSpace(params, 0); open == len(params) || params[open] != '{' || !json.Valid(params) {
		return fmt.Errorf("notify %s: %w", OneLine(method), errParams)
	}
	if err := s.conn.SendNotification(ctx, transport.Notification{Method: method, Params: params}); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return s.connectionError("notify "+method, err)
	}
	return nil
}
