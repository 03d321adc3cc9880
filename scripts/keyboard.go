package scripts

import (
	"io"
	"os"
	"sync"
)

// A keyboard is the terminal that a watcher is in the foreground of. Keys are
// the watcher's, one by one; while a script reads its stdin, lines are the
// script's.
type keyboard struct {
	file    *os.File
	mode    *cbreak
	pressed chan byte

	mu     sync.Mutex
	reader *scriptInput // whose script waits for a line
}

// newKeyboard takes over a terminal. Its restore gives it back as it was.
func newKeyboard(file *os.File) (*keyboard, error) {
	mode, err := newCbreak(file)
	if err != nil {
		return nil, err
	}
	k := &keyboard{file: file, mode: mode, pressed: make(chan byte)}
	go k.listen()
	return k, nil
}

// listen reads as long as the process lives: nothing ends a read of a terminal.
func (k *keyboard) listen() {
	buf := make([]byte, 4096)
	for {
		k.mode.wait()
		n, err := k.file.Read(buf)
		k.mu.Lock()
		r := k.reader
		k.reader = nil
		k.mu.Unlock()
		switch {
		case r != nil:
			k.mode.enter()
			r.lines <- append([]byte(nil), buf[:n]...)
		case err != nil:
			return
		default:
			for _, key := range keysOf(buf[:n]) {
				k.pressed <- key
			}
		}
	}
}

// keysOf leaves out the keys that are sequences of bytes, such as arrows.
func keysOf(input []byte) []byte {
	var keys []byte
	for i := 0; i < len(input); i++ {
		if input[i] != 0x1b {
			keys = append(keys, input[i])
			continue
		}
		if i++; i < len(input) && (input[i] == '[' || input[i] == 'O') {
			for i++; i < len(input) && (input[i] < 0x40 || input[i] > 0x7e); i++ {
			}
		}
	}
	return keys
}

// input is the stdin of one run's script.
func (k *keyboard) input() *scriptInput {
	return &scriptInput{k: k, lines: make(chan []byte, 1), over: make(chan struct{})}
}

// A scriptInput is what a script reads from the keyboard. One goroutine at a
// time may read.
type scriptInput struct {
	k     *keyboard
	lines chan []byte
	rest  []byte
	over  chan struct{}
}

// Read waits for a line; io.EOF is Ctrl-D at the beginning of one, or the end
// of the run.
func (r *scriptInput) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		select {
		case <-r.over:
			return 0, io.EOF
		default:
		}
		r.k.mu.Lock()
		r.k.reader = r
		r.k.mu.Unlock()
		r.k.mode.lines()
		select {
		case r.rest = <-r.lines:
		case <-r.over:
		}
		if len(r.rest) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// Unwrap gives the terminal, for who wants to know that it is one.
func (r *scriptInput) Unwrap() io.Writer { return r.k.file }

// close ends the script's reading.
func (r *scriptInput) close() {
	close(r.over)
	r.k.mu.Lock()
	mine := r.k.reader == r
	if mine {
		r.k.reader = nil
	}
	r.k.mu.Unlock()
	if mine {
		r.k.mode.enter()
	}
}
