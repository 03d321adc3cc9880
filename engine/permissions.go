package engine

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
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
	read, write []folder
	programs    []program
	environ     []string
}

// A program is one that may be run: the name or path that was granted, and the
// file that it was when the run began, "" where there was none.
type program struct{ name, path string }

// NewPermissions makes Permissions of what the flags say. Relative paths begin
// at dir, "" being the process's working directory. Directories, programs and
// the environment are what they are now, whatever becomes of them later.
func NewPermissions(grants Grants, dir string) (*Permissions, error) {
	if dir == "" {
		var err error
		if dir, err = os.Getwd(); err != nil {
			return nil, err
		}
	}
	p := &Permissions{grants: grants, dir: dir, environ: os.Environ()}
	_, _ = http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https"}}) // it remembers the first answer
	for _, list := range []struct {
		flag  string
		paths []string
		to    *[]folder
	}{{"--allow-read", grants.Read, &p.read}, {"--allow-write", grants.Write, &p.write}} {
		for _, path := range list.paths {
			if path == "" {
				return nil, fmt.Errorf("%s: a path is empty", list.flag)
			}
			if path == "*" {
				continue
			}
			f, err := openFolder(dir, path)
			if err != nil {
				return nil, fmt.Errorf("%s=%s: %w", list.flag, path, err)
			}
			*list.to = append(*list.to, f)
		}
	}
	for _, name := range grants.Run {
		switch {
		case name == "":
			return nil, fmt.Errorf("--allow-run: a program is empty")
		case name != "*":
			p.programs = append(p.programs, program{name, p.file(dir, name)})
		}
	}
	return p, nil
}

// Read asks to read a file or list a directory. Symbolic links and ".." are
// followed as the system would, so that neither leads out of what is granted.
func (p *Permissions) Read(path string) error {
	_, err := p.Place(path, ToRead)
	return err
}

// Write asks to create, change or remove a file or directory.
func (p *Permissions) Write(path string) error {
	_, err := p.Place(path, ToWrite)
	return err
}

// Environ is the environment of processes that a script may start, however it
// has changed its own: what the process was started with in a sandbox.
func (p *Permissions) Environ() []string {
	if p == nil {
		return os.Environ()
	}
	return p.environ
}

// Getenv looks into Environ.
func (p *Permissions) Getenv(name string) string {
	if p == nil {
		return os.Getenv(name)
	}
	for _, pair := range slices.Backward(p.environ) {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

// Env asks to read or set an environment variable.
func (p *Permissions) Env(name string) error {
	if p == nil || granted(p.grants.Env, name, func(grant, name string) bool {
		if runtime.GOOS == "windows" {
			grant, name = strings.ToUpper(grant), strings.ToUpper(name)
		}
		return Glob(grant, name)
	}) {
		return nil
	}
	return denied("use the environment variable", "Env", name, "--allow-env")
}

// Run asks to start a command: a name that is looked up in PATH, or a path.
func (p *Permissions) Run(command string) error {
	if _, err := p.Program(command, ""); !errors.Is(err, exec.ErrNotFound) {
		return err
	}
	return nil
}

// Program asks to start a command, whose path begins at dir, and gives the file
// to start: the one that the name stood for when the run began, so that a script
// can't put another in its place by a PATH of its own. It gives "" where every
// program may be run.
func (p *Permissions) Program(command, dir string) (path string, err error) {
	if p == nil || slices.Contains(p.grants.Run, "*") {
		return "", nil
	}
	if dir == "" {
		dir = p.dir
	}
	file := p.file(dir, command)
	for _, granted := range p.programs {
		if granted.name == command && !isPath(command) {
			if granted.path == "" {
				return "", fmt.Errorf("%w: there was no program %q in the PATH when the run began", exec.ErrNotFound, command)
			}
			return granted.path, nil
		}
		if file != "" && samePath(file, granted.path) {
			return file, nil
		}
	}
	return "", denied("run", "ChildProcess", command, "--allow-run")
}

// Loader asks to set a variable by which the system's loader puts other code
// into programs: who may is who may run anything.
func (p *Permissions) Loader(name string) error {
	upper := strings.ToUpper(name)
	if p == nil || slices.Contains(p.grants.Run, "*") || !strings.HasPrefix(upper, "LD_") && !strings.HasPrefix(upper, "DYLD_") {
		return nil
	}
	err := denied("start programs with", "ChildProcess", name, "--allow-run").(*Error)
	err.Message, _, _ = strings.Cut(err.Message, "=")
	return err
}

func isPath(command string) bool { return strings.ContainsAny(command, `/\`) }

// file is where a program lies, "" if nowhere. A link to it is another program:
// some go by the name that they are called by.
func (p *Permissions) file(dir, command string) string {
	if !isPath(command) {
		found, err := exec.LookPath(command)
		if p.environ != nil {
			found, err = lookIn(p.Getenv("PATH"), command)
		}
		if err != nil {
			return ""
		}
		command = found
	}
	path, err := resolveEntry(dir, command)
	if err != nil {
		return ""
	}
	return path
}

// lookIn is exec.LookPath in another PATH than the process has by now.
func lookIn(path, command string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			continue // never run what happens to lie here
		}
		if found, err := exec.LookPath(filepath.Join(dir, command)); err == nil {
			return found, nil
		}
	}
	return "", exec.ErrNotFound
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

// ServerGrants are the targets that were granted, as they were written.
func (p *Permissions) ServerGrants() []string {
	if p == nil {
		return []string{"*"}
	}
	return p.grants.Server
}

// Server asks to connect to an MCP server: match tells whether a grant means it,
// and name is what errors call it.
func (p *Permissions) Server(match func(grant string) bool, name string) error {
	if p == nil || slices.Contains(p.grants.Server, "*") || slices.ContainsFunc(p.grants.Server, match) {
		return nil
	}
	return denied("connect to the server", "Server", name, "--allow-server")
}

// Tool asks to call a tool of a server: a grant is a pattern of tools' names, or
// of "server/tool".
func (p *Permissions) Tool(server, name string) error {
	if p == nil || granted(p.grants.Tool, name, Glob) || granted(p.grants.Tool, server+"/"+name, Glob) {
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

// Glob compares s with a pattern in which "*" stands for any text.
func Glob(pattern, s string) bool {
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
