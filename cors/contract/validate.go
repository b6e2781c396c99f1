package contract

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// Version is the version of the format that Parse reads.
const Version = 1

// Bounds of what a contract promises.
const (
	maxRoutes = 500
	maxList   = 1000 // elements of one list
	maxAge    = 86400
)

// problem adds a problem with a value by its path.
func (d *decoder) problem(path string, r Reason, text, cure string) {
	d.report(Problem{File: d.file, Place: d.places.at(path), Path: path, Text: text, Cure: cure, Reason: r})
}

// validate looks for what is wrong with values that could be read.
func (d *decoder) validate(c *Contract) {
	if d.mistyped("") {
		return
	}
	switch {
	case !d.has("version"):
		d.problem("", Missing, "It does not say which version of the format it is in.", "Begin with version: 1.")
	case c.Version != Version && !d.complained("version"):
		d.problem("version", Invalid, fmt.Sprintf("Version %d is not known.", c.Version), "This program reads version 1.")
	}
	if d.has("base") {
		d.checkBase(c.Base)
	}
	d.checkSend("send", c.Send)
	if len(c.Routes) == 0 && !d.complained("routes") {
		d.problem("routes", Missing, "There are no routes, so nothing is promised.", "List them under routes:, each with a path.")
	}
	if len(c.Routes) > maxRoutes {
		d.problem("routes", TooLarge, fmt.Sprintf("There are %d routes.", len(c.Routes)), fmt.Sprintf("Keep it to %d, or make several contracts.", maxRoutes))
		return
	}
	for i := range c.Routes {
		if d.full {
			return
		}
		d.checkRoute("routes["+strconv.Itoa(i)+"]", &c.Routes[i])
	}
}

func (d *decoder) has(path string) bool { _, ok := d.places[path]; return ok }

// complained reports whether there is a problem with a value already.
func (d *decoder) complained(path string) bool {
	return slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Path == path })
}

// mistyped reports whether a value is not even of the right kind.
func (d *decoder) mistyped(path string) bool {
	return slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Path == path && p.Reason == WrongType })
}

func (d *decoder) checkBase(base string) {
	if d.complained("base") {
		return
	}
	if err := CheckBase(base); err != nil {
		d.problem("base", Invalid, err.Error(), "")
	}
}

// CheckBase says what is wrong with the origin of an API.
func CheckBase(base string) error {
	o, err := cors.ParseOrigin(base)
	switch {
	case err == nil && (o.Scheme() == "http" || o.Scheme() == "https") && cors.IsBadPort(o.Port()):
		return fmt.Errorf("browsers never ask port %d, which belongs to another protocol", o.Port())
	case err == nil && (o.Scheme() == "http" || o.Scheme() == "https"):
		return nil
	case err == nil:
		return fmt.Errorf("%q is neither http nor https", excerpt(base))
	}
	problem := err.Error()
	if i := strings.LastIndex(problem, `": `); i >= 0 {
		problem = problem[i+3:]
	}
	return fmt.Errorf("%q is not an origin such as https://api.example: %s", excerpt(base), problem)
}

func (d *decoder) checkRoute(at string, r *Route) {
	if d.mistyped(at) {
		return
	}
	if !d.has(at + ".path") {
		d.problem(at, Missing, "The route has no path.", "Write path: and what follows the host, such as /albums.")
	} else {
		d.checkPath(at+".path", r.Path)
	}
	if len(r.Rules) == 0 && len(r.RefuseOrigins) == 0 && !d.complained(at+".rules") {
		d.problem(at, Missing, "The route has neither rules nor refuseOrigins, so nothing is promised.", "Say under rules: who may do what.")
	}
	if len(r.Rules) > maxList {
		d.tooLong(at+".rules", len(r.Rules))
		return
	}
	if n := r.origins(); n > maxList {
		d.problem(at+".rules", TooLarge, fmt.Sprintf("The rules name %d origins.", n), fmt.Sprintf("Keep it to %d, or make several routes.", maxList))
		return
	}
	for i := range r.Rules {
		d.checkRule(at+".rules["+strconv.Itoa(i)+"]", &r.Rules[i])
	}
	d.checkRefused(at+".refuseOrigins", r)
	d.checkSafe(at+".safeToCall", r.SafeToCall)
	d.checkSend(at+".send", r.Send)
	for i := range r.Errors {
		d.checkFailure(at+".errors["+strconv.Itoa(i)+"]", r, &r.Errors[i])
	}
}

// origins counts the origins of all rules.
func (r *Route) origins() int {
	n := 0
	for i := range r.Rules {
		n += len(r.Rules[i].AllowOrigins)
	}
	return n
}

func (d *decoder) tooLong(path string, n int) {
	d.problem(path, TooLarge, fmt.Sprintf("The list has %d elements.", n), fmt.Sprintf("Keep it to %d.", maxList))
}

func (d *decoder) checkPath(path, value string) {
	if d.complained(path) {
		return
	}
	u, err := url.Parse("http://host" + value)
	switch {
	case !strings.HasPrefix(value, "/"):
		d.problem(path, Invalid, fmt.Sprintf("%q is no path.", excerpt(value)), "Begin it with a slash; the origin is the contract's base.")
	case err != nil || u.Host != "host" || strings.ContainsAny(value, " #\\") || strings.ContainsFunc(value, isControl):
		d.problem(path, Invalid, fmt.Sprintf("%q cannot stand in a request.", excerpt(value)), "Percent-encode what is no path or query, and leave out fragments.")
	}
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// checkRule asks package policy, whose fields a rule has. What is dangerous but
// works is the business of whoever wrote the policy.
func (d *decoder) checkRule(at string, r *Rule) {
	if r.AllowOrigins == nil && !d.complained(at+".allowOrigins") && !d.mistyped(at) {
		d.problem(at, Missing, "The rule names no origins.", "Write allowOrigins: and a list; \"*\" is every origin.")
		return
	}
	if d.anyTooLong(at, r) {
		return
	}
	for _, p := range policy.Validate(r.policy()) {
		if path := at + "." + p.Field; !p.Warning && !d.complained(path) {
			d.problem(path, Invalid, valued(p.Value)+p.Reason.Sentence(), forContracts(p))
		}
	}
	d.checkBounds(at+".maxAge", r.MaxAge)
}

func (d *decoder) anyTooLong(at string, r *Rule) bool {
	before := len(d.problems)
	for _, f := range []struct {
		key  string
		list []string
	}{{"allowOrigins", r.AllowOrigins}, {"allowMethods", r.AllowMethods}, {"allowHeaders", r.AllowHeaders}, {"exposeHeaders", r.ExposeHeaders}} {
		if len(f.list) > maxList {
			d.tooLong(at+"."+f.key, len(f.list))
		}
	}
	return len(d.problems) > before
}

// forContracts is a cure where the one for policies would not do.
func forContracts(p policy.Problem) string {
	if p.Reason == policy.EmptyList && p.Field == "allowOrigins" {
		return "Name an origin. Who may not do anything is listed under refuseOrigins."
	}
	return p.Cure
}

func valued(value string) string {
	if value == "" {
		return ""
	}
	return cors.Excerpt(value) + ": "
}

// policy is what a server would say that keeps the promise.
func (r *Rule) policy() policy.Policy {
	return policy.Policy{
		AllowOrigins: r.AllowOrigins, AllowMethods: r.AllowMethods, AllowHeaders: r.AllowHeaders,
		ExposeHeaders: r.ExposeHeaders, AllowCredentials: r.AllowCredentials,
		DangerouslyAllowInsecureOrigins: true, DangerouslyAllowPublicSuffixes: true, DangerouslyAllowNull: true,
	}
}

func (d *decoder) checkBounds(path string, b *Bounds) {
	if b == nil || d.complained(path) {
		return
	}
	d.checkSeconds(path+".atLeast", b.AtLeast)
	if b.AtMost != b.AtLeast { // a number alone is both
		d.checkSeconds(path+".atMost", b.AtMost)
	}
	if b.AtLeast != nil && b.AtMost != nil && *b.AtLeast > *b.AtMost {
		d.problem(path, Invalid, "atLeast is more than atMost.", "Exchange them.")
	}
}

func (d *decoder) checkSeconds(path string, n *int) {
	if n != nil && (*n < 0 || *n > maxAge) {
		d.problem(path, Invalid, fmt.Sprintf("%d is out of range.", *n), "Give seconds from 0 to 86400, which is a day.")
	}
}

func (d *decoder) checkRefused(path string, r *Route) {
	if len(r.RefuseOrigins) > maxList {
		d.tooLong(path, len(r.RefuseOrigins))
		return
	}
	for i, o := range r.RefuseOrigins {
		at := path + "[" + strconv.Itoa(i) + "]"
		p, err := cors.ParsePattern(o)
		switch {
		case d.complained(at):
		case err != nil:
			d.problem(at, Invalid, sentence(err), "")
		case p.Any() && len(r.Rules) > 0:
			d.problem(at, Invalid, "The route refuses every origin and has rules that allow some.", "Remove one of them: what no rule allows is refused anyway.")
		case r.allowsAll(p):
			d.problem(at, Invalid, fmt.Sprintf("%q is refused here and allowed by a rule.", excerpt(o)), "Remove one of them.")
		}
	}
}

// allowsAll reports whether rules name each sample of a pattern.
func (r *Route) allowsAll(p cors.Pattern) bool {
	for _, s := range samples(p) {
		if len(r.naming(s)) == 0 {
			return false
		}
	}
	return true
}

// sentence is a parser's error as a sentence.
func sentence(err error) string {
	s := err.Error()
	s = strings.ToUpper(s[:1]) + s[1:]
	if strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

func (d *decoder) checkSafe(path string, methods []string) {
	for i, m := range methods {
		at := path + "[" + strconv.Itoa(i) + "]"
		if p := methodProblem(m); p != "" && !d.complained(at) {
			d.problem(at, Invalid, p, "Write one method, such as PUT.")
		}
	}
}

func methodProblem(m string) string {
	switch {
	case !cors.IsToken(m):
		return fmt.Sprintf("%q is not a method.", excerpt(m))
	case cors.IsForbiddenMethod(m):
		return fmt.Sprintf("No page may use the method %s.", m)
	case cors.NormalizeMethod(m) != m:
		return fmt.Sprintf("Browsers send this method in upper case, as %s.", cors.NormalizeMethod(m))
	}
	return ""
}

func (d *decoder) checkSend(path string, fields map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		at, value := join(path, name), fields[name]
		switch {
		case !cors.IsToken(name):
			d.problem(at, Invalid, fmt.Sprintf("%q is no name of a header field.", excerpt(name)), "Write Name: value.")
		case strings.ContainsFunc(value, func(r rune) bool { return r != '\t' && isControl(r) }):
			d.problem(at, Invalid, "The value has a control character.", "Remove line breaks and the like.")
		case cors.IsForbiddenRequestField(name, value) && !strings.EqualFold(name, "Cookie"):
			d.problem(at, Invalid, fmt.Sprintf("No page may set %s.", name), "Remove it.")
		}
	}
}

func (d *decoder) checkFailure(at string, r *Route, f *Failure) {
	if d.has(at + ".path") {
		d.checkPath(at+".path", f.Path)
	}
	if d.has(at + ".method") {
		if p := methodProblem(f.Method); p != "" {
			d.problem(at+".method", Invalid, p, "Write one method, such as GET.")
		} else if !r.callable(f.Method) {
			d.problem(at+".method", Invalid, fmt.Sprintf("%s is not safe to call.", f.Method), "List it under safeToCall if it is, or leave it out to use GET.")
		}
	}
	if f.Status != 0 && (f.Status < 400 || f.Status > 599) {
		d.problem(at+".status", Invalid, fmt.Sprintf("%d is not the status of an error.", f.Status), "Write one from 400 to 599, or leave it out for any.")
	}
}

// callable reports whether a method may really be called: by its meaning, or because
// the contract says so.
func (r *Route) callable(method string) bool {
	return method == "GET" || method == "HEAD" || slices.Contains(r.SafeToCall, method)
}
