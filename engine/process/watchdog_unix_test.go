//go:build unix

package process

import (
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// A watchdog that was killed is replaced when there is more to watch, and the
// last group takes it along.
func TestWatchdogIsReplaced(t *testing.T) {
	w := newWatchdog()
	sleeper := func() *exec.Cmd {
		cmd := exec.Command("sleep", "60")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
		return cmd
	}
	dog := func(other int) int {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for range 1000 {
			w.mu.Lock()
			pid := 0
			if !w.busy && w.cmd != nil {
				pid = w.cmd.Process.Pid
			}
			w.mu.Unlock()
			if pid != 0 && pid != other {
				return pid
			}
			<-tick.C
		}
		t.Fatal("no watchdog")
		return 0
	}
	a, b := sleeper(), sleeper()
	w.add(a.Process.Pid)
	first := dog(0)
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	cmd := w.cmd
	w.mu.Unlock()
	cmd.Wait()
	w.add(b.Process.Pid)
	dog(first)
	w.remove(a.Process.Pid)
	w.remove(b.Process.Pid)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cmd != nil || len(w.pids) != 0 {
		t.Errorf("still watching %v", w.pids)
	}
}
