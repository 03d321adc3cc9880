package bindings

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// toolList is what a server was last heard to offer.
type toolList struct {
	names  []string
	byName map[string]json.RawMessage
	folded map[string]string // camelCase → name
	tasks  map[string]string // what a tool says of tasks, where it does
	typed  map[string]bool   // has an output schema
}

func newToolList(pages []json.RawMessage) *toolList {
	t := &toolList{byName: map[string]json.RawMessage{}, folded: map[string]string{}, tasks: map[string]string{}, typed: map[string]bool{}}
	for _, raw := range pages {
		var page struct {
			Tools []json.RawMessage `json:"tools"`
		}
		json.Unmarshal(raw, &page)
		for _, tool := range page.Tools {
			var named struct {
				Name string `json:"name"`
			}
			json.Unmarshal(tool, &named)
			t.typed[named.Name] = toolSchema(tool, "outputSchema") != nil
			var execution struct {
				Execution struct {
					TaskSupport string `json:"taskSupport"`
				} `json:"execution"`
			}
			if json.Unmarshal(tool, &execution) == nil {
				t.tasks[named.Name] = execution.Execution.TaskSupport
			}
			t.names = append(t.names, named.Name)
			t.byName[named.Name] = tool
			if key := camelCase(named.Name); t.folded[key] == "" {
				t.folded[key] = named.Name
			}
		}
	}
	return t
}

// listedIn tells whether a text names all the tools, as some servers' errors do.
func (t *toolList) listedIn(text string) bool {
	return t != nil && len(t.names) > 1 && !slices.ContainsFunc(t.names, func(name string) bool { return !strings.Contains(text, name) })
}

// resolve gives the name of the tool that client.tools.x stands for: its own
// name, or the camelCase of it.
func (t *toolList) resolve(property string) (string, bool) {
	if _, ok := t.byName[property]; ok {
		return property, true
	}
	name, ok := t.folded[property]
	return name, ok
}

// camelCase makes an identifier of a tool's name: "get-sum" is getSum.
func camelCase(name string) string {
	var b strings.Builder
	upper := false
	for _, r := range name {
		switch {
		case r == '_' || r == '$' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f:
			if r == '_' && b.Len() > 0 {
				upper = true
				continue
			}
			if upper {
				b.WriteString(strings.ToUpper(string(r)))
			} else {
				b.WriteRune(r)
			}
			upper = false
		default:
			upper = b.Len() > 0
		}
	}
	return b.String()
}

// toolsProxy is client.tools: each property is a function that calls the tool
// of that name.
func (c *client) toolsProxy() engine.Value {
	rt, vm := c.b.rt, c.b.rt.VM()
	target := vm.NewObject()
	names := func() []string {
		if c.tools == nil {
			return nil
		}
		return c.tools.names
	}
	// console.log looks at the target, which has none of them.
	target.SetSymbol(c.b.inspectSymbol(), rt.NewFunction("inspect", func(engine.Call) engine.Value {
		list := strings.Join(names(), ", ")
		if c.tools == nil {
			list = "not asked for yet; see listTools()"
		}
		return vm.ToValue("[tools of " + engine.Printable(c.name+": "+list) + "]")
	}))
	return vm.ToValue(vm.NewProxy(target, &engine.ProxyTraps{
		Get: func(_ *engine.Object, property string, _ engine.Value) engine.Value {
			if c.tools == nil || c.tools.byName[property] == nil {
				switch property { // what awaiting and printing look for
				case "then", "toJSON", "constructor", "inspect":
					return engine.Undefined()
				case "toString", "toLocaleString", "valueOf":
					return rt.NewFunction(property, func(engine.Call) engine.Value {
						return vm.ToValue("[tools of " + c.name + ": " + strings.Join(names(), ", ") + "]")
					})
				}
			}
			return rt.NewFunction(property, func(call engine.Call) engine.Value {
				v, err := c.callNamed(property, call)
				if err != nil {
					return rt.Rejected(err)
				}
				return v
			})
		},
		Has: func(_ *engine.Object, property string) bool {
			if c.tools == nil {
				return false
			}
			_, ok := c.tools.resolve(property)
			return ok
		},
		OwnKeys: func(*engine.Object) *engine.Object { return vm.NewArray(anys(names())...) },
		GetOwnPropertyDescriptor: func(_ *engine.Object, property string) engine.PropertyDescriptor {
			if c.tools == nil {
				return engine.PropertyDescriptor{}
			}
			if _, ok := c.tools.resolve(property); !ok {
				return engine.PropertyDescriptor{}
			}
			return engine.PropertyDescriptor{
				Value:    rt.NewFunction(property, func(call engine.Call) engine.Value { v, _ := c.callNamed(property, call); return v }),
				Writable: engine.FlagFalse, Enumerable: engine.FlagTrue, Configurable: engine.FlagTrue,
			}
		},
	}))
}

func anys(names []string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = n
	}
	return out
}

// callNamed calls the tool that a property of client.tools stands for. Where
// that is not known to be a tool, the server is asked for its tools first.
func (c *client) callNamed(property string, call engine.Call) (engine.Value, error) {
	var find func(context.Context, *session.Session) (string, error)
	name, known := property, false
	if c.tools != nil {
		name, known = c.tools.resolve(property)
	}
	if !known {
		name = property
		find = func(ctx context.Context, s *session.Session) (string, error) {
			tools, err := c.fetchTools(ctx, s)
			if err != nil {
				return "", err
			}
			if name, ok := tools.resolve(property); ok {
				return name, nil
			}
			return "", c.violation(fmt.Sprintf("call tool %q", property), "the server has no such tool"+suggestion(property, tools.names))
		}
	}
	r, err := c.toolCall(name, call.Argument(0), call.Argument(1), find)
	if err != nil {
		return nil, err
	}
	return c.start(r), nil
}

// knownTools are the server's tools as they were last heard of. Any goroutine
// but the loop's.
func (c *client) knownTools(ctx context.Context, s *session.Session) (*toolList, error) {
	known := make(chan *toolList, 1)
	c.b.rt.Post(func() { known <- c.tools })
	select {
	case list := <-known:
		if list != nil {
			return list, nil
		}
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	return c.fetchTools(ctx, s)
}

// fetchTools asks the server for its tools and remembers them. Any goroutine
// but the loop's.
func (c *client) fetchTools(ctx context.Context, s *session.Session) (*toolList, error) {
	pages, err := c.listAll(ctx, s, "tools/list", &callOptions{timeout: c.opts.timeout})
	if err != nil {
		return nil, err
	}
	c.b.rt.Post(func() { c.keepList(s, "listTools", pages) })
	return newToolList(pages), nil
}
