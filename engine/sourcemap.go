package engine

import (
	"encoding/json"
	"strings"
)

// columnShift says that from a place of the generated code on, to the end of
// its line, everything stands by columns further to the right. Lines and
// columns count from 0.
type columnShift struct{ line, col, by int }

// shiftColumns moves the generated columns of a source map. The map is left as
// it is where it can't be read.
func shiftColumns(sourceMap string, shifts []columnShift) string {
	var m map[string]any
	if json.Unmarshal([]byte(sourceMap), &m) != nil {
		return sourceMap
	}
	mappings, _ := m["mappings"].(string)
	lines := strings.Split(mappings, ";")
	for n := range lines {
		var own []columnShift
		for _, s := range shifts {
			if s.line == n {
				own = append(own, s)
			}
		}
		if len(own) == 0 || lines[n] == "" {
			continue
		}
		col, written := 0, 0
		segments := strings.Split(lines[n], ",")
		for i, segment := range segments {
			delta, rest := readVLQ(segment)
			col += delta
			moved := col
			for _, s := range own {
				if col >= s.col {
					moved += s.by
				}
			}
			segments[i] = writeVLQ(moved-written) + rest
			written = moved
		}
		lines[n] = strings.Join(segments, ",")
	}
	m["mappings"] = strings.Join(lines, ";")
	out, err := json.Marshal(m)
	if err != nil {
		return sourceMap
	}
	return string(out)
}

const base64VLQ = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// readVLQ reads the first number of a segment.
func readVLQ(s string) (n int, rest string) {
	shift := 0
	for i := range len(s) {
		digit := strings.IndexByte(base64VLQ, s[i])
		n |= (digit & 31) << shift
		shift += 5
		if digit&32 == 0 {
			if n&1 != 0 {
				return -(n >> 1), s[i+1:]
			}
			return n >> 1, s[i+1:]
		}
	}
	return 0, ""
}

func writeVLQ(n int) string {
	u := n << 1
	if n < 0 {
		u = -n<<1 | 1
	}
	var b strings.Builder
	for {
		digit := u & 31
		if u >>= 5; u > 0 {
			digit |= 32
		}
		b.WriteByte(base64VLQ[digit])
		if u == 0 {
			return b.String()
		}
	}
}
