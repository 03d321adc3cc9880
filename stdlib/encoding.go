package stdlib

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"mcpjs/engine"
)

// The encodings that text and bytes go by, under node's names.
const (
	encUTF8      = "utf8"
	encUTF16     = "utf16le"
	encLatin1    = "latin1"
	encASCII     = "ascii"
	encHex       = "hex"
	encBase64    = "base64"
	encBase64URL = "base64url"
)

// encodingName gives node's name of an encoding; false for one it doesn't know.
func encodingName(name string) (string, bool) {
	switch strings.ToLower(name) {
	case "utf8", "utf-8":
		return encUTF8, true
	case "utf16le", "utf-16le", "ucs2", "ucs-2":
		return encUTF16, true
	case "latin1", "binary":
		return encLatin1, true
	case "ascii":
		return encASCII, true
	case "hex":
		return encHex, true
	case "base64":
		return encBase64, true
	case "base64url":
		return encBase64URL, true
	}
	return "", false
}

// encodeText makes bytes of a string as Buffer.from does: what is no hex or no
// base64 ends or is skipped, never an error.
func encodeText(s engine.Value, encoding string) []byte {
	switch encoding {
	case encUTF16:
		units := utf16Units(s)
		out := make([]byte, 2*len(units))
		for i, u := range units {
			out[2*i], out[2*i+1] = byte(u), byte(u>>8)
		}
		return out
	case encLatin1, encASCII:
		units := utf16Units(s)
		out := make([]byte, len(units))
		for i, u := range units {
			out[i] = byte(u)
		}
		return out
	case encHex:
		text := s.String()
		out := make([]byte, len(text)/2)
		n, _ := hex.Decode(out, []byte(text[:len(text)&^1]))
		return out[:n]
	case encBase64, encBase64URL:
		return lenientBase64(s.String())
	}
	return []byte(s.String())
}

// lenientBase64 reads both alphabets, skips what is in neither, and ends at "=".
func lenientBase64(text string) []byte {
	out := make([]byte, 0, len(text)/4*3+3)
	var acc uint32
	bits := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		var v uint32
		switch {
		case c >= 'A' && c <= 'Z':
			v = uint32(c - 'A')
		case c >= 'a' && c <= 'z':
			v = uint32(c-'a') + 26
		case c >= '0' && c <= '9':
			v = uint32(c-'0') + 52
		case c == '+' || c == '-':
			v = 62
		case c == '/' || c == '_':
			v = 63
		case c == '=':
			return out
		default:
			continue
		}
		acc = acc<<6 | v
		if bits += 6; bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
		}
	}
	return out
}

// decodeText makes a string of bytes.
func decodeText(rt *engine.Runtime, b []byte, encoding string) engine.Value {
	vm := rt.VM()
	switch encoding {
	case encUTF16:
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
		}
		return engine.UTF16(units)
	case encLatin1, encASCII:
		mask := byte(0xff)
		if encoding == encASCII {
			mask = 0x7f
		}
		units := make([]uint16, len(b))
		for i, c := range b {
			units[i] = uint16(c & mask)
		}
		return engine.UTF16(units)
	case encHex:
		return vm.ToValue(hex.EncodeToString(b))
	case encBase64:
		return vm.ToValue(base64.StdEncoding.EncodeToString(b))
	case encBase64URL:
		return vm.ToValue(base64.RawURLEncoding.EncodeToString(b))
	}
	return vm.ToValue(decodeUTF8(b))
}

// textOf is v as a string, as by String(v).
func textOf(v engine.Value) engine.String {
	if s, ok := v.(engine.String); ok {
		return s
	}
	return v.ToString().(engine.String)
}

func utf16Units(v engine.Value) []uint16 {
	s := textOf(v)
	units := make([]uint16, s.Length())
	for i := range units {
		units[i] = s.CharAt(i)
	}
	return units
}

// decodeUTF8 replaces what is not UTF-8 as the Encoding standard says: one
// U+FFFD for each maximal part of a sequence.
func decodeUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var out strings.Builder
	out.Grow(len(b) + 16)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			n = malformed(b)
		}
		out.WriteRune(r)
		b = b[n:]
	}
	return out.String()
}

// malformed is the length of the maximal part of a sequence that b begins with.
func malformed(b []byte) int {
	need, low, high := 0, byte(0x80), byte(0xbf)
	switch c := b[0]; {
	case c >= 0xc2 && c <= 0xdf:
		need = 1
	case c >= 0xe0 && c <= 0xef:
		need = 2
		if c == 0xe0 {
			low = 0xa0
		} else if c == 0xed {
			high = 0x9f
		}
	case c >= 0xf0 && c <= 0xf4:
		need = 3
		if c == 0xf0 {
			low = 0x90
		} else if c == 0xf4 {
			high = 0x8f
		}
	}
	n := 1
	for ; n <= need && n < len(b) && b[n] >= low && b[n] <= high; n++ {
		low, high = 0x80, 0xbf
	}
	return n
}

// incomplete is the length of the sequence at b's end that more bytes could
// complete.
func incomplete(b []byte) int {
	for n := 1; n <= 3 && n <= len(b); n++ {
		c := b[len(b)-n]
		if c >= 0xc0 {
			if !utf8.FullRune(b[len(b)-n:]) && malformed(b[len(b)-n:]) == n {
				return n
			}
			return 0
		}
		if c < 0x80 {
			return 0
		}
	}
	return 0
}
