package stdlib

import (
	"unicode"
	"unicode/utf16"

	"mcpjs/engine"
)

// graphemeEnd is where the character that begins at a UTF-16 index of s ends, as
// readers count characters (UAX #29, extended grapheme clusters).
func graphemeEnd(s engine.String, at int) int {
	next := func(i int) (rune, int) {
		if i >= s.Length() {
			return -1, i
		}
		r := rune(s.CharAt(i))
		if i+1 < s.Length() {
			if pair := utf16.DecodeRune(r, rune(s.CharAt(i+1))); pair != unicode.ReplacementChar {
				return pair, i + 2
			}
		}
		return r, i + 1
	}
	first, i := next(at)
	previous, pictograph, flags := first, isPictograph(first), 0
	if isRegional(first) {
		flags = 1
	}
	for {
		r, end := next(i)
		if r < 0 || !joins(previous, r, pictograph, flags) {
			return i
		}
		switch {
		case isRegional(r):
			flags++
		case isPictograph(r):
			pictograph = true
		case r != zwj && !isExtend(r):
			pictograph = false
		}
		previous, i = r, end
	}
}

const zwj = '\u200d'

// joins tells that there is no boundary between two neighbours.
func joins(a, b rune, pictograph bool, flags int) bool {
	switch {
	case a == '\r' && b == '\n':
		return true
	case isControl(a) || isControl(b):
		return false
	case isExtend(b) || b == zwj || unicode.Is(unicode.Mc, b) && b != 0x102b && b != 0x102c || b == 0xe33 || b == 0xeb3:
		return true
	case a == zwj && pictograph && isPictograph(b):
		return true
	case isRegional(a) && isRegional(b):
		return flags%2 == 1
	case isPrepend(a):
		return true
	}
	return hangulJoins(a, b)
}

func isControl(r rune) bool {
	return r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Cc, r) ||
		unicode.Is(unicode.Cf, r) && r != zwj && r != '\u200c' && !isPrepend(r) && !(r >= 0xe0020 && r <= 0xe007f)
}

func isExtend(r rune) bool {
	return r >= 0x300 && (unicode.In(r, unicode.Mn, unicode.Me, unicode.Other_Grapheme_Extend) ||
		r >= 0x1f3fb && r <= 0x1f3ff || r >= 0xe0020 && r <= 0xe007f)
}

func isPrepend(r rune) bool { return unicode.Is(unicode.Prepended_Concatenation_Mark, r) }

func isRegional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// isPictograph holds for what emoji with joiners are made of.
func isPictograph(r rune) bool {
	return r == 0xa9 || r == 0xae || r >= 0x203c && r <= 0x3299 && unicode.In(r, unicode.So, unicode.Sm, unicode.Po) ||
		r >= 0x1f000 && r <= 0x1faff && !isRegional(r) && !(r >= 0x1f3fb && r <= 0x1f3ff)
}

// hangulJoins is the rule for the letters of Hangul and their syllables.
func hangulJoins(a, b rune) bool {
	leading := func(r rune) bool { return r >= 0x1100 && r <= 0x115f || r >= 0xa960 && r <= 0xa97c }
	vowel := func(r rune) bool { return r >= 0x1160 && r <= 0x11a7 || r >= 0xd7b0 && r <= 0xd7c6 }
	trailing := func(r rune) bool { return r >= 0x11a8 && r <= 0x11ff || r >= 0xd7cb && r <= 0xd7fb }
	syllable := func(r rune) bool { return r >= 0xac00 && r <= 0xd7a3 }
	open := func(r rune) bool { return syllable(r) && (r-0xac00)%28 == 0 }
	switch {
	case leading(a):
		return leading(b) || vowel(b) || syllable(b)
	case open(a) || vowel(a):
		return vowel(b) || trailing(b)
	case syllable(a) || trailing(a):
		return trailing(b)
	}
	return false
}
