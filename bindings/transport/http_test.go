package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/server"
)

func startHTTP(t testing.TB, o HTTPOptions) *HTTP {
	t.Helper()
	c := NewHTTP(o)
	if err := c.Start(within(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func serve(t testing.TB, h http.Handler) *httptest.Server {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func TestHTTPWithClient(t *testing.T) {
	for _, v := range versions {
		t.Run(v, func(t *testing.T) {
			s := serve(t, server.NewStreamableHTTPServer(testServer()))
			c := NewHTTP(HTTPOptions{URL: s.URL + "/mcp"})
			initialize(t, c, v)
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			wait(t, "Done", c.Done())
			if _, err := c.SendRequest(within(t), request(1, "ping", "")); !errors.Is(err, ErrClosed) {
				t.Error("call after Close:", err)
			}
		})
	}
}

func TestHTTPUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: server.NewStreamableHTTPServer(testServer())}
	go s.Serve(l)
	defer s.Close()
	c := NewHTTP(HTTPOptions{URL: "unix:" + path})
	defer c.Close()
	initialize(t, c, "2025-11-25")
}

func TestHTTPBadURL(t *testing.T) {
	for _, u := range []string{"", "ftp://x", "http://", "::", "localhost:80"} {
		if err := NewHTTP(HTTPOptions{URL: u}).Start(within(t)); err == nil {
			t.Errorf("%q was accepted", u)
		}
	}
}

// TestHTTPAnswers tries what servers answer with.
func TestHTTPAnswers(t *testing.T) {
	const rpcErr = `{"jsonrpc":"2.0","id":null,"error":{"code":-32020,"message":"header mismatch"}}`
	for _, tt := range []struct {
		name, kind string
		status     int
		body       string
		result     string // or
		fault      string // what the error says
	}{
		{"object", "application/json; charset=utf-8", 200, `{"jsonrpc":"2.0","id":1,"result":{"a":1}}`, `{"a":1}`, ""},
		{"string id", "application/json", 200, `{"jsonrpc":"2.0","id":"1","result":{}}`, `{}`, ""},
		{"batch", "application/json", 200, `[{"jsonrpc":"2.0","method":"x"},{"jsonrpc":"2.0","id":1,"result":{}}]`, `{}`, ""},
		{"events", "text/event-stream", 200, ": hi\r\n\r\ndata: {\"jsonrpc\":\"2.0\",\r\ndata: \"id\":1,\"result\":{}}\r\n\r\n", `{}`, ""},
		{"error in 400", "application/json", 400, rpcErr, `{"code":-32020,"message":"header mismatch"}`, ""},
		{"403 page", "text/html", 403, "<!DOCTYPE html>\n<style>b{}</style><h1>no</h1>\n<p>way", "", "HTTP status 403: no way"},
		{"401", "application/json", 401, rpcErr, "", "HTTP status 401"},
		{"404 without session", "text/plain", 404, "nope", "", "HTTP status 404: nope"},
		{"500 empty", "", 500, "", "", "HTTP status 500"},
		{"redirect away", "", 307, "", "", "redirects to http://elsewhere.test/"},
		{"202", "", 202, "", "", "gave no answer"},
		{"empty", "application/json", 200, "", "", "is empty"},
		{"html", "text/html", 200, "<html>", "", "is text/html, not JSON"},
		{"truncated", "application/json", 200, `{"jsonrpc":"2.0","id":1,"res`, "", "truncated JSON"},
		{"no message", "application/json", 200, `{"ok":true}`, "", "no JSON-RPC message"},
		{"other id", "application/json", 200, `{"jsonrpc":"2.0","id":2,"result":{}}`, "", "no answer to the request"},
		{"stream ends", "text/event-stream", 200, "data: {\"jsonrpc\":\"2.0\",\"method\":\"x\"}\n\n", "", "closed the stream before it answered"},
		{"broken event", "text/event-stream", 200, "data: {\"jsonrpc\":\n\n", "", "truncated JSON"},
		{"too long", "application/json", 200, `{"jsonrpc":"2.0","id":1,"result":"` + strings.Repeat("x", 5000) + `"}`, "", "beyond the limit"},
		{"too long event", "text/event-stream", 200, `data: {"jsonrpc":"2.0","id":1,"result":"` + strings.Repeat("x", 5000) + "\"}\n\n", "", "beyond the limit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", tt.kind)
				w.Header().Set("Location", "http://elsewhere.test/")
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			}))
			c := startHTTP(t, HTTPOptions{URL: s.URL, MaxMessage: 4000})
			resp, err := c.SendRequest(within(t), request(1, "x", "{}"))
			if tt.fault != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fault) {
					t.Errorf("got %v %v, want an error with %q", resp, err, tt.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := string(resp.Result)
			if resp.Error != nil {
				raw, _ := json.Marshal(resp.Error)
				got = string(raw)
			}
			if got != tt.result {
				t.Errorf("got %s, want %s", got, tt.result)
			}
		})
	}
}

func TestHTTPUnreachable(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	c := startHTTP(t, HTTPOptions{URL: s.URL + "/mcp?key=secret"})
	_, err := c.SendRequest(within(t), request(1, "x", ""))
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
}

// A legacy script of one server: session, headers, GET stream, resumption,
// DELETE.
func TestHTTPLegacy(t *testing.T) {
	var mu sync.Mutex
	var log []string
	var streams atomic.Int64
	answered := make(chan string, 1)
	deleted := make(chan http.Header, 1)
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var m incoming2
		_ = json.Unmarshal(body, &m)
		mu.Lock()
		log = append(log, fmt.Sprintf("%s %s session=%s version=%s key=%s own=%s last=%s", r.Method, m.Method,
			r.Header.Get("Mcp-Session-Id"), r.Header.Get("Mcp-Protocol-Version"), r.Header.Get("X-Key"), r.Header.Get("X-Own"), r.Header.Get("Last-Event-Id")))
		mu.Unlock()
		events := func(format string, args ...any) {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, format, args...)
			w.(http.Flusher).Flush()
		}
		switch {
		case r.Method == "DELETE":
			deleted <- r.Header
		case r.Method == "GET" && r.Header.Get("Last-Event-Id") == "call-1":
			events("id: call-2\ndata: {\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{\"resumed\":true}}\n\n")
		case r.Method == "GET":
			if n := streams.Add(1); n == 1 {
				events("retry: 1\nid: g-1\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/one\"}\n\n")
				return
			}
			events("id: g-2\ndata: garbage\n\ndata: {\"jsonrpc\":\"2.0\",\"id\":\"s-1\",\"method\":\"roots/list\"}\n\n")
			<-r.Context().Done()
		case m.Method == "initialize":
			w.Header().Set("Mcp-Session-Id", "S")
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":{}}`, m.ID)
		case m.Method == "resumable":
			events("retry: 5\nid: call-1\ndata:\n\n") // and the stream breaks
		case m.Method == "gone":
			w.WriteHeader(404)
		case m.Method == "":
			w.WriteHeader(202)
			answered <- string(body)
		default:
			w.WriteHeader(202)
		}
	}))
	c := startHTTP(t, HTTPOptions{
		URL:        s.URL,
		Headers:    http.Header{"x-key": {"static"}, "X-Own": {"static"}},
		HeaderFunc: func(context.Context) (http.Header, error) { return http.Header{"X-Key": {"func"}}, nil },
	})
	notes := make(chan Notification, 10)
	c.SetMessageHandler(func(n Notification) { notes <- n })
	c.SetRequestHandler(func(context.Context, ServerRequest) *Response {
		return &Response{Result: json.RawMessage(`{"roots":[]}`)}
	})
	ask(t, c, 1, "initialize", "{}")
	if c.SessionID() != "S" {
		t.Error("session", c.SessionID())
	}
	c.SetProtocolVersion("2025-11-25")
	if err := c.SendNotification(within(t), Notification{Method: "notifications/initialized"}); err != nil {
		t.Fatal(err)
	}
	if n := <-notes; n.Method != "notifications/one" {
		t.Error(n)
	}
	if got := <-answered; got != `{"jsonrpc":"2.0","id":"s-1","result":{"roots":[]}}` {
		t.Errorf("the server's request was answered with %s", got)
	}
	r := request(4, "resumable", "{}")
	r.Header = http.Header{"X-Own": {"call"}}
	resp, err := c.SendRequest(within(t), r)
	if err != nil || string(resp.Result) != `{"resumed":true}` {
		t.Fatal(resp, err)
	}
	_, err = c.SendRequest(within(t), request(3, "gone", ""))
	if refused := new(HTTPError); !errors.Is(err, ErrSessionEnded) || !errors.As(err, &refused) || refused.Status != 404 {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if h := <-deleted; h.Get("Mcp-Session-Id") != "S" || h.Get("X-Key") != "func" {
		t.Error("DELETE with", h)
	}
	if stray := c.Stray(); stray.Lines != 1 || stray.Last[0] != "garbage" {
		t.Errorf("stray: %+v", stray)
	}
	mu.Lock()
	defer mu.Unlock()
	all := strings.Join(log, "\n")
	for _, want := range []string{
		"POST initialize session= version= key=func own=static last=",
		"POST notifications/initialized session=S version=2025-11-25 key=func own=static last=",
		"POST resumable session=S version=2025-11-25 key=func own=call last=",
		"GET  session=S version=2025-11-25 key=func own=static last=\n",
		"GET  session=S version=2025-11-25 key=func own=static last=g-1",
		"GET  session=S version=2025-11-25 key=func own=static last=call-1",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in\n%s", want, all)
		}
	}
}

type incoming2 struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
}

// The end of a call's context closes its stream, and so does Close.
func TestHTTPCancel(t *testing.T) {
	opened, closed := make(chan struct{}), make(chan struct{})
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		w.(http.Flusher).Flush()
		opened <- struct{}{}
		<-r.Context().Done()
		closed <- struct{}{}
	}))
	c := startHTTP(t, HTTPOptions{URL: s.URL})
	ctx, cancel := context.WithCancel(within(t))
	failed := make(chan error)
	send := func() {
		_, err := c.SendRequest(ctx, request(1, "x", ""))
		failed <- err
	}
	go send()
	<-opened
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	wait(t, "the stream's end", closed)
	ctx = context.Background()
	go send()
	<-opened
	c.Close()
	if err := <-failed; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	wait(t, "the stream's end", closed)
}

func TestHTTPRedirect(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusPermanentRedirect)
			return
		}
		body, _ := io.ReadAll(r.Body)
		var m incoming2
		_ = json.Unmarshal(body, &m)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":{"key":"%s"}}`, m.ID, r.Header.Get("X-Key"))
	}))
	c := startHTTP(t, HTTPOptions{URL: s.URL + "/old", Headers: http.Header{"X-Key": {"k"}}})
	if got := ask(t, c, 1, "x", ""); got != `{"key":"k"}` {
		t.Error(got)
	}
}

// A stream that goes on after the answer doesn't hold the call, and is read on
// so that its connection is used again.
func TestHTTPLinger(t *testing.T) {
	var conns atomic.Int64
	release := make(chan struct{}, 1)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n")
		w.(http.Flusher).Flush()
		<-release
		io.WriteString(w, "data: {\"jsonrpc\":\"2.0\",\"method\":\"late\"}\n\n")
	}))
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			conns.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	c := startHTTP(t, HTTPOptions{URL: s.URL})
	notes := make(chan struct{}, 10)
	c.SetMessageHandler(func(Notification) { notes <- struct{}{} })
	for range 5 {
		ctx, cancel := context.WithCancel(within(t))
		if _, err := c.SendRequest(ctx, request(1, "x", "")); err != nil {
			t.Fatal(err)
		}
		cancel()
		release <- struct{}{}
		wait(t, "the late notification", notes)
	}
	if n := conns.Load(); n > 2 {
		t.Errorf("%d connections for 5 calls in turn", n)
	}
}

func TestSSEWithClient(t *testing.T) {
	for _, v := range versions[:4] {
		t.Run(v, func(t *testing.T) {
			h := server.NewSSEServer(testServer())
			s := serve(t, h)
			c := NewSSE(HTTPOptions{URL: s.URL + "/sse"})
			cl := initialize(t, c, v)
			if err := cl.Close(); err != nil {
				t.Error(err)
			}
			wait(t, "Done", c.Done())
			if c.Err() != nil {
				t.Error(c.Err())
			}
		})
	}
}

func TestSSEFaults(t *testing.T) {
	for want, h := range map[string]http.HandlerFunc{
		"HTTP status 404": http.NotFound,
		"not an event stream": func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "<html>")
		},
		"another origin": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			io.WriteString(w, "event: endpoint\ndata: http://evil.test/x\n\n")
		},
		"wait for the server's endpoint": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			io.WriteString(w, ": hello\n\n")
		},
	} {
		c := NewSSE(HTTPOptions{URL: serve(t, h).URL})
		if err := c.Start(within(t)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		c.Close()
	}
	hang := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	c := NewSSE(HTTPOptions{URL: hang.URL})
	if err := c.Start(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	c.Close()
}

// A server over SSE that asks with our id, then loses its stream.
func TestSSEServerRequestAndLoss(t *testing.T) {
	posts := make(chan string, 10)
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			body, _ := io.ReadAll(r.Body)
			w.WriteHeader(202)
			posts <- string(body)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "event: endpoint\ndata: /post?s=1\n\n")
		w.(http.Flusher).Flush()
		<-posts
		io.WriteString(w, "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n\n")
		w.(http.Flusher).Flush()
		fmt.Fprintf(w, "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":%s}\n\n", <-posts)
		w.(http.Flusher).Flush()
		<-posts
	}))
	c := NewSSE(HTTPOptions{URL: s.URL})
	c.SetRequestHandler(func(context.Context, ServerRequest) *Response {
		return &Response{Result: json.RawMessage(`{"pong":1}`)}
	})
	if err := c.Start(within(t)); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := ask(t, c, 1, "x", ""); got != `{"jsonrpc":"2.0","id":1,"result":{"pong":1}}` {
		t.Error(got)
	}
	if _, err := c.SendRequest(within(t), request(2, "x", "")); err == nil || !strings.Contains(err.Error(), "closed the event stream") {
		t.Error(err)
	}
	wait(t, "Done", c.Done())
	if c.Err() == nil {
		t.Error("no cause")
	}
}

// No goroutine outlives a connection.
func TestLeaks(t *testing.T) {
	streamable := serve(t, server.NewStreamableHTTPServer(testServer()))
	legacy := serve(t, server.NewSSEServer(testServer()))
	run := func() {
		for _, c := range []Conn{
			NewHTTP(HTTPOptions{URL: streamable.URL + "/mcp"}),
			NewSSE(HTTPOptions{URL: legacy.URL + "/sse"}),
		} {
			initialize(t, c, "2025-11-25")
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				if _, sse := c.(*SSE); sse {
					return // mcp-go's server never ends such a call there
				}
				_, _ = c.SendRequest(context.Background(), request(8, "tools/call", `{"name":"hang"}`))
			}()
			ask(t, c, 9, "tools/call", `{"name":"echo"}`)
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			wait(t, "the pending call", ended)
		}
	}
	idle := runtime.NumGoroutine()
	run()
	settle := func(limit int) (n int) {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for range 300 {
			if n = runtime.NumGoroutine(); n <= limit {
				break
			}
			<-tick.C
		}
		return n
	}
	before := settle(idle + 4)
	for range 5 {
		run()
	}
	if after := settle(before + 2); after > before+2 {
		buf := make([]byte, 1<<20)
		t.Errorf("%d goroutines before, %d after\n%s", before, after, buf[:runtime.Stack(buf, true)])
	}
}
