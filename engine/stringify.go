package engine

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// A writer writes values as JSON.stringify does (ECMA-262, 25.5.2), several times
// as fast as goja's, which goes through UTF-16 and makes objects on the way. What
// is not plain it leaves to that, value by value.
type writer struct {
	rt    *Runtime
	exact bool // BigInts are integers
	out   []byte
	above []*goja.Object // those that are being written
}

const (
	// writerDepth and writerItems, of an array, bound what a writer takes on itself.
	writerDepth = 64
	writerItems = 1000
)

var (
	plainType = reflect.TypeFor[map[string]any]()
	arrayType = reflect.TypeFor[[]any]()
)

// Stringify is JSON.stringify: nil for undefined and functions, an error where
// the value is circular, holds a BigInt, or has a getter or toJSON that throws.
// Loop only.
func (rt *Runtime) Stringify(v Value) (json.RawMessage, error) { return rt.write(v, false) }

// StringifyExact is Stringify for JSON that leaves the script: BigInts become
// integers with all their digits, where JSON.stringify refuses them. Loop only.
func (rt *Runtime) StringifyExact(v Value) (json.RawMessage, error) { return rt.write(v, true) }

func (rt *Runtime) write(v Value, exact bool) (raw json.RawMessage, err error) {
	w := rt.writer
	if w == nil {
		w = &writer{rt: rt}
	}
	rt.writer = nil // a getter may stringify, too
	w.exact = exact
	some := false
	if thrown := rt.Try(func() { some, err = w.value("", v) }); thrown != nil {
		err = thrown
	}
	if err == nil && some {
		raw = slices.Clone(w.out)
	}
	if cap(w.out) <= 64<<10 {
		clear(w.above[:cap(w.above)])
		w.out, w.above = w.out[:0], w.above[:0]
		rt.writer = w
	}
	return raw, err
}

// value writes the value of a property. It reports false for what JSON leaves
// out, and panics with what JavaScript throws.
func (w *writer) value(key string, v Value) (some bool, err error) {
	switch v := v.(type) {
	case nil:
		return false, nil
	case *goja.Object:
		return w.compound(key, v)
	case goja.String:
		s := v.String()
		if torn(s) {
			return w.other(key, v)
		}
		w.text(s)
		return true, nil
	}
	switch {
	case goja.IsUndefined(v):
		return false, nil
	case goja.IsNull(v), goja.IsNaN(v), goja.IsInfinity(v):
		w.out = append(w.out, "null"...)
	case goja.IsNumber(v):
		w.out = append(w.out, v.String()...)
	case w.exact && goja.IsBigInt(v) && v.ToObject(w.rt.vm).Get("toJSON") == nil:
		w.out = append(w.out, v.String()...)
	case v.ExportType().Kind() == reflect.Bool:
		w.out = strconv.AppendBool(w.out, v.ToBoolean())
	default:
		return w.other(key, v)
	}
	return true, nil
}

func (w *writer) compound(key string, o *goja.Object) (bool, error) {
	write := w.object
	switch t := o.ExportType(); {
	case t == arrayType && o.ClassName() == "Array":
		write = w.array
	case t != plainType || o.ClassName() != "Object":
		return w.other(key, o)
	}
	if len(w.above) >= writerDepth || slices.Contains(w.above, o) {
		return w.other(key, o)
	}
	if toJSON := o.Get("toJSON"); toJSON != nil && !goja.IsUndefined(toJSON) {
		return w.other(key, o)
	}
	w.above = append(w.above, o)
	some, err := write(key, o)
	w.above = w.above[:len(w.above)-1]
	return some, err
}

func (w *writer) object(key string, o *goja.Object) (bool, error) {
	keys := o.Keys()
	if slices.ContainsFunc(keys, torn) {
		return w.other(key, o)
	}
	w.out = append(w.out, '{')
	begin := len(w.out)
	for _, k := range keys {
		mark := len(w.out)
		if mark > begin {
			w.out = append(w.out, ',')
		}
		w.text(k)
		w.out = append(w.out, ':')
		if some, err := w.value(k, o.Get(k)); err != nil {
			return false, err
		} else if !some {
			w.out = w.out[:mark]
		}
	}
	w.out = append(w.out, '}')
	return true, nil
}

func (w *writer) array(key string, a *goja.Object) (bool, error) {
	n := a.Get("length").ToInteger()
	if n > writerItems {
		return w.other(key, a)
	}
	w.out = append(w.out, '[')
	for i := range n {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		k := strconv.FormatInt(i, 10)
		if some, err := w.value(k, a.Get(k)); err != nil {
			return false, err
		} else if !some {
			w.out = append(w.out, "null"...)
		}
	}
	w.out = append(w.out, ']')
	return true, nil
}

// other leaves a value to goja, in an object that has it under its key, which
// its toJSON is told.
func (w *writer) other(key string, v Value) (bool, error) {
	holder := w.rt.vm.CreateObject(nil)
	holder.DefineDataProperty(key, v, FlagTrue, FlagTrue, FlagTrue)
	s, err := w.rt.pristine.stringify(goja.Undefined(), holder)
	if err != nil && w.exact {
		s, err = w.withBigInts(holder, err)
	}
	if err != nil {
		return false, err
	}
	text := s.String()
	if text == "{}" {
		return false, nil
	}
	mark := len(w.out)
	w.text(key)
	prefix := len(w.out) - mark + len("{:")
	w.out = append(w.out[:mark], text[prefix:len(text)-1]...)
	return true, nil
}

// withBigInts writes again what was refused for a BigInt in it.
func (w *writer) withBigInts(v Value, refused error) (Value, error) {
	var ex *goja.Exception
	if !errors.As(refused, &ex) || !strings.Contains(ex.Error(), "BigInt") {
		return nil, refused
	}
	vm := w.rt.vm
	mark := rand.Text() // which no string of the script's has
	s, err := w.rt.pristine.stringify(goja.Undefined(), v, vm.ToValue(func(c Call) Value {
		v := c.Argument(1)
		if v.ExportType() == bigIntType { // also where an object is around it
			return vm.ToValue(mark + v.Export().(*big.Int).String())
		}
		return v
	}))
	if err != nil {
		return nil, err
	}
	return vm.ToValue(regexp.MustCompile(`"`+mark+`(-?[0-9]+)"`).ReplaceAllString(s.String(), "$1")), nil
}

// torn tells that a string's text may not be all of it: half of a surrogate pair
// has no form in UTF-8.
func torn(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return !utf8.ValidString(s[i:]) || strings.ContainsRune(s[i:], utf8.RuneError)
		}
	}
	return false
}

// text writes a string.
func (w *writer) text(s string) {
	const hex = "0123456789abcdef"
	w.out = append(w.out, '"')
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		w.out = append(w.out, s[done:i]...)
		done = i + 1
		switch c {
		case '\b':
			w.out = append(w.out, `\b`...)
		case '\t':
			w.out = append(w.out, `\t`...)
		case '\n':
			w.out = append(w.out, `\n`...)
		case '\f':
			w.out = append(w.out, `\f`...)
		case '\r':
			w.out = append(w.out, `\r`...)
		case '"', '\\':
			w.out = append(w.out, '\\', c)
		default:
			w.out = append(w.out, `\u00`...)
			w.out = append(w.out, hex[c>>4], hex[c&15])
		}
	}
	w.out = append(w.out, s[done:]...)
	w.out = append(w.out, '"')
}
