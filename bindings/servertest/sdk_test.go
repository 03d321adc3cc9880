package servertest_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"

	"mcpjs/bindings/servertest"
)

// Tools of sdkserver and the text that each answers to an mcp-go client, which
// shares no code with the SDK, in both eras and over both transports.
func TestSDKServer(t *testing.T) {
	t.Parallel()
	sdk := servertest.Build(t, "sdkserver")
	url := servertest.Serve(t, "sdkserver")
	for name, dial := range map[string]func() transport.Interface{
		"stdio": func() transport.Interface { return transport.NewStdio(sdk, nil) },
		"http legacy": func() transport.Interface {
			tr, err := transport.NewStreamableHTTP(url, transport.WithContinuousListening())
			if err != nil {
				t.Fatal(err)
			}
			return tr
		},
		"http modern": func() transport.Interface {
			tr, err := transport.NewStreamableHTTP(url)
			if err != nil {
				t.Fatal(err)
			}
			return tr
		},
		"stdio legacy": func() transport.Interface { return transport.NewStdio(sdk, nil, "-protocol", "legacy") },
		"stdio modern": func() transport.Interface { return transport.NewStdio(sdk, nil, "-protocol", "modern") },
		"stdio 2025-06-18": func() transport.Interface {
			return transport.NewStdio(sdk, nil, "-protocol", "2025-06-18")
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, version := connect(t, dial(), "/root")
			switch {
			case strings.Contains(name, "modern") && version != "2026-07-28",
				strings.Contains(name, "2025-06-18") && version != "2025-06-18",
				strings.Contains(name, "legacy") && version != "2025-11-25":
				t.Errorf("negotiated %s", version)
			}
			for _, call := range []struct {
				tool string
				args map[string]any
				want string // somewhere in the result
			}{
				{"echo", map[string]any{"message": "hi"}, `"text":"hi"`},
				{"add", map[string]any{"a": 1, "b": 2}, `"structuredContent":{"sum":3}`},
				{"weather", map[string]any{"city": "Rome"}, `"fine in Rome"`},
				{"fail", map[string]any{"message": "no luck"}, `"isError":true`},
				{"big", map[string]any{"n": 100_000}, strings.Repeat("x", 100_000)},
				{"content", nil, `"resource_link"`},
				{"progress", map[string]any{"n": 3}, `3 steps`},
				{"log", map[string]any{"level": "error", "text": "x"}, `logged`},
				{"slow", map[string]any{"ms": 1}, `done`},
				{"cancelled", nil, `"cancelled":0`},
				{"client", nil, `"clientInfo":{"name":"test"`},
				{"change lists", nil, `changed`},
				{"touch", nil, `touched`},
				{"sample", map[string]any{"message": "q"}, `model says q`},
				{"elicit", map[string]any{"message": "q"}, `\"Ann\"`},
				{"roots", nil, `file:///root`},
				{"ask all", nil, `\"Ann\"`},
				{"elicit thrice", nil, `3 answers`},
			} {
				req := mcp.CallToolRequest{}
				req.Params.Name, req.Params.Arguments = call.tool, call.args
				if call.args == nil {
					req.Params.Arguments = map[string]any{}
				}
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				res, err := c.CallTool(ctx, req)
				cancel()
				if err != nil {
					t.Errorf("%s: %v", call.tool, err)
					continue
				}
				b, err := json.Marshal(res)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(string(b), call.want) {
					t.Errorf("%s: %.500s, want %s", call.tool, b, call.want)
				}
			}
			tools, err := c.ListTools(t.Context(), mcp.ListToolsRequest{})
			if err != nil || len(tools.Tools) < 18 {
				t.Errorf("tools: %v %v", tools, err)
			}
			resources, err := c.ListResources(t.Context(), mcp.ListResourcesRequest{})
			if err != nil || len(resources.Resources) != 23 {
				t.Errorf("resources: %v %v", resources, err)
			}
			var read mcp.ReadResourceRequest
			read.Params.URI = "test://greeting/you"
			if got, err := c.ReadResource(t.Context(), read); err != nil || got.Contents[0].(mcp.TextResourceContents).Text != "hello, you" {
				t.Errorf("read: %v %v", got, err)
			}
			var prompt mcp.GetPromptRequest
			prompt.Params.Name, prompt.Params.Arguments = "greet", map[string]string{"name": "you"}
			if got, err := c.GetPrompt(t.Context(), prompt); err != nil || len(got.Messages) != 2 {
				t.Errorf("prompt: %v %v", got, err)
			}
			var complete mcp.CompleteRequest
			complete.Params.Ref = mcp.PromptReference{Type: "ref/prompt", Name: "greet"}
			complete.Params.Argument.Name, complete.Params.Argument.Value = "name", "an"
			if got, err := c.Complete(t.Context(), complete); err != nil || strings.Join(got.Completion.Values, " ") != "anna anton" {
				t.Errorf("complete: %v %v", got, err)
			}
		})
	}
}

// connect is a client with every capability and one root, and the revision
// that it got.
func connect(t *testing.T, tr transport.Interface, root string) (*client.Client, string) {
	t.Helper()
	h := handlers{root}
	c := client.NewClient(tr, client.WithSamplingHandler(h), client.WithElicitationHandler(h), client.WithRootsHandler(h),
		client.WithDiscoverTimeout(patience)) // python takes seconds to start on a busy machine
	if err := c.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var req mcp.InitializeRequest
	req.Params.ProtocolVersion = mcp.LATEST_PROTOCOL_VERSION
	req.Params.ClientInfo = mcp.Implementation{Name: "test", Version: "1"}
	res, err := c.Initialize(ctx, req)
	if err != nil {
		t.Fatalf("initialize: %v", err)
	}
	return c, res.ProtocolVersion
}

type handlers struct{ root string }

func (handlers) CreateMessage(_ context.Context, req mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
	b, err := json.Marshal(req.Messages[0].Content)
	if err != nil {
		return nil, err
	}
	var content mcp.TextContent
	if err := json.Unmarshal(b, &content); err != nil {
		return nil, err
	}
	return &mcp.CreateMessageResult{
		SamplingMessage: mcp.SamplingMessage{Role: mcp.RoleAssistant, Content: mcp.NewTextContent("model says " + content.Text)},
		Model:           "test",
	}, nil
}

func (handlers) Elicit(context.Context, mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	res := &mcp.ElicitationResult{}
	res.Action, res.Content = mcp.ElicitationResponseActionAccept, map[string]any{"name": "Ann"}
	return res, nil
}

func (h handlers) ListRoots(context.Context, mcp.ListRootsRequest) (*mcp.ListRootsResult, error) {
	return &mcp.ListRootsResult{Roots: []mcp.Root{{URI: "file://" + h.root, Name: "root"}}}, nil
}
