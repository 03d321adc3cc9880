package repl

import (
	"strings"

	"mcpjs/engine"
)

var (
	noFunction = engine.Pattern(`^(?:Object has no member '([\p{L}\p{N}_$]+)'|([\p{L}\p{N}_$]+) is not a function$)`)
	noVariable = engine.Pattern(`^([\p{L}\p{N}_$]+) is not defined$`)
)

// suggest gives what was probably meant, where an error of an input is that
// there is no such variable or method; "" where it isn't, or nothing is like
// it. It runs no code of the script. Loop only.
func (s *Session) suggest(thrown engine.Value, src string) string {
	o, ok := thrown.(*engine.Object)
	if !ok || !engine.IsError(o) {
		return ""
	}
	text, _ := s.rt.OwnData(o, "message")
	message, _ := engine.AsString(text)
	global := s.rt.VM().GlobalObject()
	if m := noVariable().FindStringSubmatch(message); m != nil {
		return meant(m[1], append(s.rt.PeekNames(global), keywords...))
	}
	m := noFunction().FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	name := m[1] + m[2]
	code := []rune(src)
	tokens := lex(code)
	var solid []token
	for _, t := range tokens {
		if t.kind != space && t.kind != comment {
			solid = append(solid, t)
		}
	}
	for i, t := range solid {
		if i < 2 || t.kind != word || string(code[t.from:t.to]) != name || !isPunct(code, solid[i-1], '.') {
			continue
		}
		chain, ok := chainBefore(code, solid[:i-1])
		if !ok {
			continue
		}
		object, ok := s.walk(chain)
		if !ok {
			continue
		}
		if near := meant(name, s.rt.PeekNames(object)); near != "" {
			return strings.Join(chain, ".") + "." + near
		}
	}
	return ""
}

// meant is engine.Nearest for names that are but mistyped.
func meant(name string, names []string) string {
	near, far := engine.Nearest(name, names)
	if far > (len(name)+1)/3 || near == name {
		return ""
	}
	return near
}
