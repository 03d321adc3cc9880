package bindings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mcpjs/bindings/config"
	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// resetLimit is how long a server may take to answer the last question of a
// run, or the first of the next, before it is taken for stuck and closed.
const resetLimit = time.Second

// A wish is what a client wants of a session.
type wish struct {
	base     string // the same for connections between which no server can tell
	keep     bool   // the session may go on to the next run
	remote   bool   // the server may end, and another begin, without our noticing
	level    bool   // the client asks for a log level
	handlers session.Handlers
	stderr   func(line string) // nil where nobody wants it
}

// A lease is a client's hold on a session.
type lease struct {
	*wish
	key    string
	giving bool          // it is being given back
	gone   chan struct{} // closed when it has been
}

// leases are the sessions that a runtime has, by key.
type leases struct {
	mu   sync.Mutex
	open map[*session.Session]*lease
	held map[string]bool // keys in use
	past map[string]bool // keys that were
	over bool            // the runtime has ended
}

// wish reads what a client wants, and completes the options of its session
// with what goes with that from run to run. Loop only.
func (b *binding) wish(c *client, options *session.Options) *wish {
	t := c.target
	hash := sha256.New()
	for _, part := range []string{
		string(options.Capabilities), options.ProtocolVersion, string(options.ClientInfo), c.optionText("headers"), c.optionText("ca"), c.optionText("proxy"), c.authKey(),
	} {
		fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	members := append([]config.Target{t}, t.Servers...)
	for _, m := range members {
		if m.Kind == config.Stdio {
			fmt.Fprint(hash, strings.Join(m.Environ(os.Environ()), "\x00"))
		}
	}
	_, computed := engine.Function(c.opts.headers)
	is := func(kinds ...config.Kind) bool {
		return slices.ContainsFunc(members, func(m config.Target) bool { return slices.Contains(kinds, m.Kind) })
	}
	w := &wish{
		base:     t.Key() + hex.EncodeToString(hash.Sum(nil)[:16]),
		keep:     b.opts.Warm != nil && !computed && !is(inProcess),
		remote:   is(config.HTTP, config.SSE, config.Unix),
		level:    c.opts.logLevel != "",
		handlers: options.Handlers,
	}
	goesAlong := &attachment{target: t.Key()}
	if out := b.rt.Stderr; slices.ContainsFunc(members, func(m config.Target) bool { return m.Stderr == "inherit" }) {
		w.stderr = func(line string) { fmt.Fprintln(out, engine.Printable(line)) }
		goesAlong.stderr.Store(&w.stderr) // it may speak before it is connected
	}
	options.Attachment = goesAlong
	if b.opts.Warm != nil {
		b.rt.NoteInputs(b.opts.Warm.note(t, b.rt.Dir))
	}
	return w
}

// optionText is an option of the client's as JSON, "" where it has none.
func (c *client) optionText(name string) string {
	if c.opts.given == nil || engine.IsNullish(c.opts.given.Get(name)) {
		return ""
	}
	raw, _ := c.b.rt.Stringify(c.opts.given.Get(name)) // nothing where it is a function
	return string(raw)
}

// reserve takes a key: what differs in nothing that a server can see is
// numbered, so that each client has its own session. again tells that this run
// has given back a session with that key before.
func (b *binding) reserve(w *wish) (l *lease, again bool) {
	b.leases.mu.Lock()
	defer b.leases.mu.Unlock()
	for n := 1; ; n++ {
		l = &lease{wish: w, key: fmt.Sprintf("%s#%d", w.base, n), gone: make(chan struct{})}
		if !b.leases.held[l.key] {
			b.leases.held[l.key] = true
			return l, b.leases.past[l.key]
		}
	}
}

func (b *binding) release(l *lease) {
	b.leases.mu.Lock()
	defer b.leases.mu.Unlock()
	delete(b.leases.held, l.key)
	b.leases.past[l.key] = true
}

// borrow connects, or takes over the session that an earlier run had for the
// same wish. kept tells which. Any goroutine.
func (b *binding) borrow(ctx context.Context, w *wish, connect func(context.Context) (*session.Session, error)) (s *session.Session, kept bool, err error) {
	l, again := b.reserve(w)
	if again { // whoever connects twice in a run means two connections
		_ = b.pool.CloseKey(l.key)
	}
	for {
		var fresh atomic.Bool
		s, err = b.pool.Get(ctx, l.key, func(ctx context.Context) (*session.Session, error) {
			fresh.Store(true)
			return connect(ctx)
		})
		if err != nil {
			b.release(l)
			return nil, false, err
		}
		if kept = !fresh.Load(); !kept || w.suits(ctx, s) {
			break
		}
		_ = b.pool.Close(s)
	}
	b.leases.mu.Lock()
	defer b.leases.mu.Unlock()
	if b.leases.over {
		go b.pool.Close(s)
		return nil, false, session.ErrClosed
	}
	s.SetHandlers(w.handlers)
	if w.stderr != nil {
		s.Attachment().(*attachment).stderr.Store(&w.stderr)
	}
	b.leases.open[s] = l
	return s, kept, nil
}

// suits tells whether the session of an earlier run is what a new one would be.
func (w *wish) suits(ctx context.Context, s *session.Session) bool {
	if s.LevelSet() && !w.level || !s.Whole() {
		return false
	}
	if !w.remote {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, resetLimit)
	defer cancel()
	_, err := s.Request(ctx, session.Call{Method: "ping"})
	var rpc *session.RPCError // a server that doesn't know the session may say so by any other
	return err == nil || errors.As(err, &rpc) && rpc.Code == -32601
}

// giveBack ends a client's use of a session: the session is closed or, where
// it may be kept, made fit for the next run. Any goroutine.
func (b *binding) giveBack(s *session.Session) error {
	b.leases.mu.Lock()
	l := b.leases.open[s]
	if l == nil || l.giving {
		b.leases.mu.Unlock()
		if l != nil {
			<-l.gone
		}
		return nil
	}
	l.giving = true
	b.leases.mu.Unlock()
	defer func() {
		b.leases.mu.Lock()
		delete(b.leases.open, s)
		b.leases.mu.Unlock()
		b.release(l)
		close(l.gone)
	}()
	if !l.keep || l.remote && s.Modern() { // such a session is nothing but a question at its beginning
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
	s.Attachment().(*attachment).stderr.Store(nil)
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
		wg.Go(func() { _ = b.giveBack(s) })
	}
	wg.Wait()
	if b.opts.Warm == nil {
		_ = b.pool.CloseAll()
	}
}
