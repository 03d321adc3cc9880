package repl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// schema is what the session understands of a JSON Schema.
type schema struct {
	Type        types           `json:"type"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Format      string          `json:"format"`
	Pattern     string          `json:"pattern"`
	Default     json.RawMessage `json:"default"`
	Const       json.RawMessage `json:"const"`
	Enum        []json.RawMessage
	EnumNames   []string
	OneOf       []schema `json:"oneOf"`
	AnyOf       []schema `json:"anyOf"`
	Items       *schema  `json:"items"`
	Required    []string
	Minimum     *float64
	Maximum     *float64
	MinLength   *int
	MaxLength   *int
	MinItems    *int
	MaxItems    *int

	properties []property // in the server's order
}

type property struct {
	name     string
	schema   schema
	required bool
}

// types is a schema's type, which may be one or many.
type types []string

func (t *types) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*t = types{one}
		return nil
	}
	var many []string
	if json.Unmarshal(raw, &many) == nil {
		*t = many
	}
	return nil // whatever else it is, nothing is known of it
}

func (t types) has(name string) bool { return slices.Contains(t, name) }

// parseSchema reads a schema; what it doesn't understand is left out.
func parseSchema(raw json.RawMessage) schema { return parseSchemaDepth(raw, 0) }

func parseSchemaDepth(raw json.RawMessage, depth int) schema {
	var s schema
	if len(raw) == 0 || depth > 8 {
		return s
	}
	var known map[string]json.RawMessage
	if json.Unmarshal(raw, &known) != nil {
		return s
	}
	// Field by field: one that is malformed costs only itself.
	field := func(name string, into any) {
		if v, ok := known[name]; ok {
			json.Unmarshal(v, into)
		}
	}
	field("type", &s.Type)
	field("title", &s.Title)
	field("description", &s.Description)
	field("format", &s.Format)
	field("pattern", &s.Pattern)
	s.Default, s.Const = known["default"], known["const"]
	field("enum", &s.Enum)
	field("enumNames", &s.EnumNames)
	field("required", &s.Required)
	field("minimum", &s.Minimum)
	field("maximum", &s.Maximum)
	field("minLength", &s.MinLength)
	field("maxLength", &s.MaxLength)
	field("minItems", &s.MinItems)
	field("maxItems", &s.MaxItems)
	if v, ok := known["items"]; ok {
		items := parseSchemaDepth(v, depth+1)
		s.Items = &items
	}
	several := func(name string) (out []schema) {
		var list []json.RawMessage
		field(name, &list)
		for _, v := range list {
			out = append(out, parseSchemaDepth(v, depth+1))
		}
		return out
	}
	s.OneOf, s.AnyOf = several("oneOf"), several("anyOf")
	for _, p := range orderedFields(known["properties"]) {
		s.properties = append(s.properties, property{p.name, parseSchemaDepth(p.value, depth+1), slices.Contains(s.Required, p.name)})
	}
	return s
}

type namedJSON struct {
	name  string
	value json.RawMessage
}

// orderedFields gives an object's members in their order.
func orderedFields(raw json.RawMessage) []namedJSON {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var out []namedJSON
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return out
		}
		var v json.RawMessage
		if d.Decode(&v) != nil {
			return out
		}
		name, _ := key.(string)
		out = append(out, namedJSON{name, v})
	}
	return out
}

// choice is a value that a schema allows by name.
type choice struct {
	value json.RawMessage
	title string
}

// choices are the values that a schema enumerates.
func (s *schema) choices() []choice {
	var out []choice
	for i, v := range s.Enum {
		c := choice{value: v}
		if i < len(s.EnumNames) {
			c.title = s.EnumNames[i]
		}
		out = append(out, c)
	}
	for _, alternatives := range [][]schema{s.OneOf, s.AnyOf} {
		for _, a := range alternatives {
			if a.Const != nil {
				out = append(out, choice{a.Const, a.Title})
			} else {
				out = append(out, a.choices()...)
			}
		}
	}
	return out
}

// typeText is a schema as a TypeScript type, shortened.
func (s *schema) typeText(depth int) string {
	if s.Const != nil {
		return string(s.Const)
	}
	if choices := s.choices(); len(choices) > 0 {
		var parts []string
		for _, c := range choices[:min(len(choices), 6)] {
			parts = append(parts, string(c.value))
		}
		if len(choices) > 6 {
			parts = append(parts, "…")
		}
		return strings.Join(parts, " | ")
	}
	var parts []string
	for _, t := range s.Type {
		switch t {
		case "integer":
			t = "number"
		case "array":
			t = "any[]"
			if s.Items != nil {
				inner := s.Items.typeText(depth + 1)
				if strings.Contains(inner, " | ") {
					inner = "(" + inner + ")"
				}
				t = inner + "[]"
			}
		case "object":
			if len(s.properties) > 0 && depth < 2 {
				t = s.objectText(depth)
			}
		}
		if !slices.Contains(parts, t) {
			parts = append(parts, t)
		}
	}
	for _, alternatives := range [][]schema{s.OneOf, s.AnyOf} {
		for _, a := range alternatives {
			if t := a.typeText(depth + 1); !slices.Contains(parts, t) {
				parts = append(parts, t)
			}
		}
	}
	if len(parts) == 0 {
		if len(s.properties) > 0 {
			return s.objectText(depth)
		}
		return "any"
	}
	return strings.Join(parts, " | ")
}

func (s *schema) objectText(depth int) string {
	if len(s.properties) == 0 {
		return "{}"
	}
	var parts []string
	for _, p := range s.properties {
		mark := "?"
		if p.required {
			mark = ""
		}
		parts = append(parts, propertyName(p.name)+mark+": "+p.schema.typeText(depth+1))
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// propertyName is a name as it stands in an object literal.
func propertyName(name string) string {
	if isIdentifier(name) {
		return name
	}
	return quote(name)
}

func isIdentifier(s string) bool {
	for i, r := range s {
		if !isWordRune(r) || i == 0 && r >= '0' && r <= '9' {
			return false
		}
	}
	return s != ""
}

// example is a value that fits a schema.
func (s *schema) example(name string) string {
	switch choices := s.choices(); {
	case s.Default != nil:
		return string(s.Default)
	case s.Const != nil:
		return string(s.Const)
	case len(choices) > 0:
		return string(choices[0].value)
	case len(s.properties) > 0:
		return s.exampleObject()
	}
	kind := ""
	for _, t := range s.Type {
		if t != "null" {
			kind = t
			break
		}
	}
	switch kind {
	case "integer", "number":
		if s.Minimum != nil {
			return fmt.Sprint(*s.Minimum)
		}
		return "1"
	case "boolean":
		return "true"
	case "array":
		if s.Items != nil {
			return "[" + s.Items.example(name) + "]"
		}
		return "[]"
	case "object":
		return "{}"
	case "null":
		return "null"
	}
	return quote(name)
}

// exampleObject has what is required, or everything where nothing is.
func (s *schema) exampleObject() string {
	var parts []string
	for _, p := range s.properties {
		if p.required || len(s.Required) == 0 && len(parts) < 3 {
			parts = append(parts, propertyName(p.name)+": "+p.schema.example(p.name))
		}
	}
	if len(parts) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// signature is a tool as a function.
func (it *item) signature() string {
	in := parseSchema(it.InputSchema)
	args := in.objectText(0)
	if len(in.properties) == 0 {
		args = ""
	}
	return it.Name + "(" + args + ")"
}

// summary is the first line of what a server says of something.
func (it *item) summary() string {
	if it.Description != "" {
		return firstLine(it.Description)
	}
	return it.Title
}
