package transport

import (
	"bytes"
	"io"
	"sync/atomic"
)

// lineReader splits a stream into lines in one buffer that grows with the
// longest line, to max bytes, and shrinks again.
type lineReader struct {
	r        io.Reader
	max      int
	buf      []byte
	from, to int // what is in buf and not yet given out
	scanned  int // no newline before here
	err      error
	blocked  atomic.Bool // waiting for the stream
}

const (
	lineBuffer = 64 << 10
	keepBuffer = 4 << 20 // a larger one is given up when it is empty
)

// tooLong is a line beyond the limit: how it begins and ends.
type tooLong struct {
	head, tail []byte
	size       int64
}

// next gives the next line without its newline, valid until it is called
// again. A last line without newline comes with the error that follows it.
// long is set instead where a line was beyond the limit; it was discarded.
func (l *lineReader) next() (line []byte, long *tooLong, err error) {
	for {
		if i := bytes.IndexByte(l.buf[l.scanned:l.to], '\n'); i >= 0 {
			line = l.buf[l.from : l.scanned+i]
			l.scanned += i + 1
			l.from = l.scanned
			return line, nil, nil
		}
		l.scanned = l.to
		if l.err != nil {
			line = l.buf[l.from:l.to]
			l.from = l.to
			return line, nil, l.err
		}
		if l.to-l.from > l.max {
			return nil, l.discard(), nil
		}
		l.room()
		l.fill()
	}
}

// ready tells that next need not wait for the stream.
func (l *lineReader) ready() bool {
	return l.err != nil || bytes.IndexByte(l.buf[l.scanned:l.to], '\n') >= 0
}

// room makes space behind what is in the buffer.
func (l *lineReader) room() {
	n := l.to - l.from
	switch {
	case n == 0 && len(l.buf) > keepBuffer:
		l.buf = make([]byte, lineBuffer)
	case l.to < len(l.buf):
		return
	case n > len(l.buf)/2 || len(l.buf) == 0:
		grown := make([]byte, max(lineBuffer, 2*len(l.buf)))
		copy(grown, l.buf[l.from:l.to])
		l.buf = grown
	default:
		copy(l.buf, l.buf[l.from:l.to])
	}
	l.from, l.to, l.scanned = 0, n, n
}

func (l *lineReader) fill() {
	l.blocked.Store(true)
	n, err := l.r.Read(l.buf[l.to:])
	l.blocked.Store(false)
	l.to += n
	if err != nil {
		l.err = err
	}
}

// discard drops the line that the buffer is full of.
func (l *lineReader) discard() *tooLong {
	const keep = 512
	t := &tooLong{
		head: bytes.Clone(l.buf[l.from:min(l.to, l.from+keep)]),
		size: int64(l.to - l.from),
	}
	tail := bytes.Clone(l.buf[max(l.from, l.to-keep):l.to])
	l.buf = make([]byte, lineBuffer)
	for {
		l.from, l.to, l.scanned = 0, 0, 0
		if l.err == nil {
			l.fill()
		}
		i := bytes.IndexByte(l.buf[:l.to], '\n')
		rest := l.buf[:l.to]
		if i >= 0 {
			rest = rest[:i]
			l.from, l.scanned = i+1, i+1
		}
		t.size += int64(len(rest))
		tail = append(tail, rest[max(0, len(rest)-keep):]...)
		tail = tail[max(0, len(tail)-keep):]
		if i >= 0 || l.err != nil {
			t.tail = tail
			return t
		}
	}
}
