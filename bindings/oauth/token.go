package oauth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How a client tells the token endpoint who it is.
const (
	methodNone  = "none"
	methodBasic = "client_secret_basic"
	methodPost  = "client_secret_post"
	methodKey   = "private_key_jwt"
)

const (
	grantJWT       = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	grantExchange  = "urn:ietf:params:oauth:grant-type:token-exchange"
	assertionType  = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	typeIDJAG      = "urn:ietf:params:oauth:token-type:id-jag"
	typeIDToken    = "urn:ietf:params:oauth:token-type:id_token"
	defaultLogin   = 5 * time.Minute
	useNonce       = "use_dpop_nonce"
	maxTokenLength = 128 << 10
)

// answer is what a token endpoint answers (RFC 6749, section 5).
type answer struct {
	AccessToken      string          `json:"access_token"`
	TokenType        string          `json:"token_type"`
	ExpiresIn        json.RawMessage `json:"expires_in"`
	RefreshToken     string          `json:"refresh_token"`
	Scope            *string         `json:"scope"`
	IssuedType       string          `json:"issued_token_type"`
	Code             string          `json:"error"`
	ErrorDescription string          `json:"error_description"`

	skew time.Duration // how far this machine's clock is ahead of the server's
}

// maxSkew is how far clocks may be apart without a word about it.
const maxSkew = 30 * time.Second

// lifetime reads expires_in, which some write as a string.
func (a *answer) lifetime() time.Duration {
	n, err := strconv.ParseFloat(strings.Trim(string(a.ExpiresIn), `"`), 64)
	if err != nil || n <= 0 || n > 1e9 {
		return 0
	}
	return time.Duration(n * float64(time.Second))
}

// method chooses how the client authenticates: as it was registered, else by
// what it has and the server supports.
func (t *Transport) method(as *serverMetadata, c client) (string, error) {
	supports := func(m string) bool {
		if len(as.AuthMethods) == 0 {
			return m != methodPost // RFC 8414: client_secret_basic is the default
		}
		return slices.Contains(as.AuthMethods, m)
	}
	switch {
	case c.Method != "":
		return c.Method, nil
	case t.config.AuthMethod != "":
		return t.config.AuthMethod, nil
	case t.config.PrivateKey != "" && c.ID != "" && supports(methodKey):
		return methodKey, nil
	case c.Secret != "" && supports(methodBasic):
		return methodBasic, nil
	case c.Secret != "" && supports(methodPost):
		return methodPost, nil
	case c.Secret == "" && t.config.PrivateKey == "", supports(methodNone):
		return methodNone, nil
	}
	return "", failf("the authorization server takes none of the client's ways to authenticate: it takes %s", line(strings.Join(as.AuthMethods, ", "))).
		hint("register a client that authenticates in such a way")
}

// request asks the token endpoint for a token. Redirects are not followed.
// DPoP nonces that the server asks for are given (RFC 9449, section 8).
func (t *Transport) request(ctx context.Context, as *serverMetadata, c client, form url.Values, dpopKey json.RawMessage) (*answer, error) {
	to, err := endpoint("the token endpoint", as.TokenEndpoint)
	if err != nil {
		return nil, err
	}
	method, err := t.method(as, c)
	if err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		a, status, err := t.post(ctx, as, to, c, method, form, dpopKey)
		if err != nil {
			return nil, err
		}
		if a.Code == useNonce && dpopKey != nil && attempt == 0 {
			continue
		}
		if a.Code != "" || status/100 != 2 {
			e := refusal(a, status, to, form, c)
			if off := a.skew; off.Abs() > maxSkew && (method == methodKey || dpopKey != nil || form.Get("assertion") != "") {
				e.Hint = fmt.Sprintf("this machine's clock and the server's are %s apart, which makes what was signed look expired or not yet valid", off.Abs().Round(time.Second))
			}
			return nil, e
		}
		if err := a.check(to, form); err != nil {
			return nil, err
		}
		return a, nil
	}
}

func (t *Transport) post(ctx context.Context, as *serverMetadata, to *url.URL, c client, method string, form url.Values, dpopKey json.RawMessage) (*answer, int, error) {
	ctx, cancel := context.WithTimeout(ctx, t.fetch.limit)
	defer cancel()
	body := url.Values{}
	for k, v := range form {
		body[k] = v
	}
	switch method {
	case methodNone:
		if c.ID != "" {
			body.Set("client_id", c.ID)
		}
	case methodPost:
		body.Set("client_id", c.ID)
		body.Set("client_secret", c.Secret)
	case methodKey:
		k, err := readKey(t.config.PrivateKey, t.config.KeyID)
		if err != nil {
			return nil, 0, err
		}
		signed, err := signClaims(k, as.AuthAlgorithms, c.ID, c.ID, as.Issuer)
		if err != nil {
			return nil, 0, err
		}
		body.Set("client_id", c.ID)
		body.Set("client_assertion_type", assertionType)
		body.Set("client_assertion", signed)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), strings.NewReader(body.Encode()))
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if method == methodBasic {
		req.SetBasicAuth(url.QueryEscape(c.ID), url.QueryEscape(c.Secret))
	}
	if dpopKey != nil {
		p, err := proof(dpopKey, req.Method, to, t.nonce(to), "")
		if err != nil {
			return nil, 0, err
		}
		req.Header.Set("DPoP", p)
	}
	res, data, err := cmp.Or(as.by, t.fetch).do(req)
	if err != nil {
		return nil, 0, err
	}
	t.keepNonce(to, res.Header)
	a := &answer{}
	_ = json.Unmarshal(data, a) // what is no object holds no token
	if date, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		a.skew = time.Since(date)
	}
	return a, res.StatusCode, nil
}

// refusal says what a token endpoint's error means, without what was sent to
// it, should the server repeat that.
func refusal(a *answer, status int, to *url.URL, form url.Values, c client) *Error {
	e := &Error{Code: line(a.Code), Status: status}
	what := e.Code
	if what == "" {
		what = "HTTP status " + strconv.Itoa(status)
	}
	if d := a.ErrorDescription; d != "" {
		what += " (" + line(without(d, form, c)) + ")"
	}
	e.Reason = "the token endpoint " + line(place(to)) + " refuses: " + what
	switch a.Code {
	case "invalid_client", "unauthorized_client":
		e.Hint = "check the client id and its secret or key, and that it may use this grant"
	case "invalid_scope":
		e.Hint = "check the scopes"
	}
	return e
}

// without hides in text what was sent in a form that is secret.
func without(text string, form url.Values, c client) string {
	hide := func(secret string) {
		if len(secret) >= 4 {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	for _, name := range []string{"code", "code_verifier", "refresh_token", "assertion", "subject_token", "client_secret", "token"} {
		hide(form.Get(name))
	}
	hide(c.Secret)
	return text
}

// check refuses an answer that can't be used.
func (a *answer) check(to *url.URL, form url.Values) error {
	wrong := ""
	switch {
	case a.AccessToken == "":
		wrong = "holds no access token"
	case len(a.AccessToken) > maxTokenLength || len(a.RefreshToken) > maxTokenLength:
		wrong = "holds a token of absurd length"
	case strings.ContainsFunc(a.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }):
		wrong = "holds a token with characters that none may have"
	case form.Get("requested_token_type") != "":
	case a.TokenType == "":
		wrong = "does not say of which type its token is"
	case !strings.EqualFold(a.TokenType, "bearer") && !strings.EqualFold(a.TokenType, "dpop"):
		wrong = "holds a token of an unknown type: " + line(a.TokenType)
	}
	if wrong == "" {
		return nil
	}
	return failf("the answer of the token endpoint %s %s", line(place(to)), wrong)
}

// grant gets a token without a person, or renews one: form says how. It is
// asked for the resource and with these scopes.
func (t *Transport) grant(ctx context.Context, as *serverMetadata, c client, d *discovery, form url.Values, want []string, dpopKey json.RawMessage) (*credential, error) {
	form.Set("resource", d.resource)
	if len(want) > 0 && form.Get("grant_type") != AuthorizationCode {
		form.Set("scope", strings.Join(want, " "))
	}
	now := time.Now()
	a, err := t.request(ctx, as, c, form, dpopKey)
	if err != nil {
		return nil, err
	}
	got := &credential{
		Issuer: as.Issuer, Resource: d.resource, Metadata: d.metadata, ClientID: c.ID,
		AccessToken: a.AccessToken, TokenType: "Bearer", RefreshToken: a.RefreshToken,
		Obtained: now, Requested: want, Granted: want, fresh: true,
	}
	switch dpop := strings.EqualFold(a.TokenType, "dpop"); {
	case !dpop && (t.config.DPoP || d.dpop):
		return nil, failf("the authorization server %s gave a token that is not bound to a key, as it has to be", line(as.Issuer)).
			hint("whoever steals such a token could use it; does the authorization server support DPoP?")
	case dpop:
		if dpopKey == nil {
			return nil, failf("the authorization server bound the token to a key, though none was shown")
		}
		got.TokenType, got.Key = "DPoP", dpopKey
	}
	if a.Scope != nil {
		got.Granted = scopes(*a.Scope)
	}
	if life := a.lifetime(); life > 0 {
		got.Expiry = now.Add(life)
	}
	return got, nil
}

// machineGrant gets a token by the configured grant that takes no person.
func (t *Transport) machineGrant(ctx context.Context, as *serverMetadata, d *discovery, want []string, dpopKey json.RawMessage) (*credential, error) {
	c := client{ID: t.config.ClientID, Secret: t.config.ClientSecret}
	form := url.Values{"grant_type": {ClientCredentials}}
	switch t.config.Grant {
	case TokenExchange:
		assertion, err := t.exchange(ctx, as, d, want)
		if err != nil {
			return nil, err
		}
		form = url.Values{"grant_type": {grantJWT}, "assertion": {assertion}}
	case JWTBearer:
		assertion, err := t.assertion(ctx, as)
		if err != nil {
			return nil, err
		}
		form = url.Values{"grant_type": {grantJWT}, "assertion": {assertion}}
	}
	return t.grant(ctx, as, c, d, form, want, dpopKey)
}

// assertion gives what the JWT bearer grant shows (RFC 7523, section 2.1).
func (t *Transport) assertion(ctx context.Context, as *serverMetadata) (string, error) {
	if t.config.Assertion != nil {
		a, err := t.config.Assertion(ctx, as.Issuer)
		if err == nil && a == "" {
			err = errors.New("there is none")
		}
		if err != nil {
			return "", &Error{Reason: "the assertion could not be had", Err: err}
		}
		return a, nil
	}
	k, err := readKey(t.config.PrivateKey, t.config.KeyID)
	if err != nil {
		return "", err
	}
	return signClaims(k, nil, t.config.ClientID, t.config.ClientID, as.Issuer)
}

// exchange has the identity provider give an ID-JAG for the user's identity
// assertion (RFC 8693; enterprise-managed authorization, "Token Exchange").
func (t *Transport) exchange(ctx context.Context, as *serverMetadata, d *discovery, want []string) (string, error) {
	subject, err := t.config.Subject(ctx)
	if err == nil && subject == "" {
		err = errors.New("there is none")
	}
	if err != nil {
		return "", &Error{Reason: "the subject token could not be had", Err: err}
	}
	idp := t.config.IDP
	m := &serverMetadata{Issuer: idp.Issuer, TokenEndpoint: idp.TokenEndpoint}
	// The user has named it, so that its reach is no matter of the server's.
	own := newFetcher(t.server, t.base, true)
	own.permit, own.limit = t.fetch.permit, t.fetch.limit
	defer own.close()
	if m.TokenEndpoint == "" {
		if m, err = own.issuerMetadata(ctx, idp.Issuer, false); err != nil {
			return "", err
		}
	}
	kind := t.config.SubjectType
	if kind == "" {
		kind = typeIDToken
	}
	form := url.Values{
		"grant_type": {grantExchange}, "requested_token_type": {typeIDJAG},
		"audience": {as.Issuer}, "resource": {d.resource},
		"subject_token": {subject}, "subject_token_type": {kind},
	}
	if len(want) > 0 {
		form.Set("scope", strings.Join(want, " "))
	}
	// How the client authenticates with the server's authorization server is no
	// matter of the identity provider's.
	who := client{ID: idp.ClientID, Secret: idp.ClientSecret, Method: methodBasic}
	switch {
	case who.Secret == "":
		who.Method = methodNone
	case !slices.Contains(m.AuthMethods, methodBasic) && slices.Contains(m.AuthMethods, methodPost):
		who.Method = methodPost
	}
	m.by = own
	a, err := t.request(ctx, m, who, form, nil)
	if err != nil {
		return "", err
	}
	if a.IssuedType != typeIDJAG {
		return "", failf("the identity provider gave no ID-JAG, but %q", line(a.IssuedType))
	}
	return a.AccessToken, nil
}

// revoke tells the authorization server that a token is no longer wanted (RFC
// 7009). Not every server has an endpoint for that.
func (t *Transport) revoke(ctx context.Context, as *serverMetadata, c client, kind, token string) error {
	if as.RevocationEndpoint == "" || token == "" {
		return nil
	}
	to, err := endpoint("the revocation endpoint", as.RevocationEndpoint)
	if err != nil {
		return err
	}
	method, err := t.method(as, c)
	if err != nil {
		return err
	}
	form := url.Values{"token": {token}, "token_type_hint": {kind}}
	a, status, err := t.post(ctx, as, to, c, method, form, nil)
	if err == nil && status/100 != 2 {
		err = refusal(a, status, to, form, c)
	}
	return err
}
