package fetch

import (
	"context"
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors"
)

// A plain form still sends what it always could: its origin goes with it, for the
// server to refuse, and cookies that are for their own site only stay behind.
func TestForm(t *testing.T) {
	tests := []struct {
		why, page, destination string
		method                 string
		lax, sameSite          bool
		origin                 string
	}{
		{"a form of the site", data, "document", "POST", false, true, data},
		{"a form of another site", other, "document", "POST", false, false, other},
		{"a link on another site", other, "document", "GET", true, false, "-"},
		{"a frame on another site", other, "iframe", "GET", false, false, "-"},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{data + "/albums": {body: "a page"}}}
		j := &testJar{}
		e := newEngine(s, ChromiumProfile)
		e.Jar = j
		r := request(t, tt.method, data+"/albums")
		r.Client, r.Mode, r.Destination, r.Credentials = page(t, tt.page), ModeNavigate, tt.destination, IncludeCredentials
		if got, want := outcome(e, r), "basic 200 "+data+"/albums a page"; got != want {
			t.Errorf("%s: got %q, want %q", tt.why, got, want)
		}
		c := j.contexts[0]
		if c.Lax != tt.lax || c.SameSite != tt.sameSite || !c.HTTP || s.last("Origin") != tt.origin {
			t.Errorf("%s: cookies %+v and origin %q", tt.why, c, s.last("Origin"))
		}
	}
}

// A font of another origin loads only with its consent.
func TestFont(t *testing.T) {
	s := &script{replies: map[string]reply{data + "/open.woff2": {header: fields("Access-Control-Allow-Origin: *")}, data + "/closed.woff2": {}}}
	for path, want := range map[string]string{"/open.woff2": "cors 200 " + data + "/open.woff2 ", "/closed.woff2": "allow-origin-missing on response"} {
		r := request(t, "GET", data+path)
		r.Destination = "font"
		if got := outcome(newEngine(s, StandardProfile), r); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// Whether redirects through another site make a request cross-site for cookies is
// where engines differ.
func TestSameSiteAfterRedirect(t *testing.T) {
	for _, tt := range []struct {
		profile Profile
		want    bool
	}{{StandardProfile, false}, {ChromiumProfile, true}} {
		s := &script{replies: map[string]reply{
			app + "/1":   {status: 302, header: fields("Location: " + other + "/2")},
			other + "/2": {status: 302, header: fields("Location: "+app+"/3", "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: true")},
		}}
		j := &testJar{}
		e := newEngine(s, tt.profile)
		e.Jar = j
		r := request(t, "GET", app+"/1")
		r.Credentials = IncludeCredentials
		outcome(e, r)
		if got := j.contexts[len(j.contexts)-1].SameSite; got != tt.want {
			t.Errorf("same-site is %v, want %v", got, tt.want)
		}
	}
}

// Chromium remembers no approval of a page whose origin is hidden, and looks for
// local URLs before it thinks of their scheme.
func TestChromiumOddities(t *testing.T) {
	hidden := page(t, app)
	hidden.Origin = cors.Origin{}
	for _, tt := range []struct {
		profile    Profile
		preflights int
		blob       string
		storage    string
	}{{StandardProfile, 1, "scheme-not-http on request", "-"}, {ChromiumProfile, 2, "network-failed on request", "none"}} {
		null := fields("Access-Control-Allow-Origin: null", "Access-Control-Allow-Methods: PUT")
		s := &script{replies: map[string]reply{"OPTIONS " + data + "/r": {header: null}, data + "/r": {header: null}}}
		e := newEngine(s, tt.profile)
		for range 2 {
			r := request(t, "PUT", data+"/r")
			r.Client = hidden
			outcome(e, r)
		}
		if got := len(s.log) - 2; got != tt.preflights {
			t.Errorf("%d preflights, want %d", got, tt.preflights)
		}
		if got := outcome(e, request(t, "GET", "blob:"+data+"/1")); got != tt.blob {
			t.Errorf("got %q, want %q", got, tt.blob)
		}
		r := request(t, "GET", "https://other.test/r")
		r.Credentials = IncludeCredentials
		outcome(e, r)
		if got := s.last("Sec-Fetch-Storage-Access"); got != tt.storage {
			t.Errorf("Sec-Fetch-Storage-Access is %q, want %q", got, tt.storage)
		}
	}
}

// An engine without a clock of its own takes the time of the day.
func TestClock(t *testing.T) {
	before := time.Now()
	if got := (&Engine{}).now(); got.Before(before) || got.After(time.Now()) {
		t.Errorf("the time is %v", got)
	}
	if _, err := (&Engine{Transport: &script{}}).Fetch(context.Background(), request(t, "GET", app+"/r")); err != nil {
		t.Errorf("the zero engine: %v", err)
	}
}
