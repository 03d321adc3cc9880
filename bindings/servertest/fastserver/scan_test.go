package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestFields(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{}`, ``},
		{`{"a":1}`, `a=1`},
		{" { \"a\" : 1 , \"b\" : [ 1, {\"c\": \"]}\"} ] }\n", `a=1 b=[ 1, {"c": "]}"} ]`},
		{`{"a":"x\"y\\","b":{"a":2},"c":null}`, `a="x\"y\\" b={"a":2} c=null`},
		{`{"a":-1.5e3}`, `a=-1.5e3`},
		{`[1]`, ``},
		{`{"a":`, ``},
		{`{"a`, ``},
		{``, ``},
	} {
		var got []string
		fields([]byte(c.in), func(k, v []byte) { got = append(got, string(k)+"="+string(v)) })
		if strings.Join(got, " ") != c.want {
			t.Errorf("fields(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzFields(f *testing.F) {
	for _, s := range []string{`{"a":1,"b":"\"","c":[{}]}`, `{"a`, `{"a":}`, `{"a":[`, `{"a":"\`, "{\"\xff\": 0 }"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got := map[string]string{}
		fields(b, func(k, v []byte) { got[string(k)] = string(v) })
		var want map[string]json.RawMessage
		if json.Unmarshal(b, &want) != nil || strings.ContainsAny(string(b), `\`) {
			return
		}
		for k, v := range want {
			if _, ok := got[k]; ok && got[k] != string(v) {
				t.Errorf("%q: %q = %q, want %q", b, k, got[k], v)
			}
		}
		if len(got) < len(want) && json.Valid(b) && !strings.Contains(string(b), "\xff") && validUTF8(b) {
			t.Errorf("%q: %d fields, want %d", b, len(got), len(want))
		}
	})
}

func validUTF8(b []byte) bool { return string(b) == strings.ToValidUTF8(string(b), "") }
