package bindings

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"mcpjs/bindings/server"
	"mcpjs/bindings/session"
	"mcpjs/bindings/transport"
	"mcpjs/engine"
)

// serverRequest answers a request of the server's, or an input it asks for in
// the middle of a call, with what the script's handler gives. It is called on
// a goroutine of the session's.
func (c *client) serverRequest(ctx context.Context, req session.ServerRequest) (json.RawMessage, error) {
	type answer struct {
		raw json.RawMessage
		err error
	}
	done := make(chan answer, 1)
	rt := c.b.rt
	release := func() {} // loop only
	rt.Post(func() {
		release = sync.OnceFunc(rt.Ref())
		c.handle(ctx, req, func(raw json.RawMessage, err error) {
			release()
			select {
			case done <- answer{raw, err}:
			default:
			}
		})
	})
	select {
	case a := <-done:
		return a.raw, a.err
	case <-ctx.Done():
		// Nobody waits for the handler any more: it doesn't keep the run alive.
		rt.Post(func() { release() })
		return nil, context.Cause(ctx)
	}
}

// handlerOptions name the options that hold the handlers.
var handlerOptions = map[string]string{
	"sampling/createMessage": "onSampling",
	"elicitation/create":     "onElicitation",
	"roots/list":             "roots",
}

// handle runs the handler of a request and gives its answer to reply. Loop
// only.
func (c *client) handle(ctx context.Context, req session.ServerRequest, reply func(json.RawMessage, error)) {
	rt := c.b.rt
	var handler engine.Value
	var shape func(v engine.Value, params *engine.Object) (json.RawMessage, error)
	switch req.Method {
	case "sampling/createMessage":
		handler, shape = c.opts.onSampling, c.samplingResult
	case "elicitation/create":
		handler, shape = c.opts.onElicitation, c.elicitationResult
	case "roots/list":
		handler, shape = c.opts.roots, c.rootsResult
	}
	custom := engine.IsNullish(handler)
	if custom {
		if c.opts.onRequest == nil {
			reply(nil, session.ErrMethodNotFound)
			return
		}
		shape = c.customResult
	}
	params := rt.VM().NewObject()
	if len(req.Params) > 0 {
		v, err := rt.ParseJSON(req.Params, engine.JSONOptions{BigInts: c.opts.bigInts})
		if err != nil {
			reply(nil, rpcError(-32602, err.Error(), nil))
			return
		}
		if o, ok := v.(*engine.Object); ok {
			params = o
		}
	}
	if err := c.undeclared(req.Method, params); err != nil && !custom {
		reply(nil, err)
		return
	}
	finish := func(v engine.Value, err error) {
		if err != nil {
			reply(nil, c.refusal(req.Method, err))
			return
		}
		raw, err := shape(v, params)
		if errors.Is(err, session.ErrMethodNotFound) {
			reply(nil, err)
			return
		}
		if err != nil {
			reply(nil, c.refusal(req.Method, err))
			return
		}
		reply(raw, nil)
	}
	if word, _ := engine.AsString(handler); word == promptWord {
		term := c.b.terminal()
		if term == nil {
			reply(nil, rpcError(-32603, fmt.Sprintf("%s: \"prompt\" needs a terminal to ask on; give a function, or the answers as an object", handlerOptions[req.Method]), nil))
			return
		}
		c.b.progress.clear()
		go func() {
			raw, err := term.prompt(ctx, c.serverName(), req)
			rt.Post(func() { reply(raw, err) })
		}()
		return
	}
	fn, isFunction := engine.Function(handler)
	if !isFunction && !custom {
		finish(handler, nil)
		return
	}
	args := []engine.Value{params, c.context(ctx, req)}
	switch {
	case custom:
		request := rt.VM().NewObject()
		request.Set("method", req.Method)
		request.Set("params", params)
		args[0] = request
		fn = c.opts.onRequest
	case req.Method == "roots/list":
		args = args[1:]
	}
	v, err := fn(engine.Undefined(), args...)
	if err != nil {
		finish(nil, err)
		return
	}
	rt.Await(v, finish)
}

// refusal is the error that a handler's failure answers the server with. The
// handler's own McpError keeps its code and data.
func (c *client) refusal(method string, err error) error {
	v := c.b.rt.ErrorValue(err)
	message := err.Error()
	if o, ok := v.(*engine.Object); ok && engine.IsError(o) {
		message = o.Get("message").String()
		if code := o.Get("code"); code != nil {
			if n, ok := code.Export().(int64); ok {
				data, _ := c.b.rt.Stringify(orUndefined(o.Get("data")))
				return rpcError(int(n), message, data)
			}
		}
	}
	return rpcError(-32603, fmt.Sprintf("the handler of %s failed: %s", method, message), nil)
}

func orUndefined(v engine.Value) engine.Value {
	if v == nil {
		return engine.Undefined()
	}
	return v
}

// context is the second argument of handlers: {signal, requestId, client,
// method}.
func (c *client) context(ctx context.Context, req session.ServerRequest) engine.Value {
	rt, vm := c.b.rt, c.b.rt.VM()
	o := vm.NewObject()
	id, err := rt.ParseJSON(req.ID, engine.JSONOptions{})
	if err != nil {
		id = engine.Undefined()
	}
	o.Set("requestId", id)
	o.Set("method", req.Method)
	o.Set("client", c.obj)
	rt.Lazy(o, "signal", func() engine.Value { return c.b.abortSignal(ctx) })
	return o
}

// customResult is the answer to a request that only onRequest knows: undefined
// says that it doesn't.
func (c *client) customResult(v engine.Value, _ *engine.Object) (json.RawMessage, error) {
	if engine.IsUndefined(v) {
		return nil, session.ErrMethodNotFound
	}
	raw, err := c.b.rt.Stringify(v)
	if err == nil && (len(raw) == 0 || raw[0] != '{') {
		err = engine.TypeErrorf("onRequest must return the result as an object, or undefined")
	}
	return raw, err
}

// samplingResult is the answer to sampling/createMessage: a string is the
// assistant's text, a content block or a list of them its content, anything
// else with a role the whole result.
func (c *client) samplingResult(v engine.Value, _ *engine.Object) (json.RawMessage, error) {
	assistant := func(content json.RawMessage, model string) json.RawMessage {
		return fields("role", json.RawMessage(`"assistant"`), "content", content,
			"model", quoted(model), "stopReason", json.RawMessage(`"endTurn"`))
	}
	if s, ok := engine.AsString(v); ok {
		return assistant(fields("type", json.RawMessage(`"text"`), "text", quoted(s)), c.name), nil
	}
	raw, err := c.b.rt.Stringify(v)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*engine.Object)
	if !ok || raw == nil {
		return nil, engine.TypeErrorf("onSampling must return a string, content, or a result {role, content, model}, not %s",
			c.b.rt.Inspect(v, engine.InspectOptions{Depth: engine.InspectNone}))
	}
	if engine.IsArray(v) || o.Get("content") == nil && o.Get("type") != nil {
		return assistant(raw, c.name), nil
	}
	if o.Get("content") == nil {
		return nil, engine.TypeErrorf("onSampling returned an object without content")
	}
	var result map[string]json.RawMessage
	json.Unmarshal(raw, &result)
	if s, ok := engine.AsString(o.Get("content")); ok {
		result["content"] = fields("type", json.RawMessage(`"text"`), "text", quoted(s))
	}
	for name, value := range map[string]string{"role": "assistant", "model": c.name} {
		if result[name] == nil {
			result[name] = quoted(value)
		}
	}
	return json.Marshal(result)
}

// elicitationResult is the answer to elicitation/create: null declines, an
// object with an action is the whole result, any other is the content of an
// acceptance; fields that it lacks get the schema's defaults.
func (c *client) elicitationResult(v engine.Value, params *engine.Object) (json.RawMessage, error) {
	if engine.IsNullish(v) {
		return json.RawMessage(`{"action":"decline"}`), nil
	}
	if b, ok := v.Export().(bool); ok {
		if !b {
			return json.RawMessage(`{"action":"decline"}`), nil
		}
		v = c.b.rt.VM().NewObject()
	}
	o, ok := v.(*engine.Object)
	if !ok {
		return nil, engine.TypeErrorf("onElicitation must return the answers as an object, {action, content}, or null, not %s",
			c.b.rt.Inspect(v, engine.InspectOptions{}))
	}
	content := o
	if action, ok := engine.AsString(o.Get("action")); ok && slices.Contains([]string{"accept", "decline", "cancel"}, action) && onlyKeys(o, "action", "content", "_meta") {
		inner, _ := o.Get("content").(*engine.Object)
		if action != "accept" || inner == nil {
			if action == "accept" && !isURLMode(params) {
				inner = c.b.rt.VM().NewObject()
			} else {
				return c.b.rt.Stringify(v)
			}
		}
		content = inner
	}
	if isURLMode(params) {
		return json.RawMessage(`{"action":"accept"}`), nil
	}
	raw, err := c.b.rt.Stringify(content)
	if err != nil {
		return nil, err
	}
	schema := c.b.schemaOf(params)
	filled := withDefaults(raw, schema)
	if check, err := server.CompileSchema(schema); err == nil {
		if err := check.Validate(filled); err != nil {
			return nil, engine.TypeErrorf("the answer does not fit what the server asks for: %s", engine.Printable(err.Error()))
		}
	}
	return fields("action", json.RawMessage(`"accept"`), "content", filled), nil
}

// undeclared gives the error for a request that needs what this client hasn't
// declared (client/elicitation and client/sampling), nil where it has.
func (c *client) undeclared(method string, params *engine.Object) error {
	var declared struct {
		Elicitation map[string]json.RawMessage
		Sampling    map[string]json.RawMessage
	}
	json.Unmarshal(c.opts.declared(), &declared)
	switch {
	case method == "elicitation/create" && isURLMode(params) && declared.Elicitation["url"] == nil:
		return rpcError(-32602, "this client has not declared that its user can be sent to a URL (elicitation.url)", nil)
	case method == "sampling/createMessage" && !engine.IsNullish(params.Get("tools")) && declared.Sampling["tools"] == nil:
		return rpcError(-32602, "this client has not declared that its model can use tools (sampling.tools)", nil)
	}
	return nil
}

func onlyKeys(o *engine.Object, names ...string) bool {
	for _, k := range o.Keys() {
		if !slices.Contains(names, k) {
			return false
		}
	}
	return true
}

func isURLMode(params *engine.Object) bool {
	mode, _ := engine.AsString(params.Get("mode"))
	return mode == "url"
}

// schemaOf gives the properties of the requested schema.
func (b *binding) schemaOf(params *engine.Object) json.RawMessage {
	raw, _ := b.rt.Stringify(orUndefined(params.Get("requestedSchema")))
	return raw
}

// withDefaults adds the schema's defaults for the properties that content does
// not have (client/elicitation, "Default values").
func withDefaults(content, schema json.RawMessage) json.RawMessage {
	var s struct {
		Properties map[string]struct {
			Default json.RawMessage `json:"default"`
		} `json:"properties"`
	}
	var have map[string]json.RawMessage
	if json.Unmarshal(schema, &s) != nil || json.Unmarshal(content, &have) != nil {
		return content
	}
	names := make([]string, 0, len(s.Properties))
	for name, p := range s.Properties {
		if _, given := have[name]; !given && p.Default != nil {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return content
	}
	slices.Sort(names)
	for _, name := range names {
		have[name] = s.Properties[name].Default
	}
	raw, _ := json.Marshal(have)
	return raw
}

// rootsResult is the answer to roots/list: a list of paths, URIs or {uri,
// name} objects.
func (c *client) rootsResult(v engine.Value, _ *engine.Object) (json.RawMessage, error) {
	if o, ok := v.(*engine.Object); ok && !engine.IsArray(v) && engine.IsArray(o.Get("roots")) {
		return c.b.rt.Stringify(v)
	}
	if !engine.IsArray(v) {
		return nil, engine.TypeErrorf("roots must be a list of paths, file: URIs or {uri, name} objects")
	}
	list := v.(*engine.Object)
	var roots []json.RawMessage
	for i := range int(list.Get("length").ToInteger()) {
		item := list.Get(fmt.Sprint(i))
		if s, ok := engine.AsString(item); ok {
			if strings.Contains(s, "://") && !isFileURI(item) {
				return nil, engine.TypeErrorf("roots[%d]: the URI of a root begins with file://, and %q does not", i, s)
			}
			roots = append(roots, fields("uri", quoted(c.b.rootURI(s)),
				"name", quoted(rootName(s))))
			continue
		}
		raw, err := c.b.objectArgument(item, "a root")
		if err != nil {
			return nil, err
		}
		if o, ok := item.(*engine.Object); ok && !isFileURI(o.Get("uri")) {
			return nil, engine.TypeErrorf("roots[%d]: the URI of a root begins with file://", i)
		}
		if raw != nil {
			roots = append(roots, raw)
		}
	}
	if roots == nil {
		roots = []json.RawMessage{}
	}
	all, err := json.Marshal(roots)
	return fields("roots", json.RawMessage(all)), err
}

// isFileURI tells whether a value is what a root's URI must be (client/roots).
func isFileURI(v engine.Value) bool {
	s, ok := engine.AsString(v)
	return ok && len(s) >= 7 && strings.EqualFold(s[:7], "file://")
}

// rootURI is a root's URI: a path becomes a file: URI.
func (b *binding) rootURI(s string) string {
	if strings.Contains(s, "://") {
		return s
	}
	if !filepath.IsAbs(s) {
		s = filepath.Join(b.rt.Dir, s)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Clean(s))}).String()
}

func rootName(s string) string {
	if u, err := url.Parse(s); err == nil && u.Scheme != "" && u.Path != "" {
		s = u.Path
	}
	return filepath.Base(s)
}

// notification hands a notification to whoever wants it. Loop only.
func (c *client) notification(n transport.Notification) {
	params := func() engine.Value {
		if n.Params == nil {
			return engine.Undefined()
		}
		v, err := c.b.rt.ParseJSON(n.Params, engine.JSONOptions{BigInts: c.opts.bigInts})
		if err != nil {
			return engine.Undefined()
		}
		return v
	}
	for _, list := range listsChanged[n.Method] {
		delete(c.cached, list)
		if list == "listTools" {
			c.tools = nil
		}
	}
	switch n.Method {
	case "notifications/message":
		if c.opts.onLog != nil {
			c.tell(c.opts.onLog, params())
		} else {
			c.log(n.Params)
		}
	case "notifications/tasks/status", "notifications/tasks":
		if state, ok := session.ParseTask(n.Params); ok {
			_ = c.seen(state)
		}
	case "notifications/resources/updated":
		var updated struct {
			URI string `json:"uri"`
		}
		json.Unmarshal(n.Params, &updated)
		for _, fn := range c.updates[updated.URI] {
			c.tell(fn, params())
		}
	}
	if fn := c.opts.onChanged[n.Method]; fn != nil {
		c.tell(fn, params())
	}
	if c.opts.onMessage != nil {
		message := c.b.rt.VM().NewObject()
		message.Set("method", n.Method)
		message.Set("params", params())
		c.tell(c.opts.onMessage, message)
	}
}

// log writes a log message of the server's to stderr, for people.
func (c *client) log(params json.RawMessage) {
	var m struct {
		Level  string          `json:"level"`
		Logger string          `json:"logger"`
		Data   json.RawMessage `json:"data"`
	}
	if json.Unmarshal(params, &m) != nil {
		return
	}
	text := string(m.Data)
	var s string
	if json.Unmarshal(m.Data, &s) == nil {
		text = s
	}
	who := c.serverName()
	if m.Logger != "" {
		who += " " + m.Logger
	}
	fmt.Fprintf(c.b.rt.Stderr, "[%s] %s: %s\n", engine.Printable(who), engine.Printable(m.Level), engine.Printable(text))
}

// changes are the list-changed notifications that a script wants.
type changes struct{ tools, prompts, resources bool }

// wantedChanges are those that there are handlers for.
func (c *client) wantedChanges() changes {
	has := func(option string) bool {
		return c.opts.onChanged[changeHandlers[option]] != nil || c.opts.onMessage != nil
	}
	return changes{has("onToolsChanged"), has("onPromptsChanged"), has("onResourcesChanged")}
}

// changesLimit is how long connecting waits for a server to agree to tell of
// changes; one that doesn't is as good without.
const changesLimit = time.Second

// ask asks a server of 2026-07-28 for them; older ones send them unasked. Any
// goroutine but the loop's.
func (w changes) ask(ctx context.Context, s *session.Session) {
	if w == (changes{}) || !s.Modern() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, changesLimit)
	defer cancel()
	_ = s.WantListChanged(ctx, w.tools, w.prompts, w.resources)
}

// defineSetters adds the methods that replace handlers, and the other
// notifications and subscriptions.
func (b *binding) defineSetters(method func(string, func(*client, engine.Call) (engine.Value, error))) {
	rt := b.rt
	set := func(name, option string, into func(*client) *engine.Value) {
		method(name, func(c *client, call engine.Call) (engine.Value, error) {
			var handler engine.Value
			read := handlerOr
			if option == "roots" {
				read = rootList
			}
			if err := read(&handler, name+": the handler")(call.Argument(0)); err != nil {
				return nil, err
			}
			before, old := string(c.opts.declared()), *into(c)
			*into(c) = handler
			declared := c.opts.declared()
			if c.sess == nil || string(declared) == before {
				return engine.Undefined(), nil
			}
			if err := c.sess.SetCapabilities(declared); err != nil {
				*into(c) = old
				return nil, jsError(fmt.Errorf("%w: give connect the option %s", err, option))
			}
			return engine.Undefined(), nil
		})
	}
	set("setSamplingHandler", "onSampling", func(c *client) *engine.Value { return &c.opts.onSampling })
	set("setElicitationHandler", "onElicitation", func(c *client) *engine.Value { return &c.opts.onElicitation })
	set("setRoots", "roots", func(c *client) *engine.Value { return &c.opts.roots })
	handler := func(name string, into func(*client) *engine.Callable) {
		method(name, func(c *client, call engine.Call) (engine.Value, error) {
			return engine.Undefined(), function(into(c), name+": the handler")(call.Argument(0))
		})
	}
	handler("setProgressHandler", func(c *client) *engine.Callable { return &c.opts.onProgress })
	handler("setLogHandler", func(c *client) *engine.Callable { return &c.opts.onLog })
	handler("setMessageHandler", func(c *client) *engine.Callable { return &c.opts.onMessage })

	method("setLogLevel", func(c *client, call engine.Call) (engine.Value, error) {
		level, err := logLevel(call.Argument(0))
		if err != nil {
			return nil, err
		}
		return c.onSession(func(ctx context.Context, s *session.Session) error { return s.SetLogLevel(ctx, level) }), nil
	})
	method("sendRootsListChanged", func(c *client, _ engine.Call) (engine.Value, error) {
		if c.sess != nil && c.sess.Modern() {
			return nil, &engine.Error{Class: "McpError", Message: fmt.Sprintf(
				"revision %s has no notification for changed roots: a server asks for them when it needs them", c.sess.ProtocolVersion())}
		}
		return c.notify("notifications/roots/list_changed", nil), nil
	})
	method("progress", func(c *client, call engine.Call) (engine.Value, error) {
		params := rt.VM().NewObject()
		for i, name := range []string{"progressToken", "progress", "total", "message"} {
			if v := call.Argument(i); !engine.IsNullish(v) {
				params.Set(name, v)
			}
		}
		raw, err := rt.Stringify(params)
		if err != nil {
			return nil, err
		}
		return c.notify("notifications/progress", raw), nil
	})
	method("subscribe", (*client).subscribe)
	method("unsubscribe", func(c *client, call engine.Call) (engine.Value, error) {
		uri, err := stringArgument(call.Argument(0), "the resource's URI")
		if err != nil {
			return nil, err
		}
		c.unwatch(uri)
		return c.onSession(func(ctx context.Context, s *session.Session) error { return s.Unsubscribe(ctx, uri) }), nil
	})
}

// subscribe asks for the updates of a resource. A subscription keeps the run
// alive until it is taken back or the connection ends.
func (c *client) subscribe(call engine.Call) (engine.Value, error) {
	uri, err := stringArgument(call.Argument(0), "the resource's URI")
	if err != nil {
		return nil, err
	}
	var fn engine.Callable
	if err := function(&fn, "the handler")(call.Argument(1)); err != nil {
		return nil, err
	}
	s, err := c.session()
	if err != nil {
		return c.b.rt.Rejected(err), nil
	}
	handlers, already := c.updates[uri]
	if fn != nil {
		handlers = append(handlers, fn)
	}
	c.updates[uri] = handlers
	if c.watching == nil {
		c.watching = c.b.rt.Ref()
	}
	return c.b.rt.Async(func(ctx context.Context) (func() (engine.Value, error), error) {
		err := s.Subscribe(ctx, uri)
		if err != nil && !already {
			c.b.rt.Post(func() { c.unwatch(uri) })
		}
		return nil, jsError(err)
	}), nil
}

func (c *client) unwatch(uri string) {
	delete(c.updates, uri)
	if len(c.updates) == 0 {
		c.unwatchAll()
	}
}

func (c *client) unwatchAll() {
	clear(c.updates)
	if c.watching != nil {
		c.watching()
		c.watching = nil
	}
}

// onSession gives the promise of something done with the session.
func (c *client) onSession(do func(context.Context, *session.Session) error) *engine.Object {
	s, err := c.session()
	if err != nil {
		return c.b.rt.Rejected(err)
	}
	return c.b.rt.Async(func(ctx context.Context) (func() (engine.Value, error), error) {
		if err := do(ctx, s); err != nil {
			return nil, jsError(err)
		}
		return nil, nil
	})
}
