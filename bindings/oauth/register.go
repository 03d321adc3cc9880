package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// known gives the client that is to log in, in the order of the specification
// (client-registration): registered beforehand, its own metadata document, or
// registered before by this program. It reports false where it has to register.
func (t *Transport) known(rec *record, as *serverMetadata) (client, bool) {
	given := func(c client) (client, bool) {
		if t.config.remember {
			rec.Clients[as.Issuer] = c
		}
		return c, true
	}
	switch c, ok := rec.Clients[as.Issuer]; {
	case t.config.ClientID != "":
		return given(client{ID: t.config.ClientID, Secret: t.config.ClientSecret})
	case t.config.ClientMetadataURL != "" && as.ClientIDMetadata:
		return given(client{ID: t.config.ClientMetadataURL})
	case ok && c.Expires != 0 && time.Now().Unix() >= c.Expires-60:
		return client{}, false
	default:
		return c, ok
	}
}

// register registers a client with that redirect (RFC 7591), or, where the
// server doesn't do that, asks the user for one.
func (t *Transport) register(ctx context.Context, as *serverMetadata, redirect string, want []string) (client, error) {
	if as.RegistrationEndpoint == "" {
		return t.askClient(ctx, as, redirect)
	}
	to, err := endpoint("the registration endpoint", as.RegistrationEndpoint)
	if err != nil {
		return client{}, err
	}
	grants := []string{AuthorizationCode}
	if len(as.GrantTypes) == 0 || slices.Contains(as.GrantTypes, "refresh_token") || slices.Contains(as.ScopesSupported, "offline_access") {
		grants = append(grants, "refresh_token")
	}
	method := methodNone
	if len(as.AuthMethods) > 0 && !slices.Contains(as.AuthMethods, methodNone) {
		i := slices.IndexFunc(as.AuthMethods, func(m string) bool { return m == methodBasic || m == methodPost })
		if i < 0 {
			return client{}, failf("the authorization server registers no client that this one could be").
				hint("register one with %s by hand, and give its clientId and privateKey", line(as.Issuer))
		}
		method = as.AuthMethods[i]
	}
	about := map[string]any{
		"client_name": t.opts.ClientName, "redirect_uris": []string{redirect}, "application_type": "native",
		"grant_types": grants, "response_types": []string{"code"}, "token_endpoint_auth_method": method,
	}
	if len(want) > 0 {
		about["scope"] = joined(want)
	}
	body, err := json.Marshal(about)
	if err != nil {
		return client{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, t.fetch.limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), bytes.NewReader(body))
	if err != nil {
		return client{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	res, data, err := t.fetch.do(req)
	if err != nil {
		return client{}, err
	}
	var got struct {
		client
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	bad := json.Unmarshal(data, &got)
	switch {
	case as.assumed && res.StatusCode/100 != 2:
		return client{}, failf("the server says nothing of how it authorizes, and has no registration at %s (HTTP status %d)", line(place(to)), res.StatusCode).
			hint("it may want a token of its own making: auth: { bearer }, or headers")
	case res.StatusCode/100 != 2:
		e := refusal(&answer{Code: got.Code, ErrorDescription: got.Description}, res.StatusCode, to, url.Values{}, client{})
		e.Reason = "the authorization server refuses to register the client with the redirect " + redirect + ": " + e.Reason
		return client{}, e.hint("register one with %s by hand, and give its clientId", line(as.Issuer))
	case bad != nil || got.ID == "":
		return client{}, failf("the answer of the registration endpoint %s holds no client_id", line(place(to)))
	}
	c := got.client
	c.Redirect = redirect
	if c.Method == "" {
		// RFC 7591: client_secret_basic is meant, which some don't mean.
		if c.Method = method; c.Secret == "" {
			c.Method = methodNone
		} else if method == methodNone {
			c.Method = ""
		}
	}
	return c, nil
}

// askClient asks the user for a client, the last of the specification's ways.
func (t *Transport) askClient(ctx context.Context, as *serverMetadata, redirect string) (client, error) {
	missing := failf("the authorization server %s knows no client of this program, and registers none by itself", line(as.Issuer)).
		hint("register one with it by hand (redirect %s), and give its clientId, and clientSecret if it has one; or mcpjs login --client-id, --client-secret-file", redirect)
	person := t.opts.Person
	if person == nil || !person.typing() {
		return client{}, missing
	}
	id, err := person.ask(ctx, "mcpjs: "+line(as.Issuer)+" wants a client that is registered with it by hand, with the redirect "+redirect+".\nClient id: ", false)
	if err != nil || id == "" {
		return client{}, missing
	}
	c := client{ID: id, Redirect: redirect, Method: methodNone}
	if only := as.AuthMethods; len(only) == 1 && only[0] == methodNone {
		return c, nil
	}
	if c.Secret, err = person.ask(ctx, "Its secret (Enter if it has none): ", true); err != nil {
		return client{}, missing
	}
	if c.Secret != "" {
		if c.Method = methodBasic; len(as.AuthMethods) > 0 && !slices.Contains(as.AuthMethods, methodBasic) {
			c.Method = methodPost
		}
	}
	return c, nil
}
