package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"
)

// The grants that a Config may name.
const (
	AuthorizationCode = "authorization_code" // a person, in a browser
	ClientCredentials = "client_credentials" // the client itself
	TokenExchange     = "token_exchange"     // an identity provider vouches (enterprise-managed authorization)
	JWTBearer         = "jwt_bearer"         // an assertion vouches (RFC 7523, workload identity)
)

// Config is what a user says about authorization. The zero value means: none
// unless the server asks, and then a person, if one can be asked.
type Config struct {
	// Off leaves the server's 401 as it is.
	Off bool
	// Always has a person asked even where no terminal is seen.
	Always bool
	// Bearer, where set, gives the token to send; nothing else is done.
	Bearer func(ctx context.Context) (string, error)

	Grant string // "" means AuthorizationCode
	// ClientID and ClientSecret are those of a client registered beforehand,
	// with the authorization server Issuer if that is given.
	ClientID, ClientSecret, Issuer string
	Scopes                         []string // asked for besides what the server asks for
	PrivateKey                     string   // PEM or JWK: the client authenticates with private_key_jwt
	KeyID                          string   // the kid of PrivateKey
	AuthMethod                     string   // the token endpoint's, "" to choose one that it supports
	ClientMetadataURL              string   // the client's own metadata document, https
	RedirectPort                   int      // of the loopback redirect, 0 for any
	DPoP                           bool     // bind tokens to a key even where the server doesn't ask for it
	// TokenStore says where tokens are kept: "" is what MCPJS_TOKEN_STORE says,
	// else files in the usual directory,
	// sealed with a key in the system keychain if there is one; "keychain" is
	// the same and fails without one; "file" leaves the keychain alone; "memory"
	// forgets them with the process; else it is a directory for the files.
	TokenStore string
	// Keep, where set, takes the place of TokenStore.
	Keep *Keeper
	// AllowPrivate lets a server name addresses that only this machine's network
	// can reach.
	AllowPrivate bool
	// LoginTime bounds the wait for a person; 0 means 5 minutes.
	LoginTime time.Duration

	// Assertion gives what to show the authorization server with JWTBearer, made
	// out to audience, its issuer.
	Assertion func(ctx context.Context, audience string) (string, error)
	// Subject gives what to show the identity provider with TokenExchange, of
	// the type SubjectType ("" means an ID token).
	Subject     func(ctx context.Context) (string, error)
	SubjectType string
	IDP         IdentityProvider
	// OnAuthorize, where set, is called with the URL that a person has to visit,
	// instead of a browser. It may return the URL that the browser ended up at,
	// or "" to have that come to the loopback redirect.
	OnAuthorize func(ctx context.Context, visit string) (string, error)

	remember bool // keep the client that was given with the token
	stock    bool // Assertion is the same, whoever it is for
}

// IdentityProvider is who exchanges an identity assertion for one that the
// server's authorization server takes (ID-JAG).
type IdentityProvider struct {
	Issuer        string `json:"issuer"`
	TokenEndpoint string `json:"tokenEndpoint"` // "" to look it up at Issuer
	ClientID      string `json:"clientId"`
	ClientSecret  string `json:"clientSecret"`
}

// ParseConfig reads the auth entry of a target: "oauth", "none", or an object.
// A file named by assertionFile or subjectTokenFile is read when it is needed.
func ParseConfig(raw json.RawMessage) (Config, error) {
	var c Config
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return c, nil
	}
	if raw[0] != '{' {
		var word string
		_ = json.Unmarshal(raw, &word)
		switch {
		case word == "oauth" || string(raw) == "true":
			c.Always = true
		case word == "none" || string(raw) == "false":
			c.Off = true
		default:
			return c, fmt.Errorf(`auth must be "oauth", "none", { bearer } or an object of OAuth options`)
		}
		return c, nil
	}
	var o struct {
		Bearer            *string          `json:"bearer"`
		Grant             string           `json:"grant"`
		ClientID          string           `json:"clientId"`
		ClientSecret      string           `json:"clientSecret"`
		Issuer            string           `json:"issuer"`
		Scopes            words            `json:"scopes"`
		PrivateKey        json.RawMessage  `json:"privateKey"`
		PrivateKeyFile    string           `json:"privateKeyFile"`
		KeyID             string           `json:"keyId"`
		AuthMethod        string           `json:"tokenEndpointAuthMethod"`
		ClientMetadataURL string           `json:"clientMetadataUrl"`
		RedirectPort      int              `json:"redirectPort"`
		DPoP              bool             `json:"dpop"`
		TokenStore        json.RawMessage  `json:"tokenStore"`
		AllowPrivate      bool             `json:"allowPrivate"`
		LoginTime         json.RawMessage  `json:"loginTimeout"`
		Assertion         string           `json:"assertion"`
		AssertionFile     string           `json:"assertionFile"`
		SubjectToken      string           `json:"subjectToken"`
		SubjectTokenFile  string           `json:"subjectTokenFile"`
		SubjectType       string           `json:"subjectTokenType"`
		IDP               IdentityProvider `json:"idp"`
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return c, fmt.Errorf("auth: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	c = Config{
		Always: true, Grant: o.Grant, ClientID: o.ClientID, ClientSecret: o.ClientSecret, Issuer: o.Issuer,
		Scopes: o.Scopes, KeyID: o.KeyID, AuthMethod: o.AuthMethod, ClientMetadataURL: o.ClientMetadataURL,
		RedirectPort: o.RedirectPort, DPoP: o.DPoP, AllowPrivate: o.AllowPrivate,
		SubjectType: o.SubjectType, IDP: o.IDP,
	}
	if len(o.TokenStore) > 0 && json.Unmarshal(o.TokenStore, &c.TokenStore) != nil {
		c.TokenStore = storeCustom
	}
	if o.Bearer != nil {
		token := *o.Bearer
		c.Bearer = func(context.Context) (string, error) { return token, nil }
	}
	if len(o.PrivateKey) > 0 && o.PrivateKey[0] == '"' {
		_ = json.Unmarshal(o.PrivateKey, &c.PrivateKey)
	} else {
		c.PrivateKey = string(o.PrivateKey) // a JWK
	}
	if o.PrivateKeyFile != "" {
		key, err := os.ReadFile(o.PrivateKeyFile)
		if err != nil {
			return c, fmt.Errorf("auth: privateKeyFile: %w", err)
		}
		c.PrivateKey = string(key)
	}
	if len(o.LoginTime) > 0 {
		var text string
		var ms float64
		var err error
		if json.Unmarshal(o.LoginTime, &ms) == nil {
			c.LoginTime = time.Duration(ms * float64(time.Millisecond))
		} else if json.Unmarshal(o.LoginTime, &text) == nil {
			c.LoginTime, err = time.ParseDuration(text)
		}
		if err != nil || c.LoginTime <= 0 {
			return c, fmt.Errorf(`auth: loginTimeout must be milliseconds, or text such as "2m"`)
		}
	}
	if f := fixed(o.Assertion, o.AssertionFile); f != nil {
		c.Assertion, c.stock = func(context.Context, string) (string, error) { return f() }, true
	}
	if f := fixed(o.SubjectToken, o.SubjectTokenFile); f != nil {
		c.Subject = func(context.Context) (string, error) { return f() }
	}
	return c, nil
}

// fixed gives a text, or what a file holds by then; nil where neither is named.
func fixed(text, file string) func() (string, error) {
	switch {
	case text != "":
		return func() (string, error) { return text, nil }
	case file != "":
		return func() (string, error) {
			data, err := os.ReadFile(file)
			return strings.TrimSpace(string(data)), err
		}
	}
	return nil
}

// words are a list, or its words in one string.
type words []string

func (w *words) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*w = strings.Fields(s)
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(w))
}

// Check tells what doesn't fit together.
func (c *Config) Check() error {
	if c.Bearer != nil || c.Off {
		return nil
	}
	need := func(ok bool, what string) error {
		if ok {
			return nil
		}
		return fmt.Errorf("auth: grant %q needs %s", c.Grant, what)
	}
	if c.ClientMetadataURL != "" {
		u, err := url.Parse(c.ClientMetadataURL)
		if err != nil || u.Scheme != "https" || !hasPath(u) || u.Fragment != "" || u.User != nil {
			return fmt.Errorf("auth: clientMetadataUrl must be an https URL with a path")
		}
	}
	if c.RedirectPort < 0 || c.RedirectPort > 65535 {
		return fmt.Errorf("auth: redirectPort %d is no port", c.RedirectPort)
	}
	if c.TokenStore == storeCustom && c.Keep == nil {
		return fmt.Errorf(`auth: tokenStore must be "keychain", "file", "memory", a directory, or an object with get, set and delete`)
	}
	if c.PrivateKey != "" {
		if _, err := readKey(c.PrivateKey, c.KeyID); err != nil {
			return err
		}
	}
	switch c.AuthMethod {
	case "", methodNone, methodBasic, methodPost, methodKey:
	default:
		return fmt.Errorf("auth: tokenEndpointAuthMethod %q is not one of %q, %q, %q, %q", c.AuthMethod, methodNone, methodBasic, methodPost, methodKey)
	}
	switch c.Grant {
	case "", AuthorizationCode:
	case ClientCredentials:
		return need(c.ClientID != "" && (c.ClientSecret != "" || c.PrivateKey != ""), "clientId, and clientSecret or privateKey")
	case TokenExchange:
		if err := need(c.Subject != nil, "subjectToken: the identity provider's ID token"); err != nil {
			return err
		}
		if err := need(c.ClientID != "", "clientId, as the server's authorization server knows it"); err != nil {
			return err
		}
		return need(c.IDP.Issuer != "" || c.IDP.TokenEndpoint != "", "idp: { issuer or tokenEndpoint, clientId }")
	case JWTBearer:
		return need(c.Assertion != nil || c.PrivateKey != "" && c.ClientID != "", "assertion, or clientId and privateKey to sign one with")
	default:
		return fmt.Errorf("auth: grant %q is not one of %q, %q, %q, %q", c.Grant, AuthorizationCode, ClientCredentials, TokenExchange, JWTBearer)
	}
	return nil
}

// person tells whether the grant takes one.
func (c *Config) person() bool { return c.Grant == "" || c.Grant == AuthorizationCode }

// store makes the store of the configuration, nil where there is none.
func (c *Config) store() (*Store, error) {
	if c.Keep != nil {
		return &Store{Keep: c.Keep}, nil
	}
	return newStore(c.TokenStore)
}
