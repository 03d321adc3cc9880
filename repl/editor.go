package repl

import (
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"mcpjs/engine"
)

// errInterrupt ends a line by Ctrl-C.
var errInterrupt = errors.New("interrupted")

// editor edits inputs, of one line or many, on a screen. It belongs to one
// goroutine.
type editor struct {
	screen  *screen
	history *history
	draft   draft
	kill    []rune // what was cut last
	menu    *menu
	search  *search
	touched bool // keys came before the Ctrl-C that ended the last line

	// complete gives what could stand at the cursor; it may take a while.
	complete func(text []rune, pos int) completion
	// hint gives a line to show below the input, "" for none.
	hint func(text []rune, pos int) string
}

// lineOptions say what is to be read.
type lineOptions struct {
	prompt string
	more   string // the prompt of further lines
	// finished tells whether an input is complete: Enter goes on in the next
	// line while it isn't. nil takes every line.
	finished func(text string) bool
	// code tells that it is source: it is painted and completed, and goes to
	// the history.
	code    bool
	initial string
}

// draft is the input being edited.
type draft struct {
	lineOptions
	text  []rune
	pos   int
	goal  int // column that Up and Down aim at, -1 for the cursor's
	entry int // of the history, len(entries) for none
	saved []rune
	undo  []snapshot
}

type snapshot struct {
	text []rune
	pos  int
}

// completion is what could replace text[from:pos].
type completion struct {
	from  int
	items []candidate
}

// candidate is one of them.
type candidate struct {
	text  string // what is inserted
	label string // what the menu shows, where that is something else
	note  string // what it is, shown beside it
}

// shown is what the menu shows of it.
func (c candidate) shown() string {
	if c.label != "" {
		return engine.Printable(c.label)
	}
	return engine.Printable(c.text)
}

// menu lists candidates below the input.
type menu struct {
	completion
	chosen int // -1 for none yet
	typed  []rune
	pos    int
}

// search looks for a text in the history.
type search struct {
	query  []rune
	entry  int
	failed bool
	before draft
}

// begin starts a new draft.
func (e *editor) begin(opts lineOptions) {
	e.draft = draft{lineOptions: opts, text: []rune(opts.initial), goal: -1, entry: len(e.history.entries)}
	e.draft.pos = len(e.draft.text)
	e.menu, e.search = nil, nil
}

// outcome is what a key means for the draft.
type outcome int

const (
	editing outcome = iota
	submitted
	interrupted
	ended
	suspend
)

// show draws the draft.
func (e *editor) show() { e.screen.show(e.frame(false)) }

// key changes the draft. burst tells that more keys follow at once, as when
// text is pasted into a terminal that doesn't mark it.
func (e *editor) key(r rune, burst bool) outcome {
	if e.search != nil {
		if done := e.searchKey(r); done {
			return editing
		}
	}
	d := &e.draft
	if e.menu != nil {
		switch r {
		case tab, keyDown, keyRight:
			e.choose(1)
			return editing
		case keyBackTab, keyUp, keyLeft:
			e.choose(-1)
			return editing
		case keyEscape, ctrlG:
			d.text, d.pos = e.menu.typed, e.menu.pos
			e.menu = nil
			return editing
		case enter, ctrlJ:
			if e.menu.chosen >= 0 {
				e.menu = nil
				return editing
			}
		}
		e.menu = nil
	}
	goal := -1
	switch r {
	case enter, ctrlJ:
		return e.enter(burst)
	case ctrlC:
		return interrupted
	case ctrlD:
		if len(d.text) == 0 {
			return ended
		}
		e.remove(d.pos, clusterEnd(d.text, d.pos), false)
	case ctrlZ:
		return suspend
	case keyNewline:
		e.insert([]rune{'\n'})
	case keyPasteEnd, keyEscape, ctrlG:
	case keyLeft, ctrlB:
		d.pos = clusterStart(d.text, d.pos)
	case keyRight, ctrlF:
		d.pos = clusterEnd(d.text, d.pos)
	case keyHome, ctrlA:
		d.pos = lineStart(d.text, d.pos)
	case keyEnd, ctrlE:
		d.pos = lineEnd(d.text, d.pos)
	case keyWordLeft:
		d.pos = wordLeft(d.text, d.pos)
	case keyWordRight:
		d.pos = wordRight(d.text, d.pos)
	case keyUp, ctrlP:
		goal = e.vertical(-1)
	case keyDown, ctrlN:
		goal = e.vertical(1)
	case keyPageUp:
		e.recall(-1)
	case keyPageDown:
		e.recall(1)
	case keyDelete:
		e.remove(d.pos, clusterEnd(d.text, d.pos), false)
	case backspace, ctrlH:
		e.remove(clusterStart(d.text, d.pos), d.pos, false)
	case ctrlK:
		end := lineEnd(d.text, d.pos)
		if end == d.pos && end < len(d.text) {
			end++
		}
		e.remove(d.pos, end, true)
	case ctrlU:
		e.remove(lineStart(d.text, d.pos), d.pos, true)
	case ctrlW:
		from := d.pos
		for from > 0 && unicode.IsSpace(d.text[from-1]) {
			from--
		}
		for from > 0 && !unicode.IsSpace(d.text[from-1]) {
			from--
		}
		e.remove(from, d.pos, true)
	case keyKillWordBack:
		e.remove(wordLeft(d.text, d.pos), d.pos, true)
	case keyKillWord:
		e.remove(d.pos, wordRight(d.text, d.pos), true)
	case ctrlY:
		e.insert(e.kill)
	case ctrlT:
		if n := len(d.text); n > 1 && d.pos > 0 {
			e.snapshot()
			at := min(d.pos, n-1)
			d.text[at-1], d.text[at] = d.text[at], d.text[at-1]
			d.pos = at + 1
		}
	case ctrlUnder:
		if n := len(d.undo); n > 0 {
			d.text, d.pos = d.undo[n-1].text, d.undo[n-1].pos
			d.undo = d.undo[:n-1]
		}
	case ctrlL:
		e.screen.clear()
	case ctrlR, ctrlS:
		if d.code {
			e.search = &search{entry: len(e.history.entries), before: *d}
		}
	case tab:
		if !d.code || len(strings.TrimSpace(string(d.text[lineStart(d.text, d.pos):d.pos]))) == 0 {
			e.insert([]rune("  "))
		} else {
			e.completeHere()
		}
	default:
		if r >= 0x20 && r < 0xF0000 {
			e.insert([]rune{r})
		}
	}
	d.goal = goal
	return editing
}

// enter submits the draft, or goes on in the next line.
func (e *editor) enter(burst bool) outcome {
	d := &e.draft
	if d.finished == nil || d.finished(string(d.text)) {
		return submitted
	}
	indent := ""
	if !burst {
		line := string(d.text[lineStart(d.text, d.pos):d.pos])
		indent = line[:len(line)-len(strings.TrimLeft(line, " "))]
		if t := strings.TrimRight(line, " "); t != "" && strings.ContainsRune(openers, rune(t[len(t)-1])) {
			indent += "  "
		}
	}
	e.insert([]rune("\n" + indent))
	return editing
}

// submit takes the draft from the screen as a line of output, and gives it.
func (e *editor) submit() string {
	e.draft.pos = len(e.draft.text)
	e.menu, e.search = nil, nil
	e.screen.finish(e.frame(true))
	text := string(e.draft.text)
	if e.draft.code {
		e.history.add(text)
	}
	return text
}

func (e *editor) snapshot() {
	d := &e.draft
	d.undo = append(d.undo, snapshot{slices.Clone(d.text), d.pos})
	if len(d.undo) > 200 {
		d.undo = d.undo[1:]
	}
}

func (e *editor) insert(s []rune) {
	if len(s) == 0 {
		return
	}
	d := &e.draft
	// What is typed in one go is undone in one go.
	if len(s) > 1 || unicode.IsSpace(s[0]) || len(d.undo) == 0 || d.pos == 0 || d.text[d.pos-1] == ' ' {
		e.snapshot()
	}
	d.text = slices.Insert(d.text, d.pos, s...)
	d.pos += len(s)
}

func (e *editor) remove(from, to int, keep bool) {
	d := &e.draft
	if from >= to {
		return
	}
	e.snapshot()
	if keep {
		e.kill = slices.Clone(d.text[from:to])
	}
	d.text = slices.Delete(slices.Clone(d.text), from, to)
	d.pos = from
}

func lineStart(s []rune, pos int) int {
	for pos > 0 && s[pos-1] != '\n' {
		pos--
	}
	return pos
}

func lineEnd(s []rune, pos int) int {
	for pos < len(s) && s[pos] != '\n' {
		pos++
	}
	return pos
}

func wordLeft(s []rune, pos int) int {
	for pos > 0 && !isWordRune(s[pos-1]) {
		pos--
	}
	for pos > 0 && isWordRune(s[pos-1]) {
		pos--
	}
	return pos
}

func wordRight(s []rune, pos int) int {
	for pos < len(s) && !isWordRune(s[pos]) {
		pos++
	}
	for pos < len(s) && isWordRune(s[pos]) {
		pos++
	}
	return pos
}

// vertical moves the cursor by a line of the draft, or to another entry of the
// history where there is none. It gives the column to aim at next.
func (e *editor) vertical(by int) int {
	d := &e.draft
	start := lineStart(d.text, d.pos)
	goal := d.goal
	if goal < 0 {
		goal = d.pos - start
	}
	switch {
	case by < 0 && start > 0:
		above := lineStart(d.text, start-1)
		d.pos = min(above+goal, start-1)
	case by > 0 && lineEnd(d.text, d.pos) < len(d.text):
		below := lineEnd(d.text, d.pos) + 1
		d.pos = min(below+goal, lineEnd(d.text, below))
	default:
		e.recall(by)
		return -1
	}
	return goal
}

// recall shows another entry of the history.
func (e *editor) recall(by int) {
	d := &e.draft
	to := d.entry + by
	if !d.code || to < 0 || to > len(e.history.entries) {
		return
	}
	if d.entry == len(e.history.entries) {
		d.saved = d.text
	}
	d.entry = to
	if to == len(e.history.entries) {
		d.text = slices.Clone(d.saved)
	} else {
		d.text = []rune(e.history.entries[to])
	}
	d.pos = len(d.text)
	d.undo = nil
}

// searchKey handles a key while the history is searched; false where the key
// ends the search and has its own meaning.
func (e *editor) searchKey(r rune) bool {
	s := e.search
	find := func(from, by int) {
		for i := from; i >= 0 && i < len(e.history.entries); i += by {
			if at := strings.Index(strings.ToLower(e.history.entries[i]), strings.ToLower(string(s.query))); at >= 0 {
				s.entry, s.failed = i, false
				e.draft.text = []rune(e.history.entries[i])
				e.draft.pos = len([]rune(e.history.entries[i][:at]))
				e.draft.entry = i
				return
			}
		}
		s.failed = len(s.query) > 0
	}
	switch r {
	case ctrlR:
		find(s.entry-1, -1)
	case ctrlS:
		find(s.entry+1, 1)
	case backspace, ctrlH:
		if len(s.query) > 0 {
			s.query = s.query[:len(s.query)-1]
			find(len(e.history.entries)-1, -1)
		}
	case ctrlG, keyEscape, ctrlC:
		e.draft = s.before
		e.search = nil
	case keyPasteEnd:
	default:
		if r >= 0x20 && r != backspace && r < 0xF0000 {
			s.query = append(s.query, r)
			find(min(s.entry, len(e.history.entries)-1), -1)
			return true
		}
		e.search = nil
		return false
	}
	return true
}

// completeHere inserts what all candidates at the cursor begin with, and lists
// them where that says nothing new.
func (e *editor) completeHere() {
	d := &e.draft
	if e.complete == nil {
		return
	}
	c := e.complete(slices.Clone(d.text), d.pos)
	if len(c.items) == 0 {
		return
	}
	common := []rune(c.items[0].text)
	for _, item := range c.items[1:] {
		other := []rune(item.text)
		n := 0
		for n < len(common) && n < len(other) && common[n] == other[n] {
			n++
		}
		common = common[:n]
	}
	typed := d.text[c.from:d.pos]
	if len(c.items) == 1 || len(common) > len(typed) {
		if !slices.Equal(common, typed) {
			e.snapshot()
			d.text = slices.Replace(slices.Clone(d.text), c.from, d.pos, common...)
			d.pos = c.from + len(common)
		}
		if len(c.items) == 1 {
			return
		}
	}
	e.menu = &menu{completion: c, chosen: -1, typed: slices.Clone(d.text), pos: d.pos}
}

// choose moves the choice in the menu.
func (e *editor) choose(by int) {
	m, d := e.menu, &e.draft
	if m.chosen < 0 && by < 0 {
		m.chosen = 0
	}
	m.chosen = (m.chosen + by + len(m.items)) % len(m.items)
	item := []rune(m.items[m.chosen].text)
	d.text = slices.Replace(slices.Clone(m.typed), m.from, m.pos, item...)
	d.pos = m.from + len(item)
}

// frame lays the draft out.
func (e *editor) frame(final bool) frame {
	d := &e.draft
	width, height := e.screen.size()
	l := &layout{width: max(10, width-1), color: e.screen.color}
	prompt := d.prompt
	if e.search != nil && !final {
		prompt = "(search `" + string(e.search.query) + "`): "
		if e.search.failed {
			prompt = "(nothing like `" + string(e.search.query) + "`): "
		}
	}
	l.text(prompt, stylePrompt)
	var styles []style
	if d.code && e.screen.color {
		cursor := d.pos
		if final {
			cursor = -10
		}
		styles = paint(d.text, cursor)
	}
	f := frame{row: -1}
	for i := 0; i < len(d.text); {
		if i == d.pos {
			f.row, f.column = l.row(), l.column
		}
		if d.text[i] == '\n' {
			l.newline()
			l.text(d.more, styleDim)
			i++
			continue
		}
		end := clusterEnd(d.text, i)
		st := plain
		if styles != nil {
			st = styles[i]
		}
		columns := clusterColumns(d.text[i:end])
		if i == d.pos && l.column+columns > l.width {
			f.row, f.column = l.row()+1, 0
		}
		l.put(printableCluster(d.text[i:end]), columns, st)
		i = end
	}
	if f.row < 0 {
		f.row, f.column = l.row(), l.column
	}
	if !final {
		if e.menu != nil {
			e.layMenu(l, height)
		} else if e.hint != nil && e.search == nil && d.code {
			if hint := e.hint(d.text, d.pos); hint != "" {
				l.newline()
				for _, r := range truncate(hint, l.width) { // the caller made it printable
					l.put(string(r), clusterColumns([]rune{r}), styleDim)
				}
			}
		}
	}
	l.newline()
	f.lines = l.lines
	return f
}

// layMenu lays the candidates out in columns below the draft.
func (e *editor) layMenu(l *layout, height int) {
	m := e.menu
	noted := false
	widest := 0
	for _, c := range m.items {
		widest = max(widest, clusterWidth(c.shown()))
		noted = noted || c.note != ""
	}
	widest = min(widest+2, l.width)
	columns := max(1, l.width/widest)
	if noted {
		columns = 1
	}
	rows := (len(m.items) + columns - 1) / columns
	most := min(max(3, height/2), 12)
	first := 0
	if m.chosen >= 0 && m.chosen%rows >= most {
		first = m.chosen%rows - most + 1
	}
	for row := first; row < min(rows, first+most); row++ {
		l.newline()
		for col := range columns {
			i := col*rows + row
			if i >= len(m.items) {
				break
			}
			c := m.items[i]
			st := plain
			if i == m.chosen {
				st = styleChosen
			}
			shown := truncate(c.shown(), widest-1)
			l.text(shown, st)
			if pad := widest - clusterWidth(shown); col < columns-1 || noted {
				l.text(strings.Repeat(" ", max(0, min(pad, l.width-l.column))), plain)
			}
			if c.note != "" && l.column < l.width-8 {
				l.text(truncate(engine.Printable(firstLine(c.note)), l.width-l.column), styleDim)
			}
		}
	}
	if rows > most {
		l.newline()
		l.text(truncate("… "+plural(len(m.items), "candidate"), l.width), styleDim)
	}
}

func clusterWidth(s string) int {
	w := 0
	runes := []rune(s)
	for i := 0; i < len(runes); {
		end := clusterEnd(runes, i)
		w += clusterColumns(runes[i:end])
		i = end
	}
	return w
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

// printableCluster shows what could drive the terminal as a box.
func printableCluster(c []rune) string {
	if s := string(c); engine.Printable(s) == s && c[0] != '\t' {
		return s
	}
	return "?"
}

// readLine edits one input with keys from next, which gives 0 at the end of
// input; idle is told before waiting.
func (e *editor) readLine(opts lineOptions, next func() (r rune, burst bool)) (string, error) {
	e.begin(opts)
	e.show()
	for touched := false; ; touched = true {
		r, burst := next()
		if r == 0 {
			e.screen.finish(e.frame(true))
			return "", io.EOF
		}
		switch e.key(r, burst) {
		case submitted:
			return e.submit(), nil
		case interrupted:
			e.menu, e.search = nil, nil
			e.screen.finish(e.frame(true))
			e.touched = touched
			return string(e.draft.text), errInterrupt
		case ended:
			e.screen.finish(e.frame(true))
			return "", io.EOF
		case suspend:
			e.screen.hide()
			suspendProcess()
		}
		if !burst {
			e.show()
		}
	}
}
