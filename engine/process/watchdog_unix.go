//go:build unix

package process

import (
	"fmt"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

const watchdogDelay = 50 * time.Millisecond

// watchdogScript keeps the list of groups that it is told of, and kills those
// on it when its input ends.
const watchdogScript = `trap '' HUP INT QUIT TERM
g=
while read -r op p; do
	case $op in
	+) g="$g $p" ;;
	-) n=; for q in $g; do [ "$q" = "$p" ] || n="$n $q"; done; g=$n ;;
	esac
done
[ -n "$g" ] || exit 0
for p in $g; do kill -s TERM -- "-$p"; done
sleep 0.3 || sleep 1
for p in $g; do kill -s KILL -- "-$p"; done`

// A watchdog is a shell that kills process groups if we end before they do. It
// lives in a group of its own, from the first group to the last. It is started
// in the background, once the first group has lived for watchdogDelay, so that
// it costs a server's start, and a short run, nothing.
type watchdog struct {
	mu     sync.Mutex
	idle   sync.Cond
	pids   map[int]bool
	orders []byte      // not yet told to the shell
	busy   bool        // run runs
	timer  *time.Timer // starts the shell, nil where it is started or not wanted

	// Of run:
	cmd   *exec.Cmd
	stdin io.WriteCloser
}

var watch = newWatchdog()

func newWatchdog() *watchdog {
	w := &watchdog{pids: make(map[int]bool)}
	w.idle.L = &w.mu
	return w
}

// add has the shell told of a group, soon.
func (w *watchdog) add(pid int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pids[pid] = true
	w.orders = fmt.Appendf(w.orders, "+ %d\n", pid)
	switch {
	case w.busy:
	case w.cmd != nil:
		w.busy = true
		go w.run()
	case w.timer == nil:
		w.timer = time.AfterFunc(watchdogDelay, w.begin)
	}
}

// begin starts the shell where there still is something to watch.
func (w *watchdog) begin() {
	w.mu.Lock()
	w.timer = nil
	wanted := !w.busy && len(w.orders) > 0
	w.busy = w.busy || wanted
	w.mu.Unlock()
	if wanted {
		w.run()
	}
}

// remove tells the shell to forget a group, before it returns: that group's id
// may be another's from then on, and we may exit.
func (w *watchdog) remove(pid int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.pids, pid)
	w.orders = fmt.Appendf(w.orders, "- %d\n", pid)
	for w.busy {
		w.idle.Wait()
	}
	switch {
	case w.cmd == nil && len(w.pids) == 0:
		w.orders = nil
		if w.timer != nil {
			w.timer.Stop()
			w.timer = nil
		}
	case w.cmd != nil && len(w.orders) > 0:
		w.busy = true
		w.mu.Unlock()
		w.run()
		w.mu.Lock()
	}
}

// run passes orders on until there are none, starting the shell for the first
// group and ending it after the last.
func (w *watchdog) run() {
	w.mu.Lock()
	for len(w.orders) > 0 {
		orders := w.orders
		w.orders = nil
		last := len(w.pids) == 0
		if !last || w.cmd != nil {
			w.mu.Unlock()
			w.tell(orders, last)
			w.mu.Lock()
		}
	}
	w.busy = false
	w.idle.Broadcast()
	w.mu.Unlock()
}

func (w *watchdog) tell(orders []byte, last bool) {
	if w.cmd == nil && !w.start() {
		return
	}
	_, err := w.stdin.Write(orders)
	if err == nil && !last {
		return
	}
	_ = w.stdin.Close()
	go w.cmd.Wait() // it exits at once
	w.cmd = nil
	if err != nil && !last && w.start() { // something killed it: once more
		w.mu.Lock()
		var all []byte
		for pid := range w.pids {
			all = fmt.Appendf(all, "+ %d\n", pid)
		}
		w.mu.Unlock()
		_, _ = w.stdin.Write(all)
	}
}

func (w *watchdog) start() bool {
	cmd := exec.Command("/bin/sh", "-c", watchdogScript)
	cmd.Env = []string{"PATH=/usr/bin:/bin"}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := cmd.StdinPipe()
	if err != nil || cmd.Start() != nil {
		return false
	}
	w.cmd, w.stdin = cmd, stdin
	return true
}

// Watchdog gives the process id of the watchdog, 0 while none runs or it is
// being told something. For tests.
func Watchdog() int {
	watch.mu.Lock()
	defer watch.mu.Unlock()
	if watch.busy || watch.cmd == nil {
		return 0
	}
	return watch.cmd.Process.Pid
}
