package session

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"mcpjs/bindings/transport"
)

// hundred is a tool result of about 100 bytes.
var hundred = json.RawMessage(`{"content":[{"type":"text","text":"` + strings.Repeat("x", 40) + `"}],"isError":false}`)

func benchServer(era func(serveFunc) serveFunc, reply json.RawMessage) *fake {
	f := newFake(era(func(f *fake, ctx context.Context, req transport.Request) (*transport.Response, error) {
		return &transport.Response{Result: reply}, nil
	}))
	f.direct = true
	return f
}

// BenchmarkRequest measures what a session adds to a Conn.
func BenchmarkRequest(b *testing.B) {
	eras := map[string]func(serveFunc) serveFunc{"legacy": legacy, "modern": modern}
	call := Call{Method: "tools/call", Params: json.RawMessage(`{"name":"echo","arguments":{"message":"hi"}}`)}
	for _, name := range []string{"legacy", "modern"} {
		b.Run(name, func(b *testing.B) {
			s := connect(b, benchServer(eras[name], hundred), Options{})
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Request(b.Context(), call); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"-progress", func(b *testing.B) {
			s := connect(b, benchServer(eras[name], hundred), Options{})
			call := call
			call.OnProgress = func(Progress) {}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Request(b.Context(), call); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("modern-1MB", func(b *testing.B) {
		big := json.RawMessage(`{"content":[{"type":"text","text":"` + strings.Repeat(`x\n`, 350000) + `"}],"resultType":"complete"}`)
		s := connect(b, benchServer(modern, big), Options{})
		b.SetBytes(int64(len(big)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.Request(b.Context(), call); err != nil {
				b.Fatal(err)
			}
		}
	})
}
