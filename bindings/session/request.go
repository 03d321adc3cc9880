package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

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
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if s.poster != nil {
		type outcome struct {
			result json.RawMessage
			err    error
		}
		ended := make(chan outcome, 1)
		end := s.Start(call, func(result json.RawMessage, err error) { ended <- outcome{result, err} }, nil)
		s.Flush()
		stop := context.AfterFunc(ctx, func() { end(context.Cause(ctx)) })
		defer stop()
		o := <-ended
		return o.result, o.err
	}
	p, err := s.begin(call)
	if err != nil {
		return nil, err
	}
	p.work(ctx)
	return p.run(nil)
}

// Start sends a request as Request does, but doesn't wait: done is called once
// with what Request would return, from any goroutine, perhaps before Start
// returns, and must not block. What Start sends may stay behind until Flush.
// end ends the call with a cause, which done gets.
//
// A connection of which nobody reads the answers unasked, as HTTP, takes a
// goroutine for each call: run, where set, is to run work on one, and then what
// that returns, which calls done, surrounded as Handlers.Attend says.
func (s *Session) Start(call Call, done func(json.RawMessage, error), run func(work func() (hand func()))) (end func(cause error)) {
	p, err := s.begin(call)
	if err != nil {
		done(nil, err)
		return func(error) {}
	}
	p.done = done
	if !p.post() {
		p.work(context.Background())
		if run == nil {
			go p.finishWith(nil)
		} else {
			run(func() (hand func()) { return p.outcome(nil) })
		}
	}
	return p.end
}

// Flush puts on their way the requests of Start.
func (s *Session) Flush() {
	if s.poster != nil {
		s.poster.Flush()
	}
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
	p.end(&Cancelled{Server: s.opts.Server, Label: p.label(), Reason: reason})
	return nil
}

// pending is one call of ours while it lasts.
type pending struct {
	s     *Session
	call  Call
	id    int64 // the call's
	wire  int64 // the id of the request that is out, which each round renews
	token int64 // the progress token, 0 without
	done  func(json.RawMessage, error)

	timeout time.Duration // 0 means none
	timer   *time.Timer   // ends the call after timeout
	most    *time.Timer   // ends the call after MaxTimeout
	// retried holds what the call was already sent again for.
	renewed, relisted bool

	mu    sync.Mutex
	state callState
	ended error // why it is to end before its answer
	// These are the worker's: base ends with who waits for the call, ctx also
	// when the call is ended.
	base   context.Context
	ctx    context.Context
	cancel context.CancelCauseFunc
}

// callState says who brings a call to its end.
type callState int

const (
	callBegun   callState = iota
	callPosted            // the connection's reader, with its answer
	callWorking           // a goroutine that works on it
	callOver              // nobody: it has come to its end
)

func (s *Session) begin(call Call) (*pending, error) {
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

func (p *pending) finish() {
	s := p.s
	s.mu.Lock()
	delete(s.calls, p.id)
	s.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	if p.most != nil {
		p.most.Stop()
	}
	if p.token != 0 {
		s.progress.leave(p.token)
	}
}

// end ends the call before its answer; the server is told.
func (p *pending) end(cause error) {
	if cause == nil {
		cause = context.Canceled
	}
	p.mu.Lock()
	if p.ended != nil {
		p.mu.Unlock()
		return
	}
	p.ended = cause
	withdrawn, working := p.withdraw(), p.state == callWorking
	p.mu.Unlock()
	switch {
	case working:
		p.cancel(cause)
	case withdrawn:
		p.giveUp()
	}
}

// withdraw takes a posted call that has been ended back from the connection. It
// reports whether the caller is to give it up. p.mu is held.
func (p *pending) withdraw() bool {
	if p.state != callPosted || p.ended == nil || !p.s.poster.Withdraw(p.wire) {
		return false
	}
	p.state = callOver
	return true
}

// giveUp is the end of a call that was withdrawn.
func (p *pending) giveUp() {
	p.tellCancelled(p.ended)
	over := func() {
		p.finish()
		p.done(nil, p.ended)
	}
	if p.s.mail.idle() {
		over()
		return
	}
	go func() {
		p.s.flush(context.Background())
		over()
	}()
}

// post sends the request without a goroutine to wait for its answer. It reports
// false where that can't be.
func (p *pending) post() bool {
	s := p.s
	if s.poster == nil {
		return false
	}
	params, err := withMeta(p.call.Params, *s.meta.Load(), p.token)
	if err != nil || !s.poster.Post(transport.Request{ID: p.wire, Method: p.call.Method, Params: params}, p.answered) {
		return false
	}
	p.mu.Lock()
	if p.state == callBegun { // else the answer has come
		p.state = callPosted
	}
	withdrawn := p.withdraw() // it may have been ended meanwhile
	p.mu.Unlock()
	if withdrawn {
		p.giveUp()
	}
	return true
}

// finishWith brings the call to its end, from the answer on that has come, if any.
func (p *pending) finishWith(first *answer) {
	if turn := p.s.attend(p.outcome(first)); turn != nil {
		turn()
	}
}

// outcome runs the call and gives what hands over its end.
func (p *pending) outcome(first *answer) (hand func()) {
	makeRoom(0)
	result, err := p.run(first)
	return func() { p.done(result, err) }
}

// makeRoom lets a new goroutine's stack grow to what a call over HTTP and the
// JavaScript that waits for it take, at once and while there is nothing on it to
// be moved. It returns 0.
//
//go:noinline
func makeRoom(i int) byte {
	var room [12 << 10]byte
	return room[i]
}

// answered takes the answer to a posted request. What is more than a complete
// result, and what must wait until notifications have been handed over, goes to
// a goroutine.
func (p *pending) answered(resp transport.Response, err error) {
	s := p.s
	if err == nil && resp.Error == nil && len(resp.Result) > 0 && (!s.modern || resp.Complete) && s.mail.idle() {
		p.over()
		p.finish()
		p.done(resp.Result, nil)
		return
	}
	p.work(context.Background())
	go p.finishWith(&answer{resp, err})
}

// work makes the call that of a goroutine, which is then to call run.
func (p *pending) work(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = callWorking
	p.base = ctx
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	if p.ended != nil {
		p.cancel(p.ended)
	}
}

// over notes that the call can't be ended any more.
func (p *pending) over() {
	p.mu.Lock()
	p.state = callOver
	p.mu.Unlock()
}

// run brings the call to its end. first is the answer to its request, where
// that has been sent.
func (p *pending) run(first *answer) (json.RawMessage, error) {
	result, err := p.rounds(first)
	p.s.flush(p.base)
	p.over()
	p.finish()
	p.cancel(nil)
	return result, err
}

// An answer is what came of one request.
type answer struct {
	resp transport.Response
	err  error
}

func (p *pending) label() string {
	if p.call.Label != "" {
		return p.call.Label
	}
	return p.call.Method
}

func (p *pending) after(d time.Duration) *time.Timer {
	return time.AfterFunc(d, func() {
		p.end(&TimeoutError{Server: p.s.opts.Server, Label: p.label(), After: d, Stderr: p.s.stderr(), Stdout: p.s.stdout()})
	})
}

// alive restarts the timeout where progress does that.
func (p *pending) alive() {
	// Stop says whether it hasn't fired: a timeout that has is not undone.
	if p.call.ResetTimeoutOnProgress && p.timer != nil && p.timer.Stop() {
		p.timer.Reset(p.timeout)
	}
}

// rounds sends the request, unless first is its answer, and sends it again as
// often as the server asks for input.
func (p *pending) rounds(first *answer) (json.RawMessage, error) {
	params := p.call.Params
	var rounds rounds
	for asked := false; ; {
		result, err := p.send(params, first)
		first = nil
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

// send sends one request, unless first is its answer, and gives the result.
func (p *pending) send(params json.RawMessage, first *answer) (json.RawMessage, error) {
	s := p.s
	if len(s.renewing) > 0 && !p.renewed {
		// Sent now, it would be sent outside of any session.
		if err := s.holdRenewal(p.ctx); err != nil {
			return nil, err
		}
		<-s.renewing
	}
	generation := s.generation.Load()
	if first == nil {
		if p.ctx.Err() != nil { // the server, which has nothing of it, needn't be told
			return nil, context.Cause(p.ctx)
		}
		full, err := withMeta(params, *s.meta.Load(), p.token)
		if err != nil {
			return nil, fmt.Errorf("%s%w", during(p.label(), s.opts.Server), err)
		}
		req := transport.Request{ID: p.wire, Method: p.call.Method, Params: full}
		if s.modern && s.http {
			req.Header = s.headers(p.call.Method, params)
		}
		first = &answer{}
		first.resp, first.err = s.conn.SendRequest(p.ctx, req)
	}
	resp, err := first.resp, first.err
	switch {
	case err == nil && resp.Error == nil && len(resp.Result) == 0:
		return nil, p.violation("the answer holds neither a result nor an error")
	case err == nil && resp.Error == nil:
		return resp.Result, nil
	case err == nil && p.ctx.Err() != nil:
		return nil, context.Cause(p.ctx) // which the error is probably the answer to
	case err == nil && p.headersRefused(resp.Error):
		return p.send(params, nil)
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
		return p.send(params, nil)
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

func (s *Session) rpcError(label string, e *transport.Error) *RPCError {
	return &RPCError{
		Server:  s.opts.Server,
		Label:   label,
		Code:    e.Code,
		Message: e.Message,
		Data:    e.Data,
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
		errors.As(err, &answer) && answer.Status == http.StatusNotFound && s.conn.SessionID() != ""
}
