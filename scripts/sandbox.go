package scripts

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"mcpjs/engine"
)

// SandboxFlags are what the command line says about what a script may do and
// use.
type SandboxFlags struct {
	Sandbox bool
	Allow   engine.Grants
	MaxHeap string
}

const (
	// defaultHeap is how much memory a script may use, as in node.
	defaultHeap = 4 << 30
	// sandboxHeap is how much it may use in a sandbox.
	sandboxHeap = 512 << 20
	// leastHeap is what the runtime itself needs, and some more.
	leastHeap = 32 << 20
)

// Register adds the flags to a command.
func (f *SandboxFlags) Register(c *cobra.Command) {
	flags := c.Flags()
	flags.BoolVar(&f.Sandbox, "sandbox", false, "let the script touch nothing but what the --allow flags name")
	for _, a := range []struct {
		name, what, usage string
		to                *[]string
	}{
		{"allow-read", "PATH,...", "in a sandbox, read these files and directories", &f.Allow.Read},
		{"allow-write", "PATH,...", "in a sandbox, write these files and directories", &f.Allow.Write},
		{"allow-env", "NAME,...", "in a sandbox, see these environment variables (AWS_*: all of that beginning)", &f.Allow.Env},
		{"allow-run", "PROGRAM,...", "in a sandbox, start these programs; they run outside of it", &f.Allow.Run},
		{"allow-net", "HOST[:PORT],...", "in a sandbox, connect to these hosts (*.example.com: all below)", &f.Allow.Net},
		{"allow-server", "TARGET,...", "in a sandbox, connect to these MCP servers; they run outside of it", &f.Allow.Server},
		{"allow-tool", "PATTERN,...", "in a sandbox, call these tools (read_*, files/read_*)", &f.Allow.Tool},
	} {
		flags.Var(&grants{a.to, a.what}, a.name, a.usage)
		flags.Lookup(a.name).NoOptDefVal = "*"
	}
	flags.StringVar(&f.MaxHeap, "max-heap", "", "end the script when it uses more memory than `SIZE` (256MB, 2GB; default 4GB, in a sandbox 512MB)")
}

// grants is a flag of a list: --allow-read alone grants all.
type grants struct {
	to   *[]string
	what string
}

func (g *grants) Type() string   { return g.what }
func (g *grants) String() string { return "" }

// Set adds words that commas separate; "\," is a comma in a word.
func (g *grants) Set(s string) error {
	const comma = "\x00"
	for _, word := range strings.Split(strings.ReplaceAll(s, `\,`, comma), ",") {
		word = strings.ReplaceAll(strings.TrimSpace(word), comma, ",")
		if word == "" {
			return fmt.Errorf("a word in the list is empty")
		}
		*g.to = append(*g.to, word)
	}
	return nil
}

// options reads the flags into the options of a run.
func (f *SandboxFlags) options(c *cobra.Command, opts *Options) error {
	opts.MaxHeap = defaultHeap
	if f.Sandbox {
		opts.MaxHeap = sandboxHeap
	}
	if f.MaxHeap != "" {
		n, err := engine.ParseSize(f.MaxHeap, "--max-heap")
		if err != nil {
			return err
		}
		if n < leastHeap {
			return fmt.Errorf("--max-heap: %s is too little: the runtime itself needs %s", f.MaxHeap, engine.FormatSize(leastHeap))
		}
		opts.MaxHeap = n
	}
	if !f.Sandbox {
		for _, name := range []string{"read", "write", "env", "run", "net", "server", "tool"} {
			if c.Flags().Changed("allow-" + name) {
				return fmt.Errorf("--allow-%s goes with --sandbox; without that the script may do everything", name)
			}
		}
		return nil
	}
	var err error
	opts.Permissions, err = engine.NewPermissions(f.Allow, opts.Dir)
	return err
}

// meantAsGrant tells that a flag's value was written as a word of its own, which
// is taken for the script: --allow-read DIR.
func (f *SandboxFlags) meantAsGrant(c *cobra.Command, script string) string {
	if info, err := os.Stat(script); !f.Sandbox || err == nil && !info.IsDir() {
		return ""
	}
	for _, a := range []struct {
		name  string
		given []string
	}{{"read", f.Allow.Read}, {"write", f.Allow.Write}, {"env", f.Allow.Env}, {"run", f.Allow.Run}, {"net", f.Allow.Net}, {"server", f.Allow.Server}, {"tool", f.Allow.Tool}} {
		if c.Flags().Changed("allow-"+a.name) && a.given[len(a.given)-1] == "*" {
			return fmt.Sprintf("; if it is what to allow, write --allow-%s=%s", a.name, script)
		}
	}
	return ""
}
