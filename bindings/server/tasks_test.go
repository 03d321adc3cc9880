package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mcpjs/bindings/server"
)

// kitchen is a server with tools that can run as tasks: bake goes on until the
// channel gives a result, greet asks for two names.
func kitchen(t *testing.T) (*server.Server, chan string) {
	t.Helper()
	s := server.New(server.Options{Info: json.RawMessage(`{"name":"k","version":"1"}`), PageSize: 2})
	baked := make(chan string)
	for name, tool := range map[string]struct {
		support string
		handle  server.Handler
	}{
		"bake": {"optional", func(c *server.Call, done func(json.RawMessage, error)) {
			go func() {
				c.Progress(json.RawMessage(`{"progress":1,"message":"hot"}`))
				select {
				case result := <-baked:
					if result == "" {
						done(nil, errors.New("no flour"))
						return
					}
					done(json.RawMessage(result), nil)
				case <-c.Context().Done():
					done(nil, context.Cause(c.Context()))
				}
			}()
		}},
		"greet": {"required", func(c *server.Call, done func(json.RawMessage, error)) {
			go func() {
				var names []string
				for range 2 {
					answered := make(chan string, 1)
					if err := c.Ask("elicitation/create", "who", json.RawMessage(`{"message":"who?"}`), func(r json.RawMessage, err error) {
						answered <- string(r) + fmt.Sprint(err)
					}); err != nil {
						done(nil, err)
						return
					}
					c.Flush()
					names = append(names, <-answered)
				}
				quoted, _ := json.Marshal(strings.Join(names, ";"))
				done(json.RawMessage(`{"content":[],"_meta":{"names":`+string(quoted)+`}}`), nil)
			}()
		}},
		"plain": {"forbidden", func(_ *server.Call, done func(json.RawMessage, error)) { done(json.RawMessage(`{"content":[]}`), nil) }},
	} {
		err := s.Add(server.Tools, server.Feature{Name: name, Handle: tool.handle,
			Definition: json.RawMessage(`{"name":"` + name + `","inputSchema":{"type":"object"},"execution":{"taskSupport":"` + tool.support + `"}}`)})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(s.Close)
	return s, baked
}

const (
	greeting  = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}}`
	tasksMeta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}},"progressToken":"p"}`
)

// talk sends a request with params and gives the answer that carries its id,
// and what came before.
func (w *wire) talk(method, params string) (answer string, before []string) {
	w.t.Helper()
	w.send(`{"jsonrpc":"2.0","id":"q","method":"` + method + `","params":{` + params + `}}`)
	return w.until(`"id":"q"`)
}

func (w *wire) until(want string) (line string, before []string) {
	w.t.Helper()
	for {
		if line = w.next(); strings.Contains(line, want) {
			return line, before
		}
		before = append(before, line)
	}
}

// task is the id of the task that an answer tells of.
func (w *wire) task(answer string) string {
	w.t.Helper()
	var m struct {
		Result struct {
			TaskID string
			Task   struct{ TaskID string }
		}
	}
	if err := json.Unmarshal([]byte(answer), &m); err != nil || m.Result.TaskID+m.Result.Task.TaskID == "" {
		w.t.Fatalf("no task: %s", answer)
	}
	return m.Result.TaskID + m.Result.Task.TaskID
}

func (w *wire) says(got string, wants ...string) {
	w.t.Helper()
	for _, want := range wants {
		if !strings.Contains(got, want) {
			w.t.Errorf("got %s\nwant … %s", got, want)
		}
	}
}

func about(id string) string { return `"taskId":"` + id + `"` }

func TestTasks(t *testing.T) {
	s, baked := kitchen(t)
	w := dial(t, s)
	w.send(greeting)
	w.expect(`"tasks":{"list":{},"cancel":{},"requests":{"tools":{"call":{}}}}`)
	begin := func(tool, task string) string {
		t.Helper()
		answer, _ := w.talk("tools/call", `"name":"`+tool+`","task":`+task+`,"_meta":{"progressToken":"p"}`)
		w.says(answer, `"result":{"task":{"taskId":`, `"status":"working"`, `"createdAt":"2`, `"lastUpdatedAt":"2`, `"pollInterval":500`)
		return w.task(answer)
	}

	// It ends well: progress, news and the result say which task they are of.
	id := begin("bake", `{"ttl":60000}`)
	related := `"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"` + id + `"}`
	progress, _ := w.until("notifications/progress")
	w.says(progress, related, `"progressToken":"p"`)
	answer, _ := w.talk("tasks/get", about(id))
	w.says(answer, `"result":{"taskId":"`+id+`","status":"working"`, `"ttl":60000`)
	w.send(`{"jsonrpc":"2.0","id":"r","method":"tasks/result","params":{` + about(id) + `}}`)
	baked <- `{"content":[{"type":"text","text":"bread"}]}`
	answer, before := w.until(`"id":"r"`)
	w.says(answer, `"text":"bread"`, related)
	w.says(strings.Join(before, ""), `"method":"notifications/tasks/status","params":{"taskId":"`+id+`","status":"completed"`)
	answer, _ = w.talk("tasks/result", about(id))
	w.says(answer, `"text":"bread"`)
	answer, _ = w.talk("tasks/cancel", about(id))
	w.says(answer, "-32602", "ended already")

	// It fails, in either way; tasks/result is what the call would have been.
	id = begin("bake", "{}")
	baked <- `{"content":[{"type":"text","text":"burnt"}],"isError":true}`
	w.until(`"status":"failed","statusMessage":"burnt"`)
	answer, _ = w.talk("tasks/result", about(id))
	w.says(answer, `"isError":true`)
	id = begin("bake", "{}")
	baked <- ""
	w.until(`"status":"failed","statusMessage":"no flour"`)
	answer, _ = w.talk("tasks/result", about(id))
	w.says(answer, `"error":{"code":-32603,"message":"no flour"`)

	// It is cancelled, and whoever waits for its result hears of it.
	id = begin("bake", `{"ttl":1e99}`)
	w.send(`{"jsonrpc":"2.0","id":"r","method":"tasks/result","params":{` + about(id) + `}}`)
	w.send(`{"jsonrpc":"2.0","id":"c","method":"tasks/cancel","params":{` + about(id) + `}}`)
	answer, _ = w.until(`"id":"r"`)
	w.says(answer, "was cancelled")
	answer, _ = w.until(`"id":"c"`)
	w.says(answer, `"status":"cancelled"`, `"ttl":3600000`)

	// The list has pages.
	answer, _ = w.talk("tasks/list", "")
	w.says(answer, `"nextCursor":"2"`, `"status":"completed"`)
	answer, _ = w.talk("tasks/list", `"cursor":"2"`)
	w.says(answer, id)
	if strings.Contains(answer, "nextCursor") {
		t.Errorf("a third page: %s", answer)
	}

	for _, test := range []struct{ method, params, want string }{
		{"tools/call", `"name":"plain","task":{}`, "-32601"},
		{"tools/call", `"name":"greet"`, "runs as a task only"},
		{"tools/call", `"name":"bake","task":5`, "-32602"},
		{"tools/call", `"name":"bake","task":{"ttl":"x"}`, "-32602"},
		{"tools/call", `"name":"plain"`, `"content":[]`},
		{"tasks/get", `"taskId":"nobody's"`, "-32602"},
		{"tasks/get", "", "lack taskId"},
		{"tasks/list", `"cursor":"?"`, "-32602"},
		{"tasks/update", about(id), "-32601"},
	} {
		answer, _ := w.talk(test.method, test.params)
		w.says(answer, test.want)
	}

	// Others' tasks are nobody's business.
	other := dial(t, s)
	other.send(greeting)
	other.next()
	answer, _ = other.talk("tasks/get", about(id))
	other.says(answer, "there is no task")
	answer, _ = other.talk("tasks/list", "")
	other.says(answer, `"tasks":[]`)
}

// What a task asks travels with tasks/result, whether that waits already or
// comes later.
func TestTaskInput(t *testing.T) {
	s, _ := kitchen(t)
	w := dial(t, s)
	w.send(greeting)
	w.next()
	answer, _ := w.talk("tools/call", `"name":"greet","task":{}`)
	id := w.task(answer)
	w.until(`"status":"input_required"`)
	w.send(`{"jsonrpc":"2.0","id":"r","method":"tasks/result","params":{` + about(id) + `}}`)
	for i := range 2 {
		question, _ := w.until("elicitation/create")
		w.says(question, `"io.modelcontextprotocol/related-task":{"taskId":"`+id+`"}`)
		var m struct{ ID json.RawMessage }
		json.Unmarshal([]byte(question), &m)
		w.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":{"name":%d}}`, m.ID, i))
		w.until(`"status":"working"`)
	}
	answer, _ = w.until(`"id":"r"`)
	w.says(answer, `{\"name\":0}`, `{\"name\":1}`, `"io.modelcontextprotocol/related-task":{"taskId":"`+id+`"}`)

	// One that is cancelled while it asks takes its question back.
	answer, _ = w.talk("tools/call", `"name":"greet","task":{}`)
	id = w.task(answer)
	w.send(`{"jsonrpc":"2.0","id":"r","method":"tasks/result","params":{` + about(id) + `}}`)
	w.until("elicitation/create")
	w.send(`{"jsonrpc":"2.0","id":"c","method":"tasks/cancel","params":{` + about(id) + `}}`)
	w.until("notifications/cancelled")
}

// The extension of 2026-07-28: the server decides, the client polls and
// updates.
func TestTasksExtension(t *testing.T) {
	s, baked := kitchen(t)
	w := dial(t, s)
	answer, _ := w.talk("server/discover", tasksMeta)
	w.says(answer, `"extensions":{"io.modelcontextprotocol/tasks":{}}`)

	answer, _ = w.talk("tools/call", `"name":"greet",`+tasksMeta)
	w.says(answer, `"resultType":"task","taskId":`, `"status":"working"`, `"ttlMs":3600000`, `"pollIntervalMs":500`)
	id := w.task(answer)
	w.send(`{"jsonrpc":"2.0","id":"s","method":"subscriptions/listen","params":{"notifications":{"taskIds":["` + id + `","none"]},` + tasksMeta + `}}`)
	w.says(w.next(), "notifications/subscriptions/acknowledged", `"taskIds":["`+id+`"]`)
	state := func(want string) string {
		t.Helper()
		for {
			answer, _ := w.talk("tasks/get", about(id)+","+tasksMeta)
			w.says(answer, `"resultType":"complete"`)
			if strings.Contains(answer, `"status":"`+want+`"`) {
				return answer
			}
		}
	}
	news := ""
	for _, key := range []string{"who", "who-2"} { // a key is used once
		w.says(state("input_required"), `"inputRequests":{"`+key+`":{"method":"elicitation/create","params":{"message":"who?"}}}`)
		answer, before := w.talk("tasks/update", about(id)+`,"inputResponses":{"nothing":{},"`+key+`":{"name":"`+key+`"}},`+tasksMeta)
		w.says(answer, `"resultType":"complete"`)
		news = strings.Join(before, "")
		w.says(news, `"method":"notifications/tasks"`, `"status":"working"`, `"io.modelcontextprotocol/subscriptionId":"s"`)
	}
	for !strings.Contains(news, `"taskId":"`+id+`","status":"completed"`) {
		news = w.next()
	}
	w.says(state("completed"), `"result":{"resultType":"complete"`, `{\"name\":\"who-2\"}`)

	// Where tasks are optional, those who ask get one. Progress becomes status.
	answer, _ = w.talk("tools/call", `"name":"bake","task":{"ttl":5000},`+tasksMeta)
	w.says(answer, `"resultType":"task"`, `"ttlMs":5000`)
	id = w.task(answer)
	w.says(state("working"), `"status":"working"`)
	for !strings.Contains(state("working"), `"statusMessage":"hot"`) {
	}
	baked <- `{"content":[],"isError":true}`
	w.says(state("completed"), `"isError":true`) // not failed, here
	answer, _ = w.talk("tools/call", `"name":"bake","task":{},`+tasksMeta)
	id = w.task(answer)
	baked <- ""
	w.says(state("failed"), `"error":{"code":-32603,"message":"no flour"}`)
	answer, _ = w.talk("tools/call", `"name":"bake","task":{},`+tasksMeta)
	id = w.task(answer)
	for range 2 {
		answer, _ = w.talk("tasks/cancel", about(id)+","+tasksMeta)
		w.says(answer, `"resultType":"complete"`)
	}
	state("cancelled")

	for _, test := range []struct{ method, params, want string }{
		{"tools/call", `"name":"greet",` + modernMeta, `"requiredCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}`},
		{"tasks/get", about(id) + "," + modernMeta, "-32021"},
		{"subscriptions/listen", `"notifications":{"taskIds":["x"]},` + modernMeta, "-32021"},
		{"tasks/update", about(id) + "," + tasksMeta, "lack inputResponses"},
		{"tasks/result", about(id) + "," + tasksMeta, "-32601"},
		{"tasks/list", tasksMeta, "-32601"},
		{"tools/call", `"name":"plain","task":{},` + tasksMeta, `"resultType":"complete"`},
	} {
		answer, _ := w.talk(test.method, test.params)
		w.says(answer, test.want)
	}
	w.send(`{"jsonrpc":"2.0","id":"b","method":"tools/call","params":{"name":"bake","task":{},` + modernMeta + `}}`)
	baked <- `{"content":[]}` // who doesn't know of tasks waits
	answer, _ = w.until(`"id":"b"`)
	w.says(answer, `"resultType":"complete"`)
}

// Over HTTP a task of 2026-07-28 outlives the request that began it.
func TestTaskOverHTTP(t *testing.T) {
	s, baked := kitchen(t)
	h := serve(t, &server.HTTP{Server: s})
	_, answer, _ := post(t, h, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"bake","task":{},`+tasksMeta+`}}`,
		"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "bake")
	w := &wire{t: t}
	id := w.task(answer)
	baked <- `{"content":[{"type":"text","text":"bread"}]}`
	for !strings.Contains(answer, `"status":"completed"`) {
		_, answer, _ = post(t, h, `{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{`+about(id)+`,`+tasksMeta+`}}`,
			"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tasks/get", "Mcp-Name", id)
	}
	w.says(answer, `"text":"bread"`)
}

// Tasks end with their session and are forgotten in time; those that wait for
// an answer are given up, those that work go on.
func TestTaskTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, baked := kitchen(t)
		w := dial(t, s)
		w.send(greeting)
		w.next()
		begin := func(tool string) string {
			answer, _ := w.talk("tools/call", `"name":"`+tool+`","task":{"ttl":5000}`)
			return w.task(answer)
		}
		asking, done, working := begin("greet"), begin("bake"), ""
		baked <- `{"content":[]}`
		working = begin("bake")
		time.Sleep(6 * time.Second) // of the bubble
		for id, want := range map[string]string{asking: "no task", done: "no task", working: `"status":"working"`} {
			answer, _ := w.talk("tasks/get", about(id))
			w.says(answer, want)
		}
		w.in.Close()
		if err := <-w.end; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		select {
		case baked <- "{}":
			t.Error("the task outlived its session")
		default:
		}
		s.Close()
	})
}

// There is an end to the tasks that run; ended ones make room.
func TestTaskLimit(t *testing.T) {
	s, baked := kitchen(t)
	w := dial(t, s)
	first := ""
	for i := range 1000 {
		answer, _ := w.talk("tools/call", `"name":"bake","task":{},`+tasksMeta)
		if id := w.task(answer); i == 0 {
			first = id
		}
	}
	answer, _ := w.talk("tools/call", `"name":"bake","task":{},`+tasksMeta)
	w.says(answer, "1000 tasks are running")
	answer, _ = w.talk("tasks/cancel", about(first)+","+tasksMeta)
	w.says(answer, `"resultType":"complete"`)
	answer, _ = w.talk("tools/call", `"name":"bake","task":{},`+tasksMeta)
	w.task(answer)
	answer, _ = w.talk("tasks/get", about(first)+","+tasksMeta)
	w.says(answer, "no task")
	close(baked)
}

func TestTaskSupportIsChecked(t *testing.T) {
	s := server.New(server.Options{Info: json.RawMessage(`{}`)})
	for _, support := range []string{`"perhaps"`, `1`} {
		err := s.Add(server.Tools, server.Feature{Name: "x", Definition: json.RawMessage(`{"name":"x","execution":{"taskSupport":` + support + `}}`)})
		if err == nil || !strings.Contains(err.Error(), "taskSupport") {
			t.Errorf("%s: %v", support, err)
		}
	}
}
