package config

import (
	"fmt"
	"strings"
)

// Words splits a command line as a POSIX shell does (XCU 2.2): blanks separate
// words, quotes and backslashes keep characters. No shell is started: operators,
// redirections and expansions of $ are errors; globs and ~ stay as they are.
func Words(line string) ([]string, error) {
	var (
		words []string
		word  strings.Builder
		open  bool // a word has begun, perhaps an empty quoted one
	)
	needsShell := func(what string) error {
		return fmt.Errorf(`%s needs a shell, and none is started: quote it, or use ["sh", "-c", %q]`, what, line)
	}
	expands := func(rest string) bool {
		if len(rest) < 2 {
			return false
		}
		c := rest[1]
		return c == '(' || c == '{' || c == '_' || c == '?' || c == '$' || c == '@' || c == '*' ||
			'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\n', '\r':
			if open {
				words = append(words, word.String())
				word.Reset()
				open = false
			}
		case '\'':
			end := strings.IndexByte(line[i+1:], '\'')
			if end < 0 {
				return nil, fmt.Errorf("a single quote is not closed: %s", line[i:])
			}
			word.WriteString(line[i+1 : i+1+end])
			open = true
			i += end + 1
		case '"':
			start := i
			for i++; ; i++ {
				if i >= len(line) {
					return nil, fmt.Errorf("a double quote is not closed: %s", line[start:])
				}
				if line[i] == '"' {
					break
				}
				if line[i] == '`' || line[i] == '$' && expands(line[i:]) {
					return nil, needsShell(fmt.Sprintf("%q", line[i:min(i+2, len(line))]))
				}
				if line[i] == '\\' && i+1 < len(line) && strings.IndexByte("$`\"\\\n", line[i+1]) >= 0 {
					if i++; line[i] == '\n' {
						continue
					}
				}
				word.WriteByte(line[i])
			}
			open = true
		case '\\':
			if i++; i >= len(line) {
				return nil, fmt.Errorf("a backslash at the end escapes nothing")
			}
			if line[i] != '\n' {
				word.WriteByte(line[i])
				open = true
			}
		case '|', '&', ';', '<', '>', '(', ')', '`':
			return nil, needsShell(fmt.Sprintf("%q", c))
		case '$':
			if expands(line[i:]) {
				return nil, needsShell(fmt.Sprintf("%q", line[i:i+2]))
			}
			word.WriteByte(c)
			open = true
		case '#':
			if !open {
				return nil, needsShell(`a comment ("#")`)
			}
			word.WriteByte(c)
		default:
			word.WriteByte(c)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words, nil
}

// quote writes words so that Words, or a shell, reads them again.
func quote(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		if w != "" && strings.IndexFunc(w, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@%+=,", r))
		}) < 0 {
			b.WriteString(w)
			continue
		}
		b.WriteString("'" + strings.ReplaceAll(w, "'", `'\''`) + "'")
	}
	return b.String()
}
