package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func messages(faults []Fault) string {
	var lines []string
	for _, f := range faults {
		lines = append(lines, f.String())
	}
	return strings.Join(lines, "; ")
}

// TestMessages: what is wrong and where, in words for somebody who has not read
// the schema.
func TestMessages(t *testing.T) {
	const draft04, draft07 = `"$schema":"http://json-schema.org/draft-04/schema#"`, `"$schema":"http://json-schema.org/draft-07/schema#"`
	for _, c := range []struct{ schema, value, want string }{
		{`true`, `1`, ``},
		{`false`, `1`, `is not allowed`},
		{`{"type":"number"}`, `"1"`, `got string, want number`},
		{`{"type":["integer","null"]}`, `1.5`, `got number, want null or integer`},
		{`{"type":"integer"}`, `1.0`, ``},
		{`{"type":"integer"}`, `12345678901234567890123`, ``},
		{`{"const":{"a":[1,"x",null]}}`, `1`, `must be {"a":[1,"x",null]}`},
		{`{"const":1}`, `1.00`, ``},
		{`{"const":12345678901234567890}`, `12345678901234567891`, `must be 12345678901234567890`},
		{`{"const":1e400}`, `10E399`, ``},
		{`{"const":1e400}`, `1e401`, `must be 1e400`},
		{`{"enum":["a","it's"]}`, `"b"`, `must be one of 'a', 'it\'s'`},
		{`{"enum":[]}`, `1`, `must be one of none`},
		{`{"enum":[1,2,3,4,5,6,7,8,9,"x",null]}`, `9.0`, ``},
		{`{"enum":[1,2,3,4,5,6,7,8,9,"x",null]}`, `"y"`, `must be one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 'x', null`},
		{`{"required":["a"]}`, `{}`, `missing property 'a'`},
		{`{"required":["a","b","c"]}`, `{"b":1}`, `missing properties 'a', 'c'`},
		{`{"additionalProperties":false,"properties":{"a":{}}}`, `{"a":1,"b":1}`, `additional property 'b' not allowed`},
		{`{"additionalProperties":false}`, `{"a":1,"b\n":1}`, `additional properties 'a', 'b\n' not allowed`},
		{`{"properties":{"a":false}}`, `{"a":1}`, `at /a: is not allowed`},
		{`{"properties":{"a":{"items":{"properties":{"b/~":{"type":"null"}}}}}}`, `{"a":[{},{"b/~":1}]}`, `at /a/1/b~1~0: got number, want null`},
		{`{"minLength":2}`, `"é"`, `has too few characters: 1, want at least 2`},
		{`{"maxLength":1}`, `"\ud83d\ude00"`, ``},
		{`{"maxLength":0}`, `"\ud83d\ude00"`, `has too many characters: 1, want at most 0`},
		{`{"minItems":1}`, `[]`, `has too few items: 0, want at least 1`},
		{`{"maxItems":1e0}`, `[1,2]`, `has too many items: 2, want at most 1`},
		{`{"minProperties":1}`, `{}`, `has too few properties: 0, want at least 1`},
		{`{"maxProperties":1}`, `{"a":1,"b":2}`, `has too many properties: 2, want at most 1`},
		{`{"maxProperties":1}`, `{"a":1,"a":2}`, ``},
		{`{"properties":{"a":{"const":2}}}`, `{"a":1,"a":2}`, ``},
		{`{"minimum":1e400}`, `1`, `is too small: 1, want at least 1e400`},
		{`{"maximum":0.1}`, `0.10000000000000000001`, `is too large: 0.10000000000000000001, want at most 0.1`},
		{`{"exclusiveMinimum":1}`, `1.0`, `is too small: 1.0, want more than 1`},
		{`{"exclusiveMaximum":-1}`, `-1`, `is too large: -1, want less than -1`},
		{`{` + draft04 + `,"minimum":1,"exclusiveMinimum":true}`, `1`, `is too small: 1, want more than 1`},
		{`{"multipleOf":0.01}`, `19.99`, ``},
		{`{"multipleOf":0.01}`, `1e400`, ``},
		{`{"multipleOf":3}`, `1e999999999999`, `1e999999999999 is not a multiple of 3`},
		{`{"multipleOf":0.01}`, `0.001`, `0.001 is not a multiple of 0.01`},
		{`{"multipleOf":7}`, `-21`, ``},
		{`{"pattern":"^\\p{L}+$"}`, `"née"`, ``},
		{`{"pattern":"^(?!no)\\p{L}+$"}`, `"nope"`, `'nope' does not match pattern '^(?!no)\p{L}+$'`},
		{`{"uniqueItems":true}`, `[1,{"a":1,"b":2},1.5,{"b":2.0,"a":1}]`, `items 1 and 3 are equal`},
		{`{"uniqueItems":true}`, `[1,2,3,4,5,6,7,8,9,[0],"1",10,1e0]`, `items 0 and 12 are equal`},
		{`{"contains":{"type":"null"}}`, `[1]`, `has 0 items of the kind that "contains" wants, want at least 1`},
		{`{"contains":{"type":"null"},"minContains":0,"maxContains":1}`, `[null,null]`, `has 2 items of the kind that "contains" wants, want at most 1`},
		{`{"propertyNames":{"maxLength":1}}`, `{"a":1,"bc":2}`, `property name 'bc': has too many characters: 2, want at most 1`},
		{`{"dependentRequired":{"a":["b"]}}`, `{"a":1}`, `missing property 'b', as there is 'a'`},
		{`{"not":{"type":"null"}}`, `null`, `is what the schema excludes ("not")`},
		{`{"unevaluatedProperties":false,"allOf":[{"properties":{"a":{}}}]}`, `{"a":1,"b":2}`, `at /b: is not allowed`},
		{`{"if":{"type":"null"},"else":{"minimum":1}}`, `0`, `is too small: 0, want at least 1`},
		{`{"anyOf":[{"type":"string"},{"type":"null"}]}`, `1`, `got number, want null or string`},
		{`{"oneOf":[{"const":"r","title":"Red"},{"const":"g"}]}`, `"b"`, `must be one of 'r', 'g'`},
		{`{"oneOf":[{"type":"number"},{"minimum":1}]}`, `1`, `fits alternatives 0 and 1 of oneOf, want exactly one`},
		{`{"anyOf":[{"type":"string"},{"properties":{"a":{"type":"null"}},"required":["b"]}]}`, `{"a":1}`, `missing property 'b'; at /a: got number, want null`},
		{`{"oneOf":[{"properties":{"kind":{"const":"a"},"x":{"type":"null"}}},{"properties":{"kind":{"const":"b"}},"required":["y"]}]}`, `{"kind":"a","x":1}`,
			`at /x: got number, want null`},
		{`{"anyOf":[{"required":["a"]},{"minProperties":3},{"properties":{"b":{"minimum":9}}}]}`, `{"b":1}`,
			`fits none of 3 alternatives: missing property 'a', or has too few properties: 1, want at least 3, or at /b: is too small: 1, want at least 9`},
		{`{` + draft07 + `,"format":"date-time"}`, `"today"`, `'today' is not a valid date-time`},
		{`{"format":"date-time"}`, `"today"`, ``},
		{`{"contentMediaType":"application/json","contentEncoding":"base64"}`, `"{:}"`, ``},
		{`{"properties":{"s":{"$ref":"http://json-schema.org/draft-07/schema#"}}}`, `{"s":{"type":"strin"}}`,
			`at /s/type: 'strin' is no type: one of null, boolean, integer, number, string, array, object`},
		{`{"$ref":"#"}`, `1`, `the schema refers to itself without end`},
		{`{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}`, `1`, ``},
		{`{"items":{"$ref":"#"},"type":"array"}`, `[[],[[1]]]`, `at /1/0/0: got number, want array`},
		{`{}`, `{"a":`, `unexpected end of JSON input`},
		{`{}`, `1 2`, `invalid character '2' after top-level value`},
		{`{"maxLength":1}`, `"` + strings.Repeat("x", 1000) + `"`, `has too many characters: 1000, want at most 1`},
		{`{"pattern":"^y"}`, `"` + strings.Repeat("x", 1000) + `"`, `'` + strings.Repeat("x", 100) + `…' does not match pattern '^y'`},
	} {
		s, err := Compile(json.RawMessage(c.schema))
		if err != nil {
			t.Errorf("%s: %v", c.schema, err)
			continue
		}
		if got := messages(s.Validate(json.RawMessage(c.value))); got != c.want {
			t.Errorf("%s, %.100s:\n got %s\nwant %s", c.schema, c.value, got, c.want)
		}
	}
}

// TestRefused: what is wrong with a schema, and where.
func TestRefused(t *testing.T) {
	for schema, want := range map[string]string{
		`5`:                                 `got number, want a schema: an object or a boolean`,
		``:                                  `unexpected end of JSON input`,
		`{"type":5}`:                        `at /type: got number, want string or array`,
		`{"type":["string","string"]}`:      `at /type: items 0 and 1 are equal`,
		`{"properties":{"a":{"type":"x"}}}`: `at /properties/a/type: 'x' is no type: one of null, boolean, integer, number, string, array, object`,
		`{"minLength":-1}`:                  `at /minLength: got -1, want 0 or more`,
		`{"minLength":1.5}`:                 `at /minLength: got number, want integer`,
		`{"multipleOf":0}`:                  `at /multipleOf: got 0, want a number above 0`,
		`{"allOf":[]}`:                      `at /allOf: is empty`,
		`{"items":[{"required":[1]}]}`:      `at /items: got array, want a schema: an object or a boolean`,
		`{"prefixItems":[{"required":[1]}],"title":2}`:                              `at /prefixItems/0/required/0: got number, want string; at /title: got number, want string`,
		`{"$anchor":"a b"}`:                                                         `at /$anchor: 'a b' is no name: a letter, then letters, digits, "-", "." and "_"`,
		`{"$ref":"#/$defs/a"}`:                                                      `$ref '#/$defs/a' leads nowhere: there is nothing at this place`,
		`{"items":{"$ref":"#a"}}`:                                                   `at /items: $ref '#a' leads nowhere: there is no schema of this name`,
		`{"items":{"$ref":"https://example.com/s.json"}}`:                           `at /items: $ref 'https://example.com/s.json' refers to another document, and nothing is fetched`,
		`{"items":{"$id":"x/","items":{"$ref":"y#z"}}}`:                             `at /items/items: $ref 'y#z' refers to another document, and nothing is fetched`,
		`{"items":{"$id":"a","items":{"$ref":"#/x"},"x":{"type":7}}}`:               `at /items/x/type: got number, want string or array`,
		`{"x":{"type":7},"$ref":"#/x"}`:                                             `at /x/type: got number, want string or array`,
		`{"items":{"$id":"a"},"not":{"$id":"a"}}`:                                   `at /not: two schemas have the id 'a'`,
		`{"items":{"$anchor":"a"},"not":{"$anchor":"a"}}`:                           `at /not: two schemas have the name 'a'`,
		`{"$schema":"https://example.com/mine"}`:                                    `at /$schema: 'https://example.com/mine' is not known here, and nothing is fetched; known are 2020-12, 2019-09, draft-07, draft-06 and draft-04`,
		`{"not":{"$id":"a","$schema":"x:y"}}`:                                       `at /not/$schema: 'x:y' is not known here, and nothing is fetched; known are 2020-12, 2019-09, draft-07, draft-06 and draft-04`,
		`{"$schema":"http://json-schema.org/draft-04/schema","exclusiveMinimum":1}`: `at /exclusiveMinimum: got number, want boolean; exclusiveMinimum needs minimum`,
		`{"$schema":"http://json-schema.org/draft-04/schema","items":true}`:         `at /items: got boolean, want an object, as a schema of draft-04 is`,
		`{"allOf":[1,2,3,4,5,6,7]}`:                                                 `at /allOf/0: got number, want a schema: an object or a boolean; at /allOf/1: got number, want a schema: an object or a boolean; at /allOf/2: got number, want a schema: an object or a boolean; at /allOf/3: got number, want a schema: an object or a boolean; at /allOf/4: got number, want a schema: an object or a boolean; and 2 more`,
	} {
		if _, err := Compile(json.RawMessage(schema)); err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", schema, err, want)
		}
	}
	for _, pattern := range []string{"(", "[b-a]", `\p{Nope}`} {
		raw, _ := json.Marshal(map[string]any{"properties": map[string]any{"a": map[string]string{"pattern": pattern}}})
		if _, err := Compile(raw); err == nil || !strings.HasPrefix(err.Error(), "at /properties/a/pattern: '") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", raw, err)
		}
	}
	// A reference that nobody follows doesn't matter.
	if _, err := Compile(json.RawMessage(`{"$defs":{"a":{"$ref":"https://example.com"}},"type":"object"}`)); err != nil {
		t.Error(err)
	}
}

// TestPlace: an index and a name of digits are not the same.
func TestPlace(t *testing.T) {
	s, err := Compile(json.RawMessage(`{"additionalProperties":{"items":{"type":"null"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	faults := s.Validate(json.RawMessage(`{"0":[null,1]}`))
	if len(faults) != 1 || !reflect.DeepEqual(faults[0].Place, []any{"0", 1}) {
		t.Errorf("%#v", faults)
	}
}

func nested(before, middle, after string, levels int) json.RawMessage {
	return json.RawMessage(strings.Repeat(before, levels) + middle + strings.Repeat(after, levels))
}

// TestHostile: whatever it is, it ends, and soon.
func TestHostile(t *testing.T) {
	wide := `{"properties":{` + strings.TrimSuffix(strings.Repeat(`"a":{"enum":[1]},`, 20000), ",") + `}}`
	chain := strings.Builder{}
	for i := range 20000 {
		fmt.Fprintf(&chain, `"d%d":{"allOf":[{"$ref":"#/$defs/d%d"}]},`, i, i+1)
	}
	doubling := strings.Builder{} // 2^60 ways
	for i := range 60 {
		fmt.Fprintf(&doubling, `"d%d":{"anyOf":[{"allOf":[{"$ref":"#/$defs/d%d"}]},{"$ref":"#/$defs/d%d"}]},`, i, i+1, i+1)
	}
	links := strings.Builder{} // 20 within each other at each level of a value
	for i := range 20 {
		fmt.Fprintf(&links, `"d%d":{"allOf":[{"$ref":"#/$defs/d%d"}]},`, i, i+1)
	}
	resources := nested(`{"not":`, `{"allOf":[`+strings.TrimSuffix(strings.Repeat(`{"$id":"a/"},`, 20_000), ",")+`]}`, `}`, 900)
	const tooLong = "checking this takes too long"
	tree := `{"$defs":{"t":{"anyOf":[{"items":{"$ref":"#/$defs/t"},"type":"array"},{"items":{"$ref":"#/$defs/t"},"type":["array","null"]}]}},"$ref":"#/$defs/t"}`
	for name, c := range map[string]struct {
		schema, value json.RawMessage
		want          string // how the error or the first fault begins
	}{
		"deep schema":           {nested(`{"properties":{"a\"[":`, `{}`, `}}`, 15_000), json.RawMessage(`1`), "it nests deeper than 1000 levels"},
		"rather deep schema":    {nested(`{"properties":{"a\"[":`, `{}`, `}}`, 500), json.RawMessage(`1`), "it nests deeper than 1000 levels"},
		"almost as deep":        {nested(`{"not":`, `{}`, `}`, 999), json.RawMessage(`1`), `is what the schema excludes`},
		"brackets in a text":    {json.RawMessage(`{"const":"` + strings.Repeat("[", 2000) + `"}`), json.RawMessage(`1`), "must be '[[["},
		"deep value":            {json.RawMessage(`{"items":{"$ref":"#"},"type":"array"}`), nested("[", "1", "]", 10_000), "at /0/0/"},
		"deeper value":          {json.RawMessage(`{}`), nested("[", "1", "]", 100_000), "it nests deeper than 10000 levels"},
		"deep properties":       {json.RawMessage(`{"properties":{"a":{"$ref":"#"}},"additionalProperties":false}`), nested(`{"a":`, `{"b":1}`, "}", 9_000), "at /a/a/"},
		"many ways":             {json.RawMessage(`{"$defs":{` + doubling.String() + `"d60":false},"$ref":"#/$defs/d0"}`), json.RawMessage(`1`), tooLong},
		"many ways, not":        {json.RawMessage(`{"not":{"$ref":"#/$defs/d0"},"$defs":{` + doubling.String() + `"d60":false}}`), json.RawMessage(`1`), tooLong},
		"many ways into it":     {json.RawMessage(tree), nested("[", "1", "]", 5000), "at /0/0"},
		"long chain":            {json.RawMessage(`{"$defs":{` + chain.String() + `"d20000":{"type":"null"}},"$ref":"#/$defs/d0"}`), json.RawMessage(`1`), tooLong},
		"deep check":            {json.RawMessage(`{"$defs":{` + links.String() + `"d20":{"items":{"$ref":"#/$defs/d0"},"type":"array"}},"$ref":"#/$defs/d0"}`), nested("[", "1", "]", 9_000), "at /0/0"},
		"many deep resources":   {resources, json.RawMessage(`1`), "at /not/not/"},
		"wide schema":           {json.RawMessage(wide), json.RawMessage(`{"a":2}`), "at /a: must be 1"},
		"slow pattern":          {json.RawMessage(`{"items":{"pattern":"^(a|aa|aaa)+$"}}`), json.RawMessage(`[` + strings.Repeat(`"`+strings.Repeat("a", 60)+`!",`, 50) + `1]`), "at /0: checking this takes too long: 'aaa"},
		"long pattern":          {json.RawMessage(`{"pattern":"` + strings.Repeat("(", 200_000) + `"}`), json.RawMessage(`1`), "at /pattern: '((("},
		"huge exponent":         {json.RawMessage(`{"minimum":1e999999999,"multipleOf":7e-999999999}`), json.RawMessage(`1e99999999999999999999999`), "1e99999999999999999999999 is not a multiple of 7e-999999999"},
		"many digits":           {json.RawMessage(`{"multipleOf":7}`), json.RawMessage("1" + strings.Repeat("0", 200_000)), "1000"},
		"many equal-ish":        {json.RawMessage(`{"uniqueItems":true}`), json.RawMessage("[" + `[0],` + numbers(200_000) + "]"), ""},
		"many faults":           {json.RawMessage(`{"items":{"type":"null"}}`), json.RawMessage("[" + numbers(200_000) + "]"), "at /0: got number, want null"},
		"huge count":            {json.RawMessage(`{"minItems":1e30}`), json.RawMessage(`[]`), "has too few items: 0, want at least"},
		"circle of nots":        {json.RawMessage(`{"not":{"$ref":"#"}}`), json.RawMessage(`1`), ""},
		"circle by dynamicRef":  {json.RawMessage(`{"$dynamicAnchor":"a","allOf":[{"$dynamicRef":"#a"}]}`), json.RawMessage(`1`), "the schema refers to itself without end"},
		"circle by recursion":   {json.RawMessage(`{"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveAnchor":true,"anyOf":[{"$recursiveRef":"#"}]}`), json.RawMessage(`1`), "the schema refers to itself without end"},
		"circle within schemas": {json.RawMessage(`{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}`), json.RawMessage(`1`), "the schema refers to itself without end"},
	} {
		got := ""
		if s, err := Compile(c.schema); err != nil {
			got = err.Error()
		} else if faults := s.Validate(c.value); len(faults) > maxFaults {
			t.Errorf("%s: %d faults", name, len(faults))
		} else if faults != nil {
			got = faults[0].String()
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: got %.200q, want %q", name, got, c.want)
		}
	}
}

// numbers are as many as n, as the items of a list.
func numbers(n int) string {
	var b []byte
	for i := range n {
		b = strconv.AppendInt(append(b, ','), int64(i), 10)
	}
	return string(b[1:])
}

// FuzzValidate: nothing makes it panic or hang, and what isn't JSON is refused.
func FuzzValidate(f *testing.F) {
	f.Add([]byte(`{"properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"type":["null","integer"],"$anchor":"x"}},"unevaluatedProperties":false}`), []byte(`{"a":1,"b":[{}]}`))
	f.Add([]byte(`{"$schema":"http://json-schema.org/draft-07/schema#","items":[{"format":"email"}],"additionalItems":{"$ref":"#"}}`), []byte(`["a@b",[1e400,"\ud800"]]`))
	f.Add([]byte(`{"anyOf":[{"$dynamicRef":"#n"},{"contains":{"multipleOf":0.1},"minContains":2}],"$dynamicAnchor":"n","enum":[1,[2]]}`), []byte(`[0.3,-1]`))
	f.Fuzz(func(t *testing.T, schema, value []byte) {
		s, err := Compile(schema)
		if err == nil && !json.Valid(schema) {
			t.Error("no JSON compiles")
		}
		if err != nil || s.Validate(value) != nil {
			return
		}
		if !json.Valid(value) {
			t.Error("no JSON fits")
		}
	})
}
