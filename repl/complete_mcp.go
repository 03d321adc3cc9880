package repl

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"mcpjs/engine"
)

// suggestions are what a server proposed for an argument.
type suggestions struct {
	values []string
	known  bool
}

// offered gives what a server has of one kind. Where that is not known the
// server is asked, and waited for until the deadline. Front only.
func (s *Session) offered(srv *server, method string, deadline time.Time) []item {
	items, known := srv.known(method)
	if known {
		return items
	}
	s.onLoop(deadline, func() { s.fetch(srv, method) })
	for !known && time.Now().Before(deadline) {
		select {
		case <-time.After(2 * time.Millisecond):
		case <-s.quit:
			return nil
		}
		items, known = srv.known(method)
	}
	return items
}

// toolProperties are the properties of client.tools.
func (s *Session) toolProperties(srv *server, deadline time.Time) []candidate {
	var items []candidate
	for _, it := range s.offered(srv, "tools/list", deadline) {
		name := it.Name
		if !isIdentifier(name) {
			name = camelCase(name)
		}
		if isIdentifier(name) {
			items = append(items, candidate{text: name, note: it.summary()})
		}
	}
	return items
}

// callOf tells what of a server's a call is about: "tool", "prompt" or
// "resource", and its name where that is known.
func (s *Session) callOf(at site, find func([]string) *server) (srv *server, kind, name string) {
	n := len(at.callee)
	if n >= 3 && at.callee[n-2] == "tools" {
		if srv = find(at.callee[:n-2]); srv != nil {
			return srv, "tool", at.callee[n-1]
		}
	}
	if n < 2 {
		return nil, "", ""
	}
	kind = map[string]string{"callTool": "tool", "getPrompt": "prompt", "readResource": "resource",
		"subscribe": "resource", "unsubscribe": "resource"}[at.callee[n-1]]
	if kind == "" {
		return nil, "", ""
	}
	if srv = find(at.callee[:n-1]); srv == nil {
		return nil, "", ""
	}
	return srv, kind, at.keys["\x00first"]
}

// argumentIndex is which argument of a call holds the arguments.
func argumentIndex(at site) int {
	if n := len(at.callee); n >= 3 && at.callee[n-2] == "tools" {
		return 0
	}
	return 1
}

// completeArgument completes in the object with a tool's or prompt's arguments:
// names, and values that have names.
func (s *Session) completeArgument(at site, deadline time.Time) []candidate {
	if !at.object {
		return nil
	}
	if n := len(at.callee); n == 2 && at.callee[0] == "mcp" && (at.callee[1] == "connect" || at.callee[1] == "client") && at.arg == 1 {
		return s.options("ClientOptions", at)
	}
	srv, kind, name := s.callOf(at, func(chain []string) *server { return s.serverAt(chain, deadline) })
	if srv == nil {
		return nil
	}
	arguments := argumentIndex(at)
	switch {
	case kind == "tool" && at.arg == arguments+1:
		return s.options("CallToolOptions", at)
	case kind == "prompt" && at.arg == 2, kind == "resource" && at.arg == 1 && at.callee[len(at.callee)-1] == "readResource":
		return s.options("CallOptions", at)
	case at.arg != arguments:
		return nil
	}
	items := []candidate{}
	switch kind {
	case "tool":
		s.offered(srv, "tools/list", deadline)
		it := srv.tool(name)
		if it == nil {
			return nil
		}
		in := it.schemaAt(at.path)
		if in == nil {
			return nil
		}
		for _, p := range in.properties {
			if at.key == p.name {
				return values(&p.schema)
			}
			if _, given := at.keys[p.name]; at.key == "" && !given {
				note := p.schema.typeText(1)
				if p.required {
					note += ", required"
				}
				if p.schema.Description != "" {
					note += "  " + p.schema.Description
				}
				items = append(items, candidate{text: propertyName(p.name) + ": ", label: p.name, note: note})
			}
		}
	case "prompt":
		for _, it := range s.offered(srv, "prompts/list", deadline) {
			if it.Name != name || at.key != "" || len(at.path) > 0 {
				continue
			}
			for _, a := range it.Arguments {
				if _, given := at.keys[a.Name]; !given {
					items = append(items, candidate{text: propertyName(a.Name) + ": ", label: a.Name, note: a.Description})
				}
			}
		}
	}
	if at.key != "" {
		return nil // any expression
	}
	return items
}

// schemaAt gives the schema of a part of the tool's arguments, by a site's
// path; nil where there is none.
func (it *item) schemaAt(path []string) *schema {
	of := parseSchema(it.InputSchema)
	at := &of
	for _, step := range path {
		var next *schema
		for _, one := range append(append([]schema{*at}, at.AnyOf...), at.OneOf...) { // such as a type or null
			if step == inArray {
				next = one.Items
			} else if i := slices.IndexFunc(one.properties, func(p property) bool { return p.name == step }); i >= 0 {
				next = &one.properties[i].schema
			}
			if next != nil {
				break
			}
		}
		if at = next; at == nil {
			return nil
		}
	}
	return at
}

var memberPattern = engine.Pattern(`^    (\w+)\??([:(].*)$`)

// options are the properties of an interface that the declarations of the
// module mcp have, at a key in an object of that type.
func (s *Session) options(name string, at site) []candidate {
	if at.key != "" || len(at.path) > 0 {
		return nil
	}
	i := slices.IndexFunc(s.opts.Modules, func(m engine.Module) bool { return m.Name == "mcp" })
	if i < 0 {
		return nil
	}
	items := []candidate{}
	for name != "" {
		_, body, found := strings.Cut(s.opts.Modules[i].Types, "\n  export interface "+name)
		if !found {
			break
		}
		head, body, _ := strings.Cut(body, "{\n")
		body, _, _ = strings.Cut(body, "\n  }\n")
		for _, line := range strings.Split(body, "\n") {
			m := memberPattern().FindStringSubmatch(line)
			if m == nil {
				continue
			}
			if _, given := at.keys[m[1]]; !given {
				of := strings.TrimSuffix(strings.TrimPrefix(m[2], ": "), ";")
				if _, bound, found := strings.Cut(head, of+" extends "); found { // a type parameter
					of, _, _ = strings.Cut(bound, " ")
				}
				items = append(items, candidate{text: m[1] + ": ", label: m[1], note: of})
			}
		}
		name = ""
		if i := strings.LastIndex(head, " extends "); i >= 0 {
			name = strings.TrimSpace(head[i+len(" extends "):])
		}
	}
	return items
}

// values are the literals that a schema allows by name.
func values(of *schema) []candidate {
	var items []candidate
	for _, c := range of.choices() {
		items = append(items, candidate{text: string(c.value), note: c.title})
	}
	if len(items) == 0 && of.Type.has("boolean") {
		items = []candidate{{text: "true"}, {text: "false"}}
	}
	if len(items) == 0 && of.Default != nil && len(of.Default) < 200 {
		items = []candidate{{text: string(of.Default), note: "default"}}
	}
	if len(items) == 0 {
		return nil
	}
	return items
}

// completeString completes in a string literal.
func (s *Session) completeString(at site, src []rune, pos int, deadline time.Time) []candidate {
	typed := string(src[at.from:pos])
	var items []candidate
	add := func(value, note string) {
		// As it stands in the literal.
		text := strings.NewReplacer(`\`, `\\`, string(at.quote), `\`+string(at.quote), "\n", `\n`).Replace(value)
		items = append(items, candidate{text: text, label: engine.Printable(value), note: engine.Printable(note)})
	}
	if at.source {
		for _, m := range engine.ModuleNames(s.opts.Modules) {
			add(m, "")
		}
		if strings.HasPrefix(typed, ".") || strings.HasPrefix(typed, "/") {
			items = append(items, files(typed)...)
		}
		return s.closeQuote(items, at, src, pos)
	}
	if n := len(at.callee); n > 0 && at.arg == 0 && !at.object && (at.callee[n-1] == "connect" || at.callee[n-1] == "client") {
		items = append(s.configured(deadline), files(typed)...)
		return s.closeQuote(items, at, src, pos)
	}
	srv, kind, name := s.callOf(at, func(chain []string) *server { return s.serverAt(chain, deadline) })
	if srv == nil {
		return nil
	}
	first := at.arg == 0 && !at.object && argumentIndex(at) == 1
	switch {
	case kind == "tool" && first:
		for _, it := range s.offered(srv, "tools/list", deadline) {
			add(it.Name, it.summary())
		}
	case kind == "prompt" && first:
		for _, it := range s.offered(srv, "prompts/list", deadline) {
			add(it.Name, it.summary())
		}
	case kind == "resource" && first:
		for _, it := range s.offered(srv, "resources/list", deadline) {
			add(it.URI, it.Name)
		}
		for _, it := range s.offered(srv, "resources/templates/list", deadline) {
			for _, uri := range s.expandTemplate(srv, it.URITemplate, typed, deadline) {
				add(uri, it.Name)
			}
		}
	case kind == "tool" && (at.object && at.key != "" || len(at.path) > 0 && !at.object) && at.arg == argumentIndex(at):
		path := at.path
		if at.object {
			path = append(slices.Clone(path), at.key)
		}
		if it := srv.tool(name); it != nil {
			if of := it.schemaAt(path); of != nil {
				for _, c := range of.choices() {
					var text string
					if json.Unmarshal(c.value, &text) == nil {
						add(text, c.title)
					}
				}
			}
		}
	case kind == "prompt" && at.object && len(at.path) == 0 && at.key != "":
		others := map[string]string{}
		for k, v := range at.keys {
			if k != at.key && !strings.HasPrefix(k, "\x00") {
				others[k] = v
			}
		}
		for _, v := range s.suggested(srv, name, at.key, typed, others, deadline) {
			add(v, "")
		}
	}
	return s.closeQuote(items, at, src, pos)
}

// closeQuote lets candidates end the literal, where nothing ends it yet.
func (s *Session) closeQuote(items []candidate, at site, src []rune, pos int) []candidate {
	if pos < len(src) && src[pos] == at.quote {
		return items
	}
	for i, c := range items {
		if strings.HasSuffix(c.text, "/") && c.label == "" {
			continue // a directory: there is more to come
		}
		if c.label == "" {
			items[i].label = c.text
		}
		items[i].text += string(at.quote)
	}
	return items
}

// suggested asks a server what it proposes for an argument of a prompt or, by
// its URI, of a resource template; what it says is remembered.
func (s *Session) suggested(srv *server, ref, name, value string, others map[string]string, deadline time.Time) []string {
	context, _ := json.Marshal(others)
	key := strings.Join([]string{ref, name, value, string(context)}, "\x00")
	srv.mu.Lock()
	have := srv.completed[key]
	asked := have != nil
	if !asked {
		have = &suggestions{}
		srv.completed[key] = have
	}
	srv.mu.Unlock()
	if !asked {
		done := func(v engine.Value, err error) {
			var values []string
			if o, ok := v.(*engine.Object); ok && err == nil {
				if raw, err := s.rt.Stringify(o.Get("values")); err == nil {
					json.Unmarshal(raw, &values)
				}
			}
			srv.mu.Lock()
			have.values, have.known = values, true
			if err != nil {
				delete(srv.completed, key) // asked again next time
			}
			srv.mu.Unlock()
		}
		s.onLoop(deadline, func() {
			vm := s.rt.VM()
			argument, arguments := vm.NewObject(), vm.NewObject()
			argument.Set("name", name)
			argument.Set("value", value)
			for k, v := range others {
				arguments.Set(k, v)
			}
			v, err := s.call(srv.object, "complete", vm.ToValue(ref), argument, arguments)
			if err != nil {
				done(nil, err)
				return
			}
			s.rt.Await(v, done)
		})
	}
	for {
		srv.mu.Lock()
		values, known := have.values, have.known
		srv.mu.Unlock()
		if known || !time.Now().Before(deadline) {
			return values
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-s.quit:
			return nil
		}
	}
}

// expandTemplate completes the variable of a URI template that the cursor is
// in. It gives whole URIs up to the end of that variable.
func (s *Session) expandTemplate(srv *server, template, typed string, deadline time.Time) []string {
	original, others := template, map[string]string{}
	prefix, rest := "", typed
	for {
		open := strings.IndexByte(template, '{')
		if open < 0 {
			return nil
		}
		literal := template[:open]
		if !strings.HasPrefix(rest, literal) {
			return nil
		}
		prefix, rest = prefix+literal, rest[len(literal):]
		end := strings.IndexByte(template, '}')
		if end < open {
			return nil
		}
		name := strings.Trim(template[open+1:end], "+#./;?&*")
		template = template[end+1:]
		if next := strings.SplitN(template, "{", 2)[0]; next != "" {
			if i := strings.Index(rest, next); i >= 0 {
				others[name] = rest[:i]
				prefix, rest = prefix+rest[:i], rest[i:]
				continue
			}
		}
		var uris []string
		for _, v := range s.suggested(srv, original, name, rest, others, deadline) {
			uris = append(uris, prefix+v)
		}
		return uris
	}
}

// hint is the tool that is being called, in a line. Front only; it asks nobody.
func (s *Session) hint(src []rune, pos int) string {
	if len(src) == 0 || src[0] == '.' || len(s.servers.names()) == 0 {
		return ""
	}
	before := src[:pos]
	tokens := lex(before)
	at := siteOf(before, tokens)
	if at.callee == nil {
		return ""
	}
	srv, kind, name := s.callOf(at, func(chain []string) *server {
		if len(chain) != 1 {
			return nil
		}
		return s.servers.byName(chain[0])
	})
	if srv == nil || name == "" {
		return ""
	}
	switch kind {
	case "tool":
		if it := srv.tool(name); it != nil {
			text := it.signature()
			if d := it.summary(); d != "" {
				text += "  " + d
			}
			return engine.Printable(strings.Join(strings.Fields(text), " "))
		}
	case "prompt":
		items, _ := srv.known("prompts/list")
		if i := slices.IndexFunc(items, func(it item) bool { return it.Name == name }); i >= 0 {
			var args []string
			for _, a := range items[i].Arguments {
				args = append(args, a.Name)
			}
			return engine.Printable(fmt.Sprintf("%s(%s)  %s", name, strings.Join(args, ", "), items[i].summary()))
		}
	}
	return ""
}
