package servertest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mcpjs/bindings/servertest"
)

func TestFastServer(t *testing.T) {
	t.Parallel()
	progress := `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1,"total":2}}`
	c := start(t, servertest.Build(t, "fastserver"))
	c.send(initialize("2025-03-26"), `{"jsonrpc":"2.0","id":"d","method":"server/discover"}`, `{"jsonrpc":"2.0","id":"t","method":"tools/list"}`,
		call("1", "echo", `{"message":"hi"}`), call("2", "bytes", `{"n":3000000}`), call("3", "bytes", `{"n":-1}`), call("4", "none", `{"n":1}`),
		`{"jsonrpc":"2.0","id":5,"method":"none"}`, call(`"`+strings.Repeat("6", 1<<20)+`"`, "echo", `{"message":"long"}`), call("7", "progress", `{"n":2}`))
	for _, want := range [][2]string{
		{"0", `"protocolVersion":"2025-03-26"`}, {`"d"`, "2026-07-28"}, {`"t"`, `"progress"`}, {"1", `"text":"hi"`},
		{"2", strings.Repeat("x", 3_000_000)}, {"3", "-32602"}, {"4", "unknown tool"}, {"5", "-32601"},
	} {
		line := c.next()
		if !json.Valid([]byte(line)) || !strings.HasPrefix(line, `{"jsonrpc":"2.0","id":`+want[0]+`,`) || !strings.Contains(line, want[1]) {
			t.Errorf("got %.300s, want %.100q", line, want)
		}
	}
	if line := c.next(); !strings.Contains(line, `"text":"long"`) {
		t.Errorf("got %.200s", line)
	}
	if line := strings.TrimSpace(c.next()); line != progress {
		t.Errorf("got %s, want %s", line, progress)
	}
	c.next()
	if line := c.answer("7"); !strings.Contains(line, `"text":"2"`) {
		t.Errorf("got %s", line)
	}
	if status := c.exit(); status != 0 {
		t.Errorf("status %d", status)
	}
}

func TestFastServerHTTP(t *testing.T) {
	t.Parallel()
	url := servertest.Serve(t, "fastserver")
	for _, c := range []struct{ msg, kind, body string }{
		{initialize("2025-06-18"), "application/json", `"protocolVersion":"2025-06-18"`},
		{call("1", "echo", `{"message":"hi"}`), "application/json", `"text":"hi"`},
		{call("2", "progress", `{"n":2}`), "text/event-stream", `"progress":2`},
		{call("3", "progress", `{"n":1}`), "text/event-stream", `"text":"1"`},
		{call("4", "progress", `{"n":0}`), "application/json", `"text":"0"`},
	} {
		status, header, body := post(t, url, "", c.msg)
		if status != 200 || header.Get("Content-Type") != c.kind || !strings.Contains(body, c.body) {
			t.Errorf("%s: %d %v %s", c.msg, status, header, body)
		}
	}
	if status, _, _ := post(t, url, "", `{"jsonrpc":"2.0","method":"notifications/initialized"}`); status != 202 {
		t.Errorf("notification: status %d", status)
	}
}
