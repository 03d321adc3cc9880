package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// fetchTime bounds one request to an authorization server or for metadata.
	fetchTime = 20 * time.Second
	// maxDocument bounds what such a request may bring.
	maxDocument = 1 << 20
	// metadataRevision is what metadata requests name as MCP's revision
	// (2025-03-26, "Server Metadata Discovery Headers").
	metadataRevision = "2026-07-28"
)

// A fetcher makes the requests that authorization needs: to the MCP server
// itself as its calls go, to others with a transport of its own that doesn't
// let a public server point at what only this machine can reach.
type fetcher struct {
	server  *url.URL
	base    http.RoundTripper // reaches the MCP server
	reach   reach             // of the MCP server
	consent bool              // the user consents to every address
	direct  *http.Transport
	proxy   *http.Transport
	permit  func(*url.URL) error // nil: everything
	lookup  func(ctx context.Context, host string) ([]netip.Addr, error)
	limit   time.Duration // of one request
	seen    atomic.Int32  // the least reach that the server was connected to at, +1; 0 for none
}

// reach says from where an address can be reached. A server may name addresses
// of its own reach or of a lesser one.
type reach int

const (
	public reach = iota
	private
	linkLocal
	loopback
)

func (r reach) String() string {
	return [...]string{"public", "private", "link-local", "loopback"}[r]
}

// sharedSpace is RFC 6598's, behind carriers' address translation.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// siteLocal is IPv6's private space of old (RFC 3879).
var siteLocal = netip.MustParsePrefix("fec0::/10")

func reachOf(a netip.Addr) reach {
	a = carried(a.Unmap().WithZone(""))
	switch {
	case a.IsLoopback(), a.IsUnspecified():
		return loopback
	case a.IsLinkLocalUnicast(), a.IsLinkLocalMulticast(), a.IsInterfaceLocalMulticast():
		return linkLocal
	case a.IsPrivate(), a.IsMulticast(), sharedSpace.Contains(a), siteLocal.Contains(a):
		return private
	case a.Is4() && a.As4()[0] == 0: // "this network", RFC 1122
		return loopback
	}
	return public
}

// carried gives the IPv4 address that an IPv6 one stands for, or else itself:
// IPv4-compatible ones (RFC 4291), 6to4 (RFC 3056) and NAT64 (RFC 6052).
func carried(a netip.Addr) netip.Addr {
	if !a.Is6() || a.IsLoopback() || a.IsUnspecified() {
		return a
	}
	b := a.As16()
	switch {
	case b[0] == 0x20 && b[1] == 0x02:
		return netip.AddrFrom4([4]byte(b[2:6]))
	case [12]byte(b[:12]) == [12]byte{}, [12]byte(b[:12]) == [12]byte{0, 0x64, 0xff, 0x9b}:
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return a
}

// isLoopbackHost tells whether a URL's host is this machine by its very name.
func isLoopbackHost(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

func newFetcher(server *url.URL, base http.RoundTripper, consent bool) *fetcher {
	f := &fetcher{server: server, base: base, consent: consent, limit: fetchTime}
	f.lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
		return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	}
	plain := func() *http.Transport {
		return &http.Transport{
			ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second,
			IdleConnTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		}
	}
	f.direct, f.proxy = plain(), plain()
	f.proxy.Proxy = http.ProxyFromEnvironment
	if b, ok := base.(*http.Transport); ok { // the same proxy and authorities
		if b.Proxy != nil {
			f.proxy.Proxy = b.Proxy
		}
		f.direct.TLSClientConfig, f.proxy.TLSClientConfig = b.TLSClientConfig.Clone(), b.TLSClientConfig.Clone()
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, ControlContext: f.control}
	f.direct.DialContext = dialer.DialContext
	return f
}

type privateAddress struct{ error }

// control refuses a connection to an address of greater reach than the
// server's. It sees what the name was resolved to, so that no second answer of
// the DNS gets around it.
func (f *fetcher) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if r := reachOf(to.Addr()); r > f.reach && !f.consent {
		return privateAddress{fmt.Errorf("it is at a %s address (%s), but the MCP server is at a %s one", r, to.Addr(), f.reach)}
	}
	return nil
}

// measure finds out the server's own reach: that of its most public address.
// What can't be looked up (behind a proxy) counts as public.
func (f *fetcher) measure(ctx context.Context) {
	f.reach = public
	host := f.server.Hostname()
	if isLoopbackHost(host) {
		f.reach = loopback
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	addrs, err := f.lookup(ctx, host)
	if err != nil || len(addrs) == 0 {
		return
	}
	f.reach = loopback
	for _, a := range addrs {
		f.reach = min(f.reach, reachOf(a))
	}
	// What its name stands for now may not be where it is.
	if seen := f.seen.Load(); seen > 0 {
		f.reach = min(f.reach, reach(seen-1))
	}
}

// watch gives the request to the MCP server, noting where that is reached.
func (f *fetcher) watch(req *http.Request) *http.Request {
	if f.seen.Load() == int32(public)+1 { // no reach is wider
		return req
	}
	return req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) {
		to, ok := c.Conn.RemoteAddr().(*net.TCPAddr)
		if !ok {
			return
		}
		now := int32(reachOf(to.AddrPort().Addr())) + 1
		for before := f.seen.Load(); before == 0 || now < before; before = f.seen.Load() {
			if f.seen.CompareAndSwap(before, now) {
				return
			}
		}
	}}))
}

// visible refuses to send a person to an address that a server may not name.
// Names are left to the browser.
func (f *fetcher) visible(u *url.URL) error {
	r := public
	if isLoopbackHost(u.Hostname()) {
		r = loopback
	} else if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		r = reachOf(a)
	}
	if r <= f.reach || f.consent {
		return nil
	}
	return (&Error{Reason: "the page to log in at, " + line(place(u)),
		Err: privateAddress{fmt.Errorf("it is at a %s address, but the MCP server is at a %s one", r, f.reach)}}).hint("%s", consentHint)
}

const consentHint = "if you trust the server with that, allow it: auth: { allowPrivate: true }, or mcpjs login --allow-private"

// secure tells whether credentials may be sent to a URL: https, or loopback.
func secure(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && isLoopbackHost(u.Hostname())
}

// endpoint reads a URL that a server has named.
func endpoint(what, raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, failf("%s is no http or https URL: %s", what, line(raw))
	case u.User != nil:
		return nil, failf("%s has a user name in it: %s", what, line(u.Redacted()))
	case !secure(u):
		return nil, failf("%s is not https: %s", what, line(place(u))).
			hint("over plain http anyone on the way could take the token")
	}
	return u, nil
}

// place names a URL for people, without what may be secret.
func place(u *url.URL) string { return u.Scheme + "://" + u.Host + u.EscapedPath() }

func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// transport gives what carries a request to u, or says why nothing may.
func (f *fetcher) transport(req *http.Request) (http.RoundTripper, error) {
	if origin(req.URL) == origin(f.server) {
		return f.base, nil
	}
	if f.permit != nil {
		if err := f.permit(req.URL); err != nil {
			return nil, err
		}
	}
	p, err := f.proxy.Proxy(req)
	if err != nil || p == nil {
		return f.direct, nil
	}
	// The proxy looks the name up; a literal address can still be judged.
	host := req.URL.Hostname()
	if a, err := netip.ParseAddr(host); err == nil {
		if err := f.control(req.Context(), "", netip.AddrPortFrom(a, 0).String(), nil); err != nil {
			return nil, err
		}
	} else if isLoopbackHost(host) && f.reach < loopback && !f.consent {
		return nil, privateAddress{fmt.Errorf("it is this machine (%s), but the MCP server is at a %s address", host, f.reach)}
	}
	return f.proxy, nil
}

// do makes one request. Redirects are followed for GET alone, to https or
// loopback.
func (f *fetcher) do(req *http.Request) (*http.Response, []byte, error) {
	client := &http.Client{
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			rt, err := f.transport(r)
			if err != nil {
				return nil, err
			}
			return rt.RoundTrip(r)
		}),
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			switch {
			case req.Method != http.MethodGet, len(via) > 3:
				return http.ErrUseLastResponse
			case !secure(next.URL):
				return failf("it redirects to %s, which is not https", line(place(next.URL)))
			}
			return nil
		},
	}
	res, err := client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // its URL may hold a secret
		}
		return nil, nil, f.explain(req, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	switch {
	case err != nil:
		return nil, nil, f.explain(req, err)
	case len(body) > maxDocument:
		return nil, nil, failf("%s: the answer is beyond the limit of %d bytes", line(place(req.URL)), maxDocument)
	}
	return res, body, nil
}

func (f *fetcher) explain(req *http.Request, err error) error {
	e := &Error{Reason: line(place(req.URL)), Err: err}
	var refused privateAddress
	switch {
	case errors.As(err, &refused):
		e.Hint = consentHint
	case errors.Is(err, context.DeadlineExceeded):
		e.Err = fmt.Errorf("no answer within %s", f.limit)
	}
	return e
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// document fetches a metadata document into v. It reports false where there is
// none at that place.
func (f *fetcher) document(ctx context.Context, at *url.URL, v any) (bool, error) {
	if !secure(at) && origin(at) != origin(f.server) {
		return false, failf("the metadata's address is not https: %s", line(place(at)))
	}
	ctx, cancel := context.WithTimeout(ctx, f.limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("MCP-Protocol-Version", metadataRevision)
	res, body, err := f.do(req)
	switch {
	case err != nil:
		return false, err
	case res.StatusCode >= 500:
		return false, failf("%s: HTTP status %d", line(place(at)), res.StatusCode).hint("the server failed; try again later")
	case res.StatusCode/100 != 2:
		return false, nil
	}
	if err := json.Unmarshal(body, v); err != nil {
		// Sites that answer every path with their page have no document here.
		if strings.Contains(res.Header.Get("Content-Type"), "text/html") {
			return false, nil
		}
		return false, failf("%s is no valid JSON document", line(place(at)))
	}
	return true, nil
}

func (f *fetcher) close() {
	f.direct.CloseIdleConnections()
	f.proxy.CloseIdleConnections()
}
