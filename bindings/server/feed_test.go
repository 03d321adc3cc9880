package server_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"mcpjs/bindings/server"
)

// An event is one of a stream: its id and its data.
type event struct{ id, retry, data string }

// events reads a stream's events until want of them came, or it ends.
func events(t *testing.T, from *bufio.Reader, want int) (all []event) {
	t.Helper()
	var e event
	for len(all) < want {
		line, err := from.ReadString('\n')
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		name, value, _ := strings.Cut(strings.TrimRight(line, "\n"), ": ")
		switch name {
		case "id":
			e.id = value
		case "retry":
			e.retry = value
		case "data":
			e.data = value
		case "":
			if e != (event{}) {
				all = append(all, e)
			}
			e = event{}
		}
	}
	return all
}

// A client that loses a stream has the rest of it on another.
func TestResume(t *testing.T) {
	for _, version := range []string{"2025-11-25", "2025-06-18"} {
		t.Run(version, func(t *testing.T) {
			h := &server.HTTP{}
			url := newHTTP(t, h)
			gate := make(chan struct{})
			if err := h.Server.Add(server.Tools, server.Feature{
				Name: "gate", Definition: json.RawMessage(`{"name":"gate","inputSchema":{"type":"object"}}`),
				Handle: func(c *server.Call, done func(json.RawMessage, error)) {
					c.Progress(json.RawMessage(`{"progress":1}`))
					go func() {
						<-gate
						c.Progress(json.RawMessage(`{"progress":2}`))
						done(json.RawMessage(`{"content":[]}`), nil)
					}()
				},
			}); err != nil {
				t.Fatal(err)
			}
			_, _, header := post(t, url, `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"`+version+`","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}`)
			session := header.Get("Mcp-Session-Id")
			open := func(method, body, last string) *http.Response {
				t.Helper()
				r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Accept", "application/json, text/event-stream")
				r.Header.Set("Mcp-Session-Id", session)
				if last != "" {
					r.Header.Set("Last-Event-ID", last)
				}
				resp, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { resp.Body.Close() })
				return resp
			}
			primes := version >= "2025-11-25"
			primed := func(all []event, id string) []event {
				t.Helper()
				if !primes {
					return all
				}
				if len(all) == 0 || all[0].data != "" || all[0].id != id || all[0].retry == "" {
					t.Fatalf("no priming event of %s: %q", id, all)
				}
				return all[1:]
			}
			n := map[bool]int{true: 2, false: 1}[primes]
			first := open("POST", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"gate","_meta":{"progressToken":"p"}}}`, "")
			begun := primed(events(t, bufio.NewReader(first.Body), n), "1-0")
			if len(begun) != 1 || begun[0].id != "1-1" || !strings.Contains(begun[0].data, `"progress":1`) {
				t.Fatalf("it began with %q", begun)
			}
			first.Body.Close()
			close(gate)
			for range 2 { // and again, as that one may be lost, too
				rest := primed(events(t, bufio.NewReader(open("GET", "", "1-1").Body), n+2), "1-1")
				if len(rest) != 2 || rest[0].id != "1-2" || !strings.Contains(rest[0].data, `"progress":2`) || !strings.Contains(rest[1].data, `"result"`) {
					t.Fatalf("the rest is %q", rest)
				}
			}
			last := primed(events(t, bufio.NewReader(open("GET", "", "1-2").Body), n+1), "1-2")
			if len(last) != 1 || !strings.Contains(last[0].data, `"result"`) {
				t.Fatalf("the last is %q", last)
			}
			for _, id := range []string{"1-9", "7-0", "1", "own-5", "1--1", "x"} {
				if resp := open("GET", "", id); resp.StatusCode != http.StatusBadRequest {
					t.Errorf("after %s: status %d", id, resp.StatusCode)
				}
			}

			// What belongs to no request, and a client that comes back before its
			// lost stream was noticed.
			own := bufio.NewReader(open("GET", "", "").Body)
			if primes {
				primed(events(t, own, 1), "own-0")
			}
			h.Server.Notify("notifications/one", nil)
			if got := events(t, own, 1); len(got) != 1 || got[0].id != "own-1" {
				t.Fatalf("heard %q", got)
			}
			again := bufio.NewReader(open("GET", "", "own-0").Body)
			if got := primed(events(t, again, n), "own-0"); len(got) != 1 || !strings.Contains(got[0].data, "notifications/one") {
				t.Fatalf("heard again %q", got)
			}
			if got := events(t, own, 1); len(got) != 0 {
				t.Fatalf("the stream that was given up says %q", got)
			}
			h.Server.Notify("notifications/two", nil)
			if got := events(t, again, 1); len(got) != 1 || got[0].id != "own-2" {
				t.Fatalf("heard then %q", got)
			}
		})
	}
}
