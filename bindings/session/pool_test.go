package session

import (
	"context"
	"errors"
	"sync"
	"testing"

	"mcpjs/bindings/transport"
)

func TestPoolShares(t *testing.T) {
	leaks(t)
	var p Pool
	connects := 0
	gate := make(chan struct{})
	make1 := func(ctx context.Context) (*Session, error) {
		connects++
		<-gate
		return Connect(ctx, dial(newFake(legacy(echo))), Options{})
	}
	got := make([]*Session, 8)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			s, err := p.Get(t.Context(), "k", make1)
			if err != nil {
				t.Error(err)
			}
			got[i] = s
		})
	}
	close(gate)
	all.Wait()
	s := got[0]
	for _, other := range got {
		if other != s {
			t.Fatal("not shared")
		}
	}
	if connects != 1 {
		t.Errorf("%d connects", connects)
	}
	for range 7 {
		p.Close(s)
	}
	if isDone(s.conn) {
		t.Error("closed while borrowed")
	}
	p.Release(s)
	if isDone(s.conn) {
		t.Error("a release closed it")
	}
	if again, err := p.Get(t.Context(), "k", make1); err != nil || again != s {
		t.Errorf("got another session, %v", err)
	}
	p.CloseIdle()
	if isDone(s.conn) {
		t.Error("a borrowed session is not idle")
	}
	p.Release(s)
	p.CloseIdle()
	if !isDone(s.conn) {
		t.Error("an idle session is left open")
	}
}

func TestPoolNeverLendsTheDead(t *testing.T) {
	leaks(t)
	var p Pool
	defer p.CloseAll()
	f := newFake(legacy(echo))
	first, err := p.Get(t.Context(), "k", func(ctx context.Context) (*Session, error) { return Connect(ctx, dial(f), Options{}) })
	if err != nil {
		t.Fatal(err)
	}
	f.die(&transport.ExitError{Code: 1})
	second, err := p.Get(t.Context(), "k", func(ctx context.Context) (*Session, error) {
		return Connect(ctx, dial(newFake(legacy(echo))), Options{})
	})
	if err != nil || second == first {
		t.Errorf("%v, or it was lent", err)
	}
	p.Close(first) // by who held the dead one: the other is not touched
	if isDone(second.conn) {
		t.Error("the wrong session was closed")
	}
}

func TestPoolFailures(t *testing.T) {
	leaks(t)
	var p Pool
	bad := errors.New("bad")
	if _, err := p.Get(t.Context(), "k", func(context.Context) (*Session, error) { return nil, bad }); err != bad {
		t.Errorf("got %v", err)
	}
	// Who waits alone and leaves takes the connect along.
	ctx, cancel := context.WithCancel(t.Context())
	ended, started := make(chan error, 1), make(chan bool)
	go func() {
		_, err := p.Get(ctx, "k", func(ctx context.Context) (*Session, error) {
			close(started)
			<-ctx.Done()
			ended <- ctx.Err()
			return nil, ctx.Err()
		})
		ended <- err
	}()
	<-started
	cancel()
	if a, b := <-ended, <-ended; a != context.Canceled || b != context.Canceled {
		t.Errorf("got %v, %v", a, b)
	}
	// A failure is not kept.
	s, err := p.Get(t.Context(), "k", func(ctx context.Context) (*Session, error) {
		return Connect(ctx, dial(newFake(legacy(echo))), Options{})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CloseAll(); err != nil || !isDone(s.conn) {
		t.Errorf("close: %v", err)
	}
	if _, err := p.Get(t.Context(), "k", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestPoolClosesAllAtOnce(t *testing.T) {
	leaks(t)
	var p Pool
	const n = 5
	var meet sync.WaitGroup // each close waits for the others to have begun
	meet.Add(n)
	for i := range n {
		f := newFake(legacy(echo))
		_, err := p.Get(t.Context(), string(rune('a'+i)), func(ctx context.Context) (*Session, error) {
			return Connect(ctx, func() (transport.Conn, error) { return slowClose{f, &meet}, nil }, Options{})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	connecting := make(chan error, 1)
	started := make(chan bool)
	go func() {
		_, err := p.Get(t.Context(), "z", func(ctx context.Context) (*Session, error) {
			close(started)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		connecting <- err
	}()
	<-started
	if err := p.CloseAll(); err != nil {
		t.Error(err)
	}
	if err := <-connecting; err == nil {
		t.Error("what was being connected was lent")
	}
}

type slowClose struct {
	*fake
	meet *sync.WaitGroup
}

func (c slowClose) Close() error {
	c.meet.Done()
	c.meet.Wait()
	return c.fake.Close()
}
