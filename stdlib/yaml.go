package stdlib

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"mcpjs/engine"
)

// maxYAMLDepth is how deep YAML may nest; its parser recurses.
const maxYAMLDepth = 1000

func yamlError(message string) error {
	return &engine.Error{Class: "SyntaxError", Message: "yaml: " + message}
}

// parseYAML makes values of every document in a text: YAML 1.2's core schema,
// keys in their order, an alias the very object of its anchor.
func parseYAML(rt *engine.Runtime, v engine.Value) ([]any, error) {
	text, ok := engine.AsString(v)
	if !ok {
		data, isBytes := bytesOf(rt, v)
		if !isBytes {
			return nil, engine.TypeErrorf("yaml.parse: the text must be a string, not %s", rt.Inspect(v, engine.InspectOptions{}))
		}
		text = string(data)
	}
	text = strings.TrimPrefix(text, "\ufeff")
	if err := checkYAMLDepth(text); err != nil {
		return nil, err
	}
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		return nil, yamlSyntax(err)
	}
	var docs []any
	for _, doc := range file.Docs {
		if _, directive := doc.Body.(*ast.DirectiveNode); directive || doc.Body == nil && len(file.Docs) == 1 {
			continue
		}
		y := yamlReader{rt: rt, anchors: map[string]engine.Value{}}
		v, err := y.value(doc.Body, 0)
		if err != nil {
			return nil, err
		}
		docs = append(docs, v)
	}
	return docs, nil
}

// yamlSyntax words the parser's error: the place first.
func yamlSyntax(err error) error {
	var e yaml.Error
	if !errors.As(err, &e) {
		return yamlError(err.Error())
	}
	token := e.GetToken()
	if token == nil || token.Position == nil {
		return yamlError(e.GetMessage())
	}
	return yamlAt(token.Position.Line, token.Position.Column, e.GetMessage())
}

func yamlAt(line, column int, message string) error {
	return &engine.Error{Class: "SyntaxError", Message: fmt.Sprintf("yaml: line %d, column %d: %s", line, column, message),
		Fields: []engine.Field{{Name: "line", Value: line}, {Name: "column", Value: column}}}
}

// checkYAMLDepth refuses what nests too deep on one line, in brackets or in
// "- - - …"; nesting by indentation takes so much text that it can't.
func checkYAMLDepth(text string) error {
	depth, line := 0, 1
	for rest := range strings.SplitSeq(text, "\n") {
		marks := 0
		for i := 0; i < len(rest); i++ {
			switch rest[i] {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(0, depth-1)
			case '-', '?', ':':
				if i+1 < len(rest) && rest[i+1] == ' ' {
					marks++
				}
			}
			if depth > maxYAMLDepth || marks > maxYAMLDepth && strings.TrimLeft(rest[:i], "-?: ") == "" {
				return yamlAt(line, i+1, fmt.Sprintf("nested deeper than %d levels", maxYAMLDepth))
			}
		}
		line++
	}
	return nil
}

type yamlReader struct {
	rt      *engine.Runtime
	anchors map[string]engine.Value
}

func (y *yamlReader) fail(n ast.Node, format string, args ...any) error {
	at := n.GetToken().Position
	return yamlAt(at.Line, at.Column, fmt.Sprintf(format, args...))
}

func (y *yamlReader) value(n ast.Node, depth int) (engine.Value, error) {
	vm := y.rt.VM()
	if n == nil {
		return engine.Null(), nil
	}
	if depth > maxYAMLDepth {
		return nil, y.fail(n, "nested deeper than %d levels", maxYAMLDepth)
	}
	switch n := n.(type) {
	case *ast.NullNode:
		return engine.Null(), nil
	case *ast.BoolNode:
		return vm.ToValue(n.Value), nil
	case *ast.IntegerNode:
		return y.integer(n), nil
	case *ast.FloatNode:
		return vm.ToValue(n.Value), nil
	case *ast.InfinityNode:
		return vm.ToValue(n.Value), nil
	case *ast.NanNode:
		return vm.ToValue(math.NaN()), nil
	case *ast.StringNode:
		return vm.ToValue(n.Value), nil
	case *ast.LiteralNode:
		return vm.ToValue(n.Value.Value), nil
	case *ast.SequenceNode:
		list := vm.NewArray()
		return list, y.items(list, n, depth)
	case *ast.MappingNode:
		o := vm.NewObject()
		return o, y.pairs(o, n.Values, depth)
	case *ast.MappingValueNode:
		o := vm.NewObject()
		return o, y.pairs(o, []*ast.MappingValueNode{n}, depth)
	case *ast.AnchorNode:
		return y.anchor(n, depth)
	case *ast.AliasNode:
		name := n.Value.String()
		v, ok := y.anchors[name]
		if !ok {
			return nil, y.fail(n, "there is no anchor &%s before this alias", name)
		}
		return v, nil
	case *ast.TagNode:
		return y.tagged(n, depth)
	case *ast.CommentGroupNode:
		return engine.Null(), nil
	}
	return nil, y.fail(n, "unexpected %s", strings.ToLower(n.Type().String()))
}

// integer leaves what only YAML 1.1 takes for a number (1_000, 0b1) a number
// too, as the parser does.
func (y *yamlReader) integer(n *ast.IntegerNode) engine.Value {
	vm := y.rt.VM()
	switch v := n.Value.(type) {
	case int64:
		return vm.ToValue(v)
	case uint64:
		return vm.ToValue(float64(v))
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(n.Token.Value, "_", ""), 64)
	if err != nil {
		return vm.ToValue(n.Token.Value)
	}
	return vm.ToValue(f)
}

func (y *yamlReader) items(list *engine.Object, n *ast.SequenceNode, depth int) error {
	for i, item := range n.Values {
		v, err := y.value(item, depth+1)
		if err != nil {
			return err
		}
		if err := list.Set(strconv.Itoa(i), v); err != nil {
			return err
		}
	}
	return nil
}

func (y *yamlReader) pairs(o *engine.Object, pairs []*ast.MappingValueNode, depth int) error {
	for _, pair := range pairs {
		v, err := y.value(pair.Value, depth+1)
		if err != nil {
			return err
		}
		if pair.Key.IsMergeKey() {
			if err := y.merge(o, pair, v); err != nil {
				return err
			}
			continue
		}
		key, err := y.key(pair.Key, depth)
		if err != nil {
			return err
		}
		define(o, key, v)
	}
	return nil
}

// define sets an own property, "__proto__" too.
func define(o *engine.Object, key string, v engine.Value) {
	o.DefineDataProperty(key, v, engine.FlagTrue, engine.FlagTrue, engine.FlagTrue)
}

func (y *yamlReader) key(n ast.Node, depth int) (string, error) {
	if k, ok := n.(*ast.MappingKeyNode); ok {
		n = k.Value
	}
	if n == nil {
		return "null", nil
	}
	if a, ok := n.(*ast.NullNode); ok && a.Token.Value == "" {
		return "null", nil
	}
	v, err := y.value(n, depth+1)
	if err != nil {
		return "", err
	}
	if _, isObject := v.(*engine.Object); isObject {
		return "", y.fail(n, "a key must be a scalar, such as text or a number")
	}
	return v.String(), nil
}

// merge is "<<": the other mapping's pairs, where there are none of their name.
func (y *yamlReader) merge(o *engine.Object, pair *ast.MappingValueNode, v engine.Value) error {
	sources := []engine.Value{v}
	if engine.IsArray(v) {
		sources = nil
		list := v.(*engine.Object)
		for _, i := range list.Keys() {
			sources = append(sources, list.Get(i))
		}
	}
	for _, s := range sources {
		from, ok := s.(*engine.Object)
		if !ok {
			return y.fail(pair, "<< needs a mapping or a list of mappings")
		}
		own := map[string]bool{}
		for _, k := range o.Keys() {
			own[k] = true
		}
		for _, k := range from.Keys() {
			if !own[k] {
				define(o, k, from.Get(k))
			}
		}
	}
	return nil
}

// anchor registers the collection before its items, which may refer to it.
func (y *yamlReader) anchor(n *ast.AnchorNode, depth int) (engine.Value, error) {
	vm, name := y.rt.VM(), n.Name.String()
	switch node := n.Value.(type) {
	case *ast.SequenceNode:
		list := vm.NewArray()
		y.anchors[name] = list
		return list, y.items(list, node, depth)
	case *ast.MappingNode:
		o := vm.NewObject()
		y.anchors[name] = o
		return o, y.pairs(o, node.Values, depth)
	}
	v, err := y.value(n.Value, depth)
	y.anchors[name] = v
	return v, err
}

func (y *yamlReader) tagged(n *ast.TagNode, depth int) (engine.Value, error) {
	vm := y.rt.VM()
	v, err := y.value(n.Value, depth)
	if err != nil {
		return nil, err
	}
	switch tag := n.Start.Value; tag {
	case "!!str":
		if _, isObject := v.(*engine.Object); !isObject {
			if n.Value == nil || engine.IsNullish(v) && n.Value.GetToken().Value == "" {
				return vm.ToValue(""), nil
			}
			if s, ok := engine.AsString(v); ok {
				return vm.ToValue(s), nil
			}
			return vm.ToValue(n.Value.GetToken().Value), nil
		}
	case "!!int", "!!float":
		if _, isObject := v.(*engine.Object); !isObject {
			f := v.ToFloat()
			if math.IsNaN(f) {
				return nil, y.fail(n, "%s: %q is not a number", tag, v.String())
			}
			return vm.ToValue(f), nil
		}
	case "!!null":
		return engine.Null(), nil
	case "!!set":
		return v, nil
	}
	return v, nil
}

// stringifyYAML writes a value as YAML: what JSON.stringify would leave out is
// left out, several lines of text are a block.
func stringifyYAML(rt *engine.Runtime, v, options engine.Value) (engine.Value, error) {
	w := yamlWriter{rt: rt, indent: 2}
	if n := option(options, "indent"); !engine.IsUndefined(n) {
		if w.indent = int(n.ToInteger()); w.indent < 1 || w.indent > 16 {
			return nil, &engine.Error{Class: "RangeError", Message: "yaml.stringify: indent must be from 1 to 16"}
		}
	}
	v, ok, err := w.plain(v)
	if err != nil {
		return nil, err
	}
	if !ok {
		return engine.Undefined(), nil
	}
	if err := w.value(v, 0, false); err != nil {
		return nil, err
	}
	return rt.VM().ToValue(strings.TrimLeft(w.out.String(), " \n")), nil
}

type yamlWriter struct {
	rt     *engine.Runtime
	indent int
	out    strings.Builder
	above  []*engine.Object
}

// plain is what stands for a value in data; false where nothing does.
func (w *yamlWriter) plain(v engine.Value) (engine.Value, bool, error) {
	o, isObject := v.(*engine.Object)
	if !isObject {
		_, isSymbol := v.(*engine.Symbol)
		return v, !isSymbol && !engine.IsUndefined(v), nil
	}
	if toJSON, ok := engine.Function(o.Get("toJSON")); ok {
		r, err := toJSON(o, w.rt.VM().ToValue(""))
		if _, again := r.(*engine.Object); err != nil || again {
			return r, err == nil, err
		}
		return w.plain(r)
	}
	if _, ok := engine.Function(v); ok {
		return nil, false, nil
	}
	switch o.ClassName() {
	case "String", "Number", "Boolean":
		valueOf, _ := engine.Function(o.Get("valueOf"))
		r, err := valueOf(o)
		return r, true, err
	}
	return v, true, nil
}

// value writes what plain gave. inItem tells that it follows "- " on its line.
func (w *yamlWriter) value(v engine.Value, depth int, inItem bool) error {
	o, isObject := v.(*engine.Object)
	if !isObject {
		w.out.WriteString(" " + w.scalar(v, depth) + "\n")
		return nil
	}
	for _, a := range w.above {
		if a == o {
			return engine.TypeErrorf("yaml.stringify: the value refers to itself")
		}
	}
	if len(w.above) >= maxYAMLDepth {
		return engine.TypeErrorf("yaml.stringify: nested deeper than %d levels", maxYAMLDepth)
	}
	w.above = append(w.above, o)
	defer func() { w.above = w.above[:len(w.above)-1] }()
	lead := "\n"
	if inItem {
		lead = strings.Repeat(" ", max(1, w.indent-1))
	}
	first := true
	begin := func() {
		if first {
			w.out.WriteString(lead)
		}
		if !first || !inItem {
			w.out.WriteString(strings.Repeat(" ", depth*w.indent))
		}
		first = false
	}
	if engine.IsArray(v) {
		for i := range int(o.Get("length").ToInteger()) {
			item, ok, err := w.plain(o.Get(strconv.Itoa(i)))
			if err != nil {
				return err
			}
			if !ok {
				item = engine.Null()
			}
			begin()
			w.out.WriteString("-")
			if err := w.value(item, depth+1, w.indent > 1); err != nil {
				return err
			}
		}
		if first {
			w.out.WriteString(" []\n")
		}
		return nil
	}
	for _, key := range o.Keys() {
		item, ok, err := w.plain(o.Get(key))
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		begin()
		w.out.WriteString(quoteYAML(key) + ":")
		if err := w.value(item, depth+1, false); err != nil {
			return err
		}
	}
	if first {
		w.out.WriteString(" {}\n")
	}
	return nil
}

func (w *yamlWriter) scalar(v engine.Value, depth int) string {
	if s, ok := engine.AsString(v); ok {
		if blockText().MatchString(s) && depth > 0 {
			mark := "|-"
			switch {
			case strings.HasSuffix(s, "\n\n"):
				mark = "|+"
			case strings.HasSuffix(s, "\n"):
				mark = "|"
			}
			pad := strings.Repeat(" ", depth*w.indent)
			lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
			for i, l := range lines {
				if l != "" {
					lines[i] = pad + l
				}
			}
			return mark + "\n" + strings.Join(lines, "\n")
		}
		return quoteYAML(s)
	}
	if engine.IsNullish(v) {
		return "null"
	}
	switch v.String() {
	case "Infinity":
		return ".inf"
	case "-Infinity":
		return "-.inf"
	case "NaN":
		return ".nan"
	}
	return v.String()
}

var (
	// blockText is text of several lines that a block scalar can hold.
	blockText = engine.Pattern(`^[^\s][^\x00-\x08\x0b-\x1f\x7f\t]*\n[^\x00-\x08\x0b-\x1f\x7f\t]*[^\s](\n*)$`)
	plainText = engine.Pattern(`^[\p{L}_/.$(][\p{L}\p{N}\p{So} _/.,;()$+@=<>^~?!*&|'"%-]*(:[\p{L}\p{N}_/.,()$+@=-]+)*$`)
	notText   = engine.Pattern(`(?i)^(~|null|true|false|yes|no|on|off|y|n|\.inf|\.nan|\.[\d_]+(e[+-]?\d+)?|\.\.\.|---.*)$`)
)

// quoteYAML writes text so that it is read back as text: plainly where nobody
// could take it for anything else, otherwise in double quotes.
func quoteYAML(s string) string {
	if plainText().MatchString(s) && !notText().MatchString(s) && !strings.HasSuffix(s, " ") && !strings.Contains(s, "  ") {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}
