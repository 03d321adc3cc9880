package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// SSE is a connection over the HTTP+SSE transport of revision 2024-11-05: one
// stream brings all that the server sends, the first event names where to post
// to, which must be of the same origin. When the stream ends, the connection
// does.
type SSE struct {
	link
	web
	calls calls

	mu       sync.Mutex
	state    int // 0 new, 1 started, 2 closed
	endpoint *url.URL
}

var _ Conn = (*SSE)(nil)

// NewSSE makes a connection whose stream is at opts.URL.
func NewSSE(opts HTTPOptions) *SSE {
	s := &SSE{web: newWeb(opts)}
	s.link.init()
	s.calls.closed = ErrNotStarted
	return s
}

// Start opens the stream and waits for the server to name its endpoint, as
// long as ctx lasts.
func (s *SSE) Start(ctx context.Context) error {
	if s.web.err != nil {
		return s.web.err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.state {
	case 1:
		return nil
	case 2:
		return ErrClosed
	}
	streaming, cancel := context.WithCancel(s.link.ctx)
	detach := context.AfterFunc(ctx, cancel)
	res, events, err := s.open(streaming)
	if err == nil && !detach() {
		_ = res.Body.Close()
		err = ctx.Err()
	}
	if err != nil {
		cancel()
		detach()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
	s.state = 1
	s.calls.open()
	go func() {
		defer cancel()
		err := s.read(events)
		_ = res.Body.Close()
		if errors.Is(err, io.EOF) {
			err = errors.New("the server closed the event stream")
		} else {
			err = fmt.Errorf("the event stream broke: %w", err)
		}
		s.end(err)
		s.calls.fail(s.ended())
		s.closeIdle()
		s.finish()
	}()
	return nil
}

// open opens the stream and reads it up to the endpoint.
func (s *SSE) open(ctx context.Context) (*http.Response, *eventReader, error) {
	res, err := s.do(ctx, http.MethodGet, s.url, http.Header{"Accept": {"text/event-stream"}}, nil, nil)
	if err != nil {
		return nil, nil, err
	}
	fail := func(err error) (*http.Response, *eventReader, error) {
		release(res)
		return nil, nil, err
	}
	if res.StatusCode/100 != 2 {
		m, refused := refusal(res)
		if refused == nil {
			refused = &HTTPError{Status: res.StatusCode, Body: errorDetails(m.err).Message}
		}
		return fail(refused)
	}
	if kind := mediaType(res); kind != "text/event-stream" {
		return fail(&MessageError{Reason: fmt.Sprintf("%s gives %q, not an event stream: is this an MCP server?", place(s.url), kind)})
	}
	events := &eventReader{r: res.Body, max: s.opts.MaxMessage}
	for {
		ev, err := events.next()
		if err != nil {
			_ = res.Body.Close()
			return nil, nil, fmt.Errorf("wait for the server's endpoint: %w", err)
		}
		if ev.name != "endpoint" {
			continue
		}
		to, err := s.url.Parse(string(ev.data))
		if err != nil || !sameOrigin(to, s.url) {
			_ = res.Body.Close()
			return nil, nil, &MessageError{Reason: "the server's endpoint is of another origin", Text: cut(ev.data)}
		}
		s.endpoint = to
		return res, events, nil
	}
}

func (s *SSE) read(events *eventReader) error {
	for {
		ev, err := events.next()
		if err != nil {
			return err
		}
		if ev.name == "message" && len(ev.data) > 0 {
			s.receive(ev.data)
		}
	}
}

func (s *SSE) receive(data []byte) {
	m, _, err := parseMessage(data)
	if err != nil {
		if id := brokenID(&m, data); id != nil {
			if done := s.calls.take(id); done != nil {
				done(Response{}, &MessageError{Reason: "the server's answer is no valid message (" + err.Error() + ")", Text: cut(data)})
				return
			}
		}
		s.strayLine(data)
		return
	}
	switch m.kind() {
	case kindNotification:
		s.notify(m.notification())
	case kindRequest:
		if !s.serve(nil, m.request(), s.sendResponse) {
			s.count(func(c *Stray) { c.Refused++ })
		}
	case kindResponse:
		done := s.calls.take(m.id)
		if done == nil {
			s.count(func(c *Stray) { c.Replies++ })
			break
		}
		done(m.response(), nil)
	default:
		s.strayLine(data)
	}
}

// post sends one message; its answer comes on the stream.
func (s *SSE) post(ctx context.Context, body []byte, extra http.Header) error {
	base := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}}
	if v := s.protocolVersion(); v != "" {
		base["Mcp-Protocol-Version"] = []string{v}
	}
	res, err := s.do(ctx, http.MethodPost, s.endpoint, base, extra, body)
	if err != nil {
		return err
	}
	defer release(res)
	if res.StatusCode/100 == 2 {
		return nil
	}
	m, refused := refusal(res)
	if refused == nil {
		refused = &HTTPError{Status: res.StatusCode, Body: errorDetails(m.err).Message}
	}
	return refused
}

// SendRequest posts a request and waits for its answer on the stream. When the
// stream ends it returns the cause.
func (s *SSE) SendRequest(ctx context.Context, r Request) (Response, error) {
	if err := ctx.Err(); err != nil {
		return Response{}, err
	}
	answer, done := replies()
	if err := s.calls.add(r.ID, done); err != nil {
		return Response{}, err
	}
	defer s.calls.forget(r.ID)
	body := appendRequest(nil, &r)
	// The POST may be answered after the request is: it has a context of its
	// own, that ctx ends as long as the call lasts.
	posting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, cancel)()
	posted := make(chan error, 1)
	go func() {
		defer cancel()
		defer context.AfterFunc(s.link.ctx, cancel)()
		posted <- s.post(posting, body, r.Header)
	}()
	for {
		select {
		case got := <-answer:
			time.AfterFunc(lingerTime, cancel)
			return got.resp, got.err
		case err := <-posted:
			if err != nil && ctx.Err() == nil {
				if ended := s.ended(); ended != nil {
					return Response{}, ended
				}
				return Response{}, err
			}
			posted = nil
		case <-ctx.Done():
			return Response{}, ctx.Err()
		}
	}
}

// SendNotification posts a notification and waits until the server has taken
// it.
func (s *SSE) SendNotification(ctx context.Context, n Notification) error {
	if err := s.ended(); err != nil {
		return err
	}
	s.mu.Lock()
	started := s.state == 1
	s.mu.Unlock()
	if !started {
		return ErrNotStarted
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.link.ctx, cancel)()
	return s.post(ctx, appendNotification(nil, &n), nil)
}

// sendResponse posts the answer to a request of the server's.
func (s *SSE) sendResponse(ctx context.Context, id []byte, resp *Response) {
	_ = s.post(ctx, appendResponse(nil, id, resp), nil) // there is nobody to tell but the server
}

// SessionID is always "": the endpoint holds it.
func (s *SSE) SessionID() string { return "" }

// Close closes the stream; calls in flight fail with ErrClosed.
func (s *SSE) Close() error {
	s.end(nil)
	s.stop() // also ends a Start under way
	s.mu.Lock()
	state := s.state
	s.state = 2
	s.mu.Unlock()
	s.calls.fail(ErrClosed)
	if state == 0 {
		s.finish()
	}
	<-s.done
	return nil
}
