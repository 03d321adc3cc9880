package bindings

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"mcpjs/bindings/config"
	"mcpjs/bindings/demo"
	"mcpjs/bindings/server"
	"mcpjs/bindings/session"
	"mcpjs/bindings/transport"
	"mcpjs/engine"
)

// parseTarget reads what a script gave as a target.
func (b *binding) parseTarget(v engine.Value) (config.Target, error) {
	if s, ok := engine.AsString(v); ok {
		if err := b.permitFiles(json.RawMessage(s)); err != nil {
			return config.Target{}, err
		}
		t, err := config.Parse(s, b.opts.Env)
		if err != nil && b.permits != nil {
			// What is wrong tells of files that the script may know nothing of.
			if err := b.rt.Permissions.Server(func(grant string) bool { return grant == s }, s); err != nil {
				return t, err
			}
		}
		return t, targetError(err)
	}
	if engine.IsNullish(v) {
		return config.Target{}, engine.TypeErrorf("connect needs a target: a URL, a command, a file, the name of a configured server, or \"demo\"")
	}
	if s := b.serverOf(v); s != nil {
		return b.serverTarget(s), nil
	}
	if o, ok := v.(*engine.Object); ok {
		if members, ok := o.Get("mcpServers").(*engine.Object); ok && !engine.IsArray(members) {
			return b.severalTarget(members)
		}
	}
	raw, err := b.rt.Stringify(v)
	if err != nil {
		return config.Target{}, err
	}
	if len(raw) == 0 {
		return config.Target{}, engine.TypeErrorf("%s is no target: give a URL, a command, a file, the name of a configured server, or \"demo\"",
			b.rt.Inspect(v, engine.InspectOptions{}))
	}
	if err := b.permitFiles(raw); err != nil {
		return config.Target{}, err
	}
	t, err := config.ParseJSON(raw, b.opts.Env)
	return t, targetError(err)
}

// severalTarget reads an mcpServers object, in which Server objects and all
// else that is a target may stand beside entries.
func (b *binding) severalTarget(members *engine.Object) (config.Target, error) {
	several := config.Target{Kind: config.Multi}
	names := members.Keys()
	for _, name := range names {
		v := members.Get(name)
		_, isText := engine.AsString(v)
		var t config.Target
		var err error
		if isText || engine.IsArray(v) || b.serverOf(v) != nil {
			t, err = b.parseTarget(v)
			if err == nil && t.Kind == config.Multi {
				err = engine.TypeErrorf("mcpServers: %q is several servers: name them here one by one", name)
			}
		} else {
			raw, failed := b.rt.Stringify(v)
			if failed != nil {
				return several, failed
			}
			if raw == nil {
				raw = json.RawMessage("null")
			}
			if config.Disabled(raw) {
				continue
			}
			if err := b.permitFiles(raw); err != nil {
				return several, err
			}
			t, err = config.ParseJSON(fields("mcpServers", fields(name, raw)), b.opts.Env)
			err = targetError(err)
		}
		if err != nil {
			return several, err
		}
		t.Name = name
		several.Servers = append(several.Servers, t)
	}
	switch {
	case len(names) == 0:
		return several, targetError(errors.New("target: no server in mcpServers"))
	case len(several.Servers) == 0:
		return several, targetError(fmt.Errorf("target: all servers in it are disabled: %s", strings.Join(names, ", ")))
	case len(several.Servers) == 1:
		return several.Servers[0], nil
	}
	return several, nil
}

// targetError is what a target that can't be used is to a script.
func targetError(err error) error {
	if err == nil {
		return nil
	}
	return &engine.Error{Class: "ConnectionError", Message: engine.Printable(err.Error()),
		Fields: []engine.Field{{Name: "code", Value: "TARGET"}}}
}

// connector makes what connects to a client's target. Loop only; what it
// returns is for any goroutine.
func (c *client) connector(options session.Options) (func(context.Context) (*session.Session, error), error) {
	if c.target.Kind == config.Multi {
		var members []session.Member
		for _, t := range c.target.Servers {
			dial, err := c.dialer(t, options)
			if err != nil {
				return nil, err
			}
			options := options
			c.permit(t, &options)
			options.Legacy, options.Authorizer = t.Kind == config.SSE, c.authorizer(t)
			if options.Fallback, err = c.fallback(t, options); err != nil {
				return nil, err
			}
			members = append(members, session.Member{Name: t.Name, Dial: dial, Options: options, Reconnect: c.policy(t).on})
		}
		return func(ctx context.Context) (*session.Session, error) {
			return session.ConnectSeveral(ctx, members, options)
		}, nil
	}
	dial, err := c.dialer(c.target, options)
	if err != nil {
		return nil, err
	}
	c.permit(c.target, &options)
	options.Legacy, options.Authorizer = c.target.Kind == config.SSE, c.authorizer(c.target)
	if options.Fallback, err = c.fallback(c.target, options); err != nil {
		return nil, err
	}
	return func(ctx context.Context) (*session.Session, error) { return session.Connect(ctx, dial, options) }, nil
}

// fallback makes connections of the transport before streamable HTTP, where
// the target may be one of that; nil where not.
func (c *client) fallback(t config.Target, options session.Options) (session.Dialer, error) {
	if t.Kind != config.HTTP || !t.Fallback {
		return nil, nil
	}
	t.Kind = config.SSE
	return c.dialer(t, options)
}

// dialer makes the connections of a target, for a session with these options.
func (c *client) dialer(t config.Target, options session.Options) (session.Dialer, error) {
	switch t.Kind {
	case config.Stdio:
		opts := transport.ProcessOptions{
			Command: t.Command, Args: t.Args, Dir: t.Dir,
			Env: t.Environ(c.b.rt.Permissions.Environ()),
		}
		switch t.Stderr {
		case "", "pipe", "ignore":
		case "inherit":
			opts.Stderr = options.Attachment.(*attachment).line
		default:
			return nil, engine.TypeErrorf("stderr: %q is not one of \"pipe\" (the default: kept for errors), \"inherit\", \"ignore\"", t.Stderr)
		}
		return func() (transport.Conn, error) { return transport.NewProcess(opts), nil }, nil
	case config.HTTP, config.SSE, config.Unix:
		opts, err := c.httpOptions(t)
		if err == nil {
			err = c.authorize(t, &opts)
		}
		if err != nil {
			return nil, err
		}
		if t.Kind == config.Unix {
			return func() (transport.Conn, error) { return transport.NewSocket(t.Socket, opts) }, nil
		}
		if t.Kind == config.SSE {
			return func() (transport.Conn, error) { return transport.NewSSE(opts), nil }, nil
		}
		return func() (transport.Conn, error) { return transport.NewHTTP(opts), nil }, nil
	case inProcess:
		return c.b.dialServer(t.Command), nil
	case config.Demo:
		return func() (transport.Conn, error) {
			return inMemory(func(ctx context.Context, in io.Reader, out io.Writer) { server.ServeStdio(ctx, demo.New(), in, out) }), nil
		}, nil
	}
	return nil, fmt.Errorf("there is no way to reach %s", t)
}

// httpOptions are those of the target and of the headers option, which is an
// object, or a function that is called before each request.
func (c *client) httpOptions(t config.Target) (transport.HTTPOptions, error) {
	opts := transport.HTTPOptions{URL: t.URL, Headers: http.Header{}}
	if t.Kind == config.Unix {
		opts.URL = "unix:" + t.Socket
	}
	opts.RootCAs, opts.Proxy = c.opts.rootCAs, c.opts.proxy
	for name, value := range t.Headers {
		opts.Headers.Set(name, value)
	}
	switch fn, isFunction := engine.Function(c.opts.headers); {
	case engine.IsNullish(c.opts.headers):
	case isFunction:
		opts.HeaderFunc = c.headersOf(fn)
	default:
		h, err := c.readHeaders(c.opts.headers)
		if err != nil {
			return opts, err
		}
		for name, values := range h {
			opts.Headers[name] = values
		}
	}
	return opts, nil
}

func (c *client) readHeaders(v engine.Value) (http.Header, error) {
	h := http.Header{}
	if engine.IsNullish(v) {
		return h, nil
	}
	raw, err := c.b.objectArgument(v, "headers")
	if err != nil {
		return nil, err
	}
	var pairs map[string]any
	if err := json.Unmarshal(raw, &pairs); err != nil {
		return nil, err
	}
	for name, value := range pairs {
		s, ok := value.(string)
		if !ok {
			return nil, engine.TypeErrorf("headers: %q must be a string", name)
		}
		h.Set(name, s)
	}
	return h, nil
}

// servers are those that configuration files name.
func (b *binding) servers() (engine.Value, error) {
	type server struct {
		Name     string `json:"name"`
		Ref      string `json:"ref"`
		Source   string `json:"source"`
		Path     string `json:"path"`
		Target   string `json:"target"`
		Kind     string `json:"transport,omitempty"`
		Disabled bool   `json:"disabled"`
		Error    string `json:"error,omitempty"`
	}
	list := []server{}
	for _, s := range config.ConfiguredServers(b.opts.Env) {
		if b.permits != nil && (s.Err != nil || b.permits.connect(s.Target, s.Ref) != nil) {
			continue
		}
		item := server{Name: s.Name, Ref: s.Ref, Source: s.Source, Path: s.Path, Disabled: s.Disabled}
		if s.Err != nil {
			item.Error = s.Err.Error()
		} else {
			item.Target, item.Kind = s.Target.String(), string(s.Target.Kind)
		}
		list = append(list, item)
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return b.rt.ParseJSON(raw, engine.JSONOptions{})
}

// abortSignal gives an AbortSignal that is aborted when ctx ends, or undefined
// where the runtime has none. Loop only.
func (b *binding) abortSignal(ctx context.Context) engine.Value {
	vm := b.rt.VM()
	class := vm.Get("AbortController")
	if class == nil {
		return engine.Undefined()
	}
	controller, err := vm.New(class)
	if err != nil {
		b.rt.Throw(err)
	}
	context.AfterFunc(ctx, func() {
		cause := context.Cause(ctx)
		b.rt.Post(func() {
			if abort, ok := engine.Function(controller.Get("abort")); ok {
				_, err := abort(controller, b.rt.ErrorValue(jsError(cause)))
				b.rt.Check(err)
			}
		})
	})
	return controller.Get("signal")
}
