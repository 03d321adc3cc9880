package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
)

// serve serves HTTP. net/http's server takes three times the processor time for a
// request: it reads on, while the answer is being made, in case the client goes
// away, and with each wait Go's scheduler goes to sleep and is woken.
func serve(addr string) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on http://%s/mcp", l.Addr())
	for {
		c, err := l.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			c, err := blocking(c.(*net.TCPConn))
			if err != nil {
				log.Fatal(err)
			}
			defer c.Close()
			w := &writer{out: bufio.NewWriterSize(c, 1<<16)}
			for in := bufio.NewReaderSize(c, 1<<16); w.exchange(in) == nil; {
			}
		}()
	}
}

// writer answers the requests of one connection.
type writer struct {
	out    *bufio.Writer
	held   []byte // a message, until it is known whether others follow
	stream bool
}

// exchange answers a request: in JSON, or with an event stream as soon as there
// are two messages to send.
func (w *writer) exchange(in *bufio.Reader) error {
	r, err := http.ReadRequest(in)
	if err != nil {
		return err
	}
	if r.Method != http.MethodPost {
		_, _ = w.out.WriteString("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
		return w.end(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	w.held, w.stream = w.held[:0], false
	answer(body, w.message)
	switch {
	case w.stream:
		w.event()
		_, _ = w.out.WriteString("0\r\n\r\n")
	case len(w.held) == 0:
		_, _ = w.out.WriteString("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
	default:
		_, _ = w.out.WriteString("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ")
		_, _ = w.out.WriteString(strconv.Itoa(len(w.held)))
		_, _ = w.out.WriteString("\r\n\r\n")
		_, _ = w.out.Write(w.held)
	}
	return w.end(r)
}

// message takes a message that answers the request.
func (w *writer) message(parts ...string) {
	if len(w.held) > 0 {
		if !w.stream {
			w.stream = true
			_, _ = w.out.WriteString("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
		}
		w.event()
		_ = w.out.Flush()
	}
	w.held = w.held[:0]
	for _, p := range parts {
		w.held = append(w.held, p...)
	}
}

// event sends the message that was held back, as a chunk of its own.
func (w *writer) event() {
	fmt.Fprintf(w.out, "%x\r\ndata: %s\n\n\r\n", len("data: \n\n")+len(w.held), w.held)
}

// end sends what is left of an answer, and ends the connection if that was asked.
func (w *writer) end(r *http.Request) error {
	if err := w.out.Flush(); err != nil {
		return err
	}
	if r.Close {
		return io.EOF
	}
	return nil
}
