// Package bindings is the JavaScript face of MCP: the module "mcp" with its
// Client, results and errors. Nothing in it blocks the loop, and nothing but
// the loop touches a value.
package bindings

import (
	"context"
	_ "embed"
	"maps"
	"slices"

	"mcpjs/bindings/config"
	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// Options say what surrounds the module.
type Options struct {
	// Warm hands sessions on from run to run; who made it closes it. nil closes
	// them with each runtime.
	Warm *Warm
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
	// Trace, where set, tells of every message of every client.
	Trace *Tracer
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
		Name:    "mcp",
		Types:   types,
		Load:    load,
		Exports: exportNames,
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

// exportNames are the names that the module exports.
func exportNames() []string {
	return append([]string{"client", "connect", "servers", "server", "Client", "Server", "sampling"}, slices.Sorted(maps.Keys(errorClasses))...)
}

// binding is the module in one runtime.
type binding struct {
	rt      *engine.Runtime
	opts    Options
	pool    *session.Pool
	permits *permits // nil: everything

	exports      *engine.Object
	client       *engine.Class
	pending      *engine.Class
	connecting   *engine.Object // prototype of what mcp.connect gives; nil until then
	result       *engine.Class
	optionReader *callOptionReader // nil while it reads, and before
	served       *servers          // nil until there is a Server
	task         *engine.Class

	leases  leases
	clients int // made so far, for their names

	unflushed []*session.Session // what the script asks of them in this turn waits
	tasksMade int                // that were none, for their ids
	schemas   schemas

	term       *terminal    // where prompts are shown, once one was
	progress   *progressBar // nil until it is wanted
	noProgress bool         // stderr is no terminal
}

func newBinding(rt *engine.Runtime, opts Options) *binding {
	b := &binding{rt: rt, opts: opts, leases: leases{
		open: map[*session.Session]*lease{}, held: map[string]bool{}, past: map[string]bool{},
	}}
	if rt.Permissions != nil {
		b.opts.Env.Getenv = rt.Permissions.Getenv
		b.permits = newPermits(b)
	}
	if b.pool = new(session.Pool); opts.Warm != nil {
		b.pool = &opts.Warm.pool
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
		connected := cl.connect()
		connected.SetPrototype(b.unawaitedClient())
		return connected, nil
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
