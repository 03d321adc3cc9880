package schema

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// types is a set of JSON's types.
type types uint8

const (
	typeNull types = 1 << iota
	typeBoolean
	typeInteger // a number without a fraction
	typeNumber
	typeString
	typeArray
	typeObject
)

var typeNames = [...]string{"null", "boolean", "integer", "number", "string", "array", "object"}

func typeNamed(name string) types {
	if i := slices.Index(typeNames[:], name); i >= 0 {
		return 1 << i
	}
	return 0
}

func (t types) String() string {
	var names []string
	for i, name := range typeNames {
		if t&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " or ")
}

// value is a JSON value: one of the types but typeInteger, and of what follows
// that which this type has.
type value struct {
	kind  types
	text  string  // a string, or a number or boolean as it is written
	items []value // of an array, or an object's values
	names *names  // of items, in an object
}

type names struct {
	list  []string
	index map[string]int // nil where there are few
}

// few is up to how many of a thing looking at each beats hashing.
const few = 8

// get gives an object's member, nil where it has none of this name.
func (v *value) get(name string) *value {
	if v.names == nil {
		return nil
	}
	if v.names.index != nil {
		if i, ok := v.names.index[name]; ok {
			return &v.items[i]
		}
		return nil
	}
	for i, have := range v.names.list {
		if have == name {
			return &v.items[i]
		}
	}
	return nil
}

func (v *value) name(i int) string { return v.names.list[i] }

// is tells whether v is of one of these types.
func (v *value) is(t types) bool {
	return t&v.kind != 0 || t&typeInteger != 0 && v.kind == typeNumber && isInteger(v.text)
}

// parse reads a JSON text that nests at most this deep. Of members of one name
// the last counts.
func parse(raw json.RawMessage, deepest int) (*value, error) {
	p := parser{text: string(raw), deepest: deepest}
	if !json.Valid(raw) {
		var v any
		err := json.Unmarshal(raw, &v)
		if syntax, ok := err.(*json.SyntaxError); ok && strings.Contains(syntax.Error(), "max depth") {
			return nil, p.tooDeep()
		}
		return nil, err
	}
	var v value
	if err := p.value(&v, 0); err != nil {
		return nil, err
	}
	return &v, nil
}

// parser reads a JSON text that is known to be one.
type parser struct {
	text    string
	at      int
	deepest int
}

func (p *parser) tooDeep() error { return fmt.Errorf("it nests deeper than %d levels", p.deepest) }

// next gives the first byte that is no space, where p then is.
func (p *parser) next() byte {
	for {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return c
		}
	}
}

func (p *parser) value(into *value, depth int) error {
	switch c := p.next(); c {
	case '{', '[':
		if depth++; depth > p.deepest {
			return p.tooDeep()
		}
		p.at++
		if c == '[' {
			return p.array(into, depth)
		}
		return p.object(into, depth)
	case '"':
		into.kind, into.text = typeString, p.string()
	case 'n':
		into.kind = typeNull
		p.at += len("null")
	case 't', 'f':
		into.kind, into.text = typeBoolean, "true"
		if c == 'f' {
			into.text = "false"
		}
		p.at += len(into.text)
	default:
		from := p.at
		for p.at < len(p.text) && strings.IndexByte("+-.eE0123456789", p.text[p.at]) >= 0 {
			p.at++
		}
		into.kind, into.text = typeNumber, p.text[from:p.at]
	}
	return nil
}

func (p *parser) array(into *value, depth int) error {
	into.kind = typeArray
	for p.next() != ']' {
		if into.items == nil {
			into.items = make([]value, 0, few/2)
		}
		into.items = append(into.items, value{})
		if err := p.value(&into.items[len(into.items)-1], depth); err != nil {
			return err
		}
		if p.next() == ',' {
			p.at++
		}
	}
	p.at++
	return nil
}

func (p *parser) object(into *value, depth int) error {
	into.kind, into.names = typeObject, &names{}
	n := into.names
	for p.next() != '}' {
		name := p.string()
		p.next()
		p.at++ // :
		var v value
		if err := p.value(&v, depth); err != nil {
			return err
		}
		if n.list == nil {
			n.list, into.items = make([]string, 0, few/2), make([]value, 0, few/2)
		}
		if have := into.get(name); have != nil {
			*have = v
		} else {
			n.list, into.items = append(n.list, name), append(into.items, v)
			switch {
			case n.index != nil:
				n.index[name] = len(n.list) - 1
			case len(n.list) > few:
				n.index = make(map[string]int, 2*few)
				for i, name := range n.list {
					n.index[name] = i
				}
			}
		}
		if p.next() == ',' {
			p.at++
		}
	}
	p.at++
	return nil
}

func (p *parser) string() string {
	from := p.at
	p.at++
	plain := true
	for p.text[p.at] != '"' {
		if p.text[p.at] == '\\' {
			plain = false
			p.at++
		}
		p.at++
	}
	p.at++
	if s := p.text[from+1 : p.at-1]; plain && utf8.ValidString(s) {
		return s
	}
	var s string
	json.Unmarshal([]byte(p.text[from:p.at]), &s)
	return s
}

// size is the number of values within v, itself included.
func (v *value) size() int {
	n := 1
	for i := range v.items {
		n += v.items[i].size()
	}
	return n
}

// equal tells whether two values are the same one, however they are written.
func equal(a, b *value) bool {
	if a.kind != b.kind || len(a.items) != len(b.items) {
		return false
	}
	switch a.kind {
	case typeNumber:
		return a.text == b.text || compare(a.text, b.text) == 0
	case typeObject:
		for i := range a.items {
			if other := b.get(a.name(i)); other == nil || !equal(&a.items[i], other) {
				return false
			}
		}
		return true
	case typeArray:
		for i := range a.items {
			if !equal(&a.items[i], &b.items[i]) {
				return false
			}
		}
		return true
	}
	return a.text == b.text
}

// key appends a text that is the same for equal values only.
func (v *value) key(b []byte) []byte {
	switch v.kind {
	case typeNull:
		return append(b, 'n')
	case typeNumber:
		d := decimalOf(v.text)
		return fmt.Appendf(b, "%t %s %d", d.negative, d.digits, d.exponent)
	case typeString:
		return strconv.AppendQuote(b, v.text)
	case typeArray:
		b = append(b, '[')
		for i := range v.items {
			b = append(v.items[i].key(b), ',')
		}
		return append(b, ']')
	case typeObject:
		order := make([]int, len(v.items))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(i, j int) int { return strings.Compare(v.name(i), v.name(j)) })
		b = append(b, '{')
		for _, i := range order {
			b = append(strconv.AppendQuote(b, v.name(i)), ':')
			b = append(v.items[i].key(b), ',')
		}
		return append(b, '}')
	}
	return append(b, v.text...)
}

// duplicates gives the places of two items that are equal.
func duplicates(items []value) (int, int, bool) {
	if len(items) <= few {
		for j := range items {
			for i := range j {
				if equal(&items[i], &items[j]) {
					return i, j, true
				}
			}
		}
		return 0, 0, false
	}
	seen := make(map[string]int, len(items))
	var key []byte
	for j := range items {
		key = items[j].key(key[:0])
		if i, ok := seen[string(key)]; ok {
			return i, j, true
		}
		seen[string(key)] = j
	}
	return 0, 0, false
}
