package session

import (
	"context"
	"errors"
	"sync"
)

// A Pool owns sessions and lends them by key: who asks for the same key gets
// the same session while it lives. The zero value is an empty pool. Its
// methods may be called from any goroutine.
type Pool struct {
	mu      sync.Mutex
	entries map[string]*entry
	closed  bool
}

// An entry is a session, or one that is being connected.
type entry struct {
	key       string
	ready     chan struct{} // closed when session or err is set
	session   *Session
	err       error
	borrowers int // including those that wait for it
	unused    int // how many CloseUnused it has seen since it was borrowed
	cancel    context.CancelFunc
}

// Get borrows the session with this key, and connects it first where there is
// none that lives. Those that ask for it meanwhile share that connect, whose
// context ends when none of them waits any more. Every successful Get needs
// one Release or Close.
func (p *Pool) Get(ctx context.Context, key string, connect func(context.Context) (*Session, error)) (*Session, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, ErrClosed
	}
	e := p.entries[key]
	if e == nil || e.dead() {
		connecting, cancel := context.WithCancel(context.WithoutCancel(ctx))
		e = &entry{key: key, ready: make(chan struct{}), cancel: cancel}
		if p.entries == nil {
			p.entries = make(map[string]*entry)
		}
		p.entries[key] = e
		go p.connect(connecting, e, connect)
	}
	e.borrowers++
	e.unused = 0
	p.mu.Unlock()

	select {
	case <-e.ready:
	case <-ctx.Done():
		p.leave(e)
		return nil, context.Cause(ctx)
	}
	if e.err != nil {
		return nil, e.err
	}
	return e.session, nil
}

// dead reports whether the entry's session has ended. p.mu is held.
func (e *entry) dead() bool {
	return e.session != nil && isDone(e.session.conn)
}

func (p *Pool) connect(ctx context.Context, e *entry, connect func(context.Context) (*Session, error)) {
	s, err := connect(ctx)
	p.mu.Lock()
	unwanted := err == nil && (p.closed || p.entries[e.key] != e)
	if err != nil || unwanted {
		if p.entries[e.key] == e {
			delete(p.entries, e.key)
		}
		if err == nil {
			err = ErrClosed
		}
		e.err = err
	} else {
		e.session = s
	}
	p.mu.Unlock()
	if unwanted {
		s.Close()
	}
	e.cancel()
	close(e.ready)
}

// leave takes back the wish for a session that is being connected.
func (p *Pool) leave(e *entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.borrowers--
	if e.borrowers == 0 && e.session == nil {
		if p.entries[e.key] == e {
			delete(p.entries, e.key)
		}
		e.cancel()
	}
}

// Release gives a session back. It stays open for the next Get.
func (p *Pool) Release(s *Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.find(s); e != nil && e.borrowers > 0 {
		e.borrowers--
		if e.borrowers == 0 && e.dead() {
			delete(p.entries, e.key)
		}
	}
}

// Close gives a session back and closes it if nobody else borrows it.
func (p *Pool) Close(s *Session) error {
	p.mu.Lock()
	e := p.find(s)
	if e != nil {
		if e.borrowers--; e.borrowers > 0 {
			p.mu.Unlock()
			return nil
		}
		delete(p.entries, e.key)
	}
	p.mu.Unlock()
	return s.Close()
}

// CloseIdle closes the sessions that nobody borrows, all at once.
func (p *Pool) CloseIdle() error {
	return p.closeWhere(func(e *entry) bool { return e.borrowers == 0 })
}

// CloseUnused closes the sessions that nobody borrows, nor has borrowed since
// the last call of CloseUnused and so many calls before that, all at once.
func (p *Pool) CloseUnused(calls int) error {
	return p.closeWhere(func(e *entry) bool {
		if e.borrowers > 0 {
			return false
		}
		e.unused++
		return e.unused > calls+1
	})
}

// CloseIf closes the sessions that nobody borrows and for which which is true,
// all at once.
func (p *Pool) CloseIf(which func(*Session) bool) error {
	return p.closeWhere(func(e *entry) bool { return e.borrowers == 0 && e.session != nil && which(e.session) })
}

// CloseKey closes the session with this key, if nobody borrows it.
func (p *Pool) CloseKey(key string) error {
	return p.closeWhere(func(e *entry) bool { return e.borrowers == 0 && e.key == key })
}

// CloseAll closes every session at once, whoever borrows it, ends what is
// being connected, and makes every later Get fail with ErrClosed. It returns
// when all are closed, which takes as long as the slowest.
func (p *Pool) CloseAll() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	return p.closeWhere(func(*entry) bool { return true })
}

func (p *Pool) closeWhere(which func(*entry) bool) error {
	var chosen []*entry
	p.mu.Lock()
	for key, e := range p.entries {
		if which(e) {
			chosen = append(chosen, e)
			delete(p.entries, key)
		}
	}
	p.mu.Unlock()
	errs := make([]error, len(chosen))
	var closing sync.WaitGroup
	for i, e := range chosen {
		closing.Go(func() {
			e.cancel()
			<-e.ready
			if e.session != nil {
				errs[i] = e.session.Close()
			}
		})
	}
	closing.Wait()
	return errors.Join(errs...)
}

// find returns the entry that lends s. p.mu is held.
func (p *Pool) find(s *Session) *entry {
	for _, e := range p.entries {
		if e.session == s {
			return e
		}
	}
	return nil
}
