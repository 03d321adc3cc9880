package schema

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// node is a schema as it is checked against.
type node struct {
	in      *resource
	fixed   bool // true or false, as verdict says
	verdict bool
	target  bool  // of a reference: what a circle has to pass
	meta    draft // of whose schemas the value must be one, 0 where it needn't

	ref       *node
	dynamic   *node  // $dynamicRef or $recursiveRef, as it is without a scope …
	dynamicOf string // … and the anchor that may replace it
	recursive bool   // … or the root of a resource may

	types    types
	constant *value
	choices  []value // enum: the same as …
	enum     []value
	strings  map[string]bool // … and the strings, where there are many
	format   string

	allOf, anyOf, oneOf []*node
	not, cond           *node
	then, otherwise     *node

	minimum, maximum           *bound
	exclusiveMin, exclusiveMax *bound
	multipleOf                 *bound

	minLength, maxLength *int
	pattern              *pattern

	minProperties, maxProperties *int
	required                     []string
	properties                   map[string]*node
	patterns                     []matching
	additional                   *node
	propertyNames                *node
	dependents                   []dependent
	unevaluatedProperties        *node

	minItems, maxItems       *int
	unique                   bool
	prefix                   []*node
	rest                     *node // for the items after prefix
	contains                 *node
	minContains, maxContains *int
	unevaluatedItems         *node

	anchors map[string]*node // the dynamic ones, of a resource's root
}

type bound struct {
	text string
	decimal
}

type matching struct {
	*pattern
	node *node
}

// dependent is what a member requires where it is present.
type dependent struct {
	name     string
	required []string
	node     *node
}

// pattern is a regular expression as JavaScript has them.
type pattern struct {
	text string
	re   *regexp2.Regexp
}

// matchLimit bounds one match; a pattern may be made to take for ever.
const (
	matchLimit = time.Second
	maxPattern = 100_000 // bytes
)

func compilePattern(text string) (*pattern, error) {
	if len(text) > maxPattern {
		return nil, fmt.Errorf("it is longer than %d bytes", maxPattern)
	}
	re, err := regexp2.Compile(text, regexp2.ECMAScript|regexp2.Unicode)
	if err != nil {
		return nil, err
	}
	re.MatchTimeout = matchLimit
	return &pattern{text, re}, nil
}

// compiler makes nodes of the schemas that the first one needs: a fault in a
// reference that nobody follows is none.
type compiler struct {
	checker
	document *value
	nodes    map[*value]*node
	queue    []*value // nodes to be made
}

// elsewhere is the address of a document that has none.
const elsewhere = "schema:///"

func compile(v *value) (*node, error) {
	c := compiler{document: v, nodes: map[*value]*node{}}
	c.index = &index{resources: map[string]*resource{}, within: map[*value]*resource{}}
	base, err := url.Parse(elsewhere)
	if err != nil {
		return nil, err
	}
	c.schema(v, &resource{draft: draftOfDocument(v), base: base})
	if len(c.faults) > 0 {
		return nil, Error(c.faults)
	}
	root := c.node(v)
	for len(c.queue) > 0 && len(c.faults) == 0 {
		v := c.queue[len(c.queue)-1]
		c.queue = c.queue[:len(c.queue)-1]
		c.build(v, c.nodes[v])
	}
	return root, Error(c.faults)
}

// draftOfDocument is the draft of a document, the latest where it names none.
func draftOfDocument(v *value) draft {
	if s := v.get("$schema"); s != nil {
		if d := draftOf(s.text); d != 0 {
			return d
		}
	}
	return draft2020
}

// node gives the node of a schema, which is made later.
func (c *compiler) node(v *value) *node {
	if v == nil {
		return nil
	}
	n := c.nodes[v]
	if n == nil {
		n = &node{in: c.index.within[v]}
		c.nodes[v] = n
		c.queue = append(c.queue, v)
		if n.in.recursive || n.in.dynamic != nil {
			c.node(n.in.root) // where dynamic references look
		}
	}
	return n
}

func (c *compiler) nodesOf(list []value) []*node {
	nodes := make([]*node, len(list))
	for i := range list {
		nodes[i] = c.node(&list[i])
	}
	return nodes
}

// build makes the node of a schema that check has found to be one.
func (c *compiler) build(v *value, n *node) {
	if v.kind == typeBoolean {
		n.fixed, n.verdict = true, v.text == "true"
		return
	}
	d := n.in.draft
	if n.in.root == v {
		n.in.node = n
		for _, name := range n.in.dynamic {
			if n.anchors == nil {
				n.anchors = map[string]*node{}
			}
			n.anchors[name] = c.target(n.in.anchors[name])
		}
	}
	if ref := v.get("$ref"); ref != nil {
		n.ref = c.follow(v, n, "$ref")
		if d < draft2019 {
			return
		}
	}
	for i := range v.items {
		if s := shapeOf(v.name(i), d); s != unknown {
			c.keyword(n, v, v.name(i), &v.items[i], d)
		}
	}
	if d == draft4 { // where they are booleans
		if n.exclusiveMin != nil {
			n.exclusiveMin, n.minimum = n.minimum, nil
		}
		if n.exclusiveMax != nil {
			n.exclusiveMax, n.maximum = n.maximum, nil
		}
	}
}

// keyword takes what a keyword says into the node of its schema, parent.
func (c *compiler) keyword(n *node, parent *value, keyword string, v *value, d draft) {
	switch keyword {
	case "$dynamicRef":
		n.dynamic = c.follow(parent, n, keyword)
		_, fragment, _ := strings.Cut(v.text, "#")
		if n.dynamic != nil && !strings.HasPrefix(fragment, "/") && slices.Contains(n.dynamic.in.dynamic, unescaped(fragment)) {
			n.dynamicOf = unescaped(fragment)
		}
	case "$recursiveRef":
		if d == draft2019 {
			n.dynamic = c.follow(parent, n, keyword)
			n.recursive = n.dynamic != nil && n.dynamic.in.recursive
		}
	case "type":
		n.types = typeNamed(v.text)
		for i := range v.items {
			n.types |= typeNamed(v.items[i].text)
		}
	case "const":
		n.constant = v
	case "enum":
		n.choices, n.enum = v.items, v.items
		if n.choices == nil {
			n.choices = []value{}
		}
		if len(v.items) > few {
			n.enum, n.strings = nil, map[string]bool{}
			for _, item := range v.items {
				if item.kind == typeString {
					n.strings[item.text] = true
				} else {
					n.enum = append(n.enum, item)
				}
			}
		}
	case "format":
		if d < draft2019 && knownFormat(v.text) {
			n.format = v.text
		}
	case "allOf":
		n.allOf = c.nodesOf(v.items)
	case "anyOf":
		n.anyOf = c.nodesOf(v.items)
	case "oneOf":
		n.oneOf = c.nodesOf(v.items)
	case "not":
		n.not = c.node(v)
	case "if":
		n.cond = c.node(v)
	case "then": // not met under "if": false, nor without any
		if cond := parent.get("if"); cond != nil && cond.text != "false" {
			n.then = c.node(v)
		}
	case "else":
		if cond := parent.get("if"); cond != nil && cond.text != "true" {
			n.otherwise = c.node(v)
		}

	case "minimum":
		n.minimum = boundOf(v)
	case "maximum":
		n.maximum = boundOf(v)
	case "exclusiveMinimum":
		if v.text != "false" {
			n.exclusiveMin = boundOf(v)
		}
	case "exclusiveMaximum":
		if v.text != "false" {
			n.exclusiveMax = boundOf(v)
		}
	case "multipleOf":
		n.multipleOf = boundOf(v)

	case "minLength":
		n.minLength = countOf(v)
	case "maxLength":
		n.maxLength = countOf(v)
	case "pattern":
		n.pattern = c.patterns[v.text]

	case "minProperties":
		n.minProperties = countOf(v)
	case "maxProperties":
		n.maxProperties = countOf(v)
	case "required":
		n.required = texts(v)
	case "properties":
		n.properties = make(map[string]*node, len(v.items))
		for i := range v.items {
			n.properties[v.name(i)] = c.node(&v.items[i])
		}
	case "patternProperties":
		for i := range v.items {
			n.patterns = append(n.patterns, matching{c.patterns[v.name(i)], c.node(&v.items[i])})
		}
	case "additionalProperties":
		n.additional = c.schemaOrBoolean(n, v)
	case "propertyNames":
		n.propertyNames = c.node(v)
	case "dependencies", "dependentSchemas", "dependentRequired":
		for i := range v.items {
			dep := dependent{name: v.name(i)}
			if v.items[i].kind == typeArray {
				dep.required = texts(&v.items[i])
			} else {
				dep.node = c.node(&v.items[i])
			}
			n.dependents = append(n.dependents, dep)
		}
	case "unevaluatedProperties":
		n.unevaluatedProperties = c.node(v)

	case "minItems":
		n.minItems = countOf(v)
	case "maxItems":
		n.maxItems = countOf(v)
	case "uniqueItems":
		n.unique = v.text == "true"
	case "prefixItems":
		n.prefix = c.nodesOf(v.items)
	case "items":
		if v.kind == typeArray {
			n.prefix = c.nodesOf(v.items)
		} else {
			n.rest = c.node(v)
		}
	case "additionalItems":
		if items := parent.get("items"); items != nil && items.kind == typeArray {
			n.rest = c.schemaOrBoolean(n, v)
		}
	case "contains":
		n.contains = c.node(v)
	case "minContains":
		n.minContains = countOf(v)
	case "maxContains":
		n.maxContains = countOf(v)
	case "unevaluatedItems":
		n.unevaluatedItems = c.node(v)
	}
}

// schemaOrBoolean is for what may be a boolean in draft-04, too, which has no
// boolean schemas.
func (c *compiler) schemaOrBoolean(n *node, v *value) *node {
	if v.kind == typeBoolean {
		return &node{in: n.in, fixed: true, verdict: v.text == "true"}
	}
	return c.node(v)
}

func boundOf(v *value) *bound { return &bound{v.text, decimalOf(v.text)} }

func countOf(v *value) *int {
	n, _ := decimalOf(v.text).count()
	return &n
}

func texts(v *value) []string {
	list := make([]string, len(v.items))
	for i := range v.items {
		list[i] = v.items[i].text
	}
	return list
}

func (c *compiler) target(v *value) *node {
	n := c.node(v)
	n.target = true
	return n
}

// follow gives the node that a reference of schema v leads to, nil where there
// is none.
func (c *compiler) follow(v *value, n *node, keyword string) *node {
	ref := v.get(keyword).text
	fault := func(format string, args ...any) *node {
		c.place = steps(c.document, v)
		c.add("%s %s "+format, append([]any{keyword, quote(ref)}, args...)...)
		return nil
	}
	address, fragment, _ := strings.Cut(ref, "#")
	fragment, err := url.PathUnescape(fragment)
	if err != nil {
		return fault("is no URI")
	}
	in := n.in
	if address != "" {
		u, err := join(n.in.base, address)
		if err != nil {
			return fault("is no URI")
		}
		if in = c.index.resources[u.String()]; in == nil {
			if d := draftOf(u.String()); d != 0 && fragment == "" {
				return &node{in: n.in, meta: d}
			}
			return fault("refers to another document, and nothing is fetched")
		}
	}
	if fragment != "" && fragment[0] != '/' {
		to := in.anchors[fragment]
		if to == nil {
			return fault("leads nowhere: there is no schema of this name")
		}
		return c.target(to)
	}
	to, within := in.root, in
	c.place = nil
	if fragment != "" {
		for _, token := range strings.Split(fragment[1:], "/") {
			token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
			next := to.get(token)
			s := step{key: token}
			if i, err := strconv.ParseUint(token, 10, 31); to.kind == typeArray && err == nil && int(i) < len(to.items) {
				next, s = &to.items[i], step{index: int(i), isIndex: true}
			}
			if next == nil {
				return fault("leads nowhere: there is nothing at this place")
			}
			c.place = append(c.place, s)
			if r := c.index.within[next]; r != nil {
				within = r
			}
			to = next
		}
	}
	if c.index.within[to] == nil { // it stands where no keyword wants a schema
		c.schema(to, within)
		if len(c.faults) > 0 { // the first, as they end it: their places are within the resource
			root := placeOf(steps(c.document, in.root))
			for i := range c.faults {
				c.faults[i].Place = append(root[:len(root):len(root)], c.faults[i].Place...)
			}
			return nil
		}
	}
	return c.target(to)
}

// steps is the way from one value to another within it.
func steps(from, to *value) []step {
	if from == to {
		return []step{}
	}
	for i := range from.items {
		if rest := steps(&from.items[i], to); rest != nil {
			if from.kind == typeObject {
				return append([]step{{key: from.name(i)}}, rest...)
			}
			return append([]step{{index: i, isIndex: true}}, rest...)
		}
	}
	return nil
}
