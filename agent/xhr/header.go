package xhr

import (
	"slices"
	"strings"

	"github.com/corsage-go/corsage/agent/wire"
)

// combinedValue returns the values of all lines of a name as one.
//
// Standard: https://fetch.spec.whatwg.org/#concept-header-list-get
func combinedValue(header []wire.Field, name string) (value string, ok bool) {
	for _, f := range header {
		switch {
		case !strings.EqualFold(f.Name, name):
		case ok:
			value += ", " + f.Value
		default:
			value, ok = f.Value, true
		}
	}
	return value, ok
}

// combine adds a value to the line of that name, or a new line.
//
// Standard: https://fetch.spec.whatwg.org/#concept-header-list-combine
func combine(header []wire.Field, name, value string) []wire.Field {
	for i := range header {
		if strings.EqualFold(header[i].Name, name) {
			header[i].Value += ", " + value
			return header
		}
	}
	return append(header, wire.Field{Name: name, Value: value})
}

// set gives a name one value.
//
// Standard: https://fetch.spec.whatwg.org/#concept-header-list-set
func set(header []wire.Field, name, value string) []wire.Field {
	for i := range header {
		if strings.EqualFold(header[i].Name, name) {
			header[i].Value = value
			return header
		}
	}
	return append(header, wire.Field{Name: name, Value: value})
}

// formatHeader writes a response's header as script sees it: names in lower
// case, one line each, sorted.
//
// Standard: https://xhr.spec.whatwg.org/#the-getallresponseheaders()-method
func formatHeader(header []wire.Field) string {
	lines := slices.Clone(header)
	// The sort is by the names in upper case, which puts "_" after the letters,
	// and keeps the order of lines with the same name.
	slices.SortStableFunc(lines, func(a, b wire.Field) int {
		return strings.Compare(strings.ToUpper(a.Name), strings.ToUpper(b.Name))
	})
	var b strings.Builder
	for i, f := range lines {
		switch {
		case i > 0 && strings.EqualFold(f.Name, lines[i-1].Name):
			b.WriteString(", ")
		case i > 0:
			b.WriteString("\r\n")
			fallthrough
		default:
			b.WriteString(strings.ToLower(f.Name) + ": ")
		}
		b.WriteString(f.Value)
	}
	if len(lines) > 0 {
		b.WriteString("\r\n")
	}
	return Isomorphic(b.String())
}

// Isomorphic makes a character of each byte.
//
// Standard: https://infra.spec.whatwg.org/#isomorphic-decode
func Isomorphic(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// ByteString makes a byte of each character; ok is false if there is one that
// is too large for a byte.
//
// Standard: https://webidl.spec.whatwg.org/#js-to-ByteString
func ByteString(s string) (bytes string, ok bool) {
	if isASCII(s) {
		return s, true
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return "", false
		}
		b = append(b, byte(r))
	}
	return string(b), true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// isFieldValue reports whether a value, already trimmed, can stand in a header.
//
// Standard: https://fetch.spec.whatwg.org/#header-value
func isFieldValue(s string) bool { return !strings.ContainsAny(s, "\x00\r\n") }

// httpSpace is what is trimmed from values.
//
// Standard: https://fetch.spec.whatwg.org/#http-whitespace
const httpSpace = " \t\r\n"
