//go:build unix

package transport

import (
	"context"
	"encoding/json"
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
func bench(b *testing.B, c mcpgo.Interface) {
	params := json.RawMessage(`{"name":"echo","arguments":{"text":"` + strings.Repeat("x", 60) + `"}}`)
	var id atomic.Int64
	send := func() {
		r := Request{JSONRPC: "2.0", ID: mcp.NewRequestId(id.Add(1)), Method: "tools/call", Params: params}
		if resp, err := c.SendRequest(context.Background(), r); err != nil || resp.Error != nil {
			b.Error(resp, err)
		}
	}
	b.Run("sequential", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			send()
		}
	})
	b.Run("64-way", func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(32) // times GOMAXPROCS, which is 2 here
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				send()
			}
		})
	})
}

func BenchmarkProcessCall(b *testing.B) {
	b.Run("ours", func(b *testing.B) { bench(b, startProcess(b, "echo")) })
	b.Run("mcp-go", func(b *testing.B) {
		c := mcpgo.NewStdio(os.Args[0], []string{modeEnv + "=echo"})
		if err := c.Start(context.Background()); err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		bench(b, c)
	})
}

func BenchmarkProcessBigResult(b *testing.B) {
	run := func(b *testing.B, c mcpgo.Interface) {
		var id int64
		b.SetBytes(1 << 20)
		b.ReportAllocs()
		for b.Loop() {
			id++
			r := Request{JSONRPC: "2.0", ID: mcp.NewRequestId(id), Method: "x", Params: json.RawMessage(`{"n":1048576}`)}
			if _, err := c.SendRequest(context.Background(), r); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("ours", func(b *testing.B) { run(b, startProcess(b, "big")) })
	b.Run("mcp-go", func(b *testing.B) {
		c := mcpgo.NewStdio(os.Args[0], []string{modeEnv + "=big"})
		if err := c.Start(context.Background()); err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		run(b, c)
	})
}

func BenchmarkHTTPCall(b *testing.B) {
	for _, kind := range []string{"ours", "mcp-go"} {
		b.Run(kind, func(b *testing.B) {
			s := serve(b, server.NewStreamableHTTPServer(testServer(), server.WithStateLess(true)))
			var c mcpgo.Interface
			if kind == "ours" {
				c = NewHTTP(HTTPOptions{URL: s.URL})
			} else {
				t := http.DefaultTransport.(*http.Transport).Clone()
				var err error
				if c, err = mcpgo.NewStreamableHTTP(s.URL, mcpgo.WithHTTPBasicClient(&http.Client{Transport: t})); err != nil {
					b.Fatal(err)
				}
			}
			if err := c.Start(context.Background()); err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			bench(b, c)
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
