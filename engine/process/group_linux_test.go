package process

import (
	"bufio"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// started runs a shell command and waits until it has said something.
func started(t *testing.T, command string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("sh", "-c", command)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// TestAlone: a process with a descendant is never taken for one without; one
// without is found to be so, unless others start meanwhile.
func TestAlone(t *testing.T) {
	for _, command := range []string{"sleep 60 & echo; wait", "setsid sleep 5 & echo; wait", "(sleep 60 & echo; wait) & wait"} {
		if pid := started(t, command).Process.Pid; alone(pid) {
			t.Errorf("%q has children", command)
		}
	}
	for end := time.Now().Add(time.Minute); ; {
		if alone(started(t, "echo; exec sleep 60").Process.Pid) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("a process without children is never found to be alone")
		}
	}
}
