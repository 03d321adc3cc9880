package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"mcpjs/bindings/transport"
)

// A Member is one of the servers behind a session of several.
type Member struct {
	// Name is the prefix of its tools and prompts ("name_tool"), and of the
	// paths of its resources' URIs ("scheme://name/path").
	Name string
	Dial Dialer
	// Options are those of its own session; its Handlers are not used.
	Options Options
	// Reconnect makes a lost connection anew when the next request needs it.
	Reconnect bool
}

// ConnectSeveral connects to all members at once and makes one session of
// them, of revision 2025-11-25 whatever theirs are. Requests go to the member
// that their name or URI says, lists are those of all members in order.
//
// A member that cannot be reached is left out: Handlers.Notify gets a log
// message, and what is asked of it fails with why. It is an error if none can
// be reached.
func ConnectSeveral(ctx context.Context, members []Member, opts Options) (*Session, error) {
	opts.ProtocolVersion = severalVersion
	opts.ConnectTimeout = -1 // each member has its own
	opts.Trace = nil
	return Connect(ctx, func() (transport.Conn, error) { return newRouter(members, opts), nil }, opts)
}

const severalVersion = "2025-11-25"

// A router is the connection to several servers.
type router struct {
	members  []*branch
	server   string
	ctx      context.Context
	stop     context.CancelFunc
	done     chan struct{}
	closing  sync.Once
	notify   func(transport.Notification)
	onServer transport.RequestHandler
}

var _ transport.Conn = (*router)(nil)

// A branch is one member while the session lasts.
type branch struct {
	Member
	r     *router
	level atomic.Pointer[string]

	mu  sync.Mutex // held while it connects
	s   *Session
	err error // why there is no session
}

// routed is an error that already says which server failed at what.
type routed struct{ err error }

func (e *routed) Error() string { return e.err.Error() }
func (e *routed) Unwrap() error { return e.err }

func newRouter(members []Member, opts Options) *router {
	r := &router{server: opts.Server, done: make(chan struct{})}
	r.ctx, r.stop = context.WithCancel(context.Background())
	for _, m := range members {
		r.members = append(r.members, &branch{Member: m, r: r})
	}
	return r
}

func (r *router) Start(ctx context.Context) error {
	var connecting sync.WaitGroup
	for _, b := range r.members {
		connecting.Go(func() { _, _ = b.session(ctx) })
	}
	connecting.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var failures []string
	for _, b := range r.members {
		if b.err != nil {
			failures = append(failures, b.err.Error())
		}
	}
	if len(failures) == len(r.members) {
		// Not wrapped: one member's exit status is not that of all.
		return errors.New("none of the servers can be reached: " + strings.Join(failures, "; "))
	}
	for _, b := range r.members {
		if b.err != nil {
			r.warn(b.err.Error() + "; its tools, prompts and resources are missing")
		}
	}
	return nil
}

// session gives the branch's session, and makes it first where there is none
// yet or where a lost one may be made anew.
func (b *branch) session(ctx context.Context) (*Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lost := b.s != nil && isDone(b.s.conn)
	if b.s != nil && !lost || b.err != nil && !b.Reconnect || lost && !b.Reconnect {
		return b.s, b.err
	}
	select {
	case <-b.r.done:
		return nil, transport.ErrClosed
	default:
	}
	opts := b.Options
	opts.Server = b.Name
	opts.Handlers = Handlers{Request: b.serverRequest, Notify: b.fromServer, Closed: b.closed}
	s, err := Connect(ctx, b.Dial, opts)
	if err == nil && lost {
		_ = b.s.Close()
	}
	b.s, b.err = s, err
	if err != nil {
		return nil, err
	}
	if level := b.level.Load(); level != nil {
		_ = s.SetLogLevel(ctx, *level)
	}
	wanting, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_ = s.WantListChanged(wanting, true, true, true)
	return s, nil
}

// alive are the branches with a session, in order.
func (r *router) alive(ctx context.Context) (branches []*branch, sessions []*Session) {
	for _, b := range r.members {
		if s, err := b.session(ctx); err == nil && s != nil && !isDone(s.conn) {
			branches, sessions = append(branches, b), append(sessions, s)
		}
	}
	return branches, sessions
}

func (r *router) warn(message string) {
	r.tell("notifications/message", json.RawMessage(`{"level":"warning","logger":"mcpjs","data":`+string(quote(message))+`}`))
}

func (r *router) tell(method string, params json.RawMessage) {
	if r.notify != nil {
		r.notify(transport.Notification{Method: method, Params: params})
	}
}

// closed tells that a member was lost.
func (b *branch) closed(err error) {
	if err == nil || isDone(b.r) {
		return
	}
	b.r.warn(err.Error())
	for _, what := range []string{"tools", "prompts", "resources"} {
		b.r.tell("notifications/"+what+"/list_changed", nil)
	}
}

// fromServer passes a member's notification on.
func (b *branch) fromServer(n transport.Notification) {
	switch n.Method {
	case "notifications/message":
		logger := b.Name
		if given := text(member(n.Params, "logger")); given != "" {
			logger += "/" + given
		}
		n.Params = with(n.Params, "logger", quote(logger))
	case "notifications/resources/updated":
		n.Params = b.rename(n.Params, "uri")
	case "notifications/tasks", "notifications/tasks/status":
		n.Params = b.rename(n.Params, "taskId")
	}
	b.r.tell(n.Method, n.Params)
}

// serverRequest passes a member's request on.
func (b *branch) serverRequest(ctx context.Context, req ServerRequest) (json.RawMessage, error) {
	if b.r.onServer == nil {
		return nil, ErrMethodNotFound
	}
	req.ID = quote(b.Name + " " + string(req.ID))
	resp := b.r.onServer(ctx, req)
	switch {
	case resp == nil:
		return nil, context.Cause(ctx)
	case resp.Error != nil:
		return nil, &RPCError{Code: resp.Error.Code, Message: resp.Error.Message, Data: resp.Error.Data}
	}
	return resp.Result, nil
}

// Names, URIs and the ids of tasks carry their member's name.

func (b *branch) outward(what, s string) string {
	switch what {
	case "uri", "uriTemplate":
		scheme, rest, found := strings.Cut(s, "://")
		if !found {
			scheme, rest, found = strings.Cut(s, ":")
			if !found {
				return b.Name + "/" + s
			}
			return scheme + ":" + b.Name + "/" + rest
		}
		return scheme + "://" + b.Name + "/" + rest
	case "taskId":
		return b.Name + "/" + s
	}
	return b.Name + "_" + s
}

func (b *branch) inward(what, s string) (string, bool) {
	switch what {
	case "uri":
		for _, separator := range []string{"://", ":"} {
			if scheme, rest, found := strings.Cut(s, separator); found {
				rest, ours := strings.CutPrefix(rest, b.Name+"/")
				return scheme + separator + rest, ours
			}
		}
		return strings.CutPrefix(s, b.Name+"/")
	case "taskId":
		return strings.CutPrefix(s, b.Name+"/")
	}
	return strings.CutPrefix(s, b.Name+"_")
}

// rename gives the object with a member in its outward form.
func (b *branch) rename(object json.RawMessage, what string) json.RawMessage {
	s := text(member(object, what))
	if s == "" {
		return object
	}
	return with(object, what, quote(b.outward(what, s)))
}

// find gives the member that a name belongs to, and the name there. The longest
// name wins where one begins another.
func (r *router) find(what, s string) (*branch, string) {
	var best *branch
	var inner string
	for _, b := range r.members {
		if name, ok := b.inward(what, s); ok && (best == nil || len(b.Name) > len(best.Name)) {
			best, inner = b, name
		}
	}
	return best, inner
}

// SendRequest answers a request of the session's with what members answer.
func (r *router) SendRequest(ctx context.Context, req transport.Request) (transport.Response, error) {
	select {
	case <-r.done:
		return transport.Response{}, transport.ErrClosed
	default:
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(r.ctx, func() { cancel(transport.ErrClosed) })()
	result, err := r.answer(ctx, req.Method, req.Params)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		} else {
			err = &routed{err}
		}
	}
	return transport.Response{Result: result}, err
}

var routedLists = map[string]struct{ key, what string }{
	"tools/list":               {"tools", "name"},
	"prompts/list":             {"prompts", "name"},
	"resources/list":           {"resources", "uri"},
	"resources/templates/list": {"resourceTemplates", "uriTemplate"},
	"tasks/list":               {"tasks", "taskId"},
}

func (r *router) answer(ctx context.Context, method string, params json.RawMessage) (json.RawMessage, error) {
	if list, ok := routedLists[method]; ok {
		return r.list(ctx, method, list.key, list.what)
	}
	switch method {
	case "initialize":
		return r.initialized(ctx), nil
	case "ping":
		return r.all(ctx, func(ctx context.Context, s *Session) error { return s.ping(ctx) })
	case "logging/setLevel":
		level := text(member(params, "level"))
		for _, b := range r.members {
			b.level.Store(&level)
		}
		return r.all(ctx, func(ctx context.Context, s *Session) error {
			if isNull(member(s.ServerCapabilities(), "logging")) && !s.modern {
				return nil
			}
			return s.SetLogLevel(ctx, level)
		})
	case "tools/call", "prompts/get":
		return r.route(ctx, method, params, "name")
	case "resources/read", "resources/subscribe", "resources/unsubscribe":
		return r.route(ctx, method, params, "uri")
	case "tasks/get", "tasks/cancel", "tasks/update", "tasks/result":
		return r.route(ctx, method, params, "taskId")
	case "completion/complete":
		ref := member(params, "ref")
		what := "name"
		if text(member(ref, "type")) == "ref/resource" {
			what = "uri"
		}
		b, inner := r.find(what, text(member(ref, what)))
		if b == nil {
			return nil, r.nobody(method, what, text(member(ref, what)))
		}
		return b.request(ctx, Call{Method: method, Label: "complete",
			Params: with(params, "ref", with(ref, what, quote(inner)))}, params)
	}
	return nil, &RPCError{Server: r.server, Label: method, Code: transport.CodeMethodNotFound,
		Message: "a client of several servers cannot know which of them is meant: connect to the one you mean"}
}

// nobody says that no member has such a name.
func (r *router) nobody(method, what, s string) error {
	var names []string
	for _, b := range r.members {
		names = append(names, b.outward(what, "…"))
	}
	if what == "uri" {
		names = nil
		for _, b := range r.members {
			names = append(names, "scheme://"+b.Name+"/…")
		}
	}
	return &RPCError{Server: r.server, Label: routedLabel(method, s), Code: mcp.INVALID_PARAMS,
		Message: "it belongs to none of the servers; what they have begins with " + strings.Join(names, ", ")}
}

func routedLabel(method, s string) string {
	switch method {
	case "tools/call":
		return "call tool " + strconv.Quote(s)
	case "prompts/get":
		return "get prompt " + strconv.Quote(s)
	case "resources/read":
		return "read resource " + strconv.Quote(s)
	}
	return method + " " + strconv.Quote(s)
}

// route sends a request to the member whose prefix a parameter has.
func (r *router) route(ctx context.Context, method string, params json.RawMessage, what string) (json.RawMessage, error) {
	outer := text(member(params, what))
	b, inner := r.find(what, outer)
	if b == nil {
		return nil, r.nobody(method, what, outer)
	}
	call := Call{Method: method, Label: routedLabel(method, outer), Params: with(params, what, quote(inner))}
	if method == "tools/call" && !isNull(member(params, "task")) {
		call.KeepTask = true
	}
	return b.request(ctx, call, params)
}

// request sends a request to the member. params are those from outside.
func (b *branch) request(ctx context.Context, call Call, params json.RawMessage) (json.RawMessage, error) {
	s, err := b.session(ctx)
	if err != nil {
		return nil, err
	}
	call.Timeout = -1 // the outer session's counts
	if token := member(member(params, "_meta"), "progressToken"); !isNull(token) {
		call.OnProgress = func(p Progress) {
			b.r.tell("notifications/progress", with(p.Raw, "progressToken", token))
		}
	}
	var result json.RawMessage
	switch call.Method {
	case "resources/subscribe":
		return json.RawMessage("{}"), s.Subscribe(ctx, text(member(call.Params, "uri")))
	case "resources/unsubscribe":
		return json.RawMessage("{}"), s.Unsubscribe(ctx, text(member(call.Params, "uri")))
	case "tasks/result":
		return s.TaskResult(ctx, text(member(call.Params, "taskId")), Call{Label: call.Label, Timeout: -1}, nil)
	case "tools/call":
		if s.modern {
			call.Params = without(call.Params, "task")
		}
	}
	if result, err = s.Request(ctx, call); err != nil {
		return nil, err
	}
	switch call.Method {
	case "resources/read":
		result = b.renameAll(result, "contents", func(item json.RawMessage) json.RawMessage { return b.rename(item, "uri") })
	case "tools/call":
		if bytes.Contains(result, []byte("resource")) {
			result = b.renameAll(result, "content", b.content)
		}
		if task := member(result, "task"); !isNull(task) {
			result = with(result, "task", b.rename(task, "taskId"))
		} else if call.KeepTask {
			result = b.rename(result, "taskId")
		}
	case "tasks/get", "tasks/cancel":
		result = b.rename(result, "taskId")
	}
	return result, nil
}

// content names the resources of a result as they can be read here.
func (b *branch) content(item json.RawMessage) json.RawMessage {
	switch text(member(item, "type")) {
	case "resource_link":
		return b.rename(item, "uri")
	case "resource":
		return with(item, "resource", b.rename(member(item, "resource"), "uri"))
	}
	return item
}

func (b *branch) renameAll(object json.RawMessage, key string, rename func(json.RawMessage) json.RawMessage) json.RawMessage {
	var items []json.RawMessage
	if json.Unmarshal(member(object, key), &items) != nil || len(items) == 0 {
		return object
	}
	for i := range items {
		items[i] = rename(items[i])
	}
	raw, err := json.Marshal(items)
	if err != nil {
		return object
	}
	return with(object, key, raw)
}

// list joins the lists of all members.
func (r *router) list(ctx context.Context, method, key, what string) (json.RawMessage, error) {
	branches, sessions := r.alive(ctx)
	parts := make([][]json.RawMessage, len(branches))
	var working sync.WaitGroup
	for i, b := range branches {
		working.Go(func() {
			items, err := sessions[i].listItems(ctx, method, key)
			var rpc *RPCError
			if err != nil && !(errors.As(err, &rpc) && rpc.Code == transport.CodeMethodNotFound) && ctx.Err() == nil {
				r.warn(err.Error())
			}
			for _, item := range items {
				parts[i] = append(parts[i], b.rename(item, what))
			}
		})
	}
	working.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	all := slices.Concat(parts...)
	if all == nil {
		all = []json.RawMessage{}
	}
	raw, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	return json.RawMessage(`{` + string(appendMember(nil, key, raw)) + `}`), nil
}

// listItems lists everything, page by page.
func (s *Session) listItems(ctx context.Context, method, key string) ([]json.RawMessage, error) {
	var all []json.RawMessage
	var params json.RawMessage
	seen := map[string]bool{}
	for {
		page, err := s.Request(ctx, Call{Method: method, Params: params, Timeout: -1})
		if err != nil {
			return all, err
		}
		var items []json.RawMessage
		if err := json.Unmarshal(member(page, key), &items); err != nil {
			return all, &ProtocolError{Server: s.opts.Server, Label: method, Reason: fmt.Sprintf("the result has no array %q", key)}
		}
		all = append(all, items...)
		cursor := member(page, "nextCursor")
		if isNull(cursor) || text(cursor) == "" {
			return all, nil
		}
		if seen[string(cursor)] || len(seen) == 10_000 {
			return all, &ProtocolError{Server: s.opts.Server, Label: method, Reason: "the server's pages never end"}
		}
		seen[string(cursor)] = true
		params = with(json.RawMessage("{}"), "cursor", cursor)
	}
}

// ping asks the server for a sign of life.
func (s *Session) ping(ctx context.Context) error {
	method := "ping"
	if s.modern {
		method = "server/discover"
	}
	_, err := s.Request(ctx, Call{Method: method, Label: "ping", Timeout: -1})
	return err
}

// all does something with every member that lives.
func (r *router) all(ctx context.Context, do func(context.Context, *Session) error) (json.RawMessage, error) {
	_, sessions := r.alive(ctx)
	errs := make([]error, len(sessions))
	var working sync.WaitGroup
	for i, s := range sessions {
		working.Go(func() { errs[i] = do(ctx, s) })
	}
	working.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return json.RawMessage("{}"), nil
}

// initialized is the InitializeResult of all members together.
func (r *router) initialized(ctx context.Context) json.RawMessage {
	branches, sessions := r.alive(ctx)
	capabilities := map[string]any{}
	var names, instructions []string
	for i, s := range sessions {
		names = append(names, branches[i].Name)
		var own map[string]any
		if json.Unmarshal(s.ServerCapabilities(), &own) == nil {
			merge(capabilities, own)
		}
		if text := s.Instructions(); text != "" {
			instructions = append(instructions, branches[i].Name+": "+text)
		}
	}
	delete(capabilities, "extensions")
	raw, err := json.Marshal(map[string]any{
		"protocolVersion": severalVersion,
		"capabilities":    capabilities,
		"serverInfo":      map[string]string{"name": strings.Join(names, ", "), "version": strconv.Itoa(len(names)) + " servers"},
		"instructions":    strings.Join(instructions, "\n\n"),
	})
	if err != nil {
		return json.RawMessage(`{"protocolVersion":"` + severalVersion + `","capabilities":{}}`)
	}
	return raw
}

// merge adds what an object has that the other has not; true wins.
func merge(into, from map[string]any) {
	for key, value := range from {
		old, both := into[key]
		a, isObject := old.(map[string]any)
		b, areObjects := value.(map[string]any)
		switch {
		case both && isObject && areObjects:
			merge(a, b)
		case !both, value == true:
			into[key] = value
		}
	}
}

// SendNotification passes a notification on to the members. Cancellations
// reach them with the context of the request.
func (r *router) SendNotification(ctx context.Context, n transport.Notification) error {
	switch n.Method {
	case "notifications/initialized", "notifications/cancelled":
		return nil
	}
	_, err := r.all(ctx, func(ctx context.Context, s *Session) error {
		if s.modern && n.Method == "notifications/roots/list_changed" {
			return nil // it asks when it needs them
		}
		return s.Notify(ctx, n.Method, n.Params)
	})
	return err
}

// Close closes all members at once.
func (r *router) Close() error {
	var errs []error
	r.closing.Do(func() {
		close(r.done)
		r.stop()
		var mu sync.Mutex
		var working sync.WaitGroup
		for _, b := range r.members {
			working.Go(func() {
				b.mu.Lock()
				defer b.mu.Unlock()
				if b.s == nil {
					return
				}
				err := b.s.Close()
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			})
		}
		working.Wait()
	})
	return errors.Join(errs...)
}

func (r *router) Done() <-chan struct{}                            { return r.done }
func (r *router) Err() error                                       { return nil }
func (r *router) SessionID() string                                { return "" }
func (r *router) SetProtocolVersion(string)                        {}
func (r *router) SetMessageHandler(f func(transport.Notification)) { r.notify = f }
func (r *router) SetRequestHandler(f transport.RequestHandler)     { r.onServer = f }
