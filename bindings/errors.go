package bindings

import (
	"encoding/json"
	"errors"

	"mcpjs/bindings/oauth"
	"mcpjs/bindings/session"
	"mcpjs/bindings/transport"
	"mcpjs/engine"
)

// errorClasses are the module's error classes and what they extend.
var errorClasses = map[string]string{
	"McpError":        "",
	"ToolError":       "McpError",
	"ConnectionError": "McpError",
	"TimeoutError":    "McpError",
	"AuthError":       "ConnectionError",
}

// jsError gives an error of the session's the class and the properties that
// scripts know it by. Errors it doesn't know are returned as they are.
func jsError(err error) error {
	if err == nil {
		return nil
	}
	var (
		rpc      *session.RPCError
		conn     *session.ConnectionError
		timeout  *session.TimeoutError
		cancel   *session.Cancelled
		protocol *session.ProtocolError
		input    *session.InputError
	)
	var denied *engine.Error
	if errors.As(err, &denied) && denied.Class == "PermissionDenied" {
		return denied
	}
	e := &engine.Error{}
	add := func(name string, v any) { e.Fields = append(e.Fields, engine.Field{Name: name, Value: v}) }
	text := func(name, v string) {
		if v != "" {
			add(name, v)
		}
	}
	switch {
	case errors.As(err, &input):
		e.Class, e.Message = "McpError", input.Error()
		text("server", input.Server)
		add("input", input.Key)
		if input.Err != nil && !errors.Is(input.Err, session.ErrMethodNotFound) {
			e.Cause = input.Err
		}
	case errors.As(err, &rpc):
		e.Class, e.Message = "McpError", rpc.Error()
		add("code", rpc.Code)
		if rpc.Data != nil {
			add("data", rpc.Data)
		}
		text("server", rpc.Server)
	case errors.As(err, &conn):
		e.Class, e.Message = "ConnectionError", conn.Error()
		if conn.Status == 401 || conn.Status == 403 {
			e.Class = "AuthError"
		}
		var auth *oauth.Error
		if errors.As(conn.Err, &auth) {
			e.Class = "AuthError"
			conn = withAuth(conn, auth)
			text("oauthError", auth.Code)
		}
		if conn.Exit != nil && conn.Exit.Signal != "" {
			add("code", "SERVER_EXITED")
			add("signal", conn.Exit.Signal)
		} else if conn.Exit != nil {
			add("code", "SERVER_EXITED")
			add("exitCode", conn.Exit.Code)
		} else {
			add("code", "CONNECTION")
		}
		if conn.Status != 0 {
			add("status", conn.Status)
		}
		text("server", conn.Server)
		text("hint", conn.Hint)
		addLines(e, "stderr", conn.Stderr)
		addLines(e, "stdout", conn.Stdout)
	case errors.As(err, &timeout):
		e.Class, e.Message = "TimeoutError", timeout.Error()
		add("code", "TIMEOUT")
		text("server", timeout.Server)
		addLines(e, "stderr", timeout.Stderr)
		addLines(e, "stdout", timeout.Stdout)
	case errors.As(err, &cancel):
		e.Class, e.Message = "AbortError", cancel.Error()
		add("code", "ABORT_ERR")
		text("server", cancel.Server)
	case errors.As(err, &protocol):
		e.Class, e.Message = "McpError", protocol.Error()
		add("code", "PROTOCOL")
		text("server", protocol.Server)
	default:
		var message *transport.MessageError
		if errors.As(err, &message) {
			e.Class, e.Message = "McpError", message.Error()
			add("code", "PROTOCOL")
			return e
		}
		return err
	}
	return e
}

// withAuth adds to a connection's error what is known of why authorization
// failed.
func withAuth(conn *session.ConnectionError, auth *oauth.Error) *session.ConnectionError {
	c := *conn
	if c.Status == 0 {
		c.Status = auth.Status
	}
	if auth.Hint != "" {
		c.Hint = auth.Hint
	}
	return &c
}

func addLines(e *engine.Error, name string, lines []string) {
	if len(lines) > 0 {
		e.Fields = append(e.Fields, engine.Field{Name: name, Value: lines})
	}
}

// toolError is what callTool throws for a result that says isError.
func toolError(server, tool string, r *toolResult) *engine.Error {
	message := r.summary()
	if message == "" {
		message = "the tool reported an error without saying which"
	}
	return &engine.Error{
		Class:   "ToolError",
		Message: `call tool "` + session.OneLine(tool) + `" on server "` + session.OneLine(server) + `": ` + engine.Printable(message+r.hint),
		Fields: []engine.Field{
			{Name: "tool", Value: tool},
			{Name: "server", Value: server},
			{Name: "result", Value: r.obj, Hidden: true},
		},
	}
}

// rpcError is what a handler's failure answers the server with.
func rpcError(code int, message string, data json.RawMessage) *session.RPCError {
	return &session.RPCError{Code: code, Message: message, Data: data}
}
