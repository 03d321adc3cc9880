// Package transport carries MCP messages to a server and back: over a child
// process's pipes, streamable HTTP, or in process. Each transport implements
// mcp-go's transport.Interface, so that mcp-go's own client runs over it, and
// Conn, which adds what a session needs and that interface cannot say: raw
// notifications, the end of the connection and its cause.
package transport

import (
	"encoding/json"

	mcpgo "github.com/mark3labs/mcp-go/client/transport"
)

// Request, Response and RequestHandler are mcp-go's. Params are a
// json.RawMessage or nil; an error's Data, where there is any, is a
// json.RawMessage; ids of server requests keep their exact JSON text.
type (
	Request        = mcpgo.JSONRPCRequest
	Response       = mcpgo.JSONRPCResponse
	RequestHandler = mcpgo.RequestHandler
)

// Notification is a notification as the server sent it.
type Notification struct {
	Method string
	// Params is the raw params object, nil where the server sent none. It is
	// the receiver's to keep.
	Params json.RawMessage
}

// A Conn is one connection to one server. Its methods may be called from any
// goroutine; its handlers are set before Start and are called on the
// connection's reader, so they must not block.
//
// A context given to SendRequest bounds that request alone: when it ends, the
// request is forgotten (over HTTP its stream is closed) and a late reply is
// dropped. The context given to Start bounds only the start.
type Conn interface {
	mcpgo.BidirectionalInterface

	// SetMessageHandler sets the receiver of notifications in raw form. Where
	// it is set, the handler of SetNotificationHandler is not called.
	SetMessageHandler(func(Notification))

	// SetProtocolVersion tells the negotiated revision, which HTTP repeats in
	// a header and which decides whether it opens the legacy GET stream.
	SetProtocolVersion(version string)

	// Done is closed when the connection has ended, by Close or by itself.
	Done() <-chan struct{}

	// Err says why the connection ended: nil before that and after Close; an
	// *ExitError where a child process died.
	Err() error
}
