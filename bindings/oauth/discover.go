package oauth

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// resourceMetadata is a protected resource's (RFC 9728, section 2).
type resourceMetadata struct {
	Resource             string   `json:"resource"`
	AuthorizationServers []string `json:"authorization_servers"`
	ScopesSupported      []string `json:"scopes_supported"`
	BearerMethods        []string `json:"bearer_methods_supported"`
	DPoPRequired         bool     `json:"dpop_bound_access_tokens_required"`
}

// serverMetadata is an authorization server's (RFC 8414, section 2).
type serverMetadata struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	RegistrationEndpoint  string   `json:"registration_endpoint"`
	RevocationEndpoint    string   `json:"revocation_endpoint"`
	ScopesSupported       []string `json:"scopes_supported"`
	GrantTypes            []string `json:"grant_types_supported"`
	AuthMethods           []string `json:"token_endpoint_auth_methods_supported"`
	AuthAlgorithms        []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	ChallengeMethods      []string `json:"code_challenge_methods_supported"`
	IssParameter          bool     `json:"authorization_response_iss_parameter_supported"`
	ClientIDMetadata      bool     `json:"client_id_metadata_document_supported"`
	DPoPAlgorithms        []string `json:"dpop_signing_alg_values_supported"`

	// assumed marks the default endpoints of revision 2025-03-26, which say
	// nothing of what the server supports.
	assumed bool
	by      *fetcher // makes the requests to it, nil for the transport's
	passed  []error  // why those that come before it can't be used
}

// discovery is what was found out about who authorizes for a server.
type discovery struct {
	resource string // what tokens are asked for (RFC 8707)
	metadata string // where the resource's metadata was, "" where there is none
	scopes   []string
	dpop     bool // the server wants tokens bound to a key
	issuers  []string
	legacy   bool // revision 2025-03-26: the server's origin authorizes
}

// canonical is a server's URI as a resource (basic/authorization, "Canonical
// Server URI").
func canonical(server *url.URL) string {
	u := url.URL{Scheme: server.Scheme, Host: strings.ToLower(server.Host), Path: server.Path, RawPath: server.RawPath}
	if u.Path == "/" {
		u.Path, u.RawPath = "", ""
	}
	return u.String()
}

// wellKnown inserts a well-known suffix before a URL's path.
func wellKnown(u *url.URL, suffix string, withPath bool) *url.URL {
	w := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/.well-known/" + suffix}
	if withPath {
		return w.JoinPath(strings.TrimSuffix(u.EscapedPath(), "/"))
	}
	return w
}

func hasPath(u *url.URL) bool { return strings.Trim(u.Path, "/") != "" }

// discover finds the protected resource's metadata: where the challenge says,
// else at the well-known places for the server's path and for its root
// (authorization-server-discovery, "Protected Resource Metadata Discovery
// Requirements"). Without any, the server's origin authorizes (2025-03-26).
func (f *fetcher) discover(ctx context.Context, hinted string) (*discovery, error) {
	f.measure(ctx)
	var places []*url.URL
	if hinted != "" {
		u, err := url.Parse(hinted)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, failf("the server's challenge names metadata at what is no http or https URL: %s", line(hinted))
		}
		places = append(places, u)
	}
	if hasPath(f.server) {
		places = append(places, wellKnown(f.server, "oauth-protected-resource", true))
	}
	places = append(places, wellKnown(f.server, "oauth-protected-resource", false))
	for i, at := range places {
		if slices.ContainsFunc(places[:i], func(u *url.URL) bool { return u.String() == at.String() }) {
			continue
		}
		var m resourceMetadata
		found, err := f.document(ctx, at, &m)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		d := &discovery{resource: m.Resource, metadata: at.String(), scopes: m.ScopesSupported, dpop: m.DPoPRequired, issuers: m.AuthorizationServers}
		if d.resource == "" {
			d.resource = canonical(f.server)
		}
		if !f.describes(d.resource) {
			return nil, failf("the metadata at %s is about another server: %s", line(place(at)), line(m.Resource)).
				hint("a token would be made out for that one; ask who runs the server to correct its metadata")
		}
		if len(d.issuers) == 0 {
			d.legacy, d.issuers = true, []string{origin0(f.server)}
		}
		return d, nil
	}
	return &discovery{resource: canonical(f.server), legacy: true, issuers: []string{origin0(f.server)}}, nil
}

// origin0 is an origin as an issuer writes it, without a default port.
func origin0(u *url.URL) string { return u.Scheme + "://" + strings.ToLower(u.Host) }

// describes tells whether a resource identifier is the server's: its own URL,
// or a part of it that ends at a path segment.
func (f *fetcher) describes(resource string) bool {
	r, err := url.Parse(resource)
	if err != nil || r.Host == "" || r.Fragment != "" || r.User != nil || origin(r) != origin(f.server) {
		return false
	}
	if r.RawQuery != "" && r.RawQuery != f.server.RawQuery {
		return false
	}
	part, whole := strings.TrimSuffix(r.EscapedPath(), "/"), strings.TrimSuffix(f.server.EscapedPath(), "/")
	return whole == part || strings.HasPrefix(whole, part+"/")
}

// issuerMetadata fetches an authorization server's metadata from the places
// that the specification lists, in its order ("Authorization Server Metadata
// Discovery"), and checks that it is that issuer's own.
func (f *fetcher) issuerMetadata(ctx context.Context, issuer string, legacy bool) (*serverMetadata, error) {
	u, err := endpoint("the authorization server's address", issuer)
	if err != nil {
		return nil, err
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, failf("the authorization server's address has a query or fragment: %s", line(place(u)))
	}
	places := []*url.URL{wellKnown(u, "oauth-authorization-server", hasPath(u)), wellKnown(u, "openid-configuration", hasPath(u))}
	if hasPath(u) {
		places = append(places, u.JoinPath(".well-known/openid-configuration"))
	}
	for _, at := range places {
		m := &serverMetadata{}
		found, err := f.document(ctx, at, m)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		if !sameIssuer(m.Issuer, issuer) && !(legacy && within(m.Issuer, u)) {
			return nil, failf("the metadata at %s is that of another issuer: %s", line(place(at)), line(m.Issuer)).
				hint("it was asked for as %s; somebody may be trying to have a token sent elsewhere", line(issuer))
		}
		return m, m.check()
	}
	if !legacy {
		return nil, failf("no metadata was found for the authorization server %s", line(issuer)).
			hint("neither at /.well-known/oauth-authorization-server nor at /.well-known/openid-configuration")
	}
	base := origin0(u)
	return &serverMetadata{
		Issuer: base, assumed: true,
		AuthorizationEndpoint: base + "/authorize", TokenEndpoint: base + "/token", RegistrationEndpoint: base + "/register",
	}, nil
}

// sameIssuer compares as RFC 8414, section 3.3 demands, but for the one slash
// that is the whole path: with and without it the URL is the same, and many a
// server's URL type adds it.
func sameIssuer(a, b string) bool {
	if a == b {
		return true
	}
	a, b = strings.TrimSuffix(a, "/"), strings.TrimSuffix(b, "/")
	u, err := url.Parse(a)
	return err == nil && a == b && u.Path == ""
}

// within tells whether an issuer is of that origin. Revision 2025-03-26 finds
// the metadata at the server's root, whatever the path of the issuer.
func within(issuer string, base *url.URL) bool {
	u, err := url.Parse(issuer)
	return err == nil && u.Host != "" && origin(u) == origin(base)
}

// check refuses endpoints that credentials can't be sent to.
func (m *serverMetadata) check() error {
	for what, raw := range map[string]string{
		"token": m.TokenEndpoint, "authorization": m.AuthorizationEndpoint,
		"registration": m.RegistrationEndpoint, "revocation": m.RevocationEndpoint,
	} {
		if raw == "" {
			continue
		}
		if _, err := endpoint("the authorization server's "+what+" endpoint", raw); err != nil {
			return err
		}
	}
	if m.TokenEndpoint == "" {
		return failf("the authorization server %s names no token endpoint", line(m.Issuer))
	}
	return nil
}
