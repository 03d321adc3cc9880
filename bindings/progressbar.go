package bindings

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// A progressBar is a line on the terminal that shows the progress of the call
// that reported last. Loop only.
type progressBar struct {
	out   io.Writer
	width func() int
	shown *pendingCall // whose progress it shows
	drawn time.Time
}

const drawInterval = 80 * time.Millisecond

// bar gives the runtime's progress bar, nil where stderr is no terminal: only
// then is progress asked for that no handler wants.
func (b *binding) bar() *progressBar {
	if b.progress == nil && !b.noProgress {
		if b.noProgress = !b.opts.Terminal && !engine.IsTerminal(b.rt.Stderr); !b.noProgress {
			b.progress = &progressBar{out: b.rt.Stderr, width: func() int { return engine.TerminalWidth(b.rt.Stderr) }}
		}
	}
	return b.progress
}

// show draws a message of progress.
func (bar *progressBar) show(p *pendingCall, m session.Progress) {
	if p.settled || bar.shown != nil && time.Since(bar.drawn) < drawInterval {
		return
	}
	bar.shown, bar.drawn = p, time.Now()
	// The cursor goes back, so that what the script prints takes the line.
	fmt.Fprint(bar.out, "\r\x1b[K"+bar.line(p.label, m)+"\r")
}

// line is the bar as text that fits the terminal.
func (bar *progressBar) line(label string, m session.Progress) string {
	const cells = 20
	var text string
	if m.Total != nil && *m.Total > 0 {
		part := min(max(m.Progress / *m.Total, 0), 1)
		full := int(math.Round(part * cells))
		text = fmt.Sprintf("%s %s%s %3.0f%%", label, strings.Repeat("█", full), strings.Repeat("░", cells-full), 100*part)
	} else {
		text = fmt.Sprintf("%s %v", label, m.Progress)
	}
	if m.Message != "" {
		text += " " + m.Message
	}
	text = engine.Printable(strings.ReplaceAll(text, "\n", " "))
	if width := bar.width() - 1; utf8.RuneCountInString(text) > width && width > 1 {
		text = string([]rune(text)[:width-1]) + "…"
	}
	return text
}

// clear takes the bar away.
func (bar *progressBar) clear() {
	if bar != nil && bar.shown != nil {
		bar.end(bar.shown)
	}
}

// end takes the bar away if it shows this call.
func (bar *progressBar) end(p *pendingCall) {
	if bar != nil && bar.shown == p {
		bar.shown = nil
		fmt.Fprint(bar.out, "\r\x1b[K")
	}
}
