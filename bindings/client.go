package bindings

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"mcpjs/bindings/config"
	"mcpjs/bindings/oauth"
	"mcpjs/bindings/session"
	"mcpjs/bindings/transport"
	"mcpjs/engine"
)

// client is one Client object. All of it belongs to the loop.
type client struct {
	b      *binding
	obj    *engine.Object
	target config.Target
	// written is the target where it was given as text.
	written      string
	opts         clientOptions
	callDefaults *callOptions // of calls without options, once one was made
	name         string
	auth         map[string]*oauth.Transport // under connections over HTTP, by authKey

	sess       *session.Session
	users      int            // connects that no close has undone
	connecting *engine.Object // the promise of a connect under way
	// reconnecting is set while a connection that was lost is made anew.
	reconnecting *reconnection
	tools        *toolList // what the server was last heard to offer
	cached       map[string]cachedList
	updates      map[string][]engine.Callable // by the URI of a subscription
	watching     func()                       // ends what keeps the run alive for subscriptions
	raw          *engine.Object               // client.raw, once it was asked for

	tasks       map[string]*task // those that were started here, by id
	taskMethods *engine.Object   // client.tasks, once it was asked for

	skillMethods *engine.Object // client.skills, once it was asked for
}

func (b *binding) newClient(target, options engine.Value) (*client, error) {
	c := &client{b: b, updates: map[string][]engine.Callable{}}
	var err error
	if c.opts, err = b.readClientOptions(options); err != nil {
		return nil, err
	}
	if c.target, err = b.parseTarget(target); err != nil {
		return nil, err
	}
	c.written, _ = engine.AsString(target)
	if o, ok := target.(*engine.Object); ok && engine.IsNullish(c.opts.auth) && b.serverOf(target) == nil {
		c.opts.auth = o.Get("auth") // it may hold functions
	}
	if _, isText := engine.AsString(c.opts.auth); c.target.Kind == config.Multi && !engine.IsNullish(c.opts.auth) && !isText {
		return nil, engine.TypeErrorf("auth: which of the servers is it for? give it in that server's entry")
	}
	b.clients++
	c.name = c.opts.name
	if c.name == "" {
		c.name = fmt.Sprintf("client-%d", b.clients)
	}
	c.obj = b.client.New(c)
	return c, nil
}

// serverName is what errors call the server.
func (c *client) serverName() string { return c.target.Label() }

// connect gives the promise of the connected client. On a connected client it
// counts: the last close ends the session.
func (c *client) connect() *engine.Object {
	c.users++
	if !c.opts.autoInitialize && c.connecting == nil && !c.isConnected() {
		return c.b.rt.Resolved(c.obj) // initialize does it
	}
	return c.open()
}

// initialize gives the promise of the server's initialize result. It connects
// a client whose autoInitialize is off.
func (c *client) initialize(call engine.Call) (engine.Value, error) {
	timeout := c.opts.connectTimeout
	if err := readOptions(call.Argument(0), "initialize options", map[string]option{
		"timeout": duration(&timeout, "timeout"),
	}); err != nil {
		return nil, err
	}
	rt := c.b.rt
	if c.users == 0 {
		_, err := c.session()
		return rt.Rejected(err), nil
	}
	given := c.opts.connectTimeout
	c.opts.connectTimeout = timeout
	opened := c.open()
	c.opts.connectTimeout = given
	promise, resolve, reject := rt.VM().NewPromise()
	rt.Await(opened, func(_ engine.Value, err error) {
		if err == nil && c.sess == nil {
			_, err = c.session()
		}
		if err != nil {
			rt.Check(reject(rt.ErrorValue(err)))
			return
		}
		v, err := rt.ToValue(c.sess.InitializeResult())
		if err != nil {
			rt.Check(reject(rt.ErrorValue(err)))
			return
		}
		rt.Check(resolve(v))
	})
	return rt.VM().ToValue(promise), nil
}

// open gives the promise of the client with a session.
func (c *client) open() *engine.Object {
	rt := c.b.rt
	if c.connecting != nil {
		return c.connecting
	}
	if c.isConnected() {
		return rt.Resolved(c.obj)
	}
	if c.sess != nil {
		c.b.giveBack(c.sess)
		c.sess = nil
	}
	establish, err := c.establisher()
	if err != nil {
		c.users = 0
		return rt.Rejected(err)
	}
	op := rt.Begin()
	ctx := c.abortable(op, c.opts.signal)
	c.connecting = op.Promise()
	go func() {
		s, err := establish(ctx)
		if err != nil {
			rt.Post(func() { c.connecting, c.users = nil, 0 })
			op.Reject(jsError(err))
			return
		}
		op.Resolve(func() (engine.Value, error) {
			c.connecting = nil
			c.adopt(s)
			for _, t := range append([]config.Target{c.target}, c.target.Servers...) {
				if t.Kind == inProcess {
					c.b.served.targets[t.Command].clients[s] = struct{}{}
				}
			}
			if c.users == 0 { // closed meanwhile
				c.users = 1
				c.close()
			}
			return c.obj, nil
		})
	}()
	return c.connecting
}

func (c *client) adopt(s *session.Session) {
	c.sess, c.tools, c.cached = s, nil, nil
}

// establisher gives what connects: it borrows a session and asks the server
// for all that the client wants of it. Loop only; what it returns is for any
// goroutine.
func (c *client) establisher() (func(context.Context) (*session.Session, error), error) {
	options := session.Options{
		Server:          c.serverName(),
		ClientInfo:      c.opts.clientInfo(c.b.opts.Version),
		ProtocolVersion: c.opts.protocolVersion,
		Capabilities:    c.opts.declared(),
		ConnectTimeout:  c.opts.connectTimeout,
		Handlers:        c.handlers(),
		Trace:           c.b.opts.Trace,
		Client:          c.name,
	}
	if c.b.permits != nil {
		if err := c.b.permits.connect(c.target, c.written); err != nil {
			return nil, err
		}
	}
	wish := c.b.wish(c, &options)
	connect, err := c.connector(options)
	if err != nil {
		return nil, err
	}
	logs := c.opts.onLog != nil
	level, wants, uris := c.opts.logLevel, c.wantedChanges(), slices.Collect(maps.Keys(c.updates))
	hasRoots := !engine.IsNullish(c.opts.roots)
	return func(ctx context.Context) (*session.Session, error) {
		s, kept, err := c.b.borrow(ctx, wish, connect)
		if err != nil {
			return nil, err
		}
		if kept && hasRoots && !s.Modern() {
			_ = s.Notify(ctx, "notifications/roots/list_changed", nil) // those of the run before may differ
		}
		if level == "" && logs && s.Modern() {
			level = logLevels[0] // from 2026-07-28 on a server logs only what it is asked for
		}
		if level != "" {
			// A server without logging logs nothing.
			if err := s.SetLogLevel(ctx, level); err != nil && !isRefusal(err) {
				c.b.giveBack(s)
				return nil, err
			}
		}
		wants.ask(ctx, s)
		for _, uri := range uris {
			_ = s.Subscribe(ctx, uri)
		}
		return s, nil
	}, nil
}

// isRefusal tells whether the server said that it knows no such method.
func isRefusal(err error) bool {
	rpc, ok := err.(*session.RPCError)
	return ok && (rpc.Code == -32601 || rpc.Code == -32602)
}

func (c *client) isConnected() bool {
	if c.sess == nil {
		return false
	}
	select {
	case <-c.sess.Done():
		return false
	default:
		return true
	}
}

// session gives the connected session, or the error that says what to do.
func (c *client) session() (*session.Session, error) {
	if c.sess == nil {
		e := &session.ConnectionError{Server: c.serverName(),
			Reason: "the client is not connected", Hint: "await client.connect() first, or use mcp.connect"}
		if c.users > 0 && !c.opts.autoInitialize {
			e.Reason, e.Hint = "the client is not initialized, as autoInitialize is off", "await client.initialize() first"
		}
		return nil, jsError(e)
	}
	return c.sess, nil
}

// source gives the session that a call made now goes to, and what waits for it
// off the loop; the session itself is nil while the client reconnects.
func (c *client) source() (*session.Session, func(context.Context) (*session.Session, error), error) {
	if c.sess != nil && !c.isConnected() && c.sess.Err() != nil {
		c.reconnect(c.sess.Err()) // the news of its end is still on its way
	}
	if r := c.reconnecting; r != nil {
		return nil, r.wait, nil
	}
	s, err := c.session()
	return s, func(context.Context) (*session.Session, error) { return s, nil }, err
}

// close undoes one connect; the last one ends the session.
func (c *client) close() *engine.Object {
	rt := c.b.rt
	if c.users > 0 {
		c.users--
	}
	if c.users > 0 {
		return rt.Resolved(engine.Undefined())
	}
	c.unwatchAll()
	if c.reconnecting != nil {
		c.reconnecting.stop()
		c.reconnecting = nil
	}
	if c.sess == nil {
		return rt.Resolved(engine.Undefined())
	}
	s := c.sess
	c.sess = nil
	return rt.Async(func(context.Context) (func() (engine.Value, error), error) {
		c.b.giveBack(s)
		return nil, nil
	})
}

// abortable gives the operation's context, which ends with the reason of an
// AbortSignal when that is aborted.
func (c *client) abortable(op *engine.Operation, signal engine.Value) context.Context {
	if engine.IsNullish(signal) {
		return op.Context()
	}
	ctx, cancel := context.WithCancelCause(op.Context())
	c.b.onAbort(op, signal, cancel)
	return ctx
}

// onAbort calls cancel with the reason of a signal (see signalOption) when it is
// aborted.
func (b *binding) onAbort(op *engine.Operation, signal engine.Value, cancel context.CancelCauseFunc) {
	o := signal.(*engine.Object)
	add, _ := engine.Function(o.Get("addEventListener"))
	abort := func() { cancel(b.rt.Thrown(o.Get("reason"))) }
	if o.Get("aborted").ToBoolean() {
		abort()
		return
	}
	vm := b.rt.VM()
	listener := vm.ToValue(func(engine.Call) engine.Value { abort(); return engine.Undefined() })
	once := vm.NewObject()
	once.Set("once", true)
	if _, err := add(o, vm.ToValue("abort"), listener, once); err != nil {
		cancel(err)
		return
	}
	op.Finally(func() {
		if remove, ok := engine.Function(o.Get("removeEventListener")); ok {
			remove(o, vm.ToValue("abort"), listener)
		}
	})
}

// unawaited is the prototype of what mcp.connect gives: a promise that tells who
// takes it for the client.
type unawaited struct{ b *binding }

func (b *binding) unawaitedClient() *engine.Object {
	if b.connecting == nil {
		vm := b.rt.VM()
		b.connecting = vm.NewDynamicObject(unawaited{b})
		b.connecting.SetPrototype(vm.Get("Promise").(*engine.Object).Get("prototype").(*engine.Object))
	}
	return b.connecting
}

// Get is called for what the promise itself has not.
func (u unawaited) Get(name string) engine.Value {
	if name != "constructor" && slices.Contains(u.b.client.Proto.GetOwnPropertyNames(), name) {
		u.b.rt.Throw(engine.TypeErrorf("await mcp.connect(…) before you use the client's %s", name))
	}
	return nil
}

func (unawaited) Set(string, engine.Value) bool { return false }
func (unawaited) Has(string) bool               { return false }
func (unawaited) Delete(string) bool            { return false }
func (unawaited) Keys() []string                { return nil }

// defineClient makes the class Client.
func (b *binding) defineClient() {
	rt, vm := b.rt, b.rt.VM()
	b.client = rt.NewClass("Client", func(call engine.NewCall) (any, error) {
		return b.newClient(call.Argument(0), call.Argument(1))
	})
	method := func(name string, fn func(*client, engine.Call) (engine.Value, error)) {
		b.client.Method(name, func(this any, call engine.Call) (engine.Value, error) { return fn(this.(*client), call) })
	}
	getter := func(name string, fn func(*client) (engine.Value, error)) {
		b.client.Getter(name, func(this any) (engine.Value, error) { return fn(this.(*client)) })
	}
	fromSession := func(name string, fn func(*session.Session) (engine.Value, error)) {
		getter(name, func(c *client) (engine.Value, error) {
			if c.sess == nil {
				return engine.Undefined(), nil
			}
			return fn(c.sess)
		})
	}
	raw := func(name string, get func(*session.Session) json.RawMessage) {
		fromSession(name, func(s *session.Session) (engine.Value, error) { return rt.ToValue(get(s)) })
	}
	raw("serverInfo", (*session.Session).ServerInfo)
	raw("serverCapabilities", (*session.Session).ServerCapabilities)
	raw("initializeResult", (*session.Session).InitializeResult)
	fromSession("instructions", func(s *session.Session) (engine.Value, error) {
		if s.Instructions() == "" {
			return engine.Undefined(), nil
		}
		return vm.ToValue(s.Instructions()), nil
	})
	fromSession("protocolVersion", func(s *session.Session) (engine.Value, error) { return vm.ToValue(s.ProtocolVersion()), nil })
	fromSession("sessionId", func(s *session.Session) (engine.Value, error) {
		if id := s.Conn().SessionID(); id != "" {
			return vm.ToValue(id), nil
		}
		return engine.Undefined(), nil
	})
	getter("transport", func(c *client) (engine.Value, error) { return vm.ToValue(string(c.target.Kind)), nil })
	getter("name", func(c *client) (engine.Value, error) { return vm.ToValue(c.name), nil })
	getter("raw", func(c *client) (engine.Value, error) { return c.rawObject(), nil })
	getter("tasks", func(c *client) (engine.Value, error) { return c.tasksObject(), nil })
	getter("skills", func(c *client) (engine.Value, error) { return c.skillsObject(), nil })
	getter("tools", func(c *client) (engine.Value, error) { return c.toolsProxy(), nil })

	method("isConnected", func(c *client, _ engine.Call) (engine.Value, error) { return vm.ToValue(c.isConnected()), nil })
	method("initialize", (*client).initialize)
	method("connect", func(c *client, _ engine.Call) (engine.Value, error) { return c.connect(), nil })
	method("close", func(c *client, _ engine.Call) (engine.Value, error) { return c.close(), nil })
	method("new", func(c *client, call engine.Call) (engine.Value, error) { return c.again(call.Argument(0)) })
	b.client.SymbolMethod(rt.WellKnown("asyncDispose"), func(this any, _ engine.Call) (engine.Value, error) {
		return this.(*client).close(), nil
	})
	b.client.SymbolMethod(b.inspectSymbol(), func(this any, call engine.Call) (engine.Value, error) {
		return this.(*client).inspect(call)
	})
	// What gives a promise rejects it; it never throws.
	b.defineCalls(func(name string, fn func(*client, engine.Call) (engine.Value, error)) {
		if name == "cancel" { // gives a boolean
			method(name, fn)
			return
		}
		method(name, func(c *client, call engine.Call) (engine.Value, error) {
			v, err := fn(c, call)
			if err != nil {
				return rt.Rejected(err), nil
			}
			return v, nil
		})
	})
	b.defineSetters(method)
}

// again makes a client of the same target, with some options replaced.
func (c *client) again(overrides engine.Value) (engine.Value, error) {
	merged := c.b.rt.VM().NewObject()
	for _, from := range []engine.Value{c.opts.given, overrides} {
		if o, ok := from.(*engine.Object); ok && o != nil {
			for _, k := range o.Keys() {
				merged.Set(k, o.Get(k))
			}
		}
	}
	opts, err := c.b.readClientOptions(merged)
	if err != nil {
		return nil, err
	}
	c.b.clients++
	n := &client{b: c.b, target: c.target, written: c.written, opts: opts, name: opts.name, updates: map[string][]engine.Callable{}}
	if n.name == "" {
		n.name = fmt.Sprintf("client-%d", c.b.clients)
	}
	n.obj = c.b.client.New(n)
	return n.obj, nil
}

// inspect is what console.log shows of a client.
func (c *client) inspect(engine.Call) (engine.Value, error) {
	state := "not connected"
	if c.sess != nil {
		state = "disconnected"
		if c.isConnected() {
			state = c.sess.ProtocolVersion()
			var info struct{ Name, Version string }
			json.Unmarshal(c.sess.ServerInfo(), &info)
			if info.Name != "" {
				state = fmt.Sprintf("%s %s, %s", info.Name, info.Version, state)
			}
		}
	}
	return c.b.rt.VM().ToValue(engine.Printable(fmt.Sprintf("Client %s <%s> (%s)", c.name, c.target.String(), state))), nil
}

// handlers are what the session tells things; each moves to the loop.
func (c *client) handlers() session.Handlers {
	rt := c.b.rt
	return session.Handlers{
		Attend:  rt.Attend,
		Request: c.serverRequest,
		Notify: func(n transport.Notification) {
			rt.Post(func() { c.notification(n) })
		},
		Closed: func(err error) {
			rt.Post(func() { c.closed(err) })
		},
	}
}

// closed deals with the end of a connection.
func (c *client) closed(err error) {
	if err != nil && (c.reconnecting != nil || c.isConnected()) {
		return // late news of a connection that is being replaced, or was
	}
	if err != nil && c.users > 0 && !c.isConnected() && c.sess != nil {
		if c.reconnect(err) {
			return
		}
		c.unwatchAll()
	}
	c.tellClosed(err)
}

func (c *client) tellClosed(err error) {
	if c.opts.onClose == nil {
		return
	}
	v := engine.Undefined()
	if err != nil {
		v = c.b.rt.ErrorValue(jsError(err))
	}
	c.tell(c.opts.onClose, v)
}

// tell calls a handler whose result nobody waits for. What it throws, or
// rejects with, is said on stderr and doesn't end the run.
func (c *client) tell(fn engine.Callable, args ...engine.Value) {
	failed := func(err error) {
		rt := c.b.rt
		text := rt.Inspect(rt.ErrorValue(err), engine.InspectOptions{Colors: rt.ColorStderr})
		fmt.Fprintf(rt.Stderr, "a handler of %s failed: %s\n", engine.Printable(c.name), text)
	}
	v, err := fn(engine.Undefined(), args...)
	if err != nil && !c.b.rt.Halting(err) {
		failed(err)
		return
	}
	c.b.rt.Check(err)
	c.b.rt.Await(v, func(_ engine.Value, err error) {
		if err != nil {
			failed(err)
		}
	})
}
