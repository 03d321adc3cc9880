package main

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// visits counts how often test://counter was touched.
var visits atomic.Int64

func addResources(s *mcp.Server) {
	s.AddResource(&mcp.Resource{URI: "test://static/text", Name: "text", Title: "A text", MIMEType: "text/plain"}, read)
	s.AddResource(&mcp.Resource{URI: "test://static/image", Name: "image", MIMEType: "image/png"}, read)
	s.AddResource(&mcp.Resource{URI: "test://counter", Name: "counter", Description: "changes when touch is called"}, read)
	for i := range 20 {
		s.AddResource(&mcp.Resource{URI: fmt.Sprintf("test://page/%02d", i), Name: fmt.Sprintf("page %d", i)}, read)
	}
	s.AddResourceTemplate(&mcp.ResourceTemplate{URITemplate: "test://greeting/{name}", Name: "greeting"}, read)
}

func read(_ context.Context, req *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
	uri := req.Params.URI
	c := &mcp.ResourceContents{URI: uri, MIMEType: "text/plain"}
	switch name, greeting := strings.CutPrefix(uri, "test://greeting/"); {
	case greeting:
		c.Text = "hello, " + name
	case uri == "test://static/image":
		c.MIMEType, c.Blob = "image/png", pixel
	case uri == "test://counter":
		c.Text = fmt.Sprint(visits.Load())
	default:
		c.Text = "this is " + uri
	}
	return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{c}}, nil
}

func addPrompts(s *mcp.Server) {
	s.AddPrompt(&mcp.Prompt{Name: "simple", Description: "takes nothing"}, prompt)
	s.AddPrompt(&mcp.Prompt{Name: "greet", Title: "Greeting", Arguments: []*mcp.PromptArgument{
		{Name: "name", Description: "whom", Required: true}, {Name: "style"},
	}}, prompt)
}

func prompt(_ context.Context, req *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
	name := req.Params.Arguments["name"]
	if req.Params.Name == "greet" && name == "" {
		return nil, fmt.Errorf("argument name is missing")
	}
	return &mcp.GetPromptResult{
		Description: "a greeting",
		Messages: []*mcp.PromptMessage{
			{Role: "user", Content: &mcp.TextContent{Text: "greet " + name}},
			{Role: "assistant", Content: &mcp.ImageContent{Data: pixel, MIMEType: "image/png"}},
		},
	}, nil
}

// complete offers names that begin with what was typed. The argument style
// depends on the name that was chosen before.
func complete(_ context.Context, req *mcp.CompleteRequest) (*mcp.CompleteResult, error) {
	names := []string{"anna", "anton", "bert", "berta", "carl"}
	if req.Params.Argument.Name == "style" && req.Params.Context != nil {
		names = []string{"formal " + req.Params.Context.Arguments["name"], "casual " + req.Params.Context.Arguments["name"]}
	}
	found := []string{}
	for _, n := range names {
		if strings.HasPrefix(n, req.Params.Argument.Value) {
			found = append(found, n)
		}
	}
	return &mcp.CompleteResult{Completion: mcp.CompletionResultDetails{Values: found, Total: len(found)}}, nil
}
