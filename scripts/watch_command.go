package scripts

import (
	"fmt"
	"strings"

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
	var test testFlags
	var tests bool
	c := &cobra.Command{
		Use: `watch [flags] FILE [ARG...]
  mcpjs watch --test [flags] [FILE or DIRECTORY...]`,
		Short: "Run a script, or tests, again whenever something changes",
		Long: `Run a script, and again whenever a file that it depends on changes: the script,
what it imports, package.json and tsconfig.json, .env, and the files that its
servers were started from; with --watch-reads also what it reads, lists or asks
about with fs, other than its own work. A change during a run aborts it first: its
finally blocks run, and calls in flight are cancelled. A touch, or a save of the
same content, is no change.

Connections stay open from run to run: a server that the next run connects to
in the same way keeps its process. What the script did with the connection
(handlers, subscriptions, calls, the log level) ends with the run; what the
server itself remembers is the server's. A server whose own files changed is
started anew; --restart-on names more of them, --cold starts all in every run.

With --test, test files are watched as mcpjs test finds them, new ones too, and
those are run that a change affects. They share the connections.

On a terminal, r or Enter runs the script (or all tests) again, c clears, q quits.
A script that reads its stdin gets whole lines meanwhile.`,
		Example: `  mcpjs watch deploy.ts staging
  mcpjs watch --watch-path 'prompts/**/*.md' check.js
  mcpjs watch --restart-on 'server/**/*.py' check.js
  mcpjs watch --test --grep adds`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if tests {
				return flags.watchTests(c, args, opts, &watch, &test)
			}
			for _, name := range testFlagNames {
				if c.Flags().Changed(name) {
					return fmt.Errorf("--%s goes with --test", name)
				}
			}
			return flags.watch(c, args, opts, &watch)
		},
	}
	flags.Register(c)
	c.Flags().Lookup("timeout").Usage = "end the script, or fail a test, after `DURATION` (30s, 2m)"
	c.Flags().MarkHidden("eval")
	c.Flags().BoolVar(&tests, "test", false, "run tests, and again those that a change affects")
	test.register(c)
	for _, name := range testFlagNames {
		c.Flags().Lookup(name).Usage += " (with --test)"
	}
	watch.register(c)
	return c
}

// watchTests watches the tests that the command line names.
func (f *Flags) watchTests(c *cobra.Command, args []string, opts Options, watch *watchFlags, test *testFlags) error {
	if c.Flags().Changed("eval") {
		return fmt.Errorf("-e can't be watched: give a file")
	}
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			return fmt.Errorf("%s: flags stand before the files", arg)
		}
	}
	var err error
	if watch.Test, err = test.options(f, opts, args); err != nil {
		return err
	}
	return Watch(c.Context(), "", watch.Test.Options, watch.options(opts))
}

// options are those of Watch.
func (f *watchFlags) options(opts Options) WatchOptions {
	if !f.Clear {
		f.Clear = !f.noClear && engine.IsTerminal(opts.Stdout)
	}
	return f.WatchOptions
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
	if err := f.options(&opts); err != nil {
		return err
	}
	opts.Args = args[1:]
	return Watch(c.Context(), args[0], opts, watch.options(opts))
}
