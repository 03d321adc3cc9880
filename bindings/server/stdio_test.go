package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// oven is a server with tools that send, wait, panic and ask.
func oven() *mcpserver.MCPServer {
	srv := mcpserver.NewMCPServer("oven", "1")
	srv.AddTool(mcp.NewTool("send"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		for i := range 500 {
			if err := srv.SendNotificationToClient(ctx, "notifications/x", map[string]any{"i": i}); err != nil {
				return nil, err
			}
		}
		return mcp.NewToolResultText("sent"), nil
	})
	srv.AddTool(mcp.NewTool("wait"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		<-ctx.Done()
		return mcp.NewToolResultText("stopped"), nil
	})
	srv.AddTool(mcp.NewTool("panic"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) { panic("hot") })
	srv.AddTool(mcp.NewTool("nan"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultStructured(map[string]any{"f": func() {}}, ""), nil
	})
	srv.AddTool(mcp.NewTool("ask"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		roots, err := srv.RequestRoots(ctx, mcp.ListRootsRequest{})
		if err != nil {
			return mcp.NewToolResultError(err.Error()), nil
		}
		return mcp.NewToolResultText(fmt.Sprint(len(roots.Roots))), nil
	})
	return srv
}

const hello = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}` + "\n"

func call(id, tool string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":%q}}`+"\n", id, tool)
}

// session runs ServeStdio in the test's bubble, where every goroutine must end.
func session(t *testing.T, ctx context.Context) (in *io.PipeWriter, out *bufio.Scanner, ended <-chan error) {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- ServeStdio(ctx, oven(), inR, outW)
		inR.Close()
		outW.Close()
	}()
	t.Cleanup(func() { inW.Close() })
	return inW, bufio.NewScanner(outR), done
}

func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out, ended := session(t, t.Context())
		io.WriteString(in, hello)
		out.Scan()
		io.WriteString(in, call("1", "send"))
		for i := range 500 {
			if out.Scan(); !strings.Contains(out.Text(), fmt.Sprintf(`"i":%d}`, i)) {
				t.Fatalf("message %d: %s", i, out.Text())
			}
		}
		if out.Scan(); !strings.Contains(out.Text(), `"sent"`) {
			t.Errorf("result: %s", out.Text())
		}
		in.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestAnswersOfEveryKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out, ended := session(t, t.Context())
		io.WriteString(in, hello)
		out.Scan()
		for _, test := range []struct{ tool, want string }{{"panic", "panic: hot"}, {"nan", "cannot be written as JSON"}} {
			io.WriteString(in, call("18446744073709551616", test.tool))
			if out.Scan(); !strings.Contains(out.Text(), test.want) || !strings.Contains(out.Text(), `"id":18446744073709551616,`) {
				t.Errorf("%s: %s", test.tool, out.Text())
			}
		}
		for _, test := range []struct{ reply, want string }{
			{`"result":{"roots":[{"uri":"file:///a"}]}`, `"1"`},
			{`"error":{"code":-1,"message":"no roots here"}`, "error -1: no roots here"},
			{`"result":5`, "the client's answer to roots/list"},
		} {
			io.WriteString(in, call("1", "ask"))
			out.Scan()
			var request struct{ ID json.RawMessage }
			if err := json.Unmarshal(out.Bytes(), &request); err != nil || !strings.Contains(out.Text(), "roots/list") {
				t.Fatalf("%s: %v", out.Text(), err)
			}
			fmt.Fprintf(in, `{"jsonrpc":"2.0","id":%s,%s}`+"\n", request.ID, test.reply)
			if out.Scan(); !strings.Contains(out.Text(), test.want) {
				t.Errorf("%s: %s", test.reply, out.Text())
			}
		}
		in.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// At the end of input what asks the client fails at once, and what only waits
// is stopped after a while.
func TestEndOfInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out, ended := session(t, t.Context())
		io.WriteString(in, hello)
		out.Scan()
		io.WriteString(in, call("1", "ask"))
		out.Scan()
		io.WriteString(in, call("2", "wait"))
		start := time.Now()
		in.Close()
		if out.Scan(); !strings.Contains(out.Text(), errInputClosed.Error()) || time.Since(start) > 0 {
			t.Errorf("after %v: %s", time.Since(start), out.Text())
		}
		if out.Scan(); !strings.Contains(out.Text(), "stopped") || time.Since(start) != eofGrace {
			t.Errorf("after %v: %s", time.Since(start), out.Text())
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// A client that asks and doesn't read holds nothing up when the context ends.
func TestClientThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		inR, inW := io.Pipe()
		outR, outW := io.Pipe()
		ended := make(chan error, 1)
		go func() { ended <- ServeStdio(ctx, oven(), inR, outW) }()
		io.WriteString(inW, hello)
		for i := range 5 {
			io.WriteString(inW, call(fmt.Sprint(i+1), "send"))
		}
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		inR.Close()
		outR.Close()
	})
}

func TestBrokenOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inR, inW := io.Pipe()
		outR, outW := io.Pipe()
		outR.Close()
		ended := make(chan error, 1)
		go func() { ended <- ServeStdio(t.Context(), oven(), inR, outW) }()
		io.WriteString(inW, hello)
		if err := <-ended; !errors.Is(err, io.ErrClosedPipe) || !strings.Contains(err.Error(), "write to the client") {
			t.Error(err)
		}
		inR.Close()
	})
}
