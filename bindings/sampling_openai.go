package bindings

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// openAI is the API of chat completions, which many others speak too.
type openAI struct{}

func (openAI) defaults() (string, string) { return "https://api.openai.com/v1", "OPENAI_API_KEY" }

func (openAI) request(m *model, model string, p *samplingParams) (string, map[string]string, any, error) {
	body := map[string]any{"model": model}
	limit := "max_tokens"
	if host(m.baseURL) == "api.openai.com" {
		limit = "max_completion_tokens" // its newer models refuse the old name
	}
	body[limit] = p.MaxTokens
	messages, err := openAIMessages(p)
	if err != nil {
		return "", nil, nil, err
	}
	body["messages"] = messages
	if p.Temperature != nil {
		body["temperature"] = *p.Temperature
	}
	if len(p.StopSequences) > 0 {
		body["stop"] = p.StopSequences
	}
	var tools []any
	for _, t := range p.Tools {
		tools = append(tools, map[string]any{"type": "function", "function": map[string]any{
			"name": t.Name, "description": t.Description, "parameters": schemaOrObject(t.InputSchema)}})
	}
	if tools != nil {
		body["tools"] = tools
		if p.ToolChoice != nil && p.ToolChoice.Mode != "" {
			body["tool_choice"] = p.ToolChoice.Mode // auto, required and none, as in MCP
		}
	}
	headers := map[string]string{}
	if m.key != "" {
		headers["Authorization"] = "Bearer " + m.key
	}
	return "/chat/completions", headers, body, nil
}

func schemaOrObject(schema json.RawMessage) any {
	if len(schema) == 0 || string(schema) == "null" {
		return map[string]any{"type": "object"}
	}
	return schema
}

func openAIMessages(p *samplingParams) ([]any, error) {
	var messages []any
	if p.SystemPrompt != "" {
		messages = append(messages, map[string]any{"role": "system", "content": p.SystemPrompt})
	}
	for _, msg := range p.Messages {
		blocks, err := samplingBlocks(msg.Content)
		if err != nil {
			return nil, fmt.Errorf("a message of the server's cannot be read: %w", err)
		}
		var parts, calls []any
		for _, b := range blocks {
			switch b.Type {
			case "tool_use":
				input := string(b.Input)
				if input == "" {
					input = "{}"
				}
				calls = append(calls, map[string]any{"id": b.ID, "type": "function",
					"function": map[string]any{"name": b.Name, "arguments": input}})
			case "tool_result":
				// These come before the rest of what the user says.
				messages = append(messages, map[string]any{"role": "tool", "tool_call_id": b.ToolUseID, "content": b.resultText()})
				for _, inner := range b.Content {
					if inner.Type == "image" || inner.Type == "audio" {
						part, err := openAIPart(inner)
						if err != nil {
							return nil, err
						}
						parts = append(parts, part)
					}
				}
			default:
				part, err := openAIPart(b)
				if err != nil {
					return nil, err
				}
				parts = append(parts, part)
			}
		}
		message := map[string]any{"role": msg.Role}
		switch {
		case msg.Role == "assistant" || len(parts) == 1 && len(blocks) == 1 && blocks[0].Type == "text":
			var texts []string
			for _, b := range blocks {
				if b.Type == "text" {
					texts = append(texts, b.Text)
				}
			}
			if texts != nil {
				message["content"] = strings.Join(texts, "\n")
			}
		case parts != nil:
			message["content"] = parts
		}
		if calls != nil {
			message["tool_calls"] = calls
		}
		if len(message) > 1 {
			messages = append(messages, message)
		}
	}
	return messages, nil
}

func openAIPart(b samplingBlock) (any, error) {
	switch b.Type {
	case "text":
		return map[string]any{"type": "text", "text": b.Text}, nil
	case "image":
		return map[string]any{"type": "image_url", "image_url": map[string]any{"url": "data:" + b.MimeType + ";base64," + b.Data}}, nil
	case "audio":
		format := map[string]string{"audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3"}[b.MimeType]
		if format == "" {
			return nil, fmt.Errorf("this API takes audio as wav and mp3, not %s", b.MimeType)
		}
		return map[string]any{"type": "input_audio", "input_audio": map[string]any{"data": b.Data, "format": format}}, nil
	}
	return nil, fmt.Errorf("this API takes no content of type %q", b.Type)
}

func (openAI) response(body []byte) (*samplingResult, error) {
	var answer struct {
		Model   string `json:"model"`
		Choices []struct {
			FinishReason string `json:"finish_reason"`
			Message      struct {
				Content   *string `json:"content"`
				Refusal   *string `json:"refusal"`
				ToolCalls []struct {
					ID       string `json:"id"`
					Function struct {
						Name      string `json:"name"`
						Arguments string `json:"arguments"`
					} `json:"function"`
				} `json:"tool_calls"`
			} `json:"message"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, errors.New("the answer is no chat completion")
	}
	if len(answer.Choices) == 0 {
		return nil, errors.New("the answer holds no choice")
	}
	first := answer.Choices[0]
	r := &samplingResult{Role: "assistant", Model: answer.Model}
	r.StopReason = map[string]string{"stop": "endTurn", "length": "maxTokens", "tool_calls": "toolUse", "content_filter": "contentFilter"}[first.FinishReason]
	if r.StopReason == "" {
		r.StopReason = first.FinishReason
	}
	for _, text := range []*string{first.Message.Content, first.Message.Refusal} {
		if text != nil && *text != "" {
			r.Content = append(r.Content, samplingBlock{Type: "text", Text: *text})
		}
	}
	for _, call := range first.Message.ToolCalls {
		input := json.RawMessage(call.Function.Arguments)
		if strings.TrimSpace(call.Function.Arguments) == "" {
			input = json.RawMessage("{}")
		}
		if !json.Valid(input) || input[0] != '{' {
			return nil, fmt.Errorf("the model called tool %q with arguments that are no JSON object", call.Function.Name)
		}
		r.Content = append(r.Content, samplingBlock{Type: "tool_use", ID: call.ID, Name: call.Function.Name, Input: input})
	}
	if len(r.Content) == 0 {
		return nil, errors.New("the model answered nothing")
	}
	return r, nil
}
