// Mcpjs makes MCP servers scriptable: it runs JavaScript and TypeScript with a
// full MCP client.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"mcpjs/bindings"
	"mcpjs/bindings/config"
	"mcpjs/bindings/demo"
	"mcpjs/bindings/oauth"
	"mcpjs/engine"
	"mcpjs/engine/process"
	"mcpjs/repl"
	"mcpjs/scripts"
	"mcpjs/stdlib"
)

func main() {
	guarded := scripts.Guarded(func() {
		process.KillAll()
		os.Exit(scripts.ExitInterrupted)
	})
	collectLate()
	code := run(context.Background(), os.Args[1:], guarded)
	process.KillAll()
	os.Exit(code)
}

// collectLate lets the heap grow before the garbage collector runs: to leastGrowth
// at first, so that it stays out of short runs, then by growthFactor times what is
// held, so that it comes seldom while a script's data builds up. What holds more
// than mostGrowth, or an eighth of the memory there is, is collected as always,
// when it has doubled.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(leastGrowth / goHeapFloor * 100)
	afterCollection()
}

const (
	leastGrowth  = 32 << 20
	growthFactor = 4
	mostGrowth   = 256 << 20
	goHeapFloor  = 4 << 20 // where Go's collector runs first with a percentage of 100
)

// afterCollection sets, at the end of each collection, when the next one comes.
func afterCollection() {
	runtime.AddCleanup(new([64]byte), func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if held := live[0].Value.Uint64(); held > 0 {
			growth := max(leastGrowth, min(growthFactor*held, mostGrowth, memory()/8))
			debug.SetGCPercent(int(min(max(100, growth*100/held), leastGrowth/goHeapFloor*100)))
		}
		afterCollection()
	}, struct{}{})
}

// memory is how many bytes the machine has, or the container may have that this
// runs in (cgroup v2), as far as they can be known.
var memory = sync.OnceValue(func() uint64 {
	most := uint64(math.MaxUint64)
	limit, _ := os.ReadFile("/sys/fs/cgroup/memory.max")
	if n, err := strconv.ParseUint(strings.TrimSpace(string(limit)), 10, 64); err == nil {
		most = n
	}
	machine, _ := os.ReadFile("/proc/meminfo")
	var kB uint64
	if _, err := fmt.Sscanf(string(machine), "MemTotal: %d kB", &kB); err == nil {
		most = min(most, kB<<10)
	}
	return most
})

// exitConnection is the exit code where a server could not be reached, or not
// be authorized with.
const exitConnection = 3

// run runs a command line and gives the exit code; guarded tells that another
// process of ours does nothing but watch this one.
func run(ctx context.Context, args []string, guarded bool) int {
	wire := new(bindings.Tracer)
	root := command(scripts.Options{
		Modules: modules(bindings.Options{Trace: wire}),
		Warm: func() ([]engine.Module, scripts.Warm) {
			warm := new(bindings.Warm)
			return modules(bindings.Options{Warm: warm, Trace: wire}), warm
		},
		Trace: func(w io.Writer, color, whole bool) { bindings.TraceTo(wire, w, color, whole) },
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Guarded: guarded, Cache: cacheDir(),
		Stuck: func(code int) {
			process.KillAll()
			os.Exit(code)
		},
	}, wire)
	root.SetArgs(args)
	asked, err := root.ExecuteContextC(ctx)
	var failure *scripts.Failure
	var auth *oauth.Error
	var left *repl.ExitError
	var unreachable *bindings.UnreachableError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &left):
		return left.Code
	case errors.As(err, &failure):
		fmt.Fprint(os.Stderr, failure.Text)
		return failure.Code
	case errors.As(err, &unreachable):
		fmt.Fprintf(os.Stderr, "mcpjs: %v\n", err)
		return exitConnection
	case errors.Is(err, oauth.Interrupted):
		return scripts.ExitInterrupted
	case errors.As(err, &auth):
		fmt.Fprintf(os.Stderr, "mcpjs: %v\n", auth)
		if auth.Hint != "" {
			fmt.Fprintf(os.Stderr, "  hint: %s\n", auth.Hint)
		}
		return exitConnection
	default:
		fmt.Fprintf(os.Stderr, "mcpjs: %v\n", err)
		fmt.Fprintf(os.Stderr, "Run \"%s --help\" for how to use it.\n", asked.CommandPath())
		return scripts.ExitUsage
	}
}

// modules are all that scripts can import, and the globals; opts say what is
// special about the connections.
func modules(opts bindings.Options) []engine.Module {
	opts.Env, opts.Version, opts.ReadLine = config.Process(), version(), stdlib.ReadLine
	return append(stdlib.Modules(), bindings.Module(opts))
}

// command is mcpjs itself: without a subcommand it runs a script.
func command(opts scripts.Options, wire *bindings.Tracer) *cobra.Command {
	var flags scripts.Flags
	var stay bool
	session := repl.Options{Modules: opts.Modules, Stdin: opts.Stdin, Stdout: opts.Stdout, Stderr: opts.Stderr, Version: version(),
		Trace: func(show func(repl.Message)) { listen(wire, show) }}
	root := &cobra.Command{
		Use:   "mcpjs [flags] [FILE [ARG...]]",
		Short: "Script MCP servers in JavaScript and TypeScript",
		Long: `mcpjs runs JavaScript and TypeScript with a full MCP client built in.

  mcpjs                      open the REPL
  mcpjs script.ts            run a script
  mcpjs -e CODE              run code
  mcpjs demo                 a server to try things out on

In a script:

  const server = await mcp.connect("npx -y @modelcontextprotocol/server-everything");
  console.log(await server.tools.getSum({ a: 1, b: 2 }));`,
		Example: `  mcpjs -e 'const s = await mcp.connect("demo"); console.log(await s.listTools())'
  mcpjs deploy.ts staging --dry-run
  mcpjs run --timeout 30s check.js
  mcpjs watch deploy.ts`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if stay || !flags.Given(c, args) {
				return interactive(c, args, flags, session)
			}
			if flags.Eval == "" {
				if err := mistyped(c, args[0]); err != nil {
					return err
				}
			}
			return flags.Run(c, args, opts)
		},
	}
	flags.Register(root)
	root.Flags().BoolVarP(&stay, "interactive", "i", false, "open the REPL after the script")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetOut(opts.Stdout)
	root.SetErr(opts.Stderr)
	root.AddCommand(scripts.Command(opts), scripts.TestCommand(opts), scripts.WatchCommand(opts), scripts.ExamplesCommand(opts), serveCommand(opts),
		typesCommand(opts), repl.Command(session), demo.Command())
	root.AddCommand(oauth.Commands(config.Process(), nil)...)
	return root
}

// mistyped is the error for a word that is no file but nearly a command.
func mistyped(root *cobra.Command, word string) error {
	if files, _ := filepath.Glob(word + "*"); len(files) > 0 || strings.ContainsAny(word, `./\`) {
		return nil
	}
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	near, far := engine.Nearest(word, names)
	if near == "" || far > 2 {
		return nil
	}
	return fmt.Errorf("there is no file %s, and no such command; did you mean \"mcpjs %s\"?", word, near)
}

// serveCommand is `mcpjs serve`: a run whose stdout is the protocol's, and whose
// usual end is a signal.
func serveCommand(opts scripts.Options) *cobra.Command {
	return bindings.ServeCommand(func(c *cobra.Command, args []string, serving *bindings.Serving) error {
		opts.Modules, opts.Stdout = modules(bindings.Options{Serve: serving}), opts.Stderr
		flags := scripts.Flags{Color: "auto"}
		err := flags.Run(c, args, opts)
		var failure *scripts.Failure
		if errors.As(err, &failure) && (failure.Code == scripts.ExitInterrupted || failure.Code == 128+int(syscall.SIGTERM)) {
			return nil
		}
		return err
	})
}

// typesCommand is `mcpjs types`: it asks servers by a script of its own.
func typesCommand(opts scripts.Options) *cobra.Command {
	return bindings.TypesCommand(opts.Modules, config.Process(), func(c *cobra.Command, src engine.Source, args []string, stdout io.Writer) error {
		opts.Args, opts.Stdout, opts.Color = args, stdout, "auto"
		return scripts.Run(c.Context(), src, opts)
	})
}

// interactive opens the REPL, after the script that the command line names.
func interactive(c *cobra.Command, args []string, flags scripts.Flags, opts repl.Options) error {
	if flags.Sandbox {
		return errors.New("--sandbox: the REPL has no sandbox; give a script")
	}
	if c.Flags().Changed("eval") {
		opts.Source, opts.Args = engine.Source{Name: "[eval]", Code: flags.Eval}, args
	} else if len(args) > 0 {
		src, err := scripts.Load(args[0], opts.Stdin)
		if err != nil {
			return &scripts.Failure{Code: scripts.ExitUsage, Text: "mcpjs: " + err.Error() + "\n"}
		}
		opts.Source, opts.Args = src, args[1:]
	}
	return (&repl.Flags{Color: flags.Color, Trace: flags.Trace}).Run(c, nil, opts)
}

// listen hands what goes over the wire to the REPL, until show is nil.
func listen(wire *bindings.Tracer, show func(repl.Message)) {
	if show == nil {
		wire.Listen(nil)
		return
	}
	wire.Listen(func(e bindings.TraceEvent) {
		show(repl.Message{Client: e.Client, Text: func(name string, width int, color, whole bool) (string, bool) {
			return bindings.TraceText(e, bindings.TraceStyle{Name: name, Width: width, Color: color, Whole: whole})
		}})
	})
}

// cacheDir is where what scripts were compiled to is kept: $MCPJS_CACHE, else in
// the XDG cache directory; "" where nothing is to be kept.
func cacheDir() string {
	if dir, set := os.LookupEnv("MCPJS_CACHE"); set && dir == "" {
		return ""
	} else if dir, err := filepath.Abs(dir); set && err == nil {
		return dir
	}
	dir := engine.UserDir("XDG_CACHE_HOME", ".cache", os.UserCacheDir)
	if !filepath.IsAbs(dir) {
		return ""
	}
	return filepath.Join(dir, "mcpjs", "compiled")
}

// version is that of the module that the binary was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "0.1.0"
}
