package bindings

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// A toolCall is one tools/call.
type toolCall struct {
	c       *client
	name    string
	args    json.RawMessage
	options *callOptions
	tools   *toolList // as known when it was called; may be nil
	// find, where set, finds out the tool's name when the call is about to be
	// sent, not on the loop.
	find func(context.Context, *session.Session) (string, error)

	label  string
	hint   string  // what may have been meant, for an error's message
	faults []fault // of the result
}

// argumentsOf names a tool's arguments in errors.
type argumentsOf string

func (tool argumentsOf) String() string { return fmt.Sprintf("the arguments of tool %q", string(tool)) }

func (c *client) toolCall(name string, args, options engine.Value, find func(context.Context, *session.Session) (string, error)) (request, error) {
	raw, err := c.b.objectArgument(args, argumentsOf(name))
	if err != nil {
		return request{}, err
	}
	o, err := c.readCallOptions(options, "callTool", nil)
	if err != nil {
		return request{}, err
	}
	t := &toolCall{c: c, name: name, args: raw, options: o, tools: c.tools, find: find}
	r := request{method: "tools/call", options: o, tool: t}
	r.label, r.params = t.address()
	return r, nil
}

// address gives the call's label and params.
func (t *toolCall) address() (string, json.RawMessage) {
	name := quoted(t.name)
	t.label = "call tool " + string(name)
	return t.label, fields("name", name, "arguments", t.args)
}

// direct tells that the call is its request, and nothing before.
func (t *toolCall) direct() bool {
	return t.find == nil && !t.options.validate && !t.options.task.on && t.tools.taskSupport(t.name) != "required"
}

// tasked tells that the tool can only be called as a task.
func (t *toolCall) tasked(s *session.Session, tools *toolList) bool {
	return tools.taskSupport(t.name) == "required" && !s.Modern() && s.SupportsTasks()
}

// run makes the call.
func (t *toolCall) run(ctx context.Context, s *session.Session, call session.Call) (func() (engine.Value, error), error) {
	c, o := t.c, t.options
	if t.find != nil {
		var err error
		if t.name, err = t.find(ctx, s); err != nil {
			return nil, err
		}
		label, params := t.address()
		named := o.call(call.Method, label, params)
		call.Label, call.Params = named.Label, named.Params
	}
	if o.validate {
		if err := c.checkArguments(ctx, s, t.name, t.args); err != nil {
			return nil, err
		}
	}
	if o.task.on {
		return c.startTask(ctx, s, call, t.name, o, func(raw json.RawMessage) (engine.Value, error) {
			r, err := c.b.newResult(raw, o.bigInts)
			if err != nil {
				return nil, c.violation(call.Label, err.Error())
			}
			return r.obj, nil
		})
	}
	var raw json.RawMessage
	var err error
	if t.tasked(s, t.tools) {
		raw, err = c.callAsTask(ctx, s, call, o)
	} else {
		raw, err = s.Request(ctx, call)
	}
	return t.after(ctx, s, call, raw, err)
}

// quick tells of a result that value does for, without after.
func (t *toolCall) quick(raw json.RawMessage) bool {
	if refusedTool(raw, nil) {
		return false
	}
	switch mode := t.options.validateResult; {
	case mode == resultOff:
		return true
	case t.tools == nil:
		return mode == resultWarn
	}
	return !t.tools.typed[t.name]
}

// after deals with what has come of the request.
func (t *toolCall) after(ctx context.Context, s *session.Session, call session.Call, raw json.RawMessage, err error) (func() (engine.Value, error), error) {
	c := t.c
	if refusedTool(raw, err) {
		var known *toolList
		if known, t.hint = c.unknownTool(ctx, s, t.name); t.hint == "" && err != nil && t.tools == nil && t.tasked(s, known) {
			raw, err = c.callAsTask(ctx, s, call, t.options)
		}
		var rpc *session.RPCError
		if errors.As(err, &rpc) && !(strings.HasPrefix(t.hint, "; there are ") && known.listedIn(rpc.Message)) {
			rpc.Message += t.hint
		}
	}
	if err != nil {
		return nil, err
	}
	if t.faults, err = c.checkResult(ctx, s, t.tools, t.name, t.options.validateResult, raw); err != nil {
		return nil, err
	}
	if len(t.faults) > 0 && t.options.validateResult == resultWarn {
		c.warn(fmt.Sprintf("the result of tool %q does not match its output schema: %s", t.name, describe(t.faults)))
	}
	return func() (engine.Value, error) { return t.value(raw) }, nil
}

// value makes the promise's value. Loop only.
func (t *toolCall) value(raw json.RawMessage) (engine.Value, error) {
	result, err := t.c.b.newResult(raw, t.options.bigInts)
	if err != nil {
		return nil, t.c.violation(t.label, err.Error())
	}
	result.hint = t.hint
	if t.options.throwOnError && result.isError() {
		return nil, toolError(t.c.serverName(), t.name, result)
	}
	if len(t.faults) > 0 && t.options.validateResult == resultError {
		return nil, invalid(t.label+" on server "+string(quoted(t.c.serverName())), "INVALID_RESULT", t.faults, t.name, result.obj)
	}
	return result.obj, nil
}
