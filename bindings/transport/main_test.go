//go:build unix

package transport

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/server"

	"mcpjs/engine/process"
)

// modeEnv makes the test binary be a server, of the kind that it names.
const modeEnv = "TRANSPORT_TEST_SERVER"

func TestMain(m *testing.M) {
	if mode := os.Getenv(modeEnv); mode != "" {
		serveMode(mode)
		os.Exit(0)
	}
	code := m.Run()
	process.KillAll()
	os.Exit(code)
}

type incoming struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
}

// each calls f for every message on stdin, until its end.
func each(f func(m incoming)) {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var m incoming
		if json.Unmarshal(line, &m) != nil {
			fmt.Fprintln(os.Stderr, "bad line:", string(line))
			os.Exit(9)
		}
		f(m)
	}
}

func say(format string, args ...any) { fmt.Fprintf(os.Stdout, format, args...) }

func answer(m incoming, result string) {
	say(`{"jsonrpc":"2.0","id":%s,"result":%s}`+"\n", m.ID, result)
}

func echo(m incoming) {
	if m.ID == nil {
		return
	}
	if m.Params == nil {
		m.Params = json.RawMessage("{}")
	}
	answer(m, string(m.Params))
}

// grandchild starts a process that would outlive us, and says its id.
func grandchild(attr *syscall.SysProcAttr) int {
	c := exec.Command("sleep", "300")
	c.SysProcAttr = attr
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Start(); err != nil {
		panic(err)
	}
	return c.Process.Pid
}

func serveMode(mode string) {
	switch mode {
	case "echo":
		each(echo)
	case "mcp":
		_ = server.ServeStdio(testServer())
	case "die":
		for i := range 30 {
			fmt.Fprintf(os.Stderr, "line %d\n", i)
		}
		fmt.Fprint(os.Stderr, "last words")
		each(func(incoming) { os.Exit(3) })
	case "killed":
		each(func(incoming) { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) })
	case "exit-at-start":
		fmt.Fprintln(os.Stderr, "no such option: --foo")
		os.Exit(2)
	case "hang":
		each(func(incoming) {})
	case "deaf": // never reads
		time.Sleep(time.Minute)
	case "closes-stdin":
		os.Stdin.Close()
		say("{\"jsonrpc\":\"2.0\",\"method\":\"ready\"}\n")
		time.Sleep(time.Minute)
	case "closes-stdout":
		each(func(incoming) { os.Stdout.Close() })
	case "stubborn": // ignores the end of stdin and SIGTERM
		signal.Ignore(syscall.SIGTERM)
		each(echo)
		time.Sleep(time.Minute)
	case "logs-at-end":
		each(echo)
		for range 2000 {
			fmt.Fprintln(os.Stderr, strings.Repeat("bye ", 40))
		}
		fmt.Fprintln(os.Stderr, "clean shutdown")
	case "grandchild":
		pid := grandchild(nil)
		each(func(m incoming) {
			if m.Method == "die" {
				os.Exit(1)
			}
			answer(m, fmt.Sprintf(`{"pid":%d}`, pid))
		})
	case "daemon":
		pid := grandchild(&syscall.SysProcAttr{Setsid: true})
		each(func(m incoming) { answer(m, fmt.Sprintf(`{"pid":%d}`, pid)) })
		time.Sleep(time.Minute)
	case "noise":
		say("\xef\xbb\xbf\n\nWelcome to {the} server\r\n")
		each(func(m incoming) {
			switch m.Method {
			case "glued":
				say(`Listening on {"port":3}...`)
				answer(m, `{"ok":1}`)
			case "spaced":
				say(`log: { "id" : %s , "jsonrpc": "2.0", "result" : {"ok":2} }`+"\r\n", m.ID)
			case "trailing":
				say(`{"jsonrpc":"2.0","id":%s,"result":{"ok":3}} done.`+"\n", m.ID)
			case "run-together":
				say(`{"jsonrpc":"2.0","method":"notifications/x"}`)
				answer(m, `{"ok":4}`)
			case "json-log":
				say(`{"level":"info","msg":"hi"}` + "\n")
				answer(m, `{"ok":5}`)
			case "broken":
				say(`{"jsonrpc":"2.0","id":%s,"result":{"a":[1,2}}`+"\n", m.ID)
			case "split":
				say(`{"jsonrpc":"2.0","id":%s,"result":{"a":"`+"LOG\n"+`"}}`+"\n", m.ID)
			case "broken-at-end":
				say(`{"result":{"a":LOG},"jsonrpc":"2.0","id":%s}`+"\n", m.ID)
			case "truncated-then-whole":
				say(`{"jsonrpc":"2.0","id":77,"resu`)
				answer(m, `{"ok":6}`)
			case "batch":
				say(`[{"jsonrpc":"2.0","method":"notifications/y"},{"jsonrpc":"2.0","id":%s,"result":{"ok":7}}]`+"\n", m.ID)
			case "twice":
				answer(m, `{"ok":8}`)
				answer(m, `{"ok":-8}`)
			case "wrong-id":
				say(`{"jsonrpc":"2.0","id":"nobody","result":{}}` + "\n")
				answer(m, `{"ok":9}`)
			case "string-id":
				say(`{"jsonrpc":"2.0","id":"%s","result":{"ok":10}}`+"\n", m.ID)
			case "float-id":
				say(`{"jsonrpc":"2.0","id":%s.0,"result":{"ok":11}}`+"\n", m.ID)
			case "null-id":
				say(`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error"}}` + "\n")
			case "text-error":
				say(`{"jsonrpc":"2.0","id":%s,"error":"cursor_invalid"}`+"\n", m.ID)
			case "error":
				say(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32042,"message":"no","data":{"big":9007199254740993}}}`+"\n", m.ID)
			default:
				echo(m)
			}
		})
	case "big":
		each(func(m incoming) {
			var p struct {
				N    int
				Last bool
			}
			_ = json.Unmarshal(m.Params, &p)
			text := strings.Repeat("x", p.N)
			if p.Last {
				say(`{"result":{"text":"%s"},"jsonrpc":"2.0","id":%s}`+"\n", text, m.ID)
			} else {
				answer(m, `{"text":"`+text+`"}`)
			}
		})
	case "parent": // has a server with a child, and waits to be killed
		p := NewProcess(opts("grandchild"))
		if err := p.Start(context.Background()); err != nil {
			panic(err)
		}
		resp, err := p.SendRequest(context.Background(), request(1, "pid", ""))
		if err != nil {
			panic(err)
		}
		var r struct{ Pid int }
		_ = json.Unmarshal(resp.Result, &r)
		for {
			if dog := process.Watchdog(); dog != 0 {
				say("%d %d %d\n", p.Pid(), r.Pid, dog)
				time.Sleep(time.Minute)
			}
		}
	case "asks": // asks the client with the client's own id, then answers with its answer
		var waiting incoming
		each(func(m incoming) {
			switch {
			case m.Method == "ask":
				waiting = m
				say(`{"jsonrpc":"2.0","id":%s,"method":"sampling/createMessage","params":{"x":1}}`+"\n", m.ID)
			case m.Method == "ask-big-id":
				waiting = m
				say(`{"jsonrpc":"2.0","id":12345678901234567890,"method":"roots/list"}` + "\n")
			case m.Method == "" && m.Error != nil:
				answer(waiting, fmt.Sprintf(`{"id":%s,"error":%s}`, m.ID, m.Error))
			case m.Method == "":
				answer(waiting, fmt.Sprintf(`{"id":%s,"result":%s}`, m.ID, m.Result))
			default:
				echo(m)
			}
		})
	case "flood": // floods with requests and notifications, then answers
		each(func(m incoming) {
			if m.Method == "" {
				return
			}
			out := bufio.NewWriter(os.Stdout)
			for i := range 5000 {
				fmt.Fprintf(out, `{"jsonrpc":"2.0","id":%d,"method":"ping"}`+"\n", i)
				fmt.Fprintf(out, `{"jsonrpc":"2.0","method":"notifications/n","params":{"i":%d}}`+"\n", i)
			}
			out.Flush()
			answer(m, `{}`)
		})
	default:
		fmt.Fprintln(os.Stderr, "unknown mode", mode)
		os.Exit(64)
	}
}
