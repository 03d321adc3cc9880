package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

const (
	// maxBody is how long one message may be, in bytes.
	maxBody = 64 << 20
	// headDelay is how long a call may go on before its answer becomes a stream.
	headDelay = 2 * time.Second
	// keepAlive is how often a silent stream shows that it lives.
	keepAlive = 15 * time.Second
	// sessionLimit is how long a session that nobody uses is kept.
	sessionLimit = time.Hour
)

// HTTP serves a Server over streamable HTTP in every revision: sessions for
// those with a handshake (2025-11-25, basic/transports), and each request for
// itself from 2026-07-28 on (basic/transports/streamable-http). Streams are not
// resumable.
type HTTP struct {
	Server *Server
	// Origins are the web origins ("https://app.example") whose pages may talk
	// to the server besides those of this machine; "*" allows all.
	Origins []string
	// Local tells that the server is meant for this machine: requests for
	// another host name are refused, as they come of DNS rebinding.
	Local bool

	mu       sync.Mutex
	sessions map[string]*httpSession
}

type httpSession struct {
	*Session
	out       *outbox // what belongs to no request
	own       *feed   // of that
	streaming bool    // a GET reads it
	active    int     // requests being answered

	feeding sync.Mutex
	feeds   map[string]*feed // of streams that answer requests, by name
	streams int              // made so far
}

// ServeHTTP serves the MCP endpoint.
func (h *HTTP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := h.admit(w, r); err != nil {
		refuse(w, http.StatusForbidden, nil, err)
		return
	}
	switch r.Method {
	case http.MethodPost:
		h.post(w, r)
	case http.MethodGet:
		h.get(w, r)
	case http.MethodDelete:
		h.delete(w, r)
	case http.MethodOptions:
		w.Header().Set("Access-Control-Allow-Methods", "POST, GET, DELETE")
		w.Header().Set("Access-Control-Allow-Headers", cmp.Or(r.Header.Get("Access-Control-Request-Headers"), "*"))
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Allow", "POST, GET, DELETE, OPTIONS")
		refuse(w, http.StatusMethodNotAllowed, nil, errorf(CodeInvalidRequest, "MCP is spoken by POST"))
	}
}

// admit refuses web pages that have no business here, and says to browsers
// which have.
func (h *HTTP) admit(w http.ResponseWriter, r *http.Request) *Error {
	if h.Local && !isLocal(r.Host) {
		return errorf(CodeInvalidRequest, "this server answers requests for localhost, not for %q", r.Host)
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	u, err := url.Parse(origin)
	if !slices.Contains(h.Origins, "*") && !slices.Contains(h.Origins, origin) &&
		(err != nil || u.Host == "" || !isLocal(u.Host)) {
		return errorf(CodeInvalidRequest, "pages of the origin %q may not use this server", origin)
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Access-Control-Expose-Headers", mcp.HeaderSessionID)
	w.Header().Add("Vary", "Origin")
	return nil
}

func isLocal(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// refuse answers with an error that no handler gave.
func refuse(w http.ResponseWriter, status int, id json.RawMessage, e *Error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(errorMessage(id, e).data)
}

func (h *HTTP) post(w http.ResponseWriter, r *http.Request) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, nil, errorf(CodeInvalidRequest, "the Content-Type must be application/json"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			refuse(w, http.StatusRequestEntityTooLarge, nil, errorf(CodeInvalidRequest, "the message is longer than %d bytes", long.Limit))
		}
		return
	}
	var m incoming
	var meta requestMeta
	if json.Unmarshal(body, &m) == nil { // if not, receive says what is wrong
		_, meta = metaOf(m.Params)
	}
	version := r.Header.Get(mcp.HeaderProtocolVersion)
	if meta.Version != "" || mcp.IsModernProtocol(version) {
		h.single(w, r, body, &m, meta)
		return
	}
	if version != "" && !slices.Contains(h.Server.opts.Versions, version) {
		refuse(w, http.StatusBadRequest, m.ID, h.Server.unsupported(version))
		return
	}
	var s *httpSession
	if m.Method != nil && *m.Method == "initialize" {
		if s, err = h.begin(); err != nil {
			refuse(w, http.StatusServiceUnavailable, m.ID, asError(err))
			return
		}
		w.Header().Set(mcp.HeaderSessionID, s.id)
	} else if s = h.session(w, r, m.ID); s == nil {
		return
	}
	h.use(s, 1)
	defer h.use(s, -1)
	// A client that goes away may come back for the session: only it, or the
	// end of the session, cancels a call.
	h.exchange(w, r, s.Session, s.ctx, body, s.feedOf)
}

// single answers a request that stands alone.
func (h *HTTP) single(w http.ResponseWriter, r *http.Request, body []byte, m *incoming, meta requestMeta) {
	if m.isRequest() {
		if e := h.checkHeaders(r.Header, m, meta); e != nil {
			refuse(w, http.StatusBadRequest, m.ID, e)
			return
		}
	}
	s, err := h.Server.open(r.Context(), func(outgoing) {})
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, m.ID, asError(err))
		return
	}
	s.single = true
	defer s.end(errCancelled)
	h.exchange(w, r, s, r.Context(), body, func(out *outbox) *feed { return &feed{out: out} })
}

// checkHeaders compares the headers with what they mirror.
func (h *HTTP) checkHeaders(header http.Header, m *incoming, meta requestMeta) *Error {
	mismatch := func(name, is, want string) *Error {
		if is == "" {
			return errorf(CodeHeaderMismatch, "the header %s is missing; it must be %q, as in the body", name, want)
		}
		return errorf(CodeHeaderMismatch, "the header %s is %q, but the body says %q", name, is, want)
	}
	if is := header.Get(mcp.HeaderProtocolVersion); is != meta.Version {
		if meta.Version == "" {
			return errorf(CodeInvalidParams, "params._meta lacks %q, which every request of %s has", mcp.MetaKeyProtocolVersion, is)
		}
		return mismatch(mcp.HeaderProtocolVersion, is, meta.Version)
	}
	if !slices.Contains(h.Server.opts.Versions, meta.Version) {
		return h.Server.unsupported(meta.Version)
	}
	if is := header.Get(mcp.HeaderMethod); is != *m.Method {
		return mismatch(mcp.HeaderMethod, is, *m.Method)
	}
	want, named := mcp.ExtractHeaderName(mcp.MCPMethod(*m.Method), m.Params)
	if !named {
		return nil
	}
	if is, ok := mcp.DecodeHeaderValue(header.Get(mcp.HeaderName)); !ok || is != want {
		return mismatch(mcp.HeaderName, header.Get(mcp.HeaderName), want)
	}
	if *m.Method != "tools/call" {
		return nil
	}
	tool := h.Server.feature(Tools, want)
	if tool == nil || !bytes.Contains(tool.Definition, []byte("x-mcp-header")) {
		return nil
	}
	var def struct{ InputSchema json.RawMessage }
	json.Unmarshal(tool.Definition, &def)
	for name, want := range mcp.GenerateParamHeaders(&mcp.Tool{Name: tool.Name, RawInputSchema: def.InputSchema}, m.Params) {
		is, ok := mcp.DecodeHeaderValue(header.Get(name))
		plain, _ := mcp.DecodeHeaderValue(want)
		if !ok || is != plain {
			return mismatch(name, header.Get(name), plain)
		}
	}
	return nil
}

// exchange answers what was posted: with one JSON object where that is all
// there is, else with a stream.
func (h *HTTP) exchange(w http.ResponseWriter, r *http.Request, s *Session, ctx context.Context, body []byte, feedOf func(*outbox) *feed) {
	ob := newOutbox()
	if !s.receive(ctx, body, ob.put) {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	head := time.NewTimer(headDelay)
	defer head.Stop()
	select {
	case <-ob.wake:
	case <-head.C:
	case <-r.Context().Done():
		return
	}
	if m, ok := ob.only(); ok && m.final {
		if m.data == nil { // cancelled: there is no answer
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if m.status != 0 {
			w.WriteHeader(m.status)
		}
		w.Write(m.data)
		return
	}
	stream(w, r, s, feedOf(ob), 0, time.Second)
}

// stream sends the messages of a feed that follow the first n as events until
// one is final, the client goes away or reads the feed elsewhere, or the session
// ends: then what comes within the last moment is sent.
func stream(w http.ResponseWriter, r *http.Request, s *Session, f *feed, n int, moment time.Duration) {
	ctx, leave := f.read(r.Context())
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache, no-transform")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	f.prime(w, s, n)
	out := http.NewResponseController(w)
	alive := time.NewTicker(keepAlive)
	defer alive.Stop()
	for over := false; ; {
		batch, err := f.keep(n)
		for _, m := range batch {
			n++
			f.write(w, m, n)
			over = over || m.final
		}
		if out.Flush() != nil || err != nil {
			return
		}
		if over {
			f.delivered()
			return
		}
		select {
		case <-f.out.wake:
		case <-alive.C:
			io.WriteString(w, ": alive\n\n")
		case <-ctx.Done():
			f.out.knock() // for who reads it now
			return
		case <-s.ctx.Done():
			last := time.NewTimer(moment)
			defer last.Stop()
			select {
			case <-f.out.wake:
			case <-last.C:
			}
			over = true
		}
	}
}

// get opens the stream of what belongs to no request (revisions with sessions).
func (h *HTTP) get(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get(mcp.HeaderSessionID) == "" {
		w.Header().Set("Allow", "POST")
		refuse(w, http.StatusMethodNotAllowed, nil, errorf(CodeInvalidRequest, "there is no stream without a session; MCP is spoken by POST"))
		return
	}
	s := h.session(w, r, nil)
	if s == nil {
		return
	}
	if !strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		refuse(w, http.StatusNotAcceptable, nil, errorf(CodeInvalidRequest, "the Accept header must allow text/event-stream"))
		return
	}
	if id := r.Header.Get("Last-Event-Id"); id != "" {
		f, n, err := s.resumed(id)
		if err != nil {
			refuse(w, http.StatusBadRequest, nil, err)
			return
		}
		h.use(s, 1)
		defer h.use(s, -1)
		stream(w, r, s.Session, f, n, 0)
		return
	}
	h.mu.Lock()
	busy := s.streaming
	s.streaming = true
	h.mu.Unlock()
	if busy {
		refuse(w, http.StatusConflict, nil, errorf(CodeInvalidRequest, "the session has this stream open already"))
		return
	}
	h.use(s, 1)
	defer func() {
		h.mu.Lock()
		s.streaming = false
		h.mu.Unlock()
		h.use(s, -1)
	}()
	stream(w, r, s.Session, s.own, s.own.sent(), 0)
}

func (h *HTTP) delete(w http.ResponseWriter, r *http.Request) {
	if s := h.session(w, r, nil); s != nil {
		h.drop(s)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (h *HTTP) drop(s *httpSession) {
	h.mu.Lock()
	delete(h.sessions, s.id)
	h.mu.Unlock()
	s.end(errors.New("the client ended the session"))
}

// begin makes a session, and ends those that nobody has used for long.
func (h *HTTP) begin() (*httpSession, error) {
	s := &httpSession{out: newOutbox()}
	s.own = &feed{out: s.out, name: "own"}
	var err error
	if s.Session, err = h.Server.open(context.Background(), s.out.put); err != nil {
		return nil, err
	}
	s.id = rand.Text()
	s.seen.Store(time.Now().UnixNano())
	var stale []*httpSession
	h.mu.Lock()
	if h.sessions == nil {
		h.sessions = map[string]*httpSession{}
	}
	for _, old := range h.sessions {
		if old.active == 0 && time.Since(time.Unix(0, old.seen.Load())) > sessionLimit {
			stale = append(stale, old)
		}
	}
	h.sessions[s.id] = s
	h.mu.Unlock()
	for _, old := range stale {
		h.drop(old)
	}
	return s, nil
}

// session gives the session that a request names, or answers it.
func (h *HTTP) session(w http.ResponseWriter, r *http.Request, id json.RawMessage) *httpSession {
	name := r.Header.Get(mcp.HeaderSessionID)
	if name == "" {
		refuse(w, http.StatusBadRequest, id, errorf(CodeInvalidRequest,
			"the header %s is missing: shake hands with initialize first, or speak revision 2026-07-28", mcp.HeaderSessionID))
		return nil
	}
	h.mu.Lock()
	s := h.sessions[name]
	h.mu.Unlock()
	if s == nil {
		refuse(w, http.StatusNotFound, id, errorf(CodeInvalidRequest, "the session is unknown or has ended; begin another with initialize"))
	}
	return s
}

func (h *HTTP) use(s *httpSession, n int) {
	h.mu.Lock()
	s.active += n
	h.mu.Unlock()
	s.seen.Store(time.Now().UnixNano())
}

// Listen opens addr ("host:port"; without a host only this machine can reach
// it, port 0 takes a free one) and serves HTTP there until ctx ends. ready gets
// the URL of the endpoint, whose path is /mcp.
func (h *HTTP) Listen(ctx context.Context, addr string, ready func(url string)) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil && !strings.Contains(addr, ":") {
		host, port, err = "", addr, nil // the port alone
	}
	if err != nil {
		return fmt.Errorf("serve HTTP at %q: %w", addr, err)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(cmp.Or(host, "127.0.0.1"), port))
	if err != nil {
		return fmt.Errorf("serve HTTP at %q: %w", addr, err)
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); ok {
		h.Local = h.Local || tcp.IP.IsLoopback()
		if tcp.IP.IsLoopback() || tcp.IP.IsUnspecified() {
			host = "localhost"
			if tcp.IP.To4() != nil {
				host = "127.0.0.1"
			}
		}
		port = fmt.Sprint(tcp.Port)
	}
	requests, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	mux := http.NewServeMux()
	mux.Handle("/mcp", h)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, nil, errorf(CodeInvalidRequest, "there is nothing here; the MCP endpoint is /mcp"))
	})
	web := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
	ready("http://" + net.JoinHostPort(host, port) + "/mcp")
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve HTTP at %q: %w", addr, err)
	case <-ctx.Done():
	}
	h.mu.Lock()
	open := h.sessions
	h.sessions = nil
	h.mu.Unlock()
	for _, s := range open {
		s.end(ErrClosed)
	}
	end() // streams don't end by themselves
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if web.Shutdown(grace) != nil {
		web.Close()
	}
	<-ended
	return context.Cause(ctx)
}
