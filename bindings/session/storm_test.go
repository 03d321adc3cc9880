package session

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"mcpjs/bindings/transport"
)

// unposted is a connection that is no transport.Poster.
type unposted struct{ transport.Conn }

// A stormy server answers late, out of order, twice, with wrong ids, with errors
// or not at all. What it does with a call is settled by its random numbers.
type stormy struct {
	modern bool
	out    *io.PipeWriter
	dropAt int // the call at which it drops the connection, 0 never

	mu        sync.Mutex
	rand      *rand.Rand
	received  map[int64]bool
	answered  map[int64]bool
	cancelled map[int64]int
	news      chan struct{} // holds a token when something was cancelled
}

func (v *stormy) say(format string, args ...any) { fmt.Fprintf(v.out, format+"\n", args...) }

func (v *stormy) serve(in *io.PipeReader) {
	defer in.Close()
	defer v.out.Close()
	lines := bufio.NewReader(in)
	var late sync.WaitGroup
	defer late.Wait()
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			v.out.Close()
			return
		}
		var m struct {
			ID     int64
			Method string
			Params struct{ RequestID int64 }
		}
		if json.Unmarshal(line, &m) != nil {
			continue
		}
		switch m.Method {
		case "server/discover":
			v.say(`{"jsonrpc":"2.0","id":%d,"result":%s}`, m.ID, discoverResult)
		case "initialize":
			v.say(`{"jsonrpc":"2.0","id":%d,"result":%s}`, m.ID, legacyInit)
		case "notifications/cancelled":
			v.mu.Lock()
			v.cancelled[m.Params.RequestID]++
			v.mu.Unlock()
			select {
			case v.news <- struct{}{}:
			default:
			}
		case "x":
			v.mu.Lock()
			v.received[m.ID] = true
			drop := len(v.received) == v.dropAt
			how, wait := v.rand.IntN(9), time.Duration(v.rand.IntN(15))*time.Millisecond
			v.answered[m.ID] = how != 8
			v.mu.Unlock()
			if drop {
				return
			}
			late.Add(1)
			act := func() { defer late.Done(); v.answer(m.ID, how) }
			if wait < 5*time.Millisecond {
				act()
			} else {
				time.AfterFunc(wait, act)
			}
		}
	}
}

func (v *stormy) answer(id int64, how int) {
	good := func(id any) { v.say(`{"jsonrpc":"2.0","id":%v,"result":{"resultType":"complete","n":%d}}`, id, how) }
	switch how {
	case 0:
		v.say(`{"jsonrpc":"2.0","id":%d,"error":{"code":-32000,"message":"no"}}`, id)
	case 1:
		good(id)
		good(id)
	case 2:
		good(id + 1_000_000)
		good(`"nobody"`)
		good(id)
	case 3:
		v.say(`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":%d,"progress":1}}`, id)
		good(id)
	case 4:
		v.say(`{"jsonrpc":"2.0","id":%d,"result":{"n":BROKEN}}`, id)
	case 5:
		good(fmt.Sprintf(`"%d"`, id))
	case 6:
		v.say(`{"jsonrpc":"2.0","id":%d,"result":{"resultType":"odd"}}`, id) // before 2026-07-28 a result like any
	case 7:
		good(id)
	}
}

// TestStorm makes many calls at once through each road of a session, ended in
// every way, at any moment: each settles once, none is left behind, and the
// server is told of precisely the calls that nobody waits for any more.
func TestStorm(t *testing.T) {
	seed := rand.Uint64()
	for i := range 8 {
		t.Run(fmt.Sprintf("modern=%t,posted=%t,drop=%t", i&1 != 0, i&2 != 0, i&4 != 0), func(t *testing.T) {
			leaks(t)
			storm(t, seed+uint64(i), i&1 != 0, i&2 != 0, i&4 != 0)
			if t.Failed() {
				t.Logf("the seed is %d", seed+uint64(i))
			}
		})
	}
}

func storm(t *testing.T, seed uint64, modern, posted, drop bool) {
	const calls = 200
	r := rand.New(rand.NewPCG(seed, 1))
	fromServer, out := io.Pipe()
	in, toServer := io.Pipe()
	v := &stormy{modern: modern, out: out, rand: rand.New(rand.NewPCG(seed, 2)), received: map[int64]bool{}, answered: map[int64]bool{}, cancelled: map[int64]int{}, news: make(chan struct{}, 1)}
	if drop {
		v.dropAt = 1 + r.IntN(calls/2)
	}
	served := make(chan struct{})
	go func() { defer close(served); v.serve(in) }()

	pin := "2025-11-25"
	if modern {
		pin = "2026-07-28"
	}
	pipe := transport.NewPipe(fromServer, toServer)
	s, err := Connect(t.Context(), func() (transport.Conn, error) {
		if posted {
			return pipe, nil
		}
		return unposted{pipe}, nil
	}, Options{Server: "srv", ProtocolVersion: pin})
	if err != nil {
		t.Fatal(err)
	}

	type outcome struct {
		id     string
		result json.RawMessage
		err    error
	}
	stop := errors.New("stop it")
	settled := make(chan outcome, 2*calls)
	var ids []string
	var making sync.WaitGroup
	for range calls {
		call := Call{Method: "x", ID: s.NewID(), Timeout: 300 * time.Millisecond} // some are never answered
		ids = append(ids, call.ID)
		if r.IntN(4) == 0 {
			call.OnProgress = func(Progress) {}
		}
		wait := time.Duration(r.IntN(12)) * time.Millisecond
		whole, flush := r.IntN(2) == 0, r.IntN(3) == 0
		end := func(func(error)) {}
		switch r.IntN(6) {
		case 0:
			call.Timeout = wait + 1
		case 1:
			end = func(f func(error)) { time.AfterFunc(wait, func() { f(stop) }) }
		case 2:
			end = func(f func(error)) { f(stop); f(errors.New("too late")) }
		case 3:
			time.AfterFunc(wait, func() { _ = s.Cancel(call.ID, "bored") })
		}
		if whole {
			making.Go(func() {
				ctx, cancel := context.WithCancelCause(context.Background())
				defer cancel(nil)
				end(func(cause error) { cancel(cause) })
				result, err := s.Request(ctx, call)
				settled <- outcome{call.ID, result, err}
			})
			continue
		}
		end(s.Start(call, func(result json.RawMessage, err error) { settled <- outcome{call.ID, result, err} }, nil))
		if flush {
			s.Flush()
		}
	}
	s.Flush()
	making.Wait()

	outcomes := map[string]outcome{}
	for len(outcomes) < calls {
		select {
		case o := <-settled:
			if _, twice := outcomes[o.id]; twice {
				t.Fatalf("call %s settled twice", o.id)
			}
			outcomes[o.id] = o
		case <-time.After(30 * time.Second):
			t.Fatalf("%d of %d calls never end", calls-len(outcomes), calls)
		}
	}
	s.mu.Lock()
	if len(s.calls) != 0 {
		t.Errorf("%d calls are kept", len(s.calls))
	}
	s.mu.Unlock()

	untold := map[int64]bool{} // calls of which the server is still to hear
	for i, text := range ids {
		var id int64
		fmt.Sscan(text, &id)
		if pipe.Withdraw(id) {
			t.Errorf("the connection still waits for call %d", id)
		}
		o := outcomes[text]
		var late *TimeoutError
		var cancelled *Cancelled
		gaveUp := errors.As(o.err, &late) || errors.As(o.err, &cancelled) || errors.Is(o.err, stop)
		var lost *ConnectionError
		var rpc *RPCError
		var broken *ProtocolError
		switch {
		case gaveUp, o.err == nil && o.result != nil, errors.As(o.err, &rpc), errors.As(o.err, &broken):
		case drop && errors.As(o.err, &lost):
		default:
			t.Errorf("call %d ended with %s, %v", i, o.result, o.err)
		}
		v.mu.Lock()
		if v.cancelled[id] > 0 && !gaveUp {
			t.Errorf("the server was told not to go on with call %d, which ended with %s, %v", id, o.result, o.err)
		}
		if v.received[id] && !v.answered[id] && gaveUp {
			untold[id] = true
		}
		v.mu.Unlock()
	}
	deadline := time.After(30 * time.Second)
	for !drop && len(untold) > 0 {
		v.mu.Lock()
		for id := range untold {
			if v.cancelled[id] > 0 {
				delete(untold, id)
			}
		}
		v.mu.Unlock()
		if len(untold) == 0 {
			break
		}
		select {
		case <-v.news:
		case <-deadline:
			t.Fatalf("the server was not told of %v", untold)
		}
	}
	s.Close()
	<-s.delivered
	<-served
	if len(settled) != 0 {
		t.Error("a call settled once more")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for id, n := range v.cancelled {
		if n > 1 {
			t.Errorf("the server was told %d times of call %d", n, id)
		}
		if !v.received[id] && !drop && posted { // else a call may be ended as it is being sent
			t.Errorf("the server was told not to go on with call %d, which it never got", id)
		}
	}
}

// TestEndedBeforeItIsSent: of a call that was ended before its turn to be sent the
// server hears nothing at all.
func TestEndedBeforeItIsSent(t *testing.T) {
	leaks(t)
	eras(t, func(t *testing.T, era func(serveFunc) serveFunc) {
		f := newFake(era(echo))
		s := connect(t, f, Options{})
		for len(f.notes) > 0 {
			<-f.notes
		}
		stop := errors.New("stop it")
		p, err := s.begin(Call{Method: "x"})
		if err != nil {
			t.Fatal(err)
		}
		p.end(stop)
		p.work(t.Context())
		if _, err := p.run(nil); !errors.Is(err, stop) {
			t.Errorf("got %v", err)
		}
		if n := len(f.sent("x")); n != 0 {
			t.Errorf("it was sent %d times", n)
		}
		_, _ = s.Request(t.Context(), Call{Method: "y"})
		s.Close()
		if n := len(f.notes); n != 0 {
			t.Errorf("%d notifications were sent", n)
		}
	})
}
