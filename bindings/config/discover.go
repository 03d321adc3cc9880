package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Source is one configuration file that exists.
type Source struct {
	// Name is what its servers can be asked for with: "cursor" in "cursor:files".
	Name string
	Path string
	// Servers are those it describes, in its order.
	Servers []Configured
	// Err says why it could not be read; nil if it could.
	Err error
}

// Configured is a server that a configuration file describes.
type Configured struct {
	Name string
	// Ref is what Parse finds exactly this server by: its name, or with its
	// source if another one comes first.
	Ref      string
	Source   string
	Path     string
	Disabled bool
	Target   Target // the zero Target if Err
	Err      error  // why it cannot be used, such as an unset variable
}

// place is where a configuration file may be.
type place struct {
	names   []string // the first is the source's name, others find it as well
	path    string
	project bool // the file belongs to the working directory, not to the user
	literal bool // its client expands no variables
}

// places are the configuration files, in the order in which names are looked up.
func places(env Env) []place {
	here := func(names []string, path ...string) place {
		return place{names: names, path: filepath.Join(append([]string{env.Dir}, path...)...), project: true}
	}
	all := []place{
		here([]string{"project", "claude-code", "claude"}, ".mcp.json"),
		here([]string{"cursor"}, ".cursor", "mcp.json"),
		here([]string{"vscode"}, ".vscode", "mcp.json"),
		here([]string{"project"}, "mcp.json"),
	}
	home := func(path ...string) string { return filepath.Join(append([]string{env.Home}, path...)...) }
	settings := env.getenv("XDG_CONFIG_HOME")
	if settings == "" && env.Home != "" {
		settings = home(".config")
	}
	if settings != "" {
		all = append(all, place{names: []string{"mcpjs"}, path: filepath.Join(settings, "mcpjs", "mcp.json")})
	}
	if env.Home == "" {
		return all
	}
	apps := settings // where desktop programs keep their files
	switch env.os() {
	case "darwin":
		apps = home("Library", "Application Support")
	case "windows":
		if apps = env.getenv("APPDATA"); apps == "" {
			apps = home("AppData", "Roaming")
		}
	}
	return append(all,
		place{names: []string{"claude-code", "claude"}, path: home(".claude.json")},
		place{names: []string{"cursor"}, path: home(".cursor", "mcp.json")},
		place{names: []string{"claude-desktop", "claude"}, path: filepath.Join(apps, "Claude", "claude_desktop_config.json"), literal: true},
		place{names: []string{"windsurf"}, path: home(".codeium", "windsurf", "mcp_config.json")},
		place{names: []string{"vscode"}, path: filepath.Join(apps, "Code", "User", "mcp.json")},
	)
}

// Discoverable tells whether path is where Discover looks for a file.
func Discoverable(path string, env Env) bool {
	return slices.ContainsFunc(places(env), func(p place) bool { return p.path == path })
}

// Discover reads the configuration files of the working directory and of the
// user, in the order in which names are looked up: ./.mcp.json,
// ./.cursor/mcp.json, ./.vscode/mcp.json, ./mcp.json, mcpjs/mcp.json in the
// user's configuration directory, and those of Claude Code, Cursor, Claude
// Desktop, Windsurf and VS Code. Files that don't exist are left out. Nothing
// that they describe is started.
func Discover(env Env) []Source {
	var sources []Source
	seen := map[string]bool{}
	for _, p := range places(env) {
		if seen[p.path] {
			continue
		}
		seen[p.path] = true
		if _, err := os.Stat(p.path); errors.Is(err, os.ErrNotExist) {
			continue
		}
		sources = append(sources, read(p, env))
	}
	taken := map[string]bool{}
	for i := range sources {
		for j := range sources[i].Servers {
			s := &sources[i].Servers[j]
			if s.Ref = s.Name; taken[s.Name] {
				s.Ref = s.Source + ":" + s.Name
			}
			taken[s.Name] = true
		}
	}
	return sources
}

// ConfiguredServers are the servers of all files that Discover finds.
func ConfiguredServers(env Env) []Configured {
	var all []Configured
	for _, s := range Discover(env) {
		all = append(all, s.Servers...)
	}
	return all
}

func read(p place, env Env) Source {
	s := Source{Name: p.names[0], Path: p.path}
	var f *file
	var err error
	if filepath.Base(p.path) == ".claude.json" {
		f, err = loadClaude(p.path, env)
	} else {
		f, err = load(p.path, env, !p.literal)
	}
	if err != nil {
		s.Err = err
		return s
	}
	for _, e := range f.entries {
		c := Configured{Name: e.name, Source: s.Name, Path: p.path, Disabled: Disabled(e.raw)}
		if c.Target, c.Err = f.server(e); c.Err != nil {
			c.Err = fmt.Errorf("%s: %w", p.path, c.Err)
		}
		s.Servers = append(s.Servers, c)
	}
	return s
}

// loadClaude reads ~/.claude.json, which has servers for every project beside
// those for all.
func loadClaude(path string, env Env) (*file, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var whole struct {
		MCPServers json.RawMessage
		Projects   map[string]struct{ MCPServers json.RawMessage }
	}
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, fmt.Errorf("%s: %w", path, positioned(data, err))
	}
	f := &file{env: env, path: path, dir: env.Dir, expands: true}
	for _, raw := range []json.RawMessage{whole.Projects[env.Dir].MCPServers, whole.MCPServers} {
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		entries, err := object(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: mcpServers must be an object that has servers by their names", path)
		}
		for _, e := range entries {
			if !slices.Contains(f.names(), e.name) {
				f.entries = append(f.entries, e)
			}
		}
	}
	return f, nil
}

// named finds a configured server by "name" or "source:name"; the second
// result says whether there is one, or a source that should have had it.
func named(s string, env Env) (Target, bool, error) {
	sources := Discover(env)
	var matches []Configured
	for _, source := range sources {
		for _, c := range source.Servers {
			if c.Name == s {
				matches = append(matches, c)
			}
		}
	}
	if scope, name, ok := strings.Cut(s, ":"); ok && len(matches) == 0 {
		var candidates, broken, paths []string
		for _, p := range places(env) {
			if !slices.Contains(p.names, scope) {
				continue
			}
			paths = append(paths, p.path)
			for _, source := range sources {
				if source.Path != p.path {
					continue
				}
				if source.Err != nil {
					broken = append(broken, source.Err.Error())
				}
				for _, c := range source.Servers {
					candidates = append(candidates, c.Name)
					if c.Name == name {
						matches = append(matches, c)
					}
				}
			}
		}
		if len(paths) > 0 && len(matches) == 0 {
			switch {
			case len(broken) > 0:
				return Target{}, true, fmt.Errorf("cannot look it up: %s", strings.Join(broken, "; "))
			case len(candidates) == 0:
				return Target{}, true, fmt.Errorf("%s has no servers: looked in %s", scope, strings.Join(paths, ", "))
			}
			return Target{}, true, fmt.Errorf("%s has no server %q%s", scope, name, suggestion(name, candidates))
		}
	}
	if len(matches) == 0 {
		return Target{}, false, nil
	}
	first := matches[0]
	if first.Disabled {
		return Target{}, true, fmt.Errorf("server %q is disabled in %s: enable it there to connect to it", first.Name, first.Path)
	}
	if first.Err != nil {
		return Target{}, true, first.Err
	}
	for _, other := range matches[1:] {
		if other.Err != nil || other.Target.Key() != first.Target.Key() {
			first.Target.Also = append(first.Target.Also, other.Source+":"+other.Name+" in "+other.Path)
		}
	}
	return first.Target, true, nil
}

// unknown explains a word that is nothing.
func unknown(s string, env Env) error {
	var names []string
	var broken strings.Builder
	for _, source := range Discover(env) {
		if source.Err != nil {
			fmt.Fprintf(&broken, "; could not read %v", source.Err)
		}
		for _, c := range source.Servers {
			names = append(names, c.Ref)
		}
	}
	return fmt.Errorf("is not a URL, a file, a command in the PATH or a configured server%s%s", suggestion(s, names), &broken)
}

// suggestion is what can be said about a name that isn't among names.
func suggestion(name string, names []string) string {
	if len(names) == 0 {
		return " (none is configured)"
	}
	best, distance := "", max(2, len(name)/3)+1
	for _, n := range names {
		if d := edits(strings.ToLower(name), strings.ToLower(n)); d < distance {
			best, distance = n, d
		}
	}
	if best != "" {
		return fmt.Sprintf(": did you mean %q?", best)
	}
	shown := names[:min(len(names), 12)]
	more := ""
	if len(names) > len(shown) {
		more = fmt.Sprintf(" and %d more", len(names)-len(shown))
	}
	return fmt.Sprintf(" (there are %s%s)", strings.Join(shown, ", "), more)
}

// edits is the Levenshtein distance.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0]++
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost++
			}
			corner = row[j+1]
			row[j+1] = min(cost, row[j]+1, corner+1)
		}
	}
	return row[len(b)]
}
