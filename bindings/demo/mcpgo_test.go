package demo_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	mcpgo "github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

type answers struct{}

func (answers) CreateMessage(context.Context, mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
	return &mcp.CreateMessageResult{Model: "parrot", SamplingMessage: mcp.SamplingMessage{Role: mcp.RoleAssistant, Content: mcp.NewTextContent("hello")}}, nil
}

func (answers) Elicit(context.Context, mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	return &mcp.ElicitationResult{ElicitationResponse: mcp.ElicitationResponse{Action: mcp.ElicitationResponseActionDecline}}, nil
}

func (answers) ListRoots(context.Context, mcp.ListRootsRequest) (*mcp.ListRootsResult, error) {
	return &mcp.ListRootsResult{Roots: []mcp.Root{{URI: "file:///flour", Name: "flour"}}}, nil
}

// mcp-go's client gets the same answers over HTTP and over stdio, in both eras
// of the protocol.
func TestMCPGo(t *testing.T) {
	url := serveHTTP(t)
	for name, connect := range map[string]func(...mcpgo.ClientOption) (*mcpgo.Client, error){
		"http": func(opts ...mcpgo.ClientOption) (*mcpgo.Client, error) {
			conn, err := transport.NewStreamableHTTP(url)
			return mcpgo.NewClient(conn, opts...), err
		},
		"stdio": func(opts ...mcpgo.ClientOption) (*mcpgo.Client, error) {
			return mcpgo.NewClient(transport.NewStdio(os.Args[0], append(os.Environ(), "MCPJS_TEST_DEMO=1")), opts...), nil
		},
	} {
		for _, version := range []string{"2026-07-28", "2025-11-25"} {
			t.Run(name+" "+version, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				opts := []mcpgo.ClientOption{mcpgo.WithSamplingHandler(answers{}), mcpgo.WithElicitationHandler(answers{}), mcpgo.WithRootsHandler(answers{})}
				if version != "2026-07-28" {
					opts = append(opts, mcpgo.WithLegacyProtocolOnly())
				}
				c, err := connect(opts...)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				if err := c.Start(ctx); err != nil {
					t.Fatal(err)
				}
				var hello mcp.InitializeRequest
				hello.Params.ClientInfo = mcp.Implementation{Name: "mcp-go", Version: "1"}
				hello.Params.ProtocolVersion = version
				if _, err := c.Initialize(ctx, hello); err != nil {
					t.Fatal(err)
				}
				for name, want := range map[string]string{
					"whoami":     version,
					"list-roots": "1 roots\nfile:///flour flour",
					"ask-model":  "parrot says: hello",
					"book-table": `came back with "decline"`,
				} {
					var call mcp.CallToolRequest
					call.Params.Name = name
					if name == "ask-model" {
						call.Params.Arguments = map[string]any{"question": "?"}
					}
					r, err := c.CallTool(ctx, call)
					if err != nil {
						t.Errorf("%s: %v", name, err)
					} else if got := r.Content[0].(mcp.TextContent).Text; r.IsError || !strings.Contains(got, want) {
						t.Errorf("%s: %s", name, got)
					}
				}
				tools, err := c.ListTools(ctx, mcp.ListToolsRequest{})
				if err != nil || len(tools.Tools) != 18 {
					t.Errorf("tools: %v", err)
				}
			})
		}
	}
}
