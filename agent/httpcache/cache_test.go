package httpcache_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/httpcache"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// date is the value of a field with the time so much later than now.
func date(after time.Duration) string { return now.Add(after).Format("Mon, 02 Jan 2006 15:04:05 GMT") }

// fields reads lines of "name: value".
func fields(lines ...string) []wire.Field {
	var all []wire.Field
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		all = append(all, wire.Field{Name: name, Value: value})
	}
	return all
}

func get(t testing.TB, url string, header ...string) fetch.CacheRequest {
	t.Helper()
	u, err := weburl.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	return fetch.CacheRequest{Partition: "https://app.example", Method: "GET", URL: u, Header: fields(header...)}
}

const photo = "https://data.test/photo"

func ok(body string, header ...string) *wire.Response {
	return &wire.Response{Status: 200, Reason: "OK", Header: fields(header...), Body: io.NopCloser(strings.NewReader(body)), Length: int64(len(body))}
}

// keep has a response stored as it is read to its end and closed.
func keep(t testing.TB, cache *httpcache.Cache, r fetch.CacheRequest, resp *wire.Response) {
	t.Helper()
	body := cache.Keep(r, resp, now, now)
	if _, err := io.Copy(io.Discard, body); err != nil {
		t.Fatal(err)
	}
	if err := body.Close(); err != nil {
		t.Fatal(err)
	}
}

// lookup returns what is found and its body; nil and "" for nothing.
func lookup(t testing.TB, cache *httpcache.Cache, r fetch.CacheRequest, after time.Duration) (*fetch.Stored, string) {
	t.Helper()
	stored := cache.Lookup(r, now.Add(after))
	if stored == nil {
		return nil, ""
	}
	body, err := io.ReadAll(stored.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := stored.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if int64(len(body)) != stored.Length {
		t.Errorf("a body of %d bytes has length %d", len(body), stored.Length)
	}
	return stored, string(body)
}

// Only what may be stored is.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-3
func TestKeep(t *testing.T) {
	for _, test := range []struct {
		why      string
		method   string
		request  string
		status   int
		response string
		kept     bool
	}{
		{"a plain 200", "GET", "", 200, "", true},
		{"no-store", "GET", "", 200, "Cache-Control: no-store", false},
		{"no-store, whatever else", "GET", "", 200, "Cache-Control: max-age=60, no-store, public", false},
		{"no-store of the request", "GET", "Cache-Control: no-store", 200, "", false},
		{"no-cache is kept, to be asked about", "GET", "", 200, "Cache-Control: no-cache", true},
		{"private: it is a private cache", "GET", "", 200, "Cache-Control: private", true},
		{"an answer to Authorization", "GET", "Authorization: Basic eDp5", 200, "", true},
		{"one that sets cookies", "GET", "", 200, "Set-Cookie: a=1", true},
		{"Vary", "GET", "", 200, "Vary: Origin", true},
		{"Vary: *", "GET", "", 200, "Vary: Origin, *", false},
		{"Vary without end", "GET", "", 200, "Vary: " + strings.Repeat("a,", 1000), false},
		{"HEAD", "HEAD", "", 200, "Cache-Control: max-age=60", false},
		{"POST", "POST", "", 200, "Cache-Control: max-age=60", false},
		{"PUT", "PUT", "", 200, "Cache-Control: max-age=60", false},
		{"203", "GET", "", 203, "", true},
		{"204", "GET", "", 204, "", true},
		{"404", "GET", "", 404, "", true},
		{"405", "GET", "", 405, "", true},
		{"410", "GET", "", 410, "", true},
		{"414", "GET", "", 414, "", true},
		{"501", "GET", "", 501, "", true},
		{"302 without a word", "GET", "", 302, "", false},
		{"302 with an age", "GET", "", 302, "Cache-Control: max-age=60", true},
		{"307 with Expires", "GET", "", 307, "Expires: " + date(time.Hour), true},
		{"500 without a word", "GET", "", 500, "", false},
		{"500 with an age", "GET", "", 500, "Cache-Control: max-age=60", true},
		{"403 without a word", "GET", "", 403, "", false},
		{"403 that is public", "GET", "", 403, "Cache-Control: public", true},
		{"206", "GET", "", 206, "Cache-Control: max-age=60", false},
		{"401", "GET", "", 401, "Cache-Control: max-age=60", false},
		{"407", "GET", "", 407, "Cache-Control: max-age=60", false},
		{"416", "GET", "", 416, "Cache-Control: max-age=60", false},
		{"000", "GET", "", 0, "Cache-Control: max-age=60", false},
		{"999", "GET", "", 999, "Cache-Control: max-age=60", false},
	} {
		var cache httpcache.Cache
		r := get(t, photo, test.request)
		r.Method = test.method
		resp := ok("body", test.response)
		resp.Status = test.status
		keep(t, &cache, r, resp)
		r = get(t, photo)
		stored, body := lookup(t, &cache, r, 0)
		if (stored != nil) != test.kept {
			t.Errorf("%s: kept %v, want %v", test.why, stored != nil, test.kept)
		}
		if stored != nil && (stored.Status != test.status || stored.Reason != "OK" || body != "body") {
			t.Errorf("%s: found %d %s %q", test.why, stored.Status, stored.Reason, body)
		}
	}
}

// A response is fresh for as long as it says, counted from when it was made.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-4.2
func TestFresh(t *testing.T) {
	const second, hour, day = time.Second, time.Hour, 24 * time.Hour
	for _, test := range []struct {
		why      string
		response []string
		until    time.Duration // it is fresh before, and not from then on
	}{
		{"nothing is said", nil, 0},
		{"max-age", []string{"Cache-Control: max-age=60"}, time.Minute},
		{"max-age before Expires", []string{"Cache-Control: max-age=60", "Expires: " + date(hour)}, time.Minute},
		{"s-maxage is for shared caches", []string{"Cache-Control: s-maxage=600, max-age=60"}, time.Minute},
		{"an unreadable max-age", []string{"Cache-Control: max-age=soon", "Expires: " + date(hour)}, 0},
		{"Expires", []string{"Expires: " + date(hour)}, hour},
		{"Expires, by the server's own clock", []string{"Date: " + date(hour), "Expires: " + date(2*hour)}, hour},
		{"Expires, in a far future", []string{"Expires: Fri, 01 Jan 2100 00:00:00 GMT"}, (1 << 31) * time.Second},
		{"Expires: 0", []string{"Expires: 0", "Last-Modified: " + date(-100*hour)}, 0},
		{"the first of two Expires", []string{"Expires: " + date(hour), "Expires: " + date(2*hour)}, hour},
		{"a tenth of the time it has not changed", []string{"Last-Modified: " + date(-100*hour)}, 10 * hour},
		{"a day at the most", []string{"Last-Modified: " + date(-1000*day)}, day},
		{"changed in the future", []string{"Last-Modified: " + date(hour)}, 0},
		{"Age", []string{"Cache-Control: max-age=60", "Age: 20"}, 40 * second},
		{"the first Age", []string{"Cache-Control: max-age=60", "Age: 20, 30"}, 40 * second},
		{"an unreadable Age", []string{"Cache-Control: max-age=60", "Age: old"}, 60 * second},
		{"an old Date", []string{"Cache-Control: max-age=60", "Date: " + date(-50*second)}, 10 * second},
		{"Age and an old Date: the older", []string{"Cache-Control: max-age=60", "Date: " + date(-50*second), "Age: 55"}, 5 * second},
		{"a Date in the future", []string{"Cache-Control: max-age=60", "Date: " + date(hour)}, 60 * second},
		{"no-cache", []string{"Cache-Control: max-age=60, no-cache"}, 0},
		{"no-cache of some fields", []string{`Cache-Control: max-age=60, no-cache="x-a"`}, 0},
		{"Pragma: no-cache", []string{"Expires: " + date(hour), "Pragma: no-cache"}, 0},
		{"must-revalidate", []string{"Cache-Control: max-age=60, must-revalidate"}, 60 * second},
	} {
		var cache httpcache.Cache
		keep(t, &cache, get(t, photo), ok("", test.response...))
		if stored, _ := lookup(t, &cache, get(t, photo), max(test.until-1, 0)); stored == nil || stored.Fresh != (test.until > 0) {
			t.Errorf("%s: not as fresh as it should be: %+v", test.why, stored)
		}
		if stored, _ := lookup(t, &cache, get(t, photo), test.until); stored == nil || stored.Fresh {
			t.Errorf("%s: not stale when it should be: %+v", test.why, stored)
		}
	}
}

// The time on the way makes a response older; a clock that is set back does not
// make it younger than it came.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-4.2.3
func TestAgeOnTheWay(t *testing.T) {
	var cache httpcache.Cache
	body := cache.Keep(get(t, photo), ok("", "Cache-Control: max-age=60"), now, now.Add(20*time.Second))
	if err := body.Close(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		after time.Duration
		fresh bool
	}{{59 * time.Second, true}, {60 * time.Second, false}, {-time.Hour, true}} {
		if stored, _ := lookup(t, &cache, get(t, photo), test.after); stored == nil || stored.Fresh != test.fresh {
			t.Errorf("after %v: %+v, want fresh %v", test.after, stored, test.fresh)
		}
	}
}

// A request may ask for more than that a response is fresh, or for less.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1 and https://www.rfc-editor.org/rfc/rfc8246
func TestFreshEnough(t *testing.T) {
	for _, test := range []struct {
		response, request string
		after             time.Duration
		fresh             bool
	}{
		{"max-age=60", "Cache-Control: no-cache", 0, false},
		{"max-age=60", "Pragma: no-cache", 0, false},
		{"max-age=60", "Cache-Control: max-age=0", 0, false},
		{"max-age=60", "Cache-Control: max-age=30", 30 * time.Second, true},
		{"max-age=60", "Cache-Control: max-age=30", 31 * time.Second, false},
		{"max-age=60", "Cache-Control: max-age=soon", 31 * time.Second, true},
		{"max-age=60", "Cache-Control: min-fresh=30", 30 * time.Second, true},
		{"max-age=60", "Cache-Control: min-fresh=30", 31 * time.Second, false},
		{"max-age=60", "Cache-Control: max-stale=30", 90 * time.Second, true},
		{"max-age=60", "Cache-Control: max-stale=30", 91 * time.Second, false},
		{"max-age=60", "Cache-Control: max-stale", 24 * time.Hour, true},
		{"max-age=60", "Cache-Control: max-stale, max-age=10", 24 * time.Hour, false},
		{"max-age=60, must-revalidate", "Cache-Control: max-stale", 61 * time.Second, false},
		{"no-cache", "Cache-Control: max-stale", 0, false},
		{"max-age=60, immutable", "Cache-Control: max-age=0", 59 * time.Second, true},
		{"max-age=60, immutable", "Cache-Control: max-age=0", 60 * time.Second, false},
		{"max-age=60, immutable", "Cache-Control: no-cache", 0, false},
		{"immutable", "", 0, false},
	} {
		var cache httpcache.Cache
		keep(t, &cache, get(t, photo), ok("", "Cache-Control: "+test.response))
		stored, _ := lookup(t, &cache, get(t, photo, test.request), test.after)
		if stored == nil || stored.Fresh != test.fresh {
			t.Errorf("%q after %v, %q: %+v, want fresh %v", test.response, test.after, test.request, stored, test.fresh)
		}
	}
}

// A stored response answers only a request like the one that it was for.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-4
func TestLookup(t *testing.T) {
	elsewhere := get(t, photo)
	elsewhere.Partition = "https://other.example"
	head, post := get(t, photo), get(t, photo)
	head.Method, post.Method = "HEAD", "POST"
	for _, test := range []struct {
		why   string
		with  fetch.CacheRequest
		found bool
		body  string
	}{
		{"the same again", get(t, photo), true, "body"},
		{"with a fragment", get(t, photo+"#top"), true, "body"},
		{"with credentials in the URL", get(t, "https://u:p@data.test/photo"), true, "body"},
		{"with other fields", get(t, photo, "Accept: image/*"), true, "body"},
		{"with a query", get(t, photo+"?"), false, ""},
		{"by plain http", get(t, "http://data.test/photo"), false, ""},
		{"of another partition", elsewhere, false, ""},
		{"a range of it", get(t, photo, "range: bytes=0-1"), false, ""},
		{"HEAD", head, true, ""},
		{"POST", post, false, ""},
	} {
		var cache httpcache.Cache
		keep(t, &cache, get(t, photo), ok("body", "Cache-Control: max-age=60"))
		stored, body := lookup(t, &cache, test.with, 0)
		if (stored != nil) != test.found || body != test.body || stored != nil && !stored.Fresh {
			t.Errorf("%s: found %+v %q", test.why, stored, body)
		}
	}
}

// Vary keeps apart what was answered to different requests.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-4.1
func TestVary(t *testing.T) {
	for _, test := range []struct {
		vary, first, second string
		found               bool
	}{
		{"Origin", "Origin: https://a.example", "Origin: https://a.example", true},
		{"Origin", "Origin: https://a.example", "origin:  https://a.example ", true},
		{"Origin", "Origin: https://a.example", "Origin: https://b.example", false},
		{"Origin", "Origin: https://a.example", "", false},
		{"Origin", "", "Origin: https://a.example", false},
		{"Origin", "", "Origin: ", false},
		{"Origin", "", "", true},
		{"Accept, ORIGIN", "Origin: https://a.example", "Origin: https://b.example", false},
		{"Accept", "Origin: https://a.example", "Origin: https://b.example", true},
		{", ,", "Origin: https://a.example", "Origin: https://b.example", true},
		{"Cookie", "Cookie: a=1", "Cookie: a=2", false},
	} {
		var cache httpcache.Cache
		keep(t, &cache, get(t, photo, test.first), ok("body", "Cache-Control: max-age=60", "Vary: "+test.vary))
		if stored, _ := lookup(t, &cache, get(t, photo, test.second), 0); (stored != nil) != test.found {
			t.Errorf("Vary: %s, stored for %q, asked with %q: found %v", test.vary, test.first, test.second, stored != nil)
		}
	}
	var cache httpcache.Cache
	keep(t, &cache, get(t, photo, "A: 1", "A: 2"), ok("body", "Vary: a"))
	if stored, _ := lookup(t, &cache, get(t, photo, "a: 1, 2"), 0); stored == nil {
		t.Error("several lines are not the same as one")
	}
}

// The copy that people meet: an image is stored without Access-Control-Allow-Origin
// since it was asked for without Origin, and a script's request gets that copy. A
// server that says Vary: Origin is asked again.
// Standard: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
func TestCopyWithoutCORS(t *testing.T) {
	script := get(t, photo, "Origin: https://app.example")
	for _, vary := range []bool{false, true} {
		var cache httpcache.Cache
		resp := ok("image", "Cache-Control: max-age=60")
		if vary {
			resp.Header = append(resp.Header, wire.Field{Name: "Vary", Value: "Origin"})
		}
		keep(t, &cache, get(t, photo), resp)
		stored, _ := lookup(t, &cache, script, 0)
		if (stored == nil) != vary {
			t.Errorf("with Vary %v: found %+v", vary, stored)
		}
		if stored != nil && slices.ContainsFunc(stored.Header, func(f wire.Field) bool { return f.Name == "Access-Control-Allow-Origin" }) {
			t.Errorf("the copy has grown a header: %v", stored.Header)
		}
	}
}

// A later response takes the place of the one that would have answered the same
// request; others of the same URL stay, the oldest of too many excepted.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-4
func TestVariants(t *testing.T) {
	var cache httpcache.Cache
	as := func(i int) fetch.CacheRequest { return get(t, photo, fmt.Sprintf("Origin: https://o%d.example", i)) }
	for i := range 8 {
		keep(t, &cache, as(i), ok(fmt.Sprint("first ", i), "Vary: Origin"))
	}
	keep(t, &cache, as(3), ok("second 3", "Vary: Origin"))
	if n, _ := cache.Size(); n != 8 {
		t.Errorf("%d responses are kept, want 8", n)
	}
	if _, body := lookup(t, &cache, as(3), 0); body != "second 3" {
		t.Errorf("the later one is not found: %q", body)
	}
	keep(t, &cache, as(8), ok("first 8", "Vary: Origin"))
	if stored, _ := lookup(t, &cache, as(0), 0); stored != nil {
		t.Error("the oldest of nine is still there")
	}
	for i := 1; i <= 8; i++ {
		if stored, _ := lookup(t, &cache, as(i), 0); stored == nil {
			t.Errorf("number %d is gone", i)
		}
	}
}

// What cannot be stored outdates what was, unless the server is in trouble.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-4.3.3
func TestNewAnswerOutdates(t *testing.T) {
	for _, test := range []struct {
		status int
		header string
		gone   bool
	}{{200, "Cache-Control: no-store", true}, {403, "", true}, {503, "", false}, {206, "", false}} {
		var cache httpcache.Cache
		keep(t, &cache, get(t, photo), ok("old"))
		resp := ok("new", test.header)
		resp.Status = test.status
		keep(t, &cache, get(t, photo), resp)
		if stored, _ := lookup(t, &cache, get(t, photo), 0); (stored == nil) != test.gone {
			t.Errorf("after %d %q: gone %v", test.status, test.header, stored == nil)
		}
	}
}

// broken gives some bytes and then an error.
type broken struct{ io.Reader }

var errBroken = errors.New("connection reset")

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = errBroken
	}
	return n, err
}
func (broken) Close() error { return nil }

// A response can be found when its body has arrived whole, and not before, and
// never if it has not.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-3.3
func TestOnlyWholeBodies(t *testing.T) {
	const body = "twelve bytes"
	for _, test := range []struct {
		why    string
		length int64
		read   int // bytes before it is closed; more than there are: to the end
		breaks bool
		kept   bool
	}{
		{"read to the end", 12, 99, false, true},
		{"read to the end, of unknown length", -1, 99, false, true},
		{"closed at once", 12, 0, false, false},
		{"closed in the middle", 12, 5, false, false},
		{"closed when all bytes are there", 12, 12, false, true},
		{"closed when all bytes are there, of unknown length", -1, 12, false, false},
		{"broken", -1, 99, true, false},
		{"broken after all bytes", 12, 99, true, false},
		{"shorter than said", 13, 99, false, false},
	} {
		var cache httpcache.Cache
		resp := ok(body)
		resp.Length = test.length
		if test.breaks {
			resp.Body = broken{strings.NewReader(body)}
		}
		r := cache.Keep(get(t, photo), resp, now, now)
		if stored, _ := lookup(t, &cache, get(t, photo), 0); stored != nil {
			t.Errorf("%s: found before it has arrived", test.why)
		}
		_, err := io.ReadFull(r, make([]byte, test.read))
		if test.breaks != errors.Is(err, errBroken) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: read ended with %v", test.why, err)
		}
		if err := r.Close(); err != nil {
			t.Errorf("%s: %v", test.why, err)
		}
		stored, got := lookup(t, &cache, get(t, photo), 0)
		if (stored != nil) != test.kept || test.kept && got != body {
			t.Errorf("%s: found %v %q", test.why, stored != nil, got)
		}
	}
}

// A redirect is stored although nobody reads its body; what has no Location is
// read, and is stored as it is read.
func TestRedirects(t *testing.T) {
	for _, test := range []struct {
		header string
		kept   bool
		body   string
	}{{"Location: /there", true, ""}, {"Location: ", false, ""}, {"X: y", false, ""}} {
		var cache httpcache.Cache
		resp := ok("moved", test.header, "Cache-Control: max-age=60")
		resp.Status = 301
		if err := cache.Keep(get(t, photo), resp, now, now).Close(); err != nil {
			t.Fatal(err)
		}
		stored, body := lookup(t, &cache, get(t, photo), 0)
		if (stored != nil) != test.kept || body != test.body {
			t.Errorf("%q, closed at once: found %v %q", test.header, stored != nil, body)
		}
	}
}

// A 304 renews the fields of the stored response, and with them how long it is
// fresh, but nothing that is about the stored bytes.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-3.2 and https://www.rfc-editor.org/rfc/rfc9111#section-4.3.4
func TestFreshen(t *testing.T) {
	var cache httpcache.Cache
	script := get(t, photo, "Origin: https://app.example")
	keep(t, &cache, get(t, photo), ok("body",
		"Cache-Control: max-age=60", `ETag: "1"`, "Last-Modified: "+date(-time.Hour), "X-Old: 1", "X-Both: old", "Content-Length: 4", "Content-Type: text/plain"))
	stored := cache.Lookup(script, now.Add(2*time.Minute))
	if stored == nil || stored.Fresh || stored.ETag != `"1"` || stored.LastModified != date(-time.Hour) {
		t.Fatalf("found %+v", stored)
	}
	notModified := &wire.Response{Status: 304, Header: fields(
		"Cache-Control: max-age=600", `ETag: "1"`, "X-Both: new", "Content-Length: 0", "Content-Encoding: gzip",
		"Set-Cookie: a=1", "Connection: x-hop", "X-Hop: 1", "Access-Control-Allow-Origin: https://app.example")}
	sent := now.Add(2 * time.Minute)
	fresh := cache.Freshen(script, stored, notModified, sent, sent)
	want := fields("Last-Modified: "+date(-time.Hour), "X-Old: 1", "Content-Length: 4", "Content-Type: text/plain",
		"Cache-Control: max-age=600", `ETag: "1"`, "X-Both: new", "Access-Control-Allow-Origin: https://app.example")
	if fresh.Status != 200 || !fresh.Fresh || !slices.Equal(fresh.Header, want) {
		t.Errorf("renewed: %+v\nwant %q", fresh, want)
	}
	if body, err := io.ReadAll(fresh.Body); err != nil || string(body) != "body" {
		t.Errorf("its body: %q, %v", body, err)
	}
	later, body := lookup(t, &cache, script, 11*time.Minute)
	if later == nil || !later.Fresh || body != "body" || !slices.Equal(later.Header, want) {
		t.Errorf("found later: %+v %q", later, body)
	}
	if later, _ := lookup(t, &cache, script, 12*time.Minute); later == nil || later.Fresh {
		t.Errorf("found after its time: %+v", later)
	}
}

// The server is asked about a stored 200 with the validators that it has given, and
// other answers are asked for anew, as Chromium was seen to do.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-4.3.1
func TestValidators(t *testing.T) {
	for _, test := range []struct {
		status             int
		header             []string
		etag, lastModified string
	}{
		{200, []string{`ETag: W/"1"`, "Last-Modified: " + date(0)}, `W/"1"`, date(0)},
		{200, []string{`etag:  "1" `}, `"1"`, ""},
		{200, []string{"Last-Modified: yesterday"}, "", ""},
		{200, nil, "", ""},
		{204, []string{`ETag: "1"`, "Last-Modified: " + date(0)}, "", ""},
		{404, []string{`ETag: "1"`}, "", ""},
	} {
		var cache httpcache.Cache
		resp := ok("", test.header...)
		resp.Status = test.status
		keep(t, &cache, get(t, photo), resp)
		stored, _ := lookup(t, &cache, get(t, photo), 0)
		if stored == nil || stored.ETag != test.etag || stored.LastModified != test.lastModified {
			t.Errorf("%d %q: %+v", test.status, test.header, stored)
		}
	}
}

// What a 304 says of the stored response may also be the end of it.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-4.3.4
func TestFreshenForgets(t *testing.T) {
	for _, test := range []struct {
		why    string
		header []string
		gone   bool
	}{
		{"nothing new", nil, false},
		{"the same ETag", []string{`ETag: "1"`}, false},
		{"another weak ETag", []string{`ETag: W/"2"`}, false},
		{"another ETag", []string{`ETag: "2"`}, true},
		{"it must not be stored now", []string{"Cache-Control: no-store"}, true},
		{"it varies without end now", []string{"Vary: *"}, true},
	} {
		var cache httpcache.Cache
		r := get(t, photo)
		keep(t, &cache, r, ok("body", `ETag: "1"`))
		fresh := cache.Freshen(r, cache.Lookup(r, now), &wire.Response{Status: 304, Header: fields(test.header...)}, now, now)
		if body, err := io.ReadAll(fresh.Body); err != nil || string(body) != "body" {
			t.Errorf("%s: %q, %v", test.why, body, err)
		}
		if n, bytes := cache.Size(); (n == 0) != test.gone || (bytes == 0) != test.gone {
			t.Errorf("%s: %d responses of %d bytes are kept", test.why, n, bytes)
		}
	}
}

// Renewing what was forgotten meanwhile, or what is of another cache, gives the
// page its answer and stores nothing.
func TestFreshenForgotten(t *testing.T) {
	var cache, other httpcache.Cache
	r := get(t, photo)
	keep(t, &cache, r, ok("body"))
	stored := cache.Lookup(r, now)
	cache.Clear()
	for _, s := range []*fetch.Stored{stored, {Status: 200, Body: io.NopCloser(strings.NewReader("body"))}} {
		fresh := other.Freshen(r, s, &wire.Response{Status: 304, Header: fields("X: y")}, now, now)
		body, err := io.ReadAll(fresh.Body)
		if err != nil || string(body) != "body" || !slices.Equal(fresh.Header, fields("X: y")) {
			t.Errorf("renewed: %+v %q %v", fresh, body, err)
		}
	}
	for _, c := range []*httpcache.Cache{&cache, &other} {
		if n, _ := c.Size(); n != 0 {
			t.Errorf("%d responses are kept", n)
		}
	}
}

// The answer to HEAD tells whether what is stored is still good.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-4.3.5
func TestHeadCompares(t *testing.T) {
	for _, test := range []struct {
		why, header string
		status      int
		kept, fresh bool
	}{
		{"nothing has changed", `ETag: "1"`, 200, true, true},
		{"no validators", "X: y", 200, true, true},
		{"another ETag", `ETag: "2"`, 200, false, false},
		{"another length", "Content-Length: 5", 200, false, false},
		{"an error", `ETag: "2"`, 500, true, false},
	} {
		var cache httpcache.Cache
		keep(t, &cache, get(t, photo), ok("body", `ETag: "1"`, "Content-Length: 4"))
		head := get(t, photo)
		head.Method = "HEAD"
		resp := ok("", test.header, "Cache-Control: max-age=60")
		resp.Status = test.status
		keep(t, &cache, head, resp)
		stored, _ := lookup(t, &cache, get(t, photo), 0)
		if (stored != nil) != test.kept || stored != nil && stored.Fresh != test.fresh {
			t.Errorf("%s: found %+v", test.why, stored)
		}
	}
}

// Fields about the connection, and those that are for one answer only, are not
// stored.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-3.1
func TestFieldsThatAreStored(t *testing.T) {
	var cache httpcache.Cache
	keep(t, &cache, get(t, photo), ok("", "Connection: close, X-Hop", "X-Hop: 1", "Transfer-Encoding: chunked", "Set-Cookie: a=1",
		"WWW-Authenticate: Basic", "keep-alive: 5", "X-A: 1", "x-a: 2", "Access-Control-Allow-Origin: *"))
	stored, _ := lookup(t, &cache, get(t, photo), 0)
	want := fields("X-A: 1", "x-a: 2", "Access-Control-Allow-Origin: *")
	if stored == nil || !slices.Equal(stored.Header, want) {
		t.Errorf("stored %+v, want %q", stored, want)
	}
}

// After a change, nothing is found that was asked for before it, not even what is
// still arriving; other URLs and partitions are not touched.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-4.4
func TestInvalidate(t *testing.T) {
	var cache httpcache.Cache
	r, other, elsewhere := get(t, photo), get(t, photo+"/2"), get(t, photo)
	elsewhere.Partition = "https://other.example"
	keep(t, &cache, get(t, photo, "Origin: null"), ok("body", "Vary: Origin"))
	keep(t, &cache, r, ok("body", "Vary: Origin"))
	keep(t, &cache, other, ok("other"))
	keep(t, &cache, elsewhere, ok("elsewhere"))
	arriving := cache.Keep(r, ok("arriving"), now, now)
	otherArriving := cache.Keep(get(t, photo+"/3"), ok("arriving"), now, now)

	cache.Invalidate(r.Partition, get(t, photo+"#x").URL)
	for _, body := range []io.ReadCloser{arriving, otherArriving} {
		if got, err := io.ReadAll(body); err != nil || string(got) != "arriving" {
			t.Errorf("what was arriving: %q, %v", got, err)
		}
	}
	for _, test := range []struct {
		r    fetch.CacheRequest
		want string
	}{{r, ""}, {get(t, photo, "Origin: null"), ""}, {other, "other"}, {elsewhere, "elsewhere"}, {get(t, photo+"/3"), "arriving"}} {
		if _, got := lookup(t, &cache, test.r, 0); got != test.want {
			t.Errorf("%s of %s: %q, want %q", test.r.URL, test.r.Partition, got, test.want)
		}
	}
}

// The cache keeps its limits, and forgets first what has not been used for the
// longest time.
func TestLimits(t *testing.T) {
	at := func(i int) fetch.CacheRequest { return get(t, fmt.Sprintf("https://data.test/%d", i)) }
	for _, test := range []struct {
		why   string
		cache *httpcache.Cache
	}{
		{"entries", &httpcache.Cache{MaxEntries: 3}},
		{"bytes", &httpcache.Cache{MaxBytes: 3*(1000+512+19) + 100}},
	} {
		for i := range 3 {
			keep(t, test.cache, at(i), ok(strings.Repeat("x", 1000)))
		}
		lookup(t, test.cache, at(0), 0)
		keep(t, test.cache, at(3), ok(strings.Repeat("x", 1000)))
		for i, want := range []bool{true, false, true, true} {
			if stored, _ := lookup(t, test.cache, at(i), 0); (stored != nil) != want {
				t.Errorf("%s: number %d is there: %v", test.why, i, stored != nil)
			}
		}
		if n, bytes := test.cache.Size(); n != 3 || bytes < 3000 || bytes > 3*(1000+512+19) {
			t.Errorf("%s: %d responses of %d bytes", test.why, n, bytes)
		}
		test.cache.Clear()
		if n, bytes := test.cache.Size(); n != 0 || bytes != 0 {
			t.Errorf("%s: after Clear, %d responses of %d bytes", test.why, n, bytes)
		}
	}
}

// A body that is too long is passed on and not stored, whether that is known
// beforehand or not, and drives out nothing.
func TestMaxBody(t *testing.T) {
	long := strings.Repeat("0123456789", 100)
	for _, test := range []struct {
		cache  *httpcache.Cache
		length int64
		kept   bool
	}{
		{&httpcache.Cache{MaxBody: 1000}, 1000, true},
		{&httpcache.Cache{MaxBody: 999}, 1000, false},
		{&httpcache.Cache{MaxBody: 1000}, -1, true},
		{&httpcache.Cache{MaxBody: 999}, -1, false},
		{&httpcache.Cache{MaxBytes: 1100}, 1000, false},
	} {
		other := get(t, "https://a.test/")
		keep(t, test.cache, other, ok(""))
		resp := ok(long)
		resp.Length = test.length
		got, err := io.ReadAll(test.cache.Keep(get(t, photo), resp, now, now))
		if err != nil || string(got) != long {
			t.Errorf("limit %d: %d bytes arrive, %v", test.cache.MaxBody, len(got), err)
		}
		if stored, body := lookup(t, test.cache, get(t, photo), 0); (stored != nil) != test.kept || test.kept && body != long {
			t.Errorf("limit %d, length %d: stored %v", test.cache.MaxBody, test.length, stored != nil)
		}
		if stored, _ := lookup(t, test.cache, other, 0); stored == nil {
			t.Errorf("limit %d, length %d: another response is gone", test.cache.MaxBody, test.length)
		}
	}
}

// A cache may be used by many at once.
func TestCacheConcurrently(t *testing.T) {
	cache := httpcache.Cache{MaxEntries: 5}
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(g), 0))
			for range 200 {
				r := get(t, fmt.Sprintf("https://data.test/%d", random.IntN(8)), fmt.Sprintf("Origin: https://o%d.example", random.IntN(2)))
				switch random.IntN(4) {
				case 0:
					cache.Invalidate(r.Partition, r.URL)
				case 1:
					if stored := cache.Lookup(r, now); stored != nil {
						cache.Freshen(r, stored, &wire.Response{Status: 304, Header: fields("Cache-Control: max-age=60")}, now, now)
					}
				default:
					keep(t, &cache, r, ok(r.URL.Path(), "Vary: Origin"))
				}
				if stored, body := lookup(t, &cache, r, 0); stored != nil && body != r.URL.Path() {
					t.Errorf("%s: found the body of %s", r.URL, body)
				}
			}
		})
	}
	group.Wait()
	if n, _ := cache.Size(); n > 5 {
		t.Errorf("%d responses are kept, want 5 at the most", n)
	}
}

// Whatever a server's header says, storing and finding its answer keeps the body
// and the limits, and nothing that says no-store is found.
func FuzzKeep(f *testing.F) {
	f.Add("max-age=60", "Origin", "Thu, 01 Jan 1970 00:00:00 GMT", "5", uint16(200))
	f.Add("no-store", "*", "0", "-1", uint16(301))
	f.Add(`no-cache="x`, ",,", "x", "99999999999999999999", uint16(404))
	f.Fuzz(func(t *testing.T, control, vary, expires, age string, status uint16) {
		var cache httpcache.Cache
		r := get(t, photo, "Origin: https://app.example")
		resp := ok("body", "Cache-Control: "+control, "Vary: "+vary, "Expires: "+expires, "Age: "+age)
		resp.Status = int(status)
		keep(t, &cache, r, resp)
		stored, body := lookup(t, &cache, r, 0)
		if stored == nil {
			return
		}
		if body != "body" || stored.Status != int(status) {
			t.Errorf("found %d %q", stored.Status, body)
		}
		const space = " \t" // a form feed is none in HTTP: "*\f" is no "*"
		if strings.EqualFold(strings.Trim(control, space), "no-store") || strings.Trim(vary, space) == "*" || status == 206 {
			t.Errorf("%q, %q, %d is stored", control, vary, status)
		}
		if later, _ := lookup(t, &cache, r, 1<<31*time.Second); later == nil || later.Fresh {
			t.Errorf("%q, %q: fresh for ever", control, expires)
		}
	})
}

// BenchmarkHit is a request that the cache answers.
func BenchmarkHit(b *testing.B) {
	var cache httpcache.Cache
	r := get(b, photo, "Origin: https://app.example", "Accept: */*", "User-Agent: x")
	keep(b, &cache, r, ok(strings.Repeat("x", 10_000), "Cache-Control: max-age=60", "Vary: Origin", "Content-Type: image/png", `ETag: "1"`))
	b.ReportAllocs()
	for b.Loop() {
		stored := cache.Lookup(r, now)
		if stored == nil || !stored.Fresh {
			b.Fatal("not found")
		}
		if err := stored.Body.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkKeep is a response that is stored as it is read.
func BenchmarkKeep(b *testing.B) {
	var cache httpcache.Cache
	r := get(b, photo, "Origin: https://app.example", "Accept: */*", "User-Agent: x")
	content := strings.Repeat("x", 1000)
	header := fields("Date: "+date(0), "Content-Type: application/json", "Content-Length: 1000", "Vary: Origin")
	buf := make([]byte, 4096)
	b.ReportAllocs()
	for b.Loop() {
		resp := &wire.Response{Status: 200, Header: header, Body: io.NopCloser(strings.NewReader(content)), Length: 1000}
		body := cache.Keep(r, resp, now, now)
		for err := error(nil); err == nil; {
			_, err = body.Read(buf)
		}
	}
}
