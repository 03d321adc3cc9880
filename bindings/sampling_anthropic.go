package bindings

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// anthropic is the messages API.
type anthropic struct{}

func (anthropic) defaults() (string, string) { return "https://api.anthropic.com", "ANTHROPIC_API_KEY" }

func (anthropic) request(m *model, model string, p *samplingParams) (string, map[string]string, any, error) {
	body := map[string]any{"model": model, "max_tokens": p.MaxTokens}
	if p.SystemPrompt != "" {
		body["system"] = p.SystemPrompt
	}
	if p.Temperature != nil {
		body["temperature"] = *p.Temperature
	}
	if len(p.StopSequences) > 0 {
		body["stop_sequences"] = p.StopSequences
	}
	messages := []any{}
	for _, msg := range p.Messages {
		blocks, err := samplingBlocks(msg.Content)
		if err != nil {
			return "", nil, nil, fmt.Errorf("a message of the server's cannot be read: %w", err)
		}
		content := []any{}
		for _, b := range blocks {
			block, err := anthropicBlock(b)
			if err != nil {
				return "", nil, nil, err
			}
			content = append(content, block)
		}
		messages = append(messages, map[string]any{"role": msg.Role, "content": content})
	}
	body["messages"] = messages
	var tools []any
	for _, t := range p.Tools {
		tools = append(tools, map[string]any{"name": t.Name, "description": t.Description, "input_schema": schemaOrObject(t.InputSchema)})
	}
	if tools != nil {
		body["tools"] = tools
		if p.ToolChoice != nil && p.ToolChoice.Mode != "" {
			kind := p.ToolChoice.Mode
			if kind == "required" {
				kind = "any"
			}
			body["tool_choice"] = map[string]any{"type": kind}
		}
	}
	headers := map[string]string{"Anthropic-Version": "2023-06-01"}
	if m.key != "" {
		headers["X-Api-Key"] = m.key
	}
	path := "/v1/messages"
	if strings.HasSuffix(m.baseURL, "/v1") {
		path = "/messages"
	}
	return path, headers, body, nil
}

func anthropicBlock(b samplingBlock) (any, error) {
	switch b.Type {
	case "text":
		return map[string]any{"type": "text", "text": b.Text}, nil
	case "image":
		return map[string]any{"type": "image", "source": map[string]any{"type": "base64", "media_type": b.MimeType, "data": b.Data}}, nil
	case "tool_use":
		return map[string]any{"type": "tool_use", "id": b.ID, "name": b.Name, "input": schemaOrEmpty(b.Input)}, nil
	case "tool_result":
		content := []any{}
		for _, inner := range b.Content {
			if inner.Type != "text" && inner.Type != "image" {
				continue
			}
			block, err := anthropicBlock(inner)
			if err != nil {
				return nil, err
			}
			content = append(content, block)
		}
		if len(content) == 0 && b.resultText() != "" {
			content = append(content, map[string]any{"type": "text", "text": b.resultText()})
		}
		result := map[string]any{"type": "tool_result", "tool_use_id": b.ToolUseID, "content": content}
		if b.IsError {
			result["is_error"] = true
		}
		return result, nil
	}
	return nil, fmt.Errorf("this API takes no content of type %q", b.Type)
}

func schemaOrEmpty(input json.RawMessage) any {
	if len(input) == 0 {
		return map[string]any{}
	}
	return input
}

func (anthropic) response(body []byte) (*samplingResult, error) {
	var answer struct {
		Model      string `json:"model"`
		StopReason string `json:"stop_reason"`
		Content    []struct {
			Type  string          `json:"type"`
			Text  string          `json:"text"`
			ID    string          `json:"id"`
			Name  string          `json:"name"`
			Input json.RawMessage `json:"input"`
		} `json:"content"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, errors.New("the answer is no message")
	}
	r := &samplingResult{Role: "assistant", Model: answer.Model}
	r.StopReason = map[string]string{"end_turn": "endTurn", "max_tokens": "maxTokens", "tool_use": "toolUse", "stop_sequence": "stopSequence"}[answer.StopReason]
	if r.StopReason == "" {
		r.StopReason = answer.StopReason
	}
	for _, b := range answer.Content {
		switch b.Type {
		case "text":
			r.Content = append(r.Content, samplingBlock{Type: "text", Text: b.Text})
		case "tool_use":
			input := b.Input
			if len(input) == 0 {
				input = json.RawMessage("{}")
			}
			r.Content = append(r.Content, samplingBlock{Type: "tool_use", ID: b.ID, Name: b.Name, Input: input})
		}
	}
	if len(r.Content) == 0 {
		return nil, errors.New("the model answered nothing")
	}
	return r, nil
}
