package schema

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// draft is a version of JSON Schema, by its number or its year.
type draft int

const (
	draft4    draft = 4
	draft6    draft = 6
	draft7    draft = 7
	draft2019 draft = 2019
	draft2020 draft = 2020
)

const drafts = "2020-12, 2019-09, draft-07, draft-06 and draft-04"

// draftOf gives the draft whose metaschema has this address, 0 where none has.
func draftOf(address string) draft {
	address = strings.TrimSuffix(address, "#")
	address = strings.TrimPrefix(strings.TrimPrefix(address, "http://"), "https://")
	switch address {
	case "json-schema.org/schema", "json-schema.org/draft/2020-12/schema":
		return draft2020
	case "json-schema.org/draft/2019-09/schema":
		return draft2019
	case "json-schema.org/draft-07/schema":
		return draft7
	case "json-schema.org/draft-06/schema":
		return draft6
	case "json-schema.org/draft-04/schema":
		return draft4
	}
	return 0
}

// shape is what a keyword's value has to be.
type shape int

const (
	unknown shape = iota // no keyword in this draft
	anything
	subschema
	subschemas      // a list of them
	namedSchemas    // an object of them
	schemaOrList    // draft-2019's items
	schemaOrBoolean // draft-04's additionalItems
	patternSchemas  // by regular expressions
	dependentOnes   // by names: a schema, or a list of names
	namedLists      // by names: a list of names
	text
	reference  // a URI, maybe relative
	identifier // a reference whose fragment is empty
	anchor
	regularExpression
	flag
	number
	positive
	countable  // a whole number that is not below 0
	stringList // without duplicates
	typeList   // a type, or a list of them
	list
	distinct // a list, not empty and without duplicates
	namedFlags
)

// shapeOf gives the shape of a keyword: what the drafts' metaschemas say.
func shapeOf(keyword string, d draft) shape {
	since := func(first draft, s shape) shape {
		if d < first {
			return unknown
		}
		return s
	}
	switch keyword {
	case "$schema", "title", "description", "format":
		return text
	case "default":
		return anything
	case "id":
		if d == draft4 {
			return text
		}
	case "$ref":
		if d == draft4 {
			return text
		}
		return reference
	case "$id":
		if d >= draft2019 {
			return identifier
		}
		return since(draft6, reference)
	case "$anchor":
		return since(draft2019, anchor)
	case "$dynamicAnchor":
		return since(draft2020, anchor)
	case "$dynamicRef":
		return since(draft2020, reference)
	case "$recursiveRef":
		return since(draft2019, reference)
	case "$recursiveAnchor":
		if d == draft2019 {
			return flag
		}
		return since(draft2020, anchor)
	case "$vocabulary":
		return since(draft2019, namedFlags)
	case "$comment", "contentMediaType", "contentEncoding":
		return since(draft7, text)
	case "readOnly", "writeOnly":
		return since(draft7, flag)
	case "deprecated":
		return since(draft2019, flag)
	case "examples":
		return since(draft7, list)
	case "$defs":
		return since(draft2019, namedSchemas)
	case "definitions", "properties":
		return namedSchemas
	case "patternProperties":
		return patternSchemas
	case "dependencies":
		return dependentOnes
	case "dependentSchemas":
		return since(draft2019, namedSchemas)
	case "dependentRequired":
		return since(draft2019, namedLists)
	case "allOf", "anyOf", "oneOf":
		return subschemas
	case "prefixItems":
		return since(draft2020, subschemas)
	case "not":
		return subschema
	case "items":
		if d >= draft2020 {
			return subschema
		}
		return schemaOrList
	case "additionalProperties":
		if d == draft4 {
			return schemaOrBoolean
		}
		return subschema
	case "additionalItems":
		switch d {
		case draft4:
			return schemaOrBoolean
		case draft2020:
			return unknown
		}
		return subschema
	case "contains", "propertyNames":
		return since(draft6, subschema)
	case "if", "then", "else":
		return since(draft7, subschema)
	case "unevaluatedProperties", "unevaluatedItems", "contentSchema":
		return since(draft2019, subschema)
	case "type":
		return typeList
	case "const":
		return since(draft6, anything)
	case "enum":
		if d < draft2019 {
			return distinct
		}
		return list
	case "multipleOf":
		return positive
	case "minimum", "maximum":
		return number
	case "exclusiveMinimum", "exclusiveMaximum":
		if d == draft4 {
			return flag
		}
		return number
	case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
		return countable
	case "minContains", "maxContains":
		return since(draft2019, countable)
	case "uniqueItems":
		return flag
	case "pattern":
		return regularExpression
	case "required":
		return stringList
	}
	return unknown
}

// checker tells whether values are schemas, as the metaschemas of the drafts
// do, and finds out where the schemas in them are.
type checker struct {
	place    []step
	faults   []Fault
	patterns map[string]*pattern
	index    *index // nil where only the check is wanted
}

func (c *checker) add(format string, args ...any) {
	if len(c.faults) < maxFaults {
		c.faults = append(c.faults, Fault{Place: placeOf(c.place), Message: fmt.Sprintf(format, args...)})
	}
}

// at does what is to be done for a member or item of a value.
func (c *checker) at(s step, do func()) {
	c.place = append(c.place, s)
	do()
	c.place = c.place[:len(c.place)-1]
}

// schema checks a schema of a resource.
func (c *checker) schema(v *value, in *resource) {
	switch {
	case v.kind == typeBoolean && in.draft > draft4:
	case v.kind == typeObject:
	case in.draft == draft4:
		c.add("got %s, want an object, as a schema of draft-04 is", v.kind)
		return
	default:
		c.add("got %s, want a schema: an object or a boolean", v.kind)
		return
	}
	if c.index != nil {
		if _, known := c.index.within[v]; known {
			return
		}
		in = c.index.enter(c, v, in)
	}
	for i := range v.items {
		keyword := v.name(i)
		if s := shapeOf(keyword, in.draft); s > anything {
			c.at(step{key: keyword}, func() { c.keyword(s, &v.items[i], in) })
		}
	}
	if in.draft == draft4 {
		for _, pair := range [][2]string{{"exclusiveMinimum", "minimum"}, {"exclusiveMaximum", "maximum"}} {
			if v.get(pair[0]) != nil && v.get(pair[1]) == nil {
				c.add("%s needs %s", pair[0], pair[1])
			}
		}
	}
}

// want adds a fault where v is of none of these types.
func (c *checker) want(v *value, t types) bool {
	if v.is(t) {
		return true
	}
	c.add("got %s, want %s", v.kind, t)
	return false
}

func (c *checker) keyword(s shape, v *value, in *resource) {
	each := func(do func(*value)) {
		for i := range v.items {
			c.at(v.step(i), func() { do(&v.items[i]) })
		}
	}
	isSchema := func(v *value) { c.schema(v, in) }
	switch s {
	case subschema:
		c.schema(v, in)
	case schemaOrBoolean:
		if v.kind != typeBoolean {
			c.schema(v, in)
		}
	case schemaOrList:
		if v.kind == typeArray {
			c.keyword(subschemas, v, in)
		} else {
			c.schema(v, in)
		}
	case subschemas:
		if c.want(v, typeArray) {
			if len(v.items) == 0 {
				c.add("is empty")
			}
			each(isSchema)
		}
	case namedSchemas:
		if c.want(v, typeObject) {
			each(isSchema)
		}
	case patternSchemas:
		if c.want(v, typeObject) {
			for i := range v.items {
				c.pattern(v.name(i))
			}
			each(isSchema)
		}
	case dependentOnes:
		if c.want(v, typeObject) {
			each(func(v *value) {
				if v.kind == typeArray {
					c.keyword(stringList, v, in)
				} else {
					c.schema(v, in)
				}
			})
		}
	case namedLists:
		if c.want(v, typeObject) {
			each(func(v *value) { c.keyword(stringList, v, in) })
		}
	case namedFlags:
		if c.want(v, typeObject) {
			each(func(v *value) { c.want(v, typeBoolean) })
		}
	case text:
		c.want(v, typeString)
	case reference, identifier:
		if c.want(v, typeString) {
			u, err := url.Parse(v.text)
			if err != nil || strings.Contains(v.text, `\`) {
				c.add("%s is no URI", quote(v.text))
			} else if s == identifier && u.Fragment != "" {
				c.add("%s has a fragment", quote(v.text))
			}
		}
	case anchor:
		if c.want(v, typeString) && !isAnchor(v.text, in.draft) {
			c.add("%s is no name: a letter, then letters, digits, \"-\", \".\" and \"_\"", quote(v.text))
		}
	case regularExpression:
		if c.want(v, typeString) {
			c.pattern(v.text)
		}
	case flag:
		c.want(v, typeBoolean)
	case number:
		c.want(v, typeNumber)
	case positive:
		if c.want(v, typeNumber) && decimalOf(v.text).sign() <= 0 {
			c.add("got %s, want a number above 0", shorten(v.text))
		}
	case countable:
		if c.want(v, typeInteger) {
			if _, ok := decimalOf(v.text).count(); !ok {
				c.add("got %s, want 0 or more", shorten(v.text))
			}
		}
	case stringList:
		if c.want(v, typeArray) {
			if len(v.items) == 0 && in.draft == draft4 {
				c.add("is empty")
			}
			each(func(v *value) { c.want(v, typeString) })
			c.distinct(v)
		}
	case typeList:
		if v.kind == typeString {
			c.typeName(v)
		} else if c.want(v, typeString|typeArray) {
			if len(v.items) == 0 {
				c.add("is empty")
			}
			each(func(v *value) {
				if c.want(v, typeString) {
					c.typeName(v)
				}
			})
			c.distinct(v)
		}
	case list:
		c.want(v, typeArray)
	case distinct:
		if c.want(v, typeArray) {
			if len(v.items) == 0 {
				c.add("is empty")
			}
			c.distinct(v)
		}
	}
}

func (c *checker) distinct(v *value) {
	if i, j, ok := duplicates(v.items); ok {
		c.add("items %d and %d are equal", i, j)
	}
}

func (c *checker) typeName(v *value) {
	if typeNamed(v.text) == 0 {
		c.add("%s is no type: one of %s", quote(v.text), strings.Join(typeNames[:], ", "))
	}
}

func (c *checker) pattern(text string) {
	if c.patterns[text] != nil {
		return
	}
	p, err := compilePattern(text)
	if err != nil {
		c.add("%s is no regular expression: %v", quote(text), err)
		return
	}
	if c.patterns == nil {
		c.patterns = map[string]*pattern{}
	}
	c.patterns[text] = p
}

func isAnchor(s string, d draft) bool {
	more := "-._"
	if d == draft2019 {
		more = "-.:_"
	}
	for i, r := range s {
		letter := r < unicode.MaxASCII && unicode.IsLetter(r) || r == '_' && d >= draft2020
		if !letter && (i == 0 || !strings.ContainsRune(more, r) && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != ""
}

// resource is a schema with an address of its own, and what belongs to it.
type resource struct {
	draft     draft
	base      *url.URL
	root      *value
	anchors   map[string]*value
	dynamic   []string // those of anchors that are dynamic
	recursive bool     // $recursiveAnchor
	node      *node    // of root, where it is met
}

// index tells where the schemas in a document are.
type index struct {
	resources map[string]*resource // by address
	within    map[*value]*resource // every schema and its resource
}

// enter notes a schema, which may begin a resource, and its anchors.
func (x *index) enter(c *checker, v *value, in *resource) *resource {
	d, dialect := in.draft, v.get("$schema")
	if dialect != nil {
		d = cmp.Or(draftOf(dialect.text), d)
	}
	id := idOf(v, d)
	if id == "" && in.root != nil { // $schema is for whole resources
		d = in.draft
		id = idOf(v, d)
	} else if dialect != nil && dialect.kind == typeString && draftOf(dialect.text) == 0 {
		c.at(step{key: "$schema"}, func() {
			c.add("%s is not known here, and nothing is fetched; known are %s", quote(dialect.text), drafts)
		})
	}
	address, fragment, _ := strings.Cut(id, "#")
	switch {
	case address != "":
		base, err := join(in.base, address)
		if err != nil {
			c.add("its id %s is no URI", quote(id))
			break
		}
		in = &resource{draft: d, base: base, root: v}
	case in.root == nil: // the document
		in = &resource{draft: d, base: in.base, root: v}
	}
	if in.root == v {
		if other := x.resources[in.base.String()]; other != nil {
			c.add("two schemas have the id %s", quote(id))
		}
		x.resources[in.base.String()] = in
		if r := v.get("$recursiveAnchor"); r != nil && in.draft == draft2019 {
			in.recursive = r.text == "true"
		}
	}
	x.within[v] = in
	name := func(s string) {
		if s == "" {
			return
		}
		if in.anchors[s] != nil {
			c.add("two schemas have the name %s", quote(s))
		}
		if in.anchors == nil {
			in.anchors = map[string]*value{}
		}
		in.anchors[s] = v
	}
	if in.draft < draft2019 {
		if !strings.HasPrefix(fragment, "/") {
			name(unescaped(fragment))
		}
		return in
	}
	if a := v.get("$anchor"); a != nil {
		name(a.text)
	}
	if a := v.get("$dynamicAnchor"); a != nil && in.draft >= draft2020 {
		if in.anchors[a.text] != v {
			name(a.text)
		}
		in.dynamic = append(in.dynamic, a.text)
	}
	return in
}

// idOf gives the id of a schema of this draft.
func idOf(v *value, d draft) string {
	keyword := "$id"
	if d == draft4 {
		keyword = "id"
	}
	if d < draft2019 && v.get("$ref") != nil {
		return "" // $ref leaves nothing beside it
	}
	if id := v.get(keyword); id != nil && id.kind == typeString {
		return id.text
	}
	return ""
}

// join resolves an address without fragment.
func join(base *url.URL, address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if base.Opaque != "" && !u.IsAbs() && address == "" {
		return base, nil
	}
	return base.ResolveReference(u), nil
}

func unescaped(fragment string) string {
	if s, err := url.PathUnescape(fragment); err == nil {
		return s
	}
	return fragment
}
