package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// A Module is something that scripts can import and that Go provides.
type Module struct {
	// Name is what a script imports: "mcp", "fs", "fs/promises".
	Name string
	// Node tells that "node:" may stand before the name.
	Node bool
	// Load makes the exports when the module is first imported; a default
	// import is the whole object. nil where there is nothing to import.
	Load func(rt *Runtime) (*Object, error)
	// Globals defines the module's global names, at the start of every
	// runtime: let it be quick (LazyGlobal).
	Globals func(rt *Runtime)
	// Exports, where set, gives the names that the exports have, besides
	// default, for imports of others to be refused before anything runs.
	Exports func() []string
	// Types is the module's TypeScript declaration.
	Types string
}

type hostModule struct {
	load    func(rt *Runtime) (*Object, error)
	exports *goja.Object
}

func (rt *Runtime) installModules(modules []Module) {
	rt.modules = map[string]*hostModule{}
	for _, m := range modules {
		if m.Load != nil {
			h := &hostModule{load: m.Load}
			rt.modules[m.Name] = h
			if m.Node {
				rt.modules["node:"+m.Name] = h
			}
		}
		if m.Globals != nil {
			m.Globals(rt)
		}
	}
}

// Import gives the exports of a host module. Loop only.
func (rt *Runtime) Import(name string) (*Object, error) {
	m := rt.modules[name]
	if m == nil {
		return nil, &Error{Message: fmt.Sprintf("Cannot find module '%s'", name),
			Fields: []Field{{Name: "code", Value: "MODULE_NOT_FOUND"}}}
	}
	if m.exports == nil {
		exports, err := m.load(rt)
		if err != nil {
			return nil, err
		}
		m.exports = exports
	}
	return m.exports, nil
}

// ModuleNames are the names that modules can be imported by, sorted.
func ModuleNames(modules []Module) []string {
	var names []string
	for _, m := range modules {
		if m.Load == nil {
			continue
		}
		names = append(names, m.Name)
		if m.Node {
			names = append(names, "node:"+m.Name)
		}
	}
	slices.Sort(names)
	return names
}

// LazyGlobal defines a global whose value is made when it is first read.
// Assigning to it replaces it. Loop only.
func (rt *Runtime) LazyGlobal(name string, make func() Value) {
	rt.Lazy(rt.vm.GlobalObject(), name, make)
}

// Lazy defines a property whose value is made when it is first read. Loop only.
func (rt *Runtime) Lazy(o *Object, name string, make func() Value) {
	put := func(v Value) {
		o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	get := rt.vm.ToValue(func(Call) Value {
		v := make()
		put(v)
		return v
	})
	set := rt.vm.ToValue(func(c Call) Value {
		put(c.Argument(0))
		return goja.Undefined()
	})
	o.DefineAccessorProperty(name, get, set, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// Method defines a function property that is not enumerable. Loop only.
func (rt *Runtime) Method(o *Object, name string, fn func(Call) Value) *Object {
	return rt.define(o, name, fn)
}

// Getter defines a read-only accessor that is not enumerable. Loop only.
func (rt *Runtime) Getter(o *Object, name string, get func() Value) {
	o.DefineAccessorProperty(name, rt.vm.ToValue(func(Call) Value { return get() }), nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// Hidden defines a property that is not enumerable. Loop only.
func (rt *Runtime) Hidden(o *Object, name string, v Value) {
	o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// nodeBuiltins are node's modules; those that no Module provides get an error
// of their own instead of "not found".
var nodeBuiltins = strings.Fields(`assert async_hooks buffer child_process cluster console constants crypto
	dgram diagnostics_channel dns domain events fs http http2 https inspector module net os path perf_hooks
	process punycode querystring readline repl stream string_decoder sys timers tls trace_events tty url util
	v8 vm wasi worker_threads zlib test sqlite sea`)

func isNodeBuiltin(name string) bool {
	bare, prefixed := strings.CutPrefix(name, "node:")
	root, _, _ := strings.Cut(bare, "/")
	return slices.Contains(nodeBuiltins, root) && (prefixed || bare == root || root == "fs" || root == "path" || root == "stream" || root == "timers" || root == "util" || root == "assert" || root == "readline" || root == "dns")
}
