package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"mcpjs/bindings/transport"
)

// cancelLimit bounds how long telling the server of a cancellation may take.
const cancelLimit = 5 * time.Second

// NewID returns an id for a Call, unique in this session.
func (s *Session) NewID() string { return strconv.FormatInt(s.ids.Add(1), 10) }

// Request sends one request and waits for its result, which is returned as the
// server sent it. A result that asks for input is answered by Handlers.Request
// and the request sent again, up to the complete result (basic/patterns/mrtr).
//
// Errors: an *RPCError the server answered with; a *TimeoutError; a *Cancelled
// after Cancel; a *ConnectionError where the connection or the server's HTTP
// answer failed; an *InputError; a *ProtocolError; where ctx ends, its cause.
func (s *Session) Request(ctx context.Context, call Call) (json.RawMessage, error) {
	p, err := s.begin(ctx, call)
	if err != nil {
		return nil, err
	}
	result, err := p.run()
	s.flush(ctx)
	s.finish(p)
	return result, err
}

// Cancel ends the pending call with this id and tells the server. It is an
// error if no such call is pending.
func (s *Session) Cancel(id, reason string) error {
	n, _ := strconv.ParseInt(id, 10, 64)
	s.mu.Lock()
	p := s.calls[n]
	s.mu.Unlock()
	if p == nil {
		return fmt.Errorf("no request %s is pending on server %q", strconv.Quote(id), OneLine(s.opts.Server))
	}
	p.cancel(&Cancelled{Server: s.opts.Server, Label: p.label(), Reason: reason})
	return nil
}

// pending is one call of ours while it lasts.
type pending struct {
	s      *Session
	call   Call
	id     int64 // the call's
	wire   int64 // the id of the request that is out, which each round renews
	token  int64 // the progress token, 0 without
	ctx    context.Context
	cancel context.CancelCauseFunc

	timeout time.Duration // 0 means none
	timer   *time.Timer   // ends the call after timeout
	most    *time.Timer   // ends the call after MaxTimeout
	// retried holds what the call was already sent again for.
	renewed, relisted bool
}

func (s *Session) begin(ctx context.Context, call Call) (*pending, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if s.opts.Permit != nil {
		if err := s.opts.Permit(call.Method, call.Params); err != nil {
			return nil, err
		}
	}
	p := &pending{s: s, call: call}
	if call.ID == "" {
		p.id = s.ids.Add(1)
	} else if n, err := strconv.ParseInt(call.ID, 10, 64); err == nil && n > 0 {
		p.id = n
	} else {
		return nil, fmt.Errorf("%s: %s is not a request id of this session", OneLine(p.label()), strconv.Quote(call.ID))
	}
	p.wire = p.id
	if !s.modern {
		s.footprint.note(call.Method, call.Params)
	}
	p.timeout = call.Timeout
	if p.timeout == 0 {
		p.timeout = s.opts.Timeout
	}

	s.mu.Lock()
	if s.calls[p.id] != nil {
		s.mu.Unlock()
		return nil, fmt.Errorf("%s: request id %d is in use", OneLine(p.label()), p.id)
	}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	s.calls[p.id] = p
	s.mu.Unlock()

	if p.timeout > 0 {
		p.timer = p.after(p.timeout)
	}
	if call.MaxTimeout > 0 {
		p.most = p.after(call.MaxTimeout)
	}
	if call.OnProgress != nil {
		p.token = p.id
		s.progress.add(p.token, &sink{p, call.OnProgress})
	}
	return p, nil
}

func (s *Session) finish(p *pending) {
	s.mu.Lock()
	delete(s.calls, p.id)
	s.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	if p.most != nil {
		p.most.Stop()
	}
	p.cancel(nil)
	if p.token != 0 {
		s.progress.leave(p.token)
	}
}

func (p *pending) label() string {
	if p.call.Label != "" {
		return p.call.Label
	}
	return p.call.Method
}

func (p *pending) after(d time.Duration) *time.Timer {
	return time.AfterFunc(d, func() {
		p.cancel(&TimeoutError{Server: p.s.opts.Server, Label: p.label(), After: d, Stderr: p.s.stderr()})
	})
}

// alive restarts the timeout where progress does that.
func (p *pending) alive() {
	// Stop says whether it hasn't fired: a timeout that has is not undone.
	if p.call.ResetTimeoutOnProgress && p.timer != nil && p.timer.Stop() {
		p.timer.Reset(p.timeout)
	}
}

// run sends the request, and again as often as the server asks for input.
func (p *pending) run() (json.RawMessage, error) {
	params := p.call.Params
	var rounds rounds
	for asked := false; ; {
		result, err := p.send(params)
		if err != nil && !asked && p.consented(err) {
			asked = true
			p.wire = p.s.ids.Add(1)
			continue
		}
		if err != nil {
			return nil, err
		}
		if !p.s.modern {
			return result, nil
		}
		switch kind := text(member(result, "resultType")); kind {
		case "task":
			if p.call.KeepTask {
				return result, nil
			}
			return p.follow(result)
		case "", "complete":
			if p.call.Method == "tools/list" && p.s.http {
				result = p.s.tools.remember(p.s, result)
			}
			return result, nil
		case "input_required":
			if params, err = p.fulfil(&rounds, result); err != nil {
				return nil, err
			}
			p.wire = p.s.ids.Add(1)
		default:
			return nil, p.violation("the result has the unknown type " + strconv.Quote(kind))
		}
	}
}

// send sends one request and waits for its answer.
func (p *pending) send(params json.RawMessage) (json.RawMessage, error) {
	s := p.s
	if len(s.renewing) > 0 && !p.renewed {
		// Sent now, it would be sent outside of any session.
		if err := s.holdRenewal(p.ctx); err != nil {
			return nil, err
		}
		<-s.renewing
	}
	generation := s.generation.Load()
	full, err := withMeta(params, *s.meta.Load(), p.token)
	if err != nil {
		return nil, fmt.Errorf("%s%w", during(p.label(), s.opts.Server), err)
	}
	req := transport.Request{JSONRPC: mcp.JSONRPC_VERSION, ID: mcp.NewRequestId(p.wire), Method: p.call.Method}
	if len(full) > 0 {
		req.Params = full
	}
	if s.modern && s.http {
		req.Header = s.headers(p.call.Method, params)
	}
	resp, err := s.conn.SendRequest(p.ctx, req)
	switch {
	case err == nil && resp.Error == nil && len(resp.Result) == 0:
		return nil, p.violation("the answer holds neither a result nor an error")
	case err == nil && resp.Error == nil:
		return resp.Result, nil
	case err == nil && p.ctx.Err() != nil:
		return nil, context.Cause(p.ctx) // which the error is probably the answer to
	case err == nil && p.headersRefused(resp.Error):
		return p.send(params)
	case err == nil:
		return nil, s.rpcError(p.label(), resp.Error)
	case p.ctx.Err() != nil:
		cause := context.Cause(p.ctx)
		p.tellCancelled(cause)
		return nil, cause
	case errors.As(err, new(*routed)):
		return nil, errors.Unwrap(err)
	case s.sessionEnded(err) && !p.renewed:
		// The server has forgotten the session and so didn't process the
		// request: it is safe to send it in a new session.
		p.renewed = true
		if err := s.renew(p.ctx, generation); err != nil {
			return nil, err
		}
		return p.send(params)
	}
	var bad *transport.MessageError
	if errors.As(err, &bad) && s.live() {
		return nil, p.violation(bad.Error())
	}
	return nil, s.lost(p.label(), err)
}

// live reports whether the connection was agreed on and has not ended.
func (s *Session) live() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.established && !s.ended
}

// lost makes the error of a call whose connection failed.
func (s *Session) lost(label string, err error) *ConnectionError {
	if !s.http && !s.closing.Load() {
		// A broken pipe is often known before the process's end is.
		limit := time.NewTimer(500 * time.Millisecond)
		defer limit.Stop()
		select {
		case <-s.conn.Done():
		case <-limit.C:
		}
	}
	return s.connectionError(label, err)
}

func (s *Session) rpcError(label string, e *mcp.JSONRPCErrorDetails) *RPCError {
	return &RPCError{
		Server:  s.opts.Server,
		Label:   label,
		Code:    e.Code,
		Message: e.Message,
		Data:    rawJSON(e.Data),
	}
}

func (p *pending) violation(reason string) *ProtocolError {
	return &ProtocolError{Server: p.s.opts.Server, Label: p.label(), Reason: reason}
}

// tellCancelled tells the server, off the caller's path, that nobody waits for
// the request any more. Over HTTP the closed stream says so from 2026-07-28 on;
// tasks outlive their request (basic/utilities/cancellation, 2025-11-25).
func (p *pending) tellCancelled(cause error) {
	s := p.s
	switch {
	case s.closing.Load(),
		s.http && s.modern,
		!s.modern && !isNull(member(p.call.Params, "task")):
		return
	}
	reason := "cancelled by the client"
	var cancelled *Cancelled
	var timeout *TimeoutError
	switch {
	case errors.As(cause, &cancelled):
		if cancelled.Reason != "" {
			reason = cancelled.Reason
		}
	case errors.As(cause, &timeout):
		reason = "timed out after " + timeout.After.String()
	case errors.Is(cause, context.DeadlineExceeded):
		reason = "timed out"
	}
	go s.sayCancelled(p.wire, reason, cancelLimit)
}

// sayCancelled sends notifications/cancelled, as well as it can within limit.
func (s *Session) sayCancelled(id int64, reason string, limit time.Duration) {
	ctx, cancel := context.WithTimeout(s.ctx, limit)
	defer cancel()
	s.Notify(ctx, "notifications/cancelled",
		json.RawMessage(`{"requestId":`+strconv.FormatInt(id, 10)+`,"reason":`+string(quote(reason))+`}`))
}

// sessionEnded reports whether the server no longer knows the HTTP session.
func (s *Session) sessionEnded(err error) bool {
	if s.modern || !s.http {
		return false
	}
	var answer *transport.HTTPError
	return errors.Is(err, transport.ErrSessionEnded) ||
		errors.As(err, &answer) && answer.Status == http.StatusNotFound && s.conn.GetSessionId() != ""
}
