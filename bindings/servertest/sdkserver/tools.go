package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"log"
	"strings"
	"sync/atomic"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// pixel is a PNG of one pixel.
var pixel = func() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	return b.Bytes()
}()

type (
	none    struct{}
	message struct {
		Message string `json:"message"`
	}
	count struct {
		N int `json:"n"`
	}
	duration struct {
		MS int `json:"ms"`
	}
	operands struct {
		A float64 `json:"a"`
		B float64 `json:"b"`
	}
	sum struct {
		Sum float64 `json:"sum"`
	}
	cancelledCount struct {
		Cancelled int64 `json:"cancelled"`
	}
	weather struct {
		City    string   `json:"city"`
		Celsius float64  `json:"celsius"`
		Tags    []string `json:"tags"`
	}
	city struct {
		City string `json:"city" jsonschema:"the city's name"`
	}
	logArgs struct {
		Level string `json:"level"`
		Text  string `json:"text"`
	}
)

func text(s string) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: s}}}
}

// cancelled counts the calls of slow that were cancelled.
var cancelled atomic.Int64

func addTools(s *mcp.Server) {
	add(s, "echo", "answers its message", func(_ context.Context, _ *mcp.CallToolRequest, in message) (*mcp.CallToolResult, any, error) {
		return text(in.Message), nil, nil
	})
	add(s, "add", "adds two numbers", func(_ context.Context, _ *mcp.CallToolRequest, in operands) (*mcp.CallToolResult, sum, error) {
		return nil, sum{in.A + in.B}, nil
	})
	add(s, "weather", "structured output and text that differ", func(_ context.Context, _ *mcp.CallToolRequest, in city) (*mcp.CallToolResult, weather, error) {
		return text("fine in " + in.City), weather{in.City, 21.5, []string{"sunny", "dry"}}, nil
	})
	add(s, "fail", "reports an error with its message", func(_ context.Context, _ *mcp.CallToolRequest, in message) (*mcp.CallToolResult, any, error) {
		return nil, nil, errors.New(in.Message)
	})
	add(s, "big", "answers n bytes of text", func(_ context.Context, _ *mcp.CallToolRequest, in count) (*mcp.CallToolResult, any, error) {
		if in.N < 0 || in.N > 1<<28 {
			return nil, nil, fmt.Errorf("n is %d, want 0 to 2^28", in.N)
		}
		return text(strings.Repeat("x", in.N)), nil, nil
	})
	add(s, "content", "answers every kind of content", func(context.Context, *mcp.CallToolRequest, none) (*mcp.CallToolResult, any, error) {
		size := int64(5)
		return &mcp.CallToolResult{
			Meta: mcp.Meta{"example.com/kind": "all"},
			Content: []mcp.Content{
				&mcp.TextContent{Text: "text", Annotations: &mcp.Annotations{Audience: []mcp.Role{"user"}, Priority: 0.5}},
				&mcp.ImageContent{Data: pixel, MIMEType: "image/png"},
				&mcp.AudioContent{Data: []byte("RIFF\x00\x00\x00\x00WAVE"), MIMEType: "audio/wav"},
				&mcp.ResourceLink{URI: "test://static/text", Name: "text", MIMEType: "text/plain", Size: &size},
				&mcp.EmbeddedResource{Resource: &mcp.ResourceContents{URI: "test://embedded", MIMEType: "text/plain", Text: "embedded"}},
			},
		}, nil, nil
	})
	add(s, "progress", "reports progress n times", func(ctx context.Context, req *mcp.CallToolRequest, in count) (*mcp.CallToolResult, any, error) {
		token := req.Params.GetProgressToken()
		for i := 1; i <= in.N && token != nil; i++ {
			err := req.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{
				ProgressToken: token, Progress: float64(i), Total: float64(in.N), Message: fmt.Sprintf("step %d", i),
			})
			if err != nil {
				return nil, nil, err
			}
		}
		return text(fmt.Sprintf("%d steps", in.N)), nil, nil
	})
	add(s, "log", "logs a text at a level", func(ctx context.Context, req *mcp.CallToolRequest, in logArgs) (*mcp.CallToolResult, any, error) {
		err := req.Session.Log(ctx, &mcp.LoggingMessageParams{Level: mcp.LoggingLevel(in.Level), Logger: "sdkserver", Data: in.Text})
		return text("logged"), nil, err
	})
	add(s, "stderr", "writes its message to stderr", func(_ context.Context, _ *mcp.CallToolRequest, in message) (*mcp.CallToolResult, any, error) {
		log.Print(in.Message)
		return text("written"), nil, nil
	})
	add(s, "slow", "takes ms milliseconds; the tool cancelled counts its cancellations", func(ctx context.Context, _ *mcp.CallToolRequest, in duration) (*mcp.CallToolResult, any, error) {
		select {
		case <-time.After(time.Duration(in.MS) * time.Millisecond):
			return text("done"), nil, nil
		case <-ctx.Done():
			log.Printf("cancelled slow: %d so far", cancelled.Add(1))
			return nil, nil, ctx.Err()
		}
	})
	add(s, "cancelled", "counts the cancelled calls of slow", func(context.Context, *mcp.CallToolRequest, none) (*mcp.CallToolResult, cancelledCount, error) {
		return nil, cancelledCount{cancelled.Load()}, nil
	})
	add(s, "client", "answers what the client said of itself", func(_ context.Context, req *mcp.CallToolRequest, _ none) (*mcp.CallToolResult, any, error) {
		return nil, req.Session.InitializeParams(), nil
	})
	add(s, "change lists", "adds and removes a tool, a resource and a prompt", func(context.Context, *mcp.CallToolRequest, none) (*mcp.CallToolResult, any, error) {
		add(s, "temporary", "comes and goes", func(context.Context, *mcp.CallToolRequest, none) (*mcp.CallToolResult, any, error) {
			return text("still here"), nil, nil
		})
		s.AddResource(&mcp.Resource{URI: "test://temporary", Name: "temporary"}, read)
		s.AddPrompt(&mcp.Prompt{Name: "temporary"}, prompt)
		s.RemoveTools("temporary")
		s.RemoveResources("test://temporary")
		s.RemovePrompts("temporary")
		return text("changed"), nil, nil
	})
	add(s, "touch", "reports the resource test://counter as updated", func(ctx context.Context, _ *mcp.CallToolRequest, _ none) (*mcp.CallToolResult, any, error) {
		visits.Add(1)
		return text("touched"), nil, s.ResourceUpdated(ctx, &mcp.ResourceUpdatedNotificationParams{URI: "test://counter"})
	})
}

func add[In, Out any](s *mcp.Server, name, about string, h mcp.ToolHandlerFor[In, Out]) {
	mcp.AddTool(s, &mcp.Tool{Name: name, Description: about}, h)
}
