package stdlib

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"mcpjs/engine"
)

//go:embed text.js
var textSource string

var textCode = engine.Embed("text.js", textSource)

// text is TextEncoder, TextDecoder (utf-8, utf-16le, utf-16be, and windows-1252,
// which is what the standard means by latin1 and ascii), atob and btoa.
var text = engine.Module{
	Globals: func(rt *engine.Runtime) {
		lazyExports(rt, textExports, "TextEncoder", "TextDecoder", "atob", "btoa")
	},
	Types: `declare class TextEncoder {
  readonly encoding: "utf-8";
  encode(text?: string): Uint8Array;
  encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}
declare class TextDecoder {
  /** utf-8, utf-16le, utf-16be or windows-1252 (latin1, ascii). */
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  /** With stream, a character that is cut at the end waits for the next call. */
  decode(bytes?: ArrayBuffer | ArrayBufferView, options?: { stream?: boolean }): string;
}
/** Bytes, one in each character, as base64. */
declare function btoa(bytes: string): string;
declare function atob(base64: string): string;
`,
}

// encodingLabels are those of the Encoding standard for what we can decode.
var encodingLabels = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for name, labels := range map[string]string{
		"utf-8":        "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
		"utf-16le":     "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
		"utf-16be":     "unicodefffe utf-16be",
		"windows-1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
	} {
		for _, label := range strings.Fields(labels) {
			all[label] = name
		}
	}
	return all
})

// windows1252 are the characters of 0x80 to 0x9f.
var windows1252 = [32]uint16{
	0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
	0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
}

// textDecoder decodes a stream of bytes.
type textDecoder struct {
	encoding          string
	fatal, ignoreBOM  bool
	pending           []byte
	started, streamed bool
}

func (d *textDecoder) malformed(rt *engine.Runtime) {
	d.pending, d.started = nil, false
	rt.Throw(&engine.Error{Class: "TypeError", Message: "The encoded data was not valid for encoding " + d.encoding,
		Fields: []engine.Field{{Name: "code", Value: "ERR_ENCODING_INVALID_ENCODED_DATA"}}})
}

func (d *textDecoder) decode(rt *engine.Runtime, chunk []byte, stream bool) engine.Value {
	b := chunk
	if len(d.pending) > 0 {
		b = append(d.pending, chunk...)
		d.pending = nil
	}
	var out engine.Value
	first := !d.started
	switch d.encoding {
	case "utf-8":
		if stream {
			cut := len(b) - incomplete(b)
			if first && !d.ignoreBOM && cut < 3 && strings.HasPrefix("\xef\xbb\xbf", string(b)) {
				cut = 0
			}
			d.pending = append([]byte(nil), b[cut:]...)
			b = b[:cut]
		}
		if first && !d.ignoreBOM {
			b = []byte(strings.TrimPrefix(string(b), "\xef\xbb\xbf"))
		}
		if d.fatal && !utf8.Valid(b) {
			d.malformed(rt)
		}
		out = rt.VM().ToValue(decodeUTF8(b))
	case "windows-1252":
		units := make([]uint16, len(b))
		for i, c := range b {
			units[i] = uint16(c)
			if c >= 0x80 && c <= 0x9f {
				units[i] = windows1252[c-0x80]
			}
		}
		out = engine.UTF16(units)
	default:
		out = d.decode16(rt, b, stream, first)
	}
	if len(chunk) > 0 {
		d.started = len(d.pending) < len(chunk) || d.started
	}
	if !stream {
		d.started = false
	}
	return out
}

func (d *textDecoder) decode16(rt *engine.Runtime, b []byte, stream, first bool) engine.Value {
	units := make([]uint16, 0, len(b)/2+1)
	for i := 0; i+1 < len(b); i += 2 {
		if d.encoding == "utf-16be" {
			units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
		} else {
			units = append(units, uint16(b[i])|uint16(b[i+1])<<8)
		}
	}
	rest := b[len(b)&^1:]
	if n := len(units); stream && n > 0 && units[n-1]&0xfc00 == 0xd800 {
		units, rest = units[:n-1], b[2*(n-1):]
	}
	bad := false
	lone := len(units) > 0 && units[len(units)-1]&0xfc00 == 0xd800
	for i := 0; i < len(units); i++ {
		switch units[i] & 0xfc00 {
		case 0xd800:
			if i+1 < len(units) && units[i+1]&0xfc00 == 0xdc00 {
				i++
				continue
			}
			units[i], bad = 0xfffd, true
		case 0xdc00:
			units[i], bad = 0xfffd, true
		}
	}
	if stream {
		d.pending = append([]byte(nil), rest...)
	} else if len(rest) > 0 {
		if bad = true; !lone || len(units) == 0 { // one error for both at the end
			units = append(units, 0xfffd)
		}
	}
	if bad && d.fatal {
		d.malformed(rt)
	}
	if first && !d.ignoreBOM && len(units) > 0 && units[0] == 0xfeff {
		units = units[1:]
	}
	return engine.UTF16(units)
}

func textExports(rt *engine.Runtime) *engine.Object {
	return textCode.Load(rt, func() []engine.Value {
		vm := rt.VM()
		native := vm.NewObject()
		method := func(name string, fn func(c engine.Call) engine.Value) { rt.Method(native, name, fn) }
		native.Set("DOMException", eventExports(rt).Get("DOMException"))
		method("encode", func(c engine.Call) engine.Value { return rt.Bytes([]byte(c.Argument(0).String())) })
		method("encodeInto", func(c engine.Call) engine.Value {
			s := c.Argument(0).String()
			read, end := 0, 0
			for i, r := range s {
				n := utf8.RuneLen(r)
				if i+n > int(c.Argument(1).ToInteger()) {
					break
				}
				if end = i + n; r > 0xffff {
					read++
				}
				read++
			}
			return vm.NewArray(rt.Bytes([]byte(s[:end])), read)
		})
		method("label", func(c engine.Call) engine.Value {
			if name, ok := encodingLabels()[strings.ToLower(strings.Trim(c.Argument(0).String(), "\t\n\f\r "))]; ok {
				return vm.ToValue(name)
			}
			return nil
		})
		method("decoder", func(c engine.Call) engine.Value {
			d := &textDecoder{encoding: c.Argument(0).String(), fatal: c.Argument(1).ToBoolean(), ignoreBOM: c.Argument(2).ToBoolean()}
			return vm.ToValue(func(c engine.Call) engine.Value {
				return d.decode(rt, bytesArgument(rt, c.Argument(0), `The "input" argument`), c.Argument(1).ToBoolean())
			})
		})
		method("btoa", func(c engine.Call) engine.Value {
			units := utf16Units(c.Argument(0))
			b := make([]byte, len(units))
			for i, u := range units {
				if u > 0xff {
					return nil
				}
				b[i] = byte(u)
			}
			return decodeText(rt, b, encBase64)
		})
		method("atob", func(c engine.Call) engine.Value {
			return decodeText(rt, lenientBase64(c.Argument(0).String()), encLatin1)
		})
		return []engine.Value{native}
	})
}
