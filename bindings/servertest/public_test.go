package servertest_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"

	"mcpjs/bindings/servertest"
)

// Every public server answers a client, has the tools that tests rely on, and
// answers one call.
func TestPublicServers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "note"), []byte("a note"), 0o600); err != nil {
		t.Fatal(err)
	}
	repo := filepath.Join(dir, "repo")
	for _, args := range [][]string{
		{"init", "-q", repo},
		{"-C", repo, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", "first commit"},
	} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git: %v %s", err, out)
		}
	}
	stdio := func(argv []string) transport.Interface { return transport.NewStdio(argv[0], nil, argv[1:]...) }
	overHTTP := func(t *testing.T, url string) transport.Interface {
		tr, err := transport.NewStreamableHTTP(url)
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	everything := []string{
		"echo", "get-sum", "get-structured-content", "trigger-long-running-operation", "get-tiny-image",
		"trigger-sampling-request", "trigger-elicitation-request", "get-roots-list", "toggle-simulated-logging",
	}
	fast := []string{"echo", "add", "person", "fail", "crash", "picture", "progress", "log", "sample", "elicit"}
	for name, c := range map[string]struct {
		dial  func(t *testing.T) transport.Interface
		tools []string
		call  string
		args  map[string]any
		want  string
	}{
		"everything": {func(t *testing.T) transport.Interface { return stdio(servertest.Everything(t)) },
			everything, "get-sum", map[string]any{"a": 2, "b": 3}, "5"},
		"everything over HTTP": {func(t *testing.T) transport.Interface { return overHTTP(t, servertest.EverythingHTTP(t)) },
			everything, "get-sum", map[string]any{"a": 2, "b": 3}, "5"},
		"everything over SSE": {func(t *testing.T) transport.Interface {
			tr, err := transport.NewSSE(servertest.EverythingSSE(t))
			if err != nil {
				t.Fatal(err)
			}
			return tr
		}, everything, "get-structured-content", map[string]any{"location": "Chicago"}, "temperature"},
		"filesystem": {func(t *testing.T) transport.Interface { return stdio(servertest.Filesystem(t, dir)) },
			[]string{"read_text_file", "write_file", "list_directory"}, "read_text_file", map[string]any{"path": filepath.Join(dir, "note")}, "a note"},
		"memory": {func(t *testing.T) transport.Interface { return stdio(servertest.Memory(t)) },
			[]string{"create_entities"}, "read_graph", nil, `\"entities\": []`},
		"time": {func(t *testing.T) transport.Interface { return stdio(servertest.Time(t)) },
			[]string{"get_current_time", "convert_time"}, "get_current_time", map[string]any{"timezone": "UTC"}, "UTC"},
		"git": {func(t *testing.T) transport.Interface { return stdio(servertest.Git(t, repo)) },
			[]string{"git_status"}, "git_log", map[string]any{"repo_path": repo}, "first commit"},
		"fastmcp": {func(t *testing.T) transport.Interface { return stdio(servertest.FastMCP(t)) },
			fast, "person", map[string]any{"name": "Ann", "age": 3}, `"structuredContent":{"name":"Ann","age":3}`},
		"fastmcp elicits": {func(t *testing.T) transport.Interface { return stdio(servertest.FastMCP(t)) },
			fast, "elicit", map[string]any{"message": "who?"}, `accept {'name': 'Ann'}`},
		"fastmcp over HTTP": {func(t *testing.T) transport.Interface { return overHTTP(t, servertest.FastMCPHTTP(t)) },
			fast, "sample", map[string]any{"message": "hi"}, "model says hi"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := connect(t, c.dial(t), dir)
			list, err := client.ListTools(t.Context(), mcp.ListToolsRequest{})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, tool := range list.Tools {
				names = append(names, tool.Name)
			}
			for _, want := range c.tools {
				if !slices.Contains(names, want) {
					t.Errorf("no tool %q in %q", want, names)
				}
			}
			var req mcp.CallToolRequest
			req.Params.Name, req.Params.Arguments = c.call, c.args
			if c.args == nil {
				req.Params.Arguments = map[string]any{}
			}
			res, err := client.CallTool(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			b, err := json.Marshal(res)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(b), c.want) {
				t.Errorf("%s: %s, want %s", c.call, b, c.want)
			}
		})
	}
}

// A missing server skips the test that asks for it, or fails it where every
// server is required.
func TestMissingServer(t *testing.T) {
	if os.Getenv("MCPJS_TEST_SERVERS_CHILD") != "" {
		servertest.Git(t, ".")
		return
	}
	for required, want := range map[string]string{"": "--- SKIP", "1": "--- FAIL"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestMissingServer$", "-test.v")
		cmd.Env = append(os.Environ(), "MCPJS_TEST_SERVERS_CHILD=1", "MCPJS_TEST_SERVERS="+t.TempDir(), "MCPJS_REQUIRE_SERVERS="+required)
		out, err := cmd.CombinedOutput()
		if (err != nil) != (required == "1") || !strings.Contains(string(out), want) || !strings.Contains(string(out), "bash .ci/servers") {
			t.Errorf("MCPJS_REQUIRE_SERVERS=%q: %v\n%s", required, err, out)
		}
	}
}
