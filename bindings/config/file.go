package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxFile bounds what is read as a configuration.
const maxFile = 64 << 20

// file is one mcpServers object, and what its entries are relative to.
type file struct {
	env     Env
	path    string // "" for an object given directly: nothing is expanded
	dir     string // the workspace
	expands bool
	entries []entry
	single  bool // the object is an entry itself
}

type entry struct {
	name string
	raw  json.RawMessage
}

// readFile reads the servers of a file: the one called picked, or all.
func readFile(path, picked string, env Env) (Target, error) {
	f, err := load(path, env, true)
	if err != nil {
		return Target{}, err
	}
	t, err := f.target(picked)
	if err != nil {
		return Target{}, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

func load(path string, env Env, expands bool) (*file, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: is more than %d bytes long", path, maxFile)
	}
	f := &file{env: env, path: path, dir: workspace(path, env), expands: expands}
	if err := f.parse(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// workspace is the directory that a configuration file speaks of: the project
// that it lies in or, if it is one of the user's own, the working directory.
func workspace(path string, env Env) string {
	if slices.ContainsFunc(places(env), func(p place) bool { return !p.project && p.path == path }) {
		return env.Dir
	}
	dir := filepath.Dir(path)
	if base := filepath.Base(dir); base == ".cursor" || base == ".vscode" {
		return filepath.Dir(dir)
	}
	return dir
}

// parse finds the entries in an object.
func (f *file) parse(data []byte) error {
	clean := Plain(data)
	members, err := object(clean)
	if err != nil {
		return positioned(clean, err)
	}
	for _, key := range []string{"mcpServers", "servers", "mcp"} {
		i := slices.IndexFunc(members, func(e entry) bool { return e.name == key })
		if i < 0 {
			continue
		}
		if f.entries, err = object(members[i].raw); err != nil {
			return fmt.Errorf("%s must be an object that has servers by their names", key)
		}
		if i := slices.IndexFunc(f.entries, func(e entry) bool { return e.name == "servers" }); key == "mcp" && i >= 0 {
			f.entries, err = object(f.entries[i].raw) // VS Code's settings.json
		}
		return err
	}
	for _, e := range members {
		if slices.Contains([]string{"command", "url", "serverUrl", "httpUrl"}, e.name) {
			f.single, f.entries = true, []entry{{raw: clean}}
			return nil
		}
	}
	return errors.New(`no server in it: expected "mcpServers", "servers", "command" or "url"`)
}

// object gives the members of an object in their order; of several with one
// name, the last.
func object(raw []byte) ([]entry, error) {
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(raw, &whole); err != nil {
		return nil, err
	}
	if whole == nil {
		return nil, errors.New("must be an object, not null")
	}
	members := make([]entry, 0, len(whole))
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.Token() // the brace; Unmarshal has found the rest to be in order
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var skipped json.RawMessage
		if err := dec.Decode(&skipped); err != nil {
			return nil, err
		}
		name := key.(string)
		if !slices.ContainsFunc(members, func(e entry) bool { return e.name == name }) {
			members = append(members, entry{name, whole[name]})
		}
	}
	return members, nil
}

// positioned says where in the text a JSON error is.
func positioned(data []byte, err error) error {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		before := data[:max(0, min(int(syntax.Offset)-1, len(data)))]
		line := 1 + bytes.Count(before, []byte("\n"))
		return fmt.Errorf("not valid JSON, line %d, column %d: %w", line, len(before)-bytes.LastIndexByte(before, '\n'), err)
	case errors.As(err, &wrong):
		return fmt.Errorf("must be an object, not a JSON %s", wrong.Value)
	}
	return err
}

// names are those of the servers, in order.
func (f *file) names() []string {
	var names []string
	for _, e := range f.entries {
		names = append(names, e.name)
	}
	return names
}

// target is the server called name, or all servers for "".
func (f *file) target(name string) (Target, error) {
	if f.single && name == "" {
		return f.server(f.entries[0])
	}
	if name != "" {
		for _, e := range f.entries {
			if e.name == name && Disabled(e.raw) {
				return Target{}, fmt.Errorf("server %q is disabled there: enable it to connect to it", name)
			}
			if e.name == name {
				return f.server(e)
			}
		}
		return Target{}, fmt.Errorf("no server %q%s", name, suggestion(name, f.names()))
	}
	multi := Target{Kind: Multi, Source: f.path}
	for _, e := range f.entries {
		if Disabled(e.raw) {
			continue
		}
		t, err := f.server(e)
		if err != nil {
			return Target{}, err
		}
		multi.Servers = append(multi.Servers, t)
	}
	switch len(multi.Servers) {
	case 0:
		if len(f.entries) > 0 {
			return Target{}, fmt.Errorf("all servers in it are disabled: %s", strings.Join(f.names(), ", "))
		}
		return Target{}, errors.New("no server in it")
	case 1:
		return multi.Servers[0], nil
	}
	return multi, nil
}

// Disabled tells whether an entry says that its server is not to be used.
func Disabled(raw json.RawMessage) bool {
	var e struct {
		Disabled bool
		Enabled  *bool
	}
	return json.Unmarshal(raw, &e) == nil && (e.Disabled || e.Enabled != nil && !*e.Enabled)
}

// text is a JSON value where people write strings: a number or a boolean will do.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, (*string)(t))
	}
	if data[0] == '{' || data[0] == '[' || data[0] == 'n' {
		return errors.New("must be a string")
	}
	*t = text(data)
	return nil
}

// server reads one entry, as Claude, Cursor, VS Code, Windsurf and others
// write them.
func (f *file) server(e entry) (Target, error) {
	t, err := f.read(e)
	if err != nil {
		if e.name != "" {
			return Target{}, fmt.Errorf("server %q: %w", e.name, err)
		}
		return Target{}, err
	}
	return t, nil
}

func (f *file) read(e entry) (Target, error) {
	var fields struct {
		Type, Transport string
		Command         string
		Args            json.RawMessage
		Env             map[string]*text
		EnvFile         string
		Cwd             string
		InheritEnv      bool
		Stderr          string
		URL             string
		ServerURL       string `json:"serverUrl"`
		HTTPURL         string `json:"httpUrl"`
		Headers         map[string]*text
		Auth            json.RawMessage
	}
	if err := json.Unmarshal(e.raw, &fields); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			return Target{}, fmt.Errorf("%s must not be a JSON %s", strings.ToLower(wrong.Field[:1])+wrong.Field[1:], wrong.Value)
		}
		return Target{}, positioned(e.raw, err)
	}
	t := Target{Name: e.name, Source: f.path, Listed: e.name, Entry: e.raw}
	if string(fields.Auth) != "null" {
		t.Auth = fields.Auth
	}
	kind := strings.ToLower(firstOf(fields.Transport, fields.Type))
	address := firstOf(fields.HTTPURL, fields.URL, fields.ServerURL)
	switch {
	case fields.Command != "" && address != "":
		return Target{}, errors.New("has both a command and a URL: give one of them")
	case fields.Command != "":
		if kind != "" && kind != "stdio" {
			return Target{}, fmt.Errorf("a command cannot be reached by transport %q", kind)
		}
		t.Kind, t.Stderr, t.InheritEnv = Stdio, fields.Stderr, fields.InheritEnv
		return t, f.command(&t, fields.Command, fields.Args, fields.Env, fields.EnvFile, fields.Cwd)
	case address == "":
		return Target{}, errors.New(`needs a "command" or a "url"`)
	}
	address, err := f.value(address)
	if err != nil {
		return Target{}, fmt.Errorf("url: %w", err)
	}
	at, isURL, err := parseURL(address, f.env)
	if err != nil {
		return Target{}, fmt.Errorf("url: %w", err)
	}
	if !isURL {
		return Target{}, errors.New("url: must begin with http:// or https://")
	}
	t.Kind, t.URL, t.Socket, t.Fallback = at.Kind, at.URL, at.Socket, at.Fallback
	switch kind {
	case "", "auto":
	case "http", "streamable-http", "streamablehttp", "streamable_http":
		t.Fallback = false
		if t.Kind == SSE {
			return Target{}, errors.New("the URL says SSE and the transport says HTTP")
		}
	case "sse":
		if t.Kind == Unix {
			return Target{}, errors.New("SSE is not spoken over a unix socket")
		}
		t.Kind, t.Fallback = SSE, false
	default:
		return Target{}, fmt.Errorf(`transport %q is not known: "http", "sse" and "stdio" are`, kind)
	}
	t.Headers, err = f.values("headers", fields.Headers)
	return t, err
}

// command fills in what a stdio server needs.
func (f *file) command(t *Target, command string, rawArgs json.RawMessage, env map[string]*text, envFile, cwd string) error {
	args, err := f.words(rawArgs)
	if err != nil {
		return errors.New("args: must be an array of strings")
	}
	if t.Dir, err = f.value(cwd); err != nil {
		return fmt.Errorf("cwd: %w", err)
	}
	base := f.dir
	t.Dir = f.env.path(base, t.Dir)
	if command, err = f.value(command); err != nil {
		return fmt.Errorf("command: %w", err)
	}
	if len(args) == 0 && strings.ContainsAny(command, " \t") && !isFile(f.env.path(base, command)) && f.env.look(command) == "" {
		words, err := Words(command) // a whole line where a word was asked for
		if err != nil {
			return fmt.Errorf("command: %w", err)
		}
		if len(words) == 0 {
			return errors.New("command: is empty")
		}
		command, args = words[0], words[1:]
	}
	if isPath(command) {
		command = f.env.path(base, command)
	}
	t.Command, t.Args = command, append([]string{}, args...)
	for i, arg := range t.Args {
		if t.Args[i], err = f.value(arg); err != nil {
			return fmt.Errorf("args: %w", err)
		}
	}
	if t.Env, err = f.values("env", env); err != nil {
		return err
	}
	if envFile == "" {
		return nil
	}
	if envFile, err = f.value(envFile); err != nil {
		return fmt.Errorf("envFile: %w", err)
	}
	more, err := readEnvFile(f.env.path(base, envFile))
	if err != nil {
		return fmt.Errorf("envFile: %w", err)
	}
	maps.Copy(more, t.Env)
	t.Env = more
	return nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func (f *file) words(raw json.RawMessage) ([]string, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var list []text
	if err := json.Unmarshal(raw, &list); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, err
		}
		return nil, errors.New("a command must be an array of strings")
	}
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return words, nil
}

func (f *file) value(s string) (string, error) {
	if !f.expands {
		return s, nil
	}
	return f.expand(s)
}

// values expands what has strings by name; null leaves a name out.
func (f *file) values(what string, from map[string]*text) (map[string]string, error) {
	if from == nil {
		return nil, nil
	}
	to := make(map[string]string, len(from))
	for name, value := range from {
		if value == nil {
			continue
		}
		expanded, err := f.value(string(*value))
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", what, name, err)
		}
		to[name] = expanded
	}
	return to, nil
}

// readEnvFile reads NAME=value lines; # begins a comment, quotes are taken off.
func readEnvFile(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	env := map[string]string{}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); !ok || !validName().MatchString(name) {
			return nil, fmt.Errorf("%s, line %d: expected NAME=value", path, i+1)
		}
		value = strings.TrimSpace(value)
		if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		env[name] = value
	}
	return env, nil
}
