package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

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
func (s *Session) onRequest(ctx context.Context, req ServerRequest) *transport.Response {
	if req.Method == "ping" {
		return &transport.Response{Result: json.RawMessage("{}")}
	}
	id := compact(req.ID)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })()
	if !s.serving.begin(id, cancel) {
		return nil
	}
	defer s.serving.end(id)

	result, err := s.answer(ctx, req)
	if errors.Is(context.Cause(ctx), errCancelledByServer) {
		return nil // the server doesn't want it any more
	}
	if err == nil {
		return &transport.Response{Result: result}
	}
	return rpcAnswer(req.Method, err)
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

func rpcAnswer(method string, err error) *transport.Response {
	details := &transport.Error{Code: transport.CodeInternal, Message: err.Error()}
	var rpc *RPCError
	switch {
	case errors.As(err, &rpc):
		details.Code, details.Message, details.Data = rpc.Code, rpc.Message, rpc.Data
	case errors.Is(err, ErrMethodNotFound):
		details.Code, details.Message = transport.CodeMethodNotFound, "method not found: "+method
	}
	return &transport.Response{Error: details}
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

func compact(raw json.RawMessage) string {
	return string(bytes.TrimSpace(raw))
}
