package schema_test

import (
	"encoding/json"
	"testing"

	"mcpjs/bindings/demo"
	"mcpjs/bindings/schema"
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
	for name, tool := range demo.New().ListTools() {
		for _, raw := range []json.RawMessage{tool.Tool.RawInputSchema, tool.Tool.RawOutputSchema} {
			if raw == nil {
				continue
			}
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
