package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// ErrSessionEnded is what a call fails with when the server no longer knows
// the session (HTTP 404): it must be initialized anew, over a new connection.
var ErrSessionEnded = errors.New("the server has ended the session")

// HTTP is a connection over streamable HTTP: each message is a POST, each
// answer a JSON object or a stream of events. It has no connection to lose:
// Done closes on Close alone, and a server that can't be reached fails the
// calls made meanwhile.
//
// Up to revision 2025-11-25 it also keeps the server's session id, listens on
// a GET stream once the session is initialized, and resumes broken streams.
type HTTP struct {
	link
	web
	session atomic.Pointer[string]

	mu        sync.Mutex
	started   bool
	listening bool
	work      sync.WaitGroup
}

var _ Conn = (*HTTP)(nil)

const (
	// lingerTime is how long a stream is read on after its answer came.
	lingerTime = 2 * time.Second
	// defaultRetry is the wait before a stream is resumed, where the server
	// names none; maxRetry bounds it.
	defaultRetry = time.Second
	maxRetry     = 30 * time.Second
	// maxResumes bounds the attempts to resume a call's stream that bring
	// nothing new.
	maxResumes = 5
	deleteTime = time.Second
	// listenTime bounds the wait for the first GET to be on its way.
	listenTime = time.Second
)

// NewHTTP makes a connection to an MCP endpoint. Start reports what is wrong
// with opts.
func NewHTTP(opts HTTPOptions) *HTTP {
	h := &HTTP{web: newWeb(opts)}
	h.link.init()
	return h
}

// Start checks the options. Nothing is sent.
func (h *HTTP) Start(ctx context.Context) error {
	if h.web.err != nil {
		return h.web.err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.ended(); err != nil {
		return err
	}
	h.started = true
	return nil
}

// SessionID is the session id that the server gave, "" where none.
func (h *HTTP) SessionID() string {
	if s := h.session.Load(); s != nil {
		return *s
	}
	return ""
}

// enter begins a call, which ends with work.Done; Close waits for it.
func (h *HTTP) enter() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.ended(); err != nil {
		return err
	}
	if !h.started {
		return ErrNotStarted
	}
	h.work.Add(1)
	return nil
}

func (h *HTTP) modern() bool { return mcp.IsModernProtocol(h.protocolVersion()) }

// headers are the protocol's own.
func (h *HTTP) headers(accept string) http.Header {
	base := http.Header{"Accept": {accept}}
	if v := h.protocolVersion(); v != "" {
		base["Mcp-Protocol-Version"] = []string{v}
	}
	if id := h.SessionID(); id != "" {
		base["Mcp-Session-Id"] = []string{id}
	}
	return base
}

func (h *HTTP) post(ctx context.Context, body []byte, extra http.Header) (*http.Response, error) {
	base := h.headers("application/json, text/event-stream")
	base["Content-Type"] = []string{"application/json"}
	return h.do(ctx, http.MethodPost, h.url, base, extra, body)
}

// SendRequest posts a request and waits for its answer; r.Header is sent with
// it. When ctx ends, the request's stream is closed, which on revision
// 2026-07-28 cancels it.
//
// It fails with ErrSessionEnded, an *HTTPError, a *MessageError, or what kept
// the server from being reached. A JSON-RPC error is an answer, whatever the
// HTTP status, but where authorization is asked for.
func (h *HTTP) SendRequest(ctx context.Context, r Request) (Response, error) {
	if err := h.enter(); err != nil {
		return Response{}, err
	}
	defer h.work.Done()
	if err := ctx.Err(); err != nil {
		return Response{}, err
	}
	if r.Method == string(mcp.MethodInitialize) {
		h.session.Store(nil)
	}
	// Not from a pool: HTTP may read it after the answer came.
	body := appendRequest(nil, &r)
	// The stream may outlast this call, so it has a context of its own, that
	// ctx ends as long as the call lasts.
	x := &exchange{h: h, id: r.ID, caller: ctx}
	x.ctx, x.cancel = context.WithCancel(context.WithoutCancel(ctx))
	detach := context.AfterFunc(ctx, x.cancel)
	closing := context.AfterFunc(h.link.ctx, x.cancel)
	x.detach = closing
	resp, err := x.run(body, r.Header, r.Method)
	detach()
	if !x.lingers {
		closing()
		x.cancel()
	}
	if err != nil {
		if ctx.Err() != nil {
			return Response{}, ctx.Err()
		}
		if ended := h.ended(); ended != nil {
			return Response{}, ended
		}
		return Response{}, err
	}
	return *resp, nil
}

// An exchange is one request on its way: its POST, its stream, and the streams
// that resume that one.
type exchange struct {
	h      *HTTP
	id     int64 // 0 on a stream that answers nothing
	ctx    context.Context
	cancel context.CancelFunc
	// caller ends with the call; so do the server's requests on its stream,
	// which has no other way to take them back then. nil on a GET stream.
	caller  context.Context
	detach  func() bool
	lingers bool // a goroutine reads on and ends the context
}

func (x *exchange) run(body []byte, extra http.Header, method string) (*Response, error) {
	h := x.h
	sent := h.SessionID()
	res, err := h.post(x.ctx, body, extra)
	if err != nil {
		return nil, err
	}
	switch kind := mediaType(res); {
	case res.StatusCode/100 != 2:
		defer release(res)
		m, refused := refusal(res)
		if res.StatusCode == http.StatusNotFound && sent != "" {
			if refused == nil {
				refused = &HTTPError{Status: res.StatusCode}
			}
			return nil, fmt.Errorf("%w: %w", ErrSessionEnded, refused)
		}
		if refused != nil {
			return nil, refused
		}
		return answerOf(m), nil
	case res.StatusCode == http.StatusAccepted || res.StatusCode == http.StatusNoContent:
		defer release(res)
		return nil, &MessageError{Reason: fmt.Sprintf("the server took the request (HTTP status %d) but gave no answer", res.StatusCode)}
	case kind == "text/event-stream":
		x.keepSession(res, method)
		return x.stream(res)
	default:
		defer release(res)
		x.keepSession(res, method)
		return x.object(res, kind)
	}
}

// keepSession notes the session id that comes with the answer to initialize.
func (x *exchange) keepSession(res *http.Response, method string) {
	if method != string(mcp.MethodInitialize) {
		return
	}
	if id := res.Header.Get("Mcp-Session-Id"); id != "" {
		x.h.session.Store(&id)
	}
}

// object reads an answer that is one JSON object, or an array of them.
func (x *exchange) object(res *http.Response, kind string) (*Response, error) {
	limit := x.h.opts.MaxMessage
	body, err := readBody(res, limit)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &MessageError{Reason: "the server's answer was cut off", Text: cut(body)}
	case err != nil:
		return nil, fmt.Errorf("read the server's answer: %w", err)
	case len(body) > limit:
		return nil, &MessageError{Reason: fmt.Sprintf("the server's answer is beyond the limit of %d bytes", limit)}
	case len(bytes.TrimSpace(body)) == 0:
		return nil, &MessageError{Reason: "the server's answer is empty"}
	}
	resp, err := x.receive(body)
	if err != nil && kind != "application/json" {
		if kind == "" {
			kind = "no content type"
		}
		return nil, &MessageError{Reason: "the server's answer is " + kind + ", not JSON: is this an MCP endpoint?", Text: cut(body)}
	}
	if err == nil && resp == nil {
		err = &MessageError{Reason: "the server's answer holds no answer to the request", Text: cut(body)}
	}
	return resp, err
}

func readBody(res *http.Response, limit int) ([]byte, error) {
	if n := res.ContentLength; n > 0 && n <= int64(min(limit, 4<<20)) {
		body := make([]byte, n)
		got, err := io.ReadFull(res.Body, body)
		return body[:got], err
	}
	return io.ReadAll(io.LimitReader(res.Body, int64(limit)+1))
}

// receive takes in what one object or event holds. It gives the answer that x
// waits for, if that is it.
func (x *exchange) receive(data []byte) (*Response, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, bom))
	if len(data) > 0 && data[0] == '[' {
		var elements []json.RawMessage
		if json.Unmarshal(data, &elements) == nil {
			var resp *Response
			for _, e := range elements {
				r, err := x.receive(e)
				if err != nil {
					return nil, err
				}
				if r != nil {
					resp = r
				}
			}
			return resp, nil
		}
	}
	m, _, err := parseMessage(data)
	if err != nil {
		return nil, &MessageError{Reason: "the server's answer is no valid message (" + err.Error() + ")", Text: cut(data)}
	}
	switch m.kind() {
	case kindNotification:
		x.h.notify(m.notification())
	case kindRequest:
		if !x.h.serve(x.caller, m.request(), x.h.sendResponse) {
			x.h.count(func(c *Stray) { c.Refused++ })
		}
	case kindResponse:
		if x.answers(m.id) {
			return answerOf(&m), nil
		}
		x.h.count(func(c *Stray) { c.Replies++ })
	default:
		return nil, &MessageError{Reason: "the server's answer is JSON, but no JSON-RPC message", Text: cut(data)}
	}
	return nil, nil
}

// answers says whether an answer with that id is ours. One without id can be
// no other's on this stream.
func (x *exchange) answers(id []byte) bool {
	n, ok := number(id)
	return x.id != 0 && (id == nil || ok && n == x.id)
}

func answerOf(m *message) *Response {
	resp := m.response()
	return &resp
}

// stream reads events until the answer comes, over as many streams as it
// takes.
func (x *exchange) stream(res *http.Response) (*Response, error) {
	var lastID string
	retry := defaultRetry
	for failures := 0; ; {
		events := &eventReader{r: res.Body, max: x.h.opts.MaxMessage, lastID: lastID}
		resp, err := x.read(events)
		if resp != nil {
			x.linger(res, events)
			return resp, nil
		}
		_ = res.Body.Close()
		var bad *MessageError
		if errors.As(err, &bad) || x.ctx.Err() != nil {
			return nil, err
		}
		if errors.Is(err, io.EOF) {
			err = &MessageError{Reason: "the server closed the stream before it answered"}
		} else {
			err = fmt.Errorf("the stream broke before the server answered: %w", err)
		}
		if events.lastID == "" || x.h.modern() {
			return nil, err
		}
		if failures++; events.lastID != lastID {
			failures = 0
		}
		lastID = events.lastID
		if events.retry > 0 {
			retry = min(events.retry, maxRetry)
		}
		for res = nil; res == nil; failures++ {
			if failures >= maxResumes {
				return nil, err
			}
			if !pause(x.ctx, retry) {
				return nil, x.ctx.Err()
			}
			var fatal error
			if res, fatal = x.h.get(x.ctx, lastID); fatal != nil && res == nil {
				var refused *HTTPError
				if errors.As(fatal, &refused) && refused.Status < 500 {
					return nil, fmt.Errorf("%w, and it cannot be resumed: %w", err, fatal)
				}
			}
		}
	}
}

func (x *exchange) read(events *eventReader) (*Response, error) {
	for {
		ev, err := events.next()
		if err != nil {
			return nil, err
		}
		if ev.name != "message" || len(ev.data) == 0 {
			continue
		}
		if resp, err := x.receive(ev.data); resp != nil || err != nil {
			return resp, err
		}
	}
}

// linger reads the stream on to its end, in the background and for a short
// time: its connection can be used again then, and what the server sends late
// isn't lost.
func (x *exchange) linger(res *http.Response, events *eventReader) {
	x.lingers = true
	late := &exchange{h: x.h}
	timer := time.AfterFunc(lingerTime, x.cancel)
	x.h.work.Go(func() {
		for {
			if _, err := late.read(events); err != nil {
				break
			}
		}
		_ = res.Body.Close()
		timer.Stop()
		x.detach()
		x.cancel()
	})
}

// pause waits; it reports false where ctx ended meanwhile.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// get opens a stream of the server's messages.
func (h *HTTP) get(ctx context.Context, lastID string) (*http.Response, error) {
	base := h.headers("text/event-stream")
	if lastID != "" {
		base["Last-Event-Id"] = []string{lastID}
	}
	res, err := h.do(ctx, http.MethodGet, h.url, base, nil, nil)
	if err != nil {
		return nil, err
	}
	if res.StatusCode == http.StatusOK && mediaType(res) == "text/event-stream" {
		return res, nil
	}
	defer release(res)
	_, refused := refusal(res)
	if refused == nil || res.StatusCode/100 == 2 {
		refused = &HTTPError{Status: http.StatusMethodNotAllowed, Body: "no event stream"}
	}
	return nil, refused
}

// SendNotification posts a notification and waits until the server has taken
// it. After notifications/initialized it begins to listen.
func (h *HTTP) SendNotification(ctx context.Context, n Notification) error {
	if err := h.enter(); err != nil {
		return err
	}
	defer h.work.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.link.ctx, cancel)()
	if err := h.deliver(ctx, appendNotification(nil, &n)); err != nil {
		if ended := h.ended(); ended != nil {
			return ended
		}
		return err
	}
	if n.Method == "notifications/initialized" && !h.modern() {
		h.listen()
	}
	return nil
}

// deliver posts a message that has no answer.
func (h *HTTP) deliver(ctx context.Context, body []byte) error {
	sent := h.SessionID()
	res, err := h.post(ctx, body, nil)
	if err != nil {
		return err
	}
	defer release(res)
	if res.StatusCode/100 == 2 {
		return nil
	}
	m, refused := refusal(res)
	if refused == nil {
		d := errorDetails(m.err)
		refused = &HTTPError{Status: res.StatusCode, Body: d.Message}
	}
	if res.StatusCode == http.StatusNotFound && sent != "" {
		return fmt.Errorf("%w: %w", ErrSessionEnded, refused)
	}
	return refused
}

// sendResponse posts the answer to a request of the server's.
func (h *HTTP) sendResponse(ctx context.Context, id []byte, resp *Response) {
	_ = h.deliver(ctx, appendResponse(nil, id, resp)) // there is nobody to tell but the server
}

// listen opens the GET stream in the background, once.
func (h *HTTP) listen() {
	h.mu.Lock()
	if h.listening || h.ended() != nil {
		h.mu.Unlock()
		return
	}
	h.listening = true
	// Some servers drop what they have to say while nobody listens: the calls
	// that follow don't overtake the request for the stream.
	asked := make(chan struct{})
	var once sync.Once
	tell := func() { once.Do(func() { close(asked) }) }
	first := httptrace.WithClientTrace(h.link.ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { tell() }})
	h.work.Go(func() {
		defer tell()
		ctx := first
		x := &exchange{h: h}
		lastID, wait, retry := "", time.Duration(0), defaultRetry
		for wait == 0 || pause(h.link.ctx, wait) {
			res, err := h.get(ctx, lastID)
			tell()
			ctx = h.link.ctx
			if err != nil {
				var refused *HTTPError
				if errors.As(err, &refused) && refused.Status < 500 && refused.Status != http.StatusTooManyRequests {
					break // 405: the server has no such stream
				}
				wait = min(max(retry, 2*wait), maxRetry)
				continue
			}
			opened := time.Now()
			events := &eventReader{r: res.Body, max: h.opts.MaxMessage, lastID: lastID}
			for {
				ev, err := events.next()
				if err != nil {
					break
				}
				if ev.name != "message" || len(ev.data) == 0 {
					continue
				}
				if _, err := x.receive(ev.data); err != nil {
					h.strayLine(ev.data) // one bad message doesn't end the stream
				}
			}
			_ = res.Body.Close()
			if events.retry > 0 {
				retry = min(events.retry, maxRetry)
			}
			if wait = retry; time.Since(opened) < time.Second && events.lastID == lastID {
				wait = min(max(retry, 2*wait), maxRetry)
			}
			lastID = events.lastID
		}
		h.mu.Lock()
		h.listening = false
		h.mu.Unlock()
	})
	h.mu.Unlock()
	timer := time.NewTimer(listenTime)
	defer timer.Stop()
	select {
	case <-asked:
	case <-timer.C:
	case <-h.link.ctx.Done():
	}
}

// Close ends the connection: calls in flight fail with ErrClosed, streams are
// closed, and the session, if there is one, is deleted, which may take one
// second.
func (h *HTTP) Close() error {
	h.mu.Lock()
	first := h.end(nil)
	h.mu.Unlock()
	if !first {
		<-h.done
		return nil
	}
	h.stop()
	if h.SessionID() != "" && h.web.err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), deleteTime)
		if res, err := h.do(ctx, http.MethodDelete, h.url, h.headers("application/json, text/event-stream"), nil, nil); err == nil {
			release(res) // a server may refuse: there is nothing to do about it
		}
		cancel()
	}
	h.work.Wait()
	h.closeIdle()
	h.finish()
	return nil
}
