package stdlib

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	cryptorand "crypto/rand"

	"golang.org/x/net/http/httpproxy"

	"mcpjs/engine"
)

//go:embed fetch.d.ts
var fetchTypes string

//go:embed fetch.js
var fetchSource string

var fetchCode = engine.Embed("fetch.js", fetchSource)

// fetch is the web's fetch with Headers, Request and Response, on net/http. It
// follows the proxies of the environment. A body is read when the script asks
// for it: one that nobody reads holds a connection until the run is over, but
// not the run.
var fetch = engine.Module{
	Globals: func(rt *engine.Runtime) {
		lazyExports(rt, fetchExports, "fetch", "Headers", "Request", "Response")
	},
	Types: fetchTypes,
}

const (
	connectTimeout = 30 * time.Second
	headersTimeout = 5 * time.Minute // as node's
	maxRedirects   = 20              // as the Fetch standard's
	bodyChunk      = 64 << 10
)

// fetcher is what the fetches of a runtime share.
type fetcher struct {
	rt        *engine.Runtime
	transport *http.Transport
	ctx       context.Context
}

// fetchCall is one fetch, from the request to the end of its response's body.
type fetchCall struct {
	f         *fetcher
	ctx       context.Context
	cancel    context.CancelFunc
	mu        sync.Mutex
	body      io.ReadCloser // decoded; nil until there is a response
	ended     func()
	endedOnce sync.Once
}

func fetchExports(rt *engine.Runtime) *engine.Object {
	return fetchCode.Load(rt, func() []engine.Value {
		vm := rt.VM()
		f := &fetcher{rt: rt}
		f.transport = newTransport(rt.Permissions)
		ctx, cancel := context.WithCancel(context.Background())
		f.ctx = ctx
		rt.OnClose(func(context.Context) {
			cancel()
			f.transport.CloseIdleConnections()
		})
		native := vm.NewObject()
		for _, name := range []string{"onAbort", "isSignal", "DOMException"} {
			native.Set(name, eventExports(rt).Get(name))
		}
		native.Set("disturbed", streamExports(rt).Get("disturbed"))
		native.Set("isReadable", streamExports(rt).Get("isReadable"))
		native.Set("bytesOf", blobExports(rt).Get("bytesOf"))
		native.Set("Denied", rt.ErrorClass("PermissionDenied"))
		method := func(name string, fn func(c engine.Call) engine.Value) { rt.Method(native, name, fn) }
		method("encode", func(c engine.Call) engine.Value { return rt.Bytes([]byte(c.Argument(0).String())) })
		method("text", func(c engine.Call) engine.Value {
			b, _ := rt.BytesOf(c.Argument(0))
			return vm.ToValue(decodeUTF8(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))))
		})
		method("percentDecode", func(c engine.Call) engine.Value { return rt.Bytes([]byte(percentDecode(c.Argument(0).String()))) })
		method("boundary", func(engine.Call) engine.Value {
			b := make([]byte, 12)
			_, _ = cryptorand.Read(b)
			return vm.ToValue(hex.EncodeToString(b))
		})
		method("multipart", func(c engine.Call) engine.Value {
			b, _ := rt.BytesOf(c.Argument(0))
			list, err := parseMultipart(rt, b, c.Argument(1).String())
			if err != nil {
				rt.Throw(engine.TypeErrorf("the multipart body can't be parsed: %v", err))
			}
			return list
		})
		method("fetch", f.start)
		return []engine.Value{native}
	})
}

func newTransport(p *engine.Permissions) *http.Transport {
	return &http.Transport{
		Proxy:                 func(r *http.Request) (*url.URL, error) { return proxies(p).ProxyFunc()(r.URL) },
		DialContext:           (&net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   connectTimeout,
		ResponseHeaderTimeout: headersTimeout,
		ExpectContinueTimeout: time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   16,
		DisableCompression:    true, // we ask for it, and decode, ourselves
	}
}

// proxies are those of the environment, in a sandbox as the user set them.
func proxies(p *engine.Permissions) *httpproxy.Config {
	if p == nil {
		return httpproxy.FromEnvironment()
	}
	either := func(name string) string { return cmp.Or(p.Getenv(name), p.Getenv(strings.ToLower(name))) }
	return &httpproxy.Config{HTTPProxy: either("HTTP_PROXY"), HTTPSProxy: either("HTTPS_PROXY"), NoProxy: either("NO_PROXY")}
}

func parseMultipart(rt *engine.Runtime, b []byte, contentType string) (engine.Value, error) {
	vm := rt.VM()
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, err
	}
	if params["boundary"] == "" {
		return nil, errors.New("there is no boundary")
	}
	reader := multipart.NewReader(bytes.NewReader(b), params["boundary"])
	var list []any
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return vm.NewArray(list...), nil
		}
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		var file, mimeType engine.Value = engine.Undefined(), engine.Undefined()
		if _, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition")); err == nil {
			if name, ok := params["filename"]; ok {
				file = vm.ToValue(formUnescape(name))
				mimeType = vm.ToValue(part.Header.Get("Content-Type"))
			}
		}
		list = append(list, vm.NewArray(formUnescape(part.FormName()), rt.Bytes(data), file, mimeType))
	}
}

var formUnescaper = strings.NewReplacer("%0A", "\n", "%0D", "\r", "%22", `"`)

func formUnescape(s string) string { return formUnescaper.Replace(s) }

// start begins a fetch: (url, method, headers, bytes | undefined, redirect,
// streaming). It gives {promise, read, all, cancel, ended, upload?}.
func (f *fetcher) start(c engine.Call) engine.Value {
	rt, vm := f.rt, f.rt.VM()
	call := &fetchCall{f: f}
	call.ctx, call.cancel = context.WithCancel(f.ctx)
	header := http.Header{}
	vm.ForOf(c.Argument(2), func(pair engine.Value) bool {
		p := pair.(*engine.Object)
		header.Add(p.Get("0").String(), latin1Bytes(p.Get("1")))
		return true
	})
	req := &fetchRequest{method: c.Argument(1).String(), url: c.Argument(0).String(), header: header, redirect: c.Argument(4).String()}
	if b, ok := rt.BytesOf(c.Argument(3)); ok {
		req.bytes, req.hasBody = bytes.Clone(b), true
	}
	handle := vm.NewObject()
	if c.Argument(5).ToBoolean() {
		req.stream, req.hasBody = call.upload(handle), true
	}
	op := rt.Begin()
	stop := context.AfterFunc(op.Context(), func() {
		if op.Context().Err() != nil && !call.answered() {
			call.cancel()
		}
	})
	op.Finally(func() { stop() })
	handle.Set("promise", op.Promise())
	go func() {
		resp, final, redirected, err := call.do(req)
		if err != nil {
			call.end()
			op.Reject(fetchError(err))
			return
		}
		op.Resolve(func() (engine.Value, error) {
			o := vm.NewObject()
			o.Set("status", resp.StatusCode)
			o.Set("statusText", strings.TrimPrefix(strings.TrimPrefix(resp.Status, fmt.Sprint(resp.StatusCode)), " "))
			o.Set("url", final)
			o.Set("redirected", redirected)
			var pairs []any
			for name, values := range resp.Header {
				for _, v := range values {
					pairs = append(pairs, vm.NewArray(strings.ToLower(name), decodeText(rt, []byte(v), encLatin1)))
				}
			}
			o.Set("headers", vm.NewArray(pairs...))
			return o, nil
		})
	}()
	rt.Method(handle, "read", func(engine.Call) engine.Value { return call.read(false) })
	rt.Method(handle, "all", func(engine.Call) engine.Value { return call.read(true) })
	rt.Method(handle, "cancel", func(engine.Call) engine.Value {
		call.end()
		return nil
	})
	rt.Method(handle, "ended", func(c engine.Call) engine.Value {
		undo, _ := engine.Function(c.Argument(0))
		call.mu.Lock()
		defer call.mu.Unlock()
		call.ended = func() {
			rt.Post(func() {
				_, err := undo(engine.Undefined())
				rt.Check(err)
			})
		}
		return nil
	})
	return handle
}

// latin1Bytes is a header's value as the bytes that go out.
func latin1Bytes(v engine.Value) string {
	return string(encodeText(v, encLatin1))
}

func (c *fetchCall) answered() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.body != nil
}

// end gives up what the call holds. Any goroutine.
func (c *fetchCall) end() {
	c.cancel()
	c.endedOnce.Do(func() {
		c.mu.Lock()
		body, ended := c.body, c.ended
		c.mu.Unlock()
		if body != nil {
			go body.Close() // it may wait for the server's next bytes
		}
		if ended != nil {
			ended()
		}
	})
}

// upload gives the reader of a streamed request body, and handle its writer.
func (c *fetchCall) upload(handle *engine.Object) io.ReadCloser {
	rt := c.f.rt
	r, w := io.Pipe()
	context.AfterFunc(c.ctx, func() { r.CloseWithError(context.Canceled) })
	up := rt.VM().NewObject()
	rt.Method(up, "write", func(call engine.Call) engine.Value {
		b := bytes.Clone(bytesArgument(rt, call.Argument(0), "chunk"))
		return rt.Async(func(context.Context) (func() (engine.Value, error), error) {
			_, err := w.Write(b)
			return func() (engine.Value, error) { return rt.VM().ToValue(err == nil), nil }, nil
		})
	})
	rt.Method(up, "close", func(engine.Call) engine.Value {
		w.Close()
		return nil
	})
	rt.Method(up, "fail", func(call engine.Call) engine.Value {
		w.CloseWithError(rt.Thrown(call.Argument(0)))
		return nil
	})
	handle.Set("upload", up)
	return r
}

// read gives a promise of the body's next bytes, null at its end; or of all.
func (c *fetchCall) read(all bool) engine.Value {
	rt := c.f.rt
	return rt.Async(func(ctx context.Context) (func() (engine.Value, error), error) {
		stop := context.AfterFunc(ctx, c.cancel)
		defer stop()
		var data []byte
		var err error
		if all {
			data, err = io.ReadAll(c.body)
		} else {
			data = make([]byte, bodyChunk)
			var n int
			for n == 0 && err == nil {
				n, err = c.body.Read(data)
			}
			if data = data[:n]; n > 0 {
				err = nil
			}
		}
		if err == io.EOF || all && err == nil {
			stop()
			c.end()
		}
		switch {
		case err == io.EOF:
			return func() (engine.Value, error) { return engine.Null(), nil }, nil
		case err != nil:
			stop()
			c.end()
			return nil, fetchError(err)
		}
		return func() (engine.Value, error) { return rt.Bytes(data), nil }, nil
	})
}

// fetchRequest is what is asked for.
type fetchRequest struct {
	method, url, redirect string
	header                http.Header
	hasBody               bool
	bytes                 []byte
	stream                io.ReadCloser
}

// do sends the request and follows where the answers lead.
func (c *fetchCall) do(r *fetchRequest) (resp *http.Response, final string, redirected bool, err error) {
	target, err := url.Parse(r.url)
	if err != nil {
		return nil, "", false, err
	}
	for hops := 0; ; hops++ {
		if err := c.f.rt.Permissions.Net(hostPort(target)); err != nil {
			return nil, "", false, err
		}
		req, err := c.request(r, target)
		if err != nil {
			return nil, "", false, err
		}
		resp, err := c.f.transport.RoundTrip(req)
		if err != nil {
			return nil, "", false, err
		}
		location := resp.Header.Get("Location")
		follow := location != "" && (resp.StatusCode == 301 || resp.StatusCode == 302 || resp.StatusCode == 303 || resp.StatusCode == 307 || resp.StatusCode == 308)
		if !follow || r.redirect == "manual" {
			body, err := decodeBody(resp)
			if err != nil {
				resp.Body.Close()
				return nil, "", false, err
			}
			c.mu.Lock()
			c.body = body
			c.mu.Unlock()
			return resp, target.String(), hops > 0, nil
		}
		_, _ = io.CopyN(io.Discard, resp.Body, 4<<10) // so that the connection can serve again
		resp.Body.Close()
		if r.redirect == "error" {
			return nil, "", false, errors.New("unexpected redirect")
		}
		if hops == maxRedirects {
			return nil, "", false, errors.New("redirect count exceeded")
		}
		next, err := target.Parse(location)
		if err != nil {
			return nil, "", false, fmt.Errorf("the server redirects to an invalid URL: %q", location)
		}
		if next.Scheme != "http" && next.Scheme != "https" {
			return nil, "", false, errors.New("URL scheme must be a HTTP(S) scheme")
		}
		if next.Fragment == "" {
			next.Fragment = target.Fragment
		}
		toGet := resp.StatusCode == 303 && r.method != "GET" && r.method != "HEAD" || resp.StatusCode < 303 && r.method == "POST"
		if toGet {
			r.method, r.hasBody, r.bytes, r.stream = "GET", false, nil, nil
			for _, name := range []string{"Content-Encoding", "Content-Language", "Content-Location", "Content-Type", "Content-Length"} {
				r.header.Del(name)
			}
		} else if r.stream != nil {
			return nil, "", false, errors.New("a streamed request body can't be sent again for a redirect")
		}
		if next.Scheme != target.Scheme || hostPort(next) != hostPort(target) {
			for _, name := range []string{"Authorization", "Proxy-Authorization", "Cookie", "Host"} {
				r.header.Del(name)
			}
		}
		target = next
	}
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func (c *fetchCall) request(r *fetchRequest, target *url.URL) (*http.Request, error) {
	var body io.Reader
	switch {
	case r.stream != nil:
		body = r.stream
	case r.hasBody:
		body = bytes.NewReader(r.bytes)
	}
	sent := *target
	sent.Fragment = ""
	req, err := http.NewRequestWithContext(c.ctx, r.method, sent.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header = r.header.Clone()
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
		req.Header.Del("Host")
	}
	for _, name := range []string{"Content-Length", "Connection", "Transfer-Encoding", "Keep-Alive", "Upgrade"} {
		req.Header.Del(name)
	}
	if !r.hasBody && (r.method == "POST" || r.method == "PUT" || r.method == "PATCH") {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	for name, value := range map[string]string{"Accept": "*/*", "Accept-Language": "*", "Accept-Encoding": "gzip, deflate", "User-Agent": "mcpjs"} {
		if _, given := req.Header[name]; !given {
			req.Header.Set(name, value)
		}
	}
	return req, nil
}

// decodeBody undoes the content codings of a response.
func decodeBody(resp *http.Response) (io.ReadCloser, error) {
	body := resp.Body
	if resp.Request.Method == "HEAD" || resp.StatusCode == 204 || resp.StatusCode == 304 {
		return body, nil
	}
	codings := strings.Split(strings.ToLower(resp.Header.Get("Content-Encoding")), ",")
	var r io.Reader = body
	for i := len(codings) - 1; i >= 0; i-- {
		switch strings.TrimSpace(codings[i]) {
		case "gzip", "x-gzip":
			r = &lazyReader{from: r, open: func(b *bufio.Reader) (io.Reader, error) { return gzip.NewReader(b) }}
		case "deflate":
			r = &lazyReader{from: r, open: func(b *bufio.Reader) (io.Reader, error) {
				if head, err := b.Peek(1); err == nil && head[0]&0x0f == 8 {
					return zlib.NewReader(b)
				}
				return flate.NewReader(b), nil
			}}
		case "", "identity":
		default:
			return body, nil // as it is
		}
	}
	return struct {
		io.Reader
		io.Closer
	}{r, body}, nil
}

// lazyReader opens a decoder at the first read: its header may be long in
// coming, and an empty body has none.
type lazyReader struct {
	from io.Reader
	open func(*bufio.Reader) (io.Reader, error)
	r    io.Reader
}

func (l *lazyReader) Read(p []byte) (int, error) {
	if l.r == nil {
		b := bufio.NewReader(l.from)
		if _, err := b.Peek(1); err != nil {
			return 0, err
		}
		r, err := l.open(b)
		if err != nil {
			return 0, err
		}
		l.r = r
	}
	return l.r.Read(p)
}

// windowsErrno are the names of Windows' errors of sockets.
var windowsErrno = map[syscall.Errno]string{
	10051: "ENETUNREACH", 10053: "ECONNABORTED", 10054: "ECONNRESET", 10060: "ETIMEDOUT", 10061: "ECONNREFUSED", 10065: "EHOSTUNREACH",
}

// fetchError makes a transport's error the one that node gives as the cause of
// "fetch failed": with code, and where there are such, syscall, hostname,
// address and port.
func fetchError(err error) error {
	var denied *engine.Error
	if errors.As(err, &denied) {
		return denied
	}
	var thrown *engine.ThrownError
	if errors.As(err, &thrown) {
		return thrown
	}
	e := &engine.Error{Message: err.Error()}
	field := func(name string, value any) { e.Fields = append(e.Fields, engine.Field{Name: name, Value: value}) }
	var (
		dns      *net.DNSError
		op       *net.OpError
		errno    syscall.Errno
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		record   tls.RecordHeaderError
		netErr   net.Error
	)
	switch {
	case errors.As(err, &dns):
		code := "ENOTFOUND"
		if dns.IsTimeout || dns.IsTemporary && !dns.IsNotFound {
			code = "EAI_AGAIN"
		}
		e.Message = "getaddrinfo " + code + " " + dns.Name
		field("code", code)
		field("syscall", "getaddrinfo")
		field("hostname", dns.Name)
	case errors.As(err, &errno):
		code := errnoName(errno)
		if code == "" {
			code = windowsErrno[errno]
		}
		call := "read"
		if errors.As(err, &op) {
			call = map[string]string{"dial": "connect", "read": "read", "write": "write"}[op.Op]
		}
		e.Message = call + " " + code
		field("errno", -int(errno))
		field("code", code)
		field("syscall", call)
		if op != nil && call == "connect" && op.Addr != nil {
			if host, port, err := net.SplitHostPort(op.Addr.String()); err == nil {
				e.Message += " " + op.Addr.String()
				field("address", host)
				var n int
				fmt.Sscan(port, &n)
				field("port", n)
			}
		}
	case errors.As(err, &hostname):
		field("code", "ERR_TLS_CERT_ALTNAME_INVALID")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		field("code", "CERT_HAS_EXPIRED")
	case errors.As(err, &unknown):
		code := "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
		if c := unknown.Cert; c != nil && bytes.Equal(c.RawIssuer, c.RawSubject) {
			code = "DEPTH_ZERO_SELF_SIGNED_CERT"
		}
		field("code", code)
	case errors.As(err, &record):
		field("code", "ERR_SSL_WRONG_VERSION_NUMBER")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(err.Error(), "server closed idle connection"):
		e.Message = "other side closed"
		field("code", "UND_ERR_SOCKET")
	case errors.Is(err, context.Canceled):
		e.Class, e.Message = "AbortError", "the operation was aborted"
		field("code", "ABORT_ERR")
	case errors.As(err, &netErr) && netErr.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		code := "UND_ERR_HEADERS_TIMEOUT"
		if errors.As(err, &op) && op.Op == "dial" {
			code = "UND_ERR_CONNECT_TIMEOUT"
		}
		field("code", code)
	}
	return e
}
