package oauth

import (
	"net/http"
	"slices"
	"strings"
)

// A challenge is one of those that a WWW-Authenticate field holds (RFC 9110,
// section 11.6.1).
type challenge struct {
	scheme string            // in lower case
	params map[string]string // names in lower case
}

// challenges reads the WWW-Authenticate fields of an answer. What can't be
// read is passed over.
func challenges(h http.Header) []challenge {
	var all []challenge
	for _, field := range h.Values("WWW-Authenticate") {
		all = append(all, parseChallenges(field)...)
	}
	return all
}

// authorization picks the challenge that is about OAuth: DPoP's or Bearer's,
// with the parameters of both, since servers split them.
func authorization(h http.Header) (challenge, bool) {
	found := challenge{params: map[string]string{}}
	for _, c := range challenges(h) {
		if c.scheme != "bearer" && c.scheme != "dpop" {
			continue
		}
		if found.scheme == "" || c.scheme == "dpop" {
			found.scheme = c.scheme
		}
		for k, v := range c.params {
			if _, dup := found.params[k]; !dup {
				found.params[k] = v
			}
		}
	}
	return found, found.scheme != ""
}

// parseChallenges reads one field: schemes, each followed by parameters or one
// token.
func parseChallenges(s string) []challenge {
	var list []challenge
	p := &scanner{s: s}
	for {
		p.skip(" \t,")
		word := p.token()
		if word == "" {
			if p.end() {
				return list
			}
			p.i++
			continue
		}
		mark := p.i
		p.skip(" \t")
		if p.accept('=') && len(list) > 0 && !p.at('=') {
			p.skip(" \t")
			list[len(list)-1].params[strings.ToLower(word)] = p.value()
			continue
		}
		p.i = mark
		if p.at('=') { // of a token68
			p.skip("=")
			continue
		}
		list = append(list, challenge{scheme: strings.ToLower(word), params: map[string]string{}})
	}
}

type scanner struct {
	s string
	i int
}

func (p *scanner) end() bool      { return p.i >= len(p.s) }
func (p *scanner) at(c byte) bool { return !p.end() && p.s[p.i] == c }

func (p *scanner) accept(c byte) bool {
	if p.at(c) {
		p.i++
		return true
	}
	return false
}

func (p *scanner) skip(set string) {
	for !p.end() && strings.IndexByte(set, p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *scanner) token() string {
	from := p.i
	for !p.end() && strings.IndexByte(" \t,=\"", p.s[p.i]) < 0 {
		p.i++
	}
	return p.s[from:p.i]
}

func (p *scanner) value() string {
	if !p.accept('"') {
		from := p.i
		for !p.end() && strings.IndexByte(" \t,", p.s[p.i]) < 0 {
			p.i++
		}
		return p.s[from:p.i]
	}
	var b strings.Builder
	for !p.end() {
		c := p.s[p.i]
		p.i++
		if c == '"' {
			break
		}
		if c == '\\' && !p.end() {
			c = p.s[p.i]
			p.i++
		}
		b.WriteByte(c)
	}
	return b.String()
}

// scopes reads a scope parameter (RFC 6749, section 3.3): each once, in order.
func scopes(s string) []string { return union(strings.Fields(s)) }

// union gives what is in any of the lists, each once, in order of appearance.
func union(lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		for _, s := range list {
			if s != "" && !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

// covers tells whether have holds all of want.
func covers(have, want []string) bool {
	return !slices.ContainsFunc(want, func(s string) bool { return !slices.Contains(have, s) })
}
