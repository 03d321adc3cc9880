package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// world is a home and a project in a temporary directory; its PATH has only
// the commands named.
func world(t *testing.T, files map[string]string, commands ...string) Env {
	t.Helper()
	root := t.TempDir()
	env := Env{Dir: filepath.Join(root, "project"), Home: filepath.Join(root, "home"), OS: "linux"}
	bin := filepath.Join(root, "bin")
	for _, dir := range []string{env.Dir, env.Home, bin} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	vars := map[string]string{"PATH": bin, "TOKEN": "s3cret", "MCP_INPUT_API_KEY": "k3y"}
	env.Getenv = func(name string) string { return vars[name] }
	for _, name := range commands {
		write(t, filepath.Join(bin, name), "", 0o755)
	}
	for name, content := range files {
		mode := os.FileMode(0o644)
		if n, ok := strings.CutPrefix(name, "+"); ok {
			name, mode = n, 0o755
		}
		write(t, filepath.Join(root, name), strings.ReplaceAll(content, "PROJECT", env.Dir), mode)
	}
	return env
}

func write(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

// show is a target in one line, with PROJECT and HOME for the directories.
func show(t Target, env Env) string {
	var s string
	switch t.Kind {
	case Stdio:
		s = fmt.Sprintf("%s %q in %s", t.Command, t.Args, t.Dir)
		for _, name := range slices.Sorted(func(yield func(string) bool) {
			for n := range t.Env {
				if !yield(n) {
					return
				}
			}
		}) {
			s += " " + name + "=" + t.Env[name]
		}
	case HTTP, SSE:
		s = fmt.Sprintf("%s %s fallback=%v", t.Kind, t.URL, t.Fallback)
		if t.Headers != nil {
			s += fmt.Sprint(" ", t.Headers)
		}
	case Unix:
		s = "unix " + t.Socket
	case Multi:
		for _, server := range t.Servers {
			s += "[" + show(server, env) + "]"
		}
	default:
		s = string(t.Kind)
	}
	if t.Name != "" {
		s = t.Name + ": " + s
	}
	return strings.NewReplacer(env.Dir, "PROJECT", env.Home, "HOME").Replace(s)
}

var files = map[string]string{
	"project/server.py":               "",
	"project/server.js":               "",
	"project/server.ts":               "",
	"project/notes.txt":               "",
	"project/my srv.py":               "",
	"+project/run.sh":                 "",
	"+project/tool":                   "",
	"project/plain.sh":                "",
	"project/app.jar":                 "",
	"project/venv2/x.py":              "",
	"+project/venv2/.venv/bin/python": "",
	"home/h.mjs":                      "",
	"project/one.json":                `{"mcpServers":{"solo":{"command":"srv","args":["-p",1],"env":{"A":"${TOKEN}","B":2,"C":null},"x-more":[1]}}}`,
	"project/two.json":                `{"mcpServers":{"b":{"url":"https://b/"},"off":{"command":"x","disabled":true},"a":{"command":"./tool","cwd":"sub"}}}`,
	"project/broken.json":             "{\n \"mcpServers\": {\n  oops\n}}",
	"project/none.json":               `{"hello": 1}`,
	"project/.mcp.json":               `{"mcpServers":{"files":{"command":"${NOPE:-srv}","args":["${workspaceFolder}"]},"quiet":{"command":"srv","enabled":false},"dup":{"command":"one"},"unset":{"command":"${NOPE}"}}}`,
	"project/.vscode/mcp.json": `{ // comment
		"inputs": [{"id":"api-key"}],
		"servers": { "vs": { "type": "http", "url": "https://vs/mcp", "headers": {"Authorization": "Bearer ${input:api-key}"}, },
			"ask": { "command": "x", "args": ["${input:other}"] }, /* more */ } }`,
	"home/.cursor/mcp.json":                          `{"mcpServers":{"dup":{"command":"two","env":{"K":"${env:TOKEN}"}},"cur":{"url":"http://c/sse","type":"sse"}}}`,
	"home/.config/Claude/claude_desktop_config.json": `{"mcpServers":{"desk top":{"command":"sh","args":["-c","echo ${HOME}"]}}}`,
	"home/.codeium/windsurf/mcp_config.json":         `{"mcpServers":{"wind":{"serverUrl":"https://w/sse"}}}`,
	"home/.claude.json":                              `{"numStartups":3,"mcpServers":{"g":{"command":"glob"}},"projects":{"PROJECT":{"mcpServers":{"p":{"command":"./tool"}}},"/else":{"mcpServers":{"no":{"command":"x"}}}}}`,
	"home/.config/mcpjs/mcp.json":                    `{"mcpServers":{"mine":{"command":"~/bin/mine","envFile":"${workspaceFolder}/.env"}}}`,
	"project/.env":                                   "# c\nexport A='b c'\nD=1\n",
}

var commands = []string{"npx", "node", "python3", "bash", "java", "srv", "sh"}

func TestParse(t *testing.T) {
	env := world(t, files, commands...)
	for _, test := range []struct{ in, want string }{
		{"demo", "demo"},
		{" https://host/mcp ", "http https://host/mcp fallback=true"},
		{"http://host/sse", "http http://host/sse fallback=true"},
		{"http+sse://host/x", "sse http://host/x fallback=false"},
		{"unix:/run/s.sock", "unix /run/s.sock"},
		{"unix:s.sock", "unix PROJECT/s.sock"},
		{"npx -y 'a b'", `npx ["-y" "a b"] in PROJECT`},
		{"srv", `srv [] in PROJECT`},
		{"server.py", `python3 ["PROJECT/server.py"] in PROJECT`},
		{"./server.py --port 1", `python3 ["PROJECT/server.py" "--port" "1"] in PROJECT`},
		{"my srv.py", `python3 ["PROJECT/my srv.py"] in PROJECT`},
		{"venv2/x.py", `PROJECT/venv2/.venv/bin/python ["PROJECT/venv2/x.py"] in PROJECT`},
		{"./server.js", `node ["PROJECT/server.js"] in PROJECT`},
		{"server.ts", `node ["PROJECT/server.ts"] in PROJECT`},
		{"~/h.mjs", `node ["HOME/h.mjs"] in PROJECT`},
		{"./run.sh", `PROJECT/run.sh [] in PROJECT`},
		{"plain.sh a", `bash ["PROJECT/plain.sh" "a"] in PROJECT`},
		{"./tool", `PROJECT/tool [] in PROJECT`},
		{"./tool x", `PROJECT/tool ["x"] in PROJECT`},
		{"app.jar", `java ["-jar" "PROJECT/app.jar"] in PROJECT`},
		{"one.json", `solo: srv ["-p" "1"] in PROJECT A=s3cret B=2`},
		{"two.json", `[b: http https://b/ fallback=true][a: PROJECT/tool [] in PROJECT/sub]`},
		{"./two.json#a", `a: PROJECT/tool [] in PROJECT/sub`},
		{"files", `files: srv ["PROJECT"] in PROJECT`},
		{"dup", `dup: one [] in PROJECT`},
		{"cursor:dup", `dup: two [] in PROJECT K=s3cret`},
		{"cur", `cur: sse http://c/sse fallback=false`},
		{"vs", `vs: http https://vs/mcp fallback=false map[Authorization:Bearer k3y]`},
		{"desk top", `desk top: sh ["-c" "echo ${HOME}"] in PROJECT`},
		{"windsurf:wind", `wind: http https://w/sse fallback=true`},
		{"g", `g: glob [] in PROJECT`},
		{"claude-code:p", `p: PROJECT/tool [] in PROJECT`},
		{"mine", `mine: HOME/bin/mine [] in PROJECT A=b c D=1`},
		{`["sh","-c","a|b"]`, `sh ["-c" "a|b"] in PROJECT`},
		{`{"command":"npx -y x"}`, `npx ["-y" "x"] in PROJECT`},
	} {
		got, err := Parse(test.in, env)
		if err != nil {
			t.Errorf("%s: %v", test.in, err)
		} else if show(got, env) != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.in, show(got, env), test.want)
		}
	}
	for in, want := range map[string]string{
		"":             "empty",
		"./gone.py":    "there is no file PROJECT/gone.py",
		"gone.js":      "there is no file",
		"./notes.txt":  "is not executable",
		"./venv2":      "is a directory",
		"srv | grep x": `use ["sh", "-c", "srv | grep x"]`,
		"srv 'x":       "not closed",
		"nothere --x":  `no command "nothere" in the PATH`,
		"fles":         `did you mean "files"?`,
		"zzzzzzzzzz":   "is not a URL, a file, a command in the PATH or a configured server",
		"cursor:dub":   `cursor has no server "dub": did you mean "dup"?`,
		"unset":        `PROJECT/.mcp.json: server "unset": command: ${NOPE}: the environment variable NOPE is not set`,
		"ask":          "MCP_INPUT_OTHER",
		"broken.json":  "broken.json: not valid JSON, line 3, column 3",
		"none.json":    "no server in it",
		"two.json#c":   `no server "c"`,
		"two.json#off": `two.json: server "off" is disabled there`,
		"quiet":        `server "quiet" is disabled in PROJECT/.mcp.json`,
		`{"mcpServers":{"a":{"command":"x","disabled":true},"b":{"command":"x","enabled":false}}}`: "all servers in it are disabled: a, b",
		"ws://host":               "no WebSocket transport",
		"ftp://host":              `scheme "ftp" is not known`,
		"http://":                 "names no host",
		"https://u:pw@h:x/":       "malformed",
		"unix:":                   "needs the path",
		"[]":                      "names no command",
		"[1,{}]":                  "array of strings",
		`{"command":1,"args":{}}`: "command must not be a JSON number",
		`{"url":"x"}`:             "must begin with http",
		`{"url":"http://h","transport":"carrier"}`: `transport "carrier" is not known`,
		`{"command":"a","url":"http://h"}`:         "both a command and a URL",
		`{"mcpServers":[]}`:                        "mcpServers must be an object",
		`{"mcpServers":{}}`:                        "no server in it",
		`{"a":`:                                    "not valid JSON, line 1",
		"two.json x":                               "takes no arguments",
	} {
		got, err := Parse(in, env)
		if err == nil {
			t.Errorf("%s: no error but %s", in, show(got, env))
			continue
		}
		text := strings.ReplaceAll(err.Error(), env.Dir, "PROJECT")
		if !strings.Contains(text, want) || strings.Contains(text, "pw") {
			t.Errorf("%s: %s\nwant %s", in, text, want)
		}
	}
}

func TestParseJSON(t *testing.T) {
	env := world(t, files, commands...)
	for in, want := range map[string]string{
		`"demo"`: "demo",
		`{"url":"http://h/mcp","headers":{"X":"${TOKEN}","N":1},"transport":"http"}`: "http http://h/mcp fallback=false map[N:1 X:${TOKEN}]",
		`{"command":"sh","args":["-c","echo ${HOME}"]}`:                              `sh ["-c" "echo ${HOME}"] in PROJECT`,
		`{"mcpServers":{"z":{"command":"b"},"a":{"url":"unix:/s"}}}`:                 `[z: b [] in PROJECT][a: unix /s]`,
		`{"url":"http://h/mcp","type":"sse"}`:                                        "sse http://h/mcp fallback=false",
	} {
		got, err := ParseJSON(json.RawMessage(in), env)
		if err != nil || show(got, env) != want {
			t.Errorf("%s: %s %v", in, show(got, env), err)
		}
	}
	got, err := ParseJSON(json.RawMessage(`{"command":"x","inheritEnv":true,"stderr":"ignore","auth":"oauth","extra":1}`), env)
	if err != nil || !got.InheritEnv || got.Stderr != "ignore" || string(got.Auth) != `"oauth"` || !strings.Contains(string(got.Entry), "extra") {
		t.Errorf("%+v %v", got, err)
	}
	for _, in := range []string{"", "null", "5", "true", `{"command":""}`, `[null]`} {
		if got, err := ParseJSON(json.RawMessage(in), env); err == nil {
			t.Errorf("%s: %+v", in, got)
		}
	}
}

func TestDiscover(t *testing.T) {
	env := world(t, files, commands...)
	var got []string
	for _, s := range ConfiguredServers(env) {
		got = append(got, s.Source+"/"+s.Ref)
	}
	want := "project/files project/quiet project/dup project/unset vscode/vs vscode/ask mcpjs/mine claude-code/p claude-code/g cursor/cursor:dup cursor/cur claude-desktop/desk top windsurf/wind"
	if strings.Join(got, " ") != want {
		t.Errorf(" got %s\nwant %s", strings.Join(got, " "), want)
	}
	dup, err := Parse("dup", env)
	if err != nil || len(dup.Also) != 1 || !strings.HasPrefix(dup.Also[0], "cursor:dup in ") {
		t.Errorf("also: %q %v", dup.Also, err)
	}
	if sources := Discover(world(t, map[string]string{"project/.mcp.json": "nope"})); len(sources) != 1 || sources[0].Err == nil {
		t.Errorf("a broken file: %+v", sources)
	}
	if sources := Discover(Env{Dir: t.TempDir()}); sources != nil {
		t.Errorf("found %v where there is nothing", sources)
	}
	_, err = Parse("cursor:x", world(t, nil))
	if err == nil || !strings.Contains(err.Error(), "cursor has no servers: looked in ") {
		t.Error(err)
	}
}

func TestStringHidesSecrets(t *testing.T) {
	for in, want := range map[string]string{
		`["srv","--api-key","k","--token=t","x y"]`:                 `srv --api-key '…' '--token=…' 'x y'`,
		`["npx","mcp-remote","--header","Authorization: Bearer q"]`: `npx mcp-remote --header 'Authorization: …'`,
		`["srv","postgres://me:pw@db/x?sslkey=1"]`:                  `srv 'postgres://db/x?sslkey=…'`,
		`{"url":"https://me:pw@h/mcp?key=k"}`:                       `https://h/mcp?key=…`,
		`{"mcpServers":{"a":{"command":"x"},"b":{"command":"y"}}}`:  `a, b`,
		`{"mcpServers":{"a":{"command":"x","env":{"K":"pw"}}}}`:     `a (x)`,
	} {
		target, err := ParseJSON(json.RawMessage(in), Env{Dir: "/"})
		if err != nil || target.String() != want {
			t.Errorf("%s: %s %v", in, target, err)
		}
	}
}

func TestKey(t *testing.T) {
	key := func(in string) string {
		target, err := ParseJSON(json.RawMessage(in), Env{Dir: "/"})
		if err != nil {
			t.Fatal(err)
		}
		return target.Key()
	}
	if key(`{"command":"a","env":{"X":"1","Y":"2"}}`) != key(`{"env":{"Y":"2","X":"1"},"command":"a","note":1}`) {
		t.Error("the same server has two keys")
	}
	all := map[string]string{}
	for _, in := range []string{
		`["a"]`, `["a","b"]`, `["a b"]`, `{"command":"a","env":{"X":"1"}}`, `{"command":"a","inheritEnv":true}`, `{"command":"a","cwd":"/tmp"}`,
		`{"url":"http://a"}`, `{"url":"http://a","transport":"sse"}`, `{"url":"http://a","transport":"http"}`, `{"url":"http://a","headers":{"A":"1"}}`,
		`{"url":"http://a","auth":"x"}`, `"demo"`, `"unix:/a"`, `{"mcpServers":{"a":{"command":"x"},"b":{"command":"y"}}}`,
		`{"mcpServers":{"a":{"command":"x"},"b":{"command":"z"}}}`,
	} {
		if other, taken := all[key(in)]; taken {
			t.Errorf("%s and %s have one key", in, other)
		}
		all[key(in)] = in
	}
}

func TestEnviron(t *testing.T) {
	parent := []string{"HOME=/h", "PATH=/p", "https_proxy=x", "AWS_SECRET_ACCESS_KEY=no", "npm_config_registry=r", "npm_config__authToken=no",
		"UV_CACHE_DIR=c", "UV_INDEX_A_PASSWORD=no", "LC_ALL=C", "GITHUB_TOKEN=no", "USER=() { x; }", "=odd"}
	got := Target{Env: map[string]string{"HOME": "/mine", "K": "v"}}.Environ(parent)
	want := []string{"HOME=/mine", "K=v", "LC_ALL=C", "PATH=/p", "UV_CACHE_DIR=c", "https_proxy=x", "npm_config_registry=r"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if all := (Target{InheritEnv: true}).Environ(parent); !slices.Contains(all, "GITHUB_TOKEN=no") || len(all) != 11 {
		t.Errorf("inherited %q", all)
	}
}

func FuzzParse(f *testing.F) {
	env := Env{Dir: f.TempDir(), OS: "linux"}
	for _, seed := range []string{"npx -y x", "http://h/", "unix:a", `{"mcpServers":{"a":{"command":"x"}}}`, `["a"]`, "x.json#y", "a:b", `{"command":"${A:-b}"} // c`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		target, err := Parse(in, env)
		if err == nil && (target.Kind == "" || target.String() == "" || target.Key() == "") {
			t.Errorf("%q: %+v", in, target)
		}
		if err == nil && target.Kind == Stdio && target.Command == "" {
			t.Errorf("%q: no command", in)
		}
	})
}

// Blanking out comments leaves JSON without any as it is.
func FuzzPlain(f *testing.F) {
	for _, seed := range []string{`{"a":"//x","b":[1,"/*"]}`, "{/*a*/\"b\":1,}//", `"\"`, `[1,]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out := Plain(in)
		if len(out) != len(in) {
			t.Errorf("%q became %q", in, out)
		}
		if json.Valid(in) && string(out) != string(in) {
			t.Errorf("%q became %q", in, out)
		}
	})
}
