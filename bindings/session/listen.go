package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"mcpjs/bindings/transport"
)

const (
	// ackLimit is how long a server may take to acknowledge a subscription.
	ackLimit = 10 * time.Second
	// A stream that breaks off is opened again after a pause that doubles from
	// the first to the longest.
	firstReopen   = time.Second
	longestReopen = 30 * time.Second

	listenLabel = "listen"
)

// subscriptions are the subscriptions/listen streams of a session, and what
// Subscribe and WantListChanged ask for.
type subscriptions struct {
	mu   sync.Mutex
	open map[int64]*listener

	changing  sync.Mutex // held while what is wanted changes
	lists     filter
	stopLists context.CancelFunc            // ends the stream of lists
	uris      map[string]context.CancelFunc // ends the stream of each resource
}

// filter is a SubscriptionFilter.
type filter struct {
	Tools     bool     `json:"toolsListChanged,omitempty"`
	Prompts   bool     `json:"promptsListChanged,omitempty"`
	Resources bool     `json:"resourcesListChanged,omitempty"`
	URIs      []string `json:"resourceSubscriptions,omitempty"`
}

func (f filter) empty() bool { return !f.Tools && !f.Prompts && !f.Resources && len(f.URIs) == 0 }

// missing returns the resources that a granted filter leaves out.
func (f filter) missing(granted json.RawMessage) []string {
	var g filter
	if isNull(granted) || json.Unmarshal(granted, &g) != nil {
		return nil // the server doesn't say
	}
	var missing []string
	for _, uri := range f.URIs {
		if !slices.Contains(g.URIs, uri) {
			missing = append(missing, uri)
		}
	}
	return missing
}

// A listener receives what one stream carries.
type listener struct {
	ack    func(json.RawMessage)
	notify func(transport.Notification)
	cancel context.CancelCauseFunc
}

// listenCancelled ends a stream that the server has cancelled.
type listenCancelled struct{ reason string }

func (e *listenCancelled) Error() string { return e.reason }

// Listen opens a subscription (subscriptions/listen, from 2026-07-28 on) with a
// SubscriptionFilter, and hands its notifications to notify until it ends. ack
// gets the filter that the server granted; either may be nil. Both are called
// like Handlers.Notify.
//
// It returns nil where the server ended the subscription gracefully, a
// *Cancelled where it cancelled it, ctx's cause where ctx ended, and an error
// as Request does.
func (s *Session) Listen(ctx context.Context, filter json.RawMessage, ack func(json.RawMessage), notify func(transport.Notification)) error {
	if !s.modern {
		return fmt.Errorf("%ssubscriptions/listen needs revision 2026-07-28; the server speaks %s",
			during(listenLabel, s.opts.Server), s.ProtocolVersion())
	}
	if isNull(filter) {
		filter = json.RawMessage("{}")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	id := s.ids.Add(1)
	s.subs.add(id, &listener{ack: ack, notify: notify, cancel: cancel})
	defer s.subs.remove(id)

	params, err := withMeta(json.RawMessage(`{"notifications":`+string(filter)+`}`), *s.meta.Load(), 0)
	if err != nil {
		return err
	}
	req := transport.Request{ID: id, Method: "subscriptions/listen", Params: params}
	if s.http {
		req.Header = s.headers(req.Method, params)
	}
	resp, err := s.conn.SendRequest(ctx, req)
	s.flush(ctx)
	switch {
	case err == nil && resp.Error != nil:
		return s.rpcError(listenLabel, resp.Error)
	case err == nil:
		return nil
	case ctx.Err() == nil:
		return s.lost(listenLabel, err)
	}
	var byServer *listenCancelled
	if errors.As(context.Cause(ctx), &byServer) {
		return &Cancelled{Server: s.opts.Server, Label: listenLabel, Reason: byServer.reason}
	}
	if !s.http && !s.closing.Load() {
		go s.sayCancelled(id, "no longer wanted", cancelLimit)
	}
	return context.Cause(ctx)
}

// Subscribe asks for notifications/resources/updated of a resource; they reach
// Handlers.Notify. It returns when the server has agreed; that it doesn't is an
// *RPCError or a *ProtocolError.
//
// From 2026-07-28 on each resource has a stream of its own: there are servers
// that, where two streams overlap, end both with the first.
func (s *Session) Subscribe(ctx context.Context, uri string) error {
	r := &s.subs
	call := subscribeCall("resources/subscribe", uri)
	r.changing.Lock()
	defer r.changing.Unlock()
	stop := func() {}
	if !s.modern {
		if _, err := s.Request(ctx, call); err != nil {
			return err
		}
	} else {
		if r.uris[uri] != nil {
			return nil
		}
		end, granted, err := s.stream(ctx, filter{URIs: []string{uri}}, func() {})
		if err != nil {
			return err
		}
		if missing := (filter{URIs: []string{uri}}).missing(granted); len(missing) > 0 {
			end()
			return &ProtocolError{Server: s.opts.Server, Label: call.Label,
				Reason: "the server does not agree to tell of changes of " + uri}
		}
		stop = end
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.uris == nil {
		r.uris = make(map[string]context.CancelFunc)
	}
	r.uris[uri] = stop
	return nil
}

// Unsubscribe takes a Subscribe back.
func (s *Session) Unsubscribe(ctx context.Context, uri string) error {
	r := &s.subs
	r.changing.Lock()
	defer r.changing.Unlock()
	if !s.modern {
		if _, err := s.Request(ctx, subscribeCall("resources/unsubscribe", uri)); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if stop := r.uris[uri]; stop != nil {
		stop()
	}
	delete(r.uris, uri)
	return nil
}

// WantListChanged asks for the list_changed notifications of these kinds and
// no others; they reach Handlers.Notify. Before 2026-07-28 servers send them
// unasked, and it does nothing.
func (s *Session) WantListChanged(ctx context.Context, tools, prompts, resources bool) error {
	if !s.modern {
		return nil
	}
	r := &s.subs
	r.changing.Lock()
	defer r.changing.Unlock()
	want := filter{Tools: tools, Prompts: prompts, Resources: resources}
	if want.Tools == r.lists.Tools && want.Prompts == r.lists.Prompts && want.Resources == r.lists.Resources {
		return nil
	}
	replaced := r.stopLists
	if replaced == nil {
		replaced = func() {}
	}
	stop, _, err := s.stream(ctx, want, replaced)
	if err != nil {
		return err
	}
	r.lists, r.stopLists = want, stop
	return nil
}

func subscribeCall(method, uri string) Call {
	return Call{
		Method: method,
		Params: json.RawMessage(`{"uri":` + string(quote(uri)) + `}`),
		Label:  method[len("resources/"):] + " " + strconv.Quote(uri),
	}
}

// stream opens the session's own subscription in place of the one that replaced
// ends, waits for the filter that the server grants, and keeps it open until
// stop.
func (s *Session) stream(ctx context.Context, want filter, replaced func()) (stop context.CancelFunc, granted json.RawMessage, err error) {
	if want.empty() {
		replaced()
		return nil, nil, nil
	}
	raw, err := json.Marshal(want)
	if err != nil {
		return nil, nil, err
	}
	life, stop := context.WithCancel(s.ctx)
	ready := make(chan opened, 1)
	go s.keepListening(life, raw, replaced, ready)
	limit := time.NewTimer(ackLimit)
	defer limit.Stop()
	select {
	case first := <-ready:
		granted, err = first.granted, first.err
	case <-limit.C:
		err = &TimeoutError{Server: s.opts.Server, Label: listenLabel, After: ackLimit, Stderr: s.stderr(), Stdout: s.stdout()}
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		stop()
		return nil, nil, err
	}
	return stop, granted, nil
}

// opened is the first outcome of a stream: what was granted, or an error.
type opened struct {
	granted json.RawMessage
	err     error
}

// keepListening listens until ctx ends, and listens again where a stream that
// the server had acknowledged breaks off. ready gets the first outcome. With
// the acknowledgment the stream takes over from the one before: what follows
// it on the wire is delivered once, by this one.
func (s *Session) keepListening(ctx context.Context, filter json.RawMessage, replaced func(), ready chan<- opened) {
	var settled atomic.Bool
	ack := func(granted json.RawMessage) {
		if ctx.Err() == nil && settled.CompareAndSwap(false, true) {
			replaced()
			ready <- opened{granted: granted}
		}
	}
	notify := func(n transport.Notification) {
		if h := s.handlers.Load(); ctx.Err() == nil && h.Notify != nil {
			h.Notify(n)
		}
	}
	for pause := firstReopen; ; pause = min(2*pause, longestReopen) {
		since := time.Now()
		err := s.Listen(ctx, filter, ack, notify)
		if settled.CompareAndSwap(false, true) {
			if err == nil {
				err = &ProtocolError{Server: s.opts.Server, Label: listenLabel, Reason: "the server ended the subscription at once"}
			}
			ready <- opened{err: err}
			return
		}
		var rpc *RPCError
		if ctx.Err() != nil || isDone(s.conn) || errors.As(err, &rpc) {
			return
		}
		if time.Since(since) > longestReopen {
			pause = firstReopen
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

func (r *subscriptions) wantedURIs() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.uris))
}

func (r *subscriptions) add(id int64, l *listener) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open == nil {
		r.open = make(map[int64]*listener)
	}
	r.open[id] = l
}

func (r *subscriptions) remove(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, id)
}

func (r *subscriptions) find(id json.RawMessage) *listener {
	if len(id) > 1 && id[0] == '"' { // some servers make a string of it
		id = id[1 : len(id)-1]
	}
	n, err := strconv.ParseInt(string(id), 10, 64)
	if err != nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open[n]
}

// route hands a notification to the subscription that it belongs to.
func (r *subscriptions) route(n transport.Notification) bool {
	l := r.find(member(member(n.Params, "_meta"), mcp.MetaKeySubscriptionID))
	if l == nil {
		return false
	}
	if n.Method == "notifications/subscriptions/acknowledged" {
		if l.ack != nil {
			l.ack(member(n.Params, "notifications"))
		}
	} else if l.notify != nil {
		l.notify(n)
	}
	return true
}

// cancelled ends the subscription that the server takes down.
func (r *subscriptions) cancelled(id json.RawMessage, reason string) bool {
	l := r.find(id)
	if l == nil {
		return false
	}
	l.cancel(&listenCancelled{reason})
	return true
}
