package policy

import (
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// Bounds on a preflight's list of headers. Browsers send one line of lower-case,
// sorted, distinct names without white space; what stands between may split and
// pad it, in moderation.
const (
	maxListBytes = 16 << 10
	maxNames     = 256
	maxEmpty     = 16 // elements without a name
)

// judgeHeaders looks through a preflight's list of headers once, and stops at the
// first that is not allowed.
func (c *Compiled) judgeHeaders(lines []string) (reason cors.Reason, name string) {
	bytes, names, empty := 0, 0, 0
	for _, line := range lines {
		if bytes += len(line) + 1; bytes > maxListBytes {
			return cors.RequestHeadersLimit, ""
		}
		for more := true; more; {
			name, line, more = strings.Cut(line, ",")
			if name = trim(name); name == "" {
				empty++
			} else if !c.allowsHeader(name) {
				return cors.HeaderNotAllowed, name
			} else {
				names++
			}
			if names > maxNames || empty > maxEmpty {
				return cors.RequestHeadersLimit, ""
			}
		}
	}
	return cors.Allowed, ""
}

// trim removes optional white space. strings.Trim would do the same at three
// times the cost, on the only loop that every preflight runs.
func trim(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

// allowsHeader reports whether a page may send a request header of this name.
func (c *Compiled) allowsHeader(name string) bool {
	if len(name) <= c.longestHeader {
		if _, ok := c.headers[name]; ok {
			return true
		}
		// Not a browser's spelling; the standard compares without regard to case.
		var buf [maxName]byte
		if _, ok := c.headers[string(lower(buf[:0], name))]; ok {
			return true
		}
	}
	return c.anyHeader && cors.IsToken(name) && !cors.IsNonWildcardRequestHeader(name)
}

// lower appends s to b in lower case, on the stack of the caller.
func lower(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// RefusedHeaders lists every header that a preflight asks for, by the lines of its
// Access-Control-Request-Headers, and that the policy does not allow. It is for
// explanations: Decide stops at the first, and allocates nothing. Of a list that is
// longer than Decide puts up with, it looks at no more than Decide would.
func (c *Compiled) RefusedHeaders(lines []string) []string {
	var refused []string
	bytes, names := 0, 0
	for _, line := range lines {
		if bytes += len(line) + 1; bytes > maxListBytes {
			return refused
		}
		for name := range strings.SplitSeq(line, ",") {
			if name = trim(name); name == "" {
				continue
			}
			if names++; names > maxNames {
				return refused
			}
			if c == nil || !c.allowsHeader(name) {
				refused = append(refused, name)
			}
		}
	}
	return refused
}
