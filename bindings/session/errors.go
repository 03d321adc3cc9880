package session

import (
	"encoding/json"
	"errors"
	"time"

	"mcpjs/bindings/transport"
)

// ErrMethodNotFound, returned by Handlers.Request, answers the server -32601.
var ErrMethodNotFound = errors.New("method not found")

// RPCError is a JSON-RPC error that the server answered with, or that a
// handler answers the server with.
type RPCError struct {
	Server  string // who answered; "" in an answer of ours
	Label   string // the call that failed
	Code    int
	Message string
	Data    json.RawMessage // nil where the server sent none
}

// ConnectionError says that a connection could not be made or was lost.
type ConnectionError struct {
	Server string
	Label  string               // the call in flight, or "connect"
	Reason string               // one line; "" lets Err speak
	Exit   *transport.ExitError // how the server's process ended, if it did
	Status int                  // the HTTP status, if there was one
	Stderr []string             // the process's last stderr lines
	Hint   string               // what to do about it, "" if nothing is known
	Err    error
}

// TimeoutError says that the server did not answer in time.
type TimeoutError struct {
	Server string
	Label  string
	After  time.Duration
	Stderr []string
}
