package contract

import (
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
)

// derivation makes the probes and promises of one route.
type derivation struct {
	check  *Check
	places places
	route  *Route
	at     string // the route's path in the contract
	base   string
	send   []cors.Field
	heard  []int // the GET answers that are compared for Vary
}

// What a page could ask for that the contract does not list.
var unlisted = struct {
	methods []string
	header  string
}{[]string{"PUT", "PATCH", "DELETE"}, "x-corsage-probe"}

func (d *derivation) derive() {
	for _, s := range d.route.allowed(d.at) {
		d.allows(s)
	}
	for _, s := range d.route.refused(d.at) {
		d.refuses(s)
	}
	for _, s := range d.route.lesser(d.at) {
		d.limits(s)
	}
	d.varies()
	d.failures()
}

func (d *derivation) promise(at, rule, name string, probes []int, judge judge) {
	d.check.promises = append(d.check.promises, promise{
		group: d.route.title(), name: name, rule: rule, place: d.places.at(at), probes: probes, judge: judge,
	})
}

// allows derives what an origin may do and, by what is not listed, what it may not.
func (d *derivation) allows(s sample) {
	rules := d.route.naming(s.origin)
	methods := methodsOf(rules)
	for _, m := range methods {
		g, _ := grantOf(rules, m)
		d.method(s, m, g)
	}
	for _, m := range unlisted.methods {
		if _, listed := grantOf(rules, m); !listed {
			d.refusesMethod(s, m)
		}
	}
	if g, _ := grantOf(rules, methods[0]); !g.anyHeader {
		d.refusesHeader(s, methods[0])
	}
}

// method derives what an origin may do with one method: ask for it, if it has to,
// and do it, if that is safe.
func (d *derivation) method(s sample, m string, g grant) {
	asks := !cors.IsSafelistedMethod(m) || len(g.headers) > 0
	if asks {
		i := d.ask(probe.Probe{Kind: probe.Preflight, Method: m, Origin: s.origin, Header: probe.UnsafeFields(g.headers), Credentials: g.credentials})
		name := s.origin + " may ask for " + m
		if len(g.headers) > 0 {
			name += " with " + strings.ToLower(strings.Join(g.headers, ", "))
		}
		d.promise(s.at, "preflight", name, []int{i}, d.isAllowed)
		if g.maxAge != nil {
			d.promise(s.at, "max-age", "the preflight for "+m+" from "+s.origin+" is remembered "+g.maxAge.String(), []int{i}, g.maxAge.holds)
		}
		if !g.credentials && !d.route.callable(m) {
			d.promise(s.at, "credentials", s.origin+" may not ask for "+m+" with credentials", []int{i}, d.refusesCredentials)
		}
	}
	if d.route.callable(m) {
		d.calls(s, m, g)
	}
}

// calls derives what a page may read of a method's answer.
func (d *derivation) calls(s sample, m string, g grant) {
	i := d.ask(probe.Probe{Kind: probe.Request, Method: m, Origin: s.origin, Header: d.sendable(g), Credentials: g.credentials})
	name := s.origin + " may read what " + m + " answers"
	if g.credentials {
		name += ", with credentials"
	}
	d.promise(s.at, "readable", name, []int{i}, d.isAllowed)
	if !g.credentials {
		d.promise(s.at, "credentials", s.origin+" may not read it with credentials ("+m+")", []int{i}, d.refusesCredentials)
	}
	for _, h := range g.exposed {
		d.promise(s.at, "exposed", s.origin+" can see "+h+" of what "+m+" answers", []int{i}, exposes(h, g.credentials))
	}
	if m == "GET" {
		d.heard = append(d.heard, i)
	}
}

// sendable is what goes with a request: of the contract's own fields, those that the
// origin may send.
func (d *derivation) sendable(g grant) []cors.Field {
	var fields []cors.Field
	for _, f := range d.send {
		listed := g.anyHeader || slices.ContainsFunc(g.headers, func(h string) bool { return strings.EqualFold(h, f.Name) })
		if listed || cors.IsSafelistedRequestHeader(f.Name, f.Value) {
			fields = append(fields, f)
		}
	}
	return fields
}

func (d *derivation) refusesMethod(s sample, m string) {
	i := d.ask(probe.Probe{Kind: probe.Preflight, Method: m, Origin: s.origin})
	d.promise(s.at, "method-refused", s.origin+" may not ask for "+m, []int{i}, d.refusesPreflight(m+", which no rule lists for it"))
}

func (d *derivation) refusesHeader(s sample, m string) {
	i := d.ask(probe.Probe{Kind: probe.Preflight, Method: m, Origin: s.origin, Header: probe.UnsafeFields([]string{unlisted.header})})
	d.promise(s.at, "header-refused", s.origin+" may not send header fields that are not listed", []int{i},
		d.refusesPreflight("the header field `"+unlisted.header+"`, which no rule lists"))
}

// refuses derives that an origin may neither read nor ask for anything.
func (d *derivation) refuses(s sample) {
	probes := d.tries(s)
	if len(probes) == 0 {
		return
	}
	d.promise(s.at, "refused", s.origin+aside(s.class)+" is refused", probes, d.refusesOrigin(s))
}

// aside says why an origin is tried: ", which begins like an allowed one,".
func aside(c probe.Class) string {
	switch words := c.Words(); {
	case words == "":
		return ""
	case c == probe.Stranger:
		return ", " + words + ","
	default:
		return ", which " + words + ","
	}
}

// limits derives that an origin which may do something may not do what only the one
// may that it looks like.
func (d *derivation) limits(s sample) {
	theirs, own := d.route.naming(s.origin), d.route.naming(s.twin)
	for _, m := range methodsOf(own) {
		if _, may := grantOf(theirs, m); !may && !cors.IsSafelistedMethod(m) {
			d.refusesMethod(s, m)
		}
	}
	with, _ := grantOf(own, "GET")
	if g, may := grantOf(theirs, "GET"); may && with.credentials && !g.credentials {
		i := d.ask(d.attempt(s, "GET"))
		d.promise(s.at, "credentials", s.origin+" may not read it with credentials (GET)", []int{i}, d.refusesCredentials)
	}
}

// tries is what somebody who is not allowed would try first.
func (d *derivation) tries(s sample) []int {
	methods := d.offered()
	var probes []int
	for _, m := range [...]string{"GET", "HEAD"} {
		if slices.Contains(methods, m) || len(methods) == 0 {
			i := d.ask(d.attempt(s, m))
			probes = append(probes, i)
			if m == "GET" {
				d.heard = append(d.heard, i)
			}
			break
		}
	}
	if s.class == probe.Case { // no browser would make a preflight for it
		return probes
	}
	for _, m := range methods {
		if !cors.IsSafelistedMethod(m) {
			return append(probes, d.ask(probe.Probe{Kind: probe.Preflight, Method: m, Origin: s.origin}))
		}
	}
	return probes
}

// attempt is a request that a page could make unasked: without header fields that
// need approval, and with the visitor's credentials.
func (d *derivation) attempt(s sample, method string) probe.Probe {
	if s.class == probe.Case {
		return probe.Probe{Kind: probe.Plain, Method: method, Origin: s.origin}
	}
	return probe.Probe{Kind: probe.Request, Method: method, Origin: s.origin, Credentials: d.anyCredentials()}
}

// offered lists all methods that the route's rules speak of.
func (d *derivation) offered() []string {
	all := make([]*Rule, len(d.route.Rules))
	for i := range d.route.Rules {
		all[i] = &d.route.Rules[i]
	}
	return methodsOf(all)
}

func (d *derivation) anyCredentials() bool {
	return slices.ContainsFunc(d.route.Rules, func(r Rule) bool { return r.AllowCredentials })
}

// varies derives that caches are told what the answers depend on. The answer to
// somebody without an origin counts too: it is what a cache may hold already.
func (d *derivation) varies() {
	if !d.route.checksVary() || len(d.heard) == 0 {
		return
	}
	probes := append(slices.Clone(d.heard), d.ask(probe.Probe{Kind: probe.Plain, Method: "GET", Header: d.send}))
	slices.Sort(probes)
	d.promise(d.at+".path", "vary", "answers to GET say in Vary that they depend on Origin, if they do", slices.Compact(probes), variesRightly)
}

// failures derives that error answers carry the fields too.
func (d *derivation) failures() {
	for i, f := range d.route.Errors {
		at, method := d.at+index(".errors", i), orGET(f.Method)
		for _, s := range d.route.allowed(d.at) {
			g, listed := grantOf(d.route.naming(s.origin), method)
			if !listed {
				continue
			}
			p := probe.Probe{Kind: probe.Request, Method: method, Origin: s.origin, Header: d.sendable(g), Credentials: g.credentials}
			if f.Path != "" {
				p.URL = d.base + f.Path
			}
			name := s.origin + " may read the error that " + method + " " + orPath(f.Path, d.route.Path) + " answers"
			d.promise(at, "error-readable", name, []int{d.ask(p)}, d.isError(f.Status))
		}
	}
}

// ask adds a probe, of the route's own address unless it has another.
func (d *derivation) ask(p probe.Probe) int {
	if p.URL == "" {
		p.URL = d.base + d.route.Path
	}
	return d.check.plan.Ask(p)
}

func orGET(method string) string {
	if method == "" {
		return "GET"
	}
	return method
}

func orPath(path, otherwise string) string {
	if path == "" {
		return otherwise
	}
	return path
}
