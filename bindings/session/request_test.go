package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mcpjs/bindings/transport"
)

// eras runs a test in both eras.
func eras(t *testing.T, test func(t *testing.T, era func(serveFunc) serveFunc)) {
	t.Run("legacy", func(t *testing.T) { test(t, legacy) })
	t.Run("modern", func(t *testing.T) { test(t, modern) })
}

// drop takes notifications the client sent until one with this method.
func (f *fake) drop(t *testing.T, method string) string {
	t.Helper()
	for {
		select {
		case n := <-f.notes:
			if n.Method == method {
				raw, _ := json.Marshal(n.Params)
				return string(raw)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("no %s was sent", method)
		}
	}
}

func TestRequestErrors(t *testing.T) {
	leaks(t)
	eras(t, func(t *testing.T, era func(serveFunc) serveFunc) {
		f := newFake(era(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			switch req.Method {
			case "empty":
				return &transport.Response{}, nil
			case "dead":
				f.die(&transport.ExitError{Code: 3, Stderr: []string{"boom"}})
				return nil, errWire
			}
			return failure(req, -32602, "bad\n\x1b[31margument", `{"n":12345678901234567890}`)
		}))
		s := connect(t, f, Options{})
		_, err := s.Request(t.Context(), Call{Method: "tools/call", Label: `call tool "x"`})
		rpc := isError[*RPCError](t, err, `call tool "x" on server "srv": bad\n\x1b[31margument (code -32602)`)
		if rpc.Message != "bad\n\x1b[31margument" || string(rpc.Data) != `{"n":12345678901234567890}` {
			t.Errorf("got %+v", rpc)
		}
		_, err = s.Request(t.Context(), Call{Method: "empty"})
		isError[*ProtocolError](t, err, `empty on server "srv": `)
		_, err = s.Request(t.Context(), Call{Method: "dead", Label: `call tool "y"`})
		lost := isError[*ConnectionError](t, err, `call tool "y" on server "srv": the server's process exited with status 3`)
		if lost.Exit == nil || lost.Stderr[0] != "boom" {
			t.Errorf("got %+v", lost)
		}
		<-s.Done()
		isError[*ConnectionError](t, s.Err(), `server "srv": the server's process exited with status 3`)
		_, err = s.Request(t.Context(), Call{Method: "late"})
		isError[*ConnectionError](t, err, "exited with status 3")
	})
}

func TestHTTPErrors(t *testing.T) {
	leaks(t)
	for status, hint := range map[int]string{401: "authorization", 403: "refuses", 404: "endpoint", 429: "rate", 502: "try again"} {
		f := newFake(modern(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			return nil, &transport.HTTPError{Status: status, Body: "no"}
		}))
		f.http = true
		_, err := connect(t, f, Options{}).Request(t.Context(), Call{Method: "x"})
		e := isError[*ConnectionError](t, err, fmt.Sprintf("HTTP status %d: no", status))
		if e.Status != status || !strings.Contains(e.Hint, hint) {
			t.Errorf("got %+v", e)
		}
	}
}

func TestCallsEndInTime(t *testing.T) {
	type outcome struct {
		call Call
		http bool
		end  func(s *Session, cancel context.CancelCauseFunc)
		want string
		tell map[string]bool // by era: is the server told?
	}
	stop := errors.New("stop it")
	both := map[string]bool{"legacy": true, "modern": true}
	onlyLegacy := map[string]bool{"legacy": true}
	byCancel := func(s *Session, _ context.CancelCauseFunc) {
		if err := s.Cancel("77", "bored"); err != nil {
			panic(err)
		}
	}
	byContext := func(_ *Session, cancel context.CancelCauseFunc) { cancel(stop) }
	tests := map[string]outcome{
		"timeout":         {Call{Timeout: 4 * time.Second}, false, nil, `x on server "srv": no answer within 4s`, both},
		"session timeout": {Call{}, false, nil, "no answer within 1m0s", both},
		"max timeout":     {Call{Timeout: -1, MaxTimeout: 2 * time.Second}, false, nil, "no answer within 2s", both},
		"cancel":          {Call{ID: "77"}, false, byCancel, `x on server "srv": cancelled: bored`, both},
		"context":         {Call{}, false, byContext, "stop it", both},
		"http timeout":    {Call{Timeout: time.Second}, true, nil, "no answer within 1s", onlyLegacy},
		"http context":    {Call{}, true, byContext, "stop it", onlyLegacy},
		"task":            {Call{Params: []byte(`{"task":{}}`)}, false, byContext, "stop it", map[string]bool{"modern": true}},
	}
	for name, test := range tests {
		eras(t, func(t *testing.T, era func(serveFunc) serveFunc) {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFake(era(silent("x", echo)))
					f.http = test.http
					f.lines = []string{"busy"}
					s := connect(t, f, Options{Timeout: time.Minute})
					for len(f.notes) > 0 {
						<-f.notes
					}
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					if test.end != nil {
						time.AfterFunc(time.Second, func() { test.end(s, cancel) })
					}
					test.call.Method = "x"
					_, err := s.Request(ctx, test.call)
					if err == nil || !strings.Contains(err.Error(), test.want) {
						t.Errorf("got %v, want %s", err, test.want)
					}
					var late *TimeoutError
					if errors.As(err, &late) && len(late.Stderr) != 1 {
						t.Errorf("got %+v", late)
					}
					synctest.Wait()
					eraName := "legacy"
					if s.Modern() {
						eraName = "modern"
					}
					if tell := test.tell[eraName]; tell != (len(f.notes) == 1) {
						t.Errorf("%d notifications were sent", len(f.notes))
					} else if tell {
						n := <-f.notes
						id := f.sent("x")[0].ID
						if n.Method != "notifications/cancelled" || string(member(n.Params, "requestId")) != fmt.Sprint(id) {
							t.Errorf("got %+v", n)
						}
					}
					if err := s.Cancel("77", ""); err == nil {
						t.Error("a finished call could be cancelled")
					}
					s.Close()
				})
			})
		})
	}
}

func TestCloseEndsCalls(t *testing.T) {
	leaks(t)
	started := make(chan bool)
	f := newFake(legacy(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		close(started)
		return nil, nil
	}))
	ended := make(chan error, 1)
	s := connect(t, f, Options{Handlers: Handlers{Closed: func(err error) { ended <- err }}})
	go func() { <-started; s.Close() }()
	_, err := s.Request(t.Context(), Call{Method: "x"})
	if isError[*ConnectionError](t, err, "the connection was closed"); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	if err := <-ended; err != nil || s.Err() != nil {
		t.Errorf("closed: %v, %v", err, s.Err())
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestIDs(t *testing.T) {
	leaks(t)
	f := newFake(legacy(echo))
	s := connect(t, f, Options{})
	seen := map[string]bool{}
	for range 100 {
		id := s.NewID()
		if seen[id] {
			t.Fatalf("%s twice", id)
		}
		seen[id] = true
	}
	id := s.NewID()
	if _, err := s.Request(t.Context(), Call{Method: "x", ID: id}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(f.sent("x")[0].ID); got != id {
		t.Errorf("sent id %s, want %s", got, id)
	}
	for _, bad := range []string{"abc", "-1", "0"} {
		if _, err := s.Request(t.Context(), Call{Method: "x", ID: bad}); err == nil {
			t.Errorf("id %q was taken", bad)
		}
	}
}

func TestProgress(t *testing.T) {
	leaks(t)
	eras(t, func(t *testing.T, era func(serveFunc) serveFunc) {
		const steps = 200
		release := make(chan struct{})
		f := newFake(era(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			token := string(member(member(req.Params, "_meta"), "progressToken"))
			f.notify("notifications/message", `{"data":"before"}`)
			for i := range steps {
				f.notify("notifications/progress", fmt.Sprintf(`{"progressToken":%s,"progress":%d,"total":200,"message":"m"}`, token, i))
			}
			f.notify("notifications/progress", `{"progressToken":"theirs","progress":1}`)
			go func() {
				<-release
				f.notify("notifications/progress", `{"progressToken":"`+token+`","progress":1000}`)
			}()
			return result(req, `{}`)
		}))
		var mu sync.Mutex
		var got []Progress
		var notes []string
		late := make(chan Progress, 1)
		s := connect(t, f, Options{Handlers: Handlers{Notify: func(n transport.Notification) {
			mu.Lock()
			defer mu.Unlock()
			notes = append(notes, n.Method)
		}}})
		_, err := s.Request(t.Context(), Call{Method: "x", OnProgress: func(p Progress) {
			mu.Lock()
			defer mu.Unlock()
			if p.Progress == 1000 {
				late <- p
				return
			}
			got = append(got, p)
		}})
		mu.Lock()
		if err != nil || len(got) != steps || strings.Join(notes, " ") != "notifications/message notifications/progress" {
			t.Errorf("%v, %d steps, notes %v", err, len(got), notes)
		}
		for i, p := range got {
			if p.Progress != float64(i) || *p.Total != 200 || p.Message != "m" || len(p.Raw) == 0 {
				t.Fatalf("step %d is %+v", i, p)
			}
		}
		mu.Unlock()
		close(release)
		if p := <-late; p.Total != nil {
			t.Errorf("got %+v", p)
		}
	})
}

func TestProgressOutlivesItsGraceElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(legacy(echo))
		notes := make(chan string, 10)
		s := connect(t, f, Options{Handlers: Handlers{Notify: func(n transport.Notification) { notes <- "handlers" }}})
		_, err := s.Request(t.Context(), Call{Method: "x", OnProgress: func(p Progress) { notes <- "call" }})
		if err != nil {
			t.Fatal(err)
		}
		token := string(member(member(f.sent("x")[0].Params, "_meta"), "progressToken"))
		late := func() string {
			f.notify("notifications/progress", `{"progressToken":`+token+`,"progress":1}`)
			return <-notes
		}
		<-time.After(grace - 1)
		if got := late(); got != "call" {
			t.Errorf("within the grace it went to the %s", got)
		}
		<-time.After(2)
		synctest.Wait()
		if got := late(); got != "handlers" {
			t.Errorf("after the grace it went to the %s", got)
		}
		s.Close()
	})
}

func TestProgressResetsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(legacy(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			token := member(member(req.Params, "_meta"), "progressToken")
			for range 5 {
				select {
				case <-time.After(time.Second):
				case <-ctx.Done():
					return nil, nil
				}
				f.notify("notifications/progress", `{"progressToken":`+string(token)+`,"progress":1}`)
			}
			return nil, nil
		}))
		s := connect(t, f, Options{})
		start := time.Now()
		call := Call{Method: "x", Timeout: 1500 * time.Millisecond, ResetTimeoutOnProgress: true, OnProgress: func(Progress) {}}
		_, err := s.Request(t.Context(), call)
		isError[*TimeoutError](t, err, "1.5s")
		if d := time.Since(start); d != 6500*time.Millisecond {
			t.Errorf("took %v", d)
		}
		start = time.Now()
		call.MaxTimeout = 3 * time.Second
		_, err = s.Request(t.Context(), call)
		isError[*TimeoutError](t, err, "3s")
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("took %v", d)
		}
		s.Close()
		synctest.Wait()
	})
}

func TestManyCallsWithProgressStayFlat(t *testing.T) {
	leaks(t)
	f := newFake(legacy(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		token := string(member(member(req.Params, "_meta"), "progressToken"))
		f.notify("notifications/progress", `{"progressToken":`+token+`,"progress":1}`)
		return result(req, `{}`)
	}))
	s := connect(t, f, Options{})
	seen := 0
	for range 10000 {
		big := make([]byte, 10<<10) // a closure that would be missed
		if _, err := s.Request(t.Context(), Call{Method: "x", OnProgress: func(Progress) { seen += len(big) / (10 << 10) }}); err != nil {
			t.Fatal(err)
		}
	}
	s.progress.mu.Lock()
	kept := len(s.progress.byToken)
	s.progress.mu.Unlock()
	if seen != 10000 || kept > graceCalls || len(s.calls) != 0 {
		t.Errorf("%d seen, %d tokens and %d calls kept", seen, kept, len(s.calls))
	}
	f.mu.Lock()
	f.requests = nil
	f.mu.Unlock()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapAlloc > 60<<20 {
		t.Errorf("%d MiB are in use", m.HeapAlloc>>20)
	}
}

func TestHandlerMayMakeARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(legacy(echo))
		var s *Session
		done := make(chan error)
		s = connect(t, f, Options{Handlers: Handlers{Notify: func(n transport.Notification) {
			_, err := s.Request(t.Context(), Call{Method: "x"})
			done <- err
		}}})
		f.notify("n", `{}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		s.Close()
		synctest.Wait()
	})
}

func TestDeliveryDoesNotBlockTheReader(t *testing.T) {
	leaks(t)
	f := newFake(legacy(echo))
	block, count := make(chan struct{}), 0
	s := connect(t, f, Options{Handlers: Handlers{Notify: func(n transport.Notification) { <-block; count++ }}})
	for i := range 5000 {
		f.notify("n", strconv.Itoa(i))
	}
	close(block)
	s.flush(t.Context())
	if count != 5000 {
		t.Errorf("%d of 5000 were delivered", count)
	}
}

func TestAFloodIsBoundedAndReported(t *testing.T) {
	leaks(t)
	f := newFake(legacy(echo))
	block, count, dropped := make(chan struct{}), 0, 0
	s := connect(t, f, Options{Handlers: Handlers{Notify: func(n transport.Notification) {
		<-block
		if n.Method == "notifications/message" {
			_, text, _ := strings.Cut(string(n.Params), `"data":"`)
			var lost int
			if _, err := fmt.Sscanf(text, "%d notifications were dropped", &lost); err != nil {
				t.Errorf("said %s", n.Params)
			}
			dropped += lost
			return
		}
		count++
	}}})
	big := json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`)
	for range 200 {
		f.onMessage(transport.Notification{Method: "n", Params: big})
	}
	close(block)
	s.flush(t.Context())
	s.flush(t.Context()) // the report is queued while the rest is delivered
	if count < 63 || count > 130 || dropped != 200-count {
		t.Errorf("%d delivered, %d said to be dropped", count, dropped)
	}
}

func TestClosedFollowsTheLastNotification(t *testing.T) {
	leaks(t)
	f := newFake(legacy(echo))
	var order []string
	closed := make(chan struct{})
	connect(t, f, Options{Handlers: Handlers{
		Notify: func(n transport.Notification) { order = append(order, n.Method) },
		Closed: func(err error) {
			if isError[*ConnectionError](t, err, "ended by SIGKILL"); true {
				order = append(order, "closed")
			}
			close(closed)
		},
	}})
	for range 3 {
		f.notify("n", `{}`)
	}
	f.die(&transport.ExitError{Signal: "SIGKILL"})
	<-closed
	if got := strings.Join(order, " "); got != "n n n closed" {
		t.Errorf("got %s", got)
	}
}

func TestNotifyKeepsParams(t *testing.T) {
	leaks(t)
	f := newFake(modern(echo))
	s := connect(t, f, Options{})
	const sent = `{"a":12345678901234567890,"_meta":{"b":[1]},"c":{"d":null}}`
	if err := s.Notify(t.Context(), "n", []byte(sent)); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "params", f.drop(t, "n"), sent)
	if err := s.Notify(t.Context(), "n", []byte(`[1]`)); err == nil {
		t.Error("an array was taken for params")
	}
}

func TestSessionIsRenewedOnce(t *testing.T) {
	leaks(t)
	var mu sync.Mutex
	valid, forgets := true, 1
	f := newFake(nil)
	f.serve = func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		switch req.Method {
		case "server/discover":
			return failure(req, -32601, "no", "")
		case "initialize":
			valid = forgets >= 0
			return result(req, legacyInit)
		}
		if !valid {
			return nil, &transport.HTTPError{Status: 404}
		}
		return result(req, `{}`)
	}
	f.http, f.session = true, "abc"
	s := connect(t, f, Options{LogLevel: "info"})
	if err := s.Subscribe(t.Context(), "file:///x"); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	valid = false
	mu.Unlock()
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if _, err := s.Request(t.Context(), Call{Method: "x"}); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if n := len(f.sent("initialize")); n != 2 {
		t.Errorf("%d handshakes, want 2", n)
	}
	if len(f.sent("logging/setLevel")) != 2 || len(f.sent("resources/subscribe")) != 2 {
		t.Errorf("not restored: %s", f.methods())
	}
	mu.Lock()
	valid, forgets = false, -1
	mu.Unlock()
	_, err := s.Request(t.Context(), Call{Method: "x"})
	if e := isError[*ConnectionError](t, err, "404"); e.Status != 404 {
		t.Errorf("got %+v", e)
	}
}

func TestHeaders(t *testing.T) {
	leaks(t)
	const tools = `{"resultType":"complete","tools":[
		{"name":"a","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}},
		{"name":"bad","inputSchema":{"type":"object","properties":{"n":{"type":"number","x-mcp-header":"N"}}}},
		{"name":"plain","odd":1}],"nextCursor":"c"}`
	refuse := 1
	f := newFake(modern(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		if req.Method == "tools/list" {
			if !isNull(member(req.Params, "cursor")) {
				return result(req, `{"tools":[]}`)
			}
			return result(req, tools)
		}
		if req.Method == "tools/call" && req.Header.Get("Mcp-Param-Region") == "" && refuse > 0 {
			refuse--
			return failure(req, -32020, "Header mismatch", "")
		}
		return result(req, `{}`)
	}))
	f.http = true
	warned := make(chan string, 10)
	s := connect(t, f, Options{Handlers: Handlers{Notify: func(n transport.Notification) { warned <- string(n.Params) }}})
	if h := f.sent("server/discover")[0].Header; h.Get("Mcp-Method") != "server/discover" || h.Get("Mcp-Protocol-Version") != "2026-07-28" {
		t.Errorf("discover headers %v", h)
	}
	call := Call{Method: "tools/call", Params: []byte(`{"name":"a","arguments":{"region":"ü"}}`)}
	if _, err := s.Request(t.Context(), call); err != nil { // refused, listed, sent again
		t.Fatal(err)
	}
	calls := f.sent("tools/call")
	if h := calls[len(calls)-1].Header; len(calls) != 2 || h.Get("Mcp-Name") != "a" || h.Get("Mcp-Param-Region") != "=?base64?w7w=?=" {
		t.Errorf("%d calls, headers %v", len(calls), h)
	}
	list, err := s.Request(t.Context(), Call{Method: "tools/list"})
	if err != nil || strings.Contains(string(list), "bad") || !strings.Contains(string(list), `"odd":1`) || !strings.Contains(string(list), `"nextCursor":"c"`) {
		t.Errorf("list %s %v", list, err)
	}
	if w := <-warned; !strings.Contains(w, "bad") {
		t.Errorf("warned %s", w)
	}
	if _, err := s.Request(t.Context(), Call{Method: "resources/read", Params: []byte(`{"uri":"file:///x"}`)}); err != nil {
		t.Fatal(err)
	}
	if h := f.sent("resources/read")[0].Header; h.Get("Mcp-Name") != "file:///x" || h.Get("Mcp-Method") != "resources/read" {
		t.Errorf("headers %v", h)
	}
	refuse = 100
	_, err = s.Request(t.Context(), Call{Method: "tools/call", Params: []byte(`{"name":"plain"}`)})
	isError[*RPCError](t, err, "Header mismatch")
}

// A call that has its answer can't be ended any more, whoever has its id now.
func TestEndAfterAnswer(t *testing.T) {
	leaks(t)
	hold := make(chan struct{})
	f := newFake(legacy(func(_ *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		if req.Method == "held" {
			<-hold
		}
		return result(req, `{}`)
	}))
	s := connect(t, f, Options{})
	first, second := make(chan error, 2), make(chan error, 2)
	id := s.NewID()
	end := s.Start(Call{Method: "x", ID: id}, func(_ json.RawMessage, err error) { first <- err }, nil)
	s.Flush()
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	s.Start(Call{Method: "held", ID: id}, func(_ json.RawMessage, err error) { second <- err }, nil)
	s.Flush()
	end(errors.New("late"))
	close(hold)
	if err := <-second; err != nil || len(first) > 0 {
		t.Errorf("the second call: %v; the first was completed %d times more", err, len(first))
	}
}
