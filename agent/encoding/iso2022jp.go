package encoding

import "golang.org/x/text/encoding/japanese"

// iso2022JP decodes ISO-2022-JP, where escape sequences say what the bytes mean.
//
// Standard: https://encoding.spec.whatwg.org/#iso-2022-jp-decoder
type iso2022JP struct {
	state, output jpState
	lead          byte
	switched      bool // by an escape sequence, and nothing has come since
}

type jpState uint8

const (
	jpASCII jpState = iota
	jpRoman
	jpKatakana
	jpLead
	jpTrail
	jpEscapeStart
	jpEscape
)

const escape = 0x1B

func (d *iso2022JP) next(b byte) result {
	switch d.state {
	case jpEscapeStart:
		return d.escapeStart(b)
	case jpEscape:
		return d.escape(b)
	case jpTrail:
		return d.trail(b)
	}
	if b == escape {
		d.state = jpEscapeStart
		return result{}
	}
	d.switched = false
	switch d.state {
	case jpKatakana:
		if within(b, 0x21, 0x5F) {
			return text(0xFF61 - 0x21 + rune(b))
		}
	case jpLead:
		if within(b, 0x21, 0x7E) {
			d.lead, d.state = b, jpTrail
			return result{}
		}
	default:
		if b < 0x80 && b != 0x0E && b != 0x0F {
			return text(d.letter(b))
		}
	}
	return failure()
}

// letter is a character of ASCII, or of the Roman set, which has two others.
func (d *iso2022JP) letter(b byte) rune {
	switch {
	case d.state == jpRoman && b == '\\':
		return '¥'
	case d.state == jpRoman && b == '~':
		return '‾'
	default:
		return rune(b)
	}
}

func (d *iso2022JP) trail(b byte) result {
	if b == escape {
		d.state = jpEscapeStart
		return failure()
	}
	d.state = jpLead
	if !within(b, 0x21, 0x7E) {
		return failure()
	}
	if s, ok := indexed(japanese.EUCJP, d.lead|0x80, b|0x80); ok {
		return result{text: s}
	}
	return failure()
}

func (d *iso2022JP) escapeStart(b byte) result {
	if b == '$' || b == '(' {
		d.lead, d.state = b, jpEscape
		return result{}
	}
	d.switched, d.state = false, d.output
	return failure(b)
}

func (d *iso2022JP) escape(b byte) result {
	lead := d.lead
	d.lead = 0
	state, ok := escapeSequences[string([]byte{lead, b})]
	if !ok {
		d.switched, d.state = false, d.output
		return failure(lead, b)
	}
	twice := d.switched
	d.state, d.output, d.switched = state, state, true
	return result{failed: twice}
}

var escapeSequences = map[string]jpState{
	"(B": jpASCII, "(J": jpRoman, "(I": jpKatakana, "$@": jpLead, "$B": jpLead,
}

func (d *iso2022JP) end() result {
	lead := d.lead
	d.lead = 0
	switch d.state {
	case jpTrail:
		d.state = jpLead
		return failure()
	case jpEscapeStart:
		d.switched, d.state = false, d.output
		return failure()
	case jpEscape:
		d.switched, d.state = false, d.output
		return failure(lead)
	default:
		return result{}
	}
}
