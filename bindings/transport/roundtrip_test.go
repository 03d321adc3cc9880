//go:build unix

package transport

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// rawServer serves each connection by a function, and gives its URL.
func rawServer(t testing.TB, serve func(c net.Conn, r *bufio.Reader)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	over := make(chan struct{})
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			ended := make(chan struct{})
			open.Go(func() {
				select {
				case <-over:
				case <-ended:
				}
				c.Close()
			})
			open.Go(func() { defer close(ended); serve(c, bufio.NewReader(c)) })
		}
	})
	t.Cleanup(func() { l.Close(); close(over); open.Wait() })
	return "http://" + l.Addr().String() + "/mcp?a=b"
}

// take reads one request with its body.
func take(r *bufio.Reader) (*http.Request, []byte, error) {
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(req.Body)
	return req, body, err
}

// answers writes the same to each request on a connection.
func answers(text string) func(net.Conn, *bufio.Reader) {
	return func(c net.Conn, r *bufio.Reader) {
		for {
			if _, _, err := take(r); err != nil {
				return
			}
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		}
	}
}

// once writes an answer to the first request, and closes the connection.
func once(text string) func(net.Conn, *bufio.Reader) {
	return func(c net.Conn, r *bufio.Reader) {
		if _, _, err := take(r); err == nil {
			io.WriteString(c, text)
		}
	}
}

func newRoundTripper(t testing.TB) *roundTripper {
	rt := NewRoundTripper(HTTPOptions{}).(*roundTripper)
	t.Cleanup(rt.CloseIdleConnections)
	return rt
}

func post(t testing.TB, to, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(within(t), http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// outcome is what comes of one request, without the words of errors.
func outcome(res *http.Response, err error) string {
	if err != nil {
		return "no answer"
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	got := fmt.Sprintf("%d %q", res.StatusCode, body[:min(len(body), 40)])
	if v := res.Header.Get("X"); v != "" {
		got += fmt.Sprintf(" X:%d", len(v))
	}
	if v := res.Trailer.Get("T"); v != "" {
		got += " T:" + v
	}
	if err != nil {
		got += ", cut off"
	}
	return got
}

// TestRoundTripAnswers has servers answer in every way, and holds what comes of
// it to what net/http makes of it.
func TestRoundTripAnswers(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	for _, tt := range []struct {
		name  string
		serve func(net.Conn, *bufio.Reader)
		want  string
		conns int32 // that three requests take, 0 where that's as it comes
	}{
		{"length", answers(ok), `200 "ok"`, 1},
		{"chunked", answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\n\r\n"), `200 "ok"`, 1},
		{"trailer", answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n2\r\nok\r\n0\r\nT: t\r\n\r\n"), `200 "ok" T:t`, 1},
		{"trailer cut off", once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n2\r\nok\r\n0\r\nT: t"), `200 "ok", cut off`, 3},
		{"long chunks", answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" + strings.Repeat("x", 1<<17) + "\r\n0\r\n\r\n"), `200 "` + strings.Repeat("x", 40) + `"`, 1},
		{"bad chunk", answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n"), `200 "ok", cut off`, 3},
		{"until the end", once("HTTP/1.1 200 OK\r\n\r\nok"), `200 "ok"`, 3},
		{"connection: close", answers("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"), `200 "ok"`, 3},
		{"HTTP/1.0", once("HTTP/1.0 200 OK\r\n\r\nok"), `200 "ok"`, 3},
		{"HTTP/1.0 with a length", answers("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"), `200 "ok"`, 3},
		{"HTTP/1.0 kept alive", answers("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"), `200 "ok"`, 1},
		{"HTTP/2", answers("HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok"), `200 "ok"`, 0},
		{"interim answers", answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok), `200 "ok"`, 1},
		{"many interim answers", answers(strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 1000) + ok), `200 "ok"`, 1},
		{"endless interim answers", answers(strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", maxHead/20)), "no answer", 3},
		{"only an interim answer", once("HTTP/1.1 100 Continue\r\n\r\n"), "no answer", 3},
		{"switching protocols", once("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), `101 ""`, 3},
		{"no content", answers("HTTP/1.1 204 No Content\r\n\r\n"), `204 ""`, 1},
		{"no content, with a length", answers("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"), `204 ""`, 1},
		{"not modified", answers("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"), `304 ""`, 1},
		{"accepted, empty", answers("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"), `202 ""`, 1},
		{"gzip unasked", answers("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00"), `200 "\x1f\x8b\b\x00"`, 1},
		{"redirect", answers("HTTP/1.1 307 Temporary Redirect\r\nLocation: /else\r\nContent-Length: 2\r\n\r\nno"), `307 "no"`, 1},
		{"unauthorized", answers("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 2\r\n\r\nno"), `401 "no"`, 1},
		{"body cut off", once("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok"), `200 "ok", cut off`, 3},
		{"chunk cut off", once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok"), `200 "ok", cut off`, 3},
		{"chunks cut off", once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"), `200 "ok", cut off`, 3},
		{"head cut off", once("HTTP/1.1 200 OK\r\nContent-Le"), "no answer", 3},
		{"nothing", once(""), "no answer", 3},
		{"text", once("hello\n\n"), "no answer", 3},
		{"bad status", once("HTTP/1.1 20x OK\r\n\r\n"), "no answer", 3},
		{"bad header", once("HTTP/1.1 200 OK\r\n: x\r\n\r\n"), "no answer", 3},
		{"bad length", once("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok"), "no answer", 3},
		{"two lengths", once("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!"), "no answer", 3},
		{"unknown encoding", once("HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n\r\nok"), "no answer", 3},
		{"a long header", answers("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20) + "\r\nContent-Length: 2\r\n\r\nok"), `200 "ok" X:1048576`, 1},
		{"a flood of headers", answers("HTTP/1.1 200 OK\r\n" + strings.Repeat("X: "+strings.Repeat("x", 1000)+"\r\n", maxHead/1000)), "no answer", 3},
		{"byte by byte", func(c net.Conn, r *bufio.Reader) {
			for {
				if _, _, err := take(r); err != nil {
					return
				}
				for i := range ok {
					if _, err := io.WriteString(c, ok[i:i+1]); err != nil {
						return
					}
				}
			}
		}, `200 "ok"`, 1},
		{"before the request's body", func(c net.Conn, r *bufio.Reader) {
			if _, err := http.ReadRequest(r); err == nil {
				io.WriteString(c, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
				io.Copy(io.Discard, r)
			}
		}, `413 "no"`, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ours := newRoundTripper(t)
			for name, rt := range map[string]http.RoundTripper{"ours": ours, "net/http's": ours.base} {
				var conns atomic.Int32
				to := rawServer(t, func(c net.Conn, r *bufio.Reader) {
					conns.Add(1)
					tt.serve(c, r)
				})
				for range 3 {
					if got := outcome(rt.RoundTrip(post(t, to, "{}"))); got != tt.want {
						t.Errorf("%s: got %s, want %s", name, got, tt.want)
					}
				}
				if n := conns.Load(); rt == ours && tt.conns != 0 && n != tt.conns {
					t.Errorf("%s: %d connections, want %d", name, n, tt.conns)
				}
			}
		})
	}
}

// TestRoundTripIdleClosed lets the server close, or speak unasked, once it has
// answered: no call may suffer.
func TestRoundTripIdleClosed(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	for name, after := range map[string]string{"closed": "", "garbage": "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"} {
		t.Run(name, func(t *testing.T) {
			answered := make(chan struct{})
			to := rawServer(t, func(c net.Conn, r *bufio.Reader) {
				if _, _, err := take(r); err != nil {
					return
				}
				io.WriteString(c, ok)
				<-answered
				io.WriteString(c, after)
				if after != "" {
					take(r)
				}
			})
			rt := newRoundTripper(t)
			for range 5 {
				if got := outcome(rt.RoundTrip(post(t, to, "{}"))); got != `200 "ok"` {
					t.Fatal(got)
				}
				rt.mu.Lock()
				w := rt.idle[0]
				rt.mu.Unlock()
				answered <- struct{}{}
				w.SetDeadline(time.Now().Add(30 * time.Second))
				if err := w.raw.Read(func(fd uintptr) bool { return !silentSocket(fd) }); err != nil {
					t.Fatal(err)
				}
				w.SetDeadline(time.Time{})
			}
		})
	}
	t.Run("garbage with the answer", func(t *testing.T) {
		to := rawServer(t, answers(ok+"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"))
		rt := newRoundTripper(t)
		for range 5 {
			if got := outcome(rt.RoundTrip(post(t, to, "{}"))); got != `200 "ok"` {
				t.Fatal(got)
			}
		}
	})
}

// A failing connection writes n bytes of its second request, then fails.
type failing struct {
	*net.TCPConn
	n      int
	writes int
}

func (c *failing) Write(p []byte) (int, error) {
	if c.writes++; c.writes != 2 {
		return c.TCPConn.Write(p)
	}
	if c.n > 0 {
		c.TCPConn.Write(p[:c.n])
	}
	return c.n, syscall.EPIPE
}

// TestRoundTripAgain sends a request again only where nothing of it was sent.
func TestRoundTripAgain(t *testing.T) {
	for n, again := range map[int]bool{0: true, 1: false, 60: false} {
		to := rawServer(t, answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
		rt := newRoundTripper(t)
		dial, dials := rt.base.DialContext, 0
		rt.base.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			dials++
			c, err := dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return &failing{TCPConn: c.(*net.TCPConn), n: n}, nil
		}
		outcome(rt.RoundTrip(post(t, to, "{}")))
		res, err := rt.RoundTrip(post(t, to, "{}"))
		if again && (outcome(res, err) != `200 "ok"` || dials != 2) || !again && (!errors.Is(err, syscall.EPIPE) || dials != 1) {
			t.Errorf("%d bytes written: %v after %d dials", n, err, dials)
		}
	}
	t.Run("written and lost", func(t *testing.T) {
		var requests atomic.Int32
		to := rawServer(t, func(c net.Conn, r *bufio.Reader) {
			for {
				if _, _, err := take(r); err != nil || requests.Add(1) == 2 {
					return
				}
				io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
			}
		})
		rt := newRoundTripper(t)
		outcome(rt.RoundTrip(post(t, to, "{}")))
		if _, err := rt.RoundTrip(post(t, to, "{}")); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		if n := requests.Load(); n != 2 {
			t.Errorf("the server got %d requests, want 2", n)
		}
	})
}

// TestRoundTripEnds ends exchanges early, and idle connections: the server sees
// each connection's end.
func TestRoundTripEnds(t *testing.T) {
	const part = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nx"
	cause := errors.New("the cause")
	for _, tt := range []struct {
		name string
		text string
		do   func(t *testing.T, rt *roundTripper, req *http.Request, cancel func(), asked <-chan struct{})
	}{
		{"cancelled before the head", "", func(t *testing.T, rt *roundTripper, req *http.Request, cancel func(), asked <-chan struct{}) {
			go func() { <-asked; cancel() }()
			if _, err := rt.RoundTrip(req); err != cause {
				t.Error(err)
			}
		}},
		{"cancelled in the head", "HTTP/1.1 200 OK\r\n", func(t *testing.T, rt *roundTripper, req *http.Request, cancel func(), asked <-chan struct{}) {
			go func() { <-asked; cancel() }()
			if _, err := rt.RoundTrip(req); err != cause {
				t.Error(err)
			}
		}},
		{"cancelled in the body", part, func(t *testing.T, rt *roundTripper, req *http.Request, cancel func(), _ <-chan struct{}) {
			res, err := rt.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			go cancel()
			if _, err := io.Copy(io.Discard, res.Body); err != cause {
				t.Error(err)
			}
		}},
		{"body closed", part, func(t *testing.T, rt *roundTripper, req *http.Request, cancel func(), _ <-chan struct{}) {
			res, err := rt.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if _, err := res.Body.Read(make([]byte, 1)); err != http.ErrBodyReadAfterClose {
				t.Error(err)
			}
		}},
		{"body closed while it is read", part, func(t *testing.T, rt *roundTripper, req *http.Request, cancel func(), _ <-chan struct{}) {
			res, err := rt.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan error)
			go func() { _, err := io.Copy(io.Discard, res.Body); ended <- err }()
			res.Body.Close()
			if err := <-ended; err == nil {
				t.Error("the body ended well")
			}
		}},
		{"idle connections closed", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", func(t *testing.T, rt *roundTripper, req *http.Request, cancel func(), _ <-chan struct{}) {
			if got := outcome(rt.RoundTrip(req)); got != `200 ""` {
				t.Error(got)
			}
			rt.CloseIdleConnections()
		}},
		{"idle connections closed before this is", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", func(t *testing.T, rt *roundTripper, req *http.Request, cancel func(), _ <-chan struct{}) {
			res, err := rt.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			rt.CloseIdleConnections()
			if got := outcome(res, nil); got != `200 "x"` {
				t.Error(got)
			}
		}},
		{"idle for too long", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", func(t *testing.T, rt *roundTripper, req *http.Request, cancel func(), _ <-chan struct{}) {
			rt.base.IdleConnTimeout = time.Millisecond
			if got := outcome(rt.RoundTrip(req)); got != `200 ""` {
				t.Error(got)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked, ended := make(chan struct{}), make(chan struct{})
			to := rawServer(t, func(c net.Conn, r *bufio.Reader) {
				defer close(ended)
				take(r)
				io.WriteString(c, tt.text)
				close(asked)
				io.Copy(io.Discard, r)
			})
			req := post(t, to, "{}")
			ctx, cancel := context.WithCancelCause(req.Context())
			defer cancel(nil)
			rt := newRoundTripper(t)
			tt.do(t, rt, req.WithContext(ctx), func() { cancel(cause) }, asked)
			wait(t, "the connection's end", ended)
			rt.mu.Lock()
			defer rt.mu.Unlock()
			if len(rt.idle) > 0 {
				t.Error("a connection that has ended is kept")
			}
		})
	}
	t.Run("cancelled beforehand", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		if _, err := newRoundTripper(t).RoundTrip(post(t, "http://127.0.0.1:1/", "{}").WithContext(ctx)); err != cause {
			t.Error(err)
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		s := httptest.NewServer(nil)
		s.Close()
		if _, err := newRoundTripper(t).RoundTrip(post(t, s.URL, "{}")); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Error(err)
		}
	})
}

// TestRoundTripIdleLimit keeps no more connections than net/http would.
func TestRoundTripIdleLimit(t *testing.T) {
	var asked sync.WaitGroup
	to := rawServer(t, func(c net.Conn, r *bufio.Reader) {
		take(r)
		asked.Done()
		asked.Wait() // all are asked at a time
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		io.Copy(io.Discard, r)
	})
	rt := newRoundTripper(t)
	rt.base.MaxIdleConnsPerHost = 3
	asked.Add(8)
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if got := outcome(rt.RoundTrip(post(t, to, "{}"))); got != `200 ""` {
				t.Error(got)
			}
		})
	}
	calls.Wait()
	rt.mu.Lock()
	defer rt.mu.Unlock()
	if n := len(rt.idle); n != 3 {
		t.Errorf("%d are kept", n)
	}
}

// asRead is a request as a server reads it.
func asRead(t testing.TB, text []byte) string {
	t.Helper()
	r := bufio.NewReader(bytes.NewReader(text))
	req, body, err := take(r)
	if err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	if rest, _ := io.ReadAll(r); len(rest) > 0 {
		t.Errorf("%q follows the request", rest)
	}
	got := fmt.Sprintf("%s %s %s %s %q %d\n", req.Method, req.RequestURI, req.Proto, req.Host, body, req.ContentLength)
	for _, name := range slices.Sorted(maps.Keys(req.Header)) {
		values := slices.Clone(req.Header[name])
		slices.Sort(values) // two names may differ in case alone
		got += fmt.Sprintf("%s: %q\n", name, values)
	}
	return got
}

// sameRequest holds what is written of a short request to what net/http writes. It
// reports whether the request is short.
func sameRequest(t testing.TB, method, to, host string, header http.Header, body string) bool {
	u, err := url.Parse(to)
	if err != nil {
		return false
	}
	req := func() *http.Request {
		r := &http.Request{Method: method, URL: u, Host: host, Header: header, ContentLength: int64(len(body))}
		if body != "" {
			r.Body = io.NopCloser(strings.NewReader(body))
		}
		return r
	}
	if rt := NewRoundTripper(HTTPOptions{}).(*roundTripper); !rt.short(req()) {
		return false
	}
	ours, err := appendHTTP(nil, req())
	if err != nil {
		t.Fatal(err)
	}
	var theirs bytes.Buffer
	if err := req().Write(&theirs); err != nil {
		t.Fatalf("net/http refuses %q: %v", ours, err)
	}
	if got, want := asRead(t, ours), asRead(t, theirs.Bytes()); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	return true
}

// TestGetIsSeenFirst: a GET goes over the connection that is open already, so that
// a server which takes up new connections late sees it before the next request;
// who waits for it to be sent is told; and it is sent again where that connection
// was closed meanwhile.
func TestGetIsSeenFirst(t *testing.T) {
	sent := make(chan bool, 2)
	var seen []string
	var mu sync.Mutex
	note := func(c net.Conn, method string) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, method+" "+c.RemoteAddr().String())
	}
	to := rawServer(t, func(c net.Conn, r *bufio.Reader) {
		for n := 0; ; n++ {
			req, _, err := take(r)
			if err != nil {
				return
			}
			note(c, req.Method)
			if req.Method == http.MethodGet && n == 1 {
				<-sent
				return // without an answer
			}
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		}
	})
	rt := newRoundTripper(t)
	do := func(req *http.Request) {
		t.Helper()
		res, err := rt.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(res.Body); err != nil || string(text) != "{}" {
			t.Fatalf("got %q, %v", text, err)
		}
	}
	do(post(t, to, "{}"))
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { sent <- true }})
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	do(get)
	first, second, third := strings.Fields(seen[0]), strings.Fields(seen[1]), strings.Fields(seen[2])
	if len(seen) != 3 || first[1] != second[1] || second[1] == third[1] || second[0] != "GET" || third[0] != "GET" {
		t.Errorf("the server saw %q", seen)
	}
}

func TestRoundTripWrites(t *testing.T) {
	const to = "http://h.test:80/mcp"
	for _, tt := range []struct {
		method, to, host string
		header           http.Header
		body             string
		short            bool
	}{
		{"POST", to, "", nil, "{}", true},
		{"POST", to, "", nil, "", true},
		{"DELETE", to, "", nil, "", true},
		{"DELETE", to, "other.test", http.Header{"A": {"b", "c"}, "Mcp-Name": {" ä\t"}, "lower": {""}}, "", true},
		{"POST", "http://[::1]/a%2Fb/ü?", "", http.Header{"User-Agent": {"me", "you"}}, "{}", true},
		{"POST", to + "?q=a%20b", "", http.Header{"User-Agent": {""}, "Host": {"x"}, "Empty": nil}, "{}", true},
		{"POST", "http://h.test", "", http.Header{"User-Agent": nil}, strings.Repeat("x", shortRequest), true},
		{"POST", to, "", nil, strings.Repeat("x", shortRequest+1), false},
		{"GET", to, "", http.Header{"Accept": {"text/event-stream"}}, "", true},
		{"HEAD", to, "", nil, "", false},
		{"POST\r\n", to, "", nil, "", false},
		{"POST", "https://h.test/", "", nil, "", false},
		{"POST", "http:opaque", "", nil, "", false},
		{"POST", "http:///x", "", nil, "", false},
		{"POST", "http://h\u00e4.test/", "", nil, "", false},
		{"POST", "http://[fe80::1%25eth0]/", "", nil, "", false},
		{"POST", to + "?a b", "", nil, "", false},
		{"POST", to, "x\r\nA: b", nil, "", false},
		{"POST", to, "", http.Header{"A": {"b\r\nC: d"}}, "", false},
		{"POST", to, "", http.Header{"A": {"b\x00"}}, "", false},
		{"POST", to, "", http.Header{"A\r\nB": {"c"}}, "", false},
		{"POST", to, "", http.Header{"A:": {"c"}}, "", false},
		{"POST", to, "", http.Header{"A ": {"c"}}, "", false},
		{"POST", to, "", http.Header{"": {"c"}}, "", false},
		{"POST", to, "", http.Header{"content-length": {"9"}}, "", false},
		{"POST", to, "", http.Header{"Transfer-Encoding": {"chunked"}}, "", false},
		{"POST", to, "", http.Header{"Connection": {"close"}}, "", false},
		{"POST", to, "", http.Header{"Expect": {"100-continue"}}, "", false},
	} {
		if short := sameRequest(t, tt.method, tt.to, tt.host, tt.header, tt.body); short != tt.short {
			t.Errorf("%.80v: short is %v", tt, short)
		}
	}
	proxy := NewRoundTripper(HTTPOptions{Proxy: &url.URL{Scheme: "http", Host: "p.test"}}).(*roundTripper)
	if proxy.short(post(t, to, "{}")) {
		t.Error("the proxy is passed by")
	}
	if streamed := post(t, to, "{}"); !proxy.short(streamed) {
		streamed.ContentLength = -1
		if newRoundTripper(t).short(streamed) {
			t.Error("a body of unknown length is short")
		}
	}
}

// FuzzRoundTripWrites looks for what would be written otherwise than net/http
// does, or not as one request.
func FuzzRoundTripWrites(f *testing.F) {
	f.Add("POST", "http://h.test/mcp?a", "h", "A", "b", "{}")
	f.Add("DELETE", "http://h.test", "", "User-Agent", "", "")
	f.Add("GET", "http://h.test/sse", "", "Last-Event-ID", "1", "")
	f.Add("POST", "http://h.test/\r\n", "x\r\ny", "A\r\nB: c", "b\r\nc: d", "GET / HTTP/1.1\r\n\r\n")
	f.Fuzz(func(t *testing.T, method, to, host, name, value, body string) {
		sameRequest(t, method, to, host, http.Header{name: {value}, "Mcp-Method": {"x"}}, body)
	})
}

// processorTime is what this process has used.
func processorTime() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

// BenchmarkRoundTrip is one exchange with a small server in the same process.
func BenchmarkRoundTrip(b *testing.B) {
	to := rawServer(b, answers("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"+strings.Repeat("x", 100)))
	ours := newRoundTripper(b)
	for _, tt := range []struct {
		name string
		rt   http.RoundTripper
	}{{"ours", ours}, {"net-http", ours.base}} {
		b.Run(tt.name, func(b *testing.B) {
			ctx, cancel := context.WithCancel(b.Context())
			defer cancel()
			b.ReportAllocs()
			begin := processorTime()
			for b.Loop() {
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(`{"jsonrpc":"2.0"}`))
				if err != nil {
					b.Fatal(err)
				}
				res, err := tt.rt.RoundTrip(req)
				if err != nil {
					b.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, res.Body); n != 100 || err != nil {
					b.Fatal(n, err)
				}
				res.Body.Close()
			}
			b.ReportMetric(float64(processorTime()-begin)/float64(b.N), "cpu-ns/op")
		})
	}
}
