package dts

import (
	"bytes"
	"encoding/json"
)

// A value is JSON as it was sent: nil, bool, json.Number, string, []value or
// *object.
type value any

// object keeps the order of its members; of members with one name, the last
// counts.
type object struct {
	names  []string
	values map[string]value
}

// get is a member, nil where there is none.
func (o *object) get(name string) value {
	if o == nil {
		return nil
	}
	return o.values[name]
}

func (o *object) has(name string) bool {
	if o == nil {
		return false
	}
	_, ok := o.values[name]
	return ok
}

func (o *object) text(name string) string {
	s, _ := o.get(name).(string)
	return s
}

func (o *object) truth(name string) bool {
	b, _ := o.get(name).(bool)
	return b
}

func (o *object) list(name string) []value {
	list, _ := o.get(name).([]value)
	return list
}

func (o *object) object(name string) *object {
	inner, _ := o.get(name).(*object)
	return inner
}

// parse reads JSON; false where it is none. Valid bounds its depth.
func parse(raw []byte) (value, bool) {
	if !json.Valid(raw) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return read(d), true
}

func read(d *json.Decoder) value {
	token, err := d.Token()
	if err != nil {
		return nil
	}
	switch token {
	case json.Delim('['):
		list := []value{}
		for d.More() {
			list = append(list, read(d))
		}
		d.Token()
		return list
	case json.Delim('{'):
		o := &object{values: map[string]value{}}
		for d.More() {
			token, _ := d.Token()
			name, _ := token.(string)
			if !o.has(name) {
				o.names = append(o.names, name)
			}
			o.values[name] = read(d)
		}
		d.Token()
		return o
	}
	return token
}

// texts are the strings of a list, each once.
func texts(list []value) []string {
	var out []string
	seen := map[string]bool{}
	for _, v := range list {
		if s, ok := v.(string); ok && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
