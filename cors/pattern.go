package cors

import (
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// Pattern is a rule that names origins. It is one of
//
//	https://example.com        that origin alone
//	https://example.com:*      that scheme and host, with any port or none
//	https://*.example.com      every host below example.com (one or more labels), never example.com itself
//	https://*.example.com:*    both
//	*                          every origin, opaque ones included
//
// and a port may stand where ":*" does. Nothing is matched by raw prefix or
// suffix of the text. The zero value names nothing.
type Pattern struct {
	text     string
	kind     patternKind
	scheme   string
	host     string // of subdomain patterns: what follows "*."
	port     uint16 // 0 for the scheme's default
	anyPort  bool
	loopback bool
}

type patternKind uint8

const (
	noPattern patternKind = iota
	exactPattern
	hostPattern      // a host with any port
	subdomainPattern // hosts below a domain
	anyPattern
)

// AnyOrigin is the pattern that names every origin.
const AnyOrigin = "*"

// ErrNotPattern is what every error of ParsePattern wraps.
var ErrNotPattern = errors.New("not an origin pattern")

// ParsePattern reads a pattern in its one canonical form. The error wraps
// ErrNotPattern and says what to write instead, where that can be guessed.
func ParsePattern(s string) (Pattern, error) {
	switch s {
	case AnyOrigin:
		return Pattern{text: s, kind: anyPattern}, nil
	case NullOrigin:
		return Pattern{text: s, kind: exactPattern}, nil
	}
	p, problem := parsePattern(s)
	if problem != "" {
		return Pattern{}, fmt.Errorf("%w: %s: %s%s", ErrNotPattern, Excerpt(s), problem, suggestion(s))
	}
	return p, nil
}

// maxPattern is longer than any pattern in bytes. Nothing is done with a longer
// text, not even guessing what was meant.
const maxPattern = maxOrigin + len("*.")

// parsePattern puts ordinary text where wildcards stand and lets parseOrigin
// judge the result, so that a pattern is valid exactly if its origins are.
func parsePattern(s string) (p Pattern, problem string) {
	if len(s) > maxPattern {
		return p, "it is longer than any pattern"
	}
	model, anyPort := strings.CutSuffix(s, ":*")
	model, below := cutWildcardLabel(model)
	if strings.Contains(model, "*") {
		return p, "a wildcard may stand only for whole labels before a host (https://*.example.com) and for the port (:*)"
	}
	o, problem := parseOrigin(model)
	if problem == "" && !o.hasValidLabels() {
		problem = punycodeProblem
	}
	if problem != "" {
		return p, problem
	}
	p = Pattern{
		text: s, kind: exactPattern, scheme: o.Scheme(), host: o.Host(),
		port: o.port, anyPort: anyPort, loopback: o.IsLoopback(),
	}
	switch {
	case below:
		p.kind = subdomainPattern
	case anyPort:
		p.kind = hostPattern
	}
	return p, p.wildcardProblem()
}

// wildcardProblem tells why a pattern's wildcards cannot stand where they do.
func (p Pattern) wildcardProblem() string {
	switch {
	case p.kind == exactPattern:
		return ""
	case !isWeb(p.scheme):
		return "wildcards are for http and https origins only"
	case p.anyPort && p.port != 0:
		return "it has two ports"
	case p.kind == subdomainPattern && (strings.HasPrefix(p.host, "[") || endsInNumber(p.host)):
		return "an address has no hosts below it"
	case p.kind == subdomainPattern && !IsPlainName(p.host):
		return "the domain after the wildcard is not made of plain labels"
	default:
		return ""
	}
}

// cutWildcardLabel removes "*." from after the scheme.
func cutWildcardLabel(s string) (model string, found bool) {
	scheme, rest, ok := strings.Cut(s, "://*.")
	if !ok {
		return s, false
	}
	return scheme + "://" + rest, true
}

// suggestion offers the pattern that was probably meant, if there is one.
func suggestion(s string) string {
	if len(s) > maxPattern {
		return ""
	}
	guess := strings.ToLower(strings.TrimSpace(s))
	if !strings.Contains(guess, "://") {
		guess = "https://" + guess
	}
	scheme, rest, _ := strings.Cut(guess, "://")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	rest = strings.TrimSuffix(rest, ":"+strconv.Itoa(int(defaultPort(scheme))))
	if ascii, err := punycode.ToASCII(rest); err == nil {
		rest = ascii
	}
	guess = scheme + "://" + rest
	if _, problem := parsePattern(guess); problem != "" || guess == s {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", guess)
}

// String returns the pattern's canonical text.
func (p Pattern) String() string { return p.text }

// Matches reports whether p names o.
func (p Pattern) Matches(o Origin) bool {
	switch p.kind {
	case anyPattern:
		return true
	case exactPattern:
		return p.text == o.String()
	case hostPattern:
		return !o.IsOpaque() && p.scheme == o.Scheme() && p.host == o.Host()
	case subdomainPattern:
		return !o.IsOpaque() && p.scheme == o.Scheme() && (p.anyPort || p.port == o.port) &&
			isBelow(o.Host(), p.host)
	default:
		return false
	}
}

// isBelow reports whether host is one or more plain labels, a dot, and domain.
func isBelow(host, domain string) bool {
	labels, ok := strings.CutSuffix(host, domain)
	if !ok {
		return false
	}
	labels, ok = strings.CutSuffix(labels, ".")
	return ok && IsPlainName(labels)
}

// IsPlainName reports whether a name is made of non-empty labels of lower-case
// letters, digits, hyphens and underscores. The URL standard lets more characters into a
// host; a wildcard does not stand for those, since nothing honest needs them.
func IsPlainName(s string) bool {
	empty := true
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.' && empty:
			return false
		case c == '.':
			empty = true
		case 'a' <= c && c <= 'z' || isDigit(c) || c == '-' || c == '_':
			empty = false
		default:
			return false
		}
	}
	return !empty
}

// Any reports whether p names every origin.
func (p Pattern) Any() bool { return p.kind == anyPattern }

// Exact reports whether p names one origin only.
func (p Pattern) Exact() bool { return p.kind == exactPattern }

// Null reports whether p names opaque origins and no others.
func (p Pattern) Null() bool { return p.kind == exactPattern && p.text == NullOrigin }

// Scheme returns the scheme of the origins that p names; "" for "*" and "null".
func (p Pattern) Scheme() string { return p.scheme }

// Host returns the host that p names, or the domain below which it names hosts.
func (p Pattern) Host() string { return p.host }

// Port returns the port of the origins that p names, 0 for the scheme's default.
// It means nothing where AnyPort is true.
func (p Pattern) Port() uint16 { return p.port }

// Below reports whether p names the hosts below Host rather than Host itself.
func (p Pattern) Below() bool { return p.kind == subdomainPattern }

// AnyPort reports whether p names all ports.
func (p Pattern) AnyPort() bool { return p.anyPort }

// IsLoopback reports whether all that p names is on the same machine.
func (p Pattern) IsLoopback() bool { return p.loopback }

// PatternsNaming lists every pattern that names the origin written in s, the
// narrowest first and AnyOrigin last; only AnyOrigin if s is no origin. A store
// can so find the rules that name an origin by looking for equal texts, however
// many rules there are.
func PatternsNaming(s string) []string {
	o, err := ParseOrigin(s)
	switch {
	case err != nil:
		return []string{AnyOrigin}
	case !isWeb(o.Scheme()):
		return []string{o.String(), AnyOrigin}
	case strings.HasPrefix(o.Host(), "*."):
		// The URL standard lets a host be called so. As a pattern, the same text
		// names others.
		return []string{AnyOrigin}
	}
	prefix, port := o.serial[:o.host], o.serial[o.end:]
	patterns := []string{o.serial, prefix + o.Host() + ":*"}
	for domain := range parents(o.Host()) {
		patterns = append(patterns, prefix+"*."+domain+port, prefix+"*."+domain+":*")
	}
	return append(patterns, AnyOrigin)
}

// parents yields the domains that a host is below of, the longest first; none
// for addresses and for names that no wildcard stands for.
func parents(host string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !IsPlainName(host) || endsInNumber(host) {
			return
		}
		for i := range len(host) {
			if host[i] == '.' && !yield(host[i+1:]) {
				return
			}
		}
	}
}
