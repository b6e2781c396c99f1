package fetch

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
)

// testCache holds at most one response, and notes what it is asked to do.
type testCache struct {
	stored *Stored
	closed int
	log    []string
}

type countingBody struct {
	io.Reader
	cache *testCache
}

func (b countingBody) Close() error {
	b.cache.closed++
	return nil
}

func (c *testCache) Lookup(r CacheRequest, _ time.Time) *Stored {
	c.log = append(c.log, "lookup "+r.Partition)
	if c.stored == nil {
		return nil
	}
	s := *c.stored
	s.Body = countingBody{strings.NewReader("stored"), c}
	return &s
}

func (c *testCache) Keep(_ CacheRequest, resp *wire.Response, _, _ time.Time) io.ReadCloser {
	c.log = append(c.log, "keep")
	return resp.Body
}

func (c *testCache) Freshen(_ CacheRequest, stored *Stored, _ *wire.Response, _, _ time.Time) *Stored {
	c.log = append(c.log, "freshen")
	return stored
}

func (c *testCache) Invalidate(string, *weburl.URL) { c.log = append(c.log, "invalidate") }

// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
// What each cache mode makes of a stored response, fresh or stale.
func TestCacheModes(t *testing.T) {
	fresh := &Stored{Status: 200, Fresh: true, ETag: `"e"`}
	stale := &Stored{Status: 200, ETag: `"e"`, LastModified: "then"}
	blind := &Stored{Status: 200}
	tests := []struct {
		why    string
		mode   CacheMode
		stored *Stored
		header []string
		status int // of the server
		want   string
		log    string
		none   string // If-None-Match of the request
	}{
		{"fresh", "", fresh, nil, 200, "basic 200 stored", "lookup", ""},
		{"nothing there", "", nil, nil, 200, "basic 200 sent", "lookup keep", "-"},
		{"stale and still good", "", stale, nil, 304, "basic 200 stored", "lookup freshen", `"e"`},
		{"stale and changed", "", stale, nil, 200, "basic 200 sent", "lookup keep", `"e"`},
		{"stale without a validator", "", blind, nil, 200, "basic 200 sent", "lookup keep", "-"},
		{"no-cache asks always", NoCache, fresh, nil, 304, "basic 200 stored", "lookup freshen", `"e"`},
		{"reload does not look", Reload, fresh, nil, 200, "basic 200 sent", "keep", "-"},
		{"no-store neither looks nor keeps", NoStore, fresh, nil, 200, "basic 200 sent", "", "-"},
		{"force-cache takes what is stale", ForceCache, stale, nil, 200, "basic 200 stored", "lookup", ""},
		{"only-if-cached takes what is stale", OnlyIfCached, stale, nil, 200, "basic 200 stored", "lookup", ""},
		{"only-if-cached asks nobody", OnlyIfCached, nil, nil, 200, "network-failed on request", "lookup", ""},
		{"script's own condition", "", fresh, []string{`If-None-Match: "x"`}, 304, "basic 304 ", "", `"x"`},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{app + "/r": {status: tt.status, body: "sent"}}}
		c := &testCache{stored: tt.stored}
		e := newEngine(s, StandardProfile)
		e.Cache = c
		r := request(t, "GET", app+"/r", tt.header...)
		r.Cache = tt.mode
		got := strings.ReplaceAll(outcome(e, r), app+"/r ", "")
		log := strings.ReplaceAll(strings.Join(c.log, " "), " http://example.test", "")
		if got != tt.want || log != tt.log {
			t.Errorf("%s: got %q and %q, want %q and %q", tt.why, got, log, tt.want, tt.log)
		}
		switch {
		case tt.none == "" && len(s.asked) > 0:
			t.Errorf("%s: the server was asked", tt.why)
		case tt.none != "" && s.last("If-None-Match") != tt.none:
			t.Errorf("%s: If-None-Match is %q, want %q", tt.why, s.last("If-None-Match"), tt.none)
		}
		if looked := slices.Contains(c.log, "lookup http://example.test"); looked && tt.stored != nil && c.closed != 1 {
			t.Errorf("%s: the stored body was closed %d times", tt.why, c.closed)
		}
	}
}

// Standard: https://www.rfc-editor.org/rfc/rfc9111#name-invalidating-stored-respons
// After a request that may have changed something, what is stored counts no more.
func TestCacheInvalidation(t *testing.T) {
	for _, tt := range []struct {
		method string
		status int
		want   bool
	}{{"POST", 200, true}, {"DELETE", 204, true}, {"POST", 500, false}, {"GET", 200, false}, {"PUT", 302, true}} {
		c := &testCache{}
		e := newEngine(&script{replies: map[string]reply{app + "/r": {status: tt.status}}}, StandardProfile)
		e.Cache = c
		outcome(e, request(t, tt.method, app+"/r"))
		if got := slices.Contains(c.log, "invalidate"); got != tt.want {
			t.Errorf("%s with %d: invalidated is %v, want %v", tt.method, tt.status, got, tt.want)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#concept-http-fetch
// A copy that was stored without consent is refused like an answer without it: the
// failure that people meet at random.
func TestCachedWithoutConsent(t *testing.T) {
	e := newEngine(&script{}, StandardProfile)
	e.Cache = &testCache{stored: &Stored{Status: 200, Fresh: true}}
	var use CacheUse
	r := request(t, "GET", data+"/r")
	r.Hooks = &Hooks{Cached: func(u CacheUse, _ *weburl.URL, _ *wire.Response) { use = u }}
	if _, err := e.Fetch(context.Background(), r); failureText(err) != "allow-origin-missing on response" || use != CacheHit {
		t.Errorf("got %v, cache %q", err, use)
	}
}
