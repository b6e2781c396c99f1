package trace

import (
	"encoding/base64"
	"unicode/utf8"
)

// NewBody makes a Body of the beginning of a body; nil if there are no bytes. more
// tells that these are not all.
func NewBody(contentType string, b []byte, more bool) *Body {
	if len(b) == 0 {
		return nil
	}
	body := &Body{Type: contentType, Truncated: more}
	if text := wholeRunes(b, more); utf8.Valid(text) {
		body.Text = string(text)
		return body
	}
	body.Base64, body.Text = true, base64.StdEncoding.EncodeToString(b)
	return body
}

// wholeRunes leaves out a character at the end of which only some bytes are there.
func wholeRunes(b []byte, more bool) []byte {
	if !more {
		return b
	}
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if last := b[len(b)-n:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return b[:len(b)-n]
			}
			return b
		}
	}
	return b
}

// Bytes returns the bytes of a body as far as they were kept.
func (b *Body) Bytes() []byte {
	if b == nil {
		return nil
	}
	if !b.Base64 {
		return []byte(b.Text)
	}
	decoded, err := base64.StdEncoding.DecodeString(b.Text)
	if err != nil {
		return []byte(b.Text) // a recording that is wrong about itself
	}
	return decoded
}
