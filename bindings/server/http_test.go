package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mcpjs/bindings/server"
)

const modernMeta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}},"progressToken":"p"}`

// tools are those of the servers of these tests.
func newServer(t *testing.T) *server.Server {
	t.Helper()
	s := server.New(server.Options{Info: json.RawMessage(`{"name":"t","version":"1"}`)})
	add := func(name, schema string, h server.Handler) {
		f := server.Feature{Name: name, Handle: h, Definition: json.RawMessage(`{"name":"` + name + `","inputSchema":` + schema + `}`)}
		if err := s.Add(server.Tools, f); err != nil {
			t.Fatal(err)
		}
	}
	add("echo", `{"type":"object","properties":{"x":{"type":"string","x-mcp-header":"X"}}}`, func(c *server.Call, done func(json.RawMessage, error)) {
		done(json.RawMessage(`{"content":[],"args":`+string(c.Arguments)+`}`), nil)
	})
	add("steps", `{"type":"object"}`, func(c *server.Call, done func(json.RawMessage, error)) {
		c.Progress(json.RawMessage(`{"progress":1}`))
		done(json.RawMessage("{\n\"content\": []}"), nil)
	})
	add("wait", `{"type":"object"}`, func(c *server.Call, done func(json.RawMessage, error)) {
		c.Progress(json.RawMessage(`{"progress":0}`))
		context.AfterFunc(c.Context(), func() { done(nil, context.Cause(c.Context())) })
	})
	add("ask", `{"type":"object"}`, func(c *server.Call, done func(json.RawMessage, error)) {
		err := c.Ask("elicitation/create", "", json.RawMessage(`{"message":"?"}`), func(answer json.RawMessage, err error) {
			done(json.RawMessage(`{"content":[],"answer":`+string(answer)+`}`), err)
		})
		if err != nil {
			done(nil, err)
			return
		}
		c.Flush()
	})
	t.Cleanup(s.Close)
	return s
}

func newHTTP(t *testing.T, h *server.HTTP) string {
	t.Helper()
	h.Server = newServer(t)
	return serve(t, h)
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	return web.URL
}

// post sends a message and gives the status and body; headers are pairs.
func post(t *testing.T, url, body string, headers ...string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw), resp.Header
}

func modern(method, name string, more ...string) []string {
	h := []string{"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method}
	if name != "" {
		h = append(h, "Mcp-Name", name)
	}
	return append(h, more...)
}

func call(name, args string) string {
	return `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{` + modernMeta + `,"name":"` + name + `","arguments":` + args + `}}`
}

// What the transport's page says of single requests: statuses, headers that
// must mirror the body, streams, and who may come.
func TestSingleRequests(t *testing.T) {
	url := newHTTP(t, &server.HTTP{Local: true, Origins: []string{"https://app.example"}})
	for name, c := range map[string]struct {
		body    string
		headers []string
		status  int
		want    string
	}{
		"result":            {call("echo", `{"y":1.0}`), modern("tools/call", "echo"), 200, `"args":{"y":1.0}`},
		"names the server":  {call("echo", `{}`), modern("tools/call", "echo"), 200, `"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"t","version":"1"}}`},
		"complete":          {call("echo", `{}`), modern("tools/call", "echo"), 200, `"resultType":"complete"`},
		"encoded name":      {call("echo", `{}`), modern("tools/call", "=?base64?ZWNobw==?="), 200, `"content":[]`},
		"other name":        {call("echo", `{}`), modern("tools/call", "steps"), 400, `-32020`},
		"no name":           {call("echo", `{}`), modern("tools/call", ""), 400, `the header Mcp-Name is missing`},
		"other method":      {call("echo", `{}`), modern("tools/list", "echo"), 400, `-32020`},
		"param":             {call("echo", `{"x":"é"}`), modern("tools/call", "echo", "Mcp-Param-X", "=?base64?w6k=?="), 200, `"x":"é"`},
		"no param":          {call("echo", `{"x":"v"}`), modern("tools/call", "echo"), 400, `-32020`},
		"other param":       {call("echo", `{"x":"v"}`), modern("tools/call", "echo", "Mcp-Param-X", "w"), 400, `-32020`},
		"no version":        {call("echo", `{}`), []string{"Mcp-Method", "tools/call", "Mcp-Name", "echo"}, 400, `-32020`},
		"no meta":           {`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, modern("tools/list", ""), 400, `-32602`},
		"unknown version":   {strings.ReplaceAll(call("echo", `{}`), "2026-07-28", "2031-01-01"), []string{"MCP-Protocol-Version", "2031-01-01", "Mcp-Method", "tools/call", "Mcp-Name", "echo"}, 400, `"data":{"supported":["2026-07-28",`},
		"no capabilities":   {strings.ReplaceAll(call("echo", `{}`), "clientCapabilities", "x"), modern("tools/call", "echo"), 400, `-32602`},
		"unknown method":    {strings.ReplaceAll(call("echo", `{}`), "tools/call", "no/such"), modern("no/such", ""), 404, `-32601`},
		"ping is gone":      {strings.ReplaceAll(call("echo", `{}`), "tools/call", "ping"), modern("ping", ""), 404, `-32601`},
		"unknown tool":      {call("nope", `{}`), modern("tools/call", "nope"), 200, `there is no tool \"nope\"; there are echo`},
		"not declared":      {strings.ReplaceAll(call("ask", `{}`), `{"elicitation":{}}`, `{}`), modern("tools/call", "ask"), 400, `"code":-32021,"message":"the client has not declared the capability elicitation, so it can't be asked","data":{"requiredCapabilities":{"elicitation":{}}}`},
		"discovery":         {`{"jsonrpc":"2.0","id":"d","method":"server/discover","params":{` + modernMeta + `}}`, modern("server/discover", ""), 200, `"supportedVersions":["2026-07-28",`},
		"broken":            {`{"jsonrpc":`, nil, 400, ``},
		"progress":          {call("steps", `{}`), modern("tools/call", "steps"), 200, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"p\",\"progress\":1}}\n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{"},
		"good origin":       {call("echo", `{}`), modern("tools/call", "echo", "Origin", "https://app.example"), 200, `"content"`},
		"local origin":      {call("echo", `{}`), modern("tools/call", "echo", "Origin", "http://localhost:6274"), 200, `"content"`},
		"bad origin":        {call("echo", `{}`), modern("tools/call", "echo", "Origin", "https://evil.example"), 403, `may not use this server`},
		"null origin":       {call("echo", `{}`), modern("tools/call", "echo", "Origin", "null"), 403, `may not use this server`},
		"rebound":           {call("echo", `{}`), modern("tools/call", "echo", "Host", "evil.example"), 403, `not for \"evil.example\"`},
		"wrong type":        {call("echo", `{}`), modern("tools/call", "echo", "Content-Type", "text/plain"), 415, `application/json`},
		"session not begun": {`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, nil, 400, `Mcp-Session-Id is missing`},
		"session unknown":   {`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, []string{"Mcp-Session-Id", "x"}, 404, `the session is unknown`},
		"old version":       {`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, []string{"MCP-Protocol-Version", "1999-01-01"}, 400, `-32022`},
	} {
		t.Run(name, func(t *testing.T) {
			status, body, _ := post(t, url, c.body, c.headers...)
			if status != c.status || !strings.Contains(body, c.want) {
				t.Errorf("got %d %s, want %d … %s", status, body, c.status, c.want)
			}
		})
	}
	resp, err := http.Get(url)
	if err != nil || resp.StatusCode != 405 {
		t.Errorf("GET without a session: %v %v", resp.Status, err)
	}
	resp.Body.Close()
}

// A client that goes away cancels a single request.
func TestDisconnectCancels(t *testing.T) {
	h := &server.HTTP{}
	url := newHTTP(t, h)
	gone := make(chan error, 1)
	h.Server.Method("tools/call", func(c *server.Call, done func(json.RawMessage, error)) {
		c.Progress(json.RawMessage(`{"progress":0}`))
		context.AfterFunc(c.Context(), func() {
			gone <- context.Cause(c.Context())
			done(nil, context.Cause(c.Context()))
		})
	})
	ctx, leave := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, "POST", url, strings.NewReader(call("wait", `{}`)))
	r.Header.Set("Content-Type", "application/json")
	for i, h := 0, modern("tools/call", "wait"); i < len(h); i += 2 {
		r.Header.Set(h[i], h[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil || line != "event: message\n" {
		t.Fatal(line, err)
	}
	leave()
	select {
	case err := <-gone:
		if err == nil {
			t.Error("the context has no cause")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the call goes on")
	}
}

const hello = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{"elicitation":{}},"clientInfo":{"name":"c","version":"1"}}}`

// Sessions of older revisions: a session id, a stream for what belongs to no
// request, requests of the server's on the stream of the call, cancellation by
// notification, DELETE.
func TestSessions(t *testing.T) {
	h := &server.HTTP{}
	url := newHTTP(t, h)
	status, body, header := post(t, url, hello)
	id := header.Get("Mcp-Session-Id")
	if status != 200 || id == "" || !strings.Contains(body, `"protocolVersion":"2025-06-18"`) {
		t.Fatal(status, body, header)
	}
	in := func(body string) (int, string) {
		status, answer, _ := post(t, url, body, "Mcp-Session-Id", id, "MCP-Protocol-Version", "2025-06-18")
		return status, answer
	}
	if status, body := in(`{"jsonrpc":"2.0","method":"notifications/initialized"}`); status != 202 || body != "" {
		t.Error(status, body)
	}
	if _, body := in(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}`); body != `{"jsonrpc":"2.0","id":1,"result":{"content":[],"args":{}}}` {
		t.Error(body)
	}
	if _, body := in(`[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"},{"jsonrpc":"2.0","id":2,"method":"nope"}]`); body != `[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"method not found: nope"}}]` {
		t.Error(body)
	}

	open := func(method, body string) *bufio.Reader {
		r, _ := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "text/event-stream")
		r.Header.Set("Mcp-Session-Id", id)
		resp, err := http.DefaultClient.Do(r)
		if err != nil || resp.StatusCode != 200 {
			t.Fatal(method, resp, err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return bufio.NewReader(resp.Body)
	}
	event := func(r *bufio.Reader) string {
		t.Helper()
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				return strings.TrimSpace(data)
			}
		}
	}
	h.Server.Changed(server.Tools, h.Server.Greeted()) // kept until the stream is opened
	stream := open("GET", "")
	if got := event(stream); got != `{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}` {
		t.Error(got)
	}
	in(`{"jsonrpc":"2.0","id":3,"method":"resources/subscribe","params":{"uri":"x://1"}}`)
	h.Server.Updated("x://2")
	h.Server.Updated("x://1")
	if got := event(stream); got != `{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"x://1"}}` {
		t.Error(got)
	}
	if resp, err := http.DefaultClient.Do(func() *http.Request {
		r, _ := http.NewRequest("GET", url, nil)
		r.Header.Set("Mcp-Session-Id", id)
		r.Header.Set("Accept", "text/event-stream")
		return r
	}()); err != nil || resp.StatusCode != 409 {
		t.Errorf("a second stream: %v %v", resp, err)
	}

	asking := open("POST", `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"ask"}}`)
	if got := event(asking); got != `{"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{"message":"?"}}` {
		t.Error(got)
	}
	if status, _ := in(`{"jsonrpc":"2.0","id":1,"result":{"action":"decline"}}`); status != 202 {
		t.Error(status)
	}
	if got := event(asking); got != `{"jsonrpc":"2.0","id":4,"result":{"content":[],"answer":{"action":"decline"}}}` {
		t.Error(got)
	}

	waiting := open("POST", `{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"wait","_meta":{"progressToken":9}}}`)
	if got := event(waiting); !strings.Contains(got, `"progressToken":9`) {
		t.Error(got)
	}
	in(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5,"reason":"enough"}}`)
	if rest, err := io.ReadAll(waiting); err != nil || strings.Contains(string(rest), "data:") {
		t.Errorf("after the cancellation: %q %v", rest, err)
	}

	r, _ := http.NewRequest("DELETE", url, nil)
	r.Header.Set("Mcp-Session-Id", id)
	if resp, err := http.DefaultClient.Do(r); err != nil || resp.StatusCode != 204 {
		t.Error(resp, err)
	}
	if status, _ := in(`{"jsonrpc":"2.0","id":6,"method":"ping"}`); status != 404 {
		t.Errorf("after DELETE: %d", status)
	}
	if rest, err := io.ReadAll(stream); err != nil || strings.Contains(string(rest), "data:") {
		t.Errorf("the stream after DELETE: %q %v", rest, err)
	}
}
