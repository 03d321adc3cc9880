package stdlib

import (
	"context"

	"mcpjs/engine"
)

// natives are what Go gives to a module's embedded JavaScript, by name. An
// error throws at the script's current line.
type natives map[string]func(engine.Call) (engine.Value, error)

// object makes the natives an object, and adds what all modules need: require
// gives another host module's exports.
func (n natives) object(rt *engine.Runtime) *engine.Object {
	o := rt.VM().NewObject()
	for name, fn := range n {
		o.Set(name, rt.NewFunction(name, func(c engine.Call) engine.Value {
			v, err := fn(c)
			if err != nil {
				rt.Throw(err)
			}
			if v == nil {
				return engine.Undefined()
			}
			return v
		}))
	}
	if _, own := n["require"]; !own {
		o.Set("require", func(c engine.Call) engine.Value {
			v, err := rt.Import(c.Argument(0).String())
			if err != nil {
				rt.Throw(err)
			}
			return v
		})
	}
	return o
}

// loader makes a module's Load of an embedded file and its natives.
func loader(file *engine.Embedded, make func(rt *engine.Runtime) natives) func(*engine.Runtime) (*engine.Object, error) {
	return func(rt *engine.Runtime) (*engine.Object, error) {
		return file.Load(rt, func() []engine.Value {
			n := natives{}
			if make != nil {
				n = make(rt)
			}
			return []engine.Value{n.object(rt)}
		}), nil
	}
}

// option gives a property of an options argument; undefined where there are no
// options.
func option(v engine.Value, name string) engine.Value {
	o, ok := v.(*engine.Object)
	if !ok {
		return engine.Undefined()
	}
	if p := o.Get(name); p != nil {
		return p
	}
	return engine.Undefined()
}

// text gives a string property of an options argument; other where it is
// missing.
func textOption(v engine.Value, name, other string) string {
	if p := option(v, name); !engine.IsNullish(p) {
		return p.String()
	}
	return other
}

// strings gives the elements of an array, or a single value, as text.
func stringList(v engine.Value) []string {
	if engine.IsNullish(v) {
		return nil
	}
	o, ok := v.(*engine.Object)
	if !ok || !engine.IsArray(v) {
		return []string{v.String()}
	}
	out := make([]string, 0, int(o.Get("length").ToInteger()))
	for _, key := range o.Keys() {
		out = append(out, o.Get(key).String())
	}
	return out
}

// bytesOf gives the bytes of a string (as UTF-8), an ArrayBuffer, a typed array
// or a DataView. Only a string's are a copy.
func bytesOf(rt *engine.Runtime, v engine.Value) ([]byte, bool) {
	if s, ok := engine.AsString(v); ok {
		return []byte(s), true
	}
	return rt.BytesOf(v)
}

// watchSignal rejects op with an AbortSignal's reason when that is aborted;
// false if it is aborted already. It throws on what is no signal.
func watchSignal(rt *engine.Runtime, op *engine.Operation, v engine.Value, what string) error {
	if engine.IsNullish(v) {
		return nil
	}
	signal, _ := v.(*engine.Object)
	var add, remove engine.Callable
	if signal != nil {
		add, _ = engine.Function(signal.Get("addEventListener"))
		remove, _ = engine.Function(signal.Get("removeEventListener"))
	}
	if add == nil || remove == nil {
		return engine.TypeErrorf("%s: signal must be an AbortSignal", what)
	}
	aborted := func() { op.Reject(rt.Thrown(signal.Get("reason"))) }
	if signal.Get("aborted").ToBoolean() {
		aborted()
		return nil
	}
	listener := rt.VM().ToValue(func(engine.Call) engine.Value {
		aborted()
		return engine.Undefined()
	})
	if _, err := add(signal, rt.VM().ToValue("abort"), listener); err != nil {
		return err
	}
	op.Finally(func() {
		_, err := remove(signal, rt.VM().ToValue("abort"), listener)
		rt.Check(err)
	})
	return nil
}

// async runs work on a goroutine and gives the promise of what it makes.
func async(rt *engine.Runtime, work func(ctx context.Context) (any, error)) (engine.Value, error) {
	return rt.Async(func(ctx context.Context) (func() (engine.Value, error), error) {
		v, err := work(ctx)
		if err != nil {
			return nil, err
		}
		return func() (engine.Value, error) { return rt.ToValue(v) }, nil
	}), nil
}
