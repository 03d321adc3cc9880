package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Parse reads a target that is written as a string. The first that fits is
// taken:
//
//   - "demo"; a JSON object or array (see ParseJSON);
//   - http:// and https:// URLs: streamable HTTP, or SSE if the server serves
//     only that; http+sse:// and https+sse://: SSE; unix:/path
//   - a file: .json is an mcpServers file ("file.json#name" takes one of its
//     servers); a script is run by its interpreter (see below); anything else
//     must be executable. A word without a slash or a known suffix is no file;
//   - a name in a configuration file ("name", "cursor:name", see Discover);
//   - a command in the PATH, with arguments, split by Words.
//
// Scripts: .py by the Python of a .venv or venv beside the script or in the
// working directory, else python3, else python; .js, .mjs, .cjs by node; .ts,
// .mts, .cts by a tsx in node_modules/.bin beside it or in the working
// directory, else by node, which runs TypeScript from 22.18 on; .sh by itself if
// it is executable, else by bash, else sh; .rb by ruby; .jar by java.
func Parse(s string, env Env) (Target, error) {
	t, err := parse(strings.TrimSpace(s), env)
	if err != nil {
		return Target{}, fmt.Errorf("target %s: %w", abridged(s), err)
	}
	return t, nil
}

// abridged is a target in an error: without the secrets of a URL or an object.
func abridged(s string) string {
	switch s = strings.TrimSpace(s); {
	case strings.HasPrefix(s, "{"):
		return "{…}"
	case strings.Contains(s, "://"):
		words := strings.Fields(s)
		return fmt.Sprintf("%q", strings.Join(withoutSecrets(words), " "))
	case len(s) > 100:
		return fmt.Sprintf("%q", strings.ToValidUTF8(s[:100], "")+hidden)
	}
	return fmt.Sprintf("%q", strings.Join(withoutSecrets(strings.Split(s, " ")), " "))
}

func parse(s string, env Env) (Target, error) {
	if s == "" {
		return Target{}, errors.New("empty: give a URL, a command, a file or the name of a configured server")
	}
	if strings.ContainsRune(s, 0) {
		return Target{}, errors.New("contains a NUL character")
	}
	if s == string(Demo) {
		return Target{Kind: Demo}, nil
	}
	if s[0] == '{' || s[0] == '[' {
		return parseJSON([]byte(s), env)
	}
	if t, isURL, err := parseURL(s, env); isURL {
		return t, err
	}
	if t, isFile, err := parseFile(s, env); isFile {
		return t, err
	}
	if !strings.ContainsAny(s, " \t\n\r\"'\\") {
		return parseWord(s, env)
	}
	words, err := Words(s)
	if err != nil {
		return Target{}, err
	}
	if len(words) == 0 || words[0] == "" {
		return Target{}, errors.New("names no command")
	}
	if isPath(words[0]) || scriptLike(words[0]) {
		if t, isFile, err := parseFile(words[0], env); isFile {
			t.Args = append(t.Args, words[1:]...)
			if err == nil && t.Kind != Stdio {
				err = fmt.Errorf("%q takes no arguments", words[0])
			}
			return t, err
		}
	}
	if env.look(words[0]) == "" {
		if t, found, err := named(s, env); found {
			return t, err
		}
		if len(words) == 1 {
			return Target{}, unknown(s, env)
		}
		return Target{}, fmt.Errorf("there is no command %q in the PATH", words[0])
	}
	return Target{Kind: Stdio, Command: words[0], Args: words[1:], Dir: env.Dir}, nil
}

// parseWord reads a word that is neither URL nor file.
func parseWord(s string, env Env) (Target, error) {
	if t, found, err := named(s, env); found {
		return t, err
	}
	words, err := Words(s)
	if err != nil {
		return Target{}, err
	}
	if len(words) == 1 && env.look(words[0]) != "" {
		return Target{Kind: Stdio, Command: words[0], Args: []string{}, Dir: env.Dir}, nil
	}
	return Target{}, unknown(s, env)
}

// parseURL reads a URL; the second result says whether s is one.
func parseURL(s string, env Env) (Target, bool, error) {
	if path, ok := strings.CutPrefix(s, "unix:"); ok {
		path = strings.TrimPrefix(path, "//")
		if path == "" {
			return Target{}, true, errors.New("unix: needs the path of a socket, as in unix:/run/server.sock")
		}
		return Target{Kind: Unix, Socket: env.path(env.Dir, path)}, true, nil
	}
	scheme, _, ok := strings.Cut(s, "://")
	if !ok || strings.ContainsAny(scheme, " /\\\"'=") {
		return Target{}, false, nil
	}
	t := Target{Kind: HTTP, URL: s, Fallback: true}
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https":
	case "http+sse", "https+sse":
		t = Target{Kind: SSE, URL: strings.Replace(s, "+sse", "", 1)}
	case "ws", "wss":
		return Target{}, true, errors.New("MCP has no WebSocket transport: use the server's http:// or https:// URL")
	case "file":
		return Target{}, true, errors.New("give a file as a path, without file://")
	default:
		return Target{}, true, fmt.Errorf("the scheme %q is not known: use http, https, http+sse, https+sse or unix", scheme)
	}
	u, err := url.Parse(t.URL)
	switch {
	case err != nil:
		var detail *url.Error
		if errors.As(err, &detail) {
			err = detail.Err // the URL may hold a password
		}
		return Target{}, true, fmt.Errorf("the URL is malformed: %w", err)
	case u.Hostname() == "":
		return Target{}, true, errors.New("the URL names no host")
	}
	return t, true, nil
}

var interpreted = []string{".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".sh", ".rb", ".jar"}

func scriptLike(word string) bool {
	ext := strings.ToLower(filepath.Ext(word))
	return slices.Contains(interpreted, ext) || ext == ".json" || ext == ".jsonc"
}

// parseFile reads a file's path; the second result says whether s is one.
func parseFile(s string, env Env) (Target, bool, error) {
	name, picked, picks := strings.Cut(s, "#")
	if i := strings.LastIndex(s, "#"); i >= 0 {
		name, picked = s[:i], s[i+1:]
	}
	ext := strings.ToLower(filepath.Ext(name))
	if picks = picks && (ext == ".json" || ext == ".jsonc"); !picks {
		name, ext = s, strings.ToLower(filepath.Ext(s))
	}
	path := env.path(env.Dir, name)
	info, err := os.Stat(path)
	switch {
	case !isPath(name) && !scriptLike(name):
		return Target{}, false, nil
	case err != nil && strings.ContainsAny(name, " \t\n\r"):
		return Target{}, false, nil // a command with arguments
	case err != nil && !isPath(name) && env.look(name) != "":
		return Target{}, false, nil // a command called like a script
	case errors.Is(err, os.ErrNotExist):
		return Target{}, true, fmt.Errorf("there is no file %s", path)
	case err != nil:
		return Target{}, true, err
	case info.IsDir():
		return Target{}, true, fmt.Errorf("%s is a directory: name the server's file in it, or the command that starts it", path)
	}
	if ext == ".json" || ext == ".jsonc" {
		t, err := readFile(path, picked, env)
		return t, true, err
	}
	t := Target{Kind: Stdio, Dir: env.Dir, Args: []string{}}
	t.Command, t.Args, err = interpret(path, ext, env)
	return t, true, err
}

// interpret is the command that runs a file.
func interpret(path, ext string, env Env) (string, []string, error) {
	beside := func(names ...string) []string {
		var all []string
		for _, dir := range []string{filepath.Dir(path), env.Dir} {
			for _, name := range names {
				all = append(all, filepath.Join(dir, name))
			}
		}
		return all
	}
	var candidates, last []string
	switch ext {
	case ".py":
		if runtime.GOOS == "windows" {
			candidates = beside(`.venv\Scripts\python.exe`, `venv\Scripts\python.exe`)
		} else {
			candidates = beside(".venv/bin/python", "venv/bin/python")
		}
		last = []string{"python3", "python"}
	case ".js", ".mjs", ".cjs":
		last = []string{"node"}
	case ".ts", ".mts", ".cts":
		if runtime.GOOS == "windows" {
			candidates = beside(`node_modules\.bin\tsx.cmd`)
		} else {
			candidates = beside("node_modules/.bin/tsx")
		}
		last = []string{"node"}
	case ".sh":
		if runtime.GOOS != "windows" && executable(path) {
			return path, []string{}, nil
		}
		last = []string{"bash", "sh"}
	case ".rb":
		last = []string{"ruby"}
	case ".jar":
		last = []string{"java"}
	default:
		if !executable(path) {
			return "", nil, fmt.Errorf("%s is not executable: make it so (chmod +x), or name what runs it, as in \"python %s\"", path, path)
		}
		return path, []string{}, nil
	}
	args := []string{path}
	if ext == ".jar" {
		args = []string{"-jar", path}
	}
	if i := slices.IndexFunc(candidates, executable); i >= 0 {
		return candidates[i], args, nil
	}
	for _, name := range last {
		if env.look(name) != "" {
			return name, args, nil
		}
	}
	return "", nil, fmt.Errorf("a %s file is run by %s, which is not in the PATH: install it, or name the command yourself", ext, strings.Join(last, " or "))
}

// ParseJSON reads a target that is written as JSON: a string (see Parse), an
// array (a command and its arguments, as they are), one entry of an mcpServers
// object, or an object that has such an object in mcpServers or servers. One
// server in it is that server; several are a Multi. Nothing in it is expanded.
func ParseJSON(raw json.RawMessage, env Env) (Target, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '"' {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return Target{}, fmt.Errorf("target: %w", err)
		}
		return Parse(s, env)
	}
	t, err := parseJSON(raw, env)
	if err != nil {
		return Target{}, fmt.Errorf("target: %w", err)
	}
	return t, nil
}

func parseJSON(raw []byte, env Env) (Target, error) {
	f := &file{env: env, dir: env.Dir}
	if len(raw) == 0 || raw[0] != '[' {
		if err := f.parse(raw); err != nil {
			return Target{}, err
		}
		return f.target("")
	}
	words, err := f.words(raw)
	if err != nil {
		return Target{}, positioned(raw, err)
	}
	if len(words) == 0 || words[0] == "" {
		return Target{}, errors.New("the array names no command")
	}
	t := Target{Kind: Stdio, Command: words[0], Args: words[1:], Dir: env.Dir}
	if isPath(t.Command) {
		t.Command = env.path(env.Dir, t.Command)
	}
	return t, nil
}
