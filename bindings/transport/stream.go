package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultMaxMessage is how long one message may be, in bytes, where nothing
// else is said.
const DefaultMaxMessage = 256 << 20

// A MessageError says that a server's message could not be used.
type MessageError struct {
	// Reason is one line for people.
	Reason string
	// Text is how the message begins, cut.
	Text string
}

// Error gives the reason and how the message begins.
func (e *MessageError) Error() string {
	if e.Text == "" {
		return e.Reason
	}
	return fmt.Sprintf("%s: %q", e.Reason, e.Text)
}

// A stream speaks newline-delimited JSON-RPC (the stdio binding) over a pair
// of byte streams.
type stream struct {
	link
	calls  calls
	out    sender
	attend atomic.Pointer[func(func()) func()]
}

// SetAttend implements Attended.
func (s *stream) SetAttend(attend func(fn func()) (turn func())) { s.attend.Store(&attend) }

func (s *stream) attended(fn func()) (turn func()) {
	if a := s.attend.Load(); a != nil {
		return (*a)(fn)
	}
	fn()
	return nil
}

// SessionID is always "": there are no session ids here.
func (s *stream) SessionID() string { return "" }

var buffers = sync.Pool{New: func() any { return new([]byte) }}

func recycle(b *[]byte) {
	if cap(*b) <= 1<<20 {
		buffers.Put(b)
	}
}

// SendRequest sends a request and waits for its answer. When ctx ends it
// returns ctx's error at once and a late answer is dropped; nothing is sent to
// cancel. When the connection ends it returns the cause.
func (s *stream) SendRequest(ctx context.Context, r Request) (Response, error) {
	if err := ctx.Err(); err != nil {
		return Response{}, err
	}
	answer, done := replies()
	if err := s.calls.add(r.ID, done); err != nil {
		return Response{}, err
	}
	buf := buffers.Get().(*[]byte)
	*buf = append(appendRequest((*buf)[:0], &r), '\n')
	// A failed write ends the connection shortly, with a better cause.
	_ = s.out.send(ctx, *buf)
	recycle(buf)
	select {
	case got := <-answer:
		return got.resp, got.err
	case <-ctx.Done():
		if !s.calls.forget(r.ID) {
			got := <-answer
			return got.resp, got.err
		}
		return Response{}, ctx.Err()
	}
}

// Post implements Poster.
func (s *stream) Post(r Request, done func(Response, error)) bool {
	if !s.out.room() || s.calls.add(r.ID, done) != nil {
		return false
	}
	s.out.post(func(b []byte) []byte { return append(appendRequest(b, &r), '\n') })
	return true
}

// Flush implements Poster.
func (s *stream) Flush() { s.out.flush() }

// Withdraw implements Poster.
func (s *stream) Withdraw(id int64) bool { return s.calls.forget(id) }

// SendNotification sends a notification. It returns when it is on its way.
func (s *stream) SendNotification(ctx context.Context, n Notification) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.calls.usable(); err != nil {
		return err
	}
	return s.write(ctx, append(appendNotification(nil, &n), '\n'))
}

func (s *stream) write(ctx context.Context, line []byte) error {
	err := s.out.send(ctx, line)
	if err != nil {
		if cause := s.ended(); cause != nil {
			return cause
		}
	}
	return err
}

// sendResponse answers a request of the server's.
func (s *stream) sendResponse(ctx context.Context, id []byte, resp *Response) {
	_ = s.write(ctx, append(appendResponse(nil, id, resp), '\n')) // the end of the connection tells
}

// reliefTime is how long a reader may turn the loop, see Attended, before
// another goroutine reads in its place.
const reliefTime = 2 * time.Millisecond

// errRelieved ends a reader in whose place another reads.
var errRelieved = errors.New("another goroutine reads on")

// read reads messages until the stream ends, which io.EOF is, or fails. Where it
// fails with errRelieved, instead is called on another goroutine, to call read.
func (s *stream) read(r *lineReader, instead func()) error {
	var (
		line    []byte
		long    *tooLong
		err     error
		turning atomic.Bool
		relief  *time.Timer
	)
	deliver := func() {
		for {
			if long == nil {
				s.line(line)
			} else if bad := s.tooLong(long, r.max); bad != nil {
				err = bad
			}
			if err != nil || !r.ready() {
				return
			}
			line, long, err = r.next()
		}
	}
	for {
		line, long, err = r.next()
		turn := s.attended(deliver)
		switch {
		case err != nil:
			if turn != nil {
				go turn()
			}
			return err
		case turn == nil:
			continue
		case relief == nil:
			turning.Store(true)
			relief = time.AfterFunc(reliefTime, func() {
				if turning.CompareAndSwap(true, false) {
					instead()
				}
			})
		default:
			turning.Store(true)
			relief.Reset(reliefTime)
		}
		turn()
		if !turning.CompareAndSwap(true, false) {
			return errRelieved
		}
		relief.Stop()
	}
}

var bom = []byte("\xef\xbb\xbf")

// line handles one line: messages, a batch, text, or text around messages.
func (s *stream) line(line []byte) {
	for {
		line = bytes.TrimSpace(bytes.TrimPrefix(line, bom))
		if len(line) == 0 {
			return
		}
		if line[0] == '[' && s.batch(line) {
			return
		}
		m, n, err := parseMessage(line)
		switch {
		case err == nil:
			if !s.deliver(&m) {
				s.strayLine(line)
			}
			return
		case errors.Is(err, errTrailing):
			if !s.deliver(&m) {
				s.strayLine(line[:n])
			}
			line = line[n:]
			continue
		}
		next := messageIn(line)
		if line[0] == '{' {
			s.broken(&m, line, next, err)
		} else {
			s.strayLine(line[:next])
		}
		line = line[next:]
	}
}

// messageIn finds where a message begins behind other text: its end, where
// there is none.
func messageIn(line []byte) int {
	start := 1
	for range 32 { // bounds the work on text full of braces
		i := bytes.IndexByte(line[start:], '{')
		if i < 0 {
			break
		}
		start += i
		m, _, err := parseMessage(line[start:])
		if err == nil && m.kind() != kindNone {
			return start
		}
		// Broken, but meant as a message: its request must hear of it. Two
		// messages run together are found from the first.
		if line[0] != '{' && bytes.HasPrefix(line[start:], []byte(`{"jsonrpc"`)) {
			return start
		}
		start++
	}
	return len(line)
}

// batch delivers the messages of a JSON array (revision 2025-03-26). It
// reports false where line is none.
func (s *stream) batch(line []byte) bool {
	var elements []json.RawMessage
	if json.Unmarshal(line, &elements) != nil {
		return false
	}
	for _, e := range elements {
		m, _, err := parseMessage(e)
		if err != nil || !s.deliver(&m) {
			s.strayLine(e)
		}
	}
	return true
}

// deliver hands a message to who waits for it. It reports false where it is
// no message.
func (s *stream) deliver(m *message) bool {
	switch m.kind() {
	case kindNotification:
		s.notify(m.notification())
	case kindRequest:
		if !s.serve(nil, m.request(), s.sendResponse) {
			s.count(func(c *Stray) { c.Refused++ })
		}
	case kindResponse:
		done := s.calls.take(m.id)
		if done == nil {
			s.count(func(c *Stray) { c.Replies++ })
			break
		}
		done(m.response(), nil)
	default:
		return false
	}
	return true
}

// broken handles text that begins as an object and isn't one up to next: the
// request whose answer it was meant to be fails.
func (s *stream) broken(m *message, line []byte, next int, cause error) {
	if id := brokenID(m, line[:next]); id != nil {
		if done := s.calls.take(id); done != nil {
			done(Response{}, &MessageError{Reason: "the server's answer is no valid message (" + cause.Error() + ")", Text: cut(line[:next])})
			return
		}
	}
	s.strayLine(line[:next])
}

// tooLong fails the request that an oversized line answers, or, where it
// can't be told which, the connection.
func (s *stream) tooLong(long *tooLong, limit int) error {
	err := &MessageError{
		Reason: fmt.Sprintf("the server sent a line of %d bytes, beyond the limit of %d", long.size, limit),
		Text:   cut(long.head),
	}
	m, _, _ := parseMessage(long.head)
	id := brokenID(&m, long.head)
	if id == nil {
		id = brokenID(&message{}, long.tail)
	}
	if id != nil {
		if done := s.calls.take(id); done != nil {
			done(Response{}, err)
			return nil
		}
	}
	if long.head[0] != '{' || m.hasMethod {
		s.strayLine(long.head)
		return nil
	}
	return err
}

// brokenID reads the id of a broken answer from the members before the fault
// or from its very end, where servers that write the result first have it.
func brokenID(m *message, line []byte) []byte {
	if m.hasMethod {
		return nil
	}
	if m.id != nil {
		return m.id
	}
	tail := line[max(0, len(line)-512):]
	i := bytes.LastIndex(tail, []byte(`"jsonrpc"`))
	if j := bytes.LastIndex(tail, []byte(`"id"`)); j >= 0 && (i < 0 || j < i) {
		i = j
	}
	if i < 0 {
		return nil
	}
	if c := bytes.TrimRight(tail[:i], " \t"); len(c) > 0 && c[len(c)-1] != ',' {
		return nil
	}
	end, _, err := parseMessage(append([]byte("{"), tail[i:]...))
	if err != nil || !end.version || end.hasMethod {
		return nil
	}
	return end.id
}

// cut shortens text for people to 512 bytes of valid UTF-8.
func cut(text []byte) string {
	if len(text) <= 512 {
		return strings.ToValidUTF8(string(text), "\ufffd")
	}
	return strings.ToValidUTF8(string(text[:512]), "\ufffd") + "…"
}

// A Pipe is a connection over any pair of byte streams, such as a unix or TCP
// socket. Create it with NewPipe.
type Pipe struct {
	stream
	r     io.Reader
	lines *lineReader // the reader's
	mu    sync.Mutex
	state int // 0 new, 1 started, 2 closed
}

var _ interface {
	Conn
	Poster
} = (*Pipe)(nil)

// NewPipe makes a connection that reads from r and writes to w. Close closes
// w, and r where it is an io.Closer; a read from r must then end.
func NewPipe(r io.Reader, w io.WriteCloser) *Pipe {
	p := &Pipe{r: r}
	p.link.init()
	p.out = sender{w: w, try: nonBlocking(w), broken: p.lost}
	p.calls.closed = ErrNotStarted
	return p
}

// Start begins to read. It doesn't wait for the server.
func (p *Pipe) Start(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.state {
	case 1:
		return nil
	case 2:
		return ErrClosed
	}
	p.state = 1
	p.calls.open()
	p.lines = &lineReader{r: p.r, max: DefaultMaxMessage}
	go p.readOn()
	return nil
}

// readOn reads to the end, and ends the connection.
func (p *Pipe) readOn() {
	err := p.read(p.lines, p.readOn)
	if err == errRelieved {
		return
	}
	p.lost(err)
	p.shut(0)
	p.finish()
}

// lost ends the connection because reading or writing failed.
func (p *Pipe) lost(err error) {
	if errors.Is(err, io.EOF) {
		err = errors.New("the server closed the connection")
	} else {
		err = fmt.Errorf("the connection broke: %w", err)
	}
	p.end(err)
	p.calls.fail(p.ended())
	p.closeReader()
}

func (p *Pipe) shut(flush time.Duration) {
	p.out.close(ErrClosed, flush)
	p.closeReader()
}

func (p *Pipe) closeReader() {
	if c, ok := p.r.(io.Closer); ok {
		_ = c.Close()
	}
}

// Close ends the connection; calls in flight fail with ErrClosed.
func (p *Pipe) Close() error {
	p.mu.Lock()
	state := p.state
	p.state = 2
	p.mu.Unlock()
	if state == 2 {
		return nil
	}
	p.end(nil)
	p.calls.fail(p.ended())
	p.shut(100 * time.Millisecond)
	if state == 0 {
		p.finish()
	}
	return nil
}
