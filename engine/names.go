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

// WellKnown gives Symbol[name], such as Symbol.asyncDispose. Loop only.
func (rt *Runtime) WellKnown(name string) *Symbol {
	return rt.vm.Get("Symbol").(*goja.Object).Get(name).(*goja.Symbol)
}
