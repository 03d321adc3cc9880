package bindings

import (
	"encoding/json"
	"fmt"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// builders read the arguments of the methods that are one request each. The
// same methods of client.raw give the whole result.
var builders = map[string]func(*client, engine.Call) (request, error){
	"callTool":      (*client).buildCallTool,
	"readResource":  (*client).buildReadResource,
	"getPrompt":     (*client).buildGetPrompt,
	"complete":      (*client).buildComplete,
	"subscribe":     subscription("resources/subscribe"),
	"unsubscribe":   subscription("resources/unsubscribe"),
	"setLogLevel":   (*client).buildSetLogLevel,
	"ping":          (*client).buildPing,
	"request":       (*client).buildRequest,
	"listTools":     page("listTools"),
	"listResources": page("listResources"),
	"listPrompts":   page("listPrompts"),

	"listResourceTemplates": page("listResourceTemplates"),
}

// defineCalls adds the methods that send requests.
func (b *binding) defineCalls(method func(string, func(*client, engine.Call) (engine.Value, error))) {
	vm := b.rt.VM()
	for name := range lists {
		method(name, func(c *client, call engine.Call) (engine.Value, error) { return c.list(name, call) })
	}
	for _, name := range []string{"callTool", "readResource", "getPrompt", "complete", "ping", "request"} {
		method(name, func(c *client, call engine.Call) (engine.Value, error) {
			r, err := builders[name](c, call)
			if err != nil {
				return nil, err
			}
			return c.start(r), nil
		})
	}
	method("notify", func(c *client, call engine.Call) (engine.Value, error) {
		name, err := stringArgument(call.Argument(0), "the method")
		if err != nil {
			return nil, err
		}
		params, err := b.objectArgument(call.Argument(1), "params")
		if err != nil {
			return nil, err
		}
		return c.notify(name, params), nil
	})
	method("cancel", func(c *client, call engine.Call) (engine.Value, error) {
		s, err := c.session()
		if err != nil {
			return nil, err
		}
		reason := ""
		if v := call.Argument(1); !engine.IsNullish(v) {
			reason = v.String()
		}
		return vm.ToValue(s.Cancel(call.Argument(0).String(), reason) == nil), nil
	})
}

// rawObject is client.raw: the requests of the protocol with their results as
// they were sent; no result is an error.
func (c *client) rawObject() *engine.Object {
	if c.raw != nil {
		return c.raw
	}
	rt := c.b.rt
	c.raw = rt.VM().NewObject()
	for name, build := range builders {
		rt.Method(c.raw, name, func(call engine.Call) engine.Value {
			r, err := build(c, call)
			if err != nil {
				rt.Throw(err)
			}
			r.run, r.tool, r.convert = nil, nil, nil
			return c.start(r)
		})
	}
	return c.raw
}

// page makes the builder of one page of a list: its options take a cursor.
func page(name string) func(*client, engine.Call) (request, error) {
	return func(c *client, call engine.Call) (request, error) {
		var cursor json.RawMessage
		o, err := c.readCallOptions(call.Argument(0), name, map[string]option{"cursor": func(v engine.Value) error {
			s, err := stringArgument(v, "cursor")
			cursor = quoted(s)
			return err
		}})
		r := request{method: lists[name].method, label: name, options: o}
		if cursor != nil {
			r.params = fields("cursor", cursor)
		}
		return r, err
	}
}

func subscription(method string) func(*client, engine.Call) (request, error) {
	return func(c *client, call engine.Call) (request, error) {
		uri, err := stringArgument(call.Argument(0), "the resource's URI")
		if err != nil {
			return request{}, err
		}
		o, err := c.readCallOptions(call.Argument(1), method, nil)
		return request{method: method, label: method, options: o, params: fields("uri", quoted(uri))}, err
	}
}

func (c *client) buildSetLogLevel(call engine.Call) (request, error) {
	level, err := logLevel(call.Argument(0))
	if err != nil {
		return request{}, err
	}
	o, err := c.readCallOptions(call.Argument(1), "setLogLevel", nil)
	return request{method: "logging/setLevel", label: "set log level", options: o, params: fields("level", quoted(level))}, err
}

func (c *client) buildPing(call engine.Call) (request, error) {
	o, err := c.readCallOptions(call.Argument(0), "ping", nil)
	r := request{method: "ping", label: "ping", options: o}
	if c.sess != nil && c.sess.Modern() {
		// The revision has no ping; discovery is the request that every
		// server answers.
		r.method = "server/discover"
	}
	r.convert = func(json.RawMessage) (engine.Value, error) { return c.b.rt.VM().ToValue(true), nil }
	return r, err
}

func (c *client) buildReadResource(call engine.Call) (request, error) {
	uri, err := stringArgument(call.Argument(0), "the resource's URI")
	if err != nil {
		return request{}, err
	}
	o, err := c.readCallOptions(call.Argument(1), "readResource", nil)
	label := fmt.Sprintf("read resource %q", uri)
	return request{method: "resources/read", label: label, options: o,
		params:  fields("uri", quoted(uri)),
		convert: c.member(label, "contents", o.bigInts)}, err
}

func (c *client) buildGetPrompt(call engine.Call) (request, error) {
	name, err := stringArgument(call.Argument(0), "the prompt's name")
	if err != nil {
		return request{}, err
	}
	args, err := c.b.promptArguments(call.Argument(1))
	if err != nil {
		return request{}, err
	}
	o, err := c.readCallOptions(call.Argument(2), "getPrompt", nil)
	return request{method: "prompts/get", label: fmt.Sprintf("get prompt %q", name), options: o,
		params: fields("name", quoted(name), "arguments", args)}, err
}

// buildComplete reads complete(ref, argument, context?, options?): the
// argument is {name, value}, the context the other arguments' values.
func (c *client) buildComplete(call engine.Call) (request, error) {
	o, err := c.readCallOptions(call.Argument(3), "complete", nil)
	if err != nil {
		return request{}, err
	}
	ref, err := c.b.reference(call.Argument(0))
	if err != nil {
		return request{}, err
	}
	argument, err := c.b.objectArgument(call.Argument(1), "argument")
	if err != nil {
		return request{}, err
	}
	if ref == nil || argument == nil {
		return request{}, engine.TypeErrorf("complete needs a ref and an argument {name, value}")
	}
	var others json.RawMessage
	if v, ok := call.Argument(2).(*engine.Object); ok {
		if inner, ok := v.Get("arguments").(*engine.Object); ok {
			v = inner
		}
		raw, err := c.b.promptArguments(v)
		if err != nil {
			return request{}, err
		}
		others = fields("arguments", raw)
	}
	return request{method: "completion/complete", label: "complete", options: o,
		params:  fields("ref", ref, "argument", argument, "context", others),
		convert: c.member("complete", "completion", o.bigInts)}, nil
}

func (c *client) buildRequest(call engine.Call) (request, error) {
	name, err := stringArgument(call.Argument(0), "the method")
	if err != nil {
		return request{}, err
	}
	params, err := c.b.objectArgument(call.Argument(1), "params")
	if err != nil {
		return request{}, err
	}
	o, err := c.readCallOptions(call.Argument(2), "request", nil)
	return request{method: name, label: name, options: o, params: params}, err
}

// member makes a convert function that gives one property of the result.
func (c *client) member(label, key string, bigInts bool) func(json.RawMessage) (engine.Value, error) {
	return func(raw json.RawMessage) (engine.Value, error) {
		v, err := c.b.rt.ParseJSON(raw, engine.JSONOptions{BigInts: bigInts})
		if err != nil {
			return nil, err
		}
		if o, ok := v.(*engine.Object); ok {
			if inner := o.Get(key); inner != nil {
				return inner, nil
			}
		}
		return nil, c.violation(label, fmt.Sprintf("the result has no %q: %s", key, excerpt(raw)))
	}
}

func (c *client) violation(label, reason string) error {
	return jsError(&session.ProtocolError{Server: c.serverName(), Label: label, Reason: reason})
}

func (c *client) buildCallTool(call engine.Call) (request, error) {
	name, err := stringArgument(call.Argument(0), "the tool's name")
	if err != nil {
		return request{}, err
	}
	return c.toolCall(name, call.Argument(1), call.Argument(2), nil)
}
