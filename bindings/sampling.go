package bindings

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mcpjs/engine"
)

// A model is an API that answers sampling requests, and how it is asked.
type model struct {
	api       modelAPI
	key       string
	baseURL   string
	name      string
	names     []string // others that a server may ask for by a hint
	maxTokens int
	timeout   time.Duration
	headers   map[string]string
}

// A modelAPI translates between sampling and the wire format of one API.
type modelAPI interface {
	// defaults are the base URL and the environment variable of the key.
	defaults() (baseURL, keyVariable string)
	// request makes the path, the headers and the body of a request.
	request(m *model, model string, p *samplingParams) (path string, headers map[string]string, body any, err error)
	// response makes the result of an answer's body.
	response(body []byte) (*samplingResult, error)
}

// samplingParams are CreateMessageRequestParams (client/sampling).
type samplingParams struct {
	Messages []struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
	} `json:"messages"`
	SystemPrompt     string   `json:"systemPrompt"`
	MaxTokens        int      `json:"maxTokens"`
	Temperature      *float64 `json:"temperature"`
	StopSequences    []string `json:"stopSequences"`
	ModelPreferences struct {
		Hints []struct {
			Name string `json:"name"`
		} `json:"hints"`
	} `json:"modelPreferences"`
	Tools []struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		InputSchema json.RawMessage `json:"inputSchema"`
	} `json:"tools"`
	ToolChoice *struct {
		Mode string `json:"mode"`
	} `json:"toolChoice"`
}

// A samplingBlock is one block of a message's content.
type samplingBlock struct {
	Type              string          `json:"type"`
	Text              string          `json:"text,omitempty"`
	Data              string          `json:"data,omitempty"`
	MimeType          string          `json:"mimeType,omitempty"`
	ID                string          `json:"id,omitempty"`
	Name              string          `json:"name,omitempty"`
	Input             json.RawMessage `json:"input,omitempty"`
	ToolUseID         string          `json:"toolUseId,omitempty"`
	Content           []samplingBlock `json:"content,omitempty"`
	StructuredContent json.RawMessage `json:"structuredContent,omitempty"`
	IsError           bool            `json:"isError,omitempty"`
}

func samplingBlocks(raw json.RawMessage) ([]samplingBlock, error) {
	if raw = bytes.TrimSpace(raw); len(raw) > 0 && raw[0] == '{' {
		raw = json.RawMessage("[" + string(raw) + "]")
	}
	var list []samplingBlock
	err := json.Unmarshal(raw, &list)
	return list, err
}

// resultText is a tool result's text; its structured content where it has none.
func (s samplingBlock) resultText() string {
	var texts []string
	for _, c := range s.Content {
		if c.Type == "text" {
			texts = append(texts, c.Text)
		}
	}
	if texts == nil && s.StructuredContent != nil {
		return string(s.StructuredContent)
	}
	return strings.Join(texts, "\n")
}

// A samplingResult is a CreateMessageResult.
type samplingResult struct {
	Role       string          `json:"role"`
	Model      string          `json:"model"`
	StopReason string          `json:"stopReason,omitempty"`
	Content    []samplingBlock `json:"-"`
}

// MarshalJSON writes one block as itself, as the revisions without tools want.
func (r *samplingResult) MarshalJSON() ([]byte, error) {
	type plain samplingResult
	var content any = r.Content
	if len(r.Content) == 1 && r.Content[0].Type != "tool_use" {
		content = r.Content[0]
	}
	return json.Marshal(struct {
		*plain
		Content any `json:"content"`
	}{(*plain)(r), content})
}

// samplingObject is mcp.sampling: handlers that ask a model's API.
func (b *binding) samplingObject() engine.Value {
	o := b.rt.VM().NewObject()
	for name, api := range map[string]modelAPI{"openai": openAI{}, "anthropic": anthropic{}} {
		b.rt.Method(o, name, func(call engine.Call) engine.Value {
			m, err := b.readModel(name, api, call.Argument(0))
			if err != nil {
				b.rt.Throw(err)
			}
			return b.rt.NewFunction(name, func(call engine.Call) engine.Value { return b.askModel(name, m, call) })
		})
	}
	return o
}

func (b *binding) readModel(name string, api modelAPI, v engine.Value) (*model, error) {
	m := &model{api: api, maxTokens: 4096, timeout: 2 * time.Minute, headers: map[string]string{}}
	var headers json.RawMessage
	err := readOptions(v, "sampling."+name+" options", map[string]option{
		"apiKey":  text(&m.key, "apiKey"),
		"baseURL": text(&m.baseURL, "baseURL"),
		"model":   text(&m.name, "model"),
		"models": func(v engine.Value) error {
			raw, err := b.rt.Stringify(v)
			if err != nil || json.Unmarshal(raw, &m.names) != nil {
				return engine.TypeErrorf("models must be a list of names")
			}
			return nil
		},
		"maxTokens": func(v engine.Value) error {
			if m.maxTokens = int(v.ToInteger()); m.maxTokens < 1 {
				return engine.TypeErrorf("maxTokens must be a number from 1 on")
			}
			return nil
		},
		"timeout": duration(&m.timeout, "timeout"),
		"headers": b.object(&headers, "headers"),
	})
	if err != nil {
		return nil, err
	}
	if headers != nil && json.Unmarshal(headers, &m.headers) != nil {
		return nil, engine.TypeErrorf("headers must be strings by name")
	}
	base, variable := api.defaults()
	if m.key == "" && b.opts.Env.Getenv != nil {
		if err := b.rt.Permissions.Env(variable); err != nil && m.baseURL == "" {
			return nil, err
		} else if err != nil {
			variable = ""
		}
		m.key = b.opts.Env.Getenv(variable)
	}
	if m.name == "" {
		return nil, engine.TypeErrorf("sampling.%s needs the name of a model, as in {model: …}", name)
	}
	if m.key == "" && m.baseURL == "" {
		return nil, engine.TypeErrorf("sampling.%s needs an apiKey, or the environment variable %s", name, variable)
	}
	m.baseURL = strings.TrimRight(cmp.Or(m.baseURL, base), "/")
	if u, err := url.Parse(m.baseURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, engine.TypeErrorf("sampling.%s: baseURL must be an http:// or https:// URL", name)
	} else if err := b.rt.Permissions.Net(hostPort(u)); err != nil {
		return nil, err
	}
	return m, nil
}

// askModel is the handler: it gives the promise of a CreateMessageResult.
func (b *binding) askModel(name string, m *model, call engine.Call) engine.Value {
	raw, err := b.objectArgument(call.Argument(0), "the params of a sampling request")
	if err == nil && raw == nil {
		err = engine.TypeErrorf("the handler needs the params of a sampling request")
	}
	if err != nil {
		return b.rt.Rejected(err)
	}
	op := b.rt.Begin()
	ctx, cancel := context.WithCancelCause(op.Context())
	op.Finally(func() { cancel(nil) })
	if o, ok := call.Argument(1).(*engine.Object); ok {
		if signal := o.Get("signal"); !engine.IsNullish(signal) {
			b.onAbort(op, signal, cancel)
		}
	}
	go func() {
		var p samplingParams
		err := json.Unmarshal(raw, &p)
		var result *samplingResult
		if err == nil {
			result, err = m.ask(ctx, &p)
		}
		var answer []byte
		if err == nil {
			answer, err = json.Marshal(result)
		}
		if err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			op.Reject(m.failure(name, err))
			return
		}
		op.Resolve(func() (engine.Value, error) { return b.sampled(answer) })
	}()
	return op.Promise()
}

// A modelError is an answer of the API's that is none.
type modelError struct {
	status int
	text   string
	after  time.Duration // when to try again, 0 where the API doesn't say
}

func (e *modelError) Error() string { return fmt.Sprintf("HTTP status %d: %s", e.status, e.text) }

// failure is an error for the script. The key appears in no text.
func (m *model) failure(name string, err error) error {
	text := err.Error()
	if m.key != "" {
		text = strings.ReplaceAll(text, m.key, "…")
	}
	e := &engine.Error{Class: "McpError", Message: engine.Printable(fmt.Sprintf("ask %s at %s: %s", m.name, host(m.baseURL), text)),
		Fields: []engine.Field{{Name: "api", Value: name}}}
	var status *modelError
	if errors.As(err, &status) {
		e.Fields = append(e.Fields, engine.Field{Name: "status", Value: status.status})
	}
	return e
}

func host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "the API"
	}
	return u.Host
}

// choose is the model that the server's hints name, if it may, else the usual.
func (m *model) choose(p *samplingParams) string {
	for _, hint := range p.ModelPreferences.Hints {
		if hint.Name == "" {
			continue
		}
		for _, name := range append([]string{m.name}, m.names...) {
			if strings.Contains(name, hint.Name) {
				return name
			}
		}
	}
	return m.name
}

const (
	maxModelAnswer = 64 << 20
	modelRetries   = 2
)

// ask asks the API, again where it is too busy.
func (m *model) ask(ctx context.Context, p *samplingParams) (*samplingResult, error) {
	if p.MaxTokens <= 0 {
		p.MaxTokens = m.maxTokens
	}
	path, headers, body, err := m.api.request(m, m.choose(p), p)
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	maps.Copy(headers, m.headers)
	if m.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, m.timeout, fmt.Errorf("no answer within %v", m.timeout))
		defer cancel()
	}
	for try := 0; ; try++ {
		answer, err := m.post(ctx, m.baseURL+path, headers, encoded)
		var refused *modelError
		busy := errors.As(err, &refused) && (refused.status == http.StatusTooManyRequests || refused.status >= 500)
		if err == nil {
			return m.api.response(answer)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if !busy || try == modelRetries {
			return nil, err
		}
		timer := time.NewTimer(cmp.Or(refused.after, 500*time.Millisecond<<try))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		}
	}
}

// modelClient follows no redirect: the key must not go elsewhere.
var modelClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (m *model) post(ctx context.Context, to string, headers map[string]string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the base URL is not valid")
	}
	req.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	res, err := modelClient.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxModelAnswer))
	if err != nil {
		return nil, err
	}
	if res.StatusCode/100 == 2 {
		return answer, nil
	}
	e := &modelError{status: res.StatusCode, text: strings.TrimSpace(string(answer[:min(len(answer), 300)]))}
	var told struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(answer, &told) == nil && told.Error.Message != "" {
		e.text = told.Error.Message
	}
	if e.text == "" {
		e.text = http.StatusText(res.StatusCode)
	}
	const longest = 10
	if seconds, err := strconv.ParseFloat(res.Header.Get("Retry-After"), 64); err == nil && seconds > 0 && seconds <= longest {
		e.after = time.Duration(seconds * float64(time.Second))
	}
	return nil, e
}
