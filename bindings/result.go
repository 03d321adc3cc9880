package bindings

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"mcpjs/engine"
)

// toolResult is what a ToolResult carries beside its own properties.
type toolResult struct {
	b       *binding
	obj     *engine.Object
	raw     json.RawMessage
	content []contentBlock // read when first asked for
	read    bool
	bigInts bool
	hint    string // what may have been meant, for an error's message
}

// contentBlock is what is known here of a content block; the object itself
// holds all that was sent.
type contentBlock struct {
	Type     string          `json:"type"`
	Text     string          `json:"text"`
	Data     string          `json:"data"`
	MimeType string          `json:"mimeType"`
	URI      string          `json:"uri"`
	Name     string          `json:"name"`
	Resource json.RawMessage `json:"resource"`
}

// defineResult makes the class of tool results: the result as it was sent,
// with getters beside it that JSON and Object.keys don't see.
func (b *binding) defineResult() {
	vm := b.rt.VM()
	b.result = b.rt.NewClass("ToolResult", nil)
	get := func(name string, fn func(*toolResult) (engine.Value, error)) {
		b.result.Getter(name, func(this any) (engine.Value, error) { return fn(this.(*toolResult)) })
	}
	get("text", func(r *toolResult) (engine.Value, error) { return vm.ToValue(r.text()), nil })
	get("data", (*toolResult).data)
	get("images", func(r *toolResult) (engine.Value, error) { return r.media("image"), nil })
	get("audio", func(r *toolResult) (engine.Value, error) { return r.media("audio"), nil })
	get("raw", func(r *toolResult) (engine.Value, error) { return vm.ToValue(string(r.raw)), nil })
	b.result.Method("toString", func(this any, _ engine.Call) (engine.Value, error) {
		return vm.ToValue(this.(*toolResult).text()), nil
	})
	b.result.SymbolMethod(b.inspectSymbol(), func(this any, _ engine.Call) (engine.Value, error) {
		return vm.ToValue(engine.Printable(this.(*toolResult).summary())), nil
	})
}

// inspectSymbol is the method that console.log shows an object with.
func (b *binding) inspectSymbol() *engine.Symbol {
	return b.rt.SymbolFor("nodejs.util.inspect.custom")
}

// newResult makes a ToolResult of a result as it was sent.
func (b *binding) newResult(raw json.RawMessage, bigInts bool) (*toolResult, error) {
	v, err := b.rt.ParseJSON(raw, engine.JSONOptions{BigInts: bigInts})
	if err != nil {
		return nil, err
	}
	o, ok := v.(*engine.Object)
	if !ok {
		return nil, fmt.Errorf("the result is no object: %s", excerpt(raw))
	}
	o.SetPrototype(b.result.Proto)
	r := &toolResult{b: b, obj: o, raw: raw, bigInts: bigInts}
	b.result.Attach(o, r)
	return r, nil
}

func excerpt(raw []byte) string {
	const most = 80
	if len(raw) > most {
		return string(raw[:most]) + "…"
	}
	return string(raw)
}

func (r *toolResult) blocks() []contentBlock {
	if !r.read {
		r.read = true
		var result struct {
			Content []json.RawMessage `json:"content"`
		}
		json.Unmarshal(r.raw, &result) // what doesn't fit stays visible in the object
		for _, raw := range result.Content {
			var block contentBlock
			json.Unmarshal(raw, &block)
			r.content = append(r.content, block)
		}
	}
	return r.content
}

// isError tells whether the tool reported an error.
func (r *toolResult) isError() bool {
	v := r.obj.Get("isError")
	return v != nil && v.ToBoolean()
}

// text is that of all text blocks, each on lines of its own.
func (r *toolResult) text() string {
	var parts []string
	for _, c := range r.blocks() {
		if c.Type == "text" {
			parts = append(parts, c.Text)
		}
	}
	return strings.Join(parts, "\n")
}

// data is the result as a value: structuredContent, unwrapped where the server
// put a plain value into an object for the protocol's sake, or the text, where
// that is JSON.
func (r *toolResult) data() (engine.Value, error) {
	if structured := r.obj.Get("structuredContent"); !engine.IsNullish(structured) {
		if o, ok := structured.(*engine.Object); ok && !engine.IsArray(o) {
			if keys := o.Keys(); len(keys) == 1 && keys[0] == "result" && r.wrapped(o.Get("result")) {
				return o.Get("result"), nil
			}
		}
		return structured, nil
	}
	text := strings.TrimSpace(r.text())
	if text == "" || !json.Valid([]byte(text)) {
		return engine.Undefined(), nil
	}
	return r.b.rt.ParseJSON([]byte(text), engine.JSONOptions{BigInts: r.bigInts})
}

// wrapped tells whether {result: v} is a server's wrapping of v: it says so in
// _meta, as FastMCP does, or v is no object, which an output schema can't be.
func (r *toolResult) wrapped(v engine.Value) bool {
	if o, ok := v.(*engine.Object); !ok || engine.IsArray(o) {
		return true
	}
	var result struct {
		Meta struct {
			FastMCP struct {
				Wrap bool `json:"wrap_result"`
			} `json:"fastmcp"`
		} `json:"_meta"`
	}
	json.Unmarshal(r.raw, &result)
	return result.Meta.FastMCP.Wrap
}

// media gives the blocks of a type as objects with their bytes.
func (r *toolResult) media(kind string) engine.Value {
	vm := r.b.rt.VM()
	var items []any
	for _, c := range r.blocks() {
		if c.Type != kind {
			continue
		}
		o := vm.NewObject()
		o.Set("data", c.Data)
		o.Set("mimeType", c.MimeType)
		r.b.rt.Lazy(o, "bytes", func() engine.Value {
			bytes, _ := decodeBase64(c.Data)
			return r.b.rt.Bytes(bytes)
		})
		items = append(items, o)
	}
	return vm.NewArray(items...)
}

func decodeBase64(s string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.TrimRight(strings.Join(strings.Fields(s), ""), "\x00"))
}

// summary is the result for people: its text, and for what isn't text its type
// and size; the structured content where there is nothing else.
func (r *toolResult) summary() string {
	var lines []string
	for _, c := range r.blocks() {
		switch c.Type {
		case "text":
			lines = append(lines, c.Text)
		case "image", "audio":
			lines = append(lines, fmt.Sprintf("[%s %s, %s]", c.Type, c.MimeType, size(len(c.Data)*3/4)))
		case "resource_link":
			lines = append(lines, fmt.Sprintf("[resource %s]", c.URI))
		case "resource":
			var res contentBlock
			json.Unmarshal(c.Resource, &res)
			if res.Text != "" {
				lines = append(lines, res.Text)
			} else {
				lines = append(lines, fmt.Sprintf("[resource %s %s]", res.URI, res.MimeType))
			}
		default:
			lines = append(lines, fmt.Sprintf("[%s]", c.Type))
		}
	}
	if len(lines) == 0 {
		var result struct {
			Structured json.RawMessage `json:"structuredContent"`
		}
		json.Unmarshal(r.raw, &result)
		if result.Structured != nil {
			var out bytes.Buffer
			if json.Indent(&out, result.Structured, "", "  ") == nil {
				return out.String()
			}
		}
	}
	return strings.Join(lines, "\n")
}

// size is a number of bytes for people.
func size(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1_000_000)
}
