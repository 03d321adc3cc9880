package oauth

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

func TestMain(m *testing.M) {
	if visit := os.Getenv("OAUTH_TEST_BROWSER"); visit != "" { // this binary plays the browser
		if _, err := browse(context.Background(), os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if server := os.Getenv("OAUTH_TEST_WORKER"); server != "" { // and this one a process among several
		if err := work(server, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Setenv("MCPJS_TOKEN_STORE", storeFile) // leave the keychain of whoever runs this alone
	slog.SetDefault(slog.New(slog.DiscardHandler))
	storage.RegisterClients(storage.NativeClient("native", "http://127.0.0.1/callback"))
	os.Exit(m.Run())
}

// A site is an http server whose requests are recorded, and whose answers a
// test can replace.
type site struct {
	*httptest.Server
	mu       sync.Mutex
	requests []request
	instead  func(w http.ResponseWriter, r *http.Request) bool // answers, or reports false
}

type request struct {
	method, path, auth string
	form               url.Values
}

func newSite(t *testing.T, handler func(base string) http.Handler) *site {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{}
	inner := handler("http://" + l.Addr().String())
	s.Server = &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := request{method: r.Method, path: r.URL.Path, auth: r.Header.Get("Authorization"), form: r.URL.Query()}
		if r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
			body, _ := io.ReadAll(r.Body)
			rec.form, _ = url.ParseQuery(string(body))
			r.Body = io.NopCloser(strings.NewReader(string(body)))
		}
		s.mu.Lock()
		s.requests = append(s.requests, rec)
		instead := s.instead
		s.mu.Unlock()
		if instead == nil || !instead(w, r) {
			inner.ServeHTTP(w, r)
		}
	})}}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *site) replace(f func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	s.instead = f
	s.mu.Unlock()
}

// seen gives the requests for a path, of a grant if one is named.
func (s *site) seen(path, grant string) []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []request
	for _, r := range s.requests {
		if r.path == path && (grant == "" || r.form.Get("grant_type") == grant) {
			all = append(all, r)
		}
	}
	return all
}

// world is an MCP server and its authorization server, which is zitadel/oidc's
// with the storage and login pages of its example.
type world struct {
	as, mcp *site

	mu      sync.Mutex
	dead    map[string]bool // tokens that the MCP server takes for expired
	needs   map[string]string
	prm     string // replaces the resource metadata
	held    chan struct{}
	waiting chan struct{}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{dead: map[string]bool{}}
	w.as = newSite(t, func(base string) http.Handler {
		return exampleop.SetupServer(base, storage.NewStorage(storage.NewUserStore(base)), nil, false)
	})
	w.mcp = newSite(t, func(base string) http.Handler { return http.HandlerFunc(w.serve) })
	w.mcp.replace(nil) // its lock has requests of other processes see w as it is now
	return w
}

func (w *world) url() string { return w.mcp.URL + "/mcp" }

func (w *world) expire() {
	w.mcp.mu.Lock()
	defer w.mcp.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.mcp.requests {
		w.dead[r.auth] = true
	}
}

// serve is the MCP server: it asks the authorization server whether a token is
// good.
func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/.well-known/oauth-protected-resource/mcp" {
		rw.Header().Set("Content-Type", "application/json")
		w.mu.Lock()
		doc := w.prm
		w.mu.Unlock()
		if doc == "" {
			doc = fmt.Sprintf(`{"resource":%q,"authorization_servers":[%q],"scopes_supported":["openid"]}`, w.url(), w.as.URL)
		}
		fmt.Fprint(rw, doc)
		return
	}
	if r.URL.Path != "/mcp" {
		http.NotFound(rw, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	auth := r.Header.Get("Authorization")
	w.mu.Lock()
	dead := w.dead[auth]
	waiting := w.waiting
	held := w.held
	w.mu.Unlock()
	if dead && held != nil {
		waiting <- struct{}{}
		<-held
	}
	check, _ := http.NewRequest(http.MethodGet, w.as.URL+"/userinfo", nil)
	check.Header.Set("Authorization", auth)
	ok := auth != "" && !dead
	if ok {
		res, err := http.DefaultClient.Do(check)
		ok = err == nil && res.StatusCode == http.StatusOK
		if err == nil {
			res.Body.Close()
		}
	}
	if !ok {
		rw.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", resource_metadata="`+w.mcp.URL+`/.well-known/oauth-protected-resource/mcp"`)
		rw.WriteHeader(http.StatusUnauthorized)
		return
	}
	rw.Write(body)
}

var hidden = regexp.MustCompile(`name="id" value="([^"]*)"`)

// browse is a person with a browser: it follows redirects, fills in the login
// form, and gives the address it ends up at.
func browse(ctx context.Context, visit string) (string, error) { return browseTo(ctx, visit, true) }

// browseTo is browse, by a browser that may not be able to reach the loopback
// redirect.
func browseTo(ctx context.Context, visit string, reach bool) (string, error) {
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Timeout: 20 * time.Second}
	if !reach {
		client.CheckRedirect = func(next *http.Request, _ []*http.Request) error {
			if next.URL.Path == callbackPath {
				return http.ErrUseLastResponse
			}
			return nil
		}
	}
	defer client.CloseIdleConnections()
	get := func(req *http.Request) (*http.Response, string, error) {
		res, err := client.Do(req)
		if err != nil {
			return nil, "", err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		return res, string(body), err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, visit, nil)
	if err != nil {
		return "", err
	}
	res, body, err := get(req)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(res.Request.URL.Path, "/login/") {
		return res.Request.URL.String(), nil
	}
	id := hidden.FindStringSubmatch(body)
	if id == nil {
		return "", fmt.Errorf("no login form: %s", body)
	}
	form := url.Values{"username": {"test-user@127.0.0.1"}, "password": {"verysecure"}, "id": {id[1]}}
	req, err = http.NewRequestWithContext(ctx, http.MethodPost, res.Request.URL.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if res, body, err = get(req); err != nil {
		return "", err
	}
	if to, err := res.Location(); !reach && err == nil {
		return to.String(), nil
	}
	if res.Request.URL.Path != callbackPath {
		return "", fmt.Errorf("the login ended at %s: %s", res.Request.URL.Path, body)
	}
	return res.Request.URL.String(), nil
}

// visits counts what a person was asked to visit; the browser's answer comes to
// the loopback.
type visits struct {
	mu  sync.Mutex
	all []string
}

func (v *visits) authorize(ctx context.Context, visit string) (string, error) {
	v.mu.Lock()
	v.all = append(v.all, visit)
	v.mu.Unlock()
	_, err := browse(ctx, visit)
	return "", err
}

func (v *visits) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.all)
}

// newTransport makes a Transport with its store in dir.
func newTransport(t *testing.T, server, dir string, v *visits, change ...func(*Config)) *Transport {
	t.Helper()
	conf := Config{ClientID: "native", TokenStore: dir, LoginTime: 30 * time.Second}
	if v != nil {
		conf.OnAuthorize = v.authorize
	}
	for _, c := range change {
		c(&conf)
	}
	base := &http.Transport{MaxIdleConnsPerHost: 64}
	a, err := New(Options{Server: server, Base: base, Config: conf})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.CloseIdleConnections)
	return a
}

// call posts through a Transport. It gives the status, and what the server
// received.
func call(ctx context.Context, a *Transport, server, body string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	res, err := a.RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	return res.StatusCode, string(got), err
}

func mustCall(t *testing.T, a *Transport, server string) {
	t.Helper()
	status, got, err := call(t.Context(), a, server, "hello")
	if err != nil || status != 200 || got != "hello" {
		t.Fatalf("call: status %d, %q, %v", status, got, err)
	}
}
