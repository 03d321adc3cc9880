package scripts

import (
	"fmt"

	"github.com/spf13/cobra"

	"mcpjs/engine"
)

// watchFlags are what the command line says about watching.
type watchFlags struct {
	WatchOptions
	noClear bool
}

var watchFlagNames = []string{"watch-reads", "watch-path", "restart-on", "cold", "clear", "no-clear"}

func (f *watchFlags) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.Reads, "watch-reads", false, "watch the files that the script reads as well")
	c.Flags().StringArrayVar(&f.Paths, "watch-path", nil, "watch the files that `GLOB` means as well (may be given again)")
	c.Flags().StringArrayVar(&f.RestartOn, "restart-on", nil, "start the servers anew when a file that `GLOB` means changes")
	c.Flags().BoolVar(&f.Cold, "cold", false, "connect anew in every run")
	c.Flags().BoolVar(&f.Clear, "clear", false, "clear the terminal before each run (the default on a terminal)")
	c.Flags().BoolVar(&f.noClear, "no-clear", false, "don't clear the terminal")
	c.MarkFlagsMutuallyExclusive("clear", "no-clear")
}

// WatchCommand is `mcpjs watch`.
func WatchCommand(opts Options) *cobra.Command {
	var flags Flags
	var watch watchFlags
	c := &cobra.Command{
		Use:   "watch [flags] FILE [ARG...]",
		Short: "Run a script again whenever it changes",
		Long: `Run a script, and again whenever a file that it depends on changes: the script,
what it imports, package.json and tsconfig.json, .env, and the files that its
servers were started from. A change during a run aborts it first: its finally
blocks run, and calls in flight are cancelled.

Connections stay open from run to run: a server that the next run connects to
in the same way keeps its process. What the script did with the connection
(handlers, subscriptions, calls, the log level) ends with the run; what the
server itself remembers is the server's. A server whose own files changed is
started anew; --restart-on names more of them, --cold starts all in every run.

On a terminal, r or Enter runs the script again, c clears, q quits.`,
		Example: `  mcpjs watch deploy.ts staging
  mcpjs watch --watch-path 'prompts/**/*.md' check.js
  mcpjs watch --restart-on 'server/**/*.py' check.js`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return flags.watch(c, args, opts, &watch) },
	}
	flags.Register(c)
	c.Flags().MarkHidden("eval")
	watch.register(c)
	return c
}

// watch watches the script that the command line names.
func (f *Flags) watch(c *cobra.Command, args []string, opts Options, watch *watchFlags) error {
	switch {
	case c.Flags().Changed("eval"):
		return fmt.Errorf("-e can't be watched: give a file")
	case len(args) == 0:
		return fmt.Errorf("which script? give a file")
	case args[0] == "-":
		return fmt.Errorf("a script from stdin can't be watched: give a file")
	}
	if err := f.options(c, &opts); err != nil {
		return err
	}
	if f.Sandbox && !opts.Guarded {
		return guard(limits{heap: opts.MaxHeap}, opts.Stderr)
	}
	opts.Args = args[1:]
	if !watch.Clear {
		watch.Clear = !watch.noClear && engine.IsTerminal(opts.Stdout)
	}
	return Watch(c.Context(), args[0], opts, watch.WatchOptions)
}
