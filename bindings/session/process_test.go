package session

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"mcpjs/bindings/transport"
)

// TestMain lets this binary play the servers of the tests over real pipes.
func TestMain(m *testing.M) {
	if kind := os.Getenv("MCPJS_TEST_SERVER"); kind != "" {
		os.Exit(playServer(kind))
	}
	os.Exit(m.Run())
}

// playServer is a server on stdin and stdout; it returns its exit status.
func playServer(kind string) int {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 16<<20)
	say := func(format string, args ...any) { fmt.Printf(format+"\n", args...) }
	for in.Scan() {
		var m struct {
			ID     json.RawMessage
			Method string
			Params json.RawMessage
			Result json.RawMessage
		}
		if json.Unmarshal(in.Bytes(), &m) != nil {
			return 9
		}
		reply := func(result string) { say(`{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, result) }
		switch m.Method {
		case "server/discover":
			switch kind {
			case "modern":
				reply(discoverResult)
			case "strict":
				fmt.Fprintln(os.Stderr, "expected initialize")
				return 4
			default:
				say(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}`, m.ID)
			}
		case "initialize":
			reply(legacyInit)
		case "echo":
			reply(string(m.Params))
		case "steps":
			token := member(member(m.Params, "_meta"), "progressToken")
			for i := range 50 {
				say(`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":%s,"progress":%d}}`, token, i)
			}
			reply(`{}`)
		case "ask":
			say(`{"jsonrpc":"2.0","id":%s,"method":"roots/list"}`, m.ID) // the client's own id
		case "crash":
			fmt.Fprintln(os.Stderr, "out of luck")
			return 3
		case "hang", "notifications/initialized":
		case "notifications/cancelled":
			say(`{"jsonrpc":"2.0","method":"seen","params":%s}`, m.Params)
		case "": // the client's answer to "ask", which this answers in turn
			reply(string(m.Result))
		}
	}
	return 0
}

func process(kind string) Dialer {
	return func() (transport.Conn, error) {
		return transport.NewProcess(transport.ProcessOptions{
			Command: os.Args[0],
			Env:     append(os.Environ(), "MCPJS_TEST_SERVER="+kind),
		}), nil
	}
}

func TestOverProcesses(t *testing.T) {
	for kind, version := range map[string]string{"modern": "2026-07-28", "legacy": "2025-11-25", "strict": "2025-11-25"} {
		t.Run(kind, func(t *testing.T) {
			leaks(t)
			seen := make(chan string, 1)
			s, err := Connect(t.Context(), process(kind), Options{Server: "srv", Handlers: Handlers{
				Request: func(ctx context.Context, req ServerRequest) (json.RawMessage, error) {
					return json.RawMessage(`{"roots":[]}`), nil
				},
				Notify: func(n transport.Notification) { seen <- n.Method + " " + string(n.Params) },
			}})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if s.ProtocolVersion() != version {
				t.Errorf("speaks %s, want %s", s.ProtocolVersion(), version)
			}
			var calls sync.WaitGroup
			for i := range 100 {
				calls.Go(func() {
					got, err := s.Request(t.Context(), Call{Method: "echo", Params: json.RawMessage(fmt.Sprintf(`{"n":%d}`, i))})
					if n := string(member(got, "n")); err != nil || n != fmt.Sprint(i) {
						t.Errorf("%s %v", got, err)
					}
				})
			}
			calls.Wait()
			steps := 0
			if _, err := s.Request(t.Context(), Call{Method: "steps", OnProgress: func(Progress) { steps++ }}); err != nil || steps != 50 {
				t.Errorf("%d steps, %v", steps, err)
			}
			if got, err := s.Request(t.Context(), Call{Method: "ask"}); err != nil || string(got) != `{"roots":[]}` {
				t.Errorf("%s %v", got, err)
			}
			id := s.NewID()
			_, err = s.Request(t.Context(), Call{Method: "hang", ID: id, Timeout: 20 * time.Millisecond})
			isError[*TimeoutError](t, err, "20ms")
			if got := <-seen; !strings.Contains(got, `"requestId":`+id) {
				t.Errorf("the server saw %s", got)
			}
			_, err = s.Request(t.Context(), Call{Method: "crash", Label: `call tool "crash"`})
			lost := isError[*ConnectionError](t, err, `call tool "crash" on server "srv": the server's process exited with status 3`)
			if lost.Exit == nil || strings.Join(lost.Stderr, "|") != "out of luck" {
				t.Errorf("got %+v", lost)
			}
		})
	}
}

func TestMissingCommand(t *testing.T) {
	leaks(t)
	_, err := Connect(t.Context(), func() (transport.Conn, error) {
		return transport.NewProcess(transport.ProcessOptions{Command: "no-such-command"}), nil
	}, Options{Server: "srv"})
	if e := isError[*ConnectionError](t, err, "not found"); e.Hint == "" {
		t.Errorf("got %+v", e)
	}
}
