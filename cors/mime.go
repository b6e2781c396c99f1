package cors

import "strings"

// MIMEType is a parsed media type.
//
// Standard: https://mimesniff.spec.whatwg.org/#mime-type-representation
type MIMEType struct {
	Type, Subtype string  // lower-case
	Parameters    []Field // names in lower case, in order, without duplicates
}

// Essence returns the type without its parameters, such as "text/html".
func (m MIMEType) Essence() string { return m.Type + "/" + m.Subtype }

// Parameter returns a parameter's value by its lower-case name.
func (m MIMEType) Parameter(name string) (value string, ok bool) {
	for _, p := range m.Parameters {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// SetParameter gives a parameter a value, in its place or at the end.
func (m *MIMEType) SetParameter(name, value string) {
	for i := range m.Parameters {
		if m.Parameters[i].Name == name {
			m.Parameters[i].Value = value
			return
		}
	}
	m.Parameters = append(m.Parameters, Field{name, value})
}

// String serializes the type.
//
// Standard: https://mimesniff.spec.whatwg.org/#serialize-a-mime-type
func (m MIMEType) String() string {
	var b strings.Builder
	b.WriteString(m.Essence())
	for _, p := range m.Parameters {
		b.WriteString(";" + p.Name + "=")
		if IsToken(p.Value) {
			b.WriteString(p.Value)
			continue
		}
		b.WriteByte('"')
		for i := range len(p.Value) {
			if c := p.Value[i]; c == '"' || c == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(p.Value[i])
		}
		b.WriteByte('"')
	}
	return b.String()
}

const httpSpace = " \t\r\n"

// ParseMIMEType reads a media type; ok is false if it is none. The text is a
// sequence of bytes; parameter values keep theirs.
//
// Standard: https://mimesniff.spec.whatwg.org/#parse-a-mime-type
func ParseMIMEType(s string) (m MIMEType, ok bool) {
	kind, subtype, rest, more, ok := cutEssence(s)
	if !ok {
		return MIMEType{}, false
	}
	m = MIMEType{Type: strings.ToLower(kind), Subtype: strings.ToLower(subtype)}
	for more {
		var p Field
		p, rest, more = cutParameter(rest)
		if _, taken := m.Parameter(p.Name); !taken && IsToken(p.Name) && isAll(p.Value, isQuotedByte) {
			m.Parameters = append(m.Parameters, p)
		}
	}
	return m, true
}

// cutEssence reads a media type up to its parameters, of which there may be more.
// The type and the subtype are as they were written, in any case.
func cutEssence(s string) (kind, subtype, rest string, more, ok bool) {
	kind, rest, _ = strings.Cut(strings.Trim(s, httpSpace), "/")
	subtype, rest, more = strings.Cut(rest, ";")
	subtype = strings.TrimRight(subtype, httpSpace)
	return kind, subtype, rest, more, IsToken(kind) && IsToken(subtype)
}

// cutParameter reads one parameter and what separates it from the next. Its name
// is empty if there is none to be kept.
func cutParameter(s string) (p Field, rest string, more bool) {
	s = strings.TrimLeft(s, httpSpace)
	end := strings.IndexAny(s, ";=")
	if end < 0 {
		return Field{}, "", false
	}
	name := strings.ToLower(s[:end])
	if s[end] == ';' {
		return Field{}, s[end+1:], true
	}
	s = s[end+1:]
	if strings.HasPrefix(s, `"`) {
		value, after := cutQuoted(s)
		_, rest, more = strings.Cut(after, ";")
		return Field{name, value}, rest, more
	}
	value, rest, more := strings.Cut(s, ";")
	value = strings.TrimRight(value, httpSpace)
	if value == "" {
		return Field{}, rest, more
	}
	return Field{name, value}, rest, more
}

// cutQuoted reads a quoted string, whose end may be missing.
//
// Standard: https://fetch.spec.whatwg.org/#collect-an-http-quoted-string
func cutQuoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return b.String(), s[i+1:]
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

// isQuotedByte tells what a parameter's value may hold.
//
// Standard: https://mimesniff.spec.whatwg.org/#http-quoted-string-token-code-point
func isQuotedByte(c byte) bool { return c == '\t' || c >= ' ' && c != 0x7f }
