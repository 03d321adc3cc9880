package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// Options describe a Server.
type Options struct {
	// Info is the Implementation object: name, version, and what else it has.
	Info json.RawMessage
	// Instructions tell a model how to use the server; "" for none.
	Instructions string
	// Capabilities are declared besides those that follow from what the server
	// has, and win over them.
	Capabilities map[string]json.RawMessage
	// Versions are the protocol revisions that are spoken, newest first; nil
	// means all.
	Versions []string
	// PageSize is how many items a page of a list has; 0 puts all in one.
	PageSize int
	// TTL and CacheScope ("public" or "private", the default) tell clients of
	// 2026-07-28 how long they may reuse lists and resources.
	TTL        time.Duration
	CacheScope string
}

// Versions are the protocol revisions that a Server speaks, newest first.
func Versions() []string {
	return []string{mcp.LATEST_PROTOCOL_VERSION, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}
}

// A Kind is one of the lists that a server offers.
type Kind int

// The kinds of features.
const (
	Tools Kind = iota
	Prompts
	Resources
	Templates
)

var kinds = [...]struct{ list, key, changed string }{
	Tools:     {"tools/list", "tools", "notifications/tools/list_changed"},
	Prompts:   {"prompts/list", "prompts", "notifications/prompts/list_changed"},
	Resources: {"resources/list", "resources", "notifications/resources/list_changed"},
	Templates: {"resources/templates/list", "resourceTemplates", "notifications/resources/list_changed"},
}

func (k Kind) String() string {
	return [...]string{"tool", "prompt", "resource", "resource template"}[k]
}

// A Handler answers a call. It is called on the connection's reader, in the
// order in which calls arrive, and must not block; done takes the result (a
// JSON object) or the error, once, from any goroutine.
type Handler func(c *Call, done func(result json.RawMessage, err error))

// A Feature is one thing that a server offers: a tool, a prompt, a resource or
// a template of resources. A tool whose definition says so (2025-11-25,
// execution.taskSupport) can run as a task.
type Feature struct {
	// Name is a tool's or prompt's name, a resource's URI, or a URI template.
	Name string
	// Definition is the object that lists show, exactly as it is sent.
	Definition json.RawMessage
	Handle     Handler
	// Input and Output check a tool's arguments and structuredContent; nil
	// accepts everything.
	Input, Output *Schema
	// Required are the arguments that a prompt cannot do without.
	Required []string
	// Complete completes arguments of a prompt or variables of a template, by
	// name. The call's Argument is what was typed; the result is the
	// completion object.
	Complete map[string]Handler

	template    *uriTemplate
	taskSupport string
}

// A Server serves MCP in all its revisions: those with a handshake, and
// 2026-07-28, in which requests stand alone. It keeps what it is given as raw
// JSON, so that unknown fields, order and numbers arrive as they were written.
// Any goroutine may use it.
type Server struct {
	opts Options

	mu            sync.RWMutex
	features      [4][]*Feature
	methods       map[string]Handler
	notifications map[string]func(*Call)
	sessions      map[*Session]struct{}
	greeted       atomic.Int64 // handshakes and subscriptions so far
	closed        bool
	parked        parking
	tasks         tasking
	offersTasks   atomic.Bool // a tool can run as one
}

// ErrClosed is what serving fails with on a server that was closed.
var ErrClosed = errors.New("the server is closed")

// New makes a server that offers nothing yet.
func New(opts Options) *Server {
	if opts.Versions == nil {
		opts.Versions = Versions()
	}
	if opts.CacheScope == "" {
		opts.CacheScope = "private"
	}
	return &Server{
		opts:          opts,
		methods:       map[string]Handler{},
		notifications: map[string]func(*Call){},
		sessions:      map[*Session]struct{}{},
	}
}

// Add offers a feature. Clients that are connected hear of it by Changed.
func (s *Server) Add(kind Kind, f Feature) error {
	if kind == Templates {
		t, err := parseTemplate(f.Name)
		if err != nil {
			return err
		}
		for name := range f.Complete {
			if !slices.Contains(t.variables(), name) {
				return fmt.Errorf("it completes %q, but the template %q has only the variables %s", name, f.Name, strings.Join(t.variables(), ", "))
			}
		}
		f.template = t
	}
	if kind == Tools {
		var err error
		if f.taskSupport, err = taskSupport(f.Definition); err != nil {
			return err
		}
		if f.taskSupport == "optional" || f.taskSupport == "required" {
			s.offersTasks.Store(true)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.find(kind, f.Name) != nil {
		return fmt.Errorf("there is a %s %q already; remove it first to replace it", kind, f.Name)
	}
	s.features[kind] = append(s.features[kind], &f)
	return nil
}

// Remove stops offering a feature; false where there was none of that name.
func (s *Server) Remove(kind Kind, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.features[kind])
	s.features[kind] = slices.DeleteFunc(slices.Clone(s.features[kind]), func(f *Feature) bool { return f.Name == name })
	return len(s.features[kind]) < before
}

// Names are the names of the features of a kind, in the order they were added.
func (s *Server) Names(kind Kind) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	names := make([]string, 0, len(s.features[kind]))
	for _, f := range s.features[kind] {
		names = append(names, f.Name)
	}
	return names
}

// find needs mu.
func (s *Server) find(kind Kind, name string) *Feature {
	for _, f := range s.features[kind] {
		if f.Name == name {
			return f
		}
	}
	return nil
}

func (s *Server) feature(kind Kind, name string) *Feature {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.find(kind, name)
}

// Method answers a method, in place of the server's own answer where it has
// one; nil takes that back.
func (s *Server) Method(name string, h Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h == nil {
		delete(s.methods, name)
	} else {
		s.methods[name] = h
	}
}

// OnNotification calls fn for the client's notifications of a method, on the
// connection's reader; it must not block.
func (s *Server) OnNotification(method string, fn func(*Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notifications[method] = fn
}

// Greeted counts the handshakes and subscriptions so far, for Changed.
func (s *Server) Greeted() int64 { return s.greeted.Load() }

// Changed tells clients that a list has changed: those with a handshake, and
// those that subscribed to it, which were among the first greeted when it did.
// Later ones got the list as it is.
func (s *Server) Changed(kind Kind, greeted int64) {
	k := kinds[kind]
	s.broadcast(k.changed, nil, func(l *subscription) bool {
		if l.greeting > greeted {
			return false
		}
		switch kind {
		case Tools:
			return l.filter.Tools
		case Prompts:
			return l.filter.Prompts
		}
		return l.filter.Resources
	}, func(c *Session) bool { return c.greeting.Load() <= greeted })
}

// Updated tells the clients that subscribed to a resource that it has changed.
func (s *Server) Updated(uri string) {
	s.broadcast("notifications/resources/updated", object("uri", quote(uri)),
		func(l *subscription) bool { return slices.Contains(l.filter.URIs, uri) },
		func(c *Session) bool { return c.subscribed(uri) })
}

// Notify sends a notification to every client that has shaken hands; from
// 2026-07-28 on there is none that a client hasn't asked for.
func (s *Server) Notify(method string, params json.RawMessage) {
	s.broadcast(method, params, func(*subscription) bool { return false }, func(*Session) bool { return true })
}

// broadcast sends a notification on the subscriptions that want it, and to the
// sessions of older revisions that do.
func (s *Server) broadcast(method string, params json.RawMessage, modern func(*subscription) bool, legacy func(*Session) bool) {
	s.mu.RLock()
	sessions := make([]*Session, 0, len(s.sessions))
	for c := range s.sessions {
		sessions = append(sessions, c)
	}
	s.mu.RUnlock()
	for _, c := range sessions {
		for _, l := range c.listening() {
			if modern(l) {
				l.send(method, params)
			}
		}
		if c.shookHands() && legacy(c) {
			c.push(notificationMessage(method, params))
		}
	}
}

// capabilities is the ServerCapabilities object for a revision.
func (s *Server) capabilities(version string) json.RawMessage {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []any{"tools", json.RawMessage(`{"listChanged":true}`)}
	completes := false
	for _, kind := range []Kind{Prompts, Templates} {
		for _, f := range s.features[kind] {
			completes = completes || len(f.Complete) > 0
		}
	}
	if len(s.features[Prompts]) > 0 {
		out = append(out, "prompts", json.RawMessage(`{"listChanged":true}`))
	}
	if len(s.features[Resources])+len(s.features[Templates]) > 0 {
		out = append(out, "resources", json.RawMessage(`{"subscribe":true,"listChanged":true}`))
	}
	if completes {
		out = append(out, "completions", json.RawMessage(`{}`))
	}
	out = append(out, "logging", json.RawMessage(`{}`))
	extended := s.offersTasks.Load() && mcp.IsModernProtocol(version)
	if extended {
		out = append(out, "extensions", object(tasksExtension, json.RawMessage("{}")))
	} else if s.offersTasks.Load() && version >= "2025-11-25" {
		out = append(out, "tasks", json.RawMessage(`{"list":{},"cancel":{},"requests":{"tools":{"call":{}}}}`))
	}
	names := make([]string, 0, len(s.opts.Capabilities))
	for name := range s.opts.Capabilities {
		names = append(names, name)
	}
	slices.Sort(names)
next:
	for _, name := range names {
		value := s.opts.Capabilities[name]
		if isNull(value) {
			value = nil // takes it back
		} else if name == "extensions" && extended {
			value = withMembers(value, tasksExtension, json.RawMessage("{}"))
		}
		for i := 0; i < len(out); i += 2 {
			if out[i] == name {
				out[i+1] = value
				continue next
			}
		}
		out = append(out, name, value)
	}
	return object(out...)
}

// Close ends every connection and call. Serving fails from then on.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	sessions := s.sessions
	s.sessions = map[*Session]struct{}{}
	s.mu.Unlock()
	for c := range sessions {
		c.end(ErrClosed)
	}
	s.parked.cancel(func(*Call) bool { return true }, ErrClosed)
	s.tasks.drop(func(*task) bool { return true }, ErrClosed)
}

// open registers a connection. push sends what belongs to no request.
func (s *Server) open(ctx context.Context, push sink) (*Session, error) {
	c := &Session{
		srv: s, push: push, level: "info",
		running: map[string]context.CancelCauseFunc{},
		pending: map[string]func(json.RawMessage, error){},
		listens: map[string]*subscription{},
		uris:    map[string]bool{},
	}
	c.ctx, c.cancel = context.WithCancelCause(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	s.sessions[c] = struct{}{}
	return c, nil
}

func (s *Server) forget(c *Session) {
	s.mu.Lock()
	delete(s.sessions, c)
	s.mu.Unlock()
}
