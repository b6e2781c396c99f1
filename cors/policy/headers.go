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
func (t *terms) judgeHeaders(lines []string) (reason cors.Reason, name string) {
	bytes, names, empty, next := 0, 0, 0, 0
	for _, line := range lines {
		if bytes += len(line) + 1; bytes > maxListBytes {
			return cors.RequestHeadersLimit, ""
		}
		var passed int
		line, next, passed = t.walk(line, next)
		if names += passed; names > maxNames {
			return cors.RequestHeadersLimit, ""
		}
		if line == "" && passed > 0 {
			continue
		}
		for more := true; more; {
			name, line, more = strings.Cut(line, ",")
			if name = trim(name); name == "" {
				empty++
			} else if !t.allowsHeader(name) {
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

// walk goes down a line and the policy's names together, from the name at next
// on, as far as the line is written as browsers write it: in the same order, in
// lower case, without white space. It returns what is left of the line, the
// place in the list, which never goes back, and how many names it has passed.
func (t *terms) walk(line string, next int) (rest string, at, passed int) {
	for ; line != "" && next < len(t.headers); next++ {
		name := t.headers[next]
		if len(line) < len(name) || line[:len(name)] != name {
			continue
		}
		switch {
		case len(line) == len(name):
			return "", next + 1, passed + 1
		case line[len(name)] == ',' && len(line) > len(name)+1:
			line = line[len(name)+1:]
			passed++
		}
	}
	return line, next, passed
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
func (t *terms) allowsHeader(name string) bool {
	if len(name) <= t.longestHeader {
		if isIn(t.headers, name) {
			return true
		}
		// Not a browser's spelling; the standard compares without regard to case.
		var buf [maxName]byte
		if isIn(t.headers, string(lower(buf[:0], name))) {
			return true
		}
	}
	return t.anyHeader && cors.IsToken(name) && !cors.IsNonWildcardRequestHeader(name)
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
			if c == nil || c.terms == nil || !c.terms.allowsHeader(name) {
				refused = append(refused, name)
			}
		}
	}
	return refused
}
