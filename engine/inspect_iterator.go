package engine

import (
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// iteratorRest lists what a Map or Set iterator has still to give, without advancing it; for an
// iterator over entries, keys and values alternate. JS has no way to ask for that, so this reads
// the iterator's own fields. It reports false, and nothing breaks, should goja rename them.
func iteratorRest(o *goja.Object) (items []goja.Value, pairs, ok bool) {
	self := field(reflect.ValueOf(o), "self")
	if !self.IsValid() || self.Kind() != reflect.Interface {
		return nil, false, false
	}
	kind, iter := field(self.Elem(), "kind"), field(self.Elem(), "iter")
	if !kind.IsValid() || !kind.CanInt() || !iter.IsValid() || iter.Kind() != reflect.Pointer {
		return nil, false, false
	}
	const keys, values, entries = 0, 1, 2
	pairs = kind.Int() == entries
	if iter.IsNil() || field(iter, "m").IsNil() {
		return nil, pairs, true
	}
	entry := field(iter, "cur")
	for !entry.IsNil() && field(entry, "key").IsNil() { // removed since
		entry = field(entry, "iterPrev")
	}
	if entry.IsNil() {
		entry = field(field(iter, "m"), "iterFirst")
	} else {
		entry = field(entry, "iterNext")
	}
	for ; !entry.IsNil(); entry = field(entry, "iterNext") {
		key, value := gojaValue(field(entry, "key")), gojaValue(field(entry, "value"))
		switch {
		case pairs && value != nil:
			items = append(items, key, value)
		case pairs:
			items = append(items, key, key)
		case kind.Int() == values && value != nil:
			items = append(items, value)
		default:
			items = append(items, key)
		}
	}
	return items, pairs, true
}

func field(v reflect.Value, name string) reflect.Value {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return v.FieldByName(name)
}

// gojaValue reads an unexported field of type goja.Value.
func gojaValue(v reflect.Value) goja.Value {
	value, _ := reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem().Interface().(goja.Value)
	return value
}
