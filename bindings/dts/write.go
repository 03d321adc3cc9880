package dts

import (
	"fmt"
	"strings"
	"unicode"
)

// quoted is a string as TypeScript writes it. What it can't be seen to be, such
// as control characters and those that change the direction of text, is escaped.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case visible(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// visible tells whether a character may stand in a file as it is.
func visible(r rune) bool {
	return r == ' ' || unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != unicode.ReplacementChar
}

// property is a name as it stands in an object type.
func property(name string) string {
	if identifier(name) {
		return name
	}
	return quoted(name)
}

func identifier(name string) bool {
	for i, r := range name {
		if r != '_' && r != '$' && (r > 0x7f || !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r))) {
			return false
		}
	}
	return name != ""
}

// longestDoc bounds what a server may say of one thing, in bytes.
const longestDoc = 4000

// comment writes a doc comment of paragraphs and tags, which may hold anything:
// nothing in them ends it.
func comment(indent string, parts ...string) string {
	var lines []string
	for _, part := range parts {
		if len(part) > longestDoc {
			part = strings.ToValidUTF8(part[:longestDoc], "") + " …"
		}
		for _, line := range strings.Split(strings.ReplaceAll(part, "\r\n", "\n"), "\n") {
			line = strings.TrimRightFunc(strings.Map(func(r rune) rune {
				switch {
				case visible(r):
					return r
				case unicode.IsSpace(r):
					return ' '
				}
				return -1
			}, line), unicode.IsSpace)
			line = strings.ReplaceAll(line, "*/", `*\/`)
			if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
				continue
			}
			lines = append(lines, line)
		}
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	switch {
	case len(lines) == 0:
		return ""
	case len(lines) == 1 && !strings.HasSuffix(lines[0], "*"):
		return indent + "/** " + lines[0] + " */\n"
	}
	var b strings.Builder
	b.WriteString(indent + "/**\n")
	for _, line := range lines {
		b.WriteString(strings.TrimRight(indent+" * "+line, " ") + "\n")
	}
	b.WriteString(indent + " */\n")
	return b.String()
}

// pascal makes a type's name of any text: its ASCII words, "" where there are
// none.
func pascal(s string) string {
	var b strings.Builder
	upper := true
	for _, r := range s {
		switch {
		case r > 0x7f || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			upper = true
		case upper:
			b.WriteRune(unicode.ToUpper(r))
			upper = false
		default:
			b.WriteRune(r)
		}
		if b.Len() >= 60 {
			break
		}
	}
	name := b.String()
	if name != "" && unicode.IsDigit(rune(name[0])) {
		name = "_" + name
	}
	return name
}
