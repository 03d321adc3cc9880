// Package transport carries MCP messages to a server and back: over a child
// process's pipes, a socket, streamable HTTP or HTTP+SSE. Each transport is a
// Conn. What messages carry stays raw JSON: nothing is decoded on the way.
package transport

import (
	"context"
	"encoding/json"
	"net/http"
)

// A Conn is one connection to one server. Its methods may be called from any
// goroutine; its handlers are set before Start and are called on the
// connection's reader, so they must not block.
type Conn interface {
	// Start opens the connection. ctx bounds the start alone.
	Start(ctx context.Context) error

	// SendRequest sends a request and waits for its answer. ctx bounds that
	// request alone: when it ends, the request is forgotten (over HTTP its stream
	// is closed) and a late reply is dropped.
	SendRequest(ctx context.Context, r Request) (Response, error)

	// SendNotification sends a notification, and returns when it is on its way.
	SendNotification(ctx context.Context, n Notification) error

	// SetMessageHandler sets the receiver of notifications.
	SetMessageHandler(func(Notification))

	// SetRequestHandler sets what answers the server's requests.
	SetRequestHandler(RequestHandler)

	// SetProtocolVersion tells the negotiated revision, which HTTP repeats in
	// a header and which decides whether it opens the legacy GET stream.
	SetProtocolVersion(version string)

	// SessionID is the id of the session that the server gave (streamable HTTP
	// up to 2025-11-25), "" where none.
	SessionID() string

	// Close ends the connection; closing again does nothing.
	Close() error

	// Done is closed when the connection has ended, by Close or by itself.
	Done() <-chan struct{}

	// Err says why the connection ended: nil before that and after Close; an
	// *ExitError where a child process died.
	Err() error
}

// A Poster is a Conn that can send requests without anybody waiting for them.
type Poster interface {
	// Post sends a request; done is called once with its answer, or with why
	// there is none, from any goroutine, the connection's reader for one: it must
	// not block. It may be called before Post returns. Post never blocks: where it
	// would have to, it returns false, and neither sends nor calls done.
	Post(r Request, done func(Response, error)) bool

	// Flush puts on their way what Post has sent. Until then it may stay behind
	// for a moment, so that requests made at one time travel together.
	Flush()

	// Withdraw forgets a request of Post's. It returns false where done has been
	// called, or is about to be.
	Withdraw(id int64) bool
}

// An Attended is a Conn whose reader can do the work of who waits for what it
// reads.
type Attended interface {
	// SetAttend sets what surrounds each delivery. It calls fn, and may return
	// what the reader is to call next; while that lasts for long, another goroutine
	// reads.
	SetAttend(attend func(fn func()) (turn func()))
}

// A Request is one request to the server.
type Request struct {
	// ID is positive and unlike that of every other request in flight.
	ID     int64
	Method string
	// Params is the raw params object, nil where there are none.
	Params json.RawMessage
	// Header is sent with it over HTTP.
	Header http.Header
}

// A Response answers a request: Result, or Error where that isn't nil.
type Response struct {
	// Result is as the other side sent it, and the receiver's to keep.
	Result json.RawMessage
	Error  *Error
	// Complete tells that the result's resultType is "complete". A transport need
	// not look for it.
	Complete bool
}

// An Error is the error object of a JSON-RPC answer.
type Error struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// Codes of errors (https://www.jsonrpc.org/specification#error_object).
const (
	CodeMethodNotFound = -32601
	CodeInternal       = -32603
)

// A ServerRequest is one request of the server's.
type ServerRequest struct {
	// ID is exactly what the server sent.
	ID     json.RawMessage
	Method string
	Params json.RawMessage
}

// A RequestHandler answers a request of the server's; nil means that the server
// wants no answer any more. It is called on a goroutine of its own, with a
// context that ends with the connection.
type RequestHandler func(ctx context.Context, r ServerRequest) *Response

// A Notification is a notification, from or to the server.
type Notification struct {
	Method string
	// Params is the raw params object, nil where there are none. Of one received
	// it is the receiver's to keep.
	Params json.RawMessage
}
