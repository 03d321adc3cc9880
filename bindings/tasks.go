package bindings

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// A task is what `callTool(…, {task: true})` gives: a call that goes on at the
// server, or its result where the server ran it at once.
type task struct {
	c         *client
	id        string
	tool      string
	options   *callOptions
	immediate engine.Value // the result, where there was no task
	state     session.TaskState
	watchers  []engine.Callable
	obj       *engine.Object
}

// taskOption reads {task: true} or {task: {ttl}}.
type taskOption struct {
	on  bool
	ttl time.Duration
}

const defaultTTL = time.Minute

func (t *taskOption) read(v engine.Value) error {
	*t = taskOption{on: true, ttl: defaultTTL}
	o, ok := v.(*engine.Object)
	if !ok {
		return flag(&t.on, "task")(v)
	}
	return readOptions(o, "task", map[string]option{"ttl": duration(&t.ttl, "task.ttl")})
}

// defineTask makes the class of tasks.
func (b *binding) defineTask() {
	vm := b.rt.VM()
	b.task = b.rt.NewClass("Task", nil)
	method := func(name string, fn func(*task, engine.Call) (engine.Value, error)) {
		b.task.Method(name, func(this any, call engine.Call) (engine.Value, error) { return fn(this.(*task), call) })
	}
	b.task.Getter("id", func(this any) (engine.Value, error) { return vm.ToValue(this.(*task).id), nil })
	b.task.Getter("returnedImmediately", func(this any) (engine.Value, error) {
		return vm.ToValue(this.(*task).immediate != nil), nil
	})
	method("status", func(t *task, call engine.Call) (engine.Value, error) {
		if t.immediate != nil {
			return b.rt.Resolved(t.show(t.state)), nil
		}
		return t.c.taskRequest(t.id, call.Argument(0), func(ctx context.Context, s *session.Session, o session.Call) (func() (engine.Value, error), error) {
			state, err := s.GetTask(ctx, t.id, o)
			return func() (engine.Value, error) { return t.show(state), t.c.seen(state) }, err
		})
	})
	method("wait", func(t *task, call engine.Call) (engine.Value, error) {
		if t.immediate != nil {
			return b.rt.Resolved(t.show(t.state)), nil
		}
		return t.c.waitTask(t.id, call.Argument(0))
	})
	method("result", func(t *task, call engine.Call) (engine.Value, error) {
		if t.immediate != nil {
			return t.c.settledResult(t)
		}
		return t.c.taskResult(t.id, t.tool, call.Argument(0), t.options)
	})
	method("cancel", func(t *task, call engine.Call) (engine.Value, error) {
		if t.immediate != nil {
			return b.rt.Resolved(engine.Undefined()), nil
		}
		return t.c.cancelTask(t.id, call.Argument(0))
	})
	method("onStatus", func(t *task, call engine.Call) (engine.Value, error) {
		var fn engine.Callable
		if err := function(&fn, "the handler")(call.Argument(0)); err != nil || fn == nil {
			return nil, engine.TypeErrorf("onStatus needs a function")
		}
		t.watchers = append(t.watchers, fn)
		return t.obj, nil
	})
	b.task.SymbolMethod(b.inspectSymbol(), func(this any, _ engine.Call) (engine.Value, error) {
		t := this.(*task)
		return vm.ToValue(engine.Printable(fmt.Sprintf("Task %s (%s)", t.id, t.state.Status))), nil
	})
}

// settledResult is the result of a task that never was one.
func (c *client) settledResult(t *task) (engine.Value, error) {
	if r, ok := c.b.result.Of(t.immediate); ok && t.options.throwOnError && r.(*toolResult).isError() {
		return c.b.rt.Rejected(toolError(c.serverName(), t.tool, r.(*toolResult))), nil
	}
	return c.b.rt.Resolved(t.immediate), nil
}

// show is a task's state as the server sent it. Loop only.
func (t *task) show(state session.TaskState) engine.Value {
	v, err := t.c.b.rt.ParseJSON(state.Raw, engine.JSONOptions{})
	if err != nil {
		return engine.Undefined()
	}
	return v
}

// startTask runs a tool call as a task, where the server and the tool can, and
// else as it is. The promise gives a Task.
func (c *client) startTask(ctx context.Context, s *session.Session, call session.Call, name string, o *callOptions,
	result func(json.RawMessage) (engine.Value, error)) (func() (engine.Value, error), error) {
	if s.Modern() {
		call.KeepTask = true
	} else if s.SupportsTasks() {
		known, err := c.knownTools(ctx, s)
		if err != nil {
			return nil, err
		}
		if support := known.taskSupport(name); support == "optional" || support == "required" {
			call.Params = asTask(call.Params, o.task.ttl)
		}
	}
	raw, err := s.Request(ctx, call)
	if err != nil {
		return nil, err
	}
	return func() (engine.Value, error) {
		t := &task{c: c, tool: name, options: o}
		state, isTask := session.ParseTask(raw)
		if isTask && !isToolResult(raw) {
			t.id, t.state = state.ID, state
			if c.tasks == nil {
				c.tasks = map[string]*task{}
			}
			c.tasks[t.id] = t
		} else {
			v, err := result(raw)
			if err != nil {
				return nil, err
			}
			c.b.tasksMade++
			t.id, t.immediate = fmt.Sprintf("immediate-%d", c.b.tasksMade), v
			now := quoted(time.Now().UTC().Format(time.RFC3339))
			t.state = session.TaskState{ID: t.id, Status: "completed", Raw: fields("taskId", quoted(t.id),
				"status", quoted("completed"), "createdAt", now, "lastUpdatedAt", now, "ttl", json.RawMessage("null"))}
		}
		t.obj = c.b.task.New(t)
		return t.obj, nil
	}, nil
}

// asTask asks for a call to be run as a task (2025-11-25).
func asTask(params json.RawMessage, ttl time.Duration) json.RawMessage {
	ms, _ := json.Marshal(ttl.Milliseconds())
	return fieldAdded(params, "task", fields("ttl", json.RawMessage(ms)))
}

// taskSupport is what a tool says of tasks: "", "forbidden", "optional" or
// "required".
func (t *toolList) taskSupport(name string) string {
	if t == nil {
		return ""
	}
	return t.tasks[name]
}

// callAsTask calls a tool that runs as a task only, and waits for its result.
// Where the call ends before it, the task is cancelled.
func (c *client) callAsTask(ctx context.Context, s *session.Session, call session.Call, o *callOptions) (json.RawMessage, error) {
	if call.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, call.Timeout, &session.TimeoutError{Server: s.Server(), Label: call.Label, After: call.Timeout})
		defer cancel()
	}
	ttl := defaultTTL
	if o.timeout > ttl {
		ttl = o.timeout
	}
	call.Params, call.Timeout = asTask(call.Params, ttl), -1
	raw, err := s.Request(ctx, call)
	if err != nil {
		return nil, err
	}
	state, isTask := session.ParseTask(raw)
	if !isTask || isToolResult(raw) {
		return raw, nil
	}
	about := session.Call{Label: call.Label, Timeout: -1}
	raw, err = s.TaskResult(ctx, state.ID, about, nil)
	if err != nil && ctx.Err() != nil {
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			_, _ = s.CancelTask(ctx, state.ID, about)
		}()
	}
	return raw, err
}

func isToolResult(raw json.RawMessage) bool {
	var r struct {
		Content []json.RawMessage `json:"content"`
	}
	return json.Unmarshal(raw, &r) == nil && r.Content != nil
}

func fieldAdded(object json.RawMessage, name string, value json.RawMessage) json.RawMessage {
	return json.RawMessage(string(object[:len(object)-1]) + "," + string(quoted(name)) + ":" + string(value) + "}")
}

// seen tells those who watch a task of its state, once. Loop only.
func (c *client) seen(state session.TaskState) error {
	t := c.tasks[state.ID]
	if t == nil {
		return nil
	}
	if old := t.state; old.Status == state.Status && old.Message == state.Message || old.Ended() {
		return nil
	}
	t.state = state
	for _, fn := range t.watchers {
		c.tell(fn, t.show(state))
	}
	return nil
}

// onSeen is seen from any goroutine.
func (c *client) onSeen(state session.TaskState) { c.b.rt.Post(func() { _ = c.seen(state) }) }

// taskRequest starts something about a task.
func (c *client) taskRequest(id string, options engine.Value, run func(context.Context, *session.Session, session.Call) (func() (engine.Value, error), error), more ...map[string]option) (engine.Value, error) {
	var known map[string]option
	if len(more) > 0 {
		known = more[0]
	}
	o, err := c.readCallOptions(options, "task", known)
	if err != nil {
		return nil, err
	}
	return c.start(request{label: fmt.Sprintf("task %q", id), options: o, run: run}), nil
}

// waitTask waits until a task has ended, or has a state.
func (c *client) waitTask(id string, options engine.Value) (engine.Value, error) {
	state, limit := "", time.Duration(0)
	known := map[string]option{"state": text(&state, "state"), "timeout": duration(&limit, "timeout")}
	return c.taskRequest(id, options, func(ctx context.Context, s *session.Session, call session.Call) (func() (engine.Value, error), error) {
		// The timeout is for the whole, not for each question.
		call.Timeout, call.MaxTimeout = -1, 0
		if limit > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeoutCause(ctx, limit, &session.TimeoutError{Server: s.Server(), Label: call.Label, After: limit})
			defer cancel()
		}
		t, err := s.WaitTask(ctx, id, state, call, c.onSeen)
		return func() (engine.Value, error) { return c.b.rt.ParseJSON(t.Raw, engine.JSONOptions{}) }, err
	}, known)
}

// taskResult waits for a task and gives its result: a ToolResult, or whatever
// the request would have given.
func (c *client) taskResult(id, tool string, options engine.Value, given *callOptions) (engine.Value, error) {
	limit, throws := time.Duration(0), true
	if given != nil {
		throws = given.throwOnError
	}
	known := map[string]option{"timeout": duration(&limit, "timeout"), "throwOnError": flag(&throws, "throwOnError")}
	return c.taskRequest(id, options, func(ctx context.Context, s *session.Session, call session.Call) (func() (engine.Value, error), error) {
		call.Timeout, call.MaxTimeout = -1, 0
		if limit > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeoutCause(ctx, limit, &session.TimeoutError{Server: s.Server(), Label: call.Label, After: limit})
			defer cancel()
		}
		raw, err := s.TaskResult(ctx, id, call, c.onSeen)
		return func() (engine.Value, error) {
			if !isToolResult(raw) {
				return c.b.rt.ParseJSON(raw, engine.JSONOptions{})
			}
			r, err := c.b.newResult(raw, c.opts.bigInts)
			if err != nil {
				return nil, c.violation(call.Label, err.Error())
			}
			if throws && r.isError() {
				if tool == "" {
					tool = "task " + id
				}
				return nil, toolError(c.serverName(), tool, r)
			}
			return r.obj, nil
		}, err
	}, known)
}

func (c *client) cancelTask(id string, options engine.Value) (engine.Value, error) {
	return c.taskRequest(id, options, func(ctx context.Context, s *session.Session, call session.Call) (func() (engine.Value, error), error) {
		raw, err := s.CancelTask(ctx, id, call)
		return func() (engine.Value, error) {
			if state, ok := session.ParseTask(raw); ok {
				_ = c.seen(state)
			}
			return c.b.rt.ParseJSON(raw, engine.JSONOptions{})
		}, err
	})
}

// listTasks lists the server's tasks. Where the server has no such list, as
// from 2026-07-28 on, it lists those that this client has started and that the
// server still knows.
func (c *client) listTasks(options engine.Value) (engine.Value, error) {
	var mine []string
	for id := range c.tasks {
		mine = append(mine, id)
	}
	return c.taskRequest("list", options, func(ctx context.Context, s *session.Session, call session.Call) (func() (engine.Value, error), error) {
		o := &callOptions{timeout: call.Timeout, cache: false}
		if !s.Modern() {
			pages, err := c.listAll(ctx, s, "tasks/list", o)
			if err != nil {
				return nil, err
			}
			if len(pages) > 0 {
				return func() (engine.Value, error) { return c.joinPages(pages, "tasks/list", "tasks", false) }, nil
			}
		}
		var states []json.RawMessage
		for _, id := range mine {
			state, err := s.GetTask(ctx, id, session.Call{Timeout: call.Timeout})
			var rpc *session.RPCError
			if errors.As(err, &rpc) {
				continue // it has forgotten it
			}
			if err != nil {
				return nil, err
			}
			states = append(states, state.Raw)
		}
		return func() (engine.Value, error) {
			texts := make([]string, len(states))
			for i, raw := range states {
				texts[i] = string(raw)
			}
			return c.b.rt.ParseJSON([]byte("["+strings.Join(texts, ",")+"]"), engine.JSONOptions{})
		}, nil
	})
}

// tasksObject is client.tasks.
func (c *client) tasksObject() *engine.Object {
	if c.taskMethods != nil {
		return c.taskMethods
	}
	rt := c.b.rt
	o := rt.VM().NewObject()
	c.taskMethods = o
	method := func(name string, fn func(id string, call engine.Call) (engine.Value, error)) {
		rt.Method(o, name, func(call engine.Call) engine.Value {
			id := ""
			var err error
			if name != "list" {
				if t, ok := c.b.task.Of(call.Argument(0)); ok {
					id = t.(*task).id
				} else {
					id, err = stringArgument(call.Argument(0), "the task's id")
				}
			}
			var v engine.Value
			if err == nil {
				v, err = fn(id, call)
			}
			if err != nil {
				rt.Throw(err)
			}
			return v
		})
	}
	method("get", func(id string, call engine.Call) (engine.Value, error) {
		return c.taskRequest(id, call.Argument(1), func(ctx context.Context, s *session.Session, o session.Call) (func() (engine.Value, error), error) {
			state, err := s.GetTask(ctx, id, o)
			return func() (engine.Value, error) {
				_ = c.seen(state)
				return rt.ParseJSON(state.Raw, engine.JSONOptions{})
			}, err
		})
	})
	method("list", func(_ string, call engine.Call) (engine.Value, error) { return c.listTasks(call.Argument(0)) })
	method("cancel", func(id string, call engine.Call) (engine.Value, error) { return c.cancelTask(id, call.Argument(1)) })
	method("result", func(id string, call engine.Call) (engine.Value, error) {
		return c.taskResult(id, "", call.Argument(1), nil)
	})
	method("wait", func(id string, call engine.Call) (engine.Value, error) { return c.waitTask(id, call.Argument(1)) })
	method("update", func(id string, call engine.Call) (engine.Value, error) {
		responses, err := c.b.objectArgument(call.Argument(1), "the input responses")
		if err != nil {
			return nil, err
		}
		if responses == nil {
			return nil, engine.TypeErrorf("update needs the input responses, by key")
		}
		return c.taskRequest(id, call.Argument(2), func(ctx context.Context, s *session.Session, o session.Call) (func() (engine.Value, error), error) {
			if !s.Modern() {
				return nil, jsError(&session.ConnectionError{Server: s.Server(), Label: o.Label,
					Reason: "revision " + s.ProtocolVersion() + " has no tasks/update: the server asks for input by requests, which the client's handlers answer"})
			}
			o.Method, o.ID, o.Params = "tasks/update", "", fields("taskId", quoted(id), "inputResponses", responses)
			_, err := s.Request(ctx, o)
			return nil, err
		})
	})
	return o
}
