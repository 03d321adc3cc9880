package scripts

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"mcpjs/engine"
)

// A screen is what watching shows on stderr besides the script's own output:
// one line where a run begins again and one where it ends.
type screen struct {
	mu     sync.Mutex
	w      io.Writer
	color  bool
	tty    bool // stderr is a terminal
	wipe   bool // clear before each run
	keys   bool // keys are taken
	hinted bool
}

// The styles of a line.
const (
	dimStyle  = "2"
	goodStyle = "32"
	badStyle  = "31"
	warnStyle = "33"
)

func newScreen(opts Options, wipe bool) *screen {
	return &screen{
		w: opts.Stderr, color: engine.WantsColor(opts.Stderr, opts.Color),
		tty: engine.IsTerminal(opts.Stderr), wipe: wipe,
	}
}

// say writes one line.
func (s *screen) say(style, format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line(style, fmt.Sprintf(format, args...))
}

func (s *screen) line(style, text string) {
	text = "[watch] " + text
	if s.color {
		text = "\x1b[" + style + "m" + text + "\x1b[0m"
	}
	fmt.Fprintln(s.w, text)
}

// askedFor is why a run begins that a key asked for.
const askedFor = "asked for"

// begin says that a run begins, where it isn't the first.
func (s *screen) begin(count int, why string) {
	if count == 1 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wipe {
		s.erase()
	}
	s.line(dimStyle, fmt.Sprintf("run %d: %s", count, cmp.Or(why, askedFor)))
}

// report shows why a run failed.
func (s *screen) report(text string, open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if open {
		fmt.Fprintln(s.w)
	}
	io.WriteString(s.w, text)
	if !strings.HasSuffix(text, "\n") {
		fmt.Fprintln(s.w)
	}
}

// end says how a run ended, and which tests fail that it left out.
func (s *screen) end(r *run, again bool, failing string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.open {
		fmt.Fprintln(s.w)
	}
	style, how := goodStyle, "done"
	switch {
	case r.aborted:
		style, how = warnStyle, "aborted"
	case r.failure != nil && r.failure.Code == ExitTimeout:
		style, how = badStyle, "timed out"
	case r.failure != nil:
		style, how = badStyle, fmt.Sprintf("failed, exit code %d,", r.failure.Code)
	}
	text := fmt.Sprintf("run %d %s after %s", r.count, how, took(r.took))
	if how == "done" {
		text = fmt.Sprintf("run %d done in %s", r.count, took(r.took))
	}
	if failing != "" {
		text += "; still failing: " + failing
		if style == goodStyle {
			style = warnStyle
		}
	}
	if !again {
		text += "; waiting for changes"
		if s.keys && !s.hinted {
			s.hinted = true
			text += " (r: run again, c: clear, q: quit)"
		}
	}
	s.line(style, text)
}

// took shows a duration for people.
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// clear empties a terminal.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
}

func (s *screen) erase() {
	if s.tty {
		io.WriteString(s.w, "\x1b[H\x1b[2J")
	}
}
