package demo_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"mcpjs/bindings/demo"
)

// TestMain serves the demo over stdio where a test has started us for that.
func TestMain(m *testing.M) {
	if os.Getenv("MCPJS_TEST_DEMO") != "" {
		if err := command().Execute(); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func command() interface{ Execute() error } {
	cmd := demo.Command()
	cmd.SetArgs(nil)
	return cmd
}

func child() *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "MCPJS_TEST_DEMO=1")
	return cmd
}

// serveHTTP starts the demo on a free port and gives its URL.
func serveHTTP(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	log, w := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- demo.ServeHTTP(ctx, "127.0.0.1:0", w) }()
	line, err := bufio.NewReader(log).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("ServeHTTP: %v", err)
		}
	})
	return regexp.MustCompile(`http://\S+`).FindString(line)
}

// A client is the official SDK's, with everything that it was told.
type client struct {
	*mcp.ClientSession
	t        *testing.T
	stdio    bool
	updated  chan string
	tools    chan struct{}
	logged   chan string
	progress chan float64
}

func text(r *mcp.CallToolResult) string {
	var lines []string
	for _, c := range r.Content {
		if c, ok := c.(*mcp.TextContent); ok {
			lines = append(lines, c.Text)
		}
	}
	return strings.Join(lines, "\n")
}

func connect(t *testing.T, transport mcp.Transport, version string) *client {
	t.Helper()
	_, stdio := transport.(*mcp.CommandTransport)
	c := &client{t: t, stdio: stdio, updated: make(chan string, 100), tools: make(chan struct{}, 100),
		logged: make(chan string, 100), progress: make(chan float64, 1000)}
	sdk := mcp.NewClient(&mcp.Implementation{Name: "tester", Version: "1"}, &mcp.ClientOptions{
		Capabilities: &mcp.ClientCapabilities{
			RootsV2:     &mcp.RootCapabilities{},
			Elicitation: &mcp.ElicitationCapabilities{Form: &mcp.FormElicitationCapabilities{}, URL: &mcp.URLElicitationCapabilities{}},
		},
		CreateMessageHandler: func(_ context.Context, r *mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
			question := r.Params.Messages[0].Content.(*mcp.TextContent).Text
			return &mcp.CreateMessageResult{Model: "parrot", Role: "assistant", Content: &mcp.TextContent{Text: question + "!"}}, nil
		},
		ElicitationHandler: func(_ context.Context, r *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
			switch {
			case r.Params.Mode == "url":
				return &mcp.ElicitResult{Action: "accept"}, nil
			case strings.Contains(r.Params.Message, "sure"):
				return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"sure": true}}, nil
			case strings.Contains(r.Params.Message, "name"):
				return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"name": "Ada"}}, nil
			}
			return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"name": "Ada", "guests": 9.0, "diets": []any{"vegan"}}}, nil
		},
		ToolListChangedHandler: func(context.Context, *mcp.ToolListChangedRequest) { c.tools <- struct{}{} },
		ResourceUpdatedHandler: func(_ context.Context, r *mcp.ResourceUpdatedNotificationRequest) { c.updated <- r.Params.URI },
		LoggingMessageHandler:  func(_ context.Context, r *mcp.LoggingMessageRequest) { c.logged <- string(r.Params.Level) },
		ProgressNotificationHandler: func(_ context.Context, r *mcp.ProgressNotificationClientRequest) {
			c.progress <- r.Params.Progress
		},
	})
	sdk.AddRoots(&mcp.Root{URI: "file:///flour", Name: "flour"})
	session, err := sdk.Connect(t.Context(), transport, &mcp.ClientSessionOptions{ProtocolVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	c.ClientSession = session
	if got := session.InitializeResult().ProtocolVersion; got != version {
		t.Fatalf("negotiated %s, not %s", got, version)
	}
	return c
}

func (c *client) call(name string, args any) *mcp.CallToolResult {
	c.t.Helper()
	r, err := c.CallTool(c.t.Context(), &mcp.CallToolParams{Name: name, Arguments: args})
	if err != nil {
		c.t.Fatalf("%s: %v", name, err)
	}
	return r
}

var revisions = []string{"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}

func TestEveryRevisionOverStdio(t *testing.T) {
	for _, version := range revisions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			c := connect(t, &mcp.CommandTransport{Command: child()}, version)
			exercise(t, c)
			wholeProgress(t, c, 300)
			if version < "2026" {
				levels(t, c)
			}
		})
	}
}

func TestEveryRevisionOverHTTP(t *testing.T) {
	for _, version := range revisions {
		if version == "2024-11-05" {
			continue // has no streamable HTTP
		}
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			c := connect(t, &mcp.StreamableClientTransport{Endpoint: serveHTTP(t)}, version)
			exercise(t, c)
			wholeProgress(t, c, 300)
			calls := 20
			if version == "2025-11-25" {
				calls = 200
			}
			for range calls {
				wholeProgress(t, c, 3)
			}
		})
	}
}

type object = map[string]any

func exercise(t *testing.T, c *client) {
	modern := c.InitializeResult().ProtocolVersion >= "2026"

	for _, test := range []struct {
		name    string
		args    object
		want    string // of its text
		isError bool
	}{
		{"echo", object{"message": "hé"}, `^hé$`, false},
		{"echo", object{}, `message`, true},
		{"add", object{"a": 2, "b": 3.5}, `^\{"sum":5.5\}$`, false},
		{"add", object{"a": 1e308, "b": 1e308}, `more than a number can hold`, true},
		{"menu", object{"category": "sweet", "vegan": true}, `"count":1.*strudel`, false},
		{"order", object{"item": "rye", "quantity": 2, "extras": []string{"jam"}, "wrapping": object{"sliced": true}}, `"number":1.*"sliced":true.*"total":9.9,"left":4`, false},
		{"order", object{"item": "rye", "quantity": 50}, `only 4 of rye left`, true},
		{"order", object{"item": "cake"}, `item`, true},
		{"restock", object{"item": "rye"}, `^rye: 14 on the shelf$`, false},
		{"picture", nil, `32 by 32`, false},
		{"bell", nil, `ding`, false},
		{"recipe", object{"item": "pretzel"}, `recipe of Pretzel`, false},
		{"burn", nil, `burnt`, true},
		{"countdown", object{"steps": 2, "delayMs": 0}, `2 steps`, false},
		{"slow", object{"ms": 1}, `waited 1 ms`, false},
		{"log", nil, `8 levels`, false},
		{"toggle-special", object{"on": false}, `gone`, false},
		{"whoami", nil, `tester`, false},
		{"ask-model", object{"question": "why"}, `^parrot says: why!$`, false},
		{"book-table", nil, `a table for Ada, 9 guests`, false},
		{"pay-online", nil, `page was opened`, false},
		{"list-roots", nil, `1 roots\nfile:///flour flour`, false},
	} {
		if modern && test.name == "list-roots" {
			continue // this client wants params, which the schema leaves out; see TestMCPGo
		}
		r := c.call(test.name, test.args)
		if got := text(r); r.IsError != test.isError || !regexp.MustCompile(test.want).MatchString(got) {
			t.Errorf("%s %v: isError %v: %s", test.name, test.args, r.IsError, got)
		}
	}

	if r := c.call("picture", nil); len(r.Content) != 2 {
		t.Errorf("picture: %d contents", len(r.Content))
	} else if _, err := png.Decode(bytes.NewReader(r.Content[1].(*mcp.ImageContent).Data)); err != nil {
		t.Errorf("picture: %v", err)
	}
	if audio := c.call("bell", nil).Content[1].(*mcp.AudioContent); !bytes.HasPrefix(audio.Data, []byte("RIFF")) {
		t.Error("bell is not WAV")
	}
	recipe := c.call("recipe", object{"item": "rye"})
	if link := recipe.Content[1].(*mcp.ResourceLink); link.URI != "demo://bakery/recipes/rye" {
		t.Errorf("link to %s", link.URI)
	}
	if embedded := recipe.Content[2].(*mcp.EmbeddedResource); !strings.Contains(embedded.Resource.Text, "rye flour") {
		t.Errorf("embedded %q", embedded.Resource.Text)
	}

	lists(t, c)
	readsAndPrompts(t, c)
	completions(t, c)
	if !modern || c.stdio { // over HTTP this client cancels by a message that 2026-07-28 doesn't have
		cancels(t, c)
	}

	if err := c.Subscribe(t.Context(), &mcp.SubscribeParams{URI: "demo://bakery/stock"}); err != nil {
		t.Fatal(err)
	}
	c.call("restock", object{"item": "brioche"})
	if uri := receive(t, c.updated); uri != "demo://bakery/stock" {
		t.Errorf("update of %s", uri)
	}
	if !modern {
		c.call("toggle-special", nil)
		receive(t, c.tools)
		if got := text(c.call("todays-special", nil)); !strings.Contains(got, "strudel") {
			t.Errorf("special: %s", got)
		}
	}
}

// pages follows a list to its end and says how many pages had items.
func pages[T any](t *testing.T, list func(cursor string) ([]T, string, error)) (all []T, n int) {
	t.Helper()
	for cursor := ""; ; {
		items, next, err := list(cursor)
		if err != nil {
			t.Fatal(err)
		}
		if len(items) > 0 {
			n++
		}
		if all = append(all, items...); next == "" {
			return all, n
		}
		cursor = next
	}
}

func lists(t *testing.T, c *client) {
	ctx := t.Context()
	tools, n := pages(t, func(cursor string) ([]*mcp.Tool, string, error) {
		r, err := c.ListTools(ctx, &mcp.ListToolsParams{Cursor: cursor})
		if err != nil {
			return nil, "", err
		}
		return r.Tools, r.NextCursor, nil
	})
	if len(tools) != 18 || n != 4 {
		t.Errorf("%d tools on %d pages", len(tools), n)
	}
	for _, tool := range tools {
		if tool.Title == "" || tool.Description == "" || tool.InputSchema == nil {
			t.Errorf("tool %s lacks a title, description or schema", tool.Name)
		}
	}
	resources, n := pages(t, func(cursor string) ([]*mcp.Resource, string, error) {
		r, err := c.ListResources(ctx, &mcp.ListResourcesParams{Cursor: cursor})
		if err != nil {
			return nil, "", err
		}
		return r.Resources, r.NextCursor, nil
	})
	if len(resources) != 11 || n != 3 {
		t.Errorf("%d resources on %d pages", len(resources), n)
	}
	for _, r := range resources {
		read, err := c.ReadResource(ctx, &mcp.ReadResourceParams{URI: r.URI})
		if err != nil || len(read.Contents) != 1 || read.Contents[0].MIMEType != r.MIMEType {
			t.Errorf("read %s: %v %v", r.URI, read, err)
		}
	}
	templates, _ := pages(t, func(cursor string) ([]*mcp.ResourceTemplate, string, error) {
		r, err := c.ListResourceTemplates(ctx, &mcp.ListResourceTemplatesParams{Cursor: cursor})
		if err != nil {
			return nil, "", err
		}
		return r.ResourceTemplates, r.NextCursor, nil
	})
	prompts, n := pages(t, func(cursor string) ([]*mcp.Prompt, string, error) {
		r, err := c.ListPrompts(ctx, &mcp.ListPromptsParams{Cursor: cursor})
		if err != nil {
			return nil, "", err
		}
		return r.Prompts, r.NextCursor, nil
	})
	if len(templates) != 2 || len(prompts) != 6 || n != 2 {
		t.Errorf("%d templates, %d prompts on %d pages", len(templates), len(prompts), n)
	}
	if info := c.InitializeResult(); !strings.Contains(info.Instructions, "bakery") || info.ServerInfo == nil || info.ServerInfo.Title == "" || len(info.ServerInfo.Icons) == 0 {
		t.Errorf("server info: %+v", info.ServerInfo)
	}
}

func readsAndPrompts(t *testing.T, c *client) {
	for uri, want := range map[string]string{
		"demo://bakery/shelves/bread/pretzel": `"left": 40`,
		"demo://bakery/recipes/focaccia":      "rosemary",
	} {
		r, err := c.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: uri})
		if err != nil || !strings.Contains(r.Contents[0].Text, want) {
			t.Errorf("read %s: %v %v", uri, r, err)
		}
	}
	for _, uri := range []string{"demo://bakery/recipes/stone", "demo://bakery/nothing", "demo://bakery/shelves/sweet/pretzel"} {
		if _, err := c.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: uri}); err == nil {
			t.Errorf("read %s: no error", uri)
		}
	}
	for name, want := range map[string]string{
		"greet": "Greet a customer", "describe": "Describe our Rye loaf in a poetic tone", "review-recipe": "What would you change",
		"caption": "caption", "pair": "goes well with Rye loaf", "personal": "birthday card for Ada",
	} {
		r, err := c.GetPrompt(t.Context(), &mcp.GetPromptParams{Name: name, Arguments: map[string]string{"item": "rye", "tone": "poetic"}})
		if err != nil {
			t.Errorf("prompt %s: %v", name, err)
		} else if got := r.Messages[0].Content.(*mcp.TextContent).Text; !strings.Contains(got, want) {
			t.Errorf("prompt %s: %s", name, got)
		}
	}
	if _, err := c.GetPrompt(t.Context(), &mcp.GetPromptParams{Name: "describe", Arguments: map[string]string{"item": "stone"}}); err == nil || !strings.Contains(err.Error(), "no \"stone\" on the menu") {
		t.Errorf("prompt with a bad argument: %v", err)
	}
}

func completions(t *testing.T, c *client) {
	prompt := func(name string) *mcp.CompleteReference {
		return &mcp.CompleteReference{Type: "ref/prompt", Name: name}
	}
	template := func(uri string) *mcp.CompleteReference { return &mcp.CompleteReference{Type: "ref/resource", URI: uri} }
	sweet := &mcp.CompleteContext{Arguments: map[string]string{"category": "sweet"}}
	for _, test := range []struct {
		ref     *mcp.CompleteReference
		name    string
		value   string
		context *mcp.CompleteContext
		want    []string
	}{
		{prompt("describe"), "tone", "", nil, []string{"cheerful", "factual", "poetic", "short"}},
		{prompt("describe"), "item", "B", nil, []string{"baguette", "brioche"}},
		{prompt("pair"), "item", "b", sweet, []string{"brioche"}},
		{template("demo://bakery/recipes/{item}"), "item", "r", nil, []string{"rye"}},
		{template("demo://bakery/shelves/{category}/{item}"), "category", "s", nil, []string{"sweet"}},
		{template("demo://bakery/shelves/{category}/{item}"), "item", "", sweet, []string{"brioche", "croissant", "strudel"}},
		{prompt("greet"), "nothing", "", nil, nil},
	} {
		r, err := c.Complete(t.Context(), &mcp.CompleteParams{Ref: test.ref, Context: test.context,
			Argument: mcp.CompleteParamsArgument{Name: test.name, Value: test.value}})
		if err != nil || !slices.Equal(r.Completion.Values, test.want) {
			t.Errorf("complete %s of %v: %v %v", test.name, test.ref, r, err)
		}
	}
}

// cancels ends a call that would last an hour; another one goes on.
func cancels(t *testing.T, c *client) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := c.CallTool(ctx, &mcp.CallToolParams{Name: "slow", Arguments: object{"ms": 3600000}})
		done <- err
	}()
	c.call("echo", object{"message": "meanwhile"})
	cancel()
	if err := <-done; err == nil {
		t.Error("a cancelled call succeeded")
	}
	c.call("echo", object{"message": "still here"})
}

// wholeProgress counts the progress of a call: none is lost.
func wholeProgress(t *testing.T, c *client, steps int) {
	t.Helper()
	params := &mcp.CallToolParams{Name: "countdown", Arguments: object{"steps": steps, "delayMs": 0}}
	params.SetProgressToken("p")
	if _, err := c.CallTool(t.Context(), params); err != nil {
		t.Fatal(err)
	}
	for i := range steps {
		if got := receive(t, c.progress); got != float64(i+1) {
			t.Fatalf("progress %v in place of %d", got, i+1)
		}
	}
}

// levels are what a client of an older revision hears once it has asked for
// warnings; from 2026-07-28 on each request asks for itself.
func levels(t *testing.T, c *client) {
	if err := c.SetLoggingLevel(t.Context(), &mcp.SetLoggingLevelParams{Level: "warning"}); err != nil {
		t.Fatal(err)
	}
	for len(c.logged) > 0 {
		<-c.logged
	}
	c.call("log", object{"message": "careful"})
	for _, want := range []string{"warning", "error", "critical", "alert", "emergency"} {
		if got := receive(t, c.logged); got != want {
			t.Errorf("logged %s, not %s", got, want)
		}
	}
}

func receive[T any](t *testing.T, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came")
	}
	return v
}

// wire is a demo process spoken to line by line.
type wire struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Scanner
	cmd *exec.Cmd
}

func start(t *testing.T) *wire {
	t.Helper()
	cmd := child()
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return &wire{t, in, bufio.NewScanner(out), cmd}
}

func (w *wire) send(format string, args ...any) {
	w.t.Helper()
	if _, err := fmt.Fprintf(w.in, format+"\n", args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *wire) read() (m struct {
	ID     json.RawMessage
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *struct{ Message string }
}) {
	w.t.Helper()
	if !w.out.Scan() {
		w.t.Fatal("no answer")
	}
	if err := json.Unmarshal(w.out.Bytes(), &m); err != nil {
		w.t.Fatalf("%s: %v", w.out.Text(), err)
	}
	return m
}

const modernMeta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"progressToken":7}`

// Every progress message stands before its result, on the wire.
func TestProgressBeforeResult(t *testing.T) {
	w := start(t)
	for call := range 20 {
		w.send(`{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"countdown","arguments":{"steps":50,"delayMs":0},%s}}`, modernMeta)
		for i := range 50 {
			if m := w.read(); m.Method != "notifications/progress" {
				t.Fatalf("call %d: message %d is %+v", call, i, m)
			}
		}
		if m := w.read(); string(m.ID) != "9007199254740993" || m.Result == nil {
			t.Fatalf("call %d: %+v", call, m)
		}
	}
}

func TestSubscriptionsAreTagged(t *testing.T) {
	w := start(t)
	w.send(`{"jsonrpc":"2.0","id":"s1","method":"subscriptions/listen","params":{%s,"notifications":{"toolsListChanged":true,"resourceSubscriptions":["demo://bakery/stock"]}}}`, modernMeta)
	w.read() // acknowledged
	w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"toggle-special","arguments":{},%s}}`, modernMeta)
	w.send(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"restock","arguments":{"item":"rye"},%s}}`, modernMeta)
	got := map[string]int{}
	for range 4 {
		m := w.read()
		if m.Method != "" && !strings.Contains(string(m.Params), `"io.modelcontextprotocol/subscriptionId":"s1"`) {
			t.Errorf("%s: %s", m.Method, m.Params)
		}
		got[m.Method]++
	}
	if got["notifications/tools/list_changed"] != 1 || got["notifications/resources/updated"] != 1 || got[""] != 2 {
		t.Errorf("got %v", got)
	}
	w.in.Close()
	if m := w.read(); string(m.ID) != `"s1"` || m.Result == nil {
		t.Errorf("the end of the subscription: %+v", m)
	}
	if err := w.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestBadInput(t *testing.T) {
	w := start(t)
	for _, test := range []struct{ send, want string }{
		{`{`, "null"},
		{`[]`, "null"},
		{`{"jsonrpc":"2.0","id":1,"method":"nothing/here"}`, "1"},
		{`{"jsonrpc":"2.0","id":"2","method":"tools/call","params":{"name":"nothing"}}`, `"2"`},
		{`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"echo","arguments":5}}`, "3"},
	} {
		w.send("%s", test.send)
		if m := w.read(); string(m.ID) != test.want || m.Error == nil && !strings.Contains(string(m.Result), `"isError":true`) {
			t.Errorf("%s: answered %+v", test.send, m)
		}
	}
}

const hello = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`

func TestBatch(t *testing.T) {
	w := start(t)
	w.send("%s", hello)
	w.read()
	w.send(`[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/initialized"},{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"message":"x"}}}]`)
	w.in.Close()
	if !w.out.Scan() {
		t.Fatal("no answer")
	}
	var answers []struct{ ID int }
	if err := json.Unmarshal(w.out.Bytes(), &answers); err != nil || len(answers) != 2 || strings.Contains(w.out.Text(), "error") {
		t.Errorf("%s: %v", w.out.Text(), err)
	}
}

// A cancelled call is not answered; at the end of stdin what is in flight is.
func TestCancelAndEOF(t *testing.T) {
	w := start(t)
	w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","arguments":{"ms":3600000},%s}}`, modernMeta)
	w.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`)
	w.send(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"slow","arguments":{"ms":100},%s}}`, modernMeta)
	w.in.Close()
	if m := w.read(); string(m.ID) != "2" || !strings.Contains(string(m.Result), "waited 100 ms") {
		t.Errorf("answer %+v", m)
	}
	if w.out.Scan() {
		t.Errorf("more: %s", w.out.Text())
	}
	if err := w.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestClientWithoutCapabilities(t *testing.T) {
	w := start(t)
	for i, name := range []string{"ask-model", "book-table", "pay-online", "list-roots"} {
		args := "{}"
		if name == "ask-model" {
			args = `{"question":"?"}`
		}
		w.send(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"arguments":%s,%s}}`, i, name, args, modernMeta)
		if m := w.read(); !strings.Contains(string(m.Result), "has not declared") {
			t.Errorf("%s: %s", name, m.Result)
		}
	}
}

// A client of 2025-11-25 may run the countdown as a task, and cancel it.
func TestTasks(t *testing.T) {
	w := start(t)
	w.send("%s", hello)
	w.read()
	answer := func() (r struct {
		Task    struct{ TaskID, Status string }
		Status  string
		Content []struct{ Text string }
	}) {
		m := w.read()
		for m.Method != "" { // notifications/tasks/status
			m = w.read()
		}
		if err := json.Unmarshal(m.Result, &r); err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		return r
	}
	begin := func(steps, delay int) string {
		w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"countdown","arguments":{"steps":%d,"delayMs":%d},"task":{"ttl":60000}}}`, steps, delay)
		task := answer().Task
		if task.TaskID == "" || task.Status != "working" {
			t.Fatalf("task %+v", task)
		}
		return task.TaskID
	}
	w.send(`{"jsonrpc":"2.0","id":2,"method":"tasks/result","params":{"taskId":%q}}`, begin(3, 20))
	if r := answer(); len(r.Content) != 1 || !strings.Contains(r.Content[0].Text, "counted down 3 steps") {
		t.Errorf("result %+v", r)
	}
	w.send(`{"jsonrpc":"2.0","id":3,"method":"tasks/cancel","params":{"taskId":%q}}`, begin(10000, 60000))
	if r := answer(); r.Status != "cancelled" {
		t.Errorf("cancelled: %+v", r)
	}
}
