package session

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mcpjs/bindings/transport"
)

// taskServer makes a task of every call, which asks for a name and greets it.
func taskServer(polls *atomic.Int64, end string) serveFunc {
	return modern(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		task := func(status, more string) (*transport.Response, error) {
			return result(req, `{"resultType":"complete","taskId":"t1","status":"`+status+`","pollIntervalMs":1000`+more+`}`)
		}
		switch req.Method {
		case "tools/call":
			return result(req, `{"resultType":"task","taskId":"t1","status":"working","pollIntervalMs":1000}`)
		case "tasks/get":
			switch n := polls.Add(1); {
			case n == 1:
				return task("working", "")
			case n < 4:
				return task("input_required", `,"inputRequests":{"name":{"method":"elicitation/create","params":{"message":"who?"}}}`)
			}
			return task(end, `,"statusMessage":"so it is","result":{"content":[]},"error":{"code":-32000,"message":"no flour"}`)
		case "tasks/update", "tasks/cancel":
			return result(req, `{"resultType":"complete"}`)
		}
		return echo(f, ctx, req)
	})
}

func TestTaskFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct{ end, want string }{
			{"completed", `{"content":[]}`}, {"failed", "call on server \"srv\": no flour (code -32000)"}, {"cancelled", "cancelled: so it is"},
		} {
			var polls, asked atomic.Int64
			f := newFake(taskServer(&polls, test.end))
			s := connect(t, f, Options{Handlers: Handlers{Request: func(context.Context, ServerRequest) (json.RawMessage, error) {
				asked.Add(1)
				return json.RawMessage(`{"action":"accept","content":{"name":"Ada"}}`), nil
			}}})
			start := time.Now()
			got, err := s.Request(t.Context(), Call{Method: "tools/call", Label: "call"})
			if text := string(got) + fmt.Sprint(err); !strings.Contains(text, test.want) {
				t.Errorf("%s: got %s", test.end, text)
			}
			if asked.Load() != 1 || time.Since(start) != 3*time.Second {
				t.Errorf("%s: asked %d times in %v", test.end, asked.Load(), time.Since(start))
			}
			if n := len(f.sent("tasks/update")); n != 1 {
				t.Errorf("%d updates", n)
			}
			kept, err := s.Request(t.Context(), Call{Method: "tools/call", KeepTask: true})
			if state, ok := ParseTask(kept); err != nil || !ok || state.ID != "t1" || state.Ended() {
				t.Errorf("kept %s, %v", kept, err)
			}
			s.Close()
		}
		synctest.Wait()
	})
}

// TestTaskCancelled: a call that was cancelled takes its task with it.
func TestTaskCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var polls atomic.Int64
		f := newFake(modern(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			if req.Method == "tools/call" {
				return result(req, `{"resultType":"task","taskId":"t1","status":"working"}`)
			}
			polls.Add(1)
			return result(req, `{"taskId":"t1","status":"working"}`)
		}))
		s := connect(t, f, Options{})
		_, err := s.Request(t.Context(), Call{Method: "tools/call", Timeout: 5 * time.Second})
		isError[*TimeoutError](t, err, "5s")
		synctest.Wait()
		if n := len(f.sent("tasks/cancel")); n != 1 {
			t.Errorf("%d cancellations", n)
		}
		s.Close()
		synctest.Wait()
	})
}

// TestTaskLegacy: before 2026-07-28 the result is asked for when the task ended;
// the server's news of it come sooner than the next poll.
func TestTaskLegacy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(legacy(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			if req.Method == "tasks/result" {
				return result(req, `{"content":[],"isError":false}`)
			}
			return result(req, `{"taskId":"t1","status":"working","pollInterval":60000}`)
		}))
		s := connect(t, f, Options{})
		start := time.Now()
		time.AfterFunc(time.Second, func() {
			f.notify("notifications/tasks/status", `{"taskId":"other","status":"failed"}`)
			f.notify("notifications/tasks/status", `{"taskId":"t1","status":"completed"}`)
		})
		var seen []string
		got, err := s.TaskResult(t.Context(), "t1", Call{}, func(s TaskState) { seen = append(seen, s.Status) })
		if err != nil || string(got) != `{"content":[],"isError":false}` || fmt.Sprint(seen) != "[working completed]" || time.Since(start) != time.Second {
			t.Errorf("got %s, %v after %v", got, seen, time.Since(start))
		}
		s.Close()
		synctest.Wait()
	})
}
