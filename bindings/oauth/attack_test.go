package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// metadataOf is what an authorization server at base says of itself.
func metadataOf(base string) map[string]string {
	return map[string]string{
		"issuer": fmt.Sprintf("%q", base), "authorization_endpoint": fmt.Sprintf("%q", base+"/auth"),
		"token_endpoint": fmt.Sprintf("%q", base+"/oauth/token"), "code_challenge_methods_supported": `["S256"]`,
	}
}

func document(fields map[string]string) string {
	var all []string
	for k, v := range fields {
		all = append(all, fmt.Sprintf("%q:%s", k, v))
	}
	return "{" + strings.Join(all, ",") + "}"
}

// TestAttacks has a server, an authorization server or somebody on the way do
// what they must not. Each ends before a code or token is sent anywhere.
func TestAttacks(t *testing.T) {
	metadata := func(change map[string]string) func(w *world, c *Config) {
		return func(w *world, _ *Config) {
			fields := metadataOf(w.as.URL)
			for k, v := range change {
				fields[k] = v
				if v == "" {
					delete(fields, k)
				}
			}
			w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != "/.well-known/oauth-authorization-server" {
					return false
				}
				fmt.Fprint(rw, document(fields))
				return true
			})
		}
	}
	resource := func(prm string) func(w *world, c *Config) {
		return func(w *world, _ *Config) {
			w.prm = strings.NewReplacer("SELF", w.url(), "AS", w.as.URL).Replace(prm)
		}
	}
	// answers has the browser come back with another query than it was given.
	answers := func(change func(q url.Values)) func(w *world, c *Config) {
		return func(w *world, c *Config) {
			c.OnAuthorize = func(ctx context.Context, visit string) (string, error) {
				u, err := url.Parse(visit)
				if err != nil {
					return "", err
				}
				q := url.Values{"state": {u.Query().Get("state")}, "code": {"stolen-code"}}
				change(q)
				return u.Query().Get("redirect_uri") + "?" + q.Encode(), nil
			}
		}
	}
	both := func(fs ...func(w *world, c *Config)) func(w *world, c *Config) {
		return func(w *world, c *Config) {
			for _, f := range fs {
				f(w, c)
			}
		}
	}
	for name, test := range map[string]struct {
		set  func(w *world, c *Config)
		want string
	}{
		"metadata of another issuer":       {metadata(map[string]string{"issuer": `"https://honest.example"`}), "that of another issuer: https://honest.example"},
		"metadata without issuer":          {metadata(map[string]string{"issuer": ""}), "that of another issuer"},
		"issuer with another path":         {metadata(map[string]string{"issuer": `"https://honest.example/tenant"`}), "that of another issuer"},
		"no PKCE":                          {metadata(map[string]string{"code_challenge_methods_supported": ""}), "PKCE"},
		"plain PKCE":                       {metadata(map[string]string{"code_challenge_methods_supported": `["plain"]`}), "PKCE"},
		"authorize by script":              {metadata(map[string]string{"authorization_endpoint": `"javascript:alert(1)//"`}), "no http or https URL"},
		"authorize by file":                {metadata(map[string]string{"authorization_endpoint": `"file:///etc/passwd"`}), "no http or https URL"},
		"authorize by an option":           {metadata(map[string]string{"authorization_endpoint": `"--renderer-cmd-prefix=sh"`}), "no http or https URL"},
		"token over http":                  {metadata(map[string]string{"token_endpoint": `"http://as.example/token"`}), "not https"},
		"no token endpoint":                {metadata(map[string]string{"token_endpoint": ""}), "no token endpoint"},
		"metadata is no JSON":              {func(w *world, _ *Config) { w.as.replace(status(200, "text/plain", "{")) }, "no valid JSON"},
		"metadata is huge":                 {func(w *world, _ *Config) { w.as.replace(status(200, "", strings.Repeat(" ", maxDocument+10))) }, "beyond the limit"},
		"metadata fails":                   {func(w *world, _ *Config) { w.as.replace(status(503, "", "")) }, "HTTP status 503"},
		"no metadata":                      {func(w *world, _ *Config) { w.as.replace(status(404, "", "")) }, "no metadata was found"},
		"metadata is a page":               {func(w *world, _ *Config) { w.as.replace(status(200, "text/html", "<html>")) }, "no metadata was found"},
		"another resource":                 {resource(`{"resource":"https://other.example/mcp","authorization_servers":["AS"]}`), "about another server"},
		"another path's resource":          {resource(`{"resource":"SELFx","authorization_servers":["AS"]}`), "about another server"},
		"authorization server over http":   {resource(`{"resource":"SELF","authorization_servers":["http://as.example"]}`), "not https"},
		"authorization server is a file":   {resource(`{"resource":"SELF","authorization_servers":["file:///etc/passwd"]}`), "no http or https URL"},
		"authorization server with a user": {resource(`{"resource":"SELF","authorization_servers":["https://a:b@as.example"]}`), "user name"},
		"no issuer that was named":         {func(_ *world, c *Config) { c.Issuer = "https://mine.example" }, "credentials are for"},
		"answer from another issuer":       {answers(func(q url.Values) { q.Set("iss", "https://attacker.example") }), "from another issuer"},
		"answer with a slash more": {func(w *world, c *Config) {
			answers(func(q url.Values) { q.Set("iss", w.as.URL+"/") })(w, c)
		}, "from another issuer"},
		"answer without issuer": {both(metadata(map[string]string{"authorization_response_iss_parameter_supported": "true"}), answers(func(url.Values) {})), "does not name its issuer"},
		"error from another issuer": {answers(func(q url.Values) {
			q.Set("iss", "https://attacker.example")
			q.Set("error", "visit-attacker")
		}), "from another issuer"},
		"answer without code":   {answers(func(q url.Values) { q.Del("code") }), "no code"},
		"answer with two codes": {answers(func(q url.Values) { q.Add("code", "other") }), "no code"},
		"replayed state":        {answers(func(q url.Values) { q.Set("state", "of-an-earlier-login") }), "its state is another"},
		"no state":              {answers(func(q url.Values) { q.Del("state") }), "its state is another"},
		"two states":            {answers(func(q url.Values) { q.Add("state", "x") }), "its state is another"},
		"refused":               {answers(func(q url.Values) { q.Set("error", "access_denied") }), "access_denied"},
		"challenge names a file": {func(w *world, _ *Config) {
			w.mcp.replace(func(rw http.ResponseWriter, r *http.Request) bool {
				rw.Header().Set("WWW-Authenticate", `Bearer resource_metadata="file:///etc/passwd"`)
				rw.WriteHeader(401)
				return true
			})
		}, "no http or https URL"},
	} {
		t.Run(name, func(t *testing.T) {
			w, v := newWorld(t), &visits{}
			dir := t.TempDir()
			a := newTransport(t, w.url(), dir, v, func(c *Config) { test.set(w, c) })
			_, _, err := call(t.Context(), a, w.url(), "hello")
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want an *Error with %q", err, test.want)
			}
			if strings.Contains(err.Error(), "visit-attacker") || strings.Contains(err.Error(), "stolen-code") {
				t.Errorf("shows what it must not: %v", err)
			}
			if n := len(w.as.seen("/oauth/token", "")); n != 0 {
				t.Errorf("%d token requests", n)
			}
			for _, r := range append(w.mcp.requests, w.as.requests...) {
				if r.auth != "" {
					t.Errorf("a token was sent: %+v", r)
				}
			}
			rec, err := a.store.load(t.Context(), a.key)
			if err != nil || rec.Token != nil {
				t.Errorf("stored: %+v, %v", rec.Token, err)
			}
		})
	}
}

func status(code int, kind, body string) func(w http.ResponseWriter, r *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if kind != "" {
			w.Header().Set("Content-Type", kind)
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
		return true
	}
}

// TestTokenEndpoint has the token endpoint misbehave; nothing it was sent may be
// in the error, and no redirect of its be followed.
func TestTokenEndpoint(t *testing.T) {
	reached := false
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer thief.Close()
	for name, test := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		want   string
	}{
		"redirects": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
		}, "HTTP status 307"},
		"repeats":      {func(w http.ResponseWriter, r *http.Request) { repeat(w, r) }, "invalid_grant (…)"},
		"is silent":    {func(w http.ResponseWriter, r *http.Request) {}, "no access token"},
		"gives a page": {func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>") }, "no access token"},
		"gives nonsense": {func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `{"access_token":"a\nb","token_type":"Bearer"}`)
		}, "characters"},
		"gives a MAC": {func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"access_token":"a","token_type":"mac"}`) }, "unknown type"},
	} {
		t.Run(name, func(t *testing.T) {
			w, v := newWorld(t), &visits{}
			w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != "/oauth/token" {
					return false
				}
				test.answer(rw, r)
				return true
			})
			_, _, err := call(t.Context(), newTransport(t, w.url(), t.TempDir(), v), w.url(), "hello")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			for _, r := range w.as.seen("/oauth/token", "") {
				if strings.Contains(err.Error(), r.form.Get("code")) || strings.Contains(err.Error(), r.form.Get("code_verifier")) {
					t.Errorf("a secret is in %v", err)
				}
			}
		})
	}
	if reached {
		t.Error("a redirect of the token endpoint was followed")
	}
}

// repeat answers with the code that it was sent.
func repeat(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, `{"error":"invalid_grant","error_description":%q}`, r.FormValue("code"))
}

// TestOtherOrigins keeps tokens from everybody but the server.
func TestOtherOrigins(t *testing.T) {
	w, v := newWorld(t), &visits{}
	a := newTransport(t, w.url(), t.TempDir(), v)
	mustCall(t, a, w.url())
	other := newSite(t, func(string) http.Handler { return http.NotFoundHandler() })
	if _, _, err := call(t.Context(), a, other.URL+"/mcp", "hello"); err != nil {
		t.Fatal(err)
	}
	if got := other.seen("/mcp", ""); len(got) != 1 || got[0].auth != "" {
		t.Errorf("another origin got %+v", got)
	}
	var sent *http.Request
	a.base = roundTripper(func(r *http.Request) (*http.Response, error) {
		sent = r
		return nil, errors.New("sent")
	})
	for _, b := range []*Transport{
		{config: Config{Bearer: func(context.Context) (string, error) { return "secret", nil }}, server: &url.URL{Scheme: "http", Host: "mcp.example", Path: "/"}, base: a.base},
	} {
		_, _, err := call(t.Context(), b, "http://mcp.example/", "hello")
		if sent != nil || err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("over plain http: sent %v, %v", sent, err)
		}
	}
}

// TestPlainHTTP refuses to log in where the token would go over plain http.
func TestPlainHTTP(t *testing.T) {
	v := &visits{}
	a := newTransport(t, "http://mcp.example/mcp", t.TempDir(), v)
	a.base = roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 401, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	})
	_, _, err := call(t.Context(), a, "http://mcp.example/mcp", "hello")
	if err == nil || !strings.Contains(err.Error(), "plain http") || v.count() != 0 {
		t.Errorf("got %v, %d logins", err, v.count())
	}
}

// TestReach keeps a public server from having this machine's network asked.
func TestReach(t *testing.T) {
	for address, want := range map[string]reach{
		"93.184.216.34": public, "2606:4700::1": public, "10.1.2.3": private, "192.168.0.1": private, "fd00::1": private,
		"100.64.0.1": private, "169.254.169.254": linkLocal, "fe80::1": linkLocal, "127.0.0.1": loopback, "::1": loopback,
		"::ffff:127.0.0.1": loopback, "::ffff:10.0.0.1": private, "0.0.0.0": loopback,
	} {
		if got := reachOf(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
	inner := newSite(t, func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{}`) })
	})
	at, _ := url.Parse(inner.URL + "/x")
	server := &url.URL{Scheme: "https", Host: "mcp.example"}
	for name, test := range map[string]struct {
		addrs   []string
		consent bool
		refused bool
	}{
		"public":            {[]string{"93.184.216.34"}, false, true},
		"private":           {[]string{"10.0.0.1"}, false, true},
		"rebinding":         {[]string{"127.0.0.1", "93.184.216.34"}, false, true},
		"unknown":           {nil, false, true},
		"loopback":          {[]string{"127.0.0.1"}, false, false},
		"public, consented": {[]string{"93.184.216.34"}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFetcher(server, http.DefaultTransport, test.consent)
			defer f.close()
			f.lookup = func(context.Context, string) (addrs []netip.Addr, err error) {
				for _, a := range test.addrs {
					addrs = append(addrs, netip.MustParseAddr(a))
				}
				return addrs, nil
			}
			f.measure(t.Context())
			var v map[string]any
			before := len(inner.seen("/x", ""))
			_, err := f.document(t.Context(), at, &v)
			var e *Error
			if refused := errors.As(err, &e) && strings.Contains(e.Hint, "allowPrivate"); refused != test.refused {
				t.Errorf("got %v, refused %t, want %t", err, refused, test.refused)
			}
			if n := len(inner.seen("/x", "")) - before; (n == 0) != test.refused {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// TestStrayAnswers has the loopback asked by others than the browser.
func TestStrayAnswers(t *testing.T) {
	w := newWorld(t)
	a := newTransport(t, w.url(), t.TempDir(), nil, func(c *Config) {
		c.OnAuthorize = func(ctx context.Context, visit string) (string, error) {
			u, _ := url.Parse(visit)
			back := u.Query().Get("redirect_uri")
			for _, stray := range []string{back, back + "?code=evil&state=guess", strings.TrimSuffix(back, callbackPath) + "/favicon.ico"} {
				res, err := http.Get(stray)
				if err != nil {
					return "", err
				}
				res.Body.Close()
				if res.StatusCode/100 != 4 {
					t.Errorf("%s: status %d", stray, res.StatusCode)
				}
			}
			_, err := browse(ctx, visit)
			return "", err
		}
	})
	mustCall(t, a, w.url()) // the right answer still counts
	for _, r := range w.as.seen("/oauth/token", "") {
		if r.form.Get("code") == "evil" {
			t.Error("a stray code was redeemed")
		}
	}
}
