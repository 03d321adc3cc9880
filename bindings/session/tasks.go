package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"time"
)

// TasksExtension is the extension of 2026-07-28 that tasks are, which this
// client always declares: a server may answer any tool call with a task.
const TasksExtension = "io.modelcontextprotocol/tasks"

const (
	// defaultPoll is how often a task is asked after where the server doesn't
	// say; shortestPoll and longestPoll bound what it says.
	defaultPoll  = 500 * time.Millisecond
	shortestPoll = 20 * time.Millisecond
	longestPoll  = time.Minute
)

// TaskState is what is known of a task here; Raw is all that the server sent.
type TaskState struct {
	ID      string
	Status  string // working, input_required, completed, failed or cancelled
	Message string
	Raw     json.RawMessage
	poll    time.Duration
}

// Ended reports whether the task's status is its last.
func (t TaskState) Ended() bool {
	return t.Status == "completed" || t.Status == "failed" || t.Status == "cancelled"
}

// ParseTask reads a task object: that of tasks/get, of a notification, or of
// a CreateTaskResult of either revision. It fails where raw is none.
func ParseTask(raw json.RawMessage) (TaskState, bool) {
	if inner := member(raw, "task"); !isNull(inner) {
		raw = inner
	}
	t := TaskState{ID: text(member(raw, "taskId")), Status: text(member(raw, "status")),
		Message: text(member(raw, "statusMessage")), Raw: raw, poll: defaultPoll}
	for _, name := range []string{"pollIntervalMs", "pollInterval"} {
		if ms, err := strconv.ParseFloat(string(member(raw, name)), 64); err == nil && ms >= 0 {
			t.poll = longestPoll
			if ms < float64(longestPoll/time.Millisecond) {
				t.poll = max(shortestPoll, time.Duration(ms*float64(time.Millisecond)))
			}
			break
		}
	}
	return t, t.ID != "" && t.Status != ""
}

// taskNews wakes those who wait for a task when the server tells of it.
type taskNews struct {
	mu      sync.Mutex
	waiting map[string]map[chan TaskState]struct{}
}

func (n *taskNews) watch(id string) (news chan TaskState, stop func()) {
	news = make(chan TaskState, 1)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.waiting == nil {
		n.waiting = make(map[string]map[chan TaskState]struct{})
	}
	if n.waiting[id] == nil {
		n.waiting[id] = make(map[chan TaskState]struct{})
	}
	n.waiting[id][news] = struct{}{}
	return news, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.waiting[id], news)
		if len(n.waiting[id]) == 0 {
			delete(n.waiting, id)
		}
	}
}

// tell hands a notification to whoever waits for its task.
func (n *taskNews) tell(method string, params json.RawMessage) {
	if method != "notifications/tasks/status" && method != "notifications/tasks" {
		return
	}
	t, ok := ParseTask(params)
	if !ok {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for news := range n.waiting[t.ID] {
		select {
		case <-news: // only the latest counts
		default:
		}
		news <- t
	}
}

// SupportsTasks reports whether the server runs tool calls as tasks.
func (s *Session) SupportsTasks() bool {
	if s.modern {
		return s.Extension(TasksExtension)
	}
	requests := member(member(s.ServerCapabilities(), "tasks"), "requests")
	return !isNull(member(member(requests, "tools"), "call"))
}

// GetTask asks after a task. A bare call's Label and Timeout count.
func (s *Session) GetTask(ctx context.Context, id string, call Call) (TaskState, error) {
	call.Method, call.Params, call.ID, call.OnProgress = "tasks/get", taskParams(id), "", nil
	raw, err := s.Request(ctx, call)
	if err != nil {
		return TaskState{}, err
	}
	t, ok := ParseTask(raw)
	if !ok {
		return t, &ProtocolError{Server: s.opts.Server, Label: taskLabel(call, id), Reason: "the answer to tasks/get is no task"}
	}
	return t, nil
}

func taskParams(id string) json.RawMessage {
	return json.RawMessage(`{"taskId":` + string(quote(id)) + `}`)
}

func taskLabel(call Call, id string) string {
	if call.Label != "" {
		return call.Label
	}
	return "task " + strconv.Quote(id)
}

// WaitTask waits until a task has ended, or has the status, if one is named,
// and tells seen of each state on the way; seen may be nil. Inputs that a task
// of 2026-07-28 asks for are answered by Handlers.Request. It polls as the
// server wishes, and learns sooner where the server tells unasked.
func (s *Session) WaitTask(ctx context.Context, id, status string, call Call, seen func(TaskState)) (TaskState, error) {
	news, stop := s.news.watch(id)
	defer stop()
	answered := map[string]bool{}
	each := call
	each.Label = taskLabel(call, id)
	t, err := s.GetTask(ctx, id, each)
	for err == nil {
		if seen != nil {
			seen(t)
		}
		if t.Ended() || t.Status == status {
			return t, nil
		}
		if t.Status == "input_required" {
			if !s.modern {
				return t, nil // the server asks while tasks/result waits
			}
			if err = s.updateTask(ctx, t, each, answered); err != nil {
				break
			}
		}
		timer := time.NewTimer(t.poll)
		select {
		case t = <-news:
		case <-timer.C:
			t, err = s.GetTask(ctx, id, each)
		case <-ctx.Done():
			err = context.Cause(ctx)
		case <-s.conn.Done():
			err = s.connectionError(each.Label, s.conn.Err())
		}
		timer.Stop()
	}
	return t, err
}

// updateTask answers the inputs that a task asks for and that were not yet
// answered.
func (s *Session) updateTask(ctx context.Context, t TaskState, call Call, answered map[string]bool) error {
	var asked map[string]inputRequest
	if json.Unmarshal(member(t.Raw, "inputRequests"), &asked) != nil {
		return &ProtocolError{Server: s.opts.Server, Label: call.Label, Reason: "the task asks for input in a form that cannot be read"}
	}
	for key := range asked {
		if answered[key] {
			delete(asked, key)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	p := &pending{s: s, call: call, ctx: ctx}
	responses, err := p.gather(asked)
	if err != nil {
		return err
	}
	call.Method, call.Params, call.ID, call.OnProgress = "tasks/update", with(taskParams(t.ID), "inputResponses", responses), "", nil
	if _, err := s.Request(ctx, call); err != nil {
		return err
	}
	for key := range asked {
		answered[key] = true
	}
	return nil
}

// TaskResult waits for a task and gives the result of the request that it was
// made for. A task that failed is its *RPCError, a cancelled one a *Cancelled.
func (s *Session) TaskResult(ctx context.Context, id string, call Call, seen func(TaskState)) (json.RawMessage, error) {
	label := taskLabel(call, id)
	t, err := s.WaitTask(ctx, id, "", call, seen)
	switch {
	case err != nil:
		return nil, err
	case t.Status == "cancelled":
		return nil, &Cancelled{Server: s.opts.Server, Label: label, Reason: t.Message}
	case !s.modern:
		call.Method, call.Params, call.ID, call.OnProgress, call.Label = "tasks/result", taskParams(id), "", nil, label
		return s.Request(ctx, call)
	case t.Status == "failed":
		e := member(t.Raw, "error")
		rpc := &RPCError{Server: s.opts.Server, Label: label, Message: text(member(e, "message")), Data: member(e, "data")}
		rpc.Code, _ = strconv.Atoi(string(bytes.TrimSpace(member(e, "code"))))
		if rpc.Message == "" {
			rpc.Message = "the task failed" + map[bool]string{true: ": " + t.Message}[t.Message != ""]
		}
		return nil, rpc
	}
	result := member(t.Raw, "result")
	if isNull(result) {
		return nil, &ProtocolError{Server: s.opts.Server, Label: label, Reason: "the completed task has no result"}
	}
	return result, nil
}

// CancelTask asks the server to stop a task. It returns what the server says
// of it, which may be nothing.
func (s *Session) CancelTask(ctx context.Context, id string, call Call) (json.RawMessage, error) {
	call.Method, call.Params, call.ID, call.OnProgress = "tasks/cancel", taskParams(id), "", nil
	return s.Request(ctx, call)
}

// follow waits for the task that a server made of a call by itself. Where the
// call ends before it, the task is cancelled.
func (p *pending) follow(created json.RawMessage) (json.RawMessage, error) {
	t, ok := ParseTask(created)
	if !ok || p.call.Method != "tools/call" {
		return nil, p.violation("the server answered with a task where there may be none")
	}
	call := Call{Label: p.label(), Timeout: -1}
	result, err := p.s.TaskResult(p.ctx, t.ID, call, nil)
	if err != nil && p.ctx.Err() != nil && !errors.Is(context.Cause(p.ctx), ErrClosed) {
		go func() {
			ctx, cancel := context.WithTimeout(p.s.ctx, cancelLimit)
			defer cancel()
			_, _ = p.s.CancelTask(ctx, t.ID, Call{Label: p.label()})
		}()
	}
	return result, err
}

// SkillsExtension is the extension of 2026-07-28 by which servers offer skills.
// This client always declares it: it changes nothing but that it may ask.
const SkillsExtension = "io.modelcontextprotocol/skills"

// Extension reports whether the server has declared an extension.
func (s *Session) Extension(name string) bool {
	return !isNull(member(member(s.ServerCapabilities(), "extensions"), name))
}

// withExtensions declares the extensions that this client speaks, unless the
// capabilities say otherwise.
func withExtensions(capabilities json.RawMessage) json.RawMessage {
	if isNull(capabilities) {
		capabilities = json.RawMessage("{}")
	}
	for _, name := range []string{TasksExtension, SkillsExtension} {
		extensions := member(capabilities, "extensions")
		if isNull(extensions) {
			extensions = json.RawMessage("{}")
		}
		if member(extensions, name) == nil {
			capabilities = with(capabilities, "extensions", with(extensions, name, json.RawMessage("{}")))
		}
	}
	return capabilities
}
