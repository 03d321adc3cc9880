package engine

import (
	"runtime/debug"
	"testing"
	"time"
)

// TestWatchHeapGarbage: what nothing holds doesn't count, however fast it comes.
func TestWatchHeapGarbage(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // only the limit collects
	const limit = 256 << 20
	before := debug.SetMemoryLimit(-1)
	exceeded := make(chan bool, 1)
	stop := WatchHeap(limit, time.Millisecond, func() { exceeded <- true })
	if now := debug.SetMemoryLimit(-1); now != min(before, limit) {
		t.Errorf("the collector is to keep to %d bytes", now)
	}
	for range 4 * limit >> 20 {
		garbage = make([]byte, 1<<20)
	}
	garbage = nil
	stop()
	for deadline := time.Now().Add(30 * time.Second); debug.SetMemoryLimit(-1) != before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the limit outlasts the run")
		}
	}
	select {
	case <-exceeded:
		t.Error("garbage counted")
	default:
	}
}

var garbage []byte
