package bindings

import (
	"cmp"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"mcpjs/bindings/session"
	"mcpjs/bindings/transport"
	"mcpjs/engine"
)

// clientOptions are what ClientOptions say, read once.
type clientOptions struct {
	name, version, title string
	protocolVersion      string
	timeout              time.Duration // 0: none
	connectTimeout       time.Duration // 0: the session's default
	maxTimeout           time.Duration
	resetOnProgress      bool
	autoInitialize       bool
	bigInts              bool
	cache                bool
	validate             bool
	validateResult       string
	reconnect            reconnectPolicy
	logLevel             string
	capabilities         json.RawMessage
	extensions           json.RawMessage
	headers              engine.Value
	auth                 engine.Value
	rootCAs              *x509.CertPool // nil: the system's
	proxy                *url.URL       // nil: the environment's
	signal               engine.Value

	roots         engine.Value
	onSampling    engine.Value
	onElicitation engine.Value
	onProgress    engine.Callable
	onLog         engine.Callable
	onMessage     engine.Callable
	onRequest     engine.Callable
	onClose       engine.Callable
	onChanged     map[string]engine.Callable // by notification method

	given *engine.Object // as they were given, for Client.new
}

// changeHandlers are the options for notifications that say something changed.
var changeHandlers = map[string]string{
	"onToolsChanged":     "notifications/tools/list_changed",
	"onResourcesChanged": "notifications/resources/list_changed",
	"onPromptsChanged":   "notifications/prompts/list_changed",
	"onResourceUpdated":  "notifications/resources/updated",
}

// option reads one property of an options object.
type option func(v engine.Value) error

// readOptions reads an options object; a name that stands for nothing is an
// error, since a misspelt option would otherwise be silently without effect.
func readOptions(v engine.Value, what string, known map[string]option) error {
	if engine.IsNullish(v) {
		return nil
	}
	o, ok := v.(*engine.Object)
	if !ok {
		return engine.TypeErrorf("%s must be an object", what)
	}
	for _, key := range o.Keys() {
		read := known[key]
		if read == nil {
			names := make([]string, 0, len(known))
			for name := range known {
				names = append(names, name)
			}
			return engine.TypeErrorf("%s: there is no option %q%s", what, key, suggestion(key, names))
		}
		value := o.Get(key)
		if engine.IsNullish(value) {
			continue // as if it weren't there
		}
		if err := read(value); err != nil {
			return err
		}
	}
	return nil
}

// suggestion is `; did you mean "x"?` where one of the names is near, or the
// names where they are few.
func suggestion(name string, names []string) string {
	if near, _ := engine.Nearest(name, names); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	names = slices.Sorted(slices.Values(names))
	if len(names) == 0 || len(names) > 30 {
		return ""
	}
	return "; there are " + strings.Join(names, ", ")
}

func text(into *string, what string) option {
	return func(v engine.Value) error {
		s, ok := engine.AsString(v)
		if !ok {
			return wrongType(v, what, "a string")
		}
		*into = s
		return nil
	}
}

// wrongType says what an option must be, and what it was given as.
func wrongType(v engine.Value, what, want string) error {
	is := "an object"
	_, isFunction := engine.Function(v)
	s, isString := engine.AsString(v)
	_, isObject := v.(*engine.Object)
	switch {
	case isFunction:
		is = "a function"
	case engine.IsArray(v):
		is = "a list"
	case isString:
		is = strconv.Quote(s)
	case !isObject:
		is = v.String()
	}
	return engine.TypeErrorf("%s must be %s, not %s", what, want, is)
}

func duration(into *time.Duration, what string) option {
	return func(v engine.Value) (err error) {
		*into, err = engine.Duration(v, what)
		return err
	}
}

func flag(into *bool, what string) option {
	return func(v engine.Value) error {
		b, ok := v.Export().(bool)
		if !ok {
			return wrongType(v, what, "true or false")
		}
		*into = b
		return nil
	}
}

func function(into *engine.Callable, what string) option {
	return func(v engine.Value) error {
		fn, ok := engine.Function(v)
		if !ok && !engine.IsNullish(v) {
			return wrongType(v, what, "a function")
		}
		*into = fn
		return nil
	}
}

// signalOption reads an AbortSignal.
func signalOption(into *engine.Value) option {
	return func(v engine.Value) error {
		o, ok := v.(*engine.Object)
		if ok {
			_, ok = engine.Function(o.Get("addEventListener"))
			ok = ok && o.Get("aborted") != nil
		}
		if !ok {
			return wrongType(v, "signal", "an AbortSignal")
		}
		*into = v
		return nil
	}
}

func keep(into *engine.Value) option {
	return func(v engine.Value) error { *into = v; return nil }
}

// handlerOr reads a handler that may also be "prompt", or an object that is the
// answer.
func handlerOr(into *engine.Value, what string) option {
	return func(v engine.Value) error {
		_, isFunction := engine.Function(v)
		_, isObject := v.(*engine.Object)
		word, _ := engine.AsString(v)
		if !isFunction && (!isObject || engine.IsArray(v)) && word != promptWord && !engine.IsNullish(v) {
			return wrongType(v, what, "a function, an answer as an object, or \"prompt\"")
		}
		*into = v
		return nil
	}
}

// rootList reads roots: a list of paths, URIs and roots, or a function.
func rootList(into *engine.Value, what string) option {
	const want = "a list of paths, file: URIs or {uri, name} objects, or a function that gives one"
	return func(v engine.Value) error {
		_, isFunction := engine.Function(v)
		if !isFunction && !engine.IsArray(v) && !engine.IsNullish(v) {
			return wrongType(v, what, want)
		}
		if list, _ := v.(*engine.Object); engine.IsArray(v) {
			for i := range int(list.Get("length").ToInteger()) {
				item := list.Get(strconv.Itoa(i))
				path, isPath := engine.AsString(item)
				root, isRoot := item.(*engine.Object)
				if isRoot {
					isRoot = isFileURI(root.Get("uri"))
				}
				isPath = isPath && (!strings.Contains(path, "://") || isFileURI(item))
				if !isPath && !isRoot {
					return wrongType(item, fmt.Sprintf("%s[%d]", what, i), "a path, a file:// URI or {uri, name} with one")
				}
			}
		}
		*into = v
		return nil
	}
}

// functionOr reads what is a function, an object or, where words says so, a
// string.
func functionOr(into *engine.Value, what string, words bool) option {
	return func(v engine.Value) error {
		_, isObject := v.(*engine.Object) // as functions are
		_, isString := engine.AsString(v)
		want := "an object or a function"
		if words {
			want = "a string, an object or a function"
		}
		if (!isObject || engine.IsArray(v)) && !(words && isString) {
			return wrongType(v, what, want)
		}
		*into = v
		return nil
	}
}

func (b *binding) object(into *json.RawMessage, what string) option {
	return func(v engine.Value) error {
		if engine.IsNullish(v) {
			return nil
		}
		raw, err := b.rt.Stringify(v)
		if err != nil {
			return err
		}
		if len(raw) == 0 || raw[0] != '{' {
			return engine.TypeErrorf("%s must be an object", what)
		}
		*into = raw
		return nil
	}
}

// certificates reads the option ca: PEM text, the path of a PEM file, or a list
// of these.
func (b *binding) certificates(into **x509.CertPool) option {
	return func(v engine.Value) error {
		items := []engine.Value{v}
		if engine.IsArray(v) {
			list := v.(*engine.Object)
			items = nil
			for i := range int(list.Get("length").ToInteger()) {
				items = append(items, list.Get(fmt.Sprint(i)))
			}
		}
		var pems [][]byte
		for _, item := range items {
			s, ok := engine.AsString(item)
			if !ok {
				return engine.TypeErrorf("ca must be certificates in PEM form, or paths of PEM files")
			}
			pem := []byte(s)
			if !strings.Contains(s, "-----BEGIN") {
				if !filepath.IsAbs(s) {
					s = filepath.Join(b.rt.Dir, s)
				}
				at, err := b.rt.Permissions.Place(s, engine.ToRead)
				if err != nil {
					return err
				}
				b.rt.NoteRead(s)
				if pem, err = at.ReadFile(); err != nil {
					return engine.TypeErrorf("ca: %v", err)
				}
			}
			pems = append(pems, pem)
		}
		pool, err := transport.Certificates(pems...)
		if err != nil {
			return engine.TypeErrorf("ca: %v", err)
		}
		*into = pool
		return nil
	}
}

func (b *binding) proxyURL(into **url.URL) option {
	return func(v engine.Value) error {
		s, _ := engine.AsString(v)
		u, err := url.Parse(s)
		if err != nil || u.Host == "" {
			return engine.TypeErrorf("proxy must be the URL of a proxy, such as \"http://localhost:3128\"")
		}
		*into = u
		return b.rt.Permissions.Net(hostPort(u))
	}
}

// readClientOptions reads ClientOptions.
func (b *binding) readClientOptions(v engine.Value) (clientOptions, error) {
	o := clientOptions{autoInitialize: true, cache: true, validateResult: resultWarn, onChanged: map[string]engine.Callable{}}
	o.given, _ = v.(*engine.Object)
	known := map[string]option{
		"name":                   text(&o.name, "name"),
		"version":                text(&o.version, "version"),
		"title":                  text(&o.title, "title"),
		"protocolVersion":        text(&o.protocolVersion, "protocolVersion"),
		"timeout":                duration(&o.timeout, "timeout"),
		"connectTimeout":         duration(&o.connectTimeout, "connectTimeout"),
		"maxTimeout":             duration(&o.maxTimeout, "maxTimeout"),
		"resetTimeoutOnProgress": flag(&o.resetOnProgress, "resetTimeoutOnProgress"),
		"autoInitialize":         flag(&o.autoInitialize, "autoInitialize"),
		"bigInts":                flag(&o.bigInts, "bigInts"),
		"cache":                  flag(&o.cache, "cache"),
		"validate":               flag(&o.validate, "validate"),
		"validateResult":         readResultMode(&o.validateResult),
		"reconnect":              readReconnect(&o.reconnect),
		"logLevel":               text(&o.logLevel, "logLevel"),
		"capabilities":           b.object(&o.capabilities, "capabilities"),
		"extensions":             b.object(&o.extensions, "extensions"),
		"headers":                functionOr(&o.headers, "headers", false),
		"auth":                   functionOr(&o.auth, "auth", true),
		"ca":                     b.certificates(&o.rootCAs),
		"proxy":                  b.proxyURL(&o.proxy),
		"signal":                 signalOption(&o.signal),
		"roots":                  rootList(&o.roots, "roots"),
		"onSampling":             handlerOr(&o.onSampling, "onSampling"),
		"onElicitation":          handlerOr(&o.onElicitation, "onElicitation"),
		"onProgress":             function(&o.onProgress, "onProgress"),
		"onLog":                  function(&o.onLog, "onLog"),
		"onRequest":              function(&o.onRequest, "onRequest"),
		"onMessage":              function(&o.onMessage, "onMessage"),
		"onClose":                function(&o.onClose, "onClose"),
	}
	for name, method := range changeHandlers {
		known[name] = func(v engine.Value) error {
			var fn engine.Callable
			err := function(&fn, name)(v)
			o.onChanged[method] = fn
			return err
		}
	}
	if err := readOptions(v, "client options", known); err != nil {
		return o, err
	}
	if known := append([]string{"auto"}, session.Versions()...); o.protocolVersion != "" && !slices.Contains(known, o.protocolVersion) {
		return o, engine.TypeErrorf("protocolVersion: there is no revision %q%s", o.protocolVersion, suggestion(o.protocolVersion, known))
	}
	if o.logLevel != "" && !slices.Contains(logLevels, o.logLevel) {
		return o, engine.TypeErrorf("logLevel: there is no level %q%s", o.logLevel, suggestion(o.logLevel, slices.Clone(logLevels)))
	}
	return o, nil
}

// logLevels are the protocol's, mildest first (RFC 5424).
var logLevels = []string{"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"}

func logLevel(v engine.Value) (string, error) {
	level, err := stringArgument(v, "the level")
	if err == nil && !slices.Contains(logLevels, level) {
		err = engine.TypeErrorf("there is no log level %q%s", level, suggestion(level, slices.Clone(logLevels)))
	}
	return level, err
}

// clientInfo is the Implementation object that the server is told.
func (o *clientOptions) clientInfo(version string) json.RawMessage {
	info := map[string]string{"name": cmp.Or(o.name, "mcpjs"), "version": cmp.Or(o.version, version)}
	if o.title != "" {
		info["title"] = o.title
	}
	raw, _ := json.Marshal(info)
	return raw
}

// declared is the ClientCapabilities object: what the handlers there are can
// do, and what the capabilities option says besides, which wins.
func (o *clientOptions) declared() json.RawMessage {
	all := map[string]json.RawMessage{}
	if !engine.IsNullish(o.onSampling) {
		all["sampling"] = json.RawMessage(`{"tools":{}}`)
	}
	if !engine.IsNullish(o.onElicitation) {
		all["elicitation"] = json.RawMessage(`{"form":{},"url":{}}`)
		_, isFunction := engine.Function(o.onElicitation)
		if word, _ := engine.AsString(o.onElicitation); !isFunction && word != promptWord {
			all["elicitation"] = json.RawMessage(`{"form":{}}`)
		}
	}
	if !engine.IsNullish(o.roots) {
		all["roots"] = json.RawMessage(`{"listChanged":true}`)
	}
	if o.extensions != nil {
		all["extensions"] = o.extensions
	}
	if o.capabilities != nil {
		var more map[string]json.RawMessage
		json.Unmarshal(o.capabilities, &more)
		for k, v := range more {
			all[k] = v
		}
	}
	raw, _ := json.Marshal(all)
	return raw
}

// callOptions are those of one call, or of many: they don't change once read.
type callOptions struct {
	timeout, maxTimeout time.Duration
	resetOnProgress     bool
	signal              engine.Value
	onProgress          engine.Callable
	throwOnError        bool
	meta                json.RawMessage
	bigInts             bool
	cache               bool // a list that is still fresh will do
	task                taskOption
	validate            bool
	validateResult      string
}

// A callOptionReader reads options into into.
type callOptionReader struct {
	into  callOptions
	known map[string]option
}

func (b *binding) newCallOptionReader() *callOptionReader {
	r := &callOptionReader{}
	o := &r.into
	r.known = map[string]option{
		"timeout":                duration(&o.timeout, "timeout"),
		"maxTimeout":             duration(&o.maxTimeout, "maxTimeout"),
		"resetTimeoutOnProgress": flag(&o.resetOnProgress, "resetTimeoutOnProgress"),
		"signal":                 signalOption(&o.signal),
		"onProgress":             function(&o.onProgress, "onProgress"),
		"throwOnError":           flag(&o.throwOnError, "throwOnError"),
		"bigInts":                flag(&o.bigInts, "bigInts"),
		"cache":                  flag(&o.cache, "cache"),
		"meta":                   b.object(&o.meta, "meta"),
		"task":                   o.task.read,
		"validate":               flag(&o.validate, "validate"),
		"validateResult":         readResultMode(&o.validateResult),
	}
	return r
}

// readCallOptions reads the last argument of a call; extra options may be
// added to those that every call takes. Calls without any share theirs.
func (c *client) readCallOptions(v engine.Value, what string, more map[string]option) (*callOptions, error) {
	if c.callDefaults == nil {
		c.callDefaults = &callOptions{
			timeout: c.opts.timeout, maxTimeout: c.opts.maxTimeout,
			resetOnProgress: c.opts.resetOnProgress, throwOnError: true, bigInts: c.opts.bigInts, cache: c.opts.cache,
			validate: c.opts.validate, validateResult: c.opts.validateResult,
		}
	}
	if engine.IsNullish(v) {
		return c.callDefaults, nil
	}
	r := c.b.optionReader
	c.b.optionReader = nil // a getter of the options may make a call
	if r == nil {
		r = c.b.newCallOptionReader()
	}
	r.into = *c.callDefaults
	known := r.known
	if more != nil {
		known = maps.Clone(known)
		maps.Copy(known, more)
	}
	err := readOptions(v, what+" options", known)
	o := new(callOptions)
	*o, r.into = r.into, callOptions{}
	c.b.optionReader = r
	return o, err
}

// call makes the session's call of these options.
func (o *callOptions) call(method, label string, params json.RawMessage) session.Call {
	if o.meta != nil {
		params = withMeta(params, o.meta)
	}
	call := session.Call{
		Method: method, Label: label, Params: params,
		Timeout: o.timeout, MaxTimeout: o.maxTimeout, ResetTimeoutOnProgress: o.resetOnProgress,
	}
	if call.Timeout == 0 {
		call.Timeout = -1 // none, whatever the session's default
	}
	return call
}

// withMeta puts the user's _meta into params.
func withMeta(params, meta json.RawMessage) json.RawMessage {
	if len(params) <= 2 {
		return json.RawMessage(`{"_meta":` + string(meta) + `}`)
	}
	return json.RawMessage(`{"_meta":` + string(meta) + `,` + string(params[1:]))
}
