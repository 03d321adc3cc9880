package bindings

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mcpjs/bindings/config"
	"mcpjs/bindings/dts"
	"mcpjs/engine"
)

// typesDir is where declarations are written, in the folder of the scripts. All
// in it is the command's own.
const typesDir = ".mcpjs"

// scriptConfig is the tsconfig.json that a folder's own extends: what the
// runtime understands. The declarations are listed so that they count whatever
// the folder's own says to include; "types" keeps out node's, which a package may
// have brought.
const scriptConfig = `// Written by "mcpjs types"; do not edit. Your own tsconfig.json extends it.
{
  "compilerOptions": {
    "target": "esnext",
    "lib": ["esnext"],
    "module": "esnext",
    "moduleResolution": "bundler",
    "moduleDetection": "force",
    "types": [],
    "strict": true,
    "noEmit": true,
    "allowJs": true,
    "allowImportingTsExtensions": true,
    "resolveJsonModule": true,
    "isolatedModules": true,
    "skipLibCheck": true
  },
  "files": [%s],
  "include": ["../**/*"]
}
`

// ownConfig is the tsconfig.json of a folder that had none.
const ownConfig = `{
  "extends": "./.mcpjs/tsconfig.json"
}
`

//go:embed types.js
var typesScript string

// UnreachableError says which servers could not be asked.
type UnreachableError struct{ Targets []string }

func (e *UnreachableError) Error() string {
	return "no declarations for " + strings.Join(e.Targets, ", ")
}

// typesFlags are those of `mcpjs types`.
type typesFlags struct {
	dir     string
	timeout string
	stdout  bool
}

// TypesCommand is `mcpjs types`, which writes the declarations of modules; run
// runs a script with arguments and a stdout of its own. Where servers can't be
// reached its error is an *UnreachableError.
func TypesCommand(modules []engine.Module, env config.Env, run func(c *cobra.Command, src engine.Source, args []string, stdout io.Writer) error) *cobra.Command {
	var flags typesFlags
	c := &cobra.Command{
		Use:   "types [flags] [DIR] [TARGET...|NAME=TARGET...]",
		Short: "Write TypeScript declarations, for editors and tsc",
		Long: `Write what an editor, or tsc, needs to understand scripts, into a folder of
scripts (the working directory, if no DIR is given). Nothing is to be installed.

  .mcpjs/mcpjs.d.ts      the globals and modules that scripts have
  .mcpjs/tsconfig.json   how to compile for mcpjs
  tsconfig.json          extends that; one that is there already stays as it is,
                         and what to add to it is printed
  .mcpjs/…Server.d.ts    for each TARGET, the tools that the server offers

TARGET is what mcp.connect takes as a string: a URL, a command, a file, "demo", the
name of a configured server, or an mcpServers file, of which each server counts as
well. It is connected to and asked for its tools, prompts and resources. From then
on, where a script says mcp.connect("TARGET"), letter for letter, calls of its
tools are checked, with their arguments and results. A script that writes the
target in another way, such as a list of words, uses the NAME:

  import type { Client, Servers } from "mcp";
  const files: Client<Servers["NAME"]> = await mcp.connect(["npx", …]);

Run it again when a server has changed, or mcpjs itself. Files of other servers
stay; delete those that are not wanted any more.`,
		Example: `  mcpjs types
  mcpjs types scripts demo
  mcpjs types files="npx -y @modelcontextprotocol/server-filesystem ." ./mcp.json
  mcpjs types --stdout https://example.com/mcp > example.d.ts`,
		RunE: func(c *cobra.Command, args []string) error { return flags.run(c, args, modules, env, run) },
	}
	c.Flags().StringVarP(&flags.dir, "dir", "d", "", "the folder of the scripts: `DIR`, as it may be given without the flag")
	c.Flags().StringVar(&flags.timeout, "timeout", "60s", "give up a server that takes longer than `DURATION` to connect or to answer")
	c.Flags().BoolVar(&flags.stdout, "stdout", false, "write to stdout: the declarations of the servers, or without any, those of the globals and modules")
	return c
}

// known is a server that types are wanted of.
type known struct {
	arg    string // what it is connected to with
	server dts.Server
}

func (f *typesFlags) run(c *cobra.Command, args []string, modules []engine.Module, env config.Env,
	run func(*cobra.Command, engine.Source, []string, io.Writer) error) error {
	if d, err := engine.ParseDuration(f.timeout, "--timeout"); err != nil {
		return err
	} else if d <= 0 {
		return fmt.Errorf("--timeout: %q is too short", f.timeout)
	}
	var list []*known
	for i, arg := range args {
		more, err := knownTargets(arg, env)
		if info, statErr := os.Stat(arg); err != nil && statErr == nil && info.IsDir() {
			if f.dir != "" {
				return fmt.Errorf("which folder? both %q and %q are given", f.dir, arg)
			}
			f.dir = arg
			continue
		}
		if err != nil && i == 0 && f.dir == "" && !strings.Contains(arg, "=") {
			return fmt.Errorf("%w; if it is to be the folder, make it first", err)
		}
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	dir := f.dir
	if dir == "" {
		dir = "."
	}
	if info, err := os.Stat(dir); err != nil {
		return fmt.Errorf("the folder of the scripts: %w", err)
	} else if !info.IsDir() {
		return fmt.Errorf("the folder of the scripts: %s is none", dir)
	}
	distinguish(list)

	unreachable := &UnreachableError{}
	if len(list) > 0 {
		words := []string{f.timeout}
		for _, k := range list {
			words = append(words, k.arg)
		}
		var out bytes.Buffer
		if err := run(c, engine.Source{Name: "mcpjs:types.js", Code: typesScript}, words, &out); err != nil {
			return err
		}
		var err error
		if list, err = answers(list, &out, c.ErrOrStderr(), unreachable); err != nil {
			return err
		}
	}
	if f.stdout {
		text := allTypes(modules)
		if len(args) > 0 {
			text = ""
		}
		for _, k := range list {
			text += k.server.Declarations()
		}
		if _, err := io.WriteString(c.OutOrStdout(), text); err != nil {
			return err
		}
	} else if err := writeTypes(c.OutOrStdout(), dir, modules, list); err != nil {
		return fmt.Errorf("write declarations: %w", err)
	}
	if len(unreachable.Targets) > 0 {
		return unreachable
	}
	return nil
}

// knownTargets reads TARGET or NAME=TARGET; a configuration file is its servers,
// and all of them together.
func knownTargets(arg string, env config.Env) ([]*known, error) {
	name, target := "", arg
	if before, after, ok := strings.Cut(arg, "="); ok && after != "" && isName(before) {
		name, target = before, after
	}
	t, err := config.Parse(target, env)
	if err != nil {
		return nil, err
	}
	k := &known{arg: target, server: dts.Server{Name: name, Label: t.String(), CamelCase: camelCase}}
	if !strings.Contains(t.String(), "…") || strings.Contains(target, "…") { // where it has no secret
		k.server.Targets = append(k.server.Targets, strings.TrimSpace(target))
	}
	if name == "" {
		k.server.Name = targetName(t, target)
	}
	if name != "" || len(k.server.Targets) == 0 {
		k.server.Targets = append(k.server.Targets, k.server.Name)
	}
	list := []*known{k}
	if t.Kind == config.Multi {
		for _, member := range t.Servers {
			ref := target + "#" + member.Name
			if _, err := config.Parse(ref, env); err != nil {
				continue // an object, not a file
			}
			one := &known{arg: ref, server: dts.Server{Name: member.Name, Label: member.String(), Targets: []string{ref}, CamelCase: camelCase}}
			if named, err := config.Parse(member.Name, env); err == nil && named.Key() == member.Key() {
				one.server.Targets = append(one.server.Targets, member.Name)
			}
			list = append(list, one)
		}
	}
	return list, nil
}

func isName(s string) bool {
	for i, r := range s {
		if r != '_' && r != '-' && !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// targetName names a server whose user gave it no name: as its configuration
// does, or by its host, its file or its package.
func targetName(t config.Target, target string) string {
	if t.Name != "" {
		return t.Name
	}
	words := []string{target}
	switch t.Kind {
	case config.Stdio:
		words = append([]string{t.Command}, t.Args...)
	case config.HTTP, config.SSE:
		_, rest, _ := strings.Cut(t.URL, "://")
		rest, _, _ = strings.Cut(rest, "?")
		_, host, found := strings.Cut(rest, "@")
		if !found {
			host = rest
		}
		return strings.TrimSuffix(strings.TrimSuffix(host, "/"), "/mcp")
	}
	for i, word := range words {
		switch base := path.Base(filepath.ToSlash(word)); {
		case strings.HasPrefix(word, "-"), i < len(words)-1 && slices.Contains(launchers, base):
			continue
		default:
			if at := strings.LastIndexByte(base, '@'); at > 0 {
				base = base[:at]
			}
			for _, suffix := range []string{".json", ".jsonc", ".js", ".mjs", ".cjs", ".ts", ".py", ".sh", ".rb", ".jar"} {
				base = strings.TrimSuffix(base, suffix)
			}
			return strings.TrimPrefix(strings.TrimPrefix(base, "mcp-"), "server-")
		}
	}
	return target
}

// launchers are commands that start the one which their arguments name.
var launchers = []string{"npx", "uvx", "node", "tsx", "python", "python3", "bash", "sh", "ruby", "java", "docker", "run", "pnpm", "bunx", "bun", "deno", "uv"}

// distinguish sees to it that no two servers have types of one name, nor a
// target in common.
func distinguish(list []*known) {
	spaces, targets := map[string]bool{}, map[string]bool{}
	for _, k := range list {
		base := k.server.Name
		for i := 2; spaces[strings.ToLower(dts.Namespace(k.server.Name))]; i++ {
			k.server.Name = fmt.Sprintf("%s %d", base, i)
		}
		spaces[strings.ToLower(dts.Namespace(k.server.Name))] = true
		k.server.Targets = slices.DeleteFunc(k.server.Targets, func(target string) bool {
			taken := targets[target]
			targets[target] = true
			return taken
		})
	}
}

// answers reads what the script found out, and gives the servers that answered.
func answers(list []*known, from io.Reader, stderr io.Writer, unreachable *UnreachableError) ([]*known, error) {
	r := bufio.NewReader(from)
	var found []*known
	for _, k := range list {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return nil, fmt.Errorf("ask %s: %w", k.server.Label, err)
		}
		var a struct {
			Tools     []json.RawMessage `json:"tools"`
			Prompts   []json.RawMessage `json:"prompts"`
			Resources []json.RawMessage `json:"resources"`
			Error     *struct {
				Message string   `json:"message"`
				Hint    string   `json:"hint"`
				Stderr  []string `json:"stderr"`
			} `json:"error"`
		}
		if err := json.Unmarshal(line, &a); err != nil {
			return nil, fmt.Errorf("ask %s: %w", k.server.Label, err)
		}
		if a.Error != nil {
			fmt.Fprintf(stderr, "mcpjs: %s\n", engine.Printable(a.Error.Message))
			if a.Error.Hint != "" {
				fmt.Fprintf(stderr, "  hint: %s\n", engine.Printable(a.Error.Hint))
			}
			for _, text := range a.Error.Stderr {
				fmt.Fprintf(stderr, "  stderr: %s\n", engine.Printable(text))
			}
			unreachable.Targets = append(unreachable.Targets, k.server.Label)
			continue
		}
		k.server.Tools, k.server.Prompts, k.server.Resources = a.Tools, a.Prompts, a.Resources
		found = append(found, k)
	}
	return found, nil
}

// allTypes are the declarations of modules, as one file.
func allTypes(modules []engine.Module) string {
	var b strings.Builder
	b.WriteString("// What scripts have in mcpjs, as \"mcpjs types\" wrote it; do not edit.\n")
	for _, m := range modules {
		if m.Types != "" {
			b.WriteString("\n" + strings.TrimRight(m.Types, "\n") + "\n")
		}
	}
	return b.String()
}

// writeTypes writes the files into a folder, and tells what it did.
func writeTypes(out io.Writer, dir string, modules []engine.Module, list []*known) error {
	own := filepath.Join(dir, typesDir)
	if err := os.MkdirAll(own, 0o777); err != nil {
		return err
	}
	write := func(file, text string) error {
		if old, err := os.ReadFile(file); err == nil && string(old) == text {
			fmt.Fprintf(out, "%s is up to date\n", file)
			return nil
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return err
		}
		fmt.Fprintf(out, "wrote %s\n", file)
		return nil
	}
	if err := write(filepath.Join(own, "mcpjs.d.ts"), allTypes(modules)); err != nil {
		return err
	}
	for _, k := range list {
		file := filepath.Join(own, dts.Namespace(k.server.Name)+".d.ts")
		if err := write(file, k.server.Declarations()); err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s of %s, for %s\n", count(len(k.server.Tools), "tool"), engine.Printable(k.server.Label), connects(k.server.Targets))
	}
	entries, err := os.ReadDir(own)
	if err != nil {
		return err
	}
	var files []string
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".d.ts") {
			quoted, _ := json.Marshal("./" + entry.Name())
			files = append(files, string(quoted))
		}
	}
	if err := write(filepath.Join(own, "tsconfig.json"), fmt.Sprintf(scriptConfig, strings.Join(files, ", "))); err != nil {
		return err
	}
	return writeConfig(out, dir, write)
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// connects says in what way scripts connect to have the types.
func connects(targets []string) string {
	if len(targets) == 0 {
		return "nothing: another target of this call has the same name"
	}
	var calls []string
	for _, target := range targets {
		quoted, _ := json.Marshal(engine.Printable(target))
		calls = append(calls, "mcp.connect("+string(quoted)+")")
	}
	return strings.Join(calls, " or ")
}

// writeConfig writes the folder's tsconfig.json where there is none, and says
// what to add to one that doesn't extend ours.
func writeConfig(out io.Writer, dir string, write func(file, text string) error) error {
	for _, name := range []string{"tsconfig.json", "jsconfig.json"} {
		file := filepath.Join(dir, name)
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		extends, known := extended(data)
		switch {
		case slices.ContainsFunc(extends, func(e string) bool {
			return path.Clean(e) == typesDir+"/tsconfig.json" || path.Clean(e) == typesDir+"/tsconfig"
		}):
			return nil
		case !known:
			fmt.Fprintf(out, "%s stays as it is; it could not be read as JSON. It should have \"extends\": \"./%s/tsconfig.json\".\n", file, typesDir)
		default:
			want, _ := json.Marshal("./" + typesDir + "/tsconfig.json")
			if len(extends) > 0 {
				want, _ = json.Marshal(append(extends, "./"+typesDir+"/tsconfig.json"))
			}
			fmt.Fprintf(out, "%s stays as it is. To have the scripts understood, add to it:\n\n  \"extends\": %s\n\n"+
				"Its own settings win, so that it should not set \"lib\", \"types\" or \"files\" otherwise. If the folder holds other code as well, give the scripts a folder of their own: mcpjs types DIR\n", file, want)
		}
		return nil
	}
	return write(filepath.Join(dir, "tsconfig.json"), ownConfig)
}

// extended gives what a tsconfig.json extends; false where it can't be read.
func extended(data []byte) ([]string, bool) {
	var own struct {
		Extends json.RawMessage `json:"extends"`
	}
	if json.Unmarshal(config.Plain(data), &own) != nil {
		return nil, false
	}
	var one string
	if json.Unmarshal(own.Extends, &one) == nil {
		return []string{one}, true
	}
	var many []string
	json.Unmarshal(own.Extends, &many)
	return many, true
}
