package xhr

import (
	"github.com/corsage-go/corsage/agent/encoding"
	"github.com/corsage-go/corsage/cors"
)

// DecodePage makes text of the bytes of a page that was fetched with a type, and
// names the charset that it was in: that of the type, or the one that the first
// bytes of HTML or the declaration of XML name, or UTF-8.
//
// Standard: https://html.spec.whatwg.org/#determining-the-character-encoding
func DecodePage(b []byte, m cors.MIMEType) (text, charset string) {
	label, _ := m.Parameter("charset")
	named, name := encoding.Get(label), ""
	switch {
	case named != nil:
		name = named.Name()
	case isXML(m):
		if named = xmlCharset(b, nil); named != nil {
			name = named.Name()
		}
	default:
		named, name = prescan(b)
	}
	for _, mark := range boms {
		if len(b) >= len(mark.mark) && string(b[:len(mark.mark)]) == mark.mark {
			name = mark.charset.Name()
		}
	}
	if name == "" {
		name = "utf-8"
	}
	return decode(b, named), name
}

// IsXML reports whether a type is one of XML.
//
// Standard: https://mimesniff.spec.whatwg.org/#xml-mime-type
func IsXML(m cors.MIMEType) bool { return isXML(m) }
