package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
)

// A wire carries what the server sends to its client.
type wire interface {
	// message sends one message.
	message(json string)
	// bytes sends bytes as they are.
	bytes(b string)
	// closed ends the output while the server stays.
	closed()
}

// stdio serves on stdin and stdout until stdin ends.
func (s *server) stdio() {
	w := &stdoutWire{s: s}
	s.begin(w)
	p := &peer{server: s, waiting: map[string]func(message){}}
	for in := bufio.NewReaderSize(os.Stdin, 1<<16); ; {
		line, err := in.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) > 0 {
			var m message
			if bad := json.Unmarshal(line, &m); bad != nil {
				w.message(`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error"}}`)
			} else {
				p.receive(m, w)
			}
		}
		if p.deaf {
			select {}
		}
		if err != nil {
			break
		}
	}
	s.end()
}

// stdoutWire is safe for several goroutines.
type stdoutWire struct {
	s     *server
	mu    sync.Mutex
	count int
}

func (w *stdoutWire) bytes(b string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := os.Stdout.WriteString(b); err != nil {
		fmt.Fprintln(os.Stderr, "write:", err)
	}
}

func (w *stdoutWire) message(m string) {
	end := "\n"
	if w.s.modes["crlf"] {
		end = "\r\n"
	}
	if w.s.modes["chatter"] {
		w.mu.Lock()
		w.count++
		odd := w.count%2 == 1
		w.mu.Unlock()
		if odd {
			m = "INFO handling a request {\"took\": 3}\n\n" + m
		} else {
			m = "DEBUG [cache] hit " + m
		}
	}
	if w.s.modes["chatter-tail"] {
		m += " INFO sent"
	}
	if w.s.modes["batch"] {
		m = "[" + m + "]"
	}
	w.bytes(m + end)
}

func (w *stdoutWire) closed() { _ = os.Stdout.Close() }
