package repl

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"

	"mcpjs/engine"
)

// screen is a terminal that shows, below all that was printed, a frame which
// is drawn anew whenever it changes: the line being edited, and what belongs
// to it. What is printed meanwhile goes above the frame. Any goroutine may
// print; frames are drawn by one.
type screen struct {
	mu    sync.Mutex
	out   io.Writer
	size  func() (width, height int)
	color bool
	// plain allows no cursor movement: there are no frames.
	plain bool

	partial string // the unfinished line that was printed last
	frame   frame  // what is to be shown
	status  string // lines above the frame, for progress
	visible bool

	drawn  []int // widths of the lines on the screen
	row    int   // of the cursor in them
	column int
	width  int // of the terminal when they were drawn
}

// frame is what is shown below all output: lines that fit the terminal, and
// the place of the cursor.
type frame struct {
	lines       []string
	row, column int
}

const (
	clearLine  = "\x1b[K"
	clearBelow = "\x1b[J"
	reset      = "\x1b[0m"
	hideCursor = "\x1b[?25l"
	showCursor = "\x1b[?25h"
)

// Write prints above the frame.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	if len(s.drawn) > 0 {
		s.toTop(&b)
		b.WriteString(clearBelow + s.partial)
		s.drawn = nil
	}
	b.Write(p)
	s.note(string(p))
	if _, err := io.WriteString(s.out, b.String()); err != nil {
		return 0, err
	}
	if s.visible || s.status != "" {
		s.draw()
	}
	return len(p), nil
}

// Unwrap gives the terminal.
func (s *screen) Unwrap() io.Writer { return s.out }

// note remembers the unfinished line.
func (s *screen) note(p string) {
	if i := strings.LastIndexByte(p, '\n'); i >= 0 {
		s.partial = ""
		p = p[i+1:]
	}
	s.partial += p
	if i := strings.LastIndexByte(s.partial, '\r'); i >= 0 {
		s.partial = s.partial[i+1:]
	}
	const most = 4096
	if len(s.partial) > most {
		s.partial = s.partial[len(s.partial)-most:]
	}
}

// show draws a frame.
func (s *screen) show(f frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frame, s.visible = f, true
	s.draw()
}

// finish draws a frame for the last time: it becomes output.
func (s *screen) finish(f frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frame, s.visible = f, true
	status := s.status
	s.status = ""
	s.draw()
	s.status = status
	var b strings.Builder
	if down := len(s.drawn) - 1 - s.row; down > 0 {
		fmt.Fprintf(&b, "\x1b[%dB", down)
	}
	b.WriteString("\r\n")
	io.WriteString(s.out, b.String())
	s.drawn, s.visible, s.partial = nil, false, ""
	if s.status != "" {
		s.draw()
	}
}

// hide takes the frame from the screen.
func (s *screen) hide() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.visible = false
	s.erase()
	if s.status != "" {
		s.draw()
	}
}

// setStatus shows lines above the frame, or below all output where there is
// none; "" takes them away.
func (s *screen) setStatus(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plain || text == s.status {
		return
	}
	s.status = text
	if s.status == "" && !s.visible {
		s.erase()
		return
	}
	s.draw()
}

// clear empties the terminal.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plain {
		return
	}
	io.WriteString(s.out, "\x1b[H\x1b[2J")
	s.drawn, s.partial = nil, ""
	if s.visible {
		s.draw()
	}
}

func (s *screen) erase() {
	if len(s.drawn) == 0 {
		return
	}
	var b strings.Builder
	s.toTop(&b)
	b.WriteString(clearBelow + s.partial)
	io.WriteString(s.out, b.String())
	s.drawn = nil
}

// toTop moves the cursor from its place in the frame to where that begins. A
// terminal that was made narrower meanwhile has broken its lines.
func (s *screen) toTop(b *strings.Builder) {
	width, _ := s.size()
	up := s.row
	if width < s.width && width > 0 {
		up = s.column / width
		for _, w := range s.drawn[:s.row] {
			up += max(1, (w+width-1)/width)
		}
	}
	b.WriteString("\r")
	if up > 0 {
		fmt.Fprintf(b, "\x1b[%dA", up)
	}
}

// draw brings the frame to the screen.
func (s *screen) draw() {
	if s.plain {
		return
	}
	width, height := s.size()
	var lines []string
	row, column := 0, 0
	var b strings.Builder
	if !s.color {
		b.Grow(256)
	}
	b.WriteString(hideCursor)
	if len(s.drawn) > 0 {
		s.toTop(&b)
	} else {
		b.WriteString("\r")
	}
	if s.partial != "" {
		if engine.Columns(stripANSI(s.partial)) >= width || !s.visible && s.status == "" {
			b.WriteString(s.partial + reset + "\r\n")
			s.partial = ""
		} else {
			lines = append(lines, s.partial+reset)
		}
	}
	if s.status != "" {
		for _, l := range strings.Split(s.status, "\n") {
			lines = append(lines, truncate(l, width-1))
		}
	}
	if s.visible {
		row, column = len(lines)+s.frame.row, s.frame.column
		lines = append(lines, s.frame.lines...)
	} else {
		row = max(0, len(lines)-1)
	}
	if height > 1 && len(lines) > height-1 {
		// Only a part fits: that around the cursor.
		from := min(max(0, row-(height-1)/2), len(lines)-(height-1))
		lines = lines[from : from+height-1]
		row -= from
	}
	s.drawn = s.drawn[:0]
	for i, l := range lines {
		if i > 0 {
			b.WriteString("\r\n")
		}
		b.WriteString(l + clearLine)
		s.drawn = append(s.drawn, engine.Columns(stripANSI(l)))
	}
	b.WriteString(clearBelow)
	if up := len(lines) - 1 - row; up > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", up)
	}
	b.WriteString("\r")
	if column > 0 {
		fmt.Fprintf(&b, "\x1b[%dC", column)
	}
	b.WriteString(showCursor)
	s.row, s.column, s.width = row, column, width
	io.WriteString(s.out, b.String())
}

// stripANSI removes escape sequences of colours and the like.
func stripANSI(s string) string {
	if !strings.Contains(s, "\x1b") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] == 0x1b {
			if n := escapeLength([]byte(s[i:])); n > 0 {
				i += n
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// truncate cuts a text to columns.
func truncate(s string, columns int) string {
	if engine.Columns(stripANSI(s)) <= columns {
		return s
	}
	used, escaped := 0, false
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] == 0x1b {
			if n := escapeLength([]byte(s[i:])); n > 0 {
				b.WriteString(s[i : i+n])
				i += n
				escaped = true
				continue
			}
		}
		r := []rune(s[i:min(len(s), i+4)])[0]
		w := engine.Columns(string(r))
		if used+w > columns-1 {
			break
		}
		b.WriteRune(r)
		used += w
		i += len(string(r))
	}
	b.WriteString("…")
	if escaped {
		b.WriteString(reset)
	}
	return b.String()
}

// layout breaks text into the lines of a terminal.
type layout struct {
	lines   []string
	current strings.Builder
	column  int
	width   int
	color   bool
	style   style
}

func (l *layout) put(s string, columns int, st style) {
	if l.column+columns > l.width {
		l.newline()
	}
	if l.color && st != l.style {
		if l.style != plain {
			l.current.WriteString(reset)
		}
		l.current.WriteString(ansi[st])
		l.style = st
	}
	l.current.WriteString(s)
	l.column += columns
}

func (l *layout) text(s string, st style) {
	for _, r := range s {
		l.put(string(r), engine.Columns(string(r)), st)
	}
}

func (l *layout) newline() {
	if l.style != plain {
		l.current.WriteString(reset)
		l.style = plain
	}
	l.lines = append(l.lines, l.current.String())
	l.current.Reset()
	l.column = 0
}

// row is the number of the line being written.
func (l *layout) row() int { return len(l.lines) }

// clusterEnd is where the character that begins at i ends, as its user sees
// it: with its combining marks, and an emoji with all it is joined of.
func clusterEnd(s []rune, i int) int {
	if i >= len(s) {
		return len(s)
	}
	first := s[i]
	i++
	if isFlag(first) && i < len(s) && isFlag(s[i]) {
		return i + 1
	}
	for i < len(s) {
		switch r := s[i]; {
		case r == 0x200d && i+1 < len(s) && s[i+1] > 0x2000: // joiner
			i += 2
		case unicode.In(r, unicode.Mn, unicode.Me), r == 0x200d, r >= 0xfe00 && r <= 0xfe0f, r >= 0x1f3fb && r <= 0x1f3ff:
			i++
		default:
			return i
		}
	}
	return i
}

func isFlag(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// clusterStart is where the character that ends at i begins.
func clusterStart(s []rune, i int) int {
	from := i
	for from > 0 && s[from-1] != '\n' {
		from--
	}
	if from == i {
		return max(0, i-1)
	}
	for {
		end := clusterEnd(s, from)
		if end >= i {
			return from
		}
		from = end
	}
}

// clusterColumns is the width of one character.
func clusterColumns(c []rune) int {
	switch {
	case len(c) == 0:
		return 0
	case len(c) > 1 && (isFlag(c[0]) || c[1] == 0xfe0f || c[1] == 0x200d || c[1] >= 0x1f3fb && c[1] <= 0x1f3ff):
		return 2
	}
	return engine.Columns(string(c[0]))
}
