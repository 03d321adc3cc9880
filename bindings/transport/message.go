package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"
)

// A message is one JSON-RPC message as it came: its top-level members, raw and
// valid JSON, and nothing below them decoded. They are slices of the bytes
// that it was read from, valid as long as those are.
type message struct {
	version   bool   // has a "jsonrpc" member
	id        []byte // nil where absent or null
	method    string // "" where absent
	hasMethod bool
	params    []byte
	result    []byte
	err       []byte
	complete  bool // the result's resultType is "complete"
	typed     bool // this object's own is
}

// kind says what a message is; kindNone where it is no JSON-RPC message.
type kind int

const (
	kindNone kind = iota
	kindRequest
	kindNotification
	kindResponse
)

func (m *message) kind() kind {
	switch {
	case m.hasMethod && !m.version:
		return kindNone
	case m.hasMethod && m.id != nil:
		return kindRequest
	case m.hasMethod:
		return kindNotification
	case m.result != nil && (m.version || m.id != nil), m.err != nil && (m.version || m.id != nil):
		return kindResponse
	}
	return kindNone
}

// notification gives m as a notification that owns its bytes.
func (m *message) notification() Notification {
	return Notification{Method: m.method, Params: bytes.Clone(m.params)}
}

// request gives m as a request that owns its bytes.
func (m *message) request() ServerRequest {
	return ServerRequest{ID: bytes.Clone(m.id), Method: m.method, Params: bytes.Clone(m.params)}
}

// response gives m as an answer that owns its bytes.
func (m *message) response() Response {
	if m.err != nil {
		return Response{Error: errorDetails(bytes.Clone(m.err))}
	}
	return Response{Result: bytes.Clone(m.result), Complete: m.complete}
}

// errorDetails decodes an error member, also where it is a bare string or its
// code isn't an integer.
func errorDetails(raw []byte) *Error {
	var e struct {
		Code    json.RawMessage `json:"code"`
		Message json.RawMessage `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	d := &Error{Code: CodeInternal}
	if json.Unmarshal(raw, &e) != nil {
		if json.Unmarshal(raw, &d.Message) != nil {
			d.Message = string(raw)
		}
		return d
	}
	if f, err := strconv.ParseFloat(string(bytes.Trim(e.Code, `"`)), 64); err == nil && f == float64(int(f)) {
		d.Code = int(f)
	}
	if e.Message != nil && json.Unmarshal(e.Message, &d.Message) != nil {
		d.Message = string(e.Message)
	}
	d.Data = e.Data
	return d
}

var (
	errNotObject = errors.New("not a JSON object")
	errSyntax    = errors.New("broken JSON")
	errTruncated = errors.New("truncated JSON")
	errTrailing  = errors.New("text after the JSON object")
)

// parseMessage reads one JSON object with nothing but white space around it.
// It accepts exactly what encoding/json accepts; of members that occur twice,
// the last counts. On an error m holds what was read until there, and where it
// is errTrailing, rest says where the object ended.
func parseMessage(b []byte) (m message, rest int, err error) {
	s := scanner{b: b}
	s.space()
	if s.i == len(b) || b[s.i] != '{' {
		return m, s.i, errNotObject
	}
	if err := s.object(&m); err != nil {
		return m, s.i, err
	}
	s.space()
	if s.i < len(b) {
		return m, s.i, errTrailing
	}
	return m, s.i, nil
}

// maxDepth is encoding/json's own limit.
const maxDepth = 10000

// scanner walks over JSON without decoding it. i is where it stands.
type scanner struct {
	b     []byte
	i     int
	depth int
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		default:
			return
		}
	}
}

func (s *scanner) next() (byte, error) {
	s.space()
	if s.i == len(s.b) {
		return 0, errTruncated
	}
	return s.b[s.i], nil
}

// object walks over the object that begins here; m, if any, receives its
// members.
func (s *scanner) object(m *message) error {
	if s.depth++; s.depth > maxDepth {
		return errSyntax
	}
	s.i++
	c, err := s.next()
	if err != nil {
		return err
	}
	if c == '}' {
		s.i++
		s.depth--
		return nil
	}
	for {
		if c, err = s.next(); err != nil {
			return err
		}
		if c != '"' {
			return errSyntax
		}
		from := s.i
		if err := s.str(); err != nil {
			return err
		}
		key := s.b[from:s.i]
		if c, err = s.next(); err != nil {
			return err
		}
		if c != ':' {
			return errSyntax
		}
		s.i++
		if c, err = s.next(); err != nil {
			return err
		}
		from = s.i
		if m != nil && c == '{' && string(key) == `"result"` {
			var result message
			if err = s.object(&result); err == nil {
				m.set(key, s.b[from:s.i])
				m.complete = result.typed
			}
		} else if err = s.value(); err == nil && m != nil {
			m.set(key, s.b[from:s.i])
		}
		if err != nil {
			return err
		}
		if c, err = s.next(); err != nil {
			return err
		}
		s.i++
		if c == '}' {
			s.depth--
			return nil
		}
		if c != ',' {
			return errSyntax
		}
	}
}

func (m *message) set(key, value []byte) {
	if bytes.IndexByte(key, '\\') >= 0 {
		var k string
		if json.Unmarshal(key, &k) != nil {
			return
		}
		key = strconv.AppendQuote(nil, k)
	}
	null := string(value) == "null"
	switch string(key) {
	case `"jsonrpc"`:
		m.version = true
	case `"id"`:
		if m.id = value; null {
			m.id = nil
		}
	case `"method"`:
		m.method, m.hasMethod = unquote(value)
	case `"params"`:
		if m.params = value; null {
			m.params = nil
		}
	case `"result"`:
		m.result, m.complete = value, false
	case `"error"`:
		if m.err = value; null {
			m.err = nil
		}
	case `"resultType"`:
		m.typed = string(value) == `"complete"`
	}
}

// unquote decodes a JSON string.
func unquote(raw []byte) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner), true
	}
	var v string
	return v, json.Unmarshal(raw, &v) == nil
}

// value walks over the value that begins here.
func (s *scanner) value() error {
	switch c := s.b[s.i]; c {
	case '{':
		return s.object(nil)
	case '[':
		return s.array()
	case '"':
		return s.str()
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		if c == '-' || '0' <= c && c <= '9' {
			return s.number()
		}
		return errSyntax
	}
}

func (s *scanner) array() error {
	if s.depth++; s.depth > maxDepth {
		return errSyntax
	}
	s.i++
	c, err := s.next()
	if err != nil {
		return err
	}
	if c == ']' {
		s.i++
		s.depth--
		return nil
	}
	for {
		if _, err = s.next(); err != nil {
			return err
		}
		if err := s.value(); err != nil {
			return err
		}
		if c, err = s.next(); err != nil {
			return err
		}
		s.i++
		if c == ']' {
			s.depth--
			return nil
		}
		if c != ',' {
			return errSyntax
		}
	}
}

func (s *scanner) literal(word string) error {
	if rest := s.b[s.i:]; len(rest) < len(word) {
		if string(rest) == word[:len(rest)] {
			return errTruncated
		}
		return errSyntax
	}
	if string(s.b[s.i:s.i+len(word)]) != word {
		return errSyntax
	}
	s.i += len(word)
	return nil
}

// str walks over the string that begins here.
func (s *scanner) str() error {
	b := s.b
	for i := s.i + 1; i < len(b); i++ {
		for i < len(b) && plain[b[i]] {
			i++
		}
		if i == len(b) {
			break
		}
		switch c := b[i]; {
		case c == '"':
			s.i = i + 1
			return nil
		case c < ' ':
			s.i = i
			return errSyntax
		case c == '\\':
			i++
			if i == len(b) {
				break
			}
			switch b[i] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				for range 4 {
					if i++; i == len(b) {
						s.i = i
						return errTruncated
					}
					if !hex(b[i]) {
						s.i = i
						return errSyntax
					}
				}
			default:
				s.i = i
				return errSyntax
			}
		}
	}
	s.i = len(b)
	return errTruncated
}

// plain are the bytes that stand for themselves in a string.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return t
}()

func hex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func (s *scanner) digits() bool {
	from := s.i
	for s.i < len(s.b) && '0' <= s.b[s.i] && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > from
}

func (s *scanner) number() error {
	bad := func() error {
		if s.i == len(s.b) {
			return errTruncated
		}
		return errSyntax
	}
	if s.b[s.i] == '-' {
		s.i++
	}
	if s.i < len(s.b) && s.b[s.i] == '0' {
		s.i++
	} else if !s.digits() {
		return bad()
	}
	if s.i < len(s.b) && s.b[s.i] == '.' {
		s.i++
		if !s.digits() {
			return bad()
		}
	}
	if s.i < len(s.b) && (s.b[s.i] == 'e' || s.b[s.i] == 'E') {
		s.i++
		if s.i < len(s.b) && (s.b[s.i] == '+' || s.b[s.i] == '-') {
			s.i++
		}
		if !s.digits() {
			return bad()
		}
	}
	return nil
}

// appendRequest appends r as one line without its newline.
func appendRequest(b []byte, r *Request) []byte {
	b = append(b, `{"jsonrpc":"2.0","id":`...)
	b = strconv.AppendInt(b, r.ID, 10)
	return appendBody(b, r.Method, r.Params)
}

// appendNotification appends n as one line without its newline.
func appendNotification(b []byte, n *Notification) []byte {
	return appendBody(append(b, `{"jsonrpc":"2.0"`...), n.Method, n.Params)
}

func appendBody(b []byte, method string, params json.RawMessage) []byte {
	b = append(b, `,"method":`...)
	b = appendString(b, method)
	if len(params) > 0 {
		b = append(b, `,"params":`...)
		b = appendLine(b, params)
	}
	return append(b, '}')
}

// appendResponse appends the answer r as one line without its newline.
func appendResponse(b, id []byte, r *Response) []byte {
	b = append(b, `{"jsonrpc":"2.0","id":`...)
	b = appendLine(b, id)
	result := r.Result
	if r.Error != nil {
		raw, err := json.Marshal(r.Error)
		if err != nil { // its data is no JSON
			raw, _ = json.Marshal(Error{Code: r.Error.Code, Message: r.Error.Message})
		}
		b = append(b, `,"error":`...)
		return append(appendLine(b, raw), '}')
	}
	if len(result) == 0 {
		result = json.RawMessage("{}")
	}
	b = append(b, `,"result":`...)
	return append(appendLine(b, result), '}')
}

// appendLine appends JSON without its line breaks, which are white space
// there: within strings they are escaped.
func appendLine(b, raw []byte) []byte {
	from := len(b)
	b = append(b, raw...)
	for _, c := range [...]byte{'\n', '\r'} {
		for i := from; ; i++ {
			n := bytes.IndexByte(b[i:], c)
			if n < 0 {
				break
			}
			i += n
			b[i] = ' '
		}
	}
	return b
}

// appendString appends s as a JSON string.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			raw, _ := json.Marshal(s) // a string can always be encoded
			return append(b, raw...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
