package engine

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// HeapError ends a run that used more memory than it may.
type HeapError struct{ Limit int64 } // in bytes

func (e *HeapError) Error() string {
	return fmt.Sprintf("the script used more than %s of memory; --max-heap=%s would give it more", FormatSize(e.Limit), FormatSize(2*e.Limit))
}

// WatchHeap calls exceeded, once and on a goroutine of its own, when more than
// limit bytes are in use that the garbage collector can't free, which it makes
// work for it. What it can't see is that one operation takes very much at once:
// then exceeded is called late. A call of stop ends it.
func WatchHeap(limit int64, every time.Duration, exceeded func()) (stop func()) {
	done := make(chan struct{})
	before := debug.SetMemoryLimit(-1)
	debug.SetMemoryLimit(min(before, limit)) // now: garbage may reach the limit before the first tick
	go func() {
		ticks := time.NewTicker(every)
		defer ticks.Stop()
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
		used := func() int64 {
			metrics.Read(sample)
			return int64(sample[0].Value.Uint64() + sample[1].Value.Uint64())
		}
		for {
			select {
			case <-done:
				debug.SetMemoryLimit(before)
				return
			case <-ticks.C:
			}
			n := used()
			if n > limit && n < limit+max(limit/2, 256<<20) {
				runtime.GC()
				n = used()
			}
			if n > limit {
				exceeded()
				return
			}
		}
	}()
	return func() { close(done) }
}

// ParseSize reads a number of bytes: "64MB", "1.5GB", "2G", "500000KB". what
// names the option in the error.
func ParseSize(s, what string) (int64, error) {
	text := strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	text = strings.TrimSuffix(strings.TrimSuffix(text, "B"), "I")
	unit := 1.0
	if n := len(text); n > 0 {
		if i := strings.IndexByte("KMGT", text[n-1]); i >= 0 {
			unit = math.Pow(1024, float64(i+1))
			text = text[:n-1]
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || f < 0 || f*unit >= math.MaxInt64 {
		return 0, fmt.Errorf("%s: %q is not a size; write for example \"256MB\" or \"1GB\"", what, s)
	}
	return int64(f * unit), nil
}

// FormatSize writes a number of bytes for people.
func FormatSize(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%dGB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%dMB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
