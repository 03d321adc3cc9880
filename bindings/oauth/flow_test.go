package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestPublicServer(t *testing.T) {
	s := newSite(t, func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("hello")) })
	})
	dir := filepath.Join(t.TempDir(), "auth")
	a := newTransport(t, s.URL+"/mcp", dir, &visits{})
	mustCall(t, a, s.URL+"/mcp")
	if len(s.requests) != 1 || s.requests[0].auth != "" {
		t.Errorf("requests: %+v", s.requests)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("a store was made for a public server: %v", err)
	}
}

func TestCode(t *testing.T) {
	w, dir, v := newWorld(t), t.TempDir(), &visits{}
	a := newTransport(t, w.url(), dir, v)
	mustCall(t, a, w.url())
	if v.count() != 1 {
		t.Fatalf("%d logins", v.count())
	}
	asked, err := url.Parse(v.all[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"resource": w.url(), "code_challenge_method": "S256", "client_id": "native", "scope": "openid offline_access", "response_type": "code"} {
		if got := asked.Query().Get(name); got != want {
			t.Errorf("authorize: %s is %q, want %q", name, got, want)
		}
	}
	tokens := w.as.seen("/oauth/token", "")
	if len(tokens) != 1 || tokens[0].form.Get("resource") != w.url() || tokens[0].form.Get("code_verifier") == "" {
		t.Errorf("token requests: %+v", tokens)
	}

	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("store: %v, %v", files, err)
	}
	if info, err := os.Stat(files[0]); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}

	again := newTransport(t, w.url(), dir, v)
	mustCall(t, again, w.url())
	if v.count() != 1 {
		t.Error("the stored token was not used")
	}
	other := newTransport(t, w.url(), dir, nil, func(c *Config) { c.ClientID = "other" })
	if _, err := other.current(t.Context()); err != nil || other.cred != nil {
		t.Errorf("a token was used with another client than it was given to: %v", err)
	}
}

// TestExpiryInMidRun has a token end under 50 calls in flight.
func TestExpiryInMidRun(t *testing.T) {
	const calls = 50
	w, dir, v := newWorld(t), t.TempDir(), &visits{}
	a := newTransport(t, w.url(), dir, v)
	mustCall(t, a, w.url())
	w.expire()
	w.held, w.waiting = make(chan struct{}), make(chan struct{}, calls)
	var done sync.WaitGroup
	failures := make(chan error, calls)
	for i := range calls {
		done.Go(func() {
			body := fmt.Sprint("call ", i)
			if status, got, err := call(t.Context(), a, w.url(), body); err != nil || status != 200 || got != body {
				failures <- fmt.Errorf("%s: status %d, %q, %w", body, status, got, err)
			}
		})
	}
	for range calls { // all are at the server, with the old token
		<-w.waiting
	}
	close(w.held)
	done.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	if n := len(w.as.seen("/oauth/token", "refresh_token")); n != 1 || v.count() != 1 {
		t.Errorf("%d refreshes and %d logins, want 1 and 1", n, v.count())
	}
}

// TestTwoProcesses shares a store between two transports, as processes would.
func TestTwoProcesses(t *testing.T) {
	w, dir, v := newWorld(t), t.TempDir(), &visits{}
	one, two := newTransport(t, w.url(), dir, v), newTransport(t, w.url(), dir, v)
	var done sync.WaitGroup
	for _, a := range []*Transport{one, two, one, two} {
		done.Go(func() { mustCall(t, a, w.url()) })
	}
	done.Wait()
	if v.count() != 1 {
		t.Errorf("%d logins", v.count())
	}
	w.expire()
	for _, a := range []*Transport{one, two, one, two} {
		done.Go(func() { mustCall(t, a, w.url()) })
	}
	done.Wait()
	if n := len(w.as.seen("/oauth/token", "refresh_token")); n != 1 || v.count() != 1 {
		t.Errorf("%d refreshes and %d logins, want 1 and 1", n, v.count())
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestAheadOfExpiry renews a token before it ends, without a refused call.
func TestAheadOfExpiry(t *testing.T) {
	w, v := newWorld(t), &visits{}
	a := newTransport(t, w.url(), t.TempDir(), v)
	mustCall(t, a, w.url())
	a.mu.Lock()
	a.cred.Obtained, a.cred.Expiry = time.Now().Add(-time.Hour), time.Now().Add(time.Second)
	a.mu.Unlock()
	before := len(w.mcp.seen("/mcp", ""))
	mustCall(t, a, w.url())
	if n := len(w.mcp.seen("/mcp", "")) - before; n != 1 {
		t.Errorf("%d requests for one call", n)
	}
	if n := len(w.as.seen("/oauth/token", "refresh_token")); n != 1 {
		t.Errorf("%d refreshes", n)
	}
}

func TestRevoked(t *testing.T) {
	w, dir, v := newWorld(t), t.TempDir(), &visits{}
	a := newTransport(t, w.url(), dir, v)
	mustCall(t, a, w.url())
	rec, err := a.store.load(t.Context(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	// revoke the way logout does
	if err := revokeStored(t.Context(), rec, Config{}); err != nil {
		t.Fatal(err)
	}
	if len(w.as.seen("/revoke", "")) == 0 {
		t.Fatal("nothing was revoked")
	}
	w.expire()
	mustCall(t, a, w.url())
	if v.count() != 2 {
		t.Errorf("%d logins, want 2: the refresh token was revoked", v.count())
	}
	stuck := newTransport(t, w.url(), dir, nil)
	rec, _ = a.store.load(t.Context(), a.key)
	if err := revokeStored(t.Context(), rec, Config{}); err != nil {
		t.Fatal(err)
	}
	w.expire()
	_, _, err = call(t.Context(), stuck, w.url(), "hello")
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Hint, "mcpjs login") {
		t.Errorf("nobody can be asked: %v", err)
	}
}

func TestClientCredentials(t *testing.T) {
	w := newWorld(t)
	a := newTransport(t, w.url(), "", nil, func(c *Config) {
		*c = Config{Grant: ClientCredentials, ClientID: "sid1", ClientSecret: "verysecret"}
	})
	_, err := a.renew(t.Context(), need{}, true)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.as.seen("/oauth/token", ClientCredentials); len(got) != 1 || !strings.HasPrefix(got[0].auth, "Basic ") || got[0].form.Get("client_secret") != "" {
		t.Errorf("token requests: %+v", got)
	}
	a = newTransport(t, w.url(), "", nil, func(c *Config) {
		*c = Config{Grant: ClientCredentials, ClientID: "sid1", ClientSecret: "not-the-secret"}
	})
	_, err = a.renew(t.Context(), need{}, true)
	if err == nil || strings.Contains(err.Error(), "not-the-secret") {
		t.Errorf("wrong secret: %v", err)
	}
}

// TestDefer leaves a login to Supply.
func TestDefer(t *testing.T) {
	w, v := newWorld(t), &visits{}
	a := newTransport(t, w.url(), t.TempDir(), v)
	_, _, err := call(a.Defer(t.Context()), a, w.url(), "hello")
	var required *Required
	if !errors.As(err, &required) || required.Status != 401 || v.count() != 0 {
		t.Fatalf("deferred: %v, %d logins", err, v.count())
	}
	if ok, err := a.Supply(t.Context(), fmt.Errorf("connect: %w", err)); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if ok, err := a.Supply(t.Context(), errors.New("another")); err != nil || ok {
		t.Error("supplied for another failure")
	}
	if status, _, err := call(a.Defer(t.Context()), a, w.url(), "hello"); status != 200 || err != nil {
		t.Errorf("afterwards: status %d, %v", status, err)
	}
}

// TestCancel ends each wait there is by ending the call.
func TestCancel(t *testing.T) {
	arrived := make(chan struct{}, 8)
	stall := func(path string) func(w http.ResponseWriter, r *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, path) {
				return false
			}
			arrived <- struct{}{}
			<-r.Context().Done()
			return true
		}
	}
	for name, set := range map[string]func(w *world, c *Config){
		"resource metadata": func(w *world, _ *Config) { w.mcp.replace(stall("/.well-known")) },
		"server metadata":   func(w *world, _ *Config) { w.as.replace(stall("/.well-known")) },
		"token":             func(w *world, _ *Config) { w.as.replace(stall("/oauth/token")) },
		"person": func(_ *world, c *Config) {
			c.OnAuthorize = func(ctx context.Context, _ string) (string, error) {
				arrived <- struct{}{}
				return "", nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, v := newWorld(t), &visits{}
			a := newTransport(t, w.url(), t.TempDir(), v, func(c *Config) { set(w, c) })
			ctx, cancel := context.WithCancelCause(t.Context())
			go func() {
				<-arrived
				cancel(errors.New("enough"))
			}()
			_, _, err := call(ctx, a, w.url(), "hello")
			if err == nil || err.Error() != "enough" {
				t.Errorf("got %v, want the cause", err)
			}
			unlock, err := a.store.lock(t.Context(), a.key, nil) // the flight has ended
			if err != nil {
				t.Fatal(err)
			}
			unlock()
		})
	}
}

func TestNobodyLogsIn(t *testing.T) {
	w := newWorld(t)
	a := newTransport(t, w.url(), t.TempDir(), nil, func(c *Config) {
		c.OnAuthorize = func(context.Context, string) (string, error) { return "", nil }
		c.LoginTime = 50 * time.Millisecond
	})
	_, _, err := call(t.Context(), a, w.url(), "hello")
	if err == nil || !strings.Contains(err.Error(), "nobody logged in within 50ms") {
		t.Errorf("got %v", err)
	}
}

func TestStepUp(t *testing.T) {
	w, v := newWorld(t), &visits{}
	a := newTransport(t, w.url(), t.TempDir(), v)
	mustCall(t, a, w.url())
	lacking := func(granted func() bool) {
		w.mcp.replace(func(rw http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/mcp" || granted() {
				return false
			}
			rw.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="profile"`)
			rw.WriteHeader(http.StatusForbidden)
			return true
		})
	}
	lacking(func() bool { return false })
	_, _, err := call(t.Context(), a, w.url(), "hello")
	if err == nil || v.count() != 2 {
		t.Errorf("never enough: %v, %d logins, want an error after 2", err, v.count())
	}
	asked, _ := url.Parse(v.all[1])
	if got := scopes(asked.Query().Get("scope")); !covers(got, []string{"openid", "profile", "offline_access"}) {
		t.Errorf("step-up asks for %q", got)
	}

	w.mcp.replace(nil)
	v = &visits{}
	b := newTransport(t, w.url(), t.TempDir(), v)
	mustCall(t, b, w.url())
	lacking(func() bool { return v.count() > 1 })
	mustCall(t, b, w.url())
}

// TestMigration moves a server to another authorization server: nothing of the
// first may be seen at the second.
func TestMigration(t *testing.T) {
	w, v := newWorld(t), &visits{}
	a := newTransport(t, w.url(), t.TempDir(), v)
	mustCall(t, a, w.url())
	second := newWorld(t).as
	w.mu.Lock()
	w.prm = fmt.Sprintf(`{"resource":%q,"authorization_servers":[%q]}`, w.url(), second.URL)
	w.mu.Unlock()
	w.expire()
	_, _, err := call(t.Context(), a, w.url(), "hello")
	if err == nil || !strings.Contains(err.Error(), "was registered with") {
		t.Errorf("got %v", err)
	}
	for _, r := range second.requests {
		if r.auth != "" || r.form.Get("client_id") != "" || r.form.Get("refresh_token") != "" {
			t.Errorf("the second server has seen %+v", r)
		}
	}
}

// TestNoSecretAnywhere looks for what is secret in all that a login shows.
func TestNoSecretAnywhere(t *testing.T) {
	w := newWorld(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OAUTH_TEST_BROWSER", "1")
	var shown strings.Builder
	dir := t.TempDir()
	a := newTransport(t, w.url(), dir, nil)
	a.opts.Person = &Person{Out: &shown, Getenv: func(name string) string {
		if name == "BROWSER" {
			return filepath.Join(dir, "no-such-browser") + string(os.PathListSeparator) + exe + " %s"
		}
		return ""
	}}
	mustCall(t, a, w.url())
	var secrets []string
	for _, r := range w.as.seen("/oauth/token", "") {
		secrets = append(secrets, r.form.Get("code"), r.form.Get("code_verifier"))
	}
	secrets = append(secrets, a.cred.AccessToken, a.cred.RefreshToken)
	var status strings.Builder
	if err := (&flags{store: dir}).status(t.Context(), &status, true); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(status.String(), w.url()) {
		t.Errorf("status: %s", status.String())
	}
	for _, text := range []string{shown.String(), status.String(), fmt.Sprint(a.named(refusal(&answer{Code: "x", ErrorDescription: strings.Join(secrets, " ")}, 400, a.server, w.as.seen("/oauth/token", "")[0].form, client{}).hint("%s", "")))} {
		for _, s := range secrets[:2] {
			if s == "" || strings.Contains(text, s) {
				t.Errorf("secret %q is in %q", s, text)
			}
		}
	}
	for _, s := range secrets[2:] {
		if s == "" || strings.Contains(shown.String()+status.String(), s) {
			t.Errorf("a token was shown")
		}
	}
	if !strings.Contains(shown.String(), "Visit:") {
		t.Errorf("shown: %s", shown.String())
	}
}

func TestRegistration(t *testing.T) {
	var asked map[string]any
	w, v := newWorld(t), &visits{}
	w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
		switch r.URL.Path {
		case "/.well-known/oauth-authorization-server":
			fmt.Fprintf(rw, `{"issuer":%[1]q,"authorization_endpoint":"%[1]s/auth","token_endpoint":"%[1]s/oauth/token","registration_endpoint":"%[1]s/register","code_challenge_methods_supported":["S256"],"token_endpoint_auth_methods_supported":["none"]}`, w.as.URL)
		case "/register":
			asked = nil
			_ = json.NewDecoder(r.Body).Decode(&asked)
			rw.WriteHeader(http.StatusCreated)
			fmt.Fprint(rw, `{"client_id":"native"}`)
		default:
			return false
		}
		return true
	})
	dir := t.TempDir()
	unnamed := func(c *Config) { c.ClientID = "" }
	mustCall(t, newTransport(t, w.url(), dir, v, unnamed), w.url())
	if asked["application_type"] != "native" || asked["token_endpoint_auth_method"] != "none" || fmt.Sprint(asked["grant_types"]) != "[authorization_code refresh_token]" {
		t.Errorf("registered as %v", asked)
	}
	asked = nil
	again := newTransport(t, w.url(), dir, v, unnamed)
	if err := again.Login(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if asked != nil {
		t.Error("registered twice")
	}
	w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/.well-known/oauth-authorization-server" {
			fmt.Fprintf(rw, `{"issuer":%[1]q,"authorization_endpoint":"%[1]s/auth","token_endpoint":"%[1]s/oauth/token","registration_endpoint":"%[1]s/register","code_challenge_methods_supported":["S256"]}`, w.as.URL)
			return true
		}
		if r.URL.Path == "/register" {
			rw.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(rw, `{"error":"invalid_redirect_uri","error_description":"no\u001b[31m loopback"}`)
			return true
		}
		return false
	})
	_, _, err := call(t.Context(), newTransport(t, w.url(), t.TempDir(), v, unnamed), w.url(), "hello")
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Reason, "invalid_redirect_uri") || strings.Contains(err.Error(), "\x1b") || !strings.Contains(e.Hint, "by hand") {
		t.Errorf("refused registration: %v", err)
	}
}
