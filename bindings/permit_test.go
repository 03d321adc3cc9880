package bindings

import "testing"

func TestSameURL(t *testing.T) {
	for _, c := range []struct {
		grant, url string
		same       bool
	}{
		{"https://a.example/mcp", "https://a.example/mcp", true},
		{"https://a.example/mcp", "https://a.example/mcp?key=1", true},
		{"https://a.example/mcp", "https://A.example:443/mcp", true},
		{"https://a.example", "https://a.example/", true},
		{"https://a.example/*", "https://a.example/x/y", true},
		{"https://*.example/mcp", "https://b.a.example/mcp", true},
		{"http://localhost:3000/mcp", "http://localhost:3000/mcp", true},
		{"http://[::1]:3000/mcp", "http://[::1]:3000/mcp", true},
		{"https://a.example/mcp", "http://a.example/mcp", false},
		{"https://a.example/mcp", "https://a.example:444/mcp", false},
		{"https://a.example/mcp", "https://a.example/mcp2", false},
		{"https://a.example/mcp", "https://a.example@evil.test/mcp", false},
		{"https://*.example/*", "https://evil.test/.example/x", false},
		{"https://*.example/*", "https://evil.test/?.example/x", false},
		{"https://a.example/one/*", "https://a.example/one/../two", false},
		{"https://a*", "https://a.evil.test/", false},
		{"http://localhost:3000/mcp", "http://localhost/mcp", false},
		{"http://localhost/mcp", "http://localhost:3000/mcp", false},
		{"*", "https://a.example/", false}, // what grants all is asked for before
	} {
		if got := sameURL(c.grant, c.url); got != c.same {
			t.Errorf("%s, %s: %v", c.grant, c.url, got)
		}
	}
}
