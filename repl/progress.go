package repl

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mcpjs/engine"
)

// bars are the calls that report progress, in the order they began to. Loop
// only.
type bars struct {
	all     []*bar
	running int         // inputs and commands that are waited for
	quiet   time.Time   // until then what was interrupted may still report
	sweep   *time.Timer // takes bars away; nil where there is none to take
}

const (
	barFull  = time.Second      // how long a full bar stays
	barStale = 10 * time.Second // and one without news, where nothing is waited for
	barLate  = 2 * time.Second  // how long a call may report after its end
)

type bar struct {
	srv             *server
	token           string
	since           time.Time // its last news
	progress, total float64
	message         string
}

// progress shows what a call reports. Loop only.
func (s *Session) progress(srv *server, v engine.Value) {
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
		if known.srv == srv && known.token == token {
			b = known
		}
	}
	now := time.Now()
	if b == nil {
		if s.bars.running == 0 && now.Before(s.bars.quiet) {
			return
		}
		b = &bar{srv: srv, token: token}
		s.bars.all = append(s.bars.all, b)
	}
	if p := o.Get("progress"); p != nil {
		b.progress = p.ToFloat()
	}
	if t := o.Get("total"); !engine.IsNullish(t) {
		b.total = t.ToFloat()
	}
	b.message, _ = engine.AsString(o.Get("message"))
	b.since = now
	s.drawBars()
	s.sweepLater()
}

// sweepLater takes the bars away, in time, that nobody else will: those of
// calls that no input waits for.
func (s *Session) sweepLater() {
	if s.bars.sweep != nil || len(s.bars.all) == 0 {
		return
	}
	s.bars.sweep = time.AfterFunc(barFull, func() {
		s.rt.Post(func() {
			s.bars.sweep = nil
			before := len(s.bars.all)
			s.bars.all = slices.DeleteFunc(s.bars.all, func(b *bar) bool {
				age := time.Since(b.since)
				return b.full() && age >= barFull || s.bars.running == 0 && age >= barStale
			})
			if len(s.bars.all) < before {
				s.drawBars()
			}
			s.sweepLater()
		})
	})
}

func (b *bar) full() bool { return b.total > 0 && b.progress >= b.total }

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
