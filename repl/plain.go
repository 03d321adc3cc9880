package repl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// lineReader reads lines where none are edited: from a pipe, or from a
// terminal that can't move its cursor.
type lineReader struct {
	lines chan string // closed at the end of input
	want  chan struct{}
}

func newLineReader(in io.Reader) *lineReader {
	l := &lineReader{lines: make(chan string), want: make(chan struct{}, 1)}
	go func() {
		defer close(l.lines)
		r := bufio.NewReader(in)
		for range l.want {
			line, err := r.ReadString('\n')
			if line != "" {
				l.lines <- strings.TrimRight(line, "\r\n")
			}
			if err != nil {
				return
			}
		}
	}()
	return l
}

// readPlain reads an input from lines, with a prompt if somebody sees it.
func (s *Session) readPlain(opts lineOptions) (string, error) {
	var text strings.Builder
	shown := opts.prompt
	for {
		if s.interactive {
			s.screen.Write([]byte(shown + opts.initial))
		}
		line, err := s.plainLine()
		if err != nil {
			if s.interactive {
				fmt.Fprintln(s.screen)
			}
			if errors.Is(err, io.EOF) && strings.TrimSpace(text.String()) != "" {
				return text.String(), nil // its error is shown when it is compiled
			}
			return "", err
		}
		if s.interactive {
			s.screen.mu.Lock()
			s.screen.partial = ""
			s.screen.mu.Unlock()
		}
		text.WriteString(line)
		if opts.finished == nil || opts.finished(text.String()) {
			if opts.code && s.interactive {
				s.editor.history.add(text.String())
			}
			return text.String(), nil
		}
		text.WriteString("\n")
		shown = opts.more
	}
}

func (s *Session) plainLine() (string, error) {
	s.prompted()
	select {
	case s.dumb.want <- struct{}{}:
	default:
	}
	for {
		select {
		case line, ok := <-s.dumb.lines:
			if !ok {
				return "", io.EOF
			}
			return line, nil
		case <-s.askingOver():
			return "", io.EOF
		case fn := <-s.calls:
			fn()
		case sig := <-s.signals:
			if sig == os.Interrupt && s.interactive {
				return "", errInterrupt
			}
			s.exitCode = signalCode(sig)
			return "", io.EOF
		case <-s.quit:
			return "", io.EOF
		}
	}
}

// signalCode is the exit code of a process that a signal ended.
func signalCode(sig os.Signal) int {
	if n, ok := sig.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 130
}

// stdin is what scripts read in an interactive session: lines that are asked
// for at the terminal. Where the session itself reads lines from stdin, scripts
// find it empty. It belongs to one goroutine at a time.
type stdin struct {
	s    *Session
	rest []byte
}

func (in *stdin) Read(p []byte) (int, error) {
	if !in.s.interactive {
		return 0, io.EOF
	}
	if len(in.rest) == 0 {
		var line string
		err := io.EOF
		if asked := in.s.onFront(context.Background(), func() { line, err = in.s.readLine(lineOptions{}) }); asked != nil || err != nil {
			return 0, io.EOF
		}
		in.rest = []byte(line + "\n")
	}
	n := copy(p, in.rest)
	in.rest = in.rest[n:]
	return n, nil
}
