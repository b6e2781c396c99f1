package encoding

import (
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
)

// eucJP decodes EUC-JP.
//
// Standard: https://encoding.spec.whatwg.org/#euc-jp-decoder
type eucJP struct {
	lead byte
	more bool // the character is of the supplement, JIS X 0212
}

func (d *eucJP) next(b byte) result {
	lead, high := d.lead, within(b, 0xA1, 0xFE)
	switch {
	case lead == 0x8E && within(b, 0xA1, 0xDF):
		d.lead = 0
		return text(0xFF61 - 0xA1 + rune(b))
	case lead == 0x8F && high:
		d.more, d.lead = true, b
		return result{}
	case lead != 0:
		more := d.more
		*d = eucJP{}
		if more {
			if s, ok := indexed(japanese.EUCJP, 0x8F, lead, b); ok && high {
				return result{text: s}
			}
			return broken(b)
		}
		return pair(japanese.EUCJP, lead, b, high && within(lead, 0xA1, 0xFE))
	default:
		return begin(&d.lead, b, high || b == 0x8E || b == 0x8F)
	}
}

func (d *eucJP) end() result {
	begun := d.lead != 0
	*d = eucJP{}
	return result{failed: begun}
}

// shiftJIS decodes Shift_JIS.
//
// Standard: https://encoding.spec.whatwg.org/#shift_jis-decoder
type shiftJIS struct{ lead byte }

func (d *shiftJIS) next(b byte) result {
	lead := d.lead
	switch {
	case lead != 0:
		d.lead = 0
		in := within(b, 0x40, 0x7E) || within(b, 0x80, 0xFC)
		if in && within(lead, 0xF0, 0xF9) {
			return text(privateUse(lead, b))
		}
		return pair(japanese.ShiftJIS, lead, b, in)
	case b == 0x80:
		return text(0x80)
	case within(b, 0xA1, 0xDF):
		return text(0xFF61 - 0xA1 + rune(b))
	default:
		return begin(&d.lead, b, within(b, 0x81, 0x9F) || within(b, 0xE0, 0xFC))
	}
}

// privateUse is a character that users have defined.
//
// Standard: https://encoding.spec.whatwg.org/#shift_jis-decoder, step 3.5
func privateUse(lead, b byte) rune {
	offset := byte(0x40)
	if b >= 0x7F {
		offset = 0x41
	}
	return 0xE000 + rune(lead-0xF0)*188 + rune(b-offset)
}

func (d *shiftJIS) end() result {
	begun := d.lead != 0
	d.lead = 0
	return result{failed: begun}
}

// eucKR decodes EUC-KR.
//
// Standard: https://encoding.spec.whatwg.org/#euc-kr-decoder
type eucKR struct{ lead byte }

func (d *eucKR) next(b byte) result {
	if lead := d.lead; lead != 0 {
		d.lead = 0
		return pair(korean.EUCKR, lead, b, within(b, 0x41, 0xFE))
	}
	return begin(&d.lead, b, within(b, 0x81, 0xFE))
}

func (d *eucKR) end() result {
	begun := d.lead != 0
	d.lead = 0
	return result{failed: begun}
}
