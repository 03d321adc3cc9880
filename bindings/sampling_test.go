package bindings_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"mcpjs/bindings/servertest"
)

// conversation is a sampling request with all that there may be in one.
const conversation = `
	const request = {
		systemPrompt: "be brief", maxTokens: 50, temperature: 0.5, stopSequences: ["END"],
		modelPreferences: { hints: [{ name: "unheard-of" }, { name: "large" }] },
		messages: [
			{ role: "user", content: { type: "text", text: "weather?" } },
			{ role: "user", content: [{ type: "text", text: "see" }, { type: "image", data: "aW1n", mimeType: "image/png" }].concat(audio) },
			{ role: "assistant", content: [{ type: "text", text: "one moment" }, { type: "tool_use", id: "t1", name: "look", input: { city: "Rome" } }] },
			{ role: "user", content: [{ type: "tool_result", toolUseId: "t1", isError: true, content: [{ type: "text", text: "fog" }] }] },
		],
		tools: [{ name: "look", description: "looks", inputSchema: { type: "object", properties: { city: { type: "string" } } } }],
		toolChoice: { mode: "required" },
	};
`

// modelServer is a stand-in of a model's API: it notes what it is asked and
// answers with the replies, one after the other.
func modelServer(t *testing.T, replies ...string) (url string, seen func(i int) (r *http.Request, body string)) {
	type asked struct {
		r    *http.Request
		body string
	}
	var all []asked
	var n atomic.Int64
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		all = append(all, asked{r, string(body)})
		reply := replies[min(int(n.Add(1)), len(replies))-1]
		status := http.StatusOK
		if code, rest, ok := strings.Cut(reply, " "); ok && len(code) == 3 {
			status = map[string]int{"401": 401, "429": 429, "503": 503}[code]
			reply = rest
		}
		w.WriteHeader(status)
		io.WriteString(w, reply)
	}))
	t.Cleanup(h.Close)
	return h.URL, func(i int) (*http.Request, string) { return all[i].r, all[i].body }
}

func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var a, b any
	if json.Unmarshal([]byte(got), &a) != nil || json.Unmarshal([]byte(want), &b) != nil {
		t.Fatalf("not JSON: %s\n%s", got, want)
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	if string(x) != string(y) {
		t.Errorf("got  %s\nwant %s", x, y)
	}
}

func TestSamplingOpenAI(t *testing.T) {
	url, seen := modelServer(t,
		`{"model":"m-large-1","choices":[{"finish_reason":"tool_calls","message":{"content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"city\":\"Rome\"}"}}]}}]}`,
		`{"model":"m","choices":[{"finish_reason":"stop","message":{"content":"fine"}}]}`,
		`401 {"error":{"message":"Incorrect API key provided: sk-secret"}}`,
		`503 busy`, `{"model":"m","choices":[{"finish_reason":"length","message":{"content":"cut"}}]}`,
		`{"choices":[]}`, `<html>`,
		`{"model":"m","choices":[{"finish_reason":"tool_calls","message":{"tool_calls":[{"id":"c1","function":{"name":"look","arguments":"{oops"}}]}}]}`,
	)
	errs := js(t, `const audio = [{ type: "audio", data: "c25k", mimeType: "audio/wav" }];`+conversation+`
		const handler = mcp.sampling.openai({ apiKey: "sk-secret", baseURL: url + "/v1/", model: "m-small", models: ["m-large"], headers: { "X-Team": "a" } });
		equal(await handler(request), { role: "assistant", model: "m-large-1", stopReason: "toolUse",
			content: [{ type: "tool_use", id: "c1", name: "look", input: { city: "Rome" } }] });
		const c = await mcp.connect([sdk], { onSampling: handler });
		equal(JSON.parse((await c.tools.sample({ message: "how?" })).text).sample, { role: "assistant", model: "m", stopReason: "endTurn", content: { type: "text", text: "fine" } });
		const e = await fails(() => handler(request), "McpError: ask m-small at 127.0.0.1");
		equal([e.status, e.api, (e.stack + e.message).includes("sk-secret")], [401, "openai", false]);
		match(e.message, "Incorrect API key provided: …");
		equal((await handler(request)).stopReason, "maxTokens");
		await fails(() => handler(request), "no choice");
		await fails(() => handler(request), "no chat completion");
		await fails(() => handler(request), "arguments that are no JSON");
		await fails(() => handler({ messages: [{ role: "user", content: { type: "audio", data: "", mimeType: "audio/ogg" } }] }), "not audio/ogg");
		await fails(() => mcp.sampling.openai({ apiKey: "x" }), "needs the name of a model");
		await fails(() => mcp.sampling.openai({ model: "x" }), "OPENAI_API_KEY");
		await fails(() => mcp.sampling.openai({ modle: "x" }), 'did you mean "model"');
		const dead = mcp.sampling.openai({ apiKey: "sk-secret", baseURL: "http://127.0.0.1:1/v1", model: "m" });
		await fails(() => dead(request), "refused");
	`, "url", url, "sdk", servertest.Build(t, "sdkserver"))
	if strings.Contains(errs, "sk-secret") {
		t.Error(errs)
	}
	r, body := seen(0)
	if r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer sk-secret" || r.Header.Get("X-Team") != "a" {
		t.Errorf("%s %v", r.URL, r.Header)
	}
	sameJSON(t, body, `{"model":"m-large","max_tokens":50,"temperature":0.5,"stop":["END"],"messages":[
		{"role":"system","content":"be brief"},{"role":"user","content":"weather?"},
		{"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aW1n"}},{"type":"input_audio","input_audio":{"data":"c25k","format":"wav"}}]},
		{"role":"assistant","content":"one moment","tool_calls":[{"id":"t1","type":"function","function":{"name":"look","arguments":"{\"city\":\"Rome\"}"}}]},
		{"role":"tool","tool_call_id":"t1","content":"fog"}],
		"tools":[{"type":"function","function":{"name":"look","description":"looks","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}],
		"tool_choice":"required"}`)
}

func TestSamplingAnthropic(t *testing.T) {
	url, seen := modelServer(t,
		`{"model":"c-large-1","stop_reason":"tool_use","content":[{"type":"text","text":"let me see"},{"type":"tool_use","id":"c1","name":"look","input":{"city":"Rome"}}]}`,
		`{"model":"c","stop_reason":"end_turn","content":[{"type":"text","text":"fine"}]}`,
		`429 {"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}`,
	)
	js(t, `const audio = [];`+conversation+`
		const handler = mcp.sampling.anthropic({ apiKey: "sk-secret", baseURL: url, model: "c-small", models: ["c-large"] });
		equal(await handler(request), { role: "assistant", model: "c-large-1", stopReason: "toolUse",
			content: [{ type: "text", text: "let me see" }, { type: "tool_use", id: "c1", name: "look", input: { city: "Rome" } }] });
		const c = await mcp.connect([sdk], { onSampling: handler, protocolVersion: "2025-06-18" });
		equal(JSON.parse((await c.tools.sample({ message: "how?" })).text).sample.content.text, "fine");
		equal((await fails(() => handler(request), "slow down")).status, 429);
		await fails(() => handler({ messages: [{ role: "user", content: { type: "audio", data: "", mimeType: "audio/wav" } }] }), 'no content of type "audio"');
	`, "url", url, "sdk", servertest.Build(t, "sdkserver"))
	r, body := seen(0)
	if r.URL.Path != "/v1/messages" || r.Header.Get("X-Api-Key") != "sk-secret" || r.Header.Get("Anthropic-Version") == "" {
		t.Errorf("%s %v", r.URL, r.Header)
	}
	sameJSON(t, body, `{"model":"c-large","max_tokens":50,"system":"be brief","temperature":0.5,"stop_sequences":["END"],"messages":[
		{"role":"user","content":[{"type":"text","text":"weather?"}]},
		{"role":"user","content":[{"type":"text","text":"see"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aW1n"}}]},
		{"role":"assistant","content":[{"type":"text","text":"one moment"},{"type":"tool_use","id":"t1","name":"look","input":{"city":"Rome"}}]},
		{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":[{"type":"text","text":"fog"}]}]}],
		"tools":[{"name":"look","description":"looks","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}],
		"tool_choice":{"type":"any"}}`)
}
