package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// addInputTools adds the tools that ask the client for something. They return
// input requests: the SDK turns these into requests of its own for clients of
// the revisions that know no input-required results.
func addInputTools(s *mcp.Server) {
	add(s, "sample", "asks the client's model and answers what it said", asks(func(in message) mcp.InputRequestMap {
		return mcp.InputRequestMap{"sample": &mcp.CreateMessageParams{
			MaxTokens: 100, SystemPrompt: "be brief",
			Messages: []*mcp.SamplingMessage{{Role: "user", Content: &mcp.TextContent{Text: in.Message}}},
		}}
	}))
	add(s, "elicit", "asks the user for a name and an age", asks(func(in message) mcp.InputRequestMap {
		return mcp.InputRequestMap{"person": &mcp.ElicitParams{Message: in.Message, RequestedSchema: person}}
	}))
	add(s, "elicit url", "asks the user to visit a page", asks(func(in message) mcp.InputRequestMap {
		return mcp.InputRequestMap{"visit": &mcp.ElicitParams{Mode: "url", Message: in.Message, URL: "https://example.com/consent", ElicitationID: "consent-1"}}
	}))
	add(s, "roots", "answers the client's roots", asks(func(none) mcp.InputRequestMap {
		return mcp.InputRequestMap{"roots": &mcp.ListRootsParams{}}
	}))
	add(s, "ask all", "asks for all of these at once", asks(func(none) mcp.InputRequestMap {
		return mcp.InputRequestMap{
			"roots":  &mcp.ListRootsParams{},
			"person": &mcp.ElicitParams{Message: "who?", RequestedSchema: person},
			"sample": &mcp.CreateMessageParams{MaxTokens: 100, Messages: []*mcp.SamplingMessage{{Role: "user", Content: &mcp.TextContent{Text: "hello"}}}},
		}
	}))
	add(s, "elicit thrice", "asks three times, one after the other", func(ctx context.Context, req *mcp.CallToolRequest, _ none) (*mcp.CallToolResult, any, error) {
		question := func(round int) *mcp.ElicitParams {
			return &mcp.ElicitParams{Message: fmt.Sprintf("question %d", round), RequestedSchema: person}
		}
		if req.Session.InitializeParams().ProtocolVersion < modern {
			for round := 1; round <= 3; round++ {
				if _, err := req.Session.Elicit(ctx, question(round)); err != nil {
					return nil, nil, err
				}
			}
			return text("3 answers"), nil, nil
		}
		round := len(req.Params.RequestState) + 1
		if round > 3 {
			return text("3 answers"), nil, nil
		}
		// The state is opaque to the client: one letter for each question asked.
		return &mcp.CallToolResult{
			InputRequests: mcp.InputRequestMap{"question": question(round)},
			RequestState:  "xxx"[:round],
		}, nil, nil
	})
}

var person = map[string]any{
	"type":     "object",
	"required": []string{"name"},
	"properties": map[string]any{
		"name":   map[string]any{"type": "string", "title": "Name", "minLength": 1},
		"age":    map[string]any{"type": "integer", "minimum": 0, "maximum": 150},
		"colour": map[string]any{"type": "string", "enum": []string{"red", "green", "blue"}, "default": "green"},
		"member": map[string]any{"type": "boolean", "default": false},
	},
}

// asks makes a tool that asks once and answers the responses, by key, in JSON.
func asks[In any](questions func(In) mcp.InputRequestMap) mcp.ToolHandlerFor[In, any] {
	return func(_ context.Context, req *mcp.CallToolRequest, in In) (*mcp.CallToolResult, any, error) {
		if req.Params.InputResponses == nil {
			return &mcp.CallToolResult{InputRequests: questions(in), RequestState: "asked"}, nil, nil
		}
		b, err := json.Marshal(req.Params.InputResponses)
		if err != nil {
			return nil, nil, err
		}
		return text(string(b)), nil, nil
	}
}
