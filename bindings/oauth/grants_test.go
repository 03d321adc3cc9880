package oauth

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

type testKey struct {
	private crypto.Signer
	pem     string
}

// newKeys makes a key for each of the algorithms.
func newKeys(t *testing.T) map[string]testKey {
	t.Helper()
	ec, err1 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rs, err2 := rsa.GenerateKey(rand.Reader, 2048)
	_, ed, err3 := ed25519.GenerateKey(rand.Reader)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	keys := map[string]testKey{}
	for alg, k := range map[string]crypto.Signer{"ES256": ec, "RS256": rs, "EdDSA": ed} {
		der, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			t.Fatal(err)
		}
		keys[alg] = testKey{k, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))}
	}
	return keys
}

// A strict has an MCP server, its authorization server and an identity provider
// that take exactly what they should. verdict is what the token endpoints think
// of a request, nil for nothing wrong; what they find wrong fails the test.
type strict struct {
	t            *testing.T
	as, idp, mcp *site
	metadata     map[string]string // fields of the authorization server's besides
	verdict      func(r *http.Request, form url.Values) error
	vouch        func(r *http.Request, form url.Values) (string, error) // the identity provider's
	issuedType   string

	mu   sync.Mutex
	seen map[string]bool // jti
}

func newStrict(t *testing.T) *strict {
	t.Helper()
	s := &strict{t: t, seen: map[string]bool{}, issuedType: typeIDJAG, metadata: map[string]string{}}
	refuse := func(rw http.ResponseWriter, err error) {
		rw.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(rw, `{"error":"invalid_request","error_description":%q}`, err.Error())
	}
	s.as = newSite(t, func(base string) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/.well-known/oauth-authorization-server":
				fields := metadataOf(base)
				maps.Copy(fields, s.metadata)
				fmt.Fprint(rw, document(fields))
			case "/oauth/token":
				_ = r.ParseForm()
				if err := s.verdict(r, r.PostForm); err != nil {
					refuse(rw, err)
					return
				}
				fmt.Fprint(rw, `{"access_token":"t0ken","token_type":"Bearer","expires_in":3600}`)
			default:
				http.NotFound(rw, r)
			}
		})
	})
	s.idp = newSite(t, func(base string) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/.well-known/openid-configuration":
				fields := metadataOf(base)
				fields["token_endpoint"] = fmt.Sprintf("%q", base+"/idp/token")
				fields["token_endpoint_auth_methods_supported"] = `["private_key_jwt","client_secret_post"]`
				fmt.Fprint(rw, document(fields))
			case "/idp/token":
				_ = r.ParseForm()
				vouched, err := s.vouch(r, r.PostForm)
				if err != nil {
					refuse(rw, err)
					return
				}
				fmt.Fprintf(rw, `{"access_token":%q,"issued_token_type":%q,"token_type":"N_A","expires_in":300}`, vouched, s.issuedType)
			default:
				http.NotFound(rw, r)
			}
		})
	})
	s.mcp = newSite(t, func(base string) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/.well-known/oauth-protected-resource/mcp":
				fmt.Fprintf(rw, `{"resource":%q,"authorization_servers":[%q],"scopes_supported":["bread:read","bread:bake"]}`, base+"/mcp", s.as.URL)
			case r.URL.Path != "/mcp":
				http.NotFound(rw, r)
			case r.Header.Get("Authorization") != "Bearer t0ken":
				rw.Header().Set("WWW-Authenticate", "Bearer")
				rw.WriteHeader(http.StatusUnauthorized)
			default:
				fmt.Fprint(rw, "hello")
			}
		})
	})
	return s
}

func (s *strict) url() string { return s.mcp.URL + "/mcp" }

func (s *strict) transport(conf Config) *Transport {
	return newTransport(s.t, s.url(), "", nil, func(c *Config) { *c = conf })
}

// exactly compares a form with what it has to hold; "*" stands for anything.
func exactly(form url.Values, want map[string]string) error {
	got := slices.Sorted(maps.Keys(form))
	if all := slices.Sorted(maps.Keys(want)); !slices.Equal(got, all) {
		return fmt.Errorf("the parameters are %v, not %v", got, all)
	}
	for name, value := range want {
		if len(form[name]) != 1 || value != "*" && form.Get(name) != value || form.Get(name) == "" {
			return fmt.Errorf("%s is %q, not %q", name, form[name], value)
		}
	}
	return nil
}

// basic wants a client authenticated with that id and secret.
func basic(r *http.Request, id, secret string) error {
	if gotID, gotSecret, ok := r.BasicAuth(); !ok || gotID != id || gotSecret != secret {
		return fmt.Errorf("the client is %q", gotID)
	}
	return nil
}

// signed checks a client's assertion as RFC 7523, section 3 has it.
func (s *strict) signed(text, alg string, key crypto.Signer, kid, who string) error {
	token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
	if err != nil {
		return err
	}
	var c jwt.Claims
	if err := token.Claims(key.Public(), &c); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	switch {
	case token.Headers[0].KeyID != kid:
		return fmt.Errorf("kid is %q", token.Headers[0].KeyID)
	case c.Issuer != who || c.Subject != who:
		return fmt.Errorf("iss is %q, sub %q", c.Issuer, c.Subject)
	case len(c.Audience) != 1 || c.Audience[0] != s.as.URL:
		return fmt.Errorf("aud is %v", c.Audience)
	case c.ID == "" || s.seen[c.ID]:
		return fmt.Errorf("jti %q is no fresh one", c.ID)
	case c.Expiry == nil || !c.Expiry.Time().After(now) || c.Expiry.Time().After(now.Add(5*time.Minute)):
		return fmt.Errorf("exp is %v", c.Expiry)
	case c.IssuedAt == nil || c.IssuedAt.Time().After(now.Add(time.Second)) || c.NotBefore == nil || c.NotBefore.Time().After(now):
		return fmt.Errorf("iat is %v, nbf %v", c.IssuedAt, c.NotBefore)
	}
	s.seen[c.ID] = true
	return nil
}

// TestPrivateKeyJWT authenticates with keys of each kind; the authorization
// server verifies what was signed, and that it is made anew each time.
func TestPrivateKeyJWT(t *testing.T) {
	keys := newKeys(t)
	for alg, key := range keys {
		t.Run(alg, func(t *testing.T) {
			s := newStrict(t)
			s.metadata["token_endpoint_auth_methods_supported"] = `["private_key_jwt"]`
			s.metadata["token_endpoint_auth_signing_alg_values_supported"] = `["PS512","ES256","RS256","EdDSA"]`
			s.verdict = func(r *http.Request, form url.Values) error {
				err := exactly(form, map[string]string{"grant_type": ClientCredentials, "client_id": "robot", "client_assertion_type": assertionType,
					"client_assertion": "*", "resource": s.url(), "scope": "bread:read bread:bake"})
				if r.Header.Get("Authorization") != "" {
					return errors.New("there are two authentications")
				}
				return errors.Join(err, s.signed(form.Get("client_assertion"), alg, key.private, "k1", "robot"))
			}
			conf := Config{Grant: ClientCredentials, ClientID: "robot", PrivateKey: key.pem, KeyID: "k1"}
			if alg == "RS256" { // the best that both know comes first
				s.metadata["token_endpoint_auth_signing_alg_values_supported"] = `["RS256"]`
			}
			for range 2 {
				mustCall(t, s.transport(conf), s.url())
			}
			stranger := newKeys(t)[alg]
			conf.PrivateKey = stranger.pem
			if _, _, err := call(t.Context(), s.transport(conf), s.url(), ""); err == nil {
				t.Error("another key was taken: the server verifies nothing")
			}
			s.metadata["token_endpoint_auth_signing_alg_values_supported"] = `["ES512"]`
			n := len(s.as.seen("/oauth/token", ""))
			if _, _, err := call(t.Context(), s.transport(conf), s.url(), ""); err == nil || !strings.Contains(err.Error(), "takes no signature of this private key") {
				t.Errorf("an algorithm that the server doesn't take: %v", err)
			}
			if len(s.as.seen("/oauth/token", "")) != n {
				t.Error("it was tried all the same")
			}
		})
	}
}

// TestWorkloadIdentity has a platform's assertion, or one of the client's own,
// vouch (RFC 7523, section 2.1).
func TestWorkloadIdentity(t *testing.T) {
	s := newStrict(t)
	file := filepath.Join(t.TempDir(), "token")
	var audience string
	keys := newKeys(t)
	for name, test := range map[string]struct {
		conf  Config
		form  map[string]string
		prove func(form url.Values) error
	}{
		"a function": {Config{Assertion: func(_ context.Context, a string) (string, error) { audience = a; return "fr0m-platform", nil }},
			map[string]string{"assertion": "fr0m-platform"}, nil},
		"a file": {parsed(t, fmt.Sprintf(`{"assertionFile":%q}`, file)), map[string]string{"assertion": "fr0m-file"}, nil},
		"a file, as a client": {parsed(t, fmt.Sprintf(`{"assertionFile":%q,"clientId":"robot"}`, file)),
			map[string]string{"assertion": "fr0m-file", "client_id": "robot"}, nil},
		"a key": {Config{ClientID: "robot", PrivateKey: keys["ES256"].pem, AuthMethod: methodNone},
			map[string]string{"assertion": "*", "client_id": "robot"},
			func(form url.Values) error {
				return s.signed(form.Get("assertion"), "ES256", keys["ES256"].private, "", "robot")
			}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(file, []byte("fr0m-file\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			s.verdict = func(r *http.Request, form url.Values) error {
				want := map[string]string{"grant_type": grantJWT, "resource": s.url(), "scope": "bread:read bread:bake"}
				maps.Copy(want, test.form)
				err := exactly(form, want)
				if err == nil && test.prove != nil {
					err = test.prove(form)
				}
				return err
			}
			test.conf.Grant = JWTBearer
			a := s.transport(test.conf)
			mustCall(t, a, s.url())
			if strings.HasPrefix(name, "a file") { // platforms renew it
				if err := os.WriteFile(file, []byte("fr0m-file-2"), 0o600); err != nil {
					t.Fatal(err)
				}
				test.form = maps.Clone(test.form)
				test.form["assertion"] = "fr0m-file-2"
			}
			if err := a.Login(t.Context(), nil); err != nil {
				t.Errorf("a second time: %v", err)
			}
		})
	}
	if audience != s.as.URL {
		t.Errorf("the function was asked for one for %q", audience)
	}
	n := len(s.as.seen("/oauth/token", ""))
	for name, conf := range map[string]Config{
		"there is none":         {Assertion: func(context.Context, string) (string, error) { return "", nil }},
		"the platform is down":  {Assertion: func(context.Context, string) (string, error) { return "", errors.New("the platform is down") }},
		"no such file or direc": parsed(t, `{"assertionFile":"/nonexistent/token"}`),
	} {
		conf.Grant = JWTBearer
		_, _, err := call(t.Context(), s.transport(conf), s.url(), "")
		if err == nil || !strings.Contains(err.Error(), "the assertion could not be had: ") || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(s.as.seen("/oauth/token", "")) != n {
		t.Error("without an assertion, a token was asked for")
	}
}

// TestEnterprise has the identity provider exchange an ID token for an ID-JAG
// (RFC 8693), and the authorization server take that (RFC 7523).
func TestEnterprise(t *testing.T) {
	s := newStrict(t)
	keys := newKeys(t)
	idpKey, clientKey := keys["RS256"], keys["ES256"]
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: idpKey.private}, (&jose.SignerOptions{}).WithType("oauth-id-jag+jwt"))
	if err != nil {
		t.Fatal(err)
	}
	type grantClaims struct {
		jwt.Claims
		ClientID string `json:"client_id"`
		Resource string `json:"resource"`
		Scope    string `json:"scope"`
	}
	exchange := func(more map[string]string, who func(*http.Request) error) {
		s.vouch = func(r *http.Request, form url.Values) (string, error) {
			want := map[string]string{
				"grant_type": grantExchange, "requested_token_type": typeIDJAG, "audience": s.as.URL, "resource": s.url(),
				"subject_token": "id-t0ken", "subject_token_type": typeIDToken, "scope": "bread:read bread:bake",
			}
			maps.Copy(want, more)
			if err := errors.Join(exactly(form, want), who(r)); err != nil {
				return "", err
			}
			return jwt.Signed(signer).Claims(grantClaims{
				jwt.Claims{Issuer: s.idp.URL, Subject: "alice", Audience: jwt.Audience{form.Get("audience")}, ID: random(),
					Expiry: jwt.NewNumericDate(time.Now().Add(5 * time.Minute))},
				"robot", form.Get("resource"), form.Get("scope"),
			}).Serialize()
		}
	}
	bearer := func(more map[string]string, who func(*http.Request, url.Values) error) {
		s.verdict = func(r *http.Request, form url.Values) error {
			want := map[string]string{"grant_type": grantJWT, "assertion": "*", "resource": s.url(), "scope": "bread:read bread:bake"}
			maps.Copy(want, more)
			if err := errors.Join(exactly(form, want), who(r, form)); err != nil {
				return err
			}
			token, err := jwt.ParseSigned(form.Get("assertion"), []jose.SignatureAlgorithm{jose.RS256})
			if err != nil {
				return err
			}
			var c grantClaims
			if err := token.Claims(idpKey.private.Public(), &c); err != nil {
				return err
			}
			if c.Subject != "alice" || c.ClientID != "robot" || c.Resource != s.url() || !c.Audience.Contains(s.as.URL) || token.Headers[0].ExtraHeaders["typ"] != "oauth-id-jag+jwt" {
				return fmt.Errorf("the ID-JAG holds %+v", c)
			}
			return nil
		}
	}
	subject := func(context.Context) (string, error) { return "id-t0ken", nil }
	anyone := func(*http.Request) error { return nil }

	t.Run("secrets", func(t *testing.T) {
		exchange(nil, func(r *http.Request) error { return basic(r, "at-idp", "idp-s3cret") })
		bearer(nil, func(r *http.Request, _ url.Values) error { return basic(r, "robot", "r0bot") })
		mustCall(t, s.transport(Config{Grant: TokenExchange, Subject: subject, ClientID: "robot", ClientSecret: "r0bot",
			IDP: IdentityProvider{TokenEndpoint: s.idp.URL + "/idp/token", ClientID: "at-idp", ClientSecret: "idp-s3cret"}}), s.url())
	})
	t.Run("a key, and an identity provider to find", func(t *testing.T) {
		// What authenticates with the one is never shown to the other, though
		// that would take it.
		exchange(map[string]string{"client_id": "at-idp", "client_secret": "idp-s3cret"}, func(r *http.Request) error {
			if r.Header.Get("Authorization") != "" {
				return errors.New("there are two authentications")
			}
			return nil
		})
		bearer(map[string]string{"client_id": "robot", "client_assertion_type": assertionType, "client_assertion": "*"}, func(_ *http.Request, form url.Values) error {
			return s.signed(form.Get("client_assertion"), "ES256", clientKey.private, "", "robot")
		})
		s.metadata["token_endpoint_auth_methods_supported"] = `["private_key_jwt"]`
		defer delete(s.metadata, "token_endpoint_auth_methods_supported")
		for _, method := range []string{"", methodKey} {
			mustCall(t, s.transport(Config{Grant: TokenExchange, Subject: subject, ClientID: "robot", PrivateKey: clientKey.pem, AuthMethod: method,
				IDP: IdentityProvider{Issuer: s.idp.URL, ClientID: "at-idp", ClientSecret: "idp-s3cret"}}), s.url())
		}
		exchange(nil, func(r *http.Request) error { return basic(r, "at-idp", "idp-s3cret") })
		mustCall(t, s.transport(Config{Grant: TokenExchange, Subject: subject, ClientID: "robot", PrivateKey: clientKey.pem, AuthMethod: methodKey,
			IDP: IdentityProvider{TokenEndpoint: s.idp.URL + "/idp/token", ClientID: "at-idp", ClientSecret: "idp-s3cret"}}), s.url())
	})
	t.Run("public clients, and a subject of another type", func(t *testing.T) {
		saml := "urn:ietf:params:oauth:token-type:saml2"
		exchange(map[string]string{"client_id": "at-idp", "subject_token_type": saml}, anyone)
		bearer(map[string]string{"client_id": "robot"}, func(*http.Request, url.Values) error { return nil })
		mustCall(t, s.transport(Config{Grant: TokenExchange, Subject: subject, SubjectType: saml, ClientID: "robot",
			IDP: IdentityProvider{TokenEndpoint: s.idp.URL + "/idp/token", ClientID: "at-idp"}}), s.url())
	})

	conf := Config{Grant: TokenExchange, Subject: subject, ClientID: "robot", IDP: IdentityProvider{TokenEndpoint: s.idp.URL + "/idp/token", ClientID: "at-idp"}}
	asked := len(s.as.seen("/oauth/token", ""))
	fails := func(name, want string, change func(c *Config, o *Options)) {
		t.Run(name, func(t *testing.T) {
			opts := Options{Server: s.url(), Base: &http.Transport{}, Config: conf}
			change(&opts.Config, &opts)
			a, err := New(opts)
			if err != nil {
				t.Fatal(err)
			}
			defer a.CloseIdleConnections()
			_, _, err = call(t.Context(), a, s.url(), "hello")
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "id-t0ken") {
				t.Errorf("got %v, want %q", err, want)
			}
		})
	}
	fails("no subject token", "the subject token could not be had: there is none", func(c *Config, _ *Options) {
		c.Subject = func(context.Context) (string, error) { return "", nil }
	})
	s.vouch = func(_ *http.Request, form url.Values) (string, error) {
		return "", errors.New("unknown: " + form.Get("subject_token"))
	}
	fails("refused by the identity provider", "/idp/token refuses: invalid_request (unknown: …)", func(*Config, *Options) {})
	exchange(map[string]string{"client_id": "at-idp"}, anyone)
	s.issuedType = "urn:ietf:params:oauth:token-type:access_token"
	fails("no ID-JAG", "gave no ID-JAG, but", func(*Config, *Options) {})
	s.issuedType = typeIDJAG
	before := len(s.idp.all())
	fails("identity provider that is not allowed", "denied: "+strings.TrimPrefix(s.idp.URL, "http://"), func(_ *Config, o *Options) {
		o.Permit = func(u *url.URL) error {
			if u.Host == strings.TrimPrefix(s.idp.URL, "http://") {
				return errors.New("denied: " + u.Host)
			}
			return nil
		}
	})
	if n := len(s.idp.all()); n != before {
		t.Error("an identity provider was asked that is not allowed")
	}
	if n := len(s.as.seen("/oauth/token", "")); n != asked {
		t.Error("the authorization server was asked without an ID-JAG")
	}
}

// A prover checks DPoP proofs as one server does (RFC 9449, section 4.3), each
// with a nonce that it gave.
type prover struct {
	name  string
	mu    sync.Mutex
	round int
	seen  map[string]bool
}

// check gives the thumbprint of the proof's key, and the nonce to use next. It
// takes each nonce twice.
func (p *prover) check(r *http.Request, htu, token string) (thumb, nonce string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	nonce = fmt.Sprint(p.name, "-", p.round/2)
	header := r.Header.Values("DPoP")
	if len(header) != 1 {
		return "", nonce, fmt.Errorf("%d proofs", len(header))
	}
	parsed, err := jwt.ParseSigned(header[0], []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return "", nonce, err
	}
	key := parsed.Headers[0].JSONWebKey
	if key == nil || !key.IsPublic() || parsed.Headers[0].ExtraHeaders["typ"] != "dpop+jwt" {
		return "", nonce, fmt.Errorf("the header is %+v", parsed.Headers[0])
	}
	var c struct {
		JTI   string `json:"jti"`
		HTM   string `json:"htm"`
		HTU   string `json:"htu"`
		Nonce string `json:"nonce"`
		ATH   string `json:"ath"`
		IAT   int64  `json:"iat"`
	}
	if err := parsed.Claims(key.Key, &c); err != nil {
		return "", nonce, err
	}
	ath := ""
	if token != "" {
		sum := sha256.Sum256([]byte(token))
		ath = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	switch {
	case c.JTI == "" || p.seen[c.JTI]:
		return "", nonce, fmt.Errorf("jti %q is no fresh one", c.JTI)
	case c.HTM != r.Method || c.HTU != htu:
		return "", nonce, fmt.Errorf("htm is %q, htu %q", c.HTM, c.HTU)
	case time.Since(time.Unix(c.IAT, 0)).Abs() > time.Minute:
		return "", nonce, fmt.Errorf("iat is %d", c.IAT)
	case c.ATH != ath:
		return "", nonce, fmt.Errorf("ath is %q", c.ATH)
	}
	p.seen[c.JTI] = true
	if c.Nonce != nonce {
		return "", nonce, errNonce
	}
	p.round++
	sum, err := key.Thumbprint(crypto.SHA256)
	return base64.RawURLEncoding.EncodeToString(sum), fmt.Sprint(p.name, "-", p.round/2), err
}

var errNonce = errors.New(useNonce)

// A bound is a world whose tokens are bound to keys.
type bound struct {
	as, mcp *site
	mu      sync.Mutex
	keys    map[string]string // the thumbprint that a token is bound to
	unbound bool              // the authorization server binds nothing
	dead    map[string]bool
	offers  string // what the MCP server's challenges begin with
}

func newBound(t *testing.T) *bound {
	t.Helper()
	b := &bound{keys: map[string]string{}, dead: map[string]bool{}, offers: "DPoP"}
	wrong := func(what string, err error) {
		if !errors.Is(err, errNonce) {
			t.Errorf("the proof for the %s: %v", what, err)
		}
	}
	asks, serves := &prover{name: "as", seen: map[string]bool{}}, &prover{name: "rs", seen: map[string]bool{}}
	b.as = newSite(t, func(base string) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/.well-known/oauth-authorization-server":
				fmt.Fprint(rw, document(metadataOf(base)))
			case "/oauth/token":
				_ = r.ParseForm()
				b.mu.Lock()
				defer b.mu.Unlock()
				if b.unbound {
					fmt.Fprint(rw, `{"access_token":"unbound","token_type":"Bearer"}`)
					return
				}
				thumb, nonce, err := asks.check(r, base+"/oauth/token", "")
				rw.Header().Set("DPoP-Nonce", nonce)
				if before := r.PostForm.Get("refresh_token"); err == nil && before != "" && b.keys[before] != thumb {
					err = errors.New("the refresh token is bound to another key")
				}
				if err != nil {
					wrong("authorization server", err)
					rw.WriteHeader(http.StatusBadRequest)
					fmt.Fprintf(rw, `{"error":%q}`, err.Error())
					return
				}
				n := len(b.keys)
				b.keys[fmt.Sprint("t0ken-", n)], b.keys[fmt.Sprint("r3fresh-", n)] = thumb, thumb
				fmt.Fprintf(rw, `{"access_token":"t0ken-%d","refresh_token":"r3fresh-%[1]d","token_type":"DPoP"}`, n)
			default:
				http.NotFound(rw, r)
			}
		})
	})
	b.mcp = newSite(t, func(base string) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/.well-known/oauth-protected-resource/mcp" {
				fmt.Fprintf(rw, `{"resource":%q,"authorization_servers":[%q],"dpop_bound_access_tokens_required":true}`, base+"/mcp", b.as.URL)
				return
			}
			if r.URL.Path != "/mcp" {
				http.NotFound(rw, r)
				return
			}
			scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
			b.mu.Lock()
			key, dead, offers := b.keys[token], b.dead[token], b.offers
			b.mu.Unlock()
			refuse := func(code string) {
				rw.Header().Set("WWW-Authenticate", fmt.Sprintf(`%s error=%q`, offers, code))
				rw.WriteHeader(http.StatusUnauthorized)
			}
			if scheme != "DPoP" || key == "" || dead {
				refuse("invalid_token")
				return
			}
			thumb, nonce, err := serves.check(r, base+"/mcp", token)
			rw.Header().Set("DPoP-Nonce", nonce)
			switch {
			case errors.Is(err, errNonce):
				refuse(useNonce)
			case err == nil && thumb != key:
				refuse("invalid_token")
			case err != nil:
				wrong("server", err)
				refuse("invalid_dpop_proof")
			default:
				fmt.Fprint(rw, "hello")
			}
		})
	})
	return b
}

func (b *bound) url() string { return b.mcp.URL + "/mcp" }

// paste is a person who gives a code at once.
func (v *visits) paste(_ context.Context, visit string) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.all = append(v.all, visit)
	u, err := url.Parse(visit)
	if err != nil {
		return "", err
	}
	q := u.Query()
	return q.Get("redirect_uri") + "?" + url.Values{"code": {"c0de"}, "state": {q.Get("state")}}.Encode(), nil
}

// schemes are those that tokens which the authorization server gave came with.
func (b *bound) schemes() map[string]bool {
	all := map[string]bool{}
	for _, r := range b.mcp.all() {
		if scheme, token, ok := strings.Cut(r.auth, " "); ok && token != "" {
			all[scheme] = true
		}
	}
	return all
}

// TestDPoP logs in, calls and renews against servers that want proofs, each with
// its own nonces.
func TestDPoP(t *testing.T) {
	b, dir, v := newBound(t), t.TempDir(), &visits{}
	open := func(change ...func(*Config)) *Transport {
		return newTransport(t, b.url(), dir, nil, append([]func(*Config){func(c *Config) { c.OnAuthorize = v.paste }}, change...)...)
	}
	a := open()
	for i := range 5 { // over some changes of the nonce
		query := fmt.Sprintf("?page=%d", i) // no part of htu
		if status, got, err := call(t.Context(), a, b.url()+query, "x"); status != 200 || got != "hello" || err != nil {
			t.Fatalf("call %d: status %d, %q, %v", i, status, got, err)
		}
	}
	again := open() // the key is kept with the token
	mustCall(t, again, b.url())
	b.mu.Lock()
	for token := range b.keys {
		b.dead[token] = strings.HasPrefix(token, "t0ken")
	}
	b.mu.Unlock()
	mustCall(t, again, b.url())
	if n := len(b.as.seen("/oauth/token", "refresh_token")); v.count() != 1 || n == 0 || n > 2 {
		t.Errorf("%d logins, %d requests to refresh", v.count(), n)
	}
	if got := b.schemes(); len(got) != 1 || !got["DPoP"] {
		t.Errorf("tokens were sent as %v", got)
	}

	// A thief has the token, not the key.
	stolen := again.cred.AccessToken
	thief, err := newProofKey()
	if err != nil {
		t.Fatal(err)
	}
	mine := again.cred.Key
	for name, steal := range map[string]func() (int, error){
		"as Bearer": func() (int, error) {
			a := newTransport(t, b.url(), "", nil, func(c *Config) {
				*c = Config{Bearer: func(context.Context) (string, error) { return stolen, nil }}
			})
			status, _, err := call(t.Context(), a, b.url(), "x")
			return status, err
		},
		"with another key": func() (int, error) {
			req, err := http.NewRequest(http.MethodPost, b.url(), nil)
			if err != nil {
				return 0, err
			}
			req.Header.Set("Authorization", "DPoP "+stolen)
			p, err := proof(thief, req.Method, req.URL, again.nonce(req.URL), stolen)
			if err != nil {
				return 0, err
			}
			req.Header.Set("DPoP", p)
			res, err := (&http.Client{}).Do(req)
			if err != nil {
				return 0, err
			}
			res.Body.Close()
			return res.StatusCode, nil
		},
	} {
		if status, err := steal(); err != nil || status != http.StatusUnauthorized {
			t.Errorf("stolen, %s: status %d, %v", name, status, err)
		}
	}
	b.mcp.mu.Lock()
	b.mcp.requests = nil // the thief's
	b.mcp.mu.Unlock()

	// Of the same store, parted from its key, the token is of no use to mcpjs.
	for name, change := range map[string]func(c *credential){
		"no key":          func(c *credential) { c.Key = nil },
		"called a Bearer": func(c *credential) { c.TokenType = "Bearer" },
		"both":            func(c *credential) { c.TokenType, c.Key = "Bearer", nil },
	} {
		rec, err := again.store.load(t.Context(), again.key)
		if err != nil {
			t.Fatal(err)
		}
		rec.Token.Key, rec.Token.TokenType = mine, "DPoP"
		change(rec.Token)
		if err := again.store.save(t.Context(), again.key, rec); err != nil {
			t.Fatal(err)
		}
		before := v.count()
		mustCall(t, open(func(c *Config) { c.DPoP = true }), b.url())
		if v.count() != before+1 {
			t.Errorf("%s: %d logins, want another one", name, v.count()-before)
		}
	}

	// Nor is it sent as one to a server that begins to ask for that.
	c := open()
	mustCall(t, c, b.url())
	b.mu.Lock()
	b.offers = "Bearer"
	for token := range b.keys {
		b.dead[token] = strings.HasPrefix(token, "t0ken")
	}
	b.mu.Unlock()
	mustCall(t, c, b.url())
	if got := b.schemes(); len(got) != 1 || !got["DPoP"] {
		t.Errorf("tokens were sent as %v", got)
	}

	b.mu.Lock()
	b.unbound = true
	b.mu.Unlock()
	err = open().Login(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "not bound to a key") {
		t.Errorf("an unbound token: %v", err)
	}
	for _, s := range []*site{b.as, b.mcp} {
		for _, r := range s.all() {
			if strings.Contains(r.auth, "unbound") {
				t.Error("an unbound token was sent")
			}
		}
	}
}
