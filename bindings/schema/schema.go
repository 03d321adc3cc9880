// Package schema checks JSON values against JSON Schemas: drafts 2020-12,
// 2019-09, draft-07, draft-06 and draft-04.
//
// A schema's $schema tells its draft; where it has none it is 2020-12. A schema
// of a dialect of one's own is refused, as its metaschema would have to be
// fetched, and so is a $ref to another document: nothing is ever fetched. (The
// drafts' own metaschemas, as a whole, are known.) A $vocabulary is checked and
// has no further meaning. As the drafts say, format is asserted up to draft-07
// and an annotation since; content* are annotations everywhere.
//
// Numbers are compared exactly. Patterns are JavaScript's, with the flag u.
//
// Schemas and values may come from somebody who means harm: neither compiling
// nor checking runs away, whatever they are.
package schema

import "encoding/json"

const (
	deepestSchema = 1000   // objects and arrays within each other
	deepestValue  = 10_000 // as encoding/json has it
	maxFaults     = 100
)

// A Schema is a compiled JSON Schema. Any goroutine may use it.
type Schema struct{ root *node }

// Compile compiles a schema. Its error says in one line what is wrong with it
// and where.
func Compile(raw json.RawMessage) (*Schema, error) {
	v, err := parse(raw, deepestSchema)
	if err != nil {
		return nil, err
	}
	root, err := compile(v)
	if err != nil {
		return nil, err
	}
	return &Schema{root}, nil
}

// Validate gives what is wrong with a JSON value, in the value's order, at most
// 100 faults; none where it is as the schema says.
func (s *Schema) Validate(raw json.RawMessage) []Fault {
	v, err := parse(raw, deepestValue)
	if err != nil {
		return []Fault{{Message: err.Error()}}
	}
	return s.root.validate(v)
}
