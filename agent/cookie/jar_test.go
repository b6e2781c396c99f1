package cookie_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/cookie"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func parseURL(t testing.TB, s string) *weburl.URL {
	t.Helper()
	u, err := weburl.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// at is the context of a page's request to its own site.
func at(t testing.TB, url string) fetch.CookieContext {
	t.Helper()
	u := parseURL(t, url)
	return fetch.CookieContext{URL: u, TopLevel: origin(t, u.OriginString()), SameSite: true, HTTP: true}
}

// across is the context of a request across sites, from a page of top.
func across(t testing.TB, url, top string) fetch.CookieContext {
	t.Helper()
	return fetch.CookieContext{URL: parseURL(t, url), TopLevel: origin(t, top), HTTP: true}
}

func origin(t testing.TB, s string) cors.Origin {
	t.Helper()
	o, err := cors.ParseOrigin(s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func byScript(c fetch.CookieContext) fetch.CookieContext {
	c.HTTP = false
	return c
}

// set sets one cookie and returns the reason why it was refused, "" if it was not.
func set(t testing.TB, jar *cookie.Jar, c fetch.CookieContext, line string) string {
	t.Helper()
	notes := jar.SetCookies(c, []string{line}, now)
	if len(notes) != 1 || notes[0].Line != line || notes[0].Kept != (notes[0].Reason == "") || notes[0].Kept != (notes[0].Detail == "") {
		t.Fatalf("notes of %.80q: %+v", line, notes)
	}
	return notes[0].Reason
}

// Each rule refuses what breaks it, says which rule that was, and keeps the rest.
// Standard: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7
func TestSetCookies(t *testing.T) {
	const page, plain = "https://app.site.example/in/page?q", "http://app.site.example/in/page?q"
	type c = fetch.CookieContext
	for _, test := range []struct {
		step, line string
		context    c
		want       string
	}{
		{"2", "=", at(t, page), cookie.Empty},
		{"3", "a=\x01", at(t, page), cookie.BadCharacter},
		{"4", "a=" + strings.Repeat("x", 4096), at(t, page), cookie.TooLarge},
		{"8", "a=1; Domain=exämple", at(t, page), cookie.BadDomain},
		{"9", "a=1; Domain=example", at(t, page), cookie.PublicSuffix},
		{"9", "a=1; Domain=github.io", at(t, "https://me.github.io/"), cookie.PublicSuffix},
		{"9", "a=1; Domain=github.io", at(t, "https://github.io/"), ""},
		{"9", "a=1; Domain=localhost", at(t, "http://localhost:80/"), ""},
		{"9", "a=1; Domain=co.uk", at(t, "https://a.co.uk/"), cookie.PublicSuffix},
		{"10", "a=1; Domain=site.example", at(t, page), ""},
		{"10", "a=1; Domain=.APP.site.example", at(t, page), ""},
		{"10", "a=1; Domain=other.example", at(t, page), cookie.DomainMismatch},
		{"10", "a=1; Domain=x.app.site.example", at(t, page), cookie.DomainMismatch},
		{"10", "a=1; Domain=ite.example", at(t, page), cookie.DomainMismatch},
		{"10", "a=1; Domain=0.0.1", at(t, "http://127.0.0.1/"), cookie.DomainMismatch},
		{"10", "a=1; Domain=127.0.0.1", at(t, "http://127.0.0.1/"), ""},
		{"10", "a=1; Domain=[::1]", at(t, "http://[::1]:8080/"), ""},
		{"13", "a=1; Secure", at(t, page), ""},
		{"13", "a=1; Secure", at(t, plain), cookie.InsecureOrigin},
		{"13", "a=1; Secure", at(t, "http://localhost/"), ""},
		{"15", "a=1; HttpOnly", byScript(at(t, page)), cookie.HTTPOnlyByScript},
		{"15", "a=1", byScript(at(t, page)), ""},
		{"18", "a=1", across(t, page, "https://other.test"), cookie.CrossSite},
		{"18", "a=1; SameSite=odd", across(t, page, "https://other.test"), cookie.CrossSite},
		{"18", "a=1; SameSite=Lax", across(t, page, "https://other.test"), cookie.CrossSite},
		{"18", "a=1; SameSite=Strict", across(t, page, "https://other.test"), cookie.CrossSite},
		{"18", "a=1; SameSite=None; Secure", across(t, page, "https://other.test"), ""},
		{"18, when the user goes there", "a=1; SameSite=Strict", c{URL: parseURL(t, page), Lax: true, HTTP: true}, ""},
		{"18, by a script in a frame", "a=1; SameSite=Lax", byScript(across(t, page, "https://other.test")), cookie.CrossSite},
		{"19", "a=1; SameSite=None", at(t, page), cookie.NoneWithoutSecure},
		{"20", "__Secure-a=1", at(t, page), cookie.SecurePrefix},
		{"20", "__sEcUrE-a=1; Domain=site.example", at(t, page), cookie.SecurePrefix},
		{"20", "__SECURE-a=1; Domain=site.example; Secure", at(t, page), ""},
		{"21", "__Host-a=1; Secure; Path=/", at(t, page), ""},
		{"21", "__HOST-a=1; Secure; Path=/", at(t, page), ""},
		{"21", "__Host-a=1; Path=/", at(t, page), cookie.HostPrefix},
		{"21", "__Host-a=1; Secure", at(t, "https://app.site.example/"), cookie.HostPrefix},
		{"21", "__host-a=1; Secure; Path=/in", at(t, page), cookie.HostPrefix},
		{"21", "__Host-a=1; Secure; Path=/; Domain=app.site.example", at(t, page), cookie.HostPrefix},
		{"layered cookies", "__Http-a=1; Secure", at(t, page), cookie.HTTPPrefix},
		{"layered cookies", "__Http-a=1; Secure; HttpOnly", at(t, page), ""},
		{"layered cookies", "__Host-Http-a=1; Secure; Path=/", at(t, page), cookie.HTTPPrefix},
		{"layered cookies", "__Host-Http-a=1; Secure; HttpOnly; Path=/", at(t, page), ""},
		{"22", "=__Host-a=1; Secure; Path=/", at(t, page), cookie.HiddenPrefix},
		{"22", "__secure-a; Secure; Path=/", at(t, page), cookie.HiddenPrefix},
		{"24", "a=1; Max-Age=0", at(t, page), cookie.Expired},
		{"partitioned cookies", "a=1; Partitioned", at(t, page), cookie.PartitionedWithoutSecure},
		{"partitioned cookies", "a=1; Partitioned; Secure; SameSite=None", across(t, page, "https://top.test"), ""},
		{"partitioned cookies", "a=1; Partitioned; Secure; SameSite=None", across(t, page, "null"), cookie.NoPartition},
		{"no host", "a=1", c{URL: parseURL(t, "data:,x"), SameSite: true, HTTP: true}, cookie.NotHTTP},
	} {
		var jar cookie.Jar
		if got := set(t, &jar, test.context, test.line); got != test.want {
			t.Errorf("step %s: %.80q on %s: %q, want %q", test.step, test.line, test.context.URL, got, test.want)
		}
		if got := len(jar.All(now)); (got == 1) != (test.want == "") {
			t.Errorf("step %s: %.80q on %s: %d cookies are kept", test.step, test.line, test.context.URL, got)
		}
	}
}

// A cookie goes with the requests that it was made for and with no other.
// Standard: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3
func TestCookies(t *testing.T) {
	const page = "https://app.site.example/in/page"
	navigation := fetch.CookieContext{URL: parseURL(t, page), TopLevel: origin(t, "https://other.test"), Lax: true, HTTP: true}
	for _, test := range []struct {
		why, line string
		goes      bool
		with      fetch.CookieContext
	}{
		{"the same again", "a=1", true, at(t, page)},
		{"another port", "a=1", true, at(t, "https://app.site.example:8443/in/page")},
		{"another scheme", "a=1", true, at(t, "http://app.site.example/in/page")},
		{"another scheme, Secure", "a=1; Secure", false, at(t, "http://app.site.example/in/page")},
		{"another host", "a=1", false, at(t, "https://data.site.example/in/page")},
		{"a host below", "a=1", false, at(t, "https://x.app.site.example/in/page")},
		{"Domain: itself", "a=1; Domain=site.example", true, at(t, page)},
		{"Domain: a host beside", "a=1; Domain=site.example", true, at(t, "https://data.site.example/in/page")},
		{"Domain: the domain", "a=1; Domain=site.example", true, at(t, "https://site.example/in/page")},
		{"Domain: a look-alike", "a=1; Domain=site.example", false, at(t, "https://mysite.example/in/page")},
		{"default path: the folder", "a=1", true, at(t, "https://app.site.example/in")},
		{"default path: below", "a=1", true, at(t, "https://app.site.example/in/to/it?x")},
		{"default path: above", "a=1", false, at(t, "https://app.site.example/")},
		{"default path: beside", "a=1", false, at(t, "https://app.site.example/inner")},
		{"Path with a slash: itself without", "a=1; Path=/in/", false, at(t, "https://app.site.example/in")},
		{"Path with a slash: below", "a=1; Path=/in/", true, at(t, page)},
		{"a script", "a=1", true, byScript(at(t, page))},
		{"a script, HttpOnly", "a=1; HttpOnly", false, byScript(at(t, page))},
		{"across sites, unset", "a=1", false, across(t, page, "https://other.test")},
		{"across sites, Lax", "a=1; SameSite=Lax", false, across(t, page, "https://other.test")},
		{"across sites, Strict", "a=1; SameSite=Strict", false, across(t, page, "https://other.test")},
		{"across sites, None", "a=1; SameSite=None; Secure", true, across(t, page, "https://other.test")},
		{"going there, unset", "a=1", true, navigation},
		{"going there, Lax", "a=1; SameSite=Lax", true, navigation},
		{"going there, Strict", "a=1; SameSite=Strict", false, navigation},
		{"going there, None", "a=1; SameSite=None; Secure", true, navigation},
	} {
		var jar cookie.Jar
		if why := set(t, &jar, at(t, page), test.line); why != "" {
			t.Errorf("%s: %q is refused: %s", test.why, test.line, why)
		}
		want := ""
		if test.goes {
			want = "a=1"
		}
		if got := jar.Cookies(test.with, now); got != want {
			t.Errorf("%s: %q goes as %q, want %q", test.why, test.line, got, want)
		}
	}
}

// The field lists longer paths first, then older cookies; one that is overwritten
// keeps its place.
// Standard: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3
func TestCookiesInOrder(t *testing.T) {
	var jar cookie.Jar
	c := at(t, "https://app.site.example/a/b/c")
	for _, line := range []string{
		"old=1; Path=/", "deep=1; Path=/a/b", "nameless", "young=1; Path=/", "wide=1; Path=/; Domain=site.example", "=x=y; Path=/a", "empty=; Path=/",
	} {
		if why := set(t, &jar, c, line); why != "" {
			t.Fatalf("%q is refused: %s", line, why)
		}
	}
	if why := set(t, &jar, c, "old=2; Path=/"); why != "" {
		t.Fatal(why)
	}
	const want = "deep=1; nameless; x=y; old=2; young=1; wide=1; empty="
	if got := jar.Cookies(c, now); got != want {
		t.Errorf("Cookie: %s\nwant    %s", got, want)
	}
}

// A cookie lasts until its time is over, and 400 days at the most; one that has
// expired deletes the one that is kept.
// Standard: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.5
func TestExpiry(t *testing.T) {
	c := at(t, "https://app.site.example/")
	for _, test := range []struct {
		line  string
		after time.Duration
		goes  bool
	}{
		{"a=1", 10 * 400 * 24 * time.Hour, true},
		{"a=1; Max-Age=60", time.Minute - 1, true},
		{"a=1; Max-Age=60", time.Minute, false},
		{"a=1; Max-Age=999999999", 400*24*time.Hour - 1, true},
		{"a=1; Max-Age=999999999", 400 * 24 * time.Hour, false},
		{"a=1; Expires=Fri, 02 Jan 2026 03:05:05 GMT", time.Minute - 1, true},
		{"a=1; Expires=Fri, 02 Jan 2026 03:05:05 GMT", time.Minute, false},
	} {
		var jar cookie.Jar
		set(t, &jar, c, test.line)
		if got := jar.Cookies(c, now.Add(test.after)) != ""; got != test.goes {
			t.Errorf("%q after %v: goes %v, want %v", test.line, test.after, got, test.goes)
		}
		if got := len(jar.All(now.Add(test.after))); (got == 1) != test.goes {
			t.Errorf("%q after %v: %d cookies are listed", test.line, test.after, got)
		}
		set(t, &jar, c, "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
		if got := jar.Cookies(c, now); got != "" {
			t.Errorf("%q is not deleted: %q", test.line, got)
		}
	}
}

// Neither plain http nor a script can replace what is kept from it.
// Standard: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7
func TestWhatIsKeptIsProtected(t *testing.T) {
	secure, plain := at(t, "https://app.site.example/login/en"), at(t, "http://app.site.example/login/en")
	for _, test := range []struct {
		step, kept, line string
		context          fetch.CookieContext
		want             string
	}{
		{"16", "a=1; Secure; Path=/login", "a=2; Path=/login", plain, cookie.OverlaysSecure},
		{"16", "a=1; Secure; Path=/login", "a=2; Path=/login/en", plain, cookie.OverlaysSecure},
		{"16", "a=1; Secure; Path=/login", "a=2; Path=/", plain, ""},
		{"16", "a=1; Secure; Path=/login", "a=2; Path=/foo", plain, ""},
		{"16", "a=1; Secure; Path=/login", "b=2; Path=/login", plain, ""},
		{"16", "a=1; Secure; Path=/; Domain=site.example", "a=2", plain, cookie.OverlaysSecure},
		{"16", "a=1; Secure; Path=/", "a=2; Domain=site.example", plain, cookie.OverlaysSecure},
		{"16", "a=1; Secure; Path=/", "a=2; Path=/", secure, ""},
		{"16", "a=1; Path=/", "a=2; Path=/", plain, ""},
		{"16", "a=1; Secure; Path=/", "a=; Path=/; Max-Age=0", plain, cookie.OverlaysSecure},
		{"23.2", "a=1; HttpOnly", "a=2", byScript(secure), cookie.OverwritesHTTPOnly},
		{"23.2", "a=1; HttpOnly", "a=; Max-Age=0", byScript(secure), cookie.OverwritesHTTPOnly},
		{"23.2", "a=1", "a=2", byScript(secure), ""},
	} {
		var jar cookie.Jar
		if why := set(t, &jar, secure, test.kept); why != "" {
			t.Fatalf("%q is refused: %s", test.kept, why)
		}
		if got := set(t, &jar, test.context, test.line); got != test.want {
			t.Errorf("step %s: %q after %q: %q, want %q", test.step, test.line, test.kept, got, test.want)
		}
		if got := jar.Cookies(secure, now); test.want != "" && got != "a=1" {
			t.Errorf("step %s: %q after %q: %q is sent", test.step, test.line, test.kept, got)
		}
	}
}

// A partitioned cookie goes only with the site in the address bar under which it
// was set, and does not take the place of one that is not partitioned.
// Standard: https://datatracker.ietf.org/doc/html/draft-cutler-httpbis-partitioned-cookies-01#section-2
func TestPartitioned(t *testing.T) {
	var jar cookie.Jar
	const widget = "https://widget.test/"
	first, second := across(t, widget, "https://www.one.example"), across(t, widget, "https://two.example")
	for _, s := range []struct {
		context fetch.CookieContext
		line    string
	}{
		{first, "a=first; Secure; SameSite=None; Partitioned"},
		{second, "a=second; Secure; SameSite=None; Partitioned"},
		{second, "a=all; Secure; SameSite=None"},
	} {
		if why := set(t, &jar, s.context, s.line); why != "" {
			t.Fatalf("%q is refused: %s", s.line, why)
		}
	}
	for _, test := range []struct {
		why     string
		context fetch.CookieContext
		want    string
	}{
		{"the first site", first, "a=first; a=all"},
		{"the same site, another host", across(t, widget, "https://shop.one.example:8443"), "a=first; a=all"},
		{"the same site by plain http", across(t, widget, "http://www.one.example"), "a=all"},
		{"the second site", second, "a=second; a=all"},
		{"the widget's own page", at(t, widget), "a=all"},
		{"no site", across(t, widget, "null"), "a=all"},
	} {
		if got := jar.Cookies(test.context, now); got != test.want {
			t.Errorf("%s: %q, want %q", test.why, got, test.want)
		}
	}
}

// Where third parties are blocked, only their partitioned cookies are kept and
// sent; hosts of the site in the address bar and pages the user goes to are no
// third parties.
func TestBlockThirdParty(t *testing.T) {
	jar := cookie.Jar{BlockThirdParty: true}
	const widget = "https://widget.test/"
	third := across(t, widget, "https://one.example")
	if got := set(t, &jar, third, "a=1; Secure; SameSite=None"); got != cookie.ThirdParty {
		t.Errorf("a third party's cookie: %q", got)
	}
	if got := set(t, &jar, third, "p=1; Secure; SameSite=None; Partitioned"); got != "" {
		t.Errorf("a third party's partitioned cookie: %q", got)
	}
	if got := set(t, &jar, at(t, widget), "own=1; Secure; SameSite=None"); got != "" {
		t.Errorf("its own page's cookie: %q", got)
	}
	going := fetch.CookieContext{URL: parseURL(t, widget), TopLevel: origin(t, "https://one.example"), Lax: true, HTTP: true}
	beside := across(t, "https://data.widget.test/", "https://widget.test")
	if got := set(t, &jar, beside, "b=1; Secure; SameSite=None"); got != "" {
		t.Errorf("a host of the same site: %q", got)
	}
	for _, test := range []struct {
		why     string
		context fetch.CookieContext
		want    string
	}{
		{"a third party", third, "p=1"},
		{"its own page", at(t, widget), "own=1"},
		{"the user goes there", going, "own=1"},
		{"a host of the same site", beside, "b=1"},
	} {
		if got := jar.Cookies(test.context, now); got != test.want {
			t.Errorf("%s: %q, want %q", test.why, got, test.want)
		}
	}
}

// The default of SameSite is a setting.
// Standard: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6.7
func TestDefaultSameSite(t *testing.T) {
	for _, test := range []struct {
		set  cookie.SameSite
		goes bool
	}{{cookie.Unset, false}, {cookie.Lax, false}, {cookie.Strict, false}, {cookie.None, true}} {
		jar := cookie.Jar{Default: test.set}
		c := across(t, "http://data.test/", "http://app.example")
		if got := set(t, &jar, c, "a=1") == ""; got != test.goes {
			t.Errorf("default %v: set across sites: %v", test.set, got)
		}
		if got := jar.Cookies(c, now) != ""; got != test.goes {
			t.Errorf("default %v: sent across sites: %v", test.set, got)
		}
	}
}

// A domain has 180 cookies at the most: those that are not Secure go first, and
// of these the one that has not been used for the longest time.
// Standard: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7
func TestLimitPerDomain(t *testing.T) {
	var jar cookie.Jar
	c := at(t, "https://app.site.example/")
	for i := range cookie.MaxPerDomain - 2 {
		set(t, &jar, c, fmt.Sprintf("s%d=1; Secure", i))
	}
	set(t, &jar, c, "used=1; Path=/used")
	set(t, &jar, c, "idle=1; Path=/idle")
	if got := jar.Cookies(at(t, "https://app.site.example/used"), now.Add(time.Second)); !strings.HasPrefix(got, "used=1; s0=1") {
		t.Fatalf("sent: %.80q", got)
	}
	set(t, &jar, c, "t1=1; Secure")
	if names := namesIn(&jar); len(names) != cookie.MaxPerDomain || slices.Contains(names, "idle") || !slices.Contains(names, "used") {
		t.Errorf("the idle one is not the first to go: %d are kept", len(names))
	}
	set(t, &jar, c, "t2=1; Secure")
	if got := set(t, &jar, c, "late=1"); got != cookie.NoRoom {
		t.Errorf("one that is not Secure, where all others are: %q", got)
	}
	set(t, &jar, c, "t3=1; Secure")
	names := namesIn(&jar)
	if len(names) != cookie.MaxPerDomain || slices.Contains(names, "t1") || !slices.Contains(names, "t3") {
		t.Errorf("the least used of those that are Secure stays: %d are kept", len(names))
	}
	if got := set(t, &jar, at(t, "https://data.site.example/"), "other=1"); got != "" {
		t.Errorf("another domain has no room: %q", got)
	}
}

// There are 3000 cookies in all at the most; expired ones go first, then the one
// that has not been used for the longest time.
// Standard: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7
func TestLimitInAll(t *testing.T) {
	var jar cookie.Jar
	for i := range cookie.MaxCookies - 1 {
		set(t, &jar, at(t, fmt.Sprintf("https://h%d.example/", i/100)), fmt.Sprintf("c%d=1", i))
	}
	set(t, &jar, at(t, "https://short.example/"), "short=1; Max-Age=1")
	later := now.Add(time.Minute)
	jar.SetCookies(at(t, "https://new.example/"), []string{"n1=1"}, later)
	if names := namesIn(&jar); len(names) != cookie.MaxCookies || slices.Contains(names, "short") || !slices.Contains(names, "c0") {
		t.Errorf("after an expired one could go, %d are kept", len(names))
	}
	jar.SetCookies(at(t, "https://new.example/"), []string{"n2=1"}, later)
	if names := namesIn(&jar); len(names) != cookie.MaxCookies || slices.Contains(names, "c0") || !slices.Contains(names, "c1") {
		t.Errorf("after the oldest should have gone, %d are kept", len(names))
	}
}

func namesIn(jar *cookie.Jar) []string {
	var names []string
	for _, c := range jar.All(now) {
		names = append(names, c.Name)
	}
	return names
}

// What is set by hand obeys the rules, and can be listed, set again, and cleared.
func TestSetByHand(t *testing.T) {
	u := parseURL(t, "https://app.site.example/in/page")
	for _, test := range []struct {
		in     cookie.Cookie
		reason string
		want   cookie.Cookie
	}{
		{in: cookie.Cookie{Name: "a", Value: "1"}, want: cookie.Cookie{Name: "a", Value: "1", Domain: "app.site.example", HostOnly: true, Path: "/in"}},
		{
			in:   cookie.Cookie{Name: "a", Domain: "site.example", Path: "/", Expires: now.Add(1000 * 24 * time.Hour), Secure: true, HTTPOnly: true, SameSite: cookie.None},
			want: cookie.Cookie{Name: "a", Domain: "site.example", Path: "/", Expires: now.Add(cookie.MaxAge), Secure: true, HTTPOnly: true, SameSite: cookie.None},
		},
		{
			in:   cookie.Cookie{Name: "__Host-a", Value: "1", Path: "/", Secure: true, Partition: "https://top.example"},
			want: cookie.Cookie{Name: "__Host-a", Value: "1", Domain: "app.site.example", HostOnly: true, Path: "/", Secure: true, Partition: "https://top.example"},
		},
		{in: cookie.Cookie{}, reason: cookie.Empty},
		{in: cookie.Cookie{Name: "a", Value: "1; Secure"}, reason: cookie.BadCharacter},
		{in: cookie.Cookie{Name: "a=b"}, reason: cookie.BadCharacter},
		{in: cookie.Cookie{Name: " a"}, reason: cookie.BadCharacter},
		{in: cookie.Cookie{Name: "a", Value: "\n"}, reason: cookie.BadCharacter},
		{in: cookie.Cookie{Name: "a", Path: "in"}, reason: cookie.BadCharacter},
		{in: cookie.Cookie{Name: "a", Domain: "other.example"}, reason: cookie.DomainMismatch},
		{in: cookie.Cookie{Name: "a", SameSite: cookie.None}, reason: cookie.NoneWithoutSecure},
		{in: cookie.Cookie{Name: "a", Secure: true, Partition: "top"}, reason: cookie.NoPartition},
		{in: cookie.Cookie{Name: "a", Expires: now}, reason: cookie.Expired},
	} {
		var jar cookie.Jar
		err := jar.Set(u, test.in, now)
		if refusal, ok := errors.AsType[*cookie.Refusal](err); ok != (test.reason != "") || ok && refusal.Reason != test.reason {
			t.Errorf("Set(%+v): %v, want %q", test.in, err, test.reason)
		}
		if test.reason != "" {
			continue
		}
		all := jar.All(now)
		if len(all) != 1 || all[0] != test.want {
			t.Errorf("Set(%+v) kept %+v", test.in, all)
			continue
		}
		if err := jar.Set(u, all[0], now); err != nil || len(jar.All(now)) != 1 {
			t.Errorf("set again: %v, %+v", err, jar.All(now))
		}
		if jar.Clear(); len(jar.All(now)) != 0 {
			t.Errorf("after Clear: %+v", jar.All(now))
		}
	}
}

// A jar may be used by many at once.
func TestJarConcurrently(t *testing.T) {
	var jar cookie.Jar
	var group sync.WaitGroup
	for i := range 8 {
		c := at(t, "https://app.site.example/")
		group.Go(func() {
			for k := range 50 {
				jar.SetCookies(c, []string{fmt.Sprintf("c%d=%d; Path=/", i, k)}, now)
				jar.Cookies(c, now)
				jar.All(now)
			}
		})
	}
	group.Wait()
	if got := len(jar.All(now)); got != 8 {
		t.Errorf("%d cookies are kept, want 8", got)
	}
}

// Whatever a server sends, its cookies stay with its own domain, never a public
// suffix, and what is kept is sent back to the folder that it was set for.
func FuzzSetCookies(f *testing.F) {
	for _, line := range []string{"a=1", "a=1; Domain=site.example", "a=1; Domain=example; Path=/x", "__Host-a=1; Secure; Path=/", "a; Domain=..; Path=//", "a=1; Domain=.site.example.", "a=1; Partitioned; Secure"} {
		f.Add(line)
	}
	c := at(f, "https://app.site.example/in/page")
	f.Fuzz(func(t *testing.T, line string) {
		var jar cookie.Jar
		why := set(t, &jar, c, line)
		all := jar.All(now)
		if (why == "") != (len(all) == 1) {
			t.Fatalf("%q: %q, and %+v", line, why, all)
		}
		if why != "" {
			return
		}
		if d := all[0].Domain; d != "app.site.example" && d != "site.example" {
			t.Errorf("%q: kept for %q", line, d)
		}
		u, err := weburl.Parse("https://app.site.example" + all[0].Path)
		if err != nil || u.Path() != all[0].Path {
			return // no URL has such a path
		}
		want := strings.TrimPrefix(all[0].Name+"="+all[0].Value, "=")
		if got := jar.Cookies(fetch.CookieContext{URL: u, TopLevel: c.TopLevel, SameSite: true, HTTP: true}, now); got != want {
			t.Errorf("%q: sent as %q, want %q", line, got, want)
		}
	})
}

// BenchmarkCookies is a request to a host that has three cookies, in a jar with
// many others.
func BenchmarkCookies(b *testing.B) {
	var jar cookie.Jar
	for i := range 1000 {
		set(b, &jar, at(b, fmt.Sprintf("https://h%d.example/", i)), "c=1")
	}
	c := at(b, "https://app.site.example/")
	set(b, &jar, c, "sid=0123456789abcdef; Secure; HttpOnly")
	set(b, &jar, c, "theme=dark")
	set(b, &jar, c, "wide=1; Domain=site.example")
	b.ReportAllocs()
	for b.Loop() {
		if jar.Cookies(c, now) == "" {
			b.Fatal("nothing is sent")
		}
	}
}
