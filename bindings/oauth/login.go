package oauth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
)

const callbackPath = "/callback"

func joined(scopes []string) string { return strings.Join(scopes, " ") }

// login gets a token through a person: the authorization code grant with PKCE
// (OAuth 2.1, section 4.1), its answer taken by a server on the loopback. The authorization server fits.
func (t *Transport) login(ctx context.Context, as *serverMetadata, d *discovery, rec *record, want []string, dpopKey json.RawMessage) (*credential, error) {
	limit := t.config.LoginTime
	if limit == 0 {
		limit = defaultLogin
	}
	late := failf("nobody logged in within %s", limit).
		hint("visit the address that was shown; loginTimeout, or mcpjs login --wait, gives more time")
	ctx, cancel := context.WithTimeoutCause(ctx, limit, late)
	defer cancel()

	c, known := t.known(rec, as)
	port := t.config.RedirectPort
	if port == 0 && known && c.Redirect != "" {
		if u, err := url.Parse(c.Redirect); err == nil {
			port, _ = strconv.Atoi(u.Port())
		}
	}
	back, err := listen(ctx, port, as)
	if err != nil && t.config.RedirectPort == 0 && port != 0 {
		back, err = listen(ctx, 0, as) // in use: register anew
	}
	if err != nil {
		e := &Error{Reason: "listen for the browser's answer", Err: err}
		return nil, e.hint("another program may have port %d: give another one as redirectPort, or mcpjs login --port, if the client may use it", port)
	}
	defer back.close()
	if known && c.Redirect != "" && c.Redirect != back.url {
		known = false
	}
	if !known {
		if c, err = t.register(ctx, as, back.url, want); err != nil {
			return nil, orCause(ctx, err)
		}
		rec.Clients[as.Issuer] = c
	}

	verifier := oauth2.GenerateVerifier()
	conf := oauth2.Config{
		ClientID: c.ID, RedirectURL: back.url, Scopes: want,
		Endpoint: oauth2.Endpoint{AuthURL: as.AuthorizationEndpoint},
	}
	opts := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("resource", d.resource)}
	if slices.Contains(want, "offline_access") {
		opts = append(opts, oauth2.SetAuthURLParam("prompt", "consent")) // OpenID Connect Core, section 11
	}
	code, err := t.ask(ctx, conf.AuthCodeURL(back.state, opts...), back)
	if err != nil {
		return nil, orCause(ctx, err)
	}
	form := url.Values{"grant_type": {AuthorizationCode}, "code": {code}, "redirect_uri": {back.url}, "code_verifier": {verifier}}
	cred, err := t.grant(ctx, as, c, d, form, want, dpopKey)
	if e := (*Error)(nil); errors.As(err, &e) && e.Code == "invalid_client" && rec.Clients[as.Issuer] == c {
		// The registration is gone; the next login registers anew.
		delete(rec.Clients, as.Issuer)
		_ = t.keep(ctx, rec, rec.Token)
	}
	return cred, orCause(ctx, err)
}

// orCause gives why ctx ended, where that is what err comes of.
func orCause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// ask has a person visit the URL, and waits for the code.
func (t *Transport) ask(ctx context.Context, visit string, back *callback) (string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	pasted := make(chan string, 1)
	failed := make(chan error, 1)
	show := func(ctx context.Context) (string, error) {
		return t.opts.Person.visit(ctx, place(t.server), visit, back.url)
	}
	if t.config.OnAuthorize != nil {
		show = func(ctx context.Context) (string, error) { return t.config.OnAuthorize(ctx, visit) }
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		address, err := show(ctx)
		switch {
		case err != nil:
			failed <- err
		case address != "":
			pasted <- address
		}
	}()
	defer func() { cancel(nil); <-stopped }()
	for {
		select {
		case r := <-back.answers:
			return r.code, r.err
		case address := <-pasted:
			u, err := url.Parse(strings.TrimSpace(address))
			if err != nil {
				return "", failf("what was given is not the address that the browser ended up at")
			}
			r, mine := back.read(u.Query())
			if !mine {
				return "", failf("the address that was given does not answer this login: its state is another")
			}
			return r.code, r.err
		case err := <-failed:
			return "", &Error{Reason: "the login could not be shown", Err: err}
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// A callback is the server on the loopback that the browser is sent back to. It
// takes one answer.
type callback struct {
	url string
	// What the answer must match (basic/authorization, "Authorization Response
	// Validation").
	state    string
	issuer   string
	mustName bool // it must name the issuer (RFC 9207)

	answers chan response
	once    atomic.Bool // it was answered
	server  *http.Server
	done    chan struct{}
}

type response struct {
	code string
	err  error
}

func listen(ctx context.Context, port int, as *serverMetadata) (*callback, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	b := &callback{
		url:   "http://" + l.Addr().String() + callbackPath,
		state: random(), issuer: as.Issuer, mustName: as.IssParameter,
		answers: make(chan response, 1), done: make(chan struct{}),
	}
	b.server = &http.Server{
		Handler: http.HandlerFunc(b.serve), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
	}
	go func() {
		defer close(b.done)
		_ = b.server.Serve(l)
	}()
	return b, nil
}

// close stops listening; a page that is on its way gets there.
func (b *callback) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	if b.server.Shutdown(ctx) != nil {
		_ = b.server.Close()
	}
	<-b.done
}

func (b *callback) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "close")
	if r.URL.Path != callbackPath || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	answer, mine := b.read(r.URL.Query())
	if !mine {
		page(w, http.StatusBadRequest, "Not this login", "This answer does not belong to the login that is going on. Start from the address that mcpjs has printed.")
		return
	}
	if b.once.Swap(true) {
		page(w, http.StatusBadRequest, "Answered already", "This login has been answered already.")
		return
	}
	b.answers <- answer
	if answer.err != nil {
		page(w, http.StatusBadRequest, "Not logged in", "The login has failed; mcpjs says why. You can close this window.")
		return
	}
	page(w, http.StatusOK, "Logged in", "You can close this window.")
}

func page(w http.ResponseWriter, status int, title, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<!doctype html><meta charset="utf-8"><title>%[1]s</title><body style="font-family:sans-serif;margin:4em"><h1>%[1]s</h1><p>%[2]s</p>`,
		html.EscapeString(title), html.EscapeString(text))
}

// read checks an authorization response. It reports false where that is no
// answer to this login. Nothing of an answer that names another issuer is
// acted on or shown (RFC 9207, section 2.4).
func (b *callback) read(q url.Values) (response, bool) {
	state := q["state"]
	if len(state) != 1 || b.state == "" || subtle.ConstantTimeCompare([]byte(state[0]), []byte(b.state)) != 1 {
		return response{}, false
	}
	fail := func(e *Error) (response, bool) { return response{err: e}, true }
	switch iss := q["iss"]; {
	case len(iss) > 1:
		return fail(failf("the answer to the login names several issuers"))
	case len(iss) == 0 && b.mustName:
		return fail(failf("the answer to the login does not name its issuer, though %s says that it always does", line(b.issuer)).
			hint("somebody may be trying to mix up two authorization servers"))
	case len(iss) == 1 && iss[0] != b.issuer:
		return fail(failf("the answer to the login is from another issuer than %s", line(b.issuer)).
			hint("somebody may be trying to mix up two authorization servers"))
	}
	if code := q.Get("error"); code != "" {
		e := failf("the login was refused: %s", line(code))
		if d := q.Get("error_description"); d != "" {
			e.Reason += " (" + line(d) + ")"
		}
		e.Code = line(code)
		return fail(e)
	}
	if len(q["code"]) != 1 || q.Get("code") == "" {
		return fail(failf("the answer to the login holds no code"))
	}
	return response{code: q.Get("code")}, true
}
