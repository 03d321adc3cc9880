package bindings_test

import (
	"context"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	mcpgo "github.com/mark3labs/mcp-go/server"

	"mcpjs/bindings/demo"
	"mcpjs/bindings/server"
)

// adder is a server made with mcp-go, which has the transport that came before
// streamable HTTP.
func adder() *mcpgo.MCPServer {
	s := mcpgo.NewMCPServer("adder", "1")
	s.AddTool(mcp.NewTool("add", mcp.WithNumber("a"), mcp.WithNumber("b")),
		func(_ context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			sum := map[string]float64{"sum": r.GetFloat("a", 0) + r.GetFloat("b", 0)}
			return mcp.NewToolResultStructured(sum, fmt.Sprint(sum)), nil
		})
	seen := make(chan struct{}, 1) // an answer of this server may overtake progress
	s.AddTool(mcp.NewTool("progress"), func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		err := s.SendNotificationToClient(ctx, "notifications/progress", map[string]any{"progressToken": r.Params.Meta.ProgressToken, "progress": 1})
		if err != nil {
			return nil, err
		}
		select {
		case <-seen:
		case <-ctx.Done():
		}
		return mcp.NewToolResultText("done"), ctx.Err()
	})
	s.AddTool(mcp.NewTool("seen"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		seen <- struct{}{}
		return mcp.NewToolResultText("good"), nil
	})
	return s
}

// TestFallbackToSSE: a URL whose server speaks only HTTP+SSE works all the same.
func TestFallbackToSSE(t *testing.T) {
	sse := mcpgo.NewSSEServer(adder())
	var posts atomic.Int64
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sse" && r.Method != http.MethodGet {
			posts.Add(1)
			http.Error(w, "post elsewhere", http.StatusMethodNotAllowed)
			return
		}
		if r.URL.Path == "/broken" {
			http.Error(w, "boom", http.StatusInternalServerError)
			return
		}
		sse.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { h.CloseClientConnections(); h.Close() })
	js(t, `
		for (const target of [url + "/sse", "http+sse" + url.slice(4) + "/sse", { url: url + "/sse", transport: "sse" }, { mcpServers: { a: { url: url + "/sse" } } }]) {
			await using c = await mcp.connect(target);
			equal([c.protocolVersion < "2026", (await c.tools.add({ a: 1, b: 2 })).data], [true, { sum: 3 }]);
			const seen = [];
			for await (const p of c.tools.progress()) {
				seen.push(p.progress);
				await c.tools.seen();
			}
			equal(seen, [1]);
		}
		await fails(() => mcp.connect(url + "/broken"), "500");
		await fails(() => mcp.connect(url + "/sse", { protocolVersion: "2026-07-28" }), "ConnectionError");
		match((await fails(() => mcp.connect(url + "/nowhere"), "404")).hint, "often ends in /mcp");
		match((await fails(() => mcp.connect(url), "404")).hint, "often ends in /mcp");
	`, "url", h.URL)
	if posts.Load() == 0 {
		t.Error("streamable HTTP was not tried first")
	}
}

// TestUnixSocket: both ways to speak MCP over one.
func TestUnixSocket(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("unix sockets are not what windows has")
	}
	dir := t.TempDir()
	web, err := net.Listen("unix", filepath.Join(dir, "web.sock"))
	if err != nil {
		t.Fatal(err)
	}
	h := &http.Server{Handler: &server.HTTP{Server: demo.New()}}
	go h.Serve(web)
	t.Cleanup(func() { h.Close() })
	lines, err := net.Listen("unix", filepath.Join(dir, "lines.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lines.Close() })
	go func() {
		for {
			conn, err := lines.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				demo.New().Serve(t.Context(), conn, conn)
			}()
		}
	}()
	js(t, `
		for (const name of ["web", "lines"]) {
			await using c = await mcp.connect("unix:" + dir + "/" + name + ".sock");
			equal((await c.tools.add({ a: 1, b: 2 })).data, { sum: 3 }, name);
		}
		await fails(() => mcp.connect("unix:" + dir + "/none.sock"), "ConnectionError");
	`, "dir", dir)
}

// TestHeadersAndCertificates: static and computed headers, an authority of
// one's own, a proxy.
func TestHeadersAndCertificates(t *testing.T) {
	mcpServer := &server.HTTP{Server: demo.New()}
	h := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Static") != "yes" || r.Header.Get("X-Computed") == "" {
			http.Error(w, "no headers", http.StatusForbidden)
			return
		}
		mcpServer.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { h.CloseClientConnections(); h.Close() })
	var proxied atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxied.Add(1)
		http.Error(w, "no way", http.StatusBadGateway)
	}))
	t.Cleanup(proxy.Close)
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.Certificate().Raw}))
	js(t, `
		let n = 0;
		const target = { url, headers: { "X-Static": "yes" } };
		const c = await mcp.connect(target, { ca, headers: async () => ({ "X-Computed": String(++n) }) });
		equal((await c.tools.add({ a: 1, b: 2 })).data, { sum: 3 });
		equal(n >= 2, true);
		const d = await mcp.connect(target, { ca: [ca], headers: { "X-Computed": "1" } });
		equal(await d.ping(), true);
		const e = await fails(() => mcp.connect(target), "certificate");
		match(e.hint, "ca");
		await fails(() => mcp.connect(target, { ca }), "403");
		await fails(() => mcp.connect(target, { ca, headers: () => { throw new Error("no key") } }), "no key");
		await fails(() => mcp.connect(target, { ca: "nonsense" }), "TypeError: ca: open");
		await fails(() => mcp.connect("http://mcp.example/mcp", { proxy }), "502");
	`, "url", h.URL+"/mcp", "ca", ca, "proxy", proxy.URL)
	if proxied.Load() == 0 {
		t.Error("the proxy was not asked")
	}
}
