package session

import (
	"context"
	"encoding/json"
	"errors"
	"mcpjs/bindings/transport"
	"strings"
	"testing"
	"testing/synctest"
)

func TestServerRequests(t *testing.T) {
	leaks(t)
	tests := map[string]struct {
		handler func(ctx context.Context, req ServerRequest) (json.RawMessage, error)
		method  string
		result  string
		code    int
		message string
	}{
		"ping":       {nil, "ping", `{}`, 0, ""},
		"no handler": {nil, "roots/list", "", -32601, "method not found: roots/list"},
		"answer": {func(_ context.Context, req ServerRequest) (json.RawMessage, error) {
			return json.RawMessage(`{"id":` + string(req.ID) + `,"p":` + string(req.Params) + `}`), nil
		}, "m", `{"id":9007199254740993,"p":{"n":12345678901234567890}}`, 0, ""},
		"nothing":   {func(context.Context, ServerRequest) (json.RawMessage, error) { return nil, nil }, "m", `{}`, 0, ""},
		"not found": {func(context.Context, ServerRequest) (json.RawMessage, error) { return nil, ErrMethodNotFound }, "m", "", -32601, "method not found: m"},
		"rpc error": {func(context.Context, ServerRequest) (json.RawMessage, error) {
			return nil, &RPCError{Code: -1, Message: "no"}
		}, "m", "", -1, "no"},
		"other error":  {func(context.Context, ServerRequest) (json.RawMessage, error) { return nil, errors.New("oops") }, "m", "", -32603, "oops"},
		"panic":        {func(context.Context, ServerRequest) (json.RawMessage, error) { panic("aah") }, "m", "", -32603, "panicked: aah"},
		"invalid JSON": {func(context.Context, ServerRequest) (json.RawMessage, error) { return json.RawMessage(`{`), nil }, "m", "", -32603, "did not return JSON"},
	}
	for name, test := range tests {
		eras(t, func(t *testing.T, era func(serveFunc) serveFunc) {
			t.Run(name, func(t *testing.T) {
				f := newFake(era(echo))
				connect(t, f, Options{Handlers: Handlers{Request: test.handler}})
				resp := f.ask(`9007199254740993`, test.method, `{"n":12345678901234567890}`)
				if string(resp.Result) != test.result {
					t.Errorf("result %s, want %s", resp.Result, test.result)
				}
				if test.code != 0 && (resp.Error == nil || resp.Error.Code != test.code || !strings.Contains(resp.Error.Message, test.message)) {
					t.Errorf("error %+v, want %d %s", resp.Error, test.code, test.message)
				}
			})
		})
	}
}

func TestServerCancelsItsRequest(t *testing.T) {
	leaks(t)
	f := newFake(legacy(echo))
	started, ended := make(chan string, 2), make(chan error, 2)
	s := connect(t, f, Options{Handlers: Handlers{Request: func(ctx context.Context, req ServerRequest) (json.RawMessage, error) {
		started <- string(req.ID)
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return nil, ctx.Err()
	}}})
	answers := make(chan bool, 2)
	for _, id := range []string{`1`, `"1"`} {
		go func() { answers <- f.ask(id, "m", `{}`) != nil }()
		<-started
	}
	f.notify("notifications/cancelled", `{"requestId":"1"}`)
	if err := <-ended; !errors.Is(err, errCancelledByServer) || <-answers {
		t.Errorf("got %v, or it was answered", err)
	}
	select {
	case err := <-ended:
		t.Errorf("the other ended too: %v", err)
	default:
	}
	f.notify("notifications/cancelled", `{"requestId":7}`) // overtakes its request
	if f.ask(`7`, "m", `{}`) != nil {
		t.Error("a cancelled request was answered")
	}
	s.Close()
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	<-answers
}

func TestServerMayUseOurIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(legacy(silent("x", echo)))
		s := connect(t, f, Options{Handlers: Handlers{Request: func(ctx context.Context, req ServerRequest) (json.RawMessage, error) {
			return json.RawMessage(`{"ok":1}`), nil
		}}})
		ended := make(chan error, 1)
		go func() {
			_, err := s.Request(t.Context(), Call{Method: "x", ID: "50"})
			ended <- err
		}()
		synctest.Wait()
		if resp := f.ask(`50`, "m", `{}`); string(resp.Result) != `{"ok":1}` {
			t.Errorf("got %s", resp.Result)
		}
		f.notify("notifications/cancelled", `{"requestId":50}`) // theirs, not ours
		synctest.Wait()
		select {
		case err := <-ended:
			t.Errorf("our call ended: %v", err)
		default:
		}
		s.Close()
		synctest.Wait()
	})
}

func TestHandlersAreSwapped(t *testing.T) {
	leaks(t)
	f := newFake(legacy(echo))
	s := connect(t, f, Options{})
	if resp := f.ask(`1`, "m", `{}`); resp.Error == nil || resp.Error.Code != transport.CodeMethodNotFound {
		t.Errorf("got %+v", resp)
	}
	s.SetHandlers(Handlers{Request: func(context.Context, ServerRequest) (json.RawMessage, error) {
		return json.RawMessage(`1`), nil
	}})
	if resp := f.ask(`2`, "m", `{}`); string(resp.Result) != "1" {
		t.Errorf("got %+v", resp)
	}
}
