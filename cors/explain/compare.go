package explain

import (
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// Names of the rules about what no single exchange shows, or what no verdict
// tells, as Finding.Rule has them.
const (
	RuleVaryMissing     = "vary-missing"          // the answer depends on the origin, and caches are not told
	RuleCachedCopy      = "cached-without-cors"   // a cache gives pages a copy that was made for nobody
	RuleReflected       = "origin-reflected"      // any origin is sent back
	RuleErrorsWithout   = "errors-without-cors"   // errors lack the fields that successes have
	RuleNotExposed      = "header-not-exposed"    // a script will not see a header that is there
	RuleMaxAgeCapped    = "max-age-capped"        // browsers remember for a shorter time
	RuleMaxAgeInvalid   = "max-age-invalid"       // browsers cannot read how long
	RuleCookieCrossSite = "cookie-not-cross-site" // a cookie will not come back from another site's page
	RuleCookieIgnored   = "cookie-ignored"        // a cookie was set on a request without credentials
)

// Bounds, so that a long recording stays quick to look through.
const (
	maxCompared = 20  // findings of one rule
	maxGroup    = 100 // exchanges with the same URL that are compared with each other
)

// Compare finds what no single exchange shows, by comparing exchanges: those with
// the same URL, made without an origin, with it, with another one, and again; and
// what will go wrong although nothing was blocked. What is the same of many
// exchanges of one server is found once.
func Compare(t *trace.Trace) []Finding {
	return compare(newScene(t))
}

func compare(t *scene) []Finding {
	c := &comparison{trace: t, seen: map[string]bool{}, found: map[string]int{}}
	for _, g := range groups(t.Trace) {
		if !c.cachedCopy(g) { // which says so too
			c.vary(g)
		}
		c.reflected(g)
	}
	c.errorsWithout()
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		c.exposed(x)
		c.maxAge(x)
		c.cookies(x)
	}
	return c.findings
}

type comparison struct {
	trace    *scene
	findings []Finding
	seen     map[string]bool // what was found already
	found    map[string]int  // of each rule
}

// add keeps a finding, once for each key.
func (c *comparison) add(key string, f Finding) {
	key = f.Rule + " " + key
	if c.seen[key] || c.found[f.Rule] >= maxCompared {
		return
	}
	c.seen[key] = true
	c.found[f.Rule]++
	c.findings = append(c.findings, f)
}

// finding begins a finding about an exchange.
func finding(rule string, severity Severity, x *trace.Exchange) Finding {
	return Finding{Rule: rule, Severity: severity, Exchange: x.ID, Request: x.ID, Method: x.Request.Method, URL: x.Request.URL, Origin: originOf(x)}
}

func originOf(x *trace.Exchange) string { return x.Request.Header.Get(cors.HeaderOrigin) }

// groups are the exchanges with the same method and URL that have an answer, in
// the order of the trace.
func groups(t *trace.Trace) [][]*trace.Exchange {
	var order []string
	byKey := map[string][]*trace.Exchange{}
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		if x.Preflight || x.Response == nil || x.Response.Status == 0 || x.Reported || isOwn(x) {
			continue
		}
		key := x.Request.Method + " " + x.Request.URL
		if byKey[key] == nil {
			order = append(order, key)
		}
		if len(byKey[key]) < maxGroup {
			byKey[key] = append(byKey[key], x)
		}
	}
	var all [][]*trace.Exchange
	for _, key := range order {
		if len(byKey[key]) > 1 {
			all = append(all, byKey[key])
		}
	}
	return all
}

// isOwn tells requests of a page to its own origin.
func isOwn(x *trace.Exchange) bool {
	return x.Probe == "" && x.Origin != "" && x.Origin == trace.OriginOf(x.Request.URL)
}

// allowOrigin is the value of the field, "" if it is not there.
func allowOrigin(x *trace.Exchange) string { return x.Response.Header.Get(cors.HeaderAllowOrigin) }

// quote is a message's lines of some names as evidence.
func quote(x *trace.Exchange, note Text, names ...string) Evidence {
	where := Text(strings.TrimSuffix(string(whereOf(x)), ":"))
	if origin := originOf(x); origin != "" {
		where += Text(", asked for " + code(origin) + ":")
	} else {
		where += ", asked without an `Origin`:"
	}
	e := Evidence{Exchange: x.ID, Where: where, Header: names[0], Note: note}
	var missing []string
	for _, name := range names {
		lines := linesOf(x.Response.Header, name)
		e.Lines = append(e.Lines, lines...)
		if len(lines) == 0 {
			missing = append(missing, "no "+code(name))
		}
	}
	if len(missing) > 0 && note == "" {
		e.Note = Text("There is " + and(missing) + " in it.")
	}
	return e
}

// vary finds answers that depend on the origin and do not say so.
func (c *comparison) vary(g []*trace.Exchange) {
	for _, x := range g {
		for _, y := range g {
			if originOf(x) == originOf(y) || allowOrigin(x) == allowOrigin(y) || allowOrigin(x) == "" {
				continue
			}
			silent := x
			if variesByOrigin(x.Response.Header) {
				silent = y
			}
			if variesByOrigin(silent.Response.Header) {
				continue
			}
			c.add(x.Request.URL, varyFinding(x, y, silent))
			return
		}
	}
}

func varyFinding(x, y, silent *trace.Exchange) Finding {
	f := finding(RuleVaryMissing, Broken, silent)
	f.Title = "`Vary: Origin` is missing"
	f.Happened = "The answer depends on who asks, and does not say so: a cache may keep the one that was made for one site, and give it to another, where it is blocked."
	f.Evidence = []Evidence{quote(x, "", cors.HeaderAllowOrigin, "Vary"), quote(y, "", cors.HeaderAllowOrigin, "Vary")}
	f.Expected = "`Vary: Origin` on every answer of this address, those to requests without an `Origin` included."
	f.Details = []Text{"This is the usual cause of failures that come and go, and that nobody else can see: they depend on who has asked before."}
	f.Remedy = Remedy{Text: "Send this always, whether or not the request has an `Origin`:", Send: []string{"Vary: Origin"}, On: "response", Configs: varyConfigs()}
	f.Standard = Link{Text: "CORS protocol and HTTP caches: if the field depends on the origin, `Vary: Origin` is needed.", URL: anchor + "cors-protocol-and-http-caches"}
	return f
}

// varyConfigs says how each server sends Vary at all times.
func varyConfigs() []Config {
	return []Config{
		{Target: "corshttp", Name: "Go, net/http with corshttp", Note: "The middleware sends it by itself. Handlers should use `Header().Add(\"Vary\", ...)`, never `Set`."},
		{Target: "express", Name: "Express, with the package cors", Note: "Give `origin` a list or a function instead of a single text, and do not call the package for some requests only."},
		{Target: "nginx", Name: "nginx", Lang: "nginx", Code: "add_header Vary Origin always;\n"},
		{Target: "caddy", Name: "Caddy", Lang: "caddyfile", Code: "header +Vary Origin\n"},
		{Target: "apache", Name: "Apache httpd", Lang: "apache", Code: "Header always merge Vary \"Origin\"\n"},
		{Target: "envoy", Name: "Envoy", Lang: "yaml", Code: "response_headers_to_add:\n- header: {key: Vary, value: Origin}\n  append_action: APPEND_IF_EXISTS_OR_ADD\n"},
		{Target: "gateway-api", Name: "Kubernetes Gateway API", Lang: "yaml", Code: "filters:\n- type: ResponseHeaderModifier\n  responseHeaderModifier:\n    add:\n    - name: Vary\n      value: Origin\n"},
		{Target: "s3", Name: "S3 bucket", Note: "S3 sends `Vary: Origin` only on answers to requests with an `Origin`, and cannot be told otherwise. In front of it, have the CDN forward `Origin` and keep answers apart by it, or let the page ask with an address of its own (`?cors=1`)."},
	}
}

// cachedCopy finds an answer without the fields that the same question got before
// or afterwards.
func (c *comparison) cachedCopy(g []*trace.Exchange) bool {
	for i, x := range g {
		if originOf(x) == "" || allowOrigin(x) != "" {
			continue
		}
		for _, y := range g {
			if originOf(y) == originOf(x) && allowOrigin(y) != "" && y.Status() == x.Status() {
				f := cachedFinding(x, y)
				if before := lastWithout(g[:i]); before != nil && before != y {
					f.Evidence = append(f.Evidence, quote(before, "This one may have been kept, and given to the page later.", cors.HeaderAllowOrigin))
				}
				c.add(x.Request.URL, f)
				return true
			}
		}
	}
	return false
}

// lastWithout is the last exchange without an origin.
func lastWithout(g []*trace.Exchange) *trace.Exchange {
	for i := len(g) - 1; i >= 0; i-- {
		if originOf(g[i]) == "" {
			return g[i]
		}
	}
	return nil
}

func cachedFinding(x, y *trace.Exchange) Finding {
	f := finding(RuleCachedCopy, Broken, x)
	f.Title = "A cache gives pages a copy without `Access-Control-Allow-Origin`"
	f.Happened = "The same question, for the same page, got the field once and not another time: some cache has kept an answer to a request without an `Origin`, and gives it to pages."
	f.Evidence = []Evidence{quote(y, "", cors.HeaderAllowOrigin), quote(x, "", cors.HeaderAllowOrigin)}
	for _, name := range [...]string{"Age", "X-Cache", "CF-Cache-Status", "Via"} {
		if lines := linesOf(x.Response.Header, name); len(lines) > 0 {
			f.Evidence[1].Lines = append(f.Evidence[1].Lines, lines...)
			f.Evidence[1].Note = "There is no `Access-Control-Allow-Origin` in it; the other lines are a cache's."
		}
	}
	if x.Cache != "" {
		f.Details = append(f.Details, "Here it is the browser's own cache: the address was first loaded without CORS, by an image or a link for instance.")
	}
	f.Expected = "`Access-Control-Allow-Origin` every time, or `Vary: Origin` on the answers without it."
	f.Remedy = Remedy{Text: "Send this always, whether or not the request has an `Origin`, and empty the cache once:", Send: []string{"Vary: Origin"}, On: "response", Configs: varyConfigs()}
	f.Remedy.Client = "Where the server cannot be changed: use the address with CORS everywhere (`crossorigin` on images and links), or add a parameter of its own to the address that the script asks for."
	f.Standard = Link{Text: "CORS protocol and HTTP caches.", URL: anchor + "cors-protocol-and-http-caches"}
	return f
}

// reflected finds servers that send back whatever origin comes in.
func (c *comparison) reflected(g []*trace.Exchange) {
	for _, x := range g {
		if x.Probe != trace.ProbeForeign || originOf(x) == "" || allowOrigin(x) != originOf(x) {
			continue
		}
		f := finding(RuleReflected, Broken, x)
		f.Title = "Any origin is sent back"
		f.Happened = Text("The request came from " + code(originOf(x)) + ", an origin made up for this test, and the answer names it: so every site is allowed, as if there were no list.")
		f.Evidence = []Evidence{quote(x, "", cors.HeaderAllowOrigin)}
		if x.Response.Header.Get(cors.HeaderAllowCredentials) == "true" {
			f.Evidence[0].Lines = append(f.Evidence[0].Lines, linesOf(x.Response.Header, cors.HeaderAllowCredentials)...)
			f.Details = append(f.Details, "And with credentials: any site that a signed-in person opens can read what that person may, and act for them. This is worse than `*`, which browsers do not accept here.")
		} else {
			f.Details = append(f.Details, "Without credentials this is no more than `*` allows, but it hides it, and needs `Vary: Origin`. If the data is public, `*` says so plainly.")
		}
		f.Expected = "The origin only if it is on a list of sites that are trusted, compared as a whole."
		f.Remedy = Remedy{Text: "Compare the request's `Origin` with a list, exactly, and send back the one that matches. If everybody may read this, and without credentials:", Send: []string{"Access-Control-Allow-Origin: *"}, On: "response"}
		f.Standard = Link{Text: "CORS protocol: the server says with which origins it shares.", URL: anchor + "http-access-control-allow-origin"}
		c.add(trace.OriginOf(x.Request.URL), f)
		return
	}
}

// errorsWithout finds errors that lack the fields that successes of the same
// server have, for the same page.
func (c *comparison) errorsWithout() {
	good := map[string]*trace.Exchange{}
	key := func(x *trace.Exchange) string { return trace.OriginOf(x.Request.URL) + " " + originOf(x) }
	eligible := func(x *trace.Exchange) bool {
		return !x.Preflight && x.Response != nil && !x.Reported && originOf(x) != "" && !isOwn(x)
	}
	for i := range c.trace.Exchanges {
		if x := &c.trace.Exchanges[i]; eligible(x) && x.Status() >= 200 && x.Status() < 300 && allowOrigin(x) != "" {
			good[key(x)] = x
		}
	}
	for i := range c.trace.Exchanges {
		x := &c.trace.Exchanges[i]
		y := good[key(x)]
		if !eligible(x) || y == nil || x.Status() < 400 || allowOrigin(x) != "" {
			continue
		}
		f := finding(RuleErrorsWithout, Broken, x)
		f.Title = "Errors lack the fields that successes have"
		f.Happened = Text("Answers of success let the page read them, and this " + code(statusLine(x.Response)) + " does not: the script cannot tell it from a network that is down.")
		f.Evidence = []Evidence{quote(y, "", cors.HeaderAllowOrigin), quote(x, "", cors.HeaderAllowOrigin)}
		f.Expected = "The same fields on answers of every status."
		f.Details = []Text{"Errors are often made by another part of the server than successes: a layer for sign-ins or limits, a router, a proxy in front. The fields have to be set before all of them, or by each."}
		f.Remedy = newSubjectFor(c.trace, x).remedyHeaders("Set the fields in the outermost layer, for every status:", &f)
		f.Standard = corsCheck
		c.add(trace.OriginOf(x.Request.URL)+" "+x.Response.StatusText, f)
	}
}

// newSubjectFor is the subject of an exchange whose verdict may be missing.
func newSubjectFor(t *scene, x *trace.Exchange) *subject {
	y := *x
	if y.Verdict == nil {
		y.Verdict = &trace.Verdict{Verdict: cors.Verdict{Reason: cors.Allowed, On: cors.OnResponse}}
	}
	return newSubject(t, &y)
}
