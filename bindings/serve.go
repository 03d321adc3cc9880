package bindings

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"

	"mcpjs/bindings/server"
	"mcpjs/engine"
)

// serverCount numbers the servers of this process.
var serverCount atomic.Int64

// Serving says how the server that a script makes is served when the script
// has run: its default export, or else the last server that it made.
type Serving struct {
	// HTTP is the address to serve streamable HTTP at; "" serves In and Out.
	HTTP string
	In   io.Reader
	Out  io.Writer
}

// listen is server.listen({stdio: true}) or ({http: ":8080"}): it keeps the run
// alive until the client hangs up or the server is closed.
func (s *jsServer) listen(options engine.Value) (engine.Value, error) {
	b, rt := s.b, s.b.rt
	var stdio bool
	var addr, origins engine.Value
	if _, ok := options.(*engine.Object); !ok {
		return nil, engine.TypeErrorf("listen needs { stdio: true } or { http: \":8080\" }")
	}
	err := readOptions(options, "listen options", map[string]option{
		"stdio": flag(&stdio, "stdio"), "http": keep(&addr), "origins": keep(&origins),
	})
	if err != nil {
		return nil, err
	}
	if stdio == !engine.IsNullish(addr) {
		return nil, engine.TypeErrorf("listen needs either { stdio: true } or { http: \":8080\" }")
	}
	if s.closed {
		return nil, &engine.Error{Message: "the server is closed"}
	}
	if s.life != nil {
		return nil, &engine.Error{Message: "the server listens already"}
	}
	if stdio {
		in, out := b.opts.stdio(rt)
		return s.serve(func(ctx context.Context, ready func(string)) error {
			ready("")
			return s.core.Serve(ctx, in, out)
		}), nil
	}
	h := &server.HTTP{Server: s.core}
	if engine.IsArray(origins) {
		for _, v := range elements(origins.(*engine.Object)) {
			h.Origins = append(h.Origins, v.String())
		}
	}
	address := addr.String()
	if rt.Permissions != nil {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			host, port = "", strings.TrimPrefix(address, ":") // the port alone
		}
		if err := rt.Permissions.Net(net.JoinHostPort(cmp.Or(host, "127.0.0.1"), port)); err != nil {
			return nil, err
		}
	}
	return s.serve(func(ctx context.Context, ready func(string)) error { return h.Listen(ctx, address, ready) }), nil
}

// stdio gives the streams that MCP is spoken on. From now on, what the script
// prints goes to stderr, since stdout is the protocol's.
func (o Options) stdio(rt *engine.Runtime) (io.Reader, io.Writer) {
	if o.Serve != nil && o.Serve.Out != nil {
		return o.Serve.In, o.Serve.Out
	}
	out := rt.Stdout
	for {
		inner, ok := out.(interface{ Unwrap() io.Writer })
		if !ok {
			break
		}
		out = inner.Unwrap()
	}
	rt.Stdout, rt.ColorStdout = rt.Stderr, rt.ColorStderr
	return rt.Stdin, out
}

// serve runs work until it ends, and gives the promise of its being ready.
func (s *jsServer) serve(work func(ctx context.Context, ready func(url string)) error) *engine.Object {
	rt := s.b.rt
	opening, life := rt.Begin(), rt.Begin()
	ctx, stop := context.WithCancel(life.Context())
	s.life = life
	ended := make(chan struct{})
	s.stops = append(s.stops, func() {
		stop()
		<-ended
	})
	life.Finally(func() {
		stop()
		s.life, s.url = nil, ""
	})
	go func() {
		defer close(ended)
		open := false
		err := work(ctx, func(url string) {
			open = true
			opening.Resolve(func() (engine.Value, error) {
				s.url = url
				o := rt.VM().NewObject()
				if url != "" {
					o.Set("url", url)
				}
				return o, nil
			})
		})
		if ctx.Err() != nil || errors.Is(err, server.ErrClosed) {
			err = nil // it was asked to end
		}
		life.Resolve(nil)
		switch {
		case !open && err == nil:
			opening.Reject(server.ErrClosed)
		case !open:
			opening.Reject(err)
		case err != nil:
			rt.Post(func() {
				fmt.Fprintf(rt.Stderr, "%s: %s\n", engine.Printable(s.name), engine.Printable(err.Error()))
			})
		}
	}()
	return opening.Promise()
}

// serveMain serves what the main module made.
func (b *binding) serveMain(exports engine.Value) {
	rt := b.rt
	s := b.serverOf(exports)
	if o, ok := exports.(*engine.Object); ok && s == nil {
		given := o.Get("default")
		if s = b.serverOf(given); s == nil && !engine.IsNullish(given) {
			rt.Check(engine.TypeErrorf("the default export is no server but %s; export what mcp.server() gives",
				rt.Inspect(given, engine.InspectOptions{Depth: engine.InspectNone})))
			return
		}
	}
	if s == nil && b.served != nil {
		s = b.served.last
	}
	if s == nil {
		rt.Check(&engine.Error{Message: "the script made no server; make one with mcp.server({ name, version }), and export it by default"})
		return
	}
	if s.life != nil {
		return // it listens of its own accord
	}
	options := rt.VM().NewObject()
	if b.opts.Serve.HTTP != "" {
		options.Set("http", b.opts.Serve.HTTP)
	} else {
		options.Set("stdio", true)
	}
	ready, err := s.listen(options)
	if err != nil {
		rt.Check(err)
		return
	}
	rt.Await(ready, func(_ engine.Value, err error) {
		rt.Check(err)
		if s.url != "" {
			fmt.Fprintf(rt.Stderr, "%s serves %s (Ctrl-C ends it)\n", engine.Printable(s.name), s.url)
		}
	})
}

// ServeCommand is `mcpjs serve`; run runs the script that args begin with, in a
// runtime whose Module has the Serving given and whose stdout is stderr.
func ServeCommand(run func(c *cobra.Command, args []string, s *Serving) error) *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:   "serve [flags] FILE [ARG...]",
		Short: "Serve an MCP server written in JavaScript or TypeScript",
		Long: `Serve the MCP server that a script makes: its default export, or else the last
one that it made.

  // weather.ts
  const server = mcp.server({ name: "weather", version: "1.0.0" });
  server.tool("forecast", { description: "Tomorrow's weather", inputSchema: { city: "string" } },
    ({ city }) => city + ": rain");
  export default server;

By default it speaks MCP on stdin and stdout, and ends when stdin does; what the
script prints goes to stderr. With --http it serves streamable HTTP, at the path
/mcp. Without a host in the address only this machine can reach it.`,
		Example: `  mcpjs serve weather.ts
  mcpjs serve --http :8080 weather.ts     then connect to http://localhost:8080/mcp

  # as an entry of mcpServers, for any MCP client
  { "weather": { "command": "mcpjs", "args": ["serve", "/path/to/weather.ts"] } }`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("which script? give the file that makes the server")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return run(c, args, &Serving{HTTP: addr, In: c.InOrStdin(), Out: c.OutOrStdout()})
		},
	}
	c.Flags().StringVar(&addr, "http", "", "serve streamable HTTP at `ADDRESS` (host:port; port 0 takes a free one)")
	c.Flags().SetInterspersed(false)
	return c
}
