package dts

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Bounds on what one schema may become, beyond which it is unknown.
const (
	deepest   = 40    // levels in one type
	mostNodes = 20000 // schemas in all
	mostEnum  = 1000  // values of an enum
	mostItems = 100   // items of a tuple
	mostUnion = 500   // members of an intersection of unions, multiplied out
	mostSteps = 2000  // schemas that are looked at to know that
	mostDocs  = 1 << 18
)

// A translation makes a TypeScript type of a JSON Schema (2020-12, and of what
// the drafts before it and OpenAPI write otherwise). Types that the schema
// refers to get names of their own.
type translation struct {
	root   value
	prefix string // of the names
	names  *names
	// Input says that the schema is of what a caller gives: members with a
	// default may be left out.
	input bool

	byRef   map[string]value // what "#anchor" and $id mean; nil until it is needed
	named   map[*object]string
	queue   []definition
	out     strings.Builder // declarations of the named types
	current string          // the named type that is being written
	direct  map[string]map[string]bool
	nodes   int
	docs    int // bytes of doc comments
}

type definition struct {
	name   string
	schema *object
}

func translate(schema value, prefix string, names *names, input bool) *translation {
	return &translation{root: schema, prefix: prefix, names: names, input: input,
		named: map[*object]string{}, direct: map[string]map[string]bool{}}
}

// declarations are those of the types that were named so far, at an indent.
func (t *translation) declarations(indent string) string {
	for len(t.queue) > 0 {
		d := t.queue[0]
		t.queue = t.queue[1:]
		t.current = d.name
		text := t.schema(d.schema, indent, 0, true)
		t.nodes++
		t.out.WriteString(comment(indent, t.about(d.schema)...) + indent + "type " + d.name + " = " + text + ";\n")
	}
	return t.out.String()
}

// schema is the type of a schema whose first line stands at an indent. Bare says
// that it stands for the whole of a named type, or for a part of it that
// TypeScript must know to know the type: there it must not lead back to the
// type itself.
func (t *translation) schema(v value, indent string, depth int, bare bool) string {
	s, ok := v.(*object)
	if !ok {
		if v == false {
			return "never"
		}
		return "unknown"
	}
	if t.nodes++; depth > deepest || t.nodes > mostNodes {
		return "unknown"
	}
	var parts []string
	add := func(text string) {
		if text != "unknown" && !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	literal := s.has("const") || len(s.list("enum")) > 0
	if ref := s.reference(); ref != "" {
		text := t.reference(ref, bare)
		if strings.HasPrefix(text, "unknown ") {
			return text // with the reason
		}
		add(text)
	}
	for _, all := range s.list("allOf") {
		add(t.schema(all, indent, depth+1, bare))
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		if list := s.list(keyword); len(list) > 0 {
			add(t.union(list, indent, depth, bare))
		}
	}
	switch {
	case s.has("const"):
		add(t.literal(s.get("const"), 0))
	case literal:
		add(t.enum(s))
	default:
		if text := t.structure(s, indent, depth, len(parts) > 0); text != "unknown" && !slices.Contains(parts, text) {
			parts = slices.Insert(parts, 0, text)
		}
	}
	text := "unknown"
	switch {
	case len(parts) == 1:
		text = parts[0]
	case len(parts) > 1 && t.breadth(s, 0, new(int)) <= mostUnion:
		for i := range parts {
			parts[i] = group(parts[i])
		}
		text = strings.Join(parts, " & ")
	}
	if s.truth("nullable") && text != "unknown" {
		text = union([]string{text, "null"})
	}
	return text
}

// reference is where a schema points to, "" where it doesn't.
func (o *object) reference() string {
	for _, name := range []string{"$ref", "$dynamicRef"} {
		if ref := o.text(name); ref != "" {
			return ref
		}
	}
	if o.truth("$recursiveRef") || o.text("$recursiveRef") != "" {
		return "#"
	}
	return ""
}

func (t *translation) reference(ref string, bare bool) string {
	target, ok := t.find(ref)
	if !ok {
		return "unknown /* " + strings.Trim(strings.ReplaceAll(quoted(abridged(ref)), "*/", "*\\/"), " ") + " is not in the schema */"
	}
	o, isObject := target.(*object)
	if !isObject {
		return t.schema(target, "", deepest, bare)
	}
	name, known := t.named[o]
	if !known {
		if len(t.named) >= mostNodes {
			return "unknown"
		}
		name = t.names.take(t.prefix + pascal(lastPart(ref)))
		t.named[o] = name
		t.queue = append(t.queue, definition{name, o})
	}
	if bare && t.current != "" {
		if t.leads(name, t.current) {
			return "unknown"
		}
		if t.direct[t.current] == nil {
			t.direct[t.current] = map[string]bool{}
		}
		t.direct[t.current][name] = true
	}
	return name
}

// leads tells whether a named type is, at its top, made of another.
func (t *translation) leads(from, to string) bool {
	seen := map[string]bool{}
	pending := []string{from}
	for len(pending) > 0 {
		name := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if name == to {
			return true
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		for next := range t.direct[name] {
			pending = append(pending, next)
		}
	}
	return false
}

func abridged(s string) string {
	if len(s) > 200 {
		return strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}

// lastPart is what a reference calls its target.
func lastPart(ref string) string {
	if ref == "#" {
		return "Root"
	}
	ref = strings.ReplaceAll(ref, "~1", " ")
	last := ref[strings.LastIndexAny(ref, "/#")+1:]
	if decoded, err := url.PathUnescape(last); err == nil {
		last = decoded
	}
	return last
}

// find gives what a reference within the schema means. Nothing is fetched.
func (t *translation) find(ref string) (value, bool) {
	if ref == "#" || ref == "" {
		return t.root, true
	}
	if pointer, ok := strings.CutPrefix(ref, "#/"); ok {
		at := t.root
		for _, step := range strings.Split(pointer, "/") {
			if decoded, err := url.PathUnescape(step); err == nil {
				step = decoded
			}
			step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
			switch in := at.(type) {
			case *object:
				if !in.has(step) {
					return nil, false
				}
				at = in.get(step)
			case []value:
				i, err := strconv.Atoi(step)
				if err != nil || i < 0 || i >= len(in) {
					return nil, false
				}
				at = in[i]
			default:
				return nil, false
			}
		}
		return at, true
	}
	if t.byRef == nil {
		t.byRef = map[string]value{}
		t.index(t.root)
	}
	v, ok := t.byRef[ref]
	return v, ok
}

// index notes the names that schemas give themselves.
func (t *translation) index(v value) {
	switch v := v.(type) {
	case []value:
		for _, item := range v {
			t.index(item)
		}
	case *object:
		note := func(ref string) {
			if _, taken := t.byRef[ref]; !taken {
				t.byRef[ref] = v
			}
		}
		for _, name := range []string{"$anchor", "$dynamicAnchor"} {
			if s := v.text(name); s != "" {
				note("#" + s)
			}
		}
		for _, name := range []string{"$id", "id"} {
			if s := v.text(name); s != "" {
				note(s)
			}
		}
		for _, name := range v.names {
			t.index(v.get(name))
		}
	}
}

// union is the type of any of some schemas.
func (t *translation) union(list []value, indent string, depth int, bare bool) string {
	var parts []string
	for _, v := range list {
		text := t.schema(v, indent, depth+1, bare)
		if text == "unknown" {
			return text
		}
		if !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	if len(parts) > mostEnum {
		return "unknown"
	}
	return union(parts)
}

func union(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	grouped := make([]string, len(parts))
	for i, part := range parts {
		if grouped[i] = part; topLevel(part, " & ") {
			grouped[i] = "(" + part + ")"
		}
	}
	return strings.Join(grouped, " | ")
}

// group puts a type that is more than one in parentheses.
func group(text string) string {
	if topLevel(text, " | ") || topLevel(text, " & ") {
		return "(" + text + ")"
	}
	return text
}

// topLevel tells whether an operator of types stands outside of all brackets,
// strings and comments.
func topLevel(text, operator string) bool {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '/':
			if strings.HasPrefix(text[i:], "/*") {
				i += 2 + strings.Index(text[i+2:], "*/") + 1
			}
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ' ':
			if depth == 0 && strings.HasPrefix(text[i:], operator) {
				return true
			}
		}
	}
	return false
}

// breadth is about how many members the type of a schema has once unions in
// intersections are multiplied out, which the compiler does.
func (t *translation) breadth(v value, depth int, steps *int) int {
	s, ok := v.(*object)
	if !ok {
		return 1
	}
	if *steps++; depth > 8 || *steps > mostSteps {
		return mostUnion + 1
	}
	product := 1
	times := func(n int) { product = min(product*max(n, 1), 1<<20) }
	if ref := s.reference(); ref != "" {
		if target, ok := t.find(ref); ok {
			times(t.breadth(target, depth+1, steps))
		}
	}
	for _, all := range s.list("allOf") {
		if times(t.breadth(all, depth+1, steps)); product > mostUnion {
			return product
		}
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		sum := 0
		for _, member := range s.list(keyword) {
			if sum += t.breadth(member, depth+1, steps); sum > mostUnion {
				return sum
			}
		}
		times(sum)
	}
	times(len(s.list("enum")))
	times(len(s.list("type")))
	return product
}

// enum is the union of the values that a schema lists.
func (t *translation) enum(s *object) string {
	list := s.list("enum")
	if len(list) > mostEnum {
		return t.structure(s, "", deepest, false)
	}
	var parts []string
	for _, v := range list {
		if text := t.literal(v, 0); !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	if slices.Contains(parts, "unknown") {
		return "unknown"
	}
	return strings.Join(parts, " | ")
}

// literal is the type of one value.
func (t *translation) literal(v value, depth int) string {
	if t.nodes++; depth > deepest || t.nodes > mostNodes {
		return "unknown"
	}
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		if _, err := v.Float64(); err != nil || len(v) > 40 {
			return "number"
		}
		return v.String()
	case string:
		if len(v) > 1000 {
			return "string"
		}
		t.nodes += len(v) / 50
		return quoted(v)
	case []value:
		parts := []string{}
		for _, item := range v {
			parts = append(parts, t.literal(item, depth+1))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *object:
		if len(v.names) == 0 {
			return "{}"
		}
		parts := []string{}
		for _, name := range v.names {
			t.nodes += len(name) / 50
			parts = append(parts, property(name)+": "+t.literal(v.get(name), depth+1))
		}
		return "{ " + strings.Join(parts, "; ") + " }"
	}
	return "unknown"
}

// structure is the type that "type" and the keywords of objects and arrays say.
// Also tells that other keywords say more: then an object of anything adds
// nothing.
func (t *translation) structure(s *object, indent string, depth int, also bool) string {
	var kinds []string
	switch kind := s.get("type").(type) {
	case string:
		kinds = []string{kind}
	case []value:
		kinds = texts(kind)
	}
	if len(kinds) == 0 {
		switch {
		case hasAny(s, "properties", "required", "additionalProperties", "patternProperties"):
			kinds = []string{"object"}
		case hasAny(s, "items", "prefixItems"):
			kinds = []string{"array"}
		default:
			return "unknown"
		}
	}
	var parts []string
	for _, kind := range kinds {
		text := "unknown"
		switch kind {
		case "string", "boolean", "null", "number":
			text = kind
		case "integer":
			text = "number"
		case "array":
			text = t.array(s, indent, depth)
		case "object":
			if text = t.object(s, indent, depth); also && text == anyObject {
				text = "unknown"
			}
		}
		if text == "unknown" {
			return text
		}
		if !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	return union(parts)
}

func hasAny(s *object, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return s.has(name) && s.get(name) != true })
}

// anyObject is an object of which nothing is known.
const anyObject = "{ [key: string]: unknown }"

func (t *translation) object(s *object, indent string, depth int) string {
	properties := s.object("properties")
	required := texts(s.list("required"))
	var rest []string // types of members that have no name here
	for _, pattern := range s.object("patternProperties").members() {
		rest = append(rest, t.schema(pattern, indent+"  ", depth+1, false))
	}
	additional := s.get("additionalProperties")
	if additional == nil && s.get("unevaluatedProperties") == false {
		additional = false
	}
	if _, isSchema := additional.(*object); isSchema {
		rest = append(rest, t.schema(additional, indent+"  ", depth+1, false))
	}
	var names []string
	if properties != nil {
		names = slices.Clone(properties.names)
	}
	must := map[string]bool{}
	for _, name := range required {
		must[name] = true
		if !properties.has(name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		switch {
		case len(rest) > 0 && !slices.Contains(rest, "unknown"):
			slices.Sort(rest)
			return "{ [key: string]: " + union(slices.Compact(rest)) + " }"
		case len(rest) == 0 && additional == false:
			return "{ [key: string]: never }"
		}
		return anyObject
	}
	var b strings.Builder
	b.WriteString("{\n")
	inner := indent + "  "
	for _, name := range names {
		if t.nodes += len(name) / 50; t.nodes > mostNodes {
			return anyObject
		}
		member := properties.get(name)
		schema, _ := member.(*object)
		text := t.schema(member, inner, depth+1, false)
		if !properties.has(name) {
			if text = "unknown"; len(rest) == 1 {
				text = rest[0]
			}
		}
		mark := "?"
		if must[name] && !(t.input && schema.has("default")) {
			mark = ""
		}
		b.WriteString(comment(inner, t.about(schema)...))
		b.WriteString(inner + property(name) + mark + ": " + text + ";\n")
	}
	if len(rest) > 0 || additional == true {
		b.WriteString(inner + "[key: string]: unknown;\n")
	}
	b.WriteString(indent + "}")
	return b.String()
}

// members are an object's values in their order.
func (o *object) members() []value {
	if o == nil {
		return nil
	}
	var out []value
	for _, name := range o.names {
		out = append(out, o.get(name))
	}
	return out
}

func (t *translation) array(s *object, indent string, depth int) string {
	items, tuple := s.get("items"), s.list("prefixItems")
	if list, old := items.([]value); old { // before 2020-12
		tuple, items = list, s.get("additionalItems")
	}
	if len(tuple) == 0 || len(tuple) > mostItems {
		item := t.schema(items, indent, depth+1, false)
		return suffixed(item) + "[]"
	}
	least := 0
	if n, ok := s.get("minItems").(json.Number); ok {
		if f, err := n.Float64(); err == nil {
			least = int(min(max(f, 0), mostItems))
		}
	}
	var parts []string
	for i, v := range tuple {
		item := t.schema(v, indent, depth+1, false)
		if i >= least {
			item = suffixed(item) + "?"
		}
		parts = append(parts, item)
	}
	most, bounded := s.get("maxItems").(json.Number)
	full := bounded && most.String() == strconv.Itoa(len(tuple))
	if items != false && !full {
		parts = append(parts, "..."+suffixed(t.schema(items, indent, depth+1, false))+"[]")
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// suffixed is a type that something may follow.
func suffixed(text string) string {
	if strings.HasSuffix(text, "*/") {
		return "(" + text + ")"
	}
	return group(text)
}

// about is what a schema says of itself besides its type, as a doc comment.
func (t *translation) about(s *object) []string {
	if s == nil || t.docs > mostDocs {
		return nil
	}
	var parts []string
	title, description := s.text("title"), s.text("description")
	if title != "" && !strings.EqualFold(strings.ReplaceAll(title, " ", ""), strings.ReplaceAll(description, " ", "")) && !echoes(title) {
		parts = append(parts, title)
		if description != "" {
			parts = append(parts, "")
		}
	}
	if description != "" {
		parts = append(parts, description)
	}
	var tags []string
	tag := func(name string, v value) {
		text := brief(v)
		if text != "" {
			tags = append(tags, "@"+name+" "+text)
		}
	}
	if s.truth("deprecated") {
		tags = append(tags, "@deprecated")
	}
	if s.has("default") {
		tag("default", s.get("default"))
	}
	for _, name := range []string{"format", "contentEncoding", "contentMediaType", "pattern"} {
		if text := s.text(name); text != "" {
			tags = append(tags, "@"+name+" "+abridged(strings.Join(strings.Fields(text), " ")))
		}
	}
	for _, name := range []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
		"minLength", "maxLength", "minItems", "maxItems"} {
		if n, ok := s.get(name).(json.Number); ok {
			tags = append(tags, "@"+name+" "+n.String())
		}
	}
	if len(tags) > 0 && len(parts) > 0 {
		parts = append(parts, "")
	}
	parts = append(parts, tags...)
	for _, part := range parts {
		t.docs += min(len(part), longestDoc)
	}
	return parts
}

// echoes tells whether a title says no more than a property's name, as those
// do that pydantic makes.
func echoes(title string) bool { return len(strings.Fields(title)) < 2 }

// brief is a value on one line, for people.
func brief(v value) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return quoted(abridged(v))
	case []value:
		if len(v) == 0 {
			return "[]"
		}
		return "[…]"
	case *object:
		if len(v.names) == 0 {
			return "{}"
		}
		return "{…}"
	}
	return abridged(fmt.Sprint(v))
}
