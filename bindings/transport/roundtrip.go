package transport

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// shortRequest is how long a body may be for a request to be written before
	// its answer is read: what goes into the buffers on the way even where the
	// server reads none of it.
	shortRequest = 16 << 10
	// maxHead bounds the head of an answer, with the interim ones before it.
	maxHead = 10 << 20
)

// A roundTripper carries the requests to one server. Short POSTs, GETs and DELETEs
// over plain http are exchanged on the caller's goroutine, each written at once
// and its answer read by package http's parser; everything else is base's: other
// methods, https, proxies, long bodies, and requests that aren't well formed, for
// which it has the words. Connections are kept as base keeps its own. Of an
// httptrace, only GotConn and WroteRequest are told of a short exchange.
//
// A GET takes the connection that was last used, as the others do: a server must
// see that a client listens before it sees what the client asks next.
type roundTripper struct {
	base  *http.Transport
	under atomic.Int32 // how many requests wait for the head of their answer

	mu    sync.Mutex
	idle  []*wire // the one that has been idle for longest first
	drop  bool    // none is to be kept: CloseIdleConnections was called, and no request made since
	sweep *time.Timer
}

// RoundTrip implements http.RoundTripper. Of errors, those of the context are
// its cause.
func (t *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	if !probing || !t.short(req) {
		return t.base.RoundTrip(req)
	}
	ctx := req.Context()
	if ctx.Err() != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, context.Cause(ctx)
	}
	buf := buffers.Get().(*[]byte)
	defer recycle(buf)
	var err error
	if *buf, err = appendHTTP((*buf)[:0], req); err != nil {
		return nil, err
	}
	port := req.URL.Port()
	if port == "" {
		port = "80"
	}
	addr := net.JoinHostPort(req.URL.Hostname(), port)
	for {
		w := t.take(addr)
		reused := w != nil
		if !reused {
			conn, err := t.base.DialContext(ctx, "tcp", addr)
			if err != nil {
				if ctx.Err() != nil {
					err = context.Cause(ctx)
				}
				return nil, err
			}
			w = newWire(t, conn, addr)
		}
		if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.GotConn != nil {
			trace.GotConn(httptrace.GotConnInfo{Conn: w.Conn, Reused: reused, WasIdle: reused})
		}
		res, err := w.exchange(req, *buf)
		if err == nil {
			return res, nil
		}
		_ = w.Close()
		w.stop()
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case reused && (errors.Is(err, errUnsent) || errors.Is(err, errUnanswered) && req.Method == http.MethodGet):
			// The server closed it meanwhile and has seen nothing of the request. That
			// it has is never ruled out otherwise: nothing but a GET is sent twice.
			continue
		}
		return nil, err
	}
}

// short tells whether a request is short, and made of nothing but what appendHTTP
// can write.
func (t *roundTripper) short(req *http.Request) bool {
	u := req.URL
	if req.Method != http.MethodPost && req.Method != http.MethodGet && req.Method != http.MethodDelete || u == nil || u.Scheme != "http" || u.Opaque != "" || u.Host == "" {
		return false
	}
	if req.ContentLength < 0 || req.ContentLength > shortRequest || (req.ContentLength == 0) != (req.Body == nil || req.Body == http.NoBody) ||
		len(req.TransferEncoding) > 0 || len(req.Trailer) > 0 || req.Close {
		return false
	}
	if !consists(u.Host, ".-_:[]") || !consists(req.Host, ".-_:[]") || strings.ContainsFunc(u.RawQuery, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return false
	}
	for name, values := range req.Header {
		switch http.CanonicalHeaderKey(name) {
		case "", "Connection", "Content-Length", "Expect", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
			return false // which bear on the connection
		}
		if !consists(name, "!#$%&'*+-.^_`|~") {
			return false
		}
		for _, v := range values {
			if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
				return false
			}
		}
	}
	if t.base.Proxy != nil {
		if p, err := t.base.Proxy(req); p != nil || err != nil {
			return false
		}
	}
	return true
}

// consists tells whether s consists of ASCII letters, digits and others.
func consists(s, others string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return true
}

// appendHTTP appends a request that is short as http.Request.Write would write
// it, and closes its body.
func appendHTTP(b []byte, req *http.Request) ([]byte, error) {
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	b = append(append(append(b, req.Method...), ' '), req.URL.RequestURI()...)
	b = append(append(b, " HTTP/1.1\r\nHost: "...), host...)
	agent := "Go-http-client/1.1"
	if given, ok := req.Header["User-Agent"]; ok {
		agent = strings.Trim(strings.Join(given[:min(1, len(given))], ""), " \t")
	}
	if agent != "" {
		b = append(append(b, "\r\nUser-Agent: "...), agent...)
	}
	if req.ContentLength > 0 || req.Method == http.MethodPost {
		b = strconv.AppendInt(append(b, "\r\nContent-Length: "...), req.ContentLength, 10)
	}
	for name, values := range req.Header {
		if name == "Host" || name == "User-Agent" {
			continue
		}
		for _, v := range values {
			b = append(append(append(append(b, "\r\n"...), name...), ": "...), strings.Trim(v, " \t")...)
		}
	}
	b = append(b, "\r\n\r\n"...)
	if req.ContentLength == 0 {
		return b, nil
	}
	defer req.Body.Close()
	head, n := len(b), int(req.ContentLength)
	b = slices.Grow(b, n)[:head+n]
	if _, err := io.ReadFull(req.Body, b[head:]); err != nil {
		return b, fmt.Errorf("read the request's body: %w", err)
	}
	return b, nil
}

// take gives an idle connection that is still good, nil where there is none. The
// time that counts is the wall's: the machine may have slept.
func (t *roundTripper) take(addr string) *wire {
	for {
		w := t.pop(addr)
		if w == nil || time.Now().Round(0).Sub(w.since) < t.base.IdleConnTimeout && w.silent() {
			return w
		}
		_ = w.Close()
	}
}

func (t *roundTripper) pop(addr string) *wire {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drop = false
	for i, w := range slices.Backward(t.idle) {
		if w.addr == addr {
			t.idle = slices.Delete(t.idle, i, i+1)
			return w
		}
	}
	return nil
}

// put keeps a connection for the next request.
func (t *roundTripper) put(w *wire) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.drop || len(t.idle) >= t.base.MaxIdleConnsPerHost {
		_ = w.Close()
		return
	}
	w.since = time.Now()
	t.idle = append(t.idle, w)
	if t.sweep == nil {
		t.sweep = time.AfterFunc(t.base.IdleConnTimeout, t.expire)
	}
}

// expire closes what has been idle for too long.
func (t *roundTripper) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep = nil
	for len(t.idle) > 0 {
		left := t.base.IdleConnTimeout - time.Since(t.idle[0].since)
		if left > 0 {
			t.sweep = time.AfterFunc(left, t.expire)
			return
		}
		_ = t.idle[0].Close()
		t.idle = slices.Delete(t.idle, 0, 1)
	}
}

// CloseIdleConnections closes what no request uses, and what is in use as soon
// as it no longer is, unless another request is made before.
func (t *roundTripper) CloseIdleConnections() {
	t.base.CloseIdleConnections()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drop = true
	for _, w := range t.idle {
		_ = w.Close()
	}
	t.idle = nil
	if t.sweep != nil {
		t.sweep.Stop()
		t.sweep = nil
	}
}

// A wire is one connection. It is either idle or one exchange's.
type wire struct {
	net.Conn
	t         *roundTripper
	addr      string
	br        *bufio.Reader
	left      int64           // how much may be read on
	raw       syscall.RawConn // nil where it cannot be looked at
	since     time.Time       // idle since then
	interrupt func()
	stop      func() bool // keeps the end of the request's context from interrupting
}

func newWire(t *roundTripper, conn net.Conn, addr string) *wire {
	w := &wire{Conn: conn, t: t, addr: addr}
	w.br = bufio.NewReader(w)
	w.interrupt = func() { _ = conn.SetDeadline(time.Unix(1, 0)) }
	if c, ok := conn.(syscall.Conn); ok {
		w.raw, _ = c.SyscallConn()
	}
	return w
}

var (
	errUnsent     = errors.New("nothing could be sent")
	errUnanswered = errors.New("the server closed the connection before it answered")
	errLongHead   = errors.New("the head of the server's answer is longer than 10 MB")
)

// Read reads on while the limit lasts.
func (w *wire) Read(p []byte) (int, error) {
	if w.left <= 0 {
		return 0, errLongHead
	}
	n, err := w.Conn.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	return n, err
}

// exchange sends a request and reads the head of its answer. Until the answer's
// body has been read or closed, the end of the request's context ends that.
// After an error the connection is no good any more.
func (w *wire) exchange(req *http.Request, out []byte) (*http.Response, error) {
	ctx := req.Context()
	w.stop = context.AfterFunc(ctx, w.interrupt)
	w.t.under.Add(1)
	defer w.t.under.Add(-1)
	if n, err := w.Write(out); err != nil {
		if n == 0 {
			err = fmt.Errorf("%w: %w", errUnsent, err)
		}
		return nil, err
	}
	if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
	w.left = maxHead
	w.await()
	if _, err := w.br.Peek(1); err == io.EOF {
		return nil, fmt.Errorf("%w: %w", errUnanswered, err)
	} else if err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	res, err := http.ReadResponse(w.br, req)
	for err == nil && res.StatusCode < 200 && res.StatusCode != http.StatusSwitchingProtocols {
		res, err = http.ReadResponse(w.br, req)
	}
	if err != nil {
		if w.left <= 0 {
			return nil, errLongHead
		}
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	w.left = math.MaxInt64
	keep := !res.Close && res.StatusCode >= 200
	if res.Body == http.NoBody {
		w.release(keep)
	} else {
		res.Body = &wireBody{body: res.Body, w: w, keep: keep, ctx: ctx}
	}
	return res, nil
}

// release ends an exchange.
func (w *wire) release(keep bool) {
	if stopped := w.stop(); !keep || !stopped || w.br.Buffered() > 0 {
		_ = w.Close()
		return
	}
	w.t.put(w)
}

// A wireBody is the body of an answer. Its end gives the connection back; closing
// it before closes that.
type wireBody struct {
	body   io.Reader // never closed: that would read it to its end
	w      *wire
	keep   bool
	ctx    context.Context
	closed atomic.Bool
	over   atomic.Bool // the connection isn't its own any more
}

func (b *wireBody) Read(p []byte) (int, error) {
	if b.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := b.body.Read(p)
	if err != nil {
		b.end(err == io.EOF)
		if err != io.EOF && b.ctx.Err() != nil {
			err = context.Cause(b.ctx)
		}
	}
	return n, err
}

func (b *wireBody) Close() error {
	b.closed.Store(true)
	b.end(false)
	return nil
}

func (b *wireBody) end(whole bool) {
	if !b.over.Swap(true) {
		b.w.release(whole && b.keep)
	}
}
