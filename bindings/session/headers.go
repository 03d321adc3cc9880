package session

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"

	"mcpjs/bindings/transport"
)

// codes of errors that only servers of 2026-07-28 and later give.
const (
	codeHeaderMismatch     = -32020
	codeMissingCapability  = -32021
	codeUnsupportedVersion = -32022
)

// headers returns what streamable HTTP mirrors of a request: its method, the
// name of what it uses, and the arguments that the tool's schema marks with
// x-mcp-header.
func (s *Session) headers(method string, params json.RawMessage) http.Header {
	h := http.Header{mcp.HeaderMethod: {method}}
	name := ""
	switch method {
	case "tools/call", "prompts/get":
		name = text(member(params, "name"))
	case "resources/read":
		name = text(member(params, "uri"))
	case "tasks/get", "tasks/update", "tasks/cancel":
		name = text(member(params, "taskId"))
	default:
		return h
	}
	if value, ok := mcp.EncodeHeaderValue(name); ok {
		h[mcp.HeaderName] = []string{value}
	}
	if method == "tools/call" {
		if tool := s.tools.find(name); tool != nil {
			for name, value := range mcp.GenerateParamHeaders(tool, params) {
				h.Set(name, value)
			}
		}
	}
	return h
}

// toolHeaders knows the tools whose arguments are mirrored in headers. The
// zero value knows none.
type toolHeaders struct {
	mu     sync.RWMutex
	byName map[string]*mcp.Tool
}

func (t *toolHeaders) find(name string) *mcp.Tool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byName[name]
}

// remember learns from a tools/list result and returns it without the tools
// that a client must refuse, as their marks are invalid.
func (t *toolHeaders) remember(s *Session, result json.RawMessage) json.RawMessage {
	t.mu.RLock()
	known := len(t.byName)
	t.mu.RUnlock()
	if known == 0 && !bytes.Contains(result, []byte("x-mcp-header")) {
		return result
	}
	var tools []json.RawMessage
	if json.Unmarshal(member(result, "tools"), &tools) != nil {
		return result
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byName == nil {
		t.byName = make(map[string]*mcp.Tool)
	}
	kept := make([]json.RawMessage, 0, len(tools))
	for _, raw := range tools {
		name := text(member(raw, "name"))
		delete(t.byName, name)
		if bytes.Contains(raw, []byte("x-mcp-header")) {
			tool := &mcp.Tool{Name: name, RawInputSchema: member(raw, "inputSchema")}
			if err := mcp.ValidateParamHeaderAnnotations(tool); err != nil {
				s.warn(fmt.Sprintf("tool %q is left out, as its x-mcp-header marks are invalid: %v", name, err))
				continue
			}
			t.byName[name] = tool
		}
		kept = append(kept, raw)
	}
	if len(kept) == len(tools) {
		return result
	}
	list, err := json.Marshal(kept)
	if err != nil {
		return result
	}
	return with(result, "tools", list)
}

// warn tells Handlers.Notify something as if the server had logged it.
func (s *Session) warn(message string) {
	s.mail.add(delivery{n: transport.Notification{
		Method: "notifications/message",
		Params: json.RawMessage(`{"level":"warning","logger":"mcpjs","data":` + string(quote(message)) + `}`),
	}})
}

// headersRefused reports whether a tool call was refused for its headers and
// is worth sending again, as the tools' schemas have been listed anew.
func (p *pending) headersRefused(e *transport.Error) bool {
	if e.Code != codeHeaderMismatch || p.call.Method != "tools/call" || p.relisted || !p.s.http || !p.s.modern {
		return false
	}
	p.relisted = true
	return p.s.listTools(p.ctx) == nil
}

// listTools lists all tools, so that toolHeaders learns of them.
func (s *Session) listTools(ctx context.Context) error {
	var params json.RawMessage
	for range 100 {
		result, err := s.Request(ctx, Call{Method: "tools/list", Params: params})
		if err != nil {
			return err
		}
		cursor := member(result, "nextCursor")
		if isNull(cursor) {
			return nil
		}
		params = with(json.RawMessage("{}"), "cursor", cursor)
	}
	return nil
}
