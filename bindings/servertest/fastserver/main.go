// Command fastserver is a server that costs next to nothing: what a
// measurement against it shows is the client. It reads JSON by hand, speaks
// 2026-07-28 and the revisions before it, over stdio or (-http ADDR) streamable
// HTTP, and has four tools: echo {message}, bytes {n}, whose text is n bytes
// long, records {n}, whose structured content is n objects of about 100 bytes,
// and progress {n}, which reports n times before it answers.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"strconv"
	"sync"
)

const (
	initialized = `,"capabilities":{"tools":{}},"serverInfo":{"name":"fastserver","version":"1.0.0"}}`
	discovered  = `{"resultType":"complete","supportedVersions":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],"capabilities":{"tools":{}},"ttlMs":0,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"fastserver","version":"1.0.0"}}}`
	listed      = `{"resultType":"complete","ttlMs":0,"cacheScope":"public","tools":[` +
		`{"name":"echo","inputSchema":{"type":"object","properties":{"message":{"type":"string"}},"required":["message"]}},` +
		`{"name":"bytes","inputSchema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}},` +
		`{"name":"records","inputSchema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}},` +
		`{"name":"progress","inputSchema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}}]}`
)

func main() {
	addr := flag.String("http", "", "serve streamable HTTP at this address")
	flag.Parse()
	if *addr != "" {
		serve(*addr)
		return
	}
	in, out := bufio.NewReaderSize(os.Stdin, 1<<16), bufio.NewWriterSize(os.Stdout, 1<<16)
	var long []byte
	for {
		line, err := in.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			long = append(long, line...)
			continue
		}
		if len(long) > 0 {
			line = append(long, line...)
			long = long[:0]
		}
		answer(line, func(parts ...string) {
			for _, p := range parts {
				_, _ = out.WriteString(p)
			}
			_ = out.WriteByte('\n')
		})
		if in.Buffered() == 0 || err != nil {
			if out.Flush() != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// answer emits the messages that answer one message, each given in pieces.
func answer(msg []byte, emit func(parts ...string)) {
	var id, method, params []byte
	fields(msg, func(key, value []byte) {
		switch string(key) {
		case "id":
			id = value
		case "method":
			method = value
		case "params":
			params = value
		}
	})
	if id == nil || method == nil {
		return
	}
	result := func(parts ...string) {
		emit(append(append([]string{`{"jsonrpc":"2.0","id":`, string(id), `,"result":`}, parts...), `}`)...)
	}
	fail := func(code, message string) {
		emit(`{"jsonrpc":"2.0","id":`, string(id), `,"error":{"code":`, code, `,"message":"`, message, `"}}`)
	}
	switch string(method) {
	case `"tools/call"`:
		call(params, emit, result, fail)
	case `"server/discover"`:
		result(discovered)
	case `"initialize"`:
		version := field(params, "protocolVersion")
		if version == nil || string(version) > `"2025-11-25"` {
			version = []byte(`"2025-11-25"`)
		}
		result(`{"protocolVersion":`, string(version), initialized)
	case `"tools/list"`:
		result(listed)
	case `"ping"`:
		result(`{}`)
	default:
		fail("-32601", "method not found")
	}
}

const (
	textBefore = `{"resultType":"complete","content":[{"type":"text","text":"`
	textAfter  = `"}]}`

	recordsBefore = `{"resultType":"complete","content":[],"structuredContent":{"records":[`
)

func call(params []byte, emit, result func(...string), fail func(code, message string)) {
	var name, args, meta []byte
	fields(params, func(key, value []byte) {
		switch string(key) {
		case "name":
			name = value
		case "arguments":
			args = value
		case "_meta":
			meta = value
		}
	})
	if string(name) == `"echo"` {
		message := field(args, "message")
		if len(message) < 2 || message[0] != '"' {
			fail("-32602", "message must be a string")
			return
		}
		result(textBefore, string(message[1:len(message)-1]), textAfter)
		return
	}
	n, err := strconv.Atoi(string(field(args, "n")))
	if err != nil || n < 0 || n > 1<<30 {
		fail("-32602", "n must be an integer from 0 to 2^30")
		return
	}
	switch string(name) {
	case `"bytes"`:
		result(textBefore, text(n), textAfter)
	case `"records"`:
		result(recordsBefore, records(n), `]}}`)
	case `"progress"`:
		total := strconv.Itoa(n)
		if token := field(meta, "progressToken"); token != nil {
			for i := 1; i <= n; i++ {
				emit(`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":`, string(token),
					`,"progress":`, strconv.Itoa(i), `,"total":`, total, `}}`)
			}
		}
		result(textBefore, total, textAfter)
	default:
		fail("-32602", "unknown tool")
	}
}

var block = string(bytes.Repeat([]byte("x"), 1<<20))

func text(n int) string {
	if n <= len(block) {
		return block[:n]
	}
	return string(bytes.Repeat([]byte("x"), n))
}

var lastRecords struct {
	sync.Mutex
	n    int
	text string
}

// records are n objects; those asked for last are kept.
func records(n int) string {
	lastRecords.Lock()
	defer lastRecords.Unlock()
	if n != lastRecords.n {
		var b bytes.Buffer
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"id":%d,"name":"record %d","price":%d.25,"tags":["red","green"],"open":%t,"note":"as it was said"}`, i, i, i%97, i%3 == 0)
		}
		lastRecords.n, lastRecords.text = n, b.String()
	}
	return lastRecords.text
}
