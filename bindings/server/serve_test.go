package server_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"mcpjs/bindings/server"
)

// wire is a client that writes and reads lines.
type wire struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Scanner
	end chan error
}

func dial(t *testing.T, s *server.Server) *wire {
	t.Helper()
	serverIn, in := io.Pipe()
	out, serverOut := io.Pipe()
	w := &wire{t: t, in: in, out: bufio.NewScanner(out), end: make(chan error, 1)}
	go func() {
		w.end <- s.Serve(t.Context(), serverIn, serverOut)
		serverOut.Close()
	}()
	t.Cleanup(func() { in.Close(); out.Close() })
	return w
}

func (w *wire) send(lines ...string) {
	w.t.Helper()
	for _, line := range lines {
		if _, err := io.WriteString(w.in, line+"\n"); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *wire) next() string {
	w.t.Helper()
	if !w.out.Scan() {
		w.t.Fatal("the server has closed its end: ", w.out.Err())
	}
	return w.out.Text()
}

func (w *wire) expect(want string) string {
	w.t.Helper()
	got := w.next()
	if !strings.Contains(got, want) {
		w.t.Errorf("got %s\nwant … %s", got, want)
	}
	return got
}

func request(id int, method, params string) string {
	if params != "" {
		params = "," + params
	}
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":{%s%s}}`, id, method, modernMeta, params)
}

// What must not happen to requestState: its use twice, with another request,
// or of one that was made up.
func TestParking(t *testing.T) {
	w := dial(t, newServer(t))
	w.send(request(1, "tools/call", `"name":"ask","arguments":{"b":1,"a":[1.0]}`))
	var asked struct {
		Result struct {
			ResultType    string
			RequestState  string
			InputRequests map[string]struct{ Method string }
		}
	}
	if err := json.Unmarshal([]byte(w.next()), &asked); err != nil || asked.Result.ResultType != "input_required" {
		t.Fatal(asked, err)
	}
	state := asked.Result.RequestState
	if len(state) < 20 || asked.Result.InputRequests["elicitation-1"].Method != "elicitation/create" {
		t.Errorf("%+v", asked.Result)
	}
	again := func(state, params string) string {
		return params + `,"requestState":"` + state + `","inputResponses":{"elicitation-1":{"action":"accept","content":{}},"other":{}}`
	}
	const params = `"arguments":{"a":[1.0],"b":1},"name":"ask"` // in another order
	w.send(request(2, "tools/call", again("made-up", params)))
	w.expect(`"id":2,"error":{"code":-32602,"message":"tools/call: requestState is unknown`)
	w.send(request(3, "tools/call", again(state, `"name":"ask","arguments":{}`)))
	w.expect(`"id":3,"error":{"code":-32602,"message":"tools/call: requestState is that of another request`)
	w.send(request(4, "tools/call", `"name":"ask","arguments":{"b":1,"a":[1.0]},"requestState":"`+state+`"`))
	var repeated = asked
	if err := json.Unmarshal([]byte(w.next()), &repeated); err != nil || repeated.Result.ResultType != "input_required" {
		t.Fatal(repeated, err) // it asks again for what is missing
	}
	w.send(request(5, "tools/call", again(state, params)))
	w.expect(`"id":5,"error"`) // which made the first state worthless
	w.send(request(6, "tools/call", again(repeated.Result.RequestState, params)))
	w.expect(`"answer":{"action":"accept","content":{}}`)
	w.send(request(7, "tools/call", again(repeated.Result.RequestState, params)))
	w.expect(`"id":7,"error"`)
}

// Subscriptions are acknowledged first, told apart by their id, filtered, and
// ended by the client or, with an answer, by the server.
func TestSubscriptions(t *testing.T) {
	s := newServer(t)
	w := dial(t, s)
	w.send(request(1, "subscriptions/listen", `"notifications":{"toolsListChanged":true,"resourceSubscriptions":["x://1"]}`))
	w.expect(`{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1},"notifications":{"toolsListChanged":true,"resourceSubscriptions":["x://1"]}}}`)
	w.send(request(2, "subscriptions/listen", `"notifications":{"promptsListChanged":true}`))
	w.expect(`subscriptionId":2},"notifications":{"promptsListChanged":true}`)
	s.Changed(server.Tools, s.Greeted())
	w.expect(`"method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1}}`)
	s.Changed(server.Resources, s.Greeted())
	s.Updated("x://2")
	s.Updated("x://1")
	w.expect(`"params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1},"uri":"x://1"}`)
	w.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`, request(3, "tools/list", ""))
	w.expect(`"id":3,`)
	s.Changed(server.Prompts, s.Greeted())
	w.expect(`subscriptionId":2`)
	s.Close()
	w.expect(`{"jsonrpc":"2.0","id":2,"result":{`)
	if err := <-w.end; !errors.Is(err, server.ErrClosed) {
		t.Errorf("Serve: %v", err)
	}
}

// Whatever comes, there is an answer that says what is wrong, and the
// connection goes on.
func TestBadMessages(t *testing.T) {
	w := dial(t, newServer(t))
	for line, want := range map[string]string{
		`{`:                                `"id":null,"error":{"code":-32700`,
		`7`:                                `"id":null,"error":{"code":-32600`,
		`{}`:                               `"id":null,"error":{"code":-32600`,
		`[]`:                               `"id":null,"error":{"code":-32600`,
		`[1]`:                              `[{"jsonrpc":"2.0","id":null,"error":{"code":-32600`,
		"\x00\xff":                         `"id":null,"error":{"code":-32700`,
		`{"id":{}}`:                        `"id":null,"error":{"code":-32600`,
		`{"id":"a","method":"tools/list"}`: `"id":"a","error":{"code":-32600,"message":"tools/list before initialize`,
		`{"id":1,"method":"tools/list","params":[1]}`:                                   `params must be an object`,
		`{"id":1,"method":"initialize","params":{}}`:                                    `params lack protocolVersion`,
		request(1, "tools/call", `"name":7`):                                            `params lack the tool's name`,
		request(1, "tools/list", `"cursor":7`):                                          `cursor must be a string`,
		request(1, "resources/read", `"uri":"x://nope"`):                                `"code":-32602,"message":"there is no resource \"x://nope\""`,
		request(1, "completion/complete", `"ref":{"type":"x"},"argument":{"name":"a"}`): `ref.type must be`,
		request(1, "tools/call", `"name":"ask","requestState":7`):                       `inputResponses and requestState`,
	} {
		w.send(line)
		if got := w.next(); !strings.Contains(got, want) {
			t.Errorf("%s\ngot %s\nwant … %s", line, got, want)
		}
	}
	w.send(hello, `{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"loud"}}`, `{"jsonrpc":"2.0","id":2,"method":"server/discover"}`)
	w.expect(`"protocolVersion":"2025-06-18"`)
	w.expect(`there is no log level`)
	w.expect(`method not found`)
}

// A result is sent as it was written, but for line breaks, which the transport
// has no room for.
func TestExactJSON(t *testing.T) {
	w := dial(t, newServer(t))
	w.send(hello)
	w.next()
	const args = `{"z":1.0,"a":12345678901234567890,"z2":"\u003c<é\u2028","n":-0.0,"e":1e400}`
	w.send(`{"jsonrpc":"2.0","id":"\u0041","method":"tools/call","params":{"name":"echo","arguments":`+args+`}}`,
		`{"jsonrpc":"2.0","id":2.0,"method":"tools/call","params":{"name":"steps"}}`)
	if got, want := w.next(), `{"jsonrpc":"2.0","id":"\u0041","result":{"content":[],"args":`+args+`}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := w.next(), `{"jsonrpc":"2.0","id":2.0,"result":{ "content": []}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// No goroutine is left when connections and calls have ended, however they did.
func TestNothingIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	s := newServer(t)
	var wires []*wire
	for i := range 20 {
		w := dial(t, s)
		wires = append(wires, w)
		w.send(request(1, "tools/call", `"name":"ask"`), request(2, "tools/call", `"name":"wait"`), request(3, "subscriptions/listen", `"notifications":{}`))
		for range 3 {
			w.next()
		}
		if i%2 == 0 {
			w.in.Close()
		}
	}
	s.Close()
	for _, w := range wires {
		w.in.Close()
		for w.out.Scan() {
		}
		if err := <-w.end; err != nil && !errors.Is(err, server.ErrClosed) {
			t.Error(err)
		}
	}
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines before, %d after\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
		}
		runtime.Gosched()
	}
}

// A template matches what it can expand to.
func TestTemplates(t *testing.T) {
	for _, c := range []struct{ template, uri, want string }{
		{"note://{id}", "note://7", "[{id 7}]"},
		{"note://{id}", "note://a/b", ""},
		{"note://{id}", "note://", ""},
		{"f:///{+path}", "f:///a/b.txt", "[{path a/b.txt}]"},
		{"f:///{path*}", "f:///a/b.txt", "[{path a/b.txt}]"},
		{"d://{a}/x/{b}", "d://1/x/2%2F3", "[{a 1} {b 2/3}]"},
		{"d://{a,b}", "d://1,2", "[{a 1} {b 2}]"},
		{"d:/{/a,b}", "d://1/2", "[{a 1} {b 2}]"},
		{"q://x{?a,b}", "q://x?b=2&a=1", "[{a 1} {b 2}]"},
		{"q://x{?a,b}", "q://x", "[]"},
		{"q://x{#h}", "q://x#top", "[{h top}]"},
		{"q://x.y/{a}", "q://xzy/1", ""},
	} {
		s := server.New(server.Options{})
		got := ""
		err := s.Add(server.Templates, server.Feature{Name: c.template, Definition: json.RawMessage(`{}`), Handle: func(call *server.Call, done func(json.RawMessage, error)) {
			got = fmt.Sprint(call.Variables)
			done(nil, nil)
		}})
		if err != nil {
			t.Errorf("%s: %v", c.template, err)
			continue
		}
		w := dial(t, s)
		w.send(request(1, "resources/read", `"uri":"`+c.uri+`"`))
		w.next()
		if got != c.want {
			t.Errorf("%s of %s: got %s, want %s", c.uri, c.template, got, c.want)
		}
	}
}
