package xhr

import (
	"bytes"
	"unicode/utf8"

	"github.com/corsage-go/corsage/agent/encoding"
)

// boms are the marks that overrule any charset.
var boms = [...]struct {
	mark    string
	charset *encoding.Encoding
}{
	{"\xef\xbb\xbf", encoding.UTF8},
	{"\xfe\xff", encoding.UTF16BE},
	{"\xff\xfe", encoding.UTF16LE},
}

// decode makes text of bytes. A byte order mark decides before the charset, which
// is UTF-8 if it is nil; what cannot be decoded becomes U+FFFD.
//
// Standard: https://encoding.spec.whatwg.org/#decode
func decode(b []byte, charset *encoding.Encoding) string {
	for _, m := range boms {
		if rest, ok := bytes.CutPrefix(b, []byte(m.mark)); ok {
			b, charset = rest, m.charset
			break
		}
	}
	if charset == nil {
		charset = encoding.UTF8
	}
	text, _ := charset.NewDecoder(false).Decode(b, true) // it is not fatal
	return text
}

// DecodeUTF8 makes text of bytes that are UTF-8 whatever anybody says, such as
// JSON. What cannot be decoded becomes U+FFFD.
//
// Standard: https://encoding.spec.whatwg.org/#utf-8-decode
func DecodeUTF8(b []byte) string {
	return DecodeUTF8KeepBOM(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
}

// DecodeUTF8KeepBOM is DecodeUTF8 for bytes where a byte order mark is a character
// like any other.
//
// Standard: https://encoding.spec.whatwg.org/#utf-8-decode-without-bom
func DecodeUTF8KeepBOM(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	text, _ := encoding.UTF8.NewDecoder(false).Decode(b, true) // it is not fatal
	return text
}

// DecodeLabelled makes text of bytes in the first of the charsets, given by their
// labels, that there is; otherwise in UTF-8. A byte order mark overrules them.
//
// Standard: https://encoding.spec.whatwg.org/#decode
func DecodeLabelled(b []byte, labels ...string) string {
	for _, label := range labels {
		if e := encoding.Get(label); e != nil {
			return decode(b, e)
		}
	}
	return decode(b, nil)
}
