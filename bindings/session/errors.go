package session

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"mcpjs/bindings/transport"
)

// ErrMethodNotFound, returned by Handlers.Request, answers the server -32601.
var ErrMethodNotFound = errors.New("method not found")

// ErrClosed is what a ConnectionError wraps where this side closed the session.
var ErrClosed = errors.New("the connection was closed")

// RPCError is a JSON-RPC error that the server answered with, or that a
// handler answers the server with.
type RPCError struct {
	Server  string // who answered; "" in an answer of ours
	Label   string // the call that failed
	Code    int
	Message string
	Data    json.RawMessage // nil where the server sent none
}

// ConnectionError says that a connection could not be made or was lost.
type ConnectionError struct {
	Server string
	Label  string               // the call in flight, or "connect"
	Reason string               // one line; "" lets Err speak
	Exit   *transport.ExitError // how the server's process ended, if it did
	Status int                  // the HTTP status, if there was one
	Stderr []string             // the process's last stderr lines
	Stdout []string             // its last stdout lines that were no messages
	Hint   string               // what to do about it, "" if nothing is known
	Err    error
}

// TimeoutError says that the server did not answer in time.
type TimeoutError struct {
	Server string
	Label  string
	After  time.Duration
	Stderr []string // the server's process's last stderr lines, if it is one
	Stdout []string // its last stdout lines that were no messages
}

// Cancelled says that a call was cancelled by Session.Cancel, or a subscription
// by the server.
type Cancelled struct {
	Server string
	Label  string
	Reason string // "" where none was given
}

// ProtocolError says that the server's answer breaks the protocol.
type ProtocolError struct {
	Server string
	Label  string
	Reason string
}

// InputError says that an input the server asked for, in the middle of a call,
// could not be given.
type InputError struct {
	Server string
	Label  string
	Key    string // the server's name for the input
	Method string // what it asked for, such as elicitation/create
	Err    error  // ErrMethodNotFound where nobody handles the method
}

func (e *RPCError) Error() string {
	message := OneLine(e.Message)
	if message == "" {
		message = "error"
	}
	return during(e.Label, e.Server) + message + " (code " + strconv.Itoa(e.Code) + ")"
}

func (e *ConnectionError) Error() string {
	reason := e.Reason
	switch {
	case reason != "":
	case e.Exit != nil:
		reason = e.Exit.Error()
	case e.Err != nil:
		reason = e.Err.Error()
	default:
		reason = "the connection was lost"
	}
	return during(e.Label, e.Server) + OneLine(reason)
}

func (e *ConnectionError) Unwrap() error { return e.Err }

func (e *TimeoutError) Error() string {
	text := during(e.Label, e.Server) + "no answer within " + e.After.String()
	if e.Label != connectLabel {
		text += "; the server may still be at work on it"
	}
	return text
}

// Timeout marks the error as a timeout, as net.Error does.
func (e *TimeoutError) Timeout() bool { return true }

func (e *Cancelled) Error() string {
	if e.Reason == "" {
		return during(e.Label, e.Server) + "cancelled"
	}
	return during(e.Label, e.Server) + "cancelled: " + OneLine(e.Reason)
}

func (e *ProtocolError) Error() string {
	return during(e.Label, e.Server) + OneLine(e.Reason)
}

func (e *InputError) Error() string {
	reason := ""
	if errors.Is(e.Err, ErrMethodNotFound) {
		reason = "nothing here handles it"
	} else if e.Err != nil {
		reason = OneLine(e.Err.Error())
	}
	return fmt.Sprintf("%sthe server asked for input %s (%s): %s",
		during(e.Label, e.Server), OneLine(strconv.Quote(e.Key)), OneLine(e.Method), reason)
}

func (e *InputError) Unwrap() error { return e.Err }

// connectLabel names the making of a connection in errors.
const connectLabel = "connect"

// during renders `call tool "x" on server "y": `.
func during(label, server string) string {
	switch {
	case server == "" && label == "":
		return ""
	case server == "":
		return OneLine(label) + ": "
	case label == "":
		return `server "` + OneLine(server) + `": `
	case label == connectLabel:
		return `connect to server "` + OneLine(server) + `": `
	}
	return OneLine(label) + ` on server "` + OneLine(server) + `": `
}

// OneLine makes text from outside safe to show within one line: control and
// formatting characters, line separators and bytes that aren't UTF-8 are
// escaped as in a Go string.
func OneLine(s string) string {
	safe := func(r rune) bool {
		return r != utf8.RuneError && !unicode.Is(unicode.C, r) && r != '\u2028' && r != '\u2029'
	}
	clean := true
	for _, r := range s {
		if !safe(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case safe(r), r == utf8.RuneError && size > 1:
			b.WriteString(s[i : i+size])
		case r == utf8.RuneError:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		i += size
	}
	return b.String()
}

// connectionError says what a transport's error means for a call: how the
// process ended, the HTTP status, and what to do about it.
func (s *Session) connectionError(label string, err error) *ConnectionError {
	e := &ConnectionError{Server: s.opts.Server, Label: label, Err: err}
	if s.closing.Load() {
		e.Err = ErrClosed
		return e
	}
	var answer *transport.HTTPError
	if errors.As(err, &answer) {
		e.Status = answer.Status
		e.Hint = statusHint(answer.Status)
		if errors.Is(err, transport.ErrSessionEnded) {
			e.Hint = "the server has ended the session; connect anew"
		}
		return e
	}
	if !errors.As(err, &e.Exit) {
		errors.As(s.conn.Err(), &e.Exit)
	}
	e.Stdout = s.stdout()
	if e.Exit != nil {
		e.Stderr = e.Exit.Stderr
		e.Hint = exitHint(e.Exit)
		return e
	}
	e.Stderr = s.stderr()
	e.Hint = errorHint(err)
	return e
}

func statusHint(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "the server needs authorization"
	case status == http.StatusForbidden:
		return "the server refuses these credentials or this client"
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusNotImplemented:
		return "is this the URL of an MCP endpoint? it often ends in /mcp or /sse"
	case status == http.StatusProxyAuthRequired:
		return "the proxy needs authorization"
	case status == http.StatusTooManyRequests:
		return "the server limits the rate of requests; try again later"
	case status >= 500:
		return "the server or a proxy before it failed; try again later"
	}
	return ""
}

func exitHint(exit *transport.ExitError) string {
	stderr := strings.Join(exit.Stderr, "\n")
	has := func(texts ...string) bool {
		for _, text := range texts {
			if strings.Contains(stderr, text) {
				return true
			}
		}
		return false
	}
	switch {
	case has("npm error code E404", "npm ERR! code E404", "npm error 404", "npm ERR! 404"):
		return "the npm registry has no such package; check its name"
	case has("npm error code ENOTFOUND", "npm ERR! code ENOTFOUND", "npm error code EAI_AGAIN", "npm ERR! code EAI_AGAIN"):
		return "npm cannot reach its registry; check the network"
	case has("ModuleNotFoundError", "Cannot find module", "ERR_MODULE_NOT_FOUND"):
		return "a module that the server needs is not installed"
	case has("No solution found when resolving", "was not found in the package registry"):
		return "the Python package index has no such package; check its name"
	case has("EADDRINUSE", "address already in use"):
		return "the port that the server wants is in use"
	case exit.Code == 127:
		return "the command was not found; is it installed and on PATH?"
	case exit.Code == 126:
		return "the command cannot be executed; check its permissions"
	}
	return ""
}

func errorHint(err error) string {
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return "is it installed, and spelled as on PATH?"
	case errors.Is(err, fs.ErrPermission):
		return "check the permissions"
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(err.Error(), "connection refused"),
		strings.Contains(err.Error(), "actively refused"):
		return "is the server running, and on this port?"
	case errors.As(err, &dns):
		return "check the host name and the network"
	case errors.As(err, &unknown), errors.As(err, &hostname), errors.As(err, &invalid):
		return "the server's certificate is not trusted for this host; the option ca adds an authority"
	case errors.As(err, &record):
		return "the server does not speak TLS; is it http:// rather than https://?"
	}
	return ""
}
