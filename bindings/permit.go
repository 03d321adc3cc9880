package bindings

import (
	"cmp"
	"encoding/json"
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"mcpjs/bindings/config"
	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// permits decides, in a sandbox, which servers a script may connect to. Servers
// that touch nothing outside, the demo server and those of the script's own,
// need no permission.
type permits struct {
	b *binding
	// parsed are the grants that are targets, by how they are written.
	parsed map[string]config.Target
	// files are those that grants name: "./mcp.json#files".
	files map[string]bool
}

// newPermits reads the grants; nil where everything is permitted.
func newPermits(b *binding) *permits {
	if b.rt.Permissions == nil {
		return nil
	}
	p := &permits{b: b, parsed: map[string]config.Target{}, files: map[string]bool{}}
	for _, grant := range b.rt.Permissions.ServerGrants() {
		if t, err := config.Parse(grant, b.opts.Env); err == nil && !p.forged(t) {
			p.parsed[grant], p.files[t.Source] = t, true
		}
	}
	return p
}

// forged tells that a script can change what describes the target.
func (p *permits) forged(t config.Target) bool {
	return t.Source != "" && p.b.rt.Permissions.Write(t.Source) == nil
}

// configured tells that the user's own configuration describes the target. A file
// that a script came with is none.
func (p *permits) configured(t config.Target) bool {
	return t.Source != "" && config.Discoverable(t.Source, p.b.opts.Env) && !p.forged(t)
}

// trusted tells that the user's own configuration, or a file that a grant names,
// describes the target.
func (p *permits) trusted(t config.Target) bool {
	return p.configured(t) || t.Source != "" && p.files[t.Source] && !p.forged(t)
}

// label is what grants call a target: its name in a file that is trusted, its URL,
// or its command line.
func (p *permits) label(t config.Target) string {
	if p.trusted(t) && t.Listed != "" {
		return t.Listed
	}
	return address(t)
}

// address says where a target is, whoever describes it.
func address(t config.Target) string {
	if u, err := url.Parse(t.URL); t.URL != "" && err == nil {
		return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
	}
	return t.Line()
}

// grantable is what a grant of a target would say. It tells nothing of a file that
// the script may not read: command lines have secrets.
func (p *permits) grantable(t config.Target, raw string) string {
	switch {
	case p.forged(t):
		return address(t) // a name that the script gives means nothing
	case raw != "":
		return raw
	case t.Listed != "" && p.configured(t):
		return t.Listed
	case t.Source != "":
		return strings.TrimSuffix(t.Source+"#"+t.Listed, "#")
	}
	return address(t)
}

// connect asks for a target, which the script wrote as raw where that was text.
func (p *permits) connect(t config.Target, raw string) error {
	perms := p.b.rt.Permissions
	switch t.Kind {
	case config.Demo, inProcess:
		return nil
	case config.Multi:
		for _, member := range t.Servers {
			if err := p.connect(member, raw); err != nil {
				return err
			}
		}
		return nil
	}
	where := address(t)
	err := perms.Server(func(grant string) bool {
		if granted, ok := p.parsed[grant]; ok {
			for _, one := range append([]config.Target{granted}, granted.Servers...) {
				if one.Kind == t.Kind && address(one) == where {
					return true
				}
			}
		}
		switch {
		case p.forged(t):
			return false
		case t.URL != "":
			if sameURL(grant, t.URL) {
				return true
			}
		case engine.Glob(grant, where):
			return true
		}
		return p.configured(t) && (engine.Glob(grant, t.Listed) || grant == raw)
	}, p.grantable(t, raw))
	if err != nil {
		if u, bad := url.Parse(t.URL); t.URL != "" && bad == nil && perms.Net(hostPort(u)) == nil {
			return nil // it could speak to it by itself
		}
		return err
	}
	// Who chooses the environment or the directory of a program chooses what it
	// does.
	if t.Kind == config.Stdio && !p.trusted(t) && (len(t.Env) > 0 || t.InheritEnv || t.Dir != p.b.opts.Env.Dir) {
		for name := range t.Env {
			if err := perms.Loader(name); err != nil {
				return err
			}
		}
		return perms.Run(t.Command)
	}
	return nil
}

// sameURL tells whether a grant such as "https://*.example.com/mcp/*" means a
// URL: a star in the host stands for names below, in the path for any text.
func sameURL(grant, raw string) bool {
	scheme, rest, ok := strings.Cut(grant, "://")
	u, err := url.Parse(raw)
	if !ok || err != nil || !strings.EqualFold(scheme, u.Scheme) {
		return false
	}
	host, path, _ := strings.Cut(rest, "/")
	name, port := host, ""
	if h, p, err := net.SplitHostPort(host); err == nil {
		name, port = h, p
	}
	asked, _ := splitHostPort(u)
	if port == "" && u.Port() != "" && u.Port() != map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		return false
	}
	if port != "" && port != "*" && net.JoinHostPort(strings.Trim(name, "[]"), port) != net.JoinHostPort(strings.Trim(name, "[]"), portOf(u)) {
		return false
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if suffix, ok := strings.CutPrefix(name, "*."); ok {
		if !strings.HasSuffix(asked, "."+suffix) {
			return false
		}
	} else if name != asked {
		return false
	}
	way, _, _ := strings.Cut(path, "?")
	return engine.Glob("/"+way, cmp.Or(u.EscapedPath(), "/")) && !strings.Contains(u.EscapedPath(), "/..")
}

func splitHostPort(u *url.URL) (host, port string) {
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), portOf(u)
}

func portOf(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}

func hostPort(u *url.URL) string { return net.JoinHostPort(u.Hostname(), portOf(u)) }

// calls is what asks, before each request to a target's server, for the tool
// that it calls; nil where nothing need be asked.
func (p *permits) calls(t config.Target) func(method string, params json.RawMessage) error {
	if p == nil || t.Kind == config.Demo || t.Kind == inProcess || t.Kind == config.Multi {
		return nil
	}
	perms, label := p.b.rt.Permissions, p.label(t)
	return func(method string, params json.RawMessage) error {
		if !strings.EqualFold(strings.TrimSpace(method), "tools/call") {
			return nil
		}
		var all map[string]json.RawMessage
		_ = json.Unmarshal(params, &all)
		name := ""
		for key, value := range all {
			// Some servers read "Name" as "name".
			if strings.EqualFold(key, "name") && (key != "name" || json.Unmarshal(value, &name) != nil) {
				return perms.Tool(label, string(params))
			}
		}
		return perms.Tool(label, name)
	}
}

// permitFiles asks for the files that a description of the script's own names:
// {"envFile": …}, {"auth": {"privateKeyFile": …}}.
func (b *binding) permitFiles(raw json.RawMessage) error {
	if b.permits == nil {
		return nil
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil // who reads it says what is wrong
	}
	return b.permitFilesOf(v)
}

func (b *binding) permitFilesOf(v any) error {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if err := b.permitFilesOf(item); err != nil {
				return err
			}
		}
	case map[string]any:
		for key, item := range v {
			path, isText := item.(string)
			key = strings.ToLower(key)
			switch {
			case !isText:
				if err := b.permitFilesOf(item); err != nil {
					return err
				}
			case strings.HasSuffix(key, "file"):
				if err := b.rt.Permissions.Read(b.fromDir(path)); err != nil {
					return err
				}
			case key == "tokenstore" && path != "" && path != "memory" && path != "file" && path != "keychain":
				dir := b.fromDir(path)
				if err := cmp.Or(b.rt.Permissions.Read(dir), b.rt.Permissions.Write(dir)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *binding) fromDir(path string) string {
	if rest, ok := strings.CutPrefix(path, "~"); ok && b.opts.Env.Home != "" {
		return filepath.Join(b.opts.Env.Home, rest)
	}
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(b.opts.Env.Dir, path)
}

// permit completes the options of a session with what it has to ask.
func (c *client) permit(t config.Target, options *session.Options) {
	options.Permit = c.b.permits.calls(t)
}
