package bindings

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"mcpjs/bindings/config"
	"mcpjs/bindings/server"
	"mcpjs/bindings/session"
	"mcpjs/bindings/transport"
	"mcpjs/engine"
)

// inProcess is the kind of a target that is a Server object; the target's
// Command is the key of binding.servers.
const inProcess config.Kind = "server"

// servers are the Server objects of one runtime. It is made when the first is.
type servers struct {
	class   *engine.Class
	context *engine.Class
	last    *jsServer
	targets map[string]*jsServer
}

// jsServer is one Server object. All of it belongs to the loop.
type jsServer struct {
	b       *binding
	obj     *engine.Object
	core    *server.Server
	name    string
	version string
	onError engine.Callable
	key     string
	changed map[server.Kind]int64 // to be told of when the turn is over, to so many clients
	history []engine.Value        // the calls of tools, see calls
	life    *engine.Operation     // while it listens
	url     string
	closed  bool
	stops   []func()                      // each ends what listens, and waits for its end
	clients map[*session.Session]struct{} // of this runtime
}

// maxHistory bounds how many calls a server remembers.
const maxHistory = 1000

// serverClass gives the class Server, made when it is first asked for.
func (b *binding) serverClass() *engine.Class {
	if b.served == nil {
		b.served = &servers{targets: map[string]*jsServer{}, context: b.defineContext()}
		b.served.class = b.defineServer()
	}
	return b.served.class
}

// serverOf gives the server that a value is, nil where it is none.
func (b *binding) serverOf(v engine.Value) *jsServer {
	if b.served == nil {
		return nil
	}
	s, _ := b.served.class.Of(v)
	out, _ := s.(*jsServer)
	return out
}

// serverTarget is the target of connecting to a server in this process.
func (b *binding) serverTarget(s *jsServer) config.Target {
	b.served.targets[s.key] = s
	return config.Target{Kind: inProcess, Name: s.name, Command: s.key}
}

// dialServer gives what makes connections to a server in this process.
func (b *binding) dialServer(key string) func() (transport.Conn, error) {
	core := b.served.targets[key].core
	return func() (transport.Conn, error) {
		return inMemory(func(ctx context.Context, in io.Reader, out io.Writer) { core.Serve(ctx, in, out) }), nil
	}
}

// inMemory makes a connection to what serves lines in this process.
func inMemory(serve func(ctx context.Context, in io.Reader, out io.Writer)) transport.Conn {
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		serve(ctx, in, out)
		in.Close()
		out.Close()
	}()
	return transport.NewPipe(fromServer, &hangUp{toServer, cancel})
}

// hangUp is the client's end of a pipe: closing it ends the server's calls at
// once.
type hangUp struct {
	*io.PipeWriter
	cancel context.CancelFunc
}

func (h *hangUp) Close() error {
	h.cancel()
	return h.PipeWriter.Close()
}

// newServer is mcp.server({name, version, …}).
func (b *binding) newServer(options engine.Value) (*jsServer, error) {
	class := b.serverClass()
	s := &jsServer{b: b, changed: map[server.Kind]int64{}, clients: map[*session.Session]struct{}{}, name: "mcpjs-server", version: "1.0.0"}
	opts := server.Options{}
	var info []any
	given := func(name string) option {
		return func(v engine.Value) error {
			raw, err := b.rt.Stringify(v)
			info = append(info, name, raw)
			return err
		}
	}
	var capabilities, versions, pageSize engine.Value
	err := readOptions(options, "server options", map[string]option{
		"name":             text(&s.name, "name"),
		"version":          text(&s.version, "version"),
		"title":            given("title"),
		"description":      given("description"),
		"icons":            given("icons"),
		"websiteUrl":       given("websiteUrl"),
		"instructions":     text(&opts.Instructions, "instructions"),
		"capabilities":     keep(&capabilities),
		"protocolVersions": keep(&versions),
		"pageSize":         keep(&pageSize),
		"ttl":              duration(&opts.TTL, "ttl"),
		"cacheScope":       text(&opts.CacheScope, "cacheScope"),
		"onError":          function(&s.onError, "onError"),
	})
	if err != nil {
		return nil, err
	}
	if opts.CacheScope != "" && opts.CacheScope != "public" && opts.CacheScope != "private" {
		return nil, engine.TypeErrorf("cacheScope must be \"public\" or \"private\"")
	}
	if !engine.IsNullish(capabilities) {
		raw, err := b.objectArgument(capabilities, "capabilities")
		if err != nil {
			return nil, err
		}
		json.Unmarshal(raw, &opts.Capabilities)
	}
	if !engine.IsNullish(pageSize) {
		opts.PageSize = int(pageSize.ToInteger())
	}
	if !engine.IsNullish(versions) {
		raw, err := b.rt.Stringify(versions)
		if err == nil {
			err = json.Unmarshal(raw, &opts.Versions)
		}
		for _, v := range opts.Versions {
			if !slices.Contains(server.Versions(), v) {
				return nil, engine.TypeErrorf("protocolVersions: there is no revision %q; there are %s", v, strings.Join(server.Versions(), ", "))
			}
		}
		if err != nil || len(opts.Versions) == 0 {
			return nil, engine.TypeErrorf("protocolVersions must be a list of revisions: %s", strings.Join(server.Versions(), ", "))
		}
		slices.Sort(opts.Versions)
		slices.Reverse(opts.Versions)
	}
	opts.Info = fields(append([]any{"name", json.RawMessage(quoted(s.name)), "version", json.RawMessage(quoted(s.version))}, info...)...)
	s.core = server.New(opts)
	s.key = fmt.Sprintf("server-%d", serverCount.Add(1))
	s.obj = class.New(s)
	b.served.last = s
	b.rt.OnClose(func(context.Context) { s.core.Close() })
	return s, nil
}

// defineServer makes the class Server.
func (b *binding) defineServer() *engine.Class {
	rt, vm := b.rt, b.rt.VM()
	class := rt.NewClass("Server", func(call engine.NewCall) (any, error) {
		s, err := b.newServer(call.Argument(0))
		return s, err
	})
	method := func(name string, fn func(*jsServer, engine.Call) (engine.Value, error)) {
		class.Method(name, func(this any, call engine.Call) (engine.Value, error) { return fn(this.(*jsServer), call) })
	}
	add := func(name string, fn func(*jsServer, string, engine.Value, engine.Value) error) {
		method(name, func(s *jsServer, call engine.Call) (engine.Value, error) {
			what, err := stringArgument(call.Argument(0), "server."+name+": the first argument")
			if err != nil {
				return nil, err
			}
			spec, handler := call.Argument(1), call.Argument(2)
			if _, isFunction := engine.Function(spec); isFunction && engine.IsUndefined(handler) {
				spec, handler = engine.Undefined(), spec
			}
			if description, ok := engine.AsString(spec); ok {
				o := vm.NewObject()
				o.Set("description", description)
				spec = o
			}
			if s.closed {
				return nil, &engine.Error{Message: "the server is closed"}
			}
			return s.obj, fn(s, what, spec, handler)
		})
	}
	add("tool", (*jsServer).addTool)
	add("resource", (*jsServer).addResource)
	add("prompt", (*jsServer).addPrompt)
	remove := func(name string, kinds ...server.Kind) {
		method(name, func(s *jsServer, call engine.Call) (engine.Value, error) {
			what, err := stringArgument(call.Argument(0), "server."+name+": the first argument")
			if err != nil {
				return nil, err
			}
			for _, kind := range kinds {
				if s.core.Remove(kind, what) {
					s.touch(kind)
					return vm.ToValue(true), nil
				}
			}
			return vm.ToValue(false), nil
		})
	}
	remove("removeTool", server.Tools)
	remove("removePrompt", server.Prompts)
	remove("removeResource", server.Resources, server.Templates)
	names := func(name string, kind server.Kind) {
		class.Getter(name, func(this any) (engine.Value, error) { return rt.ToValue(this.(*jsServer).core.Names(kind)) })
	}
	names("toolNames", server.Tools)
	names("promptNames", server.Prompts)
	names("resourceUris", server.Resources)
	names("resourceTemplates", server.Templates)
	class.Getter("name", func(this any) (engine.Value, error) { return vm.ToValue(this.(*jsServer).name), nil })
	class.Getter("version", func(this any) (engine.Value, error) { return vm.ToValue(this.(*jsServer).version), nil })
	class.Getter("isListening", func(this any) (engine.Value, error) { return vm.ToValue(this.(*jsServer).life != nil), nil })
	class.Getter("url", func(this any) (engine.Value, error) {
		if s := this.(*jsServer); s.url != "" {
			return vm.ToValue(s.url), nil
		}
		return engine.Undefined(), nil
	})
	class.Getter("calls", func(this any) (engine.Value, error) {
		items := make([]any, 0, 8)
		for _, v := range this.(*jsServer).history {
			items = append(items, v)
		}
		return vm.NewArray(items...), nil
	})
	method("clearCalls", func(s *jsServer, _ engine.Call) (engine.Value, error) {
		s.history = nil
		return engine.Undefined(), nil
	})
	method("updated", func(s *jsServer, call engine.Call) (engine.Value, error) {
		uri, err := stringArgument(call.Argument(0), "server.updated: the resource's URI")
		if err == nil {
			s.core.Updated(uri)
			s.deliver()
		}
		return engine.Undefined(), err
	})
	method("notify", func(s *jsServer, call engine.Call) (engine.Value, error) {
		name, err := stringArgument(call.Argument(0), "server.notify: the method")
		if err != nil {
			return nil, err
		}
		params, err := b.objectArgument(call.Argument(1), "server.notify: params")
		if err == nil {
			s.core.Notify(name, params)
			s.deliver()
		}
		return engine.Undefined(), err
	})
	method("setRequestHandler", func(s *jsServer, call engine.Call) (engine.Value, error) {
		name, err := stringArgument(call.Argument(0), "server.setRequestHandler: the method")
		if err != nil {
			return nil, err
		}
		var fn engine.Callable
		if err := function(&fn, "server.setRequestHandler: the handler")(call.Argument(1)); err != nil {
			return nil, err
		}
		if fn == nil {
			s.core.Method(name, nil)
			return s.obj, nil
		}
		s.core.Method(name, s.handler(name, fn,
			func(c *server.Call, ctx engine.Value) ([]engine.Value, error) {
				params, err := rt.ToValue(c.Params)
				return []engine.Value{params, ctx}, err
			},
			func(_ *server.Call, v engine.Value) (json.RawMessage, error) {
				if engine.IsNullish(v) {
					return json.RawMessage("{}"), nil
				}
				return b.objectArgument(v, "the result of "+name)
			}, nil))
		return s.obj, nil
	})
	method("setNotificationHandler", func(s *jsServer, call engine.Call) (engine.Value, error) {
		name, err := stringArgument(call.Argument(0), "server.setNotificationHandler: the method")
		if err != nil {
			return nil, err
		}
		var fn engine.Callable
		if err := function(&fn, "server.setNotificationHandler: the handler")(call.Argument(1)); err != nil {
			return nil, err
		}
		s.core.OnNotification(name, func(c *server.Call) {
			rt.Post(func() {
				params, err := rt.ToValue(c.Params)
				if err == nil && fn != nil {
					_, err = fn(engine.Undefined(), params, b.served.context.New(&handling{Call: c, b: b}))
				}
				rt.Check(err)
			})
		})
		return s.obj, nil
	})
	method("listen", func(s *jsServer, call engine.Call) (engine.Value, error) { return s.listen(call.Argument(0)) })
	method("close", func(s *jsServer, _ engine.Call) (engine.Value, error) { return s.close(), nil })
	class.SymbolMethod(rt.WellKnown("asyncDispose"), func(this any, _ engine.Call) (engine.Value, error) {
		return this.(*jsServer).close(), nil
	})
	class.SymbolMethod(b.inspectSymbol(), func(this any, _ engine.Call) (engine.Value, error) {
		s := this.(*jsServer)
		where := ""
		if s.url != "" {
			where = ", " + s.url
		}
		n := len(s.core.Names(server.Tools))
		return vm.ToValue(engine.Printable(fmt.Sprintf("Server %s %s (%d tools%s)", s.name, s.version, n, where))), nil
	})
	return class
}

// touch lets clients hear, when the turn is over, that a list has changed.
func (s *jsServer) touch(kind server.Kind) {
	if kind == server.Templates {
		kind = server.Resources // which have one notification
	}
	_, later := s.changed[kind]
	s.changed[kind] = s.core.Greeted()
	if later {
		return
	}
	s.b.rt.Later(func() {
		greeted := s.changed[kind]
		delete(s.changed, kind)
		s.core.Changed(kind, greeted)
		s.deliver()
	})
}

// deliver keeps the run alive until clients in this process have heard what was
// sent so far.
func (s *jsServer) deliver() {
	var clients []*session.Session
	for c := range s.clients {
		select {
		case <-c.Done():
			delete(s.clients, c)
		default:
			clients = append(clients, c)
		}
	}
	if len(clients) == 0 {
		return
	}
	op := s.b.rt.Begin()
	go func() {
		for _, c := range clients {
			roundTrip(op.Context(), c)
		}
		op.Resolve(nil)
	}()
}

// roundTrip returns when all that was sent before it, either way, has arrived.
func roundTrip(ctx context.Context, c *session.Session) {
	method := "ping"
	if c.Modern() {
		method = "server/discover"
	}
	c.Request(ctx, session.Call{Method: method, Timeout: time.Second}) // whatever the answer is
}

// definition writes the object that lists show: key and name, then what was
// given, in its order, but for what is known here alone. A misspelt name is
// refused where it is likely one.
func (s *jsServer) definition(what string, spec engine.Value, first []any, own map[string]func(engine.Value) (json.RawMessage, error), known string) (json.RawMessage, error) {
	pairs := first
	if engine.IsNullish(spec) {
		return fields(pairs...), nil
	}
	o, ok := spec.(*engine.Object)
	if !ok || engine.IsArray(spec) {
		return nil, engine.TypeErrorf("%s: the second argument must be an object that describes it, a description, or the handler", what)
	}
	names := strings.Fields(known)
	for name := range own {
		names = append(names, name)
	}
	for _, k := range o.Keys() {
		v := o.Get(k)
		if engine.IsUndefined(v) {
			continue
		}
		if read := own[k]; read != nil {
			raw, err := read(v)
			if err != nil {
				return nil, err
			}
			pairs = append(pairs, k, raw)
			continue
		}
		if !slices.Contains(names, k) {
			if near, far := engine.Nearest(k, names); near != "" && far <= len(k)/5 {
				return nil, engine.TypeErrorf("%s: there is no option %q; did you mean %q?", what, k, near)
			}
		}
		raw, err := s.b.rt.Stringify(v)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, k, raw)
	}
	return fields(pairs...), nil
}

// tool is what shaping a tool's result needs to know.
type tool struct {
	name       string
	structured bool // it has an output schema
	wrapped    bool // which says {result: …}
}

func (s *jsServer) addTool(name string, spec, handler engine.Value) error {
	b, what := s.b, fmt.Sprintf("tool %q", name)
	fn, ok := engine.Function(handler)
	if !ok {
		return engine.TypeErrorf("%s needs a handler: server.tool(name, { description, inputSchema }, async (args, ctx) => …)", what)
	}
	if name == "" || len(name) > 128 {
		return engine.TypeErrorf("a tool's name has 1 to 128 characters")
	}
	t := &tool{name: name}
	f := server.Feature{Name: name}
	hasInput := false
	definition, err := s.definition(what, spec, []any{"name", json.RawMessage(quoted(name))},
		map[string]func(engine.Value) (json.RawMessage, error){
			"name": func(engine.Value) (json.RawMessage, error) { return nil, nil },
			"inputSchema": func(v engine.Value) (raw json.RawMessage, err error) {
				hasInput = true
				if raw, f.Input, err = b.schema(v, what+": inputSchema", true); err != nil {
					return nil, err
				}
				var s struct{ Type any }
				switch json.Unmarshal(raw, &s); s.Type {
				case nil:
					if raw = json.RawMessage(strings.Replace(string(raw), "{", `{"type":"object",`, 1)); string(raw) == `{"type":"object",}` {
						raw = json.RawMessage(`{"type":"object"}`)
					}
				case "object":
				default:
					return nil, engine.TypeErrorf("%s: inputSchema must be of type \"object\", as arguments are, not %q", what, s.Type)
				}
				return raw, nil
			},
			"outputSchema": func(v engine.Value) (raw json.RawMessage, err error) {
				if raw, f.Output, err = b.schema(v, what+": outputSchema", false); err != nil {
					return nil, err
				}
				t.structured = true
				if raw, t.wrapped = b.wrapped(raw); t.wrapped {
					f.Output, err = server.CompileSchema(raw)
				}
				return raw, err
			},
		}, "title description annotations icons _meta execution")
	if err != nil {
		return err
	}
	if !hasInput {
		definition = append(definition[:len(definition)-1], `,"inputSchema":{"type":"object"}}`...)
	}
	f.Definition = definition
	f.Handle = s.handler(what, fn,
		func(c *server.Call, ctx engine.Value) ([]engine.Value, error) {
			args, err := b.rt.ToValue(c.Arguments)
			return []engine.Value{args, ctx}, err
		},
		func(_ *server.Call, v engine.Value) (json.RawMessage, error) { return b.toolResult(t, v) },
		t)
	if err := s.core.Add(server.Tools, f); err != nil {
		return engine.TypeErrorf("%s", err)
	}
	s.touch(server.Tools)
	return nil
}

// completers reads the complete option: for each name a list of values or a
// function of what was typed.
func (s *jsServer) completers(what string, v engine.Value, into map[string]server.Handler) error {
	o, ok := v.(*engine.Object)
	if !ok {
		return engine.TypeErrorf("%s: complete must be an object of lists or functions", what)
	}
	for _, name := range o.Keys() {
		if err := s.completer(what, name, o.Get(name), into); err != nil {
			return err
		}
	}
	return nil
}

func (s *jsServer) completer(what, name string, v engine.Value, into map[string]server.Handler) error {
	b := s.b
	fn, isFunction := engine.Function(v)
	if !isFunction && !engine.IsArray(v) {
		return engine.TypeErrorf("%s: the completion of %q must be a list of values or a function", what, name)
	}
	if !isFunction {
		list := elements(v.(*engine.Object))
		fn = func(_ engine.Value, args ...engine.Value) (engine.Value, error) {
			var matching []any
			for _, item := range list {
				if strings.HasPrefix(strings.ToLower(item.String()), strings.ToLower(args[0].String())) {
					matching = append(matching, item)
				}
			}
			return b.rt.VM().NewArray(matching...), nil
		}
	}
	into[name] = s.handler(what, fn,
		func(c *server.Call, ctx engine.Value) ([]engine.Value, error) {
			return []engine.Value{b.rt.VM().ToValue(c.Argument), ctx}, nil
		},
		func(_ *server.Call, v engine.Value) (json.RawMessage, error) { return b.completed(v) }, nil)
	return nil
}

func (s *jsServer) addResource(uri string, spec, handler engine.Value) error {
	b, what := s.b, fmt.Sprintf("resource %q", uri)
	kind, key := server.Resources, "uri"
	if strings.ContainsAny(uri, "{}") {
		kind, key = server.Templates, "uriTemplate"
	} else if u, err := url.Parse(uri); err != nil || u.Scheme == "" {
		return engine.TypeErrorf("%s: a resource's URI has a scheme, such as \"config://%s\"", what, strings.TrimPrefix(uri, "/"))
	}
	if engine.IsUndefined(handler) {
		return engine.TypeErrorf("%s needs a handler or its contents: server.resource(uri, { name }, (uri, params, ctx) => …)", what)
	}
	fn, ok := engine.Function(handler)
	if !ok {
		fn = func(engine.Value, ...engine.Value) (engine.Value, error) { return handler, nil }
	}
	f := server.Feature{Name: uri, Complete: map[string]server.Handler{}}
	mimeType, hasName := "", false
	definition, err := s.definition(what, spec, []any{key, json.RawMessage(quoted(uri))},
		map[string]func(engine.Value) (json.RawMessage, error){
			"uri":         func(engine.Value) (json.RawMessage, error) { return nil, nil },
			"uriTemplate": func(engine.Value) (json.RawMessage, error) { return nil, nil },
			"name": func(v engine.Value) (json.RawMessage, error) {
				hasName = true
				return quoted(v.String()), nil
			},
			"mimeType": func(v engine.Value) (json.RawMessage, error) {
				mimeType = v.String()
				return quoted(mimeType), nil
			},
			"complete": func(v engine.Value) (json.RawMessage, error) { return nil, s.completers(what, v, f.Complete) },
		}, "title description size annotations icons _meta")
	if err != nil {
		return err
	}
	if !hasName {
		definition = append(definition[:len(definition)-1], `,"name":`+string(quoted(uri))+`}`...)
	}
	f.Definition = definition
	f.Handle = s.handler(what, fn,
		func(c *server.Call, ctx engine.Value) ([]engine.Value, error) {
			params := b.rt.VM().NewObject()
			for _, v := range c.Variables {
				params.Set(v.Name, v.Value)
			}
			return []engine.Value{b.rt.VM().ToValue(c.URI), params, ctx}, nil
		},
		func(c *server.Call, v engine.Value) (json.RawMessage, error) {
			return b.resourceResult(c.URI, mimeType, v)
		}, nil)
	if err := s.core.Add(kind, f); err != nil {
		return engine.TypeErrorf("%s", err)
	}
	s.touch(kind)
	return nil
}

func (s *jsServer) addPrompt(name string, spec, handler engine.Value) error {
	b, what := s.b, fmt.Sprintf("prompt %q", name)
	fn, ok := engine.Function(handler)
	if !ok {
		return engine.TypeErrorf("%s needs a handler: server.prompt(name, { arguments }, (args, ctx) => …)", what)
	}
	f := server.Feature{Name: name, Complete: map[string]server.Handler{}}
	description := ""
	definition, err := s.definition(what, spec, []any{"name", json.RawMessage(quoted(name))},
		map[string]func(engine.Value) (json.RawMessage, error){
			"name": func(engine.Value) (json.RawMessage, error) { return nil, nil },
			"description": func(v engine.Value) (json.RawMessage, error) {
				description = v.String()
				return quoted(description), nil
			},
			"arguments": func(v engine.Value) (json.RawMessage, error) { return s.promptArgumentList(what, v, &f) },
			"complete":  func(v engine.Value) (json.RawMessage, error) { return nil, s.completers(what, v, f.Complete) },
		}, "title icons _meta")
	if err != nil {
		return err
	}
	f.Definition = definition
	f.Handle = s.handler(what, fn,
		func(c *server.Call, ctx engine.Value) ([]engine.Value, error) {
			args, err := b.rt.ToValue(c.Arguments)
			return []engine.Value{args, ctx}, err
		},
		func(_ *server.Call, v engine.Value) (json.RawMessage, error) {
			return b.promptResult(name, description, v)
		}, nil)
	if err := s.core.Add(server.Prompts, f); err != nil {
		return engine.TypeErrorf("%s", err)
	}
	s.touch(server.Prompts)
	return nil
}

// promptArgumentList reads a prompt's arguments: the protocol's list, or an
// object of names with a description or {description, required, complete};
// there they are required unless they say otherwise or end with "?".
func (s *jsServer) promptArgumentList(what string, v engine.Value, f *server.Feature) (json.RawMessage, error) {
	o, ok := v.(*engine.Object)
	if !ok {
		return nil, engine.TypeErrorf("%s: arguments must be a list of { name, description, required }, or an object of names and descriptions", what)
	}
	var list []json.RawMessage
	one := func(name string, spec engine.Value, required bool) error {
		name, optional := strings.CutSuffix(name, "?")
		required = required && !optional
		pairs := []any{"name", json.RawMessage(quoted(name))}
		if description, ok := engine.AsString(spec); ok {
			pairs = append(pairs, "description", json.RawMessage(quoted(description)))
		} else if a, ok := spec.(*engine.Object); ok {
			for _, k := range a.Keys() {
				switch k {
				case "name":
				case "required":
					required = a.Get(k).ToBoolean()
				case "complete":
					if err := s.completer(what, name, a.Get(k), f.Complete); err != nil {
						return err
					}
				default:
					raw, err := s.b.rt.Stringify(a.Get(k))
					if err != nil {
						return err
					}
					pairs = append(pairs, k, raw)
				}
			}
		} else {
			return engine.TypeErrorf("%s: argument %q must have a description or be an object", what, name)
		}
		if required {
			f.Required = append(f.Required, name)
			pairs = append(pairs, "required", json.RawMessage("true"))
		}
		list = append(list, fields(pairs...))
		return nil
	}
	if engine.IsArray(v) {
		for _, item := range elements(o) {
			a, ok := item.(*engine.Object)
			if !ok {
				return nil, engine.TypeErrorf("%s: arguments must be a list of { name, description, required }", what)
			}
			name, err := stringArgument(a.Get("name"), what+": an argument's name")
			if err == nil {
				err = one(name, item, false)
			}
			if err != nil {
				return nil, err
			}
		}
		return jsonArray(list), nil
	}
	for _, name := range o.Keys() {
		if err := one(name, o.Get(name), true); err != nil {
			return nil, err
		}
	}
	return jsonArray(list), nil
}

// handler lets a function of the script's answer calls: args makes its
// arguments, shape its result. t is the tool that it is the handler of, if any:
// what a tool throws is its result, unless it is an McpError with a code.
func (s *jsServer) handler(what string, fn engine.Callable,
	args func(c *server.Call, ctx engine.Value) ([]engine.Value, error),
	shape func(c *server.Call, v engine.Value) (json.RawMessage, error), t *tool) server.Handler {
	rt := s.b.rt
	return func(c *server.Call, done func(json.RawMessage, error)) {
		rt.Post(func() {
			if c.Context().Err() != nil {
				done(nil, context.Cause(c.Context()))
				return
			}
			h := &handling{Call: c, b: s.b}
			release := rt.Ref()
			stop := context.AfterFunc(c.Context(), func() {
				rt.Post(func() {
					h.abort(context.Cause(c.Context()))
					release() // whether or not the handler heeds it
				})
			})
			var record *engine.Object
			finish := func(v engine.Value, err error) {
				var raw json.RawMessage
				if err == nil {
					err = s.try(func() (err error) { raw, err = shape(c, v); return err })
				}
				if err != nil {
					raw, err = s.failure(what, err, t)
				}
				if record != nil {
					s.remember(record, raw, err)
				}
				done(raw, err)
				if stop() {
					release()
				}
			}
			var v engine.Value
			err := s.try(func() error {
				argv, err := args(c, s.b.served.context.New(h))
				if err != nil {
					return err
				}
				if t != nil && s.life == nil {
					record = s.record(t.name, argv[0])
				}
				v, err = fn(s.obj, argv...)
				return err
			})
			if err != nil {
				finish(nil, err)
				return
			}
			if err := s.try(func() error { rt.Await(v, finish); return nil }); err != nil {
				finish(nil, err)
			}
		})
	}
}

// try runs fn, and gives what JavaScript threw in it as its error.
func (s *jsServer) try(fn func() error) (err error) {
	if ex := s.b.rt.VM().Try(func() { err = fn() }); ex != nil {
		return ex
	}
	return err
}

// failure is what a handler's error answers the client with.
func (s *jsServer) failure(what string, err error, t *tool) (json.RawMessage, error) {
	rt := s.b.rt
	v := rt.ErrorValue(err)
	message, meant := "", false
	if o, ok := v.(*engine.Object); ok && engine.IsError(o) {
		message = o.Get("message").String()
		if s.isInstance(o, "McpError") {
			meant = true
			if code, ok := orUndefined(o.Get("code")).Export().(int64); ok {
				data, _ := rt.Stringify(orUndefined(o.Get("data")))
				return nil, &server.Error{Code: int(code), Message: message, Data: data}
			}
		}
		if message == "" {
			message = o.Get("name").String()
		}
	} else if text, ok := engine.AsString(v); ok {
		message = text
	} else {
		message = rt.Inspect(v, engine.InspectOptions{})
	}
	switch {
	case s.onError != nil:
		_, err := s.onError(engine.Undefined(), v)
		rt.Check(err)
	case s.life != nil && !meant:
		// The client learns the message; where it went wrong is for whoever
		// runs the server.
		fmt.Fprintf(rt.Stderr, "%s: %s: %s\n", engine.Printable(s.name), engine.Printable(what), rt.Inspect(v, engine.InspectOptions{Colors: rt.ColorStderr}))
	}
	if t != nil {
		return fields("content", jsonArray([]json.RawMessage{textBlock(message)}), "isError", json.RawMessage("true")), nil
	}
	return nil, &server.Error{Code: server.CodeInternal, Message: message}
}

func (s *jsServer) isInstance(o *engine.Object, class string) bool {
	return s.b.rt.VM().InstanceOf(o, s.b.rt.ErrorClass(class))
}

// record notes that a tool is called; remember, how that ended.
func (s *jsServer) record(name string, args engine.Value) *engine.Object {
	o := s.b.rt.VM().NewObject()
	o.Set("tool", name)
	o.Set("arguments", args)
	if len(s.history) == maxHistory {
		s.history = s.history[1:]
	}
	s.history = append(s.history, o)
	return o
}

func (s *jsServer) remember(record *engine.Object, raw json.RawMessage, err error) {
	if err != nil {
		record.Set("error", err.Error())
		return
	}
	if v, err := s.b.rt.ParseJSON(raw, engine.JSONOptions{}); err == nil {
		record.Set("result", v)
	}
}

// close ends the server and all its connections.
func (s *jsServer) close() *engine.Object {
	s.closed = true
	stops := s.stops
	s.stops = nil
	return s.b.rt.Async(func(context.Context) (func() (engine.Value, error), error) {
		s.core.Close()
		for _, stop := range stops {
			stop()
		}
		return nil, nil
	})
}
