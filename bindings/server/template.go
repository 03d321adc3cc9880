package server

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// A uriTemplate matches the URIs that an RFC 6570 template can expand to:
// {name} matches up to the next slash, {+name} and {name*} across slashes,
// {/name} a further path segment, {?a,b} and {&a,b} query parameters in any
// order, {#name} a fragment.
type uriTemplate struct {
	pattern *regexp.Regexp
	names   []string // of the pattern's groups
	query   []string
}

var expression = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{([^{}]*)\}`) })
var variable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_.%-]+$`) })

func parseTemplate(s string) (*uriTemplate, error) {
	t := &uriTemplate{}
	var p strings.Builder
	p.WriteString("^")
	rest := s
	for {
		at := expression().FindStringSubmatchIndex(rest)
		literal := rest
		if at != nil {
			literal = rest[:at[0]]
		}
		if strings.ContainsAny(literal, "{}") {
			return nil, fmt.Errorf("%q has a brace without its counterpart", s)
		}
		p.WriteString(regexp.QuoteMeta(literal))
		if at == nil {
			break
		}
		inner := rest[at[2]:at[3]]
		rest = rest[at[1]:]
		operator := byte(0)
		if inner != "" && strings.IndexByte("+#./;?&", inner[0]) >= 0 {
			operator, inner = inner[0], inner[1:]
		}
		for i, name := range strings.Split(inner, ",") {
			name, explode := strings.CutSuffix(name, "*")
			name, _, _ = strings.Cut(name, ":")
			if !variable().MatchString(name) {
				return nil, fmt.Errorf("%q: {%s} names no variable", s, inner)
			}
			if operator == '?' || operator == '&' {
				t.query = append(t.query, name)
				continue
			}
			t.names = append(t.names, name)
			separator := ","
			switch operator {
			case '#':
				separator = "#"
			case '/', '.', ';':
				separator = string(operator)
			}
			if i > 0 || strings.IndexByte("#/.;", operator) >= 0 && operator != 0 {
				p.WriteString(regexp.QuoteMeta(separator))
			}
			if operator == '+' || operator == '#' || explode {
				p.WriteString("(.+)")
			} else {
				p.WriteString("([^/?#]+)")
			}
		}
	}
	if t.query != nil {
		p.WriteString(`(?:\?([^#]*))?`)
	}
	p.WriteString("$")
	pattern, err := regexp.Compile(p.String())
	if err != nil {
		return nil, fmt.Errorf("%q: %w", s, err)
	}
	t.pattern = pattern
	return t, nil
}

// A Variable is the value of a template's variable in a URI.
type Variable struct{ Name, Value string }

// match gives the variables' values, decoded; false where the URI is no
// expansion of the template.
func (t *uriTemplate) match(uri string) ([]Variable, bool) {
	m := t.pattern.FindStringSubmatch(uri)
	if m == nil {
		return nil, false
	}
	var out []Variable
	for i, name := range t.names {
		value, err := url.PathUnescape(m[i+1])
		if err != nil {
			value = m[i+1]
		}
		out = append(out, Variable{name, value})
	}
	if t.query != nil {
		given, err := url.ParseQuery(m[len(m)-1])
		if err != nil {
			return nil, false
		}
		for _, name := range t.query {
			if given.Has(name) {
				out = append(out, Variable{name, given.Get(name)})
			}
		}
	}
	return out, true
}

// variables are the names in the template.
func (t *uriTemplate) variables() []string {
	return append(append([]string(nil), t.names...), t.query...)
}
