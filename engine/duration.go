package engine

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration reads a duration as scripts write it: a number of milliseconds, or
// a string such as "500ms", "30s", "1.5m", "2h". what names the option in the
// error. Loop only.
func Duration(v Value, what string) (time.Duration, error) {
	if s, ok := AsString(v); ok {
		return ParseDuration(s, what)
	}
	if _, isObject := v.(*Object); isObject || IsNullish(v) {
		return 0, TypeErrorf("%s must be a number of milliseconds or a string such as \"30s\"", what)
	}
	ms := v.ToFloat()
	if math.IsNaN(ms) || ms < 0 {
		return 0, TypeErrorf("%s must be a number of milliseconds or a string such as \"30s\"", what)
	}
	return fromMilliseconds(ms), nil
}

func fromMilliseconds(ms float64) time.Duration {
	if ms >= math.MaxInt64/float64(time.Millisecond) {
		return math.MaxInt64
	}
	return time.Duration(ms * float64(time.Millisecond))
}

// ParseDuration reads "500ms", "30s", "2m", "1h30m", or a plain number of
// milliseconds.
func ParseDuration(s, what string) (time.Duration, error) {
	if ms, err := strconv.ParseFloat(s, 64); err == nil && ms >= 0 {
		return fromMilliseconds(ms), nil
	}
	if d, err := time.ParseDuration(strings.ReplaceAll(s, " ", "")); err == nil && d >= 0 {
		return d, nil
	}
	return 0, TypeErrorf("%s: %q is not a duration; write for example \"500ms\", \"30s\" or \"2m\"", what, s)
}
