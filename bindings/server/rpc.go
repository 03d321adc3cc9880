package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Codes of JSON-RPC, and of MCP where it has its own (2026-07-28, basic/index).
const (
	CodeParse             = -32700
	CodeInvalidRequest    = -32600
	CodeMethodNotFound    = -32601
	CodeInvalidParams     = -32602
	CodeInternal          = -32603
	CodeResourceNotFound  = -32002 // until 2025-11-25; CodeInvalidParams since
	CodeHeaderMismatch    = -32020
	CodeMissingCapability = -32021
	CodeVersion           = -32022
)

// An Error is what a request is answered with where it has no result. A
// Handler that gives one decides the answer; any other error is CodeInternal.
type Error struct {
	Code    int
	Message string
	Data    json.RawMessage // nil for none
	status  int             // of HTTP, 0 for 200
}

func (e *Error) Error() string { return e.Message }

func errorf(code int, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// malformed is an error that HTTP tells with a status of its own.
func malformed(status, code int, format string, args ...any) *Error {
	e := errorf(code, format, args...)
	e.status = status
	return e
}

// asError gives any error as what goes over the wire.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return errorf(CodeInternal, "%s", err.Error())
}

// An outgoing is one message on its way to the client.
type outgoing struct {
	data []byte // nil where there is nothing to send any more
	// final tells that it is the last for what was received.
	final  bool
	status int // of HTTP, where it is the only one
}

// A sink takes the messages that belong to one received message, from any
// goroutine; it doesn't block.
type sink func(outgoing)

func resultMessage(id, result json.RawMessage) outgoing {
	if len(result) == 0 {
		result = json.RawMessage("{}")
	}
	return outgoing{data: object("jsonrpc", json.RawMessage(`"2.0"`), "id", id, "result", result), final: true}
}

func errorMessage(id json.RawMessage, e *Error) outgoing {
	if id == nil {
		id = json.RawMessage("null")
	}
	status := e.status
	switch e.Code {
	case CodeHeaderMismatch, CodeMissingCapability, CodeVersion:
		status = 400
	}
	return outgoing{final: true, status: status, data: object("jsonrpc", json.RawMessage(`"2.0"`), "id", id, "error", errorObject(e))}
}

func errorObject(e *Error) json.RawMessage {
	return object("code", json.RawMessage(strconv.Itoa(e.Code)), "message", quote(e.Message), "data", e.Data)
}

func notificationMessage(method string, params json.RawMessage) outgoing {
	return outgoing{data: object("jsonrpc", json.RawMessage(`"2.0"`), "method", quote(method), "params", params)}
}

// object renders a JSON object of names and values (json.RawMessage); nil
// values are left out.
func object(pairs ...any) json.RawMessage {
	out := json.RawMessage{'{'}
	for i := 0; i < len(pairs); i += 2 {
		value, _ := pairs[i+1].(json.RawMessage)
		if value == nil {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, quote(pairs[i].(string))...)
		out = append(out, ':')
		out = append(out, value...)
	}
	return append(out, '}')
}

// array renders a JSON array.
func array(items []json.RawMessage) json.RawMessage {
	return append(append(json.RawMessage{'['}, bytes.Join(asBytes(items), []byte{','})...), ']')
}

func asBytes(items []json.RawMessage) [][]byte {
	out := make([][]byte, len(items))
	for i, item := range items {
		out[i] = item
	}
	return out
}

// quote renders a string as JSON, as JSON.stringify does.
func quote(s string) json.RawMessage {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(s) // a string can always be encoded
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// withMembers adds members to a JSON object that has not got them, in front of
// its own, which stay as they are, byte for byte.
func withMembers(object json.RawMessage, pairs ...any) json.RawMessage {
	object = bytes.TrimSpace(object)
	if len(object) < 2 || object[0] != '{' {
		return object
	}
	var have map[string]json.RawMessage
	out := json.RawMessage{'{'}
	for i := 0; i < len(pairs); i += 2 {
		name, value := pairs[i].(string), pairs[i+1].(json.RawMessage)
		if bytes.Contains(object, quote(name)) {
			if have == nil {
				json.Unmarshal(object, &have)
			}
			if _, ok := have[name]; ok {
				continue
			}
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, quote(name)...), ':'), value...)
	}
	rest := bytes.TrimLeft(object[1:], " \t\r\n")
	if len(out) > 1 && rest[0] != '}' {
		out = append(out, ',')
	}
	return append(out, rest...)
}

// withMeta adds a member to the _meta of an object, whose own stay as they are.
func withMeta(raw json.RawMessage, name string, value json.RawMessage) json.RawMessage {
	if bytes.Contains(raw, []byte(`"_meta"`)) {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.Token() // the brace
		for d.More() {
			key, err := d.Token()
			var meta json.RawMessage
			if err != nil || d.Decode(&meta) != nil {
				break
			}
			if key == "_meta" && !isNull(meta) {
				end := int(d.InputOffset())
				return slices.Concat(raw[:end-len(meta)], withMembers(meta, name, value), raw[end:])
			}
		}
	}
	return withMembers(raw, "_meta", object(name, value))
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }
