package oauth

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// maxIssuers bounds how many authorization servers are looked at.
const maxIssuers = 5

// choose gives the authorization server to ask, of those that the server names
// (RFC 9728, section 7.6): the one that the user named or that the user's client
// was used with; else the first that can be used, one that has given a token or
// a client before the others. The reasons why some were passed over go with it.
//
// What one of them could use with another, a secret or an assertion made out
// beforehand, is for the first alone.
func (t *Transport) choose(ctx context.Context, d *discovery, rec *record, old *credential) (*serverMetadata, error) {
	issuers := slices.Clone(d.issuers)
	at := func(issuer string) int {
		return slices.IndexFunc(issuers, func(s string) bool { return sameIssuer(s, issuer) })
	}
	alone := false
	if named := t.config.Issuer; named != "" {
		i := at(named)
		if i < 0 {
			return nil, failf("the server is authorized by %s, not by %s that the credentials are for", line(strings.Join(issuers, ", ")), line(named)).
				hint("credentials of one authorization server are never sent to another; check the issuer with who runs the server")
		}
		issuers = issuers[i : i+1]
	} else if i := at(rec.Bound[t.config.ClientID]); t.config.ClientID != "" && i >= 0 {
		issuers = issuers[i : i+1]
	} else if len(issuers) > 1 && (t.config.ClientSecret != "" || t.config.stock) {
		alone, issuers = true, issuers[:1]
	} else if i := slices.IndexFunc(issuers, func(issuer string) bool {
		_, known := rec.Clients[issuer]
		return known || old != nil && sameIssuer(old.Issuer, issuer)
	}); i > 0 {
		first := issuers[i]
		issuers = slices.Insert(slices.Delete(issuers, i, i+1), 0, first)
	}
	var passed []error
	var second *serverMetadata
	for _, issuer := range issuers[:min(len(issuers), maxIssuers)] {
		as, err := t.fetch.issuerMetadata(ctx, issuer, d.legacy)
		sure := false
		if err == nil {
			sure, err = t.fits(rec, as)
		}
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil:
			passed = append(passed, err)
		case sure:
			as.passed = passed
			return as, nil
		case second == nil:
			second = as
		}
	}
	if second != nil {
		second.passed = passed
		return second, nil
	}
	if len(passed) > 1 {
		e := &Error{Reason: fmt.Sprintf("none of the server's %d authorization servers can be used: %s", len(passed), reasons(passed))}
		return nil, e.hint("%s", hintOf(passed[0]))
	}
	if e, ok := passed[0].(*Error); ok && alone {
		return nil, e.hint("name the authorization server that the credentials are for as issuer: they are not tried with another")
	}
	return nil, passed[0]
}

// fits tells why the client can't get a token from an authorization server, nil
// if it can. It is not sure where the metadata rather speaks against that.
func (t *Transport) fits(rec *record, as *serverMetadata) (sure bool, err error) {
	lists := func(list []string, what string) bool { return len(list) == 0 || slices.Contains(list, what) }
	sure = true
	if id := t.config.ClientID; id != "" || !t.config.person() {
		method, err := t.method(as, client{ID: id, Secret: t.config.ClientSecret})
		if err != nil {
			return false, err
		}
		sure = lists(as.AuthMethods, method)
	}
	if !t.config.person() {
		grant := grantJWT
		if t.config.Grant == ClientCredentials {
			grant = ClientCredentials
		}
		return sure && lists(as.GrantTypes, grant), nil
	}
	if as.AuthorizationEndpoint == "" {
		return false, failf("the authorization server %s has no endpoint for people to log in at", line(as.Issuer)).
			hint(`it may take a grant without a person: auth: { grant: "client_credentials", … }`)
	}
	if !as.assumed && !slices.Contains(as.ChallengeMethods, "S256") {
		return false, failf("the authorization server %s does not say that it supports PKCE with S256", line(as.Issuer)).
			hint("without it a stolen code could be used; the specification forbids to go on")
	}
	page, err := endpoint("the page to log in at", as.AuthorizationEndpoint)
	if err == nil {
		err = t.fetch.visible(page)
	}
	_, known := t.known(rec, as)
	return sure && (known || as.RegistrationEndpoint != ""), err
}

// reasons are those of errors, in one line.
func reasons(errs []error) string {
	var all []string
	for _, err := range errs {
		all = append(all, err.Error())
	}
	return strings.Join(all, "; ")
}

func hintOf(err error) string {
	e, _ := err.(*Error)
	return deepHint(e)
}

// blame puts into an error which authorization servers were passed over before
// this one failed: the right one may be among them.
func (m *serverMetadata) blame(err error) error {
	e, ok := err.(*Error)
	if !ok || len(m.passed) == 0 {
		return err
	}
	blamed := *e
	blamed.Hint = "passed over before: " + reasons(m.passed)
	if hint := deepHint(e); hint != "" {
		blamed.Hint = hint + "; " + blamed.Hint
	}
	return &blamed
}
