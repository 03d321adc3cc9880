package repl

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mcpjs/engine"
)

// completionLimit is how long the loop, and through it a server, may take to
// say what could stand at the cursor. What comes later is there at the next
// Tab.
const completionLimit = 80 * time.Millisecond

// completeHere gives what could stand at the cursor. Front only.
func (s *Session) completeHere(src []rune, pos int) completion {
	before := src[:pos]
	if len(src) > 0 && src[0] == '.' {
		if c, ok := s.completeDot(before); ok {
			return c
		}
	}
	deadline := time.Now().Add(completionLimit)
	tokens := lex(before)
	site := siteOf(before, tokens)
	var items []candidate
	switch {
	case site.inComment:
		return completion{}
	case site.inString:
		items = s.completeString(site, src, pos, deadline)
	case site.member != nil:
		items = s.completeMember(site.member, deadline)
	default:
		if items = s.completeArgument(site, deadline); items == nil && !site.afterValue {
			items = s.completeName(deadline)
		}
	}
	return completion{from: site.from, items: matching(items, string(src[site.from:pos]))}
}

// matching keeps the candidates that begin with what was typed; where there
// are none, those that do but for the case.
func matching(items []candidate, typed string) []candidate {
	var exact, loose []candidate
	seen := map[string]bool{}
	for _, c := range items {
		if seen[c.text] {
			continue
		}
		seen[c.text] = true
		if strings.HasPrefix(c.text, typed) {
			exact = append(exact, c)
		} else if len(c.text) >= len(typed) && strings.EqualFold(c.text[:len(typed)], typed) {
			loose = append(loose, c)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return loose
}

// inArray is a step of a site's path, into an array literal.
const inArray = "\x00[]"

// site is where the cursor stands.
type site struct {
	from      int // of the word that is being typed
	inComment bool
	inString  bool
	quote     rune
	member    []string // the chain before the dot, where it is after one

	callee []string // of the call whose arguments it is in
	arg    int      // which of them
	object bool     // directly in an object literal, which is that argument or in it
	path   []string // of properties and inArray, from the argument to that literal
	key    string   // the property whose value it is in; "" at a key
	keys   map[string]string
	// afterValue tells that a value ends just before, which only an operator
	// can follow.
	afterValue bool
	// source is what an import or require around the string names modules for.
	source bool
}

// siteOf reads what stands before the cursor.
func siteOf(before []rune, tokens []token) site {
	s := site{from: len(before)}
	solid := slices.DeleteFunc(slices.Clone(tokens), func(t token) bool { return t.kind == space || t.kind == comment })
	if n := len(tokens); n > 0 {
		last := tokens[n-1]
		switch {
		case last.kind == comment && (last.open || before[last.from+1] == '/'):
			s.inComment = true
			return s
		case last.kind == text && last.open:
			s.inString, s.quote, s.from = true, '`', last.from
			if last.from < len(before) && strings.ContainsRune("'\"`", before[last.from]) {
				s.quote, s.from = before[last.from], last.from+1
			}
			solid = solid[:len(solid)-1]
		case last.kind == word || last.kind == keyword:
			s.from = last.from
			solid = solid[:len(solid)-1]
		}
	}
	if n := len(solid); n > 0 && !s.inString && s.from == len(before) {
		last := solid[n-1]
		s.afterValue = last.kind == text && before[last.to-1] != '{' || last.kind == number || isPunct(before, last, ')') || isPunct(before, last, ']')
	}
	if n := len(solid); n > 0 && !s.inString && isPunct(before, solid[n-1], '.') {
		if chain, ok := chainBefore(before, solid[:n-1]); ok {
			s.member = chain
		} else if n > 1 && solid[n-2].kind == text && !solid[n-2].open && before[solid[n-2].from] != '/' {
			s.member = []string{"String", "prototype"}
		} else {
			s.member = []string{}
		}
	}
	if n := len(solid); n > 0 && s.inString {
		t := string(before[solid[n-1].from:solid[n-1].to])
		s.source = t == "from" || t == "import" || t == "(" && n > 1 && slices.Contains([]string{"import", "require"}, string(before[solid[n-2].from:solid[n-2].to]))
	}
	s.findCall(before, solid)
	return s
}

func isPunct(src []rune, t token, c rune) bool { return t.kind == punct && src[t.to-1] == c }

// chainBefore reads a chain of properties such as a.b["c"].d backwards.
func chainBefore(src []rune, tokens []token) (chain []string, ok bool) {
	i := len(tokens) - 1
	for i >= 0 {
		if isPunct(src, tokens[i], '?') {
			i--
			continue
		}
		switch {
		case isPunct(src, tokens[i], ']') && i >= 2 && tokens[i-1].kind == text && isPunct(src, tokens[i-2], '['):
			chain = append(chain, unquote(string(src[tokens[i-1].from:tokens[i-1].to])))
			i -= 3
			continue
		case tokens[i].kind == word || tokens[i].kind == keyword && string(src[tokens[i].from:tokens[i].to]) == "this":
			chain = append(chain, string(src[tokens[i].from:tokens[i].to]))
		default:
			return nil, false
		}
		if i == 0 || !isPunct(src, tokens[i-1], '.') {
			slices.Reverse(chain)
			return chain, true
		}
		i -= 2
	}
	return nil, false
}

func unquote(s string) string {
	if len(s) < 2 {
		return ""
	}
	return s[1 : len(s)-1]
}

// findCall finds the call that the cursor is in the arguments of.
func (s *site) findCall(src []rune, solid []token) {
	open := openBrackets(src, solid)
	if len(open) == 0 {
		return
	}
	index := func(at int) int {
		return slices.IndexFunc(solid, func(t token) bool { return t.to-1 == at && t.kind == punct })
	}
	paren := len(open) - 1
	for paren >= 0 && src[open[paren]] != '(' {
		paren--
	}
	if paren < 0 || !s.readLevels(src, solid, open[paren+1:], index) {
		return
	}
	at := index(open[paren])
	if at < 1 {
		return
	}
	callee, ok := chainBefore(src, solid[:at])
	if !ok {
		return
	}
	s.callee = callee
	depth := 0
	for _, t := range solid[at+1:] {
		if t.kind != punct {
			continue
		}
		switch c := src[t.to-1]; {
		case strings.ContainsRune(openers, c):
			depth++
		case strings.ContainsRune(closers, c):
			depth--
		case c == ',' && depth == 0:
			s.arg++
		}
	}
	// The first argument, where it is a string, names what is called.
	if at+1 < len(solid) && solid[at+1].kind == text && !solid[at+1].open {
		if s.keys == nil {
			s.keys = map[string]string{}
		}
		s.keys["\x00first"] = unquote(string(src[solid[at+1].from:solid[at+1].to]))
	}
}

// readLevels reads the literals that the cursor is in, the first of which is an
// argument; false where a bracket begins something else.
func (s *site) readLevels(src []rune, solid []token, levels []int, index func(at int) int) bool {
	for i, level := range levels {
		begin := index(level)
		if begin < 1 {
			return false
		}
		follows := func(which string) bool {
			t := solid[begin-1]
			return t.kind == punct && strings.ContainsRune(which, src[t.to-1])
		}
		switch {
		case i == 0 && (src[level] != '{' || !follows("(,")), i > 0 && src[levels[i-1]] == '{' && !follows(":"), i > 0 && src[levels[i-1]] == '[' && !follows("[,"):
			return false
		case src[level] == '[':
			s.object, s.path = false, append(s.path, inArray)
			continue
		}
		inner := solid[begin+1:]
		if i+1 < len(levels) {
			inner = solid[begin+1 : index(levels[i+1])]
		}
		s.object = true
		s.readObject(src, inner)
		if i+1 < len(levels) {
			s.path = append(s.path, s.key)
		}
	}
	return true
}

// readObject reads the properties that an object literal has so far.
func (s *site) readObject(src []rune, tokens []token) {
	s.keys = map[string]string{}
	depth, key := 0, ""
	for i, t := range tokens {
		txt := string(src[t.from:t.to])
		switch {
		case t.kind == punct && strings.ContainsRune(openers, src[t.to-1]):
			depth++
		case t.kind == punct && strings.ContainsRune(closers, src[t.to-1]):
			depth--
		case depth > 0:
		case t.kind == punct && txt == ",":
			key = ""
		case t.kind == punct && txt == ":" && i > 0:
			key = string(src[tokens[i-1].from:tokens[i-1].to])
			if tokens[i-1].kind == text {
				key = unquote(key)
			}
			s.keys[key] = ""
		case key != "" && t.kind == text:
			s.keys[key] = unquote(txt)
		case key != "" && s.keys[key] == "":
			s.keys[key] = txt
		}
	}
	s.key = key
}

// onLoop runs fn on the loop; false where it did not get there in time.
func (s *Session) onLoop(deadline time.Time, fn func()) bool {
	select {
	case <-s.ready:
	default:
		return false
	}
	done := make(chan struct{})
	s.rt.Post(func() {
		defer close(done)
		if err := s.try(fn); err != nil {
			return
		}
	})
	select {
	case <-done:
		return true
	case <-time.After(time.Until(deadline)):
		return false
	case <-s.quit:
		return false
	}
}

// walk follows a chain of properties from the global object, without running
// any of the script's code. Loop only.
func (s *Session) walk(chain []string) (engine.Value, bool) {
	global := s.rt.VM().GlobalObject()
	var v engine.Value = global
	for i, name := range chain {
		if i == 0 && (name == "globalThis" || name == "this") {
			continue
		}
		next, ok := s.rt.Peek(v, name)
		if !ok && i == 0 && s.builtin[name] {
			// A global of ours that is made when it is first used.
			next = global.Get(name)
			ok = next != nil
		}
		if !ok {
			return nil, false
		}
		v = next
	}
	return v, true
}

// serverAt gives the server whose client a chain leads to, if it leads to one.
func (s *Session) serverAt(chain []string, deadline time.Time) *server {
	if len(chain) == 0 {
		return nil
	}
	if len(chain) == 1 {
		return s.servers.byName(chain[0])
	}
	found := make(chan *server, 1)
	if !s.onLoop(deadline, func() {
		if v, ok := s.walk(chain); ok {
			if o, ok := v.(*engine.Object); ok {
				found <- s.servers.of(o)
				return
			}
		}
		found <- nil
	}) {
		return nil
	}
	return <-found
}

func (s *Session) completeMember(chain []string, deadline time.Time) []candidate {
	if len(chain) == 0 {
		return nil
	}
	if last := len(chain) - 1; last > 0 && chain[last] == "tools" {
		if srv := s.serverAt(chain[:last], deadline); srv != nil {
			return s.toolProperties(srv, deadline)
		}
	}
	names, common := make(chan []string, 1), make(chan []string, 1)
	if !s.onLoop(deadline, func() {
		var list, everywhere []string
		if v, ok := s.walk(chain); ok {
			list = s.rt.PeekNames(v)
			root := s.rt.VM().NewObject().Prototype()
			if o, ok := v.(*engine.Object); !ok || o != root {
				everywhere = root.GetOwnPropertyNames()
			}
		}
		names <- list
		common <- everywhere
	}) {
		return nil
	}
	all, everywhere := <-names, <-common
	var items, last []candidate // what all objects have comes last
	for _, n := range all {
		switch {
		case !isIdentifier(n):
		case slices.Contains(everywhere, n):
			last = append(last, candidate{text: n})
		default:
			items = append(items, candidate{text: n})
		}
	}
	sortCandidates(items)
	sortCandidates(last)
	return append(items, last...)
}

// sortCandidates puts names that begin with an underscore last.
func sortCandidates(items []candidate) {
	slices.SortStableFunc(items, func(a, b candidate) int {
		if ua, ub := strings.HasPrefix(a.text, "_"), strings.HasPrefix(b.text, "_"); ua != ub {
			if ua {
				return 1
			}
			return -1
		}
		return strings.Compare(a.text, b.text)
	})
}

// completeName gives the variables, globals and keywords.
func (s *Session) completeName(deadline time.Time) []candidate {
	names := make(chan []string, 1)
	var items []candidate
	if s.onLoop(deadline, func() { names <- s.rt.VM().GlobalObject().GetOwnPropertyNames() }) {
		for _, n := range <-names {
			if isIdentifier(n) && !strings.HasPrefix(n, "__") {
				items = append(items, candidate{text: n})
			}
		}
	}
	for _, k := range keywords {
		items = append(items, candidate{text: k})
	}
	sortCandidates(items)
	return items
}

// completeDot completes a dot command; false where the input is none.
func (s *Session) completeDot(before []rune) (completion, bool) {
	text := string(before)
	name, arg, hasArg := strings.Cut(text[1:], " ")
	if !hasArg {
		var items []candidate
		for _, c := range commands() {
			if strings.HasPrefix(c.name, name) {
				full := c.name
				if c.args != "" {
					full += " "
				}
				items = append(items, candidate{text: "." + full, label: "." + c.name, note: c.help})
			}
		}
		return completion{from: 0, items: items}, len(items) > 0
	}
	for _, c := range commands() {
		if c.name == name && c.complete != nil {
			word := arg[strings.LastIndexByte(arg, ' ')+1:]
			return completion{from: len(before) - len([]rune(word)), items: matching(c.complete(s, arg), word)}, true
		}
	}
	return completion{}, true
}

func completeServer(s *Session, arg string) []candidate {
	if strings.Contains(arg, " ") {
		return nil
	}
	var items []candidate
	for _, n := range s.servers.names() {
		items = append(items, candidate{text: n})
	}
	return items
}

func completeTool(s *Session, arg string) []candidate {
	deadline := time.Now().Add(completionLimit)
	first, _, second := strings.Cut(arg, " ")
	var items []candidate
	if !second {
		items = completeServer(s, arg)
	}
	for _, n := range s.servers.names() {
		if srv := s.servers.byName(n); !second || n == first {
			for _, it := range s.offered(srv, "tools/list", deadline) {
				items = append(items, candidate{text: it.Name, note: it.summary()})
			}
		}
	}
	return items
}

func completeLevel(s *Session, arg string) []candidate {
	items := completeServer(s, arg)
	for _, l := range logLevels {
		items = append(items, candidate{text: l})
	}
	return items
}

func completeFile(_ *Session, arg string) []candidate { return files(arg) }

func completeTarget(s *Session, arg string) []candidate {
	word := arg[strings.LastIndexByte(arg, ' ')+1:]
	return append(s.configured(time.Now().Add(completionLimit)), files(word)...)
}

// configured are the servers that configuration files name, and the demo.
func (s *Session) configured(deadline time.Time) []candidate {
	items := []candidate{{text: "demo", note: "the server that ships with mcpjs"}}
	names := make(chan []string, 1)
	if s.onLoop(deadline, func() {
		var list []string
		if exports, err := s.rt.Import("mcp"); err == nil {
			if v, err := s.call(exports, "servers"); err == nil && engine.IsArray(v) {
				array := v.(*engine.Object)
				for i := range int(array.Get("length").ToInteger()) {
					if o, ok := s.element(array, i); ok {
						if n, ok := engine.AsString(o.Get("name")); ok {
							list = append(list, n)
						}
					}
				}
			}
		}
		names <- list
	}) {
		for _, n := range <-names {
			items = append(items, candidate{text: n})
		}
	}
	return items
}

// files are the files that a path may be the beginning of.
func files(path string) []candidate {
	dir, base := filepath.Split(path)
	where := expandHome(dir)
	if where == "" {
		where = "."
	}
	entries, err := os.ReadDir(where)
	if err != nil {
		return nil
	}
	var items []candidate
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(base, ".") || !strings.HasPrefix(e.Name(), base) || strings.ContainsAny(e.Name(), "\x1b\n") {
			continue
		}
		name := dir + e.Name()
		if e.IsDir() {
			name += string(filepath.Separator)
		}
		items = append(items, candidate{text: name})
		if len(items) == 500 {
			break
		}
	}
	return items
}
