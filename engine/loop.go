package engine

import (
	"container/heap"
	"context"
	"sync"
	"time"

	"github.com/dop251/goja"
)

// loop is the queue that other goroutines post to, the timers, and the count
// of references that keep a run alive. What mu guards, wake and alarm are shared;
// the rest belongs to who turns the loop: its own goroutine, in spin, or while
// that sleeps another, in Attend.
type loop struct {
	mu    sync.Mutex
	queue []func()
	state loopState
	over  *spinEnd      // why spin is to end, where Attend found out
	wake  chan struct{} // ends the sleep of the loop's goroutine
	alarm *time.Timer   // so does this, when the first timer is due

	ctx      context.Context // of spin; nil where it ends when nothing is pending
	attended func()          // turns the loop for Attend
	worker   bool            // who turns the loop takes next when that is done
	next     func() (done func())

	spare  []func()
	refs   int
	holds  map[*hold]struct{}
	timers timerHeap
	seq    uint64
	later  []func()
	last   []func()
	failed error // an error from JavaScript that nobody could return
}

// loopState says who turns the loop.
type loopState int

const (
	loopAwake    loopState = iota // its goroutine, or nobody before spin and after it
	loopAsleep                    // nobody until something is posted or due
	loopAttended                  // a goroutine in Attend
)

// spinEnd is what spin is to return.
type spinEnd struct{ err error }

func (l *loop) init(rt *Runtime) {
	l.attended = func() { rt.attend(false) }
	l.wake = make(chan struct{}, 1)
	l.alarm = time.NewTimer(time.Hour)
	l.alarm.Stop()
}

// Post queues fn to run on the loop, in order. Any goroutine. It does not keep
// a run alive: what must be waited for is an operation.
func (rt *Runtime) Post(fn func()) {
	l := &rt.loop
	l.mu.Lock()
	l.queue = append(l.queue, fn)
	asleep := l.state == loopAsleep
	if asleep {
		l.state = loopAwake
	}
	l.mu.Unlock()
	if asleep {
		l.rouse()
	}
}

// rouse wakes the loop's goroutine.
func (l *loop) rouse() {
	select {
	case l.wake <- struct{}{}:
	default: // it has not taken the last one yet
	}
}

// Attend calls fn, which may post. Where the loop is asleep then, its goroutine
// stays so: what is returned turns the loop on the calling goroutine until it has
// nothing at hand, and must be called soon. It is nil where the loop is awake. To
// wake a goroutine for what has just arrived costs more than most JavaScript that
// waits for it.
//
// Whoever turns the loop must hold no lock and owe nothing that JavaScript may
// wait for, which may compute for hours. Any goroutine but the loop's.
func (rt *Runtime) Attend(fn func()) (turn func()) {
	l := &rt.loop
	l.mu.Lock()
	if l.state == loopAsleep {
		l.state = loopAttended
		turn = l.attended
	}
	l.mu.Unlock()
	fn()
	return turn
}

// attend turns the loop for Attend. A worker gets what it is to work on next, if
// anything.
func (rt *Runtime) attend(worker bool) (next func() (done func())) {
	l := &rt.loop
	l.worker = worker
	for {
		over, err := rt.advance()
		l.mu.Lock()
		if !over && len(l.queue) > 0 {
			l.mu.Unlock()
			continue
		}
		next, l.next, l.worker = l.next, nil, false
		if over {
			l.over, l.state = &spinEnd{err}, loopAwake
			l.rouse()
		} else {
			l.state = loopAsleep
			l.setAlarm()
		}
		l.mu.Unlock()
		return next
	}
}

// Deliver calls fn, which posts what a goroutine that ends now has come to, and
// turns the loop there as Attend says. Any goroutine but the loop's.
func (rt *Runtime) Deliver(fn func()) {
	if turn := rt.Attend(fn); turn != nil {
		turn()
	}
}

// Go runs work on another goroutine, and then what it returns, which posts what
// has come of it, and turns the loop there as Attend says. The work of a script
// that does one thing after the other is all done by one goroutine, which runs
// the script in between: neither another goroutine nor a thread is woken. Loop
// only.
func (rt *Runtime) Go(work func() (done func())) {
	rt.Busy()
	if l := &rt.loop; l.worker {
		l.next = work
	} else {
		go rt.work(work)
	}
}

// Busy is called before what may take long while the loop is being turned: work
// that Go has kept for who turns it begins at once, elsewhere. Loop only.
func (rt *Runtime) Busy() {
	if l := &rt.loop; l.next != nil {
		go rt.work(l.next)
		l.next = nil
	}
}

// work is what Go's goroutines do.
func (rt *Runtime) work(next func() (done func())) {
	for next != nil {
		done := next()
		next = nil
		if rt.Attend(done) != nil {
			next = rt.attend(true)
		}
	}
}

// Later runs fn as soon as the JavaScript that runs now has returned to the
// loop, microtasks and all. Loop only.
func (rt *Runtime) Later(fn func()) { rt.loop.later = append(rt.loop.later, fn) }

// Last runs fn when the loop has run what it has at hand now, before its timers
// and what has been posted since. Loop only.
func (rt *Runtime) Last(fn func()) { rt.loop.last = append(rt.loop.last, fn) }

// A hold is one Ref.
type hold struct{ _ byte }

// Ref keeps the run alive until the returned function is called, from the
// loop, or the run is aborted. Loop only.
func (rt *Runtime) Ref() (release func()) {
	l := &rt.loop
	h := new(hold)
	if l.holds == nil {
		l.holds = map[*hold]struct{}{}
	}
	l.holds[h] = struct{}{}
	l.refs++
	return func() {
		if _, held := l.holds[h]; held {
			delete(l.holds, h)
			l.refs--
		}
	}
}

// A Timer is one setTimeout or setInterval.
type Timer struct {
	rt       *Runtime
	at       time.Time
	seq      uint64
	born     uint64 // seq when it was started
	index    int    // in the heap, -1 when not there
	interval time.Duration
	ref      bool
	fn       func() error
	onAbort  func(aborted *Object)
}

// OnAbort says what to do where the run is aborted while the timer waits: fn
// gets a promise that is rejected with the error that operations are. Loop
// only.
func (t *Timer) OnAbort(fn func(aborted *Object)) { t.onAbort = fn }

// StartTimer runs fn on the loop after d, and every d again if repeat. Timers
// that fall due together run in the order they were started. Loop only.
func (rt *Runtime) StartTimer(d time.Duration, repeat bool, fn func() error) *Timer {
	l := &rt.loop
	l.seq++
	t := &Timer{rt: rt, at: time.Now().Add(d), seq: l.seq, born: l.seq, fn: fn}
	if repeat {
		t.interval = d
	}
	heap.Push(&l.timers, t)
	t.SetRef(true)
	return t
}

// Stop ends the timer; it may be called at any time. Loop only.
func (t *Timer) Stop() {
	if t.index >= 0 {
		heap.Remove(&t.rt.loop.timers, t.index)
	}
	t.interval = 0
	t.SetRef(false)
}

// Restart begins the timer's wait anew. Loop only.
func (t *Timer) Restart(d time.Duration) {
	if t.index >= 0 {
		t.at = time.Now().Add(d)
		heap.Fix(&t.rt.loop.timers, t.index)
	}
}

// HasRef tells whether the timer keeps the run alive.
func (t *Timer) HasRef() bool { return t.ref }

// SetRef says whether the timer keeps the run alive, as it does at first.
func (t *Timer) SetRef(ref bool) {
	if ref == t.ref {
		return
	}
	t.ref = ref
	if ref {
		t.rt.loop.refs++
	} else {
		t.rt.loop.refs--
	}
}

// turn runs what was posted before it began, then the timers that are due. It
// reports whether anything ran.
func (rt *Runtime) turn() (busy bool, err error) {
	defer rt.runLast()
	l := &rt.loop
	l.mu.Lock()
	batch := l.queue
	l.queue = l.spare[:0]
	l.mu.Unlock()
	for i, fn := range batch {
		batch[i] = nil
		rt.Busy()
		if err := rt.uncaught(interruptible(func() error { fn(); return nil })); err != nil {
			return true, err
		}
		if err := rt.afterJS(); err != nil {
			return true, err
		}
	}
	l.spare = batch
	rt.runLast()
	now, newest := time.Now(), l.seq
	for len(l.timers) > 0 && !l.timers[0].at.After(now) && l.timers[0].seq <= newest {
		t := l.timers[0]
		if t.interval > 0 {
			l.seq++
			t.at, t.seq = now.Add(t.interval), l.seq
			heap.Fix(&l.timers, 0)
		} else {
			heap.Pop(&l.timers)
			t.SetRef(false)
		}
		busy = true
		rt.Busy()
		if err := rt.uncaught(interruptible(t.fn)); err != nil {
			return true, err
		}
		if err := rt.afterJS(); err != nil {
			return true, err
		}
	}
	return busy || len(batch) > 0, nil
}

// interruptible calls fn, and gives as an error the interrupt that stopped
// JavaScript of our own which fn needs, such as an error's class.
func interruptible(fn func() error) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *goja.InterruptedError:
			err = x
		default:
			panic(x)
		}
	}()
	return fn()
}

// runLast runs what Last was given.
func (rt *Runtime) runLast() {
	l := &rt.loop
	for i := 0; i < len(l.last); i++ {
		l.last[i]()
		l.last[i] = nil
	}
	l.last = l.last[:0]
}

// wait sleeps until the loop's goroutine must turn the loop again.
func (l *loop) wait() {
	l.mu.Lock()
	if len(l.queue) > 0 {
		l.mu.Unlock()
		return
	}
	l.state = loopAsleep
	l.setAlarm()
	l.mu.Unlock()
	for {
		select {
		case <-l.wake:
		case <-l.alarm.C:
		}
		l.mu.Lock()
		awake := l.state != loopAttended // who attends sees to what is due
		if awake {
			l.state = loopAwake
			l.alarm.Stop()
		}
		l.mu.Unlock()
		if awake {
			return
		}
	}
}

// setAlarm sets the alarm to when the first timer is due.
func (l *loop) setAlarm() {
	if len(l.timers) == 0 {
		l.alarm.Stop()
		return
	}
	l.alarm.Reset(time.Until(l.timers[0].at))
}

// idle reports whether nothing is queued.
func (l *loop) idle() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue) == 0
}

type timerHeap []*Timer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].seq < h[j].seq
	}
	return h[i].at.Before(h[j].at)
}
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *timerHeap) Push(x any) {
	t := x.(*Timer)
	t.index = len(*h)
	*h = append(*h, t)
}
func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.index = -1
	return t
}

// rejections are the promises that were rejected with nobody listening, in
// the order they were.
type rejections struct {
	pending map[*goja.Promise]struct{}
	order   []*goja.Promise
}

func (r *rejections) track(p *goja.Promise, op goja.PromiseRejectionOperation) {
	if op == goja.PromiseRejectionReject {
		if r.pending == nil {
			r.pending = map[*goja.Promise]struct{}{}
		}
		r.pending[p] = struct{}{}
		r.order = append(r.order, p)
	} else {
		delete(r.pending, p)
	}
}

// take gives those that still nobody listens to, and forgets all.
func (r *rejections) take() []*goja.Promise {
	if len(r.order) == 0 {
		return nil
	}
	var out []*goja.Promise
	for _, p := range r.order {
		if _, ok := r.pending[p]; ok {
			delete(r.pending, p)
			out = append(out, p)
		}
	}
	r.order = r.order[:0]
	return out
}
