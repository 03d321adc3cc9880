package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Fault is one thing that is wrong with a value.
type Fault struct {
	// Place is the way from the value to the part that is wrong: the names of
	// members (string) and the indices of items (int).
	Place   []any
	Message string // one line

	// What the part should have been, where that is all: alternatives that all
	// fail so can be told in one message.
	got     types
	want    types
	choices []value
}

// Pointer is the place as a JSON pointer (RFC 6901).
func (f Fault) Pointer() string {
	var b strings.Builder
	for _, p := range f.Place {
		b.WriteByte('/')
		switch p := p.(type) {
		case int:
			b.WriteString(strconv.Itoa(p))
		case string:
			b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(p))
		}
	}
	return b.String()
}

// String is the fault as one line: "at /a/0: got string, want number".
func (f Fault) String() string {
	if len(f.Place) == 0 {
		return f.Message
	}
	return "at " + f.Pointer() + ": " + f.Message
}

// Error words faults as one error, the first five of them; nil where there are
// none.
func Error(faults []Fault) error {
	const most = 5
	var lines []string
	for _, f := range faults[:min(len(faults), most)] {
		lines = append(lines, f.String())
	}
	if more := len(faults) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	if lines == nil {
		return nil
	}
	return errors.New(strings.Join(lines, "; "))
}

// step is one step of the way to a place.
type step struct {
	key     string
	index   int
	isIndex bool
}

// step is the one from a value to one of its items.
func (v *value) step(i int) step {
	if v.kind == typeObject {
		return step{key: v.name(i)}
	}
	return step{index: i, isIndex: true}
}

func placeOf(steps []step) []any {
	place := make([]any, len(steps))
	for i, s := range steps {
		if s.isIndex {
			place[i] = s.index
		} else {
			place[i] = s.key
		}
	}
	return place
}

// loud tells whether one more fault is wanted.
func (c *validation) loud() bool {
	return c.quiet == 0 && !c.halted && len(c.faults) < maxFaults
}

func (c *validation) add(f Fault) {
	f.Place = placeOf(c.place)
	c.faults = append(c.faults, f)
}

// fail adds a fault at the present place. It gives false.
func (c *validation) fail(format string, args ...any) bool {
	if c.loud() {
		c.add(Fault{Message: fmt.Sprintf(format, args...)})
	}
	return false
}

func (c *validation) wrongType(got, want types) bool {
	if c.loud() {
		c.add(Fault{Message: fmt.Sprintf("got %s, want %s", got, want), got: got, want: want})
	}
	return false
}

func (c *validation) wrongValue(choices []value) bool {
	if c.loud() {
		c.add(Fault{Message: "must be " + oneOf(choices), choices: choices})
	}
	return false
}

// halt ends the check.
func (c *validation) halt(format string, args ...any) {
	if !c.halted {
		c.halted = true
		c.faults = []Fault{{Place: placeOf(c.place), Message: fmt.Sprintf(format, args...)}}
	}
}

// noneOf adds why a value fits none of these schemas: what is wrong with it as
// the one that it seems to be, or what each of them wants.
func (c *validation) noneOf(of []*node, v *value, e evaluated) {
	if !c.loud() {
		return
	}
	before := c.faults
	var failed [][]Fault
	for _, one := range of {
		c.faults = nil
		c.check(one, v, e.branch())
		if c.halted {
			return
		}
		if len(c.faults) > 0 {
			failed = append(failed, c.faults)
		}
	}
	if c.faults = before; failed == nil {
		return
	}
	here := len(c.place)
	// Whoever gave an object doesn't want to hear that it could be a string,
	// nor what an alternative wants that another "kind" would have chosen.
	failed = unless(failed, func(f Fault) bool { return f.want != 0 && len(f.Place) == here })
	failed = unless(failed, func(f Fault) bool { return f.choices != nil && len(f.Place) == here+1 })
	if len(failed) == 1 {
		c.faults = append(c.faults, failed[0]...)
		return
	}
	merged, reasons := failed[0][0], []string{}
	for _, faults := range failed {
		f := faults[0]
		if len(faults) > 1 || len(f.Place) != here || f.want == 0 {
			merged.want = 0
		}
		if len(faults) > 1 || len(f.Place) != here || f.choices == nil {
			merged.choices = nil
		}
		if merged.want != 0 {
			merged.want |= f.want
		}
		if merged.choices != nil && len(reasons) > 0 {
			merged.choices = append(merged.choices[:len(merged.choices):len(merged.choices)], f.choices...)
		}
		f.Place = f.Place[here:]
		reasons = append(reasons, f.String())
	}
	switch {
	case merged.want != 0:
		c.wrongType(merged.got, merged.want)
	case merged.choices != nil:
		c.wrongValue(merged.choices)
	default:
		const most = 4
		more := ""
		if len(reasons) > most {
			reasons, more = reasons[:most], ", or …"
		}
		c.fail("fits none of %d alternatives: %s%s", len(of), strings.Join(reasons, ", or "), more)
	}
}

// unless leaves out what failed with such a fault, unless all did.
func unless(failed [][]Fault, such func(Fault) bool) [][]Fault {
	var rest [][]Fault
	for _, faults := range failed {
		has := false
		for _, f := range faults {
			has = has || such(f)
		}
		if !has {
			rest = append(rest, faults)
		}
	}
	if rest == nil {
		return failed
	}
	return rest
}

// oneOf words a choice: 'a', or one of 'a', 'b'.
func oneOf(choices []value) string {
	const most = 20
	texts := []string{}
	for i := range choices {
		if len(texts) == most {
			texts = append(texts, fmt.Sprintf("and %d more", len(choices)-most))
			break
		}
		texts = append(texts, choices[i].String())
	}
	switch len(choices) {
	case 0:
		return "one of none"
	case 1:
		return texts[0]
	}
	return "one of " + strings.Join(texts, ", ")
}

// String is the value in a message.
func (v *value) String() string {
	if v.kind == typeString {
		return quote(v.text)
	}
	return shorten(string(v.json(nil)))
}

// json writes the value, no further than a message shows it.
func (v *value) json(b []byte) []byte {
	switch {
	case len(b) > longest:
		return append(b, '.')
	case v.kind == typeString:
		text, _ := json.Marshal(v.text)
		return append(b, text...)
	case v.kind == typeNull:
		return append(b, "null"...)
	case v.kind != typeObject && v.kind != typeArray:
		return append(b, v.text...)
	}
	open, end := byte('['), byte(']')
	if v.kind == typeObject {
		open, end = '{', '}'
	}
	b = append(b, open)
	for i := range v.items {
		if len(b) > longest {
			break
		}
		if i > 0 {
			b = append(b, ',')
		}
		if v.kind == typeObject {
			name, _ := json.Marshal(v.name(i))
			b = append(append(b, name...), ':')
		}
		b = v.items[i].json(b)
	}
	return append(b, end)
}

// longest is how much of a text a message shows, in bytes.
const longest = 100

func shorten(s string) string {
	if len(s) <= longest {
		return s
	}
	cut := longest
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// quote is a text in a message: 'text'.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range shorten(s) {
		switch {
		case r == '\'':
			b.WriteString(`\'`)
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// quoted is "property 'a'" or "properties 'a', 'b'".
func quoted(one, many string, names []string) string {
	const most = 20
	texts := []string{}
	for i, name := range names {
		if i == most {
			texts = append(texts, fmt.Sprintf("and %d more", len(names)-most))
			break
		}
		texts = append(texts, quote(name))
	}
	if len(names) > 1 {
		one = many
	}
	return one + " " + strings.Join(texts, ", ")
}
