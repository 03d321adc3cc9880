package bindings_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mcpjs/bindings/servertest"
)

// TestRealServers runs scripts against servers that were written elsewhere.
// TARGET is the server; each line logged is compared.
func TestRealServers(t *testing.T) {
	repo := t.TempDir()
	for _, args := range [][]string{{"init", "-q", "-b", "trunk"}, {"-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "--allow-empty", "-m", "begin"}} {
		if out, err := exec.Command("git", append([]string{"-C", repo}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git: %v %s", err, out)
		}
	}
	shared := t.TempDir()
	sdk := servertest.Build(t, "sdkserver")
	everything := `
const names = (await s.listTools()).map((t) => t.name);
console.log(names.includes("get-sum"), (await s.tools.getSum({ a: 2, b: 40 })).text);
const { data } = await s.tools.getStructuredContent({ location: "Chicago" });
console.log(typeof data.temperature, Object.keys(data).sort().join());
console.log((await s.tools.getTinyImage()).images[0].mimeType);
const steps = [];
for await (const p of s.tools.triggerLongRunningOperation({ duration: 0.2, steps: 4 })) steps.push(p.progress);
console.log(steps.join());
console.log((await s.listPrompts()).length > 0, (await s.listResources()).length > 0);
console.log((await s.callTool("get-sum", { a: "x" }, { throwOnError: false })).isError);`
	everythingWant := "true The sum of 2 and 40 is 42.\nnumber conditions,humidity,temperature\nimage/png\n1,2,3,4\ntrue true\ntrue\n"
	sdkScript := `
console.log((await s.callTool("echo", { message: "hi" })).text, (await s.tools.add({ a: 2, b: 3 })).data.sum);
console.log((await s.callTool("sample", { message: "q" })).text.includes("sampled q"));
const { data } = await s.tools.weather({ city: "Oslo" });
console.log(data.city, data.celsius, data.tags.join());
console.log((await s.callTool("fail", { message: "no" }).catch((e) => e)).name);
const steps = [];
for await (const p of s.tools.progress({ n: 3 })) steps.push(p.progress);
console.log(steps.join());
console.log((await s.listResources()).length > 3, (await s.readResource("test://static/text"))[0].text.length > 0);
console.log((await s.complete("greet", { name: "style", value: "" })).values.length > 0);`
	sdkWant := "hi 5\ntrue\nOslo 21.5 sunny,dry\nToolError\n1,2,3\ntrue true\ntrue\n"
	fastmcpScript := `
console.log((await s.tools.add({ a: 2, b: 3 })).data, (await s.tools.person({ name: "Ada", age: 36 })).data.name);
console.log((await s.tools.sample({ message: "q" })).text);
console.log((await s.tools.elicit({ message: "who?" })).text.startsWith("accept"));
const steps = [];
for await (const p of s.tools.progress({ n: 3 })) steps.push(p.message);
console.log(steps.join());
console.log((await s.callTool("fail", { message: "no" }).catch((e) => e)).name, (await s.readResource("test://greeting/Ada"))[0].text);
console.log((await s.getPrompt("greet", { name: "Ada" })).messages.length);`
	fastmcpWant := "5 Ada\nsampled q\ntrue\nstep 1,step 2,step 3\nToolError hello, Ada\n1\n"
	for name, test := range map[string]struct {
		target func(t *testing.T) any
		script string
		want   string
	}{
		"everything":           {func(t *testing.T) any { return servertest.Everything(t) }, everything, everythingWant},
		"everything over HTTP": {func(t *testing.T) any { return servertest.EverythingHTTP(t) }, everything, everythingWant},
		"filesystem": {func(t *testing.T) any { return servertest.Filesystem(t, shared) }, fmt.Sprintf(`
const dir = %q;
await s.tools.writeFile({ path: dir + "/a.txt", content: "21" });
const n = Number((await s.tools.readTextFile({ path: dir + "/a.txt" })).text);
await s.tools.writeFile({ path: dir + "/b.txt", content: String(n * 2) });
console.log((await s.tools.readTextFile({ path: dir + "/b.txt" })).text);
const error = await s.tools.readTextFile({ path: "/etc/passwd" }).catch((e) => e);
console.log(error.name, error.message.includes("outside allowed directories"));`, shared), "42\nToolError true\n"},
		"time": {func(t *testing.T) any { return servertest.Time(t) }, `
const { target } = (await s.tools.convertTime({ source_timezone: "UTC", time: "12:00", target_timezone: "Asia/Tokyo" })).data;
console.log(target.timezone, target.datetime.slice(11, 16));
console.log((await s.tools.convertTime({ source_timezone: "Mars", time: "12:00", target_timezone: "UTC" }, { throwOnError: false })).isError);`, "Asia/Tokyo 21:00\ntrue\n"},
		"git": {func(t *testing.T) any { return servertest.Git(t, repo) }, fmt.Sprintf(`
console.log((await s.tools.gitStatus({ repo_path: %q })).text.includes("trunk"), (await s.tools.gitLog({ repo_path: %[1]q })).text.includes("begin"));`, repo), "true true\n"},
		"go sdk":            {func(t *testing.T) any { return []string{sdk} }, sdkScript, sdkWant},
		"go sdk 2025":       {func(t *testing.T) any { return []string{sdk, "-protocol", "2025-06-18"} }, sdkScript + "\nconsole.log(s.protocolVersion);", sdkWant + "2025-06-18\n"},
		"go sdk over HTTP":  {func(t *testing.T) any { return servertest.Serve(t, "sdkserver") }, sdkScript, sdkWant},
		"fastmcp":           {func(t *testing.T) any { return servertest.FastMCP(t) }, fastmcpScript, fastmcpWant},
		"fastmcp over HTTP": {func(t *testing.T) any { return servertest.FastMCPHTTP(t) }, fastmcpScript, fastmcpWant},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := runScript(t, test.target(t), test.script)
			if err != nil || got != test.want {
				t.Errorf("%v\ngot:\n%s\nwant:\n%s", err, got, test.want)
			}
		})
	}
}

// mcpjsBinary is the built binary.
func mcpjsBinary(t testing.TB) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// mcpjs runs the binary in a directory.
func mcpjs(t testing.TB, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(mcpjsBinary(t), args...)
	cmd.Dir = dir
	return cmd
}

// runScript runs a script in which s is a client of target.
func runScript(t *testing.T, target any, script string) (string, error) {
	t.Helper()
	var words string
	switch target := target.(type) {
	case string:
		words = fmt.Sprintf("%q", target)
	case []string:
		quoted := make([]string, len(target))
		for i, w := range target {
			quoted[i] = fmt.Sprintf("%q", w)
		}
		words = "[" + strings.Join(quoted, ", ") + "]"
	}
	file := filepath.Join(t.TempDir(), "script.ts")
	// Many Python servers start at once on a small machine: give them time.
	code := fmt.Sprintf(`const s = await mcp.connect(%s, {
	connectTimeout: "120s",
	onSampling: ({ messages }) => "sampled " + messages[0].content.text,
	onElicitation: { name: "Ada", age: 36 },
	onLog: () => {},
});
%s
`, words, script)
	if err := os.WriteFile(file, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := mcpjs(t, "", "run", "--timeout", "150s", file)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, stderr.String())
	}
	return stdout.String(), err
}
