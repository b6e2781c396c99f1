package contract

import (
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
)

// naming returns the rules that name an origin.
func (r *Route) naming(origin string) []*Rule {
	o, err := cors.ParseOrigin(origin)
	if err != nil {
		return nil
	}
	var rules []*Rule
	for i := range r.Rules {
		if r.Rules[i].names(o) {
			rules = append(rules, &r.Rules[i])
		}
	}
	return rules
}

func (r *Rule) names(o cors.Origin) bool {
	patterns := r.patterns
	if patterns == nil {
		patterns = parsed(r.AllowOrigins)
	}
	return slices.ContainsFunc(patterns, func(p cors.Pattern) bool { return p.Matches(o) })
}

// parsed reads patterns, without those that are none.
func parsed(texts []string) []cors.Pattern {
	patterns := make([]cors.Pattern, 0, len(texts))
	for _, text := range texts {
		if p, err := cors.ParsePattern(text); err == nil {
			patterns = append(patterns, p)
		}
	}
	return patterns
}

// grant is what an origin may do with a method: the sum of the rules that allow it.
type grant struct {
	headers     []string // names, of the rules in their order
	exposed     []string
	credentials bool
	maxAge      *Bounds
	anyHeader   bool // "*" stands among the headers
}

// grantOf sums up rules for a method; ok is false if none lists it.
func grantOf(rules []*Rule, method string) (g grant, ok bool) {
	for _, r := range rules {
		if !r.lists(method) {
			continue
		}
		ok = true
		g.credentials = g.credentials || r.AllowCredentials
		g.headers = union(g.headers, r.AllowHeaders)
		g.exposed = union(g.exposed, r.ExposeHeaders)
		if g.maxAge == nil {
			g.maxAge = r.MaxAge
		}
	}
	g.anyHeader = slices.Contains(g.headers, "*")
	g.headers = slices.DeleteFunc(g.headers, func(h string) bool { return h == "*" })
	return g, ok
}

func (r *Rule) lists(method string) bool {
	return slices.Contains(r.methods(), method) || slices.Contains(r.methods(), "*")
}

// union adds names that are not there, in whatever case.
func union(names, more []string) []string {
	names = slices.Clone(names)
	for _, m := range more {
		if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, m) }) {
			names = append(names, m)
		}
	}
	return names
}

// methodsOf lists the methods that rules allow. "*" is shown by two of them.
func methodsOf(rules []*Rule) []string {
	var methods []string
	for _, r := range rules {
		for _, m := range r.methods() {
			if m == "*" {
				methods = union(methods, []string{"GET", "PUT"})
				continue
			}
			if !slices.Contains(methods, m) {
				methods = append(methods, m)
			}
		}
	}
	return methods
}

// samples are origins that a pattern names.
func samples(p cors.Pattern) []string { return probe.Samples(p) }

// allowed lists the samples of all patterns of a route, each once, with the path of
// the pattern that it was made of.
func (r *Route) allowed(at string) []sample {
	var all []sample
	for i := range r.Rules {
		for j, text := range r.Rules[i].AllowOrigins {
			p, err := cors.ParsePattern(text)
			if err != nil {
				continue
			}
			for _, o := range samples(p) {
				all = addSample(all, sample{origin: o, at: at + index(".rules", i) + index(".allowOrigins", j), of: text})
			}
		}
	}
	return all
}

// sample is an origin to try.
type sample struct {
	origin string
	at     string // where the contract speaks of it
	of     string // the pattern that it is, or looks like
	class  probe.Class
	twin   string // of a look-alike that may do something: an origin that may do more
}

func addSample(all []sample, s sample) []sample {
	if slices.ContainsFunc(all, func(t sample) bool { return t.origin == s.origin }) {
		return all
	}
	return append(all, s)
}

// refused lists origins that no rule names: those that the contract lists and, unless
// it says otherwise, those that look like allowed ones, and a stranger.
func (r *Route) refused(at string) []sample {
	var all []sample
	for i, text := range r.RefuseOrigins {
		p, err := cors.ParsePattern(text)
		if err != nil {
			continue
		}
		for _, o := range samples(p) {
			all = r.addRefused(all, sample{origin: o, at: at + index(".refuseOrigins", i), of: text})
		}
	}
	if !r.triesLookAlikes() {
		return all
	}
	for i := range r.Rules {
		for j, text := range r.Rules[i].AllowOrigins {
			p, err := cors.ParsePattern(text)
			if err != nil {
				continue
			}
			from := at + index(".rules", i) + index(".allowOrigins", j)
			if !p.Any() {
				all = r.addRefused(all, sample{origin: probe.StrangerOrigin, at: from, of: text, class: probe.Stranger})
			}
			for _, l := range probe.LookAlikes(p) {
				all = r.addRefused(all, sample{origin: l.Origin, at: from, of: text, class: l.Class})
			}
		}
	}
	return all
}

// lesser lists look-alikes of one rule's origins that another rule names: "*" may
// stand beside a partner who may do more.
func (r *Route) lesser(at string) []sample {
	if !r.triesLookAlikes() {
		return nil
	}
	var all []sample
	for i := range r.Rules {
		for j, text := range r.Rules[i].AllowOrigins {
			p, err := cors.ParsePattern(text)
			if err != nil || p.Any() {
				continue
			}
			for _, l := range probe.LookAlikes(p) {
				o, err := cors.ParseOrigin(l.Origin)
				if err == nil && !r.Rules[i].names(o) && len(r.naming(l.Origin)) > 0 {
					from := at + index(".rules", i) + index(".allowOrigins", j)
					all = addSample(all, sample{origin: l.Origin, at: from, of: text, class: l.Class, twin: samples(p)[0]})
				}
			}
		}
	}
	return all
}

// addRefused adds a sample unless a rule names it.
func (r *Route) addRefused(all []sample, s sample) []sample {
	if len(r.naming(s.origin)) > 0 {
		return all
	}
	return addSample(all, s)
}
