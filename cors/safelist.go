package cors

import (
	"slices"
	"strings"
)

// Field is one header field of a request that a script makes.
type Field struct{ Name, Value string }

// Limits on safelisted request headers, in bytes.
const (
	maxSafelistedValue = 128
	maxSafelistedTotal = 1024
)

// IsSafelistedRequestHeader reports whether a request header may cross origins
// unasked. Both its name and its value have a say.
//
// Standard: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
func IsSafelistedRequestHeader(name, value string) bool {
	if len(value) > maxSafelistedValue {
		return false
	}
	is := func(other string) bool { return strings.EqualFold(name, other) } // ToLower would allocate
	switch {
	case is("Accept"):
		return !hasUnsafeByte(value)
	case is("Accept-Language"), is("Content-Language"):
		return isAll(value, isLanguageByte)
	case is("Content-Type"):
		return !hasUnsafeByte(value) && isFormType(value)
	case is("Range"):
		r, ok := ParseRange(value)
		return ok && r.HasFirst
	default:
		return false
	}
}

// hasUnsafeByte looks for what old servers have been known to misread.
//
// Standard: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
func hasUnsafeByte(value string) bool {
	for i := range len(value) {
		c := value[i]
		if c < ' ' && c != '\t' || c == 0x7f || strings.IndexByte(`"():<>?@[\]{}`, c) >= 0 {
			return true
		}
	}
	return false
}

func isLanguageByte(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte(" *,-.;=", c) >= 0
}

// isFormType reports whether a Content-Type is one that an HTML form can send.
func isFormType(value string) bool {
	kind, subtype, _, _, ok := cutEssence(value)
	is := func(a, b string) bool { return strings.EqualFold(kind, a) && strings.EqualFold(subtype, b) }
	return ok && (is("application", "x-www-form-urlencoded") || is("multipart", "form-data") || is("text", "plain"))
}

// Range is a single byte range as a script may ask for it.
type Range struct {
	First, Last       uint64
	HasFirst, HasLast bool
}

// ParseRange reads the value of a Range header that asks for one range, without
// white space. Numbers of more than 64 bits are taken for the largest number.
//
// Standard: https://fetch.spec.whatwg.org/#simple-range-header-value
func ParseRange(value string) (Range, bool) {
	rest, ok := strings.CutPrefix(value, "bytes=")
	if !ok {
		return Range{}, false
	}
	first, last, ok := strings.Cut(rest, "-")
	if !ok || !isAll(first, isDigit) || !isAll(last, isDigit) || first == "" && last == "" {
		return Range{}, false
	}
	r := Range{First: number(first), Last: number(last), HasFirst: first != "", HasLast: last != ""}
	if r.HasFirst && r.HasLast && largerThan(first, last) {
		return Range{}, false
	}
	return r, true
}

// largerThan compares decimal digits of any length.
func largerThan(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a > b
}

func number(digits string) uint64 {
	n := uint64(0)
	for i := range len(digits) {
		next := n*10 + uint64(digits[i]-'0')
		if n > (1<<64-1)/10 || next < n*10 {
			return 1<<64 - 1
		}
		n = next
	}
	return n
}

// UnsafeRequestHeaderNames lists the lower-case names of the headers that need a
// preflight's approval, sorted and without duplicates. Safelisted headers need it
// too when they are more than 1024 bytes together.
//
// Standard: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
func UnsafeRequestHeaderNames(headers []Field) []string {
	var unsafe, safelisted []string
	total := 0
	for _, h := range headers {
		name := strings.ToLower(h.Name)
		if IsSafelistedRequestHeader(name, h.Value) {
			safelisted = append(safelisted, name)
			total += len(h.Value)
			continue
		}
		unsafe = append(unsafe, name)
	}
	if total > maxSafelistedTotal {
		unsafe = append(unsafe, safelisted...)
	}
	slices.Sort(unsafe)
	return slices.Compact(unsafe)
}

// IsNoCORSSafelistedRequestHeader reports whether a request of mode "no-cors" may
// have the header.
//
// Standard: https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header
func IsNoCORSSafelistedRequestHeader(name, value string) bool {
	switch strings.ToLower(name) {
	case "accept", "accept-language", "content-language", "content-type":
		return IsSafelistedRequestHeader(name, value)
	default:
		return false
	}
}

// IsForbiddenRequestField reports whether no script may set this header to this
// value: besides the forbidden names, fields that would override the method by a
// forbidden one.
//
// Standard: https://fetch.spec.whatwg.org/#forbidden-request-header
func IsForbiddenRequestField(name, value string) bool {
	if IsForbiddenRequestHeader(name) {
		return true
	}
	switch strings.ToLower(name) {
	case "x-http-method", "x-http-method-override", "x-method-override":
		for _, m := range splitQuoted(value) {
			if IsForbiddenMethod(m) {
				return true
			}
		}
	}
	return false
}

// splitQuoted splits at commas outside of quoted strings, and trims the parts.
//
// Standard: https://fetch.spec.whatwg.org/#header-value-get-decode-and-split
func splitQuoted(value string) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == ',' && !quoted:
			parts = append(parts, strings.Trim(value[start:i], " \t"))
			start = i + 1
		}
	}
	return append(parts, strings.Trim(value[start:], " \t"))
}
