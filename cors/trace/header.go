package trace

import (
	"strings"
	"unicode/utf8"
)

// Field is a header field as it was sent: a name in the spelling of the wire, and
// a value.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Text returns bytes of the wire as text: each is a character of its own, as
// browsers show them.
func Text(wire string) string {
	if isASCII(wire) {
		return wire
	}
	runes := make([]rune, len(wire))
	for i := range len(wire) {
		runes[i] = rune(wire[i])
	}
	return string(runes)
}

// isASCII looks at eight bytes at a time, since recorders ask it of every value.
func isASCII(s string) bool {
	for ; len(s) >= 8; s = s[8:] {
		if s[0]|s[1]|s[2]|s[3]|s[4]|s[5]|s[6]|s[7] >= utf8.RuneSelf {
			return false
		}
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Header is a list of header fields, in the order of the wire. It is what the
// checks of package cors read.
type Header []Field

// Values returns the values of all lines of a name, in order.
func (h Header) Values(name string) []string {
	var values []string
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			values = append(values, h[i].Value)
		}
	}
	return values
}

// Get returns the value of the first line of a name, "" if there is none.
func (h Header) Get(name string) string {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return h[i].Value
		}
	}
	return ""
}

// Has reports whether there is a line of a name.
func (h Header) Has(name string) bool {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return true
		}
	}
	return false
}
