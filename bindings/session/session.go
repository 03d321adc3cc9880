// Package session is one MCP session in plain Go: it negotiates a revision,
// sends raw requests, routes progress, answers the server's requests and
// input-required rounds, cancels, and turns every failure into an error that
// names server and call. It knows nothing of JavaScript.
package session

import (
	"context"
	"encoding/json"
	"time"

	"mcpjs/bindings/transport"
)

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

	// LogLevel asks for log messages at this level and above; "" asks for none.
	LogLevel string

	Handlers Handlers
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
	// a time, except progress of a call that has its own OnProgress.
	Notify func(n transport.Notification)

	// Closed is called once when the session has ended: nil after Close.
	Closed func(err error)
}

// ServerRequest is one request of the server's.
type ServerRequest struct {
	// ID is the JSON-RPC id, or the key of an input request, as JSON.
	ID     json.RawMessage
	Method string
	Params json.RawMessage
}

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
	// Timeout bounds the call; 0 means the session's, negative none.
	Timeout time.Duration
	// ResetTimeoutOnProgress starts Timeout anew at each progress message;
	// MaxTimeout, where positive, bounds the whole all the same.
	ResetTimeoutOnProgress bool
	MaxTimeout             time.Duration
	// OnProgress, where set, asks for progress and receives it in order, each
	// before Request returns if the server sent it before its reply.
	OnProgress func(Progress)
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
