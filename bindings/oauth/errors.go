package oauth

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Error says why a server could not be authorized with. It holds no secret:
// what was sent, and what a server sent back of it, is left out.
type Error struct {
	// Server is the MCP server, without what may be secret in its URL.
	Server string
	// Reason is one line.
	Reason string
	// Code is the OAuth error code ("invalid_grant"), "" where there is none.
	Code string
	// Status is the HTTP status that asked for authorization or refused it, 0
	// where there was none.
	Status int
	// Hint says what to do about it, "" where nothing is known.
	Hint string
	Err  error
}

func (e *Error) Error() string {
	text := e.Reason
	if e.Err != nil {
		if text != "" {
			text += ": "
		}
		text += e.Err.Error()
	}
	if e.Server == "" {
		return text
	}
	return "authorize with " + e.Server + ": " + text
}

// Unauthorized tells the error from those of the server's answers.
func (e *Error) Unauthorized() bool { return true }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// failf makes an Error of a reason.
func failf(format string, args ...any) *Error {
	return &Error{Reason: fmt.Sprintf(format, args...)}
}

func (e *Error) hint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// Required says that a server asks for authorization that only
// Transport.Supply may get: the request was made under Defer, or is one of
// those that never ask a person.
type Required struct {
	Server string
	// Status is 401, or 403 where the token's scopes don't suffice.
	Status int
	need   need
}

func (e *Required) Error() string {
	if e.Status == 403 {
		return "the server " + e.Server + " asks for more permissions"
	}
	return "the server " + e.Server + " asks for authorization"
}

// line makes text from outside fit to show within one line, and cuts it.
func line(s string) string {
	const limit = 300
	var b strings.Builder
	for _, r := range strings.TrimSpace(s) {
		if b.Len() > limit {
			b.WriteString("…")
			break
		}
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case unicode.Is(unicode.C, r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar:
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Unauthorized tells the error from those of the server's answers.
func (e *Required) Unauthorized() bool { return true }
