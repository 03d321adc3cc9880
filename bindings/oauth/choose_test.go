package oauth

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// authorizedBy has the server's metadata name these authorization servers.
func (w *world) authorizedBy(issuers ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.prm = fmt.Sprintf(`{"resource":%q,"authorization_servers":["%s"],"scopes_supported":["openid"]}`, w.url(), strings.Join(issuers, `","`))
}

// other is a second authorization server.
func other(t *testing.T) *site { return newWorld(t).as }

// says replaces an authorization server's metadata; an empty value removes a field.
func (s *site) says(change map[string]string) {
	fields := metadataOf(s.URL)
	for k, v := range change {
		if fields[k] = v; v == "" {
			delete(fields, k)
		}
	}
	s.replace(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/.well-known/oauth-authorization-server" {
			return false
		}
		fmt.Fprint(rw, document(fields))
		return true
	})
}

// all gives all requests so far.
func (s *site) all() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]request(nil), s.requests...)
}

// onlyLookedAt wants a site to have seen requests for metadata alone.
func onlyLookedAt(t *testing.T, s *site) {
	t.Helper()
	for _, r := range s.all() {
		if r.method != http.MethodGet || !strings.Contains(r.path, "/.well-known/") || r.auth != "" || len(r.form) > 0 {
			t.Errorf("an authorization server that was passed over got %+v", r)
		}
	}
}

// TestPassedOver has the first of two authorization servers be of no use: the
// second is taken, and why is said once that fails as well.
func TestPassedOver(t *testing.T) {
	metadata := func(change map[string]string) func(s *site) { return func(s *site) { s.says(change) } }
	for name, test := range map[string]struct {
		set  func(s *site)
		want string
	}{
		"fails":                {func(s *site) { s.replace(status(503, "", "")) }, "HTTP status 503"},
		"is gone":              {func(s *site) { s.Close() }, "refused"},
		"has no metadata":      {func(s *site) { s.replace(status(404, "", "")) }, "no metadata was found"},
		"is no JSON":           {func(s *site) { s.replace(status(200, "", "{")) }, "no valid JSON"},
		"is of another issuer": {metadata(map[string]string{"issuer": `"https://honest.example"`}), "that of another issuer"},
		"knows no PKCE":        {metadata(map[string]string{"code_challenge_methods_supported": `["plain"]`}), "PKCE"},
		"has no login":         {metadata(map[string]string{"authorization_endpoint": ""}), "no endpoint for people"},
		"has no tokens":        {metadata(map[string]string{"token_endpoint": ""}), "no token endpoint"},
		"is not https":         {metadata(map[string]string{"token_endpoint": `"http://as.example/token"`}), "not https"},
	} {
		t.Run(name, func(t *testing.T) {
			w, v, first := newWorld(t), &visits{}, other(t)
			w.authorizedBy(first.URL, w.as.URL)
			test.set(first)
			mustCall(t, newTransport(t, w.url(), t.TempDir(), v), w.url())
			if v.count() != 1 || !strings.HasPrefix(v.all[0], w.as.URL+"/") {
				t.Errorf("asked to visit %v", v.all)
			}
			onlyLookedAt(t, first)

			w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
				return r.URL.Path == "/oauth/token" && status(400, "", `{"error":"invalid_client"}`)(rw, r)
			})
			_, _, err := call(t.Context(), newTransport(t, w.url(), t.TempDir(), v), w.url(), "hello")
			var e *Error
			if !errors.As(err, &e) || e.Code != "invalid_client" || !strings.Contains(e.Hint, "check the client id") ||
				!strings.Contains(e.Hint, "passed over before: ") || !strings.Contains(e.Hint, test.want) {
				t.Errorf("the second fails: %v, hint %q; want %q in it", err, e.Hint, test.want)
			}

			w.as.replace(status(502, "", ""))
			_, _, err = call(t.Context(), newTransport(t, w.url(), t.TempDir(), v), w.url(), "hello")
			if err == nil || !strings.Contains(err.Error(), "none of the server's 2 authorization servers can be used: ") ||
				!strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "HTTP status 502") {
				t.Errorf("neither can be used: %v", err)
			}
		})
	}
}

// TestUnsure takes an authorization server that the metadata speaks against only
// where there is no better one.
func TestUnsure(t *testing.T) {
	w, v, first := newWorld(t), &visits{}, other(t)
	w.authorizedBy(first.URL, w.as.URL)
	first.says(nil) // registers nobody
	registrations := 0
	w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
		switch r.URL.Path {
		case "/.well-known/oauth-authorization-server":
			fields := metadataOf(w.as.URL)
			fields["registration_endpoint"] = fmt.Sprintf("%q", w.as.URL+"/register")
			fmt.Fprint(rw, document(fields))
		case "/register":
			registrations++
			rw.WriteHeader(http.StatusCreated)
			fmt.Fprint(rw, `{"client_id":"native"}`)
		default:
			return false
		}
		return true
	})
	mustCall(t, newTransport(t, w.url(), t.TempDir(), v, func(c *Config) { c.ClientID = "" }), w.url())
	if registrations != 1 {
		t.Errorf("%d registrations", registrations)
	}
	onlyLookedAt(t, first)

	w.as.replace(nil)
	first.says(map[string]string{"token_endpoint_auth_methods_supported": `["tls_client_auth"]`})
	mustCall(t, newTransport(t, w.url(), t.TempDir(), v), w.url())
	onlyLookedAt(t, first)

	for grants, want := range map[string]bool{`["authorization_code"]`: false, `["authorization_code","client_credentials"]`: true} {
		robot := newWorld(t)
		first := other(t)
		robot.authorizedBy(first.URL, robot.as.URL)
		first.says(map[string]string{"grant_types_supported": `["authorization_code"]`})
		robot.as.says(map[string]string{"grant_types_supported": grants})
		answers := func(s *site) {
			metadata := s.instead
			s.replace(func(rw http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/oauth/token" {
					return status(200, "", `{"access_token":"a","token_type":"bearer"}`)(rw, r)
				}
				return metadata(rw, r)
			})
		}
		answers(first)
		answers(robot.as)
		// Signed for one of them, a proof is of no use to the other.
		a := newTransport(t, robot.url(), "", nil, func(c *Config) {
			*c = Config{Grant: ClientCredentials, ClientID: "sid1", PrivateKey: newKeys(t)["ES256"].pem}
		})
		if _, err := a.renew(t.Context(), need{}, true); err != nil {
			t.Fatal(err)
		}
		if got := len(robot.as.seen("/oauth/token", "")) == 1; got != want || len(first.seen("/oauth/token", "")) == 1 == want {
			t.Errorf("%s: the second was asked: %t", grants, got)
		}
	}
}

// TestIssuerOption takes the authorization server that the user names, though
// another comes first, and shows that one nothing.
func TestIssuerOption(t *testing.T) {
	w, v, first := newWorld(t), &visits{}, other(t)
	w.authorizedBy(first.URL, w.as.URL)
	mustCall(t, newTransport(t, w.url(), t.TempDir(), v, func(c *Config) { c.Issuer = w.as.URL }), w.url())
	if got := first.all(); len(got) > 0 {
		t.Errorf("the first one got %+v", got)
	}
	w.as.replace(status(503, "", ""))
	_, _, err := call(t.Context(), newTransport(t, w.url(), t.TempDir(), v, func(c *Config) { c.Issuer = w.as.URL }), w.url(), "hello")
	if err == nil || !strings.Contains(err.Error(), "HTTP status 503") || len(first.all()) > 0 {
		t.Errorf("the one that was named fails: %v; another got %+v", err, first.all())
	}
}

// TestSecretStays: what works with any authorization server goes to one alone.
func TestSecretStays(t *testing.T) {
	for name, conf := range map[string]Config{
		"secret":    {Grant: ClientCredentials, ClientID: "sid1", ClientSecret: "verysecret"},
		"assertion": parsed(t, `{"grant":"jwt_bearer","assertion":"m4de-out-beforehand"}`),
	} {
		t.Run(name, func(t *testing.T) {
			w, first := newWorld(t), other(t)
			w.authorizedBy(first.URL, w.as.URL)
			first.replace(status(503, "", ""))
			get := func(issuer string) error {
				a := newTransport(t, w.url(), "", nil, func(c *Config) { *c = conf; c.Issuer = issuer })
				_, err := a.renew(t.Context(), need{}, true)
				return a.named(err)
			}
			var e *Error
			if err := get(""); !errors.As(err, &e) || !strings.Contains(e.Error(), "HTTP status 503") || !strings.Contains(e.Hint, "as issuer") {
				t.Errorf("the first one fails: %v", err)
			}
			if got := w.as.all(); len(got) > 0 {
				t.Errorf("the second one got %+v", got)
			}
			w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
				return r.URL.Path == "/oauth/token" && status(200, "", `{"access_token":"a","token_type":"bearer"}`)(rw, r)
			})
			if err := get(w.as.URL); err != nil {
				t.Errorf("the second one is named: %v", err)
			}
			onlyLookedAt(t, first)
		})
	}
}

func parsed(t *testing.T, text string) Config {
	t.Helper()
	c, err := ParseConfig([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestStaysWithIssuer: the one that has given a token, or knows the client, goes
// before those that the metadata names before it; and no other sees what it gave.
func TestStaysWithIssuer(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"token and client of its own": func(c *Config) { c.ClientID = "" },
		"client of the user's":        func(*Config) {},
	} {
		t.Run(name, func(t *testing.T) {
			w, dir, v, first := newWorld(t), t.TempDir(), &visits{}, other(t)
			mustCall(t, newTransport(t, w.url(), dir, v, func(c *Config) { c.remember = true }), w.url())
			third := other(t)
			w.authorizedBy(first.URL, third.URL, w.as.URL)
			w.expire()
			a := newTransport(t, w.url(), dir, v, change)
			mustCall(t, a, w.url())
			if n := len(w.as.seen("/oauth/token", "refresh_token")); n != 1 || v.count() != 1 || len(first.all())+len(third.all()) > 0 {
				t.Errorf("%d refreshes, %d logins, the first one got %+v", n, v.count(), first.all())
			}

			// It fails for a while: nobody is asked who can't be by now, and its
			// refresh token goes nowhere else.
			w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
				return strings.HasPrefix(r.URL.Path, "/.well-known/") && status(503, "", "")(rw, r)
			})
			w.expire()
			_, _, err := call(a.Defer(t.Context()), a, w.url(), "hello")
			if err == nil || v.count() != 1 {
				t.Errorf("while it fails: %v, %d logins", err, v.count())
			}
			for _, s := range []*site{first, third} {
				onlyLookedAt(t, s)
				if a.config.ClientID != "" && len(s.all()) > 0 {
					t.Errorf("another got %+v", s.all())
				}
			}
			w.as.replace(nil)
			mustCall(t, a, w.url())
			if v.count() != 1 {
				t.Errorf("%d logins after it works again", v.count())
			}
		})
	}
}

// TestMovedWithoutAsking: a server that names another authorization server has
// nobody sent there by a request that may not ask.
func TestMovedWithoutAsking(t *testing.T) {
	w, dir, v := newWorld(t), t.TempDir(), &visits{}
	mustCall(t, newTransport(t, w.url(), dir, v, func(c *Config) { c.remember = true }), w.url())
	second := other(t)
	w.authorizedBy(second.URL)
	w.expire()
	a := newTransport(t, w.url(), dir, v, func(c *Config) { c.ClientID = "" })
	_, _, err := call(a.Defer(t.Context()), a, w.url(), "hello")
	var required *Required
	if !errors.As(err, &required) || v.count() != 1 {
		t.Errorf("got %v, %d logins", err, v.count())
	}
	onlyLookedAt(t, second)
	if u, _ := url.Parse(v.all[0]); u.Host != strings.TrimPrefix(w.as.URL, "http://") {
		t.Errorf("asked to visit %s", u)
	}
}
