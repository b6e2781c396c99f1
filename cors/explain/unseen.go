package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// exposed finds header fields that are there, that a script is likely to want, and
// that it will not see.
func (c *comparison) exposed(x *trace.Exchange) {
	if x.Preflight || x.Response == nil || x.Verdict == nil || !x.Verdict.Allowed() || x.Verdict.On != cors.OnResponse {
		return
	}
	s := newSubject(c.trace, x)
	e := cors.Expose(cors.Request{Credentials: s.credentials}, x.Response.Header)
	var hidden []string
	for _, f := range x.Response.Header {
		if name := strings.ToLower(f.Name); isWanted(name) && !e.Has(name) && !slices.Contains(hidden, name) {
			hidden = append(hidden, name)
		}
	}
	if len(hidden) == 0 {
		return
	}
	slices.Sort(hidden)
	f := finding(RuleNotExposed, Notice, x)
	f.Title = Text("The script will not see " + headersName(hidden))
	f.Happened = Text("The answer has " + codes(hidden) + ", and the script gets `null` for " + itOrThem(hidden) + ": across origins a browser shows only a few fields, and those that `Access-Control-Expose-Headers` names.")
	f.Evidence = []Evidence{s.evidence(cors.HeaderExposeHeaders, "")}
	for _, name := range hidden[:min(len(hidden), 5)] {
		f.Evidence[0].Lines = append(f.Evidence[0].Lines, linesOf(x.Response.Header, name)...)
	}
	f.Expected = Text("`Access-Control-Expose-Headers` with " + codes(hidden) + " in it, if the script needs " + itOrThem(hidden) + ".")
	f.Details = add(nil, "The network panel shows every field, which misleads: it shows what came, not what the script may read.", s.exposeStar())
	w, ok := s.wish()
	if w.expose = hidden; ok && w.valid() {
		f.Remedy = Remedy{Text: "If scripts are to read " + Text(itOrThem(hidden)) + ":", Send: []string{cors.HeaderExposeHeaders + ": " + strings.Join(hidden, ", ")}, On: "response", Configs: configs(w, cors.Allowed)}
	}
	f.Standard = Link{Text: "CORS-safelisted response-header names: the few that need not be named.", URL: anchor + "cors-safelisted-response-header-name"}
	c.add(trace.OriginOf(x.Request.URL)+" "+strings.Join(hidden, ","), f)
}

func (s *subject) exposeStar() Text {
	if s.credentials && slices.Contains(namesIn(s.x.Response.Header.Values(cors.HeaderExposeHeaders)), "*") {
		return "The request has credentials, and for those `*` in this list is no wildcard."
	}
	return ""
}

// isWanted tells fields that scripts ask for; those of servers, caches and
// browsers are none of theirs.
func isWanted(name string) bool {
	switch name {
	case "etag", "location", "link", "content-disposition", "content-range", "retry-after", "www-authenticate", "content-location", "accept-ranges", "x-request-id", "request-id":
		return true
	case "x-cache", "x-cache-hits", "x-served-by", "x-timer", "x-powered-by", "x-frame-options", "x-content-type-options", "x-xss-protection",
		"x-dns-prefetch-control", "x-download-options", "x-permitted-cross-domain-policies", "x-robots-tag", "x-ua-compatible", "x-varnish", "x-runtime",
		"x-azure-ref", "x-aspnet-version", "x-envoy-upstream-service-time", "x-dispatcher", "x-vhost", "x-via", "x-accel-buffering", "x-fastly-request-id":
		return false
	}
	return strings.HasPrefix(name, "x-") && !strings.HasPrefix(name, "x-amz-") && !strings.HasPrefix(name, "x-amzn-") ||
		strings.HasPrefix(name, "ratelimit") || strings.HasPrefix(name, "tus-") || strings.HasPrefix(name, "upload-")
}

// How long browsers remember a preflight's answer at most.
var ageCaps = []struct {
	browser string
	seconds int64
}{{"Firefox", 86400}, {"Chromium", 7200}, {"WebKit", 600}}

// maxAge finds lifetimes of preflights that browsers cut short or cannot read.
func (c *comparison) maxAge(x *trace.Exchange) {
	if !x.Preflight || x.Response == nil || x.Blocked() {
		return
	}
	values := x.Response.Header.Values(cors.HeaderMaxAge)
	if len(values) == 0 {
		return
	}
	value := strings.Join(values, ", ")
	seconds, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil || seconds < 0 {
		c.add(trace.OriginOf(x.Request.URL), ageInvalid(x))
		return
	}
	var browsers []Browser
	for _, b := range ageCaps {
		if seconds > b.seconds {
			browsers = append(browsers, Browser{Name: b.browser, Text: Text(fmt.Sprintf("remembers it for %s at most (%d seconds).", spell(b.seconds), b.seconds))})
		}
	}
	if len(browsers) == 0 {
		return
	}
	f := finding(RuleMaxAgeCapped, Notice, x)
	f.Title = "Browsers remember the preflight for a shorter time than the server says"
	f.Happened = Text("The server lets browsers remember the answer to the preflight for " + spell(seconds) + ", and some do not: they ask again sooner.")
	f.Evidence = []Evidence{quote(x, "", cors.HeaderMaxAge)}
	f.Expected = "At most `600`, if all browsers are to do as they are told; more does no harm."
	f.Details = []Text{"A long time has a price: when the policy changes, browsers go by the old one until it is over."}
	f.Remedy = Remedy{Text: "Nothing has to be done. Do not count on fewer preflights than the browsers below make."}
	f.Standard = Link{Text: "CORS-preflight fetch: a user agent may have its own limit for the max age.", URL: anchor + "http-access-control-max-age"}
	f.Browsers = browsers
	c.add(trace.OriginOf(x.Request.URL), f)
}

func ageInvalid(x *trace.Exchange) Finding {
	f := finding(RuleMaxAgeInvalid, Notice, x)
	f.Title = "`Access-Control-Max-Age` is no number of seconds"
	f.Happened = "The field says for how long browsers may remember the answer to the preflight, and they cannot read it; so they ask again almost every time."
	f.Evidence = []Evidence{quote(x, "", cors.HeaderMaxAge)}
	f.Expected = "A number of seconds and nothing else, such as `600`."
	f.Remedy = Remedy{Text: "Send:", Send: []string{cors.HeaderMaxAge + ": 600"}, On: "preflight"}
	f.Standard = Link{Text: "CORS-preflight fetch: without a max age that can be read, it is 5 seconds.", URL: anchor + "http-access-control-max-age"}
	f.Browsers = []Browser{{Name: "Chromium and WebKit", Text: "take it for 5 seconds, and a negative number for none."}, {Name: "Firefox", Text: "remembers nothing."}}
	return f
}

// spell writes a number of seconds as people say it.
func spell(seconds int64) string {
	d := time.Duration(min(seconds, int64(1e9))) * time.Second
	for _, u := range []struct {
		unit time.Duration
		noun string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d >= u.unit && d%u.unit == 0 {
			return count(int(d/u.unit), u.noun)
		}
	}
	return count(int(d/time.Second), "second")
}

// cookies finds cookies that will not come back from the page that got them.
func (c *comparison) cookies(x *trace.Exchange) {
	if x.Preflight || x.Response == nil || !isCrossSite(x) {
		return
	}
	s := newSubjectFor(c.trace, x)
	for _, line := range x.Response.Header.Values("Set-Cookie") {
		name, attributes := cookieParts(line)
		if !s.credentials {
			if x.Credentials != "" { // otherwise it is not known
				c.add(trace.OriginOf(x.Request.URL), cookieIgnored(s, name))
			}
			return
		}
		if why, cure := whyNotCrossSite(attributes); why != "" {
			f := finding(RuleCookieCrossSite, Broken, x)
			f.Title = Text("The cookie " + code(name) + " will not be sent from this page")
			f.Happened = Text("The answer sets the cookie " + code(name) + ", and the browser will not send it along when " + s.page() + ", which is of another site, asks again: " + why)
			f.Evidence = []Evidence{{Exchange: x.ID, Where: s.where(), Header: "Set-Cookie", Lines: []string{"Set-Cookie: " + line}}}
			f.Expected = "`SameSite=None; Secure`, and `Partitioned` for browsers that keep other sites' cookies apart."
			f.Details = []Text{"A different host is not yet a different site: `app.example.com` and `api.example.com` are of one site, and need none of this."}
			f.Remedy = Remedy{Text: Text(cure), Send: []string{"Set-Cookie: " + name + "=...; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"}, On: "response"}
			f.Remedy.Client = "Simpler, and safer: let the script send a token in `Authorization`, which no browser adds by itself."
			f.Standard = Link{Text: "RFC 6265bis: SameSite.", URL: "https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-the-samesite-attribute"}
			f.Browsers = []Browser{{Name: "WebKit and Firefox", Text: "block or partition cookies of other sites by default, `SameSite=None` or not."}, {Name: "Chromium", Text: "takes a missing `SameSite` for `Lax`."}}
			c.add(trace.OriginOf(x.Request.URL)+" "+name, f)
		}
	}
}

// isCrossSite reports whether the page and the server are of different sites.
func isCrossSite(x *trace.Exchange) bool {
	page, err := cors.ParseOrigin(originOf(x))
	if err != nil {
		return false
	}
	server, err := cors.ParseOrigin(trace.OriginOf(x.Request.URL))
	return err == nil && !page.SameSite(server)
}

// cookieParts reads the name and the attributes, in lower case, of a Set-Cookie
// value.
func cookieParts(line string) (name string, attributes []string) {
	pair, rest, _ := strings.Cut(line, ";")
	name, _, _ = strings.Cut(pair, "=")
	for a := range strings.SplitSeq(rest, ";") {
		attributes = append(attributes, strings.ToLower(strings.ReplaceAll(a, " ", "")))
	}
	return strings.TrimSpace(name), attributes
}

// whyNotCrossSite says what keeps a cookie from crossing sites; "" for nothing.
func whyNotCrossSite(attributes []string) (why, cure string) {
	has := func(a string) bool { return slices.Contains(attributes, a) }
	switch {
	case has("samesite=strict"), has("samesite=lax"):
		return "it has `SameSite`, and not `None`.", "If other sites' pages are to be signed in with this cookie, set it so, and guard what it opens against forged requests:"
	case !has("samesite=none"):
		return "without `SameSite=None`, cookies stay with their own site.", "If other sites' pages are to be signed in with this cookie, set it so, and guard what it opens against forged requests:"
	case !has("secure"):
		return "with `SameSite=None`, it has to be `Secure` too, or it is thrown away.", "Add `Secure`, and use `https`:"
	}
	return "", ""
}

func cookieIgnored(s *subject, name string) Finding {
	f := finding(RuleCookieIgnored, Notice, s.x)
	f.Title = Text("The cookie " + code(name) + " is ignored")
	f.Happened = "The answer sets a cookie, and the request was made without credentials: the browser neither sends cookies with such a request nor keeps those that come."
	f.Evidence = []Evidence{s.evidence("Set-Cookie", "")}
	f.Expected = "A request with credentials, if the cookie matters."
	f.Remedy = Remedy{Text: "If it does, set `withCredentials = true` (with fetch, `credentials: \"include\"`) in the script; the server then has to name the origin and send `Access-Control-Allow-Credentials: true`. Otherwise the server need not set it."}
	f.Standard = Link{Text: "Fetch: cookies are stored only if credentials are included.", URL: anchor + "concept-http-network-fetch"}
	return f
}
