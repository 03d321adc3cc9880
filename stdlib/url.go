package stdlib

import (
	_ "embed"
	"path/filepath"
	"runtime"
	"strings"

	"mcpjs/engine"
)

//go:embed url.d.ts
var urlTypes string

//go:embed url.js
var urlSource string

var urlCode = engine.Embed("url.js", urlSource)

// urls are URL and URLSearchParams of the URL standard, and node's module url.
var urls = engine.Module{
	Name:    "url",
	Node:    true,
	Load:    func(rt *engine.Runtime) (*engine.Object, error) { return urlExports(rt), nil },
	Globals: func(rt *engine.Runtime) { lazyExports(rt, urlExports, "URL", "URLSearchParams") },
	Types:   urlTypes,
}

func urlExports(rt *engine.Runtime) *engine.Object {
	return urlCode.Load(rt, func() []engine.Value {
		vm := rt.VM()
		native := vm.NewObject()
		class := rt.NewClass("URLRecord", nil)
		record := func(v engine.Value) *webURL {
			u, _ := class.Of(v)
			return u.(*webURL)
		}
		method := func(name string, fn func(c engine.Call) engine.Value) { rt.Method(native, name, fn) }
		native.Set("windows", runtime.GOOS == "windows")
		native.Set("platform", platform())
		method("parse", func(c engine.Call) engine.Value {
			var base *webURL
			if b := c.Argument(1); !engine.IsUndefined(b) {
				var err error
				if base, err = parseURL(b.String(), nil); err != nil {
					return nil
				}
			}
			u, err := parseURL(c.Argument(0).String(), base)
			if err != nil {
				return nil
			}
			return class.New(u)
		})
		method("get", func(c engine.Call) engine.Value { return vm.ToValue(record(c.Argument(0)).get(c.Argument(1).String())) })
		method("set", func(c engine.Call) engine.Value {
			return vm.ToValue(record(c.Argument(0)).set(c.Argument(1).String(), c.Argument(2).String()))
		})
		method("parseForm", func(c engine.Call) engine.Value {
			var pairs []any
			for _, part := range strings.Split(c.Argument(0).String(), "&") {
				if part == "" {
					continue
				}
				name, value, _ := strings.Cut(part, "=")
				pairs = append(pairs, vm.NewArray(formDecode(name), formDecode(value)))
			}
			return vm.NewArray(pairs...)
		})
		method("formatForm", func(c engine.Call) engine.Value {
			list := c.Argument(0).(*engine.Object)
			var b strings.Builder
			vm.ForOf(list, func(v engine.Value) bool {
				if b.Len() > 0 {
					b.WriteByte('&')
				}
				pair := v.(*engine.Object)
				formEncode(&b, pair.Get("0").String())
				b.WriteByte('=')
				formEncode(&b, pair.Get("1").String())
				return true
			})
			return vm.ToValue(b.String())
		})
		method("absolute", func(c engine.Call) engine.Value {
			path := c.Argument(0).String()
			if !filepath.IsAbs(path) {
				path = filepath.Join(rt.Dir, path)
			}
			return vm.ToValue(filepath.Clean(path))
		})
		method("domain", func(c engine.Call) engine.Value {
			host, err := parseHost(c.Argument(0).String(), false)
			if err != nil {
				return vm.ToValue("")
			}
			return vm.ToValue(host)
		})
		return []engine.Value{native}
	})
}

func formDecode(s string) string {
	return decodeUTF8([]byte(percentDecode(strings.ReplaceAll(s, "+", " "))))
}

func formEncode(b *strings.Builder, s string) {
	const upper = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('+')
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '*', c == '-', c == '.', c == '_':
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', upper[c>>4], upper[c&15]})
		}
	}
}

// get is an attribute of a URL.
func (u *webURL) get(name string) string {
	switch name {
	case "href":
		return u.href()
	case "origin":
		return u.origin()
	case "protocol":
		return u.scheme + ":"
	case "username":
		return u.username
	case "password":
		return u.password
	case "host":
		return u.hostPort()
	case "hostname":
		return u.hostname()
	case "port":
		return strings.TrimPrefix(strings.TrimPrefix(u.hostPort(), u.hostname()), ":")
	case "pathname":
		return u.pathname()
	case "search":
		return u.search()
	case "hash":
		return u.hash()
	}
	return ""
}
