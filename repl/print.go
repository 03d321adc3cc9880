package repl

import (
	"fmt"
	"io"
	"strings"

	"mcpjs/engine"
)

// diagnostics is where errors go that the loop has no part in. Front only.
func (s *Session) diagnostics() io.Writer {
	if s.interactive {
		return s.screen
	}
	return s.opts.Stderr
}

const (
	mostLines = 60 // of a value, before it is cut
	mostBytes = 16 << 10
)

// showResult shows the value of an input. Loop only.
func (s *Session) showResult(v engine.Value) {
	if engine.IsUndefined(v) && !s.interactive {
		return
	}
	text, narrowed := s.display(v)
	if s.interactive {
		cut, rest := cutText(text)
		s.keepShown(narrowed || rest != "", func() string { return s.displayAll(v) })
		if rest != "" {
			if s.color {
				cut += reset
			}
			text = cut + "\n" + s.dim("… "+rest+" more; .more shows all")
		} else if narrowed {
			text += "\n" + s.dim(moreHint)
		}
	}
	fmt.Fprintln(s.rt.Stdout, text)
	if o, ok := v.(*engine.Object); ok && s.interactive && engine.KindOf(o) == "Promise" && strings.Contains(text, "[PendingCall]") && strings.Contains(text, "<pending>") {
		fmt.Fprintln(s.rt.Stdout, s.dim("(a call that is under way; await it for its result)"))
	}
	if pictures := s.images(v); pictures != "" {
		fmt.Fprint(s.rt.Stdout, pictures)
	}
}

// cutText cuts a long text and says how much it left out.
func cutText(text string) (cut, rest string) {
	lines := strings.SplitAfter(text, "\n")
	if len(lines) > mostLines+5 {
		head := strings.Join(lines[:mostLines], "")
		return strings.TrimRight(head, "\n"), plural(len(lines)-mostLines, "line")
	}
	if len(text) > mostBytes*5/4 {
		end := mostBytes
		for end > 0 && text[end]&0xc0 == 0x80 {
			end--
		}
		if esc := strings.LastIndexByte(text[:end], 0x1b); esc > end-16 {
			end = esc
		}
		return text[:end], plural(len(text)-end, "byte")
	}
	return text, ""
}

// display is a value as text for people, and whether a table was too wide for
// the terminal. Loop only.
func (s *Session) display(v engine.Value) (text string, narrowed bool) {
	if t, ok := s.tableOf(v); ok {
		return s.grid(t)
	}
	width, _ := s.screen.size()
	return s.rt.Inspect(v, engine.InspectOptions{Colors: s.color, BreakLength: min(max(width, 40), 120)}), false
}

// displayAll is a value with nothing left out. Loop only.
func (s *Session) displayAll(v engine.Value) string {
	if t, ok := s.tableOf(v); ok {
		return s.blocks(t)
	}
	return s.rt.Inspect(v, engine.InspectOptions{Colors: s.color, Depth: -1, MaxArrayLength: -1, MaxStringLength: -1})
}

// moreHint follows a table that was cut.
const moreHint = "… .more shows what was cut"

// keepShown lets .more show all of something that was shown, unless that is
// whole and a message of the trace was cut before it.
func (s *Session) keepShown(cut bool, text func() string) {
	if cut || s.opts.Trace == nil || !s.trace.tracing() {
		s.keepUncut(text)
	}
}

func (s *Session) keepUncut(text func() string) { s.uncut.Store(&text) }

// output is where commands show things. Front only.
func (s *Session) output() io.Writer {
	if s.interactive {
		return s.screen
	}
	return s.opts.Stdout
}
