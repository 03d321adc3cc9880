package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"mcpjs/bindings/transport"
)

const (
	defaultConnectTimeout = 30 * time.Second
	// probeLimit is how long a server may take to answer server/discover
	// before it is taken for one that ignores what it doesn't know.
	probeLimit = 5 * time.Second
)

// The revisions this client speaks, best first.
var (
	modernVersions = []string{"2026-07-28"}
	legacyVersions = []string{"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}
)

// Versions are the revisions that this client speaks, best first.
func Versions() []string { return slices.Concat(modernVersions, legacyVersions) }

// Connect makes a connection and agrees on a revision with the server: it asks
// with server/discover whether the server speaks 2026-07-28, and otherwise
// shakes hands with initialize (basic/versioning, "Backward Compatibility" of
// both transports). A server that dies of the question is started anew.
//
// The error is a *ConnectionError, *TimeoutError, *RPCError or *ProtocolError,
// or ctx's cause; the connection is closed then.
func Connect(ctx context.Context, dial Dialer, opts Options) (*Session, error) {
	if opts.ProtocolVersion == "auto" {
		opts.ProtocolVersion = ""
	}
	if pin := opts.ProtocolVersion; pin != "" && !slices.Contains(modernVersions, pin) && !slices.Contains(legacyVersions, pin) {
		return nil, fmt.Errorf("%sthis client does not speak revision %s; it speaks %s",
			during(connectLabel, opts.Server), OneLine(pin), list(modernVersions, legacyVersions))
	}
	if len(opts.ClientInfo) == 0 {
		opts.ClientInfo = json.RawMessage(`{"name":"mcpjs","version":"dev"}`)
	}
	if len(opts.Capabilities) == 0 {
		opts.Capabilities = json.RawMessage("{}")
	}
	if opts.ConnectTimeout == 0 {
		opts.ConnectTimeout = defaultConnectTimeout
	}
	if opts.Authorizer == nil {
		return connectOnce(ctx, dial, opts)
	}
	for supplies := 0; ; supplies++ {
		s, err := connectOnce(opts.Authorizer.Defer(ctx), dial, opts)
		if err == nil || supplies == maxSupplies {
			return s, err
		}
		again, failed := opts.Authorizer.Supply(ctx, err)
		switch {
		case failed != nil && ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case failed != nil:
			return nil, &ConnectionError{Server: opts.Server, Label: connectLabel, Err: failed}
		case !again:
			return nil, err
		}
	}
}

// maxSupplies bounds how often one Connect asks for credentials: once, and
// again for permissions that turn out to be missing.
const maxSupplies = 3

// connectOnce makes one attempt, within the time limit.
func connectOnce(ctx context.Context, dial Dialer, opts Options) (*Session, error) {
	c := &connector{dial: dial, opts: opts, probeLimit: probeLimit}
	if opts.ConnectTimeout > 0 {
		c.probeLimit = min(probeLimit, opts.ConnectTimeout/3)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, opts.ConnectTimeout, errConnectTimeout)
		defer cancel()
	}
	s, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.established = !s.ended
	ended := s.ended
	s.mu.Unlock()
	if ended {
		err := s.connectionError(connectLabel, s.conn.Err())
		s.Close()
		return nil, err
	}
	return s, nil
}

var errConnectTimeout = errors.New("connect timeout")

// A connector is one Connect at work.
type connector struct {
	dial       Dialer
	opts       Options
	probeLimit time.Duration
}

// connect returns a session that is ready, or closes what it opened.
func (c *connector) connect(ctx context.Context) (*Session, error) {
	if c.opts.Legacy && mcp.IsModernProtocol(c.opts.ProtocolVersion) {
		return nil, &ConnectionError{Server: c.opts.Server, Label: connectLabel,
			Reason: "the transport HTTP+SSE does not carry revision " + c.opts.ProtocolVersion,
			Hint:   "use the server's URL for streamable HTTP, or leave protocolVersion at \"auto\""}
	}
	s, err := c.attempt(ctx, c.probes())
	var died *diedOfProbe
	if errors.As(err, &died) {
		s, err = c.attempt(ctx, false)
	}
	var refused *ConnectionError
	if c.opts.Fallback == nil || mcp.IsModernProtocol(c.opts.ProtocolVersion) || !errors.As(err, &refused) || !servesNoPost(refused) {
		return s, err
	}
	older := *c
	older.dial = c.opts.Fallback
	if s, tried := older.attempt(ctx, false); tried == nil {
		return s, nil
	} else if ctx.Err() != nil {
		return nil, tried
	}
	return nil, err
}

// servesNoPost reports whether a server that answers like that may be one of
// HTTP+SSE. An error of the protocol in the answer's body says that it isn't:
// that is no ConnectionError.
func servesNoPost(e *ConnectionError) bool {
	return e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed
}

func (c *connector) probes() bool {
	return !c.opts.Legacy && (c.opts.ProtocolVersion == "" || mcp.IsModernProtocol(c.opts.ProtocolVersion))
}

// diedOfProbe says that the connection ended after the server was asked with
// server/discover, which some answer by exiting.
type diedOfProbe struct{ error }

// attempt makes one connection and negotiates over it.
func (c *connector) attempt(ctx context.Context, probe bool) (*Session, error) {
	conn, err := c.dial()
	if err != nil {
		return nil, c.dialError(err)
	}
	s := newSession(conn, c.opts)
	go s.deliver()
	if err = conn.Start(ctx); err != nil {
		if ctx.Err() != nil {
			err = c.interrupted(ctx, s)
		} else {
			err = s.connectionError(connectLabel, err)
		}
	} else {
		err = c.negotiate(ctx, s, probe)
	}
	if err == nil {
		return s, nil
	}
	s.Close()
	return nil, err
}

func (c *connector) dialError(err error) error {
	return &ConnectionError{Server: c.opts.Server, Label: connectLabel, Err: err, Hint: errorHint(err)}
}

// interrupted returns why connecting must end, as its context has ended.
func (c *connector) interrupted(ctx context.Context, s *Session) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, errConnectTimeout) {
		return &TimeoutError{Server: c.opts.Server, Label: connectLabel, After: c.opts.ConnectTimeout, Stderr: s.stderr(), Stdout: s.stdout()}
	}
	return cause
}

// negotiate agrees on a revision.
func (c *connector) negotiate(ctx context.Context, s *Session, probe bool) error {
	legacy := legacyVersions
	if pin := c.opts.ProtocolVersion; pin != "" {
		legacy = []string{pin}
	}
	var found finding
	if probe {
		var err error
		if found, err = c.probe(ctx, s); err != nil || found.modern {
			return err
		}
		if len(found.legacy) > 0 {
			legacy = found.legacy
		}
		if mcp.IsModernProtocol(c.opts.ProtocolVersion) {
			return &ConnectionError{
				Server: c.opts.Server,
				Label:  connectLabel,
				Reason: fmt.Sprintf("the server does not speak revision %s: server/discover: %s", c.opts.ProtocolVersion, found.why),
				Hint:   `leave protocolVersion at "auto" to connect in an older revision`,
			}
		}
	}
	err := c.initialize(ctx, s, legacy)
	var rpc *RPCError
	if found.silent && errors.As(err, &rpc) {
		// A modern server that was slow to start refuses initialize, but
		// answers by now.
		if again, probeErr := c.probe(ctx, s); again.modern {
			return probeErr
		}
	}
	var lost *ConnectionError
	if probe && errors.As(err, &lost) && mayRevive(s, lost) {
		return &diedOfProbe{err}
	}
	return err
}

// A finding is what the answer to server/discover tells of a server.
type finding struct {
	modern bool     // it speaks 2026-07-28 or later, as do we now
	silent bool     // it didn't answer
	legacy []string // the older revisions it named, if it named any
	why    string   // why it is taken for a legacy server
}

// probe asks server/discover. It returns an error where the server is modern
// but there is no common ground, or where it cannot be reached at all.
func (c *connector) probe(ctx context.Context, s *Session) (finding, error) {
	version := c.opts.ProtocolVersion
	if version == "" {
		version = modernVersions[0]
	}
	for again := false; ; again = true {
		resp, err := c.discover(ctx, s, version)
		if err != nil {
			return c.probeFailed(ctx, s, err)
		}
		var supported []string
		if resp.Error != nil {
			switch resp.Error.Code {
			case codeHeaderMismatch, codeMissingCapability:
				return finding{modern: true}, s.rpcError(connectLabel, resp.Error)
			case codeUnsupportedVersion:
				supported = stringList(member(resp.Error.Data, "supported"))
			}
			if supported == nil {
				return finding{why: (&RPCError{Code: resp.Error.Code, Message: resp.Error.Message}).Error()}, nil
			}
		} else {
			supported = stringList(member(resp.Result, "supportedVersions"))
			if len(supported) == 0 {
				if !looksDiscovered(resp.Result) {
					return finding{why: "the answer is not a DiscoverResult"}, nil
				}
				supported = []string{version}
			}
		}
		best := firstCommon(modernVersions, supported)
		if c.opts.ProtocolVersion != "" {
			best = firstCommon([]string{c.opts.ProtocolVersion}, supported)
		}
		switch {
		case best == "":
			return c.noModern(supported)
		case resp.Error == nil:
			s.adopt(discovered(best, resp.Result))
			return finding{modern: true}, nil
		case again:
			return finding{modern: true}, s.rpcError(connectLabel, resp.Error)
		}
		version = best // the one refused, where one of several servers behind an address is older
	}
}

// noModern handles a modern answer that names no modern revision of ours.
func (c *connector) noModern(supported []string) (finding, error) {
	if c.opts.ProtocolVersion == "" {
		if i := slices.IndexFunc(legacyVersions, func(v string) bool { return slices.Contains(supported, v) }); i >= 0 {
			return finding{legacy: legacyVersions[i:], why: "it supports " + list(supported)}, nil
		}
	}
	ours, hint := "this client "+list(modernVersions, legacyVersions), ""
	if c.opts.ProtocolVersion != "" {
		ours = c.opts.ProtocolVersion + " was asked for"
		hint = `leave protocolVersion at "auto" to connect in another revision`
	}
	return finding{modern: true}, &ConnectionError{
		Server: c.opts.Server,
		Label:  connectLabel,
		Reason: fmt.Sprintf("no common protocol revision: the server speaks %s; %s", list(supported), ours),
		Hint:   hint,
	}
}

// discover sends server/discover in a revision, within the probe's limit.
func (c *connector) discover(ctx context.Context, s *Session, version string) (transport.Response, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.probeLimit, errProbeTimeout)
	defer cancel()
	meta := requestMeta(version, s.opts.ClientInfo, s.capabilities, "")
	params, err := withMeta(nil, meta, 0)
	if err != nil {
		return transport.Response{}, err
	}
	id := s.ids.Add(1)
	req := transport.Request{ID: id, Method: "server/discover", Params: params}
	if s.http {
		req.Header = http.Header{mcp.HeaderProtocolVersion: {version}, mcp.HeaderMethod: {req.Method}}
	}
	resp, err := s.conn.SendRequest(ctx, req)
	if err != nil && ctx.Err() != nil {
		if !s.http {
			// Before initialize is sent, so that the server never sees them mixed.
			s.sayCancelled(id, "timed out", time.Second)
		}
		return transport.Response{}, context.Cause(ctx)
	}
	return resp, err
}

var errProbeTimeout = errors.New("the server did not answer server/discover")

// probeFailed tells a legacy server from one that cannot be reached.
func (c *connector) probeFailed(ctx context.Context, s *Session, err error) (finding, error) {
	switch {
	case ctx.Err() != nil:
		return finding{}, c.interrupted(ctx, s)
	case errors.Is(err, errProbeTimeout):
		return finding{silent: true, why: "no answer within " + c.probeLimit.String()}, nil
	}
	var answer *transport.HTTPError
	if errors.As(err, &answer) {
		if answer.Status == http.StatusUnauthorized {
			return finding{}, s.connectionError(connectLabel, err)
		}
		return finding{why: err.Error()}, nil
	}
	if unreachable(err) || unauthorized(err) {
		return finding{}, s.connectionError(connectLabel, err)
	}
	lost := s.lost(connectLabel, err)
	if mayRevive(s, lost) && !mcp.IsModernProtocol(c.opts.ProtocolVersion) {
		return finding{}, &diedOfProbe{lost}
	}
	if !isDone(s.conn) {
		return finding{why: err.Error()}, nil // it could not answer this, but goes on
	}
	return finding{}, lost
}

// mayRevive reports whether a connection that was lost after the probe is worth
// making again. Where there is a hint, the reason is known to be another.
func mayRevive(s *Session, lost *ConnectionError) bool {
	return isDone(s.conn) && lost.Status == 0 && lost.Hint == ""
}

// unauthorized reports whether the round tripper that authorizes has failed,
// which says nothing of what the server speaks.
func unauthorized(err error) bool {
	var failed interface{ Unauthorized() bool }
	return errors.As(err, &failed) && failed.Unauthorized()
}

// unreachable reports whether no connection could be made at all.
func unreachable(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	var verify *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, &dns) ||
		errors.As(err, &verify) || errors.As(err, &authority) || errors.As(err, &record)
}

// initialize shakes hands, with the best of these revisions first (lifecycle,
// 2025-11-25). Where the server refuses a revision, the next is tried.
func (c *connector) initialize(ctx context.Context, s *Session, versions []string) error {
	var refused *RPCError
	for len(versions) > 0 {
		version := versions[0]
		agreed, err := s.handshake(ctx, version)
		switch {
		case err == nil:
			if pin := c.opts.ProtocolVersion; pin != "" && agreed.version != pin {
				return &ConnectionError{
					Server: c.opts.Server,
					Label:  connectLabel,
					Reason: fmt.Sprintf("the server speaks revision %s, but %s was asked for", agreed.version, pin),
					Hint:   `leave protocolVersion at "auto" to connect in another revision`,
				}
			}
			return c.initialized(ctx, s, agreed)
		case ctx.Err() != nil:
			return c.interrupted(ctx, s)
		case !errors.As(err, &refused) || !refusesVersion(refused):
			return err
		}
		if supported := stringList(member(refused.Data, "supported")); len(supported) > 0 {
			versions = slices.DeleteFunc(slices.Clone(versions[1:]), func(v string) bool { return !slices.Contains(supported, v) })
		} else {
			versions = versions[1:]
		}
	}
	return refused
}

// refusesVersion reports whether an error in answer to initialize may be about
// the revision.
func refusesVersion(e *RPCError) bool {
	return e.Code == codeUnsupportedVersion || len(member(e.Data, "supported")) > 0 ||
		strings.Contains(strings.ToLower(e.Message), "version")
}

// handshake sends initialize and reads its result.
func (s *Session) handshake(ctx context.Context, version string) (*agreement, error) {
	params := appendMember(nil, "protocolVersion", quote(version))
	params = appendMember(params, "capabilities", s.capabilities)
	params = appendMember(params, "clientInfo", s.opts.ClientInfo)
	resp, err := s.conn.SendRequest(ctx, transport.Request{
		ID:     s.ids.Add(1),
		Method: "initialize",
		Params: json.RawMessage("{" + string(params) + "}"),
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, s.lost(connectLabel, err)
	case resp.Error != nil:
		return nil, s.rpcError(connectLabel, resp.Error)
	}
	named := text(member(resp.Result, "protocolVersion"))
	if !slices.Contains(legacyVersions, named) {
		reason := fmt.Sprintf("the server chose protocol revision %q in answer to initialize; this client speaks %s there",
			named, list(legacyVersions))
		if named == "" {
			reason = "the server's answer to initialize names no protocol revision"
		}
		return nil, &ProtocolError{Server: s.opts.Server, Label: connectLabel, Reason: reason}
	}
	return &agreement{
		version:      named,
		result:       resp.Result,
		capabilities: member(resp.Result, "capabilities"),
		serverInfo:   member(resp.Result, "serverInfo"),
		instructions: text(member(resp.Result, "instructions")),
	}, nil
}

// initialized completes the handshake.
func (c *connector) initialized(ctx context.Context, s *Session, agreed *agreement) error {
	s.adopt(agreed)
	err := s.Notify(ctx, "notifications/initialized", nil)
	if err == nil && c.opts.LogLevel != "" && !isNull(member(agreed.capabilities, "logging")) {
		err = s.SetLogLevel(ctx, c.opts.LogLevel)
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return c.interrupted(ctx, s)
	}
	var lost *ConnectionError
	if errors.As(err, &lost) {
		return s.lost(connectLabel, lost.Err)
	}
	return err
}

// adopt makes an agreement the session's.
func (s *Session) adopt(agreed *agreement) {
	s.agreed.Store(agreed)
	s.modern = mcp.IsModernProtocol(agreed.version)
	s.conn.SetProtocolVersion(agreed.version)
	s.mu.Lock()
	s.renderMeta()
	s.mu.Unlock()
}

// discovered renders a DiscoverResult as an InitializeResult.
func discovered(version string, result json.RawMessage) *agreement {
	meta := member(result, "_meta")
	a := &agreement{
		version:      version,
		capabilities: member(result, "capabilities"),
		serverInfo:   member(meta, mcp.MetaKeyServerInfo),
		instructions: text(member(result, "instructions")),
	}
	if isNull(a.capabilities) {
		a.capabilities = json.RawMessage("{}")
	}
	if isNull(a.serverInfo) { // some put it where initialize had it
		a.serverInfo = member(result, "serverInfo")
	}
	b := appendMember(nil, "protocolVersion", quote(version))
	b = appendMember(b, "capabilities", a.capabilities)
	if !isNull(a.serverInfo) {
		b = appendMember(b, "serverInfo", a.serverInfo)
	}
	if a.instructions != "" {
		b = appendMember(b, "instructions", quote(a.instructions))
	}
	if !isNull(meta) {
		b = appendMember(b, "_meta", meta)
	}
	a.result = json.RawMessage("{" + string(b) + "}")
	return a
}

// looksDiscovered reports whether a result that names no revisions still is a
// DiscoverResult, rather than a legacy server's answer to anything.
func looksDiscovered(result json.RawMessage) bool {
	return !isNull(member(result, "resultType")) ||
		!isNull(member(result, "supportedVersions")) && !isNull(member(result, "capabilities")) ||
		!isNull(member(member(result, "_meta"), mcp.MetaKeyServerInfo))
}

// renew begins a new session with an HTTP server that has forgotten the one of
// this generation. Calls that find out at once renew it once.
func (s *Session) renew(ctx context.Context, generation int64) error {
	if err := s.holdRenewal(ctx); err != nil {
		return err
	}
	defer func() { <-s.renewing }()
	if s.generation.Load() != generation {
		return nil // another call has done it
	}
	if s.opts.ConnectTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.opts.ConnectTimeout,
			&TimeoutError{Server: s.opts.Server, Label: connectLabel, After: s.opts.ConnectTimeout})
		defer cancel()
	}
	agreed, err := s.handshake(ctx, s.ProtocolVersion())
	if err != nil {
		return err
	}
	s.agreed.Store(agreed)
	s.conn.SetProtocolVersion(agreed.version)
	s.serving.forget()
	if err := s.Notify(ctx, "notifications/initialized", nil); err != nil {
		return err
	}
	s.generation.Add(1)
	s.restore(ctx)
	return nil
}

// holdRenewal waits until no renewal is at work, and lets none begin until the
// token is taken back.
func (s *Session) holdRenewal(ctx context.Context) error {
	select {
	case s.renewing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// restore asks the new session for what the old one had been asked for. What
// the server refuses now is left out: the session is good without.
func (s *Session) restore(ctx context.Context) {
	var calls []Call
	s.mu.Lock()
	level := s.logLevel
	s.mu.Unlock()
	if level != "" && !isNull(member(s.ServerCapabilities(), "logging")) {
		calls = append(calls, logLevelCall(level))
	}
	for _, uri := range s.subs.wantedURIs() {
		calls = append(calls, subscribeCall("resources/subscribe", uri))
	}
	for _, call := range calls {
		if p, err := s.begin(call); err == nil {
			p.renewed = true // the renewal is at work: this must not start one
			p.work(ctx)
			_, _ = p.run(nil)
		}
	}
}

func (v *serving) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.early = nil
}

func isDone(conn transport.Conn) bool {
	select {
	case <-conn.Done():
		return true
	default:
		return false
	}
}

// stringList returns the strings of a JSON array, nil where it isn't one.
func stringList(raw json.RawMessage) []string {
	var values []any
	if json.Unmarshal(raw, &values) != nil {
		return nil
	}
	list := make([]string, 0, len(values))
	for _, v := range values {
		if s, ok := v.(string); ok {
			list = append(list, s)
		}
	}
	return list
}

func firstCommon(ours, theirs []string) string {
	for _, v := range ours {
		if slices.Contains(theirs, v) {
			return v
		}
	}
	return ""
}

// list renders revisions for people.
func list(groups ...[]string) string {
	all := slices.Concat(groups...)
	if len(all) == 0 {
		return "none"
	}
	if len(all) > 8 {
		all = append(all[:8:8], "…")
	}
	return OneLine(strings.Join(all, ", "))
}
