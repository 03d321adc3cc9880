package engine

import "github.com/dop251/goja"

// What other packages need of goja's values, under one roof.
var (
	SymToPrimitive = goja.SymToPrimitive
	SymIterator    = goja.SymIterator
	SymToStringTag = goja.SymToStringTag
)

// FlagTrue and FlagFalse set the attributes of a property.
const (
	FlagTrue  = goja.FLAG_TRUE
	FlagFalse = goja.FLAG_FALSE
)

// Exception is a JavaScript exception that came out of a call as a Go error.
type Exception = goja.Exception

// Function gives v as something to call, if it is a function.
func Function(v Value) (Callable, bool) { return goja.AssertFunction(v) }

// Undefined is JavaScript's undefined.
func Undefined() Value { return goja.Undefined() }

// Null is JavaScript's null.
func Null() Value { return goja.Null() }

// IsUndefined tells whether v is undefined or was not given at all.
func IsUndefined(v Value) bool { return v == nil || goja.IsUndefined(v) }

// IsNullish tells whether v is undefined or null.
func IsNullish(v Value) bool { return IsUndefined(v) || goja.IsNull(v) }

// IsError tells whether v is an Error object. Loop only.
func IsError(v Value) bool {
	o, ok := v.(*goja.Object)
	return ok && o.ClassName() == "Error"
}

// IsArray tells whether v is an array. Loop only.
func IsArray(v Value) bool {
	o, ok := v.(*goja.Object)
	return ok && o.ClassName() == "Array"
}

// AsString gives v's text if it is a string.
func AsString(v Value) (string, bool) {
	s, ok := v.(goja.String)
	if !ok {
		return "", false
	}
	return s.String(), true
}

// AsBytes gives a copy of the bytes of an ArrayBuffer, or of a Uint8Array or
// another view of bytes. Loop only.
func AsBytes(v Value) ([]byte, bool) {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil, false
	}
	switch b := o.Export().(type) {
	case goja.ArrayBuffer:
		return append([]byte{}, b.Bytes()...), true
	case []byte:
		return append([]byte{}, b...), true
	}
	return nil, false
}

// WellKnown gives Symbol[name], such as Symbol.asyncDispose. Loop only.
func (rt *Runtime) WellKnown(name string) *Symbol {
	return rt.vm.Get("Symbol").(*goja.Object).Get(name).(*goja.Symbol)
}

// SymbolFor gives Symbol.for(name). Loop only.
func (rt *Runtime) SymbolFor(name string) *Symbol {
	symbol := rt.vm.Get("Symbol").(*goja.Object)
	get, _ := goja.AssertFunction(symbol.Get("for"))
	v, err := get(symbol, rt.vm.ToValue(name))
	if err != nil {
		panic(err)
	}
	return v.(*goja.Symbol)
}

// Bytes makes a Uint8Array over b, which the script then owns. Loop only.
func (rt *Runtime) Bytes(b []byte) Value {
	if b == nil {
		b = []byte{}
	}
	ctor := rt.vm.Get("Uint8Array")
	o, err := rt.vm.New(ctor, rt.vm.ToValue(rt.vm.NewArrayBuffer(b)))
	if err != nil {
		panic(err)
	}
	return o
}

// ProxyTraps and PropertyDescriptor are goja's.
type (
	ProxyTraps         = goja.ProxyTrapConfig
	PropertyDescriptor = goja.PropertyDescriptor
)

// NewFunction makes a function value with a name. Loop only.
func (rt *Runtime) NewFunction(name string, fn func(Call) Value) *Object {
	f := rt.vm.ToValue(fn).(*goja.Object)
	f.DefineDataProperty("name", rt.vm.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return f
}

// OwnData gives the value of an own property of o, without running any code of
// the script: false where there is no such property, it has a getter, or o is a
// proxy. Loop only.
func (rt *Runtime) OwnData(o *Object, name string) (Value, bool) {
	if o.ExportType() == proxyType {
		return nil, false
	}
	d, err := rt.pristine.ownDescriptor(goja.Undefined(), o, rt.vm.ToValue(name))
	if err != nil {
		return nil, false
	}
	if d, ok := d.(*goja.Object); ok {
		if v := d.Get("value"); v != nil {
			return v, true
		}
		return rt.constant(o, name, d)
	}
	return nil, false
}

// Peek gives the value of a property of v, its own or inherited, without
// running any code of the script: false where there is none, or reading it
// would run a getter or a proxy's trap. Loop only.
func (rt *Runtime) Peek(v Value, name string) (Value, bool) {
	if IsNullish(v) {
		return nil, false
	}
	key := rt.vm.ToValue(name)
	for o := v.ToObject(rt.vm); o != nil; o = o.Prototype() {
		if o.ExportType() == proxyType {
			return nil, false
		}
		d, err := rt.pristine.ownDescriptor(goja.Undefined(), o, key)
		if err != nil {
			return nil, false
		}
		if d, ok := d.(*goja.Object); ok {
			if value := d.Get("value"); value != nil {
				return value, true
			}
			return rt.constant(o, name, d)
		}
	}
	return nil, false
}

// PeekNames gives the names of v's properties, the own ones before those of its
// prototypes, without running any code of the script: proxies have none. Loop
// only.
func (rt *Runtime) PeekNames(v Value) []string {
	if IsNullish(v) {
		return nil
	}
	var names []string
	for o := v.ToObject(rt.vm); o != nil && o.ExportType() != proxyType; o = o.Prototype() {
		names = append(names, o.GetOwnPropertyNames()...)
	}
	return names
}

// String is a JavaScript string: UTF-16 by Length and CharAt, UTF-8 by String,
// where a lone surrogate becomes U+FFFD.
type String = goja.String

// UTF16 makes a string of UTF-16 code units, lone surrogates and all.
func UTF16(units []uint16) Value { return goja.StringFromUTF16(units) }

// ArrayBuffer makes an ArrayBuffer over b, which the script then owns. Loop
// only.
func (rt *Runtime) ArrayBuffer(b []byte) *Object {
	if b == nil {
		b = []byte{}
	}
	return rt.vm.ToValue(rt.vm.NewArrayBuffer(b)).(*goja.Object)
}

// BytesOf gives the memory of an ArrayBuffer, a typed array or a DataView, not
// a copy; false for any other value. Loop only: a script may change the bytes
// while it runs.
func (rt *Runtime) BytesOf(v Value) ([]byte, bool) {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil, false
	}
	if o.ExportType() == proxyType {
		return nil, false
	}
	if whole, ok := o.Export().(goja.ArrayBuffer); ok {
		if whole.Detached() {
			return nil, true
		}
		return whole.Bytes(), true
	}
	if view, err := rt.pristine.isView(goja.Undefined(), o); err != nil || !view.ToBoolean() {
		return nil, false
	}
	whole, ok := o.Get("buffer").Export().(goja.ArrayBuffer)
	if !ok || whole.Detached() {
		return nil, ok
	}
	from, n, all := o.Get("byteOffset").ToInteger(), o.Get("byteLength").ToInteger(), whole.Bytes()
	if from < 0 || n < 0 || from+n > int64(len(all)) {
		return nil, false
	}
	return all[from : from+n : from+n], true
}

// Kind names what o is inside, whatever its prototype: "Object", "Array",
// "Function", "Error", "Date", "RegExp", "Map", "Set", "Promise", "ArrayBuffer",
// "TypedArray", "DataView", "Proxy" and so on. Loop only.
func (rt *Runtime) Kind(o *Object) string {
	if o.ExportType() == proxyType {
		return "Proxy"
	}
	switch t := o.ExportType(); t {
	case bufferType:
		return "ArrayBuffer"
	case promiseType:
		return "Promise"
	case mapType:
		return "Map"
	case setType:
		if o.ClassName() != "Array" {
			return "Set"
		}
	case bigIntType:
		return "BigInt"
	default:
		if isFunction(o) {
			return "Function"
		}
	}
	if view, err := rt.pristine.isView(goja.Undefined(), o); err == nil && view.ToBoolean() {
		if tag := o.GetSymbol(goja.SymToStringTag); tag != nil && tag.String() == "DataView" {
			return "DataView"
		}
		return "TypedArray"
	}
	return o.ClassName()
}
