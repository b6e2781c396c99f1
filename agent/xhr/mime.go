package xhr

import (
	"strings"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// ExtractMIMEType finds the type that a header's Content-Type lines give
// together: the last good one, with the charset of an earlier one of the same
// type if it has none.
//
// Standard: https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
func ExtractMIMEType(header []wire.Field) (m cors.MIMEType, ok bool) {
	charset, essence := "", ""
	for _, value := range splitValues(header, "Content-Type") {
		next, good := cors.ParseMIMEType(value)
		if !good || next.Essence() == "*/*" {
			continue
		}
		m, ok = next, true
		own, has := m.Parameter("charset")
		switch {
		case m.Essence() != essence:
			charset, essence = own, m.Essence()
		case !has && charset != "":
			m.SetParameter("charset", charset)
		}
	}
	return m, ok
}

// splitValues takes apart the values of a field at the commas that are not in
// quotes.
//
// Standard: https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split
func splitValues(header []wire.Field, name string) []string {
	combined, ok := combinedValue(header, name)
	if !ok {
		return nil
	}
	var values []string
	start, quoted := 0, false
	for i := 0; i < len(combined); i++ {
		switch c := combined[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == ',' && !quoted:
			values = append(values, strings.Trim(combined[start:i], " \t"))
			start = i + 1
		}
	}
	return append(values, strings.Trim(combined[start:], " \t"))
}

// isXML reports whether a type is one of XML.
//
// Standard: https://mimesniff.spec.whatwg.org/#xml-mime-type
func isXML(m cors.MIMEType) bool {
	return strings.HasSuffix(m.Subtype, "+xml") || m.Subtype == "xml" && (m.Type == "text" || m.Type == "application")
}

// isHTML reports whether a type is that of HTML.
//
// Standard: https://mimesniff.spec.whatwg.org/#html-mime-type
func isHTML(m cors.MIMEType) bool { return m.Type == "text" && m.Subtype == "html" }

// withUTF8 returns a text's Content-Type as script has set it with the charset
// that the text is sent in.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 4.5
func withUTF8(contentType string) string {
	m, ok := cors.ParseMIMEType(contentType)
	if !ok {
		return contentType
	}
	charset, ok := m.Parameter("charset")
	if !ok || strings.EqualFold(charset, "UTF-8") {
		return contentType
	}
	m.SetParameter("charset", "UTF-8")
	return m.String()
}

// withUTF8InPlace replaces the value of every charset parameter, whatever stands
// around it.
func withUTF8InPlace(contentType string) string {
	var b strings.Builder
	rest := contentType
	for {
		i := strings.Index(lowerASCII(rest), "charset=")
		if i < 0 {
			b.WriteString(rest)
			return b.String()
		}
		i += len("charset=")
		for i < len(rest) && strings.IndexByte(" \t\"'", rest[i]) >= 0 {
			i++
		}
		b.WriteString(rest[:i])
		b.WriteString("UTF-8")
		rest = rest[i:]
		if end := strings.IndexAny(rest, " \t\"';"); end >= 0 {
			rest = rest[end:]
		} else {
			rest = ""
		}
	}
}

// lowerASCII lowers the letters A to Z, so that positions stay what they are.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
