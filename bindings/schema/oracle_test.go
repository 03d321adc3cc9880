package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The oracle is a validator of others, the one that this package replaced: both
// have to come to the same verdicts.

type nothing struct{}

func (nothing) Load(url string) (any, error) { return nil, fmt.Errorf("nothing is fetched: %s", url) }

// MatchString and String make a pattern one of the oracle's.
func (p *pattern) MatchString(s string) bool {
	ok, err := p.re.MatchString(s)
	return ok && err == nil
}

func (p *pattern) String() string { return p.text }

func oracle(raw json.RawMessage) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(nothing{})
	c.UseRegexpEngine(func(s string) (jsonschema.Regexp, error) { return compilePattern(s) })
	if err := c.AddResource("schema:///", doc); err != nil {
		return nil, err
	}
	return c.Compile("schema:///")
}

// agree compares the verdicts of both on these values. It tells how many of
// them fit, -1 where the schema is none.
func agree(t *testing.T, schema string, values ...string) int {
	t.Helper()
	ours, err := Compile(json.RawMessage(schema))
	theirs, theirErr := oracle(json.RawMessage(schema))
	if (err == nil) != (theirErr == nil) {
		t.Errorf("schema %s\nours: %v\noracle: %v", schema, err, theirErr)
	}
	if err != nil || theirErr != nil {
		return -1
	}
	fits := 0
	for _, value := range values {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(value))
		if err != nil {
			t.Fatalf("%s: %v", value, err)
		}
		faults, err := ours.Validate(json.RawMessage(value)), theirs.Validate(doc)
		if (faults == nil) != (err == nil) {
			t.Errorf("schema %s\nvalue %s\nours: %v\noracle: %v", schema, value, faults, err)
		}
		for _, f := range faults {
			if f.Message == "" || strings.ContainsRune(f.Message, '\n') {
				t.Errorf("schema %s\nvalue %s: message %q", schema, value, f.Message)
			}
		}
		if faults == nil {
			fits++
		}
	}
	return fits
}

// grammar writes schemas and values, as its source decides.
type grammar struct {
	next  func(n int) int // below n
	draft draft
	ids   int
}

func (g *grammar) one(of ...string) string { return of[g.next(len(of))] }

func (g *grammar) list(n int, one func() string) string {
	var list []string
	for range n {
		list = append(list, one())
	}
	return "[" + strings.Join(list, ",") + "]"
}

func (g *grammar) object(n int, name, value func() string) string {
	var list []string
	for range n {
		list = append(list, name()+":"+value())
	}
	return "{" + strings.Join(list, ",") + "}"
}

func (g *grammar) name() string { return g.one(`"a"`, `"b"`, `"c"`, `"ab"`, `"x"`) }

func (g *grammar) text() string {
	return g.one(`"a"`, `"ab"`, `"\u00e9\ud83d\ude00"`, `""`, `"2026-11-22"`, `"a@b.example"`, `"10:00:00Z"`, `"1.2.3.4"`, `"::1"`,
		`"http://a/b"`, `"/a/~0"`, `"P1DT2H"`, `"P"`, `"2026-02-29T23:59:60Z"`, `"2026-02-28T23:59:60Z"`, `"(a"`, `"0/a"`, `"{a}"`,
		`"01234567-89ab-cdef-0123-456789abcdef"`, `"-a.b"`, `"aaaa"`)
}

func (g *grammar) number() string {
	return g.one("0", "-0", "0.0", "1", "1.0", "10e-1", "2", "3", "-1", "1.5", "0.1", "1e2", "100", "12345678901234567890",
		"12345678901234567891", "12345678901234567890.0", "1e400", "1e-400", "0.3", "2.5", "1E+2")
}

func (g *grammar) value(depth int) string {
	kinds := 7
	if depth == 0 {
		kinds = 5
	}
	switch g.next(kinds) {
	case 0:
		return g.one("null", "true", "false")
	case 1, 2:
		return g.number()
	case 3, 4:
		return g.text()
	case 5:
		return g.list(g.next(4), func() string { return g.value(depth - 1) })
	default:
		return g.object(g.next(4), g.name, func() string { return g.value(depth - 1) })
	}
}

func (g *grammar) schemas(depth int) string {
	return g.list(1+g.next(3), func() string { return g.schema(depth) })
}

func (g *grammar) small() string { return g.one("0", "1", "2", "3", "2.0", "1e0") }

func (g *grammar) names() string {
	return g.one(`["a"]`, `["b","c"]`, `["a","ab"]`)
}

func (g *grammar) types() string {
	return g.one(`"null"`, `"boolean"`, `"integer"`, `"number"`, `"string"`, `"array"`, `"object"`, `["string","integer"]`, `["object","array","null"]`)
}

func (g *grammar) schema(depth int) string {
	if g.draft > draft4 && g.next(8) == 0 {
		return g.one("true", "false", "{}")
	}
	n := 1 + g.next(3)
	have := map[string]bool{}
	var members []string
	for range n {
		name, value := g.keyword(depth)
		switch name {
		case "const", "contains", "propertyNames", "if", "then", "else":
			if g.draft < draft2019 && have["$ref"] {
				continue // the oracle minds them beside a $ref
			}
			have["$ref"] = have["$ref"] || g.draft < draft2019
		}
		if !have[name] {
			have[name] = true
			members = append(members, `"`+name+`":`+value)
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (g *grammar) keyword(depth int) (name, value string) {
	sub := func() string { return g.schema(depth - 1) }
	if depth > 0 && g.next(3) > 0 {
		switch name := g.one("properties", "properties", "patternProperties", "additionalProperties", "items", "items", "prefixItems", "additionalItems",
			"contains", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "propertyNames", "dependencies", "dependentSchemas",
			"unevaluatedProperties", "unevaluatedProperties", "unevaluatedItems", "unevaluatedItems", "$defs", "definitions"); name {
		case "properties", "dependentSchemas", "$defs", "definitions":
			return name, g.object(1+g.next(2), g.name, sub)
		case "patternProperties":
			return name, g.object(1+g.next(2), func() string { return g.one(`"^a"`, `"b$"`, `"."`, `"^(?!a)"`) }, sub)
		case "items":
			if g.draft < draft2020 && g.next(2) == 0 {
				return name, g.schemas(depth - 1)
			}
			return name, sub()
		case "prefixItems", "allOf", "anyOf", "oneOf":
			return name, g.schemas(depth - 1)
		case "dependencies":
			return name, g.object(1+g.next(2), g.name, func() string {
				if g.next(2) == 0 {
					return g.names()
				}
				return sub()
			})
		case "additionalItems":
			if g.draft == draft2020 {
				name = "items" // the oracle looks for anchors even there
			}
			return name, sub()
		default:
			return name, sub()
		}
	}
	switch name := g.one("type", "type", "const", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
		"maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "required", "minProperties",
		"maxProperties", "dependentRequired", "format", "$ref", "$ref", "$ref", "$dynamicRef", "$recursiveRef", "$anchor", "$id", "wrong"); name {
	case "type":
		return name, g.types()
	case "const":
		return name, g.value(1)
	case "enum":
		return name, g.list(1+g.next(12), func() string { return g.value(1) })
	case "minimum", "maximum":
		return name, g.number()
	case "exclusiveMinimum", "exclusiveMaximum":
		if g.draft == draft4 {
			return name[9:10], "0" // no keyword
		}
		return name, g.number()
	case "multipleOf":
		return name, g.one("1", "2", "0.1", "1.5", "1e-3", "3", "1e2", "10")
	case "pattern":
		return name, g.one(`"^a+$"`, `"\\p{L}"`, `"^.$"`, `"(?<!a)b"`, `"\\d"`)
	case "uniqueItems":
		return name, g.one("true", "false")
	case "required":
		return name, g.names()
	case "dependentRequired":
		return name, g.object(1, g.name, g.names)
	case "format":
		return name, g.one(`"date"`, `"email"`, `"time"`, `"ipv4"`, `"ipv6"`, `"uri"`, `"uri-reference"`, `"json-pointer"`, `"duration"`,
			`"date-time"`, `"regex"`, `"uuid"`, `"hostname"`, `"relative-json-pointer"`, `"unheard-of"`)
	case "$ref", "$dynamicRef":
		return name, g.one(`"#"`, `"#/$defs/a"`, `"#/definitions/b"`, `"#/properties/a"`, `"#n"`, `"#n"`, `"one"`, `"one#n"`, `"two#/$defs/a"`,
			`"http://json-schema.org/draft-07/schema#"`)
	case "$recursiveRef":
		if g.draft == draft2020 {
			return "x", "1"
		}
		return name, `"#"`
	case "$anchor":
		if g.draft == draft2020 && g.next(2) == 0 {
			name = "$dynamicAnchor"
		}
		if g.draft == draft2019 && g.next(2) == 0 {
			return "$recursiveAnchor", g.one("true", "false")
		}
		if g.draft < draft2019 {
			name = "$id"
			if g.draft == draft4 {
				name = "id"
			}
			return name, `"#n"`
		}
		return name, `"n"`
	case "$id":
		if g.draft == draft4 {
			name = "id"
		}
		g.ids++
		return name, g.one(`"one"`, `"two"`, fmt.Sprintf(`"more%d"`, g.ids))
	case "wrong":
		if g.next(20) > 0 {
			return "title", `"t"`
		}
		return g.one("type", "minimum", "minItems", "required", "properties", "pattern", "allOf", "items", "enum", "$ref", "uniqueItems",
			"multipleOf", "not", "$anchor", "const", "dependencies", "title", "$defs", "maxLength"), g.one("5", `"("`, "-1", "[]", "{}", "null", `["a","a"]`, "true", "1.5", `[{"type":7}]`)
	default:
		return name, g.small()
	}
}

// compareOne lets both check a few values against a schema.
func compareOne(t *testing.T, next func(n int) int) int {
	g := &grammar{next: next}
	drafts := []draft{draft2020, draft2020, draft2019, draft7, draft6, draft4}
	dialects := []string{"", "https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2019-09/schema",
		"http://json-schema.org/draft-07/schema#", "http://json-schema.org/draft-06/schema", "http://json-schema.org/draft-04/schema#"}
	i := next(len(drafts))
	g.draft = drafts[i]
	schema := g.schema(4)
	if schema[0] == '{' && len(schema) > 2 {
		defs := `"$defs":` + g.object(1, func() string { return `"a"` }, func() string { return g.schema(2) }) +
			`,"definitions":` + g.object(1, func() string { return `"b"` }, func() string { return g.schema(2) })
		if !strings.Contains(schema, "efs\":") && !strings.Contains(schema, "definitions\":") {
			schema = "{" + defs + "," + schema[1:]
		}
		if dialects[i] != "" {
			schema = `{"$schema":"` + dialects[i] + `",` + schema[1:]
		}
	}
	values := make([]string, 6)
	for i := range values {
		values[i] = g.value(3)
	}
	return agree(t, schema, values...)
}

// TestOracle: the same verdicts on a few thousand schemas, which are the same
// in each run: the oracle has its faults, too, in what is rarer than these.
func TestOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	refused, fits, values := 0, 0, 0
	const schemas = 6000
	for range schemas {
		if n := compareOne(t, r.IntN); n < 0 {
			refused++
		} else {
			fits, values = fits+n, values+6
		}
		if t.Failed() {
			break
		}
	}
	t.Logf("%d of %d schemas refused, %d of %d values fit", refused, schemas, fits, values)
	if !t.Failed() && (refused < schemas/50 || refused > schemas/2 || fits < values/5 || fits > values*4/5) {
		t.Error("these say little")
	}
}
