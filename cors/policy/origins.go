package policy

import (
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// originSet finds the pattern that names an origin, in time that does not grow
// with the number of patterns: one look-up for exact origins, one for a host with
// any port, and one for each number of labels that a subdomain pattern has.
type originSet struct {
	any   bool
	exact map[string]struct{}
	hosts map[string]string         // "https://example.com" -> "https://example.com:*"
	below [schemes]map[string]ports // by scheme: "example.com" -> "https://*.example.com" and the like
	depth depths                    // numbers of labels of the keys of below
}

// The schemes that patterns with wildcards have.
const (
	https = iota
	http
	schemes
)

// ports holds the subdomain patterns of one scheme and domain, by their port as it
// is serialized: "", ":8443", or ":*".
type ports map[string]string

// depths is a set of numbers of labels, 0 to 127.
type depths [2]uint64

func (d *depths) add(n int)     { d[n/64] |= 1 << (n % 64) }
func (d depths) has(n int) bool { return n < 128 && d[n/64]&(1<<(n%64)) != 0 }
func (d depths) empty() bool    { return d == depths{} }

func newOriginSet(patterns []string) (originSet, error) {
	set := originSet{exact: make(map[string]struct{}, len(patterns))}
	for _, text := range patterns {
		p, err := cors.ParsePattern(text)
		if err != nil {
			return originSet{}, err
		}
		set.add(p)
	}
	return set, nil
}

func (set *originSet) add(p cors.Pattern) {
	switch {
	case p.Any():
		set.any = true
	case p.Exact():
		set.exact[p.String()] = struct{}{}
	case p.Below():
		set.addBelow(p)
	default:
		if set.hosts == nil {
			set.hosts = map[string]string{}
		}
		set.hosts[strings.TrimSuffix(p.String(), ":*")] = p.String()
	}
}

func (set *originSet) addBelow(p cors.Pattern) {
	scheme := https
	if p.Scheme() == "http" {
		scheme = http
	}
	if set.below[scheme] == nil {
		set.below[scheme] = map[string]ports{}
	}
	if set.below[scheme][p.Host()] == nil {
		set.below[scheme][p.Host()] = ports{}
	}
	port := strings.TrimPrefix(p.String(), p.Scheme()+"://*."+p.Host())
	set.below[scheme][p.Host()][port] = p.String()
	set.depth.add(labels(p.Host()))
}

func labels(host string) int { return 1 + strings.Count(host, ".") }

// find returns the pattern that names origin, which need not be a valid origin.
// It allocates nothing, except to judge "xn--" labels below a domain that a
// pattern names.
func (set *originSet) find(origin string) (pattern string, ok bool) {
	if set.any {
		return cors.AnyOrigin, true
	}
	// The keys are valid origins, so an equal text is one too.
	if _, ok := set.exact[origin]; ok {
		return origin, true
	}
	if len(origin) > maxOrigin || set.hosts == nil && set.depth.empty() {
		return "", false
	}
	scheme, host, port, ok := split(origin)
	if !ok {
		return "", false
	}
	if pattern, ok = set.hosts[origin[:len(origin)-len(port)]]; !ok {
		pattern, ok = set.findBelow(scheme, host, port)
	}
	// What was found by parts is allowed only if the whole is an origin.
	return pattern, ok && cors.IsOrigin(origin)
}

// maxOrigin is longer than any origin that a pattern with wildcards names.
const maxOrigin = 300

// split cuts an http or https origin into its parts without judging them.
func split(origin string) (scheme int, host, port string, ok bool) {
	rest, ok := strings.CutPrefix(origin, "https://")
	if !ok {
		scheme = http
		if rest, ok = strings.CutPrefix(origin, "http://"); !ok {
			return 0, "", "", false
		}
	}
	end := 0
	if strings.HasPrefix(rest, "[") {
		end = max(strings.IndexByte(rest, ']'), 0)
	}
	if i := strings.IndexByte(rest[end:], ':'); i >= 0 {
		return scheme, rest[:end+i], rest[end+i:], true
	}
	return scheme, rest, "", true
}

// findBelow looks up the domains that host is below of, the shortest first.
func (set *originSet) findBelow(scheme int, host, port string) (pattern string, ok bool) {
	domains := set.below[scheme]
	if len(domains) == 0 {
		return "", false
	}
	for depth, end := 1, len(host); ; depth++ {
		dot := strings.LastIndexByte(host[:end], '.')
		if dot < 0 {
			return "", false
		}
		if set.depth.has(depth) {
			if pattern, ok = domains[host[dot+1:]].find(port); ok {
				return pattern, cors.IsPlainName(host)
			}
		}
		end = dot
	}
}

func (p ports) find(port string) (pattern string, ok bool) {
	if pattern, ok = p[port]; !ok {
		pattern, ok = p[":*"]
	}
	return pattern, ok
}
