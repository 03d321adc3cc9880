package session

import (
	"bytes"
	"encoding/json"
)

// A field is one member of a JSON object, as slices of the object's text.
type field struct {
	key   string
	value json.RawMessage
	// start and end are where the member stands in the object's text: from
	// its key's quote to the end of its value.
	start, end int
}

// fields calls visit for each member of the JSON object raw, in order, until
// visit returns false. It decodes no value. It reports false where raw is not
// an object; of malformed text it visits what it can make out.
func fields(raw []byte, visit func(field) bool) bool {
	i := skipSpace(raw, 0)
	if i >= len(raw) || raw[i] != '{' {
		return false
	}
	for i++; ; i++ {
		start := skipSpace(raw, i)
		if start >= len(raw) || raw[start] != '"' {
			return true
		}
		keyEnd := skipString(raw, start)
		colon := skipSpace(raw, keyEnd)
		if colon >= len(raw) || raw[colon] != ':' {
			return true
		}
		value := skipSpace(raw, colon+1)
		end := skipValue(raw, value)
		if end == value {
			return true
		}
		f := field{start: start, end: end, value: raw[value:end:end]}
		f.key = unquote(raw[start:keyEnd])
		if !visit(f) {
			return true
		}
		i = skipSpace(raw, end)
		if i >= len(raw) || raw[i] != ',' {
			return true
		}
	}
}

// member returns the value of the object's member key, nil where it has none.
// Of members with the same name the last counts, as in encoding/json.
func member(raw []byte, key string) json.RawMessage {
	// Most objects lack the key: two searches settle that without a scan. A
	// key may also be spelled with \u escapes.
	if !bytes.Contains(raw, []byte(key)) && !bytes.Contains(raw, []byte(`\u`)) {
		return nil
	}
	var found json.RawMessage
	fields(raw, func(f field) bool {
		if f.key == key {
			found = f.value
		}
		return true
	})
	return found
}

// text returns the string that raw is, "" where it isn't one.
func text(raw json.RawMessage) string {
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	return unquote(raw)
}

// unquote decodes a JSON string.
func unquote(quoted []byte) string {
	if len(quoted) < 2 {
		return ""
	}
	inner := quoted[1 : len(quoted)-1]
	for _, c := range inner {
		if c == '\\' || c >= 0x80 {
			var s string
			if json.Unmarshal(quoted, &s) != nil {
				return string(inner)
			}
			return s
		}
	}
	return string(inner)
}

func isNull(raw json.RawMessage) bool {
	return len(raw) == 0 || string(raw) == "null"
}

func skipSpace(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\t' || raw[i] == '\r') {
		i++
	}
	return i
}

// skipString returns the index after the string that starts at i.
func skipString(raw []byte, i int) int {
	for i++; i < len(raw); i++ {
		quote := bytes.IndexByte(raw[i:], '"')
		if quote < 0 {
			return len(raw)
		}
		i += quote
		slashes := 0
		for raw[i-1-slashes] == '\\' { // ends at the opening quote at the latest
			slashes++
		}
		if slashes%2 == 0 {
			return i + 1
		}
	}
	return len(raw)
}

// skipValue returns the index after the value that starts at i.
func skipValue(raw []byte, i int) int {
	depth := 0
	for i < len(raw) {
		switch raw[i] {
		case '"':
			i = skipString(raw, i)
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return i
}
