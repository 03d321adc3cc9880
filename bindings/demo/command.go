package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"mcpjs/bindings/server"
)

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
			err := New().Serve(ctx, cmd.InOrStdin(), cmd.OutOrStdout())
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
// without a host only this machine can reach it), path /mcp, until ctx ends; it
// prints the URL to log once it accepts connections. All clients share the
// bakery.
func ServeHTTP(ctx context.Context, addr string, log io.Writer) error {
	bakery := New()
	defer bakery.Close()
	err := (&server.HTTP{Server: bakery}).Listen(ctx, addr, func(url string) {
		fmt.Fprintf(log, "the bakery is open at %s (Ctrl-C closes it)\n", url)
	})
	if ctx.Err() != nil {
		return nil // asked to end
	}
	return err
}
