package bindings

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"mcpjs/bindings/schema"
	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// How the option validateResult deals with a result that is not as its tool's
// output schema says.
const (
	resultWarn  = "warn"
	resultError = "error"
	resultOff   = "off"
)

func readResultMode(into *string) option {
	return func(v engine.Value) error {
		s, _ := engine.AsString(v)
		if s != resultWarn && s != resultError && s != resultOff {
			return engine.TypeErrorf(`validateResult must be "warn" (the default), "error" or "off"`)
		}
		*into = s
		return nil
	}
}

// schemas are compiled JSON Schemas (2020-12 where they don't say otherwise),
// by their text. They load nothing: a $ref to elsewhere doesn't compile.
type schemas struct {
	mu       sync.Mutex
	compiled map[string]compiledSchema
}

type compiledSchema struct {
	schema *schema.Schema
	err    error
}

const maxSchemas = 1000

func (s *schemas) get(raw json.RawMessage) (*schema.Schema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := string(raw)
	if c, ok := s.compiled[key]; ok {
		return c.schema, c.err
	}
	compiled, err := schema.Compile(raw)
	if s.compiled == nil || len(s.compiled) >= maxSchemas {
		s.compiled = map[string]compiledSchema{}
	}
	s.compiled[key] = compiledSchema{compiled, err}
	return compiled, err
}

// A fault is one thing wrong with a value.
type fault struct {
	Path    string `json:"path"`
	Message string `json:"message"`
}

func (f fault) String() string { return f.Path + ": " + f.Message }

// check gives what is wrong with a JSON value; root names it in paths. The
// error says that the schema itself is none.
func (s *schemas) check(schema, value json.RawMessage, root string) ([]fault, error) {
	compiled, err := s.get(schema)
	if err != nil {
		return nil, err
	}
	var faults []fault
	for _, f := range compiled.Validate(value) {
		faults = append(faults, fault{pathOf(root, f.Place), f.Message})
	}
	return faults, nil
}

// pathOf writes a place as JavaScript would: arguments.items[0]["a b"].
func pathOf(root string, place []any) string {
	var b strings.Builder
	b.WriteString(root)
	for _, part := range place {
		switch name, _ := part.(string); {
		case part != any(name):
			fmt.Fprintf(&b, "[%d]", part)
		case isMember(name):
			b.WriteString("." + name)
		default:
			b.WriteString("[" + string(quoted(name)) + "]")
		}
	}
	return b.String()
}

// isMember tells whether a member can be written as .name.
func isMember(s string) bool {
	return s != "" && (s[0] < '0' || s[0] > '9') && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '_' && r != '$' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// toolSchema is one schema of a tool, nil where it has none.
func toolSchema(tool json.RawMessage, key string) json.RawMessage {
	if !bytes.Contains(tool, []byte(`"`+key+`"`)) {
		return nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(tool, &fields) != nil || string(fields[key]) == "null" {
		return nil
	}
	return fields[key]
}

// checkArguments checks what a tool is about to be called with. Any goroutine
// but the loop's.
func (c *client) checkArguments(ctx context.Context, s *session.Session, name string, args json.RawMessage) error {
	known, err := c.knownTools(ctx, s)
	if err != nil {
		return err
	}
	schema := toolSchema(known.byName[name], "inputSchema")
	if schema == nil {
		return nil // the server will say that it has no such tool
	}
	if args == nil {
		args = json.RawMessage("{}")
	}
	faults, err := c.b.schemas.check(schema, args, "arguments")
	if err != nil {
		c.warn(fmt.Sprintf("the arguments of tool %q cannot be checked, as its input schema is not valid: %v", name, err))
	}
	return invalid(fmt.Sprintf("call tool %q on server %q", name, c.serverName()), "INVALID_ARGUMENTS", faults, name, nil)
}

// invalid is the error of these faults, nil where there are none.
func invalid(what, code string, faults []fault, tool string, result engine.Value) error {
	if len(faults) == 0 {
		return nil
	}
	list, _ := json.Marshal(faults)
	e := &engine.Error{Class: "McpError", Message: engine.Printable(what + ": " + describe(faults)), Fields: []engine.Field{
		{Name: "code", Value: code}, {Name: "tool", Value: tool}, {Name: "faults", Value: json.RawMessage(list)},
	}}
	if result != nil {
		e.Fields = append(e.Fields, engine.Field{Name: "result", Value: result})
	}
	return e
}

func describe(faults []fault) string {
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = f.String()
	}
	return strings.Join(texts, "; ")
}

// checkResult checks a tool's result. Any goroutine but the loop's.
func (c *client) checkResult(ctx context.Context, s *session.Session, tools *toolList, name, mode string, raw json.RawMessage) ([]fault, error) {
	if mode == resultOff {
		return nil, nil
	}
	if tools == nil && mode == resultError {
		var err error
		if tools, err = c.knownTools(ctx, s); err != nil {
			return nil, err
		}
	}
	if tools == nil {
		return nil, nil
	}
	schema := toolSchema(tools.byName[name], "outputSchema")
	if schema == nil {
		return nil, nil
	}
	var result struct {
		Structured json.RawMessage `json:"structuredContent"`
		IsError    bool            `json:"isError"`
	}
	if json.Unmarshal(raw, &result) != nil || result.IsError {
		return nil, nil
	}
	if result.Structured == nil {
		return []fault{{"structuredContent", "is missing, though the tool has an output schema"}}, nil
	}
	faults, err := c.b.schemas.check(schema, result.Structured, "structuredContent")
	if err != nil {
		c.warn(fmt.Sprintf("the result of tool %q cannot be checked, as its output schema is not valid: %v", name, err))
	}
	return faults, nil
}

// warn writes a warning to stderr. Any goroutine.
func (c *client) warn(text string) {
	c.b.rt.Post(func() {
		fmt.Fprintf(c.b.rt.Stderr, "[%s] warning: %s\n", engine.Printable(c.serverName()), engine.Printable(text))
	})
}

// unknownTool gives the server's tools, and `; did you mean "x"?` where a tool was refused that the
// server doesn't have. Any goroutine but the loop's.
func (c *client) unknownTool(ctx context.Context, s *session.Session, name string) (*toolList, string) {
	const limit = 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	known, err := c.fetchTools(ctx, s)
	if err != nil || known.byName[name] != nil || len(known.names) == 0 {
		return known, ""
	}
	return known, suggestion(name, known.names)
}

// refusedTool tells whether the server's answer to a call may say that it has
// no such tool.
func refusedTool(raw json.RawMessage, err error) bool {
	var rpc *session.RPCError
	if errors.As(err, &rpc) {
		return rpc.Code == -32602 || rpc.Code == -32601
	}
	if err != nil || len(raw) > 4096 || !bytes.Contains(raw, []byte(`"isError":true`)) && !bytes.Contains(raw, []byte(`"isError": true`)) {
		return false
	}
	text := strings.ToLower(string(raw))
	return strings.Contains(text, "unknown tool") || strings.Contains(text, "not found") || strings.Contains(text, "no such tool")
}
