package bindings

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"

	"mcpjs/bindings/config"
	"mcpjs/bindings/oauth"
	"mcpjs/bindings/session"
	"mcpjs/bindings/transport"
	"mcpjs/engine"
)

// authorize puts what the auth option says under the target's connections.
// Loop only.
func (c *client) authorize(opts *transport.HTTPOptions) error {
	rt := c.b.rt
	if fn, ok := engine.Function(c.opts.auth); ok {
		before := opts.HeaderFunc
		opts.HeaderFunc = func(ctx context.Context) (http.Header, error) {
			h, err := askScript(ctx, rt, fn, c.readHeaders)
			if err != nil || before == nil {
				return h, err
			}
			more, err := before(ctx)
			for name, values := range more {
				h[name] = values
			}
			return h, err
		}
		return nil
	}
	conf, err := c.authConfig()
	if err != nil {
		return err
	}
	server := opts.URL
	if c.target.Kind == config.Unix {
		server = "http://localhost/mcp?socket=" + c.target.Socket
		opts.Socket, opts.URL = c.target.Socket, "http://localhost/mcp"
	}
	c.auth, err = oauth.New(oauth.Options{
		Server: server, Base: transport.NewRoundTripper(opts.Socket),
		Config: conf, Person: oauth.Process(), ClientName: c.opts.name,
	})
	if err != nil {
		return &engine.Error{Class: "TypeError", Message: engine.Printable(err.Error())}
	}
	opts.RoundTripper = c.auth
	return nil
}

// authConfig reads the auth option of the client, or else that of the target.
func (c *client) authConfig() (oauth.Config, error) {
	rt := c.b.rt
	raw := c.target.Auth
	if !engine.IsNullish(c.opts.auth) {
		var err error
		if raw, err = rt.Stringify(c.opts.auth); err != nil {
			return oauth.Config{}, err
		}
	}
	conf, err := oauth.ParseConfig(raw)
	if err != nil {
		return conf, &engine.Error{Class: "TypeError", Message: engine.Printable(err.Error())}
	}
	o, ok := c.opts.auth.(*engine.Object)
	if !ok {
		return conf, nil
	}
	given := func(name string) func(ctx context.Context, args ...any) (string, error) {
		fn, ok := engine.Function(o.Get(name))
		if !ok {
			return nil
		}
		return func(ctx context.Context, args ...any) (string, error) {
			return askScript(ctx, rt, fn, func(v engine.Value) (string, error) {
				if engine.IsNullish(v) {
					return "", nil
				}
				s, ok := engine.AsString(v)
				if !ok {
					return "", engine.TypeErrorf("auth: %s must give a string", name)
				}
				return s, nil
			}, args...)
		}
	}
	if f := given("bearer"); f != nil {
		conf.Bearer = func(ctx context.Context) (string, error) { return f(ctx) }
	}
	if f := given("assertion"); f != nil {
		conf.Assertion = func(ctx context.Context, audience string) (string, error) { return f(ctx, audience) }
	}
	if f := given("subjectToken"); f != nil {
		conf.Subject = func(ctx context.Context) (string, error) { return f(ctx) }
	}
	if f := given("onAuthorize"); f != nil {
		conf.OnAuthorize = func(ctx context.Context, visit string) (string, error) { return f(ctx, visit) }
	}
	return conf, nil
}

// authKey tells the auth options of clients apart, without revealing them.
func (c *client) authKey() string {
	if engine.IsNullish(c.opts.auth) {
		return ""
	}
	raw, _ := c.b.rt.Stringify(c.opts.auth)
	sum := sha256.Sum256(raw)
	return string(sum[:])
}

// maxLogins bounds how often one connect asks for authorization: once, and
// again for scopes that turn out to be missing.
const maxLogins = 3

// connectAuthorized connects. What it takes to be authorized is got between
// attempts, outside of the time limits that those are under.
func connectAuthorized(ctx context.Context, auth *oauth.Transport, dial session.Dialer, opts session.Options) (*session.Session, error) {
	for logins := 0; ; logins++ {
		s, err := session.Connect(oauth.Defer(ctx), dial, opts)
		var required *oauth.Required
		if err == nil || auth == nil || !errors.As(err, &required) || logins == maxLogins {
			return s, err
		}
		if err := auth.Authorize(ctx, required); err != nil {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			return nil, &session.ConnectionError{Server: opts.Server, Label: "connect", Err: err}
		}
	}
}

// askScript calls a function of the script's and waits for what its result, or
// the promise that it is, comes to. Any goroutine but the loop's.
func askScript[T any](ctx context.Context, rt *engine.Runtime, fn engine.Callable, read func(engine.Value) (T, error), args ...any) (T, error) {
	type answer struct {
		v   T
		err error
	}
	done := make(chan answer, 1)
	rt.Post(func() {
		values := make([]engine.Value, len(args))
		for i, a := range args {
			values[i] = rt.VM().ToValue(a)
		}
		v, err := fn(engine.Undefined(), values...)
		if err != nil {
			done <- answer{err: rt.Thrown(rt.ErrorValue(err))}
			return
		}
		rt.Await(v, func(v engine.Value, err error) {
			var a answer
			if a.err = err; err == nil {
				a.v, a.err = read(v)
			}
			done <- a
		})
	})
	select {
	case a := <-done:
		return a.v, a.err
	case <-ctx.Done():
		var zero T
		return zero, context.Cause(ctx)
	}
}
