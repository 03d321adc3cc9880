package engine

// A Class is a JavaScript class whose instances carry a Go value. Loop only.
type Class struct {
	rt    *Runtime
	Proto *Object
	Ctor  *Object
	name  string
	slot  string // the property that holds the Go value
}

// NewClass makes a class; construct makes the Go value of `new name(…)`, and is
// nil where scripts can't make any.
func (rt *Runtime) NewClass(name string, construct func(NewCall) (any, error)) *Class {
	c := &Class{rt: rt, Proto: rt.vm.NewObject(), name: name, slot: "[[" + name + "]]"}
	c.Ctor = rt.vm.ToValue(func(call NewCall) *Object {
		if construct == nil {
			rt.Throw(TypeErrorf("Illegal constructor: a %s can't be made with new", name))
		}
		v, err := construct(call)
		if err != nil {
			rt.Throw(err)
		}
		o := c.New(v)
		if t := call.NewTarget; t != nil && t != c.Ctor {
			if p, ok := t.Get("prototype").(*Object); ok {
				o.SetPrototype(p)
			}
		}
		return o
	}).(*Object)
	rt.Hidden(c.Ctor, "name", rt.vm.ToValue(name))
	c.Ctor.DefineDataProperty("prototype", c.Proto, FlagFalse, FlagFalse, FlagFalse)
	rt.Hidden(c.Proto, "constructor", c.Ctor)
	c.Proto.DefineDataPropertySymbol(SymToStringTag, rt.vm.ToValue(name), FlagFalse, FlagTrue, FlagFalse)
	return c
}

// New makes an instance that carries v.
func (c *Class) New(v any) *Object {
	o := c.rt.vm.CreateObject(c.Proto)
	c.Attach(o, v)
	return o
}

// Attach lets any object carry v for this class.
func (c *Class) Attach(o *Object, v any) {
	o.DefineDataProperty(c.slot, c.rt.vm.NewDynamicObject(&carrier{c, v}), FlagFalse, FlagFalse, FlagFalse)
}

// A carrier is an object without properties that holds a Go value: the kind that
// is cheapest to make. Which property holds it is named in brackets, as internal
// slots are in the language's specification: under a symbol it would be hidden
// better, and take twice as long.
type carrier struct {
	class *Class
	v     any
}

func (*carrier) Get(string) Value       { return nil }
func (*carrier) Set(string, Value) bool { return false }
func (*carrier) Has(string) bool        { return false }
func (*carrier) Delete(string) bool     { return true }
func (*carrier) Keys() []string         { return nil }

// Of gives what an instance carries; false for any other value.
func (c *Class) Of(v Value) (any, bool) {
	o, ok := v.(*Object)
	if !ok {
		return nil, false
	}
	slot, ok := o.Get(c.slot).(*Object)
	if !ok {
		return nil, false
	}
	held, ok := slot.Export().(*carrier)
	if !ok || held.class != c {
		return nil, false
	}
	return held.v, true
}

// Method adds a method; this is what the instance carries.
func (c *Class) Method(name string, fn func(this any, call Call) (Value, error)) {
	c.rt.Method(c.Proto, name, c.bind(name, fn))
}

// SymbolMethod adds a method under a symbol.
func (c *Class) SymbolMethod(symbol *Symbol, fn func(this any, call Call) (Value, error)) {
	c.Proto.DefineDataPropertySymbol(symbol, c.rt.vm.ToValue(c.bind(symbol.String(), fn)), FlagTrue, FlagTrue, FlagFalse)
}

// Getter adds a read-only property that is computed from what the instance
// carries.
func (c *Class) Getter(name string, fn func(this any) (Value, error)) {
	get := c.rt.vm.ToValue(c.bind(name, func(this any, _ Call) (Value, error) { return fn(this) }))
	c.Proto.DefineAccessorProperty(name, get, nil, FlagTrue, FlagFalse)
}

func (c *Class) bind(name string, fn func(this any, call Call) (Value, error)) func(Call) Value {
	return func(call Call) Value {
		this, ok := c.Of(call.This)
		if !ok {
			c.rt.Throw(TypeErrorf("%s.%s: this is not a %s", c.name, name, c.name))
		}
		v, err := fn(this, call)
		if err != nil {
			c.rt.Throw(err)
		}
		return v
	}
}
