package cors_test

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
)

func addHostile(f *testing.F, add func(row hostileRow)) {
	for _, row := range hostileRows(f) {
		add(row)
	}
}

// Whatever ParseOrigin reads is written back as it was, is a URL whose parts are
// those of the origin, and holds nothing that could end a header value or a host.
func FuzzParseOrigin(f *testing.F) {
	addHostile(f, func(row hostileRow) { f.Add(row.Origin) })
	for _, s := range []string{"http://[::ffff:1.2.3.4]", "http://[::ffff:102:304]", "http://0x7f.1", "https://a..b", "https://1.2.3.4.", "https://xn--a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, err := cors.ParseOrigin(s)
		if (err == nil) != cors.IsOrigin(s) {
			t.Fatalf("IsOrigin(%q) differs from ParseOrigin: %v", s, err)
		}
		if err != nil || o.IsOpaque() {
			return
		}
		if o.String() != s {
			t.Fatalf("%q is written back as %q", s, o)
		}
		if strings.ContainsAny(s, " \t\r\n\x00/@?#") && strings.Count(s, "/") != 2 {
			t.Fatalf("%q holds what no origin holds", s)
		}
		if !strings.HasPrefix(s, o.Scheme()+"://"+o.Host()) {
			t.Fatalf("%q does not begin with scheme %q and host %q", s, o.Scheme(), o.Host())
		}
		wantSameURL(t, s, o)
	})
}

// What the short way reads, the long one reads too, and the same; what it says is no
// origin, the long one does not read. Labels of plain origins are valid, being in no
// Punycode.
func FuzzReadPlain(f *testing.F) {
	addHostile(f, func(row hostileRow) { f.Add(row.Origin) })
	for _, s := range []string{"http://a.b:80", "https://a.b:8443", "https://a..b", "https://a.0x1", "https://a.xn--b", "https://xn--a.b", "https://a.-b", "https://a.b.", "https://[::1]:80", "https://[::1]:8", "https://a]", "http://A.b", "https://a%", "https://a:b:1", "https://a!"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		short, form, long, problem := cors.ReadBothWays(s)
		if form == cors.NoForm && problem == "" {
			t.Fatalf("%q: the long way reads it", s)
		}
		if form != cors.PlainForm {
			return
		}
		if problem != "" {
			t.Fatalf("%q: the long way says %s", s, problem)
		}
		if !short.IsPlain() || long.IsPlain() || short.String() != long.String() || short.Host() != long.Host() || short.Scheme() != long.Scheme() || short.Port() != long.Port() {
			t.Fatalf("%q: %#v and %#v", s, short, long)
		}
		if !cors.IsPlainName(short.Host()) || !cors.IsOrigin(s) {
			t.Fatalf("%q is not plain", s)
		}
	})
}

// wantSameURL compares with net/url, where that agrees to read the text at all.
func wantSameURL(t *testing.T, s string, o cors.Origin) {
	u, err := url.Parse(s)
	if err != nil {
		return
	}
	if u.Scheme != o.Scheme() || u.User != nil || u.Path != "" {
		t.Fatalf("%q: net/url reads %#v", s, u)
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && a.Is4() && u.Hostname() != o.Host() {
		t.Fatalf("%q: address %v, host %q", s, a, o.Host())
	}
}

// Whatever matches a pattern is a valid serialized origin of that pattern, and
// PatternsNaming lists exactly the patterns that match.
func FuzzPattern(f *testing.F) {
	addHostile(f, func(row hostileRow) { f.Add(row.Policy[0], row.Origin) })
	f.Add("http://*.http", "http://a.http")
	f.Add("https://*.xn--bcher-kva.example:*", "https://a.xn--bcher-kva.example:81")
	f.Fuzz(func(t *testing.T, pattern, origin string) {
		p, err := cors.ParsePattern(pattern)
		if err != nil {
			return
		}
		if p.String() != pattern {
			t.Fatalf("pattern %q is written back as %q", pattern, p)
		}
		o, err := cors.ParseOrigin(origin)
		if err != nil {
			return
		}
		listed := slices.Contains(cors.PatternsNaming(origin), pattern)
		if p.Matches(o) != listed {
			t.Fatalf("pattern %q and origin %q: matches %v, listed %v", pattern, origin, p.Matches(o), listed)
		}
		if p.Matches(o) && !p.Any() {
			wantOriginOf(t, p, o)
		}
	})
}

// wantOriginOf builds the origin again from the pattern's parts.
func wantOriginOf(t *testing.T, p cors.Pattern, o cors.Origin) {
	switch {
	case p.Exact():
		if p.String() != o.String() {
			t.Fatalf("exact pattern %q names %q", p, o)
		}
	case p.Below():
		labels, ok := strings.CutSuffix(o.Host(), "."+p.Host())
		if !ok || labels == "" || strings.HasPrefix(labels, ".") || strings.ContainsAny(labels, "/:@[]") {
			t.Fatalf("pattern %q names host %q", p, o.Host())
		}
	default:
		if o.Host() != p.Host() || !p.AnyPort() {
			t.Fatalf("pattern %q names %q", p, o)
		}
	}
	if !p.Exact() && o.Scheme() != p.Scheme() {
		t.Fatalf("pattern %q names scheme %q", p, o.Scheme())
	}
}

// The checks of the browser's side never accept an answer that lacks the
// request's own origin or "*".
func FuzzCheck(f *testing.F) {
	f.Add("https://app.example", true, "https://app.example", "true", "PUT", "x-a", "PUT, PATCH", "*", 204)
	f.Add("null", false, "*", "", "patch", "authorization", "*", "*", 200)
	f.Fuzz(func(t *testing.T, origin string, credentials bool, allowOrigin, allowCredentials, method, name, methods, headers string, status int) {
		r := cors.Request{Origin: origin, Credentials: credentials, Method: method, UnsafeHeaders: []string{name}}
		answer := fields{
			cors.HeaderAllowOrigin: {allowOrigin}, cors.HeaderAllowCredentials: {allowCredentials},
			cors.HeaderAllowMethods: {methods}, cors.HeaderAllowHeaders: {headers},
		}
		check := cors.Check(r, answer, cors.OnResponse)
		named := allowOrigin == origin && (!credentials || allowCredentials == "true")
		if want := named || allowOrigin == "*" && !credentials; check.Allowed() != want {
			t.Fatalf("verdict %v on %v, want allowed %v", check, answer, want)
		}
		preflight := cors.CheckPreflight(r, status, answer)
		if preflight.Allowed() && (!check.Allowed() || status < 200 || status > 299) {
			t.Fatalf("the preflight %v is allowed with status %d and check %v", answer, status, check)
		}
		if preflight.Reason == cors.Undecided {
			t.Fatal("the preflight was not decided")
		}
	})
}

// Of whatever a server exposes, script reads no cookie, always what is safelisted,
// all of the rest by "*" without credentials, and otherwise what a well-formed list
// names.
func FuzzExpose(f *testing.F) {
	f.Add("X-A, x-b", "X-B", false)
	f.Add("*", "set-cookie", false)
	f.Add("*", "X-A", true)
	f.Add("X A, X-B", "x-b", false)
	f.Add(",,\t", "", true)
	f.Fuzz(func(t *testing.T, list, name string, credentials bool) {
		e := cors.Expose(cors.Request{Credentials: credentials}, fields{cors.HeaderExposeHeaders: {list}})
		wellFormed, listed, all := true, false, false
		for element := range strings.SplitSeq(list, ",") {
			element = strings.Trim(element, " \t")
			wellFormed = wellFormed && (element == "" || cors.IsToken(element))
			listed = listed || element != "" && strings.EqualFold(element, name)
			all = all || element == "*" && !credentials
		}
		want := !cors.IsForbiddenResponseHeader(name) && (cors.IsSafelistedResponseHeader(name) || wellFormed && (listed || all))
		if got := e.Has(name); got != want {
			t.Fatalf("%q exposes %q, credentials %v: %v, want %v", list, name, credentials, got, want)
		}
	})
}
