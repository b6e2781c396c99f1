package fetch

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
)

// leading answers a redirect, with consent for app and for nobody in particular.
func leading(status int, to string) reply {
	return reply{status: status, header: fields("Location: "+to, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: *", "Access-Control-Allow-Methods: *")}
}

// Standard: https://fetch.spec.whatwg.org/#http-redirect-fetch, step 12
// A POST that is led on becomes a GET, as servers have always meant it; other
// methods keep their body unless the status is 303.
func TestRedirectMethod(t *testing.T) {
	tests := []struct {
		status               int
		method, body         string
		wantMethod, wantBody string
	}{
		{301, "POST", "b", "GET", ""},
		{302, "POST", "b", "GET", ""},
		{303, "POST", "b", "GET", ""},
		{307, "POST", "b", "POST", "b"},
		{308, "POST", "b", "POST", "b"},
		{301, "PUT", "b", "PUT", "b"},
		{302, "DELETE", "", "DELETE", ""},
		{303, "PUT", "b", "GET", ""},
		{303, "HEAD", "", "HEAD", ""},
		{303, "FOO", "b", "GET", ""},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{app + "/1": leading(tt.status, "/2"), app + "/2": {}}}
		r := request(t, tt.method, app+"/1", "Content-Type: a/b", "Content-Language: de", "X-A: 1")
		if tt.body != "" {
			r.Body = text(tt.body)
		}
		outcome(newEngine(s, StandardProfile), r)
		want := strings.TrimSpace(tt.wantMethod + " " + app + "/2 " + tt.wantBody)
		if got := s.log[len(s.log)-1]; got != want {
			t.Errorf("%d after %s: got %q, want %q", tt.status, tt.method, got, want)
		}
		dropped := s.last("Content-Type") == "-" && s.last("Content-Language") == "-"
		if dropped != (tt.method != tt.wantMethod) || s.last("X-A") != "1" {
			t.Errorf("%d after %s: the header is %v", tt.status, tt.method, s.asked[len(s.asked)-1].Header)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#http-redirect-fetch
// What may be followed, and what ends the fetch.
func TestRedirects(t *testing.T) {
	tests := []struct {
		why, from, location string
		profile             Profile
		want                string
	}{
		{"relative", app + "/a/1", "2", StandardProfile, "basic 200 " + app + "/a/2 end"},
		{"to another", app + "/1", data + "/2", StandardProfile, "cors 200 " + data + "/2 end"},
		{"from another to one's own", data + "/1", app + "/2", StandardProfile, "cors 200 " + app + "/2 end"},
		{"no URL", app + "/1", "http://[", StandardProfile, "redirect-invalid on redirect"},
		{"data", app + "/1", "data:,x", StandardProfile, "redirect-invalid on redirect"},
		{"blob", app + "/1", "blob:" + app + "/x", StandardProfile, "redirect-invalid on redirect"},
		{"another scheme", app + "/1", "foo:x", StandardProfile, "scheme-not-http on redirect"},
		{"a name to another", app + "/1", "http://u@data.example.test/2", StandardProfile, "redirect-with-credentials on redirect"},
		{"a name to one's own", app + "/1", "http://u@app.example.test/2", StandardProfile, "basic 200 http://u@app.example.test/2 end"},
		{"a name back to one's own", data + "/1", "http://u@app.example.test/2", StandardProfile, "redirect-with-credentials on redirect"},
		{"an empty Location leads to itself", app + "/1", "", StandardProfile, "redirect-limit on redirect"},
		{"an empty Location, in Chromium", app + "/1", "", ChromiumProfile, "basic 302 " + app + "/1 "},
		{"line ends in Location", app + "/1", "/2%0d%0aX: 1", StandardProfile, "basic 404 " + app + "/2%0d%0aX:%201 "},
		{"a tab in Location", app + "/1", "/\t2", StandardProfile, "basic 200 " + app + "/2 end"},
		{"bytes that are no text", app + "/1", "/\xe9", StandardProfile, "basic 404 " + app + "/%E9 "},
		{"bytes that are text", app + "/1", "/\xc3\xa9", StandardProfile, "basic 404 " + app + "/%C3%A9 "},
		{"a fragment is not sent", app + "/1", "/2#f", StandardProfile, "basic 200 " + app + "/2 end"},
	}
	for _, tt := range tests {
		end := reply{header: fields("Access-Control-Allow-Origin: *"), body: "end"}
		s := &script{replies: map[string]reply{
			tt.from: leading(302, tt.location), app + "/2": end, app + "/a/2": end, data + "/2": end,
		}}
		r := request(t, "GET", tt.from)
		if got := outcome(newEngine(s, tt.profile), r); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#concept-response-location-url
// Several Location fields lead nowhere; Chromium takes equal ones for one.
func TestSeveralLocations(t *testing.T) {
	twice := reply{status: 302, header: fields("Location: /2", "Location: /2")}
	tests := []struct {
		profile Profile
		want    string
	}{
		{StandardProfile, "redirect-invalid on redirect"},
		{ChromiumProfile, "basic 200 " + app + "/2 "},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{app + "/1": twice, app + "/2": {}}}
		if got := outcome(newEngine(s, tt.profile), request(t, "GET", app+"/1")); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#http-redirect-fetch, step 7
// Twenty redirects are followed, and no more.
func TestRedirectLimit(t *testing.T) {
	replies := map[string]reply{app + "/": leading(302, "/?")}
	for i := range 30 {
		replies[app+"/?"+strings.Repeat("x", i)] = leading(302, "/?"+strings.Repeat("x", i+1))
	}
	s := &script{replies: replies}
	if got, want := outcome(newEngine(s, StandardProfile), request(t, "GET", app+"/")), "redirect-limit on redirect"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(s.log) != 21 {
		t.Errorf("%d requests were sent, want 21", len(s.log))
	}
}

// Standard: https://fetch.spec.whatwg.org/#atomic-http-redirect-handling
// Script may see that there was a redirect, or forbid it, but never where it leads.
func TestRedirectModes(t *testing.T) {
	tests := []struct {
		mode Redirect
		want string
	}{
		{FollowRedirects, "basic 200 " + app + "/2 "},
		{ErrorOnRedirect, "redirect-invalid on redirect"},
		{ManualRedirect, "opaqueredirect 0 " + app + "/1 "},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{app + "/1": leading(302, "/2"), app + "/2": {}}}
		r := request(t, "GET", app+"/1")
		r.Redirect = tt.mode
		if got := outcome(newEngine(s, StandardProfile), r); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.mode, got, tt.want)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
// Who leads a page on from another origin to a third one hides its origin; what was
// a secret for one origin does not go to another.
func TestRedirectsAcrossOrigins(t *testing.T) {
	tests := []struct {
		why     string
		way     []string
		origins []string
		secret  string // Authorization of the last request
	}{
		{"at home", []string{app, app}, []string{"-", "-"}, "s"},
		{"away", []string{app, data}, []string{"-", app}, "-"},
		{"away and on", []string{app, data, cdn}, []string{"-", app, "null"}, "-"},
		{"staying away", []string{data, data}, []string{app, app}, "s"},
		{"away and back", []string{data, app}, []string{app, "null"}, "-"},
		{"back, and there once more", []string{data, app, app}, []string{app, "null", "null"}, "-"},
	}
	for _, tt := range tests {
		replies := map[string]reply{}
		for i, at := range tt.way {
			if i+1 < len(tt.way) {
				replies[at+"/"+string(rune('1'+i))] = leading(302, tt.way[i+1]+"/"+string(rune('2'+i)))
				continue
			}
			replies[at+"/"+string(rune('1'+i))] = reply{header: fields("Access-Control-Allow-Origin: *")}
		}
		for url := range replies {
			replies["OPTIONS "+url] = reply{header: fields("Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: Authorization")}
		}
		s := &script{replies: replies}
		outcome(newEngine(s, StandardProfile), request(t, "GET", tt.way[0]+"/1", "Authorization: s"))
		var origins []string
		for _, r := range s.asked {
			if r.Method == "OPTIONS" {
				continue
			}
			origin, ok := get(r.Header, "Origin")
			if !ok {
				origin = "-"
			}
			origins = append(origins, origin)
		}
		if !slices.Equal(origins, tt.origins) || s.last("Authorization") != tt.secret {
			t.Errorf("%s: origins %q and secret %q, want %q and %q", tt.why, origins, s.last("Authorization"), tt.origins, tt.secret)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#http-redirect-fetch, step 11
// A body that can be sent only once is not sent again.
func TestRedirectOfStream(t *testing.T) {
	for status, want := range map[int]string{307: "redirect-invalid on redirect", 303: "basic 200 " + app + "/2 "} {
		s := &script{replies: map[string]reply{app + "/1": leading(status, "/2"), app + "/2": {}}}
		r := request(t, "POST", app+"/1")
		r.Body = &Body{Length: -1, Once: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("x")), nil }}
		if got := outcome(newEngine(s, StandardProfile), r); got != want {
			t.Errorf("%d: got %q, want %q", status, got, want)
		}
	}
}

// Standard: https://w3c.github.io/webappsec-referrer-policy/#set-requests-referrer-policy-on-redirect
// A redirect may change the referrer policy, and what was left out stays out.
func TestRedirectReferrer(t *testing.T) {
	tests := []struct {
		policy string
		to     string
		want   string
	}{
		{"", app + "/2", app + "/page?q"},
		{"", data + "/2", app + "/"},
		{"no-referrer", app + "/2", "-"},
		{"bogus, origin, new-one", app + "/2", app + "/"},
		{"unsafe-url", data + "/2", app + "/page?q"},
	}
	for _, tt := range tests {
		first := leading(302, tt.to)
		first.header = append(first.header, wire.Field{Name: "Referrer-Policy", Value: tt.policy})
		s := &script{replies: map[string]reply{app + "/1": first}}
		outcome(newEngine(s, StandardProfile), request(t, "GET", app+"/1"))
		if got := s.last("Referer"); got != tt.want {
			t.Errorf("%q to %s: got %q, want %q", tt.policy, tt.to, got, tt.want)
		}
	}
}

// FuzzLocation: wherever a server leads, no request is sent that another could
// have slipped into, and only to http and https.
func FuzzLocation(f *testing.F) {
	for _, s := range []string{"/2", "//b/", "http://u@b/", "data:,x", "\r\nX: 1", "http://a\r\n/", "/ \x00\xff", "?#", "http://[::1]/%0d%0a", "\\\\b/ c"} {
		f.Add(s)
	}
	u, err := weburl.Parse(data + "/1?#f")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, location string) {
		s := &script{replies: map[string]reply{data + "/1?": {status: 302, header: []wire.Field{
			{Name: "Location", Value: location}, {Name: "Access-Control-Allow-Origin", Value: "*"},
		}}}}
		outcome(newEngine(s, StandardProfile), &Request{Method: "GET", URL: u, Client: page(t, app)})
		for _, r := range s.asked {
			text := r.Host + r.Target + s.last("Referer")
			if r.Scheme != "http" && r.Scheme != "https" || strings.ContainsAny(text, "\r\n\x00 ") || !strings.HasPrefix(r.Target, "/") {
				t.Errorf("Location %q: request to %q %q %q", location, r.Scheme, r.Host, r.Target)
			}
		}
	})
}
