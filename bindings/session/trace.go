package session

import (
	"context"
	"encoding/json"
	"strconv"
	"sync/atomic"
	"time"

	"mcpjs/bindings/transport"
)

// A Tracer tells of what goes over the wire while somebody listens. Its zero
// value is ready; any goroutine.
type Tracer struct {
	listener atomic.Pointer[func(TraceEvent)]
}

// Listen hands every event to f, from whatever goroutine sends or reads the
// message: f must not wait. nil ends it.
func (t *Tracer) Listen(f func(TraceEvent)) {
	if f == nil {
		t.listener.Store(nil)
		return
	}
	t.listener.Store(&f)
}

// A TraceEvent is one message between a client and a server, as it is sent or
// received, or the failure of one.
type TraceEvent struct {
	Time time.Time
	// Client is Options.Client.
	Client string
	// Server is Options.Server, or the member's name behind a session of several.
	Server string
	// Sent tells that it went to the server.
	Sent bool
	// Method is that of the request or notification; of an answer, that of the
	// request it answers.
	Method string
	// ID is the request's id as JSON, "" for a notification.
	ID string
	// Answer tells that it answers a request, which took Took.
	Answer bool
	Took   time.Duration
	// Body is what the message carries: the params, the result or, where Failed,
	// the error object. It may be empty.
	Body   json.RawMessage
	Failed bool
	// Err is why a message could not be sent, or no answer came.
	Err error
}

// tracedConn tells of every message that goes over a connection.
type tracedConn struct {
	transport.Conn
	tracer         *Tracer
	client, server string
}

func (c *tracedConn) on() bool { return c.tracer.listener.Load() != nil }

func (c *tracedConn) tell(e TraceEvent) {
	if f := c.tracer.listener.Load(); f != nil {
		(*f)(e)
	}
}

func (c *tracedConn) Stderr() []string {
	if k, ok := c.Conn.(stderrKeeper); ok {
		return k.Stderr()
	}
	return nil
}

func (c *tracedConn) Stray() transport.Stray {
	if k, ok := c.Conn.(outputKeeper); ok {
		return k.Stray()
	}
	return transport.Stray{}
}

func (c *tracedConn) event(sent bool, method string, id, body json.RawMessage) TraceEvent {
	return TraceEvent{Time: time.Now(), Client: c.client, Server: c.server, Sent: sent, Method: method, ID: compact(id), Body: body}
}

// answered makes the event of the answer to a request.
func (e TraceEvent) answered(resp *transport.Response, err error) TraceEvent {
	now := time.Now()
	e.Sent, e.Answer, e.Took, e.Time, e.Body, e.Err = !e.Sent, true, now.Sub(e.Time), now, nil, err
	switch {
	case err != nil || resp == nil:
	case resp.Error != nil:
		e.Failed = true
		e.Body, _ = json.Marshal(resp.Error)
	default:
		e.Body = resp.Result
	}
	return e
}

func (c *tracedConn) SendRequest(ctx context.Context, req transport.Request) (transport.Response, error) {
	if !c.on() {
		return c.Conn.SendRequest(ctx, req)
	}
	e := c.event(true, req.Method, strconv.AppendInt(nil, req.ID, 10), req.Params)
	c.tell(e)
	resp, err := c.Conn.SendRequest(ctx, req)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	c.tell(e.answered(&resp, err))
	return resp, err
}

// tracedPoster leaves requests that are to be told of to SendRequest.
type tracedPoster struct {
	transport.Poster
	tracer *Tracer
}

func (p tracedPoster) Post(r transport.Request, done func(transport.Response, error)) bool {
	return p.tracer.listener.Load() == nil && p.Poster.Post(r, done)
}

func (c *tracedConn) SendNotification(ctx context.Context, n transport.Notification) error {
	if !c.on() {
		return c.Conn.SendNotification(ctx, n)
	}
	e := c.event(true, n.Method, nil, n.Params)
	c.tell(e)
	err := c.Conn.SendNotification(ctx, n)
	if err != nil {
		e.Err = err
		c.tell(e)
	}
	return err
}

func (c *tracedConn) SetMessageHandler(f func(transport.Notification)) {
	c.Conn.SetMessageHandler(func(n transport.Notification) {
		if c.on() {
			c.tell(c.event(false, n.Method, nil, n.Params))
		}
		f(n)
	})
}

func (c *tracedConn) SetRequestHandler(f transport.RequestHandler) {
	c.Conn.SetRequestHandler(func(ctx context.Context, req ServerRequest) *transport.Response {
		if !c.on() {
			return f(ctx, req)
		}
		e := c.event(false, req.Method, req.ID, req.Params)
		c.tell(e)
		resp := f(ctx, req)
		if resp != nil {
			c.tell(e.answered(resp, nil))
		}
		return resp
	})
}
