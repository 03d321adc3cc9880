package stdlib

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // time zones must be there on every system
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"mcpjs/engine"
)

//go:embed intl.d.ts
var intlTypes string

//go:embed intl.js
var intlSource string

//go:embed intl.json.gz
var intlData []byte

var intlCode = engine.Embed("intl.js", intlSource)

// intlLocales is the data by locale, as JSON.
var intlLocales = sync.OnceValue(func() map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	r, err := gzip.NewReader(bytes.NewReader(intlData))
	if err == nil {
		var text []byte
		if text, err = io.ReadAll(r); err == nil {
			err = json.Unmarshal(text, &all)
		}
	}
	if err != nil {
		panic(err) // the data is part of the program
	}
	return all
})

// intl is Intl with NumberFormat, DateTimeFormat, Collator, PluralRules,
// ListFormat, RelativeTimeFormat, Segmenter and Locale, and the toLocale… methods of
// numbers, dates and strings. It knows the locales of intl.json.gz; others, and
// options that it can't follow, throw a RangeError.
var intl = engine.Module{
	Globals: func(rt *engine.Runtime) {
		vm := rt.VM()
		rt.LazyGlobal("Intl", func() engine.Value { return intlExports(rt).Get("Intl") })
		method := func(class, name string, fn func(c engine.Call) engine.Value) {
			rt.Method(vm.Get(class).(*engine.Object).Get("prototype").(*engine.Object), name, fn)
		}
		call := func(name string, args ...engine.Value) engine.Value {
			fn, _ := engine.Function(intlExports(rt).Get(name))
			v, err := fn(engine.Undefined(), args...)
			if err != nil {
				rt.Throw(err)
			}
			return v
		}
		primitive := func(class string, this engine.Value) engine.Value {
			valueOf, _ := engine.Function(vm.Get(class).(*engine.Object).Get("prototype").(*engine.Object).Get("valueOf"))
			v, err := valueOf(this)
			if err != nil {
				rt.Throw(err)
			}
			return v
		}
		for _, class := range []string{"Number", "BigInt"} {
			method(class, "toLocaleString", func(c engine.Call) engine.Value {
				return call("number", primitive(class, c.This), c.Argument(0), c.Argument(1))
			})
		}
		for name, what := range map[string]string{"toLocaleString": "dateTime", "toLocaleDateString": "date", "toLocaleTimeString": "time"} {
			method("Date", name, func(c engine.Call) engine.Value {
				return call(what, primitive("Date", c.This), c.Argument(0), c.Argument(1))
			})
		}
		method("String", "localeCompare", func(c engine.Call) engine.Value {
			return call("compare", textOf(c.This), textOf(c.Argument(0)), c.Argument(1), c.Argument(2))
		})
		for name, upper := range map[string]bool{"toLocaleUpperCase": true, "toLocaleLowerCase": false} {
			method("String", name, func(c engine.Call) engine.Value {
				s := textOf(c.This)
				if !engine.IsUndefined(c.Argument(0)) {
					if lang := call("casing", c.Argument(0)).String(); lang == "tr" || lang == "az" {
						if upper {
							return vm.ToValue(strings.ToUpperSpecial(unicode.TurkishCase, s.String()))
						}
						return vm.ToValue(strings.ToLowerSpecial(unicode.TurkishCase, s.String()))
					}
				}
				plain, _ := engine.Function(s.ToObject(vm).Get(map[bool]string{true: "toUpperCase", false: "toLowerCase"}[upper]))
				v, err := plain(s)
				if err != nil {
					rt.Throw(err)
				}
				return v
			})
		}
	},
	Types: intlTypes,
}

func intlExports(rt *engine.Runtime) *engine.Object {
	return intlCode.Load(rt, func() []engine.Value {
		vm := rt.VM()
		native := vm.NewObject()
		method := func(name string, fn func(c engine.Call) engine.Value) { rt.Method(native, name, fn) }
		native.Set("known", vm.NewArray(anyOf(slices.Sorted(maps.Keys(intlLocales())))...))
		native.Set("locale", systemLocale())
		parsed := map[string]engine.Value{}
		method("data", func(c engine.Call) engine.Value {
			key := c.Argument(0).String()
			if parsed[key] == nil {
				v, err := rt.ParseJSON(intlLocales()[key], engine.JSONOptions{})
				if err != nil {
					rt.Throw(err)
				}
				parsed[key] = v
			}
			return parsed[key]
		})
		method("plural", func(c engine.Call) engine.Value {
			return vm.ToValue(pluralForm(c.Argument(0).String(), c.Argument(1).String() == "ordinal", c.Argument(2).String(), c.Argument(3).String()))
		})
		method("collator", func(c engine.Call) engine.Value {
			var opts []collate.Option
			if c.Argument(1).ToBoolean() {
				opts = append(opts, collate.Numeric)
			}
			switch c.Argument(2).String() {
			case "base":
				opts = append(opts, collate.IgnoreCase, collate.IgnoreDiacritics)
			case "accent":
				opts = append(opts, collate.IgnoreCase)
			}
			compare := newCollator(c.Argument(0).String(), opts)
			return vm.ToValue(func(c engine.Call) engine.Value {
				return vm.ToValue(compare(c.Argument(0).String(), c.Argument(1).String()))
			})
		})
		method("timeZone", func(engine.Call) engine.Value { return vm.ToValue(systemTimeZone()) })
		method("grapheme", func(c engine.Call) engine.Value {
			s, _ := c.Argument(0).(engine.String)
			return vm.ToValue(graphemeEnd(s, int(c.Argument(1).ToInteger())))
		})
		method("zone", func(c engine.Call) engine.Value {
			name, _, ok := timeZone(c.Argument(0).String())
			if !ok {
				return nil
			}
			return vm.ToValue(name)
		})
		method("fields", func(c engine.Call) engine.Value {
			_, zone, ok := timeZone(c.Argument(1).String())
			if !ok {
				zone = time.Local
			}
			t := time.UnixMilli(int64(math.Floor(c.Argument(0).ToFloat()))).In(zone)
			name, offset := t.Zone()
			o := vm.NewObject()
			for key, v := range map[string]any{"year": t.Year(), "month": int(t.Month()), "day": t.Day(), "hour": t.Hour(), "minute": t.Minute(),
				"second": t.Second(), "ms": t.Nanosecond() / 1e6, "weekday": int(t.Weekday()), "offset": offset, "name": name} {
				o.Set(key, v)
			}
			return o
		})
		return []engine.Value{native}
	})
}

// newCollator compares as CLDR says for a locale.
func newCollator(locale string, opts []collate.Option) func(a, b string) int {
	tag := locale
	if locale == "nb" {
		tag = "da" // the same letters, which x/text has for Danish only
	}
	collator := collate.New(language.Make(tag), opts...)
	if locale != "da" {
		return collator.CompareString
	}
	// Danish puts capitals first, which x/text has no option for.
	folded := collate.New(language.Make(tag), append(opts, collate.IgnoreCase)...)
	return func(a, b string) int {
		if n := folded.CompareString(a, b); n != 0 {
			return n
		}
		return -collator.CompareString(a, b)
	}
}

// systemLocale is what the environment asks for, "de-DE" for "de_DE.UTF-8".
func systemLocale() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			v, _, _ = strings.Cut(v, ".")
			v, _, _ = strings.Cut(v, "@")
			return strings.ReplaceAll(v, "_", "-")
		}
	}
	return "en-US"
}

// systemTimeZone is the name of the local time zone, "UTC" where it has none.
func systemTimeZone() string {
	if name := time.Local.String(); name != "Local" && name != "" {
		return name
	}
	if target, err := os.Readlink("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(target, "zoneinfo/"); ok {
			return name
		}
	}
	return "UTC"
}

var zones sync.Map // by lower-case name

type namedZone struct {
	name string
	zone *time.Location
}

// timeZone finds a zone by its name, in any case, or an offset such as +02:00.
func timeZone(name string) (string, *time.Location, bool) {
	if found, ok := zones.Load(name); ok {
		z := found.(namedZone)
		return z.name, z.zone, true
	}
	z, ok := loadZone(name)
	if ok {
		zones.Store(name, z)
	}
	return z.name, z.zone, ok
}

func loadZone(name string) (namedZone, bool) {
	if len(name) > 0 && (name[0] == '+' || name[0] == '-') {
		digits := strings.ReplaceAll(name[1:], ":", "")
		if len(digits) == 2 {
			digits += "00"
		}
		n, err := strconv.Atoi(digits)
		if err != nil || len(digits) != 4 || n/100 > 23 || n%100 > 59 {
			return namedZone{}, false
		}
		seconds := (n/100*60 + n%100) * 60
		if name[0] == '-' {
			seconds = -seconds
		}
		return namedZone{name[:1] + digits[:2] + ":" + digits[2:], time.FixedZone("", seconds)}, true
	}
	if strings.EqualFold(name, "utc") || strings.EqualFold(name, "gmt") || strings.EqualFold(name, "etc/utc") || strings.EqualFold(name, "etc/gmt") {
		return namedZone{"UTC", time.UTC}, true
	}
	if name == "" || strings.EqualFold(name, "local") || strings.Contains(name, "..") {
		return namedZone{}, false
	}
	titled := []byte(strings.ToLower(name))
	for i := range titled {
		if i == 0 || titled[i-1] == '/' || titled[i-1] == '_' || titled[i-1] == '-' {
			titled[i] = byte(unicode.ToUpper(rune(titled[i])))
		}
	}
	for _, spelled := range []string{name, string(titled), strings.ToUpper(name)} {
		if zone, err := time.LoadLocation(spelled); err == nil {
			return namedZone{spelled, zone}, true
		}
	}
	return namedZone{}, false
}

// pluralForm is the plural category of a decimal, by CLDR's operands.
func pluralForm(locale string, ordinal bool, integer, fraction string) string {
	number := func(s string) int {
		if len(s) > 7 {
			s = s[len(s)-7:]
			if strings.Trim(s, "0") == "" {
				s = "1000000" // a round number stays one
			}
		}
		n, _ := strconv.Atoi(s)
		return n
	}
	trimmed := strings.TrimRight(fraction, "0")
	rules := plural.Cardinal
	if ordinal {
		rules = plural.Ordinal
	}
	form := rules.MatchPlural(language.Make(locale), number(integer), len(fraction), len(trimmed), number(fraction), number(trimmed))
	return map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}[form] +
		map[bool]string{true: "other"}[form == plural.Other]
}
