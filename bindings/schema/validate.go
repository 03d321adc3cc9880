package schema

import (
	"slices"
	"time"
	"unicode/utf8"
)

const (
	// leastSteps are the schemas that may be met in any check, however small
	// the value; stepsEach are those for each of its parts.
	leastSteps = 5_000_000
	stepsEach  = 300
	// deepestCheck bounds the schemas met within each other.
	deepestCheck = 100_000
	// matchingLimit bounds the time that all matches of a check take together.
	matchingLimit = 10 * time.Second
)

// validation is one check of a value.
type validation struct {
	place  []step
	faults []Fault
	quiet  int // above 0 where only the verdict counts

	scope  []*resource // those entered, the outermost first
	active []*node     // targets of references that are being checked, …
	since  int         // … from here on for the present value

	steps, limit, depth int
	matching            time.Duration
	halted              bool // the check was given up: the one fault says why
}

// evaluated are the members or items of a value that a schema has looked at,
// for unevaluatedProperties and unevaluatedItems; nil where nobody asks.
type evaluated []bool

func (e evaluated) add(other evaluated) {
	for i, yes := range other {
		e[i] = e[i] || yes
	}
}

func (e evaluated) fill() {
	for i := range e {
		e[i] = true
	}
}

// branch gives room for what a schema evaluates that need not fit.
func (e evaluated) branch() evaluated {
	if e == nil {
		return nil
	}
	return make(evaluated, len(e))
}

func (n *node) validate(v *value) []Fault {
	c := validation{limit: max(leastSteps, stepsEach*v.size())}
	c.check(n, v, nil)
	return c.faults
}

// test tells whether a value fits, without saying why it doesn't.
func (c *validation) test(n *node, v *value, e evaluated) bool {
	c.quiet++
	ok := c.check(n, v, e)
	c.quiet--
	return ok
}

// part checks a member or an item of the present value.
func (c *validation) part(n *node, v *value, s step) bool {
	if n.fixed && n.verdict {
		return true
	}
	since := c.since
	c.since = len(c.active)
	c.place = append(c.place, s)
	ok := c.check(n, v, nil)
	c.place = c.place[:len(c.place)-1]
	c.since = since
	return ok
}

// check tells whether a value fits, and adds why it doesn't.
func (c *validation) check(n *node, v *value, e evaluated) bool {
	if n.fixed {
		if !n.verdict {
			c.fail("is not allowed")
		}
		return n.verdict
	}
	c.steps++
	if c.steps > c.limit || c.depth > deepestCheck {
		c.halt("checking this takes too long: the schema has too many alternatives within alternatives, or references to itself")
	}
	if c.halted {
		return false
	}
	if n.target {
		active := c.active[c.since:]
		c.steps += len(active)
		if slices.Contains(active, n) {
			return c.fail("the schema refers to itself without end")
		}
		c.active = append(c.active, n)
	}
	enters := len(c.scope) == 0 || c.scope[len(c.scope)-1] != n.in
	if enters {
		c.scope = append(c.scope, n.in)
	}
	c.depth++
	ok := c.itself(n, v) && c.keywords(n, v, e)
	c.depth--
	if enters {
		c.scope = c.scope[:len(c.scope)-1]
	}
	if n.target {
		c.active = c.active[:len(c.active)-1]
	}
	return ok
}

// itself checks what makes the rest pointless where it fails.
func (c *validation) itself(n *node, v *value) bool {
	switch {
	case n.types != 0 && !v.is(n.types):
		return c.wrongType(v.kind, n.types)
	case n.constant != nil && !equal(v, n.constant):
		return c.wrongValue([]value{*n.constant})
	case n.choices != nil && !c.among(n, v):
		return c.wrongValue(n.choices)
	case n.format != "" && v.kind == typeString && !hasFormat(n.format, v.text):
		return c.fail("%s is not a valid %s", quote(v.text), n.format)
	case n.meta != 0:
		return c.schemaOf(n.meta, v)
	}
	return true
}

func (c *validation) among(n *node, v *value) bool {
	c.steps += len(n.enum) / few
	return v.kind == typeString && n.strings[v.text] ||
		slices.ContainsFunc(n.enum, func(one value) bool { return equal(&one, v) })
}

// schemaOf checks a value that has to be a schema of this draft.
func (c *validation) schemaOf(d draft, v *value) bool {
	check := checker{place: slices.Clone(c.place)}
	check.schema(v, &resource{draft: d})
	if c.loud() {
		c.faults = append(c.faults, check.faults...)
	}
	return len(check.faults) == 0
}

func (c *validation) keywords(n *node, v *value, e evaluated) bool {
	own, unevaluated := e, (*node)(nil)
	switch v.kind {
	case typeObject:
		unevaluated = n.unevaluatedProperties
	case typeArray:
		unevaluated = n.unevaluatedItems
	}
	if unevaluated != nil { // which sees what this schema evaluates only
		own = make(evaluated, len(v.items))
	}
	if n.meta != 0 && v.kind == typeObject {
		for i := range own {
			own[i] = own[i] || shapeOf(v.name(i), n.meta) != unknown
		}
	}
	ok := n.ref == nil || c.check(n.ref, v, own)
	if n.dynamic != nil && c.goesOn(ok) {
		ok = c.check(c.dynamic(n), v, own) && ok
	}
	if c.goesOn(ok) {
		switch v.kind {
		case typeObject:
			ok = c.object(n, v, own) && ok
		case typeArray:
			ok = c.array(n, v, own) && ok
		case typeString:
			ok = c.string(n, v.text) && ok
		case typeNumber:
			ok = c.number(n, v.text) && ok
		}
	}
	if c.goesOn(ok) {
		ok = c.combined(n, v, own) && ok
	}
	if unevaluated == nil || !c.goesOn(ok) {
		return ok
	}
	for i, done := range own {
		if !done {
			ok = c.part(unevaluated, &v.items[i], v.step(i)) && ok
		}
	}
	e.fill()
	return ok
}

// goesOn tells whether there is more to be found out after this.
func (c *validation) goesOn(ok bool) bool { return ok || c.quiet == 0 && !c.halted }

// dynamic gives the schema that a $dynamicRef or $recursiveRef leads to here:
// that of the outermost resource entered.
func (c *validation) dynamic(n *node) *node {
	for _, r := range c.scope {
		if n.recursive && r.recursive {
			return r.node
		}
		if n.dynamicOf != "" && r.node != nil {
			if to := r.node.anchors[n.dynamicOf]; to != nil {
				return to
			}
		}
	}
	return n.dynamic
}

// combined checks the keywords whose schemas are for the value itself.
func (c *validation) combined(n *node, v *value, e evaluated) bool {
	ok := true
	for _, one := range n.allOf {
		if ok = c.check(one, v, e) && ok; !c.goesOn(ok) {
			return false
		}
	}
	if n.not != nil && c.test(n.not, v, nil) {
		ok = c.fail(`is what the schema excludes ("not")`)
	}
	if n.anyOf != nil && c.goesOn(ok) {
		ok = c.anyOf(n.anyOf, v, e) && ok
	}
	if n.oneOf != nil && c.goesOn(ok) {
		ok = c.oneOf(n.oneOf, v, e) && ok
	}
	if n.cond != nil && c.goesOn(ok) {
		then, branch := n.otherwise, e.branch()
		if c.test(n.cond, v, branch) {
			e.add(branch)
			then = n.then
		}
		ok = (then == nil || c.check(then, v, e)) && ok
	}
	return ok
}

func (c *validation) anyOf(of []*node, v *value, e evaluated) bool {
	ok := false
	for _, one := range of {
		branch := e.branch()
		if c.test(one, v, branch) {
			if e == nil {
				return true
			}
			ok = true
			e.add(branch)
		}
	}
	if !ok {
		c.noneOf(of, v, e)
	}
	return ok
}

func (c *validation) oneOf(of []*node, v *value, e evaluated) bool {
	fits := -1
	for i, one := range of {
		branch := e.branch()
		if !c.test(one, v, branch) {
			continue
		}
		if fits >= 0 {
			return c.fail("fits alternatives %d and %d of oneOf, want exactly one", fits, i)
		}
		fits = i
		e.add(branch)
	}
	if fits < 0 {
		c.noneOf(of, v, e)
	}
	return fits >= 0
}

func (c *validation) object(n *node, v *value, e evaluated) bool {
	ok := true
	if n.minProperties != nil && len(v.items) < *n.minProperties {
		ok = c.fail("has too few properties: %d, want at least %d", len(v.items), *n.minProperties)
	}
	if n.maxProperties != nil && len(v.items) > *n.maxProperties {
		ok = c.fail("has too many properties: %d, want at most %d", len(v.items), *n.maxProperties)
	}
	if missing := missing(v, n.required); missing != nil {
		ok = c.fail("missing %s", quoted("property", "properties", missing))
	}
	for i := range n.dependents {
		dep := &n.dependents[i]
		if !c.goesOn(ok) || v.get(dep.name) == nil {
			continue
		}
		if missing := missing(v, dep.required); missing != nil {
			ok = c.fail("missing %s, as there is %s", quoted("property", "properties", missing), quote(dep.name))
		}
		if dep.node != nil {
			ok = c.check(dep.node, v, e) && ok
		}
	}
	if n.properties != nil || n.patterns != nil || n.additional != nil {
		ok = c.goesOn(ok) && c.members(n, v, e) && ok
	}
	if n.propertyNames != nil {
		for i := 0; i < len(v.items) && c.goesOn(ok); i++ {
			ok = c.propertyName(n.propertyNames, v.name(i)) && ok
		}
	}
	return ok
}

func (c *validation) members(n *node, v *value, e evaluated) bool {
	ok := true
	var extra []string
	for i, name := range v.names.list {
		known := false
		if one := n.properties[name]; one != nil {
			known = true
			ok = c.part(one, &v.items[i], step{key: name}) && ok
		}
		for _, p := range n.patterns {
			if c.match(p.pattern, name) {
				known = true
				ok = c.part(p.node, &v.items[i], step{key: name}) && ok
			}
		}
		if !known && n.additional != nil {
			known = true
			if n.additional.fixed && !n.additional.verdict {
				extra = append(extra, name)
				ok = false
			} else {
				ok = c.part(n.additional, &v.items[i], step{key: name}) && ok
			}
		}
		if known && e != nil {
			e[i] = true
		}
		if !c.goesOn(ok) {
			return false
		}
	}
	if extra != nil {
		c.fail("additional %s not allowed", quoted("property", "properties", extra))
	}
	return ok
}

func (c *validation) propertyName(n *node, name string) bool {
	since, before := c.since, c.faults
	c.since, c.faults = len(c.active), nil
	ok := c.check(n, &value{kind: typeString, text: name}, nil)
	faults := c.faults
	if c.since = since; c.halted {
		return false
	}
	if c.faults = before; len(faults) > 0 {
		c.fail("property name %s: %s", quote(name), faults[0].Message)
	}
	return ok
}

func missing(v *value, names []string) []string {
	var list []string
	for _, name := range names {
		if v.get(name) == nil {
			list = append(list, name)
		}
	}
	return list
}

func (c *validation) array(n *node, v *value, e evaluated) bool {
	ok := true
	if n.minItems != nil && len(v.items) < *n.minItems {
		ok = c.fail("has too few items: %d, want at least %d", len(v.items), *n.minItems)
	}
	if n.maxItems != nil && len(v.items) > *n.maxItems {
		ok = c.fail("has too many items: %d, want at most %d", len(v.items), *n.maxItems)
	}
	if n.unique && c.goesOn(ok) {
		if i, j, equal := duplicates(v.items); equal {
			ok = c.fail("items %d and %d are equal", i, j)
		}
	}
	for i := range v.items {
		one := n.rest
		if i < len(n.prefix) {
			one = n.prefix[i]
		}
		if one == nil {
			break
		}
		if e != nil {
			e[i] = true
		}
		if ok = c.goesOn(ok) && c.part(one, &v.items[i], v.step(i)) && ok; !c.goesOn(ok) {
			return false
		}
	}
	if n.contains != nil && c.goesOn(ok) {
		ok = c.contains(n, v, e) && ok
	}
	return ok
}

func (c *validation) contains(n *node, v *value, e evaluated) bool {
	fitting := 0
	c.quiet++
	for i := range v.items {
		if c.part(n.contains, &v.items[i], v.step(i)) {
			fitting++
			if e != nil && n.in.draft >= draft2020 {
				e[i] = true
			}
		}
	}
	c.quiet--
	least := 1
	if n.minContains != nil {
		least = *n.minContains
	}
	if fitting < least {
		return c.fail(`has %d items of the kind that "contains" wants, want at least %d`, fitting, least)
	}
	if n.maxContains != nil && fitting > *n.maxContains {
		return c.fail(`has %d items of the kind that "contains" wants, want at most %d`, fitting, *n.maxContains)
	}
	return true
}

func (c *validation) string(n *node, s string) bool {
	ok := true
	if n.minLength != nil || n.maxLength != nil {
		length := utf8.RuneCountInString(s)
		if n.minLength != nil && length < *n.minLength {
			ok = c.fail("has too few characters: %d, want at least %d", length, *n.minLength)
		}
		if n.maxLength != nil && length > *n.maxLength {
			ok = c.fail("has too many characters: %d, want at most %d", length, *n.maxLength)
		}
	}
	if n.pattern != nil && c.goesOn(ok) && !c.match(n.pattern, s) {
		ok = c.fail("%s does not match pattern %s", quote(s), quote(n.pattern.text))
	}
	return ok
}

// match tells whether a pattern matches; where that takes too long the check
// ends.
func (c *validation) match(p *pattern, s string) bool {
	from := time.Now()
	ok, err := p.re.MatchString(s)
	c.matching += time.Since(from)
	if err != nil || c.matching > matchingLimit {
		c.halt("checking this takes too long: %s against pattern %s", quote(s), quote(p.text))
		return false
	}
	return ok
}

func (c *validation) number(n *node, text string) bool {
	if n.minimum == nil && n.maximum == nil && n.exclusiveMin == nil && n.exclusiveMax == nil && n.multipleOf == nil {
		return true
	}
	ok, d := true, decimalOf(text)
	if b := n.minimum; b != nil && d.compare(b.decimal) < 0 {
		ok = c.fail("is too small: %s, want at least %s", shorten(text), shorten(b.text))
	}
	if b := n.exclusiveMin; b != nil && d.compare(b.decimal) <= 0 {
		ok = c.fail("is too small: %s, want more than %s", shorten(text), shorten(b.text))
	}
	if b := n.maximum; b != nil && d.compare(b.decimal) > 0 {
		ok = c.fail("is too large: %s, want at most %s", shorten(text), shorten(b.text))
	}
	if b := n.exclusiveMax; b != nil && d.compare(b.decimal) >= 0 {
		ok = c.fail("is too large: %s, want less than %s", shorten(text), shorten(b.text))
	}
	if b := n.multipleOf; b != nil && !d.multiple(b.decimal) {
		ok = c.fail("%s is not a multiple of %s", shorten(text), shorten(b.text))
	}
	return ok
}
