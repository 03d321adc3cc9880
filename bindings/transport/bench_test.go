//go:build unix

package transport

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	mcpgo "github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// bench measures calls that echo 100 bytes, in turn and 64 at a time.
func bench(b *testing.B, send func(id int64, method string, params json.RawMessage) error) {
	params := json.RawMessage(`{"name":"echo","arguments":{"text":"` + strings.Repeat("x", 60) + `"}}`)
	var id atomic.Int64
	call := func() {
		if err := send(id.Add(1), "tools/call", params); err != nil {
			b.Error(err)
		}
	}
	b.Run("sequential", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			call()
		}
	})
	b.Run("64-way", func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(32) // times GOMAXPROCS, which is 2 here
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				call()
			}
		})
	})
}

// ours and theirs send over a Conn and over one of mcp-go's transports.
func ours(c Conn) func(int64, string, json.RawMessage) error {
	return func(id int64, method string, params json.RawMessage) error {
		resp, err := c.SendRequest(context.Background(), Request{ID: id, Method: method, Params: params})
		if err == nil && resp.Error != nil {
			err = errors.New(resp.Error.Message)
		}
		return err
	}
}

func theirs(c mcpgo.Interface) func(int64, string, json.RawMessage) error {
	return func(id int64, method string, params json.RawMessage) error {
		resp, err := c.SendRequest(context.Background(), mcpgo.JSONRPCRequest{JSONRPC: "2.0", ID: mcp.NewRequestId(id), Method: method, Params: params})
		if err == nil && resp.Error != nil {
			err = errors.New(resp.Error.Message)
		}
		return err
	}
}

func BenchmarkProcessCall(b *testing.B) {
	b.Run("ours", func(b *testing.B) { bench(b, ours(startProcess(b, "echo"))) })
	b.Run("ours, posted", func(b *testing.B) {
		p := startProcess(b, "echo")
		bench(b, func(id int64, method string, params json.RawMessage) error {
			answer, done := replies()
			if !p.Post(Request{ID: id, Method: method, Params: params}, done) {
				return errors.New("no room")
			}
			p.Flush()
			return (<-answer).err
		})
	})
	b.Run("mcp-go", func(b *testing.B) {
		c := mcpgo.NewStdio(os.Args[0], []string{modeEnv + "=echo"})
		if err := c.Start(context.Background()); err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		bench(b, theirs(c))
	})
}

func BenchmarkProcessBigResult(b *testing.B) {
	run := func(b *testing.B, send func(int64, string, json.RawMessage) error) {
		var id int64
		b.SetBytes(1 << 20)
		b.ReportAllocs()
		for b.Loop() {
			id++
			if err := send(id, "x", json.RawMessage(`{"n":1048576}`)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("ours", func(b *testing.B) { run(b, ours(startProcess(b, "big"))) })
	b.Run("mcp-go", func(b *testing.B) {
		c := mcpgo.NewStdio(os.Args[0], []string{modeEnv + "=big"})
		if err := c.Start(context.Background()); err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		run(b, theirs(c))
	})
}

func BenchmarkHTTPCall(b *testing.B) {
	for _, kind := range []string{"ours", "mcp-go"} {
		b.Run(kind, func(b *testing.B) {
			s := serve(b, server.NewStreamableHTTPServer(testServer(), server.WithStateLess(true)))
			if kind == "ours" {
				bench(b, ours(startHTTP(b, HTTPOptions{URL: s.URL})))
				return
			}
			t := http.DefaultTransport.(*http.Transport).Clone()
			c, err := mcpgo.NewStreamableHTTP(s.URL, mcpgo.WithHTTPBasicClient(&http.Client{Transport: t}))
			if err == nil {
				err = c.Start(context.Background())
			}
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			bench(b, theirs(c))
		})
	}
}

// BenchmarkStart compares the start and end of a process that ends at once
// with those of a bare one.
func BenchmarkStart(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			cmd := exec.Command("/bin/cat")
			in, _ := cmd.StdinPipe()
			if err := cmd.Start(); err != nil {
				b.Fatal(err)
			}
			in.Close()
			_ = cmd.Wait()
		}
	})
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			p := NewProcess(ProcessOptions{Command: "/bin/cat"})
			if err := p.Start(context.Background()); err != nil {
				b.Fatal(err)
			}
			p.Close()
		}
	})
	b.Run("ours, Start alone", func(b *testing.B) {
		for b.Loop() {
			p := NewProcess(ProcessOptions{Command: "/bin/cat"})
			if err := p.Start(context.Background()); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			p.Close()
			b.StartTimer()
		}
	})
}
