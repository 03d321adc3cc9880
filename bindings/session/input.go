package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"
)

const (
	// maxRounds bounds how often one call may ask for input.
	maxRounds = 32
	// Without an ask for input, "try again" is answered after a pause that
	// doubles from the first to the longest.
	firstPause   = 100 * time.Millisecond
	longestPause = 5 * time.Second
)

// rounds counts a call's input-required results.
type rounds struct {
	input int // those that asked for input
	empty int // the last ones, that didn't
}

type inputRequest struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// fulfil answers an input-required result and returns the params to send the
// request again with (basic/patterns/mrtr). The time that it takes doesn't
// count towards the call's Timeout, as it isn't the server's.
func (p *pending) fulfil(r *rounds, result json.RawMessage) (json.RawMessage, error) {
	switch p.call.Method {
	case "tools/call", "prompts/get", "resources/read":
	default:
		return nil, p.violation("the server asked for input, which this method does not allow")
	}
	requests, state := member(result, "inputRequests"), member(result, "requestState")
	var asked map[string]inputRequest
	if !isNull(requests) {
		if err := json.Unmarshal(requests, &asked); err != nil {
			return nil, p.violation("the server asked for input in a form that cannot be read")
		}
	}
	if len(asked) == 0 && isNull(state) {
		return nil, p.violation("the server asked for input without saying for which")
	}

	stopped := p.timer != nil && p.timer.Stop()
	params := p.call.Params
	if isNull(params) {
		params = json.RawMessage("{}")
	}
	params = without(params, "inputResponses", "requestState")
	if len(asked) == 0 {
		if err := p.pause(r.empty); err != nil {
			return nil, err
		}
		r.empty++
	} else {
		if r.empty = 0; r.input == maxRounds {
			return nil, p.violation("the server asked for input more than " + strconv.Itoa(maxRounds) + " times")
		}
		r.input++
		responses, err := p.gather(asked)
		if err != nil {
			return nil, err
		}
		params = with(params, "inputResponses", responses)
	}
	if !isNull(state) {
		params = with(params, "requestState", state)
	}
	if stopped {
		p.timer.Reset(p.timeout)
	}
	return params, nil
}

// codeURLElicitation says that the user must visit pages before a request can
// be served (client/elicitation of 2025-11-25, "URL Elicitation Required
// Error").
const codeURLElicitation = -32042

// consented asks the handlers about the pages that an error names, and reports
// whether the user agreed to visit all: the server, which did not serve the
// request, may be asked again then.
func (p *pending) consented(err error) bool {
	var rpc *RPCError
	if p.s.modern || !errors.As(err, &rpc) || rpc.Code != codeURLElicitation {
		return false
	}
	var data struct {
		Elicitations []json.RawMessage `json:"elicitations"`
	}
	if json.Unmarshal(rpc.Data, &data) != nil || len(data.Elicitations) == 0 {
		return false
	}
	stopped := p.timer != nil && p.timer.Stop() // the time isn't the server's
	for _, elicitation := range data.Elicitations {
		answer, err := p.s.answer(p.ctx, ServerRequest{
			ID:     quote(text(member(elicitation, "elicitationId"))),
			Method: "elicitation/create",
			Params: elicitation,
		})
		if err != nil || text(member(answer, "action")) != "accept" {
			return false
		}
	}
	if stopped {
		p.timer.Reset(p.timeout)
	}
	return true
}

// gather asks the handlers for all inputs at once. The first that fails takes
// the others back.
func (p *pending) gather(asked map[string]inputRequest) (json.RawMessage, error) {
	ctx, cancel := context.WithCancelCause(p.ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.s.ctx, func() { cancel(context.Cause(p.s.ctx)) })()
	type answer struct {
		key    string
		result json.RawMessage
		err    error
	}
	answers := make(chan answer, len(asked)) // room for all: no sender waits
	var working sync.WaitGroup
	for key, req := range asked {
		working.Go(func() {
			result, err := p.s.answer(ctx, ServerRequest{ID: quote(key), Method: req.Method, Params: req.Params})
			if err != nil {
				err = &InputError{Server: p.s.opts.Server, Label: p.label(), Key: key, Method: req.Method, Err: err}
			}
			answers <- answer{key, result, err}
		})
	}
	responses := make(map[string]json.RawMessage, len(asked))
	for range asked {
		select {
		case a := <-answers:
			if a.err != nil && ctx.Err() == nil {
				return nil, a.err
			}
			responses[a.key] = a.result
		case <-ctx.Done():
		}
		if err := p.interrupted(ctx); err != nil {
			return nil, err
		}
	}
	working.Wait()
	raw, err := json.Marshal(responses)
	if err != nil {
		return nil, fmt.Errorf("%s%w", during(p.label(), p.s.opts.Server), err)
	}
	return raw, nil
}

// pause waits before a retry for the n-th time in a row.
func (p *pending) pause(n int) error {
	d := longestPause
	if n < 6 {
		d = min(firstPause<<n, longestPause)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-p.ctx.Done():
		return context.Cause(p.ctx)
	case <-p.s.conn.Done():
		return p.s.connectionError(p.label(), p.s.conn.Err())
	}
}

// interrupted returns why a call that is between two requests must end.
func (p *pending) interrupted(ctx context.Context) error {
	switch {
	case p.ctx.Err() != nil:
		return context.Cause(p.ctx)
	case ctx.Err() != nil:
		return p.s.connectionError(p.label(), p.s.conn.Err())
	}
	return nil
}
