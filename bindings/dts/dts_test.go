package dts

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the goldens anew")

// described is a server as the files in testdata describe it.
type described struct {
	Name      string            `json:"name"`
	Targets   []string          `json:"targets"`
	Tools     []json.RawMessage `json:"tools"`
	Prompts   []json.RawMessage `json:"prompts"`
	Resources []json.RawMessage `json:"resources"`
}

func (d described) server() *Server {
	return &Server{Name: d.Name, Targets: d.Targets, Label: d.Name, Tools: d.Tools, Prompts: d.Prompts, Resources: d.Resources, CamelCase: camel}
}

// camel is about what the bindings make of a tool's name.
func camel(name string) string {
	p := pascal(name)
	if p == "" {
		return name
	}
	return strings.ToLower(p[:1]) + p[1:]
}

// TestDeclarations: every testdata/*.json becomes the .d.ts beside it. That
// those compile is what .ci/steps/50-types sees to.
func TestDeclarations(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.json")
	if len(files) < 2 {
		t.Fatal("there is nothing to declare")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d described
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		got := d.server().Declarations()
		golden := strings.TrimSuffix(file, ".json") + ".d.ts"
		if *update {
			os.WriteFile(golden, []byte(got), 0o644)
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: not what %s says, but\n%s", file, golden, got)
		}
		if err := sound(got); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestNamespace(t *testing.T) {
	for name, want := range map[string]string{
		"demo": "DemoServer", "my server": "MyServer", "a-b_c.d": "ABCDServer", "": "McpServer", "日本": "McpServer", "3d": "_3dServer",
		"Configured": "ConfiguredMcpServer", "configured-server": "ConfiguredMcpServer", "../../etc/passwd": "EtcPasswdServer", "con": "ConServer",
	} {
		if got := Namespace(name); got != want {
			t.Errorf("Namespace(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestBounds: what is too deep, too wide or too long costs little, and says
// less.
func TestBounds(t *testing.T) {
	repeat := func(before, middle, after string, n int) string {
		return strings.Repeat(before, n) + middle + strings.Repeat(after, n)
	}
	many := func(n int, format string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = fmt.Sprintf(format, i)
		}
		return strings.Join(parts, ",")
	}
	chain := many(3000, `"d%[1]d":{"properties":{"next":{"$ref":"#/$defs/e%[1]d"}}}`)
	fan := many(100, `{"$ref":"#/$defs/fan"}`)
	for name, schema := range map[string]string{
		"deep objects":     repeat(`{"type":"object","properties":{"a":`, `{}`, `}}`, 3000),
		"deep unions":      repeat(`{"anyOf":[{"type":"string"},`, `{}`, `]}`, 3000),
		"deep lists":       repeat(`{"type":"array","items":`, `{}`, `}`, 3000),
		"too deep":         repeat(`[`, ``, `]`, 20000),
		"wide":             `{"properties":{` + many(30000, `"p%d":{"type":"string"}`) + `}}`,
		"much required":    `{"properties":{` + many(30000, `"p%d":{}`) + `},"required":[` + many(30000, `"p%d"`) + `]}`,
		"long enum":        `{"properties":{"e":{"type":"string","enum":[` + many(30000, `"v%d"`) + `]}}}`,
		"long names":       `{"properties":{"` + strings.Repeat("n", 1<<20) + `":{"type":"string"}}}`,
		"long description": `{"properties":{` + many(3000, `"p%d":{"description":"`+strings.Repeat("word ", 1000)+`"}`) + `}}`,
		"long const":       `{"properties":{"c":{"const":"` + strings.Repeat("c", 1<<20) + `"}}}`,
		"long number":      `{"properties":{"c":{"const":0.` + strings.Repeat("1", 1<<20) + `}}}`,
		"chain":            `{"$ref":"#/$defs/d0","$defs":{` + chain + `}}`,
		"fan":              `{"allOf":[` + fan + `],"$defs":{"fan":{"allOf":[` + fan + `,{"anyOf":[` + fan + `]}]}}}`,
		"wide tuple":       `{"properties":{"t":{"prefixItems":[` + many(30000, `{"const":%d}`) + `]}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			tool := json.RawMessage(`{"name":"t","inputSchema":` + schema + `,"outputSchema":` + schema + `}`)
			start := time.Now()
			got := (&Server{Name: "x", Tools: []json.RawMessage{tool}, CamelCase: camel}).Declarations()
			if err := sound(got); err != nil {
				t.Error(err)
			}
			if len(got) > 8<<20 {
				t.Errorf("%d bytes", len(got))
			}
			if took := time.Since(start); took > 2*time.Minute {
				t.Errorf("took %s", took)
			}
		})
	}
}

// FuzzDeclarations: any JSON for a schema, and any text for a name, gives
// declarations in which all brackets, strings and comments end where they should.
func FuzzDeclarations(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.json")
	for _, file := range files {
		data, _ := os.ReadFile(file)
		var d described
		json.Unmarshal(data, &d)
		for _, tool := range d.Tools {
			var o struct {
				Name        any
				Description any
				InputSchema json.RawMessage
			}
			json.Unmarshal(tool, &o)
			f.Add(fmt.Sprint(o.Name), fmt.Sprint(o.Description), []byte(o.InputSchema))
		}
	}
	f.Fuzz(func(t *testing.T, name, description string, schema []byte) {
		quoted, _ := json.Marshal(name)
		about, _ := json.Marshal(description)
		if !json.Valid(schema) {
			schema = []byte("{}")
		}
		tool := fmt.Appendf(nil, `{"name":%s,"description":%s,"inputSchema":%s,"outputSchema":%[3]s}`, quoted, about, schema)
		prompt := fmt.Appendf(nil, `{"name":%s,"description":%s,"arguments":[{"name":%[1]s}]}`, quoted, about)
		s := &Server{Name: name, Targets: []string{name}, Label: description, Tools: []json.RawMessage{tool},
			Prompts: []json.RawMessage{prompt}, Resources: []json.RawMessage{fmt.Appendf(nil, `{"uri":%s}`, quoted)}, CamelCase: camel}
		if err := sound(s.Declarations()); err != nil {
			t.Fatalf("%v\n%s", err, s.Declarations())
		}
	})
}

// TestRandom declares a server of random tools. Where MCPJS_TYPES_OUT names a
// file, they are written there, for the compiler to judge.
func TestRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var tools []json.RawMessage
	for i := range 400 {
		root := randomSchema(r, 0).(map[string]any)
		defs := map[string]any{}
		for _, name := range refNames {
			defs[name] = randomSchema(r, 1)
		}
		root["$defs"] = defs
		raw, _ := json.Marshal(map[string]any{"name": fmt.Sprintf("tool-%d", i), "inputSchema": root, "outputSchema": root})
		tools = append(tools, raw)
	}
	got := (&Server{Name: "random", Targets: []string{"random"}, Label: "chance", Tools: tools, CamelCase: camel}).Declarations()
	if err := sound(got); err != nil {
		t.Fatal(err)
	}
	if file := os.Getenv("MCPJS_TYPES_OUT"); file != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var refNames = []string{"a", "b", "c/d", "é"}

func randomSchema(r *rand.Rand, depth int) any {
	pick := func(list ...any) any { return list[r.IntN(len(list))] }
	if depth > 0 && r.IntN(12) == 0 {
		return pick(true, false)
	}
	s := map[string]any{}
	several := func() []any {
		var list []any
		for range r.IntN(4) {
			list = append(list, randomSchema(r, depth+1))
		}
		return list
	}
	names := []string{"x", "y", "a b", "__proto__", "constructor", "0", "*/"}
	for range 1 + r.IntN(3) {
		if depth > 4 {
			s["type"] = pick("string", "null", "object", "array", []any{"string", "null"})
			break
		}
		switch r.IntN(12) {
		case 0, 1:
			s["type"] = pick("string", "integer", "number", "boolean", "null", "object", "array", "what", []any{"string", "null"}, []any{"object", "array", "integer"})
		case 2, 3:
			properties := map[string]any{}
			for range r.IntN(4) {
				properties[names[r.IntN(len(names))]] = randomSchema(r, depth+1)
			}
			s["properties"] = properties
			s["required"] = []any{names[r.IntN(len(names))]}
		case 4:
			s["items"] = pick(randomSchema(r, depth+1), several())
		case 5:
			s["prefixItems"], s["minItems"] = several(), r.IntN(4)
		case 6:
			s[pick("anyOf", "oneOf", "allOf").(string)] = several()
		case 7:
			s["$ref"] = pick("#/$defs/a", "#/$defs/b", "#/$defs/c~1d", "#/$defs/%C3%A9", "#", "#/none", "other.json#/x", "#/$defs/a/properties/x")
		case 8:
			s["enum"] = []any{pick("a", "*/", 1), pick(nil, true, []any{1, map[string]any{"*/": 1}})}
		case 9:
			s["const"] = pick("c", 3, -1.5, nil, map[string]any{"k": []any{}})
		case 10:
			s["additionalProperties"] = randomSchema(r, depth+1)
		case 11:
			s["patternProperties"] = map[string]any{"^a": randomSchema(r, depth+1)}
			s["description"], s["default"], s["deprecated"] = "*/ {", "`", true
		}
	}
	return s
}

// sound tells whether brackets, strings and comments of a text are balanced,
// and whether all that stands outside of the latter is what types are made of.
func sound(text string) error {
	var open []byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			for i++; ; i++ {
				if i >= len(text) || text[i] == '\n' {
					return fmt.Errorf("a string does not end, at byte %d", i)
				}
				if text[i] == '"' {
					break
				}
				if text[i] == '\\' {
					i++
				}
			}
		case strings.HasPrefix(text[i:], "/*"):
			end := strings.Index(text[i+2:], "*/")
			if end < 0 {
				return fmt.Errorf("a comment does not end, at byte %d", i)
			}
			i += end + 3
		case strings.IndexByte("([{<", c) >= 0:
			open = append(open, c)
		case strings.IndexByte(")]}>", c) >= 0:
			if len(open) == 0 || strings.IndexByte("([{<", open[len(open)-1]) != strings.IndexByte(")]}>", c) {
				return fmt.Errorf("%q closes nothing, at byte %d", c, i)
			}
			open = open[:len(open)-1]
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', strings.IndexByte(" \n_$:;,.|&?=+-", c) >= 0:
		default:
			return fmt.Errorf("%q stands outside of strings and comments, at byte %d", c, i)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("%q is not closed", open)
	}
	return nil
}

func TestSound(t *testing.T) {
	for text, ok := range map[string]bool{
		"": true, `type A = { "a\"b": [1] }; /* } */`: true, "{": false, "}": false, "(]": false, `"a`: false, "/* a": false, "`": false, "a @b": false,
		"\"a\n\"": false, "a */ b": false,
	} {
		if got := sound(text) == nil; got != ok {
			t.Errorf("sound(%q): %v", text, got)
		}
	}
}
