package bindings

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"mcpjs/bindings/server"
	"mcpjs/engine"
)

// jsonTypes are the values of a schema's "type".
var jsonTypes = []string{"string", "number", "integer", "boolean", "object", "array", "null"}

// schemaKeywords tell a JSON Schema from the shorthand.
var schemaKeywords = strings.Fields(`$schema $ref $defs $id type enum const properties items prefixItems
	additionalProperties required allOf anyOf oneOf not if then else title description default examples format
	minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern minItems maxItems
	uniqueItems contains minProperties maxProperties patternProperties propertyNames enumNames x-mcp-header
	dependentRequired deprecated readOnly writeOnly contentEncoding contentMediaType optional`)

// schema reads what a script gave as a schema: a JSON Schema; the shorthand, an
// object of property names and types ({a: "number", "b?": "string[]", c: ["x",
// "y"], d: {type: "string", minLength: 1}}); or a Standard Schema that can tell
// its JSON Schema, as zod's can. It is compiled, so that a fault in it shows at
// once. object tells that only an object will do.
func (b *binding) schema(v engine.Value, what string, object bool) (json.RawMessage, *server.Schema, error) {
	raw, err := b.schemaJSON(v, what, object)
	if err != nil {
		return nil, nil, err
	}
	compiled, err := server.CompileSchema(raw)
	if err != nil {
		return nil, nil, engine.TypeErrorf("%s is no valid JSON Schema: %s", what, engine.Printable(err.Error()))
	}
	return raw, compiled, nil
}

func (b *binding) schemaJSON(v engine.Value, what string, object bool) (json.RawMessage, error) {
	o, ok := v.(*engine.Object)
	if !ok || engine.IsArray(v) {
		return nil, engine.TypeErrorf("%s must be a JSON Schema, or an object such as { a: \"number\" }, not %s",
			what, b.rt.Inspect(v, engine.InspectOptions{Depth: engine.InspectNone}))
	}
	if raw, err := b.standardSchema(o, what); raw != nil || err != nil {
		return raw, err
	}
	if isSchema(o, object) {
		raw, err := b.rt.Stringify(o)
		if err == nil && raw == nil {
			err = engine.TypeErrorf("%s must be a JSON Schema, not a function", what)
		}
		return raw, err
	}
	return b.properties(o, what)
}

// isSchema tells a JSON Schema from the shorthand.
func isSchema(o *engine.Object, object bool) bool {
	for _, key := range []string{"$schema", "$ref", "$defs", "allOf", "anyOf", "oneOf"} {
		if o.Get(key) != nil {
			return true
		}
	}
	if _, ok := o.Get("properties").(*engine.Object); ok {
		return true
	}
	kind, ok := engine.AsString(o.Get("type"))
	if kind == "object" || !ok && engine.IsArray(o.Get("type")) {
		return true
	}
	return !object && (slices.Contains(jsonTypes, kind) || engine.IsArray(o.Get("enum")) || o.Get("const") != nil)
}

// standardSchema asks a Standard Schema for its JSON Schema; nil where o is
// none.
func (b *binding) standardSchema(o *engine.Object, what string) (json.RawMessage, error) {
	standard, ok := o.Get("~standard").(*engine.Object)
	if !ok {
		return nil, nil
	}
	if converter, ok := standard.Get("jsonSchema").(*engine.Object); ok {
		if input, ok := engine.Function(converter.Get("input")); ok {
			target := b.rt.VM().NewObject()
			target.Set("target", "draft-2020-12")
			v, err := input(converter, target)
			if err != nil {
				return nil, err
			}
			return b.objectArgument(v, what)
		}
	}
	return nil, engine.TypeErrorf("%s is a schema that can't tell its JSON Schema; convert it first, with z.toJSONSchema(schema) for example", what)
}

// properties makes a schema of the shorthand.
func (b *binding) properties(o *engine.Object, what string) (json.RawMessage, error) {
	var properties []any
	required := []string{}
	for _, key := range o.Keys() {
		name, optional := strings.CutSuffix(key, "?")
		raw, isOptional, err := b.property(o.Get(key), fmt.Sprintf("%s: property %q", what, name))
		if err != nil {
			return nil, err
		}
		properties = append(properties, name, raw)
		if !optional && !isOptional {
			required = append(required, name)
		}
	}
	list, _ := json.Marshal(required)
	if len(required) == 0 {
		list = nil
	}
	return fields("type", json.RawMessage(`"object"`), "properties", fields(properties...),
		"required", json.RawMessage(list)), nil
}

// property makes a schema of one property of the shorthand.
func (b *binding) property(v engine.Value, what string) (raw json.RawMessage, optional bool, err error) {
	if s, ok := engine.AsString(v); ok {
		s, optional = strings.CutSuffix(s, "?")
		raw, err := namedType(s, what)
		return raw, optional, err
	}
	o, ok := v.(*engine.Object)
	if !ok {
		return nil, false, engine.TypeErrorf("%s must be a type such as \"string\", or a JSON Schema, not %s",
			what, b.rt.Inspect(v, engine.InspectOptions{}))
	}
	if engine.IsArray(o) {
		raw, err := b.rt.Stringify(o)
		return fields("enum", raw), false, err
	}
	if raw, err := b.standardSchema(o, what); raw != nil || err != nil {
		return raw, false, err
	}
	optional = o.Get("optional") != nil && o.Get("optional").ToBoolean() || o.Get("default") != nil
	nested := len(o.Keys()) > 0 && !slices.ContainsFunc(o.Keys(), func(k string) bool { return slices.Contains(schemaKeywords, k) })
	if nested {
		raw, err := b.properties(o, what)
		return raw, false, err
	}
	if kind, ok := engine.AsString(o.Get("type")); ok && !slices.Contains(jsonTypes, kind) {
		_, err := namedType(kind, what)
		if err == nil {
			err = engine.TypeErrorf("%s: %q is a shorthand; a JSON Schema's type is one of %s", what, kind, strings.Join(jsonTypes, ", "))
		}
		return nil, false, err
	}
	plain := b.rt.VM().NewObject()
	for _, k := range o.Keys() {
		if k != "optional" {
			plain.Set(k, o.Get(k))
		}
	}
	raw, err = b.rt.Stringify(plain)
	return raw, optional, err
}

// namedType is the schema of "string", "string[]" or "string|null".
func namedType(s, what string) (json.RawMessage, error) {
	if inner, ok := strings.CutSuffix(s, "[]"); ok {
		items, err := namedType(inner, what)
		return fields("type", json.RawMessage(`"array"`), "items", items), err
	}
	names := strings.Split(s, "|")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if !slices.Contains(jsonTypes, names[i]) {
			return nil, engine.TypeErrorf("%s: there is no type %q%s", what, names[i], suggestion(names[i], slices.Clone(jsonTypes)))
		}
	}
	if len(names) == 1 {
		return fields("type", json.RawMessage(quoted(names[0]))), nil
	}
	raw, err := json.Marshal(names)
	return fields("type", json.RawMessage(raw)), err
}

// wrapped is the output schema of a tool that gives no object: {result: …},
// which is what structuredContent had to be before 2026-07-28. Definitions stay
// at the top, where references look for them.
func (b *binding) wrapped(schema json.RawMessage) (json.RawMessage, bool) {
	var s map[string]json.RawMessage
	if json.Unmarshal(schema, &s) != nil || string(s["type"]) == `"object"` || s["type"] == nil {
		return schema, false
	}
	defs, dialect := s["$defs"], s["$schema"]
	return fields("$schema", dialect, "type", json.RawMessage(`"object"`), "properties", fields("result", schema),
		"required", json.RawMessage(`["result"]`), "$defs", defs, "x-fastmcp-wrap-result", json.RawMessage("true")), true
}
