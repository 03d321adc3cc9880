package bindings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mcpjs/bindings/servertest"
)

// TestParity runs programs on FastMCP's Client and their counterparts here
// against the same servers: what they print must not differ, and the script
// must not be the longer one. In a program TARGET is a server as an mcpServers
// object or a URL, and SERVER an entry of such an object; LOG and ELICIT are the
// arguments of a call that logs or asks, ACCEPTED what the latter then says, and
// API is the URL of a model's API. These are the same in Python and JavaScript.
// MODE is the way to ask for the server's era.
func TestParity(t *testing.T) {
	fastmcp := servertest.FastMCP(t)
	python, sdk, own := fastmcp[0], servertest.Build(t, "sdkserver"), mcpjsBinary(t)
	ours, err := filepath.Abs("testdata/serve/parity.js")
	if err != nil {
		t.Fatal(err)
	}
	entry := func(words ...string) string {
		raw, _ := json.Marshal(map[string]any{"command": words[0], "args": words[1:]})
		return string(raw)
	}
	oursLegacy, _ := json.Marshal(map[string]any{"command": own, "args": []string{"serve", ours}, "env": map[string]string{"ERA": "legacy"}})
	const text, message = `"log", {"text": "hello"}`, `"log", {"message": "hello"}`
	const sdkLog = `"log", {"level": "warning", "text": "hello"}`
	const everythingAsks = `"trigger-elicitation-request", {}`
	// A server of Python's takes seconds to start, so the one over stdio is
	// used where nothing else will do.
	targets := []struct {
		name, server, url string
		log, elicit       string
		legacy            bool
	}{
		{name: "fastmcp http", url: servertest.FastMCPHTTP(t), log: text},
		{name: "fastmcp", server: entry(fastmcp...)},
		{name: "go sdk http", url: servertest.Serve(t, "sdkserver", "-stateless"), log: sdkLog},
		{name: "go sdk", server: entry(sdk), log: sdkLog},
		{name: "go sdk legacy", server: entry(sdk, "-protocol", "2025-06-18"), log: sdkLog, legacy: true},
		{name: "everything", server: entry(servertest.Everything(t)...), elicit: everythingAsks},
		{name: "everything http", url: servertest.EverythingHTTP(t), elicit: everythingAsks},
		{name: "demo", server: entry(own, "demo"), log: message},
		{name: "demo legacy", server: entry(own, "demo"), log: message, legacy: true},
		{name: "ours", server: entry(own, "serve", ours), log: text},
		{name: "ours http", url: serveScript(t, ours), log: text},
		{name: "ours legacy", server: string(oursLegacy), log: text, legacy: true},
	}
	// Where a program runs: everywhere here, unless it is named below.
	const usual = "fastmcp http, go sdk http, go sdk, go sdk legacy, ours, ours http, ours legacy"
	const asking = usual + ", everything, everything http"
	const logging = usual + ", demo, demo legacy"
	only := map[string]string{
		"connect":            "fastmcp, go sdk, go sdk http, ours, everything http",
		"ping":               "go sdk legacy, ours legacy", // 2026-07-28 has none of it
		"elicitation":        asking,
		"log":                logging,
		"message":            logging,
		"timeout":            "go sdk, go sdk legacy, go sdk http, ours, ours legacy", // the other has no slow tool
		"multi":              "go sdk, go sdk legacy, ours, ours legacy",
		"sampling_openai":    "fastmcp http, go sdk, go sdk legacy, ours",
		"sampling_anthropic": "fastmcp http, go sdk, go sdk legacy, ours",
		"skills":             "fastmcp http, ours, ours http, ours legacy",
		"tasks":              "fastmcp http", // FastMCP's client speaks the extension alone, and no other server here does
	}
	programs, _ := filepath.Glob("testdata/parity/*.py")
	if len(programs) < 20 {
		t.Fatalf("found %d programs", len(programs))
	}
	api, dir := modelAPI(t), t.TempDir()
	names := map[string][]string{} // of the programs, by target
	for _, target := range targets {
		expr := `"` + target.url + `"`
		if target.url == "" {
			expr = `{"mcpServers": {"s": ` + target.server + `}}`
		}
		accepted := `"provided"`
		if target.elicit == "" {
			target.elicit, accepted = `"elicit", {"message": "who?"}`, `"accept"`
		}
		mode := map[string]string{".py": `"auto"`, ".js": `"auto"`}
		if target.legacy {
			mode = map[string]string{".py": `"legacy"`, ".js": `"2025-06-18"`}
		}
		if err := os.Mkdir(filepath.Join(dir, target.name), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, program := range programs {
			name := strings.TrimSuffix(filepath.Base(program), ".py")
			where := only[name]
			if where == "" {
				where = usual
			}
			if !slices.Contains(strings.Split(where, ", "), target.name) {
				continue
			}
			names[target.name] = append(names[target.name], name)
			var length [2]int
			for i, suffix := range []string{".py", ".js"} {
				source, err := os.ReadFile(strings.TrimSuffix(program, ".py") + suffix)
				if err != nil {
					t.Fatal(err)
				}
				length[i] = lines(source)
				fill := strings.NewReplacer("TARGET", expr, "SERVER", target.server, "MODE", mode[suffix], "LOG", target.log,
					"ELICIT", target.elicit, "ACCEPTED", accepted, "API", `"`+api+`"`)
				if err := os.WriteFile(filepath.Join(dir, target.name, name+suffix), []byte(fill.Replace(string(source))), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if length[1] > length[0] {
				t.Errorf("%s: the script has %d lines, the program %d", name, length[1], length[0])
			}
		}
	}
	var want map[string]map[string]string
	if err := json.Unmarshal([]byte(output(t, exec.Command(python, "-c", parityDriver, dir))), &want); err != nil {
		t.Fatal(err)
	}
	for target, programs := range names {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			for _, name := range programs {
				got := output(t, mcpjs(t, filepath.Join(dir, target), "run", "--timeout", "120s", name+".js"))
				if want := want[target][name]; got != want || got == "" {
					t.Errorf("%s: the script prints\n%s\nthe program\n%s", name, got, want)
				}
			}
		})
	}
}

// modelAPI stands in for the APIs of OpenAI and Anthropic: the model says what
// it heard last.
func modelAPI(t *testing.T) (url string) {
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Model    string
			Messages []struct{ Content json.RawMessage }
		}
		if json.NewDecoder(r.Body).Decode(&asked) != nil || len(asked.Messages) == 0 {
			http.Error(w, "what?", http.StatusBadRequest)
			return
		}
		last := asked.Messages[len(asked.Messages)-1].Content
		var blocks []struct{ Text string }
		var heard string
		if json.Unmarshal(last, &heard) != nil && json.Unmarshal(last, &blocks) == nil && len(blocks) > 0 {
			heard = blocks[0].Text
		}
		said, _ := json.Marshal(asked.Model + " heard " + heard)
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/v1/messages" {
			fmt.Fprintf(w, `{"id":"m1","type":"message","role":"assistant","model":%q,"stop_reason":"end_turn","stop_sequence":null,
				"content":[{"type":"text","text":%s}],"usage":{"input_tokens":1,"output_tokens":1}}`, asked.Model, said)
			return
		}
		fmt.Fprintf(w, `{"id":"c1","object":"chat.completion","created":1,"model":%q,"choices":[{"index":0,"finish_reason":"stop",
			"message":{"role":"assistant","content":%s,"refusal":null},"logprobs":null}]}`, asked.Model, said)
	}))
	t.Cleanup(h.Close)
	return h.URL
}

// parityDriver runs the programs of all targets in one interpreter, since to
// import FastMCP takes longer than they do.
const parityDriver = `
import contextlib, io, json, pathlib, runpy, sys, traceback
out = {}
for program in sorted(pathlib.Path(sys.argv[1]).glob("*/*.py")):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            runpy.run_path(str(program))
        except BaseException:
            said.write(traceback.format_exc())
    out.setdefault(program.parent.name, {})[program.stem] = said.getvalue()
print(json.dumps(out))
`

// lines counts the lines that hold code.
func lines(source []byte) (n int) {
	for _, line := range strings.Split(string(source), "\n") {
		if strings.TrimSpace(line) != "" {
			n++
		}
	}
	return n
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, stderr.String())
	}
	return stdout.String()
}
