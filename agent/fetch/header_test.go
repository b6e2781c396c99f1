package fetch

import (
	"testing"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Standard: https://fetch.spec.whatwg.org/#append-a-request-origin-header
// Origin goes with what will be checked and with what could change something, and
// is hidden from forms as the referrer would be.
func TestOriginField(t *testing.T) {
	tests := []struct {
		mode        Mode
		page        string
		method, url string
		policy      cors.ReferrerPolicy
		want        string
	}{
		{ModeCORS, app, "GET", app + "/r", "", "-"},
		{ModeCORS, app, "HEAD", app + "/r", "", "-"},
		{ModeCORS, app, "POST", app + "/r", "", app},
		{ModeCORS, app, "FOO", app + "/r", cors.NoReferrer, app},
		{ModeCORS, app, "GET", data + "/r", cors.NoReferrer, app},
		{ModeNavigate, app, "GET", data + "/r", "", "-"},
		{ModeNavigate, app, "POST", data + "/r", "", app},
		{ModeNavigate, app, "POST", data + "/r", cors.NoReferrer, "null"},
		{ModeNavigate, app, "POST", data + "/r", cors.SameOriginReferrer, "null"},
		{ModeNavigate, app, "POST", app + "/r", cors.SameOriginReferrer, app},
		{ModeNavigate, app, "POST", data + "/r", cors.UnsafeURL, app},
		{ModeNavigate, safe, "POST", data + "/r", "", "null"},
		{ModeNavigate, safe, "POST", data + "/r", cors.OriginReferrer, safe},
		{ModeNavigate, safe, "POST", safe + "/r", cors.StrictOrigin, safe},
		{ModeNoCORS, app, "POST", data + "/r", "", app},
		{ModeNoCORS, app, "GET", data + "/r", "", "-"},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{"OPTIONS " + data + "/r": {header: approving}}}
		r := request(t, tt.method, tt.url)
		r.Mode, r.Client, r.ReferrerPolicy, r.Destination = tt.mode, page(t, tt.page), tt.policy, "document"
		outcome(newEngine(s, StandardProfile), r)
		if got := s.last("Origin"); got != tt.want {
			t.Errorf("%s %s %s from %s, policy %q: got %q, want %q", tt.mode, tt.method, tt.url, tt.page, tt.policy, got, tt.want)
		}
	}
}

// Standard: https://w3c.github.io/webappsec-fetch-metadata/
// Servers that nobody can listen to are told what a request is for.
func TestFetchMetadata(t *testing.T) {
	s := &script{replies: map[string]reply{
		"https://other.test/1":   leading(302, safe+"/r"),
		safe + "/1":              leading(302, "https://data.example.test/r"),
		"http://127.0.0.1:8080/": {},
	}}
	tests := []struct {
		url, destination string
		mode             Mode
		site, as, dest   string
	}{
		{safe + "/r", "", ModeCORS, "same-origin", "cors", "empty"},
		{"https://data.example.test/r", "", ModeCORS, "same-site", "cors", "empty"},
		{safe + "/1", "font", ModeNoCORS, "same-site", "no-cors", "font"},
		{"https://other.test/r", "font", ModeCORS, "cross-site", "cors", "font"},
		{"https://other.test/1", "image", ModeNoCORS, "cross-site", "no-cors", "image"},
		{"https://other.test/r", "document", ModeNavigate, "cross-site", "navigate", "document"},
		{"http://127.0.0.1:8080/", "", ModeCORS, "cross-site", "cors", "empty"},
		{other + "/r", "document", ModeNavigate, "-", "-", "-"},
	}
	for _, tt := range tests {
		r := request(t, "GET", tt.url)
		r.Mode, r.Client, r.Destination = tt.mode, page(t, safe), tt.destination
		outcome(newEngine(s, StandardProfile), r)
		if s.last("Sec-Fetch-Site") != tt.site || s.last("Sec-Fetch-Mode") != tt.as || s.last("Sec-Fetch-Dest") != tt.dest {
			t.Errorf("%s: got %v", tt.url, s.asked[len(s.asked)-1].Header)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 8
// What script has set stands; what it has not is filled in.
func TestDefaultFields(t *testing.T) {
	tests := []struct {
		why, destination string
		profile          Profile
		header           []string
		name, want       string
	}{
		{"default", "", StandardProfile, nil, "Accept", "*/*"},
		{"script's", "", StandardProfile, []string{"accept: a/b"}, "Accept", "a/b"},
		{"a page", "document", StandardProfile, nil, "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
		{"an image", "image", StandardProfile, nil, "Accept", "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"},
		{"a style sheet", "style", StandardProfile, nil, "Accept", "text/css,*/*;q=0.1"},
		{"JSON", "json", StandardProfile, nil, "Accept", "application/json,*/*;q=0.5"},
		{"codings", "", StandardProfile, nil, "Accept-Encoding", "gzip, deflate, br, zstd"},
		{"no codings for parts", "", StandardProfile, []string{"Range: bytes=0-1"}, "Accept-Encoding", "identity"},
		{"no language", "", StandardProfile, nil, "Accept-Language", "-"},
		{"language", "", ChromiumProfile, nil, "Accept-Language", "en-US,en;q=0.9"},
		{"script's language", "", ChromiumProfile, []string{"Accept-Language: de"}, "Accept-Language", "de"},
		{"script's agent", "", StandardProfile, []string{"User-Agent: x"}, "User-Agent", "x"},
		{"not script's agent", "", ChromiumProfile, []string{"User-Agent: x"}, "User-Agent", ChromiumProfile.UserAgent},
		{"a range as it is", "", StandardProfile, []string{"Range: Bytes=0- 1"}, "Range", "Bytes=0- 1"},
		{"a range in plain form", "", ChromiumProfile, []string{"Range: Bytes=0- 1"}, "Range", "bytes=0-1"},
		{"ranges stay", "", ChromiumProfile, []string{"Range: Bytes=0-1,3-4"}, "Range", "Bytes=0-1,3-4"},
		{"a bad range stays", "", ChromiumProfile, []string{"Range: bytes=5-3"}, "Range", "bytes=5-3"},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{}}
		r := request(t, "GET", app+"/r", tt.header...)
		r.Destination = tt.destination
		outcome(newEngine(s, tt.profile), r)
		if got := s.last(tt.name); got != tt.want {
			t.Errorf("%s: %s is %q, want %q", tt.why, tt.name, got, tt.want)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch, step 8.3
// Servers are told that a POST or PUT has no body.
func TestContentLength(t *testing.T) {
	tests := []struct {
		method string
		body   *Body
		want   string
	}{
		{"POST", nil, "0"},
		{"PUT", nil, "0"},
		{"DELETE", nil, "-"},
		{"GET", nil, "-"},
		{"DELETE", text(""), "0"},
		{"POST", text("four"), "4"},
		{"POST", &Body{Length: -1, Open: text("x").Open}, "-"},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{}}
		r := request(t, tt.method, app+"/r")
		r.Body = tt.body
		outcome(newEngine(s, StandardProfile), r)
		if got := s.last("Content-Length"); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.method, got, tt.want)
		}
	}
}

// The recorded scenarios in which Chromium asks where the standard does not, or
// the other way round.
func TestChromiumPreflights(t *testing.T) {
	tests := []struct {
		why                string
		header             []string
		force, sync        bool
		body               bool
		standard, chromium bool // a preflight is made
	}{
		{"a client hint", []string{"DPR: 2.0"}, false, false, false, true, false},
		{"a client hint of a strange value", []string{"DPR: x"}, false, false, false, true, true},
		{"save data", []string{"Save-Data: on"}, false, false, false, true, false},
		{"an effective type", []string{"ECT: 4g"}, false, false, false, true, false},
		{"a round trip time", []string{"RTT: 5"}, false, false, false, true, false},
		{"a user agent", []string{"User-Agent: x"}, false, false, false, true, false},
		{"a large range", []string{"Range: bytes=0-18446744073709551615"}, false, false, false, false, true},
		{"listeners and no body", nil, true, false, false, true, false},
		{"listeners and a body", nil, true, false, true, true, true},
		{"listeners, synchronous", nil, true, true, true, true, false},
	}
	for _, tt := range tests {
		for _, c := range []struct {
			name    string
			profile Profile
			want    bool
		}{{"standard", StandardProfile, tt.standard}, {"chromium", ChromiumProfile, tt.chromium}} {
			s := &script{replies: map[string]reply{}}
			r := request(t, "POST", data+"/r", tt.header...)
			r.ForcePreflight, r.Sync = tt.force, tt.sync
			if tt.body {
				r.Body = text("x")
			}
			outcome(newEngine(s, c.profile), r)
			if got := s.asked[0].Method == "OPTIONS"; got != c.want {
				t.Errorf("%s, %s: preflight is %v, want %v", tt.why, c.name, got, c.want)
			}
		}
	}
}

// Where Chromium approves, or fails, against the standard.
func TestChromiumVerdicts(t *testing.T) {
	star := fields("Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: x, *")
	tests := []struct {
		why                string
		replies            map[string]reply
		header             []string
		standard, chromium string
	}{
		{
			"Authorization and a wildcard",
			map[string]reply{"OPTIONS " + data + "/r": {header: star}, data + "/r": {header: star}},
			[]string{"Authorization: a"},
			"header-not-approved on preflight", "cors 200 " + data + "/r ",
		},
		{
			"407",
			map[string]reply{data + "/r": {status: 407, header: allowing}},
			nil,
			"cors 407 " + data + "/r ", "network-failed on response",
		},
		{
			"407 to a preflight",
			map[string]reply{"OPTIONS " + data + "/r": {status: 407, header: allowing}},
			[]string{"X-A: 1"},
			"preflight-status on preflight", "network-failed on preflight",
		},
		{
			"no URL and no consent",
			map[string]reply{data + "/r": {status: 302, header: fields("Location: http://[")}},
			nil,
			"allow-origin-missing on redirect", "redirect-invalid on redirect",
		},
	}
	for _, tt := range tests {
		for _, c := range []struct {
			profile Profile
			want    string
		}{{StandardProfile, tt.standard}, {ChromiumProfile, tt.chromium}} {
			got := outcome(newEngine(&script{replies: tt.replies}, c.profile), request(t, "GET", data+"/r", tt.header...))
			if got != c.want {
				t.Errorf("%s: got %q, want %q", tt.why, got, c.want)
			}
		}
	}
}

// Fields are found whatever their case, in the order of the wire.
func TestLookup(t *testing.T) {
	l := &lookup{fields: []wire.Field{{Name: "a", Value: "1"}, {Name: "B", Value: "2"}, {Name: "A", Value: "3"}}}
	tests := []struct {
		name string
		want int
		get  string
	}{{"A", 2, "1, 3"}, {"b", 1, "2"}, {"c", 0, ""}}
	for _, tt := range tests {
		got, _ := get(l.fields, tt.name)
		if n := len(l.Values(tt.name)); n != tt.want || got != tt.get {
			t.Errorf("%s: %d values and %q, want %d and %q", tt.name, n, got, tt.want, tt.get)
		}
	}
	if n := testing.AllocsPerRun(100, func() { l.Values("b") }); n > 0 {
		t.Errorf("one value allocates %v times", n)
	}
}
