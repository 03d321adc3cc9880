package bindings_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	mcpgo "github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	mcpgotypes "github.com/mark3labs/mcp-go/mcp"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// built is the directory of the binary, "" while there is none.
var built string

// binary builds mcpjs, once a test process.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mcpjs-serve")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "mcpjs")
	if out, err := exec.Command("go", "build", "-o", path, "mcpjs").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	os.Setenv("MCPJS_CACHE", "") // not the user's
	code := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(code)
}

// serve is the command that serves the office.
func serve(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, append(append([]string{"serve"}, args...), "testdata/serve/office.ts")...)
	return c
}

// serveHTTP serves the office over HTTP and gives the URL.
func serveHTTP(t *testing.T) string { return serveScript(t, "testdata/serve/office.ts") }

// serveScript serves what a script makes over HTTP and gives the URL.
func serveScript(t *testing.T, script string) string {
	t.Helper()
	c := exec.Command(mcpjsBinary(t), "serve", "--http", "127.0.0.1:0", script)
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	url := ""
	lines := bufio.NewScanner(stderr)
	for url == "" && lines.Scan() {
		url = regexp.MustCompile(`http://\S+/mcp`).FindString(lines.Text())
	}
	if url == "" {
		t.Fatal("the server said no URL")
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for lines.Scan() {
		}
	}()
	t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM)
		<-drained
		if err := c.Wait(); err != nil {
			t.Errorf("mcpjs serve --http, told to end: %v", err)
		}
	})
	return url
}

var revisions = []string{"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}

// The official Go SDK's client finds all it knows, over both transports.
func TestServeGoSDK(t *testing.T) {
	url := serveHTTP(t)
	for _, kind := range []string{"stdio", "http"} {
		for _, version := range revisions {
			if kind == "http" && version == "2024-11-05" {
				continue // which has another transport
			}
			t.Run(kind+" "+version, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				var mu sync.Mutex
				var progress, logs []string
				changed := make(chan string, 16)
				c := mcp.NewClient(&mcp.Implementation{Name: "gopher", Version: "1"}, &mcp.ClientOptions{
					ElicitationHandler: func(_ context.Context, r *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
						return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"name": "Ada"}}, nil
					},
					CreateMessageHandler: func(_ context.Context, r *mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
						return &mcp.CreateMessageResult{Model: "m", Role: "assistant", Content: &mcp.TextContent{Text: "hello (" + r.Params.Messages[0].Content.(*mcp.TextContent).Text + ")"}}, nil
					},
					ProgressNotificationHandler: func(_ context.Context, r *mcp.ProgressNotificationClientRequest) {
						mu.Lock()
						defer mu.Unlock()
						progress = append(progress, r.Params.Message)
					},
					LoggingMessageHandler: func(_ context.Context, r *mcp.LoggingMessageRequest) {
						mu.Lock()
						defer mu.Unlock()
						logs = append(logs, fmt.Sprintf("%s %v", r.Params.Level, r.Params.Data))
					},
					ToolListChangedHandler: func(context.Context, *mcp.ToolListChangedRequest) { changed <- "tools" },
				})
				c.AddRoots(&mcp.Root{URI: "file:///src", Name: "src"})
				var tr mcp.Transport = &mcp.CommandTransport{Command: serve(t)}
				if kind == "http" {
					tr = &mcp.StreamableClientTransport{Endpoint: url}
				}
				s, err := c.Connect(ctx, tr, &mcp.ClientSessionOptions{ProtocolVersion: version})
				if err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := s.Close(); err != nil {
						t.Errorf("close: %v", err)
					}
				}()
				call := func(name string, args any, token any) string {
					t.Helper()
					p := &mcp.CallToolParams{Name: name, Arguments: args}
					if token != nil {
						p.SetProgressToken(token)
					}
					r, err := s.CallTool(ctx, p)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					return r.Content[0].(*mcp.TextContent).Text
				}
				for name, want := range map[string]string{
					"whoami": "gopher " + version,
					"survey": "Ada: hello (greet Ada), file:///src",
					"fail":   "no coffee",
					"grow":   "grown",
				} {
					if got := call(name, nil, nil); got != want {
						t.Errorf("%s: got %q, want %q", name, got, want)
					}
				}
				if got := call("add", map[string]any{"a": 1.5, "b": 2}, nil); got != `{"sum":3.5}` {
					t.Errorf("add: %s", got)
				}
				if got := call("steps", nil, "tok"); got != "ok" {
					t.Errorf("steps: %s", got)
				}
				if version != "2026-07-28" {
					<-changed
				}
				tools, err := s.ListTools(ctx, nil)
				if err != nil || len(tools.Tools) < 8 || tools.Tools[0].Name != "add" {
					t.Errorf("tools: %v %v", tools, err)
				}
				res, err := s.ReadResource(ctx, &mcp.ReadResourceParams{URI: "office://desk/7"})
				if err != nil || res.Contents[0].Text != "desk 7" {
					t.Errorf("resource: %v %v", res, err)
				}
				prompt, err := s.GetPrompt(ctx, &mcp.GetPromptParams{Name: "memo", Arguments: map[string]string{"to": "Bob"}})
				if err != nil || prompt.Messages[0].Content.(*mcp.TextContent).Text != "Dear Bob" {
					t.Errorf("prompt: %v %v", prompt, err)
				}
				// A hundred at once.
				var all sync.WaitGroup
				for i := range 100 {
					all.Go(func() {
						r, err := s.CallTool(ctx, &mcp.CallToolParams{Name: "add", Arguments: map[string]any{"a": i, "b": 1}})
						if err != nil || r.Content[0].(*mcp.TextContent).Text != fmt.Sprintf(`{"sum":%d}`, i+1) {
							t.Errorf("add %d: %v", i, err)
						}
					})
				}
				all.Wait()
				mu.Lock()
				defer mu.Unlock()
				if want := []string{"warning done"}; version != "2026-07-28" && !slices.Equal(logs, want) { // there it must be asked for
					t.Errorf("logs: %q", logs)
				}
				if want := []string{"step 1", "step 2", "step 3", "step 4", "step 5"}; !slices.Equal(progress, want) {
					t.Errorf("progress: %q", progress)
				}
			})
		}
	}
}

type people struct{}

func (people) CreateMessage(context.Context, mcpgotypes.CreateMessageRequest) (*mcpgotypes.CreateMessageResult, error) {
	return &mcpgotypes.CreateMessageResult{Model: "m", SamplingMessage: mcpgotypes.SamplingMessage{Role: "assistant", Content: mcpgotypes.NewTextContent("hello")}}, nil
}

func (people) Elicit(context.Context, mcpgotypes.ElicitationRequest) (*mcpgotypes.ElicitationResult, error) {
	return &mcpgotypes.ElicitationResult{ElicitationResponse: mcpgotypes.ElicitationResponse{Action: "accept", Content: map[string]any{"name": "Ada"}}}, nil
}

func (people) ListRoots(context.Context, mcpgotypes.ListRootsRequest) (*mcpgotypes.ListRootsResult, error) {
	return &mcpgotypes.ListRootsResult{Roots: []mcpgotypes.Root{{URI: "file:///src"}}}, nil
}

// So does mcp-go's.
func TestServeMCPGo(t *testing.T) {
	url := serveHTTP(t)
	for _, kind := range []string{"stdio", "http"} {
		for _, version := range []string{"2026-07-28", "2025-11-25"} {
			t.Run(kind+" "+version, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				opts := []mcpgo.ClientOption{mcpgo.WithSamplingHandler(people{}), mcpgo.WithElicitationHandler(people{}), mcpgo.WithRootsHandler(people{})}
				if version != "2026-07-28" {
					opts = append(opts, mcpgo.WithLegacyProtocolOnly())
				}
				var tr transport.Interface
				if command := serve(t); kind == "stdio" {
					tr = transport.NewStdio(command.Path, nil, command.Args[1:]...)
				} else {
					var err error
					if tr, err = transport.NewStreamableHTTP(url); err != nil {
						t.Fatal(err)
					}
				}
				c := mcpgo.NewClient(tr, opts...)
				defer c.Close()
				if err := c.Start(ctx); err != nil {
					t.Fatal(err)
				}
				var hello mcpgotypes.InitializeRequest
				hello.Params.ClientInfo = mcpgotypes.Implementation{Name: "mcp-go", Version: "1"}
				hello.Params.ProtocolVersion = version
				if _, err := c.Initialize(ctx, hello); err != nil {
					t.Fatal(err)
				}
				for name, want := range map[string]string{"whoami": "mcp-go " + version, "survey": "Ada: hello, file:///src"} {
					var call mcpgotypes.CallToolRequest
					call.Params.Name = name
					r, err := c.CallTool(ctx, call)
					if err != nil {
						t.Errorf("%s: %v", name, err)
					} else if got := r.Content[0].(mcpgotypes.TextContent).Text; got != want {
						t.Errorf("%s: got %q, want %q", name, got, want)
					}
				}
			})
		}
	}
}

// Over stdio nothing but the protocol is on stdout, and the end of stdin ends
// the server, even with a call that never returns.
func TestServeEnds(t *testing.T) {
	c := serve(t)
	c.Stdin = strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wait"}}
{"jsonrpc":"2.0","id":"three","method":"tools/call","params":{"name":"whoami"}}
{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"survey"}}
`)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for line := range strings.Lines(string(out)) {
		var m struct {
			ID    json.RawMessage
			Error struct{ Message string }
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Errorf("%q on stdout: %v", line, err)
		}
		ids = append(ids, string(m.ID))
	}
	if slices.Sort(ids); !slices.Equal(ids, []string{`"three"`, "1", "4"}) {
		t.Errorf("answered: %v\n%s", ids, out)
	}
}

// A script that listens by itself is served just so, and what it prints does
// not get in between.
func TestListenInScript(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"run", "serve"} {
		c := exec.Command(path, command, "testdata/serve/listens.js")
		c.Stdin = strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}` + "\n")
		var stderr strings.Builder
		c.Stderr = &stderr
		out, err := c.Output()
		if err != nil || string(out) != `{"jsonrpc":"2.0","id":1,"result":{}}`+"\n" || !strings.Contains(stderr.String(), "to stderr") {
			t.Errorf("%s: %v, stdout %q, stderr %q", command, err, out, &stderr)
		}
	}
}

// What is wrong with a script is told, and nothing is served.
func TestServeFailures(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]string{
		`console.log(1)`:        "the script made no server",
		`export default 5`:      "the default export is no server but 5",
		`throw new Error("oh")`: "Error: oh",
		`const s = mcp.server({ name: "s" }); s.tool("t", { inputSchema: 1 }, () => 1)`:                                                             "inputSchema must be a JSON Schema",
		`let s = {}; for (let i = 0; i < 3000; i++) s = { properties: { a: s } }; mcp.server({ name: "s" }).tool("t", { inputSchema: s }, () => 1)`: "inputSchema is no valid JSON Schema: it nests deeper than 1000 levels",
	} {
		file := filepath.Join(t.TempDir(), "x.js")
		if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
		c := exec.Command(path, "serve", file)
		var stderr strings.Builder
		c.Stderr = &stderr
		out, err := c.Output()
		if err == nil || c.ProcessState.ExitCode() != 1 || len(out) > 0 || !strings.Contains(stderr.String(), want) {
			t.Errorf("%s: %v, stdout %q, stderr %s", code, err, out, &stderr)
		}
	}
	// A port that is taken.
	url := serveHTTP(t)
	addr := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/mcp")
	out, err := exec.Command(path, "serve", "--http", addr, "testdata/serve/office.ts").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "serve HTTP at") || !strings.Contains(string(out), "address already in use") {
		t.Errorf("%v: %s", err, out)
	}
	for taken, want := range map[string]string{addr: "address already in use", "nowhere": "serve HTTP at \"nowhere\""} {
		c := exec.Command(path, "demo", "--http", taken)
		if out, err := c.CombinedOutput(); err == nil || c.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), want) {
			t.Errorf("mcpjs demo --http %s: %v: %s", taken, err, out)
		}
	}
}
