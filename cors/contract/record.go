package contract

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
)

// Recording finds out what a server does today, to write a first contract of it.
type Recording struct {
	base   string
	routes []recordedRoute
	plan   probe.Plan
}

// recordedRoute is one path with what is asked about it.
type recordedRoute struct {
	path    string
	origins []recordedOrigin
	others  []int // from a stranger and from look-alikes
	unasked int   // without an origin
}

// recordedOrigin is the probes from one origin.
type recordedOrigin struct {
	origin  string
	get     int
	methods []int // preflights for what needs one
	headers []int // preflights for what many pages send
	unknown int   // a preflight for a header field that nobody has heard of
}

// Record plans a recording. Origins are exact: who else is allowed cannot be asked.
func Record(base string, paths, origins []string) (*Recording, error) {
	if err := CheckBase(base); err != nil {
		return nil, err
	}
	for _, text := range origins {
		if p, err := cors.ParsePattern(text); err != nil || !p.Exact() {
			return nil, fmt.Errorf("%q is not an origin such as https://app.example", excerpt(text))
		}
	}
	r := &Recording{base: base}
	for _, path := range paths {
		if u, err := url.Parse(path); err != nil || !strings.HasPrefix(path, "/") || u.Host != "" || u.Fragment != "" {
			return nil, fmt.Errorf("%q is not a path such as /albums", excerpt(path))
		}
		r.routes = append(r.routes, r.route(path, origins))
	}
	return r, nil
}

func (r *Recording) route(path string, origins []string) recordedRoute {
	route := recordedRoute{path: path, unasked: r.ask(path, probe.Probe{Kind: probe.Plain, Method: "GET"})}
	for i, p := range parsed(origins) {
		route.origins = append(route.origins, r.from(path, origins[i]))
		for _, l := range probe.LookAlikes(p) {
			if l.Sendable() && !slices.Contains(origins, l.Origin) {
				route.others = append(route.others, r.get(path, l.Origin))
			}
		}
	}
	route.others = append(route.others, r.get(path, probe.StrangerOrigin))
	return route
}

// Probes returns what is to be sent. It must not be changed.
func (r *Recording) Probes() []probe.Probe { return r.plan.Probes }

func (r *Recording) ask(path string, p probe.Probe) int {
	p.URL = r.base + path
	return r.plan.Ask(p)
}

func (r *Recording) get(path, origin string) int {
	return r.ask(path, probe.Probe{Kind: probe.Request, Method: "GET", Origin: origin, Credentials: true})
}

func (r *Recording) from(path, origin string) recordedOrigin {
	preflight := func(method string, headers ...string) int {
		return r.ask(path, probe.Probe{Kind: probe.Preflight, Method: method, Origin: origin, Header: probe.UnsafeFields(headers)})
	}
	o := recordedOrigin{origin: origin, get: r.get(path, origin), unknown: preflight("GET", unlisted.header)}
	for _, m := range unlisted.methods {
		o.methods = append(o.methods, preflight(m))
	}
	for _, h := range [...]string{"authorization", "content-type"} {
		o.headers = append(o.headers, preflight("GET", h))
	}
	return o
}

// ErrNoAnswer is behind the error of a recording that the server did not answer.
var ErrNoAnswer = errors.New("the server did not answer")

// Write returns the contract as YAML. answers are those to Probes, in that order.
func (r *Recording) Write(answers []probe.Answer) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "# What the server did when this was recorded, not what it should do: correct it.\nversion: 1\nbase: %s\nroutes:\n", r.base)
	for i := range answers {
		if answers[i].Failed() {
			return "", fmt.Errorf("%w: %s: %s", ErrNoAnswer, answers[i].Probe, answers[i].Failure)
		}
	}
	for i := range r.routes {
		r.routes[i].write(&b, answers)
	}
	return b.String(), nil
}

func (route *recordedRoute) write(b *strings.Builder, answers []probe.Answer) {
	fmt.Fprintf(b, "  - path: %s\n", scalar(route.path))
	var rules []Rule
	var refused []string
	for i := range route.origins {
		o := &route.origins[i]
		rule, ok := o.rule(answers)
		if !ok {
			refused = append(refused, o.origin)
			continue
		}
		rules = addRule(rules, rule)
	}
	writeRules(b, rules)
	if len(refused) > 0 {
		fmt.Fprintf(b, "    refuseOrigins: %s\n", flow(refused))
	}
	route.writeDoubts(b, answers)
}

// rule is what the answers let an origin do; ok is false if that is nothing.
func (o *recordedOrigin) rule(answers []probe.Answer) (rule Rule, ok bool) {
	get := &answers[o.get]
	rule = Rule{AllowOrigins: []string{o.origin}, AllowCredentials: get.Check(true).Allowed()}
	if get.Header(cors.HeaderAllowOrigin) == cors.AnyOrigin {
		rule.AllowOrigins = []string{cors.AnyOrigin}
	}
	if get.Check(false).Allowed() {
		rule.AllowMethods = []string{"GET"}
		rule.ExposeHeaders = elements(get.Header(cors.HeaderExposeHeaders))
	}
	for _, i := range o.methods {
		if a := &answers[i]; a.Verdict.Allowed() {
			// Where the answer itself cannot be read, preflights are all there is.
			rule.AllowCredentials = rule.AllowCredentials || !get.Check(false).Allowed() && a.Check(true).Allowed()
			rule.AllowMethods = append(rule.AllowMethods, a.Probe.Method)
			rule.noteMaxAge(a)
		}
	}
	for _, i := range o.headers {
		if a := &answers[i]; a.Verdict.Allowed() {
			rule.AllowHeaders = union(rule.AllowHeaders, []string{a.Probe.Header[0].Name})
			rule.AllowHeaders = union(rule.AllowHeaders, listed(a))
			rule.noteMaxAge(a)
		}
	}
	if answers[o.unknown].Verdict.Allowed() && !rule.AllowCredentials {
		rule.AllowHeaders = union([]string{"*"}, rule.AllowHeaders)
	}
	return rule, len(rule.AllowMethods) > 0
}

// listed is the names that an answer approves besides those it was asked for.
func listed(a *probe.Answer) []string {
	return slices.DeleteFunc(elements(a.Header(cors.HeaderAllowHeaders)), func(h string) bool {
		return h == "*" || !cors.IsToken(h) || cors.IsForbiddenRequestHeader(h) || strings.EqualFold(h, unlisted.header)
	})
}

// noteMaxAge notes for how long approval is remembered, if the answer says so.
func (r *Rule) noteMaxAge(a *probe.Answer) {
	seconds, _ := probe.MaxAge(a.Preflight())
	if a.Header(cors.HeaderMaxAge) != "" && seconds <= maxAge && r.MaxAge == nil {
		r.MaxAge = &Bounds{AtLeast: &seconds, AtMost: &seconds}
	}
}

// addRule adds a rule, to one that allows the same if there is one.
func addRule(rules []Rule, rule Rule) []Rule {
	for i := range rules {
		if rules[i].grants() == rule.grants() {
			rules[i].AllowOrigins = union(rules[i].AllowOrigins, rule.AllowOrigins)
			return rules
		}
	}
	return append(rules, rule)
}

// grants is a rule without its origins, as text.
func (r *Rule) grants() string {
	var b strings.Builder
	r.writeGrants(&b)
	return b.String()
}

func writeRules(b *strings.Builder, rules []Rule) {
	if len(rules) > 0 {
		b.WriteString("    rules:\n")
	}
	for i := range rules {
		fmt.Fprintf(b, "      - allowOrigins: %s\n", flow(rules[i].AllowOrigins))
		rules[i].writeGrants(b)
	}
}

func (r *Rule) writeGrants(b *strings.Builder) {
	for _, f := range []struct {
		key  string
		list []string
	}{{"allowMethods", r.AllowMethods}, {"allowHeaders", r.AllowHeaders}, {"exposeHeaders", r.ExposeHeaders}} {
		if len(f.list) > 0 {
			fmt.Fprintf(b, "        %s: %s\n", f.key, flow(f.list))
		}
	}
	if r.AllowCredentials {
		b.WriteString("        allowCredentials: true\n")
	}
	if r.MaxAge != nil && r.MaxAge.AtMost != nil {
		fmt.Fprintf(b, "        maxAge: %d\n", *r.MaxAge.AtMost)
	}
}

// writeDoubts switches off what the server does not keep, and says so.
func (route *recordedRoute) writeDoubts(b *strings.Builder, answers []probe.Answer) {
	var letIn []string
	heard := []*probe.Answer{&answers[route.unasked]}
	for _, i := range route.others {
		a := &answers[i]
		heard = append(heard, a)
		if a.Check(false).Allowed() && a.Header(cors.HeaderAllowOrigin) != cors.AnyOrigin {
			letIn = append(letIn, a.Probe.Origin)
		}
	}
	for i := range route.origins {
		heard = append(heard, &answers[route.origins[i].get])
	}
	if x := answers[route.unasked].Response(); x != nil && cors.IsRedirectStatus(x.Status()) {
		b.WriteString("    # It answers with a redirect, which a check does not follow. Name the address where it leads.\n")
	}
	if len(letIn) > 0 {
		fmt.Fprintf(b, "    # It lets in %s too. Mend that, and remove this line; corsage audit says more.\n    lookAlikes: false\n", some(letIn))
	}
	if probe.VaryFinding(heard) != nil {
		b.WriteString("    # Some answers depend on Origin and do not say so in Vary. Mend that, and remove this line.\n    vary: false\n")
	}
}

// some names the first of a list, and counts the others.
func some(list []string) string {
	const most = 3
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}

func elements(list string) []string {
	var all []string
	for e := range strings.SplitSeq(list, ",") {
		if e = strings.TrimSpace(e); e != "" && cors.IsToken(e) && !cors.IsForbiddenResponseHeader(e) {
			all = union(all, []string{e})
		}
	}
	return all
}

func flow(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = scalar(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// scalar writes a text as YAML, in quotes unless it can only be a text.
func scalar(s string) string {
	plain := s != "" && s != cors.NullOrigin && !strings.HasSuffix(s, ":") && !isNumber(s)
	for i := range len(s) {
		c := s[i]
		plain = plain && (c == '/' || c == '-' && i > 0 || c == '.' && i > 0 || c == ':' && i > 0 || c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z')
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n":
		plain = false
	}
	if plain {
		return s
	}
	return strconv.Quote(s)
}

func isNumber(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil }
