package bindings

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// pendingCall is a call under way: what a PendingCall carries.
type pendingCall struct {
	c      *client
	s      *session.Session
	id     string
	cancel context.CancelCauseFunc
	label  string

	sent     bool
	watched  bool           // somebody iterates over the progress
	progress []engine.Value // not yet taken by the iterator
	wanting  []func()       // next() calls that wait
	settled  bool
	failure  engine.Value // what the call was rejected with, if it was
	promise  *engine.Object
}

// definePending makes what calls return: a Promise, with requestId, cancel and
// an iterator over the call's progress.
func (b *binding) definePending() {
	rt, vm := b.rt, b.rt.VM()
	b.pending = rt.NewClass("PendingCall", nil)
	promise := vm.Get("Promise").(*engine.Object)
	b.pending.Proto.SetPrototype(promise.Get("prototype").(*engine.Object))
	b.pending.Proto.Delete("constructor") // then awaiting one costs what awaiting a Promise does
	b.pending.Getter("requestId", func(this any) (engine.Value, error) {
		return vm.ToValue(this.(*pendingCall).id), nil
	})
	b.pending.Method("cancel", func(this any, call engine.Call) (engine.Value, error) {
		p := this.(*pendingCall)
		reason := ""
		if v := call.Argument(0); !engine.IsNullish(v) {
			reason = v.String()
		}
		p.stop(reason)
		return engine.Undefined(), nil
	})
	b.pending.SymbolMethod(rt.WellKnown("asyncIterator"), func(this any, _ engine.Call) (engine.Value, error) {
		return this.(*pendingCall).iterate(), nil
	})
}

// stop cancels the call; the server is told if it was told of the call.
func (p *pendingCall) stop(reason string) {
	if p.settled {
		return
	}
	if !p.sent || p.s.Cancel(p.id, reason) != nil {
		p.cancel(&session.Cancelled{Server: p.s.Server(), Label: p.label, Reason: reason})
	}
}

// request is one request of a script's.
type request struct {
	method  string
	label   string
	params  json.RawMessage
	options callOptions
	// prepare, where set, runs before the request is sent, not on the loop, and
	// may change what is sent.
	prepare func(ctx context.Context, r *request) error
	// convert makes the promise's value of the raw result; nil parses it.
	convert func(raw json.RawMessage) (engine.Value, error)
}

// start sends a request when the script's turn is over, so that the progress
// it asks for in the same turn can be asked of the server, and gives the
// promise of its result.
func (c *client) start(r request) *engine.Object {
	rt := c.b.rt
	s, err := c.session()
	if err != nil {
		return rt.Rejected(err)
	}
	op := rt.Begin()
	ctx, cancel := context.WithCancelCause(op.Context())
	if !engine.IsNullish(r.options.signal) {
		c.b.onAbort(op, r.options.signal, cancel)
	}
	p := &pendingCall{c: c, s: s, id: s.NewID(), cancel: cancel, label: r.label, promise: op.Promise()}
	p.promise.SetPrototype(c.b.pending.Proto)
	c.b.pending.Attach(p.promise, p)
	if r.convert == nil {
		r.convert = func(raw json.RawMessage) (engine.Value, error) {
			return rt.ParseJSON(raw, engine.JSONOptions{BigInts: r.options.bigInts})
		}
	}
	op.Finally(func() {
		cancel(nil)
		p.end()
	})
	rt.Later(func() {
		p.sent = true
		var onProgress func(session.Progress)
		if p.watched || r.options.onProgress != nil || c.opts.onProgress != nil {
			onProgress = func(m session.Progress) {
				rt.Post(func() { c.progress(p, r.options.onProgress, m) })
			}
		}
		go func() {
			if r.prepare != nil {
				if err := r.prepare(ctx, &r); err != nil {
					op.Reject(jsError(err))
					return
				}
			}
			call := r.options.call(r.method, r.label, r.params)
			call.ID, call.OnProgress = p.id, onProgress
			raw, err := s.Request(ctx, call)
			if err != nil {
				op.Reject(jsError(err))
				return
			}
			op.Resolve(func() (engine.Value, error) { return r.convert(raw) })
		}()
	})
	return p.promise
}

// progress hands a progress message to whoever wants it: the call's handler,
// else the client's, and the iterator.
func (c *client) progress(p *pendingCall, handler engine.Callable, m session.Progress) {
	v, err := c.b.rt.ParseJSON(m.Raw, engine.JSONOptions{})
	if err != nil {
		return
	}
	if handler == nil {
		handler = c.opts.onProgress
	}
	if handler != nil {
		c.tell(handler, v)
	}
	if p.watched && !p.settled {
		p.progress = append(p.progress, v)
		p.wake()
	}
}

func (p *pendingCall) wake() {
	waiting := p.wanting
	p.wanting = nil
	for _, fn := range waiting {
		fn()
	}
}

func (p *pendingCall) end() {
	p.settled = true
	p.wake()
}

// iterate gives an async iterator over the call's progress, which ends when
// the call does, and throws what the call is rejected with.
func (p *pendingCall) iterate() engine.Value {
	rt, vm := p.c.b.rt, p.c.b.rt.VM()
	p.watched = true
	done := false
	item := func(v engine.Value, end bool) engine.Value {
		o := vm.NewObject()
		o.Set("value", v)
		o.Set("done", end)
		return o
	}
	it := vm.NewObject()
	rt.Method(it, "next", func(engine.Call) engine.Value {
		promise, resolve, reject := vm.NewPromise()
		var take func()
		take = func() {
			switch {
			case done:
				rt.Check(resolve(item(engine.Undefined(), true)))
			case len(p.progress) > 0:
				v := p.progress[0]
				p.progress = p.progress[1:]
				rt.Check(resolve(item(v, false)))
			case p.settled:
				done = true
				rt.Await(p.promise, func(_ engine.Value, err error) {
					if err != nil {
						rt.Check(reject(rt.ErrorValue(err)))
						return
					}
					rt.Check(resolve(item(engine.Undefined(), true)))
				})
			default:
				p.wanting = append(p.wanting, take)
			}
		}
		take()
		return vm.ToValue(promise)
	})
	rt.Method(it, "return", func(c engine.Call) engine.Value {
		done = true
		p.watched, p.progress = false, nil
		p.wake()
		return rt.Resolved(item(c.Argument(0), true))
	})
	it.SetSymbol(rt.WellKnown("asyncIterator"), func(c engine.Call) engine.Value { return c.This })
	return it
}

// string gives a call's argument that must be a string.
func stringArgument(v engine.Value, what string) (string, error) {
	s, ok := engine.AsString(v)
	if !ok {
		return "", engine.TypeErrorf("%s must be a string", what)
	}
	return s, nil
}

// objectArgument gives an argument that must be an object as JSON, or nil
// where it was left out.
func (b *binding) objectArgument(v engine.Value, what string) (json.RawMessage, error) {
	if engine.IsNullish(v) {
		return nil, nil
	}
	raw, err := b.rt.Stringify(v)
	if err != nil {
		return nil, err
	}
	if len(raw) == 0 || raw[0] != '{' {
		return nil, engine.TypeErrorf("%s must be an object, not %s", what, b.rt.Inspect(v, engine.InspectOptions{Depth: engine.InspectNone}))
	}
	return raw, nil
}

func quoted(s string) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.Encode(s)
	return bytes.TrimRight(out.Bytes(), "\n")
}

// fields writes an object of the fields that aren't nil, in order.
func fields(pairs ...any) json.RawMessage {
	out := []byte{'{'}
	for i := 0; i < len(pairs); i += 2 {
		value, _ := pairs[i+1].(json.RawMessage)
		if value == nil {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, quoted(pairs[i].(string))...)
		out = append(out, ':')
		out = append(out, value...)
	}
	return append(out, '}')
}

// callTool is tools/call. find, where set, finds out the tool's name when the
// call is about to be sent, not on the loop.
func (c *client) callTool(name string, args, options engine.Value, find func(context.Context) (string, error)) (engine.Value, error) {
	o, err := c.readCallOptions(options, "callTool")
	if err != nil {
		return nil, err
	}
	raw, err := c.b.objectArgument(args, fmt.Sprintf("the arguments of tool %q", name))
	if err != nil {
		return nil, err
	}
	call := request{method: "tools/call", options: o}
	address := func(r *request) {
		r.label = fmt.Sprintf("call tool %q", name)
		r.params = fields("name", json.RawMessage(quoted(name)), "arguments", raw)
	}
	address(&call)
	if find != nil {
		call.prepare = func(ctx context.Context, r *request) (err error) {
			if name, err = find(ctx); err == nil {
				address(r)
			}
			return err
		}
	}
	call.convert = func(raw json.RawMessage) (engine.Value, error) {
		r, err := c.b.newResult(raw, o.bigInts)
		if err != nil {
			return nil, jsError(&session.ProtocolError{Server: c.serverName(),
				Label: fmt.Sprintf("call tool %q", name), Reason: err.Error()})
		}
		if o.throwOnError && r.isError() {
			return nil, toolError(c.serverName(), name, r)
		}
		return r.obj, nil
	}
	return c.start(call), nil
}

// lists are the methods that list everything the server has, page by page.
var lists = map[string]struct{ method, key string }{
	"listTools":             {"tools/list", "tools"},
	"listResources":         {"resources/list", "resources"},
	"listResourceTemplates": {"resources/templates/list", "resourceTemplates"},
	"listPrompts":           {"prompts/list", "prompts"},
}

// listAll fetches every page; a server that doesn't know the method has
// nothing to list. Any goroutine but the loop's.
func (c *client) listAll(ctx context.Context, s *session.Session, method string, o callOptions) ([]json.RawMessage, error) {
	var pages []json.RawMessage
	params := json.RawMessage(nil)
	seen := map[string]bool{}
	for {
		raw, err := s.Request(ctx, o.call(method, method, params))
		var rpc *session.RPCError
		if errors.As(err, &rpc) && rpc.Code == -32601 && len(pages) == 0 {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		pages = append(pages, raw)
		var page struct {
			NextCursor *string `json:"nextCursor"`
		}
		if json.Unmarshal(raw, &page); page.NextCursor == nil || *page.NextCursor == "" {
			return pages, nil
		}
		if seen[*page.NextCursor] {
			return nil, &session.ProtocolError{Server: c.serverName(), Label: method,
				Reason: fmt.Sprintf("the server's pages never end: it gave the cursor %q twice", *page.NextCursor)}
		}
		seen[*page.NextCursor] = true
		params = fields("cursor", json.RawMessage(quoted(*page.NextCursor)))
	}
}

// joinPages makes one array of the pages' items. Loop only.
func (c *client) joinPages(pages []json.RawMessage, method, key string, bigInts bool) (engine.Value, error) {
	vm := c.b.rt.VM()
	var items []any
	for _, raw := range pages {
		page, err := c.b.rt.ParseJSON(raw, engine.JSONOptions{BigInts: bigInts})
		if err != nil {
			return nil, err
		}
		o, _ := page.(*engine.Object)
		var list engine.Value
		if o != nil {
			list = o.Get(key)
		}
		if !engine.IsArray(list) {
			return nil, jsError(&session.ProtocolError{Server: c.serverName(), Label: method,
				Reason: fmt.Sprintf("the result has no array %q: %s", key, excerpt(raw))})
		}
		array := list.(*engine.Object)
		for i := range int(array.Get("length").ToInteger()) {
			items = append(items, array.Get(fmt.Sprint(i)))
		}
	}
	return vm.NewArray(items...), nil
}

func (c *client) list(name string, call engine.Call) (engine.Value, error) {
	what := lists[name]
	o, err := c.readCallOptions(call.Argument(0), name)
	if err != nil {
		return nil, err
	}
	s, err := c.session()
	if err != nil {
		return c.b.rt.Rejected(err), nil
	}
	op := c.b.rt.Begin()
	ctx := c.abortable(op, o.signal)
	go func() {
		pages, err := c.listAll(ctx, s, what.method, o)
		if err != nil {
			op.Reject(jsError(err))
			return
		}
		op.Resolve(func() (engine.Value, error) {
			v, err := c.joinPages(pages, what.method, what.key, o.bigInts)
			if err == nil && name == "listTools" {
				c.tools = newToolList(pages)
			}
			return v, err
		})
	}()
	return op.Promise(), nil
}

// member makes a convert function that gives one property of the result.
func (c *client) member(label, key string, bigInts bool) func(json.RawMessage) (engine.Value, error) {
	return func(raw json.RawMessage) (engine.Value, error) {
		v, err := c.b.rt.ParseJSON(raw, engine.JSONOptions{BigInts: bigInts})
		if err != nil {
			return nil, err
		}
		if o, ok := v.(*engine.Object); ok {
			if inner := o.Get(key); inner != nil {
				return inner, nil
			}
		}
		return nil, jsError(&session.ProtocolError{Server: c.serverName(), Label: label,
			Reason: fmt.Sprintf("the result has no %q: %s", key, excerpt(raw))})
	}
}

// promptArguments are a prompt's arguments as the protocol wants them: strings.
// Other values are written as JSON.
func (b *binding) promptArguments(v engine.Value) (json.RawMessage, error) {
	raw, err := b.objectArgument(v, "the arguments of a prompt")
	if raw == nil || err != nil {
		return nil, err
	}
	o := v.(*engine.Object)
	out := b.rt.VM().NewObject()
	for _, k := range o.Keys() {
		value := o.Get(k)
		if engine.IsNullish(value) {
			continue
		}
		if _, isString := engine.AsString(value); !isString {
			text, err := b.rt.Stringify(value)
			if err != nil {
				return nil, err
			}
			value = b.rt.VM().ToValue(string(text))
		}
		out.Set(k, value)
	}
	return b.rt.Stringify(out)
}

// reference is completion/complete's ref: an object as it is, "ref" as a
// resource template's URI where it has a scheme, else a prompt's name.
func (b *binding) reference(v engine.Value) (json.RawMessage, error) {
	s, ok := engine.AsString(v)
	if !ok {
		return b.objectArgument(v, "ref")
	}
	for i, r := range s {
		if r == ':' && i > 0 {
			return fields("type", json.RawMessage(`"ref/resource"`), "uri", json.RawMessage(quoted(s))), nil
		}
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && (r >= '0' && r <= '9' || r == '+' || r == '-' || r == '.')) {
			break
		}
	}
	return fields("type", json.RawMessage(`"ref/prompt"`), "name", json.RawMessage(quoted(s))), nil
}

// defineCalls adds the methods that send requests.
func (b *binding) defineCalls(method func(string, func(*client, engine.Call) (engine.Value, error))) {
	vm := b.rt.VM()
	for name := range lists {
		method(name, func(c *client, call engine.Call) (engine.Value, error) { return c.list(name, call) })
	}
	method("callTool", func(c *client, call engine.Call) (engine.Value, error) {
		name, err := stringArgument(call.Argument(0), "the tool's name")
		if err != nil {
			return nil, err
		}
		return c.callTool(name, call.Argument(1), call.Argument(2), nil)
	})
	method("ping", func(c *client, call engine.Call) (engine.Value, error) {
		o, err := c.readCallOptions(call.Argument(0), "ping")
		if err != nil {
			return nil, err
		}
		yes := func(json.RawMessage) (engine.Value, error) { return vm.ToValue(true), nil }
		if c.sess != nil && c.sess.Modern() {
			// The revision has no ping; discovery is the request that every
			// server answers.
			return c.start(request{method: "server/discover", label: "ping", options: o, convert: yes}), nil
		}
		return c.start(request{method: "ping", label: "ping", options: o, convert: yes}), nil
	})
	method("readResource", func(c *client, call engine.Call) (engine.Value, error) {
		uri, err := stringArgument(call.Argument(0), "the resource's URI")
		if err != nil {
			return nil, err
		}
		o, err := c.readCallOptions(call.Argument(1), "readResource")
		if err != nil {
			return nil, err
		}
		label := fmt.Sprintf("read resource %q", uri)
		return c.start(request{method: "resources/read", label: label, options: o,
			params:  fields("uri", json.RawMessage(quoted(uri))),
			convert: c.member(label, "contents", o.bigInts)}), nil
	})
	method("getPrompt", func(c *client, call engine.Call) (engine.Value, error) {
		name, err := stringArgument(call.Argument(0), "the prompt's name")
		if err != nil {
			return nil, err
		}
		args, err := b.promptArguments(call.Argument(1))
		if err != nil {
			return nil, err
		}
		o, err := c.readCallOptions(call.Argument(2), "getPrompt")
		if err != nil {
			return nil, err
		}
		return c.start(request{method: "prompts/get", label: fmt.Sprintf("get prompt %q", name), options: o,
			params: fields("name", json.RawMessage(quoted(name)), "arguments", args)}), nil
	})
	method("complete", func(c *client, call engine.Call) (engine.Value, error) {
		params, o, err := c.completion(call)
		if err != nil {
			return nil, err
		}
		return c.start(request{method: "completion/complete", label: "complete", options: o, params: params,
			convert: c.member("complete", "completion", o.bigInts)}), nil
	})
	method("request", func(c *client, call engine.Call) (engine.Value, error) {
		name, err := stringArgument(call.Argument(0), "the method")
		if err != nil {
			return nil, err
		}
		params, err := b.objectArgument(call.Argument(1), "params")
		if err != nil {
			return nil, err
		}
		o, err := c.readCallOptions(call.Argument(2), "request")
		if err != nil {
			return nil, err
		}
		return c.start(request{method: name, label: name, options: o, params: params}), nil
	})
	method("notify", func(c *client, call engine.Call) (engine.Value, error) {
		name, err := stringArgument(call.Argument(0), "the method")
		if err != nil {
			return nil, err
		}
		params, err := b.objectArgument(call.Argument(1), "params")
		if err != nil {
			return nil, err
		}
		return c.notify(name, params), nil
	})
	method("cancel", func(c *client, call engine.Call) (engine.Value, error) {
		s, err := c.session()
		if err != nil {
			return nil, err
		}
		reason := ""
		if v := call.Argument(1); !engine.IsNullish(v) {
			reason = v.String()
		}
		return vm.ToValue(s.Cancel(call.Argument(0).String(), reason) == nil), nil
	})
}

// notify gives the promise of a notification's having been sent.
func (c *client) notify(method string, params json.RawMessage) *engine.Object {
	s, err := c.session()
	if err != nil {
		return c.b.rt.Rejected(err)
	}
	return c.b.rt.Async(func(ctx context.Context) (func() (engine.Value, error), error) {
		if err := s.Notify(ctx, method, params); err != nil {
			return nil, jsError(err)
		}
		if c.target.Kind == inProcess {
			roundTrip(ctx, s) // nothing else would wait for its arrival
		}
		return nil, nil
	})
}

// completion reads complete(ref, argument, context?, options?): the argument
// is {name, value}, the context the other arguments' values.
func (c *client) completion(call engine.Call) (json.RawMessage, callOptions, error) {
	o, err := c.readCallOptions(call.Argument(3), "complete")
	if err != nil {
		return nil, o, err
	}
	ref, err := c.b.reference(call.Argument(0))
	if err != nil {
		return nil, o, err
	}
	argument, err := c.b.objectArgument(call.Argument(1), "argument")
	if err != nil {
		return nil, o, err
	}
	if ref == nil || argument == nil {
		return nil, o, engine.TypeErrorf("complete needs a ref and an argument {name, value}")
	}
	var others json.RawMessage
	if v, ok := call.Argument(2).(*engine.Object); ok {
		if inner, ok := v.Get("arguments").(*engine.Object); ok {
			v = inner
		}
		raw, err := c.b.promptArguments(v)
		if err != nil {
			return nil, o, err
		}
		others = fields("arguments", raw)
	}
	return fields("ref", ref, "argument", argument, "context", others), o, nil
}
