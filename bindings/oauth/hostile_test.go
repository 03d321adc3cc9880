package oauth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mcpjs/bindings/config"
)

// TestCarriedAddresses: an IPv6 address is judged by the IPv4 one in it.
func TestCarriedAddresses(t *testing.T) {
	for address, want := range map[string]reach{
		"64:ff9b::a00:1": private, "64:ff9b::7f00:1": loopback, "64:ff9b::5db8:d822": public, "2002:a9fe:a9fe::1": linkLocal,
		"2002:7f00:1::": loopback, "::10.0.0.1": private, "fec0::1": private, "0.1.2.3": loopback, "fe80::1%eth0": linkLocal,
		"::ffff:169.254.169.254": linkLocal, "::ffff:93.184.216.34": public,
	} {
		if got := reachOf(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
}

// TestRebinding has the server's name stand for this machine the second time
// that it is asked for, and metadata redirect to this machine.
func TestRebinding(t *testing.T) {
	inner := newSite(t, func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{}`) })
	})
	at, _ := url.Parse(inner.URL + "/x")
	server := &url.URL{Scheme: "https", Host: "mcp.example"}
	for name, test := range map[string]struct {
		connected reach
		at        string
		refused   bool
	}{
		"was public":                     {public, inner.URL + "/x", true},
		"was private":                    {private, inner.URL + "/x", true},
		"was here":                       {loopback, inner.URL + "/x", false},
		"was public, redirects":          {public, "https://mcp.example/x", true},
		"was public, as IPv6 carries it": {public, strings.Replace(inner.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1) + "/x", true},
	} {
		t.Run(name, func(t *testing.T) {
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {at.String()}}, Body: http.NoBody, Request: r}, nil
			})
			f := newFetcher(server, base, false)
			defer f.close()
			f.lookup = func(context.Context, string) ([]netip.Addr, error) {
				return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
			}
			f.seen.Store(int32(test.connected) + 1)
			f.measure(t.Context())
			place, _ := url.Parse(test.at)
			var v map[string]any
			before := len(inner.seen("/x", ""))
			_, err := f.document(t.Context(), place, &v)
			var e *Error
			if refused := errors.As(err, &e) && e.Hint == consentHint; refused != test.refused {
				t.Errorf("got %v, refused %t, want %t", err, refused, test.refused)
			}
			if n := len(inner.seen("/x", "")) - before; (n == 0) != test.refused {
				t.Errorf("%d requests", n)
			}
		})
	}
	w := newWorld(t)
	a := newTransport(t, w.url(), t.TempDir(), &visits{})
	mustCall(t, a, w.url())
	if got := a.fetch.seen.Load(); got != int32(loopback)+1 {
		t.Errorf("a server on the loopback was seen at %d", got)
	}
}

// A connTo is a connection to that address.
type connTo struct {
	net.Conn
	addr string
}

func (c connTo) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.addr))
}

// TestWatch notes the widest reach that the server's connections have shown.
func TestWatch(t *testing.T) {
	f := newFetcher(&url.URL{Scheme: "https", Host: "mcp.example"}, nil, false)
	defer f.close()
	for _, step := range []struct {
		addr string
		want reach
	}{
		{"127.0.0.1:1", loopback}, {"10.0.0.1:1", private}, {"[::1]:1", private}, {"[::ffff:8.8.8.8]:1", public}, {"127.0.0.1:1", public},
	} {
		req := f.watch(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://mcp.example/", nil))
		if trace := httptrace.ContextClientTrace(req.Context()); trace != nil {
			trace.GotConn(httptrace.GotConnInfo{Conn: connTo{addr: step.addr}})
		}
		if got := f.seen.Load(); got != int32(step.want)+1 {
			t.Errorf("after %s: %d", step.addr, got)
		}
	}
}

// TestPrivatePage sends nobody to a page on this machine on a public server's word.
func TestPrivatePage(t *testing.T) {
	for page, want := range map[string]bool{
		"http://127.0.0.1:1/authorize": true, "http://localhost/authorize": true, "https://192.168.1.1/reboot": true,
		"https://[::ffff:10.0.0.1]/": true, "https://as.example/authorize": false, "https://93.184.216.34/authorize": false,
	} {
		u, _ := url.Parse(page)
		f := &fetcher{reach: public}
		if err := f.visible(u); (err != nil) != want {
			t.Errorf("%s: %v", page, err)
		}
		f.consent = true
		if err := f.visible(u); err != nil {
			t.Errorf("%s, with consent: %v", page, err)
		}
	}
}

// TestAnswers has the token endpoint answer as some do.
func TestAnswers(t *testing.T) {
	for answer, test := range map[string]struct {
		kind   string
		lives  bool
		wanted string
	}{
		`{"access_token":"a","token_type":"BEARER","expires_in":60}`:    {"Bearer", true, ""},
		`{"access_token":"a","token_type":"bearer"}`:                    {"Bearer", false, ""},
		`{"access_token":"a","token_type":"bearer","expires_in":-5}`:    {"Bearer", false, ""},
		`{"access_token":"a","token_type":"bearer","expires_in":"60"}`:  {"Bearer", true, ""},
		`{"access_token":"a","token_type":"bearer","expires_in":1e300}`: {"Bearer", false, ""},
		`{"access_token":"a","token_type":"bearer","expires_in":null}`:  {"Bearer", false, ""},
		`{"access_token":"a"}`:                     {"", false, "of which type"},
		`{"access_token":"a","token_type":"DPoP"}`: {"", false, "though none was shown"},
		`{"access_token":7,"token_type":"bearer"}`: {"", false, "no access token"},
		`[]`: {"", false, "no access token"},
		`{"error":"invalid_grant","error_description":"a\nb\u202e\u001b[2Jc"}`: {"", false, `a b\u202e\x1b[2Jc`},
	} {
		s := newSite(t, func(string) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answer) })
		})
		a := newTransport(t, s.URL+"/mcp", t.TempDir(), &visits{})
		as := &serverMetadata{Issuer: s.URL, TokenEndpoint: s.URL + "/token"}
		cred, err := a.grant(t.Context(), as, client{ID: "c"}, &discovery{resource: s.URL}, url.Values{}, nil, nil)
		switch {
		case test.wanted != "":
			if err == nil || !strings.Contains(err.Error(), test.wanted) {
				t.Errorf("%s: %v", answer, err)
			}
		case err != nil || cred.TokenType != test.kind || cred.Expiry.IsZero() == test.lives:
			t.Errorf("%s: %+v, %v", answer, cred, err)
		}
	}
}

// TestRefreshTokenStays where a refresh brings no other, and a login's client.
func TestRefreshTokenStays(t *testing.T) {
	w, dir, v := newWorld(t), t.TempDir(), &visits{}
	remembered := newTransport(t, w.url(), dir, v, func(c *Config) { c.remember = true })
	mustCall(t, remembered, w.url())
	before := remembered.cred.RefreshToken
	w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/oauth/token" {
			fmt.Fprintf(rw, `{"access_token":%q,"token_type":"bearer","expires_in":60}`, remembered.cred.AccessToken)
		}
		return r.URL.Path == "/oauth/token"
	})
	other := newTransport(t, w.url(), dir, v, func(c *Config) { c.ClientID = "" }) // knows the client from the store
	old, err := other.current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cred, err := other.renew(t.Context(), need{failed: old}, true)
	if err != nil || !cred.renewed || cred.RefreshToken != before || v.count() != 1 {
		t.Errorf("after a refresh: %+v, %v, %d logins", cred, err, v.count())
	}
}

// TestNeverSatisfied has a server refuse each token.
func TestNeverSatisfied(t *testing.T) {
	w, v := newWorld(t), &visits{}
	a := newTransport(t, w.url(), t.TempDir(), v)
	w.mcp.replace(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/mcp" {
			rw.WriteHeader(http.StatusUnauthorized)
		}
		return r.URL.Path == "/mcp"
	})
	for range 3 {
		_, _, err := call(t.Context(), a, w.url(), "hello")
		if err == nil || !strings.Contains(err.Error(), "refuses the token") {
			t.Errorf("got %v", err)
		}
	}
	if v.count() != 1 {
		t.Errorf("%d logins", v.count())
	}
}

// TestSlow gives up on what never ends.
func TestSlow(t *testing.T) {
	for _, at := range []string{"/.well-known/oauth-authorization-server", "/oauth/token"} {
		w, v := newWorld(t), &visits{}
		a := newTransport(t, w.url(), t.TempDir(), v)
		a.fetch.limit = 300 * time.Millisecond
		w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == at {
				for r.Context().Err() == nil { // a byte at a time, for ever
					if _, err := io.WriteString(rw, " "); err != nil {
						break
					}
					rw.(http.Flusher).Flush()
					timer := time.NewTimer(10 * time.Millisecond)
					select {
					case <-timer.C:
					case <-r.Context().Done():
					}
				}
			}
			return r.URL.Path == at
		})
		if _, _, err := call(t.Context(), a, w.url(), "hello"); err == nil || !strings.Contains(err.Error(), "no answer within 300ms") {
			t.Errorf("%s: %v", at, err)
		}
	}
}

// TestClock names a clock that is wrong, where that may be what is refused.
func TestClock(t *testing.T) {
	s := newSite(t, func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_grant"}`)
		})
	})
	a := newTransport(t, s.URL+"/mcp", t.TempDir(), &visits{})
	as := &serverMetadata{Issuer: s.URL, TokenEndpoint: s.URL + "/token"}
	_, err := a.grant(t.Context(), as, client{ID: "c"}, &discovery{}, url.Values{"assertion": {"signed"}}, nil, nil)
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Hint, "clock") {
		t.Errorf("got %v, %+v", err, e)
	}
}

// TestCallback is hit twice, its port is used, and it is gone once the wait is over.
func TestCallback(t *testing.T) {
	w := newWorld(t)
	var back string
	var statuses []int
	hit := func(address string) {
		res, err := http.Get(address)
		if err != nil {
			t.Error(err)
			return
		}
		res.Body.Close()
		statuses = append(statuses, res.StatusCode)
	}
	a := newTransport(t, w.url(), t.TempDir(), nil, func(c *Config) {
		c.OnAuthorize = func(ctx context.Context, visit string) (string, error) {
			ends, err := browseTo(ctx, visit, false)
			if err != nil {
				return "", err
			}
			u, _ := url.Parse(ends)
			back = u.Host
			hit(ends)
			hit(ends)
			return "", nil
		}
	})
	mustCall(t, a, w.url())
	if fmt.Sprint(statuses) != "[200 400]" {
		t.Errorf("answered twice: %v", statuses)
	}
	if n := len(w.as.seen("/oauth/token", "authorization_code")); n != 1 {
		t.Errorf("%d codes were redeemed", n)
	}
	if c, err := net.Dial("tcp", back); err == nil {
		c.Close()
		t.Error("the callback is still there")
	}

	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer used.Close()
	a = newTransport(t, w.url(), t.TempDir(), &visits{}, func(c *Config) { c.RedirectPort = used.Addr().(*net.TCPAddr).Port })
	_, _, err = call(t.Context(), a, w.url(), "hello")
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(err.Error(), "in use") || !strings.Contains(e.Hint, "redirectPort") {
		t.Errorf("a used port: %v", err)
	}

	ctx, cancel := context.WithCancelCause(t.Context())
	a = newTransport(t, w.url(), t.TempDir(), nil, func(c *Config) {
		c.OnAuthorize = func(_ context.Context, visit string) (string, error) {
			u, _ := url.Parse(visit)
			u, _ = url.Parse(u.Query().Get("redirect_uri"))
			back = u.Host
			cancel(errors.New("interrupted"))
			return "", nil
		}
	})
	if err := a.Login(ctx, nil); err == nil || err.Error() != "interrupted" {
		t.Errorf("interrupted: %v", err)
	}
	unlock, err := a.store.lock(t.Context(), a.key, nil) // the flight has ended
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if c, err := net.Dial("tcp", back); err == nil {
		c.Close()
		t.Error("the callback is still there after an interrupt")
	}
}

// TestIPv6 logs in to a server on IPv6's loopback.
func TestIPv6(t *testing.T) {
	w := newWorld(t)
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Logf("there is no IPv6 here: %v", err)
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	h := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(w.serve)}}
	h.Start()
	defer h.Close()
	server := h.URL + "/mcp"
	w.prm = fmt.Sprintf(`{"resource":%q,"authorization_servers":[%q],"scopes_supported":["openid"]}`, server, w.as.URL)
	v := &visits{}
	w.mcp.URL = h.URL
	mustCall(t, newTransport(t, server, t.TempDir(), v), server)
	if asked, _ := url.Parse(v.all[0]); asked.Query().Get("resource") != server {
		t.Errorf("resource %q", asked.Query().Get("resource"))
	}
}

// TestLogoutOfConfigured has a token revoked by the client that a
// configuration file names, one server at a time and all at once.
func TestLogoutOfConfigured(t *testing.T) {
	w, dir := newWorld(t), t.TempDir()
	store := filepath.Join(dir, "store")
	env := config.Env{Dir: dir}
	configure := func(secret string) {
		text := fmt.Sprintf(`{"mcpServers":{"guarded":{"url":%q,"auth":{"clientId":"native"%s}}}}`, w.url(), secret)
		if err := os.WriteFile(filepath.Join(dir, ".mcp.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) {
		t.Helper()
		var out, warn bytes.Buffer
		for _, c := range Commands(env, &Person{Out: io.Discard, Getenv: func(string) string { return "" }}) {
			if c.Name() == args[0] {
				c.SetOut(&out)
				c.SetErr(&warn)
				c.SetArgs(append(args[1:], "--store", store))
				if err := c.ExecuteContext(t.Context()); err != nil || warn.Len() > 0 {
					t.Fatalf("%v: %v, %s", args, err, warn.String())
				}
			}
		}
	}
	for i, args := range [][]string{{"logout", "guarded"}, {"logout", "--all"}} {
		configure("")
		mustCall(t, newTransport(t, w.url(), store, &visits{}), w.url())
		configure(`,"clientSecret":"s3cret"`)
		w.as.replace(func(_ http.ResponseWriter, r *http.Request) bool { return r.URL.Path == "/revoke" })
		run(args...)
		w.as.replace(nil)
		got := w.as.seen("/revoke", "")
		if len(got) != 2*(i+1) {
			t.Fatalf("%v: %d revocations", args, len(got))
		}
		for _, r := range got {
			if !strings.HasPrefix(r.auth, "Basic ") || r.form.Get("token") == "" {
				t.Errorf("%v: revoked as %q", args, r.auth)
			}
		}
	}
}
