package scripts

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"mcpjs/engine"
)

// Flags are what the command line says about running a script.
type Flags struct {
	Eval    string
	Timeout string
	Color   string
	// Trace is "", "on" or "full".
	Trace string
	SandboxFlags
}

// Register adds the flags to a command.
func (f *Flags) Register(c *cobra.Command) {
	c.Flags().StringVarP(&f.Eval, "eval", "e", "", "run `CODE` instead of a file")
	c.Flags().StringVar(&f.Timeout, "timeout", "", "end the script after `DURATION` (30s, 2m), with exit code 124")
	c.Flags().StringVar(&f.Color, "color", "auto", "colours: `WHEN` is auto, always or never")
	c.Flags().StringVar(&f.Trace, "trace", "", "show on stderr every message to and from servers; `MODE` full cuts none")
	c.Flags().Lookup("trace").NoOptDefVal = "on"
	f.SandboxFlags.Register(c)
	c.Flags().SetInterspersed(false) // what follows the script is the script's
}

// Given tells whether the command line names a script.
func (f *Flags) Given(c *cobra.Command, args []string) bool {
	return c.Flags().Changed("eval") || len(args) > 0
}

// Command is `mcpjs run`.
func Command(opts Options) *cobra.Command {
	var flags Flags
	var watch watchFlags
	var watching bool
	c := &cobra.Command{
		Use:   "run [flags] FILE [ARG...]",
		Short: "Run a script",
		Long: `Run a JavaScript or TypeScript file. "-" reads the script from stdin; with -e
the code stands on the command line. What follows the file is the script's own,
in process.argv and in args of the module "mcpjs".

The script ends when its last line has run and nothing is pending: no calls,
timers or subscriptions. Connections that it left open are closed then.

What files compile to is kept for the next start, in the directory that MCPJS_CACHE
names (nowhere if that is empty), else in mcpjs below the user's caches.

With --sandbox the script touches nothing but what --allow-read and its like name,
files, environment variables, programs, hosts, MCP servers and their tools; such a
flag without a value (after "=") allows all of its kind. The script's modules below
its own directory may be loaded, and the demo server and servers made by the script
may be used. It runs in a process of its own that is ended when it takes more memory
than --max-heap, or more time than --timeout, whatever it does.`,
		Example: `  mcpjs run deploy.ts staging
  mcpjs run -e 'console.log(await (await mcp.connect("demo")).listTools())'
  echo 'console.log(1 + 1)' | mcpjs run -
  mcpjs run --sandbox --allow-read=./data --allow-server=files --allow-tool='read_*' downloaded.js`,
		Args: func(c *cobra.Command, args []string) error {
			if !flags.Given(c, args) {
				return fmt.Errorf("which script? give a file, - for stdin, or -e CODE")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if watching {
				return flags.watch(c, args, opts, &watch)
			}
			return flags.Run(c, args, opts)
		},
	}
	flags.Register(c)
	c.Flags().BoolVar(&watching, "watch", false, "run the script again whenever it changes, as mcpjs watch does, whose flags may be given as well")
	watch.register(c)
	for _, name := range watchFlagNames {
		c.Flags().MarkHidden(name)
	}
	return c
}

// options reads the flags into the options of a run.
func (f *Flags) options(c *cobra.Command, opts *Options) error {
	switch f.Color {
	case "auto", "always", "never":
		opts.Color = f.Color
	default:
		return fmt.Errorf("--color: %q is not one of auto, always, never", f.Color)
	}
	if f.Timeout != "" {
		d, err := engine.ParseDuration(f.Timeout, "--timeout")
		if err != nil {
			return err
		}
		if d < time.Millisecond {
			return fmt.Errorf("--timeout: %q is too short", f.Timeout)
		}
		opts.Timeout = d
	}
	switch f.Trace {
	case "":
	case "on", "full":
		if opts.Trace != nil {
			opts.Trace(opts.Stderr, engine.WantsColor(opts.Stderr, opts.Color), f.Trace == "full")
		}
	default:
		return fmt.Errorf("--trace: %q is not one of on, full", f.Trace)
	}
	return f.SandboxFlags.options(c, opts)
}

// Run runs the script that the command line names.
func (f *Flags) Run(c *cobra.Command, args []string, opts Options) error {
	if err := f.options(c, &opts); err != nil {
		return err
	}
	if f.Sandbox && !opts.Guarded {
		return guard(limits{heap: opts.MaxHeap, timeout: opts.Timeout}, opts.Stderr)
	}
	var src engine.Source
	if c.Flags().Changed("eval") {
		dir, err := os.Getwd()
		if err != nil {
			return err
		}
		src, opts.Args = engine.Source{Name: "[eval]", Code: f.Eval, Dir: dir}, args
	} else {
		var err error
		if src, err = Load(args[0], opts.Stdin); err != nil {
			return &Failure{Code: ExitUsage, Text: "mcpjs: " + err.Error() + f.meantAsGrant(c, args[0]) + "\n"}
		}
		opts.Args = args[1:]
	}
	return Run(c.Context(), src, opts)
}
