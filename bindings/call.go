package bindings

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// pendingCall is a call under way: what a PendingCall carries.
type pendingCall struct {
	request
	c  *client
	op *engine.Operation
	s  *session.Session
	id string

	call     session.Call // as it was sent
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
		p := this.(*pendingCall)
		if p.id == "" {
			return engine.Undefined(), nil
		}
		return vm.ToValue(p.id), nil
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
	// A forgotten await would otherwise go on with undefined.
	for _, name := range []string{"text", "data", "content", "structuredContent", "isError"} {
		b.pending.Getter(name, func(this any) (engine.Value, error) {
			return nil, engine.TypeErrorf("%s: await the call before you read its %s", this.(*pendingCall).label, name)
		})
	}
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
		p.op.Cancel(&session.Cancelled{Server: p.c.serverName(), Label: p.label, Reason: reason})
	}
}

// request is one request of a script's.
type request struct {
	method  string
	label   string
	params  json.RawMessage
	options *callOptions
	// run, where set, does what is more than one request and its answer. It
	// runs on a goroutine of its own; what it returns makes the promise's value
	// on the loop.
	run  func(ctx context.Context, s *session.Session, call session.Call) (func() (engine.Value, error), error)
	tool *toolCall // of a call of a tool, which takes the place of run and convert
	// convert makes the promise's value of the raw result; nil parses it.
	convert func(raw json.RawMessage) (engine.Value, error)
}

// direct tells that the request is all there is to do, so that its answer can be
// awaited without a goroutine.
func (r *request) direct() bool {
	if r.tool != nil {
		return r.tool.direct()
	}
	return r.run == nil
}

// post sends a direct request.
func (p *pendingCall) post() {
	p.op.OnCancel(p.s.Start(p.call, p.answered, p.c.b.rt.Go))
	p.c.b.flushLater(p.s)
}

// answered completes a posted call. Any goroutine.
func (p *pendingCall) answered(raw json.RawMessage, err error) {
	switch tool := p.tool; {
	case tool != nil && (err != nil || !tool.quick(raw)):
		go func() {
			value, err := tool.after(p.op.Context(), p.s, p.call, raw, err)
			complete(p.op, value, err)
		}()
	case err != nil:
		p.op.Reject(jsError(err))
	default:
		p.op.Resolve(func() (engine.Value, error) { return p.c.value(&p.request, raw) })
	}
}

// work does what a request takes, on a goroutine of its own.
func (c *client) work(ctx context.Context, s *session.Session, r *request, call session.Call) (func() (engine.Value, error), error) {
	switch {
	case r.tool != nil:
		return r.tool.run(ctx, s, call)
	case r.run != nil:
		return r.run(ctx, s, call)
	}
	raw, err := s.Request(ctx, call)
	return func() (engine.Value, error) { return c.value(r, raw) }, err
}

// value makes the promise's value of a raw result. Loop only.
func (c *client) value(r *request, raw json.RawMessage) (engine.Value, error) {
	switch {
	case r.tool != nil:
		return r.tool.value(raw)
	case r.convert != nil:
		return r.convert(raw)
	}
	return c.b.rt.ParseJSON(raw, engine.JSONOptions{BigInts: r.options.bigInts})
}

// complete completes an operation with what its work has come to.
func complete(op *engine.Operation, value func() (engine.Value, error), err error) {
	if err != nil {
		op.Reject(jsError(err))
		return
	}
	op.Resolve(value)
}

// flushLater puts on their way the requests that the script has made when its
// turn is over.
func (b *binding) flushLater(s *session.Session) {
	if slices.Contains(b.unflushed, s) {
		return
	}
	b.unflushed = append(b.unflushed, s)
	if len(b.unflushed) > 1 {
		return
	}
	b.rt.Last(func() {
		for i, s := range b.unflushed {
			s.Flush()
			b.unflushed[i] = nil
		}
		b.unflushed = b.unflushed[:0]
	})
}

// start sends a request when the script's turn is over, so that the progress
// it asks for in the same turn can be asked of the server, and gives the
// promise of its result.
func (c *client) start(r request) *engine.Object {
	rt := c.b.rt
	s, ready, err := c.source()
	if err != nil {
		return rt.Rejected(err)
	}
	op := rt.Begin()
	if !engine.IsNullish(r.options.signal) {
		c.b.onAbort(op, r.options.signal, op.Cancel)
	}
	p := &pendingCall{request: r, c: c, op: op, promise: op.Promise()}
	if s != nil {
		p.s, p.id = s, s.NewID()
	}
	p.promise.SetPrototype(c.b.pending.Proto)
	c.b.pending.Attach(p.promise, p)
	op.Finally(p.end)
	rt.Later(func() { p.send(ready) })
	return p.promise
}

// send sends the request on the session that there was, or that ready waits for.
func (p *pendingCall) send(ready func(context.Context) (*session.Session, error)) {
	if err := p.op.Over(); err != nil { // cancelled in the turn that made it: nothing is sent
		p.op.Reject(jsError(err))
		return
	}
	p.sent = p.s != nil
	p.call = p.asCall()
	if p.s != nil && p.direct() {
		p.post()
		return
	}
	p.c.b.rt.Go(func() (done func()) {
		var value func() (engine.Value, error)
		ctx := p.op.Context()
		s, err := ready(ctx)
		if err == nil {
			value, err = p.c.work(ctx, s, &p.request, p.call)
		}
		return func() { complete(p.op, value, err) }
	})
}

// asCall is the session's call for the request, with the progress that somebody
// wants to see by now. Loop only.
func (p *pendingCall) asCall() session.Call {
	c := p.c
	call := p.options.call(p.method, p.label, p.params)
	call.ID = p.id
	if p.watched || p.options.onProgress != nil || c.opts.onProgress != nil {
		call.OnProgress = func(m session.Progress) {
			c.b.rt.Post(func() { c.progress(p, p.options.onProgress, m) })
		}
	} else if bar := c.b.bar(); bar != nil && p.method == "tools/call" {
		call.OnProgress = func(m session.Progress) { c.b.rt.Post(func() { bar.show(p, m) }) }
	} else if call.ResetTimeoutOnProgress {
		call.OnProgress = func(session.Progress) {} // it must be asked for to arrive
	}
	return call
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
	p.c.b.progress.end(p)
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
// where it was left out. what names it in errors: a string or a Stringer.
func (b *binding) objectArgument(v engine.Value, what any) (json.RawMessage, error) {
	if engine.IsNullish(v) {
		return nil, nil
	}
	raw, err := b.rt.StringifyExact(v)
	if err != nil {
		return nil, err
	}
	if len(raw) == 0 || raw[0] != '{' {
		return nil, engine.TypeErrorf("%s must be an object, not %s", what, b.rt.Inspect(v, engine.InspectOptions{Depth: engine.InspectNone}))
	}
	return raw, nil
}

// quoted is a string as JSON.
func quoted(s string) json.RawMessage { return appendQuoted(make([]byte, 0, len(s)+2), s) }

func appendQuoted(out []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			var escaped bytes.Buffer
			e := json.NewEncoder(&escaped)
			e.SetEscapeHTML(false)
			e.Encode(s)
			return append(out, bytes.TrimRight(escaped.Bytes(), "\n")...)
		}
	}
	out = append(out, '"')
	out = append(out, s...)
	return append(out, '"')
}

// fields writes an object of the fields that aren't nil, in order.
func fields(pairs ...any) json.RawMessage {
	size := 2
	for i := 0; i < len(pairs); i += 2 {
		value, _ := pairs[i+1].(json.RawMessage)
		size += len(pairs[i].(string)) + len(value) + 4
	}
	out := append(make([]byte, 0, size), '{')
	for i := 0; i < len(pairs); i += 2 {
		value, _ := pairs[i+1].(json.RawMessage)
		if value == nil {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = appendQuoted(out, pairs[i].(string))
		out = append(out, ':')
		out = append(out, value...)
	}
	return append(out, '}')
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
			return fields("type", json.RawMessage(`"ref/resource"`), "uri", quoted(s)), nil
		}
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && (r >= '0' && r <= '9' || r == '+' || r == '-' || r == '.')) {
			break
		}
	}
	return fields("type", json.RawMessage(`"ref/prompt"`), "name", quoted(s)), nil
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
