package encoding

import (
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// text is a result of one code point.
func text(r rune) result { return result{text: string(r)} }

// failure is a result that is none, with what is to be read again.
func failure(back ...byte) result { return result{failed: true, back: back} }

// utf8Decoder decodes UTF-8.
//
// Standard: https://encoding.spec.whatwg.org/#utf-8-decoder
type utf8Decoder struct {
	point        rune
	seen, needed int
	lower, upper byte // where the next byte has to be
}

func (d *utf8Decoder) begun() bool { return d.needed > 0 }

func (d *utf8Decoder) next(b byte) result {
	if d.needed == 0 {
		return d.first(b)
	}
	if b < d.lower || b > d.upper {
		*d = utf8Decoder{}
		return failure(b)
	}
	d.lower, d.upper = 0x80, 0xBF
	d.point = d.point<<6 | rune(b&0x3F)
	if d.seen++; d.seen < d.needed {
		return result{}
	}
	r := d.point
	*d = utf8Decoder{}
	return text(r)
}

func (d *utf8Decoder) first(b byte) result {
	d.lower, d.upper = 0x80, 0xBF
	switch {
	case b < utf8.RuneSelf:
		return text(rune(b))
	case 0xC2 <= b && b <= 0xDF:
		d.needed, d.point = 1, rune(b&0x1F)
	case 0xE0 <= b && b <= 0xEF:
		if b == 0xE0 {
			d.lower = 0xA0
		} else if b == 0xED {
			d.upper = 0x9F
		}
		d.needed, d.point = 2, rune(b&0xF)
	case 0xF0 <= b && b <= 0xF4:
		if b == 0xF0 {
			d.lower = 0x90
		} else if b == 0xF4 {
			d.upper = 0x8F
		}
		d.needed, d.point = 3, rune(b&0x7)
	default:
		return failure()
	}
	return result{}
}

func (d *utf8Decoder) end() result {
	if d.needed == 0 {
		return result{}
	}
	*d = utf8Decoder{}
	return failure()
}

// utf16Decoder decodes UTF-16.
//
// Standard: https://encoding.spec.whatwg.org/#shared-utf-16-decoder
type utf16Decoder struct {
	big   bool
	has   bool // one byte of two
	lead  byte
	first rune // the first half of a surrogate pair; 0 for none
}

func (d *utf16Decoder) next(b byte) result {
	if !d.has {
		d.has, d.lead = true, b
		return result{}
	}
	d.has = false
	unit := rune(b)<<8 | rune(d.lead)
	if d.big {
		unit = rune(d.lead)<<8 | rune(b)
	}
	if first := d.first; first != 0 {
		d.first = 0
		if 0xDC00 <= unit && unit <= 0xDFFF {
			return text(utf16.DecodeRune(first, unit))
		}
		return failure(d.lead, b)
	}
	switch {
	case 0xD800 <= unit && unit <= 0xDBFF:
		d.first = unit
		return result{}
	case 0xDC00 <= unit && unit <= 0xDFFF:
		return failure()
	default:
		return text(unit)
	}
}

func (d *utf16Decoder) end() result {
	if !d.has && d.first == 0 {
		return result{}
	}
	*d = utf16Decoder{big: d.big}
	return failure()
}

// byteDecoder decodes an encoding whose characters are bytes.
//
// Standard: https://encoding.spec.whatwg.org/#single-byte-decoder
type byteDecoder struct{ index *charmap.Charmap }

func (d byteDecoder) next(b byte) result {
	switch r := d.index.DecodeByte(b); {
	case r != utf8.RuneError:
		return text(r)
	case b < 0xA0: // a control character, which the library's tables leave out
		return text(rune(b))
	default:
		return failure()
	}
}

func (byteDecoder) end() result { return result{} }

// replacement is for encodings that are only good for attacks: there is one error,
// and nothing else.
//
// Standard: https://encoding.spec.whatwg.org/#replacement-decoder
type replacement struct{ told bool }

func (d *replacement) next(byte) result {
	if d.told {
		return result{}
	}
	d.told = true
	return failure()
}

func (*replacement) end() result { return result{} }
