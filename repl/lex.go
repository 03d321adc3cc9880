package repl

import (
	"slices"
	"strings"
	"unicode"
)

// kind is what a token of the source is.
type kind uint8

const (
	space kind = iota
	comment
	text // string literals and the text of templates, delimiters included
	regex
	number
	word    // identifiers
	keyword // and literals such as true
	punct
)

// token is a piece of source, by its runes' offsets.
type token struct {
	kind     kind
	from, to int
	// open tells of a literal or comment that nothing ends.
	open bool
}

var keywords = strings.Fields(`async await break case catch class const continue debugger default delete do
	else enum export extends finally for from function if implements import in instanceof interface let new of
	private protected public return satisfies static super switch this throw try type typeof using var void
	while with yield as true false null undefined NaN Infinity`)

// contextual are keywords only where they don't name something.
var contextual = strings.Fields("async from of type using as static get set satisfies enum implements interface private protected public")

// lex splits source into tokens that cover all of it. It never fails: what it
// does not understand is punctuation.
func lex(src []rune) []token {
	var out []token
	var templates []int // brace depth at each open ${
	depth := 0
	add := func(k kind, from, to int, open bool) { out = append(out, token{k, from, to, open}) }
	// last is the last token that is neither space nor comment.
	last := func() (token, bool) {
		for i := len(out) - 1; i >= 0; i-- {
			if out[i].kind != space && out[i].kind != comment {
				return out[i], true
			}
		}
		return token{}, false
	}
	template := func(from, i int) int { // from the ` or } on
		for ; i < len(src); i++ {
			switch {
			case src[i] == '\\':
				i++
			case src[i] == '`':
				add(text, from, i+1, false)
				return i + 1
			case src[i] == '$' && i+1 < len(src) && src[i+1] == '{':
				add(text, from, i, false)
				add(punct, i, i+2, false)
				templates = append(templates, depth)
				return i + 2
			}
		}
		add(text, from, len(src), true)
		return len(src)
	}
	for i := 0; i < len(src); {
		c := src[i]
		next := rune(0)
		if i+1 < len(src) {
			next = src[i+1]
		}
		from := i
		switch {
		case unicode.IsSpace(c):
			for i < len(src) && unicode.IsSpace(src[i]) {
				i++
			}
			add(space, from, i, false)
		case c == '/' && next == '/':
			for i < len(src) && src[i] != '\n' {
				i++
			}
			add(comment, from, i, false)
		case c == '/' && next == '*':
			open := true
			for i += 2; i < len(src); i++ {
				if src[i] == '*' && i+1 < len(src) && src[i+1] == '/' {
					i, open = i+2, false
					break
				}
			}
			add(comment, from, min(i, len(src)), open)
		case c == '"' || c == '\'':
			open := true
			for i++; i < len(src) && src[i] != '\n'; i++ {
				if src[i] == '\\' {
					i++
				} else if src[i] == c {
					i, open = i+1, false
					break
				}
			}
			i = min(i, len(src))
			add(text, from, i, open)
		case c == '`':
			i = template(i, i+1)
		case c == '}' && len(templates) > 0 && templates[len(templates)-1] == depth:
			templates = templates[:len(templates)-1]
			add(punct, i, i+1, false)
			i = template(i+1, i+1)
		case unicode.IsDigit(c) || c == '.' && unicode.IsDigit(next):
			for i < len(src) && (isWordRune(src[i]) || src[i] == '.' || (src[i] == '+' || src[i] == '-') && (src[i-1] == 'e' || src[i-1] == 'E') && src[from] != '0') {
				i++
			}
			add(number, from, i, false)
		case isWordRune(c):
			for i < len(src) && isWordRune(src[i]) {
				i++
			}
			k := word
			name := string(src[from:i])
			if slices.Contains(keywords, name) {
				k = keyword
				if t, ok := last(); ok && t.kind == punct && src[t.to-1] == '.' {
					k = word // a property
				} else if slices.Contains(contextual, name) && !contextualHere(src, i) {
					k = word
				}
			}
			add(k, from, i, false)
		case c == '/' && regexHere(src, last):
			class, open := false, true
			for i++; i < len(src) && src[i] != '\n'; i++ {
				if src[i] == '\\' {
					i++
				} else if src[i] == '[' {
					class = true
				} else if src[i] == ']' {
					class = false
				} else if src[i] == '/' && !class {
					for i++; i < len(src) && isWordRune(src[i]); i++ {
					}
					open = false
					break
				}
			}
			i = min(i, len(src))
			add(regex, from, i, open)
		default:
			switch c {
			case '{':
				depth++
			case '}':
				depth = max(0, depth-1)
			}
			i++
			add(punct, from, i, false)
		}
	}
	return out
}

// contextualHere tells whether a word that can be a name is a keyword, by what
// follows it: another word.
func contextualHere(src []rune, i int) bool {
	for i < len(src) && unicode.IsSpace(src[i]) {
		i++
	}
	return i < len(src) && (isWordRune(src[i]) || src[i] == '(' || src[i] == '"' || src[i] == '\'' || src[i] == '{')
}

// regexHere tells whether a slash begins a regular expression rather than a
// division, by what stands before it.
func regexHere(src []rune, last func() (token, bool)) bool {
	t, ok := last()
	if !ok {
		return true
	}
	switch t.kind {
	case number, word, text, regex:
		return false
	case keyword:
		name := string(src[t.from:t.to])
		return name != "this" && name != "super" && name != "true" && name != "false" && name != "null" && name != "undefined"
	}
	c := src[t.to-1]
	return c != ')' && c != ']' && c != '}'
}

func isWordRune(c rune) bool {
	return c == '_' || c == '$' || c < 0x80 && (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') ||
		c >= 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.Mn, c))
}

// style is how a rune is shown.
type style uint8

const (
	plain style = iota
	styleKeyword
	styleText
	styleNumber
	styleComment
	styleRegex
	styleMatch
	styleDim
	stylePrompt
	styleChosen
	styleCommand
)

var ansi = [...]string{
	styleKeyword: "\x1b[35m", styleText: "\x1b[32m", styleNumber: "\x1b[33m", styleComment: "\x1b[90m",
	styleRegex: "\x1b[31m", styleMatch: "\x1b[1;4;36m", styleDim: "\x1b[90m", stylePrompt: "\x1b[1;36m",
	styleChosen: "\x1b[7m", styleCommand: "\x1b[36m",
}

// paint gives the style of each rune of an input, with the bracket before the
// cursor and its partner marked.
func paint(src []rune, pos int) []style {
	styles := make([]style, len(src))
	if len(src) > 0 && src[0] == '.' && isDotCommand(string(src)) {
		for i := 0; i < len(src) && src[i] != ' '; i++ {
			styles[i] = styleCommand
		}
		return styles
	}
	tokens := lex(src)
	for _, t := range tokens {
		s := plain
		switch t.kind {
		case keyword:
			s = styleKeyword
		case text:
			s = styleText
		case number:
			s = styleNumber
		case comment:
			s = styleComment
		case regex:
			s = styleRegex
		}
		for i := t.from; i < t.to; i++ {
			styles[i] = s
		}
	}
	if a, b, ok := matchingBrackets(src, tokens, pos); ok {
		styles[a], styles[b] = styleMatch, styleMatch
	}
	return styles
}

const openers, closers = "([{", ")]}"

// matchingBrackets gives the bracket at or before the cursor and its partner.
func matchingBrackets(src []rune, tokens []token, pos int) (a, b int, ok bool) {
	pairs := map[int]int{}
	var stack []int
	for _, t := range tokens {
		if t.kind != punct {
			continue
		}
		c := src[t.to-1]
		if strings.ContainsRune(openers, c) {
			stack = append(stack, t.to-1)
		} else if i := strings.IndexRune(closers, c); i >= 0 && len(stack) > 0 {
			open := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if rune(openers[i]) == src[open] {
				pairs[open], pairs[t.to-1] = t.to-1, open
			}
		}
	}
	for _, at := range []int{pos - 1, pos} {
		if partner, found := pairs[at]; found {
			return at, partner, true
		}
	}
	return 0, 0, false
}

// openBrackets are the brackets that nothing closes, by offset, outermost
// first.
func openBrackets(src []rune, tokens []token) []int {
	var stack []int
	for _, t := range tokens {
		if t.kind != punct {
			continue
		}
		c := src[t.to-1]
		if strings.ContainsRune(openers, c) {
			stack = append(stack, t.to-1)
		} else if strings.ContainsRune(closers, c) && len(stack) > 0 {
			stack = stack[:len(stack)-1]
		}
	}
	return stack
}
