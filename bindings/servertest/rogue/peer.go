package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
)

// A peer is one client.
type peer struct {
	*server
	mu      sync.Mutex
	waiting map[string]func(message) // by the id of a request of ours, as JSON
	deaf    bool                     // reads no more
	greeted bool                     // had its initialize
}

// A call is one request of the client's.
type call struct {
	*peer
	message
	wire wire
	name string          // of the tool, "" if it isn't a tool call
	args json.RawMessage // of the tool
	meta struct {
		Token json.RawMessage `json:"progressToken"`
	}
}

var legacy = []string{"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}

const modern = "2026-07-28"

func (s *server) speaksModern() bool {
	return (s.protocol == "" || s.protocol >= modern) && s.reply == ""
}

func (s *server) speaksLegacy() bool { return s.protocol < modern }

// receive handles one message and returns when it is answered, or won't be.
func (p *peer) receive(m message, w wire) {
	if m.Method == "" {
		p.mu.Lock()
		f := p.waiting[string(m.ID)]
		delete(p.waiting, string(m.ID))
		p.mu.Unlock()
		if f != nil {
			f(m)
		}
		return
	}
	if p.modes["die-on-discover"] && !p.greeted && m.Method != "initialize" {
		fmt.Fprintf(os.Stderr, "Error: ExpectedInitializeRequest(Some(%q))\n", m.Method)
		os.Exit(1)
	}
	if m.ID == nil || p.modes["silent"] || p.modes["no-answer-to-discover"] && m.Method == "server/discover" {
		return
	}
	c := &call{peer: p, message: m, wire: w}
	var params struct {
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"`
		Meta      json.RawMessage `json:"_meta"`
	}
	_ = json.Unmarshal(m.Params, &params)
	_ = json.Unmarshal(params.Meta, &c.meta)
	if m.Method == "tools/call" {
		c.name, c.args = params.Name, params.Arguments
	}
	if p.marked(c) {
		for name, h := range habits {
			if p.modes[name] && h.show != nil {
				h.show(c)
				return
			}
		}
	}
	c.answer()
}

func (s *server) marked(c *call) bool {
	return s.at == "*" || s.at == c.Method || s.at == c.name && c.name != ""
}

// answer does what an honest server does.
func (c *call) answer() {
	switch c.Method {
	case "server/discover":
		if !c.speaksModern() {
			c.fail(-32601, "method not found: "+c.Method)
			return
		}
		versions := []string{modern}
		if c.speaksLegacy() {
			versions = append(versions, legacy...)
		}
		c.result(fmt.Sprintf(`{"resultType":"complete","supportedVersions":%s,"capabilities":%s,"ttlMs":0,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":%s}}`,
			text(versions), c.capabilities(), c.info()))
	case "initialize":
		if !c.speaksLegacy() {
			c.wire.message(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32022,"message":"unsupported protocol version","data":{"supported":[%q]}}}`, c.ID, modern))
			return
		}
		c.greeted = true
		c.result(fmt.Sprintf(`{"protocolVersion":%s,"capabilities":%s,"serverInfo":%s}`, text(c.version()), c.capabilities(), c.info()))
	case "ping", "logging/setLevel":
		if c.Method == "logging/setLevel" && c.modes["declares-and-denies"] {
			c.fail(-32601, "Method not found")
			return
		}
		c.result(`{}`)
	case "tools/list":
		more := ""
		if c.modes["endless-pages"] {
			more = `"nextCursor":"again",`
		}
		c.result(`{"resultType":"complete","ttlMs":0,"cacheScope":"public",` + more + `"tools":[` + strings.Join(c.tools(), ",") + `]}`)
	case "tools/call":
		c.tool()
	default:
		c.fail(-32601, "Method not found")
	}
}

func (c *call) tool() {
	switch {
	case c.name == "echo":
		var args struct {
			Message string `json:"message"`
		}
		_ = json.Unmarshal(c.args, &args)
		c.text(args.Message)
	case c.name == "misbehave":
		c.text("not today")
	case c.modes["weird-names"] && contains(weirdNames, c.name):
		c.text("you called " + c.name)
	default:
		c.fail(-32602, "unknown tool: "+c.name)
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// version is what initialize is answered with.
func (c *call) version() string {
	var params struct {
		ProtocolVersion string `json:"protocolVersion"`
	}
	_ = json.Unmarshal(c.Params, &params)
	switch {
	case c.reply != "":
		return c.reply
	case c.protocol != "":
		return c.protocol
	case contains(legacy, params.ProtocolVersion):
		return params.ProtocolVersion
	}
	return legacy[0]
}

func (c *call) capabilities() string {
	switch {
	case c.modes["declares-and-denies"]:
		return `{"tools":{"listChanged":true},"resources":{"subscribe":true,"listChanged":true},"prompts":{"listChanged":true},"completions":{},"logging":{}}`
	case c.modes["unknown-content"]:
		return `{"tools":{"listChanged":"sometimes","flying":true},"teleport":{"range":[1,2]},"experimental":{"x":{"y":null}}}`
	}
	return `{"tools":{"listChanged":true},"logging":{}}`
}

func (c *call) info() string {
	name := "rogue"
	if c.modes["control-chars"] {
		name = evil + name
	}
	extra := ""
	if c.modes["unknown-content"] {
		extra = `,"favouriteColour":"blue"`
	}
	return `{"name":` + text(name) + `,"version":"1.0.0"` + extra + `}`
}

func (c *call) tools() []string {
	names, about := []string{"echo", "misbehave"}, "a tool"
	if c.modes["weird-names"] {
		names = append(names, weirdNames...)
	}
	if c.modes["control-chars"] {
		about = evil
	}
	var all []string
	for _, name := range names {
		extra := ""
		if c.modes["unknown-content"] {
			extra = `,"price":{"amount":9007199254740993},"annotations":{"mood":"good"}`
		}
		schema := `{"type":"object","properties":{"n":{"type":"integer"}}}`
		if name == "echo" {
			schema = `{"type":"object","properties":{"message":{"type":"string"}},"required":["message"]}`
		}
		all = append(all, `{"name":`+text(name)+`,"description":`+text(about)+`,"inputSchema":`+schema+extra+`}`)
	}
	return all
}

// number is the call's argument n, else -n, else def.
func (c *call) number(def int) int {
	args := struct{ N int }{}
	_ = json.Unmarshal(c.args, &args)
	switch {
	case args.N > 0:
		return args.N
	case c.n > 0:
		return c.n
	}
	return def
}

func (c *call) line(result string) string {
	return `{"jsonrpc":"2.0","id":` + string(c.ID) + `,"result":` + result + `}`
}

func (c *call) result(json string) { c.wire.message(c.line(json)) }

func (c *call) text(s string) { c.result(textResult(s)) }

func (c *call) fail(code int, message string) {
	c.wire.message(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"error":{"code":%d,"message":%s}}`, c.ID, code, text(message)))
}

func textResult(s string) string {
	return `{"resultType":"complete","content":[{"type":"text","text":` + text(s) + `}]}`
}

// text is v in JSON.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
