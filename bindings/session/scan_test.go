package session

import (
	"bytes"
	"encoding/json"
	"testing"
)

// seeds are texts that a scanner may trip over.
var seeds = []string{
	`{}`, ` { } `, `null`, ``, `[]`, `"x"`, `{"a":1}`, `{"_meta":{}}`, `{"_meta":null}`, `{"_meta":{"a":1},"b":[{"_meta":2}]}`,
	`{"b":"_meta","c":"\\\"_meta\":{"}`, `{"\u005fmeta":{"progressToken":5,"k":"}"}}`, `{"_meta":{"a":1},"_meta":{"b":2}}`,
	`{"_meta":{"io.modelcontextprotocol/protocolVersion":"x","io.modelcontextprotocol/logLevel":"y","z":1}}`,
	`{"_meta":5}`, `{"resultType":"complete"}`, `{"resultType":"a","resultType":"b"}`, `{"result\u0054ype":"\u0061"}`,
	`{"content":[{"text":"\"resultType\":\"x\""}],"resultType":"input_required"}`, `{"resultType":{"resultType":"x"}}`,
	`{"a":{"b":[1,2,{"c":"}]"}]},"resultType":"é\ud83d\ude00"}`, "{\"a\"\n:\t1 , \"resultType\" : \"x\" }", `{"a":"\\"}`, `{"`, `{"a`, `{"a":`, `{"a":"\`,
	`{"a":}`, `{"a":1,}`, `{:1}`, `{"a" 1}`,
}

// decode decodes an object as encoding/json does, numbers as they are spelled.
func decode(raw []byte) (map[string]json.RawMessage, bool) {
	var m map[string]json.RawMessage
	return m, json.Valid(raw) && json.Unmarshal(raw, &m) == nil && m != nil
}

func FuzzMember(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed), "resultType")
		f.Add([]byte(seed), "a")
	}
	f.Fuzz(func(t *testing.T, raw []byte, key string) {
		got := member(raw, key) // must not panic, whatever raw is
		object, ok := decode(raw)
		if !ok || !bytes.Equal([]byte(key), bytes.ToValidUTF8([]byte(key), nil)) || !plain(key) {
			return
		}
		want := object[key]
		if (got == nil) != (want == nil) || got != nil && !bytes.Equal(got, want) {
			t.Errorf("member(%s, %q) = %s, want %s", raw, key, got, want)
		}
		var s string
		if json.Unmarshal(want, &s) == nil && text(got) != s {
			t.Errorf("text(%s) = %q, want %q", got, text(got), s)
		}
	})
}

// plain reports whether a key is of the kind that member is asked for.
func plain(key string) bool {
	for _, c := range []byte(key) {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '/' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

func FuzzWithMeta(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed), true, true)
		f.Add([]byte(seed), false, true)
		f.Add([]byte(seed), true, false)
	}
	members := requestMeta("2026-07-28", json.RawMessage(`{"name":"n"}`), json.RawMessage(`{}`), "info")
	f.Fuzz(func(t *testing.T, raw []byte, modern, token bool) {
		var meta []byte
		var n int64
		if modern {
			meta = members
		}
		if token {
			n = 77
		}
		got, err := withMeta(raw, meta, n) // must not panic, whatever raw is
		if len(raw) > 0 && !json.Valid(raw) {
			return
		}
		want, ok := decode(raw)
		if isNull(bytes.TrimSpace(raw)) {
			if !isNull(raw) {
				return // null within space: not an object, refused
			}
			want, ok = map[string]json.RawMessage{}, true
		}
		if meta == nil && n == 0 {
			if err != nil || !bytes.Equal(got, raw) {
				t.Errorf("%s became %s, %v", raw, got, err)
			}
			return
		}
		var inner map[string]json.RawMessage
		if ok && want["_meta"] != nil && json.Unmarshal(want["_meta"], &inner) != nil {
			ok = false
		}
		if !ok {
			if err == nil {
				t.Errorf("%s was taken and became %s", raw, got)
			}
			return
		}
		if inner == nil {
			inner = map[string]json.RawMessage{}
		}
		if modern {
			var ours map[string]json.RawMessage
			json.Unmarshal([]byte("{"+string(members)+"}"), &ours)
			for k, v := range ours {
				inner[k] = v
			}
		}
		if token {
			inner["progressToken"] = json.RawMessage(`77`)
		}
		raw2, _ := json.Marshal(inner)
		want["_meta"] = raw2
		whole, _ := json.Marshal(want)
		if err != nil || !json.Valid(got) || !equalJSON(string(got), string(whole)) {
			t.Errorf("withMeta(%s)\n got %s %v\nwant %s", raw, got, err, whole)
		}
	})
}

func TestWithMetaKeepsText(t *testing.T) {
	tests := []struct{ in, want string }{
		{``, `{"_meta":{"progressToken":5}}`},
		{`null`, `{"_meta":{"progressToken":5}}`},
		{`{}`, `{"_meta":{"progressToken":5}}`},
		{` { "n" : 1.0e3 } `, ` {"_meta":{"progressToken":5},"n" : 1.0e3 } `},
		{`{"a":1,"_meta":{"k":[1.50]},"b":2}`, `{"a":1,"_meta":{"progressToken":5,"k":[1.50]},"b":2}`},
		{`{"_meta":{"progressToken":"mine"}}`, `{"_meta":{"progressToken":5}}`},
		{`{"_meta":null}`, `{"_meta":{"progressToken":5}}`},
	}
	for _, test := range tests {
		got, err := withMeta(json.RawMessage(test.in), nil, 5)
		if err != nil || string(got) != test.want {
			t.Errorf("withMeta(%s) = %s %v, want %s", test.in, got, err, test.want)
		}
	}
	for _, bad := range []string{`[1]`, `"x"`, `7`, `{"_meta":[]}`, `{"_meta":"x"}`} {
		if got, err := withMeta(json.RawMessage(bad), nil, 5); err == nil {
			t.Errorf("withMeta(%s) = %s", bad, got)
		}
	}
}
