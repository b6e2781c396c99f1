package xhr

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// boms are the marks that overrule any charset.
var boms = [...]struct {
	mark    string
	charset encoding.Encoding
}{
	{"\xef\xbb\xbf", unicode.UTF8},
	{"\xfe\xff", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{"\xff\xfe", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
}

// charsetNamed finds a charset by a label; nil for none.
//
// Standard: https://encoding.spec.whatwg.org/#concept-encoding-get
func charsetNamed(label string) encoding.Encoding {
	e, err := htmlindex.Get(label)
	if err != nil {
		return nil
	}
	return e
}

// decode makes text of bytes. A byte order mark decides before the charset, which
// is UTF-8 if it is nil; what cannot be decoded becomes U+FFFD.
//
// Standard: https://encoding.spec.whatwg.org/#decode
func decode(b []byte, charset encoding.Encoding) string {
	for _, m := range boms {
		if rest, ok := bytes.CutPrefix(b, []byte(m.mark)); ok {
			b, charset = rest, m.charset
			break
		}
	}
	if charset == nil || charset == unicode.UTF8 {
		if utf8.Valid(b) {
			return string(b)
		}
		charset = unicode.UTF8
	}
	text, err := charset.NewDecoder().Bytes(b)
	if err != nil { // decoders replace what they do not know; this is a defect of one
		return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
	}
	return string(text)
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
	text, err := unicode.UTF8.NewDecoder().Bytes(b)
	if err != nil { // as in decode
		return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
	}
	return string(text)
}

// DecodeText makes text of bytes in the first of the encodings, given by their
// labels, that there is; otherwise in UTF-8. A byte order mark decides before them.
//
// Standard: https://w3c.github.io/FileAPI/#blob-package-data
func DecodeText(b []byte, labels ...string) string {
	for _, label := range labels {
		if e := charsetNamed(label); e != nil {
			return decode(b, e)
		}
	}
	return decode(b, nil)
}
