package encoding

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// indexed looks up a character of several bytes; ok is false if there is none.
func indexed(e encoding.Encoding, b ...byte) (s string, ok bool) {
	s, err := e.NewDecoder().String(string(b))
	return s, err == nil && s != "" && !strings.ContainsRune(s, '\uFFFD')
}

// pair is the result of a character of two bytes: where there is none, a second
// byte that is ASCII stands for itself.
func pair(e encoding.Encoding, lead, b byte, in bool) result {
	if s, ok := indexed(e, lead, b); in && ok {
		return result{text: s}
	}
	return broken(b)
}

// broken is the failure of a character at a byte.
func broken(b byte) result {
	if b < 0x80 {
		return failure(b)
	}
	return failure()
}

func within(b, low, high byte) bool { return low <= b && b <= high }

// gb18030 decodes gb18030 and its part GBK.
//
// Standard: https://encoding.spec.whatwg.org/#gb18030-decoder
type gb18030 struct{ first, second, third byte }

func (d *gb18030) next(b byte) result {
	first, second, third := d.first, d.second, d.third
	switch {
	case third != 0:
		*d = gb18030{}
		if !within(b, '0', '9') {
			return failure(second, third, b)
		}
		if s, ok := indexed(simplifiedchinese.GB18030, first, second, third, b); ok {
			return result{text: s}
		}
		return failure()
	case second != 0:
		if within(b, 0x81, 0xFE) {
			d.third = b
			return result{}
		}
		*d = gb18030{}
		return failure(second, b)
	case first != 0:
		if within(b, '0', '9') {
			d.second = b
			return result{}
		}
		*d = gb18030{}
		return pair(simplifiedchinese.GB18030, first, b, within(b, 0x40, 0x7E) || within(b, 0x80, 0xFE))
	case b < 0x80:
		return text(rune(b))
	case b == 0x80:
		return text('€')
	case b == 0xFF:
		return failure()
	default:
		d.first = b
		return result{}
	}
}

func (d *gb18030) end() result {
	begun := d.first != 0
	*d = gb18030{}
	return result{failed: begun}
}

// big5 decodes Big5.
//
// Standard: https://encoding.spec.whatwg.org/#big5-decoder
type big5 struct{ lead byte }

func (d *big5) next(b byte) result {
	if lead := d.lead; lead != 0 {
		d.lead = 0
		return pair(traditionalchinese.Big5, lead, b, within(b, 0x40, 0x7E) || within(b, 0xA1, 0xFE))
	}
	return begin(&d.lead, b, within(b, 0x81, 0xFE))
}

// begin takes the first byte of a character: ASCII stands for itself.
func begin(lead *byte, b byte, isLead bool) result {
	switch {
	case b < 0x80:
		return text(rune(b))
	case isLead:
		*lead = b
		return result{}
	default:
		return failure()
	}
}

func (d *big5) end() result {
	begun := d.lead != 0
	d.lead = 0
	return result{failed: begun}
}
