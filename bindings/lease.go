package bindings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"mcpjs/bindings/config"
	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// resetLimit is how long a server may take to answer the last question of a
// run before it is taken for stuck, and closed.
const resetLimit = time.Second

// A lease is a client's hold on a session.
type lease struct {
	key    string
	keep   bool // the session may go on to the next run
	remote bool // the server may end, and another begin, without our noticing
	again  bool // this run has given back a session with the key before
	level  bool // the client asks for a log level
	served *served
	stderr func(line string) // nil where nobody wants it
	// handlers are the client's, and are told when the session is given back.
	handlers session.Handlers
}

// leases are the sessions that a runtime has, by key.
type leases struct {
	mu   sync.Mutex
	open map[*session.Session]*lease
	held map[string]bool // keys in use
	past map[string]bool // keys that were
	over bool            // the runtime has ended

	giving sync.WaitGroup // sessions that are being given back
}

// lease reserves a key for a client: connections that differ in nothing that
// the server can see are numbered, so that each client has its own.
func (b *binding) lease(c *client, capabilities string) *lease {
	t := c.target
	hash := sha256.New()
	for _, part := range []string{capabilities, c.opts.protocolVersion, string(c.opts.clientInfo(b.opts.Version)), headersKey(c)} {
		fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	if t.Kind == config.Stdio {
		fmt.Fprint(hash, strings.Join(t.Environ(os.Environ()), "\x00"))
	}
	base := t.Key() + hex.EncodeToString(hash.Sum(nil)[:16])
	_, computed := engine.Function(c.opts.headers)
	l := &lease{
		keep:     b.opts.Warm != nil && !computed && keepable(t.Kind),
		remote:   t.Kind == config.HTTP || t.Kind == config.SSE || t.Kind == config.Unix,
		level:    c.opts.logLevel != "",
		served:   &served{target: t.Key()},
		handlers: c.handlers(),
	}
	if out := b.rt.Stderr; t.Stderr == "inherit" {
		l.stderr = func(line string) { fmt.Fprintln(out, engine.Printable(line)) }
		l.served.stderr.Store(&l.stderr) // it may speak before it is connected
	}
	if b.opts.Warm != nil {
		b.opts.Warm.note(t, b.rt.Dir)
	}
	b.leases.mu.Lock()
	defer b.leases.mu.Unlock()
	for n := 1; ; n++ {
		l.key = fmt.Sprintf("%s#%d", base, n)
		if !b.leases.held[l.key] {
			break
		}
	}
	b.leases.held[l.key] = true
	l.again = b.leases.past[l.key]
	return l
}

func headersKey(c *client) string {
	if engine.IsNullish(c.opts.headers) {
		return ""
	}
	raw, _ := c.b.rt.Stringify(c.opts.headers) // nothing where it is a function
	return string(raw)
}

// keepable tells whether a server of this kind lives outside of the runtime.
func keepable(kind config.Kind) bool {
	switch kind {
	case config.Stdio, config.HTTP, config.SSE, config.Unix, config.Demo:
		return true
	}
	return false
}

// borrow connects, or takes over the session that an earlier run had under the
// lease's key. kept tells which. Any goroutine.
func (b *binding) borrow(ctx context.Context, l *lease, connect func(context.Context) (*session.Session, error)) (s *session.Session, kept bool, err error) {
	if l.again {
		// Whoever connects twice in a run means two connections.
		b.pool.CloseKey(l.key)
	}
	for {
		fresh := false
		s, err = b.pool.Get(ctx, l.key, func(ctx context.Context) (*session.Session, error) {
			fresh = true
			return connect(ctx)
		})
		if err != nil {
			b.release(l)
			return nil, false, err
		}
		if fresh || (l.level || !s.LevelSet()) && (!l.remote || answers(ctx, s)) {
			b.leases.mu.Lock()
			defer b.leases.mu.Unlock()
			if b.leases.over {
				b.pool.Close(s)
				return nil, false, session.ErrClosed
			}
			l.take(s)
			b.leases.open[s] = l
			return s, !fresh, nil
		}
		b.pool.Close(s) // a log level that nobody asks for now, or another server
	}
}

// answers tells whether the server still knows the session. One that does not
// may say so by any error.
func answers(ctx context.Context, s *session.Session) bool {
	ctx, cancel := context.WithTimeout(ctx, resetLimit)
	defer cancel()
	_, err := s.Request(ctx, session.Call{Method: "ping"})
	var rpc *session.RPCError
	return err == nil || errors.As(err, &rpc) && rpc.Code == -32601
}

// take makes the client the one that hears from the session.
func (l *lease) take(s *session.Session) {
	if v, ok := s.Attachment().(*served); ok {
		l.served = v
	}
	if l.stderr != nil {
		l.served.stderr.Store(&l.stderr)
	}
	s.SetHandlers(l.handlers)
}

func (b *binding) release(l *lease) {
	b.leases.mu.Lock()
	defer b.leases.mu.Unlock()
	delete(b.leases.held, l.key)
	b.leases.past[l.key] = true
}

// giveBack ends a client's use of a session: the session is closed or, where
// it may be kept, made fit for the next run. Any goroutine.
func (b *binding) giveBack(s *session.Session) error {
	b.leases.mu.Lock()
	l := b.leases.open[s]
	if l == nil {
		b.leases.mu.Unlock()
		return nil
	}
	delete(b.leases.open, s)
	b.leases.giving.Add(1)
	b.leases.mu.Unlock()
	defer b.leases.giving.Done()
	defer b.release(l)
	if !l.keep || l.remote && s.Modern() { // there is no session to keep: to connect is one question
		return b.pool.Close(s)
	}
	select {
	case <-s.Done():
		return b.pool.Close(s)
	default:
	}
	ctx, cancel := context.WithTimeout(context.Background(), resetLimit)
	defer cancel()
	err := s.Reset(ctx)
	l.served.stderr.Store(nil)
	l.handlers.Closed(nil)
	if err != nil {
		return b.pool.Close(s)
	}
	b.pool.Release(s)
	return nil
}

// close gives back, all at once, what clients left open.
func (b *binding) close(context.Context) {
	b.leases.mu.Lock()
	b.leases.over = true
	var left []*session.Session
	for s := range b.leases.open {
		left = append(left, s)
	}
	b.leases.mu.Unlock()
	var wg sync.WaitGroup
	for _, s := range left {
		wg.Go(func() { b.giveBack(s) })
	}
	wg.Wait()
	b.leases.giving.Wait()
	if b.opts.Warm == nil {
		b.pool.CloseAll()
	}
}
