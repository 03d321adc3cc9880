package stdlib

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// webURL is a URL record of the URL standard.
type webURL struct {
	scheme, username, password string
	host                       *string // serialized
	port                       int     // -1 where there is none
	path                       []string
	opaque                     bool // the path is path[0], as it is
	query, fragment            *string
}

// urlState is a state of the standard's basic URL parser.
type urlState int

const (
	noState urlState = iota
	schemeStart
	schemeState
	noScheme
	specialRelativeOrAuthority
	pathOrAuthority
	relativeState
	relativeSlash
	specialAuthoritySlashes
	specialAuthorityIgnoreSlashes
	authorityState
	hostState
	hostnameState
	portState
	fileState
	fileSlash
	fileHost
	pathStart
	pathState
	opaquePath
	queryState
	fragmentState
)

var specialPorts = map[string]int{"ftp": 21, "file": -1, "http": 80, "https": 443, "ws": 80, "wss": 443}

func (u *webURL) special() bool {
	_, ok := specialPorts[u.scheme]
	return ok
}

var errURL = errors.New("invalid URL")

func isC0(r rune) bool             { return r <= 0x1f || r > 0x7e }
func isFragmentUnsafe(r rune) bool { return isC0(r) || strings.ContainsRune(" \"<>`", r) }
func isQueryUnsafe(r rune) bool    { return isC0(r) || strings.ContainsRune(" \"#<>", r) }
func isSpecialQueryUnsafe(r rune) bool {
	return isQueryUnsafe(r) || r == '\''
}
func isPathUnsafe(r rune) bool     { return isQueryUnsafe(r) || strings.ContainsRune("?`{}", r) }
func isUserinfoUnsafe(r rune) bool { return isPathUnsafe(r) || strings.ContainsRune("/:;=@[\\]^|", r) }

func percentEncode(b *strings.Builder, r rune, unsafe func(rune) bool) {
	if !unsafe(r) {
		b.WriteRune(r)
		return
	}
	for _, c := range []byte(string(r)) {
		fmt.Fprintf(b, "%%%02X", c)
	}
}

func percentEncodeText(s string, unsafe func(rune) bool) string {
	var b strings.Builder
	for _, r := range s {
		percentEncode(&b, r, unsafe)
	}
	return b.String()
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func percentDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0 {
			b = append(b, byte(hexDigit(s[i+1])<<4|hexDigit(s[i+2])))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

func isAlpha(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isDriveLetter(s string) bool {
	return len(s) == 2 && isAlpha(rune(s[0])) && (s[1] == ':' || s[1] == '|')
}

// startsWithDrive: a drive letter, and then the end or a delimiter.
func startsWithDrive(rs []rune) bool {
	return len(rs) >= 2 && isAlpha(rs[0]) && (rs[1] == ':' || rs[1] == '|') &&
		(len(rs) == 2 || strings.ContainsRune("/\\?#", rs[2]))
}

func isSingleDot(s string) bool { return s == "." || strings.EqualFold(s, "%2e") }

func isDoubleDot(s string) bool {
	switch strings.ToLower(s) {
	case "..", ".%2e", "%2e.", "%2e%2e":
		return true
	}
	return false
}

func (u *webURL) shortenPath() {
	if u.scheme == "file" && len(u.path) == 1 && len(u.path[0]) == 2 && isAlpha(rune(u.path[0][0])) && u.path[0][1] == ':' {
		return
	}
	if len(u.path) > 0 {
		u.path = u.path[:len(u.path)-1]
	}
}

// parseURL is the standard's URL parser; base may be nil.
func parseURL(input string, base *webURL) (*webURL, error) {
	input = strings.TrimFunc(input, func(r rune) bool { return r <= 0x20 })
	u := &webURL{port: -1}
	if err := u.parse(input, base, noState); err != nil {
		return nil, err
	}
	return u, nil
}

var dropTabs = strings.NewReplacer("\t", "", "\n", "", "\r", "")

// parse is the basic URL parser; override is the state that a setter begins at.
func (u *webURL) parse(input string, base *webURL, override urlState) error {
	rs := []rune(dropTabs.Replace(input))
	state := override
	if override == noState {
		state = schemeStart
	}
	over := override != noState
	var buf strings.Builder
	atSign, brackets, passwordSeen := false, false, false
	const eof = rune(-1)
	at := func(i int) rune {
		if i < len(rs) {
			return rs[i]
		}
		return eof
	}
	text := func(s string) *string { return &s }
	for p := 0; ; p++ {
		c := at(p)
		slash := func() bool { return c == '/' || u.special() && c == '\\' }
		switch state {
		case schemeStart:
			if isAlpha(c) {
				buf.WriteString(strings.ToLower(string(c)))
				state = schemeState
			} else if !over {
				state = noScheme
				p--
			} else {
				return errURL
			}
		case schemeState:
			switch {
			case c != eof && (isAlpha(c) || isDigit(c) || c == '+' || c == '-' || c == '.'):
				buf.WriteString(strings.ToLower(string(c)))
			case c == ':':
				scheme := buf.String()
				if over {
					_, special := specialPorts[scheme]
					if u.special() != special || (u.username != "" || u.password != "" || u.port >= 0) && scheme == "file" ||
						u.scheme == "file" && (u.host == nil || *u.host == "") {
						return nil
					}
				}
				u.scheme = scheme
				if over {
					if u.port >= 0 && u.port == specialPorts[scheme] {
						u.port = -1
					}
					return nil
				}
				buf.Reset()
				switch {
				case u.scheme == "file":
					state = fileState
				case u.special() && base != nil && base.scheme == u.scheme:
					state = specialRelativeOrAuthority
				case u.special():
					state = specialAuthoritySlashes
				case at(p+1) == '/':
					state = pathOrAuthority
					p++
				default:
					u.path, u.opaque = []string{""}, true
					state = opaquePath
				}
			case !over:
				buf.Reset()
				state = noScheme
				p = -1
			default:
				return errURL
			}
		case noScheme:
			switch {
			case base == nil || base.opaque && c != '#':
				return errURL
			case base.opaque:
				u.scheme, u.path, u.opaque, u.query = base.scheme, slices.Clone(base.path), true, base.query
				u.fragment = text("")
				state = fragmentState
			case base.scheme != "file":
				state = relativeState
				p--
			default:
				state = fileState
				p--
			}
		case specialRelativeOrAuthority:
			if c == '/' && at(p+1) == '/' {
				state = specialAuthorityIgnoreSlashes
				p++
			} else {
				state = relativeState
				p--
			}
		case pathOrAuthority:
			if c == '/' {
				state = authorityState
			} else {
				state = pathState
				p--
			}
		case relativeState:
			u.scheme = base.scheme
			if c == '/' {
				state = relativeSlash
			} else if u.special() && c == '\\' {
				state = relativeSlash
			} else {
				u.username, u.password, u.host, u.port = base.username, base.password, base.host, base.port
				u.path, u.query = slices.Clone(base.path), base.query
				if c == '?' {
					u.query = text("")
					state = queryState
				} else if c == '#' {
					u.fragment = text("")
					state = fragmentState
				} else if c != eof {
					u.query = nil
					u.shortenPath()
					state = pathState
					p--
				}
			}
		case relativeSlash:
			if u.special() && (c == '/' || c == '\\') {
				state = specialAuthorityIgnoreSlashes
			} else if c == '/' {
				state = authorityState
			} else {
				u.username, u.password, u.host, u.port = base.username, base.password, base.host, base.port
				state = pathState
				p--
			}
		case specialAuthoritySlashes:
			state = specialAuthorityIgnoreSlashes
			if c == '/' && at(p+1) == '/' {
				p++
			} else {
				p--
			}
		case specialAuthorityIgnoreSlashes:
			if c != '/' && c != '\\' {
				state = authorityState
				p--
			}
		case authorityState:
			switch {
			case c == '@':
				s := buf.String()
				if atSign {
					s = "%40" + s
				}
				atSign = true
				for _, r := range s {
					if r == ':' && !passwordSeen {
						passwordSeen = true
						continue
					}
					var b strings.Builder
					percentEncode(&b, r, isUserinfoUnsafe)
					if passwordSeen {
						u.password += b.String()
					} else {
						u.username += b.String()
					}
				}
				buf.Reset()
			case c == eof || slash() || c == '?' || c == '#':
				if atSign && buf.Len() == 0 {
					return errURL
				}
				p -= len([]rune(buf.String())) + 1
				buf.Reset()
				state = hostState
			default:
				buf.WriteRune(c)
			}
		case hostState, hostnameState:
			switch {
			case over && u.scheme == "file":
				p--
				state = fileHost
			case c == ':' && !brackets:
				if buf.Len() == 0 || over && override == hostnameState {
					return errURL
				}
				host, err := parseHost(buf.String(), !u.special())
				if err != nil {
					return err
				}
				u.host = &host
				buf.Reset()
				state = portState
			case c == eof || slash() || c == '?' || c == '#':
				p--
				if u.special() && buf.Len() == 0 {
					return errURL
				}
				if over && buf.Len() == 0 && (u.username != "" || u.password != "" || u.port >= 0) {
					return errURL
				}
				host, err := parseHost(buf.String(), !u.special())
				if err != nil {
					return err
				}
				u.host = &host
				buf.Reset()
				state = pathStart
				if over {
					return nil
				}
			default:
				if c == '[' {
					brackets = true
				} else if c == ']' {
					brackets = false
				}
				buf.WriteRune(c)
			}
		case portState:
			switch {
			case isDigit(c):
				buf.WriteRune(c)
			case c == eof || slash() || c == '?' || c == '#' || over:
				if buf.Len() > 0 {
					n, err := strconv.Atoi(buf.String())
					if err != nil || n > 65535 {
						return errURL
					}
					u.port = n
					if def, ok := specialPorts[u.scheme]; ok && def == n {
						u.port = -1
					}
					buf.Reset()
					if over {
						return nil
					}
				}
				if over {
					return errURL
				}
				state = pathStart
				p--
			default:
				return errURL
			}
		case fileState:
			u.scheme = "file"
			u.host = text("")
			switch {
			case c == '/' || c == '\\':
				state = fileSlash
			case base != nil && base.scheme == "file":
				u.host, u.path, u.query = base.host, slices.Clone(base.path), base.query
				if c == '?' {
					u.query = text("")
					state = queryState
				} else if c == '#' {
					u.fragment = text("")
					state = fragmentState
				} else if c != eof {
					u.query = nil
					if startsWithDrive(rs[p:]) {
						u.path = nil
					} else {
						u.shortenPath()
					}
					state = pathState
					p--
				}
			default:
				state = pathState
				p--
			}
		case fileSlash:
			if c == '/' || c == '\\' {
				state = fileHost
				break
			}
			if base != nil && base.scheme == "file" {
				u.host = base.host
				if !startsWithDrive(rs[min(p, len(rs)):]) && len(base.path) > 0 && len(base.path[0]) == 2 && isDriveLetter(base.path[0]) && base.path[0][1] == ':' {
					u.path = append(u.path, base.path[0])
				}
			}
			state = pathState
			p--
		case fileHost:
			if c != eof && c != '/' && c != '\\' && c != '?' && c != '#' {
				buf.WriteRune(c)
				break
			}
			p--
			switch {
			case !over && isDriveLetter(buf.String()):
				state = pathState // the buffer is the path's beginning
			case buf.Len() == 0:
				u.host = text("")
				if over {
					return nil
				}
				state = pathStart
			default:
				host, err := parseHost(buf.String(), !u.special())
				if err != nil {
					return err
				}
				if host == "localhost" {
					host = ""
				}
				u.host = &host
				if over {
					return nil
				}
				buf.Reset()
				state = pathStart
			}
		case pathStart:
			if u.special() {
				state = pathState
				if c != '/' && c != '\\' {
					p--
				}
			} else if !over && c == '?' {
				u.query = text("")
				state = queryState
			} else if !over && c == '#' {
				u.fragment = text("")
				state = fragmentState
			} else if c != eof {
				state = pathState
				if c != '/' {
					p--
				}
			} else if over && u.host == nil {
				u.path = append(u.path, "")
			}
		case pathState:
			if c != eof && !slash() && (over || c != '?' && c != '#') {
				percentEncode(&buf, c, isPathUnsafe)
				break
			}
			segment := buf.String()
			switch {
			case isDoubleDot(segment):
				u.shortenPath()
				if !slash() {
					u.path = append(u.path, "")
				}
			case isSingleDot(segment):
				if !slash() {
					u.path = append(u.path, "")
				}
			default:
				if u.scheme == "file" && len(u.path) == 0 && isDriveLetter(segment) {
					segment = segment[:1] + ":"
				}
				u.path = append(u.path, segment)
			}
			buf.Reset()
			if c == '?' {
				u.query = text("")
				state = queryState
			} else if c == '#' {
				u.fragment = text("")
				state = fragmentState
			}
		case opaquePath:
			if c == '?' {
				u.query = text("")
				state = queryState
			} else if c == '#' {
				u.fragment = text("")
				state = fragmentState
			} else if c != eof {
				percentEncode(&buf, c, isC0)
			}
			if c == eof || c == '?' || c == '#' {
				u.path[0] = buf.String()
				buf.Reset()
			}
		case queryState:
			if !over && c == '#' || c == eof {
				unsafe := isQueryUnsafe
				if u.special() {
					unsafe = isSpecialQueryUnsafe
				}
				u.query = text(*u.query + percentEncodeText(buf.String(), unsafe))
				buf.Reset()
				if c == '#' {
					u.fragment = text("")
					state = fragmentState
				}
			} else {
				buf.WriteRune(c)
			}
		case fragmentState:
			if c == eof {
				u.fragment = text(*u.fragment + percentEncodeText(buf.String(), isFragmentUnsafe))
			} else {
				buf.WriteRune(c)
			}
		}
		if p >= 0 && at(p) == eof {
			return nil
		}
	}
}

// parseHost is the standard's host parser, with the host serialized.
func parseHost(input string, opaque bool) (string, error) {
	if strings.HasPrefix(input, "[") {
		if !strings.HasSuffix(input, "]") {
			return "", errURL
		}
		return parseIPv6(input[1 : len(input)-1])
	}
	if opaque {
		if strings.ContainsAny(input, "\x00\t\n\r #/:<>?@[\\]^|") {
			return "", errURL
		}
		return percentEncodeText(input, isC0), nil
	}
	domain := decodeUTF8([]byte(percentDecode(input)))
	ascii, err := domainToASCII(domain)
	if err != nil || ascii == "" {
		return "", errURL
	}
	for _, r := range ascii {
		if r <= 0x20 || r == 0x7f || strings.ContainsRune("#/:<>?@[\\]^|%", r) {
			return "", errURL
		}
	}
	if endsInNumber(ascii) {
		return parseIPv4(ascii)
	}
	return ascii, nil
}

var domainProfile = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false),
	idna.CheckHyphens(false), idna.CheckJoiners(true), idna.BidiRule(), idna.VerifyDNSLength(false))

func domainToASCII(domain string) (string, error) {
	plain := true
	for i := 0; i < len(domain); i++ {
		if domain[i] >= 0x80 {
			plain = false
		}
	}
	lower := strings.ToLower(domain)
	if plain && !strings.Contains(lower, "xn--") {
		return lower, nil
	}
	return domainProfile.ToASCII(domain)
}

func endsInNumber(s string) bool {
	parts := strings.Split(s, ".")
	if parts[len(parts)-1] == "" {
		if len(parts) == 1 {
			return false
		}
		parts = parts[:len(parts)-1]
	}
	last := parts[len(parts)-1]
	if last != "" && strings.Trim(last, "0123456789") == "" {
		return true
	}
	_, ok := ipv4Number(last)
	return ok
}

func ipv4Number(s string) (*big.Int, bool) {
	if s == "" {
		return nil, false
	}
	base := 10
	if len(s) >= 2 && (strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X")) {
		s, base = s[2:], 16
	} else if len(s) >= 2 && s[0] == '0' {
		s, base = s[1:], 8
	}
	if s == "" {
		return new(big.Int), true
	}
	if strings.ContainsAny(s, "+-_") {
		return nil, false
	}
	return new(big.Int).SetString(s, base)
}

func parseIPv4(s string) (string, error) {
	parts := strings.Split(s, ".")
	if parts[len(parts)-1] == "" && len(parts) > 1 {
		parts = parts[:len(parts)-1]
	}
	if len(parts) > 4 {
		return "", errURL
	}
	ip := new(big.Int)
	for i, part := range parts {
		n, ok := ipv4Number(part)
		if !ok {
			return "", errURL
		}
		if i < len(parts)-1 {
			if n.Cmp(big.NewInt(255)) > 0 {
				return "", errURL
			}
			ip.Add(ip, new(big.Int).Lsh(n, uint(8*(3-i))))
		} else {
			if n.Cmp(new(big.Int).Lsh(big.NewInt(1), uint(8*(5-len(parts))))) >= 0 {
				return "", errURL
			}
			ip.Add(ip, n)
		}
	}
	v := ip.Uint64()
	return fmt.Sprintf("%d.%d.%d.%d", v>>24&255, v>>16&255, v>>8&255, v&255), nil
}

func parseIPv6(s string) (string, error) {
	var pieces [8]uint16
	n, compress, i := 0, -1, 0
	if strings.HasPrefix(s, ":") {
		if !strings.HasPrefix(s, "::") {
			return "", errURL
		}
		i, n, compress = 2, 1, 1
	}
	for i < len(s) {
		if n == 8 {
			return "", errURL
		}
		if s[i] == ':' {
			if compress >= 0 {
				return "", errURL
			}
			i++
			n++
			compress = n
			continue
		}
		value, digits := 0, 0
		for digits < 4 && i < len(s) && hexDigit(s[i]) >= 0 {
			value = value<<4 | hexDigit(s[i])
			i++
			digits++
		}
		if i < len(s) && s[i] == '.' {
			if digits == 0 || n > 6 {
				return "", errURL
			}
			parts := strings.Split(s[i-digits:], ".")
			if len(parts) != 4 {
				return "", errURL
			}
			for k, part := range parts {
				v, err := strconv.Atoi(part)
				if err != nil || v > 255 || part == "" || strings.Trim(part, "0123456789") != "" || len(part) > 1 && part[0] == '0' {
					return "", errURL
				}
				pieces[n+k/2] = pieces[n+k/2]<<8 | uint16(v)
			}
			n += 2
			i = len(s)
			break
		}
		if i < len(s) {
			if s[i] != ':' {
				return "", errURL
			}
			i++
			if i == len(s) {
				return "", errURL
			}
		}
		pieces[n] = uint16(value)
		n++
	}
	if compress >= 0 {
		for swaps, k := n-compress, 7; k != 0 && swaps > 0; swaps, k = swaps-1, k-1 {
			pieces[k], pieces[compress+swaps-1] = pieces[compress+swaps-1], pieces[k]
		}
	} else if n != 8 {
		return "", errURL
	}
	// The longest run of zeros is written as "::".
	from, length := -1, 1
	for k := 0; k < 8; k++ {
		run := 0
		for k+run < 8 && pieces[k+run] == 0 {
			run++
		}
		if run > length {
			from, length = k, run
		}
		k += run
	}
	var b strings.Builder
	b.WriteByte('[')
	for k := 0; k < 8; k++ {
		if k == from {
			if k == 0 {
				b.WriteByte(':')
			}
			b.WriteByte(':')
			k += length - 1
			continue
		}
		b.WriteString(strconv.FormatUint(uint64(pieces[k]), 16))
		if k < 7 {
			b.WriteByte(':')
		}
	}
	b.WriteByte(']')
	return b.String(), nil
}

// The parts of a URL as its attributes give them.

func (u *webURL) pathname() string {
	if u.opaque {
		return u.path[0]
	}
	if len(u.path) == 0 {
		return ""
	}
	return "/" + strings.Join(u.path, "/")
}

func (u *webURL) hostname() string {
	if u.host == nil {
		return ""
	}
	return *u.host
}

func (u *webURL) hostPort() string {
	if u.host == nil || u.port < 0 {
		return u.hostname()
	}
	return *u.host + ":" + strconv.Itoa(u.port)
}

func (u *webURL) search() string { return prefixed("?", u.query) }
func (u *webURL) hash() string   { return prefixed("#", u.fragment) }

func prefixed(mark string, s *string) string {
	if s == nil || *s == "" {
		return ""
	}
	return mark + *s
}

func (u *webURL) href() string {
	s := u.scheme + ":"
	if u.host != nil {
		s += "//"
		if u.username != "" || u.password != "" {
			s += u.username
			if u.password != "" {
				s += ":" + u.password
			}
			s += "@"
		}
		s += u.hostPort()
	} else if !u.opaque && len(u.path) > 1 && u.path[0] == "" {
		s += "/."
	}
	s += u.pathname()
	if u.query != nil {
		s += "?" + *u.query
	}
	if u.fragment != nil {
		s += "#" + *u.fragment
	}
	return s
}

func (u *webURL) origin() string {
	switch u.scheme {
	case "blob":
		if inner, err := parseURL(u.pathname(), nil); err == nil && (inner.scheme == "http" || inner.scheme == "https") {
			return inner.origin()
		}
	case "ftp", "http", "https", "ws", "wss":
		return u.scheme + "://" + u.hostPort()
	}
	return "null"
}

func (u *webURL) noCredentials() bool { return u.host == nil || *u.host == "" || u.scheme == "file" }

// set is an attribute's setter; false where href is given no URL.
func (u *webURL) set(name, value string) bool {
	before := *u
	try := func(input string, state urlState) {
		if u.parse(input, nil, state) != nil {
			*u = before
		}
	}
	switch name {
	case "href":
		next, err := parseURL(value, nil)
		if err != nil {
			return false
		}
		*u = *next
	case "protocol":
		try(value+":", schemeStart)
	case "username":
		if !u.noCredentials() {
			u.username = percentEncodeText(value, isUserinfoUnsafe)
		}
	case "password":
		if !u.noCredentials() {
			u.password = percentEncodeText(value, isUserinfoUnsafe)
		}
	case "host":
		if !u.opaque {
			if u.parse(value, nil, hostState) != nil && u.host == before.host {
				*u = before
			}
		}
	case "hostname":
		if !u.opaque {
			try(value, hostnameState)
		}
	case "port":
		if u.noCredentials() {
			break
		}
		if value == "" {
			u.port = -1
		} else {
			try(value, portState)
		}
	case "pathname":
		if !u.opaque {
			u.path = nil
			try(value, pathStart)
		}
	case "search":
		u.query = nil
		if value != "" {
			empty := ""
			u.query = &empty
			try(strings.TrimPrefix(value, "?"), queryState)
		}
	case "hash":
		u.fragment = nil
		if value != "" {
			empty := ""
			u.fragment = &empty
			try(strings.TrimPrefix(value, "#"), fragmentState)
		}
	}
	return true
}
