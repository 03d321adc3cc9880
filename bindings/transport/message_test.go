package transport

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// FuzzMessage holds parseMessage against encoding/json: both accept the same
// objects and see the same members.
func FuzzMessage(f *testing.F) {
	for _, s := range []string{
		`{"jsonrpc":"2.0","id":1,"result":{"a":[1,2,{"b":"\u00e9\\"}]}}`,
		`{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"n":-1.5e+3}}`,
		` {"result":null,"error":{"code":1},"jsonrpc":"2.0","id":null} `,
		`{"i\u0064":7,"method":"\ud83d\ude00","id":8}`,
		`{"id":1}{"id":2}`, `{"id":01}`, `{"id":1.}`, `{"a":tru`, `{"a":"` + "\n" + `"}`, `{,}`, `{"a":1,}`, `[]`, ``, `{"method":7}`,
		strings.Repeat(`{"a":[`, 6000),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, n, err := parseMessage(data)
		if n < 0 || n > len(data) {
			t.Fatalf("stands at %d of %d", n, len(data))
		}
		var want map[string]json.RawMessage
		if json.Unmarshal(data, &want) != nil || want == nil {
			if err == nil {
				t.Fatalf("accepted %q", data)
			}
			return
		}
		if err != nil {
			t.Fatalf("refused %q: %v", data, err)
		}
		for key, got := range map[string][]byte{"id": m.id, "params": m.params, "result": m.result, "error": m.err} {
			w := []byte(want[key])
			if string(w) == "null" && key != "result" {
				w = nil
			}
			if !bytes.Equal(got, w) {
				t.Fatalf("%s: got %q, want %q", key, got, w)
			}
		}
		var method any
		_ = json.Unmarshal(want["method"], &method)
		if s, ok := method.(string); ok != m.hasMethod || s != m.method {
			t.Fatalf("method: got %q %v, want %v", m.method, m.hasMethod, method)
		}
	})
}

// FuzzLine holds the handling of any line to not panicking or hanging.
func FuzzLine(f *testing.F) {
	for _, s := range []string{
		`log {"jsonrpc":"2.0","id":1,"result":{}} more`, `{"jsonrpc":"2.0","id":1,"resu{"jsonrpc":"2.0","id":1,"result":{}}`,
		`[{"jsonrpc":"2.0","method":"x"}]`, `{"result":{"a":LOG},"jsonrpc":"2.0","id":1}`, "\xef\xbb\xbf{{{{", `[1`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := NewPipe(bytes.NewReader(data), discard{})
		defer p.Close()
		p.calls.open()
		if err := p.calls.add(1, func(Response, error) {}); err != nil {
			t.Fatal(err)
		}
		_ = p.read(&lineReader{r: p.r, max: 1 << 16}, nil)
	})
}

type discard struct{ io.Writer }

func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) Close() error                { return nil }

// FuzzEvents holds the event parser to giving the same events however the
// stream is cut into reads.
func FuzzEvents(f *testing.F) {
	for _, s := range []string{
		"\xef\xbb\xbfdata: a\n\ndata: b\ndata:c\r\n\r\n: hi\rid: 7\rretry: 20\revent: x\rdata: d\r\r", "data\n\n", "data:\n\n\n\n", "id: a\x00b\ndata: x", ":\r\n\r\n",
	} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		read := func(r io.Reader) string {
			e := &eventReader{r: r, max: 1 << 10}
			var all strings.Builder
			for {
				ev, err := e.next()
				if err != nil {
					return all.String() + e.lastID + e.retry.String() + err.Error()
				}
				all.WriteString(ev.name + "\x01" + string(ev.data) + "\x02")
			}
		}
		if len(data) > 1<<10 {
			return // where the limit is noticed may depend on the reads
		}
		if whole, cut := read(bytes.NewReader(data)), read(&slowReader{data, size%7 + 1}); whole != cut {
			t.Fatalf("%q in one: %q; in pieces: %q", data, whole, cut)
		}
	})
}

type slowReader struct {
	data []byte
	n    int
}

func (r *slowReader) Read(b []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(max(r.n, 1), len(b))], r.data)
	r.data = r.data[n:]
	return n, nil
}

func TestEvents(t *testing.T) {
	stream := "\xef\xbb\xbf: comment\r\nevent: endpoint\r\ndata: /x\r\n\r\nid: 5\rretry: 1500\rdata: one\rdata:  two\r\rdata\n\nevent: lost\n\nid\ndata: last\n\ndata: cut off"
	e := &eventReader{r: strings.NewReader(stream), max: 100}
	for i, want := range []struct{ name, data, id string }{
		{"endpoint", "/x", ""}, {"message", "one\n two", "5"}, {"message", "", "5"}, {"message", "last", ""},
	} {
		ev, err := e.next()
		if err != nil || ev.name != want.name || string(ev.data) != want.data || e.lastID != want.id {
			t.Errorf("event %d: got %q %q id %q, %v; want %v", i, ev.name, ev.data, e.lastID, err, want)
		}
	}
	if _, err := e.next(); err != io.EOF {
		t.Error("at the end:", err)
	}
	if e.retry.Milliseconds() != 1500 {
		t.Error("retry:", e.retry)
	}
	for _, long := range []string{"data: " + strings.Repeat("x", 1000), strings.Repeat("data: xxxxxxxxxx\n", 100)} {
		e := &eventReader{r: strings.NewReader(long + "\n\n"), max: 100}
		if _, err := e.next(); err == nil || !strings.Contains(err.Error(), "beyond the limit") {
			t.Error("too long:", err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{
		"small": `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"` + strings.Repeat("x", 60) + `"}]}}`,
		"text":  `{"jsonrpc":"2.0","id":1,"result":{"text":"` + strings.Repeat("x\\n abcdefgh", 100000) + `"}}`,
		"rows":  `{"jsonrpc":"2.0","id":1,"result":{"rows":[` + strings.Repeat(`{"id":12345,"name":"some name","ok":true},`, 25000) + `{}]}}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			data := []byte(text)
			for b.Loop() {
				if _, _, err := parseMessage(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
