package server

import (
	"encoding/json"
	"maps"
	"slices"

	"mcpjs/bindings/schema"
)

// A Schema is a compiled JSON Schema, as package schema has them.
type Schema struct {
	compiled *schema.Schema
	defaults map[string]json.RawMessage // of the top-level properties
}

// CompileSchema compiles a schema. Its error says in one line what is wrong.
func CompileSchema(raw json.RawMessage) (*Schema, error) {
	compiled, err := schema.Compile(raw)
	if err != nil {
		return nil, err
	}
	var shape struct {
		Properties map[string]json.RawMessage
	}
	s := &Schema{compiled: compiled, defaults: map[string]json.RawMessage{}}
	if json.Unmarshal(raw, &shape) == nil {
		for name, property := range shape.Properties {
			var p struct{ Default json.RawMessage }
			if json.Unmarshal(property, &p) == nil && p.Default != nil {
				s.defaults[name] = p.Default
			}
		}
	}
	return s, nil
}

// Validate checks a JSON value. Its error names each fault and its place, the
// first five of them.
func (s *Schema) Validate(raw json.RawMessage) error {
	return schema.Error(s.compiled.Validate(raw))
}

// fill adds the schema's defaults for the members that an object lacks.
func (s *Schema) fill(object json.RawMessage) json.RawMessage {
	if len(s.defaults) == 0 {
		return object
	}
	var have map[string]json.RawMessage
	if json.Unmarshal(object, &have) != nil {
		return object
	}
	var missing []any
	for _, name := range slices.Sorted(maps.Keys(s.defaults)) {
		if _, ok := have[name]; !ok {
			missing = append(missing, name, s.defaults[name])
		}
	}
	return withMembers(object, missing...)
}
