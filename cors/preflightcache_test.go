package cors_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors"
)

var (
	start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	key   = cors.PreflightKey{Origin: app, URL: "https://data.example/r"}
)

// An answer spares preflights for what it approved, for as long as it said, and
// for nothing else.
// Standard: https://fetch.spec.whatwg.org/#concept-cache
func TestPreflightCache(t *testing.T) {
	put := cors.Request{Origin: app, Method: "PUT"}
	withA := cors.Request{Origin: app, Method: "GET", UnsafeHeaders: []string{"x-a"}}
	answer := fields{cors.HeaderAllowMethods: {"PUT"}, cors.HeaderAllowHeaders: {"X-A"}, cors.HeaderMaxAge: {"60"}}
	for _, test := range []struct {
		why    string
		stored cors.Request
		answer fields
		asks   cors.Request
		key    cors.PreflightKey
		after  time.Duration
		spared bool
	}{
		{"the same again", put, answer, put, key, time.Second, true},
		{"until it expires", put, answer, put, key, time.Minute, false},
		{"a header that was listed, though not asked for", put, answer, withA, key, time.Second, true},
		{"a method that was not listed", put, answer, cors.Request{Method: "DELETE"}, key, time.Second, false},
		{"a header that was not listed", put, answer, cors.Request{Method: "PUT", UnsafeHeaders: []string{"x-b"}}, key, time.Second, false},
		{"another URL", put, answer, put, cors.PreflightKey{Origin: app, URL: "https://data.example/s"}, time.Second, false},
		{"another origin", put, answer, put, cors.PreflightKey{Origin: "https://b.example", URL: key.URL}, time.Second, false},
		{"another partition", put, answer, put, cors.PreflightKey{Partition: "p", Origin: app, URL: key.URL}, time.Second, false},
		{"with credentials, after one without", put, answer, cors.Request{Method: "PUT", Credentials: true}, key, time.Second, false},
		{"without credentials, after one with", cors.Request{Method: "PUT", Credentials: true}, answer, put, key, time.Second, true},
		{"five seconds by default", put, fields{cors.HeaderAllowMethods: {"PUT"}}, put, key, 4999 * time.Millisecond, true},
		{"and no more", put, fields{cors.HeaderAllowMethods: {"PUT"}}, put, key, 5 * time.Second, false},
		{"an unreadable age is five seconds too", put, fields{cors.HeaderAllowMethods: {"PUT"}, cors.HeaderMaxAge: {"-1"}}, put, key, time.Second, true},
		{"zero is nothing", put, fields{cors.HeaderAllowMethods: {"PUT"}, cors.HeaderMaxAge: {"0"}}, put, key, 0, false},
		{"a day is the most", put, fields{cors.HeaderAllowMethods: {"PUT"}, cors.HeaderMaxAge: {"99999999999"}}, put, key, 24 * time.Hour, false},
		{"any method", put, fields{cors.HeaderAllowMethods: {"*"}}, cors.Request{Method: "FOO"}, key, time.Second, true},
		{"any header but Authorization", put, fields{cors.HeaderAllowHeaders: {"*"}}, cors.Request{Method: "GET", UnsafeHeaders: []string{"authorization"}}, key, time.Second, false},
		{"any header", put, fields{cors.HeaderAllowHeaders: {"*"}}, withA, key, time.Second, true},
		{"a forced preflight approves its method", cors.Request{Method: "POST", ForcedPreflight: true}, fields{}, cors.Request{Method: "POST", ForcedPreflight: true}, key, time.Second, true},
	} {
		var cache cors.PreflightCache
		cache.Store(test.stored, key, test.answer, start)
		if got := !cache.NeedsPreflight(test.asks, test.key, start.Add(test.after)); got != test.spared {
			t.Errorf("%s: spared %v, want %v", test.why, got, test.spared)
		}
	}
}

// A later answer renews what it names again and leaves the rest, unless told to
// replace everything.
func TestPreflightCacheAddsOrReplaces(t *testing.T) {
	put, del := cors.Request{Method: "PUT"}, cors.Request{Method: "DELETE"}
	for _, replace := range []bool{false, true} {
		cache := cors.PreflightCache{Replace: replace, NegativeIsZero: true, MaxAge: time.Minute}
		cache.Store(put, key, fields{cors.HeaderAllowMethods: {"PUT"}, cors.HeaderMaxAge: {"600"}}, start)
		cache.Store(del, key, fields{cors.HeaderAllowMethods: {"DELETE"}, cors.HeaderMaxAge: {"600"}}, start)
		if got := cache.NeedsPreflight(put, key, start); got != replace {
			t.Errorf("replace %v: PUT needs a preflight after DELETE's: %v", replace, got)
		}
		if cache.NeedsPreflight(del, key, start) || !cache.NeedsPreflight(del, key, start.Add(time.Minute)) {
			t.Errorf("replace %v: DELETE is not remembered for the minute of the cap", replace)
		}
		cache.Store(del, key, fields{cors.HeaderAllowMethods: {"DELETE"}, cors.HeaderMaxAge: {"-1"}}, start)
		if !cache.NeedsPreflight(del, key, start) {
			t.Errorf("replace %v: a negative age was remembered", replace)
		}
		cache.Clear(key)
		if !cache.NeedsPreflight(put, key, start) {
			t.Errorf("replace %v: the cleared target is remembered", replace)
		}
	}
}

// The cache forgets rather than grows.
func TestPreflightCacheIsBounded(t *testing.T) {
	var cache cors.PreflightCache
	put := cors.Request{Method: "PUT"}
	kept := 0
	const stored = 10_000
	target := func(i int) cors.PreflightKey { return cors.PreflightKey{Origin: app, URL: strconv.Itoa(i)} }
	for i := range stored {
		cache.Store(put, target(i), fields{cors.HeaderAllowMethods: {"PUT"}}, start)
	}
	for i := range stored {
		if !cache.NeedsPreflight(put, target(i), start) {
			kept++
		}
	}
	if kept < 1000 || kept > 5000 {
		t.Errorf("%d of %d targets are remembered", kept, stored)
	}
	if cache.NeedsPreflight(put, target(stored-1), start) {
		t.Error("the newest target is forgotten")
	}
}

// A simple request needs no preflight, with or without a cache.
func TestNoCache(t *testing.T) {
	var none *cors.PreflightCache
	if none.NeedsPreflight(cors.Request{Method: "POST"}, key, start) {
		t.Error("a POST without unsafe headers needs a preflight")
	}
	if !none.NeedsPreflight(cors.Request{Method: "PUT"}, key, start) {
		t.Error("a PUT needs no preflight")
	}
}

// Sites, schemes and ports tell origins apart as the standards say.
func TestSites(t *testing.T) {
	for _, test := range []struct {
		a, b       string
		site       bool
		mixed      bool // a page of a fetching from b
		secFetch   string
		trustworth bool // b
	}{
		{"https://app.example.com", "https://data.example.com", true, false, "same-site", true},
		{"https://app.example.com", "http://data.example.com", false, true, "cross-site", false},
		{"https://a.github.io", "https://b.github.io", false, false, "cross-site", true},
		{"http://localhost:1", "http://localhost:2", true, false, "same-site", true},
		{"http://localhost:1", "http://127.0.0.1:1", false, false, "cross-site", true},
		{"https://app.example", "http://127.0.0.1:1", false, false, "cross-site", true},
		{"https://app.example", "https://app.example", true, false, "same-origin", true},
		{"http://[::1]", "http://[::1]:8", true, false, "same-site", true},
		{"null", "http://a.example", false, false, "cross-site", false},
	} {
		a, errA := cors.ParseOrigin(test.a)
		b, errB := cors.ParseOrigin(test.b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		mixed := cors.CheckTarget(test.b+"/", 443, a.Scheme() == "https")
		if a.SameSite(b) != test.site || b.IsTrustworthy() != test.trustworth || mixed.Refused() != test.mixed {
			t.Errorf("%s and %s: same site %v, trustworthy %v, mixed content %v", a, b, a.SameSite(b), b.IsTrustworthy(), mixed)
		}
		if got := cors.FetchSite(cors.Party{Origin: test.a, Site: a.Site()}, cors.Party{Origin: test.b, Site: b.Site()}); got != test.secFetch {
			t.Errorf("from %s to %s: Sec-Fetch-Site %s, want %s", a, b, got, test.secFetch)
		}
	}
	if !cors.IsBadPort(25) || !cors.IsBadPort(6000) || cors.IsBadPort(443) || cors.IsBadPort(8401) {
		t.Error("bad ports are told wrongly")
	}
}

// Neither long URLs nor long names make the cache grow beyond a few megabytes; what
// is short is remembered beside them.
func TestPreflightCacheIsBoundedInBytes(t *testing.T) {
	put := cors.Request{Origin: app, Method: "PUT"}
	spared := func(c *cors.PreflightCache, r cors.Request, url string) bool {
		return !c.NeedsPreflight(r, cors.PreflightKey{Origin: app, URL: url}, start)
	}
	var urls cors.PreflightCache
	long := func(i int) string { return "https://data.example/" + strings.Repeat("x", 32<<10) + strconv.Itoa(i) }
	for i := range 1000 {
		urls.Store(put, cors.PreflightKey{Origin: app, URL: long(i)}, fields{cors.HeaderAllowMethods: {"PUT"}}, start)
		if !spared(&urls, put, long(i)) {
			t.Fatal("what was approved last is not remembered")
		}
	}
	kept := 0
	for i := range 1000 {
		if spared(&urls, put, long(i)) {
			kept++
		}
	}
	if kept > 4<<20/(32<<10) {
		t.Errorf("%d keys of 32 KiB are kept", kept)
	}
	url := "https://data.example/" + strings.Repeat("x", 1<<20)
	urls.Store(put, cors.PreflightKey{Origin: app, URL: url}, fields{cors.HeaderAllowMethods: {"PUT"}}, start)
	if spared(&urls, put, url) {
		t.Error("a URL of 1 MiB is remembered")
	}

	var names cors.PreflightCache
	huge := strings.Repeat("x", 1<<20)
	names.Store(put, key, fields{cors.HeaderAllowMethods: {"PUT"}, cors.HeaderAllowHeaders: {huge + ", x-a"}}, start)
	if r := (cors.Request{Origin: app, Method: "PUT", UnsafeHeaders: []string{huge}}); spared(&names, r, key.URL) {
		t.Error("a name of 1 MiB is remembered")
	}
	if r := (cors.Request{Origin: app, Method: "PUT", UnsafeHeaders: []string{"x-a"}}); !spared(&names, r, key.URL) {
		t.Error("a short name beside a long one is forgotten")
	}

	var again cors.PreflightCache // the books stay right when entries are renewed, replaced and cleared
	again.Replace = true
	for range 300 {
		again.Store(put, key, fields{cors.HeaderAllowMethods: {"PUT"}, cors.HeaderAllowHeaders: {strings.Repeat("y", 30<<10)}}, start)
		again.Store(put, cors.PreflightKey{Origin: app, URL: "https://data.example/other"}, fields{cors.HeaderAllowMethods: {"PUT"}}, start)
		if !spared(&again, put, key.URL) || !spared(&again, put, "https://data.example/other") {
			t.Fatal("what there is room for is forgotten")
		}
	}
	again.Clear(key)
	if spared(&again, put, key.URL) {
		t.Error("what was cleared is remembered")
	}
}
