package repl

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Keys that are no characters, as runes of a private plane; what the user
// types or pastes never holds one.
const (
	keyUp rune = 0xF0000 + iota
	keyDown
	keyLeft
	keyRight
	keyHome
	keyEnd
	keyDelete
	keyWordLeft
	keyWordRight
	keyKillWord
	keyKillWordBack
	keyNewline // Alt-Enter, and newlines of pasted text
	keyBackTab
	keyEscape
	keyPageUp
	keyPageDown
	keyUndo
	keyPasteEnd
	lastKey
)

// Control characters that keys send.
const (
	ctrlA     = 1
	ctrlB     = 2
	ctrlC     = 3
	ctrlD     = 4
	ctrlE     = 5
	ctrlF     = 6
	ctrlG     = 7
	ctrlH     = 8
	tab       = 9
	ctrlJ     = 10
	ctrlK     = 11
	ctrlL     = 12
	enter     = 13
	ctrlN     = 14
	ctrlP     = 16
	ctrlR     = 18
	ctrlS     = 19
	ctrlT     = 20
	ctrlU     = 21
	ctrlW     = 23
	ctrlY     = 25
	ctrlZ     = 26
	ctrlUnder = 31
	backspace = 127
)

// sequences are what terminals send for keys.
var sequences = map[string]rune{
	"\x1b[A": keyUp, "\x1b[B": keyDown, "\x1b[C": keyRight, "\x1b[D": keyLeft,
	"\x1bOA": keyUp, "\x1bOB": keyDown, "\x1bOC": keyRight, "\x1bOD": keyLeft,
	"\x1b[H": keyHome, "\x1b[F": keyEnd, "\x1bOH": keyHome, "\x1bOF": keyEnd,
	"\x1b[1~": keyHome, "\x1b[4~": keyEnd, "\x1b[7~": keyHome, "\x1b[8~": keyEnd,
	"\x1b[3~": keyDelete, "\x1b[5~": keyPageUp, "\x1b[6~": keyPageDown, "\x1b[Z": keyBackTab,
	"\x1b[1;5D": keyWordLeft, "\x1b[1;5C": keyWordRight, "\x1b[1;3D": keyWordLeft, "\x1b[1;3C": keyWordRight,
	"\x1b[5D": keyWordLeft, "\x1b[5C": keyWordRight, "\x1bOd": keyWordLeft, "\x1bOc": keyWordRight,
	"\x1b[1;5A": keyUp, "\x1b[1;5B": keyDown, "\x1b[3;5~": keyKillWord, "\x1b[3;3~": keyKillWord,
	"\x1bb": keyWordLeft, "\x1bf": keyWordRight, "\x1bd": keyKillWord,
	"\x1b\x7f": keyKillWordBack, "\x1b\x08": keyKillWordBack,
	"\x1b\r": keyNewline, "\x1b\n": keyNewline, "\x1b[13;2u": keyNewline, "\x1b[27;2;13~": keyNewline,
}

const pasteBegin, pasteEnd = "\x1b[200~", "\x1b[201~"

// escapeDelay is how long after an ESC the rest of a key's sequence may come;
// what comes later was typed after the Escape key.
const escapeDelay = 40 * time.Millisecond

// keyReader turns what a terminal sends into characters, control characters
// and the keys above, in UTF-8, so that nobody behind it sees an escape
// sequence. Pasted text comes out as characters and keyNewline.
type keyReader struct {
	in      io.Reader
	chunks  chan chunk
	reading bool // somebody is about to send a chunk
	pending []byte
	out     []byte
	pasting bool
	closing sync.Once
	closed  chan struct{}
}

type chunk struct {
	bytes []byte
	err   error
}

func newKeyReader(in io.Reader) *keyReader {
	return &keyReader{in: in, chunks: make(chan chunk, 1), closed: make(chan struct{})}
}

// Close makes Read return io.EOF, now and later. What is being read meanwhile
// is lost. Any goroutine.
func (k *keyReader) Close() error {
	k.closing.Do(func() { close(k.closed) })
	return nil
}

// Read reads from the terminal only when somebody asks, so that another
// program can have the keys while nobody does.
func (k *keyReader) Read(p []byte) (int, error) {
	for len(k.out) == 0 {
		if !k.reading {
			k.reading = true
			go func() {
				b := make([]byte, 4096)
				n, err := k.in.Read(b)
				k.chunks <- chunk{b[:n], err}
			}()
		}
		var late <-chan time.Time
		if !k.pasting && len(k.pending) > 0 && k.pending[0] == 0x1b {
			late = time.After(escapeDelay)
		}
		select {
		case c := <-k.chunks:
			k.reading = false
			k.pending = append(k.pending, c.bytes...)
			k.decode(c.err != nil)
			if c.err != nil && len(k.out) == 0 {
				return 0, c.err
			}
		case <-late:
			k.decode(true)
		case <-k.closed:
			return 0, io.EOF
		}
	}
	n := copy(p, k.out)
	k.out = k.out[n:]
	return n, nil
}

func (k *keyReader) emit(r rune) { k.out = utf8.AppendRune(k.out, r) }

// decode moves what is complete from pending to out. final says that nothing
// follows an unfinished sequence.
func (k *keyReader) decode(final bool) {
	for len(k.pending) > 0 {
		if k.pasting {
			if !k.paste() {
				return
			}
			continue
		}
		if k.pending[0] == 0x1b {
			n := escapeLength(k.pending)
			if n == 0 && !final {
				return
			}
			if n == 0 {
				k.emit(keyEscape)
				k.pending = k.pending[1:]
				continue
			}
			seq := string(k.pending[:n])
			k.pending = k.pending[n:]
			if seq == pasteBegin {
				k.pasting = true
			} else if key, ok := sequences[seq]; ok {
				k.emit(key)
			} else if seq == "\x1b\x1b" {
				k.emit(keyEscape)
			}
			continue
		}
		if !utf8.FullRune(k.pending) && !final {
			return
		}
		r, n := utf8.DecodeRune(k.pending)
		k.pending = k.pending[n:]
		if r != 0 && (r < 0xF0000 || r > lastKey) && !(r == utf8.RuneError && n == 1) {
			k.emit(r)
		}
	}
}

// escapeLength is the length of the escape sequence that b begins with, 0 where
// it is unfinished.
func escapeLength(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b); i++ {
			if b[i] >= 0x40 && b[i] <= 0x7e {
				return i + 1
			}
			if b[i] < 0x20 || i > 32 {
				return i // not a sequence
			}
		}
		return 0
	case 'O':
		if len(b) < 3 {
			return 0
		}
		return 3
	}
	_, n := utf8.DecodeRune(b[1:])
	return 1 + n
}

// paste emits pasted text up to its end mark; false where that isn't there yet.
func (k *keyReader) paste() bool {
	end := bytes.Index(k.pending, []byte(pasteEnd))
	if end < 0 {
		return false
	}
	text := string(k.pending[:end])
	k.pending = k.pending[end+len(pasteEnd):]
	k.pasting = false
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "  ").Replace(text)
	for _, r := range strings.TrimRight(text, "\n") {
		switch {
		case r == '\n':
			k.emit(keyNewline)
		case r >= 0x20 && r != 0x7f && !(r >= 0x80 && r < 0xa0) && (r < 0xF0000 || r > lastKey):
			k.emit(r)
		}
	}
	k.emit(keyPasteEnd)
	return true
}
