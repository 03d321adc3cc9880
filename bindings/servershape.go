package bindings

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"mcpjs/engine"
)

// What handlers of a Server return, as the protocol has it.

func textBlock(s string) json.RawMessage {
	return fields("type", json.RawMessage(`"text"`), "text", json.RawMessage(quoted(s)))
}

// jsonArray writes a list of JSON texts, each as it is.
func jsonArray(items []json.RawMessage) json.RawMessage {
	out := json.RawMessage{'['}
	for i, item := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, item...)
	}
	return append(out, ']')
}

// elements are those of an array.
func elements(o *engine.Object) []engine.Value {
	items := make([]engine.Value, 0, 8)
	for i := range int(o.Get("length").ToInteger()) {
		items = append(items, o.Get(fmt.Sprint(i)))
	}
	return items
}

// blockTypes are the content blocks of the protocol.
var blockTypes = []string{"text", "image", "audio", "resource_link", "resource", "tool_use", "tool_result"}

// isBlock tells a content block from other objects.
func isBlock(v engine.Value) bool {
	o, ok := v.(*engine.Object)
	if !ok || engine.IsArray(v) {
		return false
	}
	kind, _ := engine.AsString(o.Get("type"))
	return slices.Contains(blockTypes, kind)
}

// block writes a content block; bytes in it become base64.
func (b *binding) block(v engine.Value) (json.RawMessage, error) {
	o := v.(*engine.Object)
	if data, ok := engine.AsBytes(o.Get("data")); ok {
		o = b.with(o, "data", base64.StdEncoding.EncodeToString(data))
	}
	if inner, ok := o.Get("resource").(*engine.Object); ok {
		if blob, ok := engine.AsBytes(inner.Get("blob")); ok {
			o = b.with(o, "resource", b.with(inner, "blob", base64.StdEncoding.EncodeToString(blob)))
		}
	}
	return b.rt.Stringify(o)
}

// with copies an object with one property replaced.
func (b *binding) with(o *engine.Object, name string, value any) *engine.Object {
	out := b.rt.VM().NewObject()
	for _, k := range o.Keys() {
		out.Set(k, o.Get(k))
	}
	out.Set(name, value)
	return out
}

// content writes a list of content blocks: of one block or string, or of
// several; nil where v is neither.
func (b *binding) content(v engine.Value) (json.RawMessage, error) {
	items := []engine.Value{v}
	if engine.IsArray(v) {
		items = elements(v.(*engine.Object))
	}
	blocks := []json.RawMessage{}
	found := len(items) == 0
	for _, item := range items {
		if s, ok := engine.AsString(item); ok {
			blocks = append(blocks, textBlock(s))
			continue
		}
		if !isBlock(item) {
			return nil, nil
		}
		found = true
		raw, err := b.block(item)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, raw)
	}
	if _, isString := engine.AsString(v); !found && !isString {
		return nil, nil // strings alone are data
	}
	return jsonArray(blocks), nil
}

// toolResult makes a tool's result of what its handler returned: a string is
// text; content blocks are content; an object with content or structuredContent
// is a result; anything else is data, sent as structuredContent where that may
// be, and as text.
func (b *binding) toolResult(t *tool, v engine.Value) (json.RawMessage, error) {
	if engine.IsUndefined(v) && !t.structured {
		return json.RawMessage(`{"content":[]}`), nil
	}
	if _, ok := engine.AsBytes(v); ok {
		return nil, engine.TypeErrorf("tool %q returned bytes; return a content block such as { type: \"image\", data: bytes, mimeType: \"image/png\" }", t.name)
	}
	if o, ok := v.(*engine.Object); ok && isResult(o) {
		return b.wholeResult(o)
	}
	if !t.structured {
		if content, err := b.content(v); content != nil || err != nil {
			return fields("content", content), err
		}
	}
	data, err := b.rt.Stringify(v)
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, engine.TypeErrorf("tool %q returned %s, which JSON has no form for", t.name, b.rt.Inspect(v, engine.InspectOptions{Depth: engine.InspectNone}))
	}
	text := textBlock(string(data))
	if s, ok := engine.AsString(v); ok {
		text = textBlock(s)
	}
	structured, meta := data, json.RawMessage(nil)
	switch {
	case t.wrapped:
		structured = fields("result", data)
		meta = json.RawMessage(`{"fastmcp":{"wrap_result":true}}`)
	case data[0] != '{' && !t.structured:
		structured = nil
	}
	return fields("content", json.RawMessage("["+string(text)+"]"), "structuredContent", structured, "_meta", meta), nil
}

// isResult tells a tool's whole result from data that a tool returned.
func isResult(o *engine.Object) bool {
	if engine.IsArray(o) {
		return false
	}
	if o.Get("structuredContent") != nil {
		return true
	}
	content := o.Get("content")
	if content == nil {
		return false
	}
	if _, ok := engine.AsString(content); ok {
		return o.Get("isError") != nil || onlyKeys(o, "content", "_meta")
	}
	list, ok := content.(*engine.Object)
	return ok && engine.IsArray(list) && !slices.ContainsFunc(elements(list), func(v engine.Value) bool { return !isBlock(v) })
}

// wholeResult writes a result with all its fields.
func (b *binding) wholeResult(o *engine.Object) (json.RawMessage, error) {
	var content json.RawMessage
	var err error
	if given := o.Get("content"); given != nil {
		if content, err = b.content(given); err != nil {
			return nil, err
		}
	}
	if content == nil {
		raw, err := b.rt.Stringify(o.Get("structuredContent"))
		if err != nil {
			return nil, err
		}
		content = json.RawMessage("[" + string(textBlock(string(raw))) + "]")
	}
	pairs := []any{"content", content}
	for _, k := range o.Keys() {
		if k != "content" {
			raw, err := b.rt.Stringify(o.Get(k))
			if err != nil {
				return nil, err
			}
			pairs = append(pairs, k, raw)
		}
	}
	return fields(pairs...), nil
}

// messages writes prompt or sampling messages: strings and content blocks are
// the user's.
func (b *binding) messages(v engine.Value, what string) (json.RawMessage, error) {
	items := []engine.Value{v}
	if engine.IsArray(v) {
		items = elements(v.(*engine.Object))
	}
	out := []json.RawMessage{}
	for _, item := range items {
		role, content := engine.Value(b.rt.VM().ToValue("user")), item
		var rest []any
		if o, ok := item.(*engine.Object); ok && o.Get("role") != nil {
			role, content = o.Get("role"), o.Get("content")
			for _, k := range o.Keys() {
				if k != "role" && k != "content" {
					raw, err := b.rt.Stringify(o.Get(k))
					if err != nil {
						return nil, err
					}
					rest = append(rest, k, raw)
				}
			}
		}
		var raw json.RawMessage
		var err error
		if s, ok := engine.AsString(content); ok {
			raw = textBlock(s)
		} else if isBlock(content) {
			raw, err = b.block(content)
		} else if engine.IsArray(content) {
			raw, err = b.content(content)
		}
		if err != nil {
			return nil, err
		}
		if raw == nil {
			return nil, engine.TypeErrorf("%s: a message must be a string, a content block or { role, content }, not %s",
				what, b.rt.Inspect(item, engine.InspectOptions{}))
		}
		out = append(out, fields(append([]any{"role", json.RawMessage(quoted(role.String())), "content", raw}, rest...)...))
	}
	return jsonArray(out), nil
}

// promptResult makes a prompt's result of what its handler returned.
func (b *binding) promptResult(name, description string, v engine.Value) (json.RawMessage, error) {
	var about json.RawMessage
	if description != "" {
		about = quoted(description)
	}
	if o, ok := v.(*engine.Object); ok && !engine.IsArray(v) && o.Get("messages") != nil {
		messages, err := b.messages(o.Get("messages"), fmt.Sprintf("prompt %q", name))
		if err != nil {
			return nil, err
		}
		pairs, err := b.membersBut(o, "messages", messages)
		if err != nil {
			return nil, err
		}
		if o.Get("description") == nil {
			pairs = append([]any{"description", about}, pairs...)
		}
		return fields(pairs...), nil
	}
	messages, err := b.messages(v, fmt.Sprintf("prompt %q", name))
	return fields("description", about, "messages", messages), err
}

// membersBut are an object's members as fields takes them, one in another form.
func (b *binding) membersBut(o *engine.Object, key string, instead json.RawMessage) ([]any, error) {
	var pairs []any
	for _, k := range o.Keys() {
		raw, err := b.rt.Stringify(o.Get(k))
		if err != nil {
			return nil, err
		}
		if k == key {
			raw = instead
		}
		pairs = append(pairs, k, raw)
	}
	return pairs, nil
}

// resourceResult makes a resource's contents of what its handler returned: text
// of a string, a blob of bytes, JSON of anything else.
func (b *binding) resourceResult(uri, mimeType string, v engine.Value) (json.RawMessage, error) {
	if o, ok := v.(*engine.Object); ok {
		switch {
		case engine.IsArray(o.Get("contents")):
			contents, err := b.contents(uri, mimeType, elements(o.Get("contents").(*engine.Object)), true)
			if err != nil {
				return nil, err
			}
			pairs, err := b.membersBut(o, "contents", contents)
			return fields(pairs...), err
		case engine.IsArray(o) && len(elements(o)) > 0 && !slices.ContainsFunc(elements(o), func(v engine.Value) bool { return !isContents(v, true) }):
			contents, err := b.contents(uri, mimeType, elements(o), true)
			return fields("contents", contents), err
		}
	}
	contents, err := b.contents(uri, mimeType, []engine.Value{v}, false)
	return fields("contents", contents), err
}

// isContents tells resource contents from data: by text or blob and, with
// only, by having nothing else that data might have.
func isContents(v engine.Value, only bool) bool {
	o, ok := v.(*engine.Object)
	if !ok {
		return false
	}
	_, isText := engine.AsString(o.Get("text"))
	_, isBlob := engine.AsString(o.Get("blob"))
	_, isBytes := engine.AsBytes(o.Get("blob"))
	return (isText || isBlob || isBytes) && (!only || o.Get("uri") != nil || onlyKeys(o, "text", "blob", "mimeType", "_meta"))
}

// contents writes resource contents; listed tells that the items were given as
// such.
func (b *binding) contents(uri, mimeType string, items []engine.Value, listed bool) (json.RawMessage, error) {
	out := []json.RawMessage{}
	for _, v := range items {
		kind := func(otherwise string) json.RawMessage {
			if mimeType != "" {
				otherwise = mimeType
			}
			return quoted(otherwise)
		}
		if s, ok := engine.AsString(v); ok {
			out = append(out, fields("uri", json.RawMessage(quoted(uri)), "mimeType", kind("text/plain"), "text", json.RawMessage(quoted(s))))
			continue
		}
		if data, ok := engine.AsBytes(v); ok {
			out = append(out, fields("uri", json.RawMessage(quoted(uri)), "mimeType", kind("application/octet-stream"),
				"blob", json.RawMessage(quoted(base64.StdEncoding.EncodeToString(data)))))
			continue
		}
		if isContents(v, !listed) {
			o := v.(*engine.Object)
			if blob, ok := engine.AsBytes(o.Get("blob")); ok {
				o = b.with(o, "blob", base64.StdEncoding.EncodeToString(blob))
			}
			raw, err := b.rt.Stringify(o)
			if err != nil {
				return nil, err
			}
			if o.Get("mimeType") == nil && mimeType != "" {
				raw = json.RawMessage(`{"mimeType":` + string(quoted(mimeType)) + `,` + string(raw[1:]))
			}
			if o.Get("uri") == nil {
				raw = json.RawMessage(`{"uri":` + string(quoted(uri)) + `,` + string(raw[1:]))
			}
			out = append(out, raw)
			continue
		}
		raw, err := b.rt.Stringify(v)
		if err != nil {
			return nil, err
		}
		if raw == nil {
			return nil, engine.TypeErrorf("resource %q returned %s; return a string, bytes, or something that JSON has a form for",
				uri, b.rt.Inspect(v, engine.InspectOptions{Depth: engine.InspectNone}))
		}
		out = append(out, fields("uri", json.RawMessage(quoted(uri)), "mimeType", kind("application/json"), "text", json.RawMessage(quoted(string(raw)))))
	}
	return jsonArray(out), nil
}

// completed makes a completion of what a completer gave: a list of values, or
// the completion object.
func (b *binding) completed(v engine.Value) (json.RawMessage, error) {
	const most = 100 // of the protocol
	if o, ok := v.(*engine.Object); ok && !engine.IsArray(v) && engine.IsArray(o.Get("values")) {
		raw, err := b.rt.Stringify(v)
		return fields("completion", raw), err
	}
	if engine.IsNullish(v) {
		v = b.rt.VM().NewArray()
	}
	if !engine.IsArray(v) {
		return nil, engine.TypeErrorf("a completion must be a list of strings or { values, total, hasMore }, not %s", b.rt.Inspect(v, engine.InspectOptions{}))
	}
	values := []string{}
	for _, item := range elements(v.(*engine.Object)) {
		values = append(values, item.String())
	}
	total := len(values)
	values = values[:min(total, most)]
	raw, err := json.Marshal(map[string]any{"values": values, "total": total, "hasMore": total > len(values)})
	return fields("completion", json.RawMessage(raw)), err
}
