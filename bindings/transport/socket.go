package transport

import (
	"bufio"
	"bytes"
	"net"
	"time"
)

// sniffTime is how long a server on a unix socket may take to show by its
// answer what it speaks; one that stays silent is taken for HTTP.
const sniffTime = 2 * time.Second

// sniff is a message to which a server of either kind answers at once: one
// that speaks lines with a message, HTTP with a complaint. Every revision has
// ping, or answers an unknown method with an error.
const sniff = `{"jsonrpc":"2.0","id":"mcpjs-ping","method":"ping"}` + "\n"

// NewSocket makes a connection to the unix socket at path, whose server speaks
// MCP as lines of JSON or streamable HTTP; opts are used for the latter. It
// finds out by asking, which takes at most a few seconds.
func NewSocket(path string, opts HTTPOptions) (Conn, error) {
	conn, err := net.DialTimeout("unix", path, sniffTime)
	if err != nil {
		return nil, err
	}
	r := bufio.NewReader(conn)
	_ = conn.SetDeadline(time.Now().Add(sniffTime))
	if _, err := conn.Write([]byte(sniff)); err == nil {
		for {
			line, err := r.ReadSlice('\n')
			if m, _, parseErr := parseMessage(bytes.TrimSpace(line)); err == nil && parseErr == nil && m.version {
				if m.hasMethod {
					continue // it greets before it answers
				}
				_ = conn.SetDeadline(time.Time{})
				return NewPipe(&socketReader{r, conn}, conn), nil
			}
			break
		}
	}
	_ = conn.Close()
	opts.URL = "unix:" + path
	return NewHTTP(opts), nil
}

// socketReader reads what was already taken from the connection first.
type socketReader struct {
	*bufio.Reader
	conn net.Conn
}

func (s *socketReader) Close() error { return s.conn.Close() }
