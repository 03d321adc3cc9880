package session

import (
	"errors"
	"testing"
	"time"

	"mcpjs/bindings/transport"
)

func TestErrorTexts(t *testing.T) {
	cause := errors.New("broken\r\npipe")
	tests := []struct {
		err  error
		want string
	}{
		{&RPCError{Server: "y", Label: `call tool "x"`, Code: -32602, Message: "message"}, `call tool "x" on server "y": message (code -32602)`},
		{&RPCError{Label: "ping", Code: 1}, `ping: error (code 1)`},
		{&ConnectionError{Server: "y", Label: "connect", Reason: "why"}, `connect to server "y": why`},
		{&ConnectionError{Server: "y", Label: "l", Exit: &transport.ExitError{Code: 3}}, `l on server "y": the server's process exited with status 3`},
		{&ConnectionError{Server: "y", Err: cause}, `server "y": broken\r\npipe`},
		{&ConnectionError{}, `the connection was lost`},
		{&TimeoutError{Server: "y", Label: "l", After: time.Second}, `l on server "y": no answer within 1s; the server may still be at work on it`},
		{&TimeoutError{Label: "connect", After: time.Second}, `connect: no answer within 1s`},
		{&Cancelled{Server: "y", Label: "l"}, `l on server "y": cancelled`},
		{&Cancelled{Server: "y", Label: "l", Reason: "a\tb"}, `l on server "y": cancelled: a\tb`},
		{&ProtocolError{Server: "\x1b[2J", Label: "l", Reason: "r"}, `l on server "\x1b[2J": r`},
		{&InputError{Server: "y", Label: "l", Key: "k", Method: "m\n", Err: cause}, `l on server "y": the server asked for input "k" (m\n): broken\r\npipe`},
	}
	for _, test := range tests {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
	if !errors.Is(&ConnectionError{Err: cause}, cause) || !errors.Is(&InputError{Err: cause}, cause) {
		t.Error("a cause is hidden")
	}
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"plain – ünïcödé 😀":  "plain – ünïcödé 😀",
		"a\nb\x00\x7f":       `a\nb\x00\x7f`,
		"\u202egnp.exe":      `\u202egnp.exe`,
		"\u0085\u2028\u2029": `\u0085\u2028\u2029`,
		"\xff\xfex":          `\xff\xfex`,
		"\ufffd":             "\ufffd",
		"\U000e0041":         `\U000e0041`,
	} {
		if got := OneLine(in); got != want {
			t.Errorf("OneLine(%q) = %s, want %s", in, got, want)
		}
	}
}
