package repl

import (
	"io"
	"os"
	"os/signal"

	"github.com/chzyer/readline"

	"mcpjs/engine"
)

// terminal gives the keys of a terminal in raw mode. It pauses after Enter,
// Ctrl-C and Ctrl-D until the next key is asked for: so whoever asks for none
// leaves the keys to another program.
type terminal struct {
	rl     *readline.Terminal
	in     *keyReader
	keys   chan rune // closed at the end of input
	paused bool
}

const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

func openTerminal(in io.ReadCloser) (*terminal, error) {
	keys := newKeyReader(in)
	rl, err := readline.NewTerminal(&readline.Config{Stdin: keys, FuncOnWidthChanged: func(func()) {}})
	if err != nil {
		return nil, err
	}
	t := &terminal{rl: rl, in: keys, keys: make(chan rune, 1024), paused: true}
	go func() {
		defer close(t.keys)
		for {
			r := rl.ReadRune()
			if r == 0 {
				return
			}
			t.keys <- r
		}
	}()
	return t, nil
}

// want lets the terminal be read until the next key that pauses it.
func (t *terminal) want() {
	if t.paused {
		t.paused = false
		t.rl.KickRead()
	}
}

// got notes a key: some pause the reading.
func (t *terminal) got(r rune) {
	if r == enter || r == ctrlJ || r == ctrlC || r == ctrlD {
		t.paused = true
	}
}

// raw begins raw mode.
func (t *terminal) raw() {
	t.rl.EnterRawMode()
	io.WriteString(os.Stdout, pasteOn)
}

// cooked ends raw mode.
func (t *terminal) cooked() {
	io.WriteString(os.Stdout, pasteOff)
	t.rl.ExitRawMode()
}

// terminalSize gives the size of the terminal that out is.
func terminalSize(out *os.File) (width, height int) {
	if w, h, err := readline.GetSize(int(out.Fd())); err == nil && w > 0 {
		return w, h
	}
	return 80, 24
}

// isTerminal tells whether both ends are one, so that lines can be edited.
func isTerminal(in io.Reader, out io.Writer) bool {
	return engine.IsTerminal(in) && engine.IsTerminal(out)
}

func notifySignals() (interrupts chan os.Signal, stop func()) {
	interrupts = make(chan os.Signal, 4)
	signal.Notify(interrupts, endingSignals...)
	return interrupts, func() { signal.Stop(interrupts) }
}
