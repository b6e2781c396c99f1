package cors

import "strings"

// IsToken reports whether s is a token: a name of a method or header field.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9110#name-tokens
func IsToken(s string) bool { return s != "" && isAll(s, isTokenByte) }

func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) ||
		strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

// IsSafelistedMethod reports whether a method may cross origins unasked.
//
// Standard: https://fetch.spec.whatwg.org/#cors-safelisted-method
func IsSafelistedMethod(m string) bool { return m == "GET" || m == "HEAD" || m == "POST" }

// IsForbiddenMethod reports whether no script may use a method, in any case.
//
// Standard: https://fetch.spec.whatwg.org/#forbidden-method
func IsForbiddenMethod(m string) bool {
	return strings.EqualFold(m, "CONNECT") || strings.EqualFold(m, "TRACE") || strings.EqualFold(m, "TRACK")
}

// NormalizeMethod writes the six old methods in upper case and leaves every other
// as it is: "put" becomes "PUT", "patch" stays "patch".
//
// Standard: https://fetch.spec.whatwg.org/#concept-method-normalize
func NormalizeMethod(m string) string {
	for _, known := range [...]string{"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"} {
		if strings.EqualFold(m, known) {
			return known
		}
	}
	return m
}
