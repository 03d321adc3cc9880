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

// stream is a subscriptions/listen stream as the fake server sees it.
type stream struct {
	id     string
	filter string
	end    chan error // nil ends it gracefully
	gone   chan struct{}
}

func (st *stream) meta() string {
	return `"_meta":{"io.modelcontextprotocol/subscriptionId":` + st.id + `}`
}

// listening is a modern server that acknowledges subscriptions.
func listening(opened chan *stream) serveFunc {
	return modern(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		if req.Method != "subscriptions/listen" {
			return echo(f, ctx, req)
		}
		st := &stream{
			id:     fmt.Sprint(req.ID),
			filter: string(member(req.Params, "notifications")),
			end:    make(chan error),
			gone:   make(chan struct{}),
		}
		defer close(st.gone)
		if strings.Contains(st.filter, "refuse") {
			return failure(req, -32602, "no such resource", "")
		}
		granted := strings.ReplaceAll(st.filter, `"deny:1"`, "")
		f.notify("notifications/subscriptions/acknowledged", `{`+st.meta()+`,"notifications":`+granted+`}`)
		opened <- st
		select {
		case err := <-st.end:
			if err != nil {
				return nil, err
			}
			return result(req, `{"resultType":"complete",`+st.meta()+`}`)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
}

func TestListen(t *testing.T) {
	leaks(t)
	opened := make(chan *stream, 1)
	f := newFake(listening(opened))
	other := make(chan string, 10)
	s := connect(t, f, Options{Handlers: Handlers{Notify: func(n transport.Notification) { other <- n.Method }}})
	listen := func(ctx context.Context) (chan string, chan error, *stream) {
		events, ended := make(chan string, 10), make(chan error, 1)
		go func() {
			ended <- s.Listen(ctx, json.RawMessage(`{"toolsListChanged":true}`),
				func(granted json.RawMessage) { events <- "granted " + string(granted) },
				func(n transport.Notification) { events <- n.Method })
		}()
		st := <-opened
		if got := <-events; got != `granted {"toolsListChanged":true}` {
			t.Errorf("got %s", got)
		}
		return events, ended, st
	}

	events, ended, st := listen(t.Context())
	f.notify("notifications/tools/list_changed", `{`+st.meta()+`}`)
	f.notify("notifications/tools/list_changed", `{"_meta":{"io.modelcontextprotocol/subscriptionId":"`+st.id+`"}}`)
	f.notify("notifications/stray", `{"_meta":{"io.modelcontextprotocol/subscriptionId":999}}`)
	if a, b, c := <-events, <-events, <-other; a != b || a != "notifications/tools/list_changed" || c != "notifications/stray" {
		t.Errorf("got %s, %s and %s", a, b, c)
	}
	st.end <- nil
	if err := <-ended; err != nil {
		t.Errorf("a graceful end: %v", err)
	}

	_, ended, st = listen(t.Context())
	f.notify("notifications/cancelled", `{"requestId":`+st.id+`,"reason":"bye"}`)
	isError[*Cancelled](t, <-ended, "bye")

	for len(f.notes) > 0 {
		t.Errorf("sent %s", (<-f.notes).Method)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	_, ended, st = listen(ctx)
	stop := errors.New("stop")
	cancel(stop)
	if err := <-ended; err != stop {
		t.Errorf("got %v", err)
	}
	if got := f.drop(t, "notifications/cancelled"); !strings.Contains(got, `"requestId":`+st.id) {
		t.Errorf("cancelled %s", got)
	}

	_, ended, _ = listen(t.Context())
	f.die(&transport.ExitError{Code: 3})
	isError[*ConnectionError](t, <-ended, "status 3")

	old := connect(t, newFake(legacy(echo)), Options{})
	if err := old.Listen(t.Context(), nil, nil, nil); err == nil || !strings.Contains(err.Error(), "2026-07-28") {
		t.Errorf("got %v", err)
	}
}

func TestSubscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opened := make(chan *stream, 1)
		f := newFake(listening(opened))
		got := make(chan string, 10)
		s := connect(t, f, Options{Handlers: Handlers{Notify: func(n transport.Notification) { got <- n.Method }}})
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(s.Subscribe(t.Context(), "a:1"))
		first := <-opened
		sameJSON(t, "filter", first.filter, `{"resourceSubscriptions":["a:1"]}`)
		must(s.WantListChanged(t.Context(), true, false, true))
		lists := <-opened
		sameJSON(t, "filter", lists.filter, `{"toolsListChanged":true,"resourcesListChanged":true}`)
		must(s.Subscribe(t.Context(), "a:1")) // nothing new, nothing sent
		if n := len(f.sent("subscriptions/listen")); n != 2 {
			t.Errorf("%d streams", n)
		}
		err := s.Subscribe(t.Context(), "refuse")
		isError[*RPCError](t, err, "no such resource")
		err = s.Subscribe(t.Context(), "deny:1")
		isError[*ProtocolError](t, err, `subscribe "deny:1" on server "srv": the server does not agree to tell of changes of deny:1`)
		<-(<-opened).gone

		f.notify("notifications/resources/updated", `{`+first.meta()+`,"uri":"a:1"}`)
		if m := <-got; m != "notifications/resources/updated" {
			t.Errorf("got %s", m)
		}
		first.end <- errWire // breaks off: opened again
		second := <-opened
		sameJSON(t, "filter", second.filter, first.filter)
		second.end <- nil // ends gracefully: opened again
		third := <-opened
		must(s.Unsubscribe(t.Context(), "a:1"))
		<-third.gone
		must(s.WantListChanged(t.Context(), true, true, true))
		more := <-opened
		<-lists.gone
		must(s.WantListChanged(t.Context(), false, false, false))
		<-more.gone
		s.Close()
		synctest.Wait()
	})
}

func TestSubscribeWithoutAcknowledgment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(modern(silent("subscriptions/listen", echo)))
		s := connect(t, f, Options{})
		start := time.Now()
		err := s.Subscribe(t.Context(), "a:1")
		isError[*TimeoutError](t, err, "10s")
		if time.Since(start) != ackLimit {
			t.Errorf("took %v", time.Since(start))
		}
		s.Close()
		synctest.Wait()
	})
}

func TestSubscribeLegacy(t *testing.T) {
	leaks(t)
	f := newFake(legacy(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		if strings.Contains(params(req), "bad") {
			return failure(req, -32002, "not found", "")
		}
		return result(req, `{}`)
	}))
	s := connect(t, f, Options{})
	if err := errors.Join(s.Subscribe(t.Context(), "a:1"), s.Unsubscribe(t.Context(), "a:1"), s.WantListChanged(t.Context(), true, true, true)); err != nil {
		t.Fatal(err)
	}
	if got := f.methods(); got != "server/discover initialize resources/subscribe resources/unsubscribe" {
		t.Errorf("sent %s", got)
	}
	isError[*RPCError](t, s.Subscribe(t.Context(), "bad"), `subscribe "bad" on server "srv": not found`)
	if uris := s.subs.wantedURIs(); len(uris) != 0 {
		t.Errorf("wants %v", uris)
	}
}
