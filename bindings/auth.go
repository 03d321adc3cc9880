package bindings

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"

	"mcpjs/bindings/config"
	"mcpjs/bindings/oauth"
	"mcpjs/bindings/session"
	"mcpjs/bindings/transport"
	"mcpjs/engine"
)

// authorize puts what the auth option says under the target's connections.
// Loop only.
func (c *client) authorize(t config.Target, opts *transport.HTTPOptions) error {
	if fn, ok := engine.Function(c.opts.auth); ok {
		before, mine := opts.HeaderFunc, c.headersOf(fn)
		opts.HeaderFunc = func(ctx context.Context) (http.Header, error) {
			h, err := mine(ctx)
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
	key := authKey(t)
	if c.auth[key] == nil {
		conf, err := c.authConfig(t)
		if err != nil {
			return err
		}
		server := opts.URL
		if t.Kind == config.Unix { // for the store to tell sockets apart
			server = "http://localhost/mcp?" + url.Values{"socket": {t.Socket}}.Encode()
		}
		base := *opts
		base.Socket = t.Socket
		a, err := oauth.New(oauth.Options{
			Server: server, Base: transport.NewRoundTripper(base),
			Config: conf, Person: c.b.person(), ClientName: c.opts.name,
			Permit: func(u *url.URL) error { return c.b.rt.Permissions.Net(hostPort(u)) },
		})
		if err != nil {
			return engine.TypeErrorf("%s", engine.Printable(err.Error()))
		}
		if c.auth == nil {
			c.auth = map[string]*oauth.Transport{}
		}
		c.auth[key] = a
	}
	opts.RoundTripper = c.auth[key]
	return nil
}

// person is who can be asked to log in. Loop only.
func (b *binding) person() *oauth.Person {
	p := oauth.Process()
	if term := b.terminal(); term != nil {
		p.Out, p.ReadLine = term.out, term.line
	} else if p.Terminal != nil && b.opts.ReadLine != nil {
		// A session reads the terminal itself, and gives lines one by one: none
		// that it has begun to ask for can be taken back.
		read := b.opts.ReadLine(b.rt)
		p.ReadLine = func(ctx context.Context) (string, error) {
			text, err := read(ctx)
			switch {
			case ctx.Err() != nil:
				fmt.Fprintln(p.Out, "\nmcpjs: that is no longer asked for: press Enter to go on")
			case errors.Is(err, io.EOF):
				err = errors.New("it was given up")
			}
			return text, err
		}
	}
	return p
}

// authKey names a server among those of a client: the same for each way that
// it is tried to be reached in.
func authKey(t config.Target) string { return t.Name + "\x00" + t.URL + "\x00" + t.Socket }

// authorizer gives what was put under the target's connections, nil where
// nothing was.
func (c *client) authorizer(t config.Target) session.Authorizer {
	if a := c.auth[authKey(t)]; a != nil {
		return a
	}
	return nil
}

// authConfig reads the auth option of the client, or else that of the target.
func (c *client) authConfig(t config.Target) (oauth.Config, error) {
	rt := c.b.rt
	raw := t.Auth
	if !engine.IsNullish(c.opts.auth) {
		var err error
		if raw, err = rt.Stringify(c.opts.auth); err != nil {
			return oauth.Config{}, err
		}
	}
	if c.b.permits != nil && (!engine.IsNullish(c.opts.auth) || !c.b.permits.trusted(t)) {
		if err := c.b.permitFiles(raw); err != nil {
			return oauth.Config{}, err
		}
	}
	conf, err := oauth.ParseConfig(raw)
	if err != nil {
		return conf, engine.TypeErrorf("%s", engine.Printable(err.Error()))
	}
	o, ok := c.opts.auth.(*engine.Object)
	if !ok {
		return conf, nil
	}
	c.tokenStore(o, &conf)
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
		conf.Bearer = lasting(c.b, func(ctx context.Context) (string, error) { return f(ctx) })
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

// tokenStore reads a tokenStore that is an object of the script's. Loop only.
func (c *client) tokenStore(auth *engine.Object, conf *oauth.Config) {
	o, ok := auth.Get("tokenStore").(*engine.Object)
	if !ok {
		return
	}
	method := func(name string) func(ctx context.Context, args ...any) (string, error) {
		fn, ok := engine.Function(o.Get(name))
		if !ok {
			return nil
		}
		bound := func(_ engine.Value, args ...engine.Value) (engine.Value, error) { return fn(o, args...) }
		return func(ctx context.Context, args ...any) (string, error) {
			return askScript(ctx, c.b.rt, bound, func(v engine.Value) (string, error) {
				text, _ := engine.AsString(v) // set and delete may give anything
				return text, nil
			}, args...)
		}
	}
	get, set, remove := method("get"), method("set"), method("delete")
	if get == nil || set == nil || remove == nil {
		return // Check says what is wrong
	}
	conf.Keep = &oauth.Keeper{
		Get: func(ctx context.Context, name string) (string, error) { return get(ctx, name) },
		Set: func(ctx context.Context, name, value string) error {
			_, err := set(ctx, name, value)
			return err
		},
		Delete: func(ctx context.Context, name string) error {
			_, err := remove(ctx, name)
			return err
		},
	}
}

// computesAuth tells whether functions of the script's have a part in the auth
// option: a session that was begun with them ends with the script. Loop only.
func (c *client) computesAuth() bool {
	if _, ok := engine.Function(c.opts.auth); ok {
		return true
	}
	o, ok := c.opts.auth.(*engine.Object)
	if !ok {
		return false
	}
	for _, name := range []string{"bearer", "assertion", "subjectToken", "onAuthorize"} {
		if _, ok := engine.Function(o.Get(name)); ok {
			return true
		}
	}
	_, own := o.Get("tokenStore").(*engine.Object)
	return own
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

// headersOf gives the headers that a function of the script's gives.
func (c *client) headersOf(fn engine.Callable) func(ctx context.Context) (http.Header, error) {
	ask := lasting(c.b, func(ctx context.Context) (http.Header, error) {
		return askScript(ctx, c.b.rt, fn, c.readHeaders)
	})
	return func(ctx context.Context) (http.Header, error) {
		h, err := ask(ctx)
		return h.Clone(), err
	}
}

// lasting is ask while the script runs, and then the last of its answers: what
// is left to tell the server, such as that the session ends, needs it still.
func lasting[T any](b *binding, ask func(ctx context.Context) (T, error)) func(ctx context.Context) (T, error) {
	var last atomic.Pointer[T]
	return func(ctx context.Context) (T, error) {
		b.leases.mu.Lock()
		over := b.leases.over
		b.leases.mu.Unlock()
		if p := last.Load(); over && p != nil {
			return *p, nil
		}
		v, err := ask(ctx)
		if err == nil {
			last.Store(&v)
		}
		return v, err
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
