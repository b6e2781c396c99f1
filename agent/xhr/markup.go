package xhr

import (
	"golang.org/x/text/encoding/htmlindex"

	"github.com/corsage-go/corsage/cors"
)

// DecodePage makes text of the bytes of a page that was fetched with a type, and
// names the charset that it was in: that of the type, or the one that the first
// bytes of HTML or the declaration of XML name, or UTF-8.
//
// Standard: https://html.spec.whatwg.org/#determining-the-character-encoding
func DecodePage(b []byte, m cors.MIMEType) (text, charset string) {
	label, _ := m.Parameter("charset")
	named, name := charsetNamed(label), ""
	switch {
	case named != nil:
		name, _ = htmlindex.Name(named)
	case isXML(m):
		if named = xmlCharset(b, nil); named != nil {
			name, _ = htmlindex.Name(named)
		}
	default:
		named, name = prescan(b)
	}
	for _, mark := range boms {
		if len(b) >= len(mark.mark) && string(b[:len(mark.mark)]) == mark.mark {
			name, _ = htmlindex.Name(mark.charset)
		}
	}
	if name == "" {
		name = "utf-8"
	}
	return decode(b, named), name
}

// DecodeLabelled makes text of bytes in a charset of some label, or in UTF-8 if
// there is none of it. A byte order mark overrules it.
func DecodeLabelled(b []byte, label string) string { return decode(b, charsetNamed(label)) }

// IsXML reports whether a type is one of XML.
//
// Standard: https://mimesniff.spec.whatwg.org/#xml-mime-type
func IsXML(m cors.MIMEType) bool { return isXML(m) }
