package schema

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// decimal is a number, exactly: ±0.DIGITS × 10^exponent, where the digits
// neither begin nor end with a zero; zero has none. Nothing here takes longer
// than its digits are many, whatever the exponent.
type decimal struct {
	negative bool
	digits   string
	exponent int64
}

// maxExponent is where exponents end: a greater one counts as this.
const maxExponent = math.MaxInt64 / 4

// decimalOf reads a JSON number.
func decimalOf(text string) decimal {
	var d decimal
	text, d.negative = strings.CutPrefix(text, "-")
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		// Out of range it is the greatest or the least.
		d.exponent, _ = strconv.ParseInt(text[i+1:], 10, 64)
		d.exponent = min(max(d.exponent, -maxExponent), maxExponent)
		text = text[:i]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	d.exponent += int64(len(whole))
	d.digits = whole
	if fraction != "" {
		d.digits += fraction
	}
	leading := len(d.digits)
	d.digits = strings.TrimLeft(d.digits, "0")
	d.exponent -= int64(leading - len(d.digits))
	d.digits = strings.TrimRight(d.digits, "0")
	if d.digits == "" {
		return decimal{}
	}
	return d
}

// isInteger tells whether a JSON number has no fraction.
func isInteger(text string) bool {
	if !strings.ContainsAny(text, ".eE") {
		return true
	}
	d := decimalOf(text)
	return int64(len(d.digits)) <= d.exponent || d.digits == ""
}

func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// compare gives the order of two JSON numbers: below, at or above 0.
func compare(a, b string) int { return decimalOf(a).compare(decimalOf(b)) }

func (d decimal) compare(e decimal) int {
	switch s := d.sign(); {
	case s != e.sign():
		return s - e.sign()
	case s == 0:
		return 0
	case d.exponent != e.exponent:
		if d.exponent < e.exponent {
			return -s
		}
		return s
	default:
		return s * strings.Compare(d.digits, e.digits)
	}
}

// multiple tells whether d is a multiple of e, which is not zero.
func (d decimal) multiple(e decimal) bool {
	if d.digits == "" {
		return true
	}
	// As whole numbers times powers of ten. Where d's power is the lesser, e has
	// a factor of ten that d, which doesn't end with a zero, lacks.
	power := d.exponent - int64(len(d.digits)) - (e.exponent - int64(len(e.digits)))
	if power < 0 {
		return false
	}
	n, ok := new(big.Int).SetString(d.digits, 10)
	by, ok2 := new(big.Int).SetString(e.digits, 10)
	if !ok || !ok2 {
		return false
	}
	if power > 0 {
		n.Mul(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(power), by))
	}
	return n.Mod(n, by).Sign() == 0
}

// count is the number as the bound of a length: whole and not below 0.
func (d decimal) count() (n int, ok bool) {
	switch {
	case d.digits == "":
		return 0, true
	case d.negative || int64(len(d.digits)) > d.exponent:
		return 0, false
	case d.exponent > 18:
		return math.MaxInt, true
	}
	n, err := strconv.Atoi(d.digits + strings.Repeat("0", int(d.exponent)-len(d.digits)))
	return n, err == nil
}
