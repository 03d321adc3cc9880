package engine

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// maxJSONDepth is how deep JSON may nest; goja recurses over values, so a
// deeper one could overflow the Go stack, which nothing survives.
const maxJSONDepth = 10_000

// JSONOptions say how JSON becomes values.
type JSONOptions struct {
	// BigInts makes integers beyond ±2^53 BigInts, so that no digit is lost;
	// otherwise they are the nearest number, as with JSON.parse.
	BigInts bool
}

// ParseJSON makes JavaScript values of JSON as JSON.parse does: ordinary
// objects and arrays, keys in the order sent, "__proto__" an ordinary key, the
// last of equal keys. Syntax errors read as in node. Loop only.
func (rt *Runtime) ParseJSON(text []byte, opts JSONOptions) (Value, error) {
	s := scanner{vm: rt.vm, text: text, bigInts: opts.BigInts, pristine: &rt.pristine, seen: &rt.seen}
	v, err := s.document()
	if err != nil {
		return nil, &Error{Class: "SyntaxError", Message: err.Error()}
	}
	return v, nil
}

// ToValue makes a JavaScript value of a Go one: values and JSON text as they
// are, errors as error objects, the rest as goja does. Loop only.
func (rt *Runtime) ToValue(v any) (Value, error) {
	switch v := v.(type) {
	case nil:
		return goja.Undefined(), nil
	case Value:
		return v, nil
	case json.RawMessage:
		if v == nil {
			return goja.Undefined(), nil
		}
		return rt.ParseJSON(v, JSONOptions{})
	case error:
		return rt.errorValue(v, nil), nil
	case []string:
		return rt.vm.NewArray(anyStrings(v)...), nil
	}
	return rt.vm.ToValue(v), nil
}

func anyStrings(ss []string) []any {
	out := make([]any, len(ss))
	for i, s := range ss {
		out[i] = s
	}
	return out
}

// scanner reads one JSON text straight into values.
type scanner struct {
	vm       *goja.Runtime
	text     []byte
	i        int
	depth    int
	bigInts  bool
	buf      []byte
	items    []any // of the arrays that are open
	seen     *seenText
	pristine *pristine
}

// seenText keeps the short strings and keys that were read last, by a hash of
// their text: what servers send repeats them, and a string that is at hand costs
// no memory.
type seenText struct {
	strings [256]struct {
		text string
		v    Value
	}
	keys [256]string
}

const longestSeen = 32

// slot is where text of 1 to longestSeen bytes belongs.
func slot(b []byte) uint8 {
	n := len(b)
	h := uint32(b[0]) | uint32(b[n/2])<<8 | uint32(b[n-1])<<16 | uint32(n)<<24
	if n > 2 {
		h ^= uint32(b[n-2]) * 0x85ebca6b
	}
	return uint8(h * 0x9e3779b1 >> 24)
}

func (s *scanner) document() (Value, error) {
	v, err := s.value()
	if err != nil {
		return nil, err
	}
	s.space()
	if s.i < len(s.text) {
		return nil, s.unexpected()
	}
	return v, nil
}

func (s *scanner) space() {
	for s.i < len(s.text) {
		switch s.text[s.i] {
		case ' ', '\n', '\t', '\r':
			s.i++
		default:
			return
		}
	}
}

// unexpected words the error at the current place as V8 does.
func (s *scanner) unexpected() error {
	if s.i >= len(s.text) {
		return fmt.Errorf("Unexpected end of JSON input")
	}
	r, _ := utf8.DecodeRune(s.text[s.i:])
	lo, hi := max(0, s.i-10), min(len(s.text), s.i+10)
	for lo > 0 && !utf8.RuneStart(s.text[lo]) {
		lo--
	}
	for hi < len(s.text) && !utf8.RuneStart(s.text[hi]) {
		hi++
	}
	near := string(s.text[lo:hi])
	if lo > 0 {
		near = "..." + near
	}
	if hi < len(s.text) {
		near += "..."
	}
	return fmt.Errorf("Unexpected token %q at position %d, %q is not valid JSON", r, s.i, near)
}

func (s *scanner) value() (Value, error) {
	s.space()
	if s.i >= len(s.text) {
		return nil, s.unexpected()
	}
	switch c := s.text[s.i]; {
	case c == '{':
		return s.object()
	case c == '[':
		return s.array()
	case c == '"':
		return s.string()
	case c == 't':
		return s.word("true", s.vm.ToValue(true))
	case c == 'f':
		return s.word("false", s.vm.ToValue(false))
	case c == 'n':
		return s.word("null", goja.Null())
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	}
	return nil, s.unexpected()
}

func (s *scanner) word(w string, v Value) (Value, error) {
	for k := range len(w) {
		if s.i >= len(s.text) || s.text[s.i] != w[k] {
			return nil, s.unexpected()
		}
		s.i++
	}
	return v, nil
}

func (s *scanner) enter() error {
	s.i++
	if s.depth++; s.depth > maxJSONDepth {
		return fmt.Errorf("JSON nests deeper than %d levels", maxJSONDepth)
	}
	return nil
}

func (s *scanner) object() (Value, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	// Its prototype comes last: what a script has put there, such as a setter, is
	// not to see the members.
	o := s.vm.CreateObject(nil)
	s.space()
	if s.i < len(s.text) && s.text[s.i] == '}' {
		s.i++
		s.depth--
		o.SetPrototype(s.pristine.objectProto)
		return o, nil
	}
	for {
		s.space()
		if s.i >= len(s.text) || s.text[s.i] != '"' {
			return nil, s.unexpected()
		}
		key, wide, err := s.key()
		if err != nil {
			return nil, err
		}
		s.space()
		if s.i >= len(s.text) || s.text[s.i] != ':' {
			return nil, s.unexpected()
		}
		s.i++
		v, err := s.value()
		if err != nil {
			return nil, err
		}
		if wide != nil {
			s.pristine.reflectSet(goja.Undefined(), o, wide, v)
		} else {
			o.Set(key, v)
		}
		s.space()
		if s.i >= len(s.text) {
			return nil, s.unexpected()
		}
		switch s.text[s.i] {
		case ',':
			s.i++
		case '}':
			s.i++
			s.depth--
			o.SetPrototype(s.pristine.objectProto)
			return o, nil
		default:
			return nil, s.unexpected()
		}
	}
}

func (s *scanner) array() (Value, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	base := len(s.items)
	s.space()
	if s.i < len(s.text) && s.text[s.i] == ']' {
		s.i++
		s.depth--
		return s.vm.NewArray(), nil
	}
	for {
		v, err := s.value()
		if err != nil {
			return nil, err
		}
		s.items = append(s.items, v)
		s.space()
		if s.i >= len(s.text) {
			return nil, s.unexpected()
		}
		switch s.text[s.i] {
		case ',':
			s.i++
		case ']':
			s.i++
			s.depth--
			a := s.vm.NewArray(s.items[base:]...)
			s.items = s.items[:base]
			return a, nil
		default:
			return nil, s.unexpected()
		}
	}
}

// key reads a property name: as a value where UTF-8 has no form for it. Equal
// names mostly share one string.
func (s *scanner) key() (string, Value, error) {
	b, wide, err := s.chars()
	if err != nil {
		return "", nil, err
	}
	if wide != nil {
		return "", goja.StringFromUTF16(wide), nil
	}
	if len(b) == 0 || len(b) > longestSeen {
		return string(b), nil, nil
	}
	seen := &s.seen.keys[slot(b)]
	if *seen != string(b) {
		*seen = string(b)
	}
	return *seen, nil, nil
}

func (s *scanner) string() (Value, error) {
	b, wide, err := s.chars()
	if err != nil {
		return nil, err
	}
	if wide != nil {
		return goja.StringFromUTF16(wide), nil
	}
	if len(b) == 0 || len(b) > longestSeen {
		return s.vm.ToValue(string(b)), nil
	}
	seen := &s.seen.strings[slot(b)]
	if seen.text != string(b) {
		seen.text = string(b)
		seen.v = s.vm.ToValue(seen.text)
	}
	return seen.v, nil
}

// chars reads a string literal: as UTF-8 valid until the next call, or as
// UTF-16 where the text escapes half of a surrogate pair, which UTF-8 has no
// form for.
func (s *scanner) chars() ([]byte, []uint16, error) {
	s.i++
	start := s.i
	end := bytes.IndexByte(s.text[start:], '"')
	if end < 0 {
		s.i = len(s.text)
		return nil, nil, s.unexpected()
	}
	plain := s.text[start : start+end]
	if simple(plain) {
		s.i = start + end + 1
		return plain, nil, nil
	}
	s.buf = s.buf[:0]
	lone := false
	for s.i < len(s.text) {
		switch c := s.text[s.i]; {
		case c == '"':
			s.i++
			if lone {
				return nil, s.wide(start), nil
			}
			return s.buf, nil, nil
		case c < 0x20:
			return nil, nil, fmt.Errorf("Bad control character in string literal in JSON at position %d", s.i)
		case c != '\\':
			s.buf = append(s.buf, c)
			s.i++
		default:
			r, err := s.escape()
			if err != nil {
				return nil, nil, err
			}
			if utf16.IsSurrogate(r) {
				mark := s.i
				if s.i+1 < len(s.text) && s.text[s.i] == '\\' && s.text[s.i+1] == 'u' {
					low, err := s.escape()
					if err != nil {
						return nil, nil, err
					}
					if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
						s.buf = utf8.AppendRune(s.buf, pair)
						continue
					}
				}
				s.i = mark
				lone = true
			}
			s.buf = utf8.AppendRune(s.buf, r)
		}
	}
	return nil, nil, s.unexpected()
}

// simple tells whether a literal's text stands for itself. It looks at eight
// bytes at a time: below 0x20, or a backslash.
func simple(b []byte) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		y := x ^ ones*'\\'
		if ((x-ones*0x20)&^x|(y-ones)&^y)&highs != 0 {
			return false
		}
	}
	for _, c := range b {
		if c == '\\' || c < 0x20 {
			return false
		}
	}
	return true
}

func (s *scanner) escape() (rune, error) {
	s.i++
	if s.i >= len(s.text) {
		return 0, s.unexpected()
	}
	c := s.text[s.i]
	switch c {
	case '"', '\\', '/':
	case 'n':
		c = '\n'
	case 't':
		c = '\t'
	case 'r':
		c = '\r'
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'u':
		if s.i+5 > len(s.text) {
			s.i = len(s.text)
			return 0, s.unexpected()
		}
		n, err := strconv.ParseUint(string(s.text[s.i+1:s.i+5]), 16, 16)
		if err != nil {
			return 0, fmt.Errorf("Bad Unicode escape in JSON at position %d", s.i)
		}
		s.i += 5
		return rune(n), nil
	default:
		return 0, fmt.Errorf("Bad escaped character in JSON at position %d", s.i)
	}
	s.i++
	return rune(c), nil
}

// wide reads again, as UTF-16, a literal that chars found to be valid.
func (s *scanner) wide(start int) []uint16 {
	end := s.i
	s.i = start
	out := []uint16{}
	for s.i < end-1 {
		if s.text[s.i] == '\\' {
			r, _ := s.escape()
			out = append(out, uint16(r))
			continue
		}
		r, n := utf8.DecodeRune(s.text[s.i:])
		out = utf16.AppendRune(out, r)
		s.i += n
	}
	s.i = end
	return out
}

func (s *scanner) number() (Value, error) {
	start := s.i
	digits := func() bool {
		at := s.i
		for s.i < len(s.text) && s.text[s.i] >= '0' && s.text[s.i] <= '9' {
			s.i++
		}
		return s.i > at
	}
	if s.text[s.i] == '-' {
		s.i++
	}
	first := s.i
	if !digits() {
		return nil, s.unexpected()
	}
	if s.text[first] == '0' && s.i > first+1 {
		s.i = first + 1
		return nil, s.unexpected()
	}
	integer := true
	if s.i < len(s.text) && s.text[s.i] == '.' {
		integer = false
		s.i++
		if !digits() {
			return nil, s.unexpected()
		}
	}
	if s.i < len(s.text) && (s.text[s.i] == 'e' || s.text[s.i] == 'E') {
		integer = false
		s.i++
		if s.i < len(s.text) && (s.text[s.i] == '+' || s.text[s.i] == '-') {
			s.i++
		}
		if !digits() {
			return nil, s.unexpected()
		}
	}
	t := s.text[start:s.i]
	if integer && len(t) < 16 {
		var n int64
		for _, c := range s.text[first:s.i] {
			n = n*10 + int64(c-'0')
		}
		if first == start {
			return s.vm.ToValue(n), nil
		}
		if n != 0 {
			return s.vm.ToValue(-n), nil
		}
		return s.vm.ToValue(math.Copysign(0, -1)), nil
	}
	f, _ := strconv.ParseFloat(string(t), 64) // ±Inf where it is out of range, as in JavaScript
	if integer && s.bigInts && math.Abs(f) > 1<<53-1 {
		n, _ := new(big.Int).SetString(string(t), 10)
		return s.vm.ToValue(n), nil
	}
	return s.vm.ToValue(f), nil
}

// installJSON puts our scanner before goja's JSON.parse, which overflows the
// stack on deep input and refuses 1e400.
func (rt *Runtime) installJSON() {
	object := rt.vm.Get("JSON").(*goja.Object)
	rt.pristine.stringify, _ = goja.AssertFunction(object.Get("stringify"))
	rt.pristine.revive, _ = goja.AssertFunction(object.Get("parse"))
	parse := rt.vm.ToValue(func(c Call) Value {
		text := c.Argument(0).ToString().(goja.String)
		raw := []byte(text.String())
		if bytes.ContainsRune(raw, utf8.RuneError) {
			raw = escapeLone(text)
		}
		v, err := rt.ParseJSON(raw, JSONOptions{})
		if err != nil {
			rt.Throw(err)
		}
		if revive, ok := goja.AssertFunction(c.Argument(1)); ok {
			return rt.revive(revive, v)
		}
		return v
	}).(*goja.Object)
	parse.DefineDataProperty("name", rt.vm.ToValue("parse"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	parse.DefineDataProperty("length", rt.vm.ToValue(2), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	object.DefineDataProperty("parse", parse, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	rt.pristine.parse, _ = goja.AssertFunction(parse)
}

// revive is JSON.parse's second argument at work (ECMA-262, 25.5.1.1). goja's own
// does it: it parses a text with a place for v, which is put there before the walk
// comes to it.
func (rt *Runtime) revive(fn goja.Callable, v Value) Value {
	var holder *goja.Object
	var result Value
	walk := func(c Call) Value {
		switch {
		case holder == nil:
			holder = c.This.(*goja.Object)
			holder.Set("", v)
			return goja.Undefined()
		case result != nil: // v has been walked
			return goja.Undefined()
		}
		out, err := fn(c.This, c.Arguments...)
		if err != nil {
			panic(err)
		}
		if c.This == holder {
			result = out
			return v
		}
		return out
	}
	_, err := rt.pristine.revive(goja.Undefined(), rt.vm.ToValue(`{"first":0,"":0}`), rt.vm.ToValue(walk))
	if err != nil {
		panic(err)
	}
	return result
}

// escapeLone writes a string's text with every half of a surrogate pair as an
// escape, since UTF-8 has no form for one that stands alone.
func escapeLone(s goja.String) []byte {
	var out []byte
	for i := 0; i < s.Length(); i++ {
		c := s.CharAt(i)
		if c >= 0xd800 && c < 0xe000 {
			out = fmt.Appendf(out, `\u%04x`, c)
		} else {
			out = utf8.AppendRune(out, rune(c))
		}
	}
	return out
}
