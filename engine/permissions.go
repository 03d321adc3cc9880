package engine

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Grants are what the --allow-… flags of a sandboxed run say, a list for each
// flag. An entry "*" grants everything of its kind.
type Grants struct {
	// Read and Write are files, or directories with all that is below them.
	Read, Write []string
	// Env are names of environment variables; "AWS_*" is a prefix.
	Env []string
	// Run are commands, as they are looked up in PATH or as paths of files.
	Run []string
	// Net are hosts, with or without ":port"; "*.example.com" is any name below.
	Net []string
	// Server are targets and Tool names of tools; "*" stands for any text.
	Server, Tool []string
}

// Permissions decide what a script may touch outside of itself. A nil
// *Permissions permits everything, a zero one nothing. The methods give nil or
// an *Error of class PermissionDenied, whose message names the flag that would
// permit it. They may be called from any goroutine.
type Permissions struct {
	grants      Grants
	dir         string
	read, write []string // resolved
}

// NewPermissions makes Permissions of what the flags say. Relative paths begin
// at dir, "" being the process's working directory.
func NewPermissions(grants Grants, dir string) (*Permissions, error) {
	if dir == "" {
		var err error
		if dir, err = os.Getwd(); err != nil {
			return nil, err
		}
	}
	p := &Permissions{grants: grants, dir: dir}
	for _, list := range []struct {
		flag  string
		paths []string
		to    *[]string
	}{{"--allow-read", grants.Read, &p.read}, {"--allow-write", grants.Write, &p.write}} {
		for _, path := range list.paths {
			if path == "" {
				return nil, fmt.Errorf("%s: a path is empty", list.flag)
			}
			if path == "*" {
				continue
			}
			resolved, err := resolvePath(dir, path)
			if err != nil {
				return nil, fmt.Errorf("%s=%s: %w", list.flag, path, err)
			}
			*list.to = append(*list.to, resolved)
		}
	}
	return p, nil
}

// Read asks to read a file or list a directory. Symbolic links and ".." are
// followed as the system would, so that neither leads out of what is granted.
func (p *Permissions) Read(path string) error {
	if p == nil {
		return nil
	}
	return p.path("read", "FileSystemRead", path, p.grants.Read, p.read)
}

// Write asks to create, change or remove a file or directory.
func (p *Permissions) Write(path string) error {
	if p == nil {
		return nil
	}
	return p.path("write", "FileSystemWrite", path, p.grants.Write, p.write)
}

func (p *Permissions) path(verb, kind, path string, grants, roots []string) error {
	if granted(grants, "*", equal) {
		return nil
	}
	resolved, err := resolvePath(p.dir, path)
	if err == nil {
		for _, root := range roots {
			if below(root, resolved) {
				return nil
			}
		}
	}
	return denied(verb, kind, path, "--allow-"+verb)
}

// Env asks to read or set an environment variable.
func (p *Permissions) Env(name string) error {
	if p == nil || granted(p.grants.Env, name, func(grant, name string) bool {
		if runtime.GOOS == "windows" {
			grant, name = strings.ToUpper(grant), strings.ToUpper(name)
		}
		return glob(grant, name)
	}) {
		return nil
	}
	return denied("use the environment variable", "Env", name, "--allow-env")
}

// Run asks to start a command: a name that is looked up in PATH, or a path.
func (p *Permissions) Run(command string) error {
	if p == nil || granted(p.grants.Run, command, p.sameCommand) {
		return nil
	}
	return denied("run", "ChildProcess", command, "--allow-run")
}

// sameCommand compares names by their text, and a path with the file that the
// command turns out to be: granting "git" does not grant "/tmp/git".
func (p *Permissions) sameCommand(grant, command string) bool {
	if grant == command {
		return true
	}
	if !strings.ContainsAny(grant, `/\`) {
		return false
	}
	if !strings.ContainsAny(command, `/\`) {
		found, err := exec.LookPath(command)
		if err != nil {
			return false
		}
		command = found
	}
	a, errA := resolvePath(p.dir, grant)
	b, errB := resolvePath(p.dir, command)
	return errA == nil && errB == nil && samePath(a, b)
}

// Net asks to connect to, or listen on, "host:port".
func (p *Permissions) Net(address string) error {
	if p == nil || granted(p.grants.Net, address, sameHost) {
		return nil
	}
	return denied("connect to", "Net", address, "--allow-net")
}

func sameHost(grant, address string) bool {
	host, port := splitHost(address)
	grantHost, grantPort := splitHost(grant)
	if grantPort != "" && grantPort != port {
		return false
	}
	if suffix, ok := strings.CutPrefix(grantHost, "*."); ok {
		return strings.HasSuffix(host, "."+suffix)
	}
	return grantHost == host
}

func splitHost(address string) (host, port string) {
	host = address
	if h, p, err := net.SplitHostPort(address); err == nil {
		host, port = h, p
	}
	host = strings.Trim(host, "[]")
	return strings.ToLower(strings.TrimSuffix(host, ".")), port
}

// Server asks to connect to an MCP server.
func (p *Permissions) Server(target string) error {
	if p == nil || granted(p.grants.Server, target, glob) {
		return nil
	}
	return denied("connect to the server", "Server", target, "--allow-server")
}

// Tool asks to call a tool.
func (p *Permissions) Tool(name string) error {
	if p == nil || granted(p.grants.Tool, name, glob) {
		return nil
	}
	return denied("call the tool", "Tool", name, "--allow-tool")
}

func denied(verb, kind, what, flag string) error {
	return &Error{
		Class:   "PermissionDenied",
		Message: fmt.Sprintf("the sandbox does not let the script %s %q; allow it with %s=%s", verb, what, flag, shellWord(what)),
		Fields: []Field{
			{Name: "code", Value: "ERR_ACCESS_DENIED"}, {Name: "permission", Value: kind}, {Name: "resource", Value: what},
		},
	}
}

// shellWord quotes s for a shell where it needs to be.
func shellWord(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func granted(grants []string, what string, match func(grant, what string) bool) bool {
	for _, grant := range grants {
		if grant == "*" || match(grant, what) {
			return true
		}
	}
	return false
}

func equal(a, b string) bool { return a == b }

// glob compares s with a pattern in which "*" stands for any text.
func glob(pattern, s string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == s
	}
	if !strings.HasPrefix(s, head) {
		return false
	}
	s = s[len(head):]
	for {
		part, more, star := strings.Cut(rest, "*")
		if !star {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], more
	}
}

func samePath(a, b string) bool {
	if runtime.GOOS == "windows" {
		return strings.EqualFold(a, b)
	}
	return a == b
}

// below tells whether path is root or stands below it; both are resolved.
func below(root, path string) bool {
	if samePath(root, path) {
		return true
	}
	prefix := strings.TrimSuffix(root, string(filepath.Separator)) + string(filepath.Separator)
	return len(path) > len(prefix) && samePath(path[:len(prefix)], prefix)
}

// maxLinks is how many symbolic links one path may lead through.
const maxLinks = 255

// resolvePath is the absolute path that the system would come to by path:
// links followed one after the other, also one whose target doesn't exist, and
// ".." taken from where the links led. What doesn't exist is taken as written.
func resolvePath(dir, path string) (string, error) {
	if !filepath.IsAbs(path) {
		path = dir + string(filepath.Separator) + path
	}
	volume := filepath.VolumeName(path)
	root := volume + string(filepath.Separator)
	at, rest := root, split(path[len(volume):])
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			at = filepath.Dir(at)
			continue
		}
		next := filepath.Join(at, name)
		info, err := os.Lstat(next)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			if err != nil && !os.IsNotExist(err) && !isNotDirectory(err) {
				return "", err
			}
			at = next
			continue
		}
		if links++; links > maxLinks {
			return "", fmt.Errorf("too many symbolic links")
		}
		target, err := os.Readlink(next)
		if err != nil {
			return "", err
		}
		if filepath.IsAbs(target) {
			volume = filepath.VolumeName(target)
			at, target = volume+string(filepath.Separator), target[len(volume):]
		}
		rest = append(split(target), rest...)
	}
	return at, nil
}

func split(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) })
}

// isNotDirectory: a file stands where the path has a directory, so nothing can
// be reached by it.
func isNotDirectory(err error) bool {
	return strings.Contains(err.Error(), "not a directory")
}
