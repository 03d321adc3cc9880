package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/mark3labs/mcp-go/mcp"
)

// There is no place for _meta, or the place is taken.
var (
	errParams = errors.New("params must be an object")
	errMeta   = errors.New("params._meta must be an object")
)

// requestMeta renders the members of _meta that a revision asks of every
// request (basic/index#meta), without braces; nothing before 2026-07-28.
func requestMeta(version string, clientInfo, capabilities json.RawMessage, logLevel string) []byte {
	if !mcp.IsModernProtocol(version) {
		return nil
	}
	b := appendMember(nil, mcp.MetaKeyProtocolVersion, quote(version))
	b = appendMember(b, mcp.MetaKeyClientInfo, clientInfo)
	b = appendMember(b, mcp.MetaKeyClientCapabilities, withExtensions(capabilities))
	if logLevel != "" {
		b = appendMember(b, mcp.MetaKeyLogLevel, quote(logLevel))
	}
	return b
}

// withMeta adds members, and the progress token where it isn't 0, to the
// _meta of params. What the caller put there stays, but for members that the
// session sets itself. Values are copied as they are, never decoded.
func withMeta(params json.RawMessage, members []byte, token int64) (json.RawMessage, error) {
	if len(members) == 0 && token == 0 {
		return params, nil
	}
	open := skipSpace(params, 0)
	if isNull(params) {
		params, open = json.RawMessage("{}"), 0
	}
	if open == len(params) || params[open] != '{' {
		return nil, errParams
	}

	var old field
	count := 0
	if bytes.Contains(params, []byte("_meta")) || bytes.Contains(params, []byte(`\u`)) {
		fields(params, func(f field) bool {
			if f.is("_meta") {
				old = f
				count++
			}
			return true
		})
	}
	if count > 1 {
		// The last one counts; the others would make it ambiguous.
		params = without(params, "_meta")
		open = 0
	}
	before := params[:open+1]
	if count == 1 { // in place
		before = params[:old.start]
	}

	out := make([]byte, 0, len(params)+len(members)+len(old.value)+48)
	out = append(out, before...)
	out = append(out, `"_meta":{`...)
	start := len(out)
	out = append(out, members...)
	if token != 0 {
		if len(out) > start {
			out = append(out, ',')
		}
		out = append(out, `"progressToken":`...)
		out = strconv.AppendInt(out, token, 10)
	}
	if count > 0 && !isNull(old.value) {
		ok := fields(old.value, func(f field) bool {
			if token != 0 && f.is("progressToken") || ours(members, f.key()) {
				return true
			}
			if len(out) > start {
				out = append(out, ',')
			}
			out = append(out, old.value[f.start:f.end]...)
			return true
		})
		if !ok {
			return nil, errMeta
		}
	}
	out = append(out, '}')
	if count == 1 {
		return append(out, params[old.end:]...), nil
	}
	rest := skipSpace(params, open+1)
	if rest < len(params) && params[rest] != '}' {
		out = append(out, ',')
	}
	return append(out, params[rest:]...), nil
}

// ours reports whether the rendered members hold key.
func ours(members []byte, key string) bool {
	if len(members) == 0 {
		return false
	}
	switch key {
	case mcp.MetaKeyProtocolVersion, mcp.MetaKeyClientInfo, mcp.MetaKeyClientCapabilities:
		return true
	case mcp.MetaKeyLogLevel:
		return bytes.Contains(members, []byte(`,"`+mcp.MetaKeyLogLevel+`":`))
	}
	return false
}

// without returns the object without the members of these names.
func without(object json.RawMessage, names ...string) json.RawMessage {
	out := json.RawMessage{'{'}
	fields(object, func(f field) bool {
		for _, name := range names {
			if f.is(name) {
				return true
			}
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, object[f.start:f.end]...)
		return true
	})
	return append(out, '}')
}

// with returns the object with one more member.
func with(object json.RawMessage, name string, value json.RawMessage) json.RawMessage {
	out := without(object, name)
	out = out[:len(out)-1]
	if len(out) > 1 {
		out = append(out, ',')
	}
	out = append(out, quote(name)...)
	out = append(out, ':')
	out = append(out, value...)
	return append(out, '}')
}

func appendMember(b []byte, name string, value json.RawMessage) []byte {
	if len(b) > 0 {
		b = append(b, ',')
	}
	b = append(b, quote(name)...)
	b = append(b, ':')
	return append(b, value...)
}

// quote renders s as a JSON string.
func quote(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string cannot fail
	return b
}
