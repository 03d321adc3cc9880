// Package oauth authorizes with MCP servers over HTTP, as revision 2026-07-28
// has it (basic/authorization), with the fallbacks of older revisions and the
// extensions for clients without a person: client credentials, enterprise-managed
// authorization, workload identity and DPoP.
//
// Its Transport is an http.RoundTripper that goes under the connection to one
// server. Until the server asks, nothing of it is seen.
package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options say what a Transport works with.
type Options struct {
	// Server is the URL of the MCP endpoint.
	Server string
	// Base carries the requests to it.
	Base   http.RoundTripper
	Config Config
	// Person is how somebody can be asked, nil where nobody is there.
	Person *Person
	// Permit, where set, is asked before a request goes to another origin than
	// the server's.
	Permit func(*url.URL) error
	// ClientName is what the client registers as, "" means mcpjs.
	ClientName string
}

// Transport adds a token to the requests to one server, and gets that token
// where the server asks for one. Its methods are safe for concurrent use.
//
// Tokens go to the server's own origin alone, over https or loopback, in the
// Authorization header.
type Transport struct {
	config Config
	opts   Options
	server *url.URL
	key    string
	base   http.RoundTripper
	fetch  *fetcher
	store  *Store // nil: memory only

	loading chan struct{} // has room for who reads the store
	mu      sync.Mutex
	loaded  bool
	memory  *record
	cred    *credential
	flight  *flight
	nonces  map[string]string
}

// maxSends bounds how often one request is sent.
const maxSends = 4

// New makes a Transport.
func New(opts Options) (*Transport, error) {
	u, err := serverURL(opts.Server)
	if err != nil {
		return nil, err
	}
	if err := opts.Config.Check(); err != nil {
		return nil, err
	}
	if opts.Base == nil {
		opts.Base = http.DefaultTransport
	}
	if opts.ClientName == "" {
		opts.ClientName = "mcpjs"
	}
	t := &Transport{
		config: opts.Config, opts: opts, server: u, key: key(u), base: opts.Base,
		fetch: newFetcher(u, opts.Base, opts.Config.AllowPrivate), nonces: map[string]string{}, loading: make(chan struct{}, 1),
		memory: newRecord(),
	}
	t.fetch.permit = opts.Permit
	if opts.Config.person() {
		if t.store, err = opts.Config.store(); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// serverURL reads the URL of an MCP endpoint, without what no request holds.
func serverURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("authorization needs the server's http or https URL")
	}
	u.User, u.Fragment = nil, ""
	return u, nil
}

// CloseIdleConnections closes what no request uses, of Base as well.
func (t *Transport) CloseIdleConnections() {
	t.fetch.close()
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

type deferred struct{}

// Defer gives a context under which requests don't wait for a new grant: they
// fail with *Required at once, for Supply to be called outside of whatever time
// limit they are under.
func (t *Transport) Defer(ctx context.Context) context.Context {
	return context.WithValue(ctx, deferred{}, true)
}

// Supply gets what a request failed for want of, asking a person if need be. It
// reports false where the failure is another.
func (t *Transport) Supply(ctx context.Context, failure error) (bool, error) {
	var r *Required
	if !errors.As(failure, &r) {
		return false, nil
	}
	_, err := t.renew(ctx, r.need, true)
	return err == nil, t.named(err)
}

// need is what a server's challenge asks for.
type need struct {
	scopes   []string
	metadata string // where the challenge says that the resource's metadata is
	dpop     bool
	more     bool        // the token is good but lacks scopes
	failed   *credential // what the request was sent with, nil for nothing
	force    bool        // get a new grant, whatever there is
}

// RoundTrip sends a request with the server's token. Where the server asks for
// another, it gets that, or fails with an *Error or *Required.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.config.Off || req.Header.Get("Authorization") != "" || origin(req.URL) != origin(t.server) {
		return t.base.RoundTrip(req)
	}
	ctx := req.Context()
	if t.config.Bearer != nil {
		return t.bearer(req)
	}
	cred, err := t.current(ctx)
	if err != nil {
		closeBody(req)
		return nil, t.named(err)
	}
	var nonced bool
	var stepped []string // the scopes that this request has led to ask for
	for sends := 1; ; sends++ {
		res, err := t.send(req, cred, sends > 1)
		if err != nil {
			return nil, err
		}
		ask, wanted := t.asked(res, cred)
		switch {
		case !wanted:
			return res, nil
		case sends >= maxSends, req.Body != nil && req.Body != http.NoBody && req.GetBody == nil, req.Method == http.MethodDelete:
			return res, nil
		case cred != nil && cred.Key != nil && !nonced && challengeError(res) == useNonce:
			nonced = true
			discard(res)
			continue
		}
		status := res.StatusCode
		discard(res)
		if ask.more {
			if err := permitted(ask, cred, stepped); err != nil {
				return nil, t.named(err)
			}
			stepped = union(stepped, ask.scopes)
		} else if cred != nil && cred.fresh && !cred.accepted.Load() {
			// It has never been good for anything: another of its kind won't be.
			if ask.force = cred.renewed; !ask.force {
				return nil, t.named(&Error{Status: status, Reason: "the server refuses the token that its authorization server has just given"})
			}
		}
		if cred == nil && !t.config.Always && t.config.person() && !t.canAsk() {
			return nil, t.named(nobody())
		}
		if cred, err = t.renew(ctx, ask, t.may(req)); err != nil {
			var required *Required
			if errors.As(err, &required) {
				required.Status = status
			}
			return nil, t.named(err)
		}
	}
}

// may tells whether a request may wait for a new grant.
func (t *Transport) may(req *http.Request) bool {
	return req.Context().Value(deferred{}) == nil && (req.Method == http.MethodPost || !t.config.person())
}

// canAsk tells whether a person can be asked.
func (t *Transport) canAsk() bool {
	return t.config.OnAuthorize != nil || t.opts.Person != nil && (t.config.Always || t.opts.Person.there())
}

// permitted refuses a step-up that was tried before (basic/authorization,
// "Step-Up Authorization Flow").
func permitted(ask need, cred *credential, stepped []string) error {
	lacking := ask.scopes
	if cred != nil && cred.fresh && !cred.renewed && covers(cred.Requested, lacking) || len(stepped) > 0 && covers(stepped, lacking) {
		e := failf("the server asks for scopes that the token was asked for already: %s", line(strings.Join(lacking, " ")))
		if cred != nil && !covers(cred.Granted, lacking) {
			e = failf("the server asks for scopes that were not granted: %s", line(strings.Join(lacking, " ")))
		}
		e.Status = http.StatusForbidden
		return e.hint("the user, or this client, may not be allowed to do this")
	}
	return nil
}

// bearer sends a request with the token that the user gave.
func (t *Transport) bearer(req *http.Request) (*http.Response, error) {
	if !secure(t.server) {
		closeBody(req)
		return nil, t.named(insecure())
	}
	token, err := t.config.Bearer(req.Context())
	if err != nil {
		closeBody(req)
		return nil, t.named(&Error{Reason: "the bearer token could not be had", Err: err})
	}
	sent := req.Clone(req.Context())
	sent.Header.Set("Authorization", "Bearer "+token)
	return t.base.RoundTrip(sent)
}

func insecure() *Error {
	return failf("a token would go over plain http, where anyone on the way can take it").
		hint("use the server's https URL")
}

// send sends one copy of the request with a token, if there is one.
func (t *Transport) send(req *http.Request, cred *credential, again bool) (*http.Response, error) {
	sent := req
	if cred != nil || again {
		sent = req.Clone(req.Context())
	}
	if again && req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		sent.Body = body
	}
	if cred != nil {
		sent.Header.Set("Authorization", cred.TokenType+" "+cred.AccessToken)
		if cred.Key != nil {
			p, err := proof(cred.Key, sent.Method, sent.URL, t.nonce(sent.URL), cred.AccessToken)
			if err != nil {
				closeBody(sent)
				return nil, err
			}
			sent.Header.Set("DPoP", p)
		}
	}
	res, err := t.base.RoundTrip(t.fetch.watch(sent))
	if err == nil && cred != nil && cred.Key != nil {
		t.keepNonce(sent.URL, res.Header)
	}
	return res, err
}

// asked reads what an answer asks for: a 401 always does, a 403 where it says
// that scopes are missing.
func (t *Transport) asked(res *http.Response, cred *credential) (need, bool) {
	if res.StatusCode != http.StatusUnauthorized && cred != nil {
		cred.accepted.Store(true)
	}
	if res.StatusCode != http.StatusUnauthorized && res.StatusCode != http.StatusForbidden {
		return need{}, false
	}
	c, found := authorization(res.Header)
	ask := need{scopes: scopes(c.params["scope"]), metadata: c.params["resource_metadata"], dpop: c.scheme == "dpop", failed: cred}
	if res.StatusCode == http.StatusForbidden {
		ask.more = true
		return ask, found && c.params["error"] == "insufficient_scope"
	}
	// A server that asks for something else, such as a password, isn't meant.
	return ask, found || res.Header.Get("WWW-Authenticate") == ""
}

func challengeError(res *http.Response) string {
	c, _ := authorization(res.Header)
	return c.params["error"]
}

func discard(res *http.Response) {
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10)
	_ = res.Body.Close()
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

// named puts the server's name into an error.
func (t *Transport) named(err error) error {
	var e *Error
	var required *Required
	switch {
	case errors.As(err, &required):
		required.Server = place(t.server)
		return required
	case !errors.As(err, &e):
		return err
	}
	named := *e
	named.Server = place(t.server)
	if err != error(e) { // wrapped
		named = Error{Server: named.Server, Err: err, Code: e.Code, Status: e.Status, Hint: e.Hint}
	}
	if named.Hint == "" {
		named.Hint = deepHint(e)
	}
	return &named
}

func deepHint(e *Error) string {
	for e != nil {
		if e.Hint != "" {
			return e.Hint
		}
		var next *Error
		if !errors.As(e.Err, &next) {
			break
		}
		e = next
	}
	return ""
}

// current gives the token to send, nil where there is none. One that is about
// to expire is renewed first, if that needs no person.
func (t *Transport) current(ctx context.Context) (*credential, error) {
	cred, err := t.stored(ctx)
	if err != nil {
		return nil, err
	}
	machine := !t.config.person() && ctx.Value(deferred{}) == nil
	if cred == nil || !cred.expiring(time.Now()) || cred.RefreshToken == "" && !machine {
		return cred, nil
	}
	fresh, err := t.renew(ctx, need{failed: cred, metadata: cred.Metadata, scopes: cred.Requested, dpop: cred.Key != nil}, machine)
	switch {
	case err == nil:
		return fresh, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	return cred, nil // the server tells whether it is still good
}

// stored gives the token that there is, the store's at first.
func (t *Transport) stored(ctx context.Context) (*credential, error) {
	have := func() (*credential, bool) {
		t.mu.Lock()
		defer t.mu.Unlock()
		return t.cred, t.loaded || t.store == nil
	}
	if cred, loaded := have(); loaded {
		return cred, nil
	}
	select {
	case t.loading <- struct{}{}:
		defer func() { <-t.loading }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if cred, loaded := have(); loaded {
		return cred, nil
	}
	r, err := t.store.load(ctx, t.key)
	if err != nil {
		return nil, &Error{Err: err}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.loaded = true
	if t.cred == nil {
		t.cred = t.usable(r.Token)
	}
	return t.cred, nil
}

// usable gives a stored token, unless it is of another client than configured.
func (t *Transport) usable(c *credential) *credential {
	if c == nil || !secure(t.server) || (c.TokenType == "DPoP") != (c.Key != nil) || t.config.DPoP && c.Key == nil || t.config.ClientID != "" && c.ClientID != t.config.ClientID ||
		t.config.Issuer != "" && !sameIssuer(c.Issuer, t.config.Issuer) {
		return nil
	}
	return c
}

// Login gets a new token from the server's authorization server, whatever there
// is already. challenge is the server's refusal, nil where none is known.
func (t *Transport) Login(ctx context.Context, challenge *http.Response) error {
	var ask need
	if challenge != nil {
		ask, _ = t.asked(challenge, nil)
	}
	_, err := t.renew(ctx, need{scopes: ask.scopes, metadata: ask.metadata, dpop: ask.dpop, force: true}, true)
	if ctx.Err() != nil {
		t.settle()
	}
	return t.named(err)
}

// settleTime bounds how long an attempt that was given up is waited for.
const settleTime = 2 * time.Second

// settle waits for an attempt that nobody waits for any more to put back what it
// has changed, such as the terminal's mode, in case the process ends next.
func (t *Transport) settle() {
	t.mu.Lock()
	f := t.flight
	left := f != nil && f.waiting == 0
	t.mu.Unlock()
	if !left {
		return
	}
	timer := time.NewTimer(settleTime)
	defer timer.Stop()
	select {
	case <-f.done:
	case <-timer.C:
	}
}

// A flight is one attempt to get a token, which many requests may wait for. It
// ends when none does any more.
type flight struct {
	done    chan struct{}
	cred    *credential
	err     error
	waiting int
	cancel  context.CancelFunc
}

// renew gives a token that is another than the one that failed: somebody else's
// news, or that of a flight of its own. Without may, no person is asked.
func (t *Transport) renew(ctx context.Context, ask need, may bool) (*credential, error) {
	for {
		t.mu.Lock()
		if c := t.cred; c != nil && c != ask.failed && !ask.force {
			t.mu.Unlock()
			return c, nil
		}
		f := t.flight
		mine := f == nil
		if mine {
			f = &flight{done: make(chan struct{})}
			var fctx context.Context
			fctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
			t.flight = f
			go t.fly(fctx, f, ask, may)
		}
		f.waiting++
		t.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
		}
		t.mu.Lock()
		f.waiting--
		if f.waiting == 0 {
			f.cancel()
		}
		t.mu.Unlock()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var required *Required
		if !mine && f.err != nil && (errors.Is(f.err, context.Canceled) || may && errors.As(f.err, &required)) {
			continue // it was given up, or was not allowed to ask
		}
		if required := (*Required)(nil); errors.As(f.err, &required) {
			return nil, &Required{need: ask}
		}
		return f.cred, f.err
	}
}

func (t *Transport) fly(ctx context.Context, f *flight, ask need, may bool) {
	cred, err := t.obtain(ctx, ask, may)
	t.mu.Lock()
	f.cred, f.err = cred, err
	if err == nil {
		t.cred = cred
	}
	t.flight = nil
	t.mu.Unlock()
	f.cancel()
	close(f.done)
}

// obtain gets a token: what another process has left in the store, a refreshed
// one, or a new grant. It runs once at a time.
func (t *Transport) obtain(ctx context.Context, ask need, may bool) (*credential, error) {
	if !secure(t.server) {
		return nil, insecure()
	}
	rec := t.memory
	if t.store != nil {
		unlock, err := t.store.lock(ctx, t.key, t.late)
		if err != nil {
			return nil, err
		}
		defer unlock()
		rec, err = t.store.load(ctx, t.key)
		if lost := (*unreadable)(nil); ask.force && errors.As(err, &lost) {
			rec, err = newRecord(), nil // a login replaces it
		}
		if err != nil {
			return nil, &Error{Err: err}
		}
	}
	rec.Private = rec.Private || t.config.AllowPrivate
	t.fetch.consent = rec.Private
	old := t.usable(rec.Token)
	news := old != nil && (ask.failed == nil || old.AccessToken != ask.failed.AccessToken)
	if news && !ask.force && !old.expiring(time.Now()) && covers(old.hold(), ask.scopes) {
		return old, nil
	}
	refreshable := old != nil && old.RefreshToken != "" && !ask.more && !ask.force
	if !refreshable && !may {
		return nil, &Required{need: ask}
	}
	where := ask.metadata
	if where == "" && old != nil {
		where = old.Metadata
	}
	d, err := t.fetch.discover(ctx, where)
	if err != nil {
		return nil, err
	}
	as, err := t.choose(ctx, d, rec, old)
	if err != nil {
		return nil, err
	}
	if err := t.bound(rec, as); err != nil {
		return nil, err
	}
	// A token goes on as it was: with its key, its scopes and its client.
	if refreshable && sameIssuer(old.Issuer, as.Issuer) {
		cred, err := t.refresh(ctx, as, d, rec, old)
		if err == nil {
			return cred, t.keep(ctx, rec, cred)
		}
		var refused *Error
		if ctx.Err() != nil || !errors.As(err, &refused) || refused.Code == "" {
			return nil, err
		}
		t.mu.Lock()
		t.cred = nil
		t.mu.Unlock()
		rec.Token = nil
		if err := t.keep(ctx, rec, nil); err != nil {
			return nil, err
		}
	}
	if !may {
		return nil, &Required{need: ask}
	}
	want := t.scopes(ask, d, as, old)
	var dpopKey []byte
	if t.config.DPoP || ask.dpop || d.dpop {
		if dpopKey, err = newProofKey(); err != nil {
			return nil, err
		}
	}
	var cred *credential
	if t.config.person() {
		if !t.canAsk() {
			return nil, nobody()
		}
		cred, err = t.login(ctx, as, d, rec, want, dpopKey)
	} else {
		cred, err = t.machineGrant(ctx, as, d, want, dpopKey)
	}
	if err != nil {
		return nil, as.blame(err)
	}
	return cred, t.keep(ctx, rec, cred)
}

// late says why nothing seems to happen.
func (t *Transport) late() {
	if p := t.opts.Person; p != nil && p.there() {
		fmt.Fprintf(p.Out, "mcpjs: another mcpjs is logging in to %s; waiting for it\n", line(place(t.server)))
	}
}

func nobody() *Error {
	return failf("the server wants somebody to log in, and nobody can be asked here").
		hint(`run "mcpjs login" with the server, or give a token: auth: { bearer }`)
}

// bound holds a client that the user named to the first authorization server
// that gave it a token (client-registration, "Authorization Server Binding").
func (t *Transport) bound(rec *record, as *serverMetadata) error {
	id := t.config.ClientID
	if id == "" || t.config.Issuer != "" {
		return nil
	}
	if before := rec.Bound[id]; before != "" && !sameIssuer(before, as.Issuer) {
		return failf("the server is now authorized by %s, but the client %q was registered with %s", line(as.Issuer), line(id), line(before)).
			hint("credentials of one authorization server are never sent to another; if the change is right, give the new client and its issuer, after mcpjs logout")
	}
	return nil
}

// scopes chooses what to ask for: what the challenge says, else what the
// resource's metadata does (basic/authorization, "Scope Selection Strategy"),
// with what the user wants besides and what was held before.
func (t *Transport) scopes(ask need, d *discovery, as *serverMetadata, old *credential) []string {
	want := ask.scopes
	if len(want) == 0 && !ask.more {
		want = d.scopes
	}
	if ask.more && old != nil {
		want = union(old.hold(), want)
	}
	want = union(want, t.config.Scopes)
	if t.config.person() && len(want) > 0 && slices.Contains(as.ScopesSupported, "offline_access") {
		want = union(want, []string{"offline_access"})
	}
	return want
}

// refreshTime is how long a refresh goes on once nobody waits for it: a server
// that has made the old refresh token invalid must not have its new one lost.
const refreshTime = 15 * time.Second

// keepTime bounds the writing of a record, which may have to ask the keychain.
const keepTime = promptTime + keychainTime

func (t *Transport) refresh(ctx context.Context, as *serverMetadata, d *discovery, rec *record, old *credential) (*credential, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTime)
	defer cancel()
	c, known := t.identity(rec, as, old.ClientID)
	if !known {
		return nil, &Error{Code: "invalid_client", Reason: "the client that the token was given to is no longer known"}
	}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {old.RefreshToken}}
	cred, err := t.grant(ctx, as, c, d, form, nil, old.Key)
	if err != nil {
		return nil, err
	}
	cred.Requested, cred.renewed = old.Requested, true
	if cred.Granted == nil {
		cred.Granted = old.Granted
	}
	if cred.RefreshToken == "" {
		cred.RefreshToken = old.RefreshToken
	}
	return cred, nil
}

// identity gives the client with that id, as it is known to the issuer.
func (t *Transport) identity(rec *record, as *serverMetadata, id string) (client, bool) {
	if id == t.config.ClientID {
		return client{ID: id, Secret: t.config.ClientSecret}, true
	}
	if id == t.config.ClientMetadataURL {
		return client{ID: id}, true
	}
	c, ok := rec.Clients[as.Issuer]
	return c, ok && c.ID == id
}

// keep stores a token. The store's lock is held.
func (t *Transport) keep(ctx context.Context, rec *record, cred *credential) error {
	rec.Server, rec.Token = place(t.server), cred
	if cred != nil && cred.ClientID != "" && cred.ClientID == t.config.ClientID && t.config.Issuer == "" {
		rec.Bound[cred.ClientID] = cred.Issuer
	}
	if t.store == nil {
		return nil
	}
	// What a server has given is not lost to whoever no longer waits for it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	if err := t.store.save(ctx, t.key, rec); err != nil {
		return &Error{Err: err}
	}
	return nil
}

func (t *Transport) nonce(u *url.URL) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.nonces[origin(u)]
}

// keepNonce notes the nonce that a server wants to see next.
func (t *Transport) keepNonce(u *url.URL, h http.Header) {
	if n := h.Get("DPoP-Nonce"); n != "" && len(n) < 4096 {
		t.mu.Lock()
		t.nonces[origin(u)] = n
		t.mu.Unlock()
	}
}
