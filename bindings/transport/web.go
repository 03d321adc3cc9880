package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// HTTPOptions say how a server is reached over HTTP.
type HTTPOptions struct {
	// URL is the MCP endpoint: http, https, or "unix:/path.sock", which means
	// the path /mcp on that socket.
	URL string
	// Socket is the path of a unix socket to dial, whatever URL's host is.
	Socket string
	// RoundTripper, where set, carries the requests: authorization goes there.
	// It sees every request, DELETE and GET included. Otherwise one of ours
	// does, with proxies as the environment tells.
	RoundTripper http.RoundTripper
	// RootCAs are the authorities that a certificate may be signed by; nil
	// means the system's.
	RootCAs *x509.CertPool
	// Proxy is the URL of the proxy to use; nil means what the environment says.
	Proxy *url.URL
	// Headers are sent with every request.
	Headers http.Header
	// HeaderFunc, where set, gives more headers for each request; they win over
	// Headers, and those of a Request win over them. It may be called
	// concurrently.
	HeaderFunc func(ctx context.Context) (http.Header, error)
	// MaxMessage bounds one message in bytes; 0 means DefaultMaxMessage.
	MaxMessage int
}

// web is what the transports over HTTP share: what carries their requests, and
// the headers.
type web struct {
	opts HTTPOptions
	url  *url.URL
	err  error // what is wrong with the options
	rt   http.RoundTripper
}

func newWeb(opts HTTPOptions) web {
	if opts.MaxMessage <= 0 {
		opts.MaxMessage = DefaultMaxMessage
	}
	if path, ok := strings.CutPrefix(opts.URL, "unix:"); ok {
		if strings.HasPrefix(path, "//") {
			path = path[2:]
		}
		opts.Socket, opts.URL = path, "http://localhost/mcp"
	}
	w := web{opts: opts}
	w.url, w.err = url.Parse(opts.URL)
	switch {
	case w.err != nil:
		w.err = errors.New("the server's URL is not valid: " + opts.URL)
	case w.url.Scheme != "http" && w.url.Scheme != "https":
		w.err = fmt.Errorf("the server's URL must begin with http:// or https://: %s", opts.URL)
	case w.url.Host == "":
		w.err = fmt.Errorf("the server's URL names no host: %s", opts.URL)
	}
	if w.rt = opts.RoundTripper; w.rt == nil {
		w.rt = NewRoundTripper(opts)
	}
	return w
}

func (w *web) closeIdle() {
	if c, ok := w.rt.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// NewRoundTripper makes what carries the requests to one server where
// HTTPOptions name nothing else: http.DefaultTransport, for many calls at a time
// and for streams that stay silent for long, with a shorter way for short
// messages. It has CloseIdleConnections, too.
func NewRoundTripper(opts HTTPOptions) http.RoundTripper {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 15 * time.Second}
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   128,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
		DisableCompression:    true, // a compressed stream may be held back
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
	}
	if opts.RootCAs != nil {
		t.TLSClientConfig = &tls.Config{RootCAs: opts.RootCAs}
	}
	if opts.Proxy != nil {
		t.Proxy = http.ProxyURL(opts.Proxy)
	}
	if socket := opts.Socket; socket != "" {
		t.Proxy = nil
		t.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", socket)
		}
	}
	return &roundTripper{base: t}
}

// redirect follows a redirect only within the origin, and only where method
// and body are kept.
func redirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > 5 || next.Method != first.Method || !sameOrigin(next.URL, first.URL) {
		return http.ErrUseLastResponse
	}
	return nil
}

func sameOrigin(a, b *url.URL) bool {
	port := func(u *url.URL) string {
		if p := u.Port(); p != "" {
			return p
		}
		return map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

// do sends one HTTP request. base are the protocol's headers; extra are those
// of one message, which win.
func (w *web) do(ctx context.Context, method string, to *url.URL, base, extra http.Header, body []byte) (*http.Response, error) {
	req := (&http.Request{
		Method: method, URL: to, Host: strings.TrimSuffix(to.Host, ":"), Header: base,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if len(body) > 0 {
		req.ContentLength = int64(len(body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		req.Body, _ = req.GetBody()
	}
	set := func(h http.Header) {
		for name, values := range h {
			req.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	set(w.opts.Headers)
	if w.opts.HeaderFunc != nil {
		h, err := w.opts.HeaderFunc(ctx)
		if err != nil {
			return nil, fmt.Errorf("headers for %s: %w", place(to), err)
		}
		set(h)
	}
	set(extra)
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	res, err := w.carry(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // its URL may hold a secret
		}
		return nil, fmt.Errorf("%s %s: %w", method, place(to), err)
	}
	return res, nil
}

// carry sends a request. What can't be done without more ado, a redirect for
// one, is http.Client's.
func (w *web) carry(req *http.Request) (*http.Response, error) {
	next := &redirected{rt: w.rt}
	if req.URL.User == nil {
		res, err := w.rt.RoundTrip(req)
		if err != nil || res.StatusCode/100 != 3 {
			return res, err
		}
		next.first = res
	}
	client := http.Client{Transport: next, CheckRedirect: redirect}
	return client.Do(req)
}

// redirected answers the first request with what has come already.
type redirected struct {
	first *http.Response // nil where nothing has
	rt    http.RoundTripper
}

func (r *redirected) RoundTrip(req *http.Request) (*http.Response, error) {
	if res := r.first; res != nil {
		r.first = nil
		return res, nil
	}
	return r.rt.RoundTrip(req)
}

// place names a URL for people, without what may be secret.
func place(u *url.URL) string {
	return u.Scheme + "://" + u.Host + u.EscapedPath()
}

// mediaType is the content type without its parameters.
func mediaType(res *http.Response) string {
	field := res.Header.Get("Content-Type")
	if field == "application/json" || field == "text/event-stream" {
		return field
	}
	t, _, err := mime.ParseMediaType(field)
	if err != nil {
		t, _, _ = strings.Cut(field, ";")
	}
	return strings.ToLower(strings.TrimSpace(t))
}

// refusal reads an answer whose status isn't 2xx: its JSON-RPC error, if it
// carries one, else an *HTTPError. It doesn't close the body.
func refusal(res *http.Response) (*message, *HTTPError) {
	body, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if m, _, err := parseMessage(body); err == nil && m.version && m.err != nil && !m.hasMethod {
		// Whoever authorizes must see the challenge.
		if res.StatusCode != http.StatusUnauthorized && res.Header.Get("WWW-Authenticate") == "" {
			return &m, nil
		}
	}
	e := &HTTPError{
		Status: res.StatusCode,
		Body:   cut(bytes.TrimSpace(body)),
		Header: make(map[string][]string),
	}
	for _, name := range []string{"Www-Authenticate", "Retry-After", "Location", "Allow", "Content-Type"} {
		if v := res.Header[name]; v != nil {
			e.Header[name] = v
		}
	}
	if mediaType(res) == "text/html" {
		e.Body = cut(textOf(body))
	}
	if to := res.Header.Get("Location"); to != "" && res.StatusCode/100 == 3 {
		e.Body = "it redirects to " + cut([]byte(to)) + ", which was not followed: use that URL if you trust it"
	}
	return nil, e
}

// textOf gives what a page says, without its tags.
func textOf(page []byte) []byte {
	var text []byte
	for len(page) > 0 {
		before, tag, _ := bytes.Cut(page, []byte("<"))
		text = append(append(text, before...), ' ')
		_, page, _ = bytes.Cut(tag, []byte(">"))
		for _, name := range []string{"style", "script"} {
			if len(tag) > len(name) && strings.EqualFold(string(tag[:len(name)]), name) {
				_, page, _ = bytes.Cut(page, []byte("</"+name+">"))
			}
		}
	}
	return bytes.Join(bytes.Fields(text), []byte(" "))
}

// release reads what little is left of an answer, so that its connection can
// be used again, and closes it.
func release(res *http.Response) {
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10)
	_ = res.Body.Close()
}
