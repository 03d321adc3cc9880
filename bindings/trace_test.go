package bindings

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestTraceText(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.Local)
	for _, c := range []struct {
		name  string
		event TraceEvent
		whole bool
		want  string
		cut   bool
	}{
		{"request", TraceEvent{Sent: true, Method: "tools/call", ID: "3", Body: json.RawMessage(`{"name":"add","arguments":{"a":1}}`)}, false,
			`03:04:05.006 → s tools/call #3` + "\n" + `  { "name": "add", "arguments": { "a": 1 } }` + "\n", false},
		{"answer", TraceEvent{Method: "ping", ID: `"x"`, Answer: true, Took: 1234567, Body: json.RawMessage(`{}`)}, false,
			"03:04:05.006 ← s ping #x 1.23ms\n  {}\n", false},
		{"error", TraceEvent{Method: "m", ID: "1", Answer: true, Failed: true, Body: json.RawMessage(`{"code":-32601,"message":"no\u001b[31m"}`)}, false,
			"03:04:05.006 ← s m #1 0s error\n  { \"code\": -32601, \"message\": \"no\\u001b[31m\" }\n", false},
		{"failure", TraceEvent{Sent: true, Method: "m", Err: errors.New("GET https://h/?access_token=abcdef: refused")}, false,
			"03:04:05.006 → s m failed: GET https://h/?access_token=*** refused\n", false},
		{"notification", TraceEvent{Method: "notifications/x"}, false, "03:04:05.006 ← s notifications/x\n", false},
		{"secrets", TraceEvent{Method: "m", Body: json.RawMessage(`{"headers":{"Authorization":"x"},"accessToken":"y","progressToken":"kept","api_key":["z"],"maxTokens":7,"text":"Bearer abcdefgh","password":{"type":"string"}}`)}, true,
			"03:04:05.006 ← s m\n  {\n    \"headers\": { \"Authorization\": \"***\" },\n    \"accessToken\": \"***\",\n    \"progressToken\": \"kept\",\n    \"api_key\": [\"***\"],\n" +
				"    \"maxTokens\": 7,\n    \"text\": \"Bearer ***\",\n    \"password\": { \"type\": \"string\" }\n  }\n", false},
		{"meta", TraceEvent{Method: "m", Body: json.RawMessage(`{"_meta":{"io.modelcontextprotocol/clientInfo":{},"progressToken":1}}`)}, false,
			"03:04:05.006 ← s m\n  { \"_meta\": { \"progressToken\": 1, … } }\n", true},
		{"no JSON", TraceEvent{Method: "a\x1b", Body: json.RawMessage("{\"a\": \x1b]0;x\x07")}, false, "03:04:05.006 ← s a\\u001b\n  {\"a\": \\u001b]0;x\\u0007\n", false},
		{"base64", TraceEvent{Method: "m", Body: json.RawMessage(`["` + strings.Repeat("A", 500) + `"]`)}, false,
			"03:04:05.006 ← s m\n  [\"" + strings.Repeat("A", 60) + "\"… 440 characters more]\n", true},
		{"long", TraceEvent{Method: "m", Body: json.RawMessage(`[` + strings.Repeat(`"`+strings.Repeat("a ", 40)+`",`, 99) + `1]`)}, false,
			"03:04:05.006 ← s m\n  [\n" + strings.Repeat("    \""+strings.Repeat("a ", 40)+"\",\n", 23) + "  … 78 lines more\n", true},
	} {
		c.event.Time, c.event.Server = at, "s"
		text, cut := TraceText(c.event, TraceStyle{Width: 100, Whole: c.whole})
		if text != c.want || cut != c.cut {
			t.Errorf("%s gave %t\n%q, want %t\n%q", c.name, cut, text, c.cut, c.want)
		}
	}
	deep := strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000)
	if text, _ := TraceText(TraceEvent{Body: json.RawMessage(deep)}, TraceStyle{Whole: true}); !strings.Contains(text, "[[") {
		t.Error("deep JSON is not shown")
	}
}
