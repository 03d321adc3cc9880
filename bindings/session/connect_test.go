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
		"io.modelcontextprotocol/clientInfo":{"name":"me","version":"1"},"io.modelcontextprotocol/clientCapabilities":{},
		"io.modelcontextprotocol/logLevel":"info"}}}`)
	if err := errors.Join(s.SetLogLevel(t.Context(), ""), s.SetCapabilities([]byte(`{"sampling":{}}`))); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "meta", ask(), `{"echo":{"_meta":{"mine":1,"io.modelcontextprotocol/protocolVersion":"2026-07-28",
		"io.modelcontextprotocol/clientInfo":{"name":"me","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"sampling":{}}}}}`)
}

var _ = []any{fmt.Sprint, net.Dial, exec.ErrNotFound, syscall.ECONNREFUSED, synctest.Test, time.Now}
