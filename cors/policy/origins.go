package policy

import (
	"math"
	"strings"

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
		set.wild = &wildcards{}
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

// findWild returns the pattern with a wildcard that names an origin, if there is one;
// set has such patterns. form is false for what is no origin by its form. It allocates
// nothing, except to judge "xn--" labels below a domain that a pattern names.
func (set *originSet) findWild(origin string) (pattern string, ok, form bool) {
	host, end, port, first := cors.PlainParts(origin)
	switch first {
	case cors.NoForm:
		return "", false, false
	case cors.OddForm:
		return set.findOdd(origin)
	}
	index, _, ok := set.wild.find(origin, host, end, port)
	if !ok {
		return "", false, true
	}
	return set.given[index], true, true
}

// findOdd is findWild for origins that are not plain: addresses, labels in Punycode,
// and hosts with bytes that nothing honest needs.
func (set *originSet) findOdd(origin string) (pattern string, ok, form bool) {
	o, form := cors.ReadOriginForm(origin)
	if !form || o.Scheme() != "https" && o.Scheme() != "http" {
		return "", false, form
	}
	port := o.Port()
	if port == defaultPort(o.Scheme()) {
		port = 0
	}
	host := len(o.Scheme()) + len("://")
	index, below, ok := set.wild.find(origin, host, host+len(o.Host()), port)
	// What was found by parts is allowed only if the whole is an origin, and no
	// wildcard stands for labels that are not plain.
	if !ok || !cors.IsOrigin(origin) || below && !cors.IsPlainName(o.Host()) {
		return "", false, true
	}
	return set.given[index], true, true
}

func defaultPort(scheme string) uint16 {
	if scheme == "https" {
		return 443
	}
	return 80
}

// wildcards holds the places of patterns with wildcards by the part of an origin's
// text that they have in common with the origins that they name.
type wildcards struct {
	hosts   map[string]int32  // "https://example.com" for https://example.com:*
	domains map[string]domain // "example.com" for https://*.example.com and the like
	others  map[other]int32   // further patterns of the same domains
	depths  depths            // numbers of labels of the domains
}

// domain is the first pattern for the hosts below a domain.
type domain struct {
	index int32
	ports
	more bool // there are others
}

// other is any further one.
type other struct {
	domain string
	ports
}

// ports is what a pattern says besides the domain: port is 0 for the scheme's default,
// and for any.
type ports struct {
	port  uint16
	https bool
	any   bool
}

func (p ports) has(https bool, port uint16) bool {
	return p.https == https && (p.any || p.port == port)
}

func (w *wildcards) add(p cors.Pattern, index int32) {
	if !p.Below() {
		if w.hosts == nil {
			w.hosts = map[string]int32{}
		}
		w.hosts[strings.TrimSuffix(p.String(), ":*")] = index
		return
	}
	if w.domains == nil {
		w.domains = map[string]domain{}
	}
	is := ports{port: p.Port(), https: p.Scheme() == "https", any: p.AnyPort()}
	first, known := w.domains[p.Host()]
	if !known {
		w.depths.add(labels(p.Host()))
		w.domains[p.Host()] = domain{index: index, ports: is}
		return
	}
	if w.others == nil {
		w.others = map[other]int32{}
	}
	first.more = true
	w.domains[p.Host()] = first
	w.others[other{p.Host(), is}] = index
}

func labels(host string) int { return 1 + strings.Count(host, ".") }

// depths is a set of numbers of labels, 0 to 127.
type depths [2]uint64

func (d *depths) add(n int)     { d[n/64] |= 1 << (n % 64) }
func (d depths) has(n int) bool { return n < 128 && d[n/64]&(1<<(n%64)) != 0 }

// find looks an origin up by its parts: where in its text the host begins and ends,
// and its port.
func (w *wildcards) find(origin string, host, end int, port uint16) (index int32, below, ok bool) {
	if w.hosts != nil {
		if index, ok = w.hosts[origin[:end]]; ok {
			return index, false, true
		}
	}
	if w.domains == nil {
		return 0, false, false
	}
	// The domains that the host is below of, the shortest first.
	https, depth := host == len("https://"), 0
	for i := end - 1; i > host; i-- {
		if origin[i] != '.' {
			continue
		}
		if depth++; !w.depths.has(depth) {
			continue
		}
		if d, known := w.domains[origin[i+1:end]]; known {
			if index, ok = w.findPort(origin[i+1:end], d, https, port); ok {
				return index, true, true
			}
		}
	}
	return 0, false, false
}

// findPort chooses among the patterns of one domain.
func (w *wildcards) findPort(name string, d domain, https bool, port uint16) (index int32, ok bool) {
	if d.has(https, port) {
		return d.index, true
	}
	if !d.more {
		return 0, false
	}
	if index, ok = w.others[other{name, ports{port: port, https: https}}]; ok {
		return index, true
	}
	index, ok = w.others[other{name, ports{https: https, any: true}}]
	return index, ok
}
