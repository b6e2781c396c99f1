package xhr

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/corsage-go/corsage/agent/encoding"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Status returns the response's status; 0 if there is none.
//
// Standard: https://xhr.spec.whatwg.org/#the-status-attribute
func (x *XHR) Status() int {
	if x.response == nil {
		return 0
	}
	return x.response.Status
}

// StatusText returns the response's reason phrase.
//
// Standard: https://xhr.spec.whatwg.org/#the-statustext-attribute
func (x *XHR) StatusText() string {
	if x.response == nil {
		return ""
	}
	return Isomorphic(x.response.StatusText)
}

// ResponseURL returns where the response came from in the end, without fragment.
//
// Standard: https://xhr.spec.whatwg.org/#the-responseurl-attribute
func (x *XHR) ResponseURL() string {
	if x.response == nil || x.response.URL == nil {
		return ""
	}
	return x.response.URL.HrefNoFragment()
}

// ResponseHeader returns a field of the response as far as the page may see it;
// several lines are combined. ok is false if there is none.
//
// Standard: https://xhr.spec.whatwg.org/#the-getresponseheader()-method
func (x *XHR) ResponseHeader(name string) (value string, ok bool) {
	value, ok = combinedValue(x.visible(), name)
	return Isomorphic(value), ok
}

// AllResponseHeaders returns all fields that the page may see, sorted, in lines
// that end with CR and LF.
//
// Standard: https://xhr.spec.whatwg.org/#the-getallresponseheaders()-method
func (x *XHR) AllResponseHeaders() string { return formatHeader(x.visible()) }

// visible is the response's header as far as the page may see it.
func (x *XHR) visible() []wire.Field {
	if x.response == nil {
		return nil
	}
	return x.response.Header
}

// ResponseBytes returns what has been received of the body, whatever the response
// type. It must not be changed.
func (x *XHR) ResponseBytes() []byte {
	if x.response == nil {
		return nil
	}
	return x.received
}

// ResponseText returns what has been received as text. For a response type that
// is no text it is an InvalidStateError.
//
// Standard: https://xhr.spec.whatwg.org/#the-responsetext-attribute
func (x *XHR) ResponseText() (string, error) {
	if x.responseType != DefaultType && x.responseType != TextType {
		return "", exception(InvalidStateError, fmt.Sprintf("responseText: the response type is %q", x.responseType))
	}
	if x.state != Loading && x.state != Done {
		return "", nil
	}
	return x.text(), nil
}

// ResponseXML returns the response as a document; nil if it is none. For a
// response type that is no document it is an InvalidStateError.
//
// Standard: https://xhr.spec.whatwg.org/#the-responsexml-attribute
func (x *XHR) ResponseXML() (*Document, error) {
	if x.responseType != DefaultType && x.responseType != DocumentType {
		return nil, exception(InvalidStateError, fmt.Sprintf("responseXML: the response type is %q", x.responseType))
	}
	if x.state != Done {
		return nil, nil
	}
	if x.object == nil {
		x.object = x.document()
	}
	d, _ := x.object.(*Document)
	return d, nil
}

// Response returns the response as the response type says: a string, and once
// the body is complete []byte, *Blob, *Document, or what encoding/json makes of
// JSON; nil where there is no such response.
//
// Standard: https://xhr.spec.whatwg.org/#the-response-attribute
func (x *XHR) Response() any {
	if x.responseType == DefaultType || x.responseType == TextType {
		if x.state != Loading && x.state != Done {
			return ""
		}
		return x.text()
	}
	if x.state != Done || x.response == nil {
		return nil
	}
	if x.object == nil {
		x.object = x.makeObject()
	}
	if d, ok := x.object.(*Document); ok && d == nil {
		return nil
	}
	return x.object
}

// makeObject makes the response object, which stays the same from then on.
func (x *XHR) makeObject() any {
	switch x.responseType {
	case ArrayBufferType:
		if x.received == nil {
			return []byte{}
		}
		return x.received
	case BlobType:
		b := NewBlob(x.received, "")
		b.typ = finalType(x.response, x.override).String() // as it is: only scripts' own types are put in lower case
		return b
	case DocumentType:
		return x.document()
	default:
		var v any
		if json.Unmarshal([]byte(decode(x.received, nil)), &v) != nil {
			return nil
		}
		return v
	}
}

// text is the received bytes as text.
//
// Standard: https://xhr.spec.whatwg.org/#text-response
func (x *XHR) text() string {
	if x.response == nil {
		return ""
	}
	charset, _ := finalCharset(x.response, x.override)
	if charset == nil && x.responseType == DefaultType && isXML(finalType(x.response, x.override)) {
		charset = xmlCharset(x.received, nil)
	}
	return decode(x.received, charset)
}

// document is the received bytes as a document; nil if they are none.
//
// Standard: https://xhr.spec.whatwg.org/#document-response
func (x *XHR) document() *Document {
	if x.response == nil || len(x.received) == 0 {
		return nil
	}
	final := finalType(x.response, x.override)
	named, name := finalCharset(x.response, x.override)
	var (
		d   *Document
		err error
	)
	switch {
	case isHTML(final) && x.responseType != DefaultType:
		d, err = htmlDocument(x.received, named, name)
	case isXML(final):
		d, err = xmlDocument(x.received, named, name)
	}
	if err != nil || d == nil {
		return nil // a script is told no more
	}
	d.URL, d.ContentType = x.ResponseURL(), final.Essence()
	d.Modified, _ = x.ResponseHeader("Last-Modified")
	return d
}

// finalType is the type that the response is taken for.
//
// Standard: https://xhr.spec.whatwg.org/#final-mime-type
func finalType(r *fetch.Response, override *cors.MIMEType) cors.MIMEType {
	if override != nil {
		return *override
	}
	m, ok := ExtractMIMEType(r.Header)
	if !ok {
		return cors.MIMEType{Type: "text", Subtype: "xml"}
	}
	return m
}

// finalCharset is the charset that the response is taken to be in, with its name
// in lower case; nil if nothing says.
//
// Standard: https://xhr.spec.whatwg.org/#final-charset
func finalCharset(r *fetch.Response, override *cors.MIMEType) (e *encoding.Encoding, name string) {
	label := ""
	if m, ok := ExtractMIMEType(r.Header); ok {
		label, _ = m.Parameter("charset")
	}
	if override != nil {
		if own, ok := override.Parameter("charset"); ok {
			label = own
		}
	}
	if label == "" {
		return nil, "utf-8"
	}
	if e = encoding.Get(label); e == nil {
		return nil, "utf-8"
	}
	return e, strings.ToLower(label)
}
