package session

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"
)

// errReset ends the context of a server's request whose answerer is gone.
var errReset = errors.New("who would have answered has ended")

// footprint is what requests have changed at a legacy server for the session,
// whether they were sent by a method of Session or by Request.
type footprint struct {
	mu         sync.Mutex
	subscribed map[string]bool
	level      bool
}

// note remembers a request that changes the server's side of the session.
func (f *footprint) note(method string, params json.RawMessage) {
	switch method {
	case "resources/subscribe", "resources/unsubscribe":
		f.mu.Lock()
		defer f.mu.Unlock()
		if uri := text(member(params, "uri")); method == "resources/unsubscribe" {
			delete(f.subscribed, uri)
		} else {
			if f.subscribed == nil {
				f.subscribed = make(map[string]bool)
			}
			f.subscribed[uri] = true
		}
	case "logging/setLevel":
		f.mu.Lock()
		defer f.mu.Unlock()
		f.level = true
	}
}

// LevelSet reports whether the server was told a log level that Reset can't
// take back: before 2026-07-28 there is no way to ask for a server's default.
func (s *Session) LevelSet() bool {
	f := &s.footprint
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.level && !s.modern
}

// Reset makes the session as good as new for another user: its handlers are
// gone, pending calls fail with a ConnectionError that wraps ErrClosed and are
// cancelled at the server, the server's own requests are refused, subscriptions
// end, and capabilities and log level are those of the connect (but see
// LevelSet). What the server had sent until it answered a last question has
// been delivered by then, to the old handlers or to nobody, and progress of old
// calls never reaches the new ones.
//
// An error means that the server did not answer, and that the session should
// be closed rather than used again. The caller sees to it that nobody uses the
// session meanwhile.
func (s *Session) Reset(ctx context.Context) error {
	s.SetHandlers(Handlers{})
	s.progress.clear()
	s.mu.Lock()
	old := slices.Collect(maps.Values(s.calls))
	s.mu.Unlock()
	for _, p := range old {
		p.end(&ConnectionError{Server: s.opts.Server, Label: p.label(), Err: ErrClosed})
	}
	s.serving.refuse()
	if s.modern {
		if err := s.WantListChanged(ctx, false, false, false); err != nil {
			return err
		}
	}
	for _, uri := range s.subs.wantedURIs() {
		if err := s.Unsubscribe(ctx, uri); err != nil && !refused(err) {
			return err
		}
	}
	s.subs.endAll()
	s.footprint.mu.Lock()
	left := slices.Collect(maps.Keys(s.footprint.subscribed))
	s.footprint.mu.Unlock()
	for _, uri := range left {
		if _, err := s.Request(ctx, subscribeCall("resources/unsubscribe", uri)); err != nil && !refused(err) {
			return err
		}
	}
	s.mu.Lock()
	s.capabilities, s.logLevel = s.opts.Capabilities, s.opts.LogLevel
	s.renderMeta()
	s.mu.Unlock()

	last := Call{Method: "ping"}
	if s.modern {
		last.Method = "server/discover" // the revision has no ping
	}
	if _, err := s.Request(ctx, last); err != nil && !refused(err) {
		return err
	}
	s.progress.forget(s.ids.Load())
	return nil
}

// Whole reports that no server is missing, which of a session of several may
// be so.
func (s *Session) Whole() bool {
	r, several := s.Conn().(*router)
	if !several {
		return true
	}
	return !slices.ContainsFunc(r.members, func(b *branch) bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.s == nil || b.err != nil || isDone(b.s.conn)
	})
}

// refused tells that err is the server's answer: it lives, and has nothing
// more to say about it.
func refused(err error) bool {
	var rpc *RPCError
	return errors.As(err, &rpc)
}

// refuse ends the server's requests that are being answered.
func (v *serving) refuse() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, cancel := range v.cancel {
		cancel(errReset)
	}
}

// endAll ends every open subscription.
func (r *subscriptions) endAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.open {
		l.cancel(ErrClosed)
	}
}

// forget drops the progress of all calls up to this id, as late as it may come.
func (r *sinks) forget(upTo int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.floor = upTo
}

// forgotten reports whether a progress token belongs to a call before the last
// Reset.
func (r *sinks) forgotten(token json.RawMessage) bool {
	if len(token) > 1 && token[0] == '"' {
		token = token[1 : len(token)-1]
	}
	n, err := strconv.ParseInt(string(token), 10, 64)
	r.mu.Lock()
	defer r.mu.Unlock()
	return err == nil && n > 0 && n <= r.floor
}
