//go:build !windows

package demo_test

import (
	"syscall"
	"testing"
)

func TestTerminateEndsCalls(t *testing.T) {
	w := start(t)
	w.send("%s", hello)
	w.read()
	w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","arguments":{"ms":3600000}}}`)
	w.send(`{"jsonrpc":"2.0","id":2,"method":"ping"}`)
	w.read()
	if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Wait(); err != nil {
		t.Error(err)
	}
}
