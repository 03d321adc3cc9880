package schema

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// knownFormat tells whether hasFormat knows a format; others are annotations.
func knownFormat(name string) bool {
	switch name {
	case "date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "iri", "uri-reference",
		"iri-reference", "uri-template", "uuid", "regex", "json-pointer", "relative-json-pointer":
		return true
	}
	return false
}

// hasFormat tells whether a text is of a known format.
func hasFormat(name, s string) bool {
	switch name {
	case "date-time": // RFC 3339
		return len(s) > 11 && (s[10] == 'T' || s[10] == 't') && isDate(s[:10]) && isTime(s[11:])
	case "date":
		return isDate(s)
	case "time":
		return isTime(s)
	case "duration":
		return isDuration(s)
	case "email":
		return isEmail(s)
	case "hostname":
		return isHostname(s)
	case "ipv4":
		return isIPv4(s)
	case "ipv6":
		return isIPv6(s)
	case "uri", "iri":
		u, ok := parseURI(s)
		return ok && u.IsAbs()
	case "uri-reference", "iri-reference":
		_, ok := parseURI(s)
		return ok && !strings.Contains(s, `\`)
	case "uri-template":
		return isTemplate(s)
	case "uuid":
		return isUUID(s)
	case "regex":
		_, err := compilePattern(s)
		return err == nil
	case "json-pointer":
		return isPointer(s)
	case "relative-json-pointer":
		rest := strings.TrimLeft(s, "0123456789")
		digits := s[:len(s)-len(rest)]
		return digits != "" && (digits == "0" || digits[0] != '0') && (rest == "#" || isPointer(rest))
	}
	return true
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// isTime is for a full-time of RFC 3339, with a leap second where one can be.
func isTime(s string) bool {
	hour, minute, second, ok := clock(s)
	if !ok || second > 60 {
		return false
	}
	s = s[len("15:04:05"):]
	if fraction, ok := strings.CutPrefix(s, "."); ok {
		if s = strings.TrimLeft(fraction, "0123456789"); s == fraction {
			return false
		}
	}
	offset := 0
	if s != "Z" && s != "z" {
		if len(s) != len("+01:00") || s[0] != '+' && s[0] != '-' {
			return false
		}
		h, m, _, ok := clock(s[1:] + ":00")
		if !ok {
			return false
		}
		if offset = h*60 + m; s[0] == '+' {
			offset = -offset
		}
	}
	const day = 24 * 60
	return second < 60 || (hour*60+minute+offset+day)%day == day-1
}

// clock reads hh:mm:ss.
func clock(s string) (hour, minute, second int, ok bool) {
	if len(s) < len("15:04:05") || s[2] != ':' || s[5] != ':' {
		return 0, 0, 0, false
	}
	var n [3]int
	for i := range n {
		two := s[3*i : 3*i+2]
		if !isDigits(two) {
			return 0, 0, 0, false
		}
		n[i], _ = strconv.Atoi(two)
	}
	return n[0], n[1], n[2], n[0] < 24 && n[1] < 60
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// isDuration is for RFC 3339, appendix A.
func isDuration(s string) bool {
	s, ok := strings.CutPrefix(s, "P")
	if weeks, is := strings.CutSuffix(s, "W"); is && ok {
		return isDigits(weeks)
	}
	date, clock, timed := strings.Cut(s, "T")
	return ok && s != "" && (!timed || clock != "") && inUnits(date, "YMD") && inUnits(clock, "HMS")
}

// inUnits tells whether s is numbers with units, these in this order.
func inUnits(s, units string) bool {
	for s != "" {
		rest := strings.TrimLeft(s, "0123456789")
		if len(rest) == len(s) || rest == "" {
			return false
		}
		i := strings.IndexByte(units, rest[0])
		if i < 0 {
			return false
		}
		s, units = rest[1:], units[i+1:]
	}
	return true
}

func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > 254 || at > 64 {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if len(local) > 1 && local[0] == '"' && local[len(local)-1] == '"' {
		if strings.ContainsAny(local[1:len(local)-1], `\"`) {
			return false
		}
	} else {
		for _, atom := range strings.Split(local, ".") {
			if atom == "" || !only(atom, func(c byte) bool { return isAlphanumeric(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0 }) {
				return false
			}
		}
	}
	if literal, ok := strings.CutPrefix(domain, "["); ok {
		literal, ok := strings.CutSuffix(literal, "]")
		six, is := strings.CutPrefix(literal, "IPv6:")
		return ok && (is && isIPv6(six) || isIPv4(literal))
	}
	return isHostname(domain)
}

func isHostname(s string) bool {
	s = strings.TrimSuffix(s, ".")
	if len(s) > 253 {
		return false
	}
	for _, label := range strings.Split(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			!only(label, func(c byte) bool { return isAlphanumeric(c) || c == '-' }) {
			return false
		}
	}
	return true
}

func only(s string, ok func(c byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

func isIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

func parseURI(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, false
	}
	host := u.Hostname()
	return u, !strings.Contains(host, ":") || strings.HasPrefix(u.Host, "[") && isIPv6(host)
}

// isTemplate is for RFC 6570 as far as its braces go.
func isTemplate(s string) bool {
	open := false
	for i := range len(s) {
		if s[i] == '{' && open || s[i] == '}' && !open {
			return false
		}
		if s[i] == '{' || s[i] == '}' {
			open = !open
		}
	}
	return !open && utf8.ValidString(s)
}

func isUUID(s string) bool {
	groups := strings.Split(s, "-")
	if len(groups) != 5 {
		return false
	}
	for i, size := range []int{8, 4, 4, 4, 12} {
		if len(groups[i]) != size || strings.Trim(groups[i], "0123456789abcdefABCDEF") != "" {
			return false
		}
	}
	return true
}

// isPointer is for RFC 6901.
func isPointer(s string) bool {
	if s != "" && s[0] != '/' {
		return false
	}
	for i := range len(s) {
		if s[i] == '~' && (i+1 == len(s) || s[i+1] != '0' && s[i+1] != '1') {
			return false
		}
	}
	return true
}
