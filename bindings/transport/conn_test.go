package transport

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	mcpgo "github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// testServer is an MCP server whose tools echo, notify, ask and hang.
func testServer() *server.MCPServer {
	s := server.NewMCPServer("test", "1.0", server.WithToolCapabilities(true), server.WithLogging())
	s.AddTool(mcp.NewTool("echo", mcp.WithString("text")),
		func(_ context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText(r.GetString("text", "")), nil
		})
	s.AddTool(mcp.NewTool("burst", mcp.WithNumber("n")),
		func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			for i := range r.GetInt("n", 0) {
				if err := s.SendNotificationToClient(ctx, "notifications/progress", map[string]any{"progress": i, "progressToken": "t"}); err != nil {
					return nil, err
				}
			}
			return mcp.NewToolResultText("done"), nil
		})
	s.AddTool(mcp.NewTool("sample"),
		func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			res, err := s.RequestSampling(ctx, mcp.CreateMessageRequest{CreateMessageParams: mcp.CreateMessageParams{
				MaxTokens: 7, SystemPrompt: "be brief",
			}})
			if err != nil {
				return mcp.NewToolResultError(err.Error()), nil
			}
			return mcp.NewToolResultText(res.Model), nil
		})
	s.AddTool(mcp.NewTool("hang"),
		func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
	return s
}

// within gives a context that is far longer than anything here may take.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func request(id int64, method, params string) Request {
	r := Request{ID: id, Method: method}
	if params != "" {
		r.Params = json.RawMessage(params)
	}
	return r
}

// ask sends a request and gives its result, or its error as JSON.
func ask(t testing.TB, c Conn, id int64, method, params string) string {
	t.Helper()
	resp, err := c.SendRequest(within(t), request(id, method, params))
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	if resp.Error != nil {
		raw, _ := json.Marshal(resp.Error)
		return string(raw)
	}
	return string(resp.Result)
}

func wait(t testing.TB, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(20 * time.Second):
		t.Fatalf("%s: waited too long", what)
	}
}

// adapted is a Conn as mcp-go's client wants it.
type adapted struct{ Conn }

func (a adapted) GetSessionId() string { return a.SessionID() }

func (a adapted) SendRequest(ctx context.Context, r mcpgo.JSONRPCRequest) (*mcpgo.JSONRPCResponse, error) {
	params, err := json.Marshal(r.Params)
	if err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(r.ID.String(), 10, 64)
	if n, isNumber := r.ID.Value().(int64); isNumber {
		id, err = n, nil
	}
	if err != nil {
		return nil, err
	}
	if string(params) == "null" {
		params = nil
	}
	resp, err := a.Conn.SendRequest(ctx, Request{ID: id, Method: r.Method, Params: params, Header: r.Header})
	if err != nil {
		return nil, err
	}
	out := &mcpgo.JSONRPCResponse{JSONRPC: "2.0", ID: r.ID, Result: resp.Result}
	if e := resp.Error; e != nil {
		out.Error = &mcp.JSONRPCErrorDetails{Code: e.Code, Message: e.Message}
		if e.Data != nil {
			out.Error.Data = e.Data
		}
	}
	return out, nil
}

func (a adapted) SendNotification(ctx context.Context, n mcp.JSONRPCNotification) error {
	params, err := json.Marshal(n.Params)
	if err != nil {
		return err
	}
	return a.Conn.SendNotification(ctx, Notification{Method: n.Method, Params: params})
}

func (a adapted) SetNotificationHandler(f func(mcp.JSONRPCNotification)) {
	a.SetMessageHandler(func(n Notification) {
		var out mcp.JSONRPCNotification
		out.Method = n.Method
		if n.Params == nil || json.Unmarshal(n.Params, &out.Params) == nil {
			f(out)
		}
	})
}

func (a adapted) SetRequestHandler(f mcpgo.RequestHandler) {
	a.Conn.SetRequestHandler(func(ctx context.Context, r ServerRequest) *Response {
		resp, err := f(ctx, mcpgo.JSONRPCRequest{JSONRPC: "2.0", ID: mcp.NewRequestId(r.ID), Method: r.Method, Params: r.Params})
		if err == nil && resp.Error != nil {
			err = errors.New(resp.Error.Message)
		}
		if err != nil {
			return failure(CodeInternal, err.Error())
		}
		return &Response{Result: resp.Result}
	})
}

var _ mcpgo.BidirectionalInterface = adapted{}

// initialize lets mcp-go's own client connect, list and call over c.
func initialize(t *testing.T, c Conn, version string) *client.Client {
	t.Helper()
	cl := client.NewClient(adapted{c}, client.WithProtocolVersion(version))
	if err := cl.Start(within(t)); err != nil {
		t.Fatal(err)
	}
	res, err := cl.Initialize(within(t), mcp.InitializeRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if res.ProtocolVersion != version {
		t.Errorf("negotiated %s, want %s", res.ProtocolVersion, version)
	}
	tools, err := cl.ListTools(within(t), mcp.ListToolsRequest{})
	if err != nil || len(tools.Tools) != 4 {
		t.Fatalf("tools: %v %v", tools, err)
	}
	r := mcp.CallToolRequest{}
	r.Params.Name, r.Params.Arguments = "echo", map[string]any{"text": "hello"}
	out, err := cl.CallTool(within(t), r)
	if err != nil {
		t.Fatal(err)
	}
	if text := out.Content[0].(mcp.TextContent).Text; text != "hello" {
		t.Errorf("echo gave %q", text)
	}
	return cl
}

var versions = []string{"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"}
