package session

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"mcpjs/bindings/transport"
)

// mcpGo is a server made with mcp-go, of both eras.
func mcpGo() *server.MCPServer {
	s := server.NewMCPServer("interop", "1", server.WithToolCapabilities(true), server.WithElicitation())
	s.AddTool(mcp.NewTool("grow"), func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		s.AddTool(mcp.NewTool("grown"), nil)
		return mcp.NewToolResultText("grown"), nil
	})
	s.AddTool(mcp.NewTool("steps"), func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		for i := range 3 {
			err := s.SendNotificationToClient(ctx, "notifications/progress",
				map[string]any{"progressToken": req.Params.Meta.ProgressToken, "progress": i})
			if err != nil {
				return nil, err
			}
		}
		return mcp.NewToolResultText("done"), nil
	})
	s.AddTool(mcp.NewTool("name"), func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		answer, ok := server.InputResponse(req.Params.InputResponses, "who")
		if !ok {
			return server.NewInputRequestBuilder("state-1").Elicit("who", mcp.ElicitationParams{
				Message:         "who?",
				RequestedSchema: map[string]any{"type": "object", "properties": map[string]any{"name": map[string]any{"type": "string"}}},
			}).ToolResult(), nil
		}
		raw, err := json.Marshal(answer)
		return mcp.NewToolResultText(string(raw)), err
	})
	s.AddTool(mcp.NewTool("hang"), func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	return s
}

func TestWithMCPGo(t *testing.T) {
	kinds := map[string]func(t *testing.T) transport.Conn{
		"pipe": func(*testing.T) transport.Conn {
			a, b := net.Pipe()
			go func() {
				defer b.Close()
				_ = server.NewStdioServer(mcpGo()).Listen(context.Background(), b, b)
			}()
			return transport.NewPipe(a, a)
		},
		"http": func(t *testing.T) transport.Conn {
			web := httptest.NewServer(server.NewStreamableHTTPServer(mcpGo()))
			t.Cleanup(web.Close)
			return transport.NewHTTP(transport.HTTPOptions{URL: web.URL})
		},
	}
	for kind, conn := range kinds {
		for _, pin := range []string{"", "2025-11-25"} {
			t.Run(fmt.Sprintf("%s %s", kind, pin), func(t *testing.T) {
				leaks(t)
				notes := make(chan string, 100)
				s, err := Connect(t.Context(), func() (transport.Conn, error) { return conn(t), nil }, Options{
					Server:          "srv",
					ProtocolVersion: pin,
					Capabilities:    json.RawMessage(`{"elicitation":{}}`),
					Handlers: Handlers{Notify: func(n transport.Notification) { notes <- n.Method }, Request: func(ctx context.Context, req ServerRequest) (json.RawMessage, error) {
						if req.Method != "elicitation/create" {
							return nil, ErrMethodNotFound
						}
						return json.RawMessage(`{"action":"accept","content":{"name":"ada"}}`), nil
					}},
				})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				if s.Modern() != (pin == "") {
					t.Errorf("speaks %s", s.ProtocolVersion())
				}
				if !strings.Contains(string(s.ServerInfo()), "interop") {
					t.Errorf("server info %s", s.ServerInfo())
				}
				call := func(name string) Call {
					return Call{Method: "tools/call", Params: json.RawMessage(`{"name":"` + name + `"}`), Label: "call " + name}
				}
				if got, err := s.Request(t.Context(), Call{Method: "tools/list"}); err != nil || !strings.Contains(string(got), "hang") {
					t.Errorf("%s %v", got, err)
				}
				if got, err := s.Request(t.Context(), call("name")); err != nil || !strings.Contains(string(got), "ada") {
					t.Errorf("%s %v", got, err)
				}
				steps := call("steps")
				seen := make(chan Progress, 100)
				steps.OnProgress = func(p Progress) { seen <- p }
				if got, err := s.Request(t.Context(), steps); err != nil || !strings.Contains(string(got), "done") {
					t.Errorf("%s %v", got, err)
				}
				for i := 0; kind == "pipe" && i < 3; i++ { // mcp-go may send them after the result
					<-seen
				}
				if err := s.WantListChanged(t.Context(), true, false, false); err != nil {
					t.Error(err)
				}
				if _, err := s.Request(t.Context(), call("grow")); err != nil {
					t.Error(err)
				}
				for n := range notes {
					if n == "notifications/tools/list_changed" {
						break
					}
				}
				hang := call("hang")
				hang.Timeout = 50 * time.Millisecond
				_, err = s.Request(t.Context(), hang)
				isError[*TimeoutError](t, err, "50ms")
				_, err = s.Request(t.Context(), call("none"))
				isError[*RPCError](t, err, "none")
				_, err = s.Request(t.Context(), Call{Method: "no/such"})
				if e := isError[*RPCError](t, err, "no/such"); e.Code != -32601 {
					t.Errorf("got %v", e)
				}
			})
		}
	}
}

// TestRestartOfAnHTTPServer: a server that has lost its sessions says 404.
func TestRestartOfAnHTTPServer(t *testing.T) {
	leaks(t)
	restart := func() http.Handler {
		return server.NewStreamableHTTPServer(mcpGo(), server.WithStateful(true))
	}
	var current atomic.Value
	current.Store(restart())
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		current.Load().(http.Handler).ServeHTTP(w, r)
	}))
	defer web.Close()
	conn := transport.NewHTTP(transport.HTTPOptions{URL: web.URL})
	s, err := Connect(t.Context(), func() (transport.Conn, error) { return conn, nil },
		Options{Server: "srv", ProtocolVersion: "2025-11-25"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	before := conn.SessionID()
	current.Store(restart())
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if got, err := s.Request(t.Context(), Call{Method: "tools/list"}); err != nil || !strings.Contains(string(got), "hang") {
				t.Errorf("%s %v", got, err)
			}
		})
	}
	calls.Wait()
	if after := conn.SessionID(); before == "" || after == before || s.generation.Load() != 1 {
		t.Errorf("session %q became %q, renewed %d times", before, after, s.generation.Load())
	}
}
