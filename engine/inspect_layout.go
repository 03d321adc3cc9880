package engine

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// style is a name of node's util.inspect.styles with its ANSI codes.
type style struct {
	name    string
	on, off string
}

var (
	styleSpecial   = style{"special", "\x1b[36m", "\x1b[39m"}
	styleNumber    = style{"number", "\x1b[33m", "\x1b[39m"}
	styleBigInt    = style{"bigint", "\x1b[33m", "\x1b[39m"}
	styleBoolean   = style{"boolean", "\x1b[33m", "\x1b[39m"}
	styleUndefined = style{"undefined", "\x1b[90m", "\x1b[39m"}
	styleNull      = style{"null", "\x1b[1m", "\x1b[22m"}
	styleString    = style{"string", "\x1b[32m", "\x1b[39m"}
	styleSymbol    = style{"symbol", "\x1b[32m", "\x1b[39m"}
	styleDate      = style{"date", "\x1b[35m", "\x1b[39m"}
	styleRegExp    = style{"regexp", "\x1b[31m", "\x1b[39m"}
	styleModule    = style{"module", "\x1b[4m", "\x1b[24m"}

	styles = []style{styleSpecial, styleNumber, styleBigInt, styleBoolean, styleUndefined, styleNull,
		styleString, styleSymbol, styleDate, styleRegExp, styleModule}
)

func (p *printer) paint(s string, st style) string {
	if !p.colors {
		return s
	}
	return st.on + s + st.off
}

// wtf8 is a JS string as UTF-8 in which surrogates without a partner keep their three bytes.
func wtf8(s goja.String) string {
	text := s.String()
	if len(text) == s.Length() || !strings.ContainsRune(text, utf8.RuneError) {
		return text
	}
	var b strings.Builder
	for i, n := 0, s.Length(); i < n; i++ {
		unit := rune(s.CharAt(i))
		switch {
		case unit < 0xD800 || unit > 0xDFFF:
			b.WriteRune(unit)
		case unit < 0xDC00 && i+1 < n && s.CharAt(i+1)&0xFC00 == 0xDC00:
			i++
			b.WriteRune((unit-0xD800)<<10 + rune(s.CharAt(i)) - 0xDC00 + 0x10000)
		default:
			b.Write([]byte{byte(0xE0 | unit>>12), byte(0x80 | unit>>6&0x3F), byte(0x80 | unit&0x3F)})
		}
	}
	return b.String()
}

// quote writes s as a string literal, in the quotes that need the fewest escapes.
func quote(s string) string {
	mark := byte('\'')
	if strings.IndexByte(s, '\'') >= 0 {
		if strings.IndexByte(s, '"') < 0 {
			mark = '"'
		} else if strings.IndexByte(s, '`') < 0 && !strings.Contains(s, "${") {
			mark = '`'
		}
	}
	return string(mark) + escape(s, mark) + string(mark)
}

// escape replaces control characters, backslashes, lone surrogates and single quotes, these only
// if they are the mark.
func escape(s string, mark byte) string {
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		c := s[i]
		clean = c >= ' ' && c < 0x7F && c != '\\' && (c != '\'' || mark != '\'')
	}
	if clean {
		return s
	}
	const hex, upper = "0123456789abcdef", "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			if i+2 < len(s) && s[i] == 0xED {
				unit := 0xD000 | int(s[i+1]&0x3F)<<6 | int(s[i+2]&0x3F)
				b.WriteString(`\u` + string([]byte{hex[unit>>12], hex[unit>>8&15], hex[unit>>4&15], hex[unit&15]}))
				size = 3
			} else {
				b.WriteRune(utf8.RuneError)
			}
		case r == '\\', r == '\'' && mark == '\'':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r >= ' ' && r < 0x7F, r >= 0xA0:
			b.WriteString(s[i : i+size])
		case r >= '\b' && r <= '\r' && r != '\v':
			b.WriteByte('\\')
			b.WriteByte("bt\x00nfr"[[]int{0, 1, 3, 0, 4, 5}[r-'\b']])
		default:
			b.WriteString(`\x` + string([]byte{upper[r>>4&15], upper[r&15]}))
		}
		i += size
	}
	return b.String()
}

// isIdentifier says whether a key is shown without quotes.
func isIdentifier(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}

// units is the length of s in UTF-16, as JS counts it.
func units(s string) int {
	n := len(s)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x80 && c < 0xC0:
			n--
		case c >= 0xF0:
			n++
		}
	}
	return n
}

// columns is the width of s on a terminal.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x7F:
			if r >= ' ' {
				n++
			}
		case isWide(r):
			n += 2
		case r < 0xA0 || unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		default:
			n++
		}
	}
	return n
}

// isWide holds for East Asian wide and full-width characters and for emoji (UAX #11).
func isWide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115F || r == 0x2329 || r == 0x232A ||
		r >= 0x2E80 && r <= 0x3247 && r != 0x303F || r >= 0x3250 && r <= 0x4DBF || r >= 0x4E00 && r <= 0xA4C6 ||
		r >= 0xA960 && r <= 0xA97C || r >= 0xAC00 && r <= 0xD7A3 || r >= 0xF900 && r <= 0xFAFF ||
		r >= 0xFE10 && r <= 0xFE19 || r >= 0xFE30 && r <= 0xFE6B || r >= 0xFF01 && r <= 0xFF60 ||
		r >= 0xFFE0 && r <= 0xFFE6 || r >= 0x1B000 && r <= 0x1B001 || r >= 0x1F1E6 && r <= 0x1F251 ||
		r >= 0x1F300 && r <= 0x1F64F || r >= 0x1F680 && r <= 0x1F6FF || r >= 0x1F900 && r <= 0x1F9FF ||
		r >= 0x20000 && r <= 0x3FFFD)
}

// plain is s without the colours that paint gave it.
func (p *printer) plain(s string) string {
	if !p.colors || strings.IndexByte(s, '\x1b') < 0 {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "\x1b[")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		j := strings.IndexByte(s[i:], 'm')
		if j < 0 {
			return b.String()
		}
		s = s[i+j+1:]
	}
}

// entries is what stands between the braces of one object, and how to lay it out.
type entries struct {
	list    []string
	base    string // what stands before the opening brace: a function, an error, a reference mark
	open    string
	close   string
	array   bool // many elements may be set in columns
	numbers bool // columns are aligned to the right
	depth   int
}

// layout joins the entries on one line if they are few, short and shallow, otherwise line by line.
func (p *printer) layout(e entries) string {
	if p.compact == compactAll {
		base := e.base
		if base != "" {
			base = " " + base
		}
		if p.fits(e.list, 0, e.base) {
			return e.open + base + " " + strings.Join(e.list, ", ") + " " + e.close
		}
		indent := strings.Repeat(" ", p.indent)
		start := base + "\n" + indent + "  "
		if e.base == "" && len(e.open) == 1 {
			start = " "
		}
		return e.open + start + strings.Join(e.list, ",\n"+indent+"  ") + " " + e.close
	}
	base := e.base
	if base != "" {
		base += " "
	}
	if p.compact >= 1 {
		count := len(e.list)
		if e.array && count > 6 {
			e.list = p.group(e.list, e.numbers)
		}
		if p.deepest-e.depth < p.compact && count == len(e.list) &&
			p.fits(e.list, len(e.list)+p.indent+units(e.open)+units(e.base)+10, e.base) {
			if line := strings.Join(e.list, ", "); !strings.Contains(line, "\n") {
				return base + e.open + " " + line + " " + e.close
			}
		}
	}
	indent := "\n" + strings.Repeat(" ", p.indent)
	return base + e.open + indent + "  " + strings.Join(e.list, ","+indent+"  ") + indent + e.close
}

func (p *printer) fits(list []string, start int, base string) bool {
	total := len(list) + start
	if total+len(list) > p.breakLength {
		return false
	}
	for _, s := range list {
		if total += units(p.plain(s)); total > p.breakLength {
			return false
		}
	}
	return !strings.Contains(base, "\n")
}

// group sets more than six short array elements in columns, as near to a square as they give.
func (p *printer) group(list []string, numbers bool) []string {
	const separator = 2
	count := len(list)
	if p.maxArray < count {
		count-- // "... more items" stands alone
	}
	widths := make([]int, count)
	total, widest := 0, 0
	for i := range widths {
		widths[i] = columns(p.plain(list[i]))
		total += widths[i] + separator
		widest = max(widest, widths[i])
	}
	cell := widest + separator
	if cell*3+p.indent >= p.breakLength || float64(total)/float64(cell) <= 5 && widest > 6 {
		return list
	}
	bias := math.Sqrt(float64(cell) - float64(total)/float64(len(list)))
	biased := math.Max(float64(cell)-3-bias, 1)
	across := min(
		int(math.Floor(math.Sqrt(2.5*biased*float64(count))/biased+0.5)),
		(p.breakLength-p.indent)/cell,
		p.compact*4,
		15,
	)
	if across <= 1 {
		return list
	}
	column := make([]int, across)
	for i, w := range widths {
		column[i%across] = max(column[i%across], w)
	}
	var lines []string
	for start := 0; start < count; start += across {
		end := min(start+across, count)
		var b strings.Builder
		for i := start; i < end; i++ {
			pad := strings.Repeat(" ", column[i-start]-widths[i])
			if numbers {
				b.WriteString(pad)
			}
			b.WriteString(list[i])
			if i < end-1 {
				b.WriteString(", ")
				if !numbers {
					b.WriteString(pad)
				}
			}
		}
		lines = append(lines, b.String())
	}
	if count < len(list) {
		lines = append(lines, list[count])
	}
	return lines
}
