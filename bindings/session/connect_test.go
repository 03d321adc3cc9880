package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"mcpjs/bindings/transport"
)

func echo(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
	return result(req, `{"echo":`+params(req)+`}`)
}

func TestConnectLegacy(t *testing.T) {
	leaks(t)
	f := newFake(legacy(echo))
	s := connect(t, f, Options{ClientInfo: []byte(`{"name":"me","version":"1"}`), Capabilities: []byte(`{"roots":{}}`)})
	if s.Modern() || s.ProtocolVersion() != "2025-11-25" || f.version != "2025-11-25" {
		t.Errorf("version %s, told %s", s.ProtocolVersion(), f.version)
	}
	if string(s.InitializeResult()) != legacyInit || s.Instructions() != "be kind" {
		t.Errorf("result %s", s.InitializeResult())
	}
	sameJSON(t, "info", string(s.ServerInfo()), `{"name":"old","version":"1"}`)
	sameJSON(t, "caps", string(s.ServerCapabilities()), `{"tools":{},"logging":{}}`)
	sameJSON(t, "initialize", params(f.sent("initialize")[0]),
		`{"protocolVersion":"2025-11-25","capabilities":{"roots":{}},"clientInfo":{"name":"me","version":"1"}}`)
	if n := <-f.notes; n.Method != "notifications/initialized" {
		t.Errorf("got %s", n.Method)
	}
	got, err := s.Request(t.Context(), Call{Method: "x", Params: []byte(`{"n":12345678901234567890}`)})
	if err != nil || string(got) != `{"echo":{"n":12345678901234567890}}` {
		t.Errorf("%s %v", got, err)
	}
	if err := s.SetCapabilities([]byte(`{}`)); err == nil || !strings.Contains(err.Error(), "connect") {
		t.Errorf("got %v", err)
	}
}

func TestConnectModern(t *testing.T) {
	leaks(t)
	f := newFake(modern(echo))
	s := connect(t, f, Options{ClientInfo: []byte(`{"name":"me","version":"1"}`), LogLevel: "info"})
	if !s.Modern() || s.ProtocolVersion() != "2026-07-28" || f.version != "2026-07-28" || f.methods() != "server/discover" {
		t.Errorf("version %s, told %s, sent %s", s.ProtocolVersion(), f.version, f.methods())
	}
	sameJSON(t, "result", string(s.InitializeResult()), `{"protocolVersion":"2026-07-28","capabilities":{"tools":{}},
		"serverInfo":{"name":"new","version":"2"},"instructions":"be new",
		"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"new","version":"2"},"x":1}}`)
	ask := func() string {
		t.Helper()
		got, err := s.Request(t.Context(), Call{Method: "x", Params: []byte(`{"_meta":{"mine":1}}`)})
		if err != nil {
			t.Fatal(err)
		}
		return string(got)
	}
	sameJSON(t, "meta", ask(), `{"echo":{"_meta":{"mine":1,"io.modelcontextprotocol/protocolVersion":"2026-07-28",
		"io.modelcontextprotocol/clientInfo":{"name":"me","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{},"io.modelcontextprotocol/skills":{}}},
		"io.modelcontextprotocol/logLevel":"info"}}}`)
	if err := errors.Join(s.SetLogLevel(t.Context(), ""), s.SetCapabilities([]byte(`{"sampling":{}}`))); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "meta", ask(), `{"echo":{"_meta":{"mine":1,"io.modelcontextprotocol/protocolVersion":"2026-07-28",
		"io.modelcontextprotocol/clientInfo":{"name":"me","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"sampling":{},"extensions":{"io.modelcontextprotocol/tasks":{},"io.modelcontextprotocol/skills":{}}}}}}`)
}

// TestNegotiation: what a server answers, and what comes of it.
func TestNegotiation(t *testing.T) {
	const unsupported = -32022
	exit := &transport.ExitError{Command: "srv", Code: 3, Stderr: []string{"boom"}}
	discoverIs := func(raw string) serveFunc {
		return func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			if req.Method == "server/discover" {
				return result(req, raw)
			}
			return legacy(echo)(f, ctx, req)
		}
	}
	discoverFails := func(code int, message, data string) serveFunc {
		return func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			if req.Method == "server/discover" {
				return failure(req, code, message, data)
			}
			return legacy(echo)(f, ctx, req)
		}
	}
	refusesOnce := func() serveFunc {
		refused := false
		return func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			if !refused {
				refused = true
				return failure(req, unsupported, "no", `{"supported":["2026-07-28"]}`)
			}
			return modern(echo)(f, ctx, req)
		}
	}
	discoverBreaks := func(err error) serveFunc {
		return func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			if req.Method == "server/discover" {
				return nil, err
			}
			return legacy(echo)(f, ctx, req)
		}
	}
	initIs := func(answer func(version string, req transport.Request) (*transport.Response, error)) serveFunc {
		return func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			if req.Method == "initialize" {
				return answer(text(member(req.Params, "protocolVersion")), req)
			}
			return failure(req, -32601, "method not found", "")
		}
	}
	speaks := func(version string) serveFunc {
		return initIs(func(_ string, req transport.Request) (*transport.Response, error) {
			return result(req, `{"protocolVersion":"`+version+`","capabilities":{}}`)
		})
	}
	initOnly := func(version, data string) serveFunc {
		return initIs(func(asked string, req transport.Request) (*transport.Response, error) {
			if asked != version {
				return failure(req, -32602, "Unsupported protocol version", data)
			}
			return result(req, `{"protocolVersion":"`+version+`","capabilities":{}}`)
		})
	}
	dies := func(at string) serveFunc {
		return func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
			if req.Method == at {
				f.die(exit)
				return nil, errWire
			}
			return legacy(echo)(f, ctx, req)
		}
	}

	tests := []struct {
		name  string
		pin   string
		http  bool
		serve []serveFunc // one for each connection
		sent  string      // over the last connection
		want  string      // the revision, or part of the error
	}{
		{name: "discovered", serve: []serveFunc{modern(echo)}, sent: "server/discover", want: "2026-07-28"},
		{name: "not found", serve: []serveFunc{legacy(echo)}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "dual era", serve: []serveFunc{discoverIs(`{"supportedVersions":["2025-11-25","2026-07-28","2099-01-01"],"capabilities":{}}`)}, sent: "server/discover", want: "2026-07-28"},
		{name: "discover names legacy only", serve: []serveFunc{discoverIs(`{"supportedVersions":["2025-11-25"],"capabilities":{}}`)}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "discover names no revisions", serve: []serveFunc{discoverIs(`{"resultType":"complete","capabilities":{}}`)}, sent: "server/discover", want: "2026-07-28"},
		{name: "discover names an empty list", serve: []serveFunc{discoverIs(`{"supportedVersions":[],"capabilities":{}}`)}, sent: "server/discover", want: "2026-07-28"},
		{name: "discover names nonsense", serve: []serveFunc{discoverIs(`{"resultType":"complete","supportedVersions":7}`)}, sent: "server/discover", want: "2026-07-28"},
		{name: "an answer to anything", serve: []serveFunc{discoverIs(`{}`)}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "an answer that is no object", serve: []serveFunc{discoverIs(`"hi"`)}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "discover names unknown revisions", serve: []serveFunc{discoverIs(`{"supportedVersions":["2099-01-01"],"capabilities":{}}`)}, sent: "server/discover", want: "the server speaks 2099-01-01; this client 2026-07-28"},
		{name: "unsupported, legacy offered", serve: []serveFunc{discoverFails(unsupported, "no", `{"supported":["2025-11-25"]}`)}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "unsupported, nothing mutual", serve: []serveFunc{discoverFails(unsupported, "no", `{"supported":["2099-01-01"]}`)}, sent: "server/discover", want: "no common protocol revision"},
		{name: "unsupported, contradictory", serve: []serveFunc{discoverFails(unsupported, "no", `{"supported":["2026-07-28"]}`)}, sent: "server/discover server/discover", want: "no (code -32022)"},
		{name: "unsupported at first", serve: []serveFunc{refusesOnce()}, sent: "server/discover server/discover", want: "2026-07-28"},
		{name: "unsupported, no list", serve: []serveFunc{discoverFails(unsupported, "no", ``)}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "missing capability", serve: []serveFunc{discoverFails(-32021, "needs sampling", `{}`)}, sent: "server/discover", want: "needs sampling (code -32021)"},
		{name: "header mismatch", serve: []serveFunc{discoverFails(-32020, "bad header", ``)}, sent: "server/discover", want: "bad header (code -32020)"},
		{name: "an odd error", serve: []serveFunc{discoverFails(0, "not initialized", ``)}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "HTTP 400", http: true, serve: []serveFunc{discoverBreaks(&transport.HTTPError{Status: 400})}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "HTTP 404", http: true, serve: []serveFunc{discoverBreaks(&transport.HTTPError{Status: 404})}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "HTTP 500", http: true, serve: []serveFunc{discoverBreaks(&transport.HTTPError{Status: 500})}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "HTTP 401", http: true, serve: []serveFunc{discoverBreaks(&transport.HTTPError{Status: 401})}, sent: "server/discover", want: "HTTP status 401"},
		{name: "HTTP reset", http: true, serve: []serveFunc{discoverBreaks(errors.New("EOF"))}, sent: "server/discover initialize", want: "2025-11-25"},
		{name: "refused", http: true, serve: []serveFunc{discoverBreaks(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED})}, sent: "server/discover", want: "connection refused"},
		{name: "dies of the probe", serve: []serveFunc{dies("server/discover"), legacy(echo)}, sent: "initialize", want: "2025-11-25"},
		{name: "dies after the probe", serve: []serveFunc{dies("initialize"), legacy(echo)}, sent: "initialize", want: "2025-11-25"},
		{name: "dies always", serve: []serveFunc{dies("server/discover"), dies("initialize")}, sent: "initialize", want: "exited with status 3"},
		{name: "older by answer", serve: []serveFunc{speaks("2024-11-05")}, sent: "server/discover initialize", want: "2024-11-05"},
		{name: "older by list", serve: []serveFunc{initOnly("2025-03-26", `{"supported":["2025-03-26"],"requested":"x"}`)}, sent: "server/discover initialize initialize", want: "2025-03-26"},
		{name: "older by trying", serve: []serveFunc{initOnly("2024-11-05", ``)}, sent: "server/discover initialize initialize initialize initialize", want: "2024-11-05"},
		{name: "refuses all", serve: []serveFunc{initOnly("1999-01-01", ``)}, sent: "server/discover initialize initialize initialize initialize", want: "Unsupported protocol version (code -32602)"},
		{name: "unknown revision", serve: []serveFunc{speaks("1999-01-01")}, sent: "server/discover initialize", want: `chose protocol revision "1999-01-01"`},
		{name: "no revision", serve: []serveFunc{initIs(func(_ string, req transport.Request) (*transport.Response, error) { return result(req, `[]`) })}, sent: "server/discover initialize", want: "names no protocol revision"},
		{name: "pinned legacy", pin: "2025-06-18", serve: []serveFunc{speaks("2025-06-18")}, sent: "initialize", want: "2025-06-18"},
		{name: "pinned legacy, answered otherwise", pin: "2025-06-18", serve: []serveFunc{legacy(echo)}, sent: "initialize", want: "speaks revision 2025-11-25, but 2025-06-18 was asked for"},
		{name: "pinned modern", pin: "2026-07-28", serve: []serveFunc{modern(echo)}, sent: "server/discover", want: "2026-07-28"},
		{name: "pinned modern, legacy server", pin: "2026-07-28", serve: []serveFunc{legacy(echo)}, sent: "server/discover", want: "does not speak revision 2026-07-28: server/discover: method not found (code -32601)"},
		{name: "pinned modern, dies", pin: "2026-07-28", serve: []serveFunc{dies("server/discover")}, sent: "server/discover", want: "exited with status 3"},
		{name: "pinned modern, legacy offered", pin: "2026-07-28", serve: []serveFunc{discoverFails(unsupported, "no", `{"supported":["2025-11-25"]}`)}, sent: "server/discover", want: "the server speaks 2025-11-25; 2026-07-28 was asked for"},
		{name: "pinned unknown", pin: "2031-01-01", serve: []serveFunc{legacy(echo)}, sent: "", want: "does not speak revision 2031-01-01"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			leaks(t)
			var fakes []*fake
			for _, serve := range test.serve {
				f := newFake(serve)
				f.http = test.http
				fakes = append(fakes, f)
			}
			last := fakes[len(fakes)-1]
			s, err := Connect(t.Context(), dial(fakes...), Options{Server: "srv", ProtocolVersion: test.pin})
			got := ""
			if err != nil {
				got = err.Error()
				if !strings.Contains(got, "srv") {
					t.Errorf("error %q names no server", got)
				}
				for _, f := range fakes {
					if test.sent != "" && !isDone(f) {
						t.Error("a connection is left open")
					}
				}
			} else {
				got = s.ProtocolVersion()
				if last.version != got {
					t.Errorf("the transport was told %q", last.version)
				}
				s.Close()
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if last.methods() != test.sent {
				t.Errorf("sent %q, want %q", last.methods(), test.sent)
			}
		})
	}
}

func TestConnectErrorsSayWhatToDo(t *testing.T) {
	starting := func(err error) *fake {
		f := newFake(echo)
		f.start = func(context.Context) error { return err }
		return f
	}
	tests := []struct {
		f    *fake
		hint string
	}{
		{starting(fmt.Errorf("start: %w", exec.ErrNotFound)), "is it installed"},
		{starting(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), "is the server running"},
		{starting(&net.DNSError{Err: "no such host"}), "check the host name"},
		{starting(&transport.HTTPError{Status: 401}), "needs authorization"},
		{starting(&transport.HTTPError{Status: 404}), "/mcp"},
		{starting(&transport.HTTPError{Status: 503}), "try again later"},
		{starting(&transport.ExitError{Code: 1, Stderr: []string{"npm error code E404"}}), "no such package"},
	}
	for _, test := range tests {
		leaks(t)
		_, err := Connect(t.Context(), dial(test.f), Options{Server: "srv"})
		e := isError[*ConnectionError](t, err, `connect to server "srv": `)
		if !strings.Contains(e.Hint, test.hint) {
			t.Errorf("%v: hint %q lacks %q", err, e.Hint, test.hint)
		}
	}
	_, err := Connect(t.Context(), func() (transport.Conn, error) { return nil, exec.ErrNotFound }, Options{Server: "srv"})
	isError[*ConnectionError](t, err, "not found")
}

func TestExitOnConnectIsReported(t *testing.T) {
	leaks(t)
	exit := &transport.ExitError{Command: "npx x", Code: 1, Stderr: []string{"npm error code E404"}}
	f := newFake(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		f.die(exit)
		return nil, errWire
	})
	_, err := Connect(t.Context(), dial(f), Options{Server: "srv"}) // the hint spares a second start
	e := isError[*ConnectionError](t, err, "exited with status 1")
	if e.Exit != exit || len(e.Stderr) != 1 || e.Hint == "" {
		t.Errorf("got %+v", e)
	}
}

// silent never answers these methods.
func silent(methods string, serve serveFunc) serveFunc {
	return func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		if strings.Contains(methods, req.Method) {
			return nil, nil
		}
		return serve(f, ctx, req)
	}
}

func TestConnectTimeouts(t *testing.T) {
	t.Run("silence means legacy", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(silent("server/discover", legacy(echo)))
			start := time.Now()
			s := connect(t, f, Options{})
			if time.Since(start) != 5*time.Second || s.Modern() {
				t.Errorf("took %v", time.Since(start))
			}
			synctest.Wait()
			if n := <-f.notes; n.Method != "notifications/cancelled" {
				t.Errorf("got %s", n.Method)
			}
			s.Close()
		})
	})
	t.Run("a third of the timeout", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(silent("server/discover initialize", legacy(echo)))
			f.lines = []string{"starting"}
			_, err := Connect(t.Context(), dial(f), Options{Server: "srv", ConnectTimeout: 3 * time.Second})
			e := isError[*TimeoutError](t, err, `connect to server "srv": no answer within 3s`)
			if len(e.Stderr) != 1 || f.methods() != "server/discover initialize" || !isDone(f) {
				t.Errorf("%+v, sent %s", e, f.methods())
			}
			for len(f.notes) > 0 { // initialize is never cancelled
				if n := <-f.notes; string(member(n.Params, "requestId")) != "1" {
					t.Errorf("got %v", n)
				}
			}
		})
	})
	t.Run("start hangs", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(echo)
			f.start = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
			_, err := Connect(t.Context(), dial(f), Options{Server: "srv"})
			isError[*TimeoutError](t, err, "30s")
		})
	})
	t.Run("slow modern server", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			asked := 0
			f := newFake(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
				if req.Method == "server/discover" {
					if asked++; asked == 1 {
						return nil, nil
					}
					return result(req, discoverResult)
				}
				return failure(req, -32601, "method not found", "")
			})
			s := connect(t, f, Options{})
			if !s.Modern() {
				t.Error("taken for a legacy server")
			}
			s.Close()
		})
	})
	t.Run("cancelled", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(silent("server/discover", echo))
			ctx, cancel := context.WithCancelCause(t.Context())
			stop := errors.New("stop")
			time.AfterFunc(time.Second, func() { cancel(stop) })
			if _, err := Connect(ctx, dial(f), Options{}); err != stop || !isDone(f) {
				t.Errorf("got %v", err)
			}
		})
	})
}
