package policy

import (
	"cmp"
	"math"

	"github.com/corsage-go/corsage/cors"
)

// originSet finds the pattern that names an origin, in time that does not grow
// with the number of patterns: one look-up for exact origins, one for a host with
// any port, and one or two for each number of labels that a subdomain pattern has.
type originSet struct {
	given []string            // the patterns as they were given
	exact map[string]struct{} // the exact ones; nil if those are all there are, and few
	wild  *wildcards          // nil if there are none
	any   bool
}

// few is how many origins are compared one by one. A map takes longer for so few,
// and far more memory, which counts where there are a million policies.
const few = 8

// newOriginSet makes a set of patterns that have been read already, in the same
// order. It keeps given.
func newOriginSet(given []string, patterns []cors.Pattern) originSet {
	if len(given) == 1 && given[0] == cors.AnyOrigin {
		return originSet{given: given, any: true}
	}
	set := originSet{given: given}
	exact := 0
	for i, p := range patterns {
		switch {
		case p.Exact():
			exact++
		default:
			set.addWild(p, i)
		}
	}
	if exact > few || set.wild != nil {
		set.exact = make(map[string]struct{}, exact)
		for i, p := range patterns {
			if p.Exact() {
				set.exact[given[i]] = struct{}{}
			}
		}
	}
	return set
}

func (set *originSet) addWild(p cors.Pattern, index int) {
	if set.wild == nil {
		set.wild = &wildcards{index: map[wildKey]int32{}}
	}
	if index <= math.MaxInt32 {
		set.wild.add(p, int32(index))
	}
}

// findExact reports whether an exact pattern names origin. The patterns are valid
// origins, so an equal text is one too.
func (set *originSet) findExact(origin string) bool {
	if set.exact != nil {
		_, ok := set.exact[origin]
		return ok
	}
	for _, o := range set.given {
		if o == origin {
			return true
		}
	}
	return false
}

// findWild returns the pattern with a wildcard that names o, if there is one; set
// has such patterns. It allocates nothing, except to judge "xn--" labels below a domain that a pattern
// names.
func (set *originSet) findWild(o cors.Origin) (pattern string, ok bool) {
	i, ok := set.wild.find(o)
	if !ok {
		return "", false
	}
	// What was found by parts is allowed only if the whole is an origin.
	return set.given[i], o.IsPlain() || cors.IsOrigin(o.String())
}

// wildcards holds the places of patterns with wildcards by what they have in common
// with the origins that they name.
type wildcards struct {
	index map[wildKey]int32
	hosts [schemes]bool      // there are hosts with any port
	below [schemes][2]depths // numbers of labels of domains, with one port and with any
}

type wildKey struct {
	host string // or the domain below which hosts are
	port uint16 // 0 for any
	form uint8
}

// The schemes that patterns with wildcards have. Twice a scheme is the form of a
// key for a host itself, and one more that for hosts below it.
const (
	https = iota
	http
	schemes
)

func schemeOf(name string) uint8 {
	if name == "http" {
		return http
	}
	return https
}

var defaultPorts = [schemes]uint16{https: 443, http: 80}

// depths is a set of numbers of labels, 0 to 127.
type depths [2]uint64

func (d *depths) add(n int)     { d[n/64] |= 1 << (n % 64) }
func (d depths) has(n int) bool { return n < 128 && d[n/64]&(1<<(n%64)) != 0 }
func (d depths) empty() bool    { return d == depths{} }

const (
	onePort = iota
	anyPort
)

func (w *wildcards) add(p cors.Pattern, index int32) {
	scheme := schemeOf(p.Scheme())
	key := wildKey{host: p.Host(), form: 2 * scheme}
	ports := anyPort
	if !p.AnyPort() {
		ports = onePort
		key.port = cmp.Or(p.Port(), defaultPorts[scheme])
	}
	if p.Below() {
		key.form++
		w.below[scheme][ports].add(labels(p.Host()))
	} else {
		w.hosts[scheme] = true
	}
	w.index[key] = index
}

func labels(host string) int {
	n := 1
	for i := range len(host) {
		if host[i] == '.' {
			n++
		}
	}
	return n
}

func (w *wildcards) find(o cors.Origin) (index int32, ok bool) {
	name := o.Scheme()
	if name != "https" && name != "http" {
		return 0, false
	}
	scheme := schemeOf(name)
	if w.hosts[scheme] {
		if index, ok = w.index[wildKey{host: o.Host(), form: 2 * scheme}]; ok {
			return index, true
		}
	}
	return w.findBelow(o, scheme)
}

// findBelow looks up the domains that the host is below of, the shortest first.
func (w *wildcards) findBelow(o cors.Origin, scheme uint8) (index int32, ok bool) {
	one, any := w.below[scheme][onePort], w.below[scheme][anyPort]
	if one.empty() && any.empty() {
		return 0, false
	}
	host, depth := o.Host(), 0
	for i := len(host) - 1; i > 0; i-- {
		if host[i] != '.' {
			continue
		}
		depth++
		key := wildKey{host: host[i+1:], form: 2*scheme + 1, port: o.Port()}
		if one.has(depth) {
			if index, ok = w.index[key]; ok {
				break
			}
		}
		key.port = 0
		if any.has(depth) {
			if index, ok = w.index[key]; ok {
				break
			}
		}
	}
	return index, ok && (o.IsPlain() || cors.IsPlainName(host))
}
