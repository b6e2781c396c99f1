package xhr

import (
	"bytes"
	"io"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
)

// Body is what send() takes: a Text, Bytes, *Blob, *File, *FormData,
// URLSearchParams, URLEncoded or *Document. A nil Body is none.
//
// Standard: https://fetch.spec.whatwg.org/#bodyinit
type Body interface {
	// extract returns the bytes and the Content-Type that goes with them.
	//
	// Standard: https://fetch.spec.whatwg.org/#concept-bodyinit-extract
	extract() extracted
}

// extracted is a body with its type.
type extracted struct {
	body        *fetch.Body
	contentType string // "" for none
	isText      bool   // a string or a document, whose charset is always UTF-8
}

// Extract returns the bytes of a body, with the Content-Type that goes with them;
// "" for none.
//
// Standard: https://fetch.spec.whatwg.org/#concept-bodyinit-extract
func Extract(b Body) (body *fetch.Body, contentType string) {
	e := b.extract()
	return e.body, e.contentType
}

// Text is a body of characters, sent as UTF-8.
type Text string

func (t Text) extract() extracted {
	s := scalar(string(t))
	open := func() (io.ReadCloser, error) { return stringReader{strings.NewReader(s)}, nil }
	return extracted{
		body:        &fetch.Body{Length: int64(len(s)), Open: open},
		contentType: "text/plain;charset=UTF-8",
		isText:      true,
	}
}

// Bytes is a body of bytes, without a type: an ArrayBuffer or a view of one. It
// must not be changed until the request is over.
type Bytes []byte

func (b Bytes) extract() extracted {
	open := func() (io.ReadCloser, error) { return bytesReader{bytes.NewReader(b)}, nil }
	return extracted{body: &fetch.Body{Length: int64(len(b)), Open: open}}
}

// stringReader and bytesReader are readers with a Close that keep the Len method:
// it tells the transport that reading them never waits.
type (
	stringReader struct{ *strings.Reader }
	bytesReader  struct{ *bytes.Reader }
)

func (stringReader) Close() error { return nil }
func (bytesReader) Close() error  { return nil }

// URLSearchParams is a list of names and values, sent as a form does.
//
// Standard: https://url.spec.whatwg.org/#urlsearchparams
type URLSearchParams []Param

// Param is one name with its value.
type Param struct{ Name, Value string }

func (p URLSearchParams) extract() extracted { return URLEncoded(p.String()).extract() }

// URLEncoded is a URLSearchParams that is serialized already.
type URLEncoded string

func (s URLEncoded) extract() extracted {
	e := Text(s).extract()
	e.contentType = "application/x-www-form-urlencoded;charset=UTF-8"
	e.isText = false
	return e
}

// String serializes the list.
//
// Standard: https://url.spec.whatwg.org/#concept-urlencoded-serializer
func (p URLSearchParams) String() string {
	var b strings.Builder
	for i, param := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		writeFormEncoded(&b, param.Name)
		b.WriteByte('=')
		writeFormEncoded(&b, param.Value)
	}
	return b.String()
}

// writeFormEncoded percent-encodes all that is not a letter, a digit or one of
// four marks.
//
// Standard: https://url.spec.whatwg.org/#application-x-www-form-urlencoded-percent-encode-set
func writeFormEncoded(b *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	s = scalar(s)
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('+')
		case isAlphanumeric(c) || strings.IndexByte("*-._", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// scalar makes a text of scalar values, as a USVString is.
func scalar(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
