package session

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"mcpjs/bindings/transport"
)

var errWire = errors.New("the wire is cut")

// A fake is a scripted server behind an in-memory Conn.
type fake struct {
	// serve answers a request. It runs on a goroutine of its own, unless direct.
	serve  func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error)
	http   bool
	direct bool
	start  func(ctx context.Context) error
	lines  []string // stderr

	onMessage func(transport.Notification)
	onRequest transport.RequestHandler

	mu       sync.Mutex
	requests []transport.Request
	notes    chan transport.Notification // what the client sent
	version  string
	session  string
	done     chan struct{}
	err      error
	closed   bool
}

func newFake(serve func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error)) *fake {
	return &fake{serve: serve, notes: make(chan transport.Notification, 10000), done: make(chan struct{})}
}

func (f *fake) WantsHeaders() bool                               { return f.http }
func (f *fake) Stderr() []string                                 { return f.lines }
func (f *fake) SetMessageHandler(h func(transport.Notification)) { f.onMessage = h }
func (f *fake) SetRequestHandler(h transport.RequestHandler)     { f.onRequest = h }
func (f *fake) Done() <-chan struct{}                            { return f.done }
func (f *fake) SessionID() string                                { f.mu.Lock(); defer f.mu.Unlock(); return f.session }
func (f *fake) SetProtocolVersion(v string)                      { f.mu.Lock(); defer f.mu.Unlock(); f.version = v }
func (f *fake) Err() error                                       { f.mu.Lock(); defer f.mu.Unlock(); return f.err }
func (f *fake) SendNotification(_ context.Context, n transport.Notification) error {
	if isDone(f) {
		return errWire
	}
	f.notes <- n
	return nil
}

func (f *fake) Start(ctx context.Context) error {
	if f.start != nil {
		return f.start(ctx)
	}
	return nil
}

func (f *fake) SendRequest(ctx context.Context, req transport.Request) (transport.Response, error) {
	if f.direct {
		resp, err := f.serve(f, ctx, req)
		return *resp, err
	}
	if isDone(f) {
		return transport.Response{}, errWire
	}
	f.mu.Lock()
	f.requests = append(f.requests, req)
	f.mu.Unlock()
	type outcome struct {
		resp *transport.Response
		err  error
	}
	answered := make(chan outcome, 1)
	serving, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		resp, err := f.serve(f, serving, req)
		answered <- outcome{resp, err}
	}()
	select {
	case o := <-answered:
		if o.err == nil && o.resp == nil { // silence
			select {
			case <-ctx.Done():
				return transport.Response{}, ctx.Err()
			case <-f.done:
				return transport.Response{}, errWire
			}
		}
		if o.err != nil {
			return transport.Response{}, o.err
		}
		o.resp.Complete = text(member(o.resp.Result, "resultType")) == "complete"
		return *o.resp, nil
	case <-ctx.Done():
		return transport.Response{}, ctx.Err()
	case <-f.done:
		cancel()
		return transport.Response{}, errWire
	}
}

// posting is a fake to which requests are posted, with none of them on their way
// before Flush.
type posting struct {
	*fake
	mu     sync.Mutex
	queue  []func()
	posted map[int64]context.CancelFunc
}

func (p *posting) Post(req transport.Request, done func(transport.Response, error)) bool {
	if isDone(p.fake) {
		return false
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.posted == nil {
		p.posted = map[int64]context.CancelFunc{}
	}
	p.posted[req.ID] = cancel
	p.queue = append(p.queue, func() {
		resp, err := p.fake.SendRequest(ctx, req)
		if p.Withdraw(req.ID) {
			done(resp, err)
		}
	})
	return true
}

func (p *posting) Flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, send := range p.queue {
		go send()
	}
	p.queue = nil
}

func (p *posting) Withdraw(id int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	cancel, waits := p.posted[id]
	if waits {
		cancel()
		delete(p.posted, id)
	}
	return waits
}

// die ends the connection as a crash would.
func (f *fake) die(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.closed, f.err = true, err
		close(f.done)
	}
}

func (f *fake) Close() error {
	f.die(nil)
	return nil
}

// notify sends a notification to the client.
func (f *fake) notify(method, params string) {
	f.onMessage(transport.Notification{Method: method, Params: json.RawMessage(params)})
}

// ask sends a request to the client, as its raw id and params.
func (f *fake) ask(id, method, params string) *transport.Response {
	return f.onRequest(context.Background(), transport.ServerRequest{ID: json.RawMessage(id), Method: method, Params: json.RawMessage(params)})
}

func (f *fake) sent(method string) []transport.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []transport.Request
	for _, r := range f.requests {
		if r.Method == method {
			found = append(found, r)
		}
	}
	return found
}

func (f *fake) methods() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []string
	for _, r := range f.requests {
		names = append(names, r.Method)
	}
	return strings.Join(names, " ")
}

func result(req transport.Request, raw string) (*transport.Response, error) {
	return &transport.Response{Result: json.RawMessage(raw)}, nil
}

func failure(req transport.Request, code int, message, data string) (*transport.Response, error) {
	e := &transport.Error{Code: code, Message: message}
	if data != "" {
		e.Data = json.RawMessage(data)
	}
	return &transport.Response{Error: e}, nil
}

type serveFunc = func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error)

const legacyInit = `{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"logging":{}},"serverInfo":{"name":"old","version":"1"},"instructions":"be kind","odd":12345678901234567890}`

const discoverResult = `{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"instructions":"be new","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"new","version":"2"},"x":1},"ttlMs":5}`

// legacy answers the handshake of 2025-11-25 and leaves the rest to serve.
func legacy(serve serveFunc) serveFunc {
	return func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		switch req.Method {
		case "server/discover":
			return failure(req, -32601, "method not found", "")
		case "initialize":
			return result(req, legacyInit)
		}
		return serve(f, ctx, req)
	}
}

// modern answers server/discover and leaves the rest to serve.
func modern(serve serveFunc) serveFunc {
	return func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		if req.Method == "server/discover" {
			return result(req, discoverResult)
		}
		return serve(f, ctx, req)
	}
}

func dial(fakes ...*fake) Dialer {
	i := 0
	return func() (transport.Conn, error) {
		if i == len(fakes) {
			return nil, errors.New("dialled too often")
		}
		i++
		if f := fakes[i-1]; f.http || f.direct {
			return f, nil
		}
		return &posting{fake: fakes[i-1]}, nil
	}
}

// connect makes a session that ends with the test.
func connect(t testing.TB, f *fake, opts Options) *Session {
	t.Helper()
	if opts.Server == "" {
		opts.Server = "srv"
	}
	s, err := Connect(t.Context(), dial(f), opts)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { s.Close(); <-s.delivered })
	return s
}

func params(req transport.Request) string { return string(req.Params) }

func sameJSON(t testing.TB, what, got, want string) {
	t.Helper()
	if !equalJSON(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

func equalJSON(a, b string) bool {
	norm := func(s string) string {
		d := json.NewDecoder(strings.NewReader(s))
		d.UseNumber()
		var v any
		if d.Decode(&v) != nil {
			return "!" + s
		}
		out, _ := json.Marshal(v)
		return string(out)
	}
	return norm(a) == norm(b)
}

// leaks fails the test if goroutines of this package outlive it.
func leaks(t *testing.T) {
	t.Cleanup(func() {
		deadline := time.Now().Add(3 * time.Second)
		for {
			runtime.Gosched()
			stacks := stray()
			if len(stacks) == 0 {
				return
			}
			if time.Now().After(deadline) {
				t.Errorf("%d goroutines are left:\n%s", len(stacks), stacks[0])
				return
			}
		}
	})
}

// stray returns the stacks of this package's goroutines but for tests'.
func stray() []string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var found []string
	for _, g := range strings.Split(string(buf), "\n\n") {
		if strings.Contains(g, "bindings/session") && !strings.Contains(g, "testing.tRunner") &&
			!strings.Contains(g, "testing.runFuzzing") && !strings.Contains(g, "testing.(*B)") {
			found = append(found, g)
		}
	}
	return found
}

func TestLeaksNotices(t *testing.T) {
	block := make(chan struct{})
	started := make(chan struct{})
	go func() { close(started); <-block }()
	<-started
	if len(stray()) == 0 {
		t.Error("a goroutine of this package went unnoticed")
	}
	close(block)
}

func TestEqualJSONNotices(t *testing.T) {
	if equalJSON(`{"a":1}`, `{"a":2}`) || equalJSON(`12345678901234567890`, `12345678901234567891`) || !equalJSON(`{"a":1,"b":2}`, `{"b":2, "a":1}`) {
		t.Error("equalJSON is wrong")
	}
}

func isError[E error](t testing.TB, err error, text string) E {
	t.Helper()
	var e E
	if !errors.As(err, &e) {
		t.Fatalf("got %T %v, want %T", err, err, e)
	}
	if !strings.Contains(err.Error(), text) {
		t.Errorf("error %q lacks %q", err, text)
	}
	return e
}
