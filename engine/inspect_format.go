package engine

import (
	"math"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

const (
	noLimit    = math.MaxInt32
	compactAll = -1

	// maxNesting ends the recursion where even `depth: Infinity` would produce more indentation
	// than text.
	maxNesting = 300
	// maxText is the length of output beyond which nested objects are no longer opened.
	maxText = 1 << 25
	// maxScanned is the length of an array beyond which it isn't searched for named properties.
	maxScanned = 1 << 16
)

// printer is the state of one inspection.
type printer struct {
	in   *Inspector
	opts InspectOptions

	limit, breakLength, maxArray, maxString, compact int
	colors                                           bool

	indent   int
	deepest  int            // depth of the object last opened
	open     []*goja.Object // being printed, outermost first
	circular map[*goja.Object]int
	written  int
}

func newPrinter(in *Inspector, opts InspectOptions) *printer {
	resolve := func(n, normal, negative int) int {
		switch {
		case n == 0:
			return normal
		case n == InspectNone:
			return 0
		case n == InspectClosed:
			return -1
		case n < 0:
			return negative
		}
		return n
	}
	return &printer{
		in:          in,
		opts:        opts,
		limit:       resolve(opts.Depth, 2, noLimit),
		breakLength: resolve(opts.BreakLength, 80, noLimit),
		maxArray:    resolve(opts.MaxArrayLength, 100, noLimit),
		maxString:   resolve(opts.MaxStringLength, 10000, noLimit),
		compact:     resolve(opts.Compact, 3, compactAll),
		colors:      opts.Colors,
	}
}

func (p *printer) value(v goja.Value, depth int) string {
	if o := object(v); o != nil {
		return p.object(o, depth, false)
	}
	return p.primitive(v)
}

func (p *printer) primitive(v goja.Value) string {
	if s, ok := v.(goja.String); ok {
		return p.text(s)
	}
	text := visible(formatPrimitive(v))
	switch {
	case !p.colors:
		return text
	case v == nil || goja.IsUndefined(v):
		return p.paint(text, styleUndefined)
	case goja.IsNull(v):
		return p.paint(text, styleNull)
	}
	if _, ok := v.(*goja.Symbol); ok {
		return p.paint(text, styleSymbol)
	}
	switch v.ExportType().Kind() {
	case reflect.Bool:
		return p.paint(text, styleBoolean)
	case reflect.Pointer:
		return p.paint(text, styleBigInt)
	}
	return p.paint(text, styleNumber)
}

func (p *printer) text(s goja.String) string {
	trailer := ""
	length := s.Length()
	if length > p.maxString {
		more := length - p.maxString
		trailer = "... " + strconv.Itoa(more) + " more character" + plural(more)
		s, length = s.Substring(0, p.maxString), p.maxString
	}
	text := wtf8(s)
	if p.compact != compactAll && length > 16 && length > p.breakLength-p.indent-4 && strings.Contains(text, "\n") {
		lines := strings.SplitAfter(text, "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		for i, line := range lines {
			lines[i] = p.paint(quote(line), styleString)
		}
		return strings.Join(lines, " +\n"+strings.Repeat(" ", p.indent+2)) + trailer
	}
	return p.paint(quote(text), styleString) + trailer
}

func plural(n int) string {
	if n > 1 {
		return "s"
	}
	return ""
}

// object shows o; asBuffer shortens the buffer of a typed array.
func (p *printer) object(o *goja.Object, depth int, asBuffer bool) string {
	self := o
	if o.ExportType() == proxyType {
		if p.opts.ShowProxy {
			return p.proxy(o.Export().(goja.Proxy), depth)
		}
		if o = target(o); o == nil {
			return p.paint("<Revoked Proxy>", styleSpecial)
		}
	}
	links := chain(o)
	if !p.opts.NoCustom && p.in.custom != nil {
		if text, ok := p.customized(self, links, depth); ok {
			return text
		}
	}
	if contains(p.open, o) {
		if p.circular == nil {
			p.circular = map[*goja.Object]int{}
		}
		if p.circular[o] == 0 {
			p.circular[o] = len(p.circular) + 1
		}
		return p.paint("[Circular *"+strconv.Itoa(p.circular[o])+"]", styleSpecial)
	}
	return p.raw(o, links, depth, asBuffer)
}

func (p *printer) proxy(proxy goja.Proxy, depth int) string {
	if proxy.Target() == nil {
		return p.paint("<Revoked Proxy>", styleSpecial)
	}
	if depth > p.limit || len(p.open)+p.indent/2 > maxNesting {
		return p.paint("Proxy [Array]", styleSpecial)
	}
	p.indent += 2
	list := []string{p.value(proxy.Target(), depth+1), p.value(proxy.Handler(), depth+1)}
	p.indent -= 2
	return p.layout(entries{list: list, open: "Proxy [", close: "]", array: true, depth: depth + 1})
}

// customized lets the object show itself, if it wants to.
func (p *printer) customized(o *goja.Object, links []*goja.Object, depth int) (text string, ok bool) {
	method, _ := p.in.lookup(links, p.in.custom)
	fn, callable := goja.AssertFunction(method.value)
	if !callable || p.isPrototype(links[0]) {
		return "", false
	}
	if len(p.open) > maxNesting || p.indent > 4*maxNesting {
		return p.paint("[Object: nested too deeply]", styleSpecial), true
	}
	left := p.in.vm.ToValue(math.Inf(1))
	if p.limit < noLimit {
		left = p.in.vm.ToValue(p.limit - depth)
	}
	var result goja.Value
	err := p.in.try(func() {
		var thrown error
		if result, thrown = fn(o, left, p.optionsObject(depth), p.in.Func()); thrown != nil {
			panic(thrown)
		}
	})
	if err != nil {
		return p.paint("[inspection threw: "+oneLine(err.Error())+"]", styleSpecial), true
	}
	if s, isString := result.(goja.String); isString {
		return strings.ReplaceAll(s.String(), "\n", "\n"+strings.Repeat(" ", p.indent)), true
	}
	if result == o {
		return "", false
	}
	// What a custom method returns may show itself in turn, without end.
	p.indent += 2
	p.open = append(p.open, nil)
	text = p.value(result, depth)
	p.open = p.open[:len(p.open)-1]
	p.indent -= 2
	return text, true
}

// isPrototype holds for the prototype object of a class, which has the methods but isn't one of it.
func (p *printer) isPrototype(o *goja.Object) bool {
	ctor := object(p.in.own(o, p.in.keyConstructor).value)
	return ctor != nil && isFunction(ctor) && object(p.in.own(target(ctor), p.in.keyPrototype).value) == o
}

func (p *printer) optionsObject(depth int) *goja.Object {
	vm := p.in.vm
	o := vm.NewObject()
	number := func(name string, n int) {
		v := vm.ToValue(n)
		if n >= noLimit {
			v = vm.ToValue(math.Inf(1))
		}
		_ = o.Set(name, v)
	}
	_ = o.Set("showHidden", p.opts.ShowHidden)
	left := p.limit
	if left < noLimit {
		left -= depth
	}
	number("depth", left)
	_ = o.Set("colors", p.colors)
	_ = o.Set("customInspect", !p.opts.NoCustom)
	_ = o.Set("showProxy", p.opts.ShowProxy)
	number("maxArrayLength", p.maxArray)
	number("maxStringLength", p.maxString)
	number("breakLength", p.breakLength)
	_ = o.Set("compact", p.compact)
	if p.compact == compactAll {
		_ = o.Set("compact", true)
	}
	_ = o.Set("sorted", p.opts.Sorted)
	_ = o.Set("getters", p.opts.Getters)
	_ = o.Set("stylize", func(call goja.FunctionCall) goja.Value {
		text, name := call.Argument(0).String(), call.Argument(1).String()
		for _, st := range styles {
			if st.name == name {
				text = p.paint(text, st)
			}
		}
		return vm.ToValue(text)
	})
	return o
}

type kind int

const (
	kindObject kind = iota
	kindArray
	kindSet
	kindMap
	kindTyped
	kindMapIterator
	kindSetIterator
	kindFunction
	kindClass
	kindArguments
	kindRegExp
	kindDate
	kindError
	kindArrayBuffer
	kindView
	kindPromise
	kindWeakSet
	kindWeakMap
	kindModule
	kindBoxed
)

var (
	mapType     = reflect.TypeOf([][2]any{})
	setType     = reflect.TypeOf([]any{})
	bufferType  = reflect.TypeOf(goja.ArrayBuffer{})
	promiseType = reflect.TypeOf((*goja.Promise)(nil))
	classType   = reflect.TypeOf((func(goja.ConstructorCall) *goja.Object)(nil))
	stringType  = reflect.TypeOf("")
)

func isFunction(o *goja.Object) bool {
	if o.ExportType() == proxyType {
		if o = target(o); o == nil {
			return false
		}
	}
	t := o.ExportType()
	return t != nil && t.Kind() == reflect.Func || o.ClassName() == "Function"
}

func (p *printer) kind(o *goja.Object, links []*goja.Object) kind {
	switch o.ClassName() {
	case "Array":
		return kindArray
	case "Error":
		return kindError
	case "RegExp":
		return kindRegExp
	case "Date":
		return kindDate
	case "Arguments":
		return kindArguments
	case "Number", "String", "Boolean":
		return kindBoxed
	}
	switch t := o.ExportType(); t {
	case mapType:
		return kindMap
	case setType:
		return kindSet
	case bufferType:
		return kindArrayBuffer
	case promiseType:
		return kindPromise
	case classType:
		return kindClass
	case bigIntType, stringType:
		return kindBoxed
	default:
		if t == nil {
			return kindObject
		}
		if isFunction(o) {
			return kindFunction
		}
		if t.Kind() == reflect.Slice && p.in.typedTag != nil {
			if name, ok := p.in.call(p.in.typedTag, o); ok && !goja.IsUndefined(name) {
				return kindTyped
			}
		}
	}
	in := p.in
	for _, link := range links[1:] {
		brand, found := native(nil), kindObject
		switch link {
		case nil:
		case in.errorProto:
			return kindError
		case in.weakMapProto:
			brand, found = in.weakMapHas, kindWeakMap
		case in.weakSetProto:
			brand, found = in.weakSetHas, kindWeakSet
		case in.viewProto:
			brand, found = in.viewLength, kindView
		case in.mapIterProto:
			return kindMapIterator
		case in.setIterProto:
			return kindSetIterator
		}
		if brand != nil {
			if _, ok := in.call(brand, o, o); ok {
				return found
			}
		}
	}
	if len(links) == 1 {
		if tag := in.own(o, goja.SymToStringTag); tag.isData() && !tag.enumerable() && tag.value.String() == "Module" {
			return kindModule
		}
	}
	return kindObject
}

// className is the name of the class of the object at the start of links; known is false for an
// object without a prototype that names one.
func (p *printer) className(links []*goja.Object, depth int) (name string, known bool) {
	in := p.in
	for i, link := range links {
		if i > 0 {
			if builtin, ok := in.prototypes[link]; ok {
				return builtin.name, true
			}
		}
		ctor := object(in.own(link, in.keyConstructor).value)
		if ctor == nil || !isFunction(ctor) {
			continue
		}
		if ctor = target(ctor); ctor == nil {
			continue
		}
		name := in.ownString(ctor, in.keyName)
		if name != "" && contains(links[1:], object(in.own(ctor, in.keyPrototype).value)) {
			return name, true
		}
	}
	if len(links) == 1 {
		return "", false
	}
	name = fallbackName(p.kind(links[0], links))
	if depth > p.limit {
		return name + " <Complex prototype>", true
	}
	proto, ok := p.className(links[1:], depth+1)
	if !ok {
		inner := newPrinter(in, p.opts)
		inner.opts.NoCustom = true
		inner.limit = -1
		proto = inner.raw(links[1], links[1:], 0, false)
	}
	return name + " <" + proto + ">", true
}

func (in *Inspector) ownString(o *goja.Object, key goja.Value) string {
	if s, ok := in.own(o, key).value.(goja.String); ok {
		return visible(wtf8(s))
	}
	return ""
}

func (p *printer) tag(links []*goja.Object) string {
	for i, link := range links {
		if builtin, ok := p.in.prototypes[link]; ok {
			if builtin.tag != "" {
				return builtin.tag
			}
			continue
		}
		prop := p.in.own(link, goja.SymToStringTag)
		if !prop.found {
			continue
		}
		if s, ok := prop.value.(goja.String); ok && (i > 0 || !p.opts.ShowHidden && !prop.enumerable()) {
			return visible(wtf8(s))
		}
		return ""
	}
	return ""
}

func fallbackName(k kind) string {
	switch k {
	case kindArray:
		return "Array"
	case kindSet:
		return "Set"
	case kindMap:
		return "Map"
	case kindFunction, kindClass:
		return "Function"
	case kindRegExp:
		return "RegExp"
	case kindDate:
		return "Date"
	case kindError:
		return "Error"
	case kindArrayBuffer:
		return "ArrayBuffer"
	case kindView:
		return "DataView"
	case kindPromise:
		return "Promise"
	case kindWeakSet:
		return "WeakSet"
	case kindWeakMap:
		return "WeakMap"
	case kindModule:
		return "Module"
	}
	return "Object"
}

// described is an object with what its class contributes to its text.
type described struct {
	*goja.Object
	links []*goja.Object
	kind  kind
	class string
	known bool // it has a class
	tag   string
	keys  []goja.Value
}

// prefix is what stands before the braces.
func (d *described) prefix(fallback, size string) string {
	switch {
	case !d.known && d.tag != "" && d.tag != fallback:
		return "[" + fallback + size + ": null prototype] [" + d.tag + "] "
	case !d.known:
		return "[" + fallback + size + ": null prototype] "
	case d.tag != "" && d.tag != d.class:
		return d.class + size + " [" + d.tag + "] "
	}
	return d.class + size + " "
}

func (d *described) generalPrefix() string {
	fallback := ""
	if !d.known {
		if fallback = fallbackName(d.kind); fallback == d.tag && d.kind != kindModule {
			fallback = "Object"
		}
	}
	return d.prefix(fallback, "")
}

func (p *printer) raw(o *goja.Object, links []*goja.Object, depth int, asBuffer bool) string {
	in := p.in
	d := &described{Object: o, links: links}
	d.class, d.known = p.className(links, depth)
	d.tag = p.tag(links)
	d.kind = p.kind(o, links)

	e := entries{open: "{", close: "}"}
	content := func() []string { return nil }
	array := d.kind == kindArray || d.kind == kindTyped
	if !array {
		d.keys = p.keys(o)
	}
	empty := func() bool { return len(d.keys) == 0 }

	switch d.kind {
	case kindArray:
		length := int(o.Get("length").ToInteger())
		prefix := ""
		if d.class != "Array" || d.tag != "" {
			prefix = d.prefix("Array", "("+index(length)+")")
		}
		e.open, e.close, e.array = prefix+"[", "]", true
		d.keys = p.namedKeys(o, length)
		if length == 0 && empty() {
			return e.open + "]"
		}
		content = func() []string { return p.array(o, length, depth+1, &e) }
	case kindTyped:
		name, _ := in.call(in.typedTag, o)
		length := in.size(in.typedLength, o)
		if d.class == "Buffer" {
			if hex, ok := p.bytes(o, length); ok {
				return "<Buffer" + hex + ">"
			}
		}
		e.open, e.close, e.array = d.prefix(name.String(), "("+index(length)+")")+"[", "]", true
		d.keys = p.namedKeys(o, length)
		if length == 0 && empty() {
			return e.open + "]"
		}
		content = func() []string { return p.typedArray(o, length, depth+1, &e) }
	case kindSet:
		size := in.size(in.setSize, o)
		e.open = d.prefix("Set", "("+index(size)+")") + "{"
		if size == 0 && empty() {
			return e.open + "}"
		}
		content = func() []string { return p.set(o, size, depth+1) }
	case kindMap:
		size := in.size(in.mapSize, o)
		e.open = d.prefix("Map", "("+index(size)+")") + "{"
		if size == 0 && empty() {
			return e.open + "}"
		}
		content = func() []string { return p.mapping(o, size, depth+1) }
	case kindMapIterator, kindSetIterator:
		name := "Map"
		if d.kind == kindSetIterator {
			name = "Set"
		}
		items, pairs, ok := iteratorRest(o)
		if !ok {
			e.open = d.generalPrefix() + "{"
			if empty() {
				return e.open + "}"
			}
			break
		}
		tag := d.tag
		if tag != name+" Iterator" {
			if tag != "" {
				tag += "] ["
			}
			tag += name + " Iterator"
		}
		if pairs {
			tag = strings.TrimSuffix(tag, " Iterator") + " Entries"
		}
		e.open = "[" + tag + "] {"
		content = func() []string { return p.iterator(items, pairs, depth+1) }
	case kindFunction, kindClass:
		e.base = p.function(d)
		if empty() {
			return p.paint(e.base, styleSpecial)
		}
	case kindArguments:
		e.open = "[Arguments] {"
		if empty() {
			return e.open + "}"
		}
	case kindRegExp:
		e.base = p.regexp(o)
		if prefix := d.prefix("RegExp", ""); prefix != "RegExp " {
			e.base = prefix + e.base
		}
		if empty() || depth > p.limit {
			return p.paint(e.base, styleRegExp)
		}
	case kindDate:
		e.base = "Invalid Date"
		if t, ok := in.call(in.dateTime, o); ok && !math.IsNaN(t.ToFloat()) {
			if iso, ok := in.call(in.dateISO, o); ok {
				e.base = iso.String()
			}
		}
		if prefix := d.prefix("Date", ""); prefix != "Date " {
			e.base = prefix + e.base
		}
		if empty() {
			return p.paint(e.base, styleDate)
		}
	case kindError:
		e.base = p.failure(d)
		if empty() {
			return e.base
		}
	case kindArrayBuffer:
		prefix := d.prefix("ArrayBuffer", "")
		length := in.size(in.bufferLength, o)
		if asBuffer && empty() {
			return prefix + "{ byteLength: " + p.paint(index(length), styleNumber) + " }"
		}
		e.open = prefix + "{"
		content = func() []string {
			list := []string{"byteLength: " + p.paint(index(length), styleNumber)}
			if asBuffer {
				return list
			}
			return append([]string{p.contents(o.Export().(goja.ArrayBuffer))}, list...)
		}
	case kindView:
		e.open = d.prefix("DataView", "") + "{"
		content = func() []string { return p.view(o, depth+1) }
	case kindPromise:
		e.open = d.prefix("Promise", "") + "{"
		content = func() []string { return p.promise(o.Export().(*goja.Promise), depth+1) }
	case kindWeakSet, kindWeakMap:
		e.open = d.prefix(fallbackName(d.kind), "") + "{"
		content = func() []string { return []string{p.paint("<items unknown>", styleSpecial)} }
	case kindModule:
		e.open = d.prefix("Module", "") + "{"
		keys := d.keys
		d.keys = nil
		content = func() []string { return p.module(o, keys, depth+1) }
	case kindBoxed:
		e.base = p.boxed(d)
		if empty() {
			return e.base
		}
	default:
		if d.class != "Object" || !d.known || d.tag != "" {
			e.open = d.generalPrefix() + "{"
		}
		if empty() {
			return e.open + "}"
		}
	}

	name := strings.TrimSuffix(d.generalPrefix(), " ")
	if depth > p.limit || p.written > maxText {
		if d.known {
			name = "[" + name + "]"
		}
		return p.paint(name, styleSpecial)
	}
	if len(p.open) >= maxNesting {
		return p.paint("["+name+": Inspection interrupted prematurely. Maximum call stack size exceeded.]", styleSpecial)
	}

	p.open = append(p.open, o)
	p.deepest = depth + 1
	e.depth = depth + 1
	e.list = content()
	named := len(e.list)
	for _, key := range d.keys {
		e.list = append(e.list, p.property(d, key, depth+1))
	}
	if len(e.list) > named {
		e.numbers = false
	}
	if ref := p.circular[o]; ref != 0 {
		mark := p.paint("<ref *"+strconv.Itoa(ref)+">", styleSpecial)
		switch {
		case p.compact == compactAll:
			e.open = mark + " " + e.open
		case e.base == "":
			e.base = mark
		default:
			e.base = mark + " " + e.base
		}
	}
	p.open = p.open[:len(p.open)-1]
	if p.opts.Sorted {
		if !array {
			named = 0
		}
		sort.Strings(e.list[named:])
	}
	text := p.layout(e)
	p.written += len(text)
	return text
}

func (in *Inspector) size(get native, o *goja.Object) int {
	n, ok := in.call(get, o)
	if !ok {
		return 0
	}
	return int(n.ToInteger())
}

// keys lists what is shown of an object: its enumerable properties, or all.
func (p *printer) keys(o *goja.Object) []goja.Value {
	names := o.Keys
	if p.opts.ShowHidden {
		names = o.GetOwnPropertyNames
	}
	var keys []goja.Value
	for _, name := range names() {
		keys = append(keys, p.in.vm.ToValue(name))
	}
	return append(keys, p.symbols(o)...)
}

func (p *printer) symbols(o *goja.Object) []goja.Value {
	var keys []goja.Value
	if p.opts.ShowHidden && p.in.ownSymbols != nil {
		all := object(p.in.ownSymbols(goja.FunctionCall{Arguments: []goja.Value{o}}))
		for i := range int(all.Get("length").ToInteger()) {
			keys = append(keys, all.Get(index(i)))
		}
		return keys
	}
	for _, symbol := range o.Symbols() {
		keys = append(keys, symbol)
	}
	return keys
}

// namedKeys lists an array's keys that aren't indices. Listing all is slow for a huge array.
func (p *printer) namedKeys(o *goja.Object, length int) []goja.Value {
	if length > maxScanned {
		return p.symbols(o)
	}
	keys := p.keys(o)
	named := keys[:0]
	for _, key := range keys {
		if _, ok := arrayIndex(key); !ok {
			named = append(named, key)
		}
	}
	return named
}

func arrayIndex(key goja.Value) (int, bool) {
	s, ok := key.(goja.String)
	if !ok || s.Length() > 10 || s.Length() == 0 || s.CharAt(0) < '0' || s.CharAt(0) > '9' {
		return 0, false
	}
	text := s.String()
	n, err := strconv.Atoi(text)
	return n, err == nil && index(n) == text && n < math.MaxUint32
}

func more(list []string, rest int) []string {
	if rest > 0 {
		list = append(list, "... "+index(rest)+" more item"+plural(rest))
	}
	return list
}

func (p *printer) array(o *goja.Object, length, depth int, e *entries) []string {
	var list []string
	limit := min(length, p.maxArray)
	e.numbers = true
	next := 0
	show := func(prop property) {
		list = append(list, p.propertyValue(o, prop, depth))
		if prop.value == nil || !isNumeric(prop.value) {
			e.numbers = false
		}
		next++
	}
	for next < limit {
		prop := p.in.own(o, p.in.vm.ToValue(next))
		if !prop.found {
			e.numbers = false
			break
		}
		show(prop)
	}
	if next == limit {
		rest := length - next
		if rest > 0 && e.numbers {
			prop := p.in.own(o, p.in.vm.ToValue(next))
			e.numbers = prop.isData() && isNumeric(prop.value)
		}
		return more(list, rest)
	}

	hole := func(n int) {
		list = append(list, p.paint("<"+index(n)+" empty item"+plural(n)+">", styleUndefined))
	}
	for _, key := range o.Keys() {
		i, ok := arrayIndex(p.in.vm.ToValue(key))
		if !ok {
			break
		}
		if i < next {
			continue
		}
		if i > next && len(list) < limit {
			hole(i - next)
			next = i
		}
		if len(list) >= limit {
			break
		}
		show(p.in.own(o, p.in.vm.ToValue(i)))
	}
	rest := length - next
	if len(list) >= limit {
		return more(list, rest)
	}
	if rest > 0 {
		hole(rest)
	}
	return list
}

func isNumeric(v goja.Value) bool {
	if object(v) != nil || v.ExportType() == nil {
		return false
	}
	switch v.ExportType().Kind() {
	case reflect.Int64, reflect.Float64, reflect.Pointer:
		return true
	}
	return false
}

func (p *printer) typedArray(o *goja.Object, length, depth int, e *entries) []string {
	limit := min(length, p.maxArray)
	e.numbers = true
	list := make([]string, 0, limit)
	for i := range limit {
		list = append(list, p.primitive(o.Get(index(i))))
	}
	list = more(list, length-limit)
	if !p.opts.ShowHidden {
		return list
	}
	e.numbers = false
	bytes, count := p.in.size(p.in.typedByteLength, o), 0
	if length > 0 {
		count = bytes / length
	}
	p.indent += 2
	for _, n := range []struct {
		name string
		n    int
	}{{"BYTES_PER_ELEMENT", count}, {"length", length}, {"byteLength", bytes}, {"byteOffset", p.in.size(p.in.typedOffset, o)}} {
		list = append(list, "["+n.name+"]: "+p.paint(index(n.n), styleNumber))
	}
	if buffer, ok := p.in.call(p.in.typedBuffer, o); ok && object(buffer) != nil {
		list = append(list, "[buffer]: "+p.object(object(buffer), depth, true))
	}
	p.indent -= 2
	return list
}

// bytes shows a Buffer as node does.
func (p *printer) bytes(o *goja.Object, length int) (string, bool) {
	const shown = 50
	var b strings.Builder
	for i := range min(length, shown) {
		v := o.Get(index(i))
		if v == nil || v.ToInteger() < 0 || v.ToInteger() > 255 {
			return "", false
		}
		b.WriteByte(' ')
		b.WriteString(hexByte(byte(v.ToInteger())))
	}
	if length == 0 {
		b.WriteByte(' ')
	}
	if rest := length - shown; rest > 0 {
		b.WriteString(" ... " + index(rest) + " more byte" + plural(rest))
	}
	return b.String(), true
}

func hexByte(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

func (p *printer) contents(buffer goja.ArrayBuffer) string {
	if buffer.Detached() {
		return p.paint("(detached)", styleSpecial)
	}
	data := buffer.Bytes()
	list := make([]string, 0, min(len(data), p.maxArray))
	for _, c := range data[:min(len(data), p.maxArray)] {
		list = append(list, hexByte(c))
	}
	text := strings.Join(list, " ")
	if rest := len(data) - p.maxArray; rest > 0 {
		text += " ... " + index(rest) + " more byte" + plural(rest)
	}
	return p.paint("[Uint8Contents]", styleSpecial) + ": <" + text + ">"
}

func (p *printer) view(o *goja.Object, depth int) []string {
	list := []string{
		"byteLength: " + p.paint(index(p.in.size(p.in.viewLength, o)), styleNumber),
		"byteOffset: " + p.paint(index(p.in.size(p.in.viewOffset, o)), styleNumber),
	}
	if buffer, ok := p.in.call(p.in.viewBuffer, o); ok {
		p.indent += 2
		list = append(list, "buffer: "+p.value(buffer, depth))
		p.indent -= 2
	}
	return list
}

// each runs over a built-in iterator with its built-in next.
func (in *Inspector) each(start, next native, o *goja.Object, limit int, f func(v goja.Value)) {
	iter, ok := in.call(start, o)
	if !ok {
		return
	}
	for range limit {
		step, ok := in.call(next, iter)
		if !ok || object(step) == nil || object(step).Get("done").ToBoolean() {
			return
		}
		f(object(step).Get("value"))
	}
}

func (p *printer) set(o *goja.Object, size, depth int) []string {
	var list []string
	p.indent += 2
	p.in.each(p.in.setValues, p.in.setNext, o, min(size, p.maxArray), func(v goja.Value) {
		list = append(list, p.value(v, depth))
	})
	p.indent -= 2
	return more(list, size-len(list))
}

func (p *printer) mapping(o *goja.Object, size, depth int) []string {
	var list []string
	p.indent += 2
	p.in.each(p.in.mapEntries, p.in.mapNext, o, min(size, p.maxArray), func(v goja.Value) {
		pair := object(v)
		list = append(list, p.value(pair.Get("0"), depth)+" => "+p.value(pair.Get("1"), depth))
	})
	p.indent -= 2
	return more(list, size-len(list))
}

func (p *printer) iterator(items []goja.Value, pairs bool, depth int) []string {
	var list []string
	p.indent += 2
	step := 1
	if pairs {
		step = 2
	}
	for i := 0; i < len(items) && len(list) < p.maxArray; i += step {
		if !pairs {
			list = append(list, p.value(items[i], depth))
			continue
		}
		pair := []string{p.value(items[i], depth), p.value(items[i+1], depth)}
		list = append(list, p.layout(entries{list: pair, open: "[", close: "]", array: true, depth: depth}))
	}
	p.indent -= 2
	return more(list, len(items)/step-len(list))
}

func (p *printer) promise(promise *goja.Promise, depth int) []string {
	if promise.State() == goja.PromiseStatePending {
		return []string{p.paint("<pending>", styleSpecial)}
	}
	p.indent += 2
	text := p.value(promise.Result(), depth)
	p.indent -= 2
	if promise.State() == goja.PromiseStateRejected {
		text = p.paint("<rejected>", styleSpecial) + " " + text
	}
	return []string{text}
}

// module shows a module namespace; its getters are the loader's, and throw for a binding that
// isn't initialized yet.
func (p *printer) module(o *goja.Object, keys []goja.Value, depth int) []string {
	list := make([]string, 0, len(keys))
	for _, key := range keys {
		prop := p.in.own(o, key)
		if prop.get != nil {
			text := p.paint("<uninitialized>", styleSpecial)
			if v, err := p.in.run(prop.get, o); err == nil {
				text = p.propertyValue(o, property{found: true, value: v}, depth)
			}
			list = append(list, p.keyText(key, true)+": "+text)
			continue
		}
		list = append(list, p.keyText(key, true)+": "+p.propertyValue(o, prop, depth))
	}
	return list
}

// run calls a function of the script.
func (in *Inspector) run(f, this goja.Value) (v goja.Value, err error) {
	fn, ok := goja.AssertFunction(f)
	if !ok {
		return goja.Undefined(), nil
	}
	if failed := in.try(func() { v, err = fn(this) }); failed != nil {
		err = failed
	}
	return v, err
}

func (p *printer) regexp(o *goja.Object) string {
	source, ok := p.in.call(p.in.regexpSource, o)
	if !ok {
		return "/(?:)/"
	}
	flags := ""
	for _, f := range p.in.regexpFlags {
		if on, ok := p.in.call(f.get, o); ok && on.ToBoolean() {
			flags += f.letter
		}
	}
	return "/" + source.String() + "/" + flags
}

func (p *printer) function(d *described) string {
	name := p.in.ownString(d.Object, p.in.keyName)
	if d.kind == kindClass {
		if name == "" {
			name = "(anonymous)"
		}
		base := "class " + name
		if d.known && d.class != "Function" {
			base += " [" + d.class + "]"
		}
		if d.tag != "" && d.class != d.tag {
			base += " [" + d.tag + "]"
		}
		if !d.known {
			base += " extends [null prototype]"
		} else if len(d.links) > 1 {
			if parent := p.in.ownString(d.links[1], p.in.keyName); parent != "" {
				base += " extends " + parent
			}
		}
		return "[" + base + "]"
	}
	kind := "Function"
	if contains(d.links, p.in.generatorProto) {
		kind = "GeneratorFunction"
	} else if contains(d.links, p.in.asyncProto) {
		kind = "AsyncFunction"
	} else if name != "" && d.class == "Function" { // goja gives async methods the wrong prototype
		if source, ok := p.in.call(p.in.functionSource, d.Object); ok && strings.HasPrefix(source.String(), "async ") {
			kind, d.class = "AsyncFunction", "AsyncFunction"
		}
	}
	base := "[" + kind
	if !d.known {
		base += " (null prototype)"
	}
	if name == "" {
		base += " (anonymous)]"
	} else {
		base += ": " + name + "]"
	}
	if d.known && d.class != kind {
		base += " " + d.class
	}
	if d.tag != "" && d.tag != d.class {
		base += " [" + d.tag + "]"
	}
	return base
}

func (p *printer) boxed(d *described) string {
	var name string
	var value goja.Value
	switch d.ExportType() {
	case bigIntType:
		name = "BigInt"
	case stringType:
		name = "Symbol"
	default:
		name = d.ClassName()
	}
	st := styleSymbol
	switch name {
	case "String":
		st = styleString
		length := int(d.Get("length").ToInteger())
		keys := d.keys[:0]
		for _, key := range d.keys {
			if i, ok := arrayIndex(key); !ok || i >= length {
				keys = append(keys, key)
			}
		}
		d.keys = keys
		value = p.unboxed(p.in.stringValue, d.Object)
	case "Symbol":
		value = p.unboxed(p.in.symbolValue, d.Object)
	case "BigInt":
		st = styleBigInt
		value = p.in.vm.ToValue(d.Export())
	case "Boolean":
		st = styleBoolean
		value = p.in.vm.ToValue(d.Export())
	case "Number":
		st = styleNumber
		value = p.in.vm.ToValue(d.Export())
	}
	base := "[" + name
	if !d.known {
		base += " (null prototype)"
	} else if d.class != name {
		base += " (" + d.class + ")"
	}
	colors := p.colors
	p.colors = false
	base += ": " + p.primitive(value) + "]"
	p.colors = colors
	if d.tag != "" && d.tag != d.class {
		base += " [" + d.tag + "]"
	}
	if len(d.keys) > 0 {
		return base
	}
	return p.paint(base, st)
}

func (p *printer) unboxed(valueOf native, o *goja.Object) goja.Value {
	v, _ := p.in.call(valueOf, o)
	return v
}

// property shows one `key: value`.
func (p *printer) property(d *described, key goja.Value, depth int) string {
	prop := p.in.own(d.Object, key)
	enumerable := true
	if prop.found {
		enumerable = prop.enumerable()
	} else {
		prop, _ = p.in.lookup(d.links, key)
	}
	return p.keyText(key, enumerable) + ": " + p.propertyValue(d.Object, prop, depth)
}

func (p *printer) keyText(key goja.Value, enumerable bool) string {
	if symbol, ok := key.(*goja.Symbol); ok {
		return "[" + p.paint(escape(formatPrimitive(symbol), '\''), styleSymbol) + "]"
	}
	name := key.String()
	switch {
	case name == "__proto__":
		return "['__proto__']"
	case !enumerable:
		return "[" + escape(name, '\'') + "]"
	case isIdentifier(name):
		return name
	}
	return p.paint(quote(name), styleString)
}

func (p *printer) propertyValue(o *goja.Object, prop property, depth int) string {
	switch {
	case prop.value != nil:
		p.indent += 2
		text := p.value(prop.value, depth)
		p.indent -= 2
		return text
	case prop.get != nil:
		label := "Getter"
		if prop.set != nil {
			label = "Getter/Setter"
		}
		if p.opts.Getters {
			return p.got(o, label, prop.get, depth)
		}
		return p.paint("["+label+"]", styleSpecial)
	case prop.set != nil:
		return p.paint("[Setter]", styleSpecial)
	}
	return p.paint("undefined", styleUndefined)
}

func (p *printer) got(o *goja.Object, label string, get goja.Value, depth int) string {
	v, err := p.in.run(get, o)
	if err != nil {
		return p.paint("["+label+":", styleSpecial) + " <Inspection threw (" + oneLine(thrownMessage(p.in, err)) + ")>" + p.paint("]", styleSpecial)
	}
	if object(v) == nil {
		return p.paint("["+label+":", styleSpecial) + " " + p.primitive(v) + p.paint("]", styleSpecial)
	}
	p.indent += 2
	defer func() { p.indent -= 2 }()
	return p.paint("["+label+"]", styleSpecial) + " " + p.value(v, depth)
}

func thrownMessage(in *Inspector, err error) string {
	if ex, ok := err.(*goja.Exception); ok {
		if o := object(ex.Value()); o != nil {
			if o = target(o); o != nil {
				message, _ := in.lookup(chain(o), in.vm.ToValue("message"))
				if s, ok := message.value.(goja.String); ok {
					return s.String()
				}
			}
		}
	}
	return err.Error()
}
