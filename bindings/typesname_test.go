package bindings

import (
	"slices"
	"testing"

	"mcpjs/bindings/config"
	"mcpjs/bindings/dts"
)

func TestNamesOfTargets(t *testing.T) {
	stdio := func(words ...string) config.Target {
		return config.Target{Kind: config.Stdio, Command: words[0], Args: words[1:]}
	}
	for _, test := range []struct {
		target config.Target
		want   string
	}{
		{config.Target{Kind: config.Demo}, "DemoServer"},
		{config.Target{Kind: config.Stdio, Name: "my files", Command: "x"}, "MyFilesServer"},
		{stdio("npx", "-y", "@modelcontextprotocol/server-everything"), "EverythingServer"},
		{stdio("npx", "-y", "some-mcp@1.2.3", "--flag", "value"), "SomeMcpServer"},
		{stdio("uvx", "mcp-server-time"), "TimeServer"},
		{stdio("/usr/bin/python3", "/srv/weather.py"), "WeatherServer"},
		{stdio("docker", "run", "-i", "--rm", "mcp/fetch"), "FetchServer"},
		{stdio("node"), "NodeServer"},
		{config.Target{Kind: config.HTTP, URL: "https://me:secret@mcp.example.com/mcp?key=secret"}, "McpExampleComServer"},
		{config.Target{Kind: config.HTTP, URL: "http://localhost:8080/a/mcp"}, "Localhost8080AServer"},
	} {
		written := test.target.Command
		if test.target.Kind == config.Demo {
			written = "demo"
		}
		if got := dts.Namespace(targetName(test.target, written)); got != test.want {
			t.Errorf("%v is called %s, want %s", test.target, got, test.want)
		}
	}
}

// TestDistinguish: servers of one run share neither a name nor a target.
func TestDistinguish(t *testing.T) {
	var list []*known
	for _, name := range []string{"a", "A", "a", "b"} {
		list = append(list, &known{server: dts.Server{Name: name, Targets: []string{"demo", name}}})
	}
	distinguish(list)
	var names, targets []string
	for _, k := range list {
		names = append(names, dts.Namespace(k.server.Name))
		targets = append(targets, k.server.Targets...)
	}
	if want := []string{"AServer", "A2Server", "A3Server", "BServer"}; !slices.Equal(names, want) {
		t.Errorf("names %q, want %q", names, want)
	}
	if want := []string{"demo", "a", "A", "b"}; !slices.Equal(targets, want) {
		t.Errorf("targets %q, want %q", targets, want)
	}
}

func TestExtended(t *testing.T) {
	for text, want := range map[string][]string{
		`{}`: nil, `{ "extends": "./a" }`: {"./a"}, `{ "extends": ["a", "b",], } // both`: {"a", "b"}, `{ "extends": 3 }`: nil,
	} {
		if got, ok := extended([]byte(text)); !ok || !slices.Equal(got, want) {
			t.Errorf("%s extends %q, %t; want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "{", "[]", "nothing"} {
		if got, ok := extended([]byte(text)); ok {
			t.Errorf("%q extends %q", text, got)
		}
	}
}
