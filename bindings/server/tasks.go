package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	tasksExtension = "io.modelcontextprotocol/tasks"
	relatedTask    = "io.modelcontextprotocol/related-task"

	// maxTasks bounds the tasks that are kept, whether they run or have ended.
	maxTasks = 1000
	// leastTTL and mostTTL bound how long a task is kept from its creation; one
	// that asks for no time gets the most.
	leastTTL = time.Second
	mostTTL  = time.Hour
	// pollEvery is how often clients should ask after a task.
	pollEvery = 500 * time.Millisecond
	// maxStatus bounds the message that goes with a task's status, in bytes.
	maxStatus = 500
)

// A task is a tool call that goes on after its request was answered with the
// task: where the client of 2025-11-25 asks for one (basic/utilities/tasks), or
// where the tool runs in no other way. From 2026-07-28 on that is the extension
// io.modelcontextprotocol/tasks, and the server decides; a tool for which tasks
// are optional runs as one where the request has a member task, as before.
//
// A task ends with its session, where it has one. Over HTTP from 2026-07-28 on
// it has none, and who knows its id, which cannot be guessed, may ask after it.
type task struct {
	id      string
	nth     int // of the server's
	call    *Call
	owner   *Session // nil where requests stand alone
	ttl     time.Duration
	created time.Time
	timer   *time.Timer

	mu      sync.Mutex
	status  string // working, input_required, completed, failed or cancelled
	message string
	updated time.Time
	result  json.RawMessage
	err     error
	asking  int         // questions that the client has not answered (2025-11-25)
	unsent  []outgoing  // of those, what waits for a tasks/result to travel on
	waiting []taskAwait // the tasks/result that wait for the end
}

type taskAwait struct {
	call *Call
	done func(json.RawMessage, error)
}

// tasking keeps a server's tasks, the oldest first.
type tasking struct {
	mu   sync.Mutex
	last int
	all  []*task
}

// taskSupport is what a tool's definition says of tasks: "", "forbidden",
// "optional" or "required".
func taskSupport(definition json.RawMessage) (string, error) {
	if !bytes.Contains(definition, []byte(`"taskSupport"`)) {
		return "", nil
	}
	var t struct {
		Execution struct {
			Support string `json:"taskSupport"`
		} `json:"execution"`
	}
	if err := json.Unmarshal(definition, &t); err != nil {
		return "", fmt.Errorf("its execution must be an object whose taskSupport is a string: %w", err)
	}
	switch t.Execution.Support {
	case "", "forbidden", "optional", "required":
		return t.Execution.Support, nil
	}
	return "", fmt.Errorf("its execution.taskSupport is %q, not \"forbidden\", \"optional\" or \"required\"", t.Execution.Support)
}

// asTask tells whether a call of a tool runs as a task, and for how long that
// is kept.
func (s *Session) asTask(c *Call) (bool, time.Duration, error) {
	support := c.Feature.taskSupport
	if !s.srv.offersTasks.Load() || c.Version < "2025-11-25" {
		return false, 0, nil
	}
	var p struct {
		Task *struct {
			TTL *float64 `json:"ttl"`
		} `json:"task"`
	}
	if support == "optional" || !c.Modern() {
		if bytes.Contains(c.Params, []byte(`"task"`)) {
			if err := json.Unmarshal(c.Params, &p); err != nil {
				return false, 0, errorf(CodeInvalidParams, "tool %q: task must be an object with ttl, a number of milliseconds", c.Feature.Name)
			}
		}
	}
	wanted := p.Task != nil
	switch {
	case c.Modern():
		err := c.requireTasks(fmt.Sprintf("tool %q runs as a task only", c.Feature.Name))
		if support == "required" && err != nil {
			return false, 0, err
		}
		if support != "required" && !wanted || err != nil {
			return false, 0, nil
		}
	case wanted && support != "optional" && support != "required":
		return false, 0, errorf(CodeMethodNotFound, "tool %q can't run as a task; call it without one", c.Feature.Name)
	case !wanted && support == "required":
		return false, 0, errorf(CodeMethodNotFound, "tool %q runs as a task only; call it with task", c.Feature.Name)
	case !wanted:
		return false, 0, nil
	}
	ttl := mostTTL
	if wanted && p.Task.TTL != nil {
		ttl = time.Duration(min(max(*p.Task.TTL, float64(leastTTL.Milliseconds())), float64(mostTTL.Milliseconds()))) * time.Millisecond
	}
	return true, ttl, nil
}

// requireTasks gives the error for a client that has not declared the
// extension.
func (c *Call) requireTasks(why string) error {
	err := c.Require("extensions", tasksExtension)
	if e, ok := err.(*Error); ok {
		e.Message = fmt.Sprintf("%s, and the client has not declared the extension %s", why, tasksExtension)
	}
	return err
}

// begin answers the request of a call with a task, as which it then runs.
func (s *Session) begin(c *Call, h Handler, ttl time.Duration) error {
	now := time.Now()
	t := &task{id: rand.Text(), call: c, ttl: ttl, created: now, updated: now, status: "working"}
	if !s.single {
		t.owner = s
	}
	t.timer = time.AfterFunc(ttl, func() { s.srv.tasks.expire(t) })
	if err := s.srv.tasks.add(t); err != nil {
		t.timer.Stop()
		return err
	}
	request := c.link
	running := &link{token: request.token, level: request.level, done: t.finish}
	running.send = func(m outgoing) { s.push(m) }
	t.mu.Lock()
	var created json.RawMessage
	if c.Modern() { // which has neither progress nor logs of tasks
		running.token, running.level, running.send = nil, "", func(outgoing) {}
		created = t.object("resultType", json.RawMessage(`"task"`))
	} else {
		created = object("task", t.object())
	}
	t.mu.Unlock()
	c.task, c.link = t, running
	if s.ctx.Err() != nil { // it ended just now
		s.srv.tasks.drop(func(other *task) bool { return other == t }, context.Cause(s.ctx))
	}
	request.done(created, nil)
	c.start(h)
	return nil
}

// add keeps a task; where there are too many, the oldest that has ended goes.
func (k *tasking) add(t *task) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.all) >= maxTasks {
		i := slices.IndexFunc(k.all, (*task).ended)
		if i < 0 {
			return errorf(CodeInternal, "%d tasks are running, and more can't; try again later", maxTasks)
		}
		k.all[i].timer.Stop()
		k.all = slices.Delete(k.all, i, i+1)
	}
	k.last++
	t.nth = k.last
	k.all = append(k.all, t)
	return nil
}

// expire forgets a task whose time is over, and gives one up that waits for its
// client. One that works may go on, as any call may.
func (k *tasking) expire(t *task) {
	t.mu.Lock()
	working := t.status == "working"
	t.mu.Unlock()
	if working {
		t.timer.Reset(t.ttl)
		return
	}
	t.stop("nobody answered the task's questions in time", errExpired)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = slices.DeleteFunc(k.all, func(other *task) bool { return other == t })
}

// drop stops and forgets the tasks that match.
func (k *tasking) drop(match func(*task) bool, cause error) {
	var gone []*task
	k.mu.Lock()
	k.all = slices.DeleteFunc(k.all, func(t *task) bool {
		if match(t) {
			gone = append(gone, t)
			return true
		}
		return false
	})
	k.mu.Unlock()
	for _, t := range gone {
		t.timer.Stop()
		t.stop(cause.Error(), cause)
	}
}

// find gives the task that a request names, if it is the client's.
func (k *tasking) find(c *Call) (*task, error) {
	var p struct {
		ID *string `json:"taskId"`
	}
	if json.Unmarshal(c.Params, &p); p.ID == nil {
		return nil, errorf(CodeInvalidParams, "%s: params lack taskId", c.Method)
	}
	if t := k.get(*p.ID, c); t != nil {
		return t, nil
	}
	return nil, errorf(CodeInvalidParams, "%s: there is no task %q; it may have expired", c.Method, *p.ID)
}

func (k *tasking) get(id string, c *Call) *task {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, t := range k.all {
		if t.id == id && (t.owner == nil || t.owner == c.Session) && t.call.Modern() == c.Modern() {
			return t
		}
	}
	return nil
}

// taskRequest answers the methods of tasks; false where there is no such.
func (s *Session) taskRequest(ctx context.Context, c *Call) (result json.RawMessage, waits bool, err error) {
	if c.Modern() {
		if err := c.requireTasks(c.Method + " belongs to tasks"); err != nil {
			return nil, false, err
		}
	}
	switch {
	case c.Method == "tasks/list" && !c.Modern():
		result, err = s.listTasks(c)
		return result, false, err
	case c.Method == "tasks/get", c.Method == "tasks/cancel", c.Method == "tasks/update" && c.Modern(), c.Method == "tasks/result" && !c.Modern():
	default:
		return nil, false, methodNotFound(c)
	}
	t, err := s.srv.tasks.find(c)
	if err != nil {
		return nil, false, err
	}
	switch c.Method {
	case "tasks/result":
		return s.run(ctx, c, t.await)
	case "tasks/update":
		return nil, false, t.update(c)
	case "tasks/cancel":
		stopped := t.stop("the client cancelled the task", errCancelled)
		if c.Modern() {
			return nil, false, nil
		}
		if !stopped {
			return nil, false, errorf(CodeInvalidParams, "tasks/cancel: task %q has ended already", t.id)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.object(), false, nil
}

// listTasks gives a page of the session's tasks; the cursor is the number of
// the last on the page before.
func (s *Session) listTasks(c *Call) (json.RawMessage, error) {
	var p struct {
		Cursor string `json:"cursor"`
	}
	after := 0
	err := json.Unmarshal(c.Params, &p)
	if len(c.Params) > 0 && err == nil && p.Cursor != "" {
		after, err = strconv.Atoi(p.Cursor)
	}
	if len(c.Params) > 0 && err != nil {
		return nil, errorf(CodeInvalidParams, "tasks/list: the cursor is not one of this server's")
	}
	size := s.srv.opts.PageSize
	if size <= 0 {
		size = maxTasks
	}
	k := &s.srv.tasks
	k.mu.Lock()
	defer k.mu.Unlock()
	items, last := []json.RawMessage{}, 0
	var next json.RawMessage
	for _, t := range k.all {
		if t.owner != s || t.nth <= after || t.call.Modern() {
			continue
		}
		if len(items) == size {
			next = quote(strconv.Itoa(last))
			break
		}
		t.mu.Lock()
		items = append(items, t.object())
		t.mu.Unlock()
		last = t.nth
	}
	return object("tasks", array(items), "nextCursor", next), nil
}

func (t *task) ended() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.over()
}

// over needs mu.
func (t *task) over() bool { return t.status != "working" && t.status != "input_required" }

// object is the task as clients see it, with more members in front; it needs
// mu.
func (t *task) object(more ...any) json.RawMessage {
	ms := func(d time.Duration) json.RawMessage { return strconv.AppendInt(nil, d.Milliseconds(), 10) }
	at := func(when time.Time) json.RawMessage { return quote(when.UTC().Format("2006-01-02T15:04:05.000Z")) }
	ttl, poll := "ttl", "pollInterval"
	if t.call.Modern() {
		ttl, poll = "ttlMs", "pollIntervalMs"
	}
	var message json.RawMessage
	if t.message != "" {
		message = quote(t.message)
	}
	more = append(more, "taskId", quote(t.id), "status", quote(t.status), "statusMessage", message,
		"createdAt", at(t.created), "lastUpdatedAt", at(t.updated), ttl, ms(t.ttl), poll, ms(pollEvery))
	if t.call.Modern() {
		switch t.status {
		case "input_required":
			more = append(more, "inputRequests", t.call.questions())
		case "completed":
			more = append(more, "result", withMembers(t.result, "resultType", json.RawMessage(`"complete"`)))
		case "failed":
			more = append(more, "error", errorObject(asError(t.err)))
		}
	}
	return object(more...)
}

// move changes the status of a task that has not ended, and tells the client;
// set, where not nil, is called with it. It needs mu.
func (t *task) move(status, message string) bool {
	if t.over() {
		return false
	}
	t.status, t.message, t.updated = status, cut(message), time.Now()
	switch {
	case t.call.Modern():
		t.call.Server.broadcast("notifications/tasks", t.object(), func(l *subscription) bool {
			return slices.Contains(l.filter.TaskIDs, t.id)
		}, func(*Session) bool { return false })
	default:
		t.owner.push(notificationMessage("notifications/tasks/status", t.object()))
	}
	return true
}

func cut(message string) string {
	if len(message) <= maxStatus {
		return message
	}
	message = message[:maxStatus]
	for !utf8.ValidString(message) && message != "" {
		message = message[:len(message)-1]
	}
	return message + "…"
}

// finish takes what the handler gave.
func (t *task) finish(result json.RawMessage, err error) {
	t.mu.Lock()
	status, message := "completed", ""
	if len(result) == 0 {
		result = json.RawMessage("{}")
	}
	if err != nil {
		status, message = "failed", err.Error()
	} else if !t.call.Modern() {
		if text, failed := failure(result); failed { // a result all the same from 2026-07-28 on
			status, message = "failed", text
		}
	}
	if !t.over() {
		t.result, t.err = result, err
		t.move(status, message)
	}
	t.settle()
}

// settle gives the outcome to those who wait for it. It unlocks mu.
func (t *task) settle() {
	waiting := t.waiting
	t.waiting, t.unsent = nil, nil
	result, err := t.outcome()
	t.mu.Unlock()
	for _, w := range waiting {
		w.done(result, err)
	}
}

// outcome is what answers tasks/result; it needs mu.
func (t *task) outcome() (json.RawMessage, error) {
	if t.status == "cancelled" {
		return nil, errorf(CodeInvalidRequest, "task %q was cancelled: %s", t.id, t.message)
	}
	if t.err != nil {
		return nil, t.err
	}
	return withMeta(t.result, relatedTask, t.related()), nil
}

func (t *task) related() json.RawMessage { return object("taskId", quote(t.id)) }

// failure tells whether a tool's result is an error, and its text.
func failure(result json.RawMessage) (text string, failed bool) {
	if !bytes.Contains(result, []byte(`"isError"`)) {
		return "", false
	}
	var r struct {
		IsError bool `json:"isError"`
		Content []struct {
			Text string `json:"text"`
		} `json:"content"`
	}
	json.Unmarshal(result, &r)
	if r.IsError && len(r.Content) > 0 {
		text = r.Content[0].Text
	}
	return text, r.IsError
}

// stop cancels the task, unless it has ended.
func (t *task) stop(message string, cause error) bool {
	t.mu.Lock()
	if !t.move("cancelled", message) {
		t.mu.Unlock()
		return false
	}
	t.settle()
	t.call.cancel(cause)
	return true
}

// await is the Handler of tasks/result. While it waits, what the task asks the
// client goes with it.
func (t *task) await(c *Call, done func(json.RawMessage, error)) {
	t.mu.Lock()
	if t.over() {
		result, err := t.outcome()
		t.mu.Unlock()
		done(result, err)
		return
	}
	t.waiting = append(t.waiting, taskAwait{c, done})
	for len(t.unsent) > 0 && c.forward(t.unsent[0]) {
		t.unsent = t.unsent[1:]
	}
	t.mu.Unlock()
	context.AfterFunc(c.alive, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.waiting = slices.DeleteFunc(t.waiting, func(w taskAwait) bool { return w.call == c })
	})
}

// asks prepares a request to a client of 2025-11-25: what it takes along, where
// it is sent and who gets the answer.
func (t *task) asks(params json.RawMessage, reply func(json.RawMessage, error)) (json.RawMessage, sink, func(json.RawMessage, error)) {
	t.mu.Lock()
	t.asking++
	t.move("input_required", "the tool asks for something; tasks/result takes the question along")
	t.mu.Unlock()
	return withMeta(params, relatedTask, t.related()), t.send, func(result json.RawMessage, err error) {
		t.mu.Lock()
		if t.asking--; t.asking == 0 && t.status == "input_required" {
			t.move("working", "")
		}
		t.mu.Unlock()
		reply(result, err)
	}
}

// send sends the client something by a tasks/result that waits, or by the next.
func (t *task) send(m outgoing) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over() { // and takes its question back
		t.owner.push(m)
		return
	}
	for _, w := range t.waiting {
		if w.call.forward(m) {
			return
		}
	}
	t.unsent = append(t.unsent, m)
}

// forward sends a message with those of the call; false where nobody waits for
// it any more.
func (c *Call) forward(m outgoing) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link != nil {
		c.link.send(m)
	}
	return c.link != nil
}

// related marks params as those of the task that the call runs as, if it does.
func (c *Call) related(params json.RawMessage) json.RawMessage {
	if c.task == nil {
		return params
	}
	return withMeta(params, relatedTask, c.task.related())
}

// describe lets a task of 2026-07-28, which has no progress, tell of it in its
// status.
func (t *task) describe(progress json.RawMessage) {
	var p struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(progress, &p); p.Message == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.move(t.status, p.Message)
}

// flush shows the client of 2026-07-28 what the task asks for.
func (t *task) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.move("input_required", "")
}

// update takes answers of a client of 2026-07-28; those to nothing that is
// asked are nobody's.
func (t *task) update(c *Call) error {
	var p struct {
		Responses map[string]json.RawMessage `json:"inputResponses"`
	}
	if err := json.Unmarshal(c.Params, &p); err != nil || p.Responses == nil {
		return errorf(CodeInvalidParams, "tasks/update: params lack inputResponses, an object of answers by key")
	}
	asks, left := t.call.answeredBy(p.Responses)
	if len(asks) > 0 && left == 0 {
		t.mu.Lock()
		t.move("working", "")
		t.mu.Unlock()
	}
	for _, a := range asks {
		a.reply(p.Responses[a.key], nil)
	}
	return nil
}

// answeredBy takes the questions that are answered off the call's, and counts
// the rest.
func (c *Call) answeredBy(responses map[string]json.RawMessage) (asks []*ask, left int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asks = slices.DeleteFunc(slices.Clone(c.asks), func(a *ask) bool {
		_, ok := responses[a.key]
		if ok {
			asks = append(asks, a)
		}
		return ok
	})
	return asks, len(c.asks)
}

// questions are the inputRequests of what the call asks now.
func (c *Call) questions() json.RawMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	return inputRequests(c.asks)
}
