package engine

import (
	"strings"

	"github.com/dop251/goja"
)

// CallText is the text of the call that the script is making at its current
// line, such as "assert(a === b)"; "" where it can't be told. For messages of
// functions that say what they were given. Loop only.
func (rt *Runtime) CallText() string {
	frames := rt.vm.CaptureCallStack(0, nil)
	for i := range frames {
		p, ok := rt.position(&frames[i])
		if !ok {
			continue
		}
		code, ok := rt.sourceText(p.File)
		if !ok {
			return ""
		}
		return callAt(code, p.Line, p.Col)
	}
	return ""
}

// callAt gives the call whose parenthesis, or callee, is at a place.
func callAt(code string, line, col int) string {
	for ; line > 1; line-- {
		_, rest, found := strings.Cut(code, "\n")
		if !found {
			return ""
		}
		code = rest
	}
	start := col - 1
	if start < 0 || start >= len(code) {
		return ""
	}
	isName := func(c byte) bool {
		return c == '.' || c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	if start > 1 && code[start-1] == '(' && isName(code[start-2]) {
		start-- // the place is that of the first argument
	}
	for start > 0 && isName(code[start-1]) {
		start--
	}
	end := start
	for end < len(code) && isName(code[end]) {
		end++
	}
	if end == start || end >= len(code) || code[end] != '(' {
		return ""
	}
	depth, quote := 0, byte(0)
	for i := end; i < len(code) && i < end+2000; i++ {
		c := code[i]
		switch {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			if depth--; depth == 0 {
				return code[start : i+1]
			}
		}
	}
	return ""
}

// KindOf names what a value is by its insides, whatever its class says:
// "Array", "Error", "RegExp", "Date", "Map", "Set", "Promise", "ArrayBuffer",
// "Proxy", "Number", "String", "Boolean" or "BigInt" for boxed ones,
// "Function", "Object"; "" for what is no object. Loop only.
func KindOf(v Value) string {
	o, ok := v.(*goja.Object)
	if !ok {
		return ""
	}
	switch t := o.ExportType(); t {
	case proxyType:
		return "Proxy"
	case mapType:
		return "Map"
	case bufferType:
		return "ArrayBuffer"
	case promiseType:
		return "Promise"
	case bigIntType:
		return "BigInt"
	case setType:
		if o.ClassName() != "Array" {
			return "Set"
		}
	}
	return o.ClassName()
}
