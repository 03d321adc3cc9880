package repl

import (
	"slices"
	"strings"

	"mcpjs/engine"
)

// entry is an input that was evaluated without an error.
type entry struct {
	source string
	input  *engine.Input
}

// script is the session as a script that runs: the inputs as they were typed,
// but where a name was declared twice or _ was used, since a module has neither.
func (s *Session) script() string {
	declared := map[string]int{}
	usesLast := false
	for _, e := range s.entered {
		for _, n := range e.input.Names {
			declared[n]++
		}
		src := []rune(e.source)
		usesLast = usesLast || slices.ContainsFunc(lex(src), func(t token) bool { return t.kind == word && string(src[t.from:t.to]) == "_" })
	}
	result := ""
	var globals []string
	if usesLast && declared["_"] == 0 {
		globals, result = append(globals, "_"), "_"
	}
	// What is rewritten declares globals; who else declares these is rewritten.
	rewritten := make([]bool, len(s.entered))
	for more := true; more; {
		more = false
		for i, e := range s.entered {
			value := e.input.Expression && (result != "" || strings.HasPrefix(strings.TrimSpace(e.source), "{"))
			twice := slices.ContainsFunc(e.input.Names, func(n string) bool { return declared[n] > 1 || slices.Contains(globals, n) })
			if rewritten[i] || !value && !twice || e.input.Script("") == "" {
				continue
			}
			rewritten[i], more = true, true
			for _, n := range e.input.Names {
				if !slices.Contains(globals, n) {
					globals = append(globals, n)
				}
			}
		}
	}
	var b strings.Builder
	if len(globals) > 0 {
		b.WriteString("Object.assign(globalThis, { " + strings.Join(globals, ": undefined, ") + ": undefined });\n")
	}
	imported := map[string]bool{}
	for i, e := range s.entered {
		src := strings.TrimSpace(e.source)
		code := strings.TrimSpace(e.input.Script(result))
		switch {
		case rewritten[i] && strings.Contains(code, "function "):
			b.WriteString("{\n" + code + "\n}\n") // its functions are globals outside
		case rewritten[i]:
			b.WriteString(code + "\n")
		case imported[src]:
		default:
			imported[src] = strings.HasPrefix(src, "import")
			b.WriteString(src + "\n")
		}
	}
	return b.String()
}
