package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	printing "golang.org/x/text/message"
)

// A Schema is a compiled JSON Schema: 2020-12 where it doesn't name another
// draft. References to other documents are refused, never fetched.
type Schema struct {
	compiled *jsonschema.Schema
	defaults map[string]json.RawMessage // of the top-level properties
}

// CompileSchema compiles a schema. Its error says in one line what is wrong.
func CompileSchema(raw json.RawMessage) (*Schema, error) {
	if err := CheckDepth(raw); err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	const url = "schema:///schema"
	c := jsonschema.NewCompiler()
	c.UseLoader(noLoader{})
	c.UseRegexpEngine(func(s string) (jsonschema.Regexp, error) {
		re, err := regexp2.Compile(s, regexp2.ECMAScript|regexp2.Unicode)
		if err != nil {
			return nil, err
		}
		re.MatchTimeout = matchLimit
		return pattern{re}, nil
	})
	if err := c.AddResource(url, doc); err != nil {
		return nil, schemaFault(err)
	}
	compiled, err := c.Compile(url)
	if err != nil {
		return nil, schemaFault(err)
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

// maxDepth is the number of objects and arrays that may stand within each other
// in a schema: the time that it takes to compile one grows with the cube.
const maxDepth = 1000

// CheckDepth refuses a schema that nests too deep to be compiled in good time.
func CheckDepth(schema json.RawMessage) error {
	depth, quoted := 0, false
	for i := 0; i < len(schema); i++ {
		switch c := schema[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("it nests deeper than %d levels", maxDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// matchLimit bounds a pattern on text of a client's, which may be made to take
// for ever.
const matchLimit = time.Second

// pattern is a regular expression as JavaScript has them.
type pattern struct{ *regexp2.Regexp }

// MatchString tells whether the pattern matches, within matchLimit.
func (p pattern) MatchString(s string) bool {
	ok, err := p.Regexp.MatchString(s)
	return ok && err == nil
}

type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("it refers to %s, and other documents are not fetched", url)
}

func schemaFault(err error) error {
	var invalid *jsonschema.SchemaValidationError
	var verr *jsonschema.ValidationError
	if errors.As(err, &invalid) && errors.As(invalid.Err, &verr) {
		return errors.New(faults(verr))
	}
	return errors.New(strings.ReplaceAll(err.Error(), "schema:///schema", ""))
}

// Validate checks a JSON value. Its error names each fault and its place.
func (s *Schema) Validate(raw json.RawMessage) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	err = s.compiled.Validate(value)
	var verr *jsonschema.ValidationError
	if errors.As(err, &verr) {
		return errors.New(faults(verr))
	}
	return err
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

var english = printing.NewPrinter(language.English)

// faults words the leaves of a validation error, at most five.
func faults(e *jsonschema.ValidationError) string {
	var lines []string
	var walk func(*jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if len(e.Causes) > 0 {
			for _, c := range e.Causes {
				walk(c)
			}
			return
		}
		line := e.ErrorKind.LocalizedString(english)
		if len(e.InstanceLocation) > 0 {
			line = "at /" + strings.Join(e.InstanceLocation, "/") + ": " + line
		}
		lines = append(lines, line)
	}
	walk(e)
	slices.Sort(lines) // the library's order varies
	if more := len(lines) - 5; more > 0 {
		lines = append(lines[:5], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "; ")
}
