package repl

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"mcpjs/engine"
)

// servers are the clients that were made in the session, whoever made them.
type servers struct {
	rt  *engine.Runtime
	all []*server // loop only

	mu     sync.Mutex
	named  map[string]*server // by variable, for who is not on the loop
	titles map[string]string  // of servers, by the name of its client
}

// server is one client, and what is known of its server.
type server struct {
	object *engine.Object // loop only
	name   string         // its variable; "" where there is none. Loop only
	label  string         // what messages call it
	client string         // the client's own name
	closed bool           // said to be gone; loop only

	mu        sync.Mutex
	lists     map[string]*list // by method
	completed map[string]*suggestions
}

// list is what a server offers of one kind.
type list struct {
	items    []item
	known    bool
	fetching bool
}

// item is a tool, prompt, resource or template, as it was sent.
type item struct {
	Name        string          `json:"name"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	URI         string          `json:"uri"`
	URITemplate string          `json:"uriTemplate"`
	MimeType    string          `json:"mimeType"`
	Size        json.Number     `json:"size"`
	Arguments   []argument      `json:"arguments"`
	InputSchema json.RawMessage `json:"inputSchema"`
	Output      json.RawMessage `json:"outputSchema"`
	Annotations json.RawMessage `json:"annotations"`
}

type argument struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Required    bool   `json:"required"`
}

// modules are the session's modules: "mcp" makes clients that ask the human,
// and that the session knows of.
func (s *Session) modules() []engine.Module {
	modules := slices.Clone(s.opts.Modules)
	for i, m := range modules {
		if m.Name != "mcp" || m.Load == nil {
			continue
		}
		load := m.Load
		modules[i].Load = func(rt *engine.Runtime) (*engine.Object, error) {
			exports, err := load(rt)
			if err != nil {
				return nil, err
			}
			for _, name := range []string{"connect", "client"} {
				original, ok := engine.Function(exports.Get(name))
				if !ok {
					continue
				}
				exports.Set(name, rt.NewFunction(name, func(c engine.Call) engine.Value {
					return s.makeClient(name, original, c.Argument(0), c.Argument(1))
				}))
			}
			return exports, nil
		}
	}
	return modules
}

// makeClient is mcp.connect or mcp.client with the session's handlers where
// the script has none. Loop only.
func (s *Session) makeClient(name string, original engine.Callable, target, options engine.Value) engine.Value {
	srv := &server{lists: map[string]*list{}, completed: map[string]*suggestions{}}
	srv.label = describeTarget(target)
	v, err := original(engine.Undefined(), target, s.withHandlers(srv, options))
	if err != nil {
		panic(s.rt.ErrorValue(err))
	}
	adopt := func(v engine.Value) {
		if o, ok := v.(*engine.Object); ok {
			srv.object = o
			srv.client, _ = engine.AsString(o.Get("name"))
			if given, ok := options.(*engine.Object); !ok || engine.IsUndefined(given.Get("onLog")) {
				// Not as an option, which would ask for log messages.
				handler := s.rt.NewFunction("onLog", func(c engine.Call) engine.Value { s.logged(srv, c.Argument(0)); return engine.Undefined() })
				_, err := s.call(o, "setLogHandler", handler)
				s.rt.Check(err)
			}
			s.servers.all = append(s.servers.all, srv)
		}
	}
	if name == "client" {
		adopt(v)
		return v
	}
	s.rt.Await(v, func(v engine.Value, err error) {
		if err == nil {
			adopt(v)
			s.fetch(srv, "tools/list")
		}
	})
	return v
}

// describeTarget is a target as a script gave it, in a few words.
func describeTarget(v engine.Value) string {
	if s, ok := engine.AsString(v); ok {
		return s
	}
	o, ok := v.(*engine.Object)
	if !ok {
		return "server"
	}
	for _, key := range []string{"name", "url", "command"} {
		if s, ok := engine.AsString(o.Get(key)); ok && s != "" {
			return s
		}
	}
	return "server"
}

// withHandlers gives the options with the session's own handlers for what the
// script does not handle.
func (s *Session) withHandlers(srv *server, options engine.Value) engine.Value {
	vm := s.rt.VM()
	given, isObject := options.(*engine.Object)
	if !isObject && !engine.IsNullish(options) {
		return options // an error, which mcp words
	}
	merged := vm.NewObject()
	has := func(name string) bool { return false }
	if isObject {
		for _, k := range given.Keys() {
			merged.Set(k, given.Get(k))
		}
		has = func(name string) bool { return !engine.IsUndefined(given.Get(name)) }
	}
	set := func(name string, fn func(engine.Call) engine.Value) {
		merged.Set(name, s.rt.NewFunction(name, fn))
	}
	ask := func(name string, fn func(*server, engine.Call) engine.Value) {
		v := merged.Get(name)
		if text, ok := engine.AsString(v); !has(name) || ok && text == "prompt" {
			set(name, func(c engine.Call) engine.Value { return fn(srv, c) })
		}
	}
	ask("onElicitation", s.onElicitation)
	ask("onSampling", s.onSampling)
	if !has("onProgress") {
		set("onProgress", func(c engine.Call) engine.Value { s.progress(srv, c.Argument(0)); return engine.Undefined() })
	}
	if !has("roots") && len(s.opts.Roots) > 0 {
		var roots []any
		for _, r := range s.opts.Roots {
			roots = append(roots, r)
		}
		merged.Set("roots", vm.NewArray(roots...))
	}
	// The session wants to know of these beside the script.
	also := func(name string, fn func(engine.Call)) {
		theirs, _ := engine.Function(merged.Get(name))
		set(name, func(c engine.Call) engine.Value {
			fn(c)
			if theirs != nil {
				if _, err := theirs(engine.Undefined(), c.Arguments...); err != nil {
					s.rt.Check(err)
				}
			}
			return engine.Undefined()
		})
	}
	also("onToolsChanged", func(engine.Call) { s.changed(srv, "tools/list") })
	also("onPromptsChanged", func(engine.Call) { s.changed(srv, "prompts/list") })
	also("onResourcesChanged", func(engine.Call) { s.changed(srv, "resources/list", "resources/templates/list") })
	also("onClose", func(c engine.Call) { s.lost(srv, c.Argument(0)) })
	return merged
}

// logged prints a log message of a server's. Loop only.
func (s *Session) logged(srv *server, message engine.Value) {
	o, ok := message.(*engine.Object)
	if !ok {
		return
	}
	level, _ := engine.AsString(o.Get("level"))
	who := srv.title()
	if logger, _ := engine.AsString(o.Get("logger")); logger != "" {
		who += " " + logger
	}
	text, isText := engine.AsString(o.Get("data"))
	if text = engine.Printable(text); !isText {
		width, _ := s.screen.size()
		text = s.rt.Inspect(o.Get("data"), engine.InspectOptions{Colors: s.color, BreakLength: min(max(width, 40), 120)})
	}
	head := s.dim("[" + engine.Printable(who) + "] ")
	switch level {
	case "warning":
		head += s.paint(styleNumber, level+":")
	case "error", "critical", "alert", "emergency":
		head += s.paint(styleRegex, level+":")
	default:
		head += s.dim(engine.Printable(level) + ":")
	}
	fmt.Fprintln(s.rt.Stderr, head+" "+text)
}

// lost says that a connection has ended by itself. Loop only.
func (s *Session) lost(srv *server, reason engine.Value) {
	if engine.IsNullish(reason) || srv.closed {
		return
	}
	srv.closed = true
	s.servers.nameNow()
	text := "connection lost"
	if o, ok := reason.(*engine.Object); ok {
		if m, ok := engine.AsString(o.Get("message")); ok {
			text = m
		}
	}
	command := ".reconnect"
	if srv.name != "" {
		command += " " + srv.name
	}
	fmt.Fprintf(s.rt.Stderr, "%s\n", s.paint(styleRegex, engine.Printable(srv.title()+": "+firstLine(text)))+"\n"+s.dim("("+command+" brings it back)"))
}

func (srv *server) title() string { return cmp.Or(srv.name, srv.label) }

// name finds the variables of the clients, after an input has run. Loop only.
func (l *servers) name() {
	if len(l.all) > 0 {
		l.nameNow()
	}
}

func (l *servers) nameNow() {
	global := l.rt.VM().GlobalObject()
	named := map[string]*server{}
	for _, srv := range l.all {
		if srv.name != "" && dataProperty(l.rt, global, srv.name) != srv.object {
			srv.name = ""
		}
	}
	for _, key := range global.Keys() {
		o, ok := dataProperty(l.rt, global, key).(*engine.Object)
		if !ok || key == "_" {
			continue
		}
		for _, srv := range l.all {
			if srv.object == o {
				named[key] = srv
				if srv.name == "" {
					srv.name = key
				}
			}
		}
	}
	titles := map[string]string{}
	for _, srv := range l.all {
		titles[srv.client] = srv.title()
	}
	l.mu.Lock()
	l.named, l.titles = named, titles
	l.mu.Unlock()
}

// byName gives a server by its variable. Any goroutine.
func (l *servers) byName(name string) *server {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.named[name]
}

// titleOf gives what messages call the server of a client, "" where that is
// not known yet. Any goroutine.
func (l *servers) titleOf(client string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.titles[client]
}

// names are the variables that hold clients, sorted. Any goroutine.
func (l *servers) names() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var names []string
	for n := range l.named {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// of gives the server that a client object is of. Loop only.
func (l *servers) of(o *engine.Object) *server {
	for _, srv := range l.all {
		if srv.object == o {
			return srv
		}
	}
	return nil
}

var notIdentifier = engine.Pattern(`[^\p{L}\p{N}_$]+`)

// variableFor makes a variable's name of a target.
func (s *Session) variableFor(target string) string {
	words := strings.Fields(target)
	base := target
	for _, w := range words {
		if !strings.HasPrefix(w, "-") && w != "npx" && w != "uvx" && w != "node" && w != "python" && w != "python3" {
			base = w
			break
		}
	}
	if u, err := url.Parse(base); err == nil && u.Host != "" {
		if last := path.Base(u.Path); last == "mcp" || last == "sse" || last == "/" || last == "." {
			base = hostWord(u.Hostname())
		}
	}
	base = path.Base(strings.TrimRight(strings.ReplaceAll(base, "\\", "/"), "/"))
	for _, suffix := range []string{".json", ".js", ".mjs", ".ts", ".py"} {
		base = strings.TrimSuffix(base, suffix)
	}
	if i := strings.LastIndexByte(base, '@'); i > 0 {
		base = base[:i]
	}
	for _, prefix := range []string{"mcp-server-", "server-"} {
		base = strings.TrimPrefix(base, prefix)
	}
	for _, suffix := range []string{"-mcp-server", "-mcp"} {
		base = strings.TrimSuffix(base, suffix)
	}
	if base == "mcp" || base == ".mcp" { // the module, and the usual name of a file with servers
		base = "servers"
	}
	if i := strings.LastIndexByte(base, ':'); i >= 0 {
		base = base[i+1:]
	}
	parts := notIdentifier().Split(base, -1)
	name := ""
	for _, p := range parts {
		if name != "" && p != "" {
			p = strings.ToUpper(p[:1]) + p[1:]
		}
		name += p
	}
	if name == "" || name[0] >= '0' && name[0] <= '9' || slices.Contains(keywords, name) {
		name = "server" + name
	}
	unique := name
	for n := 2; s.taken(unique); n++ {
		unique = fmt.Sprintf("%s%d", name, n)
	}
	return unique
}

// hostWord is the label of a host's name that says most.
func hostWord(host string) string {
	if host == "localhost" {
		return host
	}
	labels := strings.Split(host, ".")
	if len(labels) < 2 || net.ParseIP(host) != nil {
		return "server"
	}
	for _, l := range labels[:len(labels)-1] {
		if l != "mcp" && l != "api" && l != "www" {
			return l
		}
	}
	return "server"
}

// taken tells whether the session has such a global. Front only.
func (s *Session) taken(name string) bool {
	taken := make(chan bool, 1)
	s.rt.Post(func() {
		v := s.rt.VM().GlobalObject().Get(name)
		taken <- v != nil
	})
	select {
	case t := <-taken:
		return t
	case <-s.quit:
		return false
	}
}

// connect connects to a target and puts the client into a variable; false
// where it failed. Front only.
func (s *Session) connect(t Target) (ok bool) {
	<-s.ready
	name := t.Name
	if name == "" {
		name = s.variableFor(t.Target)
	}
	s.screen.setStatus(s.dim("connecting to " + engine.Printable(t.Target) + " …"))
	s.run(func() (engine.Value, error) {
		exports, err := s.rt.Import("mcp")
		if err != nil {
			return nil, err
		}
		connect, _ := engine.Function(exports.Get("connect"))
		return connect(engine.Undefined(), s.rt.VM().ToValue(t.Target))
	}, func(v engine.Value, err error) {
		s.screen.setStatus("")
		if errors.Is(err, engine.ErrInterrupted) {
			fmt.Fprintln(s.rt.Stderr, s.dim("Interrupted."))
			return
		}
		if err != nil {
			s.complain(s.rt.Uncaught(s.rt.ErrorValue(err)))
			if s.interactive {
				fmt.Fprintln(s.rt.Stderr, s.dim("(.reconnect "+name+" tries again)"))
			}
			return
		}
		ok = true
		s.rt.VM().GlobalObject().DefineDataProperty(name, v, engine.FlagTrue, engine.FlagTrue, engine.FlagTrue)
		s.servers.nameNow()
		if o, isObject := v.(*engine.Object); isObject && s.interactive {
			fmt.Fprintln(s.rt.Stdout, s.dim("connected "+name+": ")+s.clientLine(o))
		}
	})
	delete(s.unreached, name)
	if !ok {
		if s.unreached == nil {
			s.unreached = map[string]Target{}
		}
		s.unreached[name] = Target{Name: name, Target: t.Target}
	} else {
		code := fmt.Sprintf("const %s = await mcp.connect(%s);", name, quote(t.Target))
		if in, err := engine.CompileInput("[connect]", code, engine.CompileOptions{}); err == nil {
			s.entered = append(s.entered, entry{code, in})
		}
	}
	return ok
}

func quote(s string) string {
	raw, _ := json.Marshal(s)
	return string(raw)
}

// clientLine says who a client talks to. Loop only.
func (s *Session) clientLine(o *engine.Object) string {
	var parts []string
	if info, ok := o.Get("serverInfo").(*engine.Object); ok {
		name, _ := engine.AsString(info.Get("name"))
		version, _ := engine.AsString(info.Get("version"))
		parts = append(parts, strings.TrimSpace(name+" "+version))
	}
	if v, ok := engine.AsString(o.Get("protocolVersion")); ok {
		parts = append(parts, "MCP "+v)
	}
	if v, ok := engine.AsString(o.Get("transport")); ok {
		parts = append(parts, v)
	}
	return engine.Printable(strings.Join(parts, ", "))
}

var _ io.Writer = (*screen)(nil)

// dataProperty reads an own data property without running any code; nil where
// there is none. Loop only.
func dataProperty(rt *engine.Runtime, o *engine.Object, name string) engine.Value {
	v, _ := rt.OwnData(o, name)
	return v
}
