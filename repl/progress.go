package repl

import (
	"fmt"
	"strings"

	"mcpjs/engine"
)

// bars are the calls that report progress, in the order they began to. Loop
// only.
type bars struct {
	all []*bar
}

type bar struct {
	token           string
	progress, total float64
	message         string
}

// progress shows what a call reports. Loop only.
func (s *Session) progress(_ *server, v engine.Value) {
	o, ok := v.(*engine.Object)
	if !ok || !s.interactive {
		return
	}
	token := ""
	if t := o.Get("progressToken"); t != nil {
		token = t.String()
	}
	var b *bar
	for _, known := range s.bars.all {
		if known.token == token {
			b = known
		}
	}
	if b == nil {
		b = &bar{token: token}
		s.bars.all = append(s.bars.all, b)
	}
	if p := o.Get("progress"); p != nil {
		b.progress = p.ToFloat()
	}
	if t := o.Get("total"); !engine.IsNullish(t) {
		b.total = t.ToFloat()
	}
	b.message, _ = engine.AsString(o.Get("message"))
	s.drawBars()
}

// noBars takes them away, when a call is over. Loop only.
func (s *Session) noBars() {
	if len(s.bars.all) > 0 {
		s.bars.all = nil
		s.screen.setStatus("")
	}
}

func (s *Session) drawBars() {
	var lines []string
	for _, b := range s.bars.all[max(0, len(s.bars.all)-3):] {
		lines = append(lines, b.text())
	}
	s.screen.setStatus(strings.Join(lines, "\n"))
}

// text is a bar of 20 cells, or the count where there is no total.
func (b *bar) text() string {
	message := engine.Printable(firstLine(b.message))
	if !(b.total > 0) {
		return strings.TrimSpace(fmt.Sprintf("%g %s", b.progress, message))
	}
	const cells = 20
	share := min(max(b.progress/b.total, 0), 1)
	full := int(share * cells)
	return strings.TrimSpace(fmt.Sprintf("%s%s %3.0f%% %s", strings.Repeat("█", full), strings.Repeat("░", cells-full), share*100, message))
}
