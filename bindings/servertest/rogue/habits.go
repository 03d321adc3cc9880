package main

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// evil is text that must not reach a terminal as it is: it would clear the
// screen, set the title, turn colours on, ring, and write the clipboard.
const evil = "\x1b[2J\x1b]0;owned\x07\x1b[31mred\r\b\x1b]52;c;b3duZWQ=\x07\u009b5m\u202e"

// weirdNames are tool names that a naive client trips over.
var weirdNames = []string{
	"search the web", "read[file]", "list (all)", "a.b/c:d", "get-sum", "get_sum", "getSum", "ünïcödé 工具",
	"__proto__", "constructor", "then", "toString", "prototype", "1st", "-", "class", `quo"te'd`, "tab\tbed",
	strings.Repeat("long", 100),
}

func half(s string) (string, string) { return s[:len(s)/2], s[len(s)/2:] }

// ask sends the client a request and calls then with its answer.
func (c *call) ask(id, method, params string, then func(message)) {
	c.mu.Lock()
	c.waiting[id] = then
	c.mu.Unlock()
	c.wire.message(`{"jsonrpc":"2.0","id":` + id + `,"method":"` + method + `","params":` + params + `}`)
}

func (c *call) progress(i, total int) {
	if c.meta.Token != nil {
		c.wire.message(fmt.Sprintf(`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":%s,"progress":%d,"total":%d}}`, c.meta.Token, i, total))
	}
}

var habits = map[string]habit{
	// at the start and the end
	"banner":                {"prints a banner on stdout before it reads", nil},
	"chatter":               {"prints log lines on stdout, some without a newline before the message", nil},
	"chatter-tail":          {"prints log text behind each message, on its line", nil},
	"crlf":                  {"ends lines with CR LF", nil},
	"batch":                 {"sends each message as a batch of one", nil},
	"exit-at-start":         {"exits with status 2 before it reads", nil},
	"die-on-discover":       {"exits with status 1 when the first message isn't initialize", nil},
	"no-answer-to-discover": {"ignores server/discover", nil},
	"silent":                {"answers nothing", nil},
	"slow-start":            {"reads only after -delay", nil},
	"ignore-eof":            {"stays when stdin ends", nil},
	"slow-exit":             {"exits -delay after stdin ended", nil},
	"ignore-term":           {"stays when stdin ends, and ignores SIGTERM", nil},
	"grandchild":            {"starts a process that keeps its pipes open; says `grandchild PID` on stderr", nil},
	"sleep":                 {"does nothing, for ever", nil},

	// in lists
	"declares-and-denies": {"declares resources, prompts, completions, logging, and answers -32601", nil},
	"weird-names":         {"has tools with names like `read[file]` and `__proto__`", nil},
	"endless-pages":       {"gives tools/list a nextCursor on every page", nil},

	// instead of an answer
	"no-reply": {"doesn't answer", func(c *call) {}},
	"no-read":  {"doesn't answer and reads no more", func(c *call) { c.deaf = true }},
	"garbage-middle": {"prints a log line in the middle of the answer", func(c *call) {
		a, b := half(c.line(textResult(strings.Repeat("text ", 20))))
		c.wire.message(a + "\nWARNING: cache miss\n" + b)
	}},
	"broken-json": {"answers in JSON that isn't", func(c *call) {
		c.wire.message(`{"jsonrpc":"2.0","id":` + string(c.ID) + `,"result":{"content":[{"type":"text","text":]}}`)
	}},
	"truncated-json-then-exit": {"exits with status 0 in the middle of the answer", func(c *call) {
		a, _ := half(c.line(textResult("cut")))
		c.wire.bytes(a)
		os.Exit(0)
	}},
	"die-mid-call": {"writes three lines to stderr and exits with status 3", func(c *call) {
		fmt.Fprint(os.Stderr, "Traceback (most recent call last):\n  File \"server.py\", line 7\nRuntimeError: out of cheese\n")
		os.Exit(3)
	}},
	"kill-self": {"dies of SIGKILL", func(c *call) {
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			_ = self.Kill()
		}
		select {}
	}},
	"close-stdout": {"closes stdout and stays", func(c *call) { c.wire.closed() }},

	// with a strange answer
	"double-reply": {"answers twice", func(c *call) { c.text("first"); c.text("second") }},
	"wrong-id":     {"answers another id", func(c *call) { c.ID = []byte("987654321"); c.text("for somebody else") }},
	"retyped-id": {"answers with the id as a string where it was a number, and the reverse", func(c *call) {
		if id := string(c.ID); strings.HasPrefix(id, `"`) {
			c.ID = []byte(strings.Trim(id, `"`))
		} else {
			c.ID = []byte(`"` + id + `"`)
		}
		c.text("retyped")
	}},
	"null-id": {"answers with an error whose id is null", func(c *call) {
		c.ID = []byte("null")
		c.fail(-32600, "who are you?")
	}},
	"null-result": {"answers with a result that is null", func(c *call) { c.result("null") }},
	"empty-reply": {"answers with neither result nor error", func(c *call) {
		c.wire.message(`{"jsonrpc":"2.0","id":` + string(c.ID) + `}`)
	}},
	"rpc-error": {"answers with an error that has data", func(c *call) {
		c.wire.message(`{"jsonrpc":"2.0","id":` + string(c.ID) + `,"error":{"code":-31999,"message":"quota exceeded","data":{"limit":9007199254740993,"used":[1,2]}}}`)
	}},
	"line-4mb":  {"answers with one line of 4 MB", func(c *call) { c.text(strings.Repeat("x", c.number(4<<20))) }},
	"line-64mb": {"answers with one line of 64 MB", func(c *call) { c.text(strings.Repeat("x", c.number(64<<20))) }},
	"huge-depth": {"answers with 100000 nested arrays", func(c *call) {
		n := c.number(100_000)
		c.result(`{"resultType":"complete","content":[],"structuredContent":{"deep":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}}`)
	}},
	"control-chars": {"sends terminal escapes in every text; misbehave also logs them and fails with them", func(c *call) {
		fmt.Fprintln(os.Stderr, evil)
		c.wire.message(`{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"warning","logger":` + text(evil) + `,"data":` + text(evil) + `}}`)
		c.result(`{"resultType":"complete","content":[{"type":"text","text":` + text(evil) + `}],"isError":true}`)
	}},
	"invalid-utf8": {"answers with bytes that aren't UTF-8", func(c *call) {
		c.result("{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"\xff\xfe caf\xe9\"}]}")
	}},
	"unknown-content": {"sends fields and content types that nobody knows", func(c *call) {
		c.result(`{"resultType":"complete","content":[{"type":"hologram","beam":[1,2]},{"type":"text","text":"known","glow":true},{"type":"image"},{},7],"structuredContent":[1,"two",null],"mood":{"good":true},"_meta":{"com.example/x":1}}`)
	}},
	"no-content": {"answers with structuredContent alone", func(c *call) { c.result(`{"structuredContent":{"a":1}}`) }},
	"big-integers": {"answers with numbers that a double can't hold", func(c *call) {
		c.result(`{"resultType":"complete","content":[{"type":"text","text":"big"}],"structuredContent":{"id":9007199254740993,"min":-9223372036854775808,"max":18446744073709551615,"long":123456789012345678901234567890,"huge":1e400,"small":1e-400,"negativeZero":-0,"exact":0.1}}`)
	}},
	"endless-input": {"asks for input for ever (2026-07-28)", func(c *call) {
		c.result(`{"resultType":"input_required","requestState":"again","inputRequests":{"q":{"method":"elicitation/create","params":{"mode":"form","message":"again?","requestedSchema":{"type":"object","properties":{}}}}}}`)
	}},
	"unknown-input": {"asks for input by a method that nobody knows (2026-07-28)", func(c *call) {
		c.result(`{"resultType":"input_required","inputRequests":{"q":{"method":"mind/read","params":{}}}}`)
	}},

	// around an answer
	"late-reply": {"answers after -delay, cancelled or not", func(c *call) {
		go func() {
			time.Sleep(c.delay)
			c.text("late")
		}()
	}},
	"progress-after-result": {"sends progress 1 and 2 of 3 and the answer, then progress 3", func(c *call) {
		c.progress(1, 3)
		c.progress(2, 3)
		c.text("done")
		c.progress(3, 3)
	}},
	"flood-notifications": {"sends 100000 notifications before the answer", func(c *call) {
		for i := range c.number(100_000) {
			c.wire.message(fmt.Sprintf(`{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"message %d"}}`, i))
		}
		c.text("flooded")
	}},
	"flood-stderr": {"writes 100000 lines and one of 1 MB to stderr before the answer", func(c *call) {
		var b strings.Builder
		for i := range c.number(100_000) {
			fmt.Fprintf(&b, "noise %d\n", i)
		}
		fmt.Fprintln(os.Stderr, b.String()+strings.Repeat("e", 1<<20))
		c.text("flooded")
	}},
	"same-ids": {"asks for sampling with ids 1, 2, 3, as numbers and strings, and the call's own; answers with what it got", func(c *call) {
		ids := []string{"1", "2", "3", `"1"`, `"2"`, `"3"`}
		if !contains(ids, string(c.ID)) {
			ids = append(ids, string(c.ID))
		}
		var left atomic.Int32
		left.Store(int32(len(ids)))
		for _, id := range ids {
			c.ask(id, "sampling/createMessage", `{"maxTokens":10,"messages":[{"role":"user","content":{"type":"text","text":`+text("request "+id)+`}}]}`, func(m message) {
				fmt.Fprintf(os.Stderr, "answer to %s: %s%s\n", id, m.Result, m.Error)
				if left.Add(-1) == 0 {
					c.text(fmt.Sprintf("%d answers", len(ids)))
				}
			})
		}
	}},
	"unknown-request": {"asks the client for mind/read and answers with the error it got", func(c *call) {
		c.ask(`"mind-1"`, "mind/read", `{}`, func(m message) { c.text("error " + string(m.Error)) })
	}},
}
