package engine

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// InspectOptions says how a value is shown. The zero value gives what node's util.inspect gives by
// default. In Depth, BreakLength, MaxArrayLength, MaxStringLength and Compact, zero means the
// default, a negative number no limit, and InspectNone an explicit zero.
type InspectOptions struct {
	Depth           int // levels of nested objects shown; 2
	BreakLength     int // columns after which an object is broken into lines; 80
	MaxArrayLength  int // elements shown of an array, a set, a map; 100
	MaxStringLength int // UTF-16 units shown of a string; 10000
	Compact         int // innermost levels put on one line; 3 (negative: node's `compact: true`)

	Colors     bool // ANSI colours, node's util.inspect.styles
	ShowHidden bool // properties that are not enumerable, too
	ShowProxy  bool // `Proxy [ target, handler ]` instead of the target
	Sorted     bool // properties in the order of their names
	Getters    bool // run getters and show what they return
	NoCustom   bool // don't call Symbol.for("nodejs.util.inspect.custom") methods

	// Stack gives the stack of an error as "Name: message\n    at frame\n    at frame".
	// Nil takes the error's own stack property, brought into that form.
	Stack func(err *goja.Object) string
}

// InspectNone is an explicit zero for the limits of InspectOptions; InspectClosed, as Depth, names
// even the inspected object without opening it: [Object].
const (
	InspectNone   = math.MinInt
	InspectClosed = math.MinInt + 1
)

// native is a built-in function of the runtime, called without entering the interpreter: so that
// inspection at the bottom of the stack doesn't run the job queue.
type native func(goja.FunctionCall) goja.Value

// Inspector shows values of one runtime. It holds the built-in functions as they were when it was
// made, so make it before any script runs. It belongs to the loop's goroutine.
type Inspector struct {
	vm *goja.Runtime

	ownProperty, ownSymbols                          native
	mapEntries, mapNext, mapSize                     native
	setValues, setNext, setSize                      native
	weakMapHas, weakSetHas                           native
	typedTag, typedLength, typedBuffer, typedOffset  native
	typedByteLength                                  native
	viewLength, viewOffset, viewBuffer, bufferLength native
	dateTime, dateISO                                native
	regexpSource                                     native
	regexpFlags                                      []regexpFlag
	stringify, parseInt, parseFloat                  native
	stringValue, symbolValue, functionSource         native

	custom     *goja.Symbol
	prototypes map[*goja.Object]builtinPrototype
	inspectFn  goja.Value

	errorProto, weakMapProto, weakSetProto, viewProto *goja.Object
	mapIterProto, setIterProto, moduleTag             *goja.Object
	asyncProto, generatorProto                        *goja.Object

	keyConstructor, keyName, keyPrototype goja.Value
}

type regexpFlag struct {
	letter string
	get    native
}

// builtinPrototype is what instances of a built-in class are called, whatever scripts do to it.
type builtinPrototype struct{ name, tag string }

var builtinClasses = strings.Fields(`Object Function Array Number String Boolean Symbol BigInt Date RegExp
	Promise Map Set WeakMap WeakSet WeakRef ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray
	Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array
	Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError`)

// NewInspector captures the built-in functions of vm.
func NewInspector(vm *goja.Runtime) *Inspector {
	in := &Inspector{
		vm:             vm,
		prototypes:     map[*goja.Object]builtinPrototype{},
		keyConstructor: vm.ToValue("constructor"),
		keyName:        vm.ToValue("name"),
		keyPrototype:   vm.ToValue("prototype"),
	}
	_ = in.try(in.capture)
	return in
}

func (in *Inspector) capture() {
	global := in.vm.GlobalObject()
	in.ownProperty = function(member(global, "Object", "getOwnPropertyDescriptor"))
	in.ownSymbols = function(member(global, "Object", "getOwnPropertySymbols"))
	in.stringValue = function(member(global, "String", "prototype", "valueOf"))
	in.symbolValue = function(member(global, "Symbol", "prototype", "valueOf"))
	in.functionSource = function(member(global, "Function", "prototype", "toString"))
	in.stringify = function(member(global, "JSON", "stringify"))
	in.parseInt = function(global.Get("parseInt"))
	in.parseFloat = function(global.Get("parseFloat"))
	if symbolFor := function(member(global, "Symbol", "for")); symbolFor != nil {
		name := in.vm.ToValue("nodejs.util.inspect.custom")
		in.custom, _ = symbolFor(goja.FunctionCall{This: global.Get("Symbol"), Arguments: []goja.Value{name}}).(*goja.Symbol)
	}
	if in.ownProperty == nil {
		return
	}

	proto := func(class string) *goja.Object { return object(member(global, class, "prototype")) }
	for _, name := range builtinClasses {
		if !in.own(global, in.vm.ToValue(name)).isData() {
			continue // not there, or made when first used: then it has no instances yet
		}
		p := proto(name)
		if p == nil {
			continue
		}
		known := builtinPrototype{name: name}
		if tag := in.own(p, goja.SymToStringTag); tag.isData() {
			known.tag = tag.value.String()
		} else if tag.found {
			known.tag = name // typed arrays compute theirs
		}
		in.prototypes[p] = known
	}
	if p := proto("Map"); p != nil {
		in.mapEntries, in.mapSize = function(p.Get("entries")), in.getter(p, "size")
		if iter := object(in.mapEntries(goja.FunctionCall{This: in.construct("Map")})); iter != nil {
			in.mapIterProto, in.mapNext = iter.Prototype(), function(iter.Get("next"))
			if every := in.mapIterProto.Prototype(); every != nil && every != proto("Object") {
				in.prototypes[every] = builtinPrototype{name: "Object"} // not Iterator, as in node
			}
		}
	}
	if p := proto("Set"); p != nil {
		in.setValues, in.setSize = function(p.Get("values")), in.getter(p, "size")
		if iter := object(in.setValues(goja.FunctionCall{This: in.construct("Set")})); iter != nil {
			in.setIterProto, in.setNext = iter.Prototype(), function(iter.Get("next"))
		}
	}
	if in.weakMapProto = proto("WeakMap"); in.weakMapProto != nil {
		in.weakMapHas = function(in.weakMapProto.Get("has"))
	}
	if in.weakSetProto = proto("WeakSet"); in.weakSetProto != nil {
		in.weakSetHas = function(in.weakSetProto.Get("has"))
	}
	if p := proto("Uint8Array"); p != nil && p.Prototype() != nil {
		typed := p.Prototype()
		in.typedTag = function(in.own(typed, goja.SymToStringTag).get)
		in.typedLength, in.typedByteLength = in.getter(typed, "length"), in.getter(typed, "byteLength")
		in.typedOffset, in.typedBuffer = in.getter(typed, "byteOffset"), in.getter(typed, "buffer")
	}
	if p := proto("ArrayBuffer"); p != nil {
		in.bufferLength = in.getter(p, "byteLength")
	}
	if in.viewProto = proto("DataView"); in.viewProto != nil {
		in.viewLength, in.viewOffset = in.getter(in.viewProto, "byteLength"), in.getter(in.viewProto, "byteOffset")
		in.viewBuffer = in.getter(in.viewProto, "buffer")
	}
	if p := proto("Date"); p != nil {
		in.dateTime, in.dateISO = function(p.Get("getTime")), function(p.Get("toISOString"))
	}
	if p := proto("RegExp"); p != nil {
		in.regexpSource = in.getter(p, "source")
		for _, f := range []struct{ letter, name string }{{"d", "hasIndices"}, {"g", "global"}, {"i", "ignoreCase"},
			{"m", "multiline"}, {"s", "dotAll"}, {"u", "unicode"}, {"v", "unicodeSets"}, {"y", "sticky"}} {
			if get := in.getter(p, f.name); get != nil {
				in.regexpFlags = append(in.regexpFlags, regexpFlag{f.letter, get})
			}
		}
	}
	in.errorProto = proto("Error")
	if functions, err := in.vm.RunProgram(functionKinds()); err == nil {
		kinds := object(functions)
		in.asyncProto = object(kinds.Get("0")).Prototype()
		in.generatorProto = object(kinds.Get("1")).Prototype()
		in.prototypes[in.asyncProto] = builtinPrototype{"AsyncFunction", "AsyncFunction"}
		in.prototypes[in.generatorProto] = builtinPrototype{"GeneratorFunction", "GeneratorFunction"}
	}
}

// functionKinds gives one function of each kind that no global names.
var functionKinds = compiled("kinds", "[async () => {}, function* () {}]")

func (in *Inspector) construct(class string) goja.Value {
	o, err := in.vm.New(in.vm.GlobalObject().Get(class))
	if err != nil {
		return goja.Undefined()
	}
	return o
}

func (in *Inspector) getter(o *goja.Object, name string) native {
	return function(in.own(o, in.vm.ToValue(name)).get)
}

func member(o *goja.Object, path ...string) goja.Value {
	for _, name := range path[:len(path)-1] {
		if o = object(o.Get(name)); o == nil {
			return nil
		}
	}
	return o.Get(path[len(path)-1])
}

func object(v goja.Value) *goja.Object {
	o, _ := v.(*goja.Object)
	return o
}

func function(v goja.Value) native {
	if o := object(v); o != nil && isFunction(o) {
		if f, ok := o.Export().(func(goja.FunctionCall) goja.Value); ok {
			return f
		}
	}
	return nil
}

// try runs f and gives what it threw, or panicked with, as an error.
func (in *Inspector) try(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	if ex := in.vm.Try(f); ex != nil {
		return ex
	}
	return nil
}

// call is for built-in functions that may throw, or may run code of the script.
func (in *Inspector) call(f native, this goja.Value, args ...goja.Value) (v goja.Value, ok bool) {
	if f == nil {
		return nil, false
	}
	err := in.try(func() { v = f(goja.FunctionCall{This: this, Arguments: args}) })
	return v, err == nil
}

// property is an own property, found without running its getter.
type property struct {
	found           bool
	value, get, set goja.Value
	desc            *goja.Object
}

func (p property) isData() bool { return p.found && p.value != nil }

func (p property) enumerable() bool {
	if p.desc == nil {
		return false
	}
	enumerable := p.desc.Get("enumerable")
	return enumerable == nil || enumerable.ToBoolean()
}

// own must not be given a proxy.
func (in *Inspector) own(o *goja.Object, key goja.Value) property {
	desc := object(in.ownProperty(goja.FunctionCall{Arguments: []goja.Value{o, key}}))
	if desc == nil {
		return property{}
	}
	_ = desc.SetPrototype(nil)
	p := property{found: true, value: desc.Get("value"), desc: desc}
	if p.value == nil {
		if get := desc.Get("get"); get != nil && !goja.IsUndefined(get) {
			p.get = get
		}
		if set := desc.Get("set"); set != nil && !goja.IsUndefined(set) {
			p.set = set
		}
	}
	return p
}

// lookup finds an inherited property as reading it would.
func (in *Inspector) lookup(chain []*goja.Object, key goja.Value) (p property, level int) {
	for level, o := range chain {
		if p := in.own(o, key); p.found {
			return p, level
		}
	}
	return property{}, -1
}

var proxyType = reflect.TypeOf(goja.Proxy{})

// target follows proxies to the object behind them; nil means that a proxy was revoked.
func target(o *goja.Object) *goja.Object {
	for o != nil && o.ExportType() == proxyType {
		o = o.Export().(goja.Proxy).Target()
	}
	return o
}

// chain is o and its prototypes, proxies replaced by their targets. Only proxies can make a
// prototype chain endless, so its length is limited.
func chain(o *goja.Object) []*goja.Object {
	links := make([]*goja.Object, 1, 3)
	links[0] = o
	for len(links) < 1000 {
		if o = target(o.Prototype()); o == nil {
			break
		}
		links = append(links, o)
	}
	return links
}

func contains(chain []*goja.Object, o *goja.Object) bool {
	if o != nil {
		for _, link := range chain {
			if link == o {
				return true
			}
		}
	}
	return false
}

// Inspect shows v as node's util.inspect does. It runs on the loop's goroutine only. It never
// panics, and runs no code of the script except custom inspection methods (and getters, with
// Getters set): neither getters nor proxy traps. An error thrown by a custom method is shown in
// place of the value.
func (in *Inspector) Inspect(v goja.Value, opts InspectOptions) string {
	o := object(v)
	if o == nil {
		p := newPrinter(in, opts)
		return p.primitive(v)
	}
	var text string
	if err := in.try(func() { text = newPrinter(in, opts).object(o, 0, false) }); err != nil {
		return "[inspection failed: " + oneLine(err.Error()) + "]"
	}
	return text
}

func oneLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return escape(s, 0)
}

// Format is console.log's formatting: the % directives of a first string, and the rest joined by
// spaces. Strings are taken as they are, everything else goes through Inspect, whose rules apply;
// %s, %d, %i, %f and %j may call toString, valueOf and toJSON methods of the script.
func (in *Inspector) Format(args []goja.Value, opts InspectOptions) string {
	if len(args) == 0 {
		return ""
	}
	var b strings.Builder
	first, isString := args[0].(goja.String)
	if isString {
		text := first.String()
		if len(args) == 1 {
			return text
		}
		if strings.IndexByte(text, '%') >= 0 {
			args = in.directives(&b, text, args[1:], opts)
		} else {
			b.WriteString(text)
			args = args[1:]
		}
	}
	for i, arg := range args {
		if i > 0 || isString {
			b.WriteByte(' ')
		}
		if s, ok := arg.(goja.String); ok {
			b.WriteString(s.String())
		} else {
			b.WriteString(in.Inspect(arg, opts))
		}
	}
	return b.String()
}

// directives writes text with its directives replaced, and gives back the arguments not used.
func (in *Inspector) directives(b *strings.Builder, text string, args []goja.Value, opts InspectOptions) []goja.Value {
	for {
		i := strings.IndexByte(text, '%')
		if i < 0 || i+1 == len(text) {
			b.WriteString(text)
			return args
		}
		b.WriteString(text[:i])
		letter := text[i+1]
		switch {
		case letter == '%':
			b.WriteByte('%')
		case len(args) == 0 || strings.IndexByte("sdifjoOc", letter) < 0:
			b.WriteByte('%')
			text = text[i+1:]
			continue
		default:
			b.WriteString(in.directive(letter, args[0], opts))
			args = args[1:]
		}
		text = text[i+2:]
	}
}

func (in *Inspector) directive(letter byte, arg goja.Value, opts InspectOptions) string {
	switch letter {
	case 's':
		return in.asString(arg, opts)
	case 'd', 'i', 'f':
		return in.asNumber(letter, arg)
	case 'j':
		if text, ok := in.call(in.stringify, goja.Undefined(), arg); ok {
			return text.String()
		}
		return "[Circular]"
	case 'o':
		opts.ShowHidden, opts.ShowProxy, opts.Depth = true, true, 4
		return in.Inspect(arg, opts)
	case 'O':
		return in.Inspect(arg, opts)
	}
	return "" // %c: a style, and there are none here
}

func (in *Inspector) asString(arg goja.Value, opts InspectOptions) string {
	o := object(arg)
	if o == nil {
		if s, ok := arg.(goja.String); ok {
			return s.String()
		}
		return formatPrimitive(arg)
	}
	if isFunction(o) || !in.hasBuiltinToString(o) {
		var text string
		if in.try(func() { text = o.String() }) == nil {
			return text
		}
	}
	opts.Depth, opts.Colors, opts.Compact = InspectNone, false, 3
	return in.Inspect(arg, opts)
}

func (in *Inspector) hasBuiltinToString(o *goja.Object) (builtin bool) {
	builtin = true
	_ = in.try(func() {
		if o = target(o); o == nil {
			return
		}
		links := chain(o)
		toString, level := in.lookup(links, in.vm.ToValue("toString"))
		primitive, at := in.lookup(links, goja.SymToPrimitive)
		if !toString.found && !primitive.found {
			return
		}
		if level < 0 || at >= 0 && at < level {
			level = at
		}
		_, builtin = in.prototypes[links[level]]
	})
	return builtin
}

func (in *Inspector) asNumber(letter byte, arg goja.Value) string {
	if _, ok := arg.(*goja.Symbol); ok {
		return "NaN"
	}
	if arg.ExportType() == bigIntType && object(arg) == nil && letter != 'f' {
		return formatPrimitive(arg)
	}
	var number goja.Value
	var ok bool
	switch letter {
	case 'd':
		ok = in.try(func() { number = arg.ToNumber() }) == nil
	case 'i':
		number, ok = in.call(in.parseInt, goja.Undefined(), arg)
	case 'f':
		number, ok = in.call(in.parseFloat, goja.Undefined(), arg)
	}
	if !ok {
		return "NaN"
	}
	return formatPrimitive(number)
}

var bigIntType = reflect.TypeOf((*big.Int)(nil))

// formatPrimitive shows anything but an object; strings are not quoted.
func formatPrimitive(v goja.Value) string {
	switch t := v.(type) {
	case nil:
		return "undefined"
	case *goja.Symbol:
		return "Symbol(" + t.String() + ")"
	}
	switch v.ExportType() {
	case bigIntType:
		return v.String() + "n"
	case floatType:
		if f := v.ToFloat(); f == 0 && math.Signbit(f) {
			return "-0"
		}
	}
	return v.String()
}

var floatType = reflect.TypeOf(float64(0))

// Func is util.inspect as a JS function: inspect(value, options), or, as of old,
// inspect(value, showHidden, depth, colors). It has custom and defaultOptions as node's has.
func (in *Inspector) Func() goja.Value {
	if in.inspectFn == nil {
		in.inspectFn = in.vm.ToValue(func(call goja.FunctionCall) goja.Value {
			opts := in.Options(call.Argument(1), InspectOptions{})
			if len(call.Arguments) > 1 && object(call.Argument(1)) == nil {
				opts.ShowHidden = call.Argument(1).ToBoolean()
				if d := call.Argument(2); !goja.IsUndefined(d) {
					opts.Depth = limit(d)
				}
				opts.Colors = call.Argument(3).ToBoolean()
			}
			return in.vm.ToValue(in.Inspect(call.Argument(0), opts))
		})
		f := object(in.inspectFn)
		_ = f.DefineDataProperty("name", in.vm.ToValue("inspect"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		if in.custom != nil {
			_ = f.Set("custom", in.custom)
		}
		_ = f.Set("defaultOptions", newPrinter(in, InspectOptions{}).optionsObject(0))
	}
	return in.inspectFn
}

// Options reads the options object of util.inspect and console.dir over base. It runs getters of
// that object, and panics as goja does if they throw: call it from a native function.
func (in *Inspector) Options(v goja.Value, base InspectOptions) InspectOptions {
	o := object(v)
	if o == nil {
		return base
	}
	flag := func(name string, to *bool) {
		if v := o.Get(name); v != nil && !goja.IsUndefined(v) {
			*to = v.ToBoolean()
		}
	}
	number := func(name string, to *int) {
		if v := o.Get(name); v != nil && !goja.IsUndefined(v) {
			*to = limit(v)
		}
	}
	flag("colors", &base.Colors)
	flag("showHidden", &base.ShowHidden)
	flag("showProxy", &base.ShowProxy)
	flag("sorted", &base.Sorted)
	flag("getters", &base.Getters)
	custom := !base.NoCustom
	flag("customInspect", &custom)
	base.NoCustom = !custom
	number("depth", &base.Depth)
	number("breakLength", &base.BreakLength)
	number("maxArrayLength", &base.MaxArrayLength)
	number("maxStringLength", &base.MaxStringLength)
	if v := o.Get("compact"); v != nil && v.ExportType() != nil && v.ExportType().Kind() == reflect.Bool {
		base.Compact = InspectNone
		if v.ToBoolean() {
			base.Compact = -1
		}
	} else {
		number("compact", &base.Compact)
	}
	return base
}

// limit reads a limit of util.inspect's options: null and Infinity are none.
func limit(v goja.Value) int {
	if goja.IsNull(v) {
		return -1
	}
	switch f := v.ToFloat(); {
	case f < 0:
		return InspectClosed
	case f < 1, math.IsNaN(f):
		return InspectNone
	case f > math.MaxInt32:
		return -1
	default:
		return int(f)
	}
}

// Entries gives what a Map, a Set or one of their iterators holds, in order and without advancing
// the iterator; keys is nil where there are only values. ok is false for every other value.
func (in *Inspector) Entries(v goja.Value) (keys, values []goja.Value, ok bool) {
	o := object(v)
	if o == nil || o.ExportType() == proxyType {
		return nil, nil, false
	}
	err := in.try(func() {
		p := newPrinter(in, InspectOptions{})
		switch kind := p.kind(o, chain(o)); kind {
		case kindMap:
			ok, keys = true, []goja.Value{}
			in.each(in.mapEntries, in.mapNext, o, noLimit, func(v goja.Value) {
				keys, values = append(keys, object(v).Get("0")), append(values, object(v).Get("1"))
			})
		case kindSet:
			ok = true
			in.each(in.setValues, in.setNext, o, noLimit, func(v goja.Value) { values = append(values, v) })
		case kindMapIterator, kindSetIterator:
			var pairs bool
			if values, pairs, ok = iteratorRest(o); !pairs {
				break
			}
			rest := values
			keys, values = []goja.Value{}, nil
			for i := 0; i+1 < len(rest); i += 2 {
				keys, values = append(keys, rest[i]), append(values, rest[i+1])
			}
		}
	})
	return keys, values, ok && err == nil
}

// Columns is the width of s on a terminal; escape sequences that set colours take none.
func Columns(s string) int {
	p := printer{colors: true}
	return columns(p.plain(s))
}

func index(i int) string { return strconv.Itoa(i) }
