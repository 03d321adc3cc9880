package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mcpjs/bindings/transport"
)

func TestInputRounds(t *testing.T) {
	leaks(t)
	const state = `"AB\u0041/== \u2028"`
	replies := []string{
		`{"resultType":"input_required","inputRequests":{"a b":{"method":"elicitation/create","params":{"n":12345678901234567890}},"c":{"method":"roots/list"}},"requestState":` + state + `}`,
		`{"resultType":"input_required","inputRequests":{"d":{"method":"sampling/createMessage","params":{}}}}`,
		`{"resultType":"complete","content":[]}`,
	}
	f := newFake(nil)
	f.serve = modern(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		return result(req, replies[len(f.sent("tools/call"))-1])
	})
	both := make(chan bool)
	s := connect(t, f, Options{Handlers: Handlers{Request: func(ctx context.Context, req ServerRequest) (json.RawMessage, error) {
		switch req.Method { // each of the two waits for the other
		case "elicitation/create":
			both <- true
		case "roots/list":
			<-both
		}
		return json.RawMessage(`{"key":` + string(req.ID) + `,"params":` + string(append(json.RawMessage{}, orNull(req.Params)...)) + `}`), nil
	}}})
	got, err := s.Request(t.Context(), Call{Method: "tools/call", Params: []byte(`{"name":"x","requestState":"stale","_meta":{"m":1}}`), OnProgress: func(Progress) {}})
	if err != nil || string(got) != replies[2] {
		t.Fatalf("%s %v", got, err)
	}
	calls := f.sent("tools/call")
	ids := map[any]bool{}
	for _, c := range calls {
		ids[c.ID] = true
		meta := member(c.Params, "_meta")
		if string(member(meta, "m")) != "1" || string(member(meta, "progressToken")) != string(member(member(calls[0].Params, "_meta"), "progressToken")) {
			t.Errorf("meta %s", meta)
		}
	}
	if len(ids) != 3 {
		t.Errorf("ids %v", ids)
	}
	second, third := calls[1].Params, calls[2].Params
	if string(member(second, "requestState")) != state || string(member(second, "name")) != `"x"` {
		t.Errorf("second request %s", second)
	}
	sameJSON(t, "responses", string(member(second, "inputResponses")),
		`{"a b":{"key":"a b","params":{"n":12345678901234567890}},"c":{"key":"c","params":null}}`)
	if member(third, "requestState") != nil {
		t.Errorf("third request %s", third)
	}
	sameJSON(t, "responses", string(member(third, "inputResponses")), `{"d":{"key":"d","params":{}}}`)
}

func orNull(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return json.RawMessage("null")
	}
	return raw
}

func TestInputFailures(t *testing.T) {
	leaks(t)
	ask := `{"resultType":"input_required","inputRequests":{"login":{"method":"elicitation/create","params":{}},"slow":{"method":"slow"}}}`
	handler := func(err error) func(ctx context.Context, req ServerRequest) (json.RawMessage, error) {
		return func(ctx context.Context, req ServerRequest) (json.RawMessage, error) {
			if req.Method == "slow" { // taken back when the other fails
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return nil, err
		}
	}
	tests := map[string]struct {
		method, reply string
		handler       func(ctx context.Context, req ServerRequest) (json.RawMessage, error)
		want          string
	}{
		"handler fails":   {"tools/call", ask, handler(errors.New("no\nterminal")), `t on server "srv": the server asked for input "login" (elicitation/create): no\nterminal`},
		"nobody handles":  {"tools/call", ask, handler(ErrMethodNotFound), `input "login" (elicitation/create): nothing here handles it`},
		"no handler":      {"prompts/get", `{"resultType":"input_required","inputRequests":{"k":{"method":"new/thing"}}}`, nil, `"k" (new/thing): nothing here handles it`},
		"wrong method":    {"tools/list", ask, nil, "this method does not allow"},
		"asks nothing":    {"tools/call", `{"resultType":"input_required"}`, nil, "without saying for which"},
		"asks oddly":      {"tools/call", `{"resultType":"input_required","inputRequests":[1]}`, nil, "cannot be read"},
		"unknown type":    {"tools/call", `{"resultType":"later\u001b"}`, nil, `unknown type "later\x1b"`},
		"asks for ever":   {"resources/read", `{"resultType":"input_required","inputRequests":{"k":{"method":"m"}}}`, func(context.Context, ServerRequest) (json.RawMessage, error) { return nil, nil }, "more than 32 times"},
		"handler panics":  {"tools/call", ask, func(ctx context.Context, req ServerRequest) (json.RawMessage, error) { panic("x") }, "panicked: x"},
		"escaped member":  {"tools/call", `{"result\u0054ype":"odd"}`, nil, `unknown type "odd"`},
		"the last counts": {"tools/call", `{"resultType":"complete","resultType":"odd"}`, nil, `unknown type "odd"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			leaks(t)
			f := newFake(modern(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
				return result(req, test.reply)
			}))
			s := connect(t, f, Options{Handlers: Handlers{Request: test.handler}})
			_, err := s.Request(t.Context(), Call{Method: test.method, Label: "t"})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestResultTypesThatPass(t *testing.T) {
	leaks(t)
	for _, reply := range []string{`{}`, `{"resultType":"complete"}`, `{"content":[{"resultType":"odd"}]}`, `{"resultType":null}`} {
		f := newFake(modern(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			return result(req, reply)
		}))
		if got, err := connect(t, f, Options{}).Request(t.Context(), Call{Method: "tools/call"}); err != nil || string(got) != reply {
			t.Errorf("%s: %s %v", reply, got, err)
		}
	}
	f := newFake(legacy(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		return result(req, `{"resultType":"odd"}`)
	}))
	if _, err := connect(t, f, Options{}).Request(t.Context(), Call{Method: "tools/call"}); err != nil {
		t.Errorf("a legacy result was refused: %v", err)
	}
}

func TestLoadShedding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(nil)
		f.serve = modern(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			n := len(f.sent("tools/call"))
			if n <= 8 {
				return result(req, fmt.Sprintf(`{"resultType":"input_required","requestState":"s%d"}`, n))
			}
			return result(req, `{}`)
		})
		s := connect(t, f, Options{})
		start := time.Now()
		if _, err := s.Request(t.Context(), Call{Method: "tools/call", Timeout: time.Second}); err != nil {
			t.Error(err)
		}
		// 100 ms doubled five times, then 5 s twice.
		if d := time.Since(start); d != (100+200+400+800+1600+3200+5000+5000)*time.Millisecond {
			t.Errorf("took %v", d)
		}
		last := f.sent("tools/call")[8]
		if got := text(member(last.Params, "requestState")); got != "s8" {
			t.Errorf("state %s", got)
		}
		s.Close()
	})
}

func TestInputIsInterrupted(t *testing.T) {
	reply := `{"resultType":"input_required","inputRequests":{"k":{"method":"m"}}}`
	for name, end := range map[string]func(f *fake, s *Session){
		"cancel":    func(f *fake, s *Session) { s.Cancel("90", "bored") },
		"close":     func(f *fake, s *Session) { s.Close() },
		"death":     func(f *fake, s *Session) { f.die(&transport.ExitError{Code: 3}) },
		"the limit": func(f *fake, s *Session) {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(modern(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
					return result(req, reply)
				}))
				s := connect(t, f, Options{Handlers: Handlers{Request: func(ctx context.Context, req ServerRequest) (json.RawMessage, error) {
					<-ctx.Done()
					return nil, ctx.Err()
				}}})
				time.AfterFunc(time.Hour, func() { end(f, s) })
				_, err := s.Request(t.Context(), Call{Method: "tools/call", ID: "90", Timeout: time.Second, MaxTimeout: 2 * time.Hour})
				want := map[string]string{"cancel": "cancelled: bored", "close": "the connection was closed", "death": "status 3", "the limit": "no answer within 2h"}[name]
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %s", err, want)
				}
				s.Close()
				synctest.Wait()
			})
		})
	}
}
