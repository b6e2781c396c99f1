package wire

import "strings"

// The classes of bytes that matter on the wire, as bits of classes.
const (
	token   = 1 << iota // in methods and field names
	visible             // in targets: everything but controls and the space
	inValue             // in field values: everything but NUL, CR and LF
	inHTTP2             // in field values over HTTP/2, where net/http allows no controls but the tab
	inHost              // in hosts and ports
)

var classes = func() (t [256]byte) {
	for c := range t {
		if c > ' ' && c != 0x7f {
			t[c] |= visible
		}
		if c != 0 && c != '\r' && c != '\n' {
			t[c] |= inValue
		}
		if c >= ' ' && c != 0x7f || c == '\t' {
			t[c] |= inHTTP2
		}
		if isAlphanumeric(byte(c)) {
			t[c] |= token | inHost
		}
	}
	for _, c := range []byte("!#$%&'*+-.^_`|~") {
		t[c] |= token
	}
	// What the URL standard leaves in a host of http, and what brackets and
	// ports need.
	for _, c := range []byte("!$&'()*+,-.;=_`{}~\"[]:") {
		t[c] |= inHost
	}
	return t
}()

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// isAll reports whether every byte of s is of a class.
func isAll(s string, class byte) bool {
	for i := range len(s) {
		if classes[s[i]]&class == 0 {
			return false
		}
	}
	return true
}

func isToken(s string) bool { return s != "" && isAll(s, token) }

// isAuthority reports whether s can be a host with an optional port.
func isAuthority(s string) bool {
	if !isAll(s, inHost) || strings.HasSuffix(s, ":") {
		return false
	}
	name, port := splitHost(s)
	return name != "" && isPort(port)
}

// splitHost parts a host, brackets removed, from its port; the port is "" where
// there is none.
func splitHost(s string) (name, port string) {
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 || strings.HasSuffix(s, "]") {
		return trimBrackets(s), ""
	}
	return trimBrackets(s[:colon]), s[colon+1:]
}

// trimBrackets returns what is in the brackets of an IPv6 address, and "" for
// anything else with a bracket or a colon in it.
func trimBrackets(s string) string {
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		s = s[1 : len(s)-1]
	} else if strings.IndexByte(s, ':') >= 0 {
		return ""
	}
	if strings.ContainsAny(s, "[]") {
		return ""
	}
	return s
}

// isPort accepts 1 to 65535, and "" for the scheme's own.
func isPort(s string) bool {
	if len(s) > 5 {
		return false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	return s == "" || 1 <= n && n <= 65535
}

// trimSpace removes spaces and tabs at both ends, and no other bytes: others are
// part of a value.
func trimSpace(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// nextItem cuts the first item, trimmed, from a list with commas. A comma
// between double quotes is part of an item.
func nextItem(list string) (item, rest string, more bool) {
	quoted := false
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++ // the next byte is meant as it is
		case c == ',' && !quoted:
			return trimSpace(list[:i]), list[i+1:], true
		}
	}
	return trimSpace(list), "", false
}

// hasToken reports whether a list has an item, in any case of letters.
func hasToken(list, lower string) bool {
	for more := true; more; {
		var item string
		if item, list, more = nextItem(list); isNamed(item, lower) {
			return true
		}
	}
	return false
}

// isNamed reports whether s is a name given in lower case. strings.EqualFold
// would not do: bytes above 0x7f must not be taken for letters.
func isNamed(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
