package schema_test

import (
	"encoding/json"
	"net"
	"testing"

	"mcpjs/bindings/demo"
	"mcpjs/bindings/schema"
	"mcpjs/bindings/session"
	"mcpjs/bindings/transport"
)

// TestDemo: the oracle's verdicts on the schemas of a server as they are in
// life, and each fits what it promises of itself: the metaschema.
func TestDemo(t *testing.T) {
	values := []string{`{}`, `null`, `[]`, `{"a":1,"b":2}`, `{"a":"1","b":2.5}`, `{"city":"Rome"}`, `{"item":"rye","quantity":2}`, `{"message":"x","text":"x"}`,
		`{"item":"cake","quantity":"2","wrapping":{"paper":1,"note":null}}`, `{"seconds":1,"steps":2}`, `{"sum":3}`, `{"name":"x","extra":[1]}`}
	meta, err := schema.Compile(json.RawMessage(`{"$ref":"https://json-schema.org/draft/2020-12/schema"}`))
	if err != nil {
		t.Fatal(err)
	}
	schemas, fits := 0, 0
	for _, tool := range demoTools(t) {
		for _, raw := range []json.RawMessage{tool.InputSchema, tool.OutputSchema} {
			if raw == nil {
				continue
			}
			name := tool.Name
			n := schema.Agree(t, string(raw), values...)
			if n < 0 {
				t.Errorf("%s: its schema is none: %s", name, raw)
			}
			schemas, fits = schemas+1, fits+n
			if faults := meta.Validate(raw); faults != nil {
				t.Errorf("%s: %v", name, faults)
			}
		}
	}
	if schemas < 10 || fits < 10 {
		t.Errorf("%d schemas, %d values fit", schemas, fits)
	}
}

type tool struct {
	Name                      string
	InputSchema, OutputSchema json.RawMessage
}

// demoTools lists the demo server's tools, page by page.
func demoTools(t *testing.T) (tools []tool) {
	ours, its := net.Pipe()
	go demo.New().Serve(t.Context(), its, its)
	s, err := session.Connect(t.Context(), func() (transport.Conn, error) { return transport.NewPipe(ours, ours), nil }, session.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for cursor := `{}`; ; {
		raw, err := s.Request(t.Context(), session.Call{Method: "tools/list", Params: json.RawMessage(cursor)})
		if err != nil {
			t.Fatal(err)
		}
		var page struct {
			Tools      []tool
			NextCursor json.RawMessage
		}
		if err := json.Unmarshal(raw, &page); err != nil {
			t.Fatal(err)
		}
		tools = append(tools, page.Tools...)
		if page.NextCursor == nil {
			return tools
		}
		cursor = `{"cursor":` + string(page.NextCursor) + `}`
	}
}
