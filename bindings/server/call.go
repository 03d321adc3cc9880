package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// A Call is one execution of a handler. It may outlive the request that began
// it: from 2026-07-28 on, a handler that asks the client for something is
// parked while the request is answered with what it asks for, and goes on when
// the client sends the request again with the answers.
type Call struct {
	Server  *Server
	Session *Session
	ID      json.RawMessage // of the first request
	Method  string
	Params  json.RawMessage
	Meta    json.RawMessage // params._meta, nil where absent
	Version string          // the revision; "" before the handshake

	ClientInfo         json.RawMessage
	ClientCapabilities json.RawMessage

	// Feature is what is called, nil for methods of the server's user.
	Feature *Feature
	// Arguments are those of a tool (checked, with defaults) or of a prompt.
	Arguments json.RawMessage
	// URI and Variables are those of the resource that is read.
	URI       string
	Variables []Variable
	// Argument and Known are what is to be completed: the text typed so far,
	// and the other arguments' values, as an object.
	Argument string
	Known    json.RawMessage

	alive  context.Context // ends if the call is cancelled
	cancel context.CancelCauseFunc
	ctx    context.Context // ends with the call
	over   context.CancelCauseFunc
	result json.RawMessage // once finished
	err    error

	task *task // what it runs as, nil for most

	mu       sync.Mutex
	link     *link // the request that waits; nil while the call is parked or over
	asks     []*ask
	asked    int
	keys     map[string]bool // of a task's questions so far
	finished bool
}

// A link is the request that waits for a call.
type link struct {
	send  sink
	token json.RawMessage
	level string                       // from which log messages are wanted; "" for none
	done  func(json.RawMessage, error) // takes the outcome, once
}

// An ask is one thing that the client is asked for.
type ask struct {
	key    string
	method string
	params json.RawMessage
	reply  func(json.RawMessage, error)
}

// Context ends when the client cancels the call or its connection ends, with
// the cause. It does not end with a call that comes to its end.
func (c *Call) Context() context.Context { return c.alive }

var errOver = errors.New("the call is over, so its client can't be asked any more")

// Modern tells whether the revision is one in which requests stand alone.
func (c *Call) Modern() bool { return mcp.IsModernProtocol(c.Version) }

// start runs a handler for the request that l is.
func (c *Call) start(h Handler) {
	h(c, func(result json.RawMessage, err error) {
		c.mu.Lock()
		if c.finished {
			c.mu.Unlock()
			return
		}
		c.finished, c.result, c.err = true, result, err
		l := c.link
		c.link = nil
		c.mu.Unlock()
		c.over(errOver)
		if l != nil {
			l.done(result, err)
		}
	})
}

// attach lets a request wait for the call; when ctx ends, so does the call.
func (c *Call) attach(ctx context.Context, l *link) {
	c.mu.Lock()
	if c.finished {
		c.mu.Unlock()
		l.done(c.result, c.err)
		return
	}
	c.link = l
	c.mu.Unlock()
	context.AfterFunc(ctx, func() {
		c.mu.Lock()
		waits := c.link == l
		if waits {
			c.link = nil
		}
		c.mu.Unlock()
		if waits {
			c.cancel(context.Cause(ctx))
			l.done(nil, context.Cause(ctx))
		}
	})
}

// Progress tells a client that asked for it how far the call is; params are
// the members of the notification but the token.
func (c *Call) Progress(params json.RawMessage) {
	if c.task != nil && c.Modern() {
		c.task.describe(params)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link != nil && !isNull(c.link.token) {
		c.link.send(notificationMessage("notifications/progress", withMembers(c.related(params), "progressToken", c.link.token)))
	}
}

// Log sends a log message to a client that wants that level.
func (c *Call) Log(level string, params json.RawMessage) error {
	at := slices.Index(levels, level)
	if at < 0 {
		return fmt.Errorf("there is no log level %q; there are %s", level, strings.Join(levels, ", "))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link != nil && c.link.level != "" && at >= slices.Index(levels, c.link.level) {
		c.link.send(notificationMessage("notifications/message", withMembers(c.related(params), "level", quote(level))))
	}
	return nil
}

// Notify sends a notification that belongs to the call.
func (c *Call) Notify(method string, params json.RawMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link != nil {
		c.link.send(notificationMessage(method, c.related(params)))
	}
}

// capabilityOf is what a client must have declared to be asked, by method.
var capabilityOf = map[string]string{
	"elicitation/create":     "elicitation",
	"sampling/createMessage": "sampling",
	"roots/list":             "roots",
}

// Require gives the error for a client that has not declared that it can be
// asked for something, nil if it can. The path names a capability and what is
// within it: "elicitation", "url".
func (c *Call) Require(path ...string) error {
	raw := c.ClientCapabilities
	for _, name := range path {
		var o map[string]json.RawMessage
		json.Unmarshal(raw, &o)
		if raw = o[name]; isNull(raw) {
			wanted := json.RawMessage("{}")
			for _, name := range slices.Backward(path) {
				wanted = object(name, wanted)
			}
			code := CodeInvalidRequest
			if c.Modern() {
				code = CodeMissingCapability
			}
			return &Error{Code: code, Data: object("requiredCapabilities", wanted),
				Message: fmt.Sprintf("the client has not declared the capability %s, so it can't be asked", strings.Join(path, "."))}
		}
	}
	return nil
}

// Ask asks the client for something and gives its answer to reply, once, from
// any goroutine; the error is an *Error where the client answered with one. In
// revisions before 2026-07-28 that is a request; from then on, Flush must
// follow, so that what is asked at one time travels together, and key is the
// name that it has there; "" makes one.
func (c *Call) Ask(method, key string, params json.RawMessage, reply func(json.RawMessage, error)) error {
	if name := capabilityOf[method]; name != "" {
		if err := c.Require(name); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.finished || c.ctx.Err() != nil || c.link == nil && !c.Modern() {
		return errOver
	}
	if !c.Modern() {
		send := c.link.send
		if c.task != nil {
			params, send, reply = c.task.asks(params, reply)
		}
		c.Session.ask(c.ctx, send, method, params, reply)
		return nil
	}
	if capabilityOf[method] == "" {
		return errorf(CodeInvalidRequest, "revision %s has no way to ask a client for %s", c.Version, method)
	}
	c.asked++
	if key == "" {
		key = fmt.Sprintf("%s-%d", capabilityOf[method], c.asked)
	}
	if c.task != nil { // whose keys are never used again
		if c.keys == nil {
			c.keys = map[string]bool{}
		}
		if c.keys[key] {
			key = fmt.Sprintf("%s-%d", key, c.asked)
		}
		c.keys[key] = true
	}
	if slices.ContainsFunc(c.asks, func(a *ask) bool { return a.key == key }) {
		return errorf(CodeInvalidRequest, "the key %q is that of another question of the call", key)
	}
	a := &ask{key: key, method: method, params: params}
	stop := context.AfterFunc(c.ctx, func() { c.settle(a, nil, context.Cause(c.ctx)) })
	a.reply = func(result json.RawMessage, err error) {
		if !stop() { // too late
			result, err = nil, context.Cause(c.ctx)
		}
		reply(result, err)
	}
	c.asks = append(c.asks, a)
	return nil
}

// Flush answers the request with what was asked, and puts the call aside until
// the client comes back with the answers.
func (c *Call) Flush() {
	c.mu.Lock()
	l := c.link
	if c.task != nil {
		asks := l != nil && len(c.asks) > 0
		c.mu.Unlock()
		if asks {
			c.task.flush()
		}
		return
	}
	if l == nil || len(c.asks) == 0 {
		c.mu.Unlock()
		return
	}
	c.link = nil
	state, err := c.Server.parked.add(c)
	asks := inputRequests(c.asks)
	c.mu.Unlock()
	if err != nil {
		c.cancel(err)
		l.done(nil, err)
		return
	}
	l.done(object("resultType", json.RawMessage(`"input_required"`),
		"inputRequests", asks, "requestState", quote(state)), nil)
}

func inputRequests(asks []*ask) json.RawMessage {
	var out []any
	for _, a := range asks {
		out = append(out, a.key, object("method", quote(a.method), "params", a.params))
	}
	return object(out...)
}

// settle answers one ask, if nobody did.
func (c *Call) settle(a *ask, result json.RawMessage, err error) {
	c.mu.Lock()
	i := slices.Index(c.asks, a)
	if i >= 0 {
		c.asks = slices.Delete(c.asks, i, i+1)
	}
	c.mu.Unlock()
	if i >= 0 {
		a.reply(result, err)
	}
}

// resume goes on with the call that the request c says it continues.
func (s *Server) resume(ctx context.Context, c *Call, state string, responses map[string]json.RawMessage) error {
	p, err := s.parked.take(state, c)
	if err != nil {
		return err
	}
	p.mu.Lock()
	asks := slices.Clone(p.asks)
	p.mu.Unlock()
	for _, a := range asks {
		if r, ok := responses[a.key]; ok {
			p.settle(a, r, nil)
		}
	}
	p.attach(ctx, c.link)
	p.Flush() // asks again for what is missing
	return nil
}

const (
	// parkLimit is how long a parked call waits for its client: people take
	// minutes to answer a question.
	parkLimit = 15 * time.Minute
	// maxParked bounds how many wait at a time.
	maxParked = 1000
)

var errExpired = errors.New("the client did not come back with the answers within " + parkLimit.String())

// parking keeps the calls that wait for their client's answers, by the
// requestState that it was given (2026-07-28, basic/patterns/mrtr): a random
// word that is good for one continuation of the same request.
type parking struct {
	mu   sync.Mutex
	lots map[string]*lot
}

type lot struct {
	call  *Call
	print [32]byte
	timer *time.Timer
}

// add parks a call.
func (p *parking) add(c *Call) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.lots) >= maxParked {
		return "", errorf(CodeInternal, "too many calls wait for their clients' answers; try again later")
	}
	if p.lots == nil {
		p.lots = map[string]*lot{}
	}
	state := rand.Text()
	l := &lot{call: c, print: fingerprint(c)}
	l.timer = time.AfterFunc(parkLimit, func() {
		p.cancel(func(other *Call) bool { return other == c }, errExpired)
	})
	p.lots[state] = l
	return state, nil
}

// take gives the call that is parked under state and is of the same request.
func (p *parking) take(state string, c *Call) (*Call, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lots[state]
	switch {
	case l == nil:
		return nil, errorf(CodeInvalidParams, "%s: requestState is unknown: it was used before, has expired, or is another server's", c.Method)
	case l.print != fingerprint(c):
		return nil, errorf(CodeInvalidParams, "%s: requestState is that of another request", c.Method)
	}
	l.timer.Stop()
	delete(p.lots, state)
	return l.call, nil
}

// cancel gives up the calls that match.
func (p *parking) cancel(match func(*Call) bool, cause error) {
	p.mu.Lock()
	var gone []*Call
	for state, l := range p.lots {
		if match(l.call) {
			l.timer.Stop()
			delete(p.lots, state)
			gone = append(gone, l.call)
		}
	}
	p.mu.Unlock()
	for _, c := range gone {
		c.cancel(cause)
	}
}

// fingerprint tells requests apart that differ in more than what a
// continuation changes.
func fingerprint(c *Call) [32]byte {
	var params map[string]any
	d := json.NewDecoder(bytes.NewReader(c.Params))
	d.UseNumber()
	d.Decode(&params)
	for _, name := range []string{"_meta", "inputResponses", "requestState"} {
		delete(params, name)
	}
	canonical, _ := json.Marshal(params) // sorts the keys
	return sha256.Sum256(append([]byte(c.Method+"\x00"), canonical...))
}

// answer is the message that answers the request, with what the revision wants
// in every result.
func (c *Call) answer(result json.RawMessage, err error) outgoing {
	if err != nil {
		return errorMessage(c.ID, asError(err))
	}
	if c.Modern() {
		s := c.Server
		if len(result) == 0 {
			result = json.RawMessage("{}")
		}
		if !bytes.HasPrefix(result, []byte(`{"resultType":"input_required"`)) {
			switch c.Method {
			case "server/discover", "tools/list", "prompts/list", "resources/list", "resources/templates/list", "resources/read":
				result = withMembers(result, "ttlMs", json.RawMessage(strconv.FormatInt(s.opts.TTL.Milliseconds(), 10)),
					"cacheScope", quote(s.opts.CacheScope))
			}
			result = withMembers(result, "resultType", json.RawMessage(`"complete"`))
		}
		result = withMeta(result, mcp.MetaKeyServerInfo, s.opts.Info)
	}
	return resultMessage(c.ID, result)
}
