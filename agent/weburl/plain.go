package weburl

import "strings"

// Most URLs are plain: http or https, and written as the standard's serializer
// would write them. These are recognised in one pass, because the general parser
// costs forty times as much. Whatever could need a change is left to it.

// The classes of bytes, as bits of classes.
const (
	inLabel = 1 << iota // of a domain, in lower case
	inPath              // stands for itself in a path
	inQuery             // stands for itself in the query of http
)

var classes = func() (t [256]byte) {
	for c := 'a'; c <= 'z'; c++ {
		t[c] = inLabel | inPath | inQuery
		t[c-'a'+'A'] = inPath | inQuery
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = inLabel | inPath | inQuery
	}
	t['-'] = inLabel | inPath | inQuery
	for _, c := range "._~!$&()*+,;=:@/%" {
		t[c] |= inPath | inQuery
	}
	t['\''] |= inPath
	t['?'] |= inQuery
	return t
}()

// span returns how many bytes at the start of s are of a class.
func span(s string, class byte) int {
	for i := range len(s) {
		if classes[s[i]]&class == 0 {
			return i
		}
	}
	return len(s)
}

// parsePlain returns nil for what is not plain.
func parsePlain(s string) *URL {
	scheme := strings.IndexByte(s, ':')
	if scheme < 0 || !isHTTP(s[:scheme]) || !strings.HasPrefix(s[scheme:], "://") || len(s) > maxLength {
		return nil
	}
	u := URL{href: s, scheme: scheme, hasHost: true}
	u.userinfo = u.authority()
	u.host = u.userinfo + hostSpan(s[u.userinfo:])
	if u.host == u.userinfo || !u.plainPort() || !u.plainRest(u.port) {
		return nil
	}
	return &u
}

// hostSpan measures a plain host at the start of s: a domain of lower-case
// labels, none of them in Punycode, or an IPv4 address. It is 0 for any other.
func hostSpan(s string) int {
	n := 0
	for n < len(s) && (classes[s[n]]&inLabel != 0 || s[n] == '.') {
		n++
	}
	host := s[:n]
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch {
	case host == "" || host[0] == '.' || last == "" || strings.Contains(host, "..") || strings.Contains(host, "xn--"):
		return 0
	case isDigit(last[0]) && !isIPv4(host):
		return 0
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isIPv4 accepts four decimal numbers without leading zeros.
func isIPv4(s string) bool {
	for i := range 4 {
		part, rest, more := strings.Cut(s, ".")
		if n, ok := decimal(part, 3); !ok || n > 255 || more != (i < 3) {
			return false
		}
		s = rest
	}
	return true
}

// decimal reads digits without leading zeros.
func decimal(s string, most int) (n int, ok bool) {
	if s == "" || len(s) > most || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// plainPort reads the port after the host, if there is one.
func (u *URL) plainPort() bool {
	u.port, u.number = u.host, defaultPort(u.Scheme())
	if u.host == len(u.href) || u.href[u.host] != ':' {
		return true
	}
	digits := u.href[u.host+1:]
	if i := strings.IndexByte(digits, '/'); i >= 0 {
		digits = digits[:i]
	}
	n, ok := decimal(digits, 5)
	if !ok || n == 0 || n > 65535 || n == int(u.number) {
		return false
	}
	u.port, u.number = u.host+1+len(digits), uint16(n)
	return true
}

// plainRest reads the path, the query and the fragment from a position on.
func (u *URL) plainRest(from int) bool {
	s := u.href
	if from == len(s) || s[from] != '/' {
		return false
	}
	u.start = from
	u.path = from + span(s[from:], inPath)
	u.query = u.path
	if u.path < len(s) && s[u.path] == '?' {
		u.query += span(s[u.path:], inQuery)
	}
	end := u.query
	if end < len(s) && s[end] == '#' {
		end += 1 + span(s[end+1:], inQuery)
	}
	return end == len(s) && !hasDots(s[u.start:u.path])
}

// hasDots reports whether a path may have a segment that means this folder or
// the one above: one of dots, each of which may be percent-encoded.
func hasDots(path string) bool {
	for {
		i := strings.IndexByte(path, '/')
		if i < 0 {
			return false
		}
		path = path[i+1:]
		if strings.HasPrefix(path, ".") || strings.HasPrefix(path, "%2") {
			return true
		}
	}
}

// resolvePlain reads a reference that is a plain path from the root of u's
// server. It returns nil for any other.
func (u *URL) resolvePlain(ref string) *URL {
	if !u.IsHTTP() || len(ref) > maxLength || !strings.HasPrefix(ref, "/") || strings.HasPrefix(ref, "//") {
		return nil
	}
	v := *u
	v.href = u.href[:u.port] + ref
	if !v.plainRest(u.port) {
		return nil
	}
	return &v
}
