package engine

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// asleep waits until the loop sleeps.
func asleep(t *testing.T, rt *Runtime) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Microsecond) {
		rt.loop.mu.Lock()
		state := rt.loop.state
		rt.loop.mu.Unlock()
		if state == loopAsleep {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the loop never sleeps")
		}
	}
}

// drained runs the loop until nothing is pending, on a goroutine of its own.
func drained(rt *Runtime) <-chan error {
	done := make(chan error, 1)
	go func() { done <- rt.Drain(context.Background()) }()
	return done
}

func ends(t *testing.T, done <-chan error, want error) {
	t.Helper()
	select {
	case err := <-done:
		if err != want && (err == nil || want == nil || !strings.Contains(err.Error(), want.Error())) {
			t.Errorf("ended with %v, want %v", err, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the loop does not end")
	}
}

// TestAttend: what is posted while the loop sleeps is run by who attends, until
// there is no more of it, and only then; the loop's goroutine sees to the rest.
func TestAttend(t *testing.T) {
	rt := New(Options{})
	defer rt.Close()
	release := rt.Ref()
	done := drained(rt)
	asleep(t, rt)
	var ran []string
	run := func(name string) func() { return func() { ran = append(ran, name) } }
	turn := rt.Attend(func() {
		rt.Post(func() { run("a")(); rt.Post(run("c")) })
		rt.Post(run("b"))
	})
	if turn == nil || len(ran) > 0 {
		t.Fatalf("a sleeping loop: %t, %v", turn != nil, ran)
	}
	if again := rt.Attend(func() { rt.Post(run("d")) }); again != nil {
		t.Error("two attend")
	}
	turn()
	if want := []string{"a", "b", "d", "c"}; !slices.Equal(ran, want) {
		t.Errorf("ran %v, want %v", ran, want)
	}

	// A timer that is started there rings, though the loop sleeps without one.
	rang := make(chan bool, 1)
	rt.Deliver(func() {
		rt.Post(func() {
			rt.StartTimer(time.Millisecond, false, func() error { rang <- true; return nil })
		})
	})
	select {
	case <-rang:
	case <-time.After(20 * time.Second):
		t.Fatal("the timer does not ring")
	}

	asleep(t, rt)
	rt.Deliver(func() { rt.Post(release) })
	ends(t, done, nil)
	if rt.Attend(func() {}) != nil {
		t.Error("nobody turns the loop, and it was attended")
	}
}

// TestAttendError: what ends the run while another goroutine turns the loop ends
// it for who called Drain.
func TestAttendError(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(rt *Runtime)
		want error
	}{
		"posted": {func(rt *Runtime) { rt.Deliver(func() { rt.Post(func() { rt.Abort(ErrInterrupted) }) }) }, ErrInterrupted},
		"meanwhile": {func(rt *Runtime) {
			turn := rt.Attend(func() {})
			rt.Abort(ErrInterrupted)
			turn()
		}, ErrInterrupted},
		"twice, in what aborts": {func(rt *Runtime) {
			rt.Deliver(func() { rt.Post(func() { rt.Begin() }) })
			asleep(t, rt)
			turn := rt.Attend(func() {})
			rt.Abort(ErrInterrupted)
			rt.Abort(ErrInterrupted)
			turn()
		}, ErrInterrupted},
		"uncaught": {func(rt *Runtime) { rt.Deliver(func() { rt.Post(func() { rt.Check(errFailed) }) }) }, errFailed},
	} {
		t.Run(name, func(t *testing.T) {
			rt := New(Options{Grace: time.Hour})
			defer rt.Close()
			rt.Ref()
			done := drained(rt)
			asleep(t, rt)
			test.do(rt)
			ends(t, done, test.want)
		})
	}
}

var errFailed = errors.New("failed")

// TestAttendRace: many goroutines post, attend and start timers at once; each
// thing runs once, and nothing is slept over.
func TestAttendRace(t *testing.T) {
	rt := New(Options{})
	defer rt.Close()
	const workers, each = 8, 300
	ran := 0 // the loop's
	release := rt.Ref()
	did := func() {
		if ran++; ran == workers*each {
			release()
		}
	}
	done := drained(rt)
	var wg sync.WaitGroup
	for w := range workers {
		r := rand.New(rand.NewPCG(uint64(w), 1))
		wg.Go(func() {
			for range each {
				wait := time.Duration(r.IntN(2)) * 100 * time.Microsecond
				switch r.IntN(5) {
				case 0:
					rt.Post(did)
				case 1:
					rt.Deliver(func() { rt.Post(did) })
				case 2:
					rt.Deliver(func() {
						rt.Post(func() {
							rt.StartTimer(wait, false, func() error { did(); return nil })
						})
					})
				case 3:
					turn := rt.Attend(func() {})
					rt.Post(did)
					if turn != nil {
						turn()
					}
				case 4:
					rt.Post(func() {
						rt.Go(func() func() {
							return func() {
								rt.Post(func() {
									rt.Go(func() func() { return func() { rt.Post(did) } })
								})
							}
						})
					})
				}
				if r.IntN(8) == 0 {
					time.Sleep(time.Duration(r.IntN(200)) * time.Microsecond)
				}
			}
		})
	}
	ends(t, done, nil)
	wg.Wait()
	if ran != workers*each || rt.loop.refs != 0 {
		t.Errorf("%d of %d ran, %d references", ran, workers*each, rt.loop.refs)
	}
}

// TestGo: work that JavaScript asks for one after the other stays on one goroutine,
// and only what has nothing to wait for.
func TestGo(t *testing.T) {
	rt := New(Options{})
	defer rt.Close()
	release := rt.Ref()
	done := drained(rt)
	asleep(t, rt)
	self := func() string {
		var b [64]byte
		return strings.Fields(string(b[:runtime.Stack(b[:], false)]))[1]
	}

	// A chain: each link begins the next.
	var on []string
	begun, ended := make(chan bool), make(chan bool)
	var link func()
	link = func() {
		rt.Go(func() func() {
			if len(on) == 0 {
				<-begun
			}
			on = append(on, self())
			return func() {
				rt.Post(func() {
					if len(on) == 100 {
						close(ended)
						return
					}
					link()
				})
			}
		})
	}
	rt.Post(link)
	asleep(t, rt)
	begun <- true
	<-ended
	if slices.ContainsFunc(on, func(id string) bool { return id != on[0] }) {
		t.Errorf("a chain of work ran on goroutines %v", on)
	}

	// Two at once wait for each other; so does what the loop runs next, as do
	// timers and who calls Busy.
	for name, also := range map[string]func(begun chan bool){
		"another":  func(begun chan bool) { rt.Go(func() func() { <-begun; return func() {} }) },
		"a task":   func(begun chan bool) { rt.Post(func() { <-begun }) },
		"a timer":  func(begun chan bool) { rt.StartTimer(0, false, func() error { <-begun; return nil }) },
		"busy":     func(begun chan bool) { rt.Busy(); <-begun },
		"an abort": func(begun chan bool) { rt.Check(errFailed) },
	} {
		asleep(t, rt)
		begun, over := make(chan bool), make(chan bool)
		rt.Post(func() {
			rt.Go(func() func() { // so that a worker turns the loop
				return func() {
					rt.Post(func() {
						rt.Go(func() func() {
							close(begun)
							return func() { close(over) }
						})
						also(begun)
					})
				}
			})
		})
		select {
		case <-over:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: the work never begins", name)
		}
		if name == "an abort" {
			ends(t, done, errFailed)
			done = drained(rt)
		}
	}
	asleep(t, rt)
	rt.Deliver(func() { rt.Post(release) })
	ends(t, done, nil)
}

// BenchmarkPost is a message from another goroutine that it waits to see handled,
// as a call in turn does; posted wakes the loop's goroutine for each.
func BenchmarkPost(b *testing.B) {
	for name, hand := range map[string]func(rt *Runtime, fn func()){
		"posted":    func(rt *Runtime, fn func()) { rt.Post(fn) },
		"delivered": func(rt *Runtime, fn func()) { rt.Deliver(func() { rt.Post(fn) }) },
	} {
		b.Run(name, func(b *testing.B) {
			rt := New(Options{})
			defer rt.Close()
			release := rt.Ref()
			done := drained(rt)
			handled := make(chan bool, 1)
			for b.Loop() {
				hand(rt, func() { handled <- true })
				<-handled
			}
			rt.Post(release)
			<-done
		})
	}
}
