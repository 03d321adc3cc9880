package bindings

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"mcpjs/bindings/server"
	"mcpjs/engine"
)

// A handling is a call that a function of the script's answers: what a Context
// carries.
type handling struct {
	*server.Call
	b          *binding
	controller *engine.Object // of its signal, nil until that is asked for
	aborted    error
}

// signal gives the call's AbortSignal; undefined where the runtime has none.
func (h *handling) signal() (engine.Value, error) {
	if h.controller == nil {
		vm := h.b.rt.VM()
		class := vm.Get("AbortController")
		if class == nil {
			return engine.Undefined(), nil
		}
		var err error
		if h.controller, err = vm.New(class); err != nil {
			return nil, err
		}
		if h.aborted != nil {
			h.abort(h.aborted)
		}
	}
	return h.controller.Get("signal"), nil
}

// abort tells the handler that nobody waits for it any more.
func (h *handling) abort(cause error) {
	h.aborted = cause
	if h.controller == nil {
		return
	}
	abort, ok := engine.Function(h.controller.Get("abort"))
	if !ok {
		return
	}
	_, err := abort(h.controller, h.b.rt.ErrorValue(&engine.Error{Class: "AbortError", Message: engine.Printable(cause.Error()),
		Fields: []engine.Field{{Name: "code", Value: "ABORT_ERR"}}}))
	h.b.rt.Check(err)
}

// defineContext makes the class of what handlers of a Server get as their last
// argument. Its methods are bound, so that they can be taken out of it.
func (b *binding) defineContext() *engine.Class {
	rt, vm := b.rt, b.rt.VM()
	class := rt.NewClass("Context", nil)
	get := func(name string, fn func(*server.Call) (engine.Value, error)) {
		class.Getter(name, func(this any) (engine.Value, error) { return fn(this.(*handling).Call) })
	}
	raw := func(name string, of func(*server.Call) json.RawMessage) {
		get(name, func(c *server.Call) (engine.Value, error) {
			if of(c) == nil {
				return engine.Undefined(), nil
			}
			return rt.ParseJSON(of(c), engine.JSONOptions{})
		})
	}
	method := func(name string, fn func(*server.Call, engine.Call) (engine.Value, error)) {
		class.Getter(name, func(this any) (engine.Value, error) {
			c := this.(*handling).Call
			return rt.NewFunction(name, func(call engine.Call) engine.Value {
				v, err := fn(c, call)
				if err != nil {
					rt.Throw(err)
				}
				return v
			}), nil
		})
	}
	raw("requestId", func(c *server.Call) json.RawMessage { return c.ID })
	raw("params", func(c *server.Call) json.RawMessage { return c.Params })
	raw("meta", func(c *server.Call) json.RawMessage {
		if c.Meta == nil {
			return json.RawMessage("{}")
		}
		return c.Meta
	})
	raw("client", func(c *server.Call) json.RawMessage { return c.ClientInfo })
	raw("clientCapabilities", func(c *server.Call) json.RawMessage { return c.ClientCapabilities })
	raw("arguments", func(c *server.Call) json.RawMessage {
		if c.Known != nil {
			return c.Known
		}
		return c.Arguments
	})
	get("method", func(c *server.Call) (engine.Value, error) { return vm.ToValue(c.Method), nil })
	get("protocolVersion", func(c *server.Call) (engine.Value, error) { return vm.ToValue(c.Version), nil })
	get("sessionId", func(c *server.Call) (engine.Value, error) {
		if c.Session.ID() == "" {
			return engine.Undefined(), nil
		}
		return vm.ToValue(c.Session.ID()), nil
	})
	get("session", func(c *server.Call) (engine.Value, error) {
		var id json.RawMessage
		if c.Session.ID() != "" {
			id = quoted(c.Session.ID())
		}
		return rt.ToValue(fields("id", id, "protocolVersion", json.RawMessage(quoted(c.Version)),
			"client", c.ClientInfo, "clientCapabilities", c.ClientCapabilities))
	})
	class.Getter("signal", func(this any) (engine.Value, error) { return this.(*handling).signal() })

	method("progress", func(c *server.Call, call engine.Call) (engine.Value, error) {
		params, ok := call.Argument(0).(*engine.Object)
		if !ok {
			params = vm.NewObject()
			for i, name := range []string{"progress", "total", "message"} {
				if v := call.Argument(i); !engine.IsNullish(v) {
					params.Set(name, v)
				}
			}
		}
		if n := params.Get("progress"); n == nil || !isNumber(n) {
			return nil, engine.TypeErrorf("ctx.progress: the progress must be a number")
		}
		raw, err := rt.Stringify(params)
		if err == nil {
			c.Progress(raw)
		}
		return engine.Undefined(), err
	})
	log := func(c *server.Call, level string, data, logger engine.Value) (engine.Value, error) {
		text, err := rt.Stringify(data)
		if err != nil {
			return nil, err
		}
		if text == nil {
			text = json.RawMessage("null")
		}
		var name json.RawMessage
		if !engine.IsNullish(logger) {
			name = quoted(logger.String())
		}
		if err := c.Log(level, fields("logger", name, "data", text)); err != nil {
			return nil, engine.TypeErrorf("ctx.log: %s", err)
		}
		return engine.Undefined(), nil
	}
	method("log", func(c *server.Call, call engine.Call) (engine.Value, error) {
		level, err := stringArgument(call.Argument(0), "ctx.log: the level")
		if err != nil {
			return nil, err
		}
		return log(c, level, call.Argument(1), call.Argument(2))
	})
	for _, level := range []string{"debug", "info", "notice", "warning", "error"} {
		method(level, func(c *server.Call, call engine.Call) (engine.Value, error) {
			return log(c, level, call.Argument(0), call.Argument(1))
		})
	}
	method("notify", func(c *server.Call, call engine.Call) (engine.Value, error) {
		name, err := stringArgument(call.Argument(0), "ctx.notify: the method")
		if err != nil {
			return nil, err
		}
		params, err := b.objectArgument(call.Argument(1), "ctx.notify: params")
		if err == nil {
			c.Notify(name, params)
		}
		return engine.Undefined(), err
	})
	method("request", func(c *server.Call, call engine.Call) (engine.Value, error) {
		name, err := stringArgument(call.Argument(0), "ctx.request: the method")
		if err != nil {
			return nil, err
		}
		params, err := b.objectArgument(call.Argument(1), "ctx.request: params")
		if err != nil {
			return nil, err
		}
		return b.ask(c, name, params, func(raw json.RawMessage) (engine.Value, error) {
			return rt.ParseJSON(raw, engine.JSONOptions{})
		}), nil
	})
	method("elicit", func(c *server.Call, call engine.Call) (engine.Value, error) { return b.elicit(c, call) })
	method("sample", func(c *server.Call, call engine.Call) (engine.Value, error) { return b.sample(c, call) })
	method("roots", func(c *server.Call, _ engine.Call) (engine.Value, error) {
		return b.ask(c, "roots/list", json.RawMessage("{}"), func(raw json.RawMessage) (engine.Value, error) {
			v, err := rt.ParseJSON(raw, engine.JSONOptions{})
			if err != nil {
				return nil, err
			}
			if o, ok := v.(*engine.Object); ok && engine.IsArray(o.Get("roots")) {
				return o.Get("roots"), nil
			}
			return nil, fmt.Errorf("the client's answer to roots/list has no roots: %s", excerpt(raw))
		}), nil
	})
	return class
}

func isNumber(v engine.Value) bool {
	switch v.Export().(type) {
	case int64, float64:
		return true
	}
	return false
}

// ask asks the call's client for something and gives the promise of what
// convert makes of the answer.
func (b *binding) ask(c *server.Call, method string, params json.RawMessage, convert func(json.RawMessage) (engine.Value, error)) *engine.Object {
	op := b.rt.Begin()
	err := c.Ask(method, params, func(raw json.RawMessage, err error) {
		if err != nil {
			op.Reject(askError(err))
			return
		}
		op.Resolve(func() (engine.Value, error) { return convert(raw) })
	})
	if err != nil {
		op.Reject(askError(err))
	}
	b.rt.Later(c.Flush) // what is asked in one turn travels together
	return op.Promise()
}

// askError is what a script sees where its client could not be asked.
func askError(err error) error {
	var rpc *server.Error
	if !errors.As(err, &rpc) {
		return &engine.Error{Class: "McpError", Message: engine.Printable(err.Error())}
	}
	e := &engine.Error{Class: "McpError", Message: engine.Printable(rpc.Message), Fields: []engine.Field{{Name: "code", Value: rpc.Code}}}
	if rpc.Data != nil {
		e.Fields = append(e.Fields, engine.Field{Name: "data", Value: rpc.Data})
	}
	return e
}

// elicit is ctx.elicit(message, schema), or (params) as the protocol has them.
func (b *binding) elicit(c *server.Call, call engine.Call) (engine.Value, error) {
	var params json.RawMessage
	var check *server.Schema
	if message, ok := engine.AsString(call.Argument(0)); ok {
		schema := json.RawMessage(`{"type":"object","properties":{}}`)
		if !engine.IsNullish(call.Argument(1)) {
			var err error
			if schema, check, err = b.schema(call.Argument(1), "ctx.elicit: the schema", true); err != nil {
				return nil, err
			}
		}
		params = fields("mode", json.RawMessage(`"form"`), "message", json.RawMessage(quoted(message)), "requestedSchema", schema)
		if c.Version < "2025-11-25" {
			params = fields("message", json.RawMessage(quoted(message)), "requestedSchema", schema)
		}
	} else {
		var err error
		if params, err = b.objectArgument(call.Argument(0), "ctx.elicit: the message"); err != nil {
			return nil, err
		}
		if params == nil {
			return nil, engine.TypeErrorf("ctx.elicit needs a message, and a schema of the answer")
		}
		var p struct{ Mode, ElicitationID string }
		json.Unmarshal(params, &p)
		if p.Mode == "url" {
			if err := c.Require("elicitation", "url"); err != nil {
				return b.rt.Rejected(askError(err)), nil
			}
			if p.ElicitationID == "" && c.Version == "2025-11-25" { // which wants one
				params = json.RawMessage(`{"elicitationId":` + string(quoted(rand.Text())) + `,` + string(params[1:]))
			}
		}
	}
	return b.ask(c, "elicitation/create", params, func(raw json.RawMessage) (engine.Value, error) {
		var answer struct {
			Action  string
			Content json.RawMessage
		}
		json.Unmarshal(raw, &answer)
		if check != nil && answer.Action == "accept" {
			if err := check.Validate(answer.Content); err != nil {
				return nil, &engine.Error{Class: "McpError", Message: engine.Printable("the client's answer does not fit the schema: " + err.Error())}
			}
		}
		return b.rt.ParseJSON(raw, engine.JSONOptions{})
	}), nil
}

// sample is ctx.sample(messages, options): a string is the user's text.
func (b *binding) sample(c *server.Call, call engine.Call) (engine.Value, error) {
	messages, err := b.messages(call.Argument(0), "ctx.sample")
	if err != nil {
		return nil, err
	}
	params := []any{"messages", messages}
	limit := false
	if options, ok := call.Argument(1).(*engine.Object); ok {
		for _, name := range options.Keys() {
			raw, err := b.rt.Stringify(options.Get(name))
			if err != nil {
				return nil, err
			}
			limit = limit || name == "maxTokens"
			params = append(params, name, raw)
		}
		if options.Get("tools") != nil {
			if err := c.Require("sampling", "tools"); err != nil {
				return b.rt.Rejected(askError(err)), nil
			}
		}
	}
	if !limit {
		params = append(params, "maxTokens", json.RawMessage("1024"))
	}
	return b.ask(c, "sampling/createMessage", fields(params...), b.sampled), nil
}

// sampled is a CreateMessageResult for scripts: its text stands beside its fields.
func (b *binding) sampled(raw json.RawMessage) (engine.Value, error) {
	v, err := b.rt.ParseJSON(raw, engine.JSONOptions{})
	if o, ok := v.(*engine.Object); ok {
		var answer struct{ Content json.RawMessage }
		var blocks []contentBlock
		json.Unmarshal(raw, &answer)
		if json.Unmarshal(answer.Content, &blocks) != nil {
			blocks = make([]contentBlock, 1)
			json.Unmarshal(answer.Content, &blocks[0])
		}
		b.rt.Hidden(o, "text", b.rt.VM().ToValue((&toolResult{read: true, content: blocks}).text()))
	}
	return v, err
}
