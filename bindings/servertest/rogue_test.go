package servertest_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"mcpjs/bindings/servertest"
)

const echoed = `{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[{"type":"text","text":"hi"}]}}`

// Every mode but these few is an ordinary server until it misbehaves.
func TestRogueIsOrdinaryUntilMarked(t *testing.T) {
	t.Parallel()
	rogue := servertest.Build(t, "rogue")
	help, err := exec.Command(rogue, "-mode", "help").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for line := range strings.Lines(string(help)) {
		mode, what, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch mode {
		case "silent", "exit-at-start", "sleep":
			continue
		}
		if strings.HasPrefix(strings.TrimSpace(what), "HTTP:") {
			continue
		}
		tested++
		t.Run(mode, func(t *testing.T) {
			c := start(t, rogue, "-mode", mode, "-delay", "1ms")
			c.send(initialize("2025-06-18"), call("1", "echo", `{"message":"hi"}`), `{"jsonrpc":"2.0","id":2,"method":"tools/list"}`)
			if got := c.answer("0"); !strings.Contains(got, `"protocolVersion":"2025-06-18"`) {
				t.Errorf("initialize: %s", got)
			}
			if got := c.answer("1"); !strings.HasPrefix(got, echoed) {
				t.Errorf("echo: %s", got)
			}
			if got := c.answer("2"); !strings.Contains(got, `"name":"misbehave"`) {
				t.Errorf("tools/list: %s", got)
			}
		})
	}
	if tested < 40 {
		t.Errorf("only %d modes in\n%s", tested, help)
	}
}

// What a client sees at the marked place, in lines up to the first response.
func TestRogueMisbehaves(t *testing.T) {
	t.Parallel()
	rogue := servertest.Build(t, "rogue")
	for mode, want := range map[string][]string{
		"garbage-middle":        {`{"jsonrpc":"2.0","id":7,`, "WARNING: cache miss", "text"},
		"double-reply":          {`"id":7,.*first`, `"id":7,.*second`},
		"wrong-id":              {`"id":987654321,`},
		"retyped-id":            {`"id":"7",`},
		"null-id":               {`"id":null,"error"`},
		"null-result":           {`"id":7,"result":null}`},
		"empty-reply":           {`"id":7}`},
		"broken-json":           {`"text":]}`},
		"rpc-error":             {`"data":{"limit":9007199254740993`},
		"big-integers":          {`18446744073709551615`},
		"progress-after-result": {`"progress":1`, `"progress":2`, `"id":7,`, `"progress":3`},
		"late-reply":            {`"text":"late"`},
		"unknown-request":       {`"method":"mind/read"`},
		"same-ids":              {`"id":1,"method":"sampling`, `"id":2,`, `"id":3,`, `"id":"1",`, `"id":"2",`, `"id":"3",`, `"id":7,"method"`},
		"endless-input":         {`"input_required"`},
	} {
		t.Run(mode, func(t *testing.T) {
			c := start(t, rogue, "-mode", mode, "-delay", "1ms")
			c.send(initialize("2025-06-18"))
			c.answer("0")
			c.send(call("7", "misbehave", "{}"))
			for _, part := range want {
				line := c.next()
				for piece := range strings.SplitSeq(part, ".*") {
					if !strings.Contains(line, piece) {
						t.Errorf("got %q, want %q", line, part)
					}
				}
			}
		})
	}
}

func TestRogueSizes(t *testing.T) {
	t.Parallel()
	rogue := servertest.Build(t, "rogue")
	for mode, want := range map[string]struct{ line, lines int }{
		"line-4mb":            {4 << 20, 1},
		"line-64mb":           {64 << 20, 1},
		"huge-depth":          {200_000, 1},
		"flood-notifications": {0, 100_001},
		"flood-stderr":        {0, 1},
	} {
		t.Run(mode, func(t *testing.T) {
			c := start(t, rogue, "-mode", mode)
			c.send(initialize("2025-06-18"))
			c.answer("0")
			c.send(call("7", "misbehave", "{}"))
			for range want.lines - 1 {
				if line := c.next(); !strings.Contains(line, "notifications/message") {
					t.Fatalf("got %q", line)
				}
			}
			if line := c.answer("7"); len(line) < want.line {
				t.Errorf("the answer has %d bytes, want %d", len(line), want.line)
			}
			if status := c.exit(); status != 0 {
				t.Errorf("status %d", status)
			}
			if mode == "flood-stderr" && c.stderr.Len() < 2<<20 {
				t.Errorf("stderr has %d bytes", c.stderr.Len())
			}
		})
	}
}

func TestRogueDies(t *testing.T) {
	t.Parallel()
	rogue := servertest.Build(t, "rogue")
	discover := `{"jsonrpc":"2.0","id":7,"method":"server/discover"}`
	for _, c := range []struct {
		mode, first string
		status      int
		stderr      string
	}{
		{"die-mid-call", call("7", "misbehave", "{}"), 3, "RuntimeError: out of cheese\n"},
		{"kill-self", call("7", "misbehave", "{}"), -1, ""},
		{"truncated-json-then-exit", call("7", "misbehave", "{}"), 0, ""},
		{"die-on-discover", discover, 1, "ExpectedInitializeRequest"},
		{"slow-exit", discover, 0, "shut down\n"},
		{"nonsense", discover, 2, "unknown mode"},
		{"exit-at-start", discover, 2, "API_KEY"},
	} {
		t.Run(c.mode, func(t *testing.T) {
			child := start(t, rogue, "-mode", c.mode, "-delay", "1ms")
			_, _ = io.WriteString(child.in, c.first+"\n") // it may be dead
			if got := child.exit(); got != c.status {
				t.Errorf("status %d, want %d", got, c.status)
			}
			if !strings.Contains(child.stderr.String(), c.stderr) {
				t.Errorf("stderr %q, want %q", child.stderr.String(), c.stderr)
			}
		})
	}
}

func TestRogueRevisions(t *testing.T) {
	t.Parallel()
	rogue := servertest.Build(t, "rogue")
	const discover = `{"jsonrpc":"2.0","id":7,"method":"server/discover"}`
	for _, c := range []struct {
		args                 []string
		discover, initialize string
	}{
		{nil, `"supportedVersions":["2026-07-28","2025-11-25"`, `"protocolVersion":"2025-03-26"`},
		{[]string{"-protocol", "2024-11-05"}, `-32601`, `"protocolVersion":"2024-11-05"`},
		{[]string{"-protocol", "2026-07-28"}, `"supportedVersions":["2026-07-28"]`, `-32022`},
		{[]string{"-version-reply", "1999-12-31"}, `-32601`, `"protocolVersion":"1999-12-31"`},
	} {
		child := start(t, append([]string{rogue}, c.args...)...)
		child.send(discover, initialize("2025-03-26"))
		if got := child.answer("7"); !strings.Contains(got, c.discover) {
			t.Errorf("%v: discover: %s", c.args, got)
		}
		if got := child.answer("0"); !strings.Contains(got, c.initialize) {
			t.Errorf("%v: initialize: %s", c.args, got)
		}
	}
}

// The processes that outlive stdin's end do so until they are killed.
func TestRogueStays(t *testing.T) {
	t.Parallel()
	rogue := servertest.Build(t, "rogue")
	for _, mode := range []string{"ignore-eof", "ignore-term"} {
		c := start(t, rogue, "-mode", mode)
		c.send(initialize("2025-06-18"))
		c.answer("0")
		_ = c.in.Close()
		if mode == "ignore-term" {
			_ = c.cmd.Process.Signal(os.Interrupt)
		}
		select {
		case line := <-c.lines:
			t.Errorf("%s: got %q", mode, line)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// The grandchild holds stdout after its parent is gone.
func TestRogueGrandchild(t *testing.T) {
	t.Parallel()
	c := start(t, servertest.Build(t, "rogue"), "-mode", "grandchild")
	c.send(initialize("2025-06-18"))
	c.answer("0")
	_ = c.in.Close()
	if state, err := c.cmd.Process.Wait(); err != nil || !state.Success() {
		t.Errorf("%v %v", state, err)
	}
	select {
	case line := <-c.lines:
		t.Errorf("stdout ended or said %q", line)
	case <-time.After(200 * time.Millisecond):
	}
	servertest.KillGroup(c.cmd)
	if line := c.next(); line != "" {
		t.Errorf("got %q", line)
	}
	_ = c.cmd.Wait()
	if !strings.Contains(c.stderr.String(), "grandchild ") {
		t.Errorf("stderr %q", c.stderr.String())
	}
}

func TestRogueHTTP(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode   string
		status int
		body   string // of misbehave; "!" where it is cut off
	}{
		{"", 200, "not today"},
		{"double-reply", 200, "second"},
		{"wrong-id", 200, "987654321"},
		{"garbage-middle", 200, "WARNING: cache miss"},
		{"http-500", 500, "<html>"},
		{"http-503", 503, "later"},
		{"http-429", 429, "rate limit"},
		{"http-403", 403, "forbidden"},
		{"http-401", 401, "invalid_token"},
		{"http-404", 404, "session not found"},
		{"wrong-type", 200, "<html>"},
		{"no-body", 200, ""},
		{"accepted", 202, ""},
		{"json-cut", 200, "!"},
		{"sse-cut", 200, "!"},
		{"sse-no-reply", 200, ": nothing to say"},
		{"slow-headers", 200, "slow"},
		{"late-reply", 200, "late"},
	} {
		t.Run(c.mode, func(t *testing.T) {
			url := servertest.Serve(t, "rogue", "-mode", c.mode, "-delay", "1ms")
			_, header, body := post(t, url, "", initialize("2025-06-18"))
			session := header.Get("Mcp-Session-Id")
			if session == "" || !strings.Contains(body, "2025-06-18") {
				t.Fatalf("initialize: %v %s", header, body)
			}
			if _, _, body := post(t, url, session, call("1", "echo", `{"message":"hi"}`)); !strings.Contains(body, echoed) {
				t.Errorf("echo: %s", body)
			}
			status, header, body := post(t, url, session, call("7", "misbehave", "{}"))
			if status != c.status || !strings.Contains(body, c.body) {
				t.Errorf("misbehave: %d %v %s", status, header, body)
			}
			if c.mode == "http-404" {
				if status, _, _ := post(t, url, session, call("1", "echo", "{}")); status != 404 {
					t.Errorf("the session is still known: %d", status)
				}
			}
		})
	}
}

// sse-endless goes on until the client goes.
func TestRogueEndlessStream(t *testing.T) {
	t.Parallel()
	url := servertest.Serve(t, "rogue", "-mode", "sse-endless")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(call("7", "misbehave", "{}")))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b := make([]byte, 40)
	if _, err := io.ReadFull(res.Body, b); err != nil || !bytes.HasPrefix(b, []byte(": still here\n\n: still")) {
		t.Errorf("got %q, %v", b, err)
	}
}

// post sends the first line of msg; a body that is cut off ends in "!".
func post(t *testing.T, url, session, msg string) (int, http.Header, string) {
	t.Helper()
	msg, _, _ = strings.Cut(msg, "\n")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(msg))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	if session != "" {
		req.Header.Set("Mcp-Session-Id", session)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return res.StatusCode, res.Header, fmt.Sprintf("%s!", b)
	}
	return res.StatusCode, res.Header, string(b)
}
