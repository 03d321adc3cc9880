package bindings

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"mcpjs/bindings/session"
	"mcpjs/bindings/transport"
	"mcpjs/engine"
)

// A way is one of the roads that a call can take to a server over a stream.
type way struct {
	name    string
	waiting bool // the connection can't be posted to: somebody waits for the answer
	traced  bool // somebody listens to the messages
	working bool // the call is more than its request: a goroutine works on it
}

// The first is the fast one, the second shares least with it.
var ways = []way{
	{name: "fast"},
	{name: "general", waiting: true, working: true},
	{name: "waiting", waiting: true},
	{name: "working", working: true},
	{name: "traced", traced: true},
}

// unposted is a connection that is no transport.Poster.
type unposted struct{ transport.Conn }

// bench is a runtime whose loop runs, with what makes calls and describes what
// has come of them.
type bench struct {
	b        *binding
	describe engine.Callable
	tools    *toolList
	over     chan struct{} // closed when the loop has ended
	err      error         // why
}

// anatomy is a JavaScript value as text in which two values are the same only
// if no script can tell them apart.
const anatomy = `(v) => {
	const units = (s) => s.replace(/[^ -~]|["\\]/g, (c) => "\\u" + c.charCodeAt(0).toString(16));
	const seen = new Set();
	const walk = (v) => {
		if (typeof v === "string") return '"' + units(v) + '"';
		if (typeof v === "bigint") return v + "n";
		if (typeof v !== "object" || v === null) return Object.is(v, -0) ? "-0" : String(v);
		if (seen.has(v)) return "again";
		seen.add(v);
		const keys = Reflect.ownKeys(v).filter((k) => k !== "stack");
		const parts = keys.map((k) => {
			const p = Object.getOwnPropertyDescriptor(v, k);
			return units(String(k)) + (p.writable ? "" : "!w") + (p.enumerable ? "" : "!e") + (p.configurable ? "" : "!c") + ":" + walk(p.value);
		});
		if (v instanceof mcp.ToolResult) {
			for (const k of ["text", "data", "raw", "images", "audio"]) {
				let read;
				try { read = walk(v[k]) } catch (e) { read = e.name + ": " + e.message }
				parts.push("." + k + ":" + read);
			}
		}
		const kind = Array.isArray(v) ? "Array" : v instanceof Error ? v.name + " " + v.message : Object.getPrototypeOf(v)?.constructor.name;
		return kind + "{" + parts.join() + "}";
	};
	return walk(v);
}`

func newBench(t testing.TB) *bench {
	t.Helper()
	rt := engine.New(engine.Options{Dir: t.TempDir(), Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Modules: []engine.Module{Module(Options{})}})
	k := &bench{b: newBinding(rt, Options{Trace: new(Tracer)})}
	k.b.exports.Set("ToolResult", k.b.result.Ctor)
	rt.VM().Set("mcp", k.b.exports)
	fn, err := rt.VM().RunString(anatomy)
	if err != nil {
		t.Fatal(err)
	}
	k.describe, _ = engine.Function(fn)
	k.tools = newToolList([]json.RawMessage{json.RawMessage(listed)})
	ctx, stop := context.WithCancel(context.Background())
	k.over = make(chan struct{})
	go func() { defer close(k.over); k.err = rt.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if <-k.over; k.err != nil {
			t.Error(k.err)
		}
		rt.Close()
	})
	return k
}

// listed is what the server lists; of its tools the first has an output schema.
const listed = `{"resultType":"complete","tools":[{"name":"typed","inputSchema":{"type":"object"},"outputSchema":{"type":"object","required":["n"],"properties":{"n":{"type":"number"}}}},` +
	`{"name":"plain","inputSchema":{"type":"object"}}]}`

// on runs fn on the loop and waits for it.
func (k *bench) on(t testing.TB, fn func()) {
	t.Helper()
	done := make(chan struct{})
	k.b.rt.Post(func() { defer close(done); fn() })
	select {
	case <-done:
	case <-k.over:
		t.Fatal("the loop has ended: ", k.err)
	}
}

// A peer is a server that answers the first call of a tool with lines of its
// choice, in which "$ID" stands for the request's id, and all else with what is
// expected of it.
type peer struct {
	in    *io.PipeReader
	out   *io.PipeWriter
	reply []byte

	mu   sync.Mutex
	sent []string // what it was sent of calls
}

const late = `{"content":[{"type":"text","text":"late"}],"resultType":"complete"}`

func (p *peer) serve() {
	lines := bufio.NewReader(p.in)
	called := false
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			p.in.Close()
			p.out.Close()
			return
		}
		var m struct {
			ID     json.RawMessage
			Method string
		}
		if json.Unmarshal(line, &m) != nil || m.ID == nil || m.Method == "" {
			continue
		}
		answer := func(format string, args ...any) {
			fmt.Fprintf(p.out, `{"jsonrpc":"2.0","id":%s,`+format+"}\n", append([]any{m.ID}, args...)...)
		}
		switch m.Method {
		case "server/discover":
			answer(`"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}`)
		case "initialize":
			answer(`"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"peer","version":"1"}}`)
		case "tools/list":
			answer(`"result":%s`, listed)
		case "tools/call":
			p.mu.Lock()
			p.sent = append(p.sent, string(line))
			p.mu.Unlock()
			if !called {
				p.out.Write(append(bytes.ReplaceAll(p.reply, []byte("$ID"), m.ID), '\n'))
			}
			called = true
			answer(`"result":%s`, late) // a reply that answers nothing must not hold up the test
		default:
			answer(`"error":{"code":-32601,"message":"no such method"}`)
		}
	}
}

// A trial is a call and what the server replies to it.
type trial struct {
	modern     bool
	known      bool // the client knows the server's tools
	raw        bool // by client.raw
	args, opts string
	tool       string
	reply      []byte
}

// run makes the call on one path, and gives what came of it and what the server
// was sent.
func (k *bench) run(t testing.TB, tr trial, way way) (outcome string, sent []string) {
	t.Helper()
	fromServer, out := io.Pipe()
	in, toServer := io.Pipe()
	p := &peer{in: in, out: out, reply: tr.reply}
	go p.serve()

	version := "2025-11-25"
	if tr.modern {
		version = "2026-07-28"
	}
	var c *client
	options := session.Options{Server: "peer", ProtocolVersion: version, Trace: new(session.Tracer)}
	if way.traced {
		options.Trace.Listen(func(session.TraceEvent) {})
	}
	k.on(t, func() {
		var err error
		if c, err = k.b.newClient(k.b.rt.VM().ToValue("demo"), nil); err != nil {
			t.Error(err)
			return
		}
		options.Handlers = c.handlers()
	})
	s, err := session.Connect(t.Context(), func() (transport.Conn, error) {
		conn := transport.NewPipe(fromServer, toServer)
		if way.waiting {
			return unposted{conn}, nil
		}
		return conn, nil
	}, options)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan string, 2)
	k.on(t, func() {
		c.users = 1
		c.adopt(s)
		if tr.known {
			c.tools = k.tools
		}
		rt := k.b.rt
		settle := func(how string, v engine.Value) {
			s, err := k.describe(engine.Undefined(), v)
			if err != nil {
				ended <- "cannot be described: " + err.Error()
				return
			}
			ended <- how + s.String()
		}
		r, err := k.request(c, tr, way)
		if err != nil {
			settle("thrown ", rt.ErrorValue(err))
			return
		}
		rt.Await(c.start(r), func(v engine.Value, err error) {
			if err != nil {
				settle("rejected ", rt.ErrorValue(err))
				return
			}
			settle("", v)
		})
	})
	select {
	case outcome = <-ended:
	case <-k.over:
		t.Fatal("the loop has ended: ", k.err)
	case <-time.After(time.Minute):
		t.Fatalf("%+v\nreply %q\n%s: the call never ends", tr, tr.reply, way.name)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	<-s.Done()
	k.on(t, func() {})
	if len(ended) != 0 {
		t.Errorf("%s: the call settled twice: %s, then %s", way.name, outcome, <-ended)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return outcome, p.sent
}

// request makes the request of a trial on the loop.
func (k *bench) request(c *client, tr trial, way way) (request, error) {
	var args, opts engine.Value
	for code, into := range map[string]*engine.Value{tr.args: &args, tr.opts: &opts} {
		if code == "" {
			continue
		}
		v, err := k.b.rt.VM().RunString("(" + code + ")")
		if err != nil {
			return request{}, err
		}
		*into = v
	}
	var find func(context.Context, *session.Session) (string, error)
	if way.working && !tr.raw {
		find = func(context.Context, *session.Session) (string, error) { return tr.tool, nil }
	}
	r, err := c.toolCall(tr.tool, args, opts, find)
	if tr.raw {
		r.tool = nil
		if way.working {
			r.run = func(ctx context.Context, s *session.Session, call session.Call) (func() (engine.Value, error), error) {
				raw, err := s.Request(ctx, call)
				return func() (engine.Value, error) {
					return k.b.rt.ParseJSON(raw, engine.JSONOptions{BigInts: r.options.bigInts})
				}, err
			}
		}
	}
	return r, err
}

// compare makes the trial on these paths: all must end alike.
func (k *bench) compare(t testing.TB, tr trial, over ...way) (outcome string) {
	t.Helper()
	outcome, sent := k.run(t, tr, over[0])
	for _, way := range over[1:] {
		other, otherSent := k.run(t, tr, way)
		if other != outcome {
			t.Errorf("%+v\nreply %q\n%s: %s\n%s: %s", tr, tr.reply, over[0].name, outcome, way.name, other)
		}
		if a, b := strings.Join(sent, ""), strings.Join(otherSent, ""); a != b {
			t.Errorf("%+v\nreply %q\n%s sent %s\n%s sent %s", tr, tr.reply, over[0].name, a, way.name, b)
		}
	}
	return outcome
}
