package bindings_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A standIn is a server of 2026-07-28 whose answers are made by a function: a
// result, or with "error" in it an error.
func standIn(t *testing.T, answer func(method string, params map[string]any, r *http.Request) map[string]any) string {
	t.Helper()
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m struct {
			ID     json.RawMessage
			Method string
			Params map[string]any
		}
		if json.NewDecoder(r.Body).Decode(&m) != nil || m.ID == nil {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		reply := map[string]any{"jsonrpc": "2.0", "id": m.ID}
		var result map[string]any
		if m.Method == "server/discover" {
			result = map[string]any{"supportedVersions": []string{"2026-07-28"}, "capabilities": map[string]any{
				"tools": map[string]any{}, "extensions": map[string]any{"io.modelcontextprotocol/tasks": map[string]any{}}}}
		} else {
			result = answer(m.Method, m.Params, r)
		}
		if result["error"] != nil && result["taskId"] == nil {
			reply["error"] = result["error"]
		} else {
			if result["resultType"] == nil {
				result["resultType"] = "complete"
			}
			reply["result"] = result
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(reply)
	}))
	t.Cleanup(func() { h.CloseClientConnections(); h.Close() })
	return h.URL + "/mcp"
}

type object = map[string]any

// wrongServer breaks the output schemas of its tools.
func wrongServer(t *testing.T) string {
	return standIn(t, func(method string, params map[string]any, _ *http.Request) map[string]any {
		number := object{"type": "object", "properties": object{"sum": object{"type": "number"}}}
		input := object{"type": "object"}
		deep := object{"type": "object"}
		for range 3000 {
			deep = object{"type": "object", "properties": object{"a": deep}}
		}
		if method == "tools/list" {
			return object{"tools": []object{
				{"name": "wrong", "inputSchema": input, "outputSchema": number},
				{"name": "missing", "inputSchema": input, "outputSchema": number},
				{"name": "deep", "inputSchema": deep, "outputSchema": deep},
				{"name": "elsewhere", "inputSchema": object{"$ref": "https://example.com/schema.json"}, "outputSchema": object{"$ref": "file:///etc/passwd"}},
			}}
		}
		result := object{"content": []object{}}
		if params["name"] != "missing" {
			result["structuredContent"] = object{"sum": "three"}
		}
		return result
	})
}
