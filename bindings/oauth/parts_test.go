package oauth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"mcpjs/bindings/config"
)

func TestChallenges(t *testing.T) {
	for field, want := range map[string]string{
		`Bearer`:                                                 "bearer map[]",
		`bearer Scope="a b", realm=x`:                            "bearer map[realm:x scope:a b]",
		`Basic realm="a, Bearer b"`:                              "none",
		`Basic realm="x", Bearer scope="y"`:                      "bearer map[scope:y]",
		`Negotiate YWJj==, Bearer error="invalid_token"`:         "bearer map[error:invalid_token]",
		`Bearer resource_metadata = "https://x/?a=b" , scope=c`:  "bearer map[resource_metadata:https://x/?a=b scope:c]",
		`Bearer a="q\"uo\\te"`:                                   `bearer map[a:q"uo\te]`,
		`Bearer scope="unterminated`:                             "bearer map[scope:unterminated]",
		`DPoP algs="ES256", Bearer scope="s"`:                    "dpop map[algs:ES256 scope:s]",
		`,,=, "`:                                                 "none",
		`Bearer scope="a", resource_metadata=https://x/.well-k/`: "bearer map[resource_metadata:https://x/.well-k/ scope:a]",
	} {
		c, ok := authorization(http.Header{"Www-Authenticate": {field}})
		got := fmt.Sprint(c.scheme, " ", c.params)
		if !ok {
			got = "none"
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", field, got, want)
		}
	}
}

func FuzzChallenges(f *testing.F) {
	f.Add(`Basic realm="x", Bearer scope="y\"", a=b`)
	f.Add(`=,"\`)
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range parseChallenges(s) {
			if c.scheme == "" || c.params == nil {
				t.Errorf("%q: %+v", s, c)
			}
		}
	})
}

func TestDescribes(t *testing.T) {
	server, _ := url.Parse("https://Host.example:443/public/mcp")
	f := &fetcher{server: server}
	for resource, want := range map[string]bool{
		"https://host.example/public/mcp": true, "https://host.example": true, "https://host.example/": true, "https://host.example/public/": true,
		"https://host.example/public/mcp/x": false, "https://host.example/pub": false, "http://host.example/public/mcp": false,
		"https://host.example:8443": false, "https://host.example.evil": false, "https://host.example/public/mcp#x": false,
		"https://host.example/?q": false, "https://u@host.example/": false, "": false, ":": false,
	} {
		if got := f.describes(resource); got != want {
			t.Errorf("%q: %t", resource, got)
		}
	}
	for text, want := range map[string]string{
		"https://Mcp.Example/": "https://mcp.example", "https://x/a/": "https://x/a/", "https://x/a?k=secret#f": "https://x/a",
	} {
		u, _ := url.Parse(text)
		if got := canonical(u); got != want {
			t.Errorf("canonical(%s) = %s", text, got)
		}
	}
}

func TestSameIssuer(t *testing.T) {
	for _, pair := range [][2]string{{"https://a", "https://a/"}, {"https://a/t", "https://a/t"}} {
		if !sameIssuer(pair[0], pair[1]) {
			t.Errorf("%v differ", pair)
		}
	}
	for _, pair := range [][2]string{{"https://a/t", "https://a/t/"}, {"https://A", "https://a"}, {"https://a:443", "https://a"}, {"", "https://a"}} {
		if sameIssuer(pair[0], pair[1]) {
			t.Errorf("%v are the same", pair)
		}
	}
}

func TestKeys(t *testing.T) {
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rs, _ := rsa.GenerateKey(rand.Reader, 2048)
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	pkcs8 := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	sec1, _ := x509.MarshalECPrivateKey(ec)
	jwk, _ := json.Marshal(jose.JSONWebKey{Key: ed, KeyID: "k1"})
	for name, test := range map[string]struct {
		text      string
		public    any
		alg       string
		supported []string
	}{
		"EC":        {pkcs8(ec), ec.Public(), "ES256", nil},
		"EC, SEC 1": {string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1})), ec.Public(), "ES256", nil},
		"RSA":       {pkcs8(rs), rs.Public(), "RS256", nil},
		"RSA, PSS":  {pkcs8(rs), rs.Public(), "PS256", []string{"PS256"}},
		"Ed25519":   {pkcs8(ed), ed.Public(), "EdDSA", nil},
		"JWK":       {string(jwk), ed.Public(), "EdDSA", []string{"ES256", "EdDSA"}},
	} {
		key, err := readKey(test.text, "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		signed, err := signClaims(key, test.supported, "me", "me", "https://as")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		parsed, err := jwt.ParseSigned(signed, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(test.alg)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var claims jwt.Claims
		if err := parsed.Claims(test.public, &claims); err != nil || claims.Issuer != "me" || !claims.Audience.Contains("https://as") || claims.ID == "" {
			t.Errorf("%s: %+v, %v", name, claims, err)
		}
	}
	if _, err := signClaims(jose.JSONWebKey{Key: ec}, []string{"RS256"}, "a", "a", "b"); err == nil {
		t.Error("signed with what the server doesn't take")
	}
	public, _ := json.Marshal(jose.JSONWebKey{Key: ec.Public()})
	for _, text := range []string{"nonsense-secret", string(public), "-----BEGIN X-----\nAAAA\n-----END X-----\n", "{}"} {
		if _, err := readKey(text, ""); err == nil || strings.Contains(err.Error(), "nonsense-secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestConfig(t *testing.T) {
	for text, want := range map[string]string{
		`"oauth"`: "", `"none"`: "", `null`: "", `true`: "", `{"bearer":"x"}`: "",
		`{"grant":"client_credentials","clientId":"a","clientSecret":"b"}`: "",
		`{"scopes":"a b"}`:                        "",
		`{"scopes":["a"]}`:                        "",
		`"basic"`:                                 "auth must be",
		`7`:                                       "auth must be",
		`{"clientID":"x","nonsense":1}`:           "unknown field",
		`{"grant":"password"}`:                    "is not one of",
		`{"grant":"client_credentials"}`:          "needs clientId",
		`{"grant":"token_exchange"}`:              "subjectToken",
		`{"grant":"jwt_bearer"}`:                  "assertion",
		`{"clientMetadataUrl":"http://x/y"}`:      "https URL with a path",
		`{"clientMetadataUrl":"https://x"}`:       "https URL with a path",
		`{"redirectPort":99999}`:                  "no port",
		`{"privateKey":"s3cret"}`:                 "neither PEM nor a JWK",
		`{"tokenEndpointAuthMethod":"telepathy"}`: "is not one of",
		`{"loginTimeout":"soon"}`:                 "loginTimeout",
	} {
		c, err := ParseConfig(json.RawMessage(text))
		if err == nil {
			err = c.Check()
		}
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("a secret is in %v", err)
		}
	}
}

func TestDamagedStore(t *testing.T) {
	w, dir := newWorld(t), t.TempDir()
	a := newTransport(t, w.url(), dir, &visits{})
	if err := os.WriteFile(a.store.file(a.key), []byte(`{"token":{"access_token":"s3cret`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := call(t.Context(), a, w.url(), "hello")
	if err == nil || !strings.Contains(err.Error(), "is damaged; remove it") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
}

// TestPaste has the browser on another machine, from which the loopback can't be
// reached.
func TestPaste(t *testing.T) {
	w := newWorld(t)
	a := newTransport(t, w.url(), t.TempDir(), nil)
	r, typed := io.Pipe()
	a.opts.Person = &Person{
		Out: writerFunc(func(p []byte) (int, error) {
			if _, rest, ok := strings.Cut(string(p), "Visit:\n\n  "); ok {
				visit, _, _ := strings.Cut(rest, "\n")
				go func() {
					address, err := browseTo(t.Context(), visit, false)
					if err != nil {
						t.Error(err)
					}
					fmt.Fprintln(typed, address)
				}()
			}
			return len(p), nil
		}),
		Getenv:   func(string) string { return "" },
		Terminal: func() (io.ReadCloser, error) { return r, nil },
	}
	mustCall(t, a, w.url())
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestCommands(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	t.Setenv("OAUTH_TEST_BROWSER", "1")
	exe, _ := os.Executable()
	person := &Person{Out: io.Discard, Getenv: func(name string) string {
		if name == "BROWSER" {
			return exe
		}
		return ""
	}}
	run := func(args ...string) (string, string, error) {
		t.Helper()
		var out, warn bytes.Buffer
		for _, c := range Commands(config.Env{Dir: dir}, person) {
			if c.Name() != args[0] {
				continue
			}
			c.SetOut(&out)
			c.SetErr(&warn)
			c.SilenceErrors, c.SilenceUsage = true, true
			c.SetArgs(append(args[1:], "--store", filepath.Join(dir, "store")))
			err := c.ExecuteContext(t.Context())
			return out.String(), warn.String(), err
		}
		t.Fatalf("no command %s", args[0])
		return "", "", nil
	}
	if out, _, err := run("auth", "status"); err != nil || out != "not logged in anywhere\n" {
		t.Errorf("status: %q, %v", out, err)
	}
	out, _, err := run("login", w.url(), "--client-id", "native")
	if err != nil || !strings.Contains(out, "logged in to "+w.url()) || !strings.Contains(out, "scopes: openid offline_access") {
		t.Fatalf("login: %q, %v", out, err)
	}
	if out, _, err := run("auth", "status"); err != nil || !strings.Contains(out, w.url()) || !strings.Contains(out, "renewed by itself") {
		t.Errorf("status: %q, %v", out, err)
	}
	if out, warn, err := run("logout", w.url()); err != nil || out != "logged out of "+w.url()+"\n" || warn != "" {
		t.Errorf("logout: %q, %q, %v", out, warn, err)
	}
	if n := len(w.as.seen("/revoke", "")); n != 2 {
		t.Errorf("%d revocations", n)
	}
	if _, _, err := run("logout", w.url()); err == nil {
		t.Error("logged out twice")
	}
	if _, _, err := run("login", "npx -y something"); err == nil {
		t.Error("logged in to a command")
	}
	open := newSite(t, func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/mcp" {
				http.NotFound(w, r)
			}
		})
	})
	if _, _, err := run("login", open.URL+"/mcp"); err == nil || !strings.Contains(err.Error(), "does not ask for authorization") {
		t.Errorf("login to a public server: %v", err)
	}
}
