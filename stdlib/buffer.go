package stdlib

import (
	"bytes"
	_ "embed"
	"unicode/utf8"

	"mcpjs/engine"
)

//go:embed buffer.d.ts
var bufferTypes string

//go:embed buffer.js
var bufferSource string

var bufferCode = engine.Embed("buffer.js", bufferSource)

// buffer is node's Buffer, a Uint8Array that knows encodings.
var buffer = engine.Module{
	Name: "buffer",
	Node: true,
	Load: func(rt *engine.Runtime) (*engine.Object, error) {
		exports := rt.VM().NewObject()
		code := bufferExports(rt)
		for _, name := range code.Keys() {
			if name != "over" {
				exports.Set(name, code.Get(name))
			}
		}
		for _, name := range []string{"Blob", "File", "atob", "btoa"} {
			exports.Set(name, rt.VM().Get(name))
		}
		return exports, nil
	},
	Globals: func(rt *engine.Runtime) { lazyExports(rt, bufferExports, "Buffer") },
	Types:   bufferTypes,
}

// newBuffer makes a Buffer over b, which the script then owns.
func newBuffer(rt *engine.Runtime, b []byte) engine.Value {
	over, _ := engine.Function(bufferExports(rt).Get("over"))
	v, err := over(engine.Undefined(), rt.Bytes(b))
	if err != nil {
		rt.Throw(err)
	}
	return v
}

// bytesArgument is the memory of a view or an ArrayBuffer, or a TypeError.
func bytesArgument(rt *engine.Runtime, v engine.Value, what string) []byte {
	b, ok := rt.BytesOf(v)
	if !ok {
		rt.Throw(&engine.Error{Class: "TypeError",
			Message: what + " must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView. Received " + received(rt, v),
			Fields:  []engine.Field{{Name: "code", Value: "ERR_INVALID_ARG_TYPE"}}})
	}
	return b
}

// received words a value as node's argument errors do.
func received(rt *engine.Runtime, v engine.Value) string {
	if engine.IsNullish(v) {
		if v == nil {
			return "undefined"
		}
		return v.String()
	}
	if o, ok := v.(*engine.Object); ok {
		if _, ok := engine.Function(o); ok {
			if name := o.Get("name"); name != nil && name.String() != "" {
				return "function " + name.String()
			}
			return "function "
		}
		if c, ok := o.Get("constructor").(*engine.Object); ok {
			if name := c.Get("name"); name != nil && name.String() != "" {
				return "an instance of " + name.String()
			}
		}
		return rt.Inspect(v, engine.InspectOptions{Depth: -1})
	}
	text := rt.Inspect(v, engine.InspectOptions{})
	if runes := []rune(text); len(runes) > 28 {
		text = string(runes[:25]) + "..."
	}
	return "type " + typeOf(v) + " (" + text + ")"
}

func typeOf(v engine.Value) string {
	switch v.(type) {
	case engine.String:
		return "string"
	case *engine.Symbol:
		return "symbol"
	}
	switch v.ExportType().Kind().String() {
	case "bool":
		return "boolean"
	case "ptr":
		return "bigint"
	}
	return "number"
}

func bufferExports(rt *engine.Runtime) *engine.Object {
	return bufferCode.Load(rt, func() []engine.Value {
		vm := rt.VM()
		native := vm.NewObject()
		memory := func(v engine.Value) []byte {
			b, _ := rt.BytesOf(v)
			return b
		}
		method := func(name string, fn func(c engine.Call) engine.Value) { rt.Method(native, name, fn) }
		method("known", func(c engine.Call) engine.Value {
			if text, ok := engine.AsString(c.Argument(0)); ok {
				if name, ok := encodingName(text); ok {
					return vm.ToValue(name)
				}
			}
			return nil
		})
		method("encode", func(c engine.Call) engine.Value {
			return rt.Bytes(encodeText(c.Argument(0), c.Argument(1).String()))
		})
		method("decode", func(c engine.Call) engine.Value {
			return decodeText(rt, bytesArgument(rt, c.Argument(0), "this"), c.Argument(1).String())
		})
		method("byteLength", func(c engine.Call) engine.Value {
			return vm.ToValue(textLength(c.Argument(0), c.Argument(1).String()))
		})
		method("fitting", func(c engine.Call) engine.Value {
			most, encoding := int(c.Argument(2).ToInteger()), c.Argument(1).String()
			b := encodeText(c.Argument(0), encoding)
			if len(b) > most {
				b = b[:most]
				switch encoding {
				case encUTF8:
					b = b[:len(b)-incomplete(b)]
				case encUTF16:
					b = b[:len(b)&^1]
				}
			}
			return rt.Bytes(b)
		})
		method("compare", func(c engine.Call) engine.Value {
			return vm.ToValue(bytes.Compare(memory(c.Argument(0)), memory(c.Argument(1))))
		})
		method("fill", func(c engine.Call) engine.Value {
			to, pattern := memory(c.Argument(0)), bytes.Clone(memory(c.Argument(1)))
			from, end := int(c.Argument(2).ToInteger()), int(c.Argument(3).ToInteger())
			for i := from; i < end && i < len(to); i += len(pattern) {
				copy(to[i:end], pattern)
			}
			return nil
		})
		method("indexOf", func(c engine.Call) engine.Value {
			step := int(c.Argument(4).ToInteger())
			i := findBytes(memory(c.Argument(0)), memory(c.Argument(1)), c.Argument(2).ToInteger(), c.Argument(3).ToBoolean(), step)
			return vm.ToValue(i)
		})
		method("isUtf8", func(c engine.Call) engine.Value {
			return vm.ToValue(utf8.Valid(bytesArgument(rt, c.Argument(0), `The "input" argument`)))
		})
		method("isAscii", func(c engine.Call) engine.Value {
			for _, b := range bytesArgument(rt, c.Argument(0), `The "input" argument`) {
				if b >= 0x80 {
					return vm.ToValue(false)
				}
			}
			return vm.ToValue(true)
		})
		method("describe", func(c engine.Call) engine.Value { return vm.ToValue(received(rt, c.Argument(0))) })
		return []engine.Value{native}
	})
}

// textLength is how many bytes Buffer.byteLength says that a string has.
func textLength(s engine.Value, encoding string) int {
	units := textOf(s).Length()
	switch encoding {
	case encUTF16:
		return 2 * units
	case encLatin1, encASCII:
		return units
	case encHex:
		return units / 2
	case encBase64, encBase64URL:
		for i := 0; i < 2 && units > 0 && textOf(s).CharAt(units-1) == '='; i++ {
			units--
		}
		return units * 3 / 4
	}
	return len(s.String())
}

// findBytes finds a part of b at or after from (before it, if last), from
// counting from the end where it is negative; -1 where there is none.
func findBytes(b, part []byte, from int64, last bool, step int) int {
	n := int64(len(b))
	if from < 0 {
		from += n
	}
	if last {
		if from < 0 {
			return -1
		}
		if len(part) == 0 {
			return int(min(from, n))
		}
		for i := min(from, n-int64(len(part))); i >= 0; i-- {
			if i%int64(step) == 0 && bytes.HasPrefix(b[i:], part) {
				return int(i)
			}
		}
		return -1
	}
	from = max(from, 0)
	if from > n {
		from = n
	}
	if len(part) == 0 {
		return int(from)
	}
	for {
		i := bytes.Index(b[from:], part)
		if i < 0 {
			return -1
		}
		if from += int64(i); from%int64(step) == 0 {
			return int(from)
		}
		from++
	}
}
