package servertest

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
)

// Everything is the command line of npm's server-everything over stdio.
func Everything(t testing.TB) []string {
	t.Helper()
	return append(npm(t, "server-everything"), "stdio")
}

// EverythingHTTP starts server-everything over streamable HTTP and returns its
// URL; it is killed when the test ends.
func EverythingHTTP(t testing.TB) (url string) {
	t.Helper()
	return everything(t, "streamableHttp", "/mcp")
}

// EverythingSSE starts server-everything over the legacy HTTP+SSE transport
// and returns the URL of its event stream; it is killed when the test ends.
func EverythingSSE(t testing.TB) (url string) {
	t.Helper()
	return everything(t, "sse", "/sse")
}

func everything(t testing.TB, mode, path string) string {
	t.Helper()
	argv, port := append(npm(t, "server-everything"), mode), freePort(t)
	listen(t, argv, []string{"PORT=" + port}, regexp.MustCompile(`(?i)(listening|running) on port`))
	return "http://127.0.0.1:" + port + path
}

// Filesystem is the command line of npm's server-filesystem, which serves dirs.
func Filesystem(t testing.TB, dirs ...string) []string {
	t.Helper()
	return append(npm(t, "server-filesystem"), dirs...)
}

// Memory is the command line of npm's server-memory with an empty memory.
func Memory(t testing.TB) []string {
	t.Helper()
	dir := t.TempDir()
	env := filepath.Join(dir, "env")
	if err := os.WriteFile(env, []byte("MEMORY_FILE_PATH='"+filepath.Join(dir, "memory.jsonl")+"'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	argv := npm(t, "server-memory")
	return append([]string{argv[0], "--env-file=" + env}, argv[1:]...)
}

// Time is the command line of PyPI's mcp-server-time, whose zone is UTC.
func Time(t testing.TB) []string {
	t.Helper()
	return []string{python(t, "reference"), "-m", "mcp_server_time", "--local-timezone", "UTC"}
}

// Git is the command line of PyPI's mcp-server-git on the repository repo.
func Git(t testing.TB, repo string) []string {
	t.Helper()
	return []string{python(t, "reference"), "-m", "mcp_server_git", "--repository", repo}
}

// FastMCP is the command line of testdata/fastmcp_server.py over stdio.
func FastMCP(t testing.TB) []string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(root, "bindings", "servertest", "testdata", "fastmcp_server.py")
	return []string{python(t, "fastmcp"), script}
}

// FastMCPHTTP starts testdata/fastmcp_server.py over streamable HTTP and
// returns its URL; it is killed when the test ends.
func FastMCPHTTP(t testing.TB) (url string) {
	t.Helper()
	port := freePort(t)
	listen(t, append(FastMCP(t), "--http", port), nil, regexp.MustCompile(`Uvicorn running on`))
	return "http://127.0.0.1:" + port + "/mcp"
}

// npm is the command line that runs one of the installed npm packages.
func npm(t testing.TB, pkg string) []string {
	t.Helper()
	script := installed(t, "npm", "node_modules", "@modelcontextprotocol", pkg, "dist", "index.js")
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "node is not on the PATH")
	}
	return []string{node, script}
}

// python is the interpreter of one of the installed virtual environments.
func python(t testing.TB, venv string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		return installed(t, venv, "Scripts", "python.exe")
	}
	return installed(t, venv, "bin", "python")
}

// installed is a file below $MCPJS_TEST_SERVERS, by default .cache/servers.
func installed(t testing.TB, elem ...string) string {
	t.Helper()
	dir := os.Getenv("MCPJS_TEST_SERVERS")
	if dir == "" {
		root, err := moduleRoot()
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(root, ".cache", "servers")
	}
	path := filepath.Join(append([]string{dir}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		missing(t, path+" is not installed")
	}
	return path
}

// missing skips the test, or fails it where MCPJS_REQUIRE_SERVERS=1 says that
// every server has to be there.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("MCPJS_REQUIRE_SERVERS") == "1" {
		t.Fatalf("%s; install the test servers with: bash .ci/servers", what)
	}
	t.Skipf("%s; install the test servers with: bash .ci/servers", what)
}

func unusedPort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
