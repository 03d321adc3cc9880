package transport

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"time"
)

// An eventReader reads server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html). Lines end
// in CR, LF or CRLF; comments and unknown fields are passed over.
type eventReader struct {
	r   io.Reader
	max int // bytes of one event

	buf      []byte
	from, to int
	scanned  int
	skipLF   bool // the last line ended in CR
	begun    bool // the BOM, if there was one, is behind us
	err      error

	name, data []byte
	hasData    bool

	// lastID and retry are the stream's, as last told; retry is 0 until then.
	lastID string
	retry  time.Duration
}

// event is one event. data is valid until the next is read.
type event struct {
	name string // "message" where none was given
	data []byte
}

// next gives the next event that has data. An event cut off by the end of the
// stream is dropped, as the standard says. The error is io.EOF at a clean end.
func (e *eventReader) next() (event, error) {
	e.name, e.data, e.hasData = e.name[:0], e.data[:0], false
	for {
		line, err := e.line()
		if err != nil {
			return event{}, err
		}
		if len(line) == 0 {
			if !e.hasData {
				e.name = e.name[:0]
				continue
			}
			ev := event{name: "message", data: e.data}
			if len(e.name) > 0 {
				ev.name = string(e.name)
			}
			return ev, nil
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "event":
			e.name = append(e.name[:0], value...)
		case "data":
			if e.hasData {
				e.data = append(e.data, '\n')
			}
			if len(e.data)+len(value) > e.max {
				return event{}, e.tooLong()
			}
			e.data = append(e.data, value...)
			e.hasData = true
		case "id":
			if bytes.IndexByte(value, 0) < 0 {
				e.lastID = string(value)
			}
		case "retry":
			if ms, err := strconv.ParseUint(string(value), 10, 31); err == nil {
				e.retry = time.Duration(ms) * time.Millisecond
			}
		}
	}
}

func (e *eventReader) tooLong() error {
	return &MessageError{Reason: fmt.Sprintf("the server sent an event beyond the limit of %d bytes", e.max)}
}

// line gives the next line, valid until it is called again.
func (e *eventReader) line() ([]byte, error) {
	for {
		if e.skipLF && e.from < e.to {
			if e.skipLF = false; e.buf[e.from] == '\n' {
				e.from++
				e.scanned = max(e.scanned, e.from)
			}
		}
		if end := lineEnd(e.buf[e.scanned:e.to]); end >= 0 {
			end += e.scanned
			line := e.buf[e.from:end]
			e.skipLF = e.buf[end] == '\r'
			e.from = end + 1
			e.scanned = e.from
			if !e.begun {
				e.begun = true
				line = bytes.TrimPrefix(line, bom)
			}
			return line, nil
		}
		e.scanned = e.to
		if e.err != nil {
			return nil, e.err
		}
		if e.to-e.from > e.max+64 {
			return nil, e.tooLong()
		}
		e.fill()
	}
}

func lineEnd(b []byte) int {
	lf := bytes.IndexByte(b, '\n')
	if lf >= 0 {
		b = b[:lf]
	}
	if cr := bytes.IndexByte(b, '\r'); cr >= 0 {
		return cr
	}
	return lf
}

func (e *eventReader) fill() {
	if e.from > 0 {
		copy(e.buf, e.buf[e.from:e.to])
		e.to -= e.from
		e.scanned -= e.from
		e.from = 0
	}
	if e.to == len(e.buf) {
		grown := make([]byte, max(4<<10, 2*len(e.buf)))
		copy(grown, e.buf[:e.to])
		e.buf = grown
	}
	n, err := e.r.Read(e.buf[e.to:])
	e.to += n
	e.err = err
}
