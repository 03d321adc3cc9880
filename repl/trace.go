package repl

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// Message is what went to a server, or came from one.
type Message struct {
	// Client is the name of the client that it is of.
	Client string
	// Text gives it for people, under the server's name: in columns of width,
	// with lines ended; cut tells that something is missing, which whole asks for.
	Text func(name string, width int, color, whole bool) (text string, cut bool)
}

// trace is what .trace shows. Any goroutine.
type trace struct {
	mu   sync.Mutex
	only []string // clients; none: all
	full bool
	on   bool
}

func (t *trace) tracing() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.on
}

// dotTrace is `.trace [on|off|full] [SERVER]`. Alone it says how things are.
func (s *Session) dotTrace(arg string) error {
	if s.opts.Trace == nil {
		return errors.New("this session has no wire to show")
	}
	words := strings.Fields(arg)
	mode := "on"
	if len(words) > 0 && slices.Contains([]string{"on", "off", "full"}, words[0]) {
		mode, words = words[0], words[1:]
	} else if len(words) == 0 {
		s.trace.mu.Lock()
		if s.trace.on && len(s.trace.only) == 0 {
			mode = "off"
		}
		s.trace.mu.Unlock()
	}
	var only []string
	of := "all servers"
	for _, w := range words {
		srv := s.servers.byName(strings.TrimSuffix(w, ","))
		if srv == nil {
			return s.noServer(w)
		}
		only = append(only, srv.client)
		of = strings.Join(words, " ")
	}
	s.setTrace(mode, only)
	state := "tracing " + of + "; .trace off ends it"
	switch {
	case mode == "off":
		state = "tracing is off"
	case mode == "on":
		state += ", .more shows all of a message that was cut"
	}
	fmt.Fprintln(s.output(), s.dim(state))
	return nil
}

// noServer is the error of a command for a server that there isn't.
func (s *Session) noServer(name string) error {
	if names := s.servers.names(); len(names) > 0 {
		return fmt.Errorf("there is no server %s; there are %s", name, strings.Join(names, ", "))
	}
	return fmt.Errorf("there is no server %s; .connect TARGET connects one", name)
}

// setTrace switches the trace; only names the clients that it is of.
func (s *Session) setTrace(mode string, only []string) {
	t := &s.trace
	t.mu.Lock()
	if mode == "off" && len(only) > 0 && t.on && len(t.only) > 0 { // the others go on
		t.only = slices.DeleteFunc(slices.Clone(t.only), func(c string) bool { return slices.Contains(only, c) })
		mode = "on"
		if len(t.only) == 0 {
			mode = "off"
		}
		only = t.only
	}
	t.only, t.full, t.on = only, mode == "full", mode != "off"
	on := t.on
	t.mu.Unlock()
	if on {
		s.opts.Trace(s.showMessage)
	} else {
		s.opts.Trace(nil)
	}
}

// showMessage prints a message above the prompt. Any goroutine.
func (s *Session) showMessage(m Message) {
	t := &s.trace
	t.mu.Lock()
	full := t.full
	wanted := t.on && (len(t.only) == 0 || slices.Contains(t.only, m.Client))
	t.mu.Unlock()
	if !wanted {
		return
	}
	width, _ := s.screen.size()
	text, cut := m.Text(s.servers.titleOf(m.Client), min(width, 120), s.color, full)
	if cut {
		s.keepUncut(func() string {
			all, _ := m.Text(s.servers.titleOf(m.Client), min(width, 120), s.color, true)
			return strings.TrimSuffix(all, "\n")
		})
	}
	io.WriteString(s.diagnostics(), text)
}

func completeTrace(s *Session, arg string) []candidate {
	first, _, second := strings.Cut(arg, " ")
	items := completeServer(s, arg[strings.LastIndexByte(arg, ' ')+1:])
	if !second && s.servers.byName(first) == nil {
		items = append(items, candidate{text: "on"}, candidate{text: "off"}, candidate{text: "full"})
	}
	return items
}
