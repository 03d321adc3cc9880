package server_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// At the end of input what asks the client fails and subscriptions end at once;
// what only waits is stopped after a while.
func TestEndOfInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := dial(t, newServer(t))
		w.send(greeting)
		w.next()
		w.send(`{"jsonrpc":"2.0","id":"ask","method":"tools/call","params":{"name":"ask"}}`)
		w.expect("elicitation/create")
		w.send(request(1, "subscriptions/listen", `"notifications":{"toolsListChanged":true}`))
		w.expect("acknowledged")
		w.send(`{"jsonrpc":"2.0","id":"wait","method":"tools/call","params":{"name":"wait"}}`)
		start := time.Now()
		w.in.Close()
		both := w.next() + w.next()
		w.says(both, `"id":"ask","error"`, "the client has closed its end", `"id":1,"result"`)
		if took := time.Since(start); took > 0 {
			t.Errorf("after %v", took)
		}
		if err := <-w.end; err != nil || time.Since(start) != 5*time.Second {
			t.Errorf("ended after %v: %v", time.Since(start), err)
		}
	})
}

// A client that doesn't read holds nothing up when the context ends, and one
// that can't be written to ends the connection.
func TestClientThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		ctx, cancel := context.WithCancel(t.Context())
		inR, inW := io.Pipe()
		outR, outW := io.Pipe()
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(ctx, inR, outW) }()
		for range 5 {
			io.WriteString(inW, greeting+"\n")
		}
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		inR.Close()
		outR.Close()

		inR, inW = io.Pipe()
		go func() { ended <- s.Serve(t.Context(), inR, outW) }()
		io.WriteString(inW, greeting+"\n")
		if err := <-ended; !errors.Is(err, io.ErrClosedPipe) {
			t.Error(err)
		}
		inR.Close()
	})
}
