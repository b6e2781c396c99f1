package fetch

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// testJar has one cookie for everybody, and remembers what it was asked.
type testJar struct {
	cookies  string
	contexts []CookieContext
	set      []string
}

func (j *testJar) Cookies(c CookieContext, _ time.Time) string {
	j.contexts = append(j.contexts, c)
	return j.cookies
}

func (j *testJar) SetCookies(_ CookieContext, values []string, _ time.Time) []CookieNote {
	j.set = append(j.set, values...)
	return make([]CookieNote, len(values))
}

// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
// Cookies go where credentials may go, and are kept from there only.
func TestCookies(t *testing.T) {
	setting := func(h []wire.Field) []wire.Field { return append(slices.Clone(h), fields("Set-Cookie: n=1")...) }
	consenting := append(slices.Clone(allowing), fields("Access-Control-Allow-Credentials: true")...)
	s := &script{replies: map[string]reply{
		app + "/r": {header: setting(nil)}, data + "/r": {header: setting(consenting)}, other + "/r": {header: setting(consenting)},
	}}
	tests := []struct {
		url         string
		credentials Credentials
		sent        bool
		sameSite    bool
	}{
		{app + "/r", "", true, true},
		{app + "/r", OmitCredentials, false, false},
		{app + "/r", IncludeCredentials, true, true},
		{data + "/r", "", false, false},
		{data + "/r", IncludeCredentials, true, true},
		{other + "/r", IncludeCredentials, true, false},
	}
	for _, tt := range tests {
		j := &testJar{cookies: "sid=1"}
		e := newEngine(s, StandardProfile)
		e.Jar = j
		r := request(t, "GET", tt.url)
		r.Credentials = tt.credentials
		resp, err := e.Fetch(context.Background(), r)
		if err != nil {
			t.Errorf("%s %s: %v", tt.credentials, tt.url, err)
			continue
		}
		if _, ok := get(resp.Header, "Set-Cookie"); ok {
			t.Errorf("%s %s: the page sees Set-Cookie", tt.credentials, tt.url)
		}
		if sent := s.last("Cookie") == "sid=1"; sent != tt.sent || (len(j.set) == 1) != tt.sent {
			t.Errorf("%s %s: sent %v, kept %q; want %v", tt.credentials, tt.url, sent, j.set, tt.sent)
		}
		if tt.sent && j.contexts[0].SameSite != tt.sameSite {
			t.Errorf("%s %s: same-site is %v", tt.credentials, tt.url, j.contexts[0].SameSite)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#concept-filtered-response-cors
// A page sees of another's fields only what is exposed, in the order of the wire.
func TestExposedHeader(t *testing.T) {
	own := fields("X-A: 1", "Content-Type: a/b", "X-B: 2", "Set-Cookie: c=d", "X-A: 3", "ETag: e")
	tests := []struct {
		why, url, expose string
		credentials      Credentials
		want             []wire.Field
	}{
		{"one's own", app + "/r", "", "", fields("X-A: 1", "Content-Type: a/b", "X-B: 2", "X-A: 3", "ETag: e")},
		{"nothing exposed", data + "/r", "", "", fields("Content-Type: a/b")},
		{"one exposed", data + "/r", "x-a", "", fields("X-A: 1", "Content-Type: a/b", "X-A: 3")},
		{"all exposed", data + "/r", "*", "", fields("X-A: 1", "Content-Type: a/b", "X-B: 2", "X-A: 3", "ETag: e", "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: true", "Access-Control-Expose-Headers: *")},
		{"the star is a name with credentials", data + "/r", "*", IncludeCredentials, fields("Content-Type: a/b")},
	}
	for _, tt := range tests {
		h := slices.Clone(own)
		if tt.url != app+"/r" {
			h = append(h, fields("Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: true", "Access-Control-Expose-Headers: "+tt.expose)...)
		}
		s := &script{replies: map[string]reply{tt.url: {header: h}}}
		r := request(t, "GET", tt.url)
		r.Credentials = tt.credentials
		resp, err := newEngine(s, StandardProfile).Fetch(context.Background(), r)
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		if !slices.Equal(resp.Header, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.why, resp.Header, tt.want)
		}
	}
}
