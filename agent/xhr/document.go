package xhr

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"github.com/corsage-go/corsage/agent/encoding"
)

// Document is a parsed document: HTML or XML.
//
// Standard: https://dom.spec.whatwg.org/#interface-document
type Document struct {
	URL         string // "" for one that was not fetched
	ContentType string
	Charset     string // the name of the encoding it was read from
	Modified    string // the Last-Modified field of its response; "" without one

	HTML *html.Node // the document node; nil for XML
	XML  *Element   // the document element; nil for HTML

	// What stands before and after the document element of XML: Comment,
	// Instruction and Doctype.
	Before, After []any
}

// Markup is a document as it is sent: serialized already.
type Markup struct {
	Text string
	HTML bool // otherwise it is XML
}

func (m Markup) extract() extracted {
	e := Text(m.Text).extract()
	e.contentType = "application/xml;charset=UTF-8"
	if m.HTML {
		e.contentType = "text/html;charset=UTF-8"
	}
	return e
}

// ParseHTML makes a document of markup, as DOMParser does. It never fails, except
// for markup nested beyond all measure.
func ParseHTML(markup string) (*Document, error) {
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		return nil, fmt.Errorf("parse html: %w", err)
	}
	return &Document{ContentType: "text/html", Charset: "utf-8", HTML: root}, nil
}

// ParseXML makes a document of markup, which must be well-formed.
func ParseXML(markup string) (*Document, error) {
	d, err := parseXML(strings.NewReader(markup))
	if err != nil {
		return nil, err
	}
	d.ContentType, d.Charset = "application/xml", "utf-8"
	return d, nil
}

// String serializes the document.
//
// Standard: https://xhr.spec.whatwg.org/#document-response, and
// https://w3c.github.io/DOM-Parsing/#dfn-fragment-serializing-algorithm
func (d *Document) String() string {
	var b strings.Builder
	switch {
	case d.XML != nil:
		writeXML(&b, d.Before)
		d.XML.write(&b)
		writeXML(&b, d.After)
	case d.HTML != nil:
		// Writing to memory fails only for a tree that no parser makes, such as
		// a void element with children; what could be written is the best there is.
		_ = html.Render(&b, d.HTML)
	}
	return b.String()
}

func (d *Document) extract() extracted { return Markup{d.String(), d.XML == nil}.extract() }

// htmlDocument reads a response as HTML. Without a charset it looks for one in
// the first bytes, as for any page.
//
// Standard: https://xhr.spec.whatwg.org/#document-response, step 5
func htmlDocument(body []byte, named *encoding.Encoding, name string) (*Document, error) {
	if named == nil {
		named, name = prescan(body)
	}
	d, err := ParseHTML(decode(body, named))
	if err != nil {
		return nil, err
	}
	d.Charset = name
	return d, nil
}

// prescan looks for a charset in the first bytes of a page; it is UTF-8 if they
// name none.
//
// Standard: https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding
func prescan(body []byte) (*encoding.Encoding, string) {
	// The library guesses by the bytes that are not ASCII if nothing is named. It
	// is given one character that makes it guess UTF-8, and none else.
	const utf8 = "é "
	sample := bytes.Map(func(r rune) rune { return min(r, '~') }, body[:min(len(body), 1024-len(utf8))])
	_, name, _ := charset.DetermineEncoding(append(sample, utf8...), "")
	return encoding.Get(name), name
}

// xmlDocument reads a response as XML; without a charset, its declaration says.
//
// Standard: https://xhr.spec.whatwg.org/#document-response, step 6
func xmlDocument(body []byte, named *encoding.Encoding, name string) (*Document, error) {
	d, err := parseXML(bytes.NewReader([]byte(decode(body, xmlCharset(body, named)))))
	if err != nil {
		return nil, err
	}
	d.Charset = name
	return d, nil
}

// xmlCharset finds the charset of an XML text in its declaration.
//
// Standard: https://www.w3.org/TR/xml/#charencoding
func xmlCharset(body []byte, named *encoding.Encoding) *encoding.Encoding {
	if named != nil || !bytes.HasPrefix(body, []byte("<?xml")) {
		return named
	}
	declaration, _, ok := strings.Cut(string(body[:min(len(body), 1024)]), "?>")
	if !ok {
		return nil
	}
	_, label, ok := strings.Cut(declaration, "encoding")
	label = strings.TrimLeft(label, " \t\r\n=")
	if !ok || label == "" || label[0] != '"' && label[0] != '\'' {
		return nil
	}
	label, _, _ = strings.Cut(label[1:], label[:1])
	return encoding.Get(label)
}
