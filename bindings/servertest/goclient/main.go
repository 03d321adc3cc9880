// Goclient is the program that a script is measured against: a plain Go client
// on mcp-go that connects to a server over stdio, lists its tools, calls echo
// once, and prints the text.
//
//	goclient COMMAND [ARG...]
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "goclient:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, command []string) error {
	c, err := client.NewStdioMCPClient(command[0], nil, command[1:]...)
	if err != nil {
		return err
	}
	defer c.Close()
	var init mcp.InitializeRequest
	init.Params.ClientInfo = mcp.Implementation{Name: "goclient", Version: "1"}
	if _, err := c.Initialize(ctx, init); err != nil {
		return err
	}
	tools, err := c.ListTools(ctx, mcp.ListToolsRequest{})
	if err != nil {
		return err
	}
	var call mcp.CallToolRequest
	call.Params.Name = "echo"
	call.Params.Arguments = map[string]any{"message": "hello"}
	result, err := c.CallTool(ctx, call)
	if err != nil {
		return err
	}
	fmt.Println(len(tools.Tools), result.Content[0].(mcp.TextContent).Text)
	return nil
}
