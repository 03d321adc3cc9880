package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	"mcpjs/bindings/server"
)

// What the bakery says, as MCP has it.

// A description is what a list shows of a tool, prompt, resource or template.
type description struct {
	URI          string          `json:"uri,omitempty"`
	Template     string          `json:"uriTemplate,omitempty"`
	Name         string          `json:"name"`
	Title        string          `json:"title,omitempty"`
	Description  string          `json:"description,omitempty"`
	MIMEType     string          `json:"mimeType,omitempty"`
	Size         int             `json:"size,omitempty"`
	Arguments    []argument      `json:"arguments,omitempty"`
	InputSchema  json.RawMessage `json:"inputSchema,omitempty"`
	OutputSchema json.RawMessage `json:"outputSchema,omitempty"`
	Annotations  any             `json:"annotations,omitempty"`
	Execution    any             `json:"execution,omitempty"`
	Icons        []icon          `json:"icons,omitempty"`
}

type argument struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Required    bool   `json:"required,omitempty"`
}

// A link is a description as the content of a result.
type link struct {
	Type string `json:"type"`
	description
}

type icon struct {
	Src      string   `json:"src"`
	MIMEType string   `json:"mimeType"`
	Sizes    []string `json:"sizes"`
}

// hints are a tool's annotations.
type hints struct {
	Title       string `json:"title"`
	ReadOnly    bool   `json:"readOnlyHint,omitempty"`
	Destructive bool   `json:"destructiveHint"`
	Idempotent  bool   `json:"idempotentHint,omitempty"`
	OpenWorld   bool   `json:"openWorldHint"`
}

// annotations are those of resources and content.
type annotations struct {
	Audience     []string `json:"audience"`
	Priority     float64  `json:"priority"`
	LastModified string   `json:"lastModified,omitempty"`
}

// A result is a tool's.
type result struct {
	Content    []any `json:"content"`
	Structured any   `json:"structuredContent,omitempty"`
	IsError    bool  `json:"isError,omitempty"`
}

// A message is one of a prompt's.
type message struct {
	Role    string `json:"role"`
	Content any    `json:"content"`
}

type prompt struct {
	Description string    `json:"description,omitempty"`
	Messages    []message `json:"messages"`
}

type text struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// media is a picture or a sound, in base64.
type media struct {
	Type        string       `json:"type"`
	Data        string       `json:"data"`
	MIMEType    string       `json:"mimeType"`
	Annotations *annotations `json:"annotations,omitempty"`
}

// A body is the contents of a resource: text or, in base64, bytes.
type body struct {
	URI      string `json:"uri"`
	MIMEType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Blob     string `json:"blob,omitempty"`
}

type embedded struct {
	Type     string `json:"type"`
	Resource body   `json:"resource"`
}

func words(format string, args ...any) text {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	return text{"text", format}
}

func says(format string, args ...any) *result {
	return &result{Content: []any{words(format, args...)}}
}

func fails(format string, args ...any) *result {
	r := says(format, args...)
	r.IsError = true
	return r
}

// structured is a result with data and, for clients that read only text, the
// same as JSON.
func structured(data any) (*result, error) {
	raw, err := encode(data)
	return &result{Content: []any{text{"text", string(raw)}}, Structured: data}, err
}

// schema is an object schema with these properties; those named are required.
func schema(properties string, required ...string) json.RawMessage {
	return fmt.Appendf(nil, `{"type":"object","properties":{%s},"required":%s,"additionalProperties":false}`, properties, list(required))
}

// list is a JSON array of strings.
func list(values []string) string {
	raw, _ := json.Marshal(append([]string{}, values...)) // strings can always be encoded
	return string(raw)
}

// encode is JSON without escapes that only HTML needs.
func encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// A call is a request that a handler answers, on a goroutine of its own.
type call struct{ *server.Call }

// serve runs a handler beside the connection's reader.
func serve[T any](handle func(call) (T, error)) server.Handler {
	return func(c *server.Call, done func(json.RawMessage, error)) {
		go func() {
			defer func() { // the demo runs in its client's process, too
				if p := recover(); p != nil {
					done(nil, fmt.Errorf("%s: panic: %v", c.Method, p))
				}
			}()
			v, err := handle(call{c})
			var raw json.RawMessage
			if err == nil {
				raw, err = encode(v)
			}
			done(raw, err)
		}()
	}
}

// bound is the handler of a tool whose arguments are an A, checked against its
// schema.
func bound[A any](d description, handle func(call, A) (*result, error)) server.Handler {
	compiled := sync.OnceValues(func() (*server.Schema, error) { return server.CompileSchema(d.InputSchema) })
	return serve(func(c call) (*result, error) {
		check, err := compiled()
		if err == nil {
			err = check.Validate(c.Arguments)
		}
		if err != nil {
			return fails("invalid arguments for tool %q: %v", d.Name, err), nil
		}
		var args A
		if err := json.Unmarshal(c.Arguments, &args); err != nil {
			return fails("the arguments of %s: %v", d.Name, err), nil
		}
		return handle(c, args)
	})
}

// progress tells a client that asked for it how far the call is.
func (c call) progress(done, total int, text string) {
	params, _ := encode(struct { // which can always be encoded
		Progress int    `json:"progress"`
		Total    int    `json:"total"`
		Message  string `json:"message"`
	}{done, total, text})
	c.Progress(params)
}

// ask asks the client for something and waits for its answer; key names the
// question among those of the call.
func (c call) ask(method, key string, params, answer any) error {
	var raw json.RawMessage
	var err error
	if params != nil {
		if raw, err = encode(params); err != nil {
			return err
		}
	}
	type reply struct {
		result json.RawMessage
		err    error
	}
	answered := make(chan reply, 1)
	if err := c.Ask(method, key, raw, func(result json.RawMessage, err error) { answered <- reply{result, err} }); err != nil {
		return err
	}
	c.Flush()
	r := <-answered
	if r.err != nil {
		return fmt.Errorf("the client did not answer %s: %w", method, r.err)
	}
	if err := json.Unmarshal(r.result, answer); err != nil {
		return fmt.Errorf("the client's answer to %s: %w", method, err)
	}
	return nil
}
