// Package config reads what a user may write for "a server": a URL, a command,
// a file, an mcpServers object, or the name of a server in the configuration
// of an MCP client. It starts nothing and connects to nothing.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Kind says how a target is reached.
type Kind string

// The kinds of targets.
const (
	Stdio Kind = "stdio" // a command, spoken to over its stdin and stdout
	HTTP  Kind = "http"  // streamable HTTP
	SSE   Kind = "sse"   // HTTP with SSE, of revision 2024-11-05
	Unix  Kind = "unix"  // a unix domain socket
	Demo  Kind = "demo"  // the server in the binary
	Multi Kind = "multi" // several servers behind one client
)

// A Target is a server, as a user has described it. It is plain data; paths in
// it are absolute.
type Target struct {
	Kind Kind
	// Name is the server's name in its mcpServers object, "" if it has none.
	Name string
	// Source is the file that describes it, "" for one given directly.
	Source string
	// Listed is its name in Source, which Name is not where a script gave another.
	Listed string
	// Also lists other configured servers of the same name, as they can be
	// asked for ("cursor:files"): they were passed over in favour of this.
	Also []string

	Command    string
	Args       []string
	Env        map[string]string // in addition to what is inherited, see Environ
	InheritEnv bool              // inherit the whole environment
	Dir        string
	Stderr     string // what to do with the process's stderr, "" for the default

	URL     string // of HTTP and SSE
	Headers map[string]string
	// Fallback allows SSE where the server doesn't serve streamable HTTP.
	Fallback bool
	Auth     json.RawMessage // nil where nothing was said
	Socket   string          // of Unix: the path

	Servers []Target // of Multi, in the order written

	// Entry is the JSON object that described the server, with the fields that
	// are not known here; nil where there was none.
	Entry json.RawMessage
}

// String describes the target for people, without secrets.
func (t Target) String() string {
	what := ""
	switch t.Kind {
	case Stdio:
		what = quote(append([]string{t.Command}, withoutSecrets(t.Args)...))
	case HTTP, SSE:
		what = publicURL(t.URL)
	case Unix:
		what = "unix:" + t.Socket
	case Multi:
		var names []string
		for _, s := range t.Servers {
			names = append(names, s.Name)
		}
		what = strings.Join(names, ", ")
	default:
		what = string(t.Kind)
	}
	if t.Name != "" {
		return t.Name + " (" + what + ")"
	}
	return what
}

// Line is the target in one line as it is, secrets and all: a command line, a URL,
// "unix:" and a path. Targets of one kind that have the same line are the same
// server, but for the environment and directory of a process and for headers.
func (t Target) Line() string {
	switch t.Kind {
	case Stdio:
		return quote(append([]string{t.Command}, t.Args...))
	case HTTP, SSE:
		return t.URL
	case Unix:
		return "unix:" + t.Socket
	}
	return string(t.Kind)
}

// Label is a short name for errors: the server's name if it has one, else what
// String says with long paths cut to their ends.
func (t Target) Label() string {
	if t.Name != "" {
		return t.Name
	}
	words := strings.Split(t.String(), " ")
	for i, word := range words {
		parts := strings.Split(word, "/")
		if t.Kind == Stdio && len(word) > 40 && len(parts) > 3 {
			words[i] = hidden + "/" + strings.Join(parts[len(parts)-3:], "/")
		}
	}
	return strings.Join(words, " ")
}

// Key is the same for targets that may share a connection, and differs for
// others. It reveals no secrets.
func (t Target) Key() string {
	t.Source, t.Listed, t.Also, t.Entry = "", "", nil, nil
	servers := make([]Target, 0, len(t.Servers))
	for _, s := range t.Servers {
		servers = append(servers, Target{Kind: s.Kind, Command: s.Key(), Name: s.Name})
	}
	t.Servers = servers
	data, err := json.Marshal(t)
	if err != nil { // Auth, the only field that can fail, isn't JSON
		data = append([]byte(t.String()), t.Auth...)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

var secretName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(key|token|secret|passw|pwd|auth|credential|bearer)`)
})

var header = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\w-]+:`) })

const hidden = "…"

// withoutSecrets hides the values of options that sound secret, and passwords
// in URLs.
func withoutSecrets(args []string) []string {
	shown := slices.Clone(args)
	for i, arg := range shown {
		name, _, assigned := strings.Cut(arg, "=")
		switch {
		case assigned && !strings.Contains(name, "://") && secretName().MatchString(name):
			shown[i] = name + "=" + hidden
		case i > 0 && strings.HasPrefix(args[i-1], "-") && !strings.Contains(args[i-1], "=") &&
			secretName().MatchString(args[i-1]) && !strings.HasPrefix(arg, "-"):
			shown[i] = hidden
		case strings.Contains(arg, "://"):
			shown[i] = publicURL(arg)
		case header().MatchString(arg) && secretName().MatchString(arg):
			shown[i], _, _ = strings.Cut(arg, ":")
			shown[i] += ": " + hidden
		}
	}
	return shown
}

// publicURL is a URL without its user, and without the values of its query.
func publicURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return hidden
	}
	u.User = nil
	var names []string
	for _, name := range slices.Sorted(maps.Keys(u.Query())) {
		names = append(names, url.QueryEscape(name)+"="+hidden)
	}
	u.RawQuery, u.Fragment = "", ""
	if len(names) > 0 {
		return u.String() + "?" + strings.Join(names, "&")
	}
	return u.String()
}
