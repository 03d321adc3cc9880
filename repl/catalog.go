package repl

import (
	"encoding/json"

	"mcpjs/engine"
)

// lister is the client's method that lists what an MCP method does.
var lister = map[string]string{
	"tools/list": "listTools", "prompts/list": "listPrompts",
	"resources/list": "listResources", "resources/templates/list": "listResourceTemplates",
}

// fetch asks a server for a list in the background, unless somebody has asked
// already; then tells what became of it. Loop only.
func (s *Session) fetch(srv *server, method string) {
	srv.mu.Lock()
	l := srv.lists[method]
	if l == nil {
		l = &list{}
		srv.lists[method] = l
	}
	busy := l.fetching
	l.fetching = true
	srv.mu.Unlock()
	if busy || srv.object == nil {
		return
	}
	s.listed(srv, method, func([]item, error) {})
}

// listed asks a server for a list, remembers it, and gives it to then. Loop
// only.
func (s *Session) listed(srv *server, method string, then func([]item, error)) {
	done := func(v engine.Value, err error) {
		var items []item
		if err == nil {
			items, err = s.items(v)
		}
		srv.mu.Lock()
		l := srv.lists[method]
		if l == nil {
			l = &list{}
			srv.lists[method] = l
		}
		l.fetching = false
		if err == nil {
			l.items, l.known = items, true
		}
		srv.mu.Unlock()
		then(items, err)
	}
	v, err := s.call(srv.object, lister[method])
	if err != nil {
		done(nil, err)
		return
	}
	s.rt.Await(v, done)
}

// items reads a list that a client's method gave. Loop only.
func (s *Session) items(v engine.Value) ([]item, error) {
	raw, err := s.rt.Stringify(v)
	if err != nil {
		return nil, err
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return nil, err
	}
	items := make([]item, 0, len(parts))
	for _, p := range parts {
		var it item
		json.Unmarshal(p, &it) // what fits is kept
		items = append(items, it)
	}
	return items, nil
}

// call calls a method of a JavaScript object. Loop only.
func (s *Session) call(o *engine.Object, method string, args ...engine.Value) (v engine.Value, err error) {
	if caught := s.try(func() {
		fn, ok := engine.Function(o.Get(method))
		if !ok {
			err = engine.TypeErrorf("there is no method %s", method)
			return
		}
		v, err = fn(o, args...)
	}); caught != nil {
		return nil, caught
	}
	return v, err
}

// changed fetches anew what a server says has changed. Loop only.
func (s *Session) changed(srv *server, methods ...string) {
	srv.mu.Lock()
	srv.completed = map[string]*suggestions{}
	srv.mu.Unlock()
	for _, m := range methods {
		srv.mu.Lock()
		l := srv.lists[m]
		wanted := l != nil && l.known && !l.fetching
		srv.mu.Unlock()
		if wanted {
			s.fetch(srv, m)
		}
	}
}

// known gives what is known of a list, without asking. Any goroutine.
func (srv *server) known(method string) ([]item, bool) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	l := srv.lists[method]
	if l == nil {
		return nil, false
	}
	return l.items, l.known
}

// tool gives a tool by its name, or by the property of client.tools that calls
// it. Any goroutine.
func (srv *server) tool(name string) *item {
	items, _ := srv.known("tools/list")
	for i := range items {
		if items[i].Name == name {
			return &items[i]
		}
	}
	for i := range items {
		if camelCase(items[i].Name) == name {
			return &items[i]
		}
	}
	return nil
}

// camelCase is the property of client.tools for a tool: "get-sum" is getSum.
func camelCase(name string) string {
	out, upper := "", false
	for _, r := range name {
		if !isWordRune(r) || r == '_' && out != "" {
			upper = out != ""
			continue
		}
		if upper && r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		out, upper = out+string(r), false
	}
	return out
}
