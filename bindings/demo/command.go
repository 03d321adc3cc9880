package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
	"github.com/spf13/cobra"

	"mcpjs/bindings/server"
)

// shutdownGrace is how long requests may go on when the HTTP server ends.
const shutdownGrace = time.Second

// sessionLimit is how long a session that nobody uses is kept.
const sessionLimit = time.Hour

// Command is `mcpjs demo`.
func Command() *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Serve a little bakery: an MCP server to try things out on",
		Long: `Serve a little bakery: an MCP server to try things out on.

It shows every feature of MCP that a client can meet, in every revision of the
protocol up to 2026-07-28: tools with structured results, pictures, sound and
errors, progress and cancellation, logging, sampling, elicitation, roots,
resources that change, templates, prompts and their completion, tasks, and lists
of more than one page. It needs no network and answers the same each time.

By default it speaks MCP on stdin and stdout, and ends when stdin does. Scripts
needn't start it: the target "demo" is the same bakery, inside mcpjs.`,
		Example: `  mcpjs demo --http localhost:8080     then connect to http://localhost:8080/mcp
  mcpjs demo --http :0                 on any free port

  # as an entry of mcpServers, for any MCP client
  { "bakery": { "command": "mcpjs", "args": ["demo"] } }

  // from a script
  const bakery = await mcp.connect("demo");
  console.log(await bakery.tools.order({ item: "croissant", quantity: 2 }));
  for await (const p of bakery.tools.countdown({ steps: 3 })) console.log(p.message);`,
		Args:         cobra.NoArgs,
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			if cmd.Flags().Changed("http") {
				return ServeHTTP(ctx, addr, cmd.ErrOrStderr())
			}
			err := server.ServeStdio(ctx, New(), cmd.InOrStdin(), cmd.OutOrStdout())
			if errors.Is(err, context.Canceled) || errors.Is(err, syscall.EPIPE) {
				return nil // asked to end, or nobody is there to answer
			}
			return err
		},
	}
	cmd.Flags().StringVar(&addr, "http", "", "serve streamable HTTP at `ADDRESS` (host:port; port 0 takes a free one)")
	return cmd
}

// ServeHTTP serves a fresh bakery over streamable HTTP at addr ("host:port";
// without a host only this machine can reach it), path /mcp, until ctx ends; it prints the URL to log once it accepts connections. All
// clients share the bakery.
func ServeHTTP(ctx context.Context, addr string, log io.Writer) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil && !strings.Contains(addr, ":") {
		host, port, err = "", addr, nil // the port alone
	}
	if err != nil {
		return fmt.Errorf("serve the demo over HTTP at %q: %w", addr, err)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(cmp.Or(host, "127.0.0.1"), port))
	if err != nil {
		return fmt.Errorf("serve the demo over HTTP at %q: %w", addr, err)
	}
	requests, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	mux := http.NewServeMux()
	mux.Handle("/mcp", inOrder(mcpserver.NewStreamableHTTPServer(New(), mcpserver.WithStateful(true),
		mcpserver.WithEventStore(&recent{}), mcpserver.WithSessionIdleTTL(sessionLimit),
		mcpserver.WithStreamableHTTPLogger(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn}))))))
	web := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
	fmt.Fprintf(log, "the bakery is open at http://%s/mcp (Ctrl-C closes it)\n", reachable(listener.Addr()))
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve the demo over HTTP: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	end() // streams never end by themselves
	if err := web.Shutdown(grace); err != nil {
		web.Close()
	}
	<-ended
	return nil
}

// reachable is the address that a client on this machine can use.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return addr.String()
}
