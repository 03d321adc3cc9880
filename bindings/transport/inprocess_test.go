package transport

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func startInProcess(t testing.TB, s *server.MCPServer) *InProcess {
	t.Helper()
	c := NewInProcess(s)
	if err := c.Start(within(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestInProcessWithClient(t *testing.T) {
	for _, v := range versions {
		t.Run(v, func(t *testing.T) {
			c := NewInProcess(testServer())
			initialize(t, c, v)
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			wait(t, "Done", c.Done())
			if _, err := c.SendRequest(within(t), request(1, "ping", "")); !errors.Is(err, ErrClosed) {
				t.Error("call after Close:", err)
			}
		})
	}
}

// All that a call sends is delivered, in order, before its result.
func TestInProcessOrder(t *testing.T) {
	c := NewInProcess(testServer())
	initialize(t, c, "2025-11-25")
	var got atomic.Int64
	c.SetMessageHandler(func(n Notification) {
		var p struct{ Progress int64 }
		if json.Unmarshal(n.Params, &p) != nil || p.Progress != got.Load() {
			t.Errorf("got %s, want %d", n.Params, got.Load())
		}
		got.Add(1)
	})
	for range 5 {
		got.Store(0)
		ask(t, c, 1, "tools/call", `{"name":"burst","arguments":{"n":10000}}`)
		if got.Load() != 10000 {
			t.Errorf("%d notifications before the result", got.Load())
		}
	}
}

func TestInProcessSampling(t *testing.T) {
	c := NewInProcess(testServer())
	initialize(t, c, "2025-11-25")
	var params string
	c.SetRequestHandler(func(_ context.Context, r Request) (*Response, error) {
		params = string(r.Params.(json.RawMessage))
		return &Response{Result: json.RawMessage(`{"role":"assistant","content":{"type":"text","text":"hi"},"model":"m-1"}`)}, nil
	})
	if got := ask(t, c, 1, "tools/call", `{"name":"sample"}`); !strings.Contains(got, `"text":"m-1"`) {
		t.Errorf("got %s", got)
	}
	if !strings.Contains(params, `"systemPrompt":"be brief"`) {
		t.Errorf("the handler got %s", params)
	}
	c.SetRequestHandler(func(context.Context, Request) (*Response, error) { panic("boom") })
	if got := ask(t, c, 2, "tools/call", `{"name":"sample"}`); !strings.Contains(got, "panicked: boom") {
		t.Errorf("got %s", got)
	}
}

func TestInProcessCancel(t *testing.T) {
	c := NewInProcess(testServer())
	initialize(t, c, "2025-11-25")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.SendRequest(ctx, request(1, "tools/call", `{"name":"hang"}`)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	failed := make(chan struct{})
	go func() {
		defer close(failed)
		if _, err := c.SendRequest(context.Background(), request(2, "tools/call", `{"name":"hang"}`)); err != nil && !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	}()
	c.Close()
	wait(t, "the pending call", failed)
}

// Two subscriptions on revision 2026-07-28 each receive what they asked for,
// under their own ids.
func TestInProcessSubscriptions(t *testing.T) {
	s := server.NewMCPServer("t", "1", server.WithToolCapabilities(true), server.WithPromptCapabilities(true))
	c := startInProcess(t, s)
	c.SetProtocolVersion("2026-07-28")
	notes := make(chan Notification, 100)
	c.SetMessageHandler(func(n Notification) { notes <- n })
	const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	for id, filter := range map[string]string{"A": `{"toolsListChanged":true}`, "B": `{"promptsListChanged":true}`} {
		go c.SendRequest(ctx, request(id, "subscriptions/listen", `{"notifications":`+filter+`,`+meta+`}`))
		if n := <-notes; n.Method != "notifications/subscriptions/acknowledged" || !strings.Contains(string(n.Params), `"`+id+`"`) {
			t.Errorf("got %s %s", n.Method, n.Params)
		}
	}
	s.AddTool(mcp.NewTool("new"), nil)
	s.AddPrompt(mcp.NewPrompt("new"), nil)
	ids := map[string]string{}
	for range 2 {
		n := <-notes
		var p struct {
			Meta map[string]string `json:"_meta"`
		}
		if err := json.Unmarshal(n.Params, &p); err != nil {
			t.Fatal(err)
		}
		ids[n.Method] = p.Meta[mcp.MetaKeySubscriptionID]
	}
	if ids["notifications/tools/list_changed"] != "A" || ids["notifications/prompts/list_changed"] != "B" {
		t.Error(ids)
	}
}
