package scripts

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"time"

	"mcpjs/engine"
)

// guardVariable tells a process that it is the guarded one of two. Its value are
// the descriptors of two pipes.
const guardVariable = "MCPJS_GUARDED"

// limits are those of a guarded process.
type limits struct {
	heap    int64
	timeout time.Duration // 0: none
}

// resident is what a process may have in memory whose script may use heap: the
// garbage collector needs room to work in.
func (l limits) resident() int64 { return l.heap + max(l.heap/2, 192<<20) }

// Guarded tells whether this process is the guarded one of two, in which the
// script is to run. It then sees to it that it ends with the other: orphaned is
// called when that is gone, and must end the process. Only main calls it, first
// of all.
func Guarded(orphaned func()) bool {
	value, ok := os.LookupEnv(guardVariable)
	if !ok {
		return false
	}
	os.Unsetenv(guardVariable)
	life, crash, ok := inherited(value)
	if !ok {
		return false
	}
	catchCrash(crash)
	go func() {
		_, _ = io.Copy(io.Discard, life)
		orphaned()
	}()
	return true
}

// guard runs the same command line once more, in a process that it can stop
// whatever the script does there. Its error is a *Failure, or says why the
// process could not be started.
func guard(l limits, stderr io.Writer) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("--sandbox: find this program: %w", err)
	}
	lifeRead, lifeWrite, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("--sandbox: %w", err)
	}
	defer lifeWrite.Close()
	crashRead, crashWrite, err := os.Pipe()
	if err != nil {
		lifeRead.Close()
		return fmt.Errorf("--sandbox: %w", err)
	}
	defer crashRead.Close()
	cmd := &exec.Cmd{Path: exe, Args: os.Args, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	cmd.Env = os.Environ()
	shared := engine.IsTerminal(os.Stdin) // a group in the background can't read the terminal
	bequeath(cmd, shared, lifeRead, crashWrite)
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, forwarded()...)
	defer signal.Stop(signals)
	adopt()
	err = cmd.Start()
	lifeRead.Close()
	crashWrite.Close()
	if err != nil {
		return fmt.Errorf("--sandbox: start the script's process: %w", err)
	}
	var (
		over   = make(chan struct{})
		said   bytes.Buffer // by a Go runtime that can't go on
		listen sync.WaitGroup
	)
	listen.Go(func() { _, _ = io.CopyN(&said, crashRead, 16<<10); _, _ = io.Copy(io.Discard, crashRead) })
	go func() { _ = cmd.Wait(); close(over) }()
	var deadline <-chan time.Time
	if l.timeout > 0 {
		deadline = time.After(l.timeout + 2*time.Second + 2*hardStop) // it should have ended by itself
	}
	memory := watchResident(cmd.Process.Pid, l.resident(), over)
	var ended *Failure // what we ended it for
	end := func(code int, why error) {
		if ended == nil {
			ended = &Failure{Code: code, Text: "Error: " + why.Error() + "\n"}
			_ = cmd.Process.Kill()
		}
	}
	for running := true; running; {
		select {
		case <-over:
			running = false
		case s := <-signals:
			passOn(cmd.Process, s, shared)
		case <-memory:
			end(ExitThrew, &engine.HeapError{Limit: l.heap})
			memory = nil
		case <-deadline:
			end(ExitTimeout, &engine.TimeoutError{After: l.timeout})
		}
	}
	code, bySignal := status(cmd.ProcessState)
	crashRead.SetReadDeadline(time.Now().Add(time.Second)) // a process of the script's may hold it
	listen.Wait()
	crash := code == crashCode && strings.Contains(said.String(), "goroutine ")
	if ended != nil || bySignal != "" || crash {
		reap()
	}
	switch {
	case ended != nil:
		return ended
	case crash:
		return &Failure{Code: ExitThrew, Text: "Error: " + crashed(said.String(), l) + "\n"}
	case bySignal == "SIGKILL":
		return &Failure{Code: code, Text: "Error: the script's process was killed, perhaps because the system ran out of memory\n"}
	case code != 0:
		return &Failure{Code: code}
	}
	return nil
}

// crashCode is what a Go runtime that can't go on exits with.
const crashCode = 2

// crashed words the end of a process whose Go runtime could not go on.
func crashed(said string, l limits) string {
	switch {
	case strings.Contains(said, "out of memory") || strings.Contains(said, "cannot allocate memory"):
		return (&engine.HeapError{Limit: l.heap}).Error()
	case strings.Contains(said, "stack overflow") || strings.Contains(said, "stack exceeds"):
		return "the script nests calls or data too deep"
	}
	return "the script brought its process down:\n" + engine.Printable(strings.TrimSpace(said))
}

// watchResident tells when the process has more than limit bytes of its own in
// memory; never where the system doesn't say.
func watchResident(pid int, limit int64, over <-chan struct{}) <-chan struct{} {
	exceeded := make(chan struct{})
	read, done, err := residentMemory(pid)
	if err != nil {
		return nil
	}
	go func() {
		defer done()
		ticks := time.NewTicker(5 * time.Millisecond)
		defer ticks.Stop()
		for {
			select {
			case <-over:
				return
			case <-ticks.C:
			}
			switch n, err := read(); {
			case err != nil:
				return
			case n > limit:
				close(exceeded)
				return
			}
		}
	}()
	return exceeded
}

var errNoMemory = errors.New("the system does not tell how much memory a process has")
