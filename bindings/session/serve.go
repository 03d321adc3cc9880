package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"

	"mcpjs/bindings/transport"
)

// errCancelledByServer ends the context of a request that the server took back.
var errCancelledByServer = errors.New("the server cancelled the request")

// serving knows the server's requests that are being answered.
type serving struct {
	mu     sync.Mutex
	cancel map[string]context.CancelCauseFunc // by the id's JSON
	// early holds ids cancelled before their request got here: a transport
	// hands over requests and notifications on different goroutines.
	early []string
}

// onRequest answers one request of the server's. The transport calls it on a
// goroutine of the request's own; nil means that no answer is wanted.
func (s *Session) onRequest(ctx context.Context, req transport.Request) (*transport.Response, error) {
	if req.Method == "ping" {
		return mcpResult(req.ID, json.RawMessage("{}")), nil
	}
	id := idJSON(req.ID)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })()
	if !s.serving.begin(id, cancel) {
		return nil, nil
	}
	defer s.serving.end(id)

	result, err := s.answer(ctx, ServerRequest{
		ID:     json.RawMessage(id),
		Method: req.Method,
		Params: rawJSON(req.Params),
	})
	if errors.Is(context.Cause(ctx), errCancelledByServer) {
		return nil, nil // the server doesn't want it any more
	}
	if err == nil {
		return mcpResult(req.ID, result), nil
	}
	return rpcAnswer(req.ID, req.Method, err), nil
}

// answer asks the handlers for a result and never panics.
func (s *Session) answer(ctx context.Context, req ServerRequest) (result json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			result, err = nil, fmt.Errorf("the handler of %s panicked: %v", req.Method, p)
		}
	}()
	h := s.handlers.Load()
	if h.Request == nil {
		return nil, ErrMethodNotFound
	}
	result, err = h.Request(ctx, req)
	if err != nil {
		return nil, err
	}
	if len(result) == 0 {
		return json.RawMessage("{}"), nil
	}
	if !json.Valid(result) {
		return nil, fmt.Errorf("the handler of %s did not return JSON", req.Method)
	}
	return result, nil
}

func mcpResult(id mcp.RequestId, result json.RawMessage) *transport.Response {
	return &transport.Response{JSONRPC: mcp.JSONRPC_VERSION, ID: id, Result: result}
}

func rpcAnswer(id mcp.RequestId, method string, err error) *transport.Response {
	details := &mcp.JSONRPCErrorDetails{Code: mcp.INTERNAL_ERROR, Message: err.Error()}
	var rpc *RPCError
	switch {
	case errors.As(err, &rpc):
		details.Code, details.Message = rpc.Code, rpc.Message
		if len(rpc.Data) > 0 {
			details.Data = rpc.Data
		}
	case errors.Is(err, ErrMethodNotFound):
		details.Code, details.Message = mcp.METHOD_NOT_FOUND, "method not found: "+method
	}
	return &transport.Response{JSONRPC: mcp.JSONRPC_VERSION, ID: id, Error: details}
}

// serverCancelled acts on the server's notifications/cancelled: it takes back
// a request, or ends a subscription.
func (s *Session) serverCancelled(params json.RawMessage) {
	raw := member(params, "requestId")
	if isNull(raw) {
		return
	}
	if s.subs.cancelled(raw, text(member(params, "reason"))) {
		return
	}
	s.serving.cancelled(compact(raw))
}

func (v *serving) begin(id string, cancel context.CancelCauseFunc) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if i := slices.Index(v.early, id); i >= 0 {
		v.early = slices.Delete(v.early, i, i+1)
		return false
	}
	if v.cancel == nil {
		v.cancel = make(map[string]context.CancelCauseFunc)
	}
	v.cancel[id] = cancel
	return true
}

func (v *serving) end(id string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.cancel, id)
}

func (v *serving) cancelled(id string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if cancel := v.cancel[id]; cancel != nil {
		cancel(errCancelledByServer)
		return
	}
	if len(v.early) == 16 {
		v.early = v.early[1:]
	}
	v.early = append(v.early, id)
}

// idJSON renders an id as JSON, exactly as it was sent.
func idJSON(id mcp.RequestId) string { return compact(rawJSON(id.Value())) }

func compact(raw json.RawMessage) string {
	return string(bytes.TrimSpace(raw))
}

// rawJSON returns v's JSON, which transports hand over as it is.
func rawJSON(v any) json.RawMessage {
	switch v := v.(type) {
	case nil:
		return nil
	case json.RawMessage:
		return v
	}
	raw, _ := json.Marshal(v) // nil where it cannot be: there was no JSON then
	return raw
}
