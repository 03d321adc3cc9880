// Package bindings is the JavaScript face of MCP: the module "mcp" with its
// Client, results and errors. Nothing in it blocks the loop, and nothing but
// the loop touches a value.
package bindings

import (
	"context"
	_ "embed"
	"sync"

	"mcpjs/bindings/config"
	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// Options say what surrounds the module.
type Options struct {
	// Pool owns the sessions. It outlives a run where sessions are to be handed
	// on to the next; who made it closes it. nil makes one for each runtime.
	Pool *session.Pool
	// Env is where targets and configuration files are looked up.
	Env config.Env
	// Version is the version that clients introduce themselves with.
	Version string
	// ReadLine, where set, gives what reads a line of the runtime's stdin for
	// prompts, and io.EOF at its end; it is called on the loop. nil reads
	// Runtime.Stdin.
	ReadLine func(*engine.Runtime) func(context.Context) (string, error)
	// OpenURL, where set, shows a page to the user who agreed to that; nil
	// opens a browser.
	OpenURL func(url string) error
	// Terminal says that stdin and stderr are one, even if they don't look so.
	Terminal bool
	// Serve, where set, serves the server that the main module makes.
	Serve *Serving
}

//go:embed mcp.d.ts
var types string

// Module is the module "mcp", which is also the global mcp.
func Module(opts Options) engine.Module {
	if opts.Version == "" {
		opts.Version = "dev"
	}
	load := func(rt *engine.Runtime) (*engine.Object, error) {
		b := newBinding(rt, opts)
		if opts.Serve != nil {
			rt.OnMain = b.serveMain
		}
		return b.exports, nil
	}
	return engine.Module{
		Name:  "mcp",
		Types: types,
		Load:  load,
		Globals: func(rt *engine.Runtime) {
			for name, parent := range errorClasses {
				rt.DefineErrorClass(name, parent)
			}
			if opts.Serve != nil {
				rt.OnMain = func(exports engine.Value) {
					_, err := rt.Import("mcp") // which no script did before
					if rt.Check(err); err == nil {
						rt.OnMain(exports)
					}
				}
			}
			rt.LazyGlobal("mcp", func() engine.Value {
				exports, err := rt.Import("mcp")
				if err != nil {
					rt.Throw(err)
				}
				return exports
			})
		},
	}
}

// binding is the module in one runtime.
type binding struct {
	rt   *engine.Runtime
	opts Options
	pool *session.Pool
	warm bool // the pool outlives this runtime

	exports *engine.Object
	client  *engine.Class
	pending *engine.Class
	result  *engine.Class
	served  *servers // nil until there is a Server
	task    *engine.Class

	mu      sync.Mutex
	open    map[*session.Session]struct{} // borrowed by clients of this runtime
	private map[*session.Session]struct{} // those of them that no other run can use
	targets map[string]int                // how many sessions were asked for, by key
	clients int                           // made so far, for their names

	tasksMade int // that were none, for their ids
	schemas   schemas

	term       *terminal    // where prompts are shown, once one was
	progress   *progressBar // nil until it is wanted
	noProgress bool         // stderr is no terminal
}

func newBinding(rt *engine.Runtime, opts Options) *binding {
	b := &binding{
		rt: rt, opts: opts, pool: opts.Pool, warm: opts.Pool != nil,
		open:    map[*session.Session]struct{}{},
		private: map[*session.Session]struct{}{},
		targets: map[string]int{},
	}
	if b.pool == nil {
		b.pool = new(session.Pool)
	}
	b.defineClient()
	b.definePending()
	b.defineResult()
	b.defineTask()
	vm := rt.VM()
	b.exports = vm.NewObject()
	set := func(name string, fn func(engine.Call) (engine.Value, error)) {
		f := rt.Method(b.exports, name, func(c engine.Call) engine.Value {
			v, err := fn(c)
			if err != nil {
				rt.Throw(err)
			}
			return v
		})
		b.exports.DefineDataProperty(name, f, engine.FlagTrue, engine.FlagTrue, engine.FlagTrue)
	}
	set("client", func(c engine.Call) (engine.Value, error) {
		cl, err := b.newClient(c.Argument(0), c.Argument(1))
		if err != nil {
			return nil, err
		}
		return cl.obj, nil
	})
	set("connect", func(c engine.Call) (engine.Value, error) {
		cl, err := b.newClient(c.Argument(0), c.Argument(1))
		if err != nil {
			return rt.Rejected(err), nil
		}
		return cl.connect(), nil
	})
	set("servers", func(engine.Call) (engine.Value, error) { return b.servers() })
	set("server", func(c engine.Call) (engine.Value, error) {
		s, err := b.newServer(c.Argument(0))
		if err != nil {
			return nil, err
		}
		return s.obj, nil
	})
	b.exports.Set("Client", b.client.Ctor)
	rt.Lazy(b.exports, "sampling", b.samplingObject)
	rt.Lazy(b.exports, "Server", func() engine.Value { return b.serverClass().Ctor })
	for name := range errorClasses {
		rt.Lazy(b.exports, name, func() engine.Value { return rt.ErrorClass(name) })
	}
	rt.OnClose(b.close)
	return b
}

// borrow connects, or takes over a session of an earlier run that was made for
// the same target with the same capabilities. Any goroutine.
func (b *binding) borrow(ctx context.Context, key string, connect func(context.Context) (*session.Session, error)) (*session.Session, error) {
	s, err := b.pool.Get(ctx, key, connect)
	if err == nil {
		b.mu.Lock()
		b.open[s] = struct{}{}
		b.mu.Unlock()
	}
	return s, err
}

// keepPrivate says that a session ends with this run. Any goroutine.
func (b *binding) keepPrivate(s *session.Session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.private[s] = struct{}{}
}

// giveBack ends a client's use of a session. Any goroutine.
func (b *binding) giveBack(s *session.Session) error {
	b.mu.Lock()
	delete(b.open, s)
	_, private := b.private[s]
	delete(b.private, s)
	b.mu.Unlock()
	if b.warm && s.Err() == nil && !private {
		s.SetHandlers(session.Handlers{})
		s.EndSubscriptions()
		b.pool.Release(s)
		return nil
	}
	return b.pool.Close(s)
}

// close gives back, all at once, what clients left open.
func (b *binding) close(context.Context) {
	b.mu.Lock()
	var left []*session.Session
	for s := range b.open {
		left = append(left, s)
	}
	b.mu.Unlock()
	var wg sync.WaitGroup
	for _, s := range left {
		wg.Go(func() { b.giveBack(s) })
	}
	wg.Wait()
	if !b.warm {
		b.pool.CloseAll()
	}
}
