package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// hub serves HTTP. Legacy clients have a session, modern ones don't.
type hub struct {
	*server
	mu       sync.Mutex
	sessions map[string]*peer
}

func (s *server) serve(addr string) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on http://%s/mcp", l.Addr())
	h := &hub{server: s, sessions: map[string]*peer{}}
	log.Fatal(http.Serve(l, h))
}

const sessionHeader = "Mcp-Session-Id"

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := r.Header.Get(sessionHeader)
	switch r.Method {
	case http.MethodPost:
	case http.MethodDelete:
		h.forget(id)
		return
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		http.Error(w, "parse error", http.StatusBadRequest)
		return
	}
	if m.ID != nil && h.showHTTP(w, r, m, id) {
		return
	}

	p := &peer{server: h.server, waiting: map[string]func(message){}}
	h.mu.Lock()
	known, ok := h.sessions[id]
	h.mu.Unlock()
	switch {
	case m.Method == "initialize":
		id := rand.Text()
		h.mu.Lock()
		h.sessions[id] = p
		h.mu.Unlock()
		w.Header().Set(sessionHeader, id)
	case ok:
		p = known
	case id != "":
		http.Error(w, "session not found", http.StatusNotFound)
		return
	}
	if m.ID == nil || m.Method == "" {
		p.receive(m, nil)
		w.WriteHeader(http.StatusAccepted)
		return
	}
	out := &httpWire{w: w, done: make(chan struct{}), id: string(m.ID)}
	p.receive(m, out)
	select { // a late answer comes from elsewhere; the stream is the call's
	case <-out.done:
	case <-r.Context().Done():
	}
	out.mu.Lock()
	out.w = nil
	out.mu.Unlock()
}

func (h *hub) forget(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sessions, id)
}

// httpWire sends messages as events. Its stream ends with the call's answer.
type httpWire struct {
	mu   sync.Mutex
	w    http.ResponseWriter
	id   string
	sent bool
	once sync.Once
	done chan struct{}
}

func (w *httpWire) message(m string) {
	w.bytes("event: message\ndata: " + m + "\n\n")
	var is message
	if json.Unmarshal([]byte(m), &is) != nil || is.Method == "" {
		w.closed()
	}
}

func (w *httpWire) bytes(b string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.w == nil {
		return
	}
	if !w.sent {
		w.sent = true
		w.w.Header().Set("Content-Type", "text/event-stream")
	}
	_, _ = io.WriteString(w.w, b)
	_ = http.NewResponseController(w.w).Flush()
}

func (w *httpWire) closed() { w.once.Do(func() { close(w.done) }) }

// showHTTP shows the habits that only HTTP has, at the marked place.
func (h *hub) showHTTP(w http.ResponseWriter, r *http.Request, m message, session string) bool {
	c := &call{peer: &peer{server: h.server}, message: m}
	var params struct{ Name string }
	if m.Method == "tools/call" {
		_ = json.Unmarshal(m.Params, &params)
		c.name = params.Name
	}
	if !h.marked(c) {
		return false
	}
	event := func(s string) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, s)
		_ = http.NewResponseController(w).Flush()
	}
	for name := range h.modes {
		if habit, ok := httpHabits[name]; ok {
			habit.show(&exchange{w: w, r: r, call: c, hub: h, session: session, event: event})
			return true
		}
	}
	return false
}

// An exchange is one HTTP request that is about to be mistreated.
type exchange struct {
	*call
	hub     *hub
	w       http.ResponseWriter
	r       *http.Request
	session string
	event   func(string)
}

func (x *exchange) page(status int, kind, body string) {
	x.w.Header().Set("Content-Type", kind)
	x.w.WriteHeader(status)
	_, _ = io.WriteString(x.w, body)
}

const sorry = "<!DOCTYPE html>\n<html><head><title>Oops</title></head><body><h1>Something broke</h1></body></html>\n"

// An httpHabit is a mode that only HTTP has, shown instead of the answer.
type httpHabit struct {
	what string
	show func(*exchange)
}

var httpHabits = map[string]httpHabit{
	"http-500": {"HTTP: answers 500 with a page in HTML", func(x *exchange) { x.page(500, "text/html", sorry) }},
	"http-503": {"HTTP: answers 503 with Retry-After", func(x *exchange) { x.w.Header().Set("Retry-After", "1"); x.page(503, "text/plain", "try later\n") }},
	"http-429": {"HTTP: answers 429 with Retry-After and JSON that isn't JSON-RPC", func(x *exchange) {
		x.w.Header().Set("Retry-After", "1")
		x.page(429, "application/json", `{"error":"rate limit"}`)
	}},
	"http-403": {"HTTP: answers 403 with JSON that isn't JSON-RPC", func(x *exchange) { x.page(403, "application/json", `{"error":"forbidden"}`) }},
	"http-401": {"HTTP: answers 401 with WWW-Authenticate", func(x *exchange) {
		x.w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer error="invalid_token", resource_metadata="http://%s/.well-known/oauth-protected-resource"`, x.r.Host))
		x.page(401, "application/json", `{"error":"invalid_token"}`)
	}},
	"http-404": {"HTTP: forgets the session and answers 404", func(x *exchange) {
		x.hub.forget(x.session)
		x.page(404, "text/plain", "session not found\n")
	}},
	"http-redirect": {"HTTP: redirects to itself for ever", func(x *exchange) { http.Redirect(x.w, x.r, x.r.URL.Path, http.StatusTemporaryRedirect) }},
	"wrong-type":    {"HTTP: answers 200 with a page in HTML", func(x *exchange) { x.page(200, "text/html", sorry) }},
	"no-body":       {"HTTP: answers 200 with an empty body", func(x *exchange) { x.page(200, "application/json", "") }},
	"accepted":      {"HTTP: answers a request with 202 and nothing", func(x *exchange) { x.w.WriteHeader(http.StatusAccepted) }},
	"json-cut": {"HTTP: cuts the connection in the middle of the JSON", func(x *exchange) {
		a, _ := half(x.line(textResult(strings.Repeat("x", 1000))))
		x.page(200, "application/json", a)
		_ = http.NewResponseController(x.w).Flush()
		panic(http.ErrAbortHandler)
	}},
	"sse-cut": {"HTTP: cuts the connection in the middle of an event", func(x *exchange) {
		a, _ := half(x.line(textResult("cut")))
		x.event(": here it comes\n\ndata: " + a)
		panic(http.ErrAbortHandler)
	}},
	"sse-no-reply": {"HTTP: ends the event stream without an answer", func(x *exchange) { x.event(": nothing to say\n\n") }},
	"sse-endless": {"HTTP: sends comments for ever and no answer", func(x *exchange) {
		for ticks := time.NewTicker(20 * time.Millisecond); ; {
			x.event(": still here\n\n")
			select {
			case <-ticks.C:
			case <-x.r.Context().Done():
				return
			}
		}
	}},
	"slow-headers": {"HTTP: sends nothing for -delay, then answers", func(x *exchange) {
		select {
		case <-time.After(x.delay):
			x.page(200, "application/json", x.line(textResult("slow")))
		case <-x.r.Context().Done():
		}
	}},
}
