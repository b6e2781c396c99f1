package encoding

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// Encoding is one of the standard's encodings.
type Encoding struct {
	name string // as script sees it, in lower case
	new  func() decoder
}

// decoder is what the standard calls a decoder: it takes bytes one by one.
//
// Standard: https://encoding.spec.whatwg.org/#decoder
type decoder interface {
	next(b byte) result
	end() result // at the end of the bytes
}

// result is what comes of a byte: text, an error, or nothing so far.
type result struct {
	text   string
	failed bool
	back   []byte // to be read again: after an error they may begin something else
}

// UTF8 is what everything new is encoded in.
var UTF8 = &Encoding{name: "utf-8", new: func() decoder { return &utf8Decoder{} }}

// UTF16BE and UTF16LE are the two byte orders of UTF-16.
var (
	UTF16BE = &Encoding{name: "utf-16be", new: func() decoder { return &utf16Decoder{big: true} }}
	UTF16LE = &Encoding{name: "utf-16le", new: func() decoder { return &utf16Decoder{} }}
)

// multiByte are the decoders of encodings whose characters have several bytes.
var multiByte = map[string]func() decoder{
	"gbk":         func() decoder { return &gb18030{} },
	"gb18030":     func() decoder { return &gb18030{} },
	"big5":        func() decoder { return &big5{} },
	"euc-jp":      func() decoder { return &eucJP{} },
	"iso-2022-jp": func() decoder { return &iso2022JP{} },
	"shift_jis":   func() decoder { return &shiftJIS{} },
	"euc-kr":      func() decoder { return &eucKR{} },
	"replacement": func() decoder { return &replacement{} },
}

// Get finds an encoding by one of its labels; nil if there is none.
//
// Standard: https://encoding.spec.whatwg.org/#concept-encoding-get
func Get(label string) *Encoding {
	label = strings.Trim(label, "\t\n\f\r ")
	if strings.IndexFunc(label, func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' }) >= 0 {
		return nil // which the library would take for something else
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return nil
	}
	name, err := htmlindex.Name(e)
	if err != nil {
		return nil
	}
	switch name {
	case UTF8.name:
		return UTF8
	case UTF16BE.name:
		return UTF16BE
	case UTF16LE.name:
		return UTF16LE
	}
	if create := multiByte[name]; create != nil {
		return &Encoding{name: name, new: create}
	}
	index, ok := e.(*charmap.Charmap)
	if !ok {
		index = charmap.ISO8859_8 // whose characters are those of ISO-8859-8-I
	}
	return &Encoding{name: name, new: func() decoder { return byteDecoder{index} }}
}

// Name returns the name in lower case.
func (e *Encoding) Name() string { return e.name }

// IsUnicode reports whether a byte order mark is no text in this encoding.
func (e *Encoding) IsUnicode() bool { return e == UTF8 || e == UTF16BE || e == UTF16LE }

// ErrBytes is the error of a decoder that is to fail.
var ErrBytes = errors.New("the bytes are no text in this encoding")

// Decoder decodes pieces of a text one after the other.
type Decoder struct {
	decoder decoder
	fatal   bool
}

// NewDecoder returns a decoder at its beginning. If it is fatal, what is no text is
// an error; otherwise it becomes U+FFFD.
//
// Standard: https://encoding.spec.whatwg.org/#error-mode
func (e *Encoding) NewDecoder(fatal bool) *Decoder { return &Decoder{decoder: e.new(), fatal: fatal} }

// Decode returns the text of the next bytes. A character whose bytes have not all
// come is kept for the next call, unless it is the last. The error is ErrBytes;
// after one, the decoder is of no use any more.
//
// Standard: https://encoding.spec.whatwg.org/#concept-encoding-run
func (d *Decoder) Decode(b []byte, last bool) (string, error) {
	if u, ok := d.decoder.(*utf8Decoder); ok && !u.begun() && utf8.Valid(b) {
		return string(b), nil
	}
	var out strings.Builder
	out.Grow(len(b) + len(b)/8)
	for _, c := range b {
		if !d.take(&out, d.decoder.next(c)) {
			return "", ErrBytes
		}
	}
	for last {
		r := d.decoder.end()
		if !d.take(&out, r) {
			return "", ErrBytes
		}
		last = len(r.back) > 0
	}
	return out.String(), nil
}

// take writes a result, takes again the bytes that it gives back, and reports
// whether decoding goes on.
func (d *Decoder) take(out *strings.Builder, r result) bool {
	out.WriteString(r.text)
	if r.failed {
		if d.fatal {
			return false
		}
		out.WriteString("\uFFFD")
	}
	for _, c := range r.back {
		if !d.take(out, d.decoder.next(c)) {
			return false
		}
	}
	return true
}
