package session

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"mcpjs/bindings/transport"
)

func TestResetForgetsALegacyUser(t *testing.T) {
	leaks(t)
	called := make(chan struct{})
	f := newFake(legacy(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		if req.Method == "tools/call" {
			close(called)
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return result(req, `{}`)
	}))
	heard := make(chan string, 10)
	answering := make(chan struct{})
	s := connect(t, f, Options{Handlers: Handlers{
		Notify: func(n transport.Notification) { heard <- "old " + n.Method },
		Request: func(ctx context.Context, _ ServerRequest) (json.RawMessage, error) {
			close(answering)
			<-ctx.Done()
			return nil, context.Cause(ctx)
		},
	}})
	for _, call := range []Call{
		subscribeCall("resources/subscribe", "a:1"), // as a script may send it itself
		logLevelCall("debug"),
	} {
		if _, err := s.Request(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Subscribe(t.Context(), "b:2"); err != nil {
		t.Fatal(err)
	}
	id, ended := s.NewID(), make(chan error, 1)
	go func() {
		_, err := s.Request(t.Context(), Call{Method: "tools/call", ID: id, OnProgress: func(Progress) { heard <- "old progress" }})
		ended <- err
	}()
	<-called
	refusal := make(chan *transport.Response, 1)
	go func() { refusal <- f.ask(`"q"`, "sampling/createMessage", `{}`) }()
	<-answering

	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("the call in flight got %v", err)
	}
	if resp := <-refusal; resp == nil || resp.Error == nil {
		t.Errorf("the server's request was answered %+v", resp)
	}
	for n := range f.notes {
		if n.Method == "notifications/cancelled" {
			break
		}
	}
	var left []string
	for _, req := range f.sent("resources/unsubscribe") {
		left = append(left, text(member(req.Params, "uri")))
	}
	if len(left) != 2 || left[0] == left[1] {
		t.Errorf("unsubscribed from %q", left)
	}
	if len(f.sent("ping")) != 1 || !s.LevelSet() {
		t.Errorf("%s; level set: %t", f.methods(), s.LevelSet())
	}

	f.notify("notifications/message", `{"level":"info","data":"late"}`)
	s.flush(t.Context())
	s.SetHandlers(Handlers{Notify: func(n transport.Notification) { heard <- "new " + n.Method }})
	f.notify("notifications/progress", `{"progressToken":`+id+`,"progress":1}`)
	f.notify("notifications/message", `{"level":"info","data":"new"}`)
	if got := <-heard; got != "new notifications/message" {
		t.Errorf("heard %q", got)
	}
	if len(heard) > 0 {
		t.Errorf("also heard %q", <-heard)
	}
	if _, err := s.Request(t.Context(), Call{Method: "tools/list"}); err != nil {
		t.Errorf("the next user's call: %v", err)
	}
}

func TestResetForgetsAModernUser(t *testing.T) {
	leaks(t)
	opened := make(chan *stream, 4)
	f := newFake(listening(opened))
	s := connect(t, f, Options{Capabilities: json.RawMessage(`{"roots":{}}`)})
	if err := s.Subscribe(t.Context(), "a:1"); err != nil {
		t.Fatal(err)
	}
	if err := s.WantListChanged(t.Context(), true, false, false); err != nil {
		t.Fatal(err)
	}
	if err := s.SetLogLevel(t.Context(), "debug"); err != nil {
		t.Fatal(err)
	}
	if err := s.SetCapabilities(json.RawMessage(`{"sampling":{}}`)); err != nil {
		t.Fatal(err)
	}
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	for len(opened) > 0 {
		<-(<-opened).gone
	}
	if s.LevelSet() {
		t.Error("a modern server keeps no level")
	}
	if _, err := s.Request(t.Context(), Call{Method: "tools/list"}); err != nil {
		t.Fatal(err)
	}
	meta := member(f.sent("tools/list")[0].Params, "_meta")
	if c := member(meta, "io.modelcontextprotocol/clientCapabilities"); member(c, "roots") == nil || member(c, "sampling") != nil {
		t.Errorf("capabilities are %s", c)
	}
	if level := member(meta, "io.modelcontextprotocol/logLevel"); level != nil {
		t.Errorf("still asks for the log level %s", level)
	}
}

func TestResetOfAStuckServerFails(t *testing.T) {
	leaks(t)
	f := newFake(legacy(func(_ *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	s := connect(t, f, Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.Reset(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestPoolClosesWhatIsNoLongerUsed(t *testing.T) {
	leaks(t)
	var p Pool
	defer p.CloseAll()
	get := func(key string) *Session {
		s, err := p.Get(t.Context(), key, func(ctx context.Context) (*Session, error) {
			return Connect(ctx, dial(newFake(legacy(echo))), Options{Attachment: key})
		})
		if err != nil {
			t.Fatal(err)
		}
		p.Release(s)
		return s
	}
	a, b, c := get("a"), get("b"), get("c")
	p.CloseUnused(0)
	if isDone(a.conn) || isDone(b.conn) || isDone(c.conn) {
		t.Fatal("closed what was just used")
	}
	get("a")
	p.CloseUnused(1)
	if isDone(b.conn) {
		t.Error("closed after one call instead of two")
	}
	get("a")
	p.CloseUnused(0)
	if isDone(a.conn) || !isDone(b.conn) || !isDone(c.conn) {
		t.Error("kept the unused, or closed the used")
	}
	d := get("d")
	p.CloseKey("a")
	p.CloseIf(func(s *Session) bool { return s.Attachment() == "d" })
	if !isDone(a.conn) || !isDone(d.conn) {
		t.Error("not closed by key, or by attachment")
	}
}
