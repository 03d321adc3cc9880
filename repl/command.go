package repl

import (
	"fmt"
	"slices"

	"mcpjs/engine"

	"github.com/spf13/cobra"
)

// ExitError tells main the exit code of a session that was not all well.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// Flags are what the command line says about a session.
type Flags struct {
	Color     string
	Roots     []string
	NoHistory bool
	// Trace is "", "on" or "full".
	Trace string
}

// Command is `mcpjs repl`.
func Command(opts Options) *cobra.Command {
	var flags Flags
	c := &cobra.Command{
		Use:   "repl [flags] [TARGET...|NAME=TARGET...]",
		Short: "Explore servers interactively",
		Long: `Open a prompt for JavaScript and TypeScript that knows MCP. Each TARGET is
connected first, and its client is a variable: NAME, or a name made of the
target. Without a terminal the session reads lines from stdin, shows no prompt,
and ends with the exit code of the last error.`,
		Example: `  mcpjs repl demo
  mcpjs repl files="npx -y @modelcontextprotocol/server-filesystem ." ./mcp.json
  echo 'await (await mcp.connect("demo")).listTools()' | mcpjs repl`,
		RunE: func(c *cobra.Command, args []string) error { return flags.Run(c, args, opts) },
	}
	flags.Register(c)
	return c
}

// Register adds the flags to a command.
func (f *Flags) Register(c *cobra.Command) {
	c.Flags().StringVar(&f.Color, "color", "auto", "colours: `WHEN` is auto, always or never")
	c.Flags().StringArrayVar(&f.Roots, "root", nil, "tell servers of the directory `DIR`; may be given again")
	c.Flags().BoolVar(&f.NoHistory, "no-history", false, "keep no history of what is entered")
	c.Flags().StringVar(&f.Trace, "trace", "", "begin with .trace: show every message to and from servers; `MODE` full cuts none")
	c.Flags().Lookup("trace").NoOptDefVal = "on"
}

// Run runs the session that the command line describes.
func (f *Flags) Run(c *cobra.Command, args []string, opts Options) error {
	switch f.Color {
	case "", "auto", "always", "never":
		opts.Color = f.Color
	default:
		return fmt.Errorf("--color: %q is not one of auto, always, never", f.Color)
	}
	for _, arg := range args {
		t := parseTarget(arg)
		if t.Name != "" && slices.ContainsFunc(opts.Targets, func(have Target) bool { return have.Name == t.Name }) {
			return fmt.Errorf("two targets are named %s: each client is a variable and needs a name of its own", t.Name)
		}
		opts.Targets = append(opts.Targets, t)
	}
	switch f.Trace {
	case "", "on", "full":
		opts.Traced = f.Trace
	default:
		return fmt.Errorf("--trace: %q is not one of on, full", f.Trace)
	}
	opts.Roots = f.Roots
	if !f.NoHistory {
		opts.History = historyFile()
	}
	return Open(c, opts)
}

// Open runs a session; its error is an *ExitError where the exit code is not 0.
func Open(c *cobra.Command, opts Options) error {
	code, err := Run(c.Context(), opts)
	if err != nil {
		return err
	}
	if code != 0 {
		return &ExitError{code}
	}
	return nil
}

var namedTarget = engine.Pattern(`^([\p{L}_$][\p{L}\p{N}_$]*)=(.+)$`)

func parseTarget(arg string) Target {
	if m := namedTarget().FindStringSubmatch(arg); m != nil {
		return Target{m[1], m[2]}
	}
	return Target{Target: arg}
}
