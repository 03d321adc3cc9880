package oauth

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

const workerCalls = 4

// work is a process that shares a store with others: for each line that it reads
// it makes some calls at once, and says so. It never logs in.
func work(server, dir string) error {
	a, err := New(Options{Server: server, Base: &http.Transport{}, Config: Config{
		ClientID: "native", TokenStore: dir,
		OnAuthorize: func(context.Context, string) (string, error) {
			return "", errors.New("somebody was asked to log in")
		},
	}})
	if err != nil {
		return err
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		failures := make(chan error, workerCalls)
		for range workerCalls {
			go func() {
				status, got, err := call(context.Background(), a, server, lines.Text())
				if err == nil && (status != 200 || got != lines.Text()) {
					err = fmt.Errorf("status %d, %q", status, got)
				}
				failures <- err
			}()
		}
		for range workerCalls {
			if err := <-failures; err != nil {
				return err
			}
		}
		fmt.Println("done")
	}
	return nil
}

// A worker is such a process.
type worker struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startWorker(t *testing.T, server, dir string) *worker {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &worker{cmd: exec.Command(exe, dir)}
	w.cmd.Env = append(os.Environ(), "OAUTH_TEST_WORKER="+server)
	w.cmd.Stderr = os.Stderr
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	w.out = bufio.NewReader(out)
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = w.cmd.Process.Kill()
		_ = w.cmd.Wait()
	})
	return w
}

// TestProcesses has processes use one store while its token ends again and
// again. The server takes a refresh token once: of one that is used twice, or
// whose successor is lost, somebody would have to log in anew.
func TestProcesses(t *testing.T) {
	const processes, rounds = 3, 8
	w, dir, v := newWorld(t), t.TempDir(), &visits{}
	mustCall(t, newTransport(t, w.url(), dir, v), w.url())
	var workers []*worker
	for range processes {
		workers = append(workers, startWorker(t, w.url(), dir))
	}
	for round := range rounds {
		w.expire()
		for _, p := range workers {
			if _, err := fmt.Fprintln(p.in, "round", round); err != nil {
				t.Fatal(err)
			}
		}
		for i, p := range workers {
			if answer, err := p.out.ReadString('\n'); answer != "done\n" {
				t.Fatalf("round %d: process %d: %q, %v", round, i, answer, err)
			}
		}
		if n := len(w.as.seen("/oauth/token", "refresh_token")); n != round+1 {
			t.Fatalf("round %d: %d refreshes", round, n)
		}
	}
	for _, p := range workers[1:] {
		p.in.Close()
		if err := p.cmd.Wait(); err != nil {
			t.Error(err)
		}
	}

	// One is killed while it holds the lock: the next one goes on.
	arrived := make(chan struct{}, 1)
	w.as.replace(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/oauth/token" {
			arrived <- struct{}{}
			<-r.Context().Done()
		}
		return r.URL.Path == "/oauth/token"
	})
	w.expire()
	fmt.Fprintln(workers[0].in, "the last one")
	<-arrived
	if err := workers[0].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	w.as.replace(nil)
	mustCall(t, newTransport(t, w.url(), dir, v), w.url())
	if v.count() != 1 {
		t.Errorf("%d logins", v.count())
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.tmp")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestLateLock says what is waited for, once that takes long.
func TestLateLock(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	unlock, err := s.lock(t.Context(), "x", nil)
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan struct{})
	var waiting sync.WaitGroup
	waiting.Go(func() {
		again, err := s.lock(t.Context(), "x", func() { close(told) })
		if err != nil {
			t.Error(err)
			return
		}
		again()
	})
	<-told
	unlock()
	waiting.Wait()
}
