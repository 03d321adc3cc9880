package bindings_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"

	"mcpjs/bindings"
	"mcpjs/bindings/config"
	"mcpjs/bindings/servertest"
	"mcpjs/engine"
	"mcpjs/stdlib"
)

// BenchmarkCall is one call of a tool over stdio, from JavaScript to the wire
// and back, against the same call made by a Go program on mcp-go's client. The
// server is the same small one, in processes of its own.
func BenchmarkCall(b *testing.B) {
	fast := servertest.Build(b, "fastserver")
	for _, version := range []string{"2025-11-25", "2026-07-28"} {
		for _, size := range []int{100, 10_000, 1_000_000} {
			name := fmt.Sprintf("%s/%d", version, size)
			b.Run("mcpjs/"+name, func(b *testing.B) {
				b.SetBytes(int64(size))
				runJS(b, fmt.Sprintf(`const s = await mcp.connect([%q], { protocolVersion: %q });
await s.callTool("echo", { message: "warm" });
begin();
for (let i = 0; i !== %d; i++) (await s.callTool("bytes", { n: %d })).content;
`, fast, version, b.N, size))
			})
			b.Run("mcp-go/"+name, func(b *testing.B) {
				b.SetBytes(int64(size))
				c := goClient(b, fast, version)
				b.ReportAllocs()
				b.ResetTimer()
				for range b.N {
					var call mcp.CallToolRequest
					call.Params.Name = "bytes"
					call.Params.Arguments = map[string]any{"n": size}
					if _, err := c.CallTool(b.Context(), call); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkRecords is a call whose structured content, 1 MB of objects, becomes
// JavaScript's objects here and maps there, and is read in full.
func BenchmarkRecords(b *testing.B) {
	fast := servertest.Build(b, "fastserver")
	b.Run("mcpjs", func(b *testing.B) {
		runJS(b, fmt.Sprintf(`const s = await mcp.connect([%q]);
await s.callTool("echo", { message: "warm" });
begin();
for (let i = 0; i !== %d; i++) {
  let sum = 0;
  for (const record of (await s.callTool("records", { n: 10_000 })).structuredContent.records) sum += record.id;
  if (sum !== 49_995_000) throw new Error("wrong sum");
}
`, fast, b.N))
	})
	b.Run("mcp-go", func(b *testing.B) {
		c := goClient(b, fast, "")
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N {
			var call mcp.CallToolRequest
			call.Params.Name = "records"
			call.Params.Arguments = map[string]any{"n": 10_000}
			r, err := c.CallTool(b.Context(), call)
			if err != nil {
				b.Fatal(err)
			}
			sum := 0.0
			for _, record := range r.StructuredContent.(map[string]any)["records"].([]any) {
				sum += record.(map[string]any)["id"].(float64)
			}
			if sum != 49_995_000 {
				b.Fatal("wrong sum")
			}
		}
	})
}

// BenchmarkComputing is a script that calls nothing: a sieve, sorting, counting
// words, and strings put together.
func BenchmarkComputing(b *testing.B) {
	runJS(b, fmt.Sprintf(`begin();
for (let round = 0; round !== %d; round++) {
  const n = 20_000, composite = new Uint8Array(n + 1), primes = [];
  for (let i = 2; i <= n; i++) {
    if (composite[i]) continue;
    primes.push(i);
    for (let j = i * i; j <= n; j += i) composite[j] = 1;
  }
  const counts = new Map();
  for (const p of primes.map((p) => ({ p, word: "word" + p %% 100 })).sort((a, b) => b.p - a.p)) counts.set(p.word, (counts.get(p.word) ?? 0) + 1);
  const text = [...counts].map(([k, v]) => k + "=" + v).join("&");
  if (JSON.parse(JSON.stringify({ text })).text !== text) throw new Error("wrong text");
}
`, b.N))
}

// BenchmarkParallelCalls keeps 64 calls in flight.
func BenchmarkParallelCalls(b *testing.B) {
	fast := servertest.Build(b, "fastserver")
	b.Run("mcpjs", func(b *testing.B) {
		runJS(b, fmt.Sprintf(`const s = await mcp.connect([%q]);
await s.callTool("echo", { message: "warm" });
begin();
let left = %d;
const worker = async () => { while (left-- > 0) await s.callTool("echo", { message: "hello" }) };
await Promise.all(Array.from({ length: 64 }, worker));
`, fast, b.N))
	})
	b.Run("mcp-go", func(b *testing.B) {
		c := goClient(b, fast, "")
		b.SetParallelism(64)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				var call mcp.CallToolRequest
				call.Params.Name = "echo"
				call.Params.Arguments = map[string]any{"message": "hello"}
				if _, err := c.CallTool(context.Background(), call); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}

// BenchmarkColdStart is a whole process: connect, list the tools, call one.
func BenchmarkColdStart(b *testing.B) {
	fast, plain, ours := servertest.Build(b, "fastserver"), servertest.Build(b, "goclient"), mcpjsBinary(b)
	file := filepath.Join(b.TempDir(), "cold.js")
	script := fmt.Sprintf("const s = await mcp.connect([%q]);\nconst tools = await s.listTools();\nconsole.log(tools.length, (await s.callTool(\"echo\", { message: \"hello\" })).text);\n", fast)
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		b.Fatal(err)
	}
	for name, command := range map[string][]string{"mcpjs": {ours, file}, "goclient": {plain, fast}} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				out, err := exec.Command(command[0], command[1:]...).CombinedOutput()
				if err != nil || !strings.HasSuffix(string(out), "hello\n") {
					b.Fatalf("%v %s", err, out)
				}
			}
		})
	}
}

// runJS runs a script that calls begin where the measured part does.
func runJS(b *testing.B, code string) {
	b.Helper()
	rt := engine.New(engine.Options{Modules: append(stdlib.Modules(), bindings.Module(bindings.Options{Env: config.Process()}))})
	defer rt.Close()
	rt.VM().Set("begin", func() { b.ReportAllocs(); b.ResetTimer() })
	p, err := engine.Compile(engine.Source{Name: "[bench]", Code: code}, engine.CompileOptions{})
	if err != nil {
		b.Fatal(err)
	}
	err = rt.Run(b.Context(), p)
	b.StopTimer()
	if err != nil {
		b.Fatal(rt.Report(err, "", false))
	}
}

func goClient(b *testing.B, command, version string) *client.Client {
	b.Helper()
	c, err := client.NewStdioMCPClient(command, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	var init mcp.InitializeRequest
	init.Params.ProtocolVersion = version
	init.Params.ClientInfo = mcp.Implementation{Name: "bench", Version: "1"}
	if _, err := c.Initialize(b.Context(), init); err != nil {
		b.Fatal(err)
	}
	return c
}
